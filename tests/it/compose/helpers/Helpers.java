import android.util.Log;
import java.util.*;
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

class Nest<T> {
    final Cell<T> inner = new Cell<>();
}

class Keys {
    static final String MAIN = "key.main";
    static final String OTHER = "key.other";
    static final boolean ON = true;
    static final boolean OFF = false;
}

class Recursion {
    static <T> T through(T value, int depth) {
        return depth == 0 ? value : through(value, depth - 1);
    }
}

interface Listener<T> {
    void heard(T main, T other);
}

class Announcer<T> {
    private final List<Listener<T>> listeners = new ArrayList<>();

    void add(Listener<T> listener) {
        listeners.add(listener);
    }

    void announce(T main, T other) {
        for (Listener<T> listener : listeners) {
            listener.heard(main, other);
        }
    }
}

class Relay<T> implements Listener<T> {
    private final Listener<T> next;

    Relay(Listener<T> next) {
        this.next = next;
    }

    @Override
    public void heard(T main, T other) {
        next.heard(main, other);
    }
}

class Gathered {
    @SafeVarargs
    static <T> Cell<T> gather(T... items) {
        Cell<T> cell = new Cell<>();
        cell.main = items[0];
        cell.other = items[1];
        return cell;
    }
}

enum Choice {
    MAIN {
        @Override
        <T> T of(Cell<T> cell) {
            return cell.main;
        }
    },
    OTHER {
        @Override
        <T> T of(Cell<T> cell) {
            return cell.other;
        }
    };

    abstract <T> T of(Cell<T> cell);
}

abstract class Template<T> {
    T run() {
        return step();
    }

    abstract T step();
}

class KeptItems<T> {
    private final List<T> items = new ArrayList<>();

    void put(T item) {
        items.add(item);
    }

    T at(int position) {
        return items.get(position);
    }
}

class KeptByName<T> {
    private final Map<String, T> items = new HashMap<>();

    void put(String name, T item) {
        items.put(name, item);
    }

    T named(String name) {
        return items.get(name);
    }
}

class Only<T> implements Iterable<T> {
    private final T item;

    Only(T item) {
        this.item = item;
    }

    @Override
    public Iterator<T> iterator() {
        return Collections.singletonList(item).iterator();
    }
}

class Sinks {
    private final String tag;

    Sinks(String tag) {
        this.tag = tag;
    }

    static void line(String line) {
        Log.i("Sinks", line);
    }

    void tagged(String line) {
        Log.i(tag, line);
    }
}
