//! The ids that a policy may use, from the rules of the run and the policy's own additions.

use std::collections::BTreeSet;

use crate::base::yaml::{Node, Problem, Reader, did_you_mean};
use crate::base::{Symbol, lineage};
use crate::rules::GROUPS;
use crate::rules::model::RuleSet;

/// Declared ids with all of their parents, by kind.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    elements: BTreeSet<String>,
    destinations: BTreeSet<String>,
    effects: BTreeSet<String>,
    /// Ids that nobody declared are taken as they are: for a policy that has to fit any set of rules.
    open: bool,
}

/// What kind of thing an id names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Kind {
    Element,
    Destination,
    Effect,
}

impl Kind {
    fn with_article(self) -> &'static str {
        match self {
            Kind::Element => "a data element",
            Kind::Destination => "a destination",
            Kind::Effect => "an effect",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Kind::Element => "data element",
            Kind::Destination => "destination",
            Kind::Effect => "effect",
        }
    }
}

impl Vocabulary {
    /// What `rules` declare.
    pub fn of(rules: &RuleSet) -> Vocabulary {
        let groups = GROUPS.iter().map(|(name, _)| *name);
        Vocabulary {
            elements: with_parents(rules.elements.iter().map(|element| element.id.as_str())),
            destinations: with_parents(rules.destinations.iter().map(|to| to.id.as_str()).chain(groups)),
            effects: with_parents(rules.effects.iter().map(|effect| effect.as_str())),
            open: false,
        }
    }

    /// Takes every id.
    pub fn open() -> Vocabulary {
        Vocabulary { open: true, ..Vocabulary::of(&RuleSet::default()) }
    }

    /// Adds a destination that the policy declares: a known one, or one below a known one.
    pub fn declare_destination(&mut self, reader: &mut Reader, node: &Node) -> Option<Symbol> {
        let id = id_text(reader, node, Kind::Destination)?;
        if !self.open && !lineage(id).any(|parent| self.destinations.contains(parent)) {
            self.note_unknown(reader, node, id, Kind::Destination);
            return None;
        }
        self.destinations.extend(lineage(id).map(str::to_owned));
        Some(Symbol::new(id))
    }

    /// The id in `node`, where it is declared.
    pub fn id(&self, reader: &mut Reader, node: &Node, kind: Kind) -> Option<Symbol> {
        let id = id_text(reader, node, kind)?;
        if self.open || self.known(kind).contains(id) {
            return Some(Symbol::new(id));
        }
        self.note_unknown(reader, node, id, kind);
        None
    }

    fn known(&self, kind: Kind) -> &BTreeSet<String> {
        match kind {
            Kind::Element => &self.elements,
            Kind::Destination => &self.destinations,
            Kind::Effect => &self.effects,
        }
    }

    fn note_unknown(&self, reader: &mut Reader, node: &Node, id: &str, kind: Kind) {
        let problem = Problem::new(node.place.clone(), format!("there is no {} `{id}`", kind.noun()));
        let known = self.known(kind);
        // Where no word is near, the nearest declared parent shows where to look.
        let parent = lineage(id).skip(1).find(|parent| known.contains(*parent));
        let near = did_you_mean(id, known.iter().map(String::as_str));
        reader.problems.push(match (near, parent, kind) {
            (None, Some(_), Kind::Destination) => {
                problem.help(format!("the policy may declare it, as in `destinations: {{ {id}: }}`"))
            }
            (None, Some(parent), _) => problem.help(format!("the nearest that is declared is `{parent}`")),
            _ => problem.suggest(id, known.iter().map(String::as_str)),
        });
    }
}

/// The text of an id; wildcards, which it takes none of, are told.
fn id_text<'n>(reader: &mut Reader, node: &'n Node, kind: Kind) -> Option<&'n str> {
    let id = reader.text(node, kind.with_article())?;
    if let Some((parent, _)) = id.split_once('*') {
        let parent = parent.trim_end_matches('.');
        let problem = Problem::new(node.place.clone(), format!("`{id}`: ids take no wildcards"));
        reader.problems.push(match parent {
            "" => problem,
            parent => problem.help(format!("`{parent}` covers everything below it")),
        });
        return None;
    }
    let segment = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if !id.split('.').all(segment) {
        let problem = Problem::new(node.place.clone(), format!("`{id}` cannot be {}", kind.with_article()));
        reader.problems.push(problem.help("ids are words of lower-case letters, digits and `_`, joined by dots"));
        return None;
    }
    Some(id)
}

fn with_parents<'i>(ids: impl Iterator<Item = &'i str>) -> BTreeSet<String> {
    ids.flat_map(lineage).map(str::to_owned).collect()
}
