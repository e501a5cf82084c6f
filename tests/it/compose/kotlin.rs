//! The mechanisms of Kotlin.

use super::mechanism::{Language, Mechanism, Sink, of};

/// Kotlin.
pub const KOTLIN: Language = Language {
    name: "kotlin",
    ending: "kt",
    helpers: include_str!("helpers/Helpers.kt"),
    header: "import android.os.Bundle\nimport android.os.Handler\nimport android.os.Looper\nimport android.util.Log\n\
             import java.util.ArrayDeque\nimport java.util.Optional\nimport java.util.concurrent.Executors\n\
             import kotlin.concurrent.thread\nimport kotlinx.coroutines.*\nimport kotlinx.coroutines.channels.Channel\n\
             import kotlinx.coroutines.flow.*\nimport org.apache.commons.codec.digest.DigestUtils\n\n",
    class: "class $name {\n$methods}\n",
    method: "    suspend fun $name(email: String) {\n$body    }\n",
    marker: "//~",
    text: "String",
    sinks: &[
        Sink { statement: "Log.d(\"Chain\", $v)", direct: true },
        Sink { statement: "Sinks.line($v)", direct: false },
        Sink { statement: "Sinks(\"Chain\").tagged($v)", direct: false },
    ],
    mechanisms: MECHANISMS,
};

const CELL: &str = "val $c = Cell<$T>(); $c.main = $m; $c.other = $o";
const LISTS: &str = "val $c = Cell<MutableList<$T>>(); $c.main = mutableListOf($m); $c.other = mutableListOf($o)";
const MAIN: &str = "val $v = $c.main!!";
const OTHER: &str = "val $v = $c.other!!";

/// A mechanism that fills a cell.
const fn cell(name: &'static str, put: &'static str) -> Mechanism {
    of(name, "Cell<$T>", put, MAIN, OTHER)
}

/// A mechanism that takes out of a cell.
const fn from_cell(name: &'static str, take: &'static str, take_other: &'static str) -> Mechanism {
    of(name, "Cell<$T>", CELL, take, take_other)
}

/// A mechanism that takes out of a list.
const fn from_list(name: &'static str, take: &'static str, take_other: &'static str) -> Mechanism {
    of(name, "Cell<MutableList<$T>>", LISTS, take, take_other)
}

const MECHANISMS: &[Mechanism] = &[
    cell("property", CELL),
    of(
        "nested property",
        "Nest<$T>",
        "val $c = Nest<$T>(); $c.inner.main = $m; $c.inner.other = $o",
        "val $v = $c.inner.main!!",
        "val $v = $c.inner.other!!",
    ),
    of("constructor", "Couple<$T>", "val $c = Couple<$T>($m, $o)", "val $v = $c.main", "val $v = $c.other"),
    of("private property", "Hidden<$T>", "val $c = Hidden<$T>($m, $o)", "val $v = $c.first()", "val $v = $c.second()"),
    of("accessor", "Hidden<$T>", "val $c = Hidden<$T>($m, $o)", "val $v = $c.shownMain", "val $v = $c.shownOther"),
    of("lazy property", "Late<$T>", "val $c = Late<$T>($m, $o)", "val $v = $c.main", "val $v = $c.other"),
    of(
        "property by map",
        "ByMap<$T>",
        "val $c = ByMap<$T>(mapOf(\"main\" to $m, \"other\" to $o))",
        "val $v = $c.main",
        "val $v = $c.other",
    ),
    of("value class", "Wrapped<$T>", "val $c = Wrapped<$T>(Entry($m, $o))", "val $v = $c.held.main", "val $v = $c.held.other"),
    of("destructuring", "Entry<$T>", "val $c = Entry<$T>($m, $o)", "val ($v, _) = $c", "val (_, $v) = $c"),
    of(
        "copy",
        "Entry<$T>",
        "val first$n = Entry<$T>($o, $o); val $c = first$n.copy(main = $m)",
        "val $v = $c.main",
        "val $v = $c.other",
    ),
    of("pair", "Pair<$T, $T>", "val $c = $m to $o", "val $v = $c.first", "val $v = $c.second"),
    cell("second name", "val $c = Cell<$T>(); val same$n = $c; same$n.main = $m; same$n.other = $o"),
    cell("overwritten property", "val $c = Cell<$T>(); $c.main = $o; $c.other = $m; $c.main = $m; $c.other = $o"),
    cell("apply", "val $c = Cell<$T>().apply { main = $m; other = $o }"),
    cell("also and with", "val $c = Cell<$T>().also { it.main = $m }; with($c) { other = $o }"),
    from_cell("let and run", "val $v = $c.let { it.main }?.run { this }!!", "val $v = $c.let { it.other }?.run { this }!!"),
    from_cell("elvis", "val $v = $c.main ?: return", "val $v = $c.other ?: return"),
    of("array", "Array<$T>", "val $c = arrayOf($o, $m)", "val $v = $c[1]", "val $v = $c[0]"),
    of("list", "List<$T>", "val $c = mutableListOf<$T>(); $c.add($o); $c += $m", "val $v = $c[1]", "val $v = $c[0]"),
    of("list literal", "List<$T>", "val $c = listOf($m, $o)", "val $v = $c.first()", "val $v = $c.last()"),
    of("built list", "List<$T>", "val $c = buildList { add($o); add($m) }", "val $v = $c[1]", "val $v = $c[0]"),
    of("wrapped list", "KeptItems<$T>", "val $c = KeptItems<$T>(); $c.put($o); $c.put($m)", "val $v = $c[1]", "val $v = $c[0]"),
    of(
        "map",
        "MutableMap<String, $T>",
        "val $c = mutableMapOf<String, $T>(); $c[\"main\"] = $m; $c[\"other\"] = $o",
        "val $v = $c[\"main\"]!!",
        "val $v = $c[\"other\"]!!",
    ),
    of(
        "map literal",
        "Map<String, $T>",
        "val $c = mapOf(Keys.MAIN to $m, Keys.OTHER to $o)",
        "val $v = $c.getValue(Keys.MAIN)",
        "val $v = $c.getValue(Keys.OTHER)",
    ),
    of(
        "wrapped map",
        "KeptByName<$T>",
        "val $c = KeptByName<$T>(); $c[\"main\"] = $m; $c[\"other\"] = $o",
        "val $v = $c.named(\"main\")!!",
        "val $v = $c.named(\"other\")!!",
    ),
    of(
        "map of lists",
        "MutableMap<String, MutableList<$T>>",
        "val $c = mutableMapOf<String, MutableList<$T>>(); $c.getOrPut(\"main\") { mutableListOf() }.add($m); \
         $c.getOrPut(\"other\") { mutableListOf() }.add($o)",
        "val $v = $c[\"main\"]!!.first()",
        "val $v = $c[\"other\"]!!.first()",
    ),
    of(
        "set and iterator",
        "Cell<MutableSet<$T>>",
        "val $c = Cell<MutableSet<$T>>(); $c.main = mutableSetOf($m); $c.other = mutableSetOf($o)",
        "val walk$n = $c.main!!.iterator(); val $v = walk$n.next()",
        "val walk$n = $c.other!!.iterator(); val $v = walk$n.next()",
    ),
    of(
        "queue",
        "ArrayDeque<$T>",
        "val $c = ArrayDeque<$T>(); $c.addLast($m); $c.addLast($o)",
        "val $v = $c.removeFirst()",
        "",
    )
    .without_twin(),
    from_list(
        "loop",
        "var $v: $T? = null; for (each$n in $c.main!!) { $v = each$n }; $v!!",
        "var $v: $T? = null; for (each$n in $c.other!!) { $v = each$n }; $v!!",
    ),
    from_list(
        "loop with positions",
        "var $v: $T? = null; $c.main!!.forEachIndexed { _, each$n -> $v = each$n }",
        "var $v: $T? = null; $c.other!!.forEachIndexed { _, each$n -> $v = each$n }",
    ),
    from_list(
        "operators on lists",
        "val $v = $c.main!!.map { it }.filter { it.hashCode() > 3 }.first()",
        "val $v = $c.other!!.map { it }.filter { it.hashCode() > 3 }.first()",
    ),
    from_list(
        "sequence",
        "val $v = $c.main!!.asSequence().mapNotNull { it }.sortedBy { it.hashCode() }.toList()[0]",
        "val $v = $c.other!!.asSequence().mapNotNull { it }.sortedBy { it.hashCode() }.toList()[0]",
    ),
    from_list(
        "fold",
        "val $v = $c.main!!.fold<$T, $T?>(null) { _, each -> each }!!",
        "val $v = $c.other!!.fold<$T, $T?>(null) { _, each -> each }!!",
    ),
    of(
        "grouping",
        "Cell<Map<Int, List<$T>>>",
        "val $c = Cell<Map<Int, List<$T>>>(); $c.main = listOf($m).groupBy { 1 }; $c.other = listOf($o).groupBy { 1 }",
        "val $v = $c.main!!.values.first()[0]",
        "val $v = $c.other!!.values.first()[0]",
    ),
    of(
        "closure",
        "Thunks<$T>",
        "val $c = Thunks<$T>(); $c.main = { $m }; $c.other = { $o }",
        "val $v = $c.main!!()",
        "val $v = $c.other!!.invoke()",
    ),
    of(
        "map of closures",
        "Map<String, () -> $T>",
        "val $c = mapOf<String, () -> $T>(\"main\" to { $m }, \"other\" to { $o })",
        "val $v = $c.getValue(\"main\")()",
        "val $v = $c.getValue(\"other\")()",
    ),
    cell("captured and written", "val $c = Cell<$T>(); val fill$n = { $c.main = $m; $c.other = $o }; fill$n()"),
    cell("local function", "val $c = Cell<$T>(); fun fill$n(a: $T, b: $T) { $c.main = a; $c.other = b }; fill$n($m, $o)"),
    of(
        "callable reference",
        "Hidden<$T>",
        "val $c = Hidden<$T>($m, $o)",
        "val get$n = $c::first; val $v = get$n()",
        "val get$n = $c::second; val $v = get$n()",
    ),
    of(
        "property reference",
        "Couple<$T>",
        "val $c = Couple<$T>($m, $o)",
        "val $v = listOf($c).map(Couple<$T>::main)[0]",
        "val $v = listOf($c).map(Couple<$T>::other)[0]",
    ),
    of(
        "object expression",
        "Source<$T>",
        "val $c = object : Source<$T> { override fun main(): $T = $m; override fun other(): $T { return $o } }",
        "val $v = $c.main()",
        "val $v = $c.other()",
    ),
    of(
        "interface by delegation",
        "Passed<$T>",
        "val $c = Passed<$T>(sourceOf($m, $o))",
        "val $v = $c.main()",
        "val $v = $c.other()",
    ),
    from_cell(
        "template method",
        "val $v = object : Template<$T>() { override fun step(): $T? = $c.main }.run()!!",
        "val $v = object : Template<$T>() { override fun step(): $T? = $c.other }.run()!!",
    ),
    from_cell("extension function", "val $v = $c.takeMain()!!", "val $v = $c.takeOther()!!"),
    from_cell("extension property", "val $v = $c.shownMain!!", "val $v = $c.shownOther!!"),
    from_cell("operator", "val $v = $c[true]!!", "val $v = $c[false]!!"),
    cell("calls", "val $c = Calls.keep($m, $o)"),
    cell("named and default arguments", "val $c = Calls.named(other = $o, main = $m)"),
    cell("variable arguments", "val $c = Calls.gather($m, $o)"),
    from_cell("recursion", "val $v = Calls.through($c.main!!, 5)", "val $v = Calls.through($c.other!!, 5)"),
    of(
        "builder",
        "Couple<$T?>",
        "val $c = Builder<$T>().main($m).other($o).build()",
        "val $v = $c.main!!",
        "val $v = $c.other!!",
    ),
    of(
        "optional",
        "Cell<Optional<$T>>",
        "val $c = Cell<Optional<$T>>(); $c.main = Optional.of($m); $c.other = Optional.of($o)",
        "val $v = $c.main!!.map { it }.orElse(null)",
        "val $v = $c.other!!.map { it }.orElse(null)",
    ),
    from_cell(
        "virtual dispatch",
        "val picker$n: Picker = First(); val $v = picker$n.pick($c)!!",
        "val picker$n: Picker = Second(); val $v = picker$n.pick($c)!!",
    ),
    from_cell(
        "object as receiver",
        "val picker$n: Picker = First(); val $v = picker$n.pick($c)!!",
        "val picker$n: Picker = ThirdPicker; val $v = picker$n.pick($c)!!",
    ),
    from_cell("enum with bodies", "val $v = Choice.MAIN.of($c)!!", "val $v = Choice.OTHER.of($c)!!"),
    of(
        "when over a sealed class",
        "List<Held<$T>>",
        "val $c = listOf(Held.Main($m), Held.Other($o))",
        "val held$n = $c[0]; val $v = when (held$n) { is Held.Main -> held$n.value; is Held.Other -> held$n.value }",
        "val held$n = $c[1]; val $v = when (held$n) { is Held.Main -> held$n.value; is Held.Other -> held$n.value }",
    ),
    of(
        "linked structure",
        "Node<$T>",
        "val $c = Node<$T>($o, Node<$T>($m, null))",
        "val $v = $c.next!!.item",
        "val $v = $c.item",
    ),
    of(
        "exception",
        "Carrier",
        "val $c: Carrier = try { throw Carrier($m, $o) } catch (caught: Carrier) { caught }",
        "val $v = $c.main as $T",
        "val $v = $c.other as $T",
    ),
    from_cell(
        "branch",
        "var $v: $T? = null; if ($c.hashCode() > 7) { $v = $c.main }; $v!!",
        "var $v: $T? = null; if ($c.hashCode() > 7) { $v = $c.other }; $v!!",
    ),
    from_cell(
        "constant condition",
        "val $v = if (Keys.ON) $c.main!! else $c.other!!",
        "val $v = if (Keys.OFF) $c.main!! else $c.other!!",
    ),
    from_cell(
        "when over a constant",
        "val way$n = 2 - 1; val $v = when (way$n) { 1 -> $c.main!!; else -> $c.other!! }",
        "val way$n = 2 + 1; val $v = when (way$n) { 1 -> $c.main!!; else -> $c.other!! }",
    ),
    of("inner class", "Outer<$T>.View", "val $c = Outer<$T>($m, $o).view()", "val $v = $c.first()", "val $v = $c.second()"),
    from_cell(
        "visitor",
        "var slot$n: $T? = null; visitMain($c) { slot$n = it }; val $v = slot$n!!",
        "var slot$n: $T? = null; visitOther($c) { slot$n = it }; val $v = slot$n!!",
    ),
    cell(
        "listener",
        "val $c = Cell<$T>(); val announcer$n = Announcer<$T>(); \
         announcer$n.add { main, other -> $c.main = main; $c.other = other }; announcer$n.announce($m, $o)",
    ),
    cell(
        "listener of a listener",
        "val $c = Cell<$T>(); val announcer$n = Announcer<$T>(); \
         announcer$n.add(Relay { main, other -> $c.main = main; $c.other = other }); announcer$n.announce($m, $o)",
    ),
    of(
        "generic box",
        "Two<$T>",
        "val $c = Two<$T>(); $c.main.put($m); $c.other.put($o)",
        "val $v = $c.main.take()!!",
        "val $v = $c.other.take()!!",
    ),
    of(
        "inherited state",
        "Derived<$T>",
        "val $c = Derived<$T>(); $c.fill($m, $o)",
        "val $v = $c.first()!!",
        "val $v = $c.second()!!",
    ),
    cell("launched coroutine", "val $c = Cell<$T>(); GlobalScope.launch { $c.main = $m; $c.other = $o }.join()"),
    cell("other context", "val $c = withContext(Dispatchers.IO) { val made$n = Cell<$T>(); made$n.main = $m; made$n.other = $o; made$n }"),
    of(
        "deferred result",
        "Cell<Deferred<$T>>",
        "val $c = Cell<Deferred<$T>>(); $c.main = GlobalScope.async { $m }; $c.other = GlobalScope.async { $o }",
        "val $v = $c.main!!.await()",
        "val $v = $c.other!!.await()",
    ),
    of(
        "channel",
        "Cell<Channel<$T>>",
        "val $c = Cell<Channel<$T>>(); $c.main = Channel(); $c.main!!.send($m); $c.other = Channel(); $c.other!!.send($o)",
        "val $v = $c.main!!.receive()",
        "val $v = $c.other!!.receive()",
    ),
    of(
        "state flow",
        "Cell<MutableStateFlow<$T>>",
        "val $c = Cell<MutableStateFlow<$T>>(); $c.main = MutableStateFlow($o); $c.main!!.value = $m; \
         $c.other = MutableStateFlow($o)",
        "val $v = $c.main!!.value",
        "val $v = $c.other!!.value",
    ),
    cell(
        "executor",
        "val $c = Cell<$T>(); val runner$n = Executors.newSingleThreadExecutor(); \
         runner$n.execute { $c.main = $m; $c.other = $o }",
    ),
    cell(
        "handler",
        "val $c = Cell<$T>(); val handler$n = Handler(Looper.getMainLooper()); \
         handler$n.post { $c.main = $m; $c.other = $o }",
    ),
    cell("thread", "val $c = Cell<$T>(); thread { $c.main = $m; $c.other = $o }.join()"),
    of("object", "", "Shelf$n.main = $m; Shelf$n.other = $o", "val $v = Shelf$n.main as $T", "val $v = Shelf$n.other as $T")
        .kept_in("object Shelf$n {\n    var main: Any? = null\n    var other: Any? = null\n}\n\n"),
    of(
        "companion object",
        "",
        "Store$n.main = $m; Store$n.other = $o",
        "val $v = Store$n.main as $T",
        "val $v = Store$n.other as $T",
    )
    .kept_in("class Store$n {\n    companion object {\n        var main: Any? = null\n        var other: Any? = null\n    }\n}\n\n"),
    of(
        "top-level property",
        "",
        "keptMain$n = $m; keptOther$n = $o",
        "val $v = keptMain$n as $T",
        "val $v = keptOther$n as $T",
    )
    .kept_in("var keptMain$n: Any? = null\nvar keptOther$n: Any? = null\n\n"),
    of("template", "Cell<String>", CELL, "val $v = \"<${$c.main}>\"", "val $v = \"<${$c.other}>\"").of_strings(),
    of(
        "built string",
        "Cell<StringBuilder>",
        "val $c = Cell<StringBuilder>(); $c.main = StringBuilder(\"<\").append($m); \
         $c.other = StringBuilder(\"<\").append($o)",
        "val $v = buildString { append($c.main); append(\">\") }",
        "val $v = buildString { append($c.other); append(\">\") }",
    )
    .of_strings(),
    of(
        "format",
        "Cell<String>",
        CELL,
        "val $v = \"<%s>\".format($c.main!!.trim())",
        "val $v = \"<%s>\".format($c.other!!.trim())",
    )
    .of_strings(),
    of(
        "length of the other",
        "Cell<String>",
        CELL,
        "val $v = $c.main!! + $c.main!!.length",
        "val $v = $c.other!! + $c.main!!.length",
    )
    .of_strings(),
    of(
        "sanitizer on one of two paths",
        "Cell<String>",
        "val $c = Cell<String>(); $c.main = if ($o.isEmpty()) DigestUtils.sha256Hex($m) else $m; $c.other = $o",
        MAIN,
        OTHER,
    )
    .of_strings(),
    of(
        "bundle",
        "Bundle",
        "val $c = Bundle().apply { putString(\"main\", $m); putString(\"other\", $o) }",
        "val $v = $c.getString(\"main\")!!",
        "val $v = $c.getString(\"other\")!!",
    )
    .of_strings(),
];
