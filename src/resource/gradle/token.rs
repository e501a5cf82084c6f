//! Cuts a build script, in either of its languages, into words, texts and marks.

/// A token with the offset at which it begins and the one behind it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token<'t> {
    /// What stands there.
    pub kind: TokenKind<'t>,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

/// What a token is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TokenKind<'t> {
    /// A name with its dots (`libs.androidx.core`), or a number.
    Word(&'t str),
    /// A text in quotes, in parts.
    Text(Vec<Part>),
    /// A mark.
    Mark(char),
    /// The end of a line.
    Break,
}

/// A part of a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// As it stands, escapes resolved.
    Literal(String),
    /// What an expression gives (`$name`, `${project.name}`).
    Hole(String),
}

/// The tokens of `text`. Comments are left out; what is not closed ends with the file.
pub fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = &text[at..];
        let start = at;
        let kind = if character == '\n' {
            at += 1;
            TokenKind::Break
        } else if character.is_whitespace() {
            at += character.len_utf8();
            continue;
        } else if rest.starts_with("//") {
            at += rest.find('\n').unwrap_or(rest.len());
            continue;
        } else if rest.starts_with("/*") {
            at += rest.get(2..).and_then(|inner| inner.find("*/")).map_or(rest.len(), |length| length + 4);
            continue;
        } else if character == '"' || character == '\'' {
            let (parts, length) = quoted(rest, character);
            at += length;
            TokenKind::Text(parts)
        } else if is_word(character) {
            let length = word_length(rest);
            at += length;
            TokenKind::Word(&rest[..length])
        } else {
            at += character.len_utf8();
            TokenKind::Mark(character)
        };
        tokens.push(Token { kind, start, end: at });
    }
    tokens
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Length of the word at the beginning of `text`; dots belong to it where a name follows.
fn word_length(text: &str) -> usize {
    let mut length = 0;
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let joins = character == '.' && characters.peek().is_some_and(|(_, next)| is_word(*next));
        if !is_word(character) && !joins {
            break;
        }
        length = at + character.len_utf8();
    }
    length
}

/// The parts of the text in quotes at the beginning of `text`, and its length.
fn quoted(text: &str, quote: char) -> (Vec<Part>, usize) {
    let triple: String = [quote; 3].iter().collect();
    let is_triple = text.starts_with(&triple);
    let closing = if is_triple { triple } else { quote.to_string() };
    let (mut parts, mut literal) = (Vec::new(), String::new());
    let mut at = closing.len();
    while let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = &text[at..];
        if rest.starts_with(&closing) {
            at += closing.len();
            break;
        }
        if character == '\n' && !is_triple {
            break;
        }
        at += character.len_utf8();
        match character {
            '\\' => {
                let Some(escaped) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
                at += escaped.len_utf8();
                literal.push(match escaped {
                    'n' => '\n',
                    't' => '\t',
                    other => other,
                });
            }
            '$' if quote == '"' => {
                let rest = text.get(at..).unwrap_or("");
                let (hole, length) = match rest.strip_prefix('{') {
                    Some(inner) => {
                        let length = inner.find('}').unwrap_or(inner.len());
                        (&inner[..length], (length + 2).min(rest.len()))
                    }
                    None => {
                        let length = word_length(rest);
                        (&rest[..length], length)
                    }
                };
                at += length;
                if hole.is_empty() {
                    literal.push('$');
                } else {
                    parts.push(Part::Literal(std::mem::take(&mut literal)));
                    parts.push(Part::Hole(hole.trim().to_owned()));
                }
            }
            other => literal.push(other),
        }
    }
    if !literal.is_empty() || parts.is_empty() {
        parts.push(Part::Literal(literal));
    }
    (parts, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let show = |token: &Token<'_>| match &token.kind {
            TokenKind::Word(word) => (*word).to_owned(),
            TokenKind::Text(parts) => {
                let parts = parts.iter().map(|part| match part {
                    Part::Literal(text) => text.clone(),
                    Part::Hole(hole) => format!("<{hole}>"),
                });
                format!("[{}]", parts.collect::<String>())
            }
            TokenKind::Mark(mark) => mark.to_string(),
            TokenKind::Break => "|".to_owned(),
        };
        tokens(text).iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn scripts_fall_into_tokens() {
        assert_eq!(shown("api libs.a.b // c\n/* \n */ x('d', \"e\")"), "api libs.a.b | x ( [d] , [e] )");
        assert_eq!(shown(r#"f "\"$host.name/${ x.y }\"" 'a$b'"#), r#"f ["<host.name>/<x.y>"] [a$b]"#);
        assert_eq!(shown("\"\"\"a\n\"b\"\"\"\" z"), "[a\n\"b] \" z".replace("\" z", "[ z]").as_str());
    }

    #[test]
    fn what_is_not_closed_ends_with_the_line_or_the_file() {
        assert_eq!(shown("a 'b\nc"), "a [b] | c");
        for text in ["/*", "\"", "\"\\", "\"${", "\"$", "'''", "\u{fffd}\"\u{fffd}", "a.", "/* é", "\"${é"] {
            tokens(text);
        }
    }
}
