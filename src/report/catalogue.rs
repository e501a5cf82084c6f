//! Tells what rules there are and what each says, in words.

use crate::base::{Symbol, at_or_below};
use crate::rules::covers_destination;
use crate::rules::model::{Destination, Element, Match, Member, Pattern, Receiver, RuleSet, Section};

/// The languages whose models are counted, in this order.
const LANGUAGES: [&str; 3] = ["java", "kotlin", "ruby"];

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
    /// The languages that it speaks of; empty: all.
    pub languages: Vec<Symbol>,
    /// The destination that it is or leads to.
    pub destination: Option<Symbol>,
}

/// Which entries are wanted; what is empty leaves nothing out.
#[derive(Clone, Default, Debug)]
pub struct Selection {
    /// Keys of sections (`sinks`).
    pub kinds: Vec<String>,
    /// Languages, one of which the entry speaks of.
    pub languages: Vec<String>,
    /// Destinations, at or below one of which the entry leads; groups, too.
    pub destinations: Vec<String>,
}

impl Selection {
    fn takes(&self, entry: &Entry) -> bool {
        let is_any = |wanted: &[String], fits: &dyn Fn(&str) -> bool| {
            wanted.is_empty() || wanted.iter().any(|wanted| fits(wanted))
        };
        is_any(&self.kinds, &|kind| entry.section.key() == kind)
            && is_any(&self.languages, &|language| speaks(&entry.languages, language))
            && is_any(&self.destinations, &|wanted| {
                entry.destination.is_some_and(|destination| covers_destination(wanted, &destination))
            })
    }
}

/// Whether a rule for `languages` speaks of `language`: none given are all.
fn speaks(languages: &[Symbol], language: &str) -> bool {
    languages.is_empty() || languages.iter().any(|own| own.as_str() == language)
}

/// The entries that are wanted, section by section, by id.
pub fn selected(rules: &RuleSet, selection: &Selection) -> Vec<Entry> {
    catalogue(rules).into_iter().filter(|entry| selection.takes(entry)).collect()
}

/// Every entry, section by section, by id.
pub fn catalogue(rules: &RuleSet) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut add =
        |section: Section, id: Symbol, about: String, matches: Option<&Match>, destination: Option<Symbol>| {
            let languages = matches.map(|matches| matches.languages.clone()).unwrap_or_default();
            entries.push(Entry { section, id, about, file: rules.origin(&id), languages, destination });
        };
    for rule in &rules.elements {
        add(Section::Element, rule.id, rule.name.clone(), None, None);
    }
    for rule in &rules.destinations {
        add(Section::Destination, rule.id, runs(rule), None, Some(rule.id));
    }
    let said = |what: &str, matches: &Match| format!("{what}: {}", calls(matches));
    for rule in &rules.sources {
        add(Section::Source, rule.id, said(&rule.element, &rule.matches), Some(&rule.matches), None);
    }
    for rule in &rules.sinks {
        let destination = rule.destination;
        add(Section::Sink, rule.id, said(&destination, &rule.matches), Some(&rule.matches), Some(destination));
    }
    for rule in &rules.transforms {
        add(Section::Transform, rule.id, said(&rule.effect, &rule.matches), Some(&rule.matches), None);
    }
    for rule in &rules.channels {
        let ends = rule.put.iter().chain(&rule.get);
        let about = ends.clone().map(|end| calls(&end.matches)).collect::<Vec<_>>().join("; ");
        add(Section::Channel, rule.id, about, ends.map(|end| &end.matches).next(), None);
    }
    let mut add_call = |section, id, matches: &Match| add(section, id, calls(matches), Some(matches), None);
    rules.propagators.iter().for_each(|rule| add_call(Section::Propagator, rule.id, &rule.matches));
    rules.sanitizers.iter().for_each(|rule| add_call(Section::Sanitizer, rule.id, &rule.matches));
    rules.members.iter().for_each(|rule| add_call(Section::Member, rule.id, &rule.matches));
    rules.types.iter().for_each(|rule| add_call(Section::Type, rule.id, &rule.matches));
    rules.calls.iter().for_each(|rule| add_call(Section::Call, rule.id, &rule.matches));
    rules.expands.iter().for_each(|rule| add_call(Section::Expand, rule.id, &rule.matches));
    rules.entries.iter().for_each(|rule| add_call(Section::Entry, rule.id, &rule.matches));
    rules.guards.iter().for_each(|rule| add_call(Section::Guard, rule.id, &rule.matches));
    rules.constants.iter().for_each(|rule| add_call(Section::Constant, rule.id, &rule.matches));
    entries.sort_by_key(|entry| Section::ALL.iter().position(|section| *section == entry.section));
    entries
}

/// How many there are of each kind, in this order.
pub fn summary(rules: &RuleSet) -> Vec<(String, usize)> {
    let vendors: Vec<Symbol> =
        rules.destinations.iter().filter(|vendor| vendor.entity.is_some()).map(|vendor| vendor.id).collect();
    let is_called = |vendor: &&Symbol| rules.sinks.iter().any(|sink| sink.destination == **vendor);
    let mut counts = vec![
        ("elements".to_owned(), rules.elements.len()),
        ("vendors".to_owned(), vendors.len()),
        ("vendors_with_calls".to_owned(), vendors.iter().filter(is_called).count()),
        ("sources".to_owned(), rules.sources.len()),
        ("sinks".to_owned(), rules.sinks.len()),
        ("modelled_calls".to_owned(), rules.sinks.iter().map(|sink| members(&sink.matches)).sum()),
    ];
    for language in LANGUAGES {
        let own = |matches: &&Match| speaks(&matches.languages, language);
        let models = models(rules).filter(own).map(members).sum();
        counts.push((format!("models_{language}"), models));
    }
    counts
}

/// The matches of all rules that say what library calls do with data.
fn models(rules: &RuleSet) -> impl Iterator<Item = &Match> {
    let propagators = rules.propagators.iter().map(|rule| &rule.matches);
    let cleaning = rules.sanitizers.iter().map(|rule| &rule.matches);
    let transforms = rules.transforms.iter().map(|rule| &rule.matches);
    let expands = rules.expands.iter().map(|rule| &rule.matches);
    let channels = rules.channels.iter().flat_map(|rule| rule.put.iter().chain(&rule.get)).map(|end| &end.matches);
    propagators.chain(cleaning).chain(transforms).chain(expands).chain(channels)
}

/// How many methods, functions and fields a match names: a name counts once, whatever the number of its types.
fn members(matches: &Match) -> usize {
    match &matches.member {
        Some(Member::Method(names) | Member::Function(names) | Member::Field(names)) => names.len(),
        _ => 1,
    }
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
        Pattern::Suffix(end) => format!("*{end}"),
        Pattern::Rest(start, variable) => format!("{start}${variable}"),
        Pattern::Any => "*".to_owned(),
    };
    patterns.iter().map(written).collect::<Vec<_>>().join(", ")
}
