class Jobs {
    String run(List<String> jobs) {
        outer:
        for (String job : jobs) {
            try {
                if (job == null) continue;
                if (job.isEmpty()) break outer;
                if (job.equals("now")) return start(job);
                stop(job);
            } catch (IllegalStateException | IllegalArgumentException e) {
                warn(e);
            } catch (RuntimeException e) {
                throw e;
            } finally {
                done(job);
            }
        }
        return null;
    }

    String read(String path) throws IOException {
        try (Reader first = open(path); this.shared) {
            return first.read();
        }
    }

    void nested() {
        try { a(); } finally { try { b(); } finally { try { c(); } finally { d(); } } }
    }
}
