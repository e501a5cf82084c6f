//! Front ends: the concrete syntax tree of a file becomes IR.
//!
//! Adding a language: one folder with a type that implements [`Language`], and one line in [`LANGUAGES`].

use rayon::prelude::*;

use crate::base::{Diagnostic, FileId};
use crate::ir::Unit;
use crate::source::{SourceMap, TestLayout};

/// What a front end is.
pub trait Language: Sync {
    /// Key in rules and reports (`java`).
    fn key(&self) -> &'static str;
    /// File name endings, without the dot.
    fn extensions(&self) -> &'static [&'static str];
    /// Where the language's build tools expect tests.
    fn test_layout(&self) -> &'static TestLayout {
        &TestLayout::NONE
    }
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

/// Lowers every file that a language claims, in parallel; units and diagnostics keep the order of the files.
pub fn lower(sources: &SourceMap) -> (Vec<Unit>, Vec<Diagnostic>) {
    let files: Vec<_> = sources.iter().filter_map(|(id, file)| Some((id, file, language_of(&file.path)?))).collect();
    let lowered: Vec<(Unit, Vec<Diagnostic>)> =
        files.into_par_iter().map(|(id, file, language)| language.lower(id, &file.path, &file.text)).collect();
    let mut diagnostics = Vec::new();
    let units = lowered
        .into_iter()
        .map(|(unit, trouble)| {
            diagnostics.extend(trouble);
            unit
        })
        .collect();
    (units, diagnostics)
}
