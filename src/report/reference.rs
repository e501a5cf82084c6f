//! The catalogue as Markdown: what `candor rules list --format markdown` prints and `docs/reference` holds, and the keys
//! of rule and policy files.

use crate::base::Symbol;
use crate::base::yaml::{Mapping, Shape, Shapes};
use crate::report::catalogue::{Entry, Selection, selected};
use crate::rules::covers_destination;
use crate::rules::model::{Destination, Element, RuleSet, Section};

/// Characters of what a rule says, in a table.
const MAX_ABOUT: usize = 240;

/// The entries that are wanted, a table for each section.
pub fn reference(rules: &RuleSet, selection: &Selection) -> String {
    let entries = selected(rules, selection);
    let sections: Vec<String> = entries.chunk_by(|a, b| a.section == b.section).map(|of| section(rules, of)).collect();
    sections.join("\n")
}

fn section(rules: &RuleSet, entries: &[Entry]) -> String {
    let Some(first) = entries.first() else { return String::new() };
    let ids = entries.iter().map(|entry| entry.id);
    let (head, rows): (&[&str], Vec<Vec<String>>) = match first.section {
        Section::Element => {
            let found = ids.filter_map(|id| rules.elements.iter().find(|element| element.id == id));
            (&["id", "name", "sensitivity", "DPV", "Google Play", "named"], found.map(element).collect())
        }
        Section::Destination => {
            let found = ids.filter_map(|id| rules.destinations.iter().find(|destination| destination.id == id));
            let rows = found.map(|found| destination(rules, found)).collect();
            (&["id", "run by", "country", "hosts", "packages", "sinks"], rows)
        }
        _ => (&["id", "speaks of", "in"], entries.iter().map(rule).collect()),
    };
    format!("## {} ({})\n\n{}", first.section.key(), entries.len(), table(head, &rows))
}

fn element(element: &Element) -> Vec<String> {
    let term = |term: Option<Symbol>| term.map_or(String::new(), |term| term.to_string());
    let words = |words: &Vec<Symbol>| words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(" ");
    vec![
        code(&element.id),
        element.name.clone(),
        element.sensitivity.word().to_owned(),
        term(element.dpv),
        term(element.play),
        element.names.strong.iter().map(words).collect::<Vec<_>>().join(", "),
    ]
}

fn destination(rules: &RuleSet, destination: &Destination) -> Vec<String> {
    let sinks = rules.sinks.iter().filter(|sink| covers_destination(&destination.id, &sink.destination)).count();
    let listed = |names: &[Symbol]| names.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ");
    vec![
        code(&destination.id),
        destination.entity.clone().unwrap_or_default(),
        destination.country.map_or(String::new(), |country| country.to_string()),
        listed(&destination.hosts),
        listed(&destination.packages),
        if sinks == 0 { String::new() } else { sinks.to_string() },
    ]
}

fn rule(entry: &Entry) -> Vec<String> {
    let about = match entry.about.char_indices().nth(MAX_ABOUT) {
        Some((end, _)) => format!("{}…", &entry.about[..end]),
        None => entry.about.clone(),
    };
    vec![code(&entry.id), code(&about), entry.file.map_or(String::new(), |file| code(&file))]
}

/// The keys of files with these shapes, a table for each mapping.
pub fn keys(shapes: &Shapes) -> String {
    let mut text = String::new();
    for mapping in &shapes.mappings {
        let row = |(key, shape): &(&'static str, Shape)| {
            let required = if mapping.requires(key) { "yes" } else { "" };
            vec![code(key), stands(shape, &shapes.mappings), required.to_owned()]
        };
        let rows: Vec<Vec<String>> = mapping.keys.iter().map(row).collect();
        text.push_str(&format!("\n## {}\n\n{}", mapping.what, table(&["key", "what stands there", "required"], &rows)));
    }
    text
}

/// What may stand at a place, in words.
fn stands(shape: &Shape, mappings: &[Mapping]) -> String {
    let Shape { texts, words, integers, mappings: own, nothing, free, list, one_or_more } = shape;
    let mut forms: Vec<String> = texts.iter().cloned().collect();
    if !words.is_empty() {
        forms.push(words.iter().map(|word| code(word)).collect::<Vec<_>>().join(" or "));
    }
    forms.extend(integers.iter().map(|(least, most)| format!("a number from {least} to {most}")));
    forms.extend(own.iter().filter_map(|&mapping| Some(format!("*{}*", mappings.get(mapping)?.what))));
    forms.extend(nothing.then(|| "nothing".to_owned()));
    let of = |shape: &Shape| stands(shape, mappings);
    forms.extend(free.iter().map(|value| format!("keys with {}", of(value))));
    forms.extend(list.iter().map(|item| format!("a list of: {}", of(item))));
    forms.extend(one_or_more.iter().map(|item| format!("{}, or a list", of(item))));
    if forms.is_empty() { "a constant".to_owned() } else { forms.join("; ") }
}

fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut text = line(&head.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
    text.push_str(&format!("|{}\n", "---|".repeat(head.len())));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|").replace('\n', " ")).collect();
        text.push_str(&line(&cells));
    }
    text
}

fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{}`", text.replace('`', "'")) }
}
