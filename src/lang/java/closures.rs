//! Lambdas and method references.

use tree_sitter::Node;

use super::lowering::{Lowering, Surroundings, WORDS};
use super::members::WrittenParameter;
use super::syntax::{Kind, Label};
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// `x -> value`, `(a, b) -> { … }`.
    pub(super) fn lambda(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let parameters = children.get(Label::Parameters);
        let name_span = parameters.map_or(span, |parameters| self.span(parameters));
        let mut function = Function::new(WORDS.lambda, FunctionKind::Lambda, self.current_class(), span, name_span);
        function.enclosing = Some(self.frame().function);
        let index = self.open(function, Surroundings::Lambda);
        if let Some(parameters) = parameters {
            self.parameters(parameters);
        }
        match children.get(Label::Body) {
            Some(body) if self.kind(body) == Kind::Block => self.statements(body),
            Some(body) => {
                let value = self.expression(body);
                let body_span = self.span(body);
                self.builder().terminate(Terminator::Return(Some(value)), body_span);
            }
            None => {}
        }
        self.close_lambda(index, span).unwrap_or(Operand::Const(Const::Null))
    }

    /// `x::name`, `Type::name`, `Type::new`.
    pub(super) fn method_reference(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let creates = children.has_token("new");
        let name = match children.named().rfind(|child| child.kind == Kind::Identifier) {
            _ if creates => WORDS.creation,
            Some(name) => self.symbol(name.node),
            None => return self.unknown(node),
        };
        let Some(on) = children.named().next() else { return self.unknown(node) };
        if creates && let Some(creator) = self.creation_reference(node, on.node) {
            return creator;
        }
        let on = match on.kind {
            Kind::Super => self.this(on.node),
            Kind::Identifier | Kind::FieldAccess if creates => Operand::Class(TypeRef::named(self.dotted(on.node))),
            // What looks like a type may be a variable or a field.
            Kind::TypeIdentifier | Kind::ScopedType if !creates => self.type_or_place(on.node),
            kind if kind.is_type() => Operand::Class(self.type_ref(on.node)),
            _ => self.expression(on.node),
        };
        self.compute(Rvalue::Reference(on, name), span)
    }

    /// `Inner::new`, where new objects need to be given their surroundings: written out as a lambda. `None` where they
    /// do not, or where it cannot be told which constructor is meant.
    fn creation_reference(&mut self, node: Node<'t>, of: Node<'t>) -> Option<Operand> {
        let span = self.span(node);
        let written = if self.kind(of).is_type() { self.type_ref(of) } else { TypeRef::named(self.dotted(of)) };
        let class = self.class_named(&written.name)?;
        let scope = &self.scopes[class];
        if !scope.has_outer_instance && scope.declared_in.is_none() {
            return None;
        }
        let arity = match scope.constructors.as_slice() {
            [] => 0,
            [arity] => *arity,
            _ => return None,
        };
        let name_span = self.span(of);
        let mut function = Function::new(WORDS.lambda, FunctionKind::Lambda, self.current_class(), span, name_span);
        function.enclosing = Some(self.frame().function);
        function.modifiers = Modifiers::SYNTHETIC;
        let index = self.open(function, Surroundings::Lambda);
        let mut arguments = Vec::new();
        for position in 0..arity {
            let name = Symbol::new(&format!("argument{position}"));
            let kind = ParameterKind::Positional;
            let parameter = WrittenParameter { name, declared: None, kind, annotations: Vec::new(), span };
            arguments.push(Argument::positional(Operand::local(self.add_parameter(parameter))));
        }
        let object = self.builder().temporary(span);
        self.assign(Place::local(object), Rvalue::Allocate(written.clone()), span);
        self.write_surroundings(object, class, None, span);
        self.construct(Operand::local(object), written, arguments, name_span, span, span);
        self.builder().terminate(Terminator::Return(Some(Operand::local(object))), span);
        self.close_lambda(index, span)
    }

    /// Closes the lambda that was opened last, and makes it a value.
    fn close_lambda(&mut self, index: FunctionIdx, span: Span) -> Option<Operand> {
        let frame = self.close()?;
        let captures = frame.captured.keys().map(|&local| Operand::local(local)).collect();
        self.store(index, frame.builder);
        Some(self.compute(Rvalue::Closure(index, captures), span))
    }

    fn type_or_place(&mut self, node: Node<'t>) -> Operand {
        let name = self.type_ref(node).name;
        let mut parts = name.split('.');
        let Some(first) = parts.next() else { return self.unknown(node) };
        let start = self.place_named(first.into());
        Operand::Place(parts.fold(start, |place, part| place.field(part)))
    }
}
