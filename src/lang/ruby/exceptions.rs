//! `begin`, `rescue`, `else`, `ensure`.

use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::{Child, Kind, Label};
use crate::ir::*;
use crate::lang::cleanup::Protects;
use crate::lang::emit::Emits;

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
        let result = self.joined(span);
        self.protected(
            span,
            |lowering| {
                let value = lowering.rescued(node, statements, clauses, wanted);
                lowering.assign(Place::local(result), Rvalue::Use(value), span);
            },
            |lowering| _ = lowering.sequence(ensure.node, false),
        );
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
}
