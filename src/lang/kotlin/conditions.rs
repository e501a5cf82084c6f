//! Conditions: `&&`, `||` and `!` become control flow, and a variable that was tested for a type has it from there on.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::lowering::Lowering;
use super::names::Variable;
use super::syntax::Kind;
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

/// A variable that has a more special type.
#[derive(Clone)]
pub(super) struct Cast {
    pub(super) name: Symbol,
    pub(super) to: TypeRef,
    pub(super) span: Span,
}

/// What a condition proves of variables.
#[derive(Default)]
pub(super) struct Bindings {
    pub(super) when_true: SmallVec<[Cast; 1]>,
    pub(super) when_false: SmallVec<[Cast; 1]>,
}

impl Bindings {
    fn negated(self) -> Bindings {
        Bindings { when_true: self.when_false, when_false: self.when_true }
    }
}

impl<'t> Lowering<'t> {
    /// Makes what a condition proved hold in the current scope: a variable of the same name and value hides the other.
    pub(super) fn introduce(&mut self, casts: &[Cast]) {
        for cast in casts {
            let Some(place) = self.variable_place(cast.name) else { continue };
            let local = self.builder().local(Some(cast.name), Some(cast.to.clone()), cast.span);
            let value = Rvalue::Cast(Operand::Place(place), cast.to.clone());
            self.assign(Place::local(local), value, cast.span);
            self.frame().variables.declare(cast.name, Variable { local, is_boxed: false });
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
        let lowered =
            node.and_then(|node| self.descend(node, |lowering| lowering.nested_condition(node, then, otherwise)));
        lowered.unwrap_or_else(|| {
            let span = self.span(node.unwrap_or(parent));
            let condition = self.opaque(Vec::new(), span);
            self.branch(condition, then, otherwise, span);
            Bindings::default()
        })
    }

    fn nested_condition(&mut self, node: Node<'t>, then: BlockIdx, otherwise: BlockIdx) -> Bindings {
        let children = self.children(node);
        match self.kind(node) {
            Kind::Parenthesized => self.condition(children.expression(), node, then, otherwise),
            Kind::Prefix if children.has_token("!") => {
                self.condition(children.expression(), node, otherwise, then).negated()
            }
            kind @ (Kind::Conjunction | Kind::Disjunction) => {
                let operands = self.logical_operands(node, kind);
                self.logical_condition(node, kind == Kind::Conjunction, &operands, then, otherwise)
            }
            Kind::Check => {
                let (condition, bindings) = self.check(node);
                let span = self.span(node);
                self.branch(condition, then, otherwise, span);
                bindings
            }
            _ => {
                let condition = self.expression(node);
                let span = self.span(node);
                self.branch(condition, then, otherwise, span);
                Bindings::default()
            }
        }
    }

    /// The operands of a chain of one logical operator, along its left spine.
    fn logical_operands(&mut self, node: Node<'t>, kind: Kind) -> Vec<Node<'t>> {
        let mut operands = Vec::new();
        let mut at = node;
        while self.kind(at) == kind {
            let children = self.children(at);
            let mut sides = children.expressions();
            let (Some(left), Some(right)) = (sides.next(), sides.next()) else { break };
            operands.push(right);
            at = left;
        }
        operands.push(at);
        operands.reverse();
        operands
    }

    fn logical_condition(
        &mut self,
        node: Node<'t>,
        is_and: bool,
        operands: &[Node<'t>],
        then: BlockIdx,
        otherwise: BlockIdx,
    ) -> Bindings {
        // A broken chain is its own only operand.
        let operands: Vec<Option<Node<'t>>> =
            operands.iter().map(|&operand| (operand != node).then_some(operand)).collect();
        self.scoped(|lowering| {
            let mut all = SmallVec::new();
            for (position, operand) in operands.iter().enumerate() {
                let is_last = position + 1 == operands.len();
                let span = lowering.span(operand.unwrap_or(node));
                let next = if is_last { None } else { Some(lowering.block(span)) };
                let bindings = if is_and {
                    lowering.condition(*operand, node, next.unwrap_or(then), otherwise).when_true
                } else {
                    lowering.condition(*operand, node, then, next.unwrap_or(otherwise)).when_false
                };
                all.extend(bindings.iter().cloned());
                if let Some(next) = next {
                    lowering.builder().enter(next);
                    lowering.introduce(&bindings);
                }
            }
            match is_and {
                true => Bindings { when_true: all, when_false: SmallVec::new() },
                false => Bindings { when_true: SmallVec::new(), when_false: all },
            }
        })
    }

    /// The value of a condition.
    pub(super) fn truth(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        match self.kind(node) {
            Kind::Check => return self.check(node).0,
            Kind::Prefix => {
                let inner = self.children(node).expression();
                let value = self.expression_or_unknown(inner, node);
                return match value {
                    Operand::Const(Const::Bool(value)) => Operand::Const(Const::Bool(!value)),
                    value => self.compute(Rvalue::Unary(UnaryOp::Not, value), span),
                };
            }
            _ => {}
        }
        let (holds, fails, after) = (self.block(span), self.block(span), self.block(span));
        let result = self.builder().temporary(span);
        self.condition(Some(node), node, holds, fails);
        for (block, value) in [(holds, true), (fails, false)] {
            self.builder().enter(block);
            self.assign(Place::local(result), Rvalue::Use(Operand::Const(Const::Bool(value))), span);
            self.goto(after, span);
        }
        self.builder().enter(after);
        Operand::local(result)
    }

    /// `x is Type`, `x !in xs`.
    fn check(&mut self, node: Node<'t>) -> (Operand, Bindings) {
        let span = self.span(node);
        let children = self.children(node);
        let is_negated = children.has_token("!");
        let subject = children.expression();
        let value = self.expression_or_unknown(subject, node);
        let (holds, bindings) = match children.type_node() {
            Some(to) => {
                let to = self.type_ref(to);
                let name = subject.and_then(|subject| self.stable_variable(subject));
                let when_true = name.map(|name| Cast { name, to: to.clone(), span }).into_iter().collect();
                let holds = self.compute(Rvalue::IsType(value, to), span);
                (holds, Bindings { when_true, when_false: SmallVec::new() })
            }
            None => {
                let container = children.expressions().nth(1);
                let container = self.expression_or_unknown(container, node);
                (self.compute(Rvalue::Binary(BinaryOp::In, value, container), span), Bindings::default())
            }
        };
        if is_negated {
            (self.compute(Rvalue::Unary(UnaryOp::Not, holds), span), bindings.negated())
        } else {
            (holds, bindings)
        }
    }

    /// The variable that an expression is, when it keeps its value.
    pub(super) fn stable_variable(&mut self, node: Node<'t>) -> Option<Symbol> {
        if self.kind(node) != Kind::SimpleIdentifier {
            return None;
        }
        let name = self.symbol(node);
        let changes = self.frame().reassigned.contains(&name);
        (!changes && self.variable_place(name).is_some()).then_some(name)
    }
}
