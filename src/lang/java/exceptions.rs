//! `try`, `catch`, `finally` and resources.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::lowering::{Lowering, WORDS};
use super::syntax::{Children, Kind, Label};
use crate::base::Span;
use crate::ir::*;
use crate::lang::cleanup::Protects;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    pub(super) fn try_statement(&mut self, node: Node<'t>) {
        let children = self.children(node);
        let finally = children.first(Kind::FinallyClause);
        let finally = finally.and_then(|clause| self.children(clause).first(Kind::Block));
        match finally {
            Some(finally) => {
                let span = self.span(node);
                self.protected(
                    span,
                    |lowering| lowering.guarded(node, &children),
                    |lowering| lowering.statements(finally),
                );
            }
            None => self.guarded(node, &children),
        }
    }

    /// Resources and body with the `catch` clauses around them.
    fn guarded(&mut self, node: Node<'t>, children: &Children<'t>) {
        let clauses: SmallVec<[Node<'t>; 2]> =
            children.iter().filter(|child| child.kind == Kind::CatchClause).map(|child| child.node).collect();
        if clauses.is_empty() {
            return self.resources_and_body(children);
        }
        let span = self.span(node);
        let (caught, after) = (self.block(span), self.block(span));
        let before = self.builder().set_handler(Some(caught), span);
        self.resources_and_body(children);
        self.builder().set_handler(before, span);
        self.goto(after, span);
        self.builder().enter(caught);
        self.catch_clauses(&clauses, after, span);
        self.builder().join(after);
    }

    /// Tries the clauses in order; what none of them takes is thrown on.
    fn catch_clauses(&mut self, clauses: &[Node<'t>], after: BlockIdx, span: Span) {
        let parameters: Vec<(Option<Node<'t>>, Vec<TypeRef>)> =
            clauses.iter().map(|clause| self.catch_parameter(*clause)).collect();
        let all: Vec<TypeRef> = parameters.iter().flat_map(|(_, types)| types.iter().cloned()).collect();
        let clause_span = clauses.first().map_or(span, |clause| self.span(*clause));
        let caught = self.compute(Rvalue::Caught(all), clause_span);
        let last = clauses.len() - 1;
        for (position, (clause, (name, types))) in clauses.iter().zip(parameters).enumerate() {
            let clause_span = self.span(*clause);
            let mut next = None;
            if position != last {
                let (taken, other) = (self.block(clause_span), self.block(clause_span));
                for caught_type in &types {
                    let more = self.block(clause_span);
                    let is_type = self.compute(Rvalue::IsType(caught.clone(), caught_type.clone()), clause_span);
                    self.branch(is_type, taken, more, clause_span);
                    self.builder().enter(more);
                }
                self.goto(other, clause_span);
                self.builder().enter(taken);
                next = Some(other);
            }
            self.scoped(|lowering| {
                if let Some(name) = name {
                    let declared = if types.len() == 1 { types.first().cloned() } else { None };
                    let local = lowering.variable(name, declared);
                    let name_span = lowering.span(name);
                    lowering.assign(Place::local(local), Rvalue::Use(caught.clone()), name_span);
                    lowering.make_visible(local);
                }
                if let Some(body) = lowering.children(*clause).get(Label::Body) {
                    lowering.statements(body);
                }
            });
            self.goto(after, clause_span);
            if let Some(next) = next {
                self.builder().enter(next);
            }
        }
    }

    /// Name and types of the parameter of a `catch` clause.
    fn catch_parameter(&mut self, clause: Node<'t>) -> (Option<Node<'t>>, Vec<TypeRef>) {
        let Some(parameter) = self.children(clause).first(Kind::CatchParameter) else { return (None, Vec::new()) };
        let children = self.children(parameter);
        let types = children.first(Kind::CatchType).map(|types| self.type_list(types)).unwrap_or_default();
        (children.get(Label::Name), types)
    }

    fn resources_and_body(&mut self, children: &Children<'t>) {
        let Some(body) = children.get(Label::Body) else { return };
        let resources: Vec<Node<'t>> = match children.get(Label::Resources) {
            Some(list) => {
                let list = self.children(list);
                list.iter().filter(|child| child.kind == Kind::Resource).map(|child| child.node).collect()
            }
            None => Vec::new(),
        };
        self.scoped(|lowering| lowering.with_resources(&resources, body));
    }

    fn with_resources(&mut self, resources: &[Node<'t>], body: Node<'t>) {
        let Some((resource, others)) = resources.split_first() else { return self.statements(body) };
        let span = self.span(*resource);
        let local = self.resource(*resource);
        let lowered = self.descend(*resource, |lowering| {
            lowering.protected(
                span,
                |lowering| lowering.with_resources(others, body),
                |lowering| lowering.close_resource(local, span),
            );
        });
        if lowered.is_none() {
            self.opaque(Vec::new(), span);
        }
    }

    /// Opens a resource: a declaration, or a variable that exists already.
    fn resource(&mut self, node: Node<'t>) -> Local {
        let span = self.span(node);
        let children = self.children(node);
        let Some(name) = children.get(Label::Name) else {
            let existing = children.expression();
            let existing = self.expression_or_unknown(existing, node);
            let declared = self.type_of(&existing).cloned();
            let local = self.builder().local(None, declared, span);
            self.assign(Place::local(local), Rvalue::Use(existing), span);
            return local;
        };
        let mut declared = self.declared_type(children.get(Label::Type), children.get(Label::Dimensions));
        let value = self.expression_or_unknown(children.get(Label::Value), node);
        if declared.is_none() {
            declared = self.inferred_type(&value);
        }
        let local = self.variable(name, declared);
        self.assign(Place::local(local), Rvalue::Use(value), span);
        self.make_visible(local);
        local
    }

    fn close_resource(&mut self, resource: Local, span: Span) {
        let target = Target::Method { receiver: Operand::local(resource), name: WORDS.close };
        let call = Call {
            target,
            arguments: Vec::new(),
            block: None,
            type_arguments: Vec::new(),
            name_span: span,
            site: span,
        };
        self.compute(Rvalue::Call(Box::new(call)), span);
    }
}
