enum Level {
    LOW(1), HIGH(2, "high") {
        @Override String label() { return "HIGH:" + super.label(); }
    };

    private static final Map<Integer, Level> BY_RANK = new HashMap<>();
    static { for (Level level : values()) BY_RANK.put(level.rank, level); }

    private final int rank;
    private String label;

    Level(int rank) { this(rank, null); }
    Level(int rank, String label) { this.rank = rank; this.label = label; }
    String label() { return label; }
}

class Account extends Entity {
    private static int count;
    private final List<String> names = new ArrayList<>();
    private String mail = "none";
    { count++; names.add(mail); }

    Account(String mail) { super(mail, count); this.mail = mail; }
    Account() { this("default"); }
    Account(int id) { mail = "m" + id; }

    class Session { String who() { return mail; } class Step { String who() { return mail + Session.this.who(); } } }
    static class Factory { Session open(Account account) { return account.new Session(); } }
    Session.Step step() { Session session = new Session(); return session.new Step(); }
}
