package toy

interface Source {
    val name: String
    fun line(): String
}

data class Point(val x: Int, var y: Int = 0)

class Wrapped(source: Source, lines: Map<String, String>) : Source by source {
    val late by lazy { source.line() }
    var title: String by lines
}
