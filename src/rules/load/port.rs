//! From the text of a port to a [`Port`].
//!
//! ```text
//! port  = root { "." step }
//! root  = "ReturnValue" | "Argument[" which "]" | "Parameter[" number "]"
//! which = number | "*" | "this" | "block" | "$" name | name ":"
//! step  = "Field[" name "]" | "Element" [ "[" index "]" ] | "Key" | "Value" [ "[" key "]" ] | "Class" | "Any"
//!       | "Parameter[" number "|" "this" "]" | "ReturnValue"
//! index = number | "$" name | "Argument[" number "]"
//! key   = name | "Argument[" number "]"
//! ```

use std::ops::Range;

use super::model::{Port, PortRoot, PortStep};
use crate::base::Symbol;
use crate::base::yaml::Problem;

/// A port reaches this deep; the engine keeps four fields.
const MAX_STEPS: usize = 8;

const ROOTS: &[&str] = &["ReturnValue", "Argument", "Parameter"];
const STEPS: &[&str] = &["Field", "Element", "Key", "Value", "Class", "Any", "Parameter", "ReturnValue"];

/// Why a text is no port, and which part of it is to blame.
pub(super) struct Fault {
    pub(super) part: Range<usize>,
    pub(super) message: String,
    /// The word to blame and those that could stand for it.
    suggest: Option<(String, &'static [&'static str])>,
    help: Option<&'static str>,
}

impl Fault {
    fn new(part: Range<usize>, message: impl Into<String>) -> Fault {
        Fault { part, message: message.into(), suggest: None, help: None }
    }

    /// The fault as a problem at `place`.
    pub(super) fn at(self, place: Range<usize>) -> Problem {
        let problem = Problem::new(place, self.message);
        match (self.suggest, self.help) {
            (Some((word, words)), _) => problem.suggest(&word, words.iter().copied()),
            (None, Some(help)) => problem.help(help),
            (None, None) => problem,
        }
    }
}

/// Reads a port.
pub(super) fn parse(text: &str) -> Result<Port, Fault> {
    let mut parts = split(text)?.into_iter();
    let first = parts.next().ok_or_else(|| Fault::new(0..text.len(), "a port is missing"))?;
    let root = root(&first)?;
    let path = parts.map(|part| step(&part)).collect::<Result<Vec<_>, _>>()?;
    if path.len() > MAX_STEPS {
        return Err(Fault::new(0..text.len(), format!("a port has at most {MAX_STEPS} steps")));
    }
    Ok(Port { root, path })
}

/// `Word` or `Word[inside]`, with its bytes.
struct Part<'t> {
    word: &'t str,
    inside: Option<&'t str>,
    at: Range<usize>,
}

impl Part<'_> {
    fn wants(&self, what: &str) -> Fault {
        Fault::new(self.at.clone(), format!("`{}` takes {what} in brackets", self.word))
    }
}

/// Cuts a port at its dots, but not at those in brackets.
fn split(text: &str) -> Result<Vec<Part<'_>>, Fault> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0usize);
    for (at, character) in text.char_indices().chain([(text.len(), '.')]) {
        match character {
            '[' => depth += 1,
            ']' if depth == 0 => return Err(Fault::new(at..at + 1, "this bracket closes nothing")),
            ']' => depth -= 1,
            '.' if depth == 0 => {
                parts.push(part(text, start..at)?);
                start = at + 1;
            }
            _ => {}
        }
    }
    match depth {
        0 => Ok(parts),
        _ => Err(Fault::new(start.min(text.len())..text.len(), "a bracket is not closed")),
    }
}

fn part(text: &str, at: Range<usize>) -> Result<Part<'_>, Fault> {
    let whole = &text[at.clone()];
    let Some((word, rest)) = whole.split_once('[') else { return Ok(Part { word: whole, inside: None, at }) };
    match rest.strip_suffix(']') {
        Some(inside) if !inside.trim().is_empty() => Ok(Part { word, inside: Some(inside.trim()), at }),
        Some(_) => Err(Fault::new(at, "nothing stands in the brackets")),
        None => Err(Fault::new(at, "a dot must stand behind the bracket")),
    }
}

fn root(part: &Part<'_>) -> Result<PortRoot, Fault> {
    match (part.word, part.inside) {
        ("ReturnValue", None) => Ok(PortRoot::Return),
        ("ReturnValue", Some(_)) => Err(Fault::new(part.at.clone(), "`ReturnValue` takes no brackets")),
        ("Argument", Some("*")) => Ok(PortRoot::EveryArgument),
        ("Argument", Some("this")) => Ok(PortRoot::This),
        ("Argument", Some("block")) => Ok(PortRoot::Block),
        ("Argument", Some(inside)) => {
            if let Some(name) = variable(inside) {
                return Ok(PortRoot::ArgumentVariable(name));
            }
            if let Some(name) = inside.strip_suffix(':').filter(|name| is_name(name)) {
                return Ok(PortRoot::Named(Symbol::new(name)));
            }
            inside.parse().map(PortRoot::Argument).map_err(|_| {
                part.wants("a number, `this`, `block`, `*`, a variable such as `$i` or a name such as `to:`")
            })
        }
        ("Argument", None) => Err(part.wants("a number, `this`, `block` or `*`")),
        ("Parameter", Some(inside)) => inside.parse().map(PortRoot::Parameter).map_err(|_| part.wants("a number")),
        ("Parameter", None) => Err(part.wants("a number")),
        (word, _) => Err(Fault {
            suggest: Some((word.to_owned(), ROOTS)),
            ..Fault::new(part.at.start..part.at.start + word.len(), format!("a port cannot begin with `{word}`"))
        }),
    }
}

fn step(part: &Part<'_>) -> Result<PortStep, Fault> {
    match (part.word, part.inside) {
        ("Field", Some(name)) if is_name(name) || variable(name).is_some() => Ok(PortStep::Field(Symbol::new(name))),
        ("Field", _) => Err(part.wants("the name of a field")),
        ("Element", None) => Ok(PortStep::Element),
        ("Element", Some(inside)) => {
            if let Some(argument) = argument(inside) {
                return Ok(PortStep::ElementOf(argument));
            }
            if let Some(name) = variable(inside) {
                return Ok(PortStep::ElementVariable(name));
            }
            let position = inside.parse().map(PortStep::ElementAt);
            position.map_err(|_| part.wants("a number, a variable such as `$i`, or `Argument[0]`"))
        }
        ("Value", None) => Ok(PortStep::Value),
        ("Value", Some(inside)) => match argument(inside) {
            Some(argument) => Ok(PortStep::ValueOf(argument)),
            None if is_name(inside) => Ok(PortStep::ValueAt(Symbol::new(inside))),
            None => Err(part.wants("a key or `Argument[0]`")),
        },
        ("Parameter", Some("this")) => Ok(PortStep::ParameterThis),
        ("Parameter", Some(inside)) => {
            inside.parse().map(PortStep::Parameter).map_err(|_| part.wants("a number or `this`"))
        }
        ("Parameter", None) => Err(part.wants("a number or `this`")),
        ("Key", None) => Ok(PortStep::Key),
        ("Class", None) => Ok(PortStep::Class),
        ("Any", None) => Ok(PortStep::Any),
        ("ReturnValue", None) => Ok(PortStep::Return),
        (word @ ("Key" | "Class" | "Any" | "ReturnValue"), Some(_)) => {
            Err(Fault::new(part.at.clone(), format!("`{word}` takes no brackets")))
        }
        ("", _) => Err(Fault::new(part.at.clone(), "a step is missing between two dots")),
        (word, _) => Err(Fault {
            suggest: Some((word.to_owned(), STEPS)),
            ..Fault::new(part.at.start..part.at.start + word.len(), format!("a port has no step `{word}`"))
        }),
    }
}

/// `$name`, with its dollar.
fn variable(text: &str) -> Option<Symbol> {
    let name = text.strip_prefix('$')?;
    is_name(name).then(|| Symbol::new(text))
}

/// `Argument[0]`.
fn argument(text: &str) -> Option<u8> {
    text.strip_prefix("Argument[")?.strip_suffix(']')?.parse().ok()
}

/// A field, key or argument name: anything that is no syntax of a port.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || "[]$*:".contains(c))
}
