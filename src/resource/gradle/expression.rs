//! What expressions of a build script come to, as far as texts and names of texts say.

use rustc_hash::FxHashMap;

use crate::resource::gradle::token::{Part, Token, TokenKind};
use crate::resource::table::{Scalar, Table};

/// Bound: bytes of a text that is put together.
const MAX_TEXT: usize = 4_096;

/// What names stand for: first the variables of the script, then the properties of the build.
pub struct Scope<'a> {
    /// Variables; `None`: assigned more than once, or something that is not followed.
    pub variables: FxHashMap<String, Option<String>>,
    /// The properties files of the repository.
    pub properties: &'a Table,
}

impl Scope<'_> {
    /// Notes an assignment.
    pub fn assign(&mut self, name: &str, value: Option<String>) {
        self.variables
            .entry(name.to_owned())
            .and_modify(|known| {
                if *known != value {
                    *known = None;
                }
            })
            .or_insert(value);
    }

    fn named(&self, name: &str) -> Option<String> {
        let last = name.rsplit('.').next().unwrap_or(name);
        match self.variables.get(last) {
            Some(known) => known.clone(),
            None => match self.properties.get(name) {
                [only] => only.value.as_ref().map(Scalar::text),
                _ => None,
            },
        }
    }

    /// The text that an expression gives: texts, names and numbers, joined by `+`; behind `?:` the default.
    pub fn text(&self, expression: &[Token<'_>]) -> Option<String> {
        let elvis = |pair: &[Token<'_>]| pair[0].kind == TokenKind::Mark('?') && pair[1].kind == TokenKind::Mark(':');
        if let Some(at) = expression.windows(2).rposition(elvis) {
            return self.text_of_terms(expression.get(at + 2..)?);
        }
        self.text_of_terms(expression)
    }

    fn text_of_terms(&self, expression: &[Token<'_>]) -> Option<String> {
        let mut text = String::new();
        let terms = expression.iter().filter(|token| token.kind != TokenKind::Break);
        for (index, token) in terms.enumerate() {
            match (&token.kind, index % 2) {
                (TokenKind::Text(parts), 0) => text.push_str(&self.parts(parts)?),
                (TokenKind::Word(word), 0) => text.push_str(&self.word(word)?),
                (TokenKind::Mark('+'), 1) => {}
                _ => return None,
            }
            if text.len() > MAX_TEXT {
                return None;
            }
        }
        (!expression.is_empty()).then_some(text)
    }

    /// A text in which `$` stands for what is not known.
    pub fn outline(&self, parts: &[Part]) -> String {
        let known = parts.iter().map(|part| self.parts(std::slice::from_ref(part)));
        known.map(|part| part.unwrap_or_else(|| "$".to_owned())).collect()
    }

    fn word(&self, word: &str) -> Option<String> {
        let is_literal = matches!(word, "true" | "false") || word.bytes().all(|byte| byte.is_ascii_digit());
        if is_literal { Some(word.to_owned()) } else { self.named(word) }
    }

    fn parts(&self, parts: &[Part]) -> Option<String> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Hole(name) => text.push_str(&self.named(name)?),
            }
        }
        Some(text)
    }
}

/// The value of a field that is generated from source text (`"https://…"`, `true`, `5L`).
pub fn generated_value(source: &str) -> Option<Scalar> {
    let source = source.trim();
    if let Some(inner) = source.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        let mut plain = String::with_capacity(inner.len());
        let mut characters = inner.chars();
        while let Some(character) = characters.next() {
            match character {
                // Two texts that are joined.
                '"' => return None,
                '\\' => plain.push(characters.next()?),
                other => plain.push(other),
            }
        }
        return Some(Scalar::Text(plain));
    }
    match Scalar::of_plain(source.trim_end_matches(['l', 'L'])) {
        Scalar::Text(_) => match source {
            "Boolean.TRUE" => Some(Scalar::Boolean(true)),
            "Boolean.FALSE" => Some(Scalar::Boolean(false)),
            _ => None,
        },
        value => Some(value),
    }
}
