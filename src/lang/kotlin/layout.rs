//! The text that the parser reads in place of a file: as long as the file, so that all offsets hold.
//!
//! The grammar loses a class or object whose closing bracket shares the line of its last member. A newline in place of
//! the blank before the bracket means the same and keeps it. It also takes a bracket at the beginning of a line for the
//! arguments of a call of what the line before ends with, which Kotlin does not: a semicolon in place of the blank
//! before it says so. And it cannot hold more than some hundred strings inside one another: deeper ones are no longer
//! taken for expressions.

use std::borrow::Cow;

/// So many strings and brackets may be open inside a string; the parser gives up beyond 512 strings.
const DEEPEST: usize = 400;

/// The text for the parser.
pub(super) fn parsed_text(text: &str) -> Cow<'_, str> {
    let mut changes: Vec<(usize, u8)> = Vec::new();
    let bytes = text.as_bytes();
    let mut before = Before::default();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        let is_comment = rest.starts_with(b"//") || rest.starts_with(b"/*");
        let follows_blank = at > 0 && matches!(bytes[at - 1], b' ' | b'\t');
        if byte == b'}' && follows_blank {
            changes.push((at - 1, b'\n'));
        }
        if byte == b'(' && follows_blank && before.ends_statement(bytes) {
            changes.push((at - 1, b';'));
        }
        let length = match byte {
            b'/' if rest.starts_with(b"//") => rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with(b"/*") => comment_length(rest),
            b'"' => string_length(rest, at, &mut changes),
            b'\'' => character_length(rest),
            _ => 1,
        };
        if is_comment {
            // The parser ends a statement in front of a comment.
            before.commented = true;
        } else {
            before.pass(bytes, at, length);
        }
        at += length;
    }
    if changes.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut changed = bytes.to_vec();
    changes.into_iter().for_each(|(at, byte)| changed[at] = byte);
    String::from_utf8(changed).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// What stands in front of a place: open brackets, and the last sign of code.
#[derive(Default)]
struct Before {
    /// Open brackets, and whether each holds the condition of a statement.
    open: Vec<(u8, bool)>,
    /// Where the last sign of code ends.
    end: usize,
    /// Whether that closes the condition of a statement.
    closes_condition: bool,
    /// Whether a line ended since.
    line_ended: bool,
    /// Whether a comment stands since.
    commented: bool,
}

impl Before {
    fn pass(&mut self, bytes: &[u8], at: usize, length: usize) {
        let byte = bytes[at];
        match byte {
            b'\n' => self.line_ended = true,
            b' ' | b'\t' | b'\r' => {}
            _ => {
                let mut closes_condition = false;
                match byte {
                    b'(' | b'[' | b'{' => {
                        let word = last_word(&bytes[..self.end]);
                        let is_condition = matches!(word, b"if" | b"while" | b"for" | b"when" | b"catch");
                        self.open.push((byte, is_condition));
                    }
                    b')' | b']' | b'}' => {
                        closes_condition = self.open.pop().is_some_and(|(_, is_condition)| is_condition)
                    }
                    _ => {}
                }
                self.end = at + length;
                self.closes_condition = closes_condition;
                self.line_ended = false;
                self.commented = false;
            }
        }
    }

    /// Whether a statement is complete here, where a line begins.
    fn ends_statement(&self, bytes: &[u8]) -> bool {
        let in_block = self.open.last().is_none_or(|(bracket, _)| *bracket == b'{');
        let Some(last) = bytes[..self.end].last().filter(|_| self.line_ended && !self.commented && in_block) else {
            return false;
        };
        let ends_value = last.is_ascii_alphanumeric() || matches!(last, b'_' | b')' | b']' | b'}' | b'"' | b'`' | b'!');
        let word = last_word(&bytes[..self.end]);
        let goes_on = matches!(
            word,
            b"else" | b"return" | b"throw" | b"in" | b"is" | b"as" | b"by" | b"do" | b"try" | b"finally"
        );
        ends_value && !goes_on && !self.closes_condition
    }
}

/// The word at the end of a text.
fn last_word(text: &[u8]) -> &[u8] {
    let length = text.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
    &text[text.len() - length..]
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
/// Where they nest deeper than the parser can follow, the signs that begin expressions become blanks.
fn string_length(text: &[u8], start: usize, changes: &mut Vec<(usize, u8)>) -> usize {
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
                if open.len() > DEEPEST {
                    changes.push((start + at, b' '));
                } else {
                    open.push(Open::Brackets);
                }
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
    fn a_bracket_at_the_beginning_of_a_line_begins_a_statement() {
        assert_eq!(parsed_text("{\n  a\n  (b as C).d = 1\n}"), "{\n  a\n ;(b as C).d = 1\n}");
        for same in [
            "{\n  if (a)\n  (b).c()\n}",
            "f(\n  a\n  (b)\n)",
            "{\n  a +\n  (b)\n}",
            "{\n  return\n  (b)\n}",
            "{\n  a\n  // b\n  (c).d()\n}",
        ] {
            assert_eq!(parsed_text(same), same);
        }
    }

    #[test]
    fn broken_text_keeps_its_length() {
        let deep = "\"${".repeat(2_000);
        assert!(parsed_text(&deep).matches("${").count() < 2_000);
        for text in ["\"${", "'", "/* ", "\"\"\"${\"", "\"\\", "}", " }"] {
            assert_eq!(parsed_text(text).len(), text.len(), "{text}");
        }
    }
}
