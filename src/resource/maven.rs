//! Reads project object models: their dependencies.

use roxmltree::{Document, Node};
use rustc_hash::FxHashMap;

use crate::base::{FileId, Span};
use crate::resource::dependency::Dependency;
use crate::resource::xml;

/// The dependencies of the model, those of tests and those that are only managed left out, or why it cannot be read.
pub fn read(file: FileId, text: &str) -> Result<Vec<Dependency>, String> {
    let document = xml::parse(text)?;
    let properties = properties(&document);
    let declares = |node: &Node<'_, '_>| {
        let is = |node: Option<Node<'_, '_>>, name: &str| node.is_some_and(|node| node.tag_name().name() == name);
        let list = node.parent();
        let above = list.and_then(|list| list.parent());
        is(Some(*node), "dependency") && is(list, "dependencies") && (is(above, "project") || is(above, "profile"))
    };
    let mut found = Vec::new();
    for node in document.descendants().filter(declares) {
        if xml::child_text(node, "scope").is_some_and(|scope| scope == "test") {
            continue;
        }
        let part = |name: &str| resolved(&xml::child_text(node, name)?, &properties);
        if let (Some(group), Some(name)) = (part("groupId"), part("artifactId")) {
            let span = Span::new(file, node.range().start, node.range().end);
            found.push(Dependency { coordinate: format!("{group}:{name}"), span });
        }
    }
    Ok(found)
}

fn properties(document: &Document<'_>) -> FxHashMap<String, String> {
    let root = document.root_element();
    let mut properties = FxHashMap::default();
    for name in ["groupId", "artifactId"] {
        let own = xml::child_text(root, name).or_else(|| {
            let parent = xml::children(root, "parent").next()?;
            xml::child_text(parent, name)
        });
        properties.extend(own.map(|own| (format!("project.{name}"), own)));
    }
    for node in xml::children(root, "properties").flat_map(|node| node.children()).filter(Node::is_element) {
        properties.insert(node.tag_name().name().to_owned(), xml::text_of(node).trim().to_owned());
    }
    properties
}

/// A text that is one property, or none; `None` where it is not known.
fn resolved(text: &str, properties: &FxHashMap<String, String>) -> Option<String> {
    let known = match text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
        Some(name) => properties.get(name)?,
        None => text,
    };
    (!known.is_empty() && !known.contains('$')).then(|| known.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_dependencies_are_read() {
        let text = r#"<project xmlns="http://maven.apache.org/POM/4.0.0">
            <parent><groupId>own</groupId></parent>
            <properties><mail.group>jakarta.mail</mail.group></properties>
            <dependencyManagement><dependencies>
                <dependency><groupId>a</groupId><artifactId>managed</artifactId></dependency>
            </dependencies></dependencyManagement>
            <dependencies>
                <dependency><groupId>${mail.group}</groupId><artifactId>api</artifactId></dependency>
                <dependency><groupId>${project.groupId}</groupId><artifactId>core</artifactId></dependency>
                <dependency><groupId>a</groupId><artifactId>b</artifactId><scope>test</scope></dependency>
                <dependency><groupId>${unknown}</groupId><artifactId>c</artifactId></dependency>
            </dependencies>
            <build><plugins><plugin><dependencies>
                <dependency><groupId>a</groupId><artifactId>plugin</artifactId></dependency>
            </dependencies></plugin></plugins></build>
        </project>"#;
        let found = read(FileId(0), text).expect("well-formed");
        let coordinates: Vec<&str> = found.iter().map(|dependency| dependency.coordinate.as_str()).collect();
        assert_eq!(coordinates, ["jakarta.mail:api", "own:core"]);
        let span = found[0].span;
        assert!(text[span.start as usize..span.end as usize].starts_with("<dependency>"));
    }
}
