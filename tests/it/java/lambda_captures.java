package shop;

import java.util.function.Supplier;

class Basket {
    private final String owner = "nobody";
    private int visits;

    Supplier<String> describe(String prefix, int count) {
        int size = count;
        Supplier<Supplier<String>> outer = () -> {
            String inner = prefix + size;
            return () -> inner + owner + size;
        };
        Runnable plain = () -> log("no capture");
        items.forEach(item -> { String prefix2 = item + prefix; visits++; inherited = prefix2; });
        Function<String, Integer> parse = Integer::parseInt;
        Function<String, Holder> make = Holder::new;
        return outer.get();
    }

    static Runnable fixed(String text) {
        return () -> System.out.println(text);
    }

    class Holder {
        Holder(String content) { visits += content.length(); }
    }
}
