//! The pipeline, on one screen: options become a [`Scan`], all that a run found.

use std::path::PathBuf;

use crate::base::Diagnostic;
use crate::lang;
use crate::link;
use crate::rules::model::RuleSet;
use crate::source::{SourceFile, SourceMap};
use crate::taint::{self, Analysis};

/// What is scanned.
#[derive(Clone, Debug)]
pub enum Input {
    /// Files and folders.
    Paths(Vec<PathBuf>),
    /// Files given as path and text.
    Texts(Vec<(String, String)>),
}

/// What a scan needs to know.
#[derive(Clone, Debug)]
pub struct ScanOptions {
    /// What is scanned.
    pub input: Input,
    /// The rules.
    pub rules: RuleSet,
}

/// All that a run found.
#[derive(Debug)]
pub struct Scan {
    /// The files.
    pub sources: SourceMap,
    /// Flows, sink sites and occurrences.
    pub analysis: Analysis,
    /// Trouble of all stages.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why nothing could be scanned.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// A path cannot be opened.
    #[error("{path}: {reason}")]
    Path {
        /// As the user wrote it.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
}

/// Runs the pipeline.
pub fn scan(options: &ScanOptions) -> Result<Scan, ScanError> {
    let sources = match &options.input {
        Input::Texts(files) => SourceMap::new(
            files.iter().map(|(path, text)| SourceFile { path: path.clone(), text: text.clone() }).collect(),
        ),
        Input::Paths(paths) => {
            return Err(ScanError::Path {
                path: paths.first().cloned().unwrap_or_default(),
                reason: "cannot be opened".to_owned(),
            });
        }
    };
    let (units, mut diagnostics) = lang::lower(&sources);
    let (program, linking) = link::link(units, &options.rules);
    diagnostics.extend(linking);
    let analysis = taint::analyse(&program, &options.rules);
    diagnostics.extend(analysis.diagnostics.iter().cloned());
    Ok(Scan { sources, analysis, diagnostics })
}
