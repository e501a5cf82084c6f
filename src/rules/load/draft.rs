//! One file of rules, read for itself: its sections, and what it says of ids that other files may hold.

use std::ops::Range;

use super::model::{RuleSet, Section};
use super::{Example, RuleFile};
use crate::base::yaml::{Fields, Node, Place, Problem, Reader, Record, Shapes, parse};
use crate::base::{Symbol, is_id};

/// Keys of a file beside the sections.
const OTHER_KEYS: &[&str] = &["effects", "language", "names", "disable"];
/// Languages that a rule or an example can speak of: the keys of the front ends.
pub(super) const LANGUAGES: &[&str] = &["java", "kotlin", "ruby"];

/// What a file says, and what is wrong in it.
pub(super) struct Draft<'f> {
    pub(super) file: &'f RuleFile,
    pub(super) reader: Reader,
    pub(super) rules: RuleSet,
    pub(super) examples: Vec<Example>,
    /// Entries in the order of the file.
    pub(super) declared: Vec<Declared>,
    /// What entries speak of.
    pub(super) references: Vec<Reference>,
    /// Languages of matches that name none.
    pub(super) languages: Vec<Symbol>,
    /// Ids under `disable`.
    pub(super) disabled: Vec<(Symbol, Place)>,
}

/// An id that the file gives to something.
pub(super) struct Declared {
    /// `None` for an effect.
    pub(super) section: Option<Section>,
    pub(super) id: Symbol,
    pub(super) place: Place,
    /// The id under `replaces`.
    pub(super) replaces: Option<(Symbol, Place)>,
}

/// What kind of thing a reference names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Referent {
    Element,
    /// A destination, or a vendor below one of the groups of vendors.
    Destination,
    /// A destination or a group of destinations.
    DestinationOrGroup,
    Effect,
}

/// An id that an entry speaks of.
pub(super) struct Reference {
    pub(super) to: Referent,
    pub(super) id: Symbol,
    pub(super) place: Place,
}

/// An entry of a section whose common keys have been read.
pub(super) struct Entry<'n> {
    /// Empty where the file gives none; the file is not used then.
    pub(super) id: Symbol,
    pub(super) fields: Fields<'n>,
}

impl<'f> Draft<'f> {
    /// Reads a file as far as it can be read.
    pub(super) fn read(file: &'f RuleFile) -> Draft<'f> {
        Draft::read_and_learn(file, None)
    }

    /// As [`Draft::read`]; what was asked of the file goes into `shapes`.
    pub(super) fn read_and_learn(file: &'f RuleFile, shapes: Option<&mut Shapes>) -> Draft<'f> {
        let (root, problems) = parse(&file.text);
        let record = shapes.is_some().then(Record::default);
        let mut draft = Draft {
            file,
            reader: Reader { problems, record },
            rules: RuleSet::default(),
            examples: Vec::new(),
            declared: Vec::new(),
            references: Vec::new(),
            languages: Vec::new(),
            disabled: Vec::new(),
        };
        if let Some(root) = root.filter(|root| !root.is_null()) {
            draft.sections(&root);
            if let (Some(shapes), Some(record)) = (shapes, draft.reader.record.take()) {
                shapes.add(record, &root.place);
            }
        }
        draft
    }

    fn sections(&mut self, root: &Node) {
        let keys: Vec<&'static str> =
            Section::ALL.iter().map(|section| section.key()).chain(OTHER_KEYS.iter().copied()).collect();
        let Some(fields) = self.reader.fields(root, "a file of rules", &keys) else { return };
        if let Some(node) = fields.get("language") {
            self.languages = self.languages_of(node);
        }
        for &section in Section::ALL {
            let Some(list) = fields.get(section.key()) else { continue };
            for node in self.reader.list(list, "a list of entries") {
                self.entry(section, node);
            }
        }
        if let Some(effects) = fields.get("effects") {
            self.effects(effects);
        }
        if let Some(names) = fields.get("names") {
            self.name_evidence(names);
        }
        if let Some(disabled) = fields.get("disable") {
            for (id, node) in self.reader.texts(disabled, "an id") {
                self.disabled.push((Symbol::new(id), node.place.clone()));
            }
        }
    }

    fn entry(&mut self, section: Section, node: &Node) {
        match section {
            Section::Element => self.element(node),
            Section::Destination => self.destination(node),
            Section::Source => self.source(node),
            Section::Sink => self.sink(node),
            Section::Propagator => self.propagator(node),
            Section::Sanitizer => self.sanitizer(node),
            Section::Transform => self.transform(node),
            Section::Member => self.member(node),
            Section::Type => self.type_rule(node),
            Section::Call => self.call(node),
            Section::Channel => self.channel(node),
            Section::Expand => self.expand(node),
            Section::Entry => self.entry_point(node),
            Section::Guard => self.guard(node),
            Section::Constant => self.constant(node),
        }
    }

    /// The keys that every entry has, beside those of its section. `None`: the entry is no mapping.
    pub(super) fn open<'n>(
        &mut self,
        node: &'n Node,
        section: Section,
        own_keys: &[&'static str],
    ) -> Option<Entry<'n>> {
        let keys = [&["id", "replaces", "examples"], own_keys].concat();
        let fields = self.reader.fields(node, section.noun(), &keys)?;
        let id = self.reader.require(&fields, "id").and_then(|node| self.id(node, section));
        let id = id.unwrap_or_else(|| Symbol::new(""));
        let replaces = fields.get("replaces").and_then(|node| {
            let replaced = self.reader.text(node, "the id of a rule")?;
            Some((Symbol::new(replaced), node.place.clone()))
        });
        let place = fields.get("id").map_or_else(|| fields.place(), |node| node.place.clone());
        self.declared.push(Declared { section: Some(section), id, place, replaces });
        if let Some(examples) = fields.get("examples") {
            self.examples_of(id, examples);
        }
        Some(Entry { id, fields })
    }

    /// An id with the characters that its section allows: those of rules may hold `-`.
    fn id(&mut self, node: &Node, section: Section) -> Option<Symbol> {
        let text = self.reader.text(node, "an id")?;
        let words = matches!(section, Section::Element | Section::Destination);
        let fits = if words { is_id(text) } else { is_id(&text.replace('-', "_")) };
        if fits {
            return Some(Symbol::new(text));
        }
        let dash = if words { "" } else { " and `-`" };
        let problem = Problem::new(node.place.clone(), format!("`{text}` cannot be the id of {}", section.noun()));
        let help = format!("ids are words of lower-case letters, digits, `_`{dash}, joined by dots");
        self.reader.problems.push(problem.help(help));
        None
    }

    fn examples_of(&mut self, rule: Symbol, node: &Node) {
        for item in self.reader.one_or_more(node, "an example") {
            let Some(fields) = self.reader.fields(item, "an example", &["language", "code"]) else { continue };
            let language = self.reader.require(&fields, "language").and_then(|node| self.language(node));
            let code = self.reader.require(&fields, "code").and_then(|node| self.reader.text(node, "code"));
            if let (Some(language), Some(code)) = (language, code) {
                self.examples.push(Example {
                    rule: rule.as_str().to_owned(),
                    language: language.to_owned(),
                    code: code.to_owned(),
                    path: self.file.path.clone(),
                });
            }
        }
    }

    /// The key of a language.
    /// One or more languages.
    pub(super) fn languages_of(&mut self, node: &Node) -> Vec<Symbol> {
        let items = self.reader.one_or_more(node, "a language");
        items.iter().filter_map(|item| self.language(item).map(Symbol::new)).collect()
    }

    pub(super) fn language(&mut self, node: &Node) -> Option<&'static str> {
        let text = self.reader.text(node, "a language")?;
        let found = LANGUAGES.iter().copied().find(|language| *language == text);
        if found.is_none() {
            let problem = Problem::new(node.place.clone(), format!("there is no language `{text}`"));
            self.reader.problems.push(problem.suggest(text, LANGUAGES.iter().copied()));
        }
        found
    }

    fn effects(&mut self, node: &Node) {
        for (text, node) in self.reader.texts(node, "an effect") {
            if is_id(text) {
                let id = Symbol::new(text);
                self.declared.push(Declared { section: None, id, place: node.place.clone(), replaces: None });
                self.rules.effects.push(id);
            } else {
                let message = format!("`{text}` cannot be an effect");
                let help = "effects are words of lower-case letters, digits and `_`, joined by dots";
                self.reader.problems.push(Problem::new(node.place.clone(), message).help(help));
            }
        }
    }

    /// A reference to something that some file declares.
    pub(super) fn reference(&mut self, node: &Node, to: Referent, what: &str) -> Option<Symbol> {
        let id = self.reader.text(node, what)?;
        self.refer(to, id, node);
        Some(Symbol::new(id))
    }

    /// Notes that `node` speaks of `id`.
    pub(super) fn refer(&mut self, to: Referent, id: &str, node: &Node) {
        self.references.push(Reference { to, id: Symbol::new(id), place: node.place.clone() });
    }

    /// Texts as symbols, each not empty.
    pub(super) fn symbols(&mut self, node: &Node, what: &str) -> Vec<Symbol> {
        self.reader.texts(node, what).into_iter().map(|(text, _)| Symbol::new(text)).collect()
    }

    /// Notes a mistake in a part of a text, given as bytes of the text.
    pub(super) fn note_within(&mut self, node: &Node, part: Range<usize>, problem: impl FnOnce(Place) -> Problem) {
        // Places within a text are known when it stands in the file as it is, with or without quotes around it.
        let length = node.as_text().map_or(0, str::len);
        let place = match node.place.len().checked_sub(length) {
            Some(quotes @ (0 | 2)) if part.end <= length => {
                let start = node.place.start + quotes / 2;
                start + part.start..start + part.end
            }
            _ => node.place.clone(),
        };
        self.reader.problems.push(problem(place));
    }
}
