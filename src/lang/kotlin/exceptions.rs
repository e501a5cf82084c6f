//! `try`, `catch` and `finally`, as statement and expression.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::{Children, Kind};
use crate::base::Span;
use crate::ir::*;
use crate::lang::cleanup::Protects;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    pub(super) fn try_expression(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let result = self.builder().temporary(span);
        self.try_branches(node, Some(result));
        Operand::local(result)
    }

    /// Lowers body, clauses and `finally`; the values of body and clauses go to `result`.
    pub(super) fn try_branches(&mut self, node: Node<'t>, result: Option<Local>) {
        let children = self.children(node);
        let Some(finally) = children.first(Kind::FinallyBlock) else {
            return self.guarded(node, &children, result);
        };
        let span = self.span(node);
        self.protected(
            span,
            |lowering| lowering.guarded(node, &children, result),
            |lowering| lowering.block_statements(finally),
        );
    }

    /// The body with the `catch` clauses around it.
    fn guarded(&mut self, node: Node<'t>, children: &Children<'t>, result: Option<Local>) {
        let clauses: SmallVec<[Node<'t>; 2]> = children.all(Kind::CatchBlock).collect();
        if clauses.is_empty() {
            return self.block_into(node, result);
        }
        let span = self.span(node);
        let (caught, after) = (self.block(span), self.block(span));
        let before = self.builder().set_handler(Some(caught), span);
        self.block_into(node, result);
        self.builder().set_handler(before, span);
        self.goto(after, span);
        self.builder().enter(caught);
        self.catch_clauses(&clauses, after, result, span);
        self.builder().join(after);
    }

    /// The block that is a child of `node`; its value goes to `result`.
    fn block_into(&mut self, node: Node<'t>, result: Option<Local>) {
        let span = self.span(node);
        let value = self.block_value_of(node);
        if let (Some(result), Some(value)) = (result, value)
            && !self.builder().is_closed()
        {
            self.assign(Place::local(result), Rvalue::Use(value), span);
        }
    }

    /// Tries the clauses in order; what none of them takes is thrown on.
    fn catch_clauses(&mut self, clauses: &[Node<'t>], after: BlockIdx, result: Option<Local>, span: Span) {
        let types: Vec<Option<TypeRef>> = clauses
            .iter()
            .map(|clause| {
                let declared = self.children(*clause).type_node();
                declared.map(|declared| self.type_ref(declared))
            })
            .collect();
        let all: Vec<TypeRef> = types.iter().flatten().cloned().collect();
        let clause_span = clauses.first().map_or(span, |clause| self.span(*clause));
        let caught = self.compute(Rvalue::Caught(all), clause_span);
        let last = clauses.len() - 1;
        for (position, (clause, declared)) in clauses.iter().zip(types).enumerate() {
            let clause_span = self.span(*clause);
            let mut next = None;
            if let Some(declared) = declared.clone().filter(|_| position != last) {
                let (taken, other) = (self.block(clause_span), self.block(clause_span));
                let is_type = self.compute(Rvalue::IsType(caught.clone(), declared), clause_span);
                self.branch(is_type, taken, other, clause_span);
                self.builder().enter(taken);
                next = Some(other);
            }
            self.scoped(|lowering| {
                if let Some(name) = lowering.children(*clause).first(Kind::SimpleIdentifier) {
                    let (symbol, name_span) = (lowering.symbol(name), lowering.span(name));
                    let place = lowering.declare_variable(symbol, declared, name_span);
                    lowering.assign(place, Rvalue::Use(caught.clone()), name_span);
                }
                lowering.block_into(*clause, result);
            });
            self.goto(after, clause_span);
            match next {
                Some(next) => self.builder().enter(next),
                None => return,
            }
        }
    }
}
