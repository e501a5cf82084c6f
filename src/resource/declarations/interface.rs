//! Reads descriptions of HTTP interfaces (OpenAPI, in YAML or JSON): properties of schemas, and parameters.

use crate::base::FileId;
use crate::base::yaml::{Node, Value, parse};
use crate::resource::declarations::{Declaration, Declarations};

/// Keys that lead to a schema without naming it.
const UNNAMED: &[&str] =
    &["items", "allOf", "anyOf", "oneOf", "schema", "content", "properties", "additionalProperties", "schemas"];
/// Where a parameter can stand; the body of a request is described by its schema.
const PLACES: &[&str] = &["query", "path", "header", "cookie", "formData"];

/// The values that a document describes, or why it cannot be read; none, where it describes no interface.
pub fn read(file: FileId, text: &str) -> Result<Vec<Declaration>, String> {
    let (root, problems) = parse(text);
    let Some(root) = root else {
        return problems.first().map_or(Ok(Vec::new()), |problem| Err(problem.message.clone()));
    };
    let mut found = Declarations::new(file, false);
    if value(&root, "openapi").or_else(|| value(&root, "swagger")).is_none() {
        return Ok(found.found);
    }
    let mut pending: Vec<(&str, &Node)> = vec![("", &root)];
    while let Some((owner, node)) = pending.pop() {
        match &node.value {
            Value::Mapping(entries) => {
                parameter(node, &mut found);
                if let Some(Value::Mapping(properties)) = value(node, "properties").map(|node| &node.value) {
                    for (key, schema) in properties {
                        found.add(owner, key.as_text().unwrap_or_default(), type_of(schema), key.place.clone());
                    }
                }
                let below = entries.iter().rev().filter_map(|(key, value)| {
                    let key = key.as_text()?;
                    Some((if UNNAMED.contains(&key) { owner } else { key }, value))
                });
                pending.extend(below);
            }
            Value::Sequence(items) => pending.extend(items.iter().rev().map(|item| (owner, item))),
            Value::Scalar { .. } => {}
        }
    }
    Ok(found.found)
}

/// `{ name: email, in: query, schema: { type: string } }`.
fn parameter(node: &Node, found: &mut Declarations) {
    let place = value(node, "in").and_then(Node::as_text);
    let Some(name) = value(node, "name").filter(|_| place.is_some_and(|place| PLACES.contains(&place))) else { return };
    let declared = value(node, "schema").map_or("", type_of);
    let declared = if declared.is_empty() { type_of(node) } else { declared };
    found.add("", name.as_text().unwrap_or_default(), declared, name.place.clone());
}

/// The type that a schema gives: of a list, that of its items.
fn type_of(schema: &Node) -> &str {
    match value(schema, "type").and_then(Node::as_text) {
        Some("array") => value(schema, "items").and_then(|items| value(items, "type")).and_then(Node::as_text),
        declared => declared,
    }
    .unwrap_or("")
}

fn value<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    match &node.value {
        Value::Mapping(entries) => entries.iter().find(|(name, _)| name.as_text() == Some(key)).map(|(_, value)| value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::declarations::tests::written;

    const YAML: &str = "openapi: 3.0.0\ninfo: { title: t }\npaths:\n  /users:\n    get:\n      parameters:\n        \
                        - name: mail\n          in: query\n          schema: { type: string }\n        \
                        - { name: token, in: body }\ncomponents:\n  schemas:\n    User:\n      allOf:\n        \
                        - properties:\n            email: { type: string }\n            address:\n              \
                        properties:\n                city: { type: string }\n            tags: { type: array, items: { type: string } }\n";

    #[test]
    fn properties_and_parameters_are_read() {
        let expected =
            [".mail string", "User.email string", "User.address ", "User.tags string", "address.city string"];
        assert_eq!(written(&read(FileId(0), YAML).expect("well-formed"), YAML), expected);
        let json = "{\"swagger\": \"2.0\", \"definitions\": {\"User\": {\"properties\": {\"email\": {\"type\": \"string\"}}}}}";
        assert_eq!(written(&read(FileId(0), json).expect("well-formed"), json), ["User.email string"]);
    }

    #[test]
    fn what_describes_no_interface_declares_nothing() {
        assert_eq!(
            read(FileId(0), "definitions: { User: { properties: { email: { type: string } } } }"),
            Ok(Vec::new())
        );
        assert_eq!(read(FileId(0), ""), Ok(Vec::new()));
        assert!(read(FileId(0), "openapi: [").is_err());
    }
}
