class Flow {
    int count;

    int loops(String[] items, boolean flag) {
        int total = 0;
        rows:
        for (int row = 0, last = items.length; row < last; row++, total += 2) {
            int column = 0;
            do {
                if (items[row] == null || flag && (column > 3 || !ready())) continue rows;
                if (column++ == 7) break rows;
            } while (column < row);
        }
        while (true) {
            if (total-- < 0) break;
            else if (flag) continue;
            else { synchronized (this) { count++; } }
        }
        block: { if (flag) break block; count = 0; }
        boolean both = flag && ready() && count > 0;
        boolean either = !flag || (both ? ready() : false);
        assert total > 0 : "negative " + total;
        for (;;) { if (false) return 1; }
    }

    boolean ready() { return true; }
}
