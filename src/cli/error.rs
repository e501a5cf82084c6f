//! Why a command could not do what it was asked to, with what to do next. All of these end with exit code 2.

use std::path::{Path, PathBuf};

use crate::scan::ScanError;
use crate::source::PathError;

/// A command that could not be carried out.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// A path that cannot be opened.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The scan could not begin.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// Mistakes in policies or rules, drawn at their places.
    #[error("{count} in {files}; nothing was scanned", count = problems(*.count))]
    Configuration {
        /// The mistakes, drawn; told before the error itself.
        shown: String,
        /// How many there are.
        count: usize,
        /// The files that they are in.
        files: String,
    },
    /// Arguments that do not fit together, or name nothing.
    #[error("{0}")]
    Usage(String),
    /// A report that cannot be written.
    #[error("cannot write {path}: {reason}", path = .path.display())]
    Output {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: std::io::Error,
    },
    /// A file that cannot be read.
    #[error("cannot read {path}: {reason}", path = .path.display())]
    Input {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

impl CommandError {
    pub(super) fn input(path: &Path, reason: impl ToString) -> CommandError {
        CommandError::Input { path: path.to_path_buf(), reason: reason.to_string() }
    }
}

fn problems(count: usize) -> String {
    if count == 1 { "1 problem".to_owned() } else { format!("{count} problems") }
}
