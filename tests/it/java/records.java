record User(@Json("e") String email, int... ages) implements Named {
    static final String KIND = "user";

    User {
        if (email == null) throw new IllegalArgumentException();
        email = email.trim();
    }

    User(String email) { this(email, 1, 2); }

    public String email() { return "<" + email + ">"; }

    @Override public String name() { return email; }
}

record Plain<T extends Comparable<T>>(T first, java.util.Map.Entry<String, ? extends T>[] rest) {}

record Written(int size) { Written(int size) { this.size = size + 1; } }

sealed interface Named permits User {
    String PREFIX = "n:";
    String name();
    default String greeting() { return PREFIX + name(); }
    private static int helper() { return 1; }
    class Nested { String value() { return PREFIX; } }
}
