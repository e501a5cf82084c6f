//! Blocks, lambdas, and what is passed as a block.

use tree_sitter::Node;

use super::lowering::{Lowering, Surroundings, WORDS};
use super::syntax::{Kind, Label};
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

/// Names of parameters that a block has without declaring them.
const IMPLICIT_PARAMETERS: [&str; 3] = ["it", "_1", "_2"];

impl<'t> Lowering<'t> {
    /// `{ |x| … }`, `do |x| … end`.
    pub(super) fn block_literal(&mut self, node: Node<'t>) -> Operand {
        let children = self.children(node);
        let parameters = children.get(Label::Parameters);
        self.closure(node, parameters, children.get(Label::Body), true)
    }

    /// The block that makes a lambda: `lambda { |x| … }`, `proc { |x| … }`.
    pub(super) fn lambda_of_block(&mut self, node: Node<'t>) -> Operand {
        let children = self.children(node);
        self.closure(node, children.get(Label::Parameters), children.get(Label::Body), false)
    }

    /// `->(x) { … }`.
    pub(super) fn lambda(&mut self, node: Node<'t>) -> Operand {
        let children = self.children(node);
        let block = children.get(Label::Body);
        let body = block.and_then(|block| self.children(block).get(Label::Body));
        self.closure(node, children.get(Label::Parameters), body, false)
    }

    fn closure(
        &mut self,
        node: Node<'t>,
        parameters: Option<Node<'t>>,
        body: Option<Node<'t>>,
        is_block: bool,
    ) -> Operand {
        let closed = self.descend(node, |lowering| lowering.nested_closure(node, parameters, body, is_block));
        closed.unwrap_or_else(|| {
            let span = self.span(node);
            self.opaque(Vec::new(), span)
        })
    }

    fn nested_closure(
        &mut self,
        node: Node<'t>,
        parameters: Option<Node<'t>>,
        body: Option<Node<'t>>,
        is_block: bool,
    ) -> Operand {
        let span = self.span(node);
        let name_span = parameters.map_or(span, |parameters| self.span(parameters));
        let mut function = Function::new(WORDS.lambda, FunctionKind::Lambda, self.current_class(), span, name_span);
        function.enclosing = Some(self.frame().function);
        let boxed = self.boxed_in_block(node);
        let index = self.open(function, Surroundings::Lambda, boxed);
        self.frame().is_block = is_block;
        if parameters.is_none()
            && let Some(body) = body
        {
            for name in self.implicit_parameters(body) {
                self.add_parameter(name, ParameterKind::Positional, true, span);
            }
        }
        self.parameters(parameters, None);
        if let Some(body) = body {
            let value = self.body(body, true);
            let end = self.span(body);
            self.builder().terminate(Terminator::Return(Some(value)), end);
        }
        self.close_lambda(index, span)
    }

    /// Closes the lambda that was opened last, and makes it a value.
    fn close_lambda(&mut self, index: FunctionIdx, span: Span) -> Operand {
        let captured = &self.frame().captured;
        let captures = captured.keys().map(|&local| Operand::local(local)).collect();
        let exits = std::mem::take(&mut self.frame().exits);
        self.close_and_store(index);
        self.frame().left_by = exits;
        self.compute(Rvalue::Closure(index, captures), span)
    }

    /// `it`, `_1`, `_2`, where a body uses them.
    fn implicit_parameters(&mut self, body: Node<'t>) -> Vec<Symbol> {
        let text = self.text(body);
        if !IMPLICIT_PARAMETERS.iter().any(|name| text.contains(name)) {
            return Vec::new();
        }
        let mut most = 0;
        let mut cursor = body.walk();
        loop {
            let node = cursor.node();
            if self.kind(node) == Kind::Identifier {
                match self.text(node) {
                    "it" if self.variable(Symbol::new("it")).is_none() => return vec![Symbol::new("it")],
                    "_1" => most = most.max(1),
                    "_2" => most = 2,
                    _ => {}
                }
            }
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return IMPLICIT_PARAMETERS[1..=most].iter().map(|name| Symbol::new(name)).collect();
                }
            }
        }
    }

    /// `&block`, `&:name`, `&method(:name)`, `&`.
    pub(super) fn block_argument(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let Some(inner) = self.children(node).named().next() else {
            return match self.given_block() {
                Some(block) => Operand::Place(block),
                None => Operand::Const(Const::Null),
            };
        };
        match self.constant_of(inner.node) {
            Some(Const::Symbol(name)) => self.method_as_block(name, span),
            _ => self.expression(inner.node),
        }
    }

    /// `&:name`: a lambda that calls the method on its argument.
    fn method_as_block(&mut self, name: Symbol, span: Span) -> Operand {
        let mut function = Function::new(WORDS.lambda, FunctionKind::Lambda, self.current_class(), span, span);
        function.enclosing = Some(self.frame().function);
        function.modifiers = Modifiers::SYNTHETIC;
        let index = self.open(function, Surroundings::Lambda, Default::default());
        let parameter = self.add_parameter(WORDS.value, ParameterKind::Positional, false, span);
        let receiver = Operand::local(parameter);
        let value = self.method_call(receiver, name, Default::default(), span, span, span);
        self.builder().terminate(Terminator::Return(Some(value)), span);
        self.close_lambda(index, span)
    }
}
