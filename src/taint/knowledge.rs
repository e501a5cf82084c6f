//! What the rules say to the engine: of a call, a type, a condition, a word.

use rustc_hash::FxHashMap;

use crate::base::Symbol;
use crate::ir::TypeRef;
use crate::link::{FunctionId, Program};
use crate::rules::covers_destination;
use crate::rules::index::{Certainty, RuleIndex, RuleRef, SiteKind};
use crate::rules::model::*;
use crate::taint::Confidence;
use crate::taint::arguments::Arguments;
use crate::taint::call_site::CallSite;
use crate::taint::channels::ChannelSide;
use crate::taint::declared::{Declared, rules_of};
use crate::taint::engine::Engine;
use crate::taint::guards::Guards;
use crate::taint::library::LibraryCall;
use crate::taint::value::{Proof, Protections};

/// Bits of [`Protections`] below this one are effects; those above are sanitizers' destinations, and, from the other
/// end, what guards say of elements.
const FIRST_SANITIZER_BIT: u32 = 24;

/// A sink that a call is.
#[derive(Clone, Copy, Debug)]
pub struct FoundSink {
    /// Its index.
    pub index: usize,
    /// How sure that is.
    pub confidence: Confidence,
    /// The parameter whose annotation makes it one.
    pub parameter: Option<u8>,
}

/// What the rules say of one call.
#[derive(Default, Debug)]
pub struct Found {
    /// Sinks.
    pub sinks: Vec<FoundSink>,
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
    /// Indexes of constant rules.
    pub constants: Vec<usize>,
    /// What the result proves.
    pub proves: Proof,
    /// The type of the result.
    pub returns: Option<TypeRef>,
    /// Nothing comes out.
    pub drops: bool,
    /// The result is the receiver, or an argument.
    pub same: bool,
    /// The result is the receiver.
    pub same_receiver: bool,
    /// Ids of all rules that matched.
    pub used: Vec<Symbol>,
}

impl From<Certainty> for Confidence {
    fn from(certainty: Certainty) -> Confidence {
        match certainty {
            Certainty::Typed => Confidence::High,
            Certainty::ByName => Confidence::Medium,
        }
    }
}

impl Found {
    /// Whether rules say what the call does.
    pub fn is_modelled(&self) -> bool {
        self.has_data_model() || !self.calls.is_empty() || !self.sources.is_empty()
    }

    /// Whether rules say anything of what the call does, more than the type of its result.
    pub fn says_something(&self) -> bool {
        self.is_modelled() || !self.sinks.is_empty() || !self.constants.is_empty() || self.proves != Proof::default()
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
    index: RuleIndex<'r>,
    lifetimes: FxHashMap<Symbol, Lifetime>,
    annotation_lifetimes: FxHashMap<Symbol, Lifetime>,
    effects: FxHashMap<Symbol, u32>,
    sanitizer_sets: Vec<Vec<Symbol>>,
    sanitizers: Vec<Protections>,
    /// What tests prove.
    pub guards: Guards,
    /// Sources that are fields, by name.
    field_sources: FxHashMap<Symbol, Vec<usize>>,
}

impl<'r> Knowledge<'r> {
    /// Indexes `set`.
    pub fn new(set: &'r RuleSet) -> Knowledge<'r> {
        let mut knowledge = Knowledge {
            set,
            index: RuleIndex::new(set),
            lifetimes: FxHashMap::default(),
            annotation_lifetimes: FxHashMap::default(),
            effects: FxHashMap::default(),
            sanitizer_sets: Vec::new(),
            sanitizers: Vec::new(),
            guards: Guards::default(),
            field_sources: FxHashMap::default(),
        };
        for (bit, effect) in set.effects.iter().enumerate().take(FIRST_SANITIZER_BIT as usize) {
            knowledge.effects.insert(*effect, bit as u32);
        }
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
        for (index, rule) in set.sources.iter().enumerate() {
            let Some(Member::Field(names)) = &rule.matches.member else { continue };
            for name in names {
                if let Pattern::Exact(name) = name {
                    knowledge.field_sources.entry(*name).or_default().push(index);
                }
            }
        }
        knowledge.guards = Guards::new(set, |effect| knowledge.effect_bits(effect));
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

    /// The rules that speak of a call.
    pub fn find(
        &self,
        engine: &Engine<'_>,
        function: FunctionId,
        call: &LibraryCall<'_>,
        arguments: &Arguments,
    ) -> Found {
        let mut found = Found::default();
        let by_call = self.index.find(&CallSite { engine, function, call, arguments }).into_iter();
        let by_call = by_call.map(|(rule, certainty)| Declared { rule, certainty, parameter: None });
        for declared in by_call.chain(engine.annotated(call, arguments.arity())) {
            found.used.push(declared.rule.resolve(self.set).0);
            self.add(&mut found, declared);
        }
        found.drops &= !self.is_overruled(&found, call);
        found
    }

    /// Whether the rules by which nothing comes out of a call yield to others: of several types that the receiver may
    /// have, one passes data on, or what is said of all methods of a name is not what is said of this one.
    fn is_overruled(&self, found: &Found, call: &LibraryCall<'_>) -> bool {
        let rules = || found.propagators.iter().map(|index| &self.set.propagators[*index]);
        let passes_on = rules().any(|rule| !rule.drops);
        // Something is kept elsewhere, or comes out of what only such a type has.
        let stays = |port: &Port| !port.path.iter().any(|step| matches!(step, PortStep::Parameter(_)));
        let keeps = rules().any(|rule| {
            let is_typed = !rule.matches.types.is_empty();
            rule.flow.iter().any(|(_, to)| stays(to) && (is_typed || to.root != PortRoot::Return))
        });
        let is_general = rules().filter(|rule| rule.drops).all(|rule| rule.matches.types.is_empty());
        let does_more = !(found.calls.is_empty() && found.channels.is_empty() && found.transforms.is_empty());
        call.types.is_empty() && passes_on || is_general && (keeps || does_more)
    }

    /// The rules that speak of a function as it is declared.
    pub fn declared(&self, program: &Program, function: FunctionId) -> Vec<Declared> {
        rules_of(program, self.set, &self.index, function)
    }

    fn add(&self, found: &mut Found, Declared { rule, certainty, parameter }: Declared) {
        let confidence = certainty.into();
        match rule {
            RuleRef::Source(index) => found.sources.push((index, confidence)),
            RuleRef::Sink(index) => found.sinks.push(FoundSink { index, confidence, parameter }),
            RuleRef::Propagator(index) => {
                let rule = &self.set.propagators[index];
                found.propagators.push(index);
                found.drops |= rule.drops;
                if rule.kind == PropagatorKind::Same {
                    found.same = true;
                    found.same_receiver |= rule.flow.iter().any(|(from, _)| from.root == PortRoot::This);
                }
            }
            RuleRef::Sanitizer(index) => found.sanitizers.push(index),
            RuleRef::Transform(index) => found.transforms.push(index),
            RuleRef::Type(index) => {
                let returns = self.set.types[index].returns;
                if let (None, Some(returns)) = (&found.returns, returns) {
                    found.returns = TypeRef::written(&returns);
                }
            }
            RuleRef::Call(index) => found.calls.push(index),
            RuleRef::Put(index, end) => found.channels.push((index, ChannelSide::Put(end))),
            RuleRef::Get(index, end) => found.channels.push((index, ChannelSide::Get(end))),
            RuleRef::Expand(index) => found.expands.push(index),
            RuleRef::Guard(index) => {
                let answer = self.guards.answer(index);
                found.proves.when_true |= answer.when_true;
                found.proves.when_false |= answer.when_false;
            }
            RuleRef::Constant(index) => found.constants.push(index),
            RuleRef::Member(_) | RuleRef::Entry(_) => {}
        }
    }

    /// The source that a field of a type is.
    pub fn field_source(&self, program: &Program, class: Symbol, name: Symbol) -> Option<&Source> {
        let sources = self.field_sources.get(&name)?.iter().map(|&index| &self.set.sources[index]);
        let of_type = |rule: &&Source| rule.matches.types.iter().any(|&pattern| program.is_named(class, pattern));
        sources.into_iter().find(of_type)
    }

    /// Whether a method of this name may belong to anything.
    pub fn is_common(&self, name: Symbol) -> bool {
        self.index.is_common(name)
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

    /// Of bits, those of effects: what a value was cleaned for is no protection.
    pub fn proven(&self, bits: Protections) -> Protections {
        bits & self.set.effects.iter().fold(0, |all, effect| all | self.effect_bits(*effect))
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

    /// Whether a type holds any text; what is made of one need not be a text.
    pub fn is_text_type(&self, declared: &TypeRef) -> bool {
        let name = Program::simple_name(&declared.name);
        self.set.evidence.text_types.iter().any(|text| text.as_str() == name)
    }

    /// Whether any rule says what a method of a type does.
    pub fn is_modelled(&self, program: &Program, class: Symbol, name: Symbol) -> bool {
        let types = std::iter::once(class).chain(program.supertypes(class));
        self.index.about(SiteKind::Call, name, types).into_iter().any(|rule| {
            let (_, matches) = rule.resolve(self.set);
            !matches!(rule, RuleRef::Type(_) | RuleRef::Constant(_))
                && matches.types.iter().any(|pattern| match pattern {
                    Pattern::Exact(text) => program.is_subtype(class, text),
                    _ => false,
                })
        })
    }

    /// Whether a rule speaks of a method of this name, of whatever type.
    pub fn names_method(&self, name: Symbol) -> bool {
        !self.index.about(SiteKind::Call, name, []).is_empty()
    }

    /// Whether a rule says that a method of a type is static.
    pub fn is_static_method(&self, class: Symbol, name: Symbol) -> bool {
        self.index.about(SiteKind::Call, name, [class]).into_iter().any(|rule| {
            let (_, matches) = rule.resolve(self.set);
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
