//! The text that the parser reads in place of a file: as long as the file, so that all offsets hold.
//!
//! The grammar has the patterns of Java 21 only in part. In the pattern behind `case` or `instanceof`, blanks stand in
//! place of `final` and of the `_` that leaves a value unnamed, and the dots of a record's qualified name become part of
//! one name: `case A.B(final C c)` is read as `case A_B(      C c)`, `case D _, E _` as `case D  , E  `. Whoever lowers
//! the tree takes texts from the file, where all of it still stands.

use std::borrow::Cow;

/// The text for the parser.
pub(super) fn parsed_text(text: &str) -> Cow<'_, str> {
    let mut reader = Reader { bytes: text.as_bytes(), pattern: None, changes: Vec::new() };
    let mut at = 0;
    while at < reader.bytes.len() {
        at += reader.step(at).max(1);
    }
    if reader.changes.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut changed = reader.bytes.to_vec();
    reader.changes.into_iter().for_each(|(at, byte)| changed[at] = byte);
    String::from_utf8(changed).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// What begins a pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keyword {
    Case,
    InstanceOf,
}

/// The pattern at hand.
struct Pattern {
    after: Keyword,
    /// Open round brackets.
    depth: usize,
    /// Where the last sign stands.
    last: Option<usize>,
}

struct Reader<'t> {
    bytes: &'t [u8],
    pattern: Option<Pattern>,
    changes: Vec<(usize, u8)>,
}

impl Reader<'_> {
    /// Reads what stands at `at`; gives its length.
    fn step(&mut self, at: usize) -> usize {
        let rest = &self.bytes[at..];
        match rest[0] {
            b'/' if rest.starts_with(b"//") => rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with(b"/*") => {
                rest[2..].windows(2).position(|pair| pair == b"*/").map_or(rest.len(), |end| end + 4)
            }
            b'"' if rest.starts_with(b"\"\"\"") => 3 + literal_length(&rest[3..], b"\"\"\""),
            quote @ (b'"' | b'\'') => 1 + literal_length(&rest[1..], &[quote]),
            byte if is_name(byte) => {
                let length = rest.iter().take_while(|byte| is_name(**byte)).count();
                self.word(at, length);
                length
            }
            byte => {
                self.sign(at, byte);
                1
            }
        }
    }

    fn word(&mut self, at: usize, length: usize) {
        let word = &self.bytes[at..at + length];
        let Some(pattern) = &mut self.pattern else {
            let after = match word {
                b"case" => Keyword::Case,
                b"instanceof" => Keyword::InstanceOf,
                _ => return,
            };
            self.pattern = Some(Pattern { after, depth: 0, last: None });
            return;
        };
        let stands_after = pattern.last.map(|last| self.bytes[last]);
        let is_name_behind_type = stands_after.is_some_and(|byte| is_name(byte) || matches!(byte, b'>' | b']'));
        match word {
            b"final" => {
                self.changes.extend((at..at + length).map(|at| (at, b' ')));
                return;
            }
            b"when" if pattern.depth == 0 && pattern.last.is_some() => {
                self.pattern = None;
                return;
            }
            // The type alone stands for the pattern; inside a record, a name must follow the type.
            b"_" if is_name_behind_type && pattern.depth == 0 => self.changes.push((at, b' ')),
            b"_" if is_name_behind_type => self.changes.push((at, b'$')),
            _ => {}
        }
        pattern.last = Some(at + length - 1);
    }

    fn sign(&mut self, at: usize, sign: u8) {
        let Some(pattern) = &mut self.pattern else { return };
        match sign {
            b' ' | b'\t' | b'\r' | b'\n' => return,
            b'(' => {
                let behind_name = pattern.last.is_some_and(|last| is_name(self.bytes[last]));
                if behind_name && let Some(last) = pattern.last {
                    let start = name_start(self.bytes, last);
                    let dots = (start..last).filter(|&at| self.bytes[at] == b'.');
                    self.changes.extend(dots.map(|at| (at, b'_')));
                }
                pattern.depth += 1;
            }
            b')' if pattern.depth > 0 => pattern.depth -= 1,
            b',' if pattern.depth > 0 || pattern.after == Keyword::Case => {}
            b'.' | b'<' | b'[' | b']' | b'@' => {}
            b'?' if pattern.last.is_some_and(|last| matches!(self.bytes[last], b'<' | b',')) => {}
            b'>' if pattern.last.is_none_or(|last| self.bytes[last] != b'-') => {}
            b'-' if pattern.after == Keyword::Case => {}
            _ => {
                self.pattern = None;
                return;
            }
        }
        pattern.last = Some(at);
        let is_read = pattern.after == Keyword::InstanceOf && sign == b')' && pattern.depth == 0;
        if is_read {
            self.pattern = None;
        }
    }
}

/// Where the qualified name begins that ends at `last`.
fn name_start(bytes: &[u8], last: usize) -> usize {
    let length = bytes[..=last].iter().rev().take_while(|byte| is_name(**byte) || **byte == b'.').count();
    last + 1 - length
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

/// The length of what remains of a literal, with its end.
fn literal_length(text: &[u8], end: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() {
        match text[at] {
            b'\\' => at += 2,
            b'\n' if end.len() == 1 => return at,
            _ if text[at..].starts_with(end) => return at + end.len(),
            _ => at += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::parsed_text;

    #[test]
    fn patterns_become_those_that_the_grammar_has() {
        assert_eq!(parsed_text("case A.B(final C c) ->"), "case A_B(      C c) ->");
        assert_eq!(parsed_text("case A _, x.B _ -> _"), "case A  , x.B   -> _");
        assert_eq!(parsed_text("case final A.B a -> a"), "case       A.B a -> a");
        assert_eq!(parsed_text("case A(B.C(D _), _) when f(e.g(h))"), "case A(B_C(D $), _) when f(e.g(h))");
        assert_eq!(parsed_text("a instanceof B.C(final D d) && e.f(g)"), "a instanceof B_C(      D d) && e.f(g)");
    }

    #[test]
    fn all_else_stays() {
        let same = [
            "case \"final\": final int a = b.c(d);",
            "case A -> b.c(d)",
            "// case A.B(c)\n\"\"\"\ncase final \"\"\"",
            "if (a instanceof B && c.d(e)) f.g(h);",
            "case 'a': '\\'' case",
            "a instanceof B<C> b || d.e(f)",
            "a instanceof B<?> ? c.d(e) : f.g(h)",
            "case A.B -> (final C c) -> c.d(e)",
            "\"\\",
        ];
        for same in same {
            assert_eq!(parsed_text(same), same);
        }
    }
}
