//! Library calls that no rule models become the rules to begin with: a rule file, which loads as it stands.
//!
//! A rule made so says the most cautious thing, that whatever goes in comes out. Whoever knows the call corrects it.

use std::collections::BTreeSet;

use crate::taint::{Callee, CalleeKind};

/// What stands above rules made so.
const HEADER: &str = "\
# What goes in comes out. Where the result holds nothing of it, write `drops: true` instead of `flow`.
propagators:
";

/// A rule to begin with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stub {
    id: String,
    matches: String,
    flow: String,
}

/// The rule file that holds `stubs`; ids that two of them have are told apart by a number.
pub fn file<'s>(stubs: impl IntoIterator<Item = &'s Stub>) -> String {
    let mut file = HEADER.to_owned();
    let mut used = BTreeSet::new();
    for Stub { id, matches, flow } in stubs {
        let numbered = (2..).map(|number| format!("{id}.or{number}"));
        let free = std::iter::once(id.clone()).chain(numbered).find(|id| !used.contains(id));
        let id = free.unwrap_or_default();
        file.push_str(&format!("  - id: {id}\n    match: {{ {matches} }}\n    flow: [{flow}]\n"));
        used.insert(id);
    }
    file
}

/// The callee for a reader, with its arity: `com.example.Wash.rinse/1`.
pub fn name(callee: &Callee) -> String {
    let name = match (callee.class, callee.kind) {
        (Some(class), CalleeKind::Constructor) => class.to_string(),
        (Some(class), _) => format!("{class}.{}", callee.name),
        (None, _) => callee.name.to_string(),
    };
    format!("{name}/{}", callee.arity)
}

/// The rule; `None` for a name that rules cannot speak of, since they take it for a pattern.
pub fn stub(callee: &Callee) -> Option<Stub> {
    let is_pattern = |name: &str| name.contains(['*', '$']) || name.contains(char::is_whitespace);
    if is_pattern(&callee.name) || callee.class.is_some_and(|class| is_pattern(&class)) {
        return None;
    }
    let mut matches = Vec::new();
    if let Some(class) = callee.class {
        matches.push(format!("type: {}", quoted(&class)));
    }
    matches.push(match callee.kind {
        CalleeKind::Constructor => "constructor: true".to_owned(),
        CalleeKind::Function => format!("function: {}", quoted(&callee.name)),
        CalleeKind::Method => format!("method: {}", quoted(&callee.name)),
    });
    matches.push(format!("arity: {}", callee.arity.min(usize::from(u8::MAX) - 1)));
    matches.push(format!("language: {}", callee.language));
    let mut flow = Vec::new();
    // A constructor makes its receiver.
    let (from_receiver, to) = match callee.kind {
        CalleeKind::Constructor => (false, "\"Argument[this]\""),
        CalleeKind::Function => (false, "ReturnValue"),
        CalleeKind::Method => (true, "ReturnValue"),
    };
    if from_receiver {
        flow.push(format!("{{ from: \"Argument[this]\", to: {to} }}"));
    }
    if callee.arity > 0 || !from_receiver {
        flow.push(format!("{{ from: \"Argument[*]\", to: {to} }}"));
    }
    Some(Stub { id: id(callee), matches: matches.join(", "), flow: flow.join(", ") })
}

/// The words of the class and of the name, and the arity.
fn id(callee: &Callee) -> String {
    let mut id = String::from("own");
    let class = callee.class.map(|class| class.to_string()).unwrap_or_default();
    let name = (callee.kind != CalleeKind::Constructor).then(|| callee.name.as_str());
    for part in class.split('.').chain(name) {
        let mut word = String::new();
        for character in part.chars() {
            match character {
                'a'..='z' | '0'..='9' => word.push(character),
                'A'..='Z' => {
                    if word.ends_with(|last: char| last.is_ascii_lowercase()) {
                        word.push('_');
                    }
                    word.push(character.to_ascii_lowercase());
                }
                '_' if !word.is_empty() => word.push('_'),
                // What ids cannot hold is told by its number.
                other => word.push_str(&format!("u{:x}", u32::from(other))),
            }
        }
        if word.starts_with(|first: char| first.is_ascii_digit()) {
            word.insert(0, 'n');
        }
        if !word.is_empty() {
            id.push('.');
            id.push_str(&word);
        }
    }
    format!("{id}.with{}", callee.arity)
}

/// A name as YAML takes it for nothing else.
fn quoted(name: &str) -> String {
    let is_plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '.');
    let is_word = name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.chars().all(is_plain);
    if is_word { name.to_owned() } else { serde_json::Value::from(name).to_string() }
}
