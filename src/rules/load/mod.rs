//! From rule files to a [`model::RuleSet`]: every mistake of every file is told in one run, at its place.
//!
//! ```text
//! text -> yaml::parse -> Draft (one per file: sections, ids, references) -> combine (all files) -> RuleSet
//! ```
//!
//! A draft reads one file and checks what can be seen in it alone: keys, shapes, ports, templates. `combine` checks
//! what concerns all files: an id stands for one thing, what a rule refers to is declared, `replaces` and `disable` name
//! something. Rules of a file with mistakes are never used.
//!
//! `build.rs` compiles this module too, to turn `rules/` into the form that is embedded.
//!
//! # What a file holds
//!
//! A mapping of sections. Each of [`model::Section::ALL`] is a list of entries with an `id`; four keys stand beside them:
//! `effects` (a list of ids), `language` (of all matches of the file that name none), `names` (see
//! [`model::NameEvidence`]), `disable` (ids of rules that shall not apply).
//! An entry may carry `replaces: ID` and `examples`, code with expectations in its comments that runs as a test.
//! Wherever any of several things may hold, one may be written without a list. `tests/it/every-key.yaml` shows every
//! key once.

mod behaviour;
mod combine;
mod draft;
mod element;
mod framework;
mod matching;
mod port;
mod template;

use serde::{Deserialize, Serialize};

use super::{destination, model};
use crate::base::yaml::{Problem, Shapes, render};

use draft::Draft;
use model::RuleSet;

/// A file of rules.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleFile {
    /// The path by which messages call it.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// What is wrong in one file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileProblems {
    /// The file.
    pub file: RuleFile,
    /// The mistakes, in the order in which they were found.
    pub problems: Vec<Problem>,
}

impl FileProblems {
    /// The mistakes in the order of their places, each underlined in its line.
    pub fn render(&self, color: bool) -> String {
        render(&self.problems, &self.file.path, &self.file.text, color)
    }
}

/// Code that shows what a rule does, with expectations in its comments.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Example {
    /// The rule that carries it.
    pub rule: String,
    /// Its language.
    pub language: String,
    /// The code.
    pub code: String,
    /// The file it stands in.
    pub path: String,
}

/// What files of rules add up to.
#[derive(Clone, Default, Debug)]
pub struct Loaded {
    /// The rules.
    pub rules: RuleSet,
    /// The examples of the files, in their order.
    pub examples: Vec<Example>,
}

/// The shape of rule files, as far as `files` show it.
pub fn shapes(files: &[RuleFile]) -> Shapes {
    let mut shapes = Shapes::default();
    for file in files {
        Draft::read_and_learn(file, Some(&mut shapes));
    }
    shapes
}

/// Reads `files` on top of `base`, whose rules they may refer to, replace and disable.
pub fn load(files: &[RuleFile], base: RuleSet) -> Result<Loaded, Vec<FileProblems>> {
    let drafts = files.iter().map(Draft::read).collect();
    combine::combine(drafts, base)
}
