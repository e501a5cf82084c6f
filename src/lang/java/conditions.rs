//! Conditions: `&&`, `||` and `!` become control flow, and patterns bind names where the test came out right.
//!
//! Every condition gives back the variables that its patterns bind when it is true and when it is false (JLS 6.3.1).
//! Whoever lowers the code that runs in that case makes them visible there.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::lowering::Lowering;
use super::operators::is_logical;
use super::syntax::{Kind, Label};
use crate::ir::*;
use crate::lang::emit::Emits;

/// The variables that patterns in a condition bind.
#[derive(Default)]
pub(super) struct Bindings {
    pub(super) when_true: SmallVec<[Local; 2]>,
    pub(super) when_false: SmallVec<[Local; 2]>,
}

impl Bindings {
    fn negated(self) -> Bindings {
        Bindings { when_true: self.when_false, when_false: self.when_true }
    }
}

impl<'t> Lowering<'t> {
    /// Makes variables of patterns visible in the current scope.
    pub(super) fn introduce(&mut self, variables: &[Local]) {
        for &variable in variables {
            self.make_visible(variable);
        }
    }

    /// Leads to `then` where the condition holds, to `otherwise` where it does not; closes the current block.
    pub(super) fn condition(
        &mut self,
        node: Option<Node<'t>>,
        parent: Node<'t>,
        then: BlockIdx,
        otherwise: BlockIdx,
    ) -> Bindings {
        let Some(node) = node else {
            let span = self.span(parent);
            let condition = self.opaque(Vec::new(), span);
            self.branch(condition, then, otherwise, span);
            return Bindings::default();
        };
        self.descend(node, |lowering| lowering.nested_condition(node, then, otherwise)).unwrap_or_else(|| {
            let span = self.span(node);
            let condition = self.opaque(Vec::new(), span);
            self.branch(condition, then, otherwise, span);
            Bindings::default()
        })
    }

    fn nested_condition(&mut self, node: Node<'t>, then: BlockIdx, otherwise: BlockIdx) -> Bindings {
        match self.kind(node) {
            Kind::Parenthesized => {
                let inner = self.children(node).expression();
                self.condition(inner, node, then, otherwise)
            }
            Kind::Unary if self.is_negation(node) => {
                let operand = self.children(node).get(Label::Operand);
                self.condition(operand, node, otherwise, then).negated()
            }
            Kind::Binary => match self.logical_operands(node) {
                Some((is_and, operands)) => self.logical_condition(node, is_and, &operands, then, otherwise),
                None => self.simple_condition(node, then, otherwise),
            },
            _ => self.simple_condition(node, then, otherwise),
        }
    }

    fn simple_condition(&mut self, node: Node<'t>, then: BlockIdx, otherwise: BlockIdx) -> Bindings {
        let (condition, bindings) = self.truth(node);
        let span = self.span(node);
        self.branch(condition, then, otherwise, span);
        bindings
    }

    fn logical_condition(
        &mut self,
        node: Node<'t>,
        is_and: bool,
        operands: &[Node<'t>],
        then: BlockIdx,
        otherwise: BlockIdx,
    ) -> Bindings {
        self.scoped(|lowering| {
            let mut all = SmallVec::new();
            for (position, operand) in operands.iter().enumerate() {
                let is_last = position + 1 == operands.len();
                let span = lowering.span(*operand);
                let next = if is_last { None } else { Some(lowering.block(span)) };
                let bindings = if is_and {
                    lowering.condition(Some(*operand), node, next.unwrap_or(then), otherwise).when_true
                } else {
                    lowering.condition(Some(*operand), node, then, next.unwrap_or(otherwise)).when_false
                };
                lowering.introduce(&bindings);
                all.extend(bindings);
                if let Some(next) = next {
                    lowering.builder().enter(next);
                }
            }
            if is_and {
                Bindings { when_true: all, when_false: SmallVec::new() }
            } else {
                Bindings { when_true: SmallVec::new(), when_false: all }
            }
        })
    }

    /// The operands of a chain of `&&`, or of `||`, and which of the two it is.
    fn logical_operands(&mut self, node: Node<'t>) -> Option<(bool, SmallVec<[Node<'t>; 4]>)> {
        let mut operands = SmallVec::new();
        let mut chained: Option<&str> = None;
        let mut at = node;
        loop {
            let children = self.children(at);
            let operator = if self.kind(at) == Kind::Binary { children.get(Label::Operator) } else { None };
            match (operator.map(|operator| operator.kind()), children.get(Label::Left), children.get(Label::Right)) {
                (Some(operator), Some(left), Some(right))
                    if is_logical(operator) && chained.is_none_or(|chained| chained == operator) =>
                {
                    chained = Some(operator);
                    operands.push(right);
                    at = left;
                }
                _ => break,
            }
        }
        operands.push(at);
        operands.reverse();
        Some((chained? == "&&", operands))
    }

    fn is_negation(&mut self, node: Node<'t>) -> bool {
        self.children(node).get(Label::Operator).is_some_and(|operator| operator.kind() == "!")
    }

    /// The value of an operator whose operands may bind variables.
    pub(super) fn operation(&mut self, node: Node<'t>) -> Operand {
        self.nested_truth(node).0
    }

    /// The value of a condition, with the variables that it binds.
    fn truth(&mut self, node: Node<'t>) -> (Operand, Bindings) {
        match self.kind(node) {
            Kind::Binary | Kind::InstanceOf | Kind::Unary | Kind::Parenthesized => {
                self.descend(node, |lowering| lowering.nested_truth(node)).unwrap_or_else(|| {
                    let span = self.span(node);
                    (self.opaque(Vec::new(), span), Bindings::default())
                })
            }
            _ => (self.expression(node), Bindings::default()),
        }
    }

    fn nested_truth(&mut self, node: Node<'t>) -> (Operand, Bindings) {
        let span = self.span(node);
        match self.kind(node) {
            Kind::Parenthesized => match self.children(node).expression() {
                Some(inner) => self.truth(inner),
                None => (self.unknown(node), Bindings::default()),
            },
            Kind::Unary if self.is_negation(node) => {
                let operand = self.children(node).get(Label::Operand);
                let (value, bindings) = match operand {
                    Some(operand) => self.truth(operand),
                    None => (self.unknown(node), Bindings::default()),
                };
                let value = match value {
                    Operand::Const(Const::Bool(value)) => Operand::Const(Const::Bool(!value)),
                    value => self.compute(Rvalue::Unary(UnaryOp::Not, value), span),
                };
                (value, bindings.negated())
            }
            Kind::Unary => (self.arithmetic_unary(node), Bindings::default()),
            Kind::InstanceOf => {
                let (value, when_true) = self.instance_of(node);
                (value, Bindings { when_true, when_false: SmallVec::new() })
            }
            _ => match self.logical_operands(node) {
                Some((is_and, operands)) => self.logical_value(node, is_and, &operands),
                None => (self.binary(node), Bindings::default()),
            },
        }
    }

    /// The value of a chain of `&&` or `||`: that of the last operand which was evaluated.
    fn logical_value(&mut self, node: Node<'t>, is_and: bool, operands: &[Node<'t>]) -> (Operand, Bindings) {
        let span = self.span(node);
        let result = self.builder().temporary(span);
        let after = self.block(span);
        let bindings = self.scoped(|lowering| {
            let mut all = SmallVec::new();
            for (position, operand) in operands.iter().enumerate() {
                let (value, bindings) = lowering.truth(*operand);
                let bindings = if is_and { bindings.when_true } else { bindings.when_false };
                lowering.introduce(&bindings);
                all.extend(bindings);
                lowering.assign(Place::local(result), Rvalue::Use(value.clone()), span);
                if position + 1 == operands.len() {
                    lowering.goto(after, span);
                } else {
                    let next = lowering.block(span);
                    let (then, otherwise) = if is_and { (next, after) } else { (after, next) };
                    let operand_span = lowering.span(*operand);
                    lowering.branch(value, then, otherwise, operand_span);
                    lowering.builder().enter(next);
                }
            }
            all
        });
        self.builder().enter(after);
        let bindings = if is_and {
            Bindings { when_true: bindings, when_false: SmallVec::new() }
        } else {
            Bindings { when_true: SmallVec::new(), when_false: bindings }
        };
        (Operand::local(result), bindings)
    }
}
