//! Front ends: the concrete syntax tree of a file becomes IR.
//!
//! Adding a language: one folder with a type that implements [`Language`], and one line in [`LANGUAGES`].
//!
//! Every file goes the same way: the [`lexical`] pass decides whether it may be parsed, a parser that the thread keeps
//! makes a tree, the language lowers it, the tree is dropped. Files are independent of each other and are worked on in
//! parallel; results come in the order of the files.

mod broken;
mod cleanup;
mod descent;
mod emit;
pub mod java;
pub mod kotlin;
pub mod lexical;
pub mod ruby;
mod scoped;
mod tree;

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::ControlFlow;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::{ParseOptions, ParseState, Parser, Tree};

use crate::base::{Code, Diagnostic, FileId, Span};
use crate::ir::Unit;
use crate::lang::lexical::{Lexical, Scan};
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
    /// Packages whose types every file sees without an import.
    fn implicit_imports(&self) -> &'static [&'static str] {
        &[]
    }
    /// Whether a class may be opened again, in any file, and is an object with methods of its own.
    fn has_open_classes(&self) -> bool {
        false
    }
    /// How members are reached without saying so.
    fn members(&self) -> Members {
        Members::Explicit
    }
    /// The text for the parser in place of that of the file: of the same length, so that offsets hold.
    fn parsed_text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        Cow::Borrowed(text)
    }
    /// A file that the language takes, with the lines where they are, from code that is only a part of one.
    fn completed<'c>(&self, code: &'c str) -> Cow<'c, str> {
        Cow::Borrowed(code)
    }
    /// The grammar of its parser.
    fn grammar(&self) -> tree_sitter::Language;
    /// How it writes comments, literals and declarations.
    fn lexical(&self) -> &'static Lexical;
    /// The code inside of a template; `None` where all of a file is code.
    fn embedded(&self, _text: &str) -> Option<Embedded> {
        None
    }
    /// Lowers the code inside of a template from its tree.
    fn lower_embedded(&self, file: FileId, path: &str, embedded: &Embedded, tree: &Tree) -> (Unit, Vec<Diagnostic>) {
        self.lower(file, path, &embedded.code, tree)
    }
    /// Lowers one file from its tree. Never fails: what cannot be parsed is a diagnostic and an opaque statement.
    fn lower(&self, file: FileId, path: &str, text: &str, tree: &Tree) -> (Unit, Vec<Diagnostic>);
}

/// What `link` has to find out about accesses to members.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Members {
    /// An access means what it says: fields are fields, calls are calls.
    Explicit,
    /// A field access may be a call of an accessor, a call may be one of an extension or of a constructor, and lambdas
    /// may have receivers whose members need no name.
    Implicit,
}

/// Where the build tools of the JVM expect tests.
static JVM_TESTS: TestLayout = TestLayout {
    anywhere: &["src/test*", "src/*Test"],
    beside_build_file: &["test", "tests"],
    build_files: &["build.gradle", "build.gradle.kts", "build.xml", "pom.xml"],
};

/// Code that stands in pieces in a text of another language.
#[derive(Clone, Default, Debug)]
pub struct Embedded {
    /// The code, gathered.
    pub code: String,
    /// Where pieces begin: in the code, and in the text. A piece goes up to the next.
    pub pieces: Vec<(usize, usize)>,
    /// Offsets in the code of expressions whose value becomes part of the output.
    pub outputs: Vec<usize>,
}

impl Embedded {
    /// Where an offset of the code is in the text.
    pub fn in_text(&self, offset: usize) -> usize {
        let next = self.pieces.partition_point(|(start, _)| *start <= offset);
        let piece = next.checked_sub(1).and_then(|at| self.pieces.get(at));
        piece.map_or(0, |(start, text)| text + (offset - start))
    }
}

/// The registry: every language that Candor reads.
pub static LANGUAGES: &[&dyn Language] = &[&java::Java, &kotlin::Kotlin, &ruby::Ruby, &ruby::Erb, &ruby::Haml];

/// The language of a path by its name.
pub fn language_of(path: &str) -> Option<&'static dyn Language> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.')?.1;
    LANGUAGES.iter().copied().find(|language| language.extensions().contains(&extension))
}

/// The language of a key.
pub fn language_named(key: &str) -> Option<&'static dyn Language> {
    LANGUAGES.iter().copied().find(|language| language.key() == key)
}

/// Lowers all files that are written in a known language, in the order of the files.
pub fn lower(files: &SourceMap) -> (Vec<Unit>, Vec<Diagnostic>) {
    let work: Vec<_> = files.iter().collect();
    let lowered: Vec<_> = work.par_iter().map(|(id, file)| lower_file(*id, &file.path, &file.text)).collect();
    let mut units = Vec::with_capacity(lowered.len());
    let mut diagnostics = Vec::new();
    for (unit, told) in lowered {
        units.extend(unit);
        diagnostics.extend(told);
    }
    (units, diagnostics)
}

/// Lowers one file; nothing comes of it when its language is not known or when it must not be parsed.
pub fn lower_file(id: FileId, path: &str, text: &str) -> (Option<Unit>, Vec<Diagnostic>) {
    let Some(language) = language_of(path) else { return (None, Vec::new()) };
    if let Some(embedded) = language.embedded(text) {
        return lower_template(language, id, path, text, &embedded);
    }
    let scan = lexical::scan(text, language.lexical());
    let tree = match parse(language, id, &language.parsed_text(text), &scan) {
        Ok(tree) => tree,
        Err(diagnostic) => return (None, vec![diagnostic]),
    };
    let (unit, mut diagnostics) = language.lower(id, path, text, &tree);
    diagnostics.extend(lost_declarations(id, &scan, &unit));
    (Some(unit), diagnostics)
}

/// The same for a file in which code is embedded. What was embedded is where trouble is told.
fn lower_template(
    language: &'static dyn Language,
    id: FileId,
    path: &str,
    text: &str,
    embedded: &Embedded,
) -> (Option<Unit>, Vec<Diagnostic>) {
    let scan = lexical::scan(&embedded.code, language.lexical());
    match parse(language, id, &embedded.code, &scan) {
        Ok(tree) => {
            let (unit, diagnostics) = language.lower_embedded(id, path, embedded, &tree);
            (Some(unit), diagnostics)
        }
        Err(diagnostic) => {
            let span = Some(Span::new(id, 0, text.len()));
            (None, vec![Diagnostic { span, ..diagnostic }])
        }
    }
}

thread_local! {
    static PARSERS: RefCell<FxHashMap<&'static str, Parser>> = RefCell::default();
}

/// A parser calls back after a fixed number of operations; so many calls are granted to every file, and as many again
/// for each byte. Ordinary code needs less than a twentieth.
const LEAST_PARSER_STEPS: usize = 10_000;

fn parse(language: &'static dyn Language, file: FileId, text: &str, scan: &Scan) -> Result<Tree, Diagnostic> {
    if let Some(at) = scan.too_deep {
        let message = "This file nests deeper than Candor lets the parser follow; it was left out.";
        return Err(Diagnostic::warning(Code::TooDeep, Span::new(file, at, at + 1), message));
    }
    let whole = Span::new(file, 0, text.len());
    let failed = |message: &str| Diagnostic::warning(Code::ParseError, whole, message);
    PARSERS.with_borrow_mut(|parsers| {
        let parser = parsers.entry(language.key()).or_insert_with(Parser::new);
        if parser.language().is_none() && parser.set_language(&language.grammar()).is_err() {
            return Err(failed("The grammar of this language cannot be used by this build; the file was left out."));
        }
        let budget = LEAST_PARSER_STEPS + text.len();
        let mut steps = 0;
        let mut count = |_: &ParseState| {
            steps += 1;
            if steps > budget { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let mut read = |offset: usize, _| text.as_bytes().get(offset..).unwrap_or_default();
        let options = ParseOptions::new().progress_callback(&mut count);
        match parser.parse_with_options(&mut read, None, Some(options)) {
            Some(tree) => Ok(tree),
            None => {
                parser.reset();
                Err(Diagnostic {
                    code: Code::Bound,
                    ..failed("The parser found no way through this file within its steps; it was left out.")
                })
            }
        }
    })
}

/// Declarations that stand in the text but did not come out of the parser.
fn lost_declarations(file: FileId, scan: &Scan, unit: &Unit) -> Option<Diagnostic> {
    let found: FxHashSet<u32> = unit.classes.iter().map(|class| class.name_span.start).collect();
    let mut lost = scan.declared.iter().filter(|name| !found.contains(&(**name as u32)));
    let first = *lost.next()?;
    let message = match lost.count() {
        0 => "A declaration begins here, but the parser did not deliver it; what it holds may not be analysed."
            .to_owned(),
        more => format!(
            "A declaration begins here, but the parser did not deliver it, nor {more} more in this file; what they hold \
             may not be analysed."
        ),
    };
    Some(Diagnostic::warning(Code::LostDeclaration, Span::new(file, first, first + 1), message))
}
