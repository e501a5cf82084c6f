//! Broken code: each region becomes a diagnostic; what can be told of it is lowered as an opaque statement.

use tree_sitter::Node;

use super::lowering::Lowering;
use crate::base::{Code, Diagnostic};

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
                (true, token) => format!("`{token}` is missing here; the rest of the file was analysed."),
                _ => "This is not Ruby as Candor reads it; the rest of the file was analysed.".to_owned(),
            };
            self.diagnostics.push(Diagnostic::warning(Code::ParseError, self.span(*node), message));
        }
        if let Some(node) = regions.get(MOST_TOLD) {
            let message =
                format!("This and {} more places are not Ruby as Candor reads it.", regions.len() - MOST_TOLD - 1);
            self.diagnostics.push(Diagnostic::warning(Code::ParseError, self.span(*node), message));
        }
    }
}
