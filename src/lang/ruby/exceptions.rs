//! `begin`, `rescue`, `else`, `ensure`.
//!
//! An `ensure` body is lowered where the statements before it complete, where an exception passes through, and in front
//! of each jump out of it: a few times, then jumps pass it by, so that the work stays linear.

use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::{Child, Kind, Label};
use crate::base::Span;
use crate::ir::*;

/// How often an `ensure` body is written out in front of jumps.
const MOST_COPIES: usize = 3;

/// An `ensure` body around the current block.
pub(super) struct Cleanup<'t> {
    body: Node<'t>,
    copies: usize,
}

impl<'t> Lowering<'t> {
    /// Statements with `rescue`, `else` and `ensure` clauses behind them.
    pub(super) fn guarded(&mut self, node: Node<'t>, wanted: bool) -> Operand {
        let children: Vec<Child<'t>> = self.children(node).named().collect();
        let is_clause = |child: &Child<'t>| matches!(child.kind, Kind::Rescue | Kind::Else | Kind::Ensure);
        let first_clause = children.iter().position(is_clause).unwrap_or(children.len());
        let (statements, clauses) = children.split_at(first_clause);
        let Some(ensure) = clauses.iter().find(|clause| clause.kind == Kind::Ensure) else {
            return self.rescued(node, statements, clauses, wanted);
        };
        let span = self.span(node);
        let raised = self.block(span);
        let result = self.joined(span);
        self.frame().cleanups.push(Cleanup { body: ensure.node, copies: 0 });
        let before = self.builder().set_handler(Some(raised), span);
        let value = self.rescued(node, statements, clauses, wanted);
        self.assign(Place::local(result), Rvalue::Use(value), span);
        self.builder().set_handler(before, span);
        self.frame().cleanups.pop();
        self.sequence(ensure.node, false);
        let after = self.block(span);
        self.goto(after, span);

        self.builder().enter(raised);
        let caught = self.compute(Rvalue::Caught(Vec::new()), span);
        self.sequence(ensure.node, false);
        self.builder().terminate(Terminator::Throw(caught), span);
        self.builder().enter(after);
        Operand::local(result)
    }

    /// Statements with `rescue` and `else` clauses.
    fn rescued(&mut self, node: Node<'t>, statements: &[Child<'t>], clauses: &[Child<'t>], wanted: bool) -> Operand {
        let rescues: Vec<Node<'t>> =
            clauses.iter().filter(|clause| clause.kind == Kind::Rescue).map(|clause| clause.node).collect();
        let otherwise = clauses.iter().find(|clause| clause.kind == Kind::Else);
        if rescues.is_empty() {
            let value = self.statements(statements, wanted && otherwise.is_none());
            return match otherwise {
                Some(otherwise) => self.sequence(otherwise.node, wanted),
                None => value,
            };
        }
        let span = self.span(node);
        let (caught, after) = (self.block(span), self.block(span));
        let result = self.joined(span);
        let before = self.builder().set_handler(Some(caught), span);
        let mut value = self.statements(statements, wanted && otherwise.is_none());
        self.builder().set_handler(before, span);
        if let Some(otherwise) = otherwise {
            value = self.sequence(otherwise.node, wanted);
        }
        self.assign(Place::local(result), Rvalue::Use(value), span);
        self.goto(after, span);
        self.builder().enter(caught);
        self.rescue_clauses(&rescues, result, after, wanted);
        self.builder().enter(after);
        Operand::local(result)
    }

    /// Tries the clauses in order.
    fn rescue_clauses(&mut self, clauses: &[Node<'t>], result: Local, after: BlockIdx, wanted: bool) {
        let mut headers = Vec::new();
        let mut all = Vec::new();
        for clause in clauses {
            let children = self.children(*clause);
            let types = match children.get(Label::Exceptions) {
                Some(list) => {
                    let named: Vec<Child<'t>> = self.children(list).named().collect();
                    named.iter().filter_map(|child| self.type_named(child.node)).collect()
                }
                None => vec![TypeRef::named("StandardError")],
            };
            all.extend(types.iter().cloned());
            headers.push((*clause, children.get(Label::Variable), children.get(Label::Body), types));
        }
        let Some(first) = clauses.first() else { return };
        let first_span = self.span(*first);
        let caught = self.compute(Rvalue::Caught(all), first_span);
        let last = headers.len() - 1;
        for (position, (clause, variable, body, types)) in headers.into_iter().enumerate() {
            let span = self.span(clause);
            let other = (position != last).then(|| {
                let (taken, other) = (self.block(span), self.block(span));
                for caught_type in types {
                    let more = self.block(span);
                    let is_type = self.compute(Rvalue::IsType(caught.clone(), caught_type), span);
                    self.branch(is_type, taken, more, span);
                    self.builder().enter(more);
                }
                self.goto(other, span);
                self.builder().enter(taken);
                other
            });
            let target = variable.and_then(|variable| self.children(variable).named().next());
            if let Some(target) = target {
                let target_span = self.span(target.node);
                self.assign_to(target.node, caught.clone(), target_span);
            }
            let value = match body {
                Some(body) => self.sequence(body, wanted),
                None => Operand::Const(Const::Null),
            };
            self.assign(Place::local(result), Rvalue::Use(value), span);
            self.goto(after, span);
            if let Some(other) = other {
                self.builder().enter(other);
            }
        }
    }

    /// `x rescue y`.
    pub(super) fn rescue_modifier(&mut self, node: Node<'t>, wanted: bool) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let (caught, after) = (self.block(span), self.block(span));
        let result = self.joined(span);
        let before = self.builder().set_handler(Some(caught), span);
        if let Some(body) = children.get(Label::Body) {
            let value = self.statement(body, wanted);
            self.assign(Place::local(result), Rvalue::Use(value), span);
        }
        self.builder().set_handler(before, span);
        self.goto(after, span);
        self.builder().enter(caught);
        self.compute(Rvalue::Caught(Vec::new()), span);
        if let Some(handler) = children.get(Label::Handler) {
            let value = self.statement(handler, wanted);
            self.assign(Place::local(result), Rvalue::Use(value), span);
        }
        self.goto(after, span);
        self.builder().enter(after);
        Operand::local(result)
    }

    /// Runs the `ensure` bodies that lie deeper than `cleanups`, in front of a jump; `value` is settled before.
    pub(super) fn leave_cleanups(&mut self, cleanups: usize, value: Operand, span: Span) -> Operand {
        if self.frame().cleanups.len() <= cleanups {
            return value;
        }
        let settled = self.builder().temporary(span);
        self.assign(Place::local(settled), Rvalue::Use(value), span);
        let mut left = Vec::new();
        while self.frame().cleanups.len() > cleanups {
            let Some(mut cleanup) = self.frame().cleanups.pop() else { break };
            if cleanup.copies < MOST_COPIES {
                cleanup.copies += 1;
                self.sequence(cleanup.body, false);
            }
            left.push(cleanup);
        }
        left.reverse();
        self.frame().cleanups.extend(left);
        Operand::local(settled)
    }
}
