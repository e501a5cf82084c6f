//! Java 21: the tree of tree-sitter-java becomes IR.
//!
//! The file is declared first (classes, fields, the classes that they hold), so that names have a meaning wherever
//! they stand; then bodies are lowered in the order of the source, each class starting with its initialisers.
//!
//! What Java leaves to convention is written so:
//!
//! * A constructor runs the initialisers of its class by a call of [`Target::Super`] `<fields>` that names its own class:
//!   on `this`, and never those of a subclass.
//! * `new T(a) { … }` allocates the anonymous class and runs *its* constructor, which it does not have: the arguments
//!   are meant for the constructor of the supertype. The supertype is the `superclass` even where it is an interface,
//!   which only `link` can tell.
//! * A variable that a lambda or class captures is never assigned again in Java, so that no boxes are needed.
//! * The components of a record pattern are fields of the record; where another file declares the record, its n-th
//!   component is the field `<n>`, counted from 0.
//! * A simple name as `case` label that is no constant of the file is [`Const::Symbol`].

mod calls;
mod closures;
mod conditions;
mod constants;
mod declarations;
mod errors;
mod exceptions;
mod expressions;
mod literals;
mod lowering;
mod members;
mod names;
mod operators;
mod patterns;
mod statements;
mod switches;
mod syntax;
mod types;

use tree_sitter::Tree;

use crate::base::{Diagnostic, FileId};
use crate::ir::*;
use crate::lang::Language;
use crate::lang::lexical::{DeclarationKeyword, Delimiters, Lexical};
use crate::source::TestLayout;

/// The Java front end.
pub struct Java;

impl Language for Java {
    fn key(&self) -> &'static str {
        "java"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["java"]
    }

    fn test_layout(&self) -> &'static TestLayout {
        &TESTS
    }

    fn implicit_imports(&self) -> &'static [&'static str] {
        &["java.lang"]
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_java::LANGUAGE.into()
    }

    fn lexical(&self) -> &'static Lexical {
        &LEXICAL
    }

    fn lower(&self, file: FileId, path: &str, text: &str, tree: &Tree) -> (Unit, Vec<Diagnostic>) {
        let root = tree.root_node();
        let mut lowering = lowering::Lowering::new(file, path, text, root);
        if root.has_error() {
            lowering.report_errors(root);
        }
        lowering.program(root);
        (lowering.unit, lowering.diagnostics)
    }
}

static TESTS: TestLayout = TestLayout {
    anywhere: &["src/test*", "src/*Test"],
    beside_build_file: &["test", "tests"],
    build_files: &["build.gradle", "build.gradle.kts", "build.xml", "pom.xml"],
};

static LEXICAL: Lexical = Lexical {
    line_comments: &["//"],
    block_comments: &[("/*", "*/")],
    literals: &[
        Delimiters { open: "\"\"\"", close: "\"\"\"", spans_lines: true },
        Delimiters { open: "\"", close: "\"", spans_lines: false },
        Delimiters { open: "'", close: "'", spans_lines: false },
    ],
    declarations: &[
        DeclarationKeyword { word: "class", before: "" },
        DeclarationKeyword { word: "enum", before: "" },
        DeclarationKeyword { word: "interface", before: "" },
        DeclarationKeyword { word: "record", before: "(<" },
    ],
};
