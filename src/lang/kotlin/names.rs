//! What a name means inside a function: its locals, and those of the functions around it through captures.
//!
//! A closure copies what it captures into a local of its own; a local or anonymous class has a field `val$x` for it.
//! Variables that a closure writes to, or that change after it was made, live in boxes, which both sides hold. All
//! other names are left to `link`.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use tree_sitter::Node;

use super::lowering::{Lowering, Surroundings, This, WORDS};
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

/// How many classes and functions outwards a name is searched. What lies further out stays unresolved.
const FARTHEST: usize = 24;
/// How many locals a class captures at most: each of its creations copies them all.
const MOST_CAPTURES: usize = 32;

/// A variable of a function.
#[derive(Clone, Copy)]
pub(super) struct Variable {
    /// The local that holds it, or its box.
    pub(super) local: Local,
    /// Whether the local holds a box.
    pub(super) is_boxed: bool,
}

/// A local of an open function: the position of its frame, and the local there.
pub(super) type Captured = (usize, Local);

/// What lowering notes of a class.
pub(super) struct ClassScope {
    /// The class as a type: its dotted name from the outermost class on.
    pub(super) as_type: TypeRef,
    /// The position of the frame in which a local or anonymous class is declared.
    pub(super) declared_in: Option<usize>,
    /// Whether it has a field `this$0`.
    pub(super) has_outer_instance: bool,
    /// Locals that it captures, with the fields that hold them.
    pub(super) captures: IndexMap<Captured, Symbol, FxBuildHasher>,
    /// Properties of the primary constructor, in order: what `componentN`, `copy` and the printed form show.
    pub(super) components: Vec<Symbol>,
}

impl<'t> Lowering<'t> {
    /// The place that a simple name stands for; an unresolved name where no local explains it.
    pub(super) fn place_named(&mut self, name: Symbol) -> Place {
        if name == WORDS.field
            && let Some(backing) = self.backing_field()
        {
            return backing;
        }
        self.variable_place(name).unwrap_or_else(|| Place::name(name))
    }

    /// The place of the local variable `name`.
    pub(super) fn variable_place(&mut self, name: Symbol) -> Option<Place> {
        let innermost = self.frames.len().checked_sub(1)?;
        let (frame, variable) = self.variable_named(name)?;
        let place = self.reach_local(innermost, (frame, variable.local))?;
        Some(if variable.is_boxed { place.field(WORDS.boxed) } else { place })
    }

    /// The variable `name`, with the position of its frame.
    fn variable_named(&self, name: Symbol) -> Option<(usize, Variable)> {
        let mut position = self.frames.len().checked_sub(1)?;
        for _ in 0..FARTHEST {
            let frame = &self.frames[position];
            if let Some(variable) = frame.variables.get(name) {
                return Some((position, variable));
            }
            position = match frame.surroundings {
                Surroundings::Closure => position.checked_sub(1)?,
                Surroundings::Member(class) => self.frame_around(class)?,
            };
        }
        None
    }

    /// The frame in which `class`, or the nearest class around it that has one, is declared.
    fn frame_around(&self, class: ClassIdx) -> Option<usize> {
        let mut class = class;
        for _ in 0..FARTHEST {
            if let Some(position) = self.scope(class).declared_in {
                return Some(position);
            }
            class = self.unit.classes[class].outer?;
        }
        None
    }

    /// `field` inside an accessor, and inside the lambdas there.
    fn backing_field(&mut self) -> Option<Place> {
        let innermost = self.frames.len().checked_sub(1)?;
        let position = (0..self.frames.len()).rev().find(|&position| self.frames[position].backing.is_some())?;
        let backing = self.frames[position].backing.clone()?;
        match backing.base {
            Base::Local(local) => {
                let base = self.reach_local(innermost, (position, local))?;
                Some(Place { base: base.base, path: backing.path })
            }
            _ => Some(backing),
        }
    }

    /// `this`, as far as this file tells it; `None` in static code.
    pub(super) fn receiver(&mut self) -> Option<Place> {
        let innermost = self.frames.len().checked_sub(1)?;
        self.this_at(innermost)
    }

    fn this_at(&mut self, position: usize) -> Option<Place> {
        match self.frames[position].this.clone() {
            This::None => None,
            This::Local(local) => Some(Place::local(local)),
            This::Class(class) => Some(Place::class(class)),
            This::Unresolved => Some(Place::name(WORDS.this)),
            This::Around => {
                let around = self.this_at(position.checked_sub(1)?)?;
                Some(self.capture_in_closure(position, around))
            }
        }
    }

    /// The class whose member, directly or as a closure, is being lowered.
    pub(super) fn current_class(&self) -> Option<ClassIdx> {
        self.frames.iter().rev().find_map(|frame| match frame.surroundings {
            Surroundings::Member(class) => Some(class),
            Surroundings::Closure => None,
        })
    }

    /// Where the function of the frame at `position` finds a local of a frame at or below it.
    pub(super) fn reach_local(&mut self, position: usize, captured: Captured) -> Option<Place> {
        if position == captured.0 {
            return Some(Place::local(captured.1));
        }
        match self.frames[position].surroundings {
            Surroundings::Closure => {
                let place = self.reach_local(position.checked_sub(1)?, captured)?;
                Some(self.capture_in_closure(position, place))
            }
            Surroundings::Member(own) => {
                if !self.frames[position].builder.function.has_this {
                    return None;
                }
                let mut place = Place::local(Local::new(0));
                let mut at = own;
                while self.scope(at).declared_in.is_none() {
                    if !self.scope(at).has_outer_instance {
                        return None;
                    }
                    place = place.field(WORDS.outer);
                    at = self.unit.classes[at].outer?;
                }
                Some(place.field(self.capture_in_class(at, captured)?))
            }
        }
    }

    /// A place of the frame below, as a place of the closure at `position`.
    fn capture_in_closure(&mut self, position: usize, place: Place) -> Place {
        let Base::Local(outer) = place.base else { return place };
        let inner = match self.frames[position].captured.get(&outer) {
            Some(&inner) => inner,
            None => {
                let declaration = self.frames[position - 1].builder.function.locals[outer].clone();
                let frame = &mut self.frames[position];
                let inner = frame.builder.capture(declaration);
                frame.captured.insert(outer, inner);
                inner
            }
        };
        Place { base: Base::Local(inner), path: place.path }
    }

    /// The field of the local or anonymous `class` that holds a captured local.
    fn capture_in_class(&mut self, class: ClassIdx, captured: Captured) -> Option<Symbol> {
        let captures = &self.scope(class).captures;
        if let Some(&field) = captures.get(&captured) {
            return Some(field);
        }
        if captures.len() >= MOST_CAPTURES {
            return None;
        }
        let local = self.frames[captured.0].builder.function.locals[captured.1].clone();
        let name = Symbol::new(&format!("val${}", local.name.map_or("", Symbol::as_str)));
        self.unit.classes[class].fields.push(Field {
            name,
            declared: local.declared,
            modifiers: Modifiers::SYNTHETIC | Modifiers::FINAL,
            annotations: Vec::new(),
            constant: None,
            span: local.span,
            name_span: local.span,
        });
        self.scope_mut(class).captures.insert(captured, name);
        Some(name)
    }

    /// The local class of this function, or of one around it, that a name stands for.
    pub(super) fn local_class_named(&self, name: Symbol) -> Option<ClassIdx> {
        let mut position = self.frames.len().checked_sub(1)?;
        for _ in 0..FARTHEST {
            let frame = &self.frames[position];
            if let Some(class) = frame.local_classes.get(name) {
                return Some(class);
            }
            position = match frame.surroundings {
                Surroundings::Closure => position.checked_sub(1)?,
                Surroundings::Member(class) => self.frame_around(class)?,
            };
        }
        None
    }

    /// Declares a variable and makes it visible; gives the place to which its value goes.
    pub(super) fn declare_variable(&mut self, name: Symbol, declared: Option<TypeRef>, span: Span) -> Place {
        let is_boxed = self.frame().boxed.contains(&name);
        if !is_boxed {
            let local = self.builder().local(Some(name), declared, span);
            self.frame().variables.declare(name, Variable { local, is_boxed });
            return Place::local(local);
        }
        let boxed = TypeRef { name: WORDS.box_type, arguments: declared.into_iter().collect() };
        let local = self.builder().local(Some(name), Some(boxed.clone()), span);
        self.assign(Place::local(local), Rvalue::Allocate(boxed), span);
        self.frame().variables.declare(name, Variable { local, is_boxed });
        Place::local(local).field(WORDS.boxed)
    }

    /// The declared type of what a place holds, where the function at hand tells.
    pub(super) fn declared_type_of(&mut self, operand: &Operand) -> Option<TypeRef> {
        let Operand::Place(place) = operand else { return None };
        let local = place.as_local()?;
        self.builder().function.locals[local].declared.clone()
    }

    /// Whether an operand is known to be a string.
    pub(super) fn is_string(&mut self, operand: &Operand) -> bool {
        match operand {
            Operand::Const(constant) => matches!(constant, Const::Str(_)),
            _ => self.declared_type_of(operand).is_some_and(|declared| declared.name == WORDS.string),
        }
    }

    /// Notes which variables of the function around `body` are assigned, and which of them live in boxes: those that
    /// a closure sees and that change after their declaration. Names are compared, not declarations: one box too many
    /// does no harm.
    pub(super) fn note_variables(&mut self, body: Node<'t>) {
        let found = super::closures::written_variables(self, body);
        let frame = self.frame();
        frame.boxed.extend(found.boxed);
        frame.reassigned.extend(found.reassigned);
    }
}
