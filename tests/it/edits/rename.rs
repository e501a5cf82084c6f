//! Gives every local variable another name.

use std::collections::{BTreeMap, BTreeSet};

use tree_sitter::Node;

use super::text::{Part, Text, descendants, parse};

/// `text` with other names for its locals. A name that also stands for something else in the file is kept.
pub fn rename(text: &Text) -> Text {
    let code = text.content();
    let tree = parse(&code);
    let mut locals = BTreeSet::new();
    let mut others = BTreeSet::new();
    let mut uses: BTreeMap<&str, Vec<Node>> = BTreeMap::new();
    for (node, field) in descendants(tree.root_node()) {
        if node.kind() != "identifier" {
            continue;
        }
        let name = &code[node.byte_range()];
        uses.entry(name).or_default().push(node);
        match role(node, field) {
            Role::Local => locals.insert(name),
            Role::Other => others.insert(name),
            Role::Use => false,
        };
    }
    let mut parts = Vec::new();
    for (number, name) in locals.difference(&others).enumerate() {
        parts.extend(uses[name].iter().map(|node| Part::of(*node, format!("renamed{number}"))));
    }
    let mut renamed = text.clone();
    renamed.replace(parts);
    renamed
}

enum Role {
    /// Declares a local.
    Local,
    /// Reads or writes a variable.
    Use,
    /// Declares or names something else.
    Other,
}

fn role(node: Node, field: Option<&str>) -> Role {
    let Some(parent) = node.parent() else { return Role::Other };
    match (parent.kind(), field) {
        ("variable_declarator", Some("name")) => match parent.parent().map(|node| node.kind()) {
            Some("local_variable_declaration") => Role::Local,
            _ => Role::Other,
        },
        ("enhanced_for_statement", Some("name")) => Role::Local,
        ("method_invocation", Some("name"))
        | ("field_access", Some("field"))
        | ("lambda_expression", Some("parameters")) => Role::Other,
        (kind, _) if DECLARING.contains(&kind) => Role::Other,
        _ => Role::Use,
    }
}

/// Nodes whose identifiers are no plain variables.
const DECLARING: &[&str] = &[
    "annotation",
    "break_statement",
    "catch_formal_parameter",
    "class_declaration",
    "constructor_declaration",
    "continue_statement",
    "element_value_pair",
    "enum_constant",
    "enum_declaration",
    "formal_parameter",
    "inferred_parameters",
    "instanceof_expression",
    "interface_declaration",
    "labeled_statement",
    "marker_annotation",
    "method_declaration",
    "method_reference",
    "record_declaration",
    "record_pattern_component",
    "resource",
    "scoped_identifier",
    "switch_label",
    "type_pattern",
];
