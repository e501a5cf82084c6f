//! The ways in which Java code can hold a value: each takes two values of one type in and gives either of them back.
//!
//! Templates: `$T` is the type of the two values, `$m` the one that is followed and `$o` the other, `$c` the variable
//! of the holder, `$v` the variable of what is taken out, `$n` a number of which there is one per holder.

/// A way to hold two values.
pub struct Mechanism {
    /// What failures call it.
    pub name: &'static str,
    /// Type of the holder.
    pub holder: &'static str,
    /// Statements that declare `$c` and put `$m` and `$o` in.
    pub put: &'static str,
    /// Statements that declare `$v` and take `$m` out.
    pub take: &'static str,
    /// The same for `$o`; `None` where order alone tells the two apart.
    pub take_other: Option<&'static str>,
    /// Where it can stand among others that hold each other.
    pub place: Place,
}

/// Where a mechanism can stand in a nest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Anywhere.
    Any,
    /// Its holder is no value.
    Outermost,
    /// It holds only strings.
    Innermost,
}

const fn any(
    name: &'static str,
    holder: &'static str,
    put: &'static str,
    take: &'static str,
    take_other: &'static str,
) -> Mechanism {
    Mechanism { name, holder, put, take, take_other: Some(take_other), place: Place::Any }
}

/// All mechanisms.
pub const MECHANISMS: &[Mechanism] = &[
    any(
        "field",
        "Cell<$T>",
        "Cell<$T> $c = new Cell<>(); $c.main = $m; $c.other = $o;",
        "$T $v = $c.main;",
        "$T $v = $c.other;",
    ),
    any("accessor", "Pair<$T>", "Pair<$T> $c = new Pair<>($m, $o);", "$T $v = $c.main();", "$T $v = $c.other();"),
    any("array", "Object[]", "Object[] $c = {$o, $m};", "$T $v = ($T) $c[1];", "$T $v = ($T) $c[0];"),
    any(
        "list",
        "List<$T>",
        "List<$T> $c = new ArrayList<>(); $c.add($o); $c.add($m);",
        "$T $v = $c.get(1);",
        "$T $v = $c.get(0);",
    ),
    any(
        "map",
        "Map<String, $T>",
        "Map<String, $T> $c = new HashMap<>(); $c.put(\"main\", $m); $c.put(\"other\", $o);",
        "$T $v = $c.get(\"main\");",
        "$T $v = $c.get(\"other\");",
    ),
    Mechanism {
        name: "queue",
        holder: "Deque<$T>",
        put: "Deque<$T> $c = new ArrayDeque<>(); $c.addLast($m); $c.addLast($o);",
        take: "$T $v = $c.pollFirst();",
        take_other: None,
        place: Place::Any,
    },
    any(
        "closure",
        "Thunks<$T>",
        "Thunks<$T> $c = new Thunks<>(); $c.main = () -> $m; $c.other = () -> $o;",
        "$T $v = $c.main.get();",
        "$T $v = $c.other.get();",
    ),
    any(
        "anonymous class",
        "Source<$T>",
        "Source<$T> $c = new Source<$T>() { public $T main() { return $m; } public $T other() { return $o; } };",
        "$T $v = $c.main();",
        "$T $v = $c.other();",
    ),
    any(
        "call chain",
        "Cell<$T>",
        "Cell<$T> $c = Calls.keep($m, $o);",
        "$T $v = Calls.main($c);",
        "$T $v = Calls.other($c);",
    ),
    any(
        "builder",
        "Pair<$T>",
        "Pair<$T> $c = new Builder<$T>().main($m).other($o).build();",
        "$T $v = $c.main();",
        "$T $v = $c.other();",
    ),
    any(
        "optional",
        "Maybes<$T>",
        "Maybes<$T> $c = new Maybes<>($m, $o);",
        "$T $v = $c.main.map(it -> it).orElse(null);",
        "$T $v = $c.other.map(it -> it).orElse(null);",
    ),
    any(
        "interface dispatch",
        "Cell<$T>",
        "Cell<$T> $c = new Cell<>(); $c.main = $m; $c.other = $o;",
        "Picker picker$n = new First(); $T $v = picker$n.pick($c);",
        "Picker picker$n = new Second(); $T $v = picker$n.pick($c);",
    ),
    any(
        "linked nodes",
        "Node<$T>",
        "Node<$T> $c = new Node<>($o, new Node<>($m, null));",
        "$T $v = $c.next.item;",
        "$T $v = $c.item;",
    ),
    any("record", "Entry<$T>", "Entry<$T> $c = new Entry<>($m, $o);", "$T $v = $c.main();", "$T $v = $c.other();"),
    any(
        "exception",
        "Carrier",
        "Carrier $c; try { throw new Carrier($m, $o); } catch (Carrier caught) { $c = caught; }",
        "$T $v = ($T) $c.main;",
        "$T $v = ($T) $c.other;",
    ),
    any(
        "inner class",
        "Outer<$T>.View",
        "Outer<$T>.View $c = new Outer<>($m, $o).view();",
        "$T $v = $c.main();",
        "$T $v = $c.other();",
    ),
    any(
        "visitor",
        "Cell<$T>",
        "Cell<$T> $c = new Cell<>(); $c.main = $m; $c.other = $o;",
        "Object[] slot$n = new Object[1]; Visits.main($c, it -> slot$n[0] = it); $T $v = ($T) slot$n[0];",
        "Object[] slot$n = new Object[1]; Visits.other($c, it -> slot$n[0] = it); $T $v = ($T) slot$n[0];",
    ),
    any(
        "generic box",
        "Two<$T>",
        "Two<$T> $c = new Two<>(); $c.main.put($m); $c.other.put($o);",
        "$T $v = $c.main.take();",
        "$T $v = $c.other.take();",
    ),
    any(
        "inherited state",
        "Derived<$T>",
        "Derived<$T> $c = new Derived<>(); $c.fill($m, $o);",
        "$T $v = $c.first();",
        "$T $v = $c.second();",
    ),
    Mechanism {
        name: "static field",
        holder: "",
        put: "Shelf$n.main = $m; Shelf$n.other = $o;",
        take: "$T $v = ($T) Shelf$n.main;",
        take_other: Some("$T $v = ($T) Shelf$n.other;"),
        place: Place::Outermost,
    },
    Mechanism {
        name: "string builder",
        holder: "Cell<StringBuilder>",
        put: "Cell<StringBuilder> $c = new Cell<>(); $c.main = new StringBuilder(\"<\").append($m); \
              $c.other = new StringBuilder(\"<\").append($o);",
        take: "String $v = $c.main.append('>').toString();",
        take_other: Some("String $v = $c.other.append('>').toString();"),
        place: Place::Innermost,
    },
];

/// The classes that the mechanisms need.
pub const HELPERS: &str = r#"
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

class Cell<T> {
    T main;
    T other;
}

class Pair<T> {
    private final T main;
    private final T other;

    Pair(T main, T other) {
        this.main = main;
        this.other = other;
    }

    T main() {
        return main;
    }

    T other() {
        return other;
    }
}

class Thunks<T> {
    Supplier<T> main;
    Supplier<T> other;
}

interface Source<T> {
    T main();

    T other();
}

class Calls {
    static <T> Cell<T> keep(T main, T other) {
        return keepAgain(main, other);
    }

    private static <T> Cell<T> keepAgain(T main, T other) {
        return make(main, other);
    }

    private static <T> Cell<T> make(T main, T other) {
        Cell<T> cell = new Cell<>();
        cell.main = main;
        cell.other = other;
        return cell;
    }

    static <T> T main(Cell<T> cell) {
        return mainAgain(cell);
    }

    private static <T> T mainAgain(Cell<T> cell) {
        return cell.main;
    }

    static <T> T other(Cell<T> cell) {
        return otherAgain(cell);
    }

    private static <T> T otherAgain(Cell<T> cell) {
        return cell.other;
    }
}

class Builder<T> {
    private T main;
    private T other;

    Builder<T> main(T main) {
        this.main = main;
        return this;
    }

    Builder<T> other(T other) {
        this.other = other;
        return this;
    }

    Pair<T> build() {
        return new Pair<>(main, other);
    }
}

class Maybes<T> {
    final Optional<T> main;
    final Optional<T> other;

    Maybes(T main, T other) {
        this.main = Optional.of(main);
        this.other = Optional.of(other);
    }
}

interface Picker {
    <T> T pick(Cell<T> cell);
}

class First implements Picker {
    public <T> T pick(Cell<T> cell) {
        return cell.main;
    }
}

class Second implements Picker {
    public <T> T pick(Cell<T> cell) {
        return cell.other;
    }
}

class Node<T> {
    final T item;
    final Node<T> next;

    Node(T item, Node<T> next) {
        this.item = item;
        this.next = next;
    }
}

record Entry<T>(T main, T other) {
}

class Carrier extends RuntimeException {
    final transient Object main;
    final transient Object other;

    Carrier(Object main, Object other) {
        this.main = main;
        this.other = other;
    }
}

class Outer<T> {
    private final T main;
    private final T other;

    Outer(T main, T other) {
        this.main = main;
        this.other = other;
    }

    View view() {
        return new View();
    }

    class View {
        T main() {
            return main;
        }

        T other() {
            return other;
        }
    }
}

class Visits {
    static <T> void main(Cell<T> cell, Consumer<T> visitor) {
        visitor.accept(cell.main);
    }

    static <T> void other(Cell<T> cell, Consumer<T> visitor) {
        visitor.accept(cell.other);
    }
}

class Box<T> {
    private T item;

    void put(T item) {
        this.item = item;
    }

    T take() {
        return item;
    }
}

class Two<T> {
    final Box<T> main = new Box<>();
    final Box<T> other = new Box<>();
}

abstract class Base<T> {
    protected T main;
    protected T other;

    T first() {
        return main;
    }

    abstract T second();
}

class Derived<T> extends Base<T> {
    void fill(T main, T other) {
        this.main = main;
        super.other = other;
    }

    @Override
    T second() {
        return other;
    }
}
"#;
