//! Cuts documents into words and marks; comments and texts are passed over.

use std::ops::Range;

/// A word or a mark, with its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token<'t> {
    /// The word without quotes, or the mark.
    pub text: &'t str,
    /// Its bytes, without quotes.
    pub place: Range<usize>,
    /// A name in quotes: no word of the language.
    pub is_quoted: bool,
}

impl Token<'_> {
    /// Whether it is this mark.
    pub fn is(&self, mark: &str) -> bool {
        !self.is_quoted && self.text == mark
    }

    /// Whether it is a word.
    pub fn is_word(&self) -> bool {
        self.is_quoted || self.text.starts_with(is_word)
    }

    /// Whether it is this word of the language, in whatever case.
    pub fn says(&self, word: &str) -> bool {
        !self.is_quoted && self.text.eq_ignore_ascii_case(word)
    }
}

/// How a language writes what is passed over.
pub struct Style {
    /// What begins a comment up to the end of the line.
    pub line_comments: &'static [&'static str],
    /// Whether `/*` begins a comment up to `*/`.
    pub block_comments: bool,
    /// Quotes around texts; three of them are one where the language has such.
    pub texts: &'static [&'static str],
    /// Quotes around names: opening and closing.
    pub names: &'static [(char, char)],
    /// Whether `$tag$` begins a text up to the next `$tag$`.
    pub dollar_texts: bool,
}

/// The tokens of `text`. What is not closed ends with the line, and a comment or text with the file.
pub fn tokens<'t>(text: &'t str, style: &Style) -> Vec<Token<'t>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = &text[at..];
        if let Some(length) = passed_over(rest, first, style) {
            at += length;
        } else if let Some((name, length)) = quoted_name(rest, first, style) {
            let start = at + first.len_utf8();
            tokens.push(Token { text: name, place: start..start + name.len(), is_quoted: true });
            at += length;
        } else {
            let length = match is_word(first) {
                true => rest.find(|character| !is_word(character)).unwrap_or(rest.len()),
                false => first.len_utf8(),
            };
            tokens.push(Token { text: &rest[..length], place: at..at + length, is_quoted: false });
            at += length;
        }
    }
    tokens
}

/// The length of the blank, comment or text with which `rest` begins.
fn passed_over(rest: &str, first: char, style: &Style) -> Option<usize> {
    if first.is_whitespace() {
        return Some(first.len_utf8());
    }
    if style.line_comments.iter().any(|opening| rest.starts_with(opening)) {
        return Some(rest.find('\n').unwrap_or(rest.len()));
    }
    let up_to = |opening: usize, closing: &str| {
        rest.get(opening..)
            .and_then(|inside| inside.find(closing))
            .map_or(rest.len(), |at| opening + at + closing.len())
    };
    if style.block_comments && rest.starts_with("/*") {
        return Some(up_to(2, "*/"));
    }
    if let Some(quote) = style.texts.iter().find(|quote| rest.starts_with(**quote)) {
        return Some(up_to(quote.len(), quote));
    }
    if style.dollar_texts && first == '$' {
        let tag = rest[1..].find('$').map(|end| &rest[..end + 2])?;
        let is_tag = tag.chars().all(|character| character == '$' || is_word(character));
        return is_tag.then(|| up_to(tag.len(), tag));
    }
    None
}

/// The name in quotes with which `rest` begins, and its length with them.
fn quoted_name<'t>(rest: &'t str, first: char, style: &Style) -> Option<(&'t str, usize)> {
    let (opening, closing) = style.names.iter().find(|(opening, _)| *opening == first)?;
    let inside = &rest[opening.len_utf8()..];
    let length = inside.find([*closing, '\n'])?;
    let is_closed = inside[length..].starts_with(*closing) && length > 0;
    is_closed.then(|| (&inside[..length], opening.len_utf8() + length + closing.len_utf8()))
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}
