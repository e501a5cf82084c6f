//! Turns the marker comments of a fixture into expectations, each with the line that it speaks of.
//!
//! `//~ flow: user.contact.email -> log [hashed] (why) => forbidden; clean: user -> stdout`: behind code a marker speaks
//! of its own line, alone of the next line of code.

use std::fmt;

/// What a marker claims.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// The flow is real and must be found.
    Flow,
    /// The flow is real and not found yet.
    Missing,
    /// The flow is found and not real.
    Spurious,
    /// A sink stands here and the element does not reach it.
    Clean,
}

impl Kind {
    fn parse(word: &str) -> Option<Kind> {
        match word {
            "flow" => Some(Kind::Flow),
            "missing" => Some(Kind::Missing),
            "spurious" => Some(Kind::Spurious),
            "clean" => Some(Kind::Clean),
            _ => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Flow => "flow",
            Kind::Missing => "missing",
            Kind::Spurious => "spurious",
            Kind::Clean => "clean",
        })
    }
}

/// One expectation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Marker {
    /// Path of the file within its case.
    pub file: String,
    /// The line it speaks of, from 1.
    pub line: u32,
    /// What it claims.
    pub kind: Kind,
    /// Data element.
    pub element: String,
    /// Destination.
    pub destination: String,
    /// Protections, sorted.
    pub protections: Vec<String>,
    /// What the policy of the case says of it.
    pub verdict: Option<String>,
}

/// A marker that cannot be read: the line it stands on and what is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MarkerError {
    /// Line of the comment, from 1.
    pub line: u32,
    /// What is wrong.
    pub message: String,
}

/// How the languages of a path write markers: opening, closing, and the beginning of any comment line.
struct Comment {
    opening: &'static str,
    closing: &'static str,
    line: &'static str,
}

fn comment_of(path: &str) -> Comment {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "java" | "kt" | "kts" | "gradle" => Comment { opening: "//~", closing: "", line: "//" },
        "erb" => Comment { opening: "<%#~", closing: "%>", line: "<%#" },
        "haml" => Comment { opening: "-#~", closing: "", line: "-#" },
        "xml" | "html" => Comment { opening: "<!--~", closing: "-->", line: "<!--" },
        _ => Comment { opening: "#~", closing: "", line: "#" },
    }
}

/// All markers of a file in the order of their comments, and all comments that are not markers although they begin so.
pub fn markers(path: &str, text: &str) -> (Vec<Marker>, Vec<MarkerError>) {
    let comment = comment_of(path);
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut errors = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let Some((code, body)) = line.split_once(comment.opening) else { continue };
        let own_line = index as u32 + 1;
        let target = if code.trim().is_empty() { next_code_line(&lines, index, comment.line) } else { Some(own_line) };
        let Some(target) = target else {
            errors.push(MarkerError { line: own_line, message: "no line of code follows this marker".into() });
            continue;
        };
        match claims(body.trim_end().trim_end_matches(comment.closing)) {
            Ok(claims) => found.extend(claims.into_iter().map(|claim| claim.at(path, target))),
            Err(message) => errors.push(MarkerError { line: own_line, message }),
        }
    }
    (found, errors)
}

fn next_code_line(lines: &[&str], marker: usize, comment: &str) -> Option<u32> {
    let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with(comment);
    let offset = lines[marker + 1..].iter().position(is_code)?;
    Some((marker + 1 + offset) as u32 + 1)
}

/// A marker without its place.
struct Claim {
    kind: Kind,
    element: String,
    destination: String,
    protections: Vec<String>,
    verdict: Option<String>,
}

impl Claim {
    fn at(self, path: &str, line: u32) -> Marker {
        let Claim { kind, element, destination, protections, verdict } = self;
        Marker { file: path.to_string(), line, kind, element, destination, protections, verdict }
    }
}

fn claims(text: &str) -> Result<Vec<Claim>, String> {
    let mut cursor = Cursor { rest: text };
    let mut all = vec![cursor.claim()?];
    while cursor.take(";") {
        all.push(cursor.claim()?);
    }
    match cursor.rest.trim() {
        "" => Ok(all),
        rest => Err(format!("`{rest}` is left over behind the marker")),
    }
}

/// Reads a marker from left to right.
struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    fn claim(&mut self) -> Result<Claim, String> {
        let word = self.word();
        let kind = Kind::parse(word).ok_or_else(|| format!("`{word}` is none of flow, missing, spurious and clean"))?;
        self.expect(":")?;
        let element = self.id()?;
        self.expect("->")?;
        let destination = self.id()?;
        let mut protections = Vec::new();
        if self.take("[") {
            let inside = self.until(']')?;
            protections = inside.split(',').map(|word| id(word.trim())).collect::<Result<_, _>>()?;
            protections.sort();
        }
        if self.take("(") {
            self.until(')')?;
        }
        let verdict = if self.take("=>") { Some(self.id()?) } else { None };
        Ok(Claim { kind, element, destination, protections, verdict })
    }

    fn word(&mut self) -> &'a str {
        self.rest = self.rest.trim_start();
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn id(&mut self) -> Result<String, String> {
        id(self.word())
    }

    fn take(&mut self, token: &str) -> bool {
        let Some(rest) = self.rest.trim_start().strip_prefix(token) else { return false };
        self.rest = rest;
        true
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        if self.take(token) { Ok(()) } else { Err(format!("expected `{token}` before `{}`", self.rest.trim())) }
    }

    fn until(&mut self, closing: char) -> Result<&'a str, String> {
        let (inside, rest) = self.rest.split_once(closing).ok_or_else(|| format!("`{closing}` is missing"))?;
        self.rest = rest;
        Ok(inside)
    }
}

fn id(word: &str) -> Result<String, String> {
    let is_segment = |segment: &str| {
        segment.starts_with(|c: char| c.is_ascii_lowercase())
            && segment.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    if word.split('.').all(is_segment) { Ok(word.to_string()) } else { Err(format!("`{word}` is not an id")) }
}
