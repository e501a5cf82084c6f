package broken;

class First {
    String email;

    void before() { send(email); }
    void bad(int x) {
        int y = ;
        log(email, );
        if (x > 1 { send(x); }
        done(email);
    }
    ### not java @@@
    void after() { send(email) }

    String unfinished() {
        return "text" +
    }
}

class Second { void fine() { send("ok"); }
