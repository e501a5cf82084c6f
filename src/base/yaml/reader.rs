//! Takes typed values out of a tree and notes everything that does not fit.

use std::fmt::Display;

use crate::base::yaml::{Node, Place, Problem, Value};

/// Collects the problems of one file while values are taken out of its tree.
///
/// Every method that returns `None` has noted why. `what` names what was expected, with its article: "a port".
#[derive(Default, Debug)]
pub struct Reader {
    /// What was wrong so far, in the order in which it was met.
    pub problems: Vec<Problem>,
}

impl Reader {
    /// A reader for one file.
    pub fn new() -> Reader {
        Reader::default()
    }

    /// Notes a mistake at `place`.
    pub fn note(&mut self, place: &Place, message: impl Into<String>) {
        self.problems.push(Problem::new(place.clone(), message));
    }

    /// The entries of a mapping whose keys must be among `known`; unknown keys and keys that come twice are noted.
    pub fn fields<'n>(&mut self, node: &'n Node, what: &'static str, known: &[&'static str]) -> Option<Fields<'n>> {
        let mut entries: Vec<(&str, &Node, &Node)> = Vec::new();
        for (key, value) in self.mapping(node, what)? {
            let Some(name) = self.text(key, "a key") else { continue };
            if !known.contains(&name) {
                let message = format!("{what} has no key `{name}`");
                self.problems.push(Problem::new(key.place.clone(), message).suggest(name, known.iter().copied()));
            } else if entries.iter().any(|(other, ..)| *other == name) {
                self.note(&key.place, format!("the key `{name}` stands here twice"));
            } else {
                entries.push((name, key, value));
            }
        }
        Some(Fields { node, what, entries })
    }

    /// The entries of a mapping with free keys; keys that come twice are noted.
    pub fn entries<'n>(&mut self, node: &'n Node, what: &str) -> Vec<(&'n Node, &'n Node)> {
        let mut entries: Vec<(&Node, &Node)> = Vec::new();
        let mut names = std::collections::HashSet::new();
        for (key, value) in self.mapping(node, what).unwrap_or_default() {
            let Some(name) = self.text(key, "a key") else { continue };
            if names.insert(name) {
                entries.push((key, value));
            } else {
                self.note(&key.place, format!("the key `{name}` stands here twice"));
            }
        }
        entries
    }

    /// The value of a key that must be there.
    pub fn require<'n>(&mut self, fields: &Fields<'n>, key: &str) -> Option<&'n Node> {
        let found = fields.get(key);
        if found.is_none() {
            self.note(&fields.place(), format!("{} needs the key `{key}`", fields.what));
        }
        found
    }

    /// A text that is not empty.
    pub fn text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        match node.as_text() {
            Some(text) if !node.is_null() && !text.trim().is_empty() => Some(text),
            Some(_) if !node.is_null() => {
                self.note(&node.place, format!("expected {what}, found an empty text"));
                None
            }
            _ => {
                self.wrong_shape(node, what);
                None
            }
        }
    }

    /// The items of a list, or the node itself where a single value may stand instead of a list.
    pub fn one_or_more<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Node] {
        match &node.value {
            Value::Sequence(items) => items,
            _ if node.is_null() => {
                self.wrong_shape(node, what);
                &[]
            }
            _ => std::slice::from_ref(node),
        }
    }

    /// The items of a list.
    pub fn list<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Node] {
        match &node.value {
            Value::Sequence(items) => items,
            _ => {
                self.wrong_shape(node, what);
                &[]
            }
        }
    }

    /// A text or a list of texts, each with its node.
    pub fn texts<'n>(&mut self, node: &'n Node, what: &str) -> Vec<(&'n str, &'n Node)> {
        let mut texts = Vec::new();
        for item in self.one_or_more(node, what) {
            texts.extend(self.text(item, what).map(|text| (text, item)));
        }
        texts
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, node: &Node) -> Option<bool> {
        self.choice(node, "true or false", &[("true", true), ("false", false)])
    }

    /// An integer between two bounds.
    pub fn integer<N>(&mut self, node: &Node, what: &str, least: N, most: N) -> Option<N>
    where
        N: std::str::FromStr + PartialOrd + Display,
    {
        let text = self.text(node, what)?;
        let number = text.parse::<N>().ok().filter(|number| *number >= least && *number <= most);
        if number.is_none() {
            self.note(&node.place, format!("expected {what} between {least} and {most}, found `{}`", shorten(text)));
        }
        number
    }

    /// One of the words of `table`.
    pub fn choice<T: Copy>(&mut self, node: &Node, what: &str, table: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(node, what)?;
        let found = table.iter().find(|(name, _)| *name == text).map(|&(_, value)| value);
        if found.is_none() {
            let problem = Problem::new(node.place.clone(), format!("expected {what}, found `{}`", shorten(text)));
            self.problems.push(problem.suggest(text, table.iter().map(|&(name, _)| name)));
        }
        found
    }

    /// Notes that `node` has not the shape of `what`.
    pub fn wrong_shape(&mut self, node: &Node, what: &str) {
        self.note(&node.head(), format!("expected {what}, found {}", node.shape()));
    }

    fn mapping<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n [(Node, Node)]> {
        match &node.value {
            Value::Mapping(entries) => Some(entries),
            _ => {
                self.note(&node.head(), format!("expected {what} as a mapping, found {}", node.shape()));
                None
            }
        }
    }
}

/// The entries of a mapping whose keys are known.
#[derive(Debug)]
pub struct Fields<'n> {
    node: &'n Node,
    what: &'static str,
    entries: Vec<(&'n str, &'n Node, &'n Node)>,
}

impl<'n> Fields<'n> {
    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(name, ..)| *name == key).map(|&(.., value)| value)
    }

    /// The node of the key itself, to point at.
    pub fn key(&self, key: &str) -> Option<&'n Node> {
        self.entries.iter().find(|(name, ..)| *name == key).map(|&(_, node, _)| node)
    }

    /// Where to point when something about the whole mapping is wrong.
    pub fn place(&self) -> Place {
        self.node.head()
    }
}

/// A text of a user, short enough for a message.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
