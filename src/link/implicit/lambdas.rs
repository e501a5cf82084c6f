//! What a call tells of the lambdas given to it: whether they have a receiver, and the types of what they take.

use super::Walk;
use super::library::Inputs;
use crate::base::Symbol;
use crate::ir::*;
use crate::link::{ClassId, FunctionId};

impl Walk<'_> {
    /// Notes what a call gives to its lambdas. A lambda behind arguments that were left out takes the last parameter.
    pub(super) fn give_lambdas_their_inputs(&mut self, call: &mut Call) {
        let positions: Vec<(usize, FunctionIdx)> = call
            .arguments
            .iter()
            .enumerate()
            .filter_map(|(position, argument)| Some((position, self.closure(&argument.value)?)))
            .collect();
        if positions.is_empty() {
            return;
        }
        let function = self.callee(call);
        for (position, closure) in positions {
            let (inputs, label) = match function {
                Some(function) => {
                    self.name_last_argument(call, function, position);
                    (self.declared_inputs(call, function, position), self.declared.shape(function).name)
                }
                None => self.library_inputs(call, position),
            };
            self.labels.insert(closure, label);
            self.inputs.insert(closure, inputs);
        }
    }

    /// The closure that an operand is.
    pub(super) fn closure(&self, operand: &Operand) -> Option<FunctionIdx> {
        let Operand::Place(place) = operand else { return None };
        self.closures.get(&place.as_local()?).copied()
    }

    /// The one function of the program that a call means.
    pub(super) fn callee(&self, call: &Call) -> Option<FunctionId> {
        let count = crate::link::names::arity(call);
        match &call.target {
            Target::Method { receiver, name } => {
                let of = self.type_of(receiver)?;
                self.program.declared_method(self.program.class_named(of.name)?, *name, count)
            }
            Target::Constructor { class, .. } => {
                let class = self.program.class_named(class.name)?;
                self.program.constructors(class, count).first().copied()
            }
            Target::Super(name, _) => {
                let supers = &self.program.classes[self.owner()?].supers;
                supers.iter().find_map(|&class| self.program.declared_method(class, *name, count))
            }
            Target::Bare(_) | Target::Value(_) => None,
        }
    }

    fn name_last_argument(&self, call: &mut Call, function: FunctionId, position: usize) {
        let shape = self.declared.shape(function);
        let is_last = position + 1 == call.arguments.len();
        let argument = &mut call.arguments[position];
        if !is_last || argument.name.is_some() || position + 1 >= shape.parameters.len() {
            return;
        }
        let takes_function = |declared: &Option<TypeRef>| declared.as_ref().is_some_and(|of| self.is_function(of));
        let takes_here = shape.parameters.get(position).is_some_and(|(_, declared)| takes_function(declared));
        if let Some((name, declared)) = shape.parameters.last()
            && takes_function(declared)
            && !(takes_here && self.arity_is_exact(call, shape.parameters.len()))
        {
            call.arguments[position].name = Some(*name);
        }
    }

    fn arity_is_exact(&self, call: &Call, parameters: usize) -> bool {
        call.arguments.len() == parameters
    }

    fn is_function(&self, declared: &TypeRef) -> bool {
        matches!(declared.name.as_str(), FUNCTION_TYPE | RECEIVER_FUNCTION_TYPE)
            || self.program.class_named(declared.name).is_some_and(|class| self.single_method(class).is_some())
    }

    /// The one method of an interface.
    fn single_method(&self, class: ClassId) -> Option<FunctionId> {
        if self.declared.classes[class.index()].kind != ClassKind::Interface {
            return None;
        }
        let methods = self.program.classes[class].methods.values().flatten().copied();
        let mut open = methods.filter(|&function| !self.declared.shape(function).has_body);
        open.next().filter(|_| open.next().is_none())
    }

    /// What the declaration of a parameter says of the function that it takes.
    fn declared_inputs(&self, call: &Call, function: FunctionId, position: usize) -> Inputs {
        let shape = self.declared.shape(function);
        let named = call.arguments[position].name;
        let parameter = match named {
            Some(name) => shape.parameters.iter().find(|(own, _)| *own == name),
            None => shape.parameters.get(position),
        };
        let Some((_, Some(declared))) = parameter else { return Inputs::default() };
        let given = self.type_arguments_of(function, call);
        let of = match &call.target {
            Target::Method { receiver, .. } => self.type_of(receiver),
            _ => None,
        };
        let owner = self.program.functions[function].owner;
        let known = |declared: &TypeRef| {
            if let Some((_, known)) = given.iter().find(|(name, _)| *name == declared.name) {
                return Some(known.clone());
            }
            let of_class = owner.and_then(|owner| {
                let parameters = &self.declared.classes[owner.index()].type_parameters;
                parameters.iter().position(|name| *name == declared.name)
            });
            match of_class {
                Some(position) => of.as_ref().and_then(|of| of.arguments.get(position).cloned()),
                None if shape.type_parameters.contains(&declared.name) => None,
                None => Some(declared.clone()),
            }
        };
        match declared.name.as_str() {
            FUNCTION_TYPE | RECEIVER_FUNCTION_TYPE => {
                let mut types = declared.arguments.iter().map(known);
                let receiver = (declared.name == RECEIVER_FUNCTION_TYPE).then(|| types.next().flatten());
                let mut parameters: Vec<Option<TypeRef>> = types.collect();
                parameters.pop();
                Inputs { receiver, parameters }
            }
            _ => {
                let method = self.program.class_named(declared.name).and_then(|class| self.single_method(class));
                let Some(method) = method else { return Inputs::default() };
                let parameters = self.declared.shape(method).parameters.iter();
                Inputs { receiver: None, parameters: parameters.map(|(_, declared)| declared.clone()).collect() }
            }
        }
    }

    /// What rules say of the lambdas of a library call.
    fn library_inputs(&self, call: &Call, position: usize) -> (Inputs, Symbol) {
        let (of, name) = match &call.target {
            Target::Method { receiver, name } => (self.type_of(receiver), *name),
            Target::Bare(name) | Target::Super(name, _) => (None, *name),
            Target::Constructor { .. } | Target::Value(_) => return (Inputs::default(), Symbol::new("")),
        };
        let types: Vec<Option<TypeRef>> = call.arguments.iter().map(|argument| self.type_of(&argument.value)).collect();
        let language = self.unit.language;
        (self.library.inputs(self.program, of.as_ref(), name, language, position, &types), name)
    }

    /// Gives the lambda at hand what its callee says of it.
    pub(super) fn take_inputs(&mut self) {
        let Some(inputs) = self.inputs.remove(&self.function) else { return };
        if inputs.receiver.is_some() && !self.body.modifiers.contains(Modifiers::EXTENSION) {
            self.add_receiver();
        }
        let mut parameters = self.body.parameters.iter();
        let mut types = inputs.parameters;
        if self.body.modifiers.contains(Modifiers::EXTENSION) {
            types.insert(0, inputs.receiver.flatten());
        }
        let locals: Vec<Local> = parameters.by_ref().map(|parameter| parameter.local).collect();
        for (local, declared) in locals.into_iter().zip(types) {
            let slot = &mut self.body.locals[local].declared;
            if slot.is_none() {
                *slot = declared.filter(super::inference::is_telling);
            }
        }
    }

    /// Makes the lambda at hand one with a receiver: a new first parameter. The `it` of a lambda without parameters is
    /// then that of the lambda around.
    fn add_receiver(&mut self) {
        let span = self.body.name_span;
        shift_locals(&mut self.body);
        let name = Symbol::new(EXTENSION_RECEIVER);
        let receiver = LocalDecl { name: Some(name), declared: None, span };
        self.body.locals = std::iter::once(receiver).chain(self.body.locals.iter().cloned()).collect();
        self.body.modifiers |= Modifiers::EXTENSION;
        let receiver = Parameter {
            name,
            local: Local::new(0),
            kind: ParameterKind::Positional,
            optional: false,
            annotations: Vec::new(),
            span,
        };
        self.body.parameters.insert(0, receiver);
        let is_implied = |parameter: &Parameter| parameter.optional && parameter.name == IMPLIED_PARAMETER;
        if self.body.parameters.len() == 2 && is_implied(&self.body.parameters[1]) {
            self.capture_implied_parameter();
        }
    }

    fn capture_implied_parameter(&mut self) {
        let Some(around) = self.body.enclosing else { return };
        let outer = self.unit.functions[around].parameters.iter().find(|parameter| parameter.name == IMPLIED_PARAMETER);
        let outer = outer.map(|parameter| parameter.local).or_else(|| {
            let captured = self.unit.functions[around].captures.iter().copied();
            let locals = &self.unit.functions[around].locals;
            captured.into_iter().find(|&local| locals[local].name.is_some_and(|name| name == IMPLIED_PARAMETER))
        });
        let Some(outer) = outer else { return };
        let Some(parameter) = self.body.parameters.pop() else { return };
        self.body.captures.insert(0, parameter.local);
        let function = self.function;
        for block in self.unit.functions[around].blocks.iter_mut() {
            for statement in &mut block.statements {
                if let Rvalue::Closure(created, captures) = &mut statement.value
                    && *created == function
                {
                    captures.insert(0, Operand::local(outer));
                }
            }
        }
        if let Some(types) = self.captured_types.get_mut(&function) {
            let declared = self.unit.functions[around].locals[outer].declared.clone();
            types.insert(0, declared);
        }
    }

    /// The type of the receiver of a method.
    pub(super) fn type_receiver(&mut self) {
        let Some(owner) = self.owner() else { return };
        if let Some(local) = self.body.receiver() {
            let class = TypeRef::named(self.program.classes[owner].qualified);
            self.types[local.index()] = super::Known::Type(class);
        }
    }
}

/// The parameter that a lambda has without saying so.
const IMPLIED_PARAMETER: &str = "it";

/// Renames all locals of a function to make room for a new first one.
fn shift_locals(function: &mut Function) {
    let shift = |local: &mut Local| *local = Local::new(local.index() + 1);
    function.parameters.iter_mut().for_each(|parameter| shift(&mut parameter.local));
    function.captures.iter_mut().for_each(shift);
    for_each_place_mut(function, &mut |place| {
        if let Base::Local(local) = &mut place.base {
            shift(local);
        }
        for step in &mut place.path {
            if let Projection::Index(local) = step {
                shift(local);
            }
        }
    });
}

fn for_each_place_mut(function: &mut Function, each: &mut impl FnMut(&mut Place)) {
    let operand = |operand: &mut Operand, each: &mut dyn FnMut(&mut Place)| {
        if let Operand::Place(place) = operand {
            each(place);
        }
    };
    for block in function.blocks.iter_mut() {
        for statement in &mut block.statements {
            each(&mut statement.to);
            statement.value.for_each_operand_mut(&mut |own| operand(own, each));
        }
        if let Some(own) = block.terminator.operand_mut() {
            operand(own, each);
        }
    }
}
