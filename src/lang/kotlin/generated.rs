//! What data classes get without anybody writing it: `componentN` and `copy`.

use super::declarations::{Member, Placed};
use super::functions::WrittenParameter;
use super::lowering::{Lowering, Surroundings};
use super::syntax::Kind;
use crate::base::Symbol;
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// The accessors of constructor properties, and what a data class has beside them.
    pub(super) fn generated_members(&mut self, members: &[Placed<'t>], class: ClassIdx) {
        let components = self.components(class);
        for field in &components {
            if !field.modifiers.contains(Modifiers::PRIVATE) {
                self.component_getter(class, field, getter_name(&field.name));
                if !field.modifiers.contains(Modifiers::FINAL) {
                    self.component_setter(class, field);
                }
            }
        }
        if self.unit.classes[class].kind != ClassKind::Record {
            return;
        }
        for (position, field) in components.iter().enumerate() {
            self.component_getter(class, field, Symbol::new(&format!("component{}", position + 1)));
        }
        let is_written = members.iter().any(|placed| match placed.member {
            Member::Function(node) => {
                self.children(node).first(Kind::SimpleIdentifier).is_some_and(|name| self.text(name) == COPY)
            }
            _ => false,
        });
        if !is_written {
            self.copy(class, &components);
        }
    }

    /// The fields of the properties that the primary constructor declares.
    fn components(&self, class: ClassIdx) -> Vec<Field> {
        let names = &self.scope(class).components;
        let fields = self.unit.classes[class].fields.iter();
        fields.filter(|field| names.contains(&field.name)).cloned().collect()
    }

    fn generated(&mut self, class: ClassIdx, field: &Field, name: Symbol) -> Function {
        let mut function = Function::new(name, FunctionKind::Method, Some(class), field.name_span, field.name_span);
        function.modifiers = Modifiers::PUBLIC | Modifiers::SYNTHETIC;
        function.has_this = true;
        function
    }

    fn component_getter(&mut self, class: ClassIdx, field: &Field, name: Symbol) {
        let mut function = self.generated(class, field, name);
        function.returns = field.declared.clone();
        let index = self.open(function, Surroundings::Member(class));
        let value = Operand::Place(Place::local(Local::new(0)).field(field.name));
        self.builder().terminate(Terminator::Return(Some(value)), field.name_span);
        self.finish_member(index, class, true);
    }

    fn component_setter(&mut self, class: ClassIdx, field: &Field) {
        let mut function = self.generated(class, field, setter_name(&field.name));
        function.returns = Some(TypeRef::named("void"));
        let index = self.open(function, Surroundings::Member(class));
        let value = self.add_parameter(component_parameter(field));
        let place = Place::local(Local::new(0)).field(field.name);
        self.assign(place, Rvalue::Use(Operand::local(value)), field.name_span);
        self.finish_member(index, class, true);
    }

    /// `copy`: a new object with the components given, and those of this one.
    fn copy(&mut self, class: ClassIdx, components: &[Field]) {
        let (span, as_type) = (self.unit.classes[class].name_span, self.scope(class).as_type.clone());
        let mut function = Function::new(Symbol::new(COPY), FunctionKind::Method, Some(class), span, span);
        function.modifiers = Modifiers::PUBLIC | Modifiers::SYNTHETIC;
        function.has_this = true;
        function.returns = Some(as_type.clone());
        let index = self.open(function, Surroundings::Member(class));
        let parameters: Vec<Local> =
            components.iter().map(|field| self.add_parameter(component_parameter(field))).collect();
        self.builder().function.parameters.iter_mut().for_each(|parameter| parameter.optional = true);
        let copy = self.builder().local(None, Some(as_type.clone()), span);
        self.assign(Place::local(copy), Rvalue::Allocate(as_type), span);
        for (field, parameter) in components.iter().zip(parameters) {
            let (missing, given) = (self.block(span), self.block(span));
            let is_missing = Rvalue::Binary(BinaryOp::Equal, Operand::local(parameter), Operand::Const(Const::Null));
            let is_missing = self.compute(is_missing, span);
            self.branch(is_missing, missing, given, span);
            self.builder().enter(missing);
            let kept = Operand::Place(Place::local(Local::new(0)).field(field.name));
            self.assign(Place::local(parameter), Rvalue::Use(kept), field.name_span);
            self.goto(given, span);
            self.builder().enter(given);
            let value = Rvalue::Use(Operand::local(parameter));
            self.assign(Place::local(copy).field(field.name), value, field.name_span);
        }
        self.builder().terminate(Terminator::Return(Some(Operand::local(copy))), span);
        self.finish_member(index, class, true);
    }
}

/// The name of the method that copies a data class.
const COPY: &str = "copy";

fn component_parameter<'t>(field: &Field) -> WrittenParameter<'t> {
    WrittenParameter {
        name: field.name,
        declared: field.declared.clone(),
        kind: ParameterKind::Positional,
        annotations: Vec::new(),
        default: None,
        span: field.name_span,
    }
}
