//! Resolves names inside functions: afterwards no [`Base::Name`] is left that the program can explain.
//!
//! A bare name or call is searched in the class around it and its ancestors, then in the classes further out (through
//! `this$0`), then among static imports; what is left may be a class or the beginning of a package. What a pattern takes
//! out of a record by position gets the name of its component.

use crate::base::{IndexVec, Symbol};
use crate::ir::*;
use crate::link::{ClassId, OPEN_ARITY, Program, reopened::has_open_classes, types::Resolver};

/// The field that holds the outer instance.
const OUTER: &str = "this$0";

/// Resolves all names of `unit`.
pub(super) fn resolve(unit: &mut Unit, index: usize, program: &Program, resolver: &mut Resolver<'_>) {
    give_receivers(unit);
    let has_open_classes = has_open_classes(unit);
    let imports: Vec<Import> = unit.imports.iter().filter(|import| import.is_static).cloned().collect();
    for function in unit.functions.iter_mut() {
        let receiver = function.receiver();
        let context = Context {
            program,
            owner: function.owner.map(|owner| program.class_id(index, owner)),
            class: function.owner,
            receiver,
            imports: &imports,
            has_open_classes,
        };
        context.function(function, resolver);
    }
}

/// Makes the object of the class around available to lambdas that may need it.
pub(super) fn give_receivers(unit: &mut Unit) {
    for function in unit.functions.indices() {
        if !unit.functions[function].has_this && has_open_names(&unit.functions[function]) {
            capture_this(unit, function);
        }
    }
}

fn has_open_names(function: &Function) -> bool {
    let mut open = false;
    for_each_place(function, &mut |place| open |= matches!(place.base, Base::Name(_)));
    open || function.blocks.iter().flat_map(|block| &block.statements).any(|statement| {
        matches!(&statement.value, Rvalue::Call(call) if matches!(call.target, Target::Bare(_) | Target::Super(..)))
    })
}

/// Makes the receiver of the function around a lambda available inside it; `None` where there is none.
fn capture_this(unit: &mut Unit, function: FunctionIdx) -> Option<Local> {
    if let Some(local) = unit.functions[function].receiver() {
        return Some(local);
    }
    if unit.functions[function].kind != FunctionKind::Lambda {
        return None;
    }
    let around = unit.functions[function].enclosing?;
    let outer = capture_this(unit, around)?;
    let span = unit.functions[function].span;
    let lambda = &mut unit.functions[function];
    let local = lambda.locals.push(LocalDecl { name: Some(Symbol::new(RECEIVER)), declared: None, span });
    lambda.captures.push(local);
    for block in unit.functions[around].blocks.iter_mut() {
        for statement in &mut block.statements {
            if let Rvalue::Closure(created, captures) = &mut statement.value
                && *created == function
            {
                captures.push(Operand::local(outer));
            }
        }
    }
    Some(local)
}

fn for_each_place(function: &Function, each: &mut impl FnMut(&Place)) {
    for block in function.blocks.iter() {
        for statement in &block.statements {
            each(&statement.to);
            statement.value.for_each_operand(&mut |operand| {
                if let Operand::Place(place) = operand {
                    each(place);
                }
            });
        }
        if let Some(Operand::Place(place)) = block.terminator.operand() {
            each(place);
        }
    }
}

/// What stands around a function.
pub(super) struct Context<'a> {
    pub(super) program: &'a Program,
    pub(super) owner: Option<ClassId>,
    pub(super) class: Option<ClassIdx>,
    pub(super) receiver: Option<Local>,
    pub(super) imports: &'a [Import],
    /// Whether methods come from the class, its modules and its heirs alone, never from the classes around.
    pub(super) has_open_classes: bool,
}

impl Context<'_> {
    fn function(&self, function: &mut Function, resolver: &mut Resolver<'_>) {
        let locals = &function.locals;
        for block in function.blocks.iter_mut() {
            for statement in &mut block.statements {
                self.place(&mut statement.to, resolver);
                statement.value.for_each_operand_mut(&mut |operand| {
                    self.operand(operand, resolver);
                    self.name_component(operand, locals);
                });
                if let Rvalue::Call(call) = &mut statement.value
                    && let Target::Bare(name) = call.target
                    && let Some(receiver) = self.callee(name, arity(call))
                {
                    call.target = Target::Method { receiver: Operand::Place(receiver), name };
                }
            }
            if let Some(operand) = block.terminator.operand_mut() {
                self.operand(operand, resolver);
            }
        }
    }

    fn operand(&self, operand: &mut Operand, resolver: &mut Resolver<'_>) {
        if let Operand::Place(place) = operand {
            self.place(place, resolver);
        }
    }

    fn place(&self, place: &mut Place, resolver: &mut Resolver<'_>) {
        if let Base::Name(name) = place.base {
            self.explain(place, name, resolver);
        }
        if matches!(place.base, Base::Static(_)) {
            self.descend_into_nested(place);
        }
    }

    /// Names the component of a record that an operand means by its position.
    fn name_component(&self, operand: &mut Operand, locals: &IndexVec<LocalDecl>) {
        if let Operand::Place(place) = operand
            && let (Base::Local(record), [Projection::Field(field)]) = (&place.base, &mut place.path[..])
            && let Some(position) = component_position(field)
            && let Some(class) = locals[*record].declared.as_ref()
            && let Some(class) = self.program.class_named(class.name)
            && let Some(name) = self.program.component(class, position)
        {
            *field = name;
        }
    }

    /// Replaces the name from which a place starts, where something explains it.
    pub(super) fn explain(&self, place: &mut Place, name: Symbol, resolver: &mut Resolver<'_>) {
        if let Some(found) = self.field(name) {
            replace_base(place, found);
        } else if let Some(found) = self.imported(name, |class| {
            self.program.class_named(class).is_none_or(|class| self.program.field_of(class, name).is_some())
        }) {
            replace_base(place, found.field(name));
        } else if let Some(class) = resolver.known_name(name, self.class) {
            place.base = Base::Static(TypeRef::named(class));
        } else if starts_upper(&name) {
            place.base = Base::Static(TypeRef::named(name));
        } else if let Some((class, length)) = self.package_prefix(name, &place.path) {
            place.base = Base::Static(TypeRef::named(class));
            place.path.drain(..length);
        } else if let Some(receiver) = self.receiver
            && self.owner.is_some_and(|owner| !self.program.classes[owner].library_ancestors.is_empty())
        {
            // A field inherited from a library class.
            replace_base(place, Place::local(receiver).field(name));
        }
    }

    /// `name` as a field of the class around, of an ancestor, or of a class further out.
    fn field(&self, name: Symbol) -> Option<Place> {
        self.member(|class| {
            let (owner, field) = self.program.field_of(class, name)?;
            Some((owner, field.contains(Modifiers::STATIC)))
        })
        .map(|place| place.field(name))
    }

    /// The receiver of a bare call of `name`.
    fn callee(&self, name: Symbol, arity: usize) -> Option<Place> {
        if self.has_open_classes {
            return self.own_method(name, arity);
        }
        self.member(|class| self.program.declares(class, name, arity)).or_else(|| {
            self.imported(name, |class| {
                self.program.class_named(class).is_none_or(|class| self.program.declares(class, name, arity).is_some())
            })
        })
    }

    /// `self`, where its class, a module in it or an heir has the method.
    fn own_method(&self, name: Symbol, arity: usize) -> Option<Place> {
        let owner = self.owner?;
        let is_declared = self.program.declares(owner, name, arity).is_some()
            || !self.program.overrides(owner, name, arity).is_empty();
        let class = || Place::class(TypeRef::named(self.program.classes[owner].qualified));
        is_declared.then(|| self.receiver.map_or_else(class, Place::local))
    }

    /// The place below which a member hangs, from the innermost class outwards; `find` tells the declaring class and
    /// whether the member is static.
    pub(super) fn member(&self, find: impl Fn(ClassId) -> Option<(ClassId, bool)>) -> Option<Place> {
        let mut class = self.owner;
        let mut instance = self.receiver.map(Place::local);
        while let Some(current) = class {
            if let Some((owner, is_static)) = find(current) {
                if is_static {
                    return Some(Place::class(TypeRef::named(self.program.classes[owner].qualified)));
                }
                if let Some(place) = instance {
                    return Some(place);
                }
            }
            let info = &self.program.classes[current];
            let outer = Symbol::new(OUTER);
            instance = instance.filter(|_| info.fields.contains_key(&outer)).map(|place| place.field(outer));
            class = info.outer;
        }
        None
    }

    /// The class from which `name` is statically imported.
    fn imported(&self, name: Symbol, declares: impl Fn(Symbol) -> bool) -> Option<Place> {
        self.imports.iter().find_map(|import| {
            let class = match import.alias {
                Some(alias) if alias == name => Symbol::new(import.path.rsplit_once('.')?.0),
                Some(_) => return None,
                // A library class on demand explains nothing: it may or may not have the member.
                None if self.program.class_named(import.path).is_some() && declares(import.path) => import.path,
                None => return None,
            };
            Some(Place::class(TypeRef::named(class)))
        })
    }

    /// A qualified class at the beginning of `name` and `path`, with the number of steps that it takes.
    fn package_prefix(&self, name: Symbol, path: &[Projection]) -> Option<(Symbol, usize)> {
        let mut text = name.to_string();
        for (index, step) in path.iter().enumerate() {
            let Projection::Field(part) = step else { return None };
            text.push('.');
            text.push_str(part);
            if starts_upper(part) {
                return Some((Symbol::new(&text), index + 1));
            }
        }
        None
    }

    /// `Outer.Inner` where `Inner` is a class, not a field.
    pub(super) fn descend_into_nested(&self, place: &mut Place) {
        while let (Base::Static(class), Some(Projection::Field(name))) = (&place.base, place.path.first().copied()) {
            let id = self.program.class_named(class.name);
            if id.is_some_and(|id| self.program.field_of(id, name).is_some()) {
                return;
            }
            // The one object of a class, and what belongs to the class, are written as its static members.
            let nested = Symbol::new(&format!("{}.{name}", class.name));
            let is_class_itself = self.program.companions.contains(&nested)
                || (id.is_some() && SINGLETON_FIELDS.contains(&name.as_str()));
            if !is_class_itself {
                if self.program.class_named(nested).is_none() && !self.program.library.is_known(nested) {
                    return;
                }
                place.base = Base::Static(TypeRef::named(nested));
            }
            place.path.remove(0);
        }
    }
}

fn replace_base(place: &mut Place, mut found: Place) {
    found.path.extend(place.path.drain(..));
    *place = found;
}

fn starts_upper(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}

/// Number of arguments of a call, where it is known.
pub(super) fn arity(call: &Call) -> usize {
    if call.arguments.iter().any(|argument| argument.spread) { OPEN_ARITY } else { call.arguments.len() }
}
