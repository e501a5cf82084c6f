//! All files together: ids stand for one thing, what is referred to exists, rules replace and disable others.

use std::collections::{BTreeMap, BTreeSet};

use super::destination::GROUPS;
use super::draft::{Declared, Draft, Reference, Referent};
use super::model::{Origin, RuleSet, Section};
use super::{FileProblems, Loaded};
use crate::base::Symbol;
use crate::base::yaml::{Place, Problem};

/// Adds the files to `base`, or tells all that is wrong in them.
pub(super) fn combine(mut drafts: Vec<Draft<'_>>, base: RuleSet) -> Result<Loaded, Vec<FileProblems>> {
    let known = Known::of(&base, &drafts);
    let mut ids = Ids::of(&base, &drafts, &known);
    for (index, draft) in drafts.iter_mut().enumerate() {
        ids.check(index, draft);
        for Reference { to, id, place } in std::mem::take(&mut draft.references) {
            if !known.has(to, &id) {
                let problem = Problem::new(place, format!("there is no {} `{id}`", to.noun()));
                draft.reader.problems.push(problem.suggest(&id, known.names(to)));
            }
        }
    }
    let problems: Vec<FileProblems> = (drafts.iter())
        .filter(|draft| !draft.reader.problems.is_empty())
        .map(|draft| FileProblems { file: draft.file.clone(), problems: draft.reader.problems.clone() })
        .collect();
    if problems.is_empty() { Ok(merge(drafts, base, &ids.gone)) } else { Err(problems) }
}

/// The rules of `base` but those in `gone`, then those of the files.
fn merge(drafts: Vec<Draft<'_>>, base: RuleSet, gone: &BTreeSet<(Home, Symbol)>) -> Loaded {
    let mut loaded = Loaded { rules: base, examples: Vec::new() };
    loaded.rules.retain(|id| !gone.contains(&(None, id)));
    for (index, mut draft) in drafts.into_iter().enumerate() {
        draft.rules.retain(|id| !gone.contains(&(Some(index), id)));
        let file = Symbol::new(&draft.file.path);
        draft.rules.origins = draft.rules.ids().map(|(_, rule)| Origin { rule, file }).collect();
        draft.examples.retain(|example| !gone.contains(&(Some(index), Symbol::new(&example.rule))));
        loaded.rules.extend(draft.rules);
        loaded.examples.extend(draft.examples);
    }
    loaded
}

/// Where an id stands: the number of its file, or `None` for the rules that the files add to.
type Home = Option<usize>;

/// The ids of all files and of the rules below them, while they are checked.
struct Ids<'k> {
    known: &'k Known,
    /// Every entry by its id, the base first.
    homes: BTreeMap<Symbol, Vec<(Home, Section)>>,
    /// Ids that were met, with the file in which they stand.
    seen: BTreeMap<Symbol, String>,
    effects: BTreeSet<Symbol>,
    /// Entries that others replace or switch off.
    gone: BTreeSet<(Home, Symbol)>,
}

impl<'k> Ids<'k> {
    fn of(base: &RuleSet, drafts: &[Draft<'_>], known: &'k Known) -> Ids<'k> {
        let mut homes: BTreeMap<Symbol, Vec<(Home, Section)>> = BTreeMap::new();
        let mut seen = BTreeMap::new();
        for (section, id) in base.ids() {
            homes.entry(id).or_default().push((None, section));
            seen.insert(id, base.origin(&id).map_or_else(String::new, |file| file.to_string()));
        }
        for (index, draft) in drafts.iter().enumerate() {
            for declared in &draft.declared {
                if let Some(section) = declared.section {
                    homes.entry(declared.id).or_default().push((Some(index), section));
                }
            }
        }
        Ids { known, homes, seen, effects: base.effects.iter().copied().collect(), gone: BTreeSet::new() }
    }

    /// Checks the entries and the switches of one file.
    fn check(&mut self, index: usize, draft: &mut Draft<'_>) {
        let problems = &mut draft.reader.problems;
        for declared in &draft.declared {
            match declared.section {
                // A missing or malformed id was told already.
                Some(_) if declared.id.is_empty() => {}
                Some(section) => {
                    self.check_replaces(index, section, declared, problems);
                    self.check_unique(&draft.file.path, declared, problems);
                }
                None if self.effects.insert(declared.id) => {}
                None => {
                    let message = format!("the effect `{}` is declared already", declared.id);
                    problems.push(Problem::new(declared.place.clone(), message));
                }
            }
        }
        for (id, place) in &draft.disabled {
            self.check_disabled(*id, place, problems);
        }
    }

    fn check_replaces(&mut self, index: usize, section: Section, declared: &Declared, problems: &mut Vec<Problem>) {
        let Some((replaced, place)) = &declared.replaces else { return };
        let is_itself = |home: Home| declared.id == *replaced && home == Some(index);
        let target = self.homes.get(replaced).and_then(|homes| homes.iter().find(|(home, _)| !is_itself(*home)));
        match target {
            // Others refer to elements and destinations by id: what replaces them keeps it.
            Some((_, of @ (Section::Element | Section::Destination))) if section != *of || declared.id != *replaced => {
                let message = format!("{} is replaced by one with the same id", of.noun());
                problems.push(Problem::new(place.clone(), message));
            }
            Some((home, _)) => {
                self.gone.insert((*home, *replaced));
            }
            None => {
                let message = format!("there is no rule `{replaced}` to replace");
                let others = self.known.rules().filter(|id| *id != replaced.as_str());
                problems.push(Problem::new(place.clone(), message).suggest(replaced, others));
            }
        }
    }

    fn check_unique(&mut self, path: &str, declared: &Declared, problems: &mut Vec<Problem>) {
        let before = self.seen.insert(declared.id, path.to_owned());
        let replaces_itself = declared.replaces.as_ref().is_some_and(|(replaced, _)| *replaced == declared.id);
        if let Some(before) = before.filter(|_| !replaces_itself) {
            let message = format!("the id `{}` stands for something else already, in {before}", declared.id);
            let help = "take another id, or say with `replaces` that this one takes its place";
            problems.push(Problem::new(declared.place.clone(), message).help(help));
        }
    }

    fn check_disabled(&mut self, id: Symbol, place: &Place, problems: &mut Vec<Problem>) {
        match self.homes.get(&id).and_then(|homes| homes.first()) {
            Some((_, section @ (Section::Element | Section::Destination))) => {
                let message = format!("`{id}` is {}: only rules can be disabled", section.noun());
                problems.push(Problem::new(place.clone(), message));
            }
            Some(&(home, _)) => {
                self.gone.insert((home, id));
            }
            None => {
                let message = format!("there is no rule `{id}` to disable");
                problems.push(Problem::new(place.clone(), message).suggest(&id, self.known.rules()));
            }
        }
    }
}

/// Everything that is declared, by kind.
struct Known {
    elements: BTreeSet<Symbol>,
    destinations: BTreeSet<Symbol>,
    effects: BTreeSet<Symbol>,
    rules: BTreeSet<Symbol>,
}

impl Known {
    fn of(base: &RuleSet, drafts: &[Draft<'_>]) -> Known {
        let mut known = Known {
            elements: BTreeSet::new(),
            destinations: BTreeSet::new(),
            effects: base.effects.iter().copied().collect(),
            rules: BTreeSet::new(),
        };
        let declared = drafts.iter().flat_map(|draft| &draft.declared).map(|declared| (declared.section, declared.id));
        for (section, id) in base.ids().map(|(section, id)| (Some(section), id)).chain(declared) {
            match section {
                Some(Section::Element) => known.elements.insert(id),
                Some(Section::Destination) => known.destinations.insert(id),
                Some(_) => known.rules.insert(id),
                None => known.effects.insert(id),
            };
        }
        known
    }

    fn has(&self, kind: Referent, id: &Symbol) -> bool {
        match kind {
            Referent::Element => self.elements.contains(id),
            Referent::Destination => self.destinations.contains(id) || self.is_vendor(id),
            Referent::DestinationOrGroup => {
                self.destinations.contains(id) || self.is_vendor(id) || GROUPS.iter().any(|(group, _)| *id == *group)
            }
            Referent::Effect => self.effects.contains(id),
        }
    }

    /// Whether `id` is a vendor that nobody declared, below a declared kind of vendors.
    fn is_vendor(&self, id: &str) -> bool {
        let Some((kind, vendor)) = id.split_once('.') else { return false };
        let is_kind = GROUPS.iter().flat_map(|(_, members)| *members).any(|member| *member == kind);
        is_kind && crate::base::is_id(vendor) && !vendor.contains('.') && self.destinations.contains(&Symbol::new(kind))
    }

    fn names(&self, kind: Referent) -> impl Iterator<Item = &'static str> + '_ {
        let (first, second) = match kind {
            Referent::Element => (&self.elements, None),
            Referent::Destination => (&self.destinations, None),
            Referent::DestinationOrGroup => (&self.destinations, Some(GROUPS)),
            Referent::Effect => (&self.effects, None),
        };
        let groups = second.into_iter().flatten().map(|(group, _)| *group);
        first.iter().map(|id| id.as_str()).chain(groups)
    }

    fn rules(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.rules.iter().map(|id| id.as_str())
    }
}

impl Referent {
    fn noun(self) -> &'static str {
        match self {
            Referent::Element => "data element",
            Referent::Destination | Referent::DestinationOrGroup => "destination",
            Referent::Effect => "effect",
        }
    }
}
