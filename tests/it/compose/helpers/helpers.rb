class Cell
  attr_accessor :main, :other
end

class Nest
  attr_reader :inner

  def initialize
    @inner = Cell.new
  end
end

class Couple
  attr_reader :main, :other

  def initialize(main, other)
    @main = main
    @other = other
  end
end

class Hidden
  def initialize(main:, other: nil)
    @main, @other = main, other
  end

  def first
    @main
  end

  def second = @other
end

class Late
  def initialize(main, other)
    @given = { main: main, other: other }
  end

  def main
    @main ||= @given[:main]
  end

  def other
    @other ||= @given.fetch(:other)
  end
end

Entry = Struct.new(:main, :other)

Named = Struct.new(:main, :other, keyword_init: true) do
  def first
    main
  end

  def second
    other
  end
end

Frozen = Data.define(:main, :other)

class Calls
  def self.keep(main, other)
    keep_again(main, other)
  end

  def self.keep_again(main, other)
    make(main, other)
  end

  def self.make(main, other)
    cell = Cell.new
    cell.main = main
    cell.other = other
    cell
  end

  class << self
    def named(main:, other:, nothing: 0)
      keep(main, other)
    end

    def gathered(*items)
      keep(items[0], items[1])
    end

    def options(**options)
      named(**options)
    end

    def forwarded(...)
      named(...)
    end

    def through(value, depth)
      depth.zero? ? value : through(value, depth - 1)
    end

    def both(main, other)
      return main, other
    end
  end
end

class Builder
  def main(main)
    @main = main
    self
  end

  def other(other)
    tap { @other = other }
  end

  def build
    Couple.new(@main, @other)
  end
end

class Picker
  def pick(_cell)
    raise NotImplementedError
  end
end

class First < Picker
  def pick(cell)
    cell.main
  end
end

class Second < Picker
  def pick(cell)
    cell.other
  end
end

class Node
  attr_reader :item, :successor

  def initialize(item, successor = nil)
    @item = item
    @successor = successor
  end
end

class Carrier < StandardError
  attr_reader :main, :other

  def initialize(main, other)
    super("carried")
    @main = main
    @other = other
  end
end

module Visits
  def self.main(cell)
    yield cell.main
  end

  def self.other(cell, &visitor)
    visitor.call(cell.other)
  end
end

module Shown
  def shown_main
    main
  end

  def shown_other
    other
  end
end

class Mixed < Couple
  include Shown
end

module Doubled
  def main
    super
  end
end

class Prepended < Couple
  prepend Doubled
end

class Extended
  module Methods
    def keep_in_class(main, other)
      [main, other]
    end
  end

  extend Methods
end

class Base
  def first
    @main
  end

  def second
    raise NotImplementedError
  end

  def fill(main, other)
    @main = main
    @other = other
  end
end

class Derived < Base
  def fill(main, other)
    super
  end

  def second
    @other
  end
end

class Template
  def run
    step
  end
end

class MainTemplate < Template
  def initialize(cell)
    @cell = cell
  end

  def step
    @cell.main
  end
end

class OtherTemplate < MainTemplate
  def step
    @cell.other
  end
end

class Announcer
  def initialize
    @listeners = []
  end

  def on_news(&listener)
    @listeners << listener
  end

  def announce(main, other)
    @listeners.each { |listener| listener.call(main, other) }
  end
end

class Relay
  def initialize(target)
    @target = target
  end

  def heard(main, other)
    @target.heard(main, other)
  end
end

class CellListener
  def initialize(cell)
    @cell = cell
  end

  def heard(main, other)
    @cell.main = main
    @cell.other = other
  end
end

class KeptItems
  def initialize
    @items = []
  end

  def put(item)
    @items << item
  end

  def at(position)
    @items[position]
  end
end

class KeptByName
  def initialize
    @items = {}
  end

  def []=(name, item)
    @items[name] = item
  end

  def [](name)
    @items[name]
  end
end

class Only
  include Enumerable

  def initialize(item)
    @item = item
  end

  def each
    yield @item
  end
end

class Delegated
  extend Forwardable

  def_delegators :@inner, :main, :other

  def initialize(inner)
    @inner = inner
  end
end

class Defined
  def initialize(values)
    @values = values
  end

  %i[main other].each do |name|
    define_method(name) { @values[name] }
  end
end

module Keys
  MAIN = :main_key
  OTHER = :other_key
  ON = true
  OFF = false
end

class Sinks
  def self.line(line)
    Rails.logger.info(line)
  end

  def initialize(tag)
    @tag = tag
  end

  def tagged(line)
    Rails.logger.info("#{@tag} #{line}")
  end
end
