//! The rules, indexed for the engine: what is known of a call, a type, a condition, a word.
//!
//! Finding the rules of a call costs a look-up by its name (and one by prefix), whatever the number of rules.

use rustc_hash::FxHashMap;

use crate::base::Symbol;
use crate::ir::{Const, Operand, Target, TypeRef};
use crate::link::FunctionId;
use crate::rules::covers_destination;
use crate::rules::model::*;
use crate::taint::Confidence;
use crate::taint::call::Arguments;
use crate::taint::engine::Engine;
use crate::taint::library::LibraryCall;
use crate::taint::models::ChannelSide;
use crate::taint::path::{Root, Step};
use crate::taint::value::{Protections, Value};

/// Bits of [`Protections`] below this one are effects; those above are sanitizers' destinations.
const FIRST_SANITIZER_BIT: u32 = 24;

/// One rule that may speak of a call.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Entry {
    Source(usize),
    Sink(usize),
    Propagator(usize),
    Sanitizer(usize),
    Transform(usize),
    Type(usize),
    Call(usize),
    Channel(usize, bool, usize),
    Expand(usize),
}

/// Rules by the name of what they speak of.
#[derive(Default)]
struct ByName {
    exact: FxHashMap<Symbol, Vec<Entry>>,
    prefix: Vec<(Symbol, Entry)>,
    any: Vec<Entry>,
}

impl ByName {
    fn insert(&mut self, patterns: &[Pattern], entry: Entry) {
        for pattern in patterns {
            match pattern {
                Pattern::Exact(name) => self.exact.entry(*name).or_default().push(entry),
                Pattern::Prefix(name) | Pattern::Rest(name, _) => self.prefix.push((*name, entry)),
                Pattern::Any => self.any.push(entry),
            }
        }
    }

    fn get(&self, name: Symbol) -> Vec<Entry> {
        let mut found = self.exact.get(&name).cloned().unwrap_or_default();
        let prefixed = self.prefix.iter().filter(|(prefix, _)| name.starts_with(prefix.as_str()));
        found.extend(prefixed.map(|(_, entry)| *entry));
        found.extend(&self.any);
        found.sort();
        found.dedup();
        found
    }
}

/// What the rules say of one call.
#[derive(Default, Debug)]
pub struct Found {
    /// Indexes of sinks.
    pub sinks: Vec<(usize, Confidence)>,
    /// Indexes of sources.
    pub sources: Vec<(usize, Confidence)>,
    /// Indexes of propagators.
    pub propagators: Vec<usize>,
    /// Indexes of transforms.
    pub transforms: Vec<usize>,
    /// Indexes of sanitizers.
    pub sanitizers: Vec<usize>,
    /// Indexes of expansions.
    pub expands: Vec<usize>,
    /// Indexes of channels, with the side.
    pub channels: Vec<(usize, ChannelSide)>,
    /// Indexes of call rules.
    pub calls: Vec<usize>,
    /// The type of the result.
    pub returns: Option<TypeRef>,
    /// Nothing comes out.
    pub drops: bool,
    /// The result is the receiver.
    pub same_receiver: bool,
    /// Ids of all rules that matched.
    pub used: Vec<Symbol>,
}

impl Found {
    /// Whether rules say what the call does.
    pub fn is_modelled(&self) -> bool {
        self.has_data_model() || !self.calls.is_empty() || !self.sources.is_empty()
    }

    /// Whether rules say where data goes.
    pub fn has_data_model(&self) -> bool {
        !(self.propagators.is_empty()
            && self.transforms.is_empty()
            && self.sanitizers.is_empty()
            && self.expands.is_empty()
            && self.channels.is_empty())
    }
}

/// The rules of a run, indexed.
pub struct Knowledge<'r> {
    /// The rules themselves.
    pub set: &'r RuleSet,
    methods: ByName,
    constructors: ByName,
    lifetimes: FxHashMap<Symbol, Lifetime>,
    annotation_lifetimes: FxHashMap<Symbol, Lifetime>,
    effects: FxHashMap<Symbol, u32>,
    sanitizer_sets: Vec<Vec<Symbol>>,
    sanitizers: Vec<Protections>,
    guards: FxHashMap<(Symbol, Symbol), Protections>,
}

impl<'r> Knowledge<'r> {
    /// Indexes `set`.
    pub fn new(set: &'r RuleSet) -> Knowledge<'r> {
        let mut knowledge = Knowledge {
            set,
            methods: ByName::default(),
            constructors: ByName::default(),
            lifetimes: FxHashMap::default(),
            annotation_lifetimes: FxHashMap::default(),
            effects: FxHashMap::default(),
            sanitizer_sets: Vec::new(),
            sanitizers: Vec::new(),
            guards: FxHashMap::default(),
        };
        for (bit, effect) in set.effects.iter().enumerate().take(FIRST_SANITIZER_BIT as usize) {
            knowledge.effects.insert(*effect, bit as u32);
        }
        knowledge.index_calls();
        for rule in &set.types {
            if let (None, Some(lifetime)) = (&rule.matches.member, rule.lifetime) {
                for pattern in rule.matches.types.iter().chain(&rule.matches.extends) {
                    if let Pattern::Exact(name) = pattern {
                        knowledge.lifetimes.insert(*name, lifetime);
                    }
                }
            }
            if let (Some(Member::Annotation { names, .. }), Some(lifetime)) = (&rule.matches.member, rule.lifetime) {
                for name in names {
                    if let Pattern::Exact(name) = name {
                        knowledge.annotation_lifetimes.insert(*name, lifetime);
                    }
                }
            }
        }
        for rule in &set.entries {
            for pattern in rule.matches.extends.iter().chain(&rule.matches.types) {
                if let (Pattern::Exact(name), Some(lifetime)) = (pattern, rule.lifetime) {
                    knowledge.lifetimes.entry(*name).or_insert(lifetime);
                }
            }
        }
        for rule in &set.sanitizers {
            let bits = knowledge.sanitizer_set(&rule.destinations);
            knowledge.sanitizers.push(bits);
        }
        for rule in &set.guards {
            let (Some(effect), Some(Member::Field(names))) = (rule.effect, &rule.matches.member) else { continue };
            let bits = knowledge.effect_bits(effect);
            for pattern in &rule.matches.types {
                for name in names {
                    if let (Pattern::Exact(class), Pattern::Exact(name)) = (pattern, name) {
                        knowledge.guards.insert((*class, *name), bits);
                    }
                }
            }
        }
        knowledge
    }

    fn sanitizer_set(&mut self, destinations: &[Symbol]) -> Protections {
        let index = match self.sanitizer_sets.iter().position(|set| set == destinations) {
            Some(index) => index,
            None => {
                self.sanitizer_sets.push(destinations.to_vec());
                self.sanitizer_sets.len() - 1
            }
        };
        1u64.checked_shl(FIRST_SANITIZER_BIT + index as u32).unwrap_or(0)
    }

    fn index_calls(&mut self) {
        let set = self.set;
        for (index, rule) in set.sources.iter().enumerate() {
            self.index(&rule.matches, Entry::Source(index));
        }
        for (index, rule) in set.sinks.iter().enumerate() {
            self.index(&rule.matches, Entry::Sink(index));
        }
        for (index, rule) in set.propagators.iter().enumerate() {
            self.index(&rule.matches, Entry::Propagator(index));
        }
        for (index, rule) in set.sanitizers.iter().enumerate() {
            self.index(&rule.matches, Entry::Sanitizer(index));
        }
        for (index, rule) in set.transforms.iter().enumerate() {
            self.index(&rule.matches, Entry::Transform(index));
        }
        for (index, rule) in set.types.iter().enumerate() {
            self.index(&rule.matches, Entry::Type(index));
        }
        for (index, rule) in set.calls.iter().enumerate() {
            self.index(&rule.matches, Entry::Call(index));
        }
        for (index, rule) in set.channels.iter().enumerate() {
            for (side, ends) in [(true, &rule.put), (false, &rule.get)] {
                for (position, end) in ends.iter().enumerate() {
                    self.index(&end.matches, Entry::Channel(index, side, position));
                }
            }
        }
        for (index, rule) in set.expands.iter().enumerate() {
            self.index(&rule.matches, Entry::Expand(index));
        }
    }

    fn index(&mut self, matches: &Match, entry: Entry) {
        match &matches.member {
            Some(Member::Method(names) | Member::Function(names)) if !matches.overridden => {
                self.methods.insert(names, entry)
            }
            Some(Member::Constructor) => self.constructors.insert(&matches.types, entry),
            _ => {}
        }
    }

    fn matches_of(&self, entry: Entry) -> &Match {
        match entry {
            Entry::Source(index) => &self.set.sources[index].matches,
            Entry::Sink(index) => &self.set.sinks[index].matches,
            Entry::Propagator(index) => &self.set.propagators[index].matches,
            Entry::Sanitizer(index) => &self.set.sanitizers[index].matches,
            Entry::Transform(index) => &self.set.transforms[index].matches,
            Entry::Type(index) => &self.set.types[index].matches,
            Entry::Call(index) => &self.set.calls[index].matches,
            Entry::Channel(index, true, position) => &self.set.channels[index].put[position].matches,
            Entry::Channel(index, false, position) => &self.set.channels[index].get[position].matches,
            Entry::Expand(index) => &self.set.expands[index].matches,
        }
    }

    /// The rules that speak of a call.
    pub fn find(
        &self,
        engine: &Engine<'_>,
        function: FunctionId,
        call: &LibraryCall<'_>,
        arguments: &Arguments,
    ) -> Found {
        let mut found = Found::default();
        let candidates = if call.is_constructor {
            call.types.first().map(|class| self.constructors.get(*class)).unwrap_or_default()
        } else {
            self.methods.get(call.site.name)
        };
        for entry in candidates {
            let Some(confidence) = self.accepts(engine, function, self.matches_of(entry), call, arguments) else {
                continue;
            };
            let id = self.add(&mut found, entry, confidence);
            found.used.push(id);
        }
        if call.types.is_empty() && found.propagators.iter().any(|index| !self.set.propagators[*index].drops) {
            // Of several types that the receiver may have, one passes data on.
            found.drops = false;
        }
        found
    }

    fn add(&self, found: &mut Found, entry: Entry, confidence: Confidence) -> Symbol {
        let set = self.set;
        match entry {
            Entry::Source(index) => {
                found.sources.push((index, confidence));
                set.sources[index].id
            }
            Entry::Sink(index) => {
                found.sinks.push((index, confidence));
                set.sinks[index].id
            }
            Entry::Propagator(index) => {
                let rule = &set.propagators[index];
                found.propagators.push(index);
                found.drops |= rule.drops;
                found.same_receiver |= rule.kind == PropagatorKind::Same;
                rule.id
            }
            Entry::Sanitizer(index) => {
                found.sanitizers.push(index);
                set.sanitizers[index].id
            }
            Entry::Transform(index) => {
                found.transforms.push(index);
                set.transforms[index].id
            }
            Entry::Type(index) => {
                let rule = &set.types[index];
                if let (None, Some(returns)) = (&found.returns, rule.returns) {
                    found.returns = parse_type(&returns);
                }
                rule.id
            }
            Entry::Call(index) => {
                found.calls.push(index);
                set.calls[index].id
            }
            Entry::Channel(index, is_put, position) => {
                let side = if is_put { ChannelSide::Put(position) } else { ChannelSide::Get(position) };
                found.channels.push((index, side));
                set.channels[index].id
            }
            Entry::Expand(index) => {
                found.expands.push(index);
                set.expands[index].id
            }
        }
    }

    /// Whether a match accepts a call, and how surely.
    fn accepts(
        &self,
        engine: &Engine<'_>,
        function: FunctionId,
        matches: &Match,
        call: &LibraryCall<'_>,
        arguments: &Arguments,
    ) -> Option<Confidence> {
        let program = engine.program;
        let is_any = |patterns: &[Pattern], name: Symbol| {
            patterns.iter().any(|pattern| match pattern {
                Pattern::Exact(text) if text.contains('.') || *text == name => program.is_subtype(name, text),
                Pattern::Exact(text) => crate::link::Program::simple_name(&name) == text.as_str(),
                pattern => pattern.matches(&name),
            })
        };
        if !matches.arity.is_empty() && !matches.arity.contains(&(arguments.arity() as u8)) {
            return None;
        }
        if matches.is_static.is_some_and(|is_static| is_static != call.is_static) {
            return None;
        }
        let mut confidence = Confidence::High;
        let is_told_by_receiver = match &matches.receiver {
            Some(Receiver::Field(field)) => {
                if !is_field(&call.receiver, field) {
                    return None;
                }
                true
            }
            Some(Receiver::Call(callee)) => {
                if !is_result_of(engine, &call.receiver, callee) {
                    return None;
                }
                true
            }
            Some(Receiver::Name(_)) | None => false,
        };
        if !is_told_by_receiver
            && !matches.types.is_empty()
            && !call.types.iter().any(|name| is_any(&matches.types, *name))
        {
            if !call.types.is_empty() || call.is_constructor {
                return None;
            }
            let named = matches!(&matches.receiver, Some(Receiver::Name(_)));
            if !named && self.set.evidence.common_methods.contains(&call.site.name) {
                return None;
            }
            confidence = Confidence::Medium;
        }
        if matches.types.is_empty() && matches.receiver.is_none() && matches.member.is_none() {
            return None;
        }
        if let Some(Receiver::Name(names)) = &matches.receiver
            && (confidence < Confidence::High || matches.types.is_empty())
        {
            if !names.contains(&receiver_name(engine, function, call)?) {
                return None;
            }
            confidence = Confidence::Medium;
        }
        for (port, constants) in &matches.conditions {
            let PortRoot::Argument(index) = port.root else { return None };
            let value = arguments.positional.get(index as usize)?;
            if !constants.iter().any(|constant| equals(value, *constant)) {
                return None;
            }
        }
        let owner = program.functions[function].owner;
        if !matches.inside.is_empty() {
            let class = program.classes[owner?].qualified;
            if !is_any(&matches.inside, class) {
                return None;
            }
        }
        if !matches.languages.is_empty() {
            let language = program.units[program.functions[function].unit].language;
            if !matches.languages.contains(&language) {
                return None;
            }
        }
        if let Some(parameters) = &matches.parameters {
            let fits = parameters.len() == arguments.positional.len()
                && parameters.iter().zip(&arguments.positional).all(|(pattern, argument)| {
                    argument.declared.as_ref().is_none_or(|declared| is_any(&[*pattern], declared.name))
                });
            if !fits {
                return None;
            }
        }
        Some(confidence)
    }

    /// How long objects of a library type live.
    pub fn lifetime(&self, name: Symbol) -> Option<Lifetime> {
        self.lifetimes.get(&name).copied()
    }

    /// Whether an annotation makes the objects of a class live on.
    pub fn annotation_lifetime(&self, name: Symbol) -> bool {
        self.annotation_lifetimes.get(&name).is_some_and(|lifetime| *lifetime != Lifetime::Transient)
    }

    /// The bit of an effect.
    pub fn effect_bits(&self, effect: Symbol) -> Protections {
        self.effects.get(&effect).map_or(0, |bit| 1 << bit)
    }

    /// The effects of bits, sorted.
    pub fn effects_of(&self, bits: Protections) -> Vec<Symbol> {
        self.set.effects.iter().copied().filter(|effect| self.effect_bits(*effect) & bits != 0).collect()
    }

    /// The bit of a sanitizer.
    pub fn sanitizer_bits(&self, index: usize) -> Protections {
        self.sanitizers[index]
    }

    /// Whether bits say that a value was cleaned for `destination`.
    pub fn is_cleaned_for(&self, bits: Protections, destination: &str) -> bool {
        self.sanitizer_sets.iter().enumerate().any(|(index, set)| {
            let bit = 1u64.checked_shl(FIRST_SANITIZER_BIT + index as u32).unwrap_or(0);
            bits & bit != 0 && set.iter().any(|covered| covers_destination(covered, destination))
        })
    }

    /// The protections that a static field proves where it is true.
    pub fn guard_bits(&self, class: Symbol, name: Symbol) -> Protections {
        let simple = Symbol::new(crate::link::Program::simple_name(&class));
        self.guards.get(&(class, name)).or_else(|| self.guards.get(&(simple, name))).copied().unwrap_or(0)
    }

    /// Whether an element is but a category, until a name says which of the elements below it is meant.
    pub fn is_generic(&self, element: Symbol) -> bool {
        let below = format!("{element}.");
        self.set.elements.iter().any(|own| own.id.starts_with(&below))
    }

    /// Effects of which the name of a call speaks.
    pub fn effects_named(&self, name: &str) -> Protections {
        let lower = name.to_lowercase();
        let speaks = |stem: &str| lower.contains(stem);
        self.set
            .evidence
            .effect_stems
            .iter()
            .filter_map(|stem| stem.split_once(':'))
            .filter(|(stem, _)| speaks(stem))
            .fold(0, |bits, (_, effect)| bits | self.effect_bits(Symbol::new(effect)))
    }

    /// Whether a call of this name looks something up by its arguments, which do not come out.
    pub fn is_lookup(&self, name: &str) -> bool {
        starts_with_word(name, &self.set.evidence.lookups)
    }

    /// Whether a call of this name answers a question or counts.
    pub fn is_predicate(&self, name: &str) -> bool {
        starts_with_word(name, &self.set.evidence.predicates)
    }

    /// Whether a type holds no text.
    pub fn is_plain_type(&self, declared: &TypeRef) -> bool {
        self.set.evidence.plain_types.contains(&declared.name)
    }

    /// Whether any rule speaks of a method of a type.
    pub fn is_modelled(&self, program: &crate::link::Program, class: Symbol, name: Symbol) -> bool {
        self.methods.get(name).into_iter().any(|entry| {
            !matches!(entry, Entry::Type(_))
                && self.matches_of(entry).types.iter().any(|pattern| match pattern {
                    Pattern::Exact(text) => program.is_subtype(class, text),
                    _ => false,
                })
        })
    }

    /// Whether a rule says that a method of a type is static.
    pub fn is_static_method(&self, class: Symbol, name: Symbol) -> bool {
        self.methods.get(name).into_iter().any(|entry| {
            let matches = self.matches_of(entry);
            matches.is_static == Some(true) && matches.types.contains(&Pattern::Exact(class))
        })
    }
}

fn starts_with_word(name: &str, words: &[Symbol]) -> bool {
    words.iter().any(|word| {
        name.strip_prefix(word.as_str()).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(|next: char| next.is_uppercase() || next == '_' || next.is_numeric())
        })
    })
}

/// Whether a value is what a qualified static field holds.
fn is_field(value: &Value, field: &str) -> bool {
    value.facts.iter().filter_map(|fact| fact.exact_path()).any(|path| match (path.start(), path.steps()) {
        (Root::Static(class), [Step::Field(name)]) => {
            field.strip_suffix(name.as_str()).and_then(|rest| rest.strip_suffix('.')) == Some(class.as_str())
        }
        _ => false,
    })
}

/// Whether a value is the result of a qualified method.
fn is_result_of(engine: &Engine<'_>, value: &Value, callee: &str) -> bool {
    let Some((class, method)) = callee.rsplit_once('.') else { return false };
    value.facts.iter().filter_map(|fact| fact.exact_path()).any(|path| {
        let Root::Opaque(site) = path.start() else { return false };
        let produced = engine.producers.get(*site);
        produced
            .as_deref()
            .and_then(|produced| produced.rsplit_once('.'))
            .is_some_and(|(of, name)| name == method && engine.program.is_subtype(Symbol::new(of), class))
    })
}

/// The name of the variable, field or bare call that a receiver is.
fn receiver_name(engine: &Engine<'_>, function: FunctionId, call: &LibraryCall<'_>) -> Option<Symbol> {
    let Target::Method { receiver: Operand::Place(place), .. } = &call.site.call?.target else { return None };
    match (place.path.last(), &place.base) {
        (Some(crate::ir::Projection::Field(name)), _) => Some(*name),
        (None, crate::ir::Base::Local(local)) => engine.program.function(function).locals[*local].name,
        (None, crate::ir::Base::Name(name)) => Some(*name),
        _ => None,
    }
}

fn equals(value: &Value, constant: Constant) -> bool {
    match constant {
        Constant::Null => value.constants.known().contains(&Const::Null),
        Constant::Bool(expected) => value.constants.known().contains(&Const::Bool(expected)),
        Constant::Int(expected) => value.constants.known().contains(&Const::Int(expected)),
        Constant::Str(expected) => {
            let is_text = value.constants.known().iter().any(|own| match own {
                Const::Str(text) | Const::Symbol(text) => *text == expected,
                _ => false,
            });
            is_text
                || value.facts.iter().filter_map(|fact| fact.exact_path()).any(|path| {
                    matches!((path.start(), path.steps()), (Root::Static(class), [Step::Field(name)])
                        if *name == expected || format!("{class}.{name}") == expected.as_str())
                })
        }
    }
}

/// A type as a rule writes it: `Name` or `Name[Argument, …]`.
fn parse_type(text: &str) -> Option<TypeRef> {
    let (name, rest) = match text.split_once('[') {
        Some((name, rest)) if !name.is_empty() => (name, rest.strip_suffix(']')?),
        _ => return Some(TypeRef::named(text)),
    };
    let arguments = rest.split(',').filter_map(|argument| parse_type(argument.trim())).collect();
    Some(TypeRef { name: Symbol::new(name), arguments })
}
