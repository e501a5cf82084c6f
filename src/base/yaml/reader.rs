//! Takes typed values out of a tree and notes everything that does not fit.

use std::fmt::Display;

use crate::base::yaml::shape::Asked;
use crate::base::yaml::{Node, Place, Problem, Record, Value};

/// Collects the problems of one file while values are taken out of its tree.
///
/// Every method that returns `None` has noted why. `what` names what was expected, with its article: "a port".
#[derive(Default, Debug)]
pub struct Reader {
    /// What was wrong so far, in the order in which it was met.
    pub problems: Vec<Problem>,
    /// What was asked so far, where somebody wants to know.
    pub record: Option<Record>,
}

impl Reader {
    /// A reader for one file, in which some things are wrong already.
    pub fn new(problems: Vec<Problem>) -> Reader {
        Reader { problems, record: None }
    }

    fn ask(&mut self, node: &Node, asked: impl FnOnce() -> Asked) {
        if let Some(record) = &mut self.record {
            record.note(&node.place, asked());
        }
    }

    /// Notes a mistake at `place`.
    pub fn note(&mut self, place: &Place, message: impl Into<String>) {
        self.problems.push(Problem::new(place.clone(), message));
    }

    /// The entries of a mapping whose keys must be among `known`; unknown keys and keys that come twice are noted.
    pub fn fields<'n>(&mut self, node: &'n Node, what: &'static str, known: &[&'static str]) -> Option<Fields<'n>> {
        self.fields_and(node, what, known, &[])
    }

    /// As [`Reader::fields`], where this mapping may have keys of its own beside those that all have.
    pub fn fields_and<'n>(
        &mut self,
        node: &'n Node,
        what: &'static str,
        known: &[&'static str],
        own: &[&str],
    ) -> Option<Fields<'n>> {
        let mut entries: Vec<(&str, &Node, &Node)> = Vec::new();
        for (key, value) in self.mapping(node, what)? {
            let Some(name) = self.text(key, "a key") else { continue };
            if !known.contains(&name) && !own.contains(&name) {
                let message = format!("{what} has no key `{name}`");
                self.problems.push(Problem::new(key.place.clone(), message).suggest(name, known.iter().copied()));
            } else if entries.iter().any(|(other, ..)| *other == name) {
                self.note(&key.place, format!("the key `{name}` stands here twice"));
            } else {
                entries.push((name, key, value));
            }
        }
        self.ask(node, || {
            let given = entries.iter().map(|(name, _, value)| ((*name).to_owned(), value.place.clone())).collect();
            Asked::Mapping { what, keys: known.to_vec(), given }
        });
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
        self.ask(node, || Asked::Free { values: entries.iter().map(|(_, value)| value.place.clone()).collect() });
        entries
    }

    /// The value of a key that must be there.
    pub fn require<'n>(&mut self, fields: &Fields<'n>, key: &str) -> Option<&'n Node> {
        let found = fields.get(key);
        self.ask(fields.node, || Asked::Required(key.to_owned()));
        if found.is_none() {
            self.note(&fields.place(), format!("{} needs the key `{key}`", fields.what));
        }
        found
    }

    /// A text that is not empty.
    pub fn text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        self.ask(node, || Asked::Text(what.to_owned()));
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
        let items: &[Node] = match &node.value {
            Value::Sequence(items) => items,
            _ if node.is_null() => {
                self.wrong_shape(node, what);
                &[]
            }
            _ => std::slice::from_ref(node),
        };
        self.ask(node, || Asked::Items { items: places(items), or_one: true });
        items
    }

    /// The items of a list.
    pub fn list<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Node] {
        if let Value::Sequence(items) = &node.value {
            self.ask(node, || Asked::Items { items: places(items), or_one: false });
        }
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
        self.ask(node, || Asked::Integer(least.to_string(), most.to_string()));
        let text = self.text(node, what)?;
        let number = text.parse::<N>().ok().filter(|number| *number >= least && *number <= most);
        if number.is_none() {
            self.note(&node.place, format!("expected {what} between {least} and {most}, found `{}`", shorten(text)));
        }
        number
    }

    /// One of the words of `table`.
    pub fn choice<T: Copy>(&mut self, node: &Node, what: &str, table: &[(&'static str, T)]) -> Option<T> {
        self.ask(node, || Asked::Word(table.iter().map(|&(name, _)| name).collect()));
        let text = self.text(node, what)?;
        let found = table.iter().find(|(name, _)| *name == text).map(|&(_, value)| value);
        if found.is_none() {
            let problem = Problem::new(node.place.clone(), format!("expected {what}, found `{}`", shorten(text)));
            self.problems.push(problem.suggest(text, table.iter().map(|&(name, _)| name)));
        }
        found
    }

    /// Whether nothing stands there, where that says something.
    pub fn nothing(&mut self, node: &Node) -> bool {
        self.ask(node, || Asked::Nothing);
        node.is_null()
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

fn places(items: &[Node]) -> Vec<Place> {
    items.iter().map(|item| item.place.clone()).collect()
}

/// A text of a user, short enough for a message.
fn shorten(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
