//! Reads XML that anybody may have written: without document types, so that no entity expands, and with bounds on what
//! the parser does more than once for each byte. It follows nesting without recursion.

use roxmltree::{Document, Node, ParsingOptions};

/// Bound: nodes of a file.
const MAX_NODES: u32 = 200_000;
/// Bound: attributes of an element, which are compared with each other.
const MAX_ATTRIBUTES: usize = 1_000;
/// Bound: declarations of namespaces in a file, which elements hand down to each other.
const MAX_NAMESPACES: usize = 1_000;

/// The tree of `text`, or why there is none, as the end of a sentence.
pub fn parse(text: &str) -> Result<Document<'_>, String> {
    // No `<` stands inside a tag, and every attribute has a `=`.
    if text.split('<').any(|tag| tag.matches('=').nth(MAX_ATTRIBUTES).is_some()) {
        return Err(format!("an element has more than {MAX_ATTRIBUTES} attributes"));
    }
    if text.matches("xmlns").nth(MAX_NAMESPACES).is_some() {
        return Err(format!("it declares more than {MAX_NAMESPACES} namespaces"));
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    Document::parse_with_options(text, options).map_err(|error| error.to_string())
}

/// The attribute with this local name, whatever its namespace.
pub fn attribute<'n>(node: Node<'n, '_>, name: &str) -> Option<&'n str> {
    node.attributes().find(|attribute| attribute.name() == name).map(|attribute| attribute.value())
}

/// The texts below a node, joined.
pub fn text_of(node: Node<'_, '_>) -> String {
    node.descendants().filter(|below| below.is_text()).filter_map(|below| below.text()).collect()
}

/// The child elements with this name.
pub fn children<'n, 't: 'n>(node: Node<'n, 't>, name: &str) -> impl Iterator<Item = Node<'n, 't>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

/// The text of the child element `name`, without blanks around it.
pub fn child_text(node: Node<'_, '_>, name: &str) -> Option<String> {
    children(node, name).next().map(|child| text_of(child).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_documents_are_refused() {
        let laughs = r#"<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;">]><a>&d;</a>"#;
        assert!(parse(laughs).is_err_and(|reason| reason.contains("DTD")));
        let many = format!("<a>{}</a>", "<b/>".repeat(MAX_NODES as usize));
        assert!(parse(&many).is_err());
        let attributes: String = (0..200_000).map(|number| format!(" a{number}=''")).collect();
        assert!(parse(&format!("<a{attributes}/>")).is_err_and(|reason| reason.contains("attributes")));
        let spaces: String = (0..20_000).map(|number| format!("<a xmlns:n{number}='n'>")).collect();
        assert!(parse(&spaces).is_err_and(|reason| reason.contains("namespaces")));
        for broken in ["", "<a b='1' b='2'/>", "\u{fffd}\u{fffd}<\u{fffd}", "<a", "<a:b/>", "<a>&c;</a>"] {
            assert!(parse(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = format!("{}x{}", "<a>".repeat(90_000), "</a>".repeat(90_000));
        let document = parse(&deep).expect("well-formed");
        assert_eq!(text_of(document.root_element()), "x");
        assert!(parse(&"<a>".repeat(90_000)).is_err());
    }
}
