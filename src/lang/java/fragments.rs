//! Bare statements and methods, as examples hold them, become a file.

use std::borrow::Cow;

use tree_sitter::Parser;

/// Puts a method around statements and a class around methods. What is added shares the lines of the code, so that
/// lines stay where they are.
pub(super) fn completed(code: &str) -> Cow<'_, str> {
    let mut parser = Parser::new();
    if parser.set_language(&tree_sitter_java::LANGUAGE.into()).is_err() {
        return Cow::Borrowed(code);
    }
    let Some(tree) = parser.parse(code, None) else { return Cow::Borrowed(code) };
    let is_header =
        |kind: &str| matches!(kind, "import_declaration" | "package_declaration" | "line_comment" | "block_comment");
    let root = tree.root_node();
    let mut cursor = root.walk();
    let body = root.named_children(&mut cursor).find(|node| !is_header(node.kind()));
    let Some(first) = body else { return Cow::Borrowed(code) };
    let (opening, closing) = match first.kind() {
        "method_declaration" => ("class Example { ", " }"),
        kind if kind.ends_with("_declaration") && kind != "local_variable_declaration" => return Cow::Borrowed(code),
        _ => ("class Example { void example() throws Exception { ", " } }"),
    };
    let (header, body) = code.split_at(first.start_byte());
    Cow::Owned(format!("{header}{opening}{}\n{closing}\n", body.trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_where_they_are() {
        let statements = "import a.B;\n// why\nint x = 1;\nf(x);\n";
        let expected =
            "import a.B;\n// why\nclass Example { void example() throws Exception { int x = 1;\nf(x);\n } }\n";
        assert_eq!(completed(statements), expected);
        assert_eq!(completed("void f() {}\n"), "class Example { void f() {}\n }\n");
        for whole in ["class A {}\n", "interface A {}\n", "// nothing\n", ""] {
            assert_eq!(completed(whole), whole);
        }
    }
}
