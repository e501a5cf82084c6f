//! What holds at one point of a function: locals, objects, and paths of the entry that were written.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::ir::Const;
use crate::taint::path::{Path, Step};
use crate::taint::summary::Content;
use crate::taint::value::{Constants, Fact, ObjectId, Protections, Value};

/// Bound: paths of the entry whose writes are told apart in one function.
pub const MAX_WRITTEN: usize = 1024;

/// The state at one point of one interpretation. Parts are shared until they are changed.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Values of locals, by index.
    pub locals: Vec<Rc<Value>>,
    /// Objects that were allocated.
    pub heap: Rc<FxHashMap<ObjectId, Rc<Content>>>,
    /// Entry paths that were written.
    pub written: Rc<FxHashMap<Path, Rc<Value>>>,
    /// Protections that guards have proven here.
    pub guards: Protections,
    /// What was thrown, in a handler.
    pub thrown: Rc<Value>,
}

impl State {
    /// The content of an object.
    pub fn content(&self, object: ObjectId) -> Option<&Content> {
        self.heap.get(&object).map(|content| &**content)
    }

    /// The content of an object, to be changed.
    pub fn content_mut(&mut self, object: ObjectId) -> &mut Content {
        Rc::make_mut(Rc::make_mut(&mut self.heap).entry(object).or_default())
    }

    /// What an entry path holds now, when it was written.
    pub fn at(&self, path: &Path) -> Option<&Rc<Value>> {
        if self.written.is_empty() { None } else { self.written.get(path) }
    }

    /// Paths below `prefix` that were written, with what they hold, in order.
    pub fn written_below<'a>(&'a self, prefix: &Path) -> Vec<(&'a Path, &'a Rc<Value>)> {
        if self.written.is_empty() {
            return Vec::new();
        }
        let mut below: Vec<_> = self
            .written
            .iter()
            .filter(|(path, _)| path.steps().len() > prefix.steps().len() && path.starts_with(prefix))
            .filter(|(path, _)| !is_length(path))
            .collect();
        below.sort_by(|a, b| a.0.cmp(b.0));
        below
    }

    /// Whether a write to `path` can be kept.
    fn has_room_for(&self, path: &Path) -> bool {
        self.written.len() < MAX_WRITTEN || self.written.contains_key(path)
    }

    /// Replaces what a path holds.
    pub fn overwrite(&mut self, path: Path, value: Value) {
        if !self.has_room_for(&path) {
            return;
        }
        Rc::make_mut(&mut self.written).insert(path, Rc::new(value));
    }

    /// Adds to what a path holds: what it held at the entry stays possible.
    pub fn add_to(&mut self, path: Path, value: &Value) {
        if !self.has_room_for(&path) {
            return;
        }
        let written = Rc::make_mut(&mut self.written);
        let own = written.entry(path.clone()).or_insert_with(|| Rc::new(Value::fact(Fact::path(path))));
        let own = Rc::make_mut(own);
        own.join(value);
    }

    /// Adds what another path of control brings; tells whether that changed anything.
    ///
    /// With `widen`, constants of locals that differ become unknown.
    pub fn join(&mut self, other: &State, widen: bool) -> bool {
        let mut changed = false;
        for (own, other) in self.locals.iter_mut().zip(&other.locals) {
            changed |= join_shared(own, other, widen);
        }
        if !Rc::ptr_eq(&self.heap, &other.heap) {
            let mut objects: Vec<_> = other.heap.iter().collect();
            objects.sort_by_key(|(object, _)| **object);
            let heap = Rc::make_mut(&mut self.heap);
            for (object, content) in objects {
                match heap.get_mut(object) {
                    Some(own) if Rc::ptr_eq(own, content) => {}
                    Some(own) => changed |= join_content(own, content),
                    None => {
                        heap.insert(*object, content.clone());
                        changed = true;
                    }
                }
            }
        }
        if !Rc::ptr_eq(&self.written, &other.written) {
            changed |= self.join_written(other);
        }
        let guards = self.guards & other.guards;
        changed |= guards != self.guards;
        self.guards = guards;
        changed |= join_shared(&mut self.thrown, &other.thrown, false);
        changed
    }

    fn join_written(&mut self, other: &State) -> bool {
        let mut changed = false;
        let written = Rc::make_mut(&mut self.written);
        for (path, own) in written.iter_mut() {
            match other.written.get(path) {
                Some(value) => changed |= join_shared(own, value, false),
                // Where only one of two ways changes a list, nobody knows how long it is.
                None if is_length(path) => {
                    changed |= own.constants != Constants::Any;
                    *own = Rc::new(Value::unknown());
                }
                None => changed |= Rc::make_mut(own).add(Fact::path(path.clone())),
            }
        }
        for (path, value) in other.written.iter() {
            if !written.contains_key(path) && written.len() < MAX_WRITTEN {
                let value = if is_length(path) {
                    Value::unknown()
                } else {
                    let mut value = (**value).clone();
                    value.join(&Value::fact(Fact::path(path.clone())));
                    value
                };
                written.insert(path.clone(), Rc::new(value));
                changed = true;
            }
        }
        changed
    }
}

/// Whether a path says how long a list is.
pub fn is_length(path: &Path) -> bool {
    path.steps().last() == Some(&Step::Length)
}

fn join_shared(own: &mut Rc<Value>, other: &Rc<Value>, widen: bool) -> bool {
    if Rc::ptr_eq(own, other) || other.is_none() {
        return false;
    }
    if own.is_none() {
        *own = other.clone();
        return true;
    }
    let mut joined = (**own).clone();
    let changed = joined.join_widening(other, widen);
    if changed {
        *own = Rc::new(joined);
    }
    changed
}

/// Joins two versions of an object. Lists of different lengths lose their positions.
fn join_content(own: &mut Rc<Content>, other: &Rc<Content>) -> bool {
    let mut joined = (**own).clone();
    let mut changed = false;
    if joined.length != other.length && joined.length.is_some() {
        forget_positions(&mut joined);
        changed = true;
    }
    let positions_known = joined.length.is_some();
    for (step, value) in &other.parts {
        let step = match step {
            Step::Key(Const::Int(_)) if !positions_known && other.length.is_some() => Step::Element,
            step => *step,
        };
        changed |= joined.entry(step).join(value);
    }
    if other.many && !joined.many {
        joined.many = true;
        changed = true;
    }
    if changed {
        *own = Rc::new(joined);
    }
    changed
}

/// Makes all positions of a list one unknown element.
pub fn forget_positions(content: &mut Content) {
    content.length = None;
    let mut elements = Value::none();
    content.parts.retain(|(step, value)| {
        let is_position = matches!(step, Step::Key(Const::Int(_)));
        if is_position {
            elements.join(value);
        }
        !is_position
    });
    if !elements.is_none() {
        content.entry(Step::Element).join(&elements);
    }
}
