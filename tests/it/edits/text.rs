//! A Java file on its way through an edit: each line knows which line of the original it was.

use tree_sitter::{Node, Parser, Tree};

/// Lines with the number, from 1, that they had in the original; 0 for lines that were not there.
#[derive(Clone)]
pub struct Text {
    pub lines: Vec<(String, u32)>,
}

impl Text {
    /// An original.
    pub fn new(text: &str) -> Text {
        Text { lines: text.lines().map(str::to_string).zip(1..).collect() }
    }

    /// The whole file.
    pub fn content(&self) -> String {
        self.lines.iter().map(|(line, _)| format!("{line}\n")).collect()
    }

    /// The original line of a line, both from 1.
    pub fn original(&self, line: u32) -> u32 {
        self.lines.get(line as usize - 1).map_or(0, |(_, original)| *original)
    }

    /// Replaces parts of lines; each part lies on one line, and none overlaps another.
    pub fn replace(&mut self, mut parts: Vec<Part>) {
        parts.sort_by_key(|part| std::cmp::Reverse((part.row, part.start)));
        for part in parts {
            self.lines[part.row].0.replace_range(part.start..part.end, &part.text);
        }
    }
}

/// Bytes of a line and what shall stand there.
pub struct Part {
    pub row: usize,
    pub start: usize,
    pub end: usize,
    pub text: String,
}

impl Part {
    /// Replaces `node`, which lies on one line.
    pub fn of(node: Node, text: String) -> Part {
        let (start, end) = (node.start_position(), node.end_position());
        Part { row: start.row, start: start.column, end: end.column, text }
    }

    /// Puts `text` before `node`.
    pub fn before(node: Node, text: &str) -> Part {
        let start = node.start_position();
        Part { row: start.row, start: start.column, end: start.column, text: text.to_string() }
    }
}

/// The syntax tree of Java code.
pub fn parse(code: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_java::LANGUAGE.into()).expect("the grammar fits the parser");
    parser.parse(code, None).expect("parsing is not limited")
}

/// A node and all below it, each with the name of its field.
pub fn descendants<'t>(root: Node<'t>) -> Vec<(Node<'t>, Option<&'t str>)> {
    let mut found = vec![(root, None)];
    let mut next = 0;
    while next < found.len() {
        let node = found[next].0;
        let children = (0..node.child_count() as u32).filter_map(|index| Some((node.child(index)?, index)));
        found.extend(children.map(|(child, index)| (child, node.field_name_for_child(index))));
        next += 1;
    }
    found
}

/// Whether `node` covers a single line.
pub fn on_one_line(node: Node) -> bool {
    node.start_position().row == node.end_position().row
}
