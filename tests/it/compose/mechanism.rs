//! What a mechanism is, and what a language has to say to have its mechanisms composed.
//!
//! A mechanism takes two values in and gives either of them back. Its templates know `$T`, the type of the two values,
//! `$m`, the one that is followed, `$o`, the other, `$c`, the variable of the holder, `$v`, the variable of what is taken
//! out, and `$n`, a number of which there is one for each holder of each method.

/// A way to hold two values.
pub struct Mechanism {
    /// What failures call it.
    pub name: &'static str,
    /// Type of the holder; empty in a language without declared types.
    pub holder: &'static str,
    /// Statements that declare `$c` and put `$m` and `$o` in.
    pub put: &'static str,
    /// Statements that declare `$v` and take `$m` out.
    pub take: &'static str,
    /// The same for `$o`; `None` where nothing static tells the two apart.
    pub take_other: Option<&'static str>,
    /// A declaration beside the class of the chain, one for each holder of each method; mostly empty.
    pub beside: &'static str,
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

/// A mechanism that stands anywhere.
pub const fn of(
    name: &'static str,
    holder: &'static str,
    put: &'static str,
    take: &'static str,
    take_other: &'static str,
) -> Mechanism {
    Mechanism { name, holder, put, take, take_other: Some(take_other), beside: "", place: Place::Any }
}

impl Mechanism {
    /// The mechanism for strings only.
    pub const fn of_strings(mut self) -> Mechanism {
        self.place = Place::Innermost;
        self
    }

    /// The mechanism with a declaration of its own that holds the values instead of a variable.
    pub const fn kept_in(mut self, beside: &'static str) -> Mechanism {
        self.beside = beside;
        self.place = Place::Outermost;
        self
    }

    /// The mechanism without its twin: only the order in which a program runs tells the two values apart.
    pub const fn without_twin(mut self) -> Mechanism {
        self.take_other = None;
        self
    }
}

/// A call that ends a chain.
pub struct Sink {
    /// The statement, with `$v`.
    pub statement: &'static str,
    /// Whether it is the sink itself; a wrapper is none where nothing arrives.
    pub direct: bool,
}

/// How chains are written in a language.
pub struct Language {
    /// Its name, and that of its scoreboard.
    pub name: &'static str,
    /// Ending of its files.
    pub ending: &'static str,
    /// A file with what the mechanisms need.
    pub helpers: &'static str,
    /// What stands above each class of a chain.
    pub header: &'static str,
    /// A class with `$name` and `$methods`.
    pub class: &'static str,
    /// A method with `$name` and `$body`; its parameter is `email`.
    pub method: &'static str,
    /// What opens a marker.
    pub marker: &'static str,
    /// Type of the value that is followed.
    pub text: &'static str,
    /// How chains end, in turn.
    pub sinks: &'static [Sink],
    /// All mechanisms.
    pub mechanisms: &'static [Mechanism],
}
