//! Checks texts with variables: `{$p:$t}_{$m}`, `List[$a.singular.camelize]`.

use std::ops::Range;

use crate::base::Symbol;
use crate::base::yaml::Problem;

use super::model::WordForm;

/// What is wrong in `text`, where a variable must be one of `bound`; each with the part to blame.
pub(super) fn faults(text: &str, bound: &[Symbol]) -> Vec<(Range<usize>, Problem)> {
    let mut faults = Vec::new();
    let mut fault = |part: Range<usize>, problem: Problem| faults.push((part, problem));
    let mut open: Vec<usize> = Vec::new();
    for (at, character) in text.char_indices() {
        match character {
            '{' => open.push(at),
            '}' if open.pop().is_none() => fault(at..at + 1, Problem::new(0..0, "this brace closes nothing")),
            '$' => {
                let name_end = word_end(text, at + 1);
                let name = &text[at..name_end];
                if name_end == at + 1 {
                    fault(at..at + 1, Problem::new(0..0, "a variable has a name: `$x`"));
                } else if !bound.iter().any(|variable| variable.as_str() == name) {
                    let known = bound.iter().map(|variable| variable.as_str());
                    let problem = Problem::new(0..0, format!("the match binds no variable `{name}`"));
                    fault(at..name_end, problem.suggest(name, known));
                }
                for (part, modifier) in modifiers(text, name_end) {
                    let mut forms = WordForm::WORDS.iter().map(|(word, _)| *word);
                    if !forms.clone().any(|form| form == modifier) {
                        let problem = Problem::new(0..0, format!("a word has no form `{modifier}`"));
                        fault(part, problem.suggest(modifier, &mut forms));
                    }
                }
            }
            _ => {}
        }
    }
    for at in open {
        fault(at..at + 1, Problem::new(0..0, "this brace is not closed"));
    }
    faults
}

/// The `.word`s directly behind a variable that ends at `at`, but no step of a port (`.Field[…]`).
fn modifiers(text: &str, mut at: usize) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    while text[at..].starts_with('.') {
        let end = word_end(text, at + 1);
        let word = &text[at + 1..end];
        if !word.starts_with(|c: char| c.is_ascii_lowercase()) {
            break;
        }
        found.push((at + 1..end, word));
        at = end;
    }
    found
}

/// Where the word that begins at `start` ends.
fn word_end(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or("");
    start + rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len())
}
