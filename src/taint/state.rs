//! What holds at one point of a function: locals, objects, and paths of the entry that were written.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::ir::{Const, Local};
use crate::taint::path::{Path, Step};
use crate::taint::summary::Content;
use crate::taint::value::{ObjectId, Protections, Value};
use crate::taint::written::Written;

/// The state at one point of one interpretation. Parts are shared until they are changed.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Values of locals, by index.
    pub locals: Rc<Vec<Rc<Value>>>,
    /// Objects that were allocated.
    pub heap: Rc<FxHashMap<ObjectId, Rc<Content>>>,
    /// Entry paths that were written.
    pub written: Written,
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

    /// Sets what a local holds.
    pub fn set_local(&mut self, local: Local, value: Value) {
        Rc::make_mut(&mut self.locals)[local.index()] = Rc::new(value);
    }

    /// Adds what another path of control brings; tells whether that changed anything.
    ///
    /// With `widen`, constants of locals that differ become unknown.
    pub fn join(&mut self, other: &State, widen: bool) -> bool {
        let mut changed = false;
        if !Rc::ptr_eq(&self.locals, &other.locals) {
            for (own, other) in Rc::make_mut(&mut self.locals).iter_mut().zip(other.locals.iter()) {
                changed |= join_shared(own, other, widen);
            }
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
        changed |= self.written.join(&other.written);
        let guards = self.guards & other.guards;
        changed |= guards != self.guards;
        self.guards = guards;
        changed |= join_shared(&mut self.thrown, &other.thrown, false);
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
