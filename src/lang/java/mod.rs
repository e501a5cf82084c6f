//! Java 21: the tree of tree-sitter-java becomes IR.
//!
//! The file is declared first (classes, fields, the classes that they hold), so that names have a meaning wherever
//! they stand; then bodies are lowered in the order of the source, each class starting with its initialisers.
//!
//! Beyond the conventions of [`crate::ir`]:
//!
//! * A variable that a lambda or class captures is never assigned again in Java, so that no boxes are needed.
//! * A simple name as `case` label that is no constant of the file is [`Const::Symbol`].
//! * `Inner::new`, where `Inner` needs its surroundings, is a lambda (`SYNTHETIC`) that creates one.
//! * `Outer.super.m()` from within an inner class is a call of `m` on the outer instance.

mod calls;
mod closures;
mod conditions;
mod constants;
mod declarations;
mod errors;
mod exceptions;
mod expressions;
mod fragments;
mod layout;
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

use std::borrow::Cow;

use tree_sitter::Tree;

use crate::base::{Diagnostic, FileId};
use crate::ir::*;
use crate::lang::broken::tell_syntax_errors;
use crate::lang::lexical::{DeclarationKeyword, Delimiters, Lexical};
use crate::lang::{JVM_TESTS, Language};
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
        &JVM_TESTS
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

    fn parsed_text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        layout::parsed_text(text)
    }

    fn completed<'c>(&self, code: &'c str) -> Cow<'c, str> {
        fragments::completed(code)
    }

    fn lower(&self, file: FileId, path: &str, text: &str, tree: &Tree) -> (Unit, Vec<Diagnostic>) {
        let root = tree.root_node();
        let mut lowering = lowering::Lowering::new(file, path, text, root);
        tell_syntax_errors(&mut lowering, root, "Java", Some("identifier"));
        lowering.program(root);
        (lowering.unit, lowering.diagnostics)
    }
}

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
    has_heredocs: false,
};
