//! Broken code: each region that a parser could not read becomes a diagnostic.

use tree_sitter::Node;

use crate::base::{Code, Diagnostic};
use crate::lang::descent::Descends;

/// So many syntax errors of a file are told one by one; the rest is counted.
const MOST_TOLD: usize = 20;

/// Tells the syntax errors of a file in `language`; a missing node of the kind `name` is a name.
pub(super) fn tell_syntax_errors(lowering: &mut impl Descends, root: Node<'_>, language: &str, name: Option<&str>) {
    let regions = regions(root);
    let mut tell = |node: Node<'_>, message: String| {
        let place = lowering.place_of(node);
        lowering.told().push(Diagnostic::warning(Code::ParseError, place, message));
    };
    for &node in regions.iter().take(MOST_TOLD) {
        let message = match (node.is_missing(), node.kind()) {
            (true, kind) if Some(kind) == name => {
                "A name is missing here; the rest of the file was analysed.".to_owned()
            }
            (true, token) => format!("`{token}` is missing here; the rest of the file was analysed."),
            _ => format!("This is not {language} as Candor reads it; the rest of the file was analysed."),
        };
        tell(node, message);
    }
    if let Some(&node) = regions.get(MOST_TOLD) {
        let more = regions.len() - MOST_TOLD - 1;
        tell(node, format!("This and {more} more places are not {language} as Candor reads it."));
    }
}

/// The outermost erroneous and missing nodes, in the order of the text.
fn regions(root: Node<'_>) -> Vec<Node<'_>> {
    let mut regions = Vec::new();
    let mut cursor = root.walk();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        if node.is_error() || node.is_missing() {
            regions.push(node);
        } else if node.has_error() {
            let first = open.len();
            open.extend(node.children(&mut cursor));
            open[first..].reverse();
        }
    }
    regions
}
