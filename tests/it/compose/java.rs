//! The mechanisms of Java.

use super::mechanism::{Language, Mechanism, Sink, of};

/// Java.
pub const JAVA: Language = Language {
    name: "java",
    ending: "java",
    helpers: include_str!("helpers/Helpers.java"),
    header: "import android.os.*;\nimport android.util.Log;\nimport java.util.*;\nimport java.util.concurrent.*;\n\
             import java.util.function.*;\nimport java.util.stream.*;\nimport org.apache.commons.codec.digest.DigestUtils;\n",
    class: "class $name {\n$methods}\n",
    method: "    public void $name(String email) throws Exception {\n$body    }\n",
    marker: "//~",
    text: "String",
    sinks: &[
        Sink { statement: "Log.d(\"Chain\", $v);", direct: true },
        Sink { statement: "Sinks.line($v);", direct: false },
        Sink { statement: "new Sinks(\"Chain\").tagged($v);", direct: false },
    ],
    mechanisms: MECHANISMS,
};

const CELL: &str = "Cell<$T> $c = new Cell<>(); $c.main = $m; $c.other = $o;";
const LISTS: &str = "Cell<List<$T>> $c = new Cell<>(); $c.main = new ArrayList<>(); $c.main.add($m); \
                     $c.other = new ArrayList<>(); $c.other.add($o);";

const MECHANISMS: &[Mechanism] = &[
    of("field", "Cell<$T>", CELL, "$T $v = $c.main;", "$T $v = $c.other;"),
    of(
        "nested field",
        "Nest<$T>",
        "Nest<$T> $c = new Nest<>(); $c.inner.main = $m; $c.inner.other = $o;",
        "$T $v = $c.inner.main;",
        "$T $v = $c.inner.other;",
    ),
    of("constructor", "Pair<$T>", "Pair<$T> $c = new Pair<>($m, $o);", "$T $v = $c.main();", "$T $v = $c.other();"),
    of(
        "second name",
        "Cell<$T>",
        "Cell<$T> $c = new Cell<>(); Cell<$T> same$n = $c; same$n.main = $m; same$n.other = $o;",
        "$T $v = $c.main;",
        "$T $v = $c.other;",
    ),
    of(
        "overwritten field",
        "Cell<$T>",
        "Cell<$T> $c = new Cell<>(); $c.main = $o; $c.other = $m; $c.main = $m; $c.other = $o;",
        "$T $v = $c.main;",
        "$T $v = $c.other;",
    ),
    of("array", "Object[]", "Object[] $c = {$o, $m};", "$T $v = ($T) $c[1];", "$T $v = ($T) $c[0];"),
    of(
        "list",
        "List<$T>",
        "List<$T> $c = new ArrayList<>(); $c.add($o); $c.add($m);",
        "$T $v = $c.get(1);",
        "$T $v = $c.get(0);",
    ),
    of(
        "wrapped list",
        "KeptItems<$T>",
        "KeptItems<$T> $c = new KeptItems<>(); $c.put($o); $c.put($m);",
        "$T $v = $c.at(1);",
        "$T $v = $c.at(0);",
    ),
    of(
        "map",
        "Map<String, $T>",
        "Map<String, $T> $c = new HashMap<>(); $c.put(\"main\", $m); $c.put(\"other\", $o);",
        "$T $v = $c.get(\"main\");",
        "$T $v = $c.get(\"other\");",
    ),
    of(
        "map by named keys",
        "Map<String, $T>",
        "Map<String, $T> $c = new HashMap<>(); $c.put(Keys.MAIN, $m); $c.put(Keys.OTHER, $o);",
        "$T $v = $c.getOrDefault(Keys.MAIN, null);",
        "$T $v = $c.getOrDefault(Keys.OTHER, null);",
    ),
    of(
        "wrapped map",
        "KeptByName<$T>",
        "KeptByName<$T> $c = new KeptByName<>(); $c.put(\"main\", $m); $c.put(\"other\", $o);",
        "$T $v = $c.named(\"main\");",
        "$T $v = $c.named(\"other\");",
    ),
    of(
        "map of lists",
        "Map<String, List<$T>>",
        "Map<String, List<$T>> $c = new HashMap<>(); $c.computeIfAbsent(\"main\", key -> new ArrayList<>()).add($m); \
         $c.computeIfAbsent(\"other\", key -> new ArrayList<>()).add($o);",
        "$T $v = $c.get(\"main\").get(0);",
        "$T $v = $c.get(\"other\").get(0);",
    ),
    of(
        "set and iterator",
        "Cell<Set<$T>>",
        "Cell<Set<$T>> $c = new Cell<>(); $c.main = new HashSet<>(); $c.main.add($m); $c.other = new HashSet<>(); \
         $c.other.add($o);",
        "Iterator<$T> walk$n = $c.main.iterator(); $T $v = walk$n.next();",
        "Iterator<$T> walk$n = $c.other.iterator(); $T $v = walk$n.next();",
    ),
    of(
        "queue",
        "Deque<$T>",
        "Deque<$T> $c = new ArrayDeque<>(); $c.addLast($m); $c.addLast($o);",
        "$T $v = $c.pollFirst();",
        "",
    )
    .without_twin(),
    of(
        "loop",
        "Cell<List<$T>>",
        LISTS,
        "$T $v = null; for ($T each$n : $c.main) { $v = each$n; }",
        "$T $v = null; for ($T each$n : $c.other) { $v = each$n; }",
    ),
    of(
        "own iterable",
        "Cell<Only<$T>>",
        "Cell<Only<$T>> $c = new Cell<>(); $c.main = new Only<>($m); $c.other = new Only<>($o);",
        "$T $v = null; for ($T each$n : $c.main) { $v = each$n; }",
        "$T $v = null; for ($T each$n : $c.other) { $v = each$n; }",
    ),
    of(
        "stream",
        "Cell<List<$T>>",
        LISTS,
        "$T $v = $c.main.stream().map(it -> it).filter(it -> it != null).findFirst().orElse(null);",
        "$T $v = $c.other.stream().map(it -> it).filter(it -> it != null).findFirst().orElse(null);",
    ),
    of(
        "collected stream",
        "Cell<List<$T>>",
        LISTS,
        "List<$T> list$n = $c.main.stream().collect(Collectors.toList()); $T $v = list$n.get(0);",
        "List<$T> list$n = $c.other.stream().collect(Collectors.toList()); $T $v = list$n.get(0);",
    ),
    of(
        "closure",
        "Thunks<$T>",
        "Thunks<$T> $c = new Thunks<>(); $c.main = () -> $m; $c.other = () -> $o;",
        "$T $v = $c.main.get();",
        "$T $v = $c.other.get();",
    ),
    of(
        "map of closures",
        "Map<String, Supplier<$T>>",
        "Map<String, Supplier<$T>> $c = new HashMap<>(); $c.put(\"main\", () -> $m); $c.put(\"other\", () -> $o);",
        "$T $v = $c.get(\"main\").get();",
        "$T $v = $c.get(\"other\").get();",
    ),
    of(
        "method reference",
        "Pair<$T>",
        "Pair<$T> $c = new Pair<>($m, $o);",
        "Supplier<$T> get$n = $c::main; $T $v = get$n.get();",
        "Supplier<$T> get$n = $c::other; $T $v = get$n.get();",
    ),
    of(
        "anonymous class",
        "Source<$T>",
        "Source<$T> $c = new Source<$T>() { public $T main() { return $m; } public $T other() { return $o; } };",
        "$T $v = $c.main();",
        "$T $v = $c.other();",
    ),
    of(
        "template method",
        "Cell<$T>",
        CELL,
        "$T $v = new Template<$T>() { $T step() { return $c.main; } }.run();",
        "$T $v = new Template<$T>() { $T step() { return $c.other; } }.run();",
    ),
    of(
        "executor",
        "Cell<$T>",
        "Cell<$T> $c = new Cell<>(); ExecutorService runner$n = Executors.newSingleThreadExecutor(); \
         runner$n.execute(() -> { $c.main = $m; $c.other = $o; });",
        "$T $v = $c.main;",
        "$T $v = $c.other;",
    ),
    of(
        "future",
        "Cell<Future<$T>>",
        "ExecutorService runner$n = Executors.newSingleThreadExecutor(); Cell<Future<$T>> $c = new Cell<>(); \
         $c.main = runner$n.submit(() -> $m); $c.other = runner$n.submit(() -> $o);",
        "$T $v = $c.main.get();",
        "$T $v = $c.other.get();",
    ),
    of(
        "completable future",
        "Cell<CompletableFuture<$T>>",
        "Cell<CompletableFuture<$T>> $c = new Cell<>(); $c.main = CompletableFuture.supplyAsync(() -> $m); \
         $c.other = CompletableFuture.supplyAsync(() -> $o);",
        "$T $v = $c.main.thenApply(it -> it).join();",
        "$T $v = $c.other.thenApply(it -> it).join();",
    ),
    of(
        "handler",
        "Cell<$T>",
        "Cell<$T> $c = new Cell<>(); Handler handler$n = new Handler(Looper.getMainLooper()); \
         handler$n.post(() -> { $c.main = $m; $c.other = $o; });",
        "$T $v = $c.main;",
        "$T $v = $c.other;",
    ),
    of(
        "thread",
        "Cell<$T>",
        "Cell<$T> $c = new Cell<>(); Thread thread$n = new Thread(() -> { $c.main = $m; $c.other = $o; }); \
         thread$n.start(); thread$n.join();",
        "$T $v = $c.main;",
        "$T $v = $c.other;",
    ),
    of(
        "calls",
        "Cell<$T>",
        "Cell<$T> $c = Calls.keep($m, $o);",
        "$T $v = Calls.main($c);",
        "$T $v = Calls.other($c);",
    ),
    of(
        "variable arguments",
        "Cell<$T>",
        "Cell<$T> $c = Gathered.gather($m, $o);",
        "$T $v = $c.main;",
        "$T $v = $c.other;",
    ),
    of(
        "recursion",
        "Cell<$T>",
        CELL,
        "$T $v = Recursion.through($c.main, 5);",
        "$T $v = Recursion.through($c.other, 5);",
    ),
    of(
        "builder",
        "Pair<$T>",
        "Pair<$T> $c = new Builder<$T>().main($m).other($o).build();",
        "$T $v = $c.main();",
        "$T $v = $c.other();",
    ),
    of(
        "optional",
        "Maybes<$T>",
        "Maybes<$T> $c = new Maybes<>($m, $o);",
        "$T $v = $c.main.map(it -> it).orElse(null);",
        "$T $v = $c.other.map(it -> it).orElse(null);",
    ),
    of(
        "virtual dispatch",
        "Cell<$T>",
        CELL,
        "Picker picker$n = new First(); $T $v = picker$n.pick($c);",
        "Picker picker$n = new Second(); $T $v = picker$n.pick($c);",
    ),
    of("enum with bodies", "Cell<$T>", CELL, "$T $v = Choice.MAIN.of($c);", "$T $v = Choice.OTHER.of($c);"),
    of(
        "linked structure",
        "Node<$T>",
        "Node<$T> $c = new Node<>($o, new Node<>($m, null));",
        "$T $v = $c.next.item;",
        "$T $v = $c.item;",
    ),
    of("record", "Entry<$T>", "Entry<$T> $c = new Entry<>($m, $o);", "$T $v = $c.main();", "$T $v = $c.other();"),
    of(
        "record pattern",
        "Entry<$T>",
        "Entry<$T> $c = new Entry<>($m, $o);",
        "Object any$n = $c; $T $v = any$n instanceof Entry<?>(Object a$n, Object b$n) ? ($T) a$n : null;",
        "Object any$n = $c; $T $v = any$n instanceof Entry<?>(Object a$n, Object b$n) ? ($T) b$n : null;",
    ),
    of(
        "exception",
        "Carrier",
        "Carrier $c; try { throw new Carrier($m, $o); } catch (Carrier caught) { $c = caught; }",
        "$T $v = ($T) $c.main;",
        "$T $v = ($T) $c.other;",
    ),
    of(
        "branch",
        "Cell<$T>",
        CELL,
        "$T $v = null; if ($c.hashCode() > 7) { $v = $c.main; }",
        "$T $v = null; if ($c.hashCode() > 7) { $v = $c.other; }",
    ),
    of(
        "constant condition",
        "Cell<$T>",
        CELL,
        "$T $v = Keys.ON ? $c.main : $c.other;",
        "$T $v = Keys.OFF ? $c.main : $c.other;",
    ),
    of(
        "switch over a constant",
        "Cell<$T>",
        CELL,
        "int way$n = 2 - 1; $T $v = switch (way$n) { case 1 -> $c.main; default -> $c.other; };",
        "int way$n = 2 + 1; $T $v = switch (way$n) { case 1 -> $c.main; default -> $c.other; };",
    ),
    of(
        "inner class",
        "Outer<$T>.View",
        "Outer<$T>.View $c = new Outer<>($m, $o).view();",
        "$T $v = $c.main();",
        "$T $v = $c.other();",
    ),
    of(
        "visitor",
        "Cell<$T>",
        CELL,
        "Object[] slot$n = new Object[1]; Visits.main($c, it -> slot$n[0] = it); $T $v = ($T) slot$n[0];",
        "Object[] slot$n = new Object[1]; Visits.other($c, it -> slot$n[0] = it); $T $v = ($T) slot$n[0];",
    ),
    of(
        "listener",
        "Cell<$T>",
        "Cell<$T> $c = new Cell<>(); Announcer<$T> announcer$n = new Announcer<>(); \
         announcer$n.add((main, other) -> { $c.main = main; $c.other = other; }); announcer$n.announce($m, $o);",
        "$T $v = $c.main;",
        "$T $v = $c.other;",
    ),
    of(
        "listener of a listener",
        "Cell<$T>",
        "Cell<$T> $c = new Cell<>(); Announcer<$T> announcer$n = new Announcer<>(); \
         announcer$n.add(new Relay<>((main, other) -> { $c.main = main; $c.other = other; })); \
         announcer$n.announce($m, $o);",
        "$T $v = $c.main;",
        "$T $v = $c.other;",
    ),
    of(
        "generic box",
        "Two<$T>",
        "Two<$T> $c = new Two<>(); $c.main.put($m); $c.other.put($o);",
        "$T $v = $c.main.take();",
        "$T $v = $c.other.take();",
    ),
    of(
        "inherited state",
        "Derived<$T>",
        "Derived<$T> $c = new Derived<>(); $c.fill($m, $o);",
        "$T $v = $c.first();",
        "$T $v = $c.second();",
    ),
    of(
        "static field",
        "",
        "Shelf$n.main = $m; Shelf$n.other = $o;",
        "$T $v = ($T) Shelf$n.main;",
        "$T $v = ($T) Shelf$n.other;",
    )
    .kept_in("class Shelf$n {\n    static Object main;\n    static Object other;\n}\n"),
    of(
        "singleton",
        "",
        "Store$n.get().main = $m; Store$n.get().other = $o;",
        "$T $v = ($T) Store$n.get().main;",
        "$T $v = ($T) Store$n.get().other;",
    )
    .kept_in(
        "class Store$n {\n    private static final Store$n INSTANCE = new Store$n();\n    Object main;\n    Object other;\n\n    \
         static Store$n get() {\n        return INSTANCE;\n    }\n}\n",
    ),
    of(
        "string builder",
        "Cell<StringBuilder>",
        "Cell<StringBuilder> $c = new Cell<>(); $c.main = new StringBuilder(\"<\").append($m); \
         $c.other = new StringBuilder(\"<\").append($o);",
        "String $v = $c.main.append('>').toString();",
        "String $v = $c.other.append('>').toString();",
    )
    .of_strings(),
    of(
        "format",
        "Cell<String>",
        CELL,
        "String $v = String.format(\"<%s>\", $c.main);",
        "String $v = String.format(\"<%s>\", $c.other);",
    )
    .of_strings(),
    of(
        "length of the other",
        "Cell<String>",
        CELL,
        "String $v = $c.main.trim() + $c.main.length();",
        "String $v = $c.other.trim() + $c.main.length();",
    )
    .of_strings(),
    of(
        "sanitizer on one of two paths",
        "Cell<String>",
        "Cell<String> $c = new Cell<>(); $c.main = $m; $c.other = $o; \
         if ($o.isEmpty()) { $c.main = DigestUtils.sha256Hex($m); }",
        "String $v = $c.main;",
        "String $v = $c.other;",
    )
    .of_strings(),
    of(
        "bundle",
        "Bundle",
        "Bundle $c = new Bundle(); $c.putString(\"main\", $m); $c.putString(\"other\", $o);",
        "String $v = $c.getString(\"main\");",
        "String $v = $c.getString(\"other\");",
    )
    .of_strings(),
];
