//! Name evidence: which data element a name speaks of, if any.
//!
//! `userEmail` names an address; `emailTemplate`, `EMAIL_REGEX`, `isEmailValid`, `R.id.email` and `emailCount` name
//! other things. A name falls into words; every run of them is looked up among the names of elements (one look-up of a
//! hash map for each run, whatever the number of elements). A run counts only where it is the *head* of the name, the
//! thing that the name denotes:
//!
//! * English puts the head last. Behind the run may stand only words that leave it what it is (`email value`,
//!   `password confirmation`), numbers, or a preposition with whatever follows (`email of user`).
//! * Before it may stand what describes it (`primary email`), but no word that makes another thing of it (`regex`,
//!   `hashed`), no preposition (`count of emails`), and no question (`is`, `has`).
//! * The declared type must be able to hold it: no number or truth value, unless the element lists it, no view, no
//!   service, no function. Containers count as what they hold. A text or a number says nothing for a hint; an object
//!   of a class that the element does not list speaks for no name, unless its class is called as the element.
//! * The owner can speak for it, where it is a person, or against it: what a configuration holds, or a key below the
//!   name of a system (`db.username`), belongs to the program, and what a service keeps in a field is another service.
//!
//! All words are data: those of elements in `elements`, those of identifiers in general in the section `names`.

mod declared;
mod index;
mod words;

use rustc_hash::FxHashSet;

use crate::base::Symbol;
use crate::ir::TypeRef;
use crate::rules::model::{NameEvidence, RuleSet};

use declared::{Declared, TypeWords};
use index::{Index, Strength};

pub use words::{singulars, words};

/// What a name belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum NameKind {
    /// A field or property.
    Field,
    /// A parameter.
    Parameter,
    /// A local variable.
    Local,
    /// A method, for its result or for what it stores.
    Accessor,
    /// A constant key under which a value is stored or sent.
    Key,
}

impl NameKind {
    fn noun(self) -> &'static str {
        match self {
            NameKind::Field => "field",
            NameKind::Parameter => "parameter",
            NameKind::Local => "variable",
            NameKind::Accessor => "method",
            NameKind::Key => "key",
        }
    }
}

/// A name with what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct NameContext<'a> {
    /// The name.
    pub name: &'a str,
    /// Simple name of the class that it belongs to.
    pub owner: Option<&'a str>,
    /// Declared type, of a method that of its result.
    pub declared: Option<&'a TypeRef>,
    /// What it belongs to.
    pub kind: NameKind,
}

/// What a name says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The data element.
    pub element: Symbol,
    /// The name is enough by itself; else it is a hint.
    pub is_strong: bool,
    /// Type or owner speak for it. A text type speaks for a strong name only: a hint needs more than a text.
    pub agrees: bool,
    /// Why, for a reader: "field `email` of `User`, type String".
    pub reason: String,
}

/// The names of all elements, indexed.
#[derive(Debug)]
pub struct Names {
    index: Index,
    types: TypeWords,
    vocabulary: Vocabulary,
}

impl Names {
    /// Indexes the names of `rules`.
    pub fn new(rules: &RuleSet) -> Names {
        let vocabulary = Vocabulary::new(&rules.evidence);
        Names { index: Index::new(rules, &vocabulary.roles), types: TypeWords::new(&rules.evidence), vocabulary }
    }

    /// What a name says; the best where several elements are meant.
    pub fn evidence(&self, context: &NameContext<'_>) -> Option<Found> {
        let name = words(last_part(context));
        if name.is_empty() || self.is_registry(context) || is_constant_name(context) || is_question(context) {
            return None;
        }
        let owner = words(context.owner.or_else(|| key_owner(context)).unwrap_or_default());
        // What a method takes that gives nothing back is typed by nothing that is known here.
        let is_setter = |declared: &&TypeRef| context.kind == NameKind::Accessor && self.types.is_empty(declared);
        let declared = self.types.see(context.declared.filter(|declared| !is_setter(declared)));
        self.owned(context, &name, &owner, &declared).or_else(|| self.named(context, &name, &owner, &declared))
    }

    /// Whether a name says of a value that it is about no person.
    pub fn is_impersonal(&self, context: &NameContext<'_>) -> bool {
        let name = words(last_part(context));
        name.last().is_some_and(|word| self.vocabulary.impersonal.contains(word.as_str()))
    }

    /// Whether the members of a class are the names of other things: `R.string`.
    pub fn is_registry_of_names(&self, owner: &str) -> bool {
        self.vocabulary.registries.contains(owner)
    }

    /// Whether a type of this name is known to hold texts, or to hold none.
    pub fn is_common_type(&self, name: &str) -> bool {
        self.types.is_common(name)
    }

    /// Whether a method that takes something is called by what it does with it: `query(…)` gives answers, not a query,
    /// and `with_email(…)` those who have it.
    pub fn is_only_an_act(&self, method: &str) -> bool {
        match &words(method)[..] {
            [only] => {
                self.vocabulary.accessors.contains(only.as_str()) || self.vocabulary.actions.contains(only.as_str())
            }
            [first, ..] => self.vocabulary.prepositions.contains(first.as_str()),
            [] => false,
        }
    }

    /// The element whose record a class is (`Follow`): creating or sending one object of it is the datum.
    pub fn record(&self, class: &str) -> Option<Found> {
        let class_words = self.vocabulary.without_roles(words(class));
        let element = self.index.record(&class_words)?;
        let reason = format!("class `{class}` is a record of it");
        Some(Found { element: self.index.element(element).id, is_strong: true, agrees: true, reason })
    }

    /// Evidence by a declaration `Owner.field` of an element.
    fn owned(
        &self,
        context: &NameContext<'_>,
        name: &[String],
        owner: &[String],
        declared: &Declared,
    ) -> Option<Found> {
        let owner = self.vocabulary.without_roles(owner.to_vec());
        let element =
            self.index.owned(&owner, name).or_else(|| self.index.owned(&owner, self.accessed(context.kind, name)))?;
        let admits = self.types.admits(declared, self.index.element(element));
        (admits != Some(false)).then(|| self.found(context, element, true, true))
    }

    /// Evidence by the words of elements.
    fn named(
        &self,
        context: &NameContext<'_>,
        name: &[String],
        owner: &[String],
        declared: &Declared,
    ) -> Option<Found> {
        if self.vocabulary.is_set_up(context.kind, owner) {
            return None;
        }
        let hits = self.index.hits(name);
        let never: FxHashSet<usize> =
            hits.iter().filter(|hit| hit.strength == Strength::Never).map(|hit| hit.element).collect();
        let person = match context.kind {
            NameKind::Key => owner.iter().any(|word| self.vocabulary.says(&self.vocabulary.people, word)),
            _ => self.vocabulary.is_person(owner),
        };
        // What a service keeps in a field is another service, even where its type is called as an element.
        let keeps_services = context.kind == NameKind::Field && self.is_service(owner);
        let type_name = self.types.joined_name(declared).filter(|_| !keeps_services);
        let named_by_type: Vec<usize> = type_name.iter().flat_map(|name| self.index.called(name)).collect();
        // A type can say what its values are where the name does not: `EmailAddress from`.
        let by_type = named_by_type.iter().find(|element| !never.contains(element));
        let by_type = by_type.map(|&element| (Rank { is_strong: true, agrees: false, length: 0, end: 0 }, element));
        let mut best: Option<(Rank, usize)> = by_type;
        for hit in hits.iter().filter(|hit| hit.strength != Strength::Never && !never.contains(&hit.element)) {
            let element = self.index.element(hit.element);
            let admits = self.types.admits(declared, element);
            let says_type = named_by_type.contains(&hit.element);
            let is_general = admits == Some(true) && self.types.is_general(declared);
            if admits == Some(false) || !self.is_head(context.kind, name, hit.start..hit.end, admits == Some(true)) {
                continue;
            }
            // An object of a class that the element does not list may hold the datum, and much else.
            let is_some_object = admits.is_none() && *declared != Declared::Unknown && !says_type;
            let is_strong = hit.strength == Strength::Strong && (person || !is_some_object);
            // A text can hold anything, and `Card card` says no more than `card`.
            let repeats = type_name.as_deref().is_some_and(|own| own == name[hit.start..hit.end].concat());
            let agrees = person || says_type || (admits == Some(true) && (is_strong || !(is_general || repeats)));
            // A hint in a type that the element does not list speaks of something else.
            if !is_strong && !agrees && is_some_object {
                continue;
            }
            let length = name[hit.start..hit.end].iter().map(String::len).sum();
            let rank = Rank { is_strong, agrees, length, end: hit.end };
            if best.is_none_or(|(other, _)| rank > other) {
                best = Some((rank, hit.element));
            }
        }
        best.map(|(rank, element)| self.found(context, element, rank.is_strong, rank.agrees))
    }

    /// Whether the words `run` are what the name denotes.
    fn is_head(&self, kind: NameKind, name: &[String], run: std::ops::Range<usize>, type_agrees: bool) -> bool {
        let vocabulary = &self.vocabulary;
        let (before, after) = (self.accessed(kind, &name[..run.start]), &name[run.end..]);
        // `find_from_guid_or_username` looks something up by what it names; `from_email` is an address.
        let is_lookup = before.len() < run.start && before.first().is_some_and(|word| self.is_preposition(word));
        if is_lookup && kind == NameKind::Accessor {
            return false;
        }
        if let Some(first) = before.first() {
            let is_action = vocabulary.actions.contains(first.as_str());
            if vocabulary.predicates.contains(first.as_str())
                || (is_action && (kind == NameKind::Accessor || !type_agrees))
            {
                return false;
            }
        }
        let conjunction = before.iter().rposition(|word| vocabulary.conjunctions.contains(word.as_str()));
        let describes = &before[conjunction.map_or(0, |at| at + 1)..];
        let is_other = |(at, word): (usize, &String)| {
            (at > 0 && self.is_preposition(word))
                || vocabulary.says(&vocabulary.things, word)
                || (kind != NameKind::Key && vocabulary.says(&vocabulary.keys, word))
                || (!type_agrees && vocabulary.widgets.contains(word.as_str()))
        };
        if describes.iter().enumerate().any(is_other) {
            return false;
        }
        for (at, word) in after.iter().enumerate() {
            if self.is_preposition(word) {
                return true;
            }
            if vocabulary.conjunctions.contains(word.as_str()) {
                return !after[at..].iter().any(|word| vocabulary.says(&vocabulary.things, word));
            }
            let stays = word.chars().all(char::is_numeric)
                || vocabulary.says(&vocabulary.qualifiers, word)
                || (kind == NameKind::Key && vocabulary.says(&vocabulary.keys, word))
                || (type_agrees && vocabulary.widgets.contains(word.as_str()));
            if !stays {
                return false;
            }
        }
        true
    }

    /// The words behind an accessor's prefix: `get email` is `email`.
    fn accessed<'n>(&self, kind: NameKind, name: &'n [String]) -> &'n [String] {
        match name {
            // A key names a value, not a way to it: `set_photo` is a switch.
            _ if kind == NameKind::Key => name,
            [first, rest @ ..] if self.vocabulary.accessors.contains(first.as_str()) => rest,
            _ => name,
        }
    }

    /// Whether a class does something with data and is none.
    fn is_service(&self, class: &[String]) -> bool {
        self.types.is_machinery(&self.vocabulary.without_roles(class.to_vec()))
    }

    fn is_preposition(&self, word: &str) -> bool {
        self.vocabulary.prepositions.contains(word)
    }

    fn is_registry(&self, context: &NameContext<'_>) -> bool {
        context.owner.is_some_and(|owner| self.is_registry_of_names(owner))
    }

    fn found(&self, context: &NameContext<'_>, element: usize, is_strong: bool, agrees: bool) -> Found {
        let mut reason = format!("{} `{}`", context.kind.noun(), context.name);
        if let Some(owner) = context.owner {
            reason.push_str(&format!(" of `{owner}`"));
        }
        if let Some(declared) = context.declared {
            reason.push_str(&format!(", type {}", declared::text(declared)));
        }
        Found { element: self.index.element(element).id, is_strong, agrees, reason }
    }
}

/// How good evidence is: compared field by field, the first element of the rules among equals.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    is_strong: bool,
    agrees: bool,
    /// Letters of the run: `ip address` says more than `address`.
    length: usize,
    /// Where the run ends: the head stands last.
    end: usize,
}

/// The part of a name that says what it is: of a key, what stands behind dots and slashes.
fn last_part<'a>(context: &NameContext<'a>) -> &'a str {
    match context.kind {
        NameKind::Key => context.name.rsplit(['.', '/', ':']).find(|part| !part.is_empty()).unwrap_or(""),
        _ => context.name,
    }
}

/// What stands before the last part of a key: `customer` of `customer.city`.
fn key_owner<'a>(context: &NameContext<'a>) -> Option<&'a str> {
    let last = last_part(context);
    let before = context.name.strip_suffix(last)?;
    (context.kind == NameKind::Key && !before.is_empty()).then_some(before)
}

/// A method whose name asks, as some languages let it: `password?`.
fn is_question(context: &NameContext<'_>) -> bool {
    context.kind == NameKind::Accessor && context.name.ends_with('?')
}

/// `EMAIL_REGEX`, `EMAIL`: a constant, which holds a key or a setting; an acronym (`IMEI`) may be a variable.
fn is_constant_name(context: &NameContext<'_>) -> bool {
    let is_capital = !context.name.chars().any(char::is_lowercase);
    let can_be_constant = !matches!(context.kind, NameKind::Key | NameKind::Accessor);
    can_be_constant && is_capital && (context.name.contains('_') || context.name.chars().count() > 4)
}

/// The words of the section `names`, for look-up.
#[derive(Debug)]
struct Vocabulary {
    accessors: FxHashSet<&'static str>,
    predicates: FxHashSet<&'static str>,
    actions: FxHashSet<&'static str>,
    things: FxHashSet<&'static str>,
    keys: FxHashSet<&'static str>,
    widgets: FxHashSet<&'static str>,
    qualifiers: FxHashSet<&'static str>,
    impersonal: FxHashSet<&'static str>,
    prepositions: FxHashSet<&'static str>,
    conjunctions: FxHashSet<&'static str>,
    configurations: FxHashSet<&'static str>,
    people: FxHashSet<&'static str>,
    doubtful_people: FxHashSet<&'static str>,
    roles: FxHashSet<&'static str>,
    registries: FxHashSet<&'static str>,
}

impl Vocabulary {
    fn new(evidence: &NameEvidence) -> Vocabulary {
        let set = |list: &[Symbol]| list.iter().map(|word| word.as_str()).collect();
        Vocabulary {
            accessors: set(&evidence.accessors),
            predicates: set(&evidence.predicates),
            actions: set(&evidence.actions),
            things: set(&evidence.things),
            keys: set(&evidence.keys),
            widgets: set(&evidence.widgets),
            qualifiers: set(&evidence.qualifiers),
            impersonal: set(&evidence.impersonal),
            prepositions: set(&evidence.prepositions),
            conjunctions: set(&evidence.conjunctions),
            configurations: set(&evidence.configurations),
            people: set(&evidence.people),
            doubtful_people: set(&evidence.doubtful_people),
            roles: set(&evidence.roles),
            registries: set(&evidence.registries),
        }
    }

    /// Whether `list` holds the word or what it is the plural of.
    fn says(&self, list: &FxHashSet<&'static str>, word: &str) -> bool {
        list.contains(word) || words::singulars(word).any(|word| list.contains(word.as_str()))
    }

    /// Whether what owns the name sets a program up: a configuration, or a key below the name of a system.
    fn is_set_up(&self, kind: NameKind, owner: &[String]) -> bool {
        match kind {
            NameKind::Key => owner.iter().any(|word| self.says(&self.things, word)),
            _ => {
                let is_configuration = owner.last().is_some_and(|word| self.configurations.contains(word.as_str()));
                is_configuration && !owner.iter().any(|word| self.says(&self.people, word))
            }
        }
    }

    /// Whether the last word of a class name, but for those of its role, describes a person.
    fn is_person(&self, class: &[String]) -> bool {
        let class = self.without_roles(class.to_vec());
        let Some((last, before)) = class.split_last() else { return false };
        let is_doubtful = self.says(&self.doubtful_people, last) && !before.is_empty();
        self.says(&self.people, last) && (!is_doubtful || before.iter().any(|word| self.says(&self.people, word)))
    }

    /// The words of a class name without those that only tell its role: `UserDto` is `user`.
    fn without_roles(&self, class: Vec<String>) -> Vec<String> {
        index::without_roles(class, &self.roles)
    }
}
