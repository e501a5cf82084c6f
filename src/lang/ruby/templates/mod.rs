//! Templates: the code in ERB and HAML files becomes one Ruby text, of which each piece knows where it stands.
//!
//! ```erb
//! <% if user %><p><%= user.name %></p><% end %>
//! ```
//!
//! becomes `if user`, `user.name`, `end`, a line each; `user.name` is noted as an output, and lowered as a call of
//! [`OUTPUT`]. The template is a function whose `self` is the view. A view sees the instance variables of the controller
//! that renders it, so that it is a method of that class, which is found by the folder: `views/admin/users/` belongs to
//! `Admin::UsersController`, `views/user_mailer/` to `UserMailer`.

mod erb;
mod haml;

use tree_sitter::Tree;

use super::LEXICAL;
use super::lowering::Lowering;
use crate::base::{Diagnostic, FileId};
use crate::ir::Unit;
use crate::lang::broken::tell_syntax_errors;
use crate::lang::lexical::Lexical;
use crate::lang::{Embedded, Language};

/// The function that writes a value into what a template gives; rules know it by this name.
pub(super) const OUTPUT: &str = "<output>";
/// What every class with views that are sent as responses is below, for rules.
pub(super) const VIEW: &str = "<template>.View";
/// The folder in which views lie, and what the names of controllers end with.
const VIEWS: &str = "views/";
pub(super) const CONTROLLER: &str = "Controller";
/// Folders of texts of mails end so; the class of the mails is called like the folder.
const MAILER: &str = "mailer";

/// ERB.
pub struct Erb;
/// HAML.
pub struct Haml;

macro_rules! template_language {
    ($language:ident, $key:literal, $code:path) => {
        impl Language for $language {
            fn key(&self) -> &'static str {
                $key
            }

            fn extensions(&self) -> &'static [&'static str] {
                &[$key]
            }

            fn test_layout(&self) -> &'static crate::source::TestLayout {
                super::Ruby.test_layout()
            }

            fn grammar(&self) -> tree_sitter::Language {
                super::Ruby.grammar()
            }

            fn lexical(&self) -> &'static Lexical {
                &LEXICAL
            }

            fn embedded(&self, text: &str) -> Option<Embedded> {
                Some($code(text))
            }

            fn lower(&self, file: FileId, path: &str, text: &str, tree: &Tree) -> (Unit, Vec<Diagnostic>) {
                super::Ruby.lower(file, path, text, tree)
            }

            fn lower_embedded(
                &self,
                file: FileId,
                path: &str,
                embedded: &Embedded,
                tree: &Tree,
            ) -> (Unit, Vec<Diagnostic>) {
                lower(file, path, embedded, tree)
            }
        }
    };
}

template_language!(Erb, "erb", erb::code_of);
template_language!(Haml, "haml", haml::code_of);

fn lower(file: FileId, path: &str, embedded: &Embedded, tree: &Tree) -> (Unit, Vec<Diagnostic>) {
    let root = tree.root_node();
    let mut lowering = Lowering::new(file, path, &embedded.code, root);
    lowering.embedded = Some(embedded);
    tell_syntax_errors(&mut lowering, root, "Ruby", None);
    lowering.template(root, controller_of(path).as_deref());
    (lowering.unit, lowering.diagnostics)
}

/// The class whose instance variables a view sees.
pub(super) fn controller_of(path: &str) -> Option<String> {
    let (_, below) = path.split_once(VIEWS)?;
    let (folder, _) = below.rsplit_once('/')?;
    let parts: Vec<String> = folder.split('/').map(camelized).collect();
    let ending = if folder.ends_with(MAILER) { "" } else { CONTROLLER };
    Some(format!("{}{ending}", parts.join(".")))
}

/// `user_settings` as the name of a module: `UserSettings`.
fn camelized(folder: &str) -> String {
    let words = folder.split('_');
    words.flat_map(|word| word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1))).collect()
}

/// Code that is gathered piece by piece.
#[derive(Default)]
struct Gathered(Embedded);

impl Gathered {
    /// Adds `text`, which stands in the template from `start` on, as a line of code.
    fn code(&mut self, text: &str, start: usize) {
        self.0.pieces.push((self.0.code.len(), start));
        self.0.code.push_str(text);
        self.0.code.push('\n');
    }

    /// The same for an expression whose value becomes part of the output.
    fn output(&mut self, text: &str, start: usize) {
        let blank = text.len() - text.trim_start().len();
        self.0.outputs.push(self.0.code.len() + blank);
        self.code(text, start);
    }

    /// The expressions in `#{…}` inside of text.
    fn interpolated(&mut self, text: &str, start: usize) {
        let mut rest = text;
        let mut at = start;
        while let Some(begin) = rest.find("#{") {
            let inside = &rest[begin + 2..];
            let Some(length) = closing(inside, '{', '}') else { return };
            self.output(&inside[..length], at + begin + 2);
            at += begin + 2 + length;
            rest = &inside[length..];
        }
    }
}

/// How long the text is up to the bracket that closes what was opened before it; strings are skipped.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 1_usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if std::mem::take(&mut escaped) {
            continue;
        }
        match (quote, character) {
            (Some(_), '\\') => escaped = true,
            (Some(opened), _) if character == opened => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(character),
            (None, _) if character == open => depth += 1,
            (None, _) if character == close => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}
