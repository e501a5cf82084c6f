class Outer extends Parent implements Left, Right {
    static String shared;
    String own;

    class Middle {
        String own;
        class Inner extends Middle {
            void reach() {
                own = "inherited from Middle";
                Outer.this.own = Middle.this.own;
                shared = toText();
                Outer.super.hello();
                Middle sibling = new Middle();
                Runnable lambda = () -> { Outer.this.own = super.toString(); hello(); };
            }
        }
    }

    void hello() {
        Left.super.hello();
        super.<String>hello();
        Runnable later = () -> Outer.super.hello();
        Class<?>[] classes = { Outer.class, int[].class, java.util.Map.Entry.class };
        List<String> list = Collections.<String>emptyList();
        Outer cast = (Outer & Left) make(list);
        cast.own = cast.child().own;
        android.util.Log.d(shared, own);
    }
}
