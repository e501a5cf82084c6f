//! Ruby 3: the tree of tree-sitter-ruby becomes IR.
//!
//! Everything in Ruby is an expression and classes are opened where they stand, so that the file is lowered in one pass,
//! in the order of the source. What is written outside of methods forms one function per class body and one for the
//! file, of kind [`FunctionKind::StaticInitialiser`].
//!
//! Beyond the conventions of [`crate::ir`]:
//!
//! * `A::B` is written `A.B` in types. A class that is opened as `class A::B` has the whole path for a name.
//! * `@x` is the field `x` of the receiver; in class methods and class bodies it is a static field, as are `@@x` and
//!   constants.
//! * `self` in class methods and class bodies is the class.
//! * `x.y` is a call, `x.y = v` is a call of `y=`, `x[k]` and `x[k] = v` are places.
//! * Accessors (`attr_reader` and its like) are methods (`SYNTHETIC`) on the field.
//! * A method that yields takes its block as its last parameter, even if it does not name it.
//! * A block is a lambda; its `next` is a return. Its `return` and `break` leave more than the block: `exits` says how.
//! * Symbols and strings are the same key ([`Const::Str`]) of a hash.

mod assignments;
mod calls;
mod closures;
mod conditions;
mod declarations;
mod exceptions;
mod exits;
mod expressions;
mod literals;
mod lowering;
mod macros;
mod members;
mod names;
mod operators;
mod patterns;
mod statements;
mod syntax;
mod templates;
mod variables;

use std::path::Path;
pub use templates::{Erb, Haml};

use tree_sitter::Tree;

use crate::base::{Diagnostic, FileId};
use crate::ir::*;
use crate::lang::Language;
use crate::lang::broken::tell_syntax_errors;
use crate::lang::lexical::{DeclarationKeyword, Delimiters, Lexical};
use crate::source::TestLayout;

/// The Ruby front end.
pub struct Ruby;

impl Language for Ruby {
    fn key(&self) -> &'static str {
        "ruby"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["rb", "rake", "ru", "gemspec", VIEW_OF_CODE, "thor"]
    }

    fn test_layout(&self) -> &'static TestLayout {
        &TESTS
    }

    fn has_open_classes(&self) -> bool {
        true
    }

    fn grammar(&self) -> tree_sitter::Language {
        tree_sitter_ruby::LANGUAGE.into()
    }

    fn lexical(&self) -> &'static Lexical {
        &LEXICAL
    }

    fn lower(&self, file: FileId, path: &str, text: &str, tree: &Tree) -> (Unit, Vec<Diagnostic>) {
        let root = tree.root_node();
        let mut lowering = lowering::Lowering::new(file, path, text, root);
        tell_syntax_errors(&mut lowering, root, "Ruby", None);
        // A view that is code and nothing else sees what other views see.
        let ending = Path::new(path).extension();
        match ending.is_some_and(|ending| ending == VIEW_OF_CODE) {
            true => lowering.template(root, templates::controller_of(path).as_deref()),
            false => lowering.program(root),
        }
        (lowering.unit, lowering.diagnostics)
    }
}

/// The extension of views that hold code alone.
const VIEW_OF_CODE: &str = "jbuilder";

static TESTS: TestLayout = TestLayout {
    anywhere: &[],
    beside_build_file: &["test", "tests", "spec", "features", "db/seeds"],
    build_files: &["Gemfile", "Rakefile"],
};

static LEXICAL: Lexical = Lexical {
    line_comments: &["#"],
    block_comments: &[("\n=begin", "\n=end")],
    literals: &[
        Delimiters { open: "\"", close: "\"", spans_lines: true },
        Delimiters { open: "'", close: "'", spans_lines: true },
        Delimiters { open: "`", close: "`", spans_lines: true },
    ],
    declarations: &[
        DeclarationKeyword { word: "class", before: "" },
        DeclarationKeyword { word: "module", before: "" },
    ],
    has_heredocs: true,
};
