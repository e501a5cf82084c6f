//! The end of an interpretation: its state becomes a [`Summary`].
//!
//! Objects are renumbered, and no more than a bound of them are kept. What goes into cells that live on is said in
//! terms of the cells, so that callers need not carry the objects any further.

use rustc_hash::FxHashMap;

use crate::taint::bounds;
use crate::taint::interpret::Interpreter;
use crate::taint::path::{Path, Root};
use crate::taint::state::{State, is_length};
use crate::taint::summary::*;
use crate::taint::value::{Constants, Fact, ObjectId, Origin, Value};

/// Bound: objects that a summary speaks of.
pub const MAX_SUMMARY_OBJECTS: usize = 12;
/// Bound: effects of one function on what its callers know.
pub const MAX_EFFECTS: usize = 64;
/// Bound: facts in all effects of one function. Where hundreds meet, each effect says of many places that they may come
/// from almost anywhere, and every caller pays for each of them.
pub const MAX_EFFECT_FACTS: usize = 128;
/// Bound: how deep objects that go into cells are unfolded.
const UNFOLD_DEPTH: usize = 3;

impl Interpreter<'_, '_> {
    /// What the function does, now that all of it was visited.
    pub(super) fn finish(mut self) -> Summary {
        if self.has_cut_value {
            self.engine.bound_hit(bounds::FACTS, self.body.name_span);
        }
        let state = self.exit.take().unwrap_or_default();
        let mut written: Vec<(Path, Value)> = state
            .written
            .iter()
            .filter(|(path, value)| !is_unchanged(path, value))
            .map(|(path, value)| (path.clone(), (**value).clone()))
            .collect();
        self.unfold_cells(&state, &mut written);
        written.sort_by(|a, b| a.0.cmp(&b.0));
        let mut export = Export {
            state: &state,
            objects: &self.objects,
            ids: FxHashMap::default(),
            order: Vec::new(),
            is_cut: false,
        };
        let result = export.value(&self.result);
        let thrown = export.value(&self.thrown);
        let mut settled = Vec::new();
        let mut open = Vec::new();
        for (path, value) in written {
            if self.engine.is_open(self.function, &path) {
                open.push((path, value));
            } else if self.is_settled(&state, &value, 0) {
                settled.push((path, value));
            } else if matches!(path.start(), Root::Cell(_) | Root::Opaque(_))
                || (is_shared(&path) && !value.objects.is_empty())
            {
                // Callers can say more about some of it: what they cannot is said here, once.
                open.push((path.clone(), self.open_facts(&value)));
                settled.push((path, value));
            } else {
                open.push((path, value));
            }
        }
        if state.written.is_full() || open.len() > MAX_EFFECTS {
            self.engine.bound_hit(bounds::EFFECTS, self.body.name_span);
            // What stands nearest to the entry is kept.
            open.sort_by(|(path, _), (other, _)| path.steps().len().cmp(&other.steps().len()).then(path.cmp(other)));
            open.truncate(MAX_EFFECTS);
            open.sort_by(|(path, _), (other, _)| path.cmp(other));
        }
        if keep_the_clearest(&mut open) {
            self.engine.bound_hit(bounds::EFFECT_FACTS, self.body.name_span);
        }
        let effects = open.into_iter().map(|(path, value)| (path, export.value(&value))).collect();
        let settled = settled.into_iter().map(|(path, value)| (path, export.value(&value))).collect();
        let objects = export.contents();
        if export.is_cut {
            self.engine.bound_hit(bounds::SUMMARY_OBJECTS, self.body.name_span);
        }
        let (open_sinks, sinks) = std::mem::take(&mut self.sinks).into_facts();
        Summary {
            result,
            thrown,
            objects,
            effects,
            settled,
            sinks,
            open_sinks,
            selectors: self.selectors.into_iter().collect(),
            calls: self.calls,
            height: self.height,
            is_cut: self.is_cut,
        }
    }

    /// Whether no caller can say more of a value than the function itself.
    fn is_settled(&self, state: &State, value: &Value, depth: usize) -> bool {
        !value.facts.iter().any(|fact| self.is_open(fact))
            && (depth >= UNFOLD_DEPTH
                || value
                    .objects
                    .iter()
                    .filter_map(|object| state.content(*object))
                    .all(|content| content.parts.iter().all(|(_, part)| self.is_settled(state, part, depth + 1))))
    }

    /// Whether a caller can say more about where a fact comes from.
    fn is_open(&self, fact: &Fact) -> bool {
        match &fact.origin {
            Origin::Path(path) => self.engine.is_open(self.function, path),
            Origin::Source(_) => false,
        }
    }

    /// Of a value, what a caller can say more about.
    fn open_facts(&self, value: &Value) -> Value {
        Value::facts(value.facts.iter().filter(|fact| self.is_open(fact)).cloned())
    }

    /// What objects in cells hold of the function's parameters is said of the cells themselves, since callers take
    /// over facts of cells, not objects.
    fn unfold_cells(&self, state: &State, written: &mut Vec<(Path, Value)>) {
        let mut pending: Vec<(Path, Value, usize)> = written
            .iter()
            .filter(|(path, value)| is_shared(path) && !value.objects.is_empty())
            .map(|(path, value)| (path.clone(), value.clone(), 0))
            .collect();
        let mut budget = MAX_SUMMARY_OBJECTS;
        while let Some((path, value, depth)) = pending.pop() {
            for &object in &value.objects {
                let Some(content) = state.content(object) else { continue };
                if depth >= UNFOLD_DEPTH || budget == 0 {
                    continue;
                }
                budget -= 1;
                for (step, part) in &content.parts {
                    let below = path.push(*step);
                    let local = self.open_facts(part);
                    if !local.facts.is_empty() {
                        written.push((below.clone(), local));
                    }
                    pending.push((below, part.clone(), depth + 1));
                }
            }
        }
    }
}

/// Keeps effects that come from few places before those that come from many, up to the bound; tells whether one had to
/// go.
fn keep_the_clearest(effects: &mut Vec<(Path, Value)>) -> bool {
    let mut by_facts: Vec<usize> = (0..effects.len()).collect();
    by_facts.sort_by_key(|index| effects[*index].1.facts.len());
    let mut left = MAX_EFFECT_FACTS;
    let mut is_kept = vec![false; effects.len()];
    for index in by_facts {
        let facts = effects[index].1.facts.len();
        is_kept[index] = facts <= left;
        left = left.saturating_sub(facts);
    }
    let mut kept = is_kept.iter();
    effects.retain(|_| *kept.next().expect("one answer for each effect"));
    effects.len() < is_kept.len()
}

/// Whether a path belongs to the whole program, not to one call.
pub fn is_shared(path: &Path) -> bool {
    matches!(path.start(), Root::Cell(_) | Root::Static(_))
}

/// Renumbers the objects that a summary refers to.
struct Export<'a> {
    state: &'a State,
    objects: &'a [ObjectInfo],
    ids: FxHashMap<ObjectId, ObjectId>,
    order: Vec<ObjectId>,
    /// Objects were left out at the bound.
    is_cut: bool,
}

impl Export<'_> {
    fn value(&mut self, value: &Value) -> Value {
        let mut value = value.clone();
        value.objects.retain(|object| {
            self.ids.contains_key(object) || {
                let is_kept = self.order.len() < MAX_SUMMARY_OBJECTS;
                if is_kept {
                    self.ids.insert(*object, ObjectId(self.order.len() as u32));
                    self.order.push(*object);
                } else {
                    value.constants = Constants::Any;
                    self.is_cut = true;
                }
                is_kept
            }
        });
        value.objects.iter_mut().for_each(|object| *object = self.ids[object]);
        value.objects.sort();
        value
    }

    fn contents(&mut self) -> Vec<(ObjectInfo, Content)> {
        let mut contents = Vec::new();
        while let Some(&object) = self.order.get(contents.len()) {
            let content = self.state.content(object).cloned().unwrap_or_default();
            let parts = content.parts.iter().map(|(step, value)| (*step, self.value(value))).collect();
            contents.push((
                self.objects[object.0 as usize].clone(),
                Content { parts, length: content.length, many: content.many },
            ));
        }
        contents
    }
}

fn is_unchanged(path: &Path, value: &Value) -> bool {
    // How long a list is nobody says without a reason.
    !is_length(path)
        && value.objects.is_empty()
        && matches!(value.constants, Constants::Any)
        && value.facts.len() == 1
        && value.facts[0].exact_path() == Some(path)
        && value.facts[0].protections == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Symbol;
    use crate::taint::path::Step;

    fn place(index: usize) -> Path {
        Path::root(Root::Parameter(0)).push(Step::Field(Symbol::new(&format!("field{index}"))))
    }

    fn effect(index: usize, origins: usize) -> (Path, Value) {
        let facts = (0..origins).map(|origin| Fact::path(Path::root(Root::Parameter(origin as u16))));
        (place(index), Value { facts: facts.collect(), ..Value::unknown() })
    }

    #[test]
    fn effects_of_few_origins_are_kept_before_those_of_many() {
        let mut effects = vec![effect(0, MAX_EFFECT_FACTS), effect(1, 1), effect(2, 2)];
        assert!(keep_the_clearest(&mut effects));
        let kept: Vec<Path> = effects.into_iter().map(|(path, _)| path).collect();
        assert_eq!(kept, [place(1), place(2)]);
        assert!(!keep_the_clearest(&mut vec![effect(0, MAX_EFFECT_FACTS)]));
    }
}
