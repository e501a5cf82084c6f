//! Moves every statement that logs into a method of its own.

use tree_sitter::Node;

use super::text::{Part, Text, descendants, on_one_line, parse};

/// `text` in which each call of the log is a call of a helper that calls the log.
pub fn extract(text: &Text) -> Text {
    let code = text.content();
    let tree = parse(&code);
    let root = tree.root_node();
    let mut parts = Vec::new();
    let mut helpers: Vec<(usize, String)> = Vec::new();
    for class in root.children(&mut root.walk()).filter(|node| node.kind() == "class_declaration") {
        for (call, message) in descendants(class).into_iter().filter_map(|(node, _)| log_call(node, &code)) {
            let name = format!("extracted{}", helpers.len());
            parts.push(Part::of(call, format!("{name}({})", &code[message.byte_range()])));
            let body = "{ Log.d(\"Extracted\", line); }";
            helpers.push((class.end_position().row, format!("    private static void {name}(String line) {body}")));
        }
    }
    let mut extracted = text.clone();
    extracted.replace(parts);
    for (row, helper) in helpers.into_iter().rev() {
        extracted.lines.insert(row, (helper, 0));
    }
    extracted
}

/// A call of `Log.d` and the like on one line, with its message.
fn log_call<'t>(node: Node<'t>, code: &str) -> Option<(Node<'t>, Node<'t>)> {
    let text = |field: &str| node.child_by_field_name(field).map(|child| &code[child.byte_range()]);
    let is_log = node.kind() == "method_invocation" && text("object") == Some("Log") && on_one_line(node);
    let arguments =
        node.child_by_field_name("arguments").filter(|arguments| is_log && arguments.named_child_count() == 2)?;
    Some((node, arguments.named_child(1)?))
}
