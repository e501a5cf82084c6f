//! Colours of the text report; without them the same text.

use crate::policy::{Level, Verdict};

/// Wraps text in terminal colours, or leaves it alone.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    color: bool,
}

impl Paint {
    /// With colours or without.
    pub fn new(color: bool) -> Paint {
        Paint { color }
    }

    /// A heading.
    pub fn bold(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// What stands beside the point.
    pub fn dim(self, text: &str) -> String {
        self.wrap("2", text)
    }

    /// What fails, warns, or is well.
    pub fn by_level(self, level: Level, text: &str) -> String {
        match level {
            Level::Fail => self.wrap("1;31", text),
            Level::Warn => self.wrap("1;33", text),
            Level::None => self.wrap("32", text),
        }
    }

    /// A verdict with its level.
    pub fn verdict(self, verdict: Verdict, level: Level) -> String {
        let words = verdict.as_str().replace('_', " ");
        self.by_level(level, &words)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
