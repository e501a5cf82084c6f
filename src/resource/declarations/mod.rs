//! Values that documents beside the code declare: columns of tables, fields of messages, of types of a query language,
//! and of the schemas of an interface.
//!
//! The readers look for what declares something and pass over the rest: a document need not be understood as a whole,
//! and none is refused for what stands between its declarations.

pub mod changelog;
pub mod graph;
pub mod interface;
pub mod messages;
pub mod sql;
mod token;

use crate::base::{FileId, Span};

/// Bound: declarations of one file.
const MAX_DECLARATIONS: usize = 20_000;

/// A value that a document declares.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Declaration {
    /// What it belongs to: the table, the message, the type; empty where nothing does.
    pub owner: String,
    /// Its name.
    pub name: String,
    /// The declared type, as far as it is one word; empty where none is declared.
    pub declared: String,
    /// It rests there: a column of a table.
    pub is_stored: bool,
    /// Its name in the document, or what stands for it.
    pub span: Span,
}

/// The declarations of one file.
struct Declarations {
    file: FileId,
    is_stored: bool,
    found: Vec<Declaration>,
}

impl Declarations {
    fn new(file: FileId, is_stored: bool) -> Declarations {
        Declarations { file, is_stored, found: Vec::new() }
    }

    fn add(&mut self, owner: &str, name: &str, declared: &str, place: std::ops::Range<usize>) {
        if self.found.len() < MAX_DECLARATIONS && !name.is_empty() {
            self.found.push(Declaration {
                owner: owner.to_owned(),
                name: name.to_owned(),
                declared: declared.to_owned(),
                is_stored: self.is_stored,
                span: Span::new(self.file, place.start, place.end),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each declaration as `owner.name type`, with the text that its span shows.
    pub(super) fn written(found: &[Declaration], text: &str) -> Vec<String> {
        let one = |declaration: &Declaration| {
            let Declaration { owner, name, declared, span, .. } = declaration;
            let shown = &text[span.start as usize..span.end as usize];
            assert!(shown.contains(name.as_str()), "{name} is not in `{shown}`");
            format!("{owner}.{name} {declared}")
        };
        found.iter().map(one).collect()
    }

    #[test]
    fn hostile_documents_cost_what_their_length_costs() {
        let file = FileId(0);
        let pieces = ["(", "{", "[", "'", "\"", "/*", "$a$", "create table a (", "a: ", "message a {", "\u{fffd}", "-"];
        for piece in pieces {
            let text = piece.repeat(100_000);
            sql::read(file, &text);
            messages::read(file, &text);
            graph::read(file, &text);
            let _ = interface::read(file, &text);
            let _ = changelog::read_xml(file, &text);
            let _ = changelog::read_yaml(file, &text);
        }
        let many: String = (0..MAX_DECLARATIONS * 2).map(|number| format!("c{number} text,")).collect();
        assert_eq!(sql::read(file, &format!("create table t ({many})")).len(), MAX_DECLARATIONS);
    }
}
