class Strings {
    private String title;
    private int total;
    private String[] parts;

    String build(String text, int number, Object thing) {
        String all = "a" + text + number + 'c' + 1.5f + null + true;
        String late = number + total + title + number * 2;
        int sum = number + total - 0x10 + 0b11 + 017 + 1_000;
        Object unknown = thing + other;
        text += number;
        total += number;
        title += parts[0] + parts[number];
        parts[total++] += "x";
        String printed = thing.toString() + String.valueOf(number) + own() + (number > 1 ? "s" : "");
        var inferred = "a" + 1;
        inferred = inferred + 2;
        String block = """
            <p class="x">\
            Hi \"\"\" there
              \tend
            """;
        char[][] grid = { { 'a', '\n' }, {} };
        long big = 0xFFFFFFFFL + -1 + ~2 - -number;
        int[][] table = new int[number][4];
        table[1][number] = grid[0].length;
        number <<= 2;
        return all + (late + sum) + block;
    }

    String own() { return title; }
}
