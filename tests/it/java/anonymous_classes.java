class Screen extends Base {
    private String user;

    void show(final String title, View view) {
        int width = 3;
        view.onClick(new Listener("tag", title) {
            private final String copy = title + width;

            @Override
            public void clicked(View clicked) {
                user = copy;
                inherited(title);
                later(new Runnable() {
                    public void run() {
                        send(user, title, copy, clicked);
                        Screen.this.user = null;
                    }
                });
            }
        });
    }

    static final Listener SHARED = new Listener("shared", null) {
        public void clicked(View clicked) { count++; }
    };
    static int count;
}
