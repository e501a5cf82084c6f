class Patterns {
    String name = "field";

    String scopes(Object value) {
        if (value instanceof String name && name.length() > 1) {
            use(name);
        } else {
            use(name);
        }
        if (!(value instanceof Integer number)) {
            return name;
        }
        use(number);
        boolean both = value instanceof String name && ok(name) || name.isEmpty();
        String chosen = value instanceof String name ? name : this.name;
        while (!(value instanceof Long found)) { value = next(); }
        use(found);
        return value instanceof Point(int x, var y) && x > 0 ? y : name;
    }

    void shadows(String item) {
        for (int i = 0; i < 2; i++) { String name = item; use(name); }
        use(name);
        { int name = 3; use(name); }
        Consumer<String> consumer = name -> use(name);
        for (String name : List.of(item)) use(name);
        use(name);
    }
}
