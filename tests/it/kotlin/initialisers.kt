package toy

open class Base(val name: String)

class Account(email: String, private val visits: Int = 1) : Base(email.trim()) {
    val framed = "[$email]"
    init {
        println(framed)
    }
    var line: String = ""
        get() = field + name
        set(value) {
            field = value
        }

    constructor(visits: Int) : this("nobody", visits) {
        line = "none"
    }

    companion object {
        const val KIND = "account"
        fun of(email: String) = Account(email)
    }
}

enum class Kind(val title: String) {
    OPEN("open") {
        override fun shown() = title
    },
    CLOSED("closed");

    open fun shown() = "none"
}
