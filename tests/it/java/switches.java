class Switches {
    static final int FIRST = 1;
    static final String NAME = "na" + "me";

    String old(int code, String text, Color color) {
        String result = "";
        switch (code) {
            case FIRST:
                result = "one";
            case 2:
            case 3:
                int local = code;
                result += local;
                break;
            default:
                local = 4;
                result = text;
        }
        switch (text) { case NAME: return result; case "other": break; }
        switch (color) { case RED -> result = "r"; case GREEN, BLUE -> { return "gb"; } }
        return result;
    }

    Object modern(Object value, int code) {
        int number = switch (code) {
            case 1, 2 -> 10;
            case 3 -> { int twice = code * 2; yield twice; }
            default -> throw new IllegalArgumentException("bad " + code);
        };
        int older = switch (code) { case 1: yield 5; default: { yield other(); } };
        return switch (value) {
            case null -> "null";
            case String text when text.length() > 3 && !text.isBlank() -> text;
            case String text -> text + number;
            case Pair(String left, Pair(var inner, Object right)) -> left + inner + right;
            case Other(var first, int second) -> first;
            default -> older;
        };
    }

    record Pair(Object left, Object right) {}
}
