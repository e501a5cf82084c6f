//! The names of elements, found by the words of an identifier.

use rustc_hash::{FxHashMap, FxHashSet};

use super::words::{singulars, words};
use crate::base::Symbol;
use crate::rules::model::{Element, RuleSet};

/// No element has a name of more words.
const MAX_RUN: usize = 6;

/// How much a run of words says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Strength {
    /// The name does not mean the element.
    Never,
    Weak,
    Strong,
}

/// A run of words that is a name of an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Hit {
    pub(super) element: usize,
    pub(super) strength: Strength,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What of an element evidence needs.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) id: Symbol,
    pub(super) types: Vec<Symbol>,
}

/// All names, their words joined without blanks: `user name` is found in `username`, `userName` and `user_name`.
#[derive(Debug)]
pub(super) struct Index {
    elements: Vec<Known>,
    phrases: FxHashMap<String, Vec<(usize, Strength)>>,
    /// `Message.body`, both sides joined.
    owned: FxHashMap<(String, String), usize>,
    /// `*Address.city`, likewise: for every class whose name ends so.
    owned_by_end: FxHashMap<(String, String), usize>,
    records: FxHashMap<String, usize>,
}

impl Index {
    pub(super) fn new(rules: &RuleSet, roles: &FxHashSet<&'static str>) -> Index {
        let mut index = Index {
            elements: Vec::new(),
            phrases: FxHashMap::default(),
            owned: FxHashMap::default(),
            owned_by_end: FxHashMap::default(),
            records: FxHashMap::default(),
        };
        for (at, element) in rules.elements.iter().enumerate() {
            index.elements.push(Known { id: element.id, types: element.types.clone() });
            index.insert_names(at, element);
            for owner in &element.owners {
                let (class, field) = match owner.split_once('.') {
                    Some((class, field)) => (class, Some(field)),
                    None => (owner.as_str(), None),
                };
                let owned = if class.starts_with('*') { &mut index.owned_by_end } else { &mut index.owned };
                let class = without_roles(words(class), roles).concat();
                match field {
                    Some(field) => owned.entry((class, words(field).concat())).or_insert(at),
                    None => index.records.entry(class).or_insert(at),
                };
            }
        }
        index
    }

    fn insert_names(&mut self, at: usize, element: &Element) {
        let names = &element.names;
        for (list, strength) in
            [(&names.strong, Strength::Strong), (&names.weak, Strength::Weak), (&names.never, Strength::Never)]
        {
            for name in list {
                self.phrases.entry(joined(name)).or_default().push((at, strength));
            }
        }
    }

    pub(super) fn element(&self, at: usize) -> &Known {
        &self.elements[at]
    }

    /// The element that declares `class.field`.
    pub(super) fn owned(&self, class: &[String], field: &[String]) -> Option<usize> {
        let field = field.concat();
        let whole = self.owned.get(&(class.concat(), field.clone()));
        let by_end = || (0..class.len()).find_map(|at| self.owned_by_end.get(&(class[at..].concat(), field.clone())));
        whole.or_else(by_end).copied()
    }

    /// The element whose record `class` is.
    pub(super) fn record(&self, class: &[String]) -> Option<usize> {
        self.records.get(&class.concat()).copied()
    }

    /// The elements that a whole name names strongly.
    pub(super) fn called(&self, name: &str) -> impl Iterator<Item = usize> + '_ {
        let found = self.phrases.get(name).into_iter().flatten();
        found.filter(|(_, strength)| *strength == Strength::Strong).map(|(element, _)| *element)
    }

    /// Every run of words that is a name; the last word of a run may be a plural.
    pub(super) fn hits(&self, name: &[String]) -> Vec<Hit> {
        let mut hits = Vec::new();
        for start in 0..name.len() {
            let mut run = String::new();
            for end in start + 1..=name.len().min(start + MAX_RUN) {
                let last = &name[end - 1];
                for word in std::iter::once(last.clone()).chain(singulars(last)) {
                    let found = self.phrases.get(&format!("{run}{word}"));
                    hits.extend(found.into_iter().flatten().map(|&(element, strength)| Hit {
                        element,
                        strength,
                        start,
                        end,
                    }));
                }
                run.push_str(last);
            }
        }
        hits
    }
}

/// The words of a class name without those at its end that only tell its role, as long as one is left.
pub(super) fn without_roles(mut class: Vec<String>, roles: &FxHashSet<&'static str>) -> Vec<String> {
    while class.len() > 1 && class.last().is_some_and(|word| roles.contains(word.as_str())) {
        class.pop();
    }
    class
}

fn joined(name: &[Symbol]) -> String {
    name.iter().map(|word| word.as_str()).collect()
}
