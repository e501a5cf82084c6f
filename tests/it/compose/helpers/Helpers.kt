import android.util.Log

class Cell<T> {
    var main: T? = null
    var other: T? = null
}

class Nest<T> {
    val inner = Cell<T>()
}

class Couple<T>(val main: T, val other: T)

data class Entry<T>(val main: T, val other: T)

@JvmInline
value class Wrapped<T>(val held: Entry<T>)

class Hidden<T>(private val main: T, private val other: T) {
    fun first(): T = main

    fun second(): T = other

    val shownMain: T
        get() = main

    val shownOther: T
        get() {
            return other
        }
}

class Late<T>(main: T, other: T) {
    val main: T by lazy { main }
    val other: T by lazy { other }
}

class Thunks<T> {
    var main: (() -> T)? = null
    var other: (() -> T)? = null
}

interface Source<T> {
    fun main(): T

    fun other(): T
}

class Passed<T>(private val source: Source<T>) : Source<T> by source

fun <T> sourceOf(main: T, other: T): Source<T> = object : Source<T> {
    override fun main(): T = main

    override fun other(): T = other
}

object Calls {
    fun <T> keep(main: T, other: T): Cell<T> = keepAgain(main, other)

    private fun <T> keepAgain(main: T, other: T): Cell<T> = make(main, other)

    private fun <T> make(main: T, other: T): Cell<T> {
        val cell = Cell<T>()
        cell.main = main
        cell.other = other
        return cell
    }

    fun <T> named(main: T, nothing: Int = 0, other: T): Cell<T> = keep(main, other)

    fun <T> gather(vararg items: T): Cell<T> = keep(items[0], items[1])

    fun <T> through(value: T, depth: Int): T = if (depth == 0) value else through(value, depth - 1)
}

fun <T> Cell<T>.takeMain(): T? = main

fun <T> Cell<T>.takeOther(): T? = other

val <T> Cell<T>.shownMain: T?
    get() = main

val <T> Cell<T>.shownOther: T?
    get() = other

operator fun <T> Cell<T>.get(isMain: Boolean): T? = if (isMain) main else other

class Builder<T> {
    private var main: T? = null
    private var other: T? = null

    fun main(main: T) = apply { this.main = main }

    fun other(other: T): Builder<T> {
        this.other = other
        return this
    }

    fun build(): Couple<T?> = Couple(main, other)
}

interface Picker {
    fun <T> pick(cell: Cell<T>): T?
}

class First : Picker {
    override fun <T> pick(cell: Cell<T>): T? = cell.main
}

class Second : Picker {
    override fun <T> pick(cell: Cell<T>): T? = cell.other
}

object ThirdPicker : Picker {
    override fun <T> pick(cell: Cell<T>): T? = cell.other
}

enum class Choice {
    MAIN {
        override fun <T> of(cell: Cell<T>): T? = cell.main
    },
    OTHER {
        override fun <T> of(cell: Cell<T>): T? = cell.other
    };

    abstract fun <T> of(cell: Cell<T>): T?
}

sealed class Held<T> {
    class Main<T>(val value: T) : Held<T>()

    class Other<T>(val value: T) : Held<T>()
}

class Node<T>(val item: T, val next: Node<T>?)

class Carrier(val main: Any?, val other: Any?) : RuntimeException()

class Outer<T>(private val main: T, private val other: T) {
    fun view() = View()

    inner class View {
        fun first(): T = main

        fun second(): T = this@Outer.other
    }
}

inline fun <T> visitMain(cell: Cell<T>, visitor: (T?) -> Unit) {
    visitor(cell.main)
}

inline fun <T> visitOther(cell: Cell<T>, visitor: (T?) -> Unit) {
    visitor(cell.other)
}

class Box<T> {
    private var item: T? = null

    fun put(item: T) {
        this.item = item
    }

    fun take(): T? = item
}

class Two<T> {
    val main = Box<T>()
    val other = Box<T>()
}

abstract class Base<T> {
    protected var main: T? = null
    protected var other: T? = null

    fun first(): T? = main

    abstract fun second(): T?
}

class Derived<T> : Base<T>() {
    fun fill(main: T, other: T) {
        this.main = main
        super.other = other
    }

    override fun second(): T? = other
}

abstract class Template<T> {
    fun run(): T? = step()

    protected abstract fun step(): T?
}

fun interface Listener<T> {
    fun heard(main: T, other: T)
}

class Announcer<T> {
    private val listeners = mutableListOf<Listener<T>>()

    fun add(listener: Listener<T>) {
        listeners += listener
    }

    fun announce(main: T, other: T) = listeners.forEach { it.heard(main, other) }
}

class Relay<T>(private val next: Listener<T>) : Listener<T> {
    override fun heard(main: T, other: T) = next.heard(main, other)
}

class KeptItems<T> {
    private val items = ArrayList<T>()

    fun put(item: T) {
        items.add(item)
    }

    operator fun get(position: Int): T = items[position]
}

class KeptByName<T> {
    private val items = HashMap<String, T>()

    operator fun set(name: String, item: T) {
        items[name] = item
    }

    fun named(name: String): T? = items[name]
}

class ByMap<T>(val values: Map<String, T>) {
    val main: T by values
    val other: T by values
}

class Keys {
    companion object {
        const val MAIN = "key.main"
        const val OTHER = "key.other"
        const val ON = true
        const val OFF = false
    }
}

class Sinks(private val tag: String) {
    fun tagged(line: String) {
        Log.i(tag, line)
    }

    companion object {
        fun line(line: String) = Log.i("Sinks", line)
    }
}
