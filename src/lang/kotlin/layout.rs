//! The text that the parser reads in place of a file: as long as the file, so that all offsets hold.
//!
//! The grammar loses a class or object whose closing bracket shares the line of its last member. A newline in place of
//! the blank before the bracket means the same and keeps it.

use std::borrow::Cow;

/// The text for the parser.
pub(super) fn parsed_text(text: &str) -> Cow<'_, str> {
    let mut changed: Option<Vec<u8>> = None;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        at += match byte {
            b'/' if rest.starts_with(b"//") => rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with(b"/*") => comment_length(rest),
            b'"' => string_length(rest),
            b'\'' => character_length(rest),
            b'}' => {
                if at > 0 && matches!(bytes[at - 1], b' ' | b'\t') {
                    changed.get_or_insert_with(|| bytes.to_vec())[at - 1] = b'\n';
                }
                1
            }
            _ => 1,
        };
    }
    match changed.map(String::from_utf8) {
        Some(Ok(changed)) => Cow::Owned(changed),
        _ => Cow::Borrowed(text),
    }
}

/// The length of a block comment; they nest.
fn comment_length(text: &[u8]) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while at < text.len() {
        if text[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

/// The length of a character literal; of the quote alone where there is none.
fn character_length(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at += 2,
            b'\'' => return at + 1,
            b'\n' => return 1,
            _ => at += 1,
        }
    }
    1
}

/// The length of a string literal with the expressions in it, and the strings in these.
fn string_length(text: &[u8]) -> usize {
    /// What is open: a string, or the brackets of an expression in one.
    #[derive(PartialEq)]
    enum Open {
        Line,
        Block,
        Brackets,
    }
    let mut open = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let inside_text = matches!(open.last(), Some(Open::Line | Open::Block));
        at += match (open.last(), rest[0]) {
            (Some(Open::Line), b'\\') => 2,
            (Some(Open::Line), b'\n') => return at,
            (Some(Open::Line), b'"') => {
                open.pop();
                1
            }
            (Some(Open::Block), b'"') if rest.starts_with(b"\"\"\"") => {
                open.pop();
                // Further quotes belong to the text.
                rest.iter().take_while(|byte| **byte == b'"').count()
            }
            (Some(Open::Line | Open::Block), b'$') if rest.starts_with(b"${") => {
                open.push(Open::Brackets);
                2
            }
            (Some(Open::Brackets), b'{') => {
                open.push(Open::Brackets);
                1
            }
            (Some(Open::Brackets), b'}') => {
                open.pop();
                1
            }
            (_, b'"') if !inside_text && rest.starts_with(b"\"\"\"") => {
                open.push(Open::Block);
                3
            }
            (_, b'"') if !inside_text => {
                open.push(Open::Line);
                1
            }
            _ => 1,
        };
        if open.is_empty() {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::parsed_text;

    #[test]
    fn only_blanks_before_brackets_of_code_become_newlines() {
        assert_eq!(parsed_text("class A { val b = 1 }"), "class A { val b = 1\n}");
        assert_eq!(parsed_text("val a = \"{ }\" // { }\n/* { /* */ } */"), "val a = \"{ }\" // { }\n/* { /* */ } */");
        assert_eq!(parsed_text("f(\"${ g(\"}\") }\") { }"), "f(\"${ g(\"}\") }\") {\n}");
        assert_eq!(parsed_text("\"\"\"{ \" }\"\"\"\" }"), "\"\"\"{ \" }\"\"\"\"\n}");
        assert_eq!(parsed_text("'\"' }"), "'\"'\n}");
    }

    #[test]
    fn broken_text_keeps_its_length() {
        for text in ["\"${", "'", "/* ", "\"\"\"${\"", "\"\\", "}", " }"] {
            assert_eq!(parsed_text(text).len(), text.len(), "{text}");
        }
    }
}
