//! The mechanisms of Ruby.

use super::mechanism::{Language, Mechanism, Sink};

/// Ruby.
pub const RUBY: Language = Language {
    name: "ruby",
    ending: "rb",
    helpers: include_str!("helpers/helpers.rb"),
    header: "",
    class: "class $name\n$methodsend\n",
    method: "    def $name(email)\n$body    end\n",
    marker: "#~",
    text: "",
    sinks: &[
        Sink { statement: "Rails.logger.info($v)", direct: true },
        Sink { statement: "Sinks.line($v)", direct: false },
        Sink { statement: "Sinks.new(\"chain\").tagged($v)", direct: false },
    ],
    mechanisms: MECHANISMS,
};

const CELL: &str = "$c = Cell.new; $c.main = $m; $c.other = $o";
const LISTS: &str = "$c = Cell.new; $c.main = [$m]; $c.other = [$o]";
const HASH: &str = "$c = { main: $m, other: $o }";
const MAIN: &str = "$v = $c.main";
const OTHER: &str = "$v = $c.other";

const fn of(name: &'static str, put: &'static str, take: &'static str, take_other: &'static str) -> Mechanism {
    super::mechanism::of(name, "", put, take, take_other)
}

/// A mechanism whose holder has two readers.
const fn read(name: &'static str, put: &'static str) -> Mechanism {
    of(name, put, MAIN, OTHER)
}

/// A mechanism that takes out of a cell.
const fn from_cell(name: &'static str, take: &'static str, take_other: &'static str) -> Mechanism {
    of(name, CELL, take, take_other)
}

/// A mechanism that takes out of a list.
const fn from_list(name: &'static str, take: &'static str, take_other: &'static str) -> Mechanism {
    of(name, LISTS, take, take_other)
}

const MECHANISMS: &[Mechanism] = &[
    read("attribute", CELL),
    of(
        "nested attribute",
        "$c = Nest.new; $c.inner.main = $m; $c.inner.other = $o",
        "$v = $c.inner.main",
        "$v = $c.inner.other",
    ),
    read("constructor", "$c = Couple.new($m, $o)"),
    of("keyword constructor", "$c = Hidden.new(main: $m, other: $o)", "$v = $c.first", "$v = $c.second"),
    read("memoised", "$c = Late.new($m, $o)"),
    read("struct", "$c = Entry.new($m, $o)"),
    of("struct with keywords", "$c = Named.new(main: $m, other: $o)", "$v = $c.first", "$v = $c.second"),
    read("data", "$c = Frozen.new(main: $m, other: $o)"),
    read("open struct", "$c = OpenStruct.new(main: $m, other: $o)"),
    read("second name", "$c = Cell.new; same$n = $c; same$n.main = $m; same$n.other = $o"),
    read("overwritten attribute", "$c = Cell.new; $c.main = $o; $c.other = $m; $c.main = $m; $c.other = $o"),
    of("array", "$c = [$o, $m]", "$v = $c[1]", "$v = $c[0]"),
    of("pushed array", "$c = []; $c << $o; $c.push($m)", "$v = $c.last", "$v = $c.first"),
    of("wrapped array", "$c = KeptItems.new; $c.put($o); $c.put($m)", "$v = $c.at(1)", "$v = $c.at(0)"),
    of("destructuring", "$c = [$m, $o]", "$v, _ = $c", "_, $v = $c"),
    of("hash", HASH, "$v = $c[:main]", "$v = $c[:other]"),
    of(
        "hash by named keys",
        "$c = {}; $c[Keys::MAIN] = $m; $c[Keys::OTHER] = $o",
        "$v = $c.fetch(Keys::MAIN)",
        "$v = $c.fetch(Keys::OTHER)",
    ),
    of("hash by texts", "$c = { \"main\" => $m }; $c.store(\"other\", $o)", "$v = $c[\"main\"]", "$v = $c[\"other\"]"),
    of(
        "dug hash",
        "$c = { held: { main: $m, other: [$o] } }",
        "$v = $c.dig(:held, :main)",
        "$v = $c.dig(:held, :other, 0)",
    ),
    of(
        "merged hash",
        "$c = { main: $o, other: $o }.merge(main: $m)",
        "$v = $c.slice(:main)[:main]",
        "$v = $c.slice(:other)[:other]",
    ),
    of("wrapped hash", "$c = KeptByName.new; $c[:main] = $m; $c[:other] = $o", "$v = $c[:main]", "$v = $c[:other]"),
    of(
        "hash of arrays",
        "$c = {}; ($c[:main] ||= []) << $m; ($c[:other] ||= []) << $o",
        "$v = $c[:main].first",
        "$v = $c[:other].first",
    ),
    of(
        "set",
        "$c = Cell.new; $c.main = Set.new; $c.main << $m; $c.other = Set.new([$o])",
        "$v = $c.main.to_a.first",
        "$v = $c.other.to_a.first",
    ),
    of("queue", "$c = Queue.new; $c << $m; $c.push($o)", "$v = $c.pop", "").without_twin(),
    from_list(
        "loop",
        "$v = nil; $c.main.each { |each$n| $v = each$n }",
        "$v = nil; $c.other.each { |each$n| $v = each$n }",
    ),
    from_list(
        "for loop",
        "$v = nil; for each$n in $c.main do $v = each$n end",
        "$v = nil; for each$n in $c.other do $v = each$n end",
    ),
    from_list(
        "loop with positions",
        "$v = nil; $c.main.each_with_index { |each$n, _| $v = each$n }",
        "$v = nil; $c.other.each_with_index { |each$n, _| $v = each$n }",
    ),
    from_list(
        "enumerables",
        "$v = $c.main.map { |it| it }.select { |it| it }.reject(&:nil?).first",
        "$v = $c.other.map { |it| it }.select { |it| it }.reject(&:nil?).first",
    ),
    from_list("lazy enumerables", "$v = $c.main.lazy.map { _1 }.to_a[0]", "$v = $c.other.lazy.map { _1 }.to_a[0]"),
    from_list("reduce", "$v = $c.main.reduce(nil) { |_, each| each }", "$v = $c.other.reduce(nil) { |_, each| each }"),
    from_list(
        "each with object",
        "$v = $c.main.each_with_object([]) { |each, all| all << each }.first",
        "$v = $c.other.each_with_object([]) { |each, all| all << each }.first",
    ),
    of(
        "grouping",
        "$c = Cell.new; $c.main = [$m].group_by { 1 }; $c.other = [$o].group_by { 1 }",
        "$v = $c.main.values.first[0]",
        "$v = $c.other.values.first[0]",
    ),
    of(
        "own enumerable",
        "$c = Cell.new; $c.main = Only.new($m); $c.other = Only.new($o)",
        "$v = nil; $c.main.each { |each$n| $v = each$n }",
        "$v = nil; $c.other.each { |each$n| $v = each$n }",
    ),
    of("closure", "$c = Cell.new; $c.main = -> { $m }; $c.other = -> { $o }", "$v = $c.main.call", "$v = $c.other.()"),
    of(
        "hash of procs",
        "$c = { main: proc { $m }, other: proc { $o } }",
        "$v = $c[:main].call",
        "$v = $c[:other].call",
    ),
    read("captured and written", "$c = Cell.new; fill$n = lambda { $c.main = $m; $c.other = $o }; fill$n.call"),
    of(
        "method object",
        "$c = Couple.new($m, $o)",
        "get$n = $c.method(:main); $v = get$n.call",
        "get$n = $c.method(:other); $v = get$n.call",
    ),
    of("symbol as block", "$c = Couple.new($m, $o)", "$v = [$c].map(&:main).first", "$v = [$c].map(&:other).first"),
    from_cell("sent by name", "$v = $c.public_send(:main)", "$v = $c.public_send(:other)"),
    read("defined methods", "$c = Defined.new({ main: $m, other: $o })"),
    read("delegated methods", "$c = Delegated.new(Couple.new($m, $o))"),
    of("module", "$c = Mixed.new($m, $o)", "$v = $c.shown_main", "$v = $c.shown_other"),
    read("prepended module", "$c = Prepended.new($m, $o)"),
    of("extended class", "$c = Extended.keep_in_class($m, $o)", "$v = $c[0]", "$v = $c[1]"),
    from_cell("template method", "$v = MainTemplate.new($c).run", "$v = OtherTemplate.new($c).run"),
    read("calls", "$c = Calls.keep($m, $o)"),
    read("named arguments", "$c = Calls.named(other: $o, main: $m)"),
    read("gathered arguments", "$c = Calls.gathered($m, $o)"),
    read("spread arguments", "list$n = [$m, $o]; $c = Calls.keep(*list$n)"),
    read("gathered options", "$c = Calls.options(main: $m, other: $o)"),
    read("forwarded arguments", "$c = Calls.forwarded(main: $m, other: $o)"),
    read("several results", "$c = Cell.new; $c.main, $c.other = Calls.both($m, $o)"),
    from_cell("recursion", "$v = Calls.through($c.main, 5)", "$v = Calls.through($c.other, 5)"),
    read("builder", "$c = Builder.new.main($m).other($o).build"),
    from_cell("safe navigation", "$v = $c&.main", "$v = $c&.other"),
    from_cell("virtual dispatch", "$v = First.new.pick($c)", "$v = Second.new.pick($c)"),
    of("linked structure", "$c = Node.new($o, Node.new($m))", "$v = $c.successor.item", "$v = $c.item"),
    read("exception", "begin; raise Carrier.new($m, $o); rescue Carrier => caught; $c = caught; end"),
    from_cell(
        "branch",
        "$v = nil; if $c.hash > 7 then $v = $c.main end",
        "$v = nil; if $c.hash > 7 then $v = $c.other end",
    ),
    from_cell("modifier", "$v = $c.main; $v = nil unless $c.hash > 7", "$v = $c.other; $v = nil unless $c.hash > 7"),
    from_cell("constant condition", "$v = Keys::ON ? $c.main : $c.other", "$v = Keys::OFF ? $c.main : $c.other"),
    from_cell(
        "case over a constant",
        "way$n = :first; $v = case way$n when :first then $c.main else $c.other end",
        "way$n = :last; $v = case way$n when :first then $c.main else $c.other end",
    ),
    of(
        "pattern",
        HASH,
        "case $c; in { main: held$n }; $v = held$n; end",
        "case $c; in { other: held$n }; $v = held$n; end",
    ),
    from_cell(
        "yielded to a block",
        "$v = nil; Visits.main($c) { |it$n| $v = it$n }",
        "$v = nil; Visits.other($c) { |it$n| $v = it$n }",
    ),
    from_cell(
        "then and tap",
        "$v = $c.main.then { |it| it }.tap { |it| it }",
        "$v = $c.other.then { |it| it }.tap { |it| it }",
    ),
    read(
        "listener",
        "$c = Cell.new; announcer$n = Announcer.new; \
         announcer$n.on_news { |main, other| $c.main = main; $c.other = other }; announcer$n.announce($m, $o)",
    ),
    read("listener of a listener", "$c = Cell.new; relay$n = Relay.new(CellListener.new($c)); relay$n.heard($m, $o)"),
    of("inherited state", "$c = Derived.new; $c.fill($m, $o)", "$v = $c.first", "$v = $c.second"),
    of(
        "thread",
        "$c = Cell.new; $c.main = Thread.new { $m }; $c.other = Thread.new { $o }",
        "$v = $c.main.value",
        "$v = $c.other.value",
    ),
    of("class state", "Shelf$n.main = $m; Shelf$n.other = $o", "$v = Shelf$n.main", "$v = Shelf$n.other")
        .kept_in("class Shelf$n\n  class << self\n    attr_accessor :main, :other\n  end\nend\n\n"),
    of("class variable", "Kept$n.fill($m, $o)", "$v = Kept$n.main", "$v = Kept$n.other").kept_in(
        "class Kept$n\n  def self.fill(main, other)\n    @@main = main\n    @@other = other\n  end\n\n  \
         def self.main = @@main\n\n  def self.other = @@other\nend\n\n",
    ),
    of(
        "singleton",
        "Store$n.instance.main = $m; Store$n.instance.other = $o",
        "$v = Store$n.instance.main",
        "$v = Store$n.instance.other",
    )
    .kept_in("class Store$n\n  include Singleton\n\n  attr_accessor :main, :other\nend\n\n"),
    of("interpolation", CELL, "$v = \"<#{$c.main}>\"", "$v = \"<#{$c.other}>\"").of_strings(),
    of(
        "appended text",
        "$c = Cell.new; $c.main = +\"<\"; $c.main << $m; $c.other = +\"<\"; $c.other << $o",
        "$v = $c.main + \">\"",
        "$v = $c.other + \">\"",
    )
    .of_strings(),
    of("format", CELL, "$v = format(\"<%s>\", $c.main.strip)", "$v = format(\"<%s>\", $c.other.strip)").of_strings(),
    of("joined", CELL, "$v = [\"<\", $c.main].join(\" \")", "$v = [\"<\", $c.other].join(\" \")").of_strings(),
    of("length of the other", CELL, "$v = $c.main + $c.main.length.to_s", "$v = $c.other + $c.main.length.to_s")
        .of_strings(),
    of(
        "sanitizer on one of two paths",
        "$c = Cell.new; $c.main = $o.empty? ? Digest::SHA256.hexdigest($m) : $m; $c.other = $o",
        MAIN,
        OTHER,
    )
    .of_strings(),
];
