//! Kotlin: the tree of tree-sitter-kotlin-sg becomes IR in the shape that a JVM compiler would give it.
//!
//! The file is declared first (classes, properties, the classes that they hold), then bodies are lowered in the order
//! of the source. What a name means beyond the locals of a function is left to `link`, because a lambda may have a
//! receiver whose members hide those of the class, and only the callee tells.
//!
//! Beyond the conventions of [`crate::ir`]:
//!
//! * Top-level functions and properties are static members of a class called like the file with `Kt`, or
//!   as `@file:JvmName` says. Members of objects and companions are static, too; those of a companion belong to the
//!   class around it. `this` in an object is the class itself.
//! * A property is a field (where it has one) and its accessors `getX`, `setX`; those that nobody wrote are
//!   `SYNTHETIC`. Reading `a.x` is written as a field, which `link` turns into a call where the accessor does more.
//! * An extension is a static function whose first parameter, [`EXTENSION_RECEIVER`], is the receiver.
//! * `this` inside a lambda is the unresolved name `this`; a label is kept (`this@label`).
//! * A call of a name may turn out to be a constructor: it stays [`Target::Bare`] until `link` knows.
//! * A lambda that mentions `it` has it as its only, optional parameter; `link` takes it away again from one that has
//!   a receiver instead. What a non-local `return` returns lives in a box that the caller looks into after the call.
//! * The primary constructor runs property initialisers and `init` blocks in their order. Without one, and with
//!   secondary constructors, they are the usual initialiser.

mod calls;
mod closures;
mod conditions;
mod constants;
mod constructors;
mod declarations;
mod errors;
mod exceptions;
mod expressions;
mod functions;
mod generated;
mod layout;
mod literals;
mod lowering;
mod names;
mod operators;
mod patterns;
mod properties;
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
use crate::lang::{JVM_TESTS, Language, Members};
use crate::source::TestLayout;

/// The Kotlin front end.
pub struct Kotlin;

impl Language for Kotlin {
    fn key(&self) -> &'static str {
        "kotlin"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["kt", "kts"]
    }

    fn test_layout(&self) -> &'static TestLayout {
        &JVM_TESTS
    }

    fn implicit_imports(&self) -> &'static [&'static str] {
        &[
            "kotlin",
            "kotlin.annotation",
            "kotlin.collections",
            "kotlin.comparisons",
            "kotlin.io",
            "kotlin.ranges",
            "kotlin.sequences",
            "kotlin.text",
            "kotlin.jvm",
            "java.lang",
        ]
    }

    fn members(&self) -> Members {
        Members::Implicit
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_kotlin::LANGUAGE.into()
    }

    fn lexical(&self) -> &'static Lexical {
        &LEXICAL
    }

    fn parsed_text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        layout::parsed_text(text)
    }

    fn lower(&self, file: FileId, path: &str, text: &str, tree: &Tree) -> (Unit, Vec<Diagnostic>) {
        let root = tree.root_node();
        let mut lowering = lowering::Lowering::new(file, path, text, root);
        tell_syntax_errors(&mut lowering, root, "Kotlin", Some("simple_identifier"));
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
        Delimiters { open: "`", close: "`", spans_lines: false },
    ],
    declarations: &[
        DeclarationKeyword { word: "class", before: "" },
        DeclarationKeyword { word: "interface", before: "" },
        DeclarationKeyword { word: "object", before: "" },
    ],
    has_heredocs: false,
};
