//! Broken code: each region becomes a diagnostic, and an opaque statement over the expressions in it.

use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::{Child, Kind};
use crate::base::{Code, Diagnostic};
use crate::ir::*;

/// So many syntax errors of a file are told one by one; the rest is counted.
const MOST_TOLD: usize = 20;

impl<'t> Lowering<'t> {
    /// Tells the syntax errors of the file.
    pub(super) fn report_errors(&mut self, root: Node<'t>) {
        let mut regions = Vec::new();
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if node.is_error() || node.is_missing() {
                regions.push(node);
            } else if node.has_error() {
                let children = self.children(node);
                open.extend(children.iter().rev().map(|child| child.node));
            }
        }
        for node in regions.iter().take(MOST_TOLD) {
            let message = match (node.is_missing(), node.kind()) {
                (true, "simple_identifier") => "A name is missing here; the rest of the file was analysed.".to_owned(),
                (true, token) => format!("`{token}` is missing here; the rest of the file was analysed."),
                _ => "This is not Kotlin as Candor reads it; the rest of the file was analysed.".to_owned(),
            };
            self.diagnostics.push(Diagnostic::warning(Code::ParseError, self.span(*node), message));
        }
        if let Some(node) = regions.get(MOST_TOLD) {
            let message =
                format!("This and {} more places are not Kotlin as Candor reads it.", regions.len() - MOST_TOLD - 1);
            self.diagnostics.push(Diagnostic::warning(Code::ParseError, self.span(*node), message));
        }
    }

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
