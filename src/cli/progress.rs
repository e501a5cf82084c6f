//! Tells on a terminal what is being done.

use std::io::{IsTerminal, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A line on standard error that names the stage at work; nothing where standard error is no terminal.
pub struct Progress(ProgressBar);

impl Progress {
    /// Begins to tell, unless asked to be quiet.
    pub fn new(quiet: bool) -> Progress {
        if quiet || !stderr().is_terminal() {
            return Progress(ProgressBar::hidden());
        }
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(120));
        Progress(bar)
    }

    /// Names the stage that begins.
    pub fn stage(&self, stage: &str) {
        let words = match stage {
            "source" => "reading files",
            "resource" => "reading resources",
            "lang" => "parsing",
            "link" => "linking",
            "taint" => "following personal data",
            "policy" => "judging flows",
            other => other,
        };
        self.0.set_message(words.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
