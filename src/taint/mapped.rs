//! Objects that generated code makes of others: each field of the new one holds what the field of the same name held;
//! and objects that are filled from maps, and asked for their fields like maps.

use std::sync::Arc;

use crate::base::{Span, Symbol};
use crate::ir::{Const, Modifiers, TypeRef};
use crate::link::ClassId;
use crate::taint::interpret::Interpreter;
use crate::taint::path::{Path, Step};
use crate::taint::ports::Ports;
use crate::taint::state::State;
use crate::taint::summary::ObjectKind;
use crate::taint::value::{Fact, Value};

/// Bound: collections inside collections whose elements are mapped.
const MAX_NESTED: usize = 4;

impl Interpreter<'_, '_> {
    /// The result of a call is made of its arguments.
    pub(super) fn map_objects(&mut self, state: &mut State, ports: &mut Ports<'_>, span: Span) {
        let declared = ports.result.declared.clone();
        for argument in ports.arguments.positional.clone() {
            let made = self.mapped(state, &argument, declared.as_deref(), span, 0);
            ports.add_result(&made);
        }
    }

    fn mapped(&mut self, state: &mut State, value: &Value, to: Option<&TypeRef>, span: Span, nested: usize) -> Value {
        let Some(to) = to else { return value.clone() };
        let program = self.engine.program;
        let Some(class) = program.class_named(to.name) else {
            let element = to.arguments.last().filter(|element| program.class_named(element.name).is_some());
            let Some(element) = element.filter(|_| nested < MAX_NESTED) else {
                // Of a type that nobody has seen, all that is known is what it was made of.
                return value.clone();
            };
            let elements = self.read_step(state, value, Step::Element, span);
            let made = self.mapped(state, &elements, Some(element), span, nested + 1);
            let list = self.allocate(state, ObjectKind::Instance, Arc::new(to.clone()), (span, None));
            self.add_to_step(state, &list, Step::Element, &made);
            return list;
        };
        let types = value.objects.iter().map(|&object| self.info(object).class.name);
        let is_known = |name: Symbol| program.class_named(name).is_some();
        if !types.chain(value.declared.iter().map(|declared| declared.name)).any(is_known) {
            // Beside what is known to lie in it, it holds whatever an object of the new type holds.
            let opaque = Path::opaque(span, Some(to.clone()));
            let mut made = value.clone();
            made.join(&Value::fact(Fact::path(opaque)));
            return made.typed(Some(Arc::new(to.clone())));
        }
        let made = self.allocate(state, ObjectKind::Instance, Arc::new(to.clone()), (span, None));
        for name in self.own_fields(class) {
            let part = self.read_step(state, value, Step::Field(name), span);
            self.write_step(state, &made, Step::Field(name), &part);
        }
        made
    }

    /// The step under which an object of a class of the program holds what it is asked for by a key: the field of that
    /// name, where it has one (`member[:email]`).
    pub(super) fn as_field(&self, base: &Value, step: Step) -> Step {
        let Step::Key(Const::Str(name)) = step else { return step };
        let of_object = base.objects.first().map(|&object| self.info(object).class.name);
        let class = of_object.or_else(|| base.declared.as_ref().map(|declared| declared.name));
        let program = self.engine.program;
        let class = class.and_then(|class| program.class_named(class));
        match class.and_then(|class| program.field(class, name)) {
            Some(_) => Step::Field(name),
            None => step,
        }
    }

    /// The receiver takes what maps hold under the names of its fields, and what it is given by these names.
    pub(super) fn take_fields(&mut self, state: &mut State, ports: &mut Ports<'_>, span: Span) {
        let receiver = ports.call.receiver.clone();
        let class = receiver.declared.as_ref().map(|declared| declared.name).or(ports.call.types.first().copied());
        let Some(class) = class.and_then(|class| self.engine.program.class_named(class)) else { return };
        let arguments = ports.arguments;
        let maps: Vec<Value> = arguments.positional.iter().chain(&arguments.options).map(only_maps).collect();
        for name in self.own_fields(class) {
            let key = Step::Key(Const::Str(name));
            let given = arguments.named.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
            let mut taken = given.unwrap_or_default();
            for map in &maps {
                taken.join(&self.read_step(state, map, key, span));
            }
            if !taken.facts.is_empty() || !taken.objects.is_empty() {
                self.write_step(state, &receiver, Step::Field(name), &taken);
            }
        }
    }

    /// The fields of an object of `class`.
    fn own_fields(&self, class: ClassId) -> Vec<Symbol> {
        let program = self.engine.program;
        let fields = program.classes[class].ancestors.iter().flat_map(|&class| &program.class(class).fields);
        fields.filter(|field| !field.modifiers.contains(Modifiers::STATIC)).map(|field| field.name).collect()
    }
}

/// What of a value may be a map: what was computed from something has no keys of its own.
fn only_maps(value: &Value) -> Value {
    let facts = value.facts.iter().filter(|fact| fact.exact_path().is_some()).cloned().collect();
    Value { facts, ..value.clone() }
}

/// A constant as a key of maps: symbols and strings of the same text are one key.
pub(super) fn as_key(constant: Const) -> Const {
    match constant {
        Const::Symbol(name) => Const::Str(name),
        other => other,
    }
}
