//! Puts all types of a file into a class.

use super::text::{Part, Text, parse};

/// `text` with its types as static members of a class.
pub fn wrap(text: &Text) -> Text {
    let code = text.content();
    let tree = parse(&code);
    let root = tree.root_node();
    let types: Vec<_> = root.children(&mut root.walk()).filter(|node| node.kind().ends_with("_declaration")).collect();
    let is_type = |kind: &str| !matches!(kind, "import_declaration" | "package_declaration");
    let types: Vec<_> = types.into_iter().filter(|node| is_type(node.kind())).collect();
    let Some(first) = types.first() else { return text.clone() };
    let mut wrapped = text.clone();
    let classes = types.iter().filter(|node| node.kind() == "class_declaration");
    wrapped.replace(classes.map(|node| Part::before(*node, "static ")).collect());
    wrapped.lines.insert(first.start_position().row, ("class Wrapper {".to_string(), 0));
    wrapped.lines.push(("}".to_string(), 0));
    wrapped
}
