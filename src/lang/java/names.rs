//! What a name means: locals, fields and classes of this file, from the innermost scope outwards.
//!
//! A variable of a function further out is reached through captures: a lambda copies it into a local of its own, a
//! local or anonymous class into a field `val$x`. The instance of a class further out is reached through `this$0`.

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::lowering::{Lowering, Surroundings, WORDS};
use crate::base::Symbol;
use crate::ir::*;

/// How many superclasses of the file are searched for a member: a class may, wrongly, extend itself.
const MOST_SUPERCLASSES: usize = 6;
/// How many classes and functions outwards a name is searched. What lies further out stays unresolved.
const FARTHEST: usize = 24;
/// How many locals a class captures at most: each of its creations copies them all.
const MOST_CAPTURES: usize = 32;

/// A local of an open function: the position of its frame, and the local there.
pub(super) type Captured = (usize, Local);

/// What names mean in a class.
pub(super) struct ClassScope {
    /// The class as a type: its dotted name from the outermost class on.
    pub(super) as_type: TypeRef,
    /// The position of the frame in which a local or anonymous class is declared.
    pub(super) declared_in: Option<usize>,
    /// Whether it has a field `this$0`.
    pub(super) has_outer_instance: bool,
    /// Its fields by name, as positions in the class.
    pub(super) fields: FxHashMap<Symbol, usize>,
    /// The classes that it holds.
    pub(super) members: FxHashMap<Symbol, ClassIdx>,
    /// The superclass, where this file declares it.
    pub(super) superclass: Option<ClassIdx>,
    /// Methods that return a string in every overload of this class.
    pub(super) string_methods: FxHashMap<Symbol, bool>,
    /// The last component of a record takes all remaining arguments.
    pub(super) has_rest: bool,
    /// How many parameters each written constructor has.
    pub(super) constructors: Vec<usize>,
    /// Locals that it captures, with the fields that hold them.
    pub(super) captures: IndexMap<Captured, Symbol, FxBuildHasher>,
    /// Functions that create it while its captures are not yet known in full.
    pub(super) early_creations: Vec<FunctionIdx>,
    /// Its body is being lowered.
    pub(super) is_open: bool,
    /// Whether it has instance initialisers.
    pub(super) has_initialiser: bool,
}

/// What a simple name stands for.
#[derive(Clone, Copy)]
pub(super) enum Meaning {
    /// A local of the frame at a position.
    Local(Captured),
    /// A field that `declaring` declares, of the instance of `class`.
    Field { class: ClassIdx, declaring: ClassIdx, position: usize },
}

/// What names mean in each class of the unit.
#[derive(Default)]
pub(super) struct ClassScopes(Vec<ClassScope>);

impl ClassScopes {
    pub(super) fn push(&mut self, scope: ClassScope) {
        self.0.push(scope);
    }
}

impl std::ops::Index<ClassIdx> for ClassScopes {
    type Output = ClassScope;
    fn index(&self, class: ClassIdx) -> &ClassScope {
        &self.0[class.index()]
    }
}

impl std::ops::IndexMut<ClassIdx> for ClassScopes {
    fn index_mut(&mut self, class: ClassIdx) -> &mut ClassScope {
        &mut self.0[class.index()]
    }
}

impl Lowering<'_> {
    /// The place that a simple name stands for; an unresolved name where this file does not tell.
    pub(super) fn place_named(&mut self, name: Symbol) -> Place {
        let Some(innermost) = self.frames.len().checked_sub(1) else { return Place::name(name) };
        let place = match self.meaning(name) {
            Some(Meaning::Local((frame, local))) => self.reach_local(innermost, (frame, local)),
            Some(Meaning::Field { class, declaring, position }) => {
                let is_static = self.unit.classes[declaring].fields[position].modifiers.contains(Modifiers::STATIC);
                if is_static {
                    Some(Place::class(self.scopes[declaring].as_type.clone()).field(name))
                } else {
                    self.reach_instance(innermost, class).map(|instance| instance.field(name))
                }
            }
            None => None,
        };
        place.unwrap_or_else(|| {
            if name.starts_with(char::is_lowercase) {
                // It may be an inherited field.
                self.receiver();
            }
            Place::name(name)
        })
    }

    /// The receiver, captured where a lambda needs it; `None` in static code.
    pub(super) fn receiver(&mut self) -> Option<Place> {
        let innermost = self.frames.len().checked_sub(1)?;
        let class = self.current_class()?;
        self.reach_instance(innermost, class)
    }

    /// The class whose member, directly or as a lambda, is being lowered.
    pub(super) fn current_class(&self) -> Option<ClassIdx> {
        self.frames.iter().rev().find_map(|frame| match frame.surroundings {
            Surroundings::Member(class) => Some(class),
            Surroundings::Lambda => None,
        })?
    }

    /// The current class and those around it.
    pub(super) fn classes_around(&self) -> impl Iterator<Item = ClassIdx> + '_ {
        std::iter::successors(self.current_class(), |&class| self.unit.classes[class].outer).take(FARTHEST)
    }

    /// What a simple name stands for here.
    pub(super) fn meaning(&self, name: Symbol) -> Option<Meaning> {
        let mut position = self.frames.len().checked_sub(1)?;
        let mut left = FARTHEST;
        'frames: loop {
            left = left.checked_sub(1)?;
            let frame = &self.frames[position];
            if let Some(local) = frame.variables.get(name) {
                return Some(Meaning::Local((position, local)));
            }
            let mut class = match frame.surroundings {
                Surroundings::Lambda => {
                    position = position.checked_sub(1)?;
                    continue;
                }
                Surroundings::Member(class) => class?,
            };
            loop {
                if let Some((declaring, position)) = self.field_of(class, name) {
                    return Some(Meaning::Field { class, declaring, position });
                }
                if let Some(around) = self.scopes[class].declared_in {
                    position = around;
                    continue 'frames;
                }
                class = self.unit.classes[class].outer?;
                left = left.checked_sub(1)?;
            }
        }
    }

    /// A field of `class` or of a superclass in this file: the declaring class and the position there.
    pub(super) fn field_of(&self, class: ClassIdx, name: Symbol) -> Option<(ClassIdx, usize)> {
        self.superclasses(class).find_map(|declaring| Some((declaring, *self.scopes[declaring].fields.get(&name)?)))
    }

    /// `class` and its superclasses, as far as this file declares them.
    pub(super) fn superclasses(&self, class: ClassIdx) -> impl Iterator<Item = ClassIdx> + '_ {
        std::iter::successors(Some(class), |&class| self.scopes[class].superclass).take(MOST_SUPERCLASSES)
    }

    /// Where the function of the frame at `position` finds the instance of `class`, which lies around it.
    pub(super) fn reach_instance(&mut self, position: usize, class: ClassIdx) -> Option<Place> {
        match self.frames[position].surroundings {
            Surroundings::Lambda => {
                let place = self.reach_instance(position.checked_sub(1)?, class)?;
                Some(self.capture_in_lambda(position, place))
            }
            Surroundings::Member(own) => {
                let mut place = Place::local(self.frames[position].this?);
                let mut at = own?;
                while at != class {
                    if !self.scopes[at].has_outer_instance {
                        return None;
                    }
                    place = place.field(WORDS.outer);
                    at = self.unit.classes[at].outer?;
                }
                Some(place)
            }
        }
    }

    /// Where the function of the frame at `position` finds a local of a frame at or below it.
    pub(super) fn reach_local(&mut self, position: usize, captured: Captured) -> Option<Place> {
        if position == captured.0 {
            return Some(Place::local(captured.1));
        }
        match self.frames[position].surroundings {
            Surroundings::Lambda => {
                let place = self.reach_local(position.checked_sub(1)?, captured)?;
                Some(self.capture_in_lambda(position, place))
            }
            Surroundings::Member(own) => {
                let mut place = Place::local(self.frames[position].this?);
                let mut at = own?;
                while self.scopes[at].declared_in.is_none() {
                    if !self.scopes[at].has_outer_instance {
                        return None;
                    }
                    place = place.field(WORDS.outer);
                    at = self.unit.classes[at].outer?;
                }
                Some(place.field(self.capture_in_class(at, captured)?))
            }
        }
    }

    /// A place of the frame below, as a place of the lambda at `position`.
    fn capture_in_lambda(&mut self, position: usize, place: Place) -> Place {
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
        let captures = &self.scopes[class].captures;
        if let Some(&field) = captures.get(&captured) {
            return Some(field);
        }
        if captures.len() >= MOST_CAPTURES {
            return None;
        }
        let local = &self.frames[captured.0].builder.function.locals[captured.1];
        let name = Symbol::new(&format!("val${}", local.name.map_or("", Symbol::as_str)));
        let field = Field {
            name,
            declared: local.declared.clone(),
            modifiers: Modifiers::SYNTHETIC | Modifiers::FINAL,
            annotations: Vec::new(),
            constant: None,
            span: local.span,
            name_span: local.span,
        };
        let fields = &mut self.unit.classes[class].fields;
        fields.push(field);
        let position = fields.len() - 1;
        let scope = &mut self.scopes[class];
        scope.fields.entry(name).or_insert(position);
        scope.captures.insert(captured, name);
        Some(name)
    }

    /// The class of this file that a dotted name stands for here.
    pub(super) fn class_named(&self, name: &str) -> Option<ClassIdx> {
        let frame = self.frames.len().checked_sub(1);
        self.class_named_from(name, None, frame)
    }

    /// The class of this file that a dotted name stands for, seen from within `class`, or from the frame at
    /// `position`.
    pub(super) fn class_named_from(
        &self,
        name: &str,
        class: Option<ClassIdx>,
        position: Option<usize>,
    ) -> Option<ClassIdx> {
        let mut parts = name.split('.').map(Symbol::new);
        let first = self.simple_class(parts.next()?, class, position)?;
        parts.try_fold(first, |class, part| self.member_class(class, part))
    }

    fn simple_class(&self, name: Symbol, class: Option<ClassIdx>, position: Option<usize>) -> Option<ClassIdx> {
        let (mut class, mut position) = (class, position);
        for _ in 0..FARTHEST {
            if let Some(inside) = class {
                if self.unit.classes[inside].name == name {
                    return Some(inside);
                }
                if let Some(member) = self.member_class(inside, name) {
                    return Some(member);
                }
                position = self.scopes[inside].declared_in;
                class = if position.is_some() { None } else { self.unit.classes[inside].outer };
            } else if let Some(at) = position {
                let frame = &self.frames[at];
                if let Some(local) = frame.local_classes.get(name) {
                    return Some(local);
                }
                (class, position) = match frame.surroundings {
                    Surroundings::Lambda => (None, at.checked_sub(1)),
                    Surroundings::Member(class) => (class, None),
                };
            } else {
                break;
            }
        }
        self.top_level.get(&name).copied()
    }

    fn member_class(&self, class: ClassIdx, name: Symbol) -> Option<ClassIdx> {
        self.superclasses(class).find_map(|class| self.scopes[class].members.get(&name).copied())
    }

    /// The static type of an operand, as far as declarations of this file tell it.
    pub(super) fn type_of<'a>(&'a self, operand: &'a Operand) -> Option<&'a TypeRef> {
        let Operand::Place(place) = operand else { return None };
        let function = &self.frames.last()?.builder.function;
        let (mut at, steps) = match &place.base {
            Base::Local(local) => (function.locals[*local].declared.as_ref()?, place.path.as_slice()),
            Base::Static(class) => (class, place.path.as_slice()),
            Base::Name(_) => return None,
        };
        for step in steps {
            at = match step {
                Projection::Field(name) => {
                    let class = self.class_named(&at.name)?;
                    let (declaring, position) = self.field_of(class, *name)?;
                    self.unit.classes[declaring].fields[position].declared.as_ref()?
                }
                Projection::Element | Projection::Key(_) | Projection::Index(_) if at.name == WORDS.array => {
                    at.arguments.first()?
                }
                _ => return None,
            };
        }
        Some(at)
    }

    /// Whether an operand is known to be a string.
    pub(super) fn is_string(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Const(constant) => matches!(constant, Const::Str(_)),
            Operand::Class(_) => false,
            Operand::Place(_) => self.type_of(operand).is_some_and(is_string_type),
        }
    }
}

/// Whether a type is that of strings.
pub(super) fn is_string_type(declared: &TypeRef) -> bool {
    declared.name == WORDS.string || declared.name == WORDS.string_qualified
}
