//! A name, interned once for all threads.

use std::fmt;
use std::ops::Deref;

use ustr::Ustr;

/// An interned string: copying and comparing for equality cost one word.
///
/// The order is that of the text, so that sorting symbols never shows in which order threads met them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Symbol(Ustr);

impl Symbol {
    /// Interns `text`.
    pub fn new(text: &str) -> Symbol {
        Symbol(Ustr::from(text))
    }

    /// The text itself, which lives as long as the process.
    pub fn as_str(self) -> &'static str {
        self.0.as_str()
    }
}

impl From<&str> for Symbol {
    fn from(text: &str) -> Symbol {
        Symbol::new(text)
    }
}

impl Deref for Symbol {
    type Target = str;
    fn deref(&self) -> &str {
        self.0.as_str()
    }
}

impl Ord for Symbol {
    fn cmp(&self, other: &Symbol) -> std::cmp::Ordering {
        if self == other {
            return std::cmp::Ordering::Equal;
        }
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for Symbol {
    fn partial_cmp(&self, other: &Symbol) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq<&str> for Symbol {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}
