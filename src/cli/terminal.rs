//! What the terminal can show.

use std::io::{IsTerminal, stderr, stdout};

use crate::cli::arguments::ColorChoice;

/// How the user wants to be spoken to.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// When to use colours.
    pub color: ColorChoice,
    /// Nothing on standard error but errors.
    pub quiet: bool,
}

impl Terminal {
    /// Whether standard output is written in colour.
    pub fn colored_output(self) -> bool {
        self.colored(stdout().is_terminal())
    }

    /// Whether standard error is written in colour.
    pub fn colored_errors(self) -> bool {
        self.colored(stderr().is_terminal())
    }

    fn colored(self, is_terminal: bool) -> bool {
        let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => {
                is_terminal && !is_set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
            }
        }
    }
}
