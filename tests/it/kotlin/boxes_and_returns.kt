package toy

fun find(lines: List<String>): String? {
    var count = 0
    lines.forEach { line ->
        count++
        if (line.length > 3) return line
    }
    fun again(left: Int): Int = if (left == 0) count else again(left - 1)
    again(2)
    return null
}

fun labels(lines: List<String>) = lines.map skip@{
    if (it.isEmpty()) return@skip "empty"
    it + "!"
}
