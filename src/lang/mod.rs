//! Front ends: the concrete syntax tree of a file becomes IR.
//!
//! Adding a language: one folder with a type that implements [`Language`], and one line in [`LANGUAGES`].

use crate::base::{Diagnostic, FileId};
use crate::ir::Unit;

/// What a front end is.
pub trait Language: Sync {
    /// Key in rules and reports (`java`).
    fn key(&self) -> &'static str;
    /// File name endings, without the dot.
    fn extensions(&self) -> &'static [&'static str];
    /// Lowers one file. Never fails: what cannot be parsed is a diagnostic and an opaque statement.
    fn lower(&self, file: FileId, path: &str, text: &str) -> (Unit, Vec<Diagnostic>);
}

/// The registry: every language that Candor reads.
pub static LANGUAGES: &[&dyn Language] = &[];

/// The language of a path by its name.
pub fn language_of(path: &str) -> Option<&'static dyn Language> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.')?.1;
    LANGUAGES.iter().copied().find(|language| language.extensions().contains(&extension))
}
