//! The types of operands and values, as far as declarations and what was inferred before tell them.

use super::library::element_type;
use super::{Known, Walk};
use crate::base::Symbol;
use crate::ir::*;

/// The type of texts on the JVM.
const STRING: &str = "java.lang.String";

impl Walk<'_> {
    /// Notes that a local holds a value of a type. A local that declares its type keeps that.
    pub(super) fn note(&mut self, local: Local, declared: Option<TypeRef>) {
        let Some(declared) = declared.filter(is_telling) else { return };
        if self.body.locals[local].declared.is_some() {
            return;
        }
        let known = &mut self.types[local.index()];
        match known {
            Known::Nothing => *known = Known::Type(declared),
            Known::Type(before) if before.name != declared.name => {
                if self.program.is_subtype(before.name, &declared.name) {
                    *known = Known::Type(declared);
                } else if !self.program.is_subtype(declared.name, &before.name) {
                    *known = Known::Several;
                }
            }
            Known::Type(before) if before.arguments.is_empty() => *known = Known::Type(declared),
            Known::Type(_) | Known::Several => {}
        }
    }

    /// Lets later stages see what was inferred.
    pub(super) fn keep_types(&mut self) {
        if !self.is_last {
            return;
        }
        for (local, known) in self.types.iter().enumerate() {
            let slot = &mut self.body.locals[Local::new(local)].declared;
            if slot.is_none() {
                *slot = known.get().cloned();
            }
        }
    }

    /// What a function returns that declares no result.
    pub(super) fn learn_result(&mut self, value: &Operand) {
        let Some(learned) = self.type_of(value).filter(is_telling) else { return };
        if !says_more(&learned, self.body.returns.as_ref()) {
            return;
        }
        if self.body.kind == FunctionKind::Lambda {
            let blocks = self.body.blocks.iter();
            let results = blocks.filter(|block| matches!(block.terminator, Terminator::Return(Some(_))));
            // Where several values come out, none of them tells the type of all.
            if results.count() <= 1 {
                self.body.returns = Some(learned);
                self.found.has_lambdas = true;
            }
            return;
        }
        let id = self.program.function_id(self.index, self.function);
        self.body.returns = Some(learned.clone());
        self.found.returns.push((id, learned));
    }

    /// The type of an operand.
    pub(super) fn type_of(&self, operand: &Operand) -> Option<TypeRef> {
        match operand {
            Operand::Place(place) => self.type_of_place(place),
            Operand::Const(Const::Str(_)) => Some(TypeRef::named(STRING)),
            Operand::Const(_) | Operand::Class(_) => None,
        }
    }

    /// The type of what a place holds.
    pub(super) fn type_of_place(&self, place: &Place) -> Option<TypeRef> {
        let mut at = match &place.base {
            Base::Local(local) => self.types.get(local.index())?.get()?.clone(),
            Base::Static(class) => class.clone(),
            Base::Name(_) => return None,
        };
        for step in &place.path {
            at = self.type_of_part(&at, step)?;
        }
        Some(at)
    }

    pub(super) fn type_of_part(&self, of: &TypeRef, step: &Projection) -> Option<TypeRef> {
        match step {
            Projection::Field(name) if of.name == BOX && *name == BOX_VALUE => of.arguments.first().cloned(),
            Projection::Field(name) => {
                let declared = self.declared.field_type(self.program, of, *name);
                declared.or_else(|| self.generated.view(of.name, *name))
            }
            Projection::Element | Projection::Key(_) | Projection::Index(_) => element_type(of),
        }
        .filter(is_telling)
    }

    /// The type of a computed value.
    pub(super) fn type_of_value(&self, value: &Rvalue) -> Option<TypeRef> {
        match value {
            Rvalue::Use(operand) => self.type_of(operand),
            Rvalue::Concat(_) => Some(TypeRef::named(STRING)),
            Rvalue::Allocate(class) => Some(class.clone()),
            Rvalue::Cast(_, to) => Some(to.clone()),
            Rvalue::Array(Some(element), _) => Some(TypeRef::array(element.clone())),
            Rvalue::Binary(
                BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder,
                left,
                _,
            ) => self.type_of(left),
            Rvalue::Call(call) => self.type_of_call(call),
            _ => None,
        }
    }

    fn type_of_call(&self, call: &Call) -> Option<TypeRef> {
        let arity = super::super::names::arity(call);
        match &call.target {
            Target::Method { receiver, name } => {
                let of = self.type_of(receiver);
                let class = of.as_ref().and_then(|of| self.program.class_named(of.name));
                if let Some(class) = class
                    && let Some(function) = self.program.declared_method(class, *name, arity)
                {
                    let given = self.type_arguments_of(function, call);
                    return self.declared.result(self.program, function, of.as_ref(), &given);
                }
                if let Some(of) = of.as_ref().filter(|of| self.generated.contains(of.name)) {
                    // Its own functions make objects of it.
                    return Some(of.clone());
                }
                self.library_result(call, of.as_ref(), *name)
            }
            Target::Bare(name) => self.library_result(call, None, *name),
            Target::Super(name, _) => {
                let owner = self.owner()?;
                let supers = self.program.classes[owner].supers.clone();
                let function =
                    supers.into_iter().find_map(|class| self.program.declared_method(class, *name, arity))?;
                self.declared.result(self.program, function, None, &[])
            }
            Target::Value(callable) => {
                let of = self.type_of(callable)?;
                let is_function = of.name == FUNCTION_TYPE || of.name == RECEIVER_FUNCTION_TYPE;
                of.arguments.last().filter(|_| is_function).cloned()
            }
            Target::Constructor { .. } => None,
        }
    }

    fn library_result(&self, call: &Call, of: Option<&TypeRef>, name: Symbol) -> Option<TypeRef> {
        let types: Vec<Option<TypeRef>> = call.arguments.iter().map(|argument| self.argument_type(argument)).collect();
        let result = self.library.result(self.program, of, name, self.unit.language, &types);
        match (result, &call.type_arguments[..]) {
            (Some(result), []) => Some(result),
            // A container of what the call says; what else is called with a type gives that type.
            (Some(result), given) if result.arguments.is_empty() => {
                Some(TypeRef { name: result.name, arguments: given.to_vec() })
            }
            (None, [only]) => Some(only.clone()),
            (result, _) => result,
        }
    }

    /// The type of an argument; of a function only what it gives is known.
    fn argument_type(&self, argument: &Argument) -> Option<TypeRef> {
        let local = match &argument.value {
            Operand::Place(place) => place.as_local(),
            _ => None,
        };
        match local.and_then(|local| self.held_results.get(&local)) {
            Some(given) => Some(TypeRef { name: Symbol::new(FUNCTION_TYPE), arguments: vec![given.clone()] }),
            None => self.type_of(&argument.value),
        }
    }

    /// What the function gives that a value is: a closure, a reference, or another name for one.
    pub(super) fn given_by(&self, value: &Rvalue) -> Option<TypeRef> {
        match value {
            Rvalue::Closure(created, _) => self.unit.functions[*created].returns.clone(),
            Rvalue::Use(Operand::Place(from)) => self.held_results.get(&from.as_local()?).cloned(),
            Rvalue::Reference(Operand::Place(on), name) => {
                let of = self.type_of_place(on)?;
                let is_class = matches!(on.base, Base::Static(_)) && on.path.is_empty();
                let Some(class) = self.program.class_named(of.name) else {
                    return (is_class && self.generated.contains(of.name)).then_some(of);
                };
                if is_class && *name == "new" {
                    return Some(of);
                }
                let function = *self.program.classes[class].methods.get(name)?.first()?;
                self.declared.result(self.program, function, Some(&of), &[])
            }
            _ => None,
        }
        .filter(is_telling)
    }

    /// The types that a call gives to the type parameters of a function: written, or told by its arguments.
    pub(super) fn type_arguments_of(&self, function: crate::link::FunctionId, call: &Call) -> Vec<(Symbol, TypeRef)> {
        let shape = self.declared.shape(function);
        if shape.type_parameters.is_empty() {
            return Vec::new();
        }
        if call.type_arguments.len() == shape.type_parameters.len() {
            return shape.type_parameters.iter().copied().zip(call.type_arguments.iter().cloned()).collect();
        }
        let mut given: Vec<(Symbol, TypeRef)> = Vec::new();
        for ((_, parameter), argument) in shape.parameters.iter().zip(&call.arguments) {
            let Some(parameter) = parameter else { continue };
            let Some(actual) = self.argument_type(argument) else { continue };
            if shape.type_parameters.contains(&parameter.name) {
                given.push((parameter.name, actual));
            } else {
                // Of functions, what they give stands last.
                let inner = parameter.arguments.iter().rev().zip(actual.arguments.into_iter().rev());
                given.extend(
                    inner
                        .filter(|(inner, _)| shape.type_parameters.contains(&inner.name))
                        .map(|(inner, actual)| (inner.name, actual)),
                );
            }
        }
        given
    }
}

/// Whether a type says more than what was known before: anything at all, or what a container holds.
pub(super) fn says_more(learned: &TypeRef, known: Option<&TypeRef>) -> bool {
    known.is_none_or(|known| {
        known.name == learned.name && known.arguments.is_empty() && learned.arguments.iter().any(is_telling)
    })
}

/// Whether a type says anything.
pub(super) fn is_telling(declared: &TypeRef) -> bool {
    !matches!(declared.name.as_str(), "?" | "void" | "")
}
