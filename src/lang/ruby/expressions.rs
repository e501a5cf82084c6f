//! Expressions become operands; what they compute on the way becomes statements.

use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::{Child, Kind};
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// The value of an expression.
    pub(super) fn expression(&mut self, node: Node<'t>) -> Operand {
        self.statement(node, true)
    }

    /// The value of an optional child; unknown where broken code lacks it.
    pub(super) fn expression_or_unknown(&mut self, node: Option<Node<'t>>, parent: Node<'t>) -> Operand {
        match node {
            Some(node) => self.expression(node),
            None => {
                let span = self.span(parent);
                self.opaque(Vec::new(), span)
            }
        }
    }

    /// An expression that is no statement, from inside [`Lowering::statement`].
    pub(super) fn nested_expression(&mut self, node: Node<'t>) -> Operand {
        match self.kind(node) {
            Kind::Identifier => self.name(node),
            Kind::Constant | Kind::ScopeResolution => Operand::Place(self.constant(node)),
            Kind::SelfReference => Operand::Place(self.self_place()),
            Kind::InstanceVariable => Operand::Place(self.instance_variable(node)),
            Kind::ClassVariable => Operand::Place(self.class_variable(node)),
            Kind::GlobalVariable => Operand::Place(self.global_variable(node)),
            Kind::Call | Kind::ElementReference => self.chain(node),
            Kind::Super => self.implicit_super(node),
            Kind::Yield => self.yield_to_block(node),
            Kind::Assignment => self.assignment(node),
            Kind::OperatorAssignment => self.operator_assignment(node),
            Kind::Binary => self.binary(node),
            Kind::Unary => self.unary(node),
            Kind::Conditional => self.ternary(node),
            Kind::Lambda => self.lambda(node),
            Kind::Array | Kind::StringArray | Kind::SymbolArray | Kind::RightAssignmentList => self.array(node),
            Kind::Hash => self.hash(node),
            Kind::Range => self.range(node),
            Kind::String | Kind::DelimitedSymbol | Kind::BareString | Kind::BareSymbol | Kind::Regex => {
                self.text_literal(node)
            }
            Kind::ChainedString => self.chained_string(node),
            Kind::HeredocBeginning => self.heredoc(node),
            Kind::TestPattern | Kind::MatchPattern => self.pattern_test(node),
            Kind::SplatArgument | Kind::HashSplatArgument | Kind::BlockArgument => {
                let inner = self.children(node).named().next().map(|inner| inner.node);
                self.expression_or_unknown(inner, node)
            }
            _ => match self.constant_of(node) {
                Some(constant) => Operand::Const(constant),
                None => self.unknown(node),
            },
        }
    }

    /// A value made in an unknown way from the expressions inside `node`.
    pub(super) fn unknown(&mut self, node: Node<'t>) -> Operand {
        let inside: Vec<Child<'t>> = self.children(node).named().collect();
        let mut operands = Vec::new();
        for child in inside {
            operands.push(self.expression(child.node));
        }
        let span = self.span(node);
        self.opaque(operands, span)
    }

    /// A name: a variable, or a call without arguments.
    pub(super) fn name(&mut self, node: Node<'t>) -> Operand {
        if node.is_missing() {
            let span = self.span(node);
            return self.opaque(Vec::new(), span);
        }
        let name = self.symbol(node);
        match self.variable(name) {
            Some(place) => Operand::Place(place),
            None => self.bare_call(node, name, Vec::new(), None, node.end_byte()),
        }
    }
}
