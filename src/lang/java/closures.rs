//! Lambdas and method references.

use tree_sitter::Node;

use super::lowering::{Lowering, Surroundings, WORDS};
use super::members::new_function;
use super::syntax::{Kind, Label};
use crate::ir::*;

impl<'t> Lowering<'t> {
    /// `x -> value`, `(a, b) -> { … }`.
    pub(super) fn lambda(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let parameters = children.get(Label::Parameters);
        let name_span = parameters.map_or(span, |parameters| self.span(parameters));
        let mut function = new_function(WORDS.lambda, FunctionKind::Lambda, self.current_class(), span, name_span);
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
        let Some(frame) = self.close() else { return Operand::Const(Const::Null) };
        let captures = frame.captured.keys().map(|&local| Operand::local(local)).collect();
        self.store(index, frame.builder);
        self.compute(Rvalue::Closure(index, captures), span)
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

    fn type_or_place(&mut self, node: Node<'t>) -> Operand {
        let name = self.type_ref(node).name;
        let mut parts = name.split('.');
        let Some(first) = parts.next() else { return self.unknown(node) };
        let start = self.place_named(first.into());
        Operand::Place(parts.fold(start, |place, part| place.field(part)))
    }
}
