//! Finds the rules that speak of a place in the code, by the name that stands there.
//!
//! [`RuleIndex::find`] takes a [`Site`], the question an engine asks of a call, an access or a declaration, and answers
//! with the rules that apply, in the order of their ids. Candidates come from hash maps: the name itself, each of its
//! beginnings that some rule uses (`get*`), and, for rules that take any name, the types of the site. What it costs
//! depends on how many rules share the name, never on how many there are.

mod site;

use std::collections::{BTreeMap, BTreeSet};

use globset::{GlobBuilder, GlobMatcher};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::Symbol;
use crate::rules::model::{Match, Pattern, RuleSet};

pub use site::{Certainty, Site, SiteKind, Typing};

/// A rule of a set: its section and its position there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs, reason = "each variant is a section of the rule files")]
pub enum RuleRef {
    Source(usize),
    Sink(usize),
    Propagator(usize),
    Sanitizer(usize),
    Transform(usize),
    Member(usize),
    Type(usize),
    Call(usize),
    /// A channel, and which of its `put` ends.
    Put(usize, usize),
    /// A channel, and which of its `get` ends.
    Get(usize, usize),
    Expand(usize),
    Entry(usize),
    Guard(usize),
    Constant(usize),
}

impl RuleRef {
    /// The id of the rule and what it speaks of.
    pub fn resolve(self, rules: &RuleSet) -> (Symbol, &Match) {
        macro_rules! of {
            ($rule:expr) => {{
                let rule = &$rule;
                (rule.id, &rule.matches)
            }};
        }
        match self {
            RuleRef::Source(at) => of!(rules.sources[at]),
            RuleRef::Sink(at) => of!(rules.sinks[at]),
            RuleRef::Propagator(at) => of!(rules.propagators[at]),
            RuleRef::Sanitizer(at) => of!(rules.sanitizers[at]),
            RuleRef::Transform(at) => of!(rules.transforms[at]),
            RuleRef::Member(at) => of!(rules.members[at]),
            RuleRef::Type(at) => of!(rules.types[at]),
            RuleRef::Call(at) => of!(rules.calls[at]),
            RuleRef::Put(at, end) => (rules.channels[at].id, &rules.channels[at].put[end].matches),
            RuleRef::Get(at, end) => (rules.channels[at].id, &rules.channels[at].get[end].matches),
            RuleRef::Expand(at) => of!(rules.expands[at]),
            RuleRef::Entry(at) => of!(rules.entries[at]),
            RuleRef::Guard(at) => of!(rules.guards[at]),
            RuleRef::Constant(at) => of!(rules.constants[at]),
        }
    }
}

/// The rules of a run by what they speak of.
#[derive(Debug)]
pub struct RuleIndex<'r> {
    rules: &'r RuleSet,
    names: FxHashMap<SiteKind, ByName>,
    common: FxHashSet<Symbol>,
    globs: FxHashMap<Symbol, GlobMatcher>,
}

impl<'r> RuleIndex<'r> {
    /// Indexes `rules`.
    pub fn new(rules: &'r RuleSet) -> RuleIndex<'r> {
        let mut references = all(rules);
        references.sort_by_key(|&rule| (rule.resolve(rules).0, rule));
        let mut names: FxHashMap<SiteKind, ByName> = FxHashMap::default();
        let mut globs = FxHashMap::default();
        for (rank, &rule) in references.iter().enumerate() {
            let (_, matches) = rule.resolve(rules);
            if let Some(kind) = SiteKind::of(rule, matches) {
                names.entry(kind).or_default().insert(matches, Ranked { rank, rule });
            }
            // The loader has checked that it is a glob.
            if let Some(glob) = matches.file
                && let Ok(compiled) = GlobBuilder::new(&glob).literal_separator(true).build()
            {
                globs.insert(glob, compiled.compile_matcher());
            }
        }
        let common = rules.evidence.common_methods.iter().copied().collect();
        RuleIndex { rules, names, common, globs }
    }

    /// The rules that apply at `site`, in the order of their ids, each with how sure that is.
    pub fn find(&self, site: &dyn Site) -> Vec<(RuleRef, Certainty)> {
        let mut types = Vec::new();
        site.each_type(&mut |name| types.push(name));
        let mut found = Vec::new();
        let mut rules = self.about(site.kind(), site.name(), types.iter().copied());
        if site.kind() == SiteKind::Constructor {
            // What holds for the objects of a class holds for those below it, of which no rule says more.
            let mut above = types.iter().filter(|&&above| above != site.name());
            while rules.is_empty()
                && let Some(&above) = above.next()
            {
                rules = self.about(SiteKind::Constructor, above, []);
            }
        }
        for rule in rules {
            let (_, matches) = rule.resolve(self.rules);
            found.extend(self.accepts(matches, site).map(|certainty| (rule, certainty)));
        }
        found
    }

    /// The rules whose name fits, and whose type may: those for any name are chosen by the types given.
    pub fn about(&self, kind: SiteKind, name: Symbol, types: impl IntoIterator<Item = Symbol>) -> Vec<RuleRef> {
        let ranked = self.names.get(&kind).map(|names| names.of(name, types)).unwrap_or_default();
        ranked.into_iter().map(|ranked| ranked.rule).collect()
    }

    /// Whether a match holds at `site`, whose name fits, and how sure that is.
    pub fn accepts(&self, matches: &Match, site: &dyn Site) -> Option<Certainty> {
        let in_file = |glob: &Symbol| self.globs.get(glob).is_some_and(|glob| glob.is_match(site.file()));
        if !matches.file.as_ref().is_none_or(in_file) {
            return None;
        }
        let certainty = matches.accepts(site)?;
        let told_by_receiver = matches.receiver.is_some();
        if certainty == Certainty::ByName && !told_by_receiver && !matches.names_in_full(&site.name()) {
            return None;
        }
        (certainty == Certainty::Typed || told_by_receiver || !self.is_common(site.name())).then_some(certainty)
    }

    /// Whether so many types have a method of this name that it says nothing of the type.
    pub fn is_common(&self, name: Symbol) -> bool {
        self.common.contains(&name)
    }
}

/// Every rule that has a match.
fn all(rules: &RuleSet) -> Vec<RuleRef> {
    let mut all = Vec::new();
    all.extend((0..rules.sources.len()).map(RuleRef::Source));
    all.extend((0..rules.sinks.len()).map(RuleRef::Sink));
    all.extend((0..rules.propagators.len()).map(RuleRef::Propagator));
    all.extend((0..rules.sanitizers.len()).map(RuleRef::Sanitizer));
    all.extend((0..rules.transforms.len()).map(RuleRef::Transform));
    all.extend((0..rules.members.len()).map(RuleRef::Member));
    all.extend((0..rules.types.len()).map(RuleRef::Type));
    all.extend((0..rules.calls.len()).map(RuleRef::Call));
    for (at, channel) in rules.channels.iter().enumerate() {
        all.extend((0..channel.put.len()).map(|end| RuleRef::Put(at, end)));
        all.extend((0..channel.get.len()).map(|end| RuleRef::Get(at, end)));
    }
    all.extend((0..rules.expands.len()).map(RuleRef::Expand));
    all.extend((0..rules.entries.len()).map(RuleRef::Entry));
    all.extend((0..rules.guards.len()).map(RuleRef::Guard));
    all.extend((0..rules.constants.len()).map(RuleRef::Constant));
    all
}

/// A rule with its place in the order of ids.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Ranked {
    rank: usize,
    rule: RuleRef,
}

/// The rules about one kind of site, by name.
#[derive(Default, Debug)]
struct ByName {
    exact: FxHashMap<Symbol, Vec<Ranked>>,
    /// By the beginning of the name, with the lengths that beginnings have.
    prefixes: FxHashMap<&'static str, Vec<Ranked>>,
    lengths: BTreeSet<usize>,
    /// By the end of the name; there are few of these.
    endings: BTreeMap<&'static str, Vec<Ranked>>,
    /// Rules for any name, by their types.
    by_type: FxHashMap<Symbol, Vec<Ranked>>,
    /// Rules for any name of any type, or of types by a pattern.
    any: Vec<Ranked>,
}

impl ByName {
    fn insert(&mut self, matches: &Match, rule: Ranked) {
        // A constructor is called by its type, and a rule without a member speaks of types.
        let names = match &matches.member {
            Some(member) => member.names().unwrap_or(&matches.types),
            None => &[],
        };
        if names.is_empty() || names.contains(&Pattern::Any) {
            self.insert_by_type(matches, rule);
            return;
        }
        for name in names {
            match *name {
                Pattern::Exact(name) => self.exact.entry(name).or_default().push(rule),
                Pattern::Prefix(start) | Pattern::Rest(start, _) => {
                    self.prefixes.entry(start.as_str()).or_default().push(rule);
                    self.lengths.insert(start.len());
                }
                Pattern::Suffix(end) => self.endings.entry(end.as_str()).or_default().push(rule),
                Pattern::Any => {}
            }
        }
    }

    fn insert_by_type(&mut self, matches: &Match, rule: Ranked) {
        let types = if matches.types.is_empty() { &matches.extends } else { &matches.types };
        let exact: Option<Vec<Symbol>> = types
            .iter()
            .map(|pattern| match pattern {
                // A name without a dot stands for types of any package: no single name finds them.
                Pattern::Exact(name) if name.contains('.') => Some(*name),
                _ => None,
            })
            .collect();
        match exact {
            Some(types) if !types.is_empty() => {
                types.into_iter().for_each(|name| self.by_type.entry(name).or_default().push(rule));
            }
            _ => self.any.push(rule),
        }
    }

    /// The rules about `name`, and those about any name of one of `types`.
    fn of(&self, name: Symbol, types: impl IntoIterator<Item = Symbol>) -> Vec<Ranked> {
        let mut found = self.exact.get(&name).cloned().unwrap_or_default();
        for &length in self.lengths.range(..=name.len()) {
            let start = name.as_str().get(..length);
            found.extend(start.and_then(|start| self.prefixes.get(start)).into_iter().flatten());
        }
        for (end, rules) in &self.endings {
            if name.len() > end.len() && name.ends_with(end) {
                found.extend(rules);
            }
        }
        if !self.by_type.is_empty() {
            types.into_iter().for_each(|name| found.extend(self.by_type.get(&name).into_iter().flatten()));
        }
        found.extend(&self.any);
        found.sort_unstable();
        found.dedup();
        found
    }
}
