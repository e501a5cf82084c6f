//! Branches: `if`, `unless`, `case`, `?:`, `and`, `or`, `&.`.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::{Child, Kind, Label};
use crate::base::Span;
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// Sends control to `then` where the condition holds, else to `otherwise`.
    pub(super) fn condition(
        &mut self,
        condition: Option<Node<'t>>,
        parent: Node<'t>,
        then: BlockIdx,
        otherwise: BlockIdx,
    ) {
        let Some(node) = condition else {
            let span = self.span(parent);
            let unknown = self.opaque(Vec::new(), span);
            return self.branch(unknown, then, otherwise, span);
        };
        let span = self.span(node);
        let done = self.descend(node, |lowering| {
            let children = lowering.children(node);
            let operator = children.get(Label::Operator).map_or("", |operator| operator.kind());
            match (lowering.kind(node), operator) {
                (Kind::ParenthesizedStatements, _) if children.named().count() == 1 => {
                    let inner = children.named().next().map(|child| child.node);
                    lowering.condition(inner, node, then, otherwise);
                }
                (Kind::Unary, "!" | "not") => {
                    lowering.condition(children.get(Label::Operand), node, otherwise, then);
                }
                (Kind::Binary, "&&" | "and") => {
                    let next = lowering.block(span);
                    lowering.condition(children.get(Label::Left), node, next, otherwise);
                    lowering.builder().enter(next);
                    lowering.condition(children.get(Label::Right), node, then, otherwise);
                }
                (Kind::Binary, "||" | "or") => {
                    let next = lowering.block(span);
                    lowering.condition(children.get(Label::Left), node, then, next);
                    lowering.builder().enter(next);
                    lowering.condition(children.get(Label::Right), node, then, otherwise);
                }
                _ => {
                    let value = lowering.statement(node, true);
                    lowering.branch(value, then, otherwise, span);
                }
            }
        });
        if done.is_none() {
            let unknown = self.opaque(Vec::new(), span);
            self.branch(unknown, then, otherwise, span);
        }
    }

    /// Lowers `branch` in `block`; its value goes to `result`, control to `after`.
    fn arm(
        &mut self,
        block: BlockIdx,
        result: Local,
        after: BlockIdx,
        span: Span,
        branch: impl FnOnce(&mut Self) -> Operand,
    ) {
        self.builder().enter(block);
        let value = branch(self);
        self.assign(Place::local(result), Rvalue::Use(value), span);
        self.goto(after, span);
    }

    /// `if`, `elsif`, `unless`: a chain of `elsif` is walked, not followed.
    pub(super) fn if_statement(&mut self, node: Node<'t>, is_if: bool, wanted: bool) -> Operand {
        let span = self.span(node);
        let result = self.joined(span);
        let after = self.block(span);
        let (mut at, mut holds) = (node, is_if);
        loop {
            let children = self.children(at);
            let (then, otherwise) = (self.block(span), self.block(span));
            let (yes, no) = if holds { (then, otherwise) } else { (otherwise, then) };
            self.condition(children.get(Label::Condition), at, yes, no);
            let consequence = children.get(Label::Consequence);
            self.arm(then, result, after, span, |lowering| lowering.optional_sequence(consequence, wanted));
            match children.get(Label::Alternative) {
                Some(next) if self.kind(next) == Kind::Elsif => {
                    self.builder().enter(otherwise);
                    (at, holds) = (next, true);
                }
                alternative => {
                    self.arm(otherwise, result, after, span, |lowering| {
                        lowering.optional_sequence(alternative, wanted)
                    });
                    break;
                }
            }
        }
        self.builder().enter(after);
        Operand::local(result)
    }

    fn optional_sequence(&mut self, node: Option<Node<'t>>, wanted: bool) -> Operand {
        match node {
            Some(node) => self.body(node, wanted),
            None => Operand::Const(Const::Null),
        }
    }

    /// `x if y`, `x unless y`.
    pub(super) fn modifier(&mut self, node: Node<'t>, is_if: bool, wanted: bool) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let result = self.joined(span);
        let (then, otherwise, after) = (self.block(span), self.block(span), self.block(span));
        let (yes, no) = if is_if { (then, otherwise) } else { (otherwise, then) };
        self.condition(children.get(Label::Condition), node, yes, no);
        let body = children.get(Label::Body);
        self.arm(then, result, after, span, |lowering| lowering.optional_sequence(body, wanted));
        self.arm(otherwise, result, after, span, |_| Operand::Const(Const::Null));
        self.builder().enter(after);
        Operand::local(result)
    }

    /// `a ? b : c`.
    pub(super) fn ternary(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let result = self.joined(span);
        let (then, otherwise, after) = (self.block(span), self.block(span), self.block(span));
        self.condition(children.get(Label::Condition), node, then, otherwise);
        for (block, label) in [(then, Label::Consequence), (otherwise, Label::Alternative)] {
            let value = children.get(label);
            self.arm(block, result, after, span, |lowering| lowering.expression_or_unknown(value, node));
        }
        self.builder().enter(after);
        Operand::local(result)
    }

    /// `a && b`, `a || b`: chains along the left are walked, not followed.
    pub(super) fn logical(&mut self, node: Node<'t>, is_and: bool) -> Operand {
        let span = self.span(node);
        let mut operands = Vec::new();
        let mut at = node;
        loop {
            let children = self.children(at);
            operands.push(children.get(Label::Right));
            let Some(left) = children.get(Label::Left) else { break };
            if logical_operator(self.kind(left), self.children(left).get(Label::Operator)) != Some(is_and) {
                operands.push(Some(left));
                break;
            }
            at = left;
        }
        operands.reverse();
        let result = self.joined(span);
        let after = self.block(span);
        let count = operands.len();
        for (position, operand) in operands.into_iter().enumerate() {
            let value = match operand {
                Some(operand) => self.statement(operand, true),
                None => self.opaque(Vec::new(), span),
            };
            self.assign(Place::local(result), Rvalue::Use(value.clone()), span);
            if position + 1 == count {
                self.goto(after, span);
            } else {
                let next = self.block(span);
                let (then, otherwise) = if is_and { (next, after) } else { (after, next) };
                self.branch(value, then, otherwise, span);
                self.builder().enter(next);
            }
        }
        self.builder().enter(after);
        Operand::local(result)
    }

    /// Computes `value` where `of` is there, else nothing: `x&.y`, `x ||= y`, `x &&= y`.
    pub(super) fn only_if(
        &mut self,
        of: Operand,
        when_true: bool,
        span: Span,
        value: impl FnOnce(&mut Self) -> Operand,
    ) -> Operand {
        self.one_of(Some(of.clone()), of, when_true, span, value)
    }

    /// `x&.y`: `value` unless `of` is nil, of which nothing comes out.
    pub(super) fn unless_nil(&mut self, of: Operand, span: Span, value: impl FnOnce(&mut Self) -> Operand) -> Operand {
        self.one_of(None, of, true, span, value)
    }

    fn one_of(
        &mut self,
        otherwise: Option<Operand>,
        of: Operand,
        when_true: bool,
        span: Span,
        value: impl FnOnce(&mut Self) -> Operand,
    ) -> Operand {
        let result = self.joined(span);
        let (then, after) = (self.block(span), self.block(span));
        if let Some(otherwise) = otherwise {
            self.assign(Place::local(result), Rvalue::Use(otherwise), span);
        }
        let (yes, no) = if when_true { (then, after) } else { (after, then) };
        self.branch(of, yes, no, span);
        self.arm(then, result, after, span, value);
        self.builder().enter(after);
        Operand::local(result)
    }

    /// `case x when a, b then …`.
    pub(super) fn case(&mut self, node: Node<'t>, wanted: bool) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let value = children.get(Label::Value).map(|value| self.expression(value));
        let clauses: Vec<Child<'t>> = children.named().filter(|child| child.kind == Kind::When).collect();
        let otherwise = children.first(Kind::Else);
        if let Some(value) = &value
            && let Some(cases) = self.constant_cases(&clauses)
        {
            return self.switch(value.clone(), cases, otherwise, wanted, span);
        }
        let value = value.map(|value| self.settle(value, span));
        let result = self.joined(span);
        let after = self.block(span);
        for clause in clauses {
            let clause_span = self.span(clause.node);
            let parts = self.children(clause.node);
            let (then, next) = (self.block(clause_span), self.block(clause_span));
            for pattern in parts.iter().filter(|part| part.label == Label::Pattern && part.kind == Kind::Pattern) {
                let more = self.block(clause_span);
                let tested = self.children(pattern.node).named().next();
                match (tested, value) {
                    (Some(tested), Some(value)) => {
                        let holds = self.case_test(tested, value);
                        self.branch(holds, then, more, clause_span);
                    }
                    (tested, _) => self.condition(tested.map(|tested| tested.node), clause.node, then, more),
                }
                self.builder().enter(more);
            }
            self.goto(next, clause_span);
            let body = parts.get(Label::Body);
            self.arm(then, result, after, clause_span, |lowering| lowering.optional_sequence(body, wanted));
            self.builder().enter(next);
        }
        let value = self.optional_sequence(otherwise, wanted);
        self.assign(Place::local(result), Rvalue::Use(value), span);
        self.goto(after, span);
        self.builder().enter(after);
        Operand::local(result)
    }

    /// Whether `value` is what a clause of `case` names: of a class, in a range or list, or equal.
    fn case_test(&mut self, tested: Child<'t>, value: Local) -> Operand {
        let span = self.span(tested.node);
        let value = Operand::local(value);
        if let Some(class) = self.type_named(tested.node) {
            return self.compute(Rvalue::IsType(value, class), span);
        }
        let tested_value = self.expression(tested.node);
        let operator = match &tested_value {
            Operand::Const(_) => BinaryOp::Equal,
            _ if tested.kind == Kind::SplatArgument => BinaryOp::In,
            _ => BinaryOp::Match,
        };
        self.compute(Rvalue::Binary(operator, value, tested_value), span)
    }

    /// The clauses with their constants, when all are constants.
    fn constant_cases(&mut self, clauses: &[Child<'t>]) -> Option<Vec<(SmallVec<[Const; 1]>, Option<Node<'t>>)>> {
        let mut cases = Vec::new();
        for clause in clauses {
            let parts = self.children(clause.node);
            let mut constants = SmallVec::new();
            for pattern in parts.iter().filter(|part| part.label == Label::Pattern && part.kind == Kind::Pattern) {
                let tested = self.children(pattern.node).named().next()?;
                constants.push(self.constant_of(tested.node)?);
            }
            cases.push((constants, parts.get(Label::Body)));
        }
        Some(cases)
    }

    fn switch(
        &mut self,
        value: Operand,
        cases: Vec<(SmallVec<[Const; 1]>, Option<Node<'t>>)>,
        otherwise: Option<Node<'t>>,
        wanted: bool,
        span: Span,
    ) -> Operand {
        let result = self.joined(span);
        let (default, after) = (self.block(span), self.block(span));
        let blocks: Vec<BlockIdx> = cases.iter().map(|_| self.block(span)).collect();
        let targets = cases.iter().zip(&blocks).map(|((constants, _), block)| (constants.clone(), *block)).collect();
        self.builder().terminate(Terminator::Switch { value, cases: targets, default }, span);
        for ((_, body), block) in cases.into_iter().zip(blocks) {
            self.arm(block, result, after, span, |lowering| lowering.optional_sequence(body, wanted));
        }
        self.arm(default, result, after, span, |lowering| lowering.optional_sequence(otherwise, wanted));
        self.builder().enter(after);
        Operand::local(result)
    }
}

/// Whether a node is `&&` (true) or `||` (false).
pub(super) fn logical_operator(kind: Kind, operator: Option<Node<'_>>) -> Option<bool> {
    match (kind, operator?.kind()) {
        (Kind::Binary, "&&" | "and") => Some(true),
        (Kind::Binary, "||" | "or") => Some(false),
        _ => None,
    }
}
