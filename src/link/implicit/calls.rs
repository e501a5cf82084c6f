//! Calls: of a constructor, of a member that needs no receiver, of an extension, of what a property holds.

use super::library::TYPE_ARGUMENT;
use super::{Receiver, Walk};
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::link::names::arity;
use crate::link::{ClassId, FunctionId};

impl Walk<'_> {
    /// Rewrites a call whose operands are rewritten; gives what it is instead when it is no call.
    pub(super) fn call(&mut self, call: &mut Call, span: Span) -> Option<Rvalue> {
        let count = arity(call);
        match call.target.clone() {
            Target::Bare(name) => {
                if let Some(class) = self.bare(call, name, count) {
                    return self.created(class, call, span);
                }
            }
            Target::Method { receiver, name } if count == 0 && self.prints(&receiver, name) => {
                return Some(Rvalue::Concat(vec![receiver]));
            }
            Target::Method { receiver, name } if name == INVOKE && self.holds_function(&receiver) => {
                call.target = Target::Value(receiver);
            }
            Target::Method { receiver, name } => {
                if let Some(class) = self.method(call, &receiver, name, count, span) {
                    return self.created(class, call, span);
                }
            }
            Target::Value(callable) => call.target = self.call_of(callable, count),
            Target::Super(..) | Target::Constructor { .. } => {}
        }
        self.place_named_arguments(call);
        self.pass_type_argument(call);
        self.give_lambdas_their_inputs(call);
        None
    }

    /// Where rules ask for the type that a call is given, it is an argument of its own.
    fn pass_type_argument(&self, call: &mut Call) {
        let (Target::Method { name, .. } | Target::Bare(name)) = &call.target else { return };
        if self.is_last
            && self.library.takes_type(*name)
            && let [given] = &call.type_arguments[..]
        {
            let value = Operand::Class(given.clone());
            call.arguments.push(Argument { name: Some(Symbol::new(TYPE_ARGUMENT)), value, spread: false });
        }
    }

    /// Arguments of library calls are known by their positions: those that are written with a name, in the order of
    /// the parameters as nearly all are, lose it, unless rules ask for names.
    fn place_named_arguments(&self, call: &mut Call) {
        let (Target::Method { name, .. } | Target::Bare(name)) = &call.target else { return };
        let is_named = call.arguments.iter().any(|argument| argument.name.is_some());
        if self.is_last
            && is_named
            && self.callee(call).is_none()
            && self.program.by_name(*name, arity(call)).is_empty()
            && self.library.counts_arguments(*name)
        {
            call.arguments.iter_mut().for_each(|argument| argument.name = None);
        }
    }

    /// Whether an operand is declared as a function.
    fn holds_function(&self, operand: &Operand) -> bool {
        let declared = self.type_of(operand);
        declared.is_some_and(|of| of.name == FUNCTION_TYPE || of.name == RECEIVER_FUNCTION_TYPE)
    }

    /// Finds the receiver of a call without one; gives the class that it creates an object of, if it does.
    fn bare(&mut self, call: &mut Call, name: Symbol, count: usize) -> Option<TypeRef> {
        if let Some(target) = self.member_of_receivers(call, name, count) {
            call.target = target;
            return None;
        }
        let declares = |class: ClassId| self.program.declares(class, name, count);
        if let Some(receiver) = self.context().member(declares) {
            call.target = Target::Method { receiver: Operand::Place(receiver), name };
            return None;
        }
        let found = self.file_of(name, |class| declares(class).is_some());
        let found = found.map(|facade| Place::class(TypeRef::named(self.program.classes[facade].qualified)));
        let found = found.or_else(|| self.imported_member(name, |class| declares(class).is_some()));
        if let Some(receiver) = found {
            call.target = Target::Method { receiver: Operand::Place(receiver), name };
            return None;
        }
        if self.call_held_function(call, name) || self.call_own_extension(call, name, count) {
            return None;
        }
        let class = self.resolver.known_name(name, self.body.owner);
        if class.is_none_or(|class| self.program.class_named(class).is_none())
            && self.library.is_function(name, self.unit.language)
        {
            return None;
        }
        if let Some(class) = class
            && (self.program.class_named(class).is_some() || name.starts_with(char::is_uppercase))
        {
            return Some(TypeRef { name: class, arguments: call.type_arguments.clone() });
        }
        if let Some(receiver) = self.library_receiver(name) {
            call.target = Target::Method { receiver: Operand::Place(receiver), name };
            return None;
        }
        let is_constructor = self.is_last && name.starts_with(char::is_uppercase);
        is_constructor.then(|| TypeRef { name, arguments: call.type_arguments.clone() })
    }

    /// A member, or an extension, of a receiver in sight whose type is known.
    fn member_of_receivers(&mut self, call: &mut Call, name: Symbol, count: usize) -> Option<Target> {
        for receiver in self.receivers.clone() {
            let Some(declared) = &receiver.declared else { continue };
            let class = self.program.class_named(declared.name);
            if class.is_some_and(|class| self.program.declares(class, name, count).is_some()) {
                let receiver = Operand::Place(self.place_of(&receiver)?);
                return Some(Target::Method { receiver, name });
            }
            if class.is_some_and(|class| self.property_of(class, name, true).is_some()) {
                let mut held = self.place_of(&receiver)?.field(name);
                self.place(&mut held, call.site);
                return Some(Target::Value(Operand::Place(held)));
            }
            if let Some(function) = self.extension(Some(declared), name, name, count)
                && let Some(owner) = self.extension_owner(function)
            {
                let place = self.place_of(&receiver)?;
                call.arguments.insert(0, Argument::positional(Operand::Place(place)));
                return Some(Target::Method { receiver: Operand::Place(owner), name });
            }
        }
        None
    }

    /// A call of what a property of the class around, or of the file, holds.
    fn call_held_function(&mut self, call: &mut Call, name: Symbol) -> bool {
        let mut held = Place::name(name);
        let is_property = self.context().member(|class| {
            let (owner, modifiers) = self.program.field_of(class, name)?;
            Some((owner, modifiers.contains(Modifiers::STATIC)))
        });
        if is_property.is_none() {
            return false;
        }
        self.place(&mut held, call.site);
        call.target = self.call_of(Operand::Place(held), arity(call));
        true
    }

    /// The call of a value: of the method by which its class, or one below, is called like a function, else of what
    /// the value is.
    fn call_of(&self, callable: Operand, count: usize) -> Target {
        let of = self.type_of(&callable).and_then(|of| self.program.class_named(of.name));
        let invoke = Symbol::new(INVOKE);
        let is_called = |class: ClassId| {
            self.program.declares(class, invoke, count).is_some()
                || !self.program.overrides(class, invoke, count).is_empty()
        };
        match of.filter(|&class| is_called(class)) {
            Some(_) => Target::Method { receiver: callable, name: invoke },
            None => Target::Value(callable),
        }
    }

    /// An extension of the class around, called on its object.
    fn call_own_extension(&mut self, call: &mut Call, name: Symbol, count: usize) -> bool {
        let Some(this) = self.body.receiver().map(Place::local) else { return false };
        let own = self.owner().map(|owner| TypeRef::named(self.program.classes[owner].qualified));
        let Some(function) = self.extension(own.as_ref(), name, name, count) else { return false };
        let Some(owner) = self.extension_owner(function) else { return false };
        call.arguments.insert(0, Argument::positional(Operand::Place(this)));
        call.target = Target::Method { receiver: Operand::Place(owner), name };
        true
    }

    /// The receiver of a lambda of which rules know the method `name`, or of which nothing is known while the class
    /// around has no library above it.
    fn library_receiver(&mut self, name: Symbol) -> Option<Place> {
        if self.unit.imports.iter().any(|import| import.alias == Some(name)) {
            return None;
        }
        let language = self.unit.language;
        let known = self.receivers.iter().find(|receiver| {
            let declared = receiver.declared.as_ref();
            declared.is_some_and(|declared| self.library.is_known(self.program, declared, name, language))
        });
        if let Some(receiver) = known.cloned() {
            return self.place_of(&receiver);
        }
        let inherits = self.owner().is_some_and(|owner| !self.program.classes[owner].library_ancestors.is_empty());
        if !self.is_last || inherits || self.library.is_function(name, language) {
            return None;
        }
        let is_open = |receiver: &Receiver| {
            let declared = receiver.declared.as_ref();
            let class = declared.and_then(|declared| self.program.class_named(declared.name));
            class.is_none_or(|class| !self.program.classes[class].library_ancestors.is_empty())
        };
        let innermost = self.receivers.iter().find(|receiver| is_open(receiver))?.clone();
        self.place_of(&innermost)
    }

    /// Whether a call asks an object of the program for the printed form that it has without anybody writing it.
    fn prints(&self, receiver: &Operand, name: Symbol) -> bool {
        let class = self.type_of(receiver).and_then(|of| self.program.class_named(of.name));
        PRINTERS.contains(&name.as_str())
            && class.is_some_and(|class| {
                self.declared.classes[class.index()].kind == ClassKind::Record
                    && self.program.declares(class, name, 0).is_none()
            })
    }

    /// A call on a receiver; gives the class that it creates an object of, if it does.
    fn method(
        &mut self,
        call: &mut Call,
        receiver: &Operand,
        name: Symbol,
        count: usize,
        span: Span,
    ) -> Option<TypeRef> {
        let of = self.type_of(receiver);
        let class = of.as_ref().and_then(|of| self.program.class_named(of.name));
        if let Operand::Place(Place { base: Base::Static(outer), path }) = receiver
            && path.is_empty()
            && class.is_none_or(|class| self.program.declares(class, name, count).is_none())
        {
            // `Outer.Nested(…)` creates an object.
            let nested = Symbol::new(&format!("{}.{name}", outer.name));
            let is_class =
                self.program.class_named(nested).is_some() || (class.is_none() && name.starts_with(char::is_uppercase));
            if is_class {
                return Some(TypeRef { name: nested, arguments: call.type_arguments.clone() });
            }
            class?;
        }
        match class {
            Some(class) if self.program.declares(class, name, count).is_some() => {
                if self.copies(class, name, count) {
                    return self.copied(class, receiver, call);
                }
                return None;
            }
            Some(class) if self.inner_class(class, name).is_some() => {
                let inner = self.inner_class(class, name)?;
                self.inside = Some(receiver.clone());
                return Some(TypeRef { name: inner, arguments: call.type_arguments.clone() });
            }
            Some(class) if self.property_of(class, name, true).is_some() => {
                if let Operand::Place(place) = receiver {
                    let mut held = place.clone().field(name);
                    self.place(&mut held, span);
                    call.target = self.call_of(Operand::Place(held), count);
                }
                return None;
            }
            _ => {}
        }
        if self.runs_lambda_over_elements(call, of.as_ref(), name)
            && let Operand::Place(place) = receiver
        {
            let iterator = self.iterated(place.clone(), span);
            call.target = Target::Method { receiver: Operand::Place(iterator), name };
            return None;
        }
        let has_member = of.is_none() && !self.program.by_name(name, count).is_empty();
        if let Some(function) = self.extension(of.as_ref(), name, name, count)
            && (!has_member || self.unit.imports.iter().any(|import| import.alias == Some(name)))
            && (of.is_some() || self.is_last)
            && let Some(owner) = self.extension_owner(function)
        {
            call.arguments.insert(0, Argument::positional(receiver.clone()));
            let name = self.declared.shape(function).name;
            call.target = Target::Method { receiver: Operand::Place(owner), name };
        }
        None
    }

    /// Whether a call gives what the receiver's iterator gives to a lambda with one parameter.
    fn runs_lambda_over_elements(&self, call: &Call, of: Option<&TypeRef>, name: Symbol) -> bool {
        let takes_one = |argument: &Argument| {
            let closure = self.closure(&argument.value);
            closure.is_some_and(|closure| self.unit.functions[closure].parameters.len() == 1)
        };
        self.has_own_iterator(of)
            && call.arguments.last().is_some_and(takes_one)
            && self.library.gives_elements(self.program, of, name, self.unit.language)
    }

    /// The class `name` whose objects lie in those of `class`.
    fn inner_class(&self, class: ClassId, name: Symbol) -> Option<Symbol> {
        self.program.classes[class].ancestors.iter().find_map(|&outer| {
            let inner = Symbol::new(&format!("{}.{name}", self.program.classes[outer].qualified));
            let info = &self.program.classes[self.program.class_named(inner)?];
            info.fields.contains_key(&Symbol::new(OUTER)).then_some(inner)
        })
    }

    /// Whether a call is one of the method that copies a data class, and that nobody wrote.
    fn copies(&self, class: ClassId, name: Symbol, count: usize) -> bool {
        name == COPY
            && self.declared.classes[class.index()].kind == ClassKind::Record
            && self
                .program
                .declared_method(class, name, count)
                .is_some_and(|function| self.declared.shape(function).modifiers.contains(Modifiers::SYNTHETIC))
    }

    /// A copy is a new object of the class, made of what is given and of the fields of the other.
    fn copied(&mut self, class: ClassId, receiver: &Operand, call: &mut Call) -> Option<TypeRef> {
        let function = self.program.declared_method(class, Symbol::new(COPY), call.arguments.len())?;
        let Operand::Place(other) = receiver else { return None };
        let given = std::mem::take(&mut call.arguments);
        let parameters = self.declared.shape(function).parameters.iter().enumerate();
        call.arguments = parameters
            .map(|(position, (name, _))| {
                let named = given.iter().find(|argument| argument.name == Some(*name));
                let written = named.or_else(|| given.get(position).filter(|argument| argument.name.is_none()));
                let kept = || Operand::Place(other.clone().field(*name));
                Argument::positional(written.map_or_else(kept, |argument| argument.value.clone()))
            })
            .collect();
        Some(TypeRef::named(self.program.classes[class].qualified))
    }

    /// A new object instead of a call that looked like any other. The one method of an interface may be given as a
    /// lambda.
    fn created(&mut self, class: TypeRef, call: &mut Call, span: Span) -> Option<Rvalue> {
        let id = self.program.class_named(class.name);
        if id.is_none() && self.names_interface_of_lambda(&class, call) {
            return Some(Rvalue::Use(call.arguments.pop()?.value));
        }
        if let Some(id) = id {
            match self.declared.classes[id.index()].kind {
                ClassKind::Interface => {
                    let implemented = call.arguments.pop()?.value;
                    return Some(Rvalue::Use(implemented));
                }
                ClassKind::Object => {
                    let receiver = Operand::Place(Place::class(class));
                    call.target = Target::Method { receiver, name: Symbol::new(INVOKE) };
                    return None;
                }
                _ => {}
            }
        }
        let object = self.emit(Rvalue::Allocate(class.clone()), span);
        let inside = self.inside.take();
        let around = inside.or_else(|| id.and_then(|id| self.outer_of(id)).map(Operand::Place));
        if let Some(outer) = around {
            let to = Place::local(object).field(OUTER);
            self.out.push(Statement { to, value: Rvalue::Use(outer), span });
        }
        call.target = Target::Constructor { object: Operand::local(object), class };
        self.give_lambdas_their_inputs(call);
        self.out.push(Statement {
            to: Place::local(self.body.locals.push(LocalDecl { name: None, declared: None, span })),
            value: Rvalue::Call(Box::new(call.clone())),
            span,
        });
        self.types.push(super::Known::Nothing);
        Some(Rvalue::Use(Operand::local(object)))
    }

    /// Whether what looks like a constructor of a library only says which interface a lambda implements: a lambda is
    /// all that it takes, and no rule knows it for a class.
    fn names_interface_of_lambda(&self, class: &TypeRef, call: &Call) -> bool {
        matches!(&call.arguments[..], [only] if self.closure(&only.value).is_some())
            && !self.library.is_class(class.name)
    }

    /// The instance in which a new object of an inner class lies.
    fn outer_of(&self, class: ClassId) -> Option<Place> {
        let info = &self.program.classes[class];
        let outer = info.outer.filter(|_| info.fields.contains_key(&Symbol::new(OUTER)))?;
        self.context().member(|class| self.program.classes[class].ancestors.contains(&outer).then_some((class, false)))
    }

    /// An operator that the left side declares as a method, or that an extension gives it.
    pub(super) fn operator_call(
        &mut self,
        operator: BinaryOp,
        left: &Operand,
        right: &Operand,
        span: Span,
    ) -> Option<Rvalue> {
        let name = Symbol::new(match operator {
            BinaryOp::Add => "plus",
            BinaryOp::Subtract => "minus",
            BinaryOp::Multiply => "times",
            BinaryOp::Divide => "div",
            BinaryOp::Remainder => "rem",
            _ => return None,
        });
        self.operator_method(name, left, right, span)
    }

    /// The sum of a text and something on its left that is none.
    pub(super) fn sum_call(&self, left: &Operand, right: &Operand, span: Span) -> Option<Rvalue> {
        let of = self.type_of(left)?;
        let is_text = TEXTS.iter().any(|text| self.program.is_subtype(of.name, text));
        if is_text { None } else { self.operator_method(Symbol::new("plus"), left, right, span) }
    }

    /// `left += right` as a call of the method that changes `left`, where there is one; `value` is what would be
    /// stored else.
    pub(super) fn update_call(&self, value: &Rvalue, span: Span) -> Option<Rvalue> {
        let (is_sum, left, right) = match value {
            Rvalue::Binary(operator, left, right) => (*operator == BinaryOp::Add, left, right),
            Rvalue::Concat(parts) => (true, parts.first()?, parts.get(1)?),
            Rvalue::Call(call) => match (&call.target, &call.arguments[..]) {
                (Target::Method { receiver, name }, [only]) => (*name == "plus", receiver, &only.value),
                _ => return None,
            },
            _ => return None,
        };
        self.operator_method(Symbol::new(if is_sum { "plusAssign" } else { "minusAssign" }), left, right, span)
    }

    /// A call of the method that an operator stands for: of the program, or one that rules know.
    fn operator_method(&self, name: Symbol, left: &Operand, right: &Operand, span: Span) -> Option<Rvalue> {
        let of = self.type_of(left)?;
        let call = |receiver: Operand, arguments: Vec<Operand>| {
            Rvalue::Call(Box::new(Call {
                target: Target::Method { receiver, name },
                arguments: arguments.into_iter().map(Argument::positional).collect(),
                block: None,
                type_arguments: Vec::new(),
                name_span: span,
                site: span,
            }))
        };
        let is_declared = match self.program.class_named(of.name) {
            Some(class) => self.program.declares(class, name, 1).is_some(),
            None => self.library.is_known(self.program, &of, name, self.unit.language),
        };
        if is_declared {
            return Some(call(left.clone(), vec![right.clone()]));
        }
        let function = self.extension(Some(&of), name, name, 1)?;
        let owner = self.extension_owner(function)?;
        Some(call(Operand::Place(owner), vec![left.clone(), right.clone()]))
    }

    /// `::name`, `Type::name`: functions get their owner, properties become their getters.
    pub(super) fn reference(&mut self, on: &mut Operand, name: &mut Symbol) {
        let Operand::Place(place) = &on else { return };
        if matches!(place.base, Base::Name(unbound) if unbound == UNBOUND_REFERENCE) {
            let has = |class: ClassId| self.any_method(class, *name);
            let found = self.context().member(has).or_else(|| {
                let facade = self.file_of(*name, |class| has(class).is_some())?;
                Some(Place::class(TypeRef::named(self.program.classes[facade].qualified)))
            });
            if let Some(found) = found {
                *on = Operand::Place(found);
            } else if let Some(class) = self.resolver.known_name(*name, self.body.owner) {
                *on = Operand::Place(Place::class(TypeRef::named(class)));
                *name = Symbol::new("new");
            }
            return;
        }
        let class = self.type_of_place(place).and_then(|of| self.program.class_named(of.name));
        if let Some(class) = class
            && self.any_method(class, *name).is_none()
            && self.property_of(class, *name, true).is_some()
        {
            *name = getter_name(name);
        }
    }

    /// A method of a name, whatever it takes: the class that declares it, and whether it is static.
    fn any_method(&self, class: ClassId, name: Symbol) -> Option<(ClassId, bool)> {
        let ancestors = &self.program.classes[class].ancestors;
        ancestors.iter().find_map(|&owner| {
            let function: FunctionId = *self.program.classes[owner].methods.get(&name)?.first()?;
            Some((owner, self.declared.shape(function).modifiers.contains(Modifiers::STATIC)))
        })
    }
}

/// Types whose sums are texts.
const TEXTS: [&str; 2] = ["java.lang.CharSequence", "java.lang.String"];
/// The method that copies a data class.
const COPY: &str = "copy";
/// The method by which an object is called like a function.
const INVOKE: &str = "invoke";
/// The field that holds the outer instance.
const OUTER: &str = "this$0";
