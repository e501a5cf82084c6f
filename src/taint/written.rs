//! What a function has written below its entry so far, kept by root: versions share what they do not change.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::taint::path::{Path, Root};
use crate::taint::state::is_length;
use crate::taint::value::{Constants, Fact, Value};

/// Bound: paths of the entry whose writes are told apart in one function.
pub const MAX_WRITTEN: usize = 1024;

/// Paths with one root, and what they hold.
type Below = FxHashMap<Path, Rc<Value>>;

/// Entry paths that were written, with what they hold; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Written {
    roots: Rc<FxHashMap<Root, Rc<Below>>>,
    count: usize,
}

impl Written {
    /// Whether the bound on paths is reached, so that writes were perhaps not kept.
    pub fn is_full(&self) -> bool {
        self.count >= MAX_WRITTEN
    }

    /// What a path holds now, when it was written.
    pub fn get(&self, path: &Path) -> Option<&Rc<Value>> {
        if self.count == 0 { None } else { self.roots.get(path.start())?.get(path) }
    }

    /// All paths and what they hold, in no order that means anything.
    pub fn iter(&self) -> impl Iterator<Item = (&Path, &Rc<Value>)> {
        self.roots.values().flat_map(|below| below.iter())
    }

    /// Paths below `prefix`, with what they hold, in order.
    pub fn below<'a>(&'a self, prefix: &Path) -> Vec<(&'a Path, &'a Rc<Value>)> {
        let Some(candidates) = self.roots.get(prefix.start()).filter(|_| self.count > 0) else { return Vec::new() };
        let steps = prefix.steps();
        let mut below: Vec<_> = candidates
            .iter()
            .filter(|(path, _)| path.steps().len() > steps.len() && path.steps().starts_with(steps))
            .filter(|(path, _)| !is_length(path))
            .collect();
        below.sort_unstable_by(|a, b| a.0.steps().cmp(b.0.steps()));
        below
    }

    /// Replaces what a path holds.
    pub fn overwrite(&mut self, path: Path, value: Value) {
        if self.is_full() && self.get(&path).is_none() {
            return;
        }
        let is_new = self.paths_with_root(path.start()).insert(path, Rc::new(value)).is_none();
        self.count += usize::from(is_new);
    }

    /// Adds to what a path holds: what it held at the entry stays possible.
    pub fn add_to(&mut self, path: Path, value: &Value) {
        let own = self.get(&path).map(|own| (**own).clone());
        let mut joined = own.unwrap_or_else(|| Value::fact(Fact::path(path.clone())));
        joined.join(value);
        self.overwrite(path, joined);
    }

    /// Adds what another path of control wrote: where only one of them wrote, what stood there at the entry stays
    /// possible. Tells whether that changed anything.
    pub fn join(&mut self, other: &Written) -> bool {
        if Rc::ptr_eq(&self.roots, &other.roots) {
            return false;
        }
        let mut changed = false;
        let own_roots = Rc::make_mut(&mut self.roots);
        for (root, own) in own_roots.iter_mut() {
            match other.roots.get(root) {
                Some(below) if Rc::ptr_eq(own, below) => {}
                below => changed |= keep_entry(own, below.map(|below| &**below)),
            }
        }
        for (root, below) in other.roots.iter() {
            let own = own_roots.entry(root.clone()).or_default();
            if Rc::ptr_eq(own, below) || below.keys().all(|path| own.contains_key(path)) {
                continue;
            }
            let own = Rc::make_mut(own);
            let mut new: Vec<_> = below.iter().filter(|(path, _)| !own.contains_key(*path)).collect();
            new.sort_unstable_by(|a, b| a.0.steps().cmp(b.0.steps()));
            for (path, value) in new {
                if self.count >= MAX_WRITTEN {
                    break;
                }
                own.insert(path.clone(), Rc::new(or_as_before(path, value)));
                self.count += 1;
                changed = true;
            }
        }
        changed
    }

    fn paths_with_root(&mut self, root: &Root) -> &mut Below {
        Rc::make_mut(Rc::make_mut(&mut self.roots).entry(root.clone()).or_default())
    }
}

/// Adds to what `own` holds what `other` holds in the same places, or what stood there at the entry.
fn keep_entry(own: &mut Rc<Below>, other: Option<&Below>) -> bool {
    let mut changed = Vec::new();
    for (path, value) in own.iter() {
        let joined = match other.and_then(|other| other.get(path)) {
            Some(more) if Rc::ptr_eq(value, more) || more.is_none() => None,
            Some(more) => joined_with(value, |value| value.join(more)),
            None if is_length(path) && value.constants == Constants::Any => None,
            None if is_length(path) => Some(Rc::new(Value::unknown())),
            None => joined_with(value, |value| value.add(Fact::path(path.clone()))),
        };
        changed.extend(joined.map(|joined| (path.clone(), joined)));
    }
    let is_changed = !changed.is_empty();
    if is_changed {
        Rc::make_mut(own).extend(changed);
    }
    is_changed
}

/// What a path holds where only one of two ways wrote to it: how long a list is, nobody knows then.
fn or_as_before(path: &Path, written: &Value) -> Value {
    if is_length(path) {
        return Value::unknown();
    }
    let mut value = written.clone();
    value.join(&Value::fact(Fact::path(path.clone())));
    value
}

/// The value after `add`, when that changed it.
fn joined_with(value: &Rc<Value>, add: impl FnOnce(&mut Value) -> bool) -> Option<Rc<Value>> {
    let mut joined = (**value).clone();
    add(&mut joined).then(|| Rc::new(joined))
}
