//! Turns the order of the methods of every top-level class around.

use std::ops::RangeInclusive;

use tree_sitter::Node;

use super::text::{Text, parse};

/// `text` with the last method of each class first.
pub fn reorder(text: &Text) -> Text {
    let code = text.content();
    let tree = parse(&code);
    let root = tree.root_node();
    let mut lines = Vec::new();
    let mut next = 0;
    for class in root.children(&mut root.walk()).filter(|node| node.kind() == "class_declaration") {
        let methods = methods(class);
        for (slot, method) in methods.iter().zip(methods.iter().rev()) {
            lines.extend_from_slice(&text.lines[next..*slot.start()]);
            lines.extend_from_slice(&text.lines[method.clone()]);
            next = slot.end() + 1;
        }
    }
    lines.extend_from_slice(&text.lines[next..]);
    Text { lines }
}

/// The rows of each method of a class.
fn methods(class: Node) -> Vec<RangeInclusive<usize>> {
    let Some(body) = class.child_by_field_name("body") else { return Vec::new() };
    let methods =
        body.children(&mut body.walk()).filter(|node| node.kind() == "method_declaration").collect::<Vec<_>>();
    methods.iter().map(|node| node.start_position().row..=node.end_position().row).collect()
}
