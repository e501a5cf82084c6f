//! Tells what rules there are and what each says, in words.

use crate::base::{Symbol, at_or_below};
use crate::rules::covers_destination;
use crate::rules::model::{Destination, Element, Match, Member, Pattern, Receiver, RuleSet, Section};

/// An entry of the rule files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The section that it stands in.
    pub section: Section,
    /// The id.
    pub id: Symbol,
    /// What it says, in a few words.
    pub about: String,
    /// The file that it comes from.
    pub file: Option<Symbol>,
}

/// Every entry, section by section, by id.
pub fn catalogue(rules: &RuleSet) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut add = |section: Section, id: Symbol, about: String| {
        entries.push(Entry { section, id, about, file: rules.origin(&id) });
    };
    rules.elements.iter().for_each(|rule| add(Section::Element, rule.id, rule.name.clone()));
    rules.destinations.iter().for_each(|rule| add(Section::Destination, rule.id, runs(rule)));
    let said = |what: &str, matches: &Match| format!("{what}: {}", calls(matches));
    rules.sources.iter().for_each(|rule| add(Section::Source, rule.id, said(&rule.element, &rule.matches)));
    rules.sinks.iter().for_each(|rule| add(Section::Sink, rule.id, said(&rule.destination, &rule.matches)));
    rules.propagators.iter().for_each(|rule| add(Section::Propagator, rule.id, calls(&rule.matches)));
    rules.sanitizers.iter().for_each(|rule| add(Section::Sanitizer, rule.id, calls(&rule.matches)));
    rules.transforms.iter().for_each(|rule| add(Section::Transform, rule.id, said(&rule.effect, &rule.matches)));
    rules.members.iter().for_each(|rule| add(Section::Member, rule.id, calls(&rule.matches)));
    rules.types.iter().for_each(|rule| add(Section::Type, rule.id, calls(&rule.matches)));
    rules.calls.iter().for_each(|rule| add(Section::Call, rule.id, calls(&rule.matches)));
    for rule in &rules.channels {
        let ends = rule.put.iter().chain(&rule.get).map(|end| calls(&end.matches));
        add(Section::Channel, rule.id, ends.collect::<Vec<_>>().join("; "));
    }
    rules.expands.iter().for_each(|rule| add(Section::Expand, rule.id, calls(&rule.matches)));
    rules.entries.iter().for_each(|rule| add(Section::Entry, rule.id, calls(&rule.matches)));
    rules.guards.iter().for_each(|rule| add(Section::Guard, rule.id, calls(&rule.matches)));
    rules.constants.iter().for_each(|rule| add(Section::Constant, rule.id, calls(&rule.matches)));
    entries
}

/// What the entries with this id say, as lines of a label and a text; empty where there is none.
pub fn explain(rules: &RuleSet, id: &str) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    for entry in catalogue(rules).into_iter().filter(|entry| entry.id == id) {
        lines.push(("is", format!("{}: {}", entry.section.noun(), entry.about)));
        if let Some(file) = entry.file {
            lines.push(("in", file.to_string()));
        }
    }
    if let Some(element) = rules.elements.iter().find(|element| element.id == id) {
        lines.extend(of_element(rules, element));
    }
    if let Some(destination) = rules.destinations.iter().find(|destination| destination.id == id) {
        lines.extend(of_destination(rules, destination));
    }
    lines
}

fn of_element(rules: &RuleSet, element: &Element) -> Vec<(&'static str, String)> {
    let mut lines = vec![("sensitivity", element.sensitivity.word().to_owned())];
    lines.extend(element.dpv.map(|iri| ("DPV", iri.to_string())));
    lines.extend(element.play.map(|kind| ("Google Play", kind.to_string())));
    lines.extend(listed("about", &element.subjects));
    let names = |words: &[Vec<Symbol>]| {
        let names: Vec<String> =
            words.iter().map(|words| words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(" ")).collect();
        names.join(", ")
    };
    let kinds =
        [("named", &element.names.strong), ("perhaps named", &element.names.weak), ("not", &element.names.never)];
    lines.extend(kinds.into_iter().filter(|(_, words)| !words.is_empty()).map(|(label, words)| (label, names(words))));
    let below: Vec<Symbol> = rules
        .elements
        .iter()
        .map(|other| other.id)
        .filter(|id| *id != element.id && at_or_below(id, &element.id))
        .collect();
    lines.extend(listed("above", &below));
    let sources: Vec<Symbol> = rules
        .sources
        .iter()
        .filter(|source| at_or_below(&source.element, &element.id))
        .map(|source| source.id)
        .collect();
    lines.extend(listed("read by", &sources));
    lines
}

fn of_destination(rules: &RuleSet, destination: &Destination) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    lines.extend(destination.entity.as_ref().map(|entity| ("run by", entity.clone())));
    lines.extend(destination.country.map(|country| ("country", country.to_string())));
    lines.extend(listed("hosts", &destination.hosts));
    lines.extend(listed("packages", &destination.packages));
    let sinks: Vec<Symbol> = rules
        .sinks
        .iter()
        .filter(|sink| covers_destination(&destination.id, &sink.destination))
        .map(|sink| sink.id)
        .collect();
    lines.extend(listed("written by", &sinks));
    lines
}

fn listed(label: &'static str, symbols: &[Symbol]) -> Option<(&'static str, String)> {
    (!symbols.is_empty()).then(|| (label, words(symbols)))
}

fn words(symbols: &[Symbol]) -> String {
    symbols.iter().map(|symbol| symbol.as_str()).collect::<Vec<_>>().join(", ")
}

fn runs(destination: &Destination) -> String {
    match (&destination.entity, destination.country) {
        (Some(entity), Some(country)) => format!("{entity} ({country})"),
        (Some(entity), None) => entity.clone(),
        (None, _) => words(&destination.hosts),
    }
}

/// What a rule speaks of: `android.util.Log.v, d, i`.
fn calls(matches: &Match) -> String {
    let types = patterns(&matches.types);
    let member = match &matches.member {
        None => String::new(),
        Some(Member::Method(names) | Member::Field(names) | Member::Function(names)) => patterns(names),
        Some(Member::Constructor) => "constructor".to_owned(),
        Some(Member::Macro { names, .. }) => format!("macro {}", patterns(names)),
        Some(Member::Annotation { names, .. }) => format!("@{}", patterns(names)),
    };
    let mut text = match (types.is_empty(), member.is_empty()) {
        (false, false) => format!("{types}.{member}"),
        _ => types + &member,
    };
    if !matches.extends.is_empty() {
        text.push_str(&format!(" in {}", patterns(&matches.extends)));
    }
    match &matches.receiver {
        Some(Receiver::Field(name)) => text.push_str(&format!(" on {name}")),
        Some(Receiver::Call(name)) => text.push_str(&format!(" on {name}()")),
        Some(Receiver::Name(names)) => text.push_str(&format!(" on {}", words(names))),
        None => {}
    }
    text.trim().to_owned()
}

fn patterns(patterns: &[Pattern]) -> String {
    let written = |pattern: &Pattern| match pattern {
        Pattern::Exact(name) => name.to_string(),
        Pattern::Prefix(start) => format!("{start}*"),
        Pattern::Rest(start, variable) => format!("{start}${variable}"),
        Pattern::Any => "*".to_owned(),
    };
    patterns.iter().map(written).collect::<Vec<_>>().join(", ")
}
