//! Broken code: each region becomes a diagnostic, and an opaque statement over the expressions in it.

use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::{Child, Kind};
use crate::ir::*;

impl<'t> Lowering<'t> {
    /// The children of a node; in place of an ERROR node stands what it holds.
    pub(super) fn with_content_of_errors(&mut self, node: Node<'t>) -> Vec<Child<'t>> {
        let mut content = Vec::new();
        for child in self.children(node).iter() {
            if child.kind == Kind::Error {
                let inner = self.descend(child.node, |lowering| lowering.with_content_of_errors(child.node));
                content.extend(inner.unwrap_or_default());
            } else {
                content.push(child);
            }
        }
        content
    }

    /// The values of the expressions directly inside a node; statements among them are lowered.
    pub(super) fn operands_inside(&mut self, node: Node<'t>) -> Vec<Operand> {
        let inside = self.descend(node, |lowering| {
            let mut operands = Vec::new();
            for child in lowering.children(node).named() {
                if child.kind.is_expression() {
                    operands.push(lowering.expression(child.node));
                } else if child.kind.is_statement() {
                    lowering.statement(child.node);
                } else if !child.kind.is_type() && !child.kind.is_class() {
                    operands.extend(lowering.operands_inside(child.node));
                }
            }
            operands
        });
        inside.unwrap_or_default()
    }
}
