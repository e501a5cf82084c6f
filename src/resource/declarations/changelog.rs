//! Reads changes of databases in XML, YAML or JSON: the columns that they create and add.
//!
//! ```text
//! <createTable tableName="users"><column name="email" type="varchar(255)"/></createTable>
//! createTable: { tableName: users, columns: [{ column: { name: email, type: varchar(255) } }] }
//! ```

use roxmltree::Node as Element;

use crate::base::FileId;
use crate::base::yaml::{Node, Value, parse};
use crate::resource::declarations::{Declaration, Declarations};
use crate::resource::xml;

/// The element or key at the root.
const ROOT: &str = "databaseChangeLog";
/// The changes that declare columns.
const CHANGES: &[&str] = &["createTable", "addColumn"];

/// The columns of a log in XML, or why it cannot be read; none, where it is something else.
pub fn read_xml(file: FileId, text: &str) -> Result<Vec<Declaration>, String> {
    let mut found = Declarations::new(file, true);
    if !text.contains(ROOT) {
        return Ok(found.found);
    }
    let document = xml::parse(text)?;
    for change in document.descendants().filter(|node| CHANGES.contains(&node.tag_name().name())) {
        let table = xml::attribute(change, "tableName").unwrap_or("");
        for column in change.children().filter(|node: &Element<'_, '_>| node.tag_name().name() == "column") {
            if let Some(name) = xml::attribute(column, "name") {
                let declared = first_word(xml::attribute(column, "type").unwrap_or(""));
                found.add(table, name, &declared, column.range());
            }
        }
    }
    Ok(found.found)
}

/// The columns of a log in YAML or JSON, or why it cannot be read; none, where it is something else.
pub fn read_yaml(file: FileId, text: &str) -> Result<Vec<Declaration>, String> {
    let mut found = Declarations::new(file, true);
    if !text.contains(ROOT) {
        return Ok(found.found);
    }
    let (root, problems) = parse(text);
    let Some(root) = root else {
        return problems.first().map_or(Ok(Vec::new()), |problem| Err(problem.message.clone()));
    };
    let mut pending = vec![&root];
    while let Some(node) = pending.pop() {
        match &node.value {
            Value::Mapping(entries) => {
                for (key, value) in entries {
                    if key.as_text().is_some_and(|key| CHANGES.contains(&key)) {
                        columns(value, &mut found);
                    }
                }
                pending.extend(entries.iter().rev().map(|(_, value)| value));
            }
            Value::Sequence(items) => pending.extend(items.iter().rev()),
            Value::Scalar { .. } => {}
        }
    }
    Ok(found.found)
}

/// The columns of a change.
fn columns(change: &Node, found: &mut Declarations) {
    let table = value(change, "tableName").and_then(Node::as_text).unwrap_or("");
    let Some(Value::Sequence(items)) = value(change, "columns").map(|node| &node.value) else { return };
    for column in items.iter().map(|item| value(item, "column").unwrap_or(item)) {
        if let Some(name) = value(column, "name") {
            let declared = first_word(value(column, "type").and_then(Node::as_text).unwrap_or(""));
            found.add(table, name.as_text().unwrap_or(""), &declared, name.place.clone());
        }
    }
}

fn value<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    match &node.value {
        Value::Mapping(entries) => entries.iter().find(|(name, _)| name.as_text() == Some(key)).map(|(_, value)| value),
        _ => None,
    }
}

/// `varchar` of `VARCHAR(255)`.
fn first_word(declared: &str) -> String {
    let end = declared.find(|character: char| !character.is_alphanumeric() && character != '_');
    declared[..end.unwrap_or(declared.len())].to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::declarations::tests::written;

    #[test]
    fn columns_are_read_from_xml_and_yaml() {
        let text = "<databaseChangeLog xmlns=\"http://www.liquibase.org/xml/ns/dbchangelog\"><changeSet>\
                    <createTable tableName=\"users\"><column name=\"email\" type=\"VARCHAR(255)\"><constraints/></column></createTable>\
                    <addColumn tableName=\"users\"><column name=\"phone\" type=\"${t}\"/></addColumn>\
                    <dropColumn tableName=\"users\"><column name=\"fax\"/></dropColumn></changeSet></databaseChangeLog>";
        let found = read_xml(FileId(0), text).expect("well-formed");
        assert_eq!(written(&found, text), ["users.email varchar", "users.phone "]);
        let text = "databaseChangeLog:\n- changeSet:\n    changes:\n    - createTable:\n        tableName: users\n        \
                    columns:\n        - column: { name: email, type: varchar(255) }\n";
        assert_eq!(written(&read_yaml(FileId(0), text).expect("well-formed"), text), ["users.email varchar"]);
        assert_eq!(read_xml(FileId(0), "<beans><createTable/></beans>"), Ok(Vec::new()));
    }
}
