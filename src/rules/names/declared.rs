//! What a declared type says of the value that a name names.

use rustc_hash::FxHashSet;

use super::index::Known;
use super::words::words;
use crate::ir::{ARRAY, FUNCTION_TYPE, TypeRef};
use crate::rules::model::NameEvidence;

/// Containers within containers are followed this far.
const MAX_DEPTH: usize = 4;

/// A declared type, without its containers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Declared {
    /// Nothing is declared, or nothing that says something.
    Unknown,
    /// A type by its simple name.
    Type {
        name: String,
        /// The name with the array that it is in (`char[]`).
        array: Option<String>,
        /// A number, or an object that does something with data but is none (a view, a service): only an element that
        /// lists the type can be in it.
        is_closed: bool,
    },
}

/// The words by which types are judged.
#[derive(Debug)]
pub(super) struct TypeWords {
    containers: FxHashSet<&'static str>,
    plain: FxHashSet<&'static str>,
    numbers: FxHashSet<&'static str>,
    empty: FxHashSet<&'static str>,
    texts: FxHashSet<&'static str>,
    machinery: FxHashSet<&'static str>,
}

impl TypeWords {
    pub(super) fn new(evidence: &NameEvidence) -> TypeWords {
        let set = |list: &[crate::base::Symbol]| list.iter().map(|word| word.as_str()).collect();
        TypeWords {
            containers: set(&evidence.containers),
            plain: set(&evidence.plain_types),
            numbers: set(&evidence.number_types),
            empty: set(&evidence.empty_types),
            texts: set(&evidence.text_types),
            machinery: set(&evidence.machinery),
        }
    }

    /// What a declared type stands for.
    pub(super) fn see(&self, declared: Option<&TypeRef>) -> Declared {
        let Some(mut declared) = declared else { return Declared::Unknown };
        let mut array = None;
        for _ in 0..MAX_DEPTH {
            let name = simple(&declared.name);
            let is_array = name == ARRAY;
            if !is_array && !self.containers.contains(name) {
                break;
            }
            let Some(content) = declared.arguments.last() else { return Declared::Unknown };
            array = is_array.then(|| format!("{}[]", simple(&content.name)));
            declared = content;
        }
        let name = simple(&declared.name);
        if name.is_empty() || name == "?" || (name.len() == 1 && name.starts_with(|c: char| c.is_uppercase())) {
            return Declared::Unknown;
        }
        let is_closed = name == FUNCTION_TYPE || self.plain.contains(name) || self.is_machinery(&words(name));
        Declared::Type { name: name.to_owned(), array, is_closed }
    }

    /// Whether the last word of a class name says that its objects are machinery.
    pub(super) fn is_machinery(&self, class: &[String]) -> bool {
        class.last().is_some_and(|word| self.machinery.contains(word.as_str()))
    }

    /// Whether a type can hold an element: yes where the element lists it, no where it is closed, else nobody
    /// knows.
    pub(super) fn admits(&self, declared: &Declared, element: &Known) -> Option<bool> {
        let Declared::Type { name, array, is_closed } = declared else { return None };
        let lists = |own: &str| element.types.iter().any(|listed| listed.as_str() == own);
        let is_text = self.texts.contains(name.as_str());
        let lists_text = || element.types.iter().any(|listed| self.texts.contains(listed.as_str()));
        if lists(name)
            || (is_text && lists_text())
            || array.as_deref().is_some_and(lists)
            || (element.types.is_empty() && !is_closed)
        {
            return Some(true);
        }
        is_closed.then_some(false)
    }

    /// The words of the type's name without blanks, where its objects can be data: `emailaddress`.
    pub(super) fn joined_name(&self, declared: &Declared) -> Option<String> {
        match declared {
            Declared::Type { name, is_closed: false, .. } => Some(words(name).concat()),
            _ => None,
        }
    }

    /// Whether the type says nothing of what a value in it is: any text, any number.
    pub(super) fn is_general(&self, declared: &Declared) -> bool {
        let is_general = |name: &str| self.texts.contains(name) || self.numbers.contains(name);
        matches!(declared, Declared::Type { name, .. } if is_general(name))
    }

    /// Whether a name is that of a type of texts, or of one that no text has.
    pub(super) fn is_common(&self, name: &str) -> bool {
        self.texts.contains(name) || self.plain.contains(name)
    }

    /// Whether a method of this type gives no value back.
    pub(super) fn is_empty(&self, declared: &TypeRef) -> bool {
        self.empty.contains(simple(&declared.name))
    }
}

/// The type for a reader: simple names, with arguments.
pub(super) fn text(declared: &TypeRef) -> String {
    text_to(declared, MAX_DEPTH)
}

fn text_to(declared: &TypeRef, depth: usize) -> String {
    let name = simple(&declared.name);
    match declared.arguments.first() {
        Some(content) if depth > 0 && name == ARRAY => format!("{}[]", text_to(content, depth - 1)),
        Some(_) if depth > 0 => {
            let arguments: Vec<_> = declared.arguments.iter().map(|argument| text_to(argument, depth - 1)).collect();
            format!("{name}<{}>", arguments.join(", "))
        }
        _ => name.to_owned(),
    }
}

/// The last part of a qualified name.
fn simple(name: &str) -> &str {
    name.rsplit(['.', ':']).next().unwrap_or(name)
}
