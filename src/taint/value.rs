//! Abstract values: what a variable may hold, seen from one function.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::base::{Span, Symbol, at_or_below};
use crate::ir::{Const, TypeRef};
use crate::link::FunctionId;
use crate::taint::path::Path;
use crate::taint::trace::Trace;
use crate::taint::{Confidence, SourceKind};

/// Bound: constants kept per value; more are unknown.
pub const MAX_CONSTANTS: usize = 8;
/// Bound: facts kept per value.
pub const MAX_FACTS: usize = 24;

/// A set of protections (and of destinations for which the value was cleaned), as bits.
pub type Protections = u64;

/// An abstract object of one interpretation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ObjectId(pub u32);

/// The constants that a value may be.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Constants {
    /// None: the value is something else, or nothing yet.
    #[default]
    None,
    /// One of these, sorted.
    Set(SmallVec<[Const; 1]>),
    /// Unknown.
    Any,
}

impl Constants {
    /// Exactly one constant.
    pub fn one(constant: Const) -> Constants {
        Constants::Set(SmallVec::from_elem(constant, 1))
    }

    /// The constants, when they are known.
    pub fn known(&self) -> &[Const] {
        match self {
            Constants::Set(set) => set,
            _ => &[],
        }
    }

    /// Adds the constants of `other`; with `widen`, sets that differ become unknown at once.
    pub fn join(&mut self, other: &Constants, widen: bool) -> bool {
        match (&mut *self, other) {
            (Constants::Any, _) | (_, Constants::None) => false,
            (_, Constants::Any) => {
                *self = Constants::Any;
                true
            }
            (Constants::None, other) => {
                *self = other.clone();
                true
            }
            (Constants::Set(set), Constants::Set(more)) => {
                let mut changed = false;
                for constant in more {
                    if let Err(position) = set.binary_search(constant) {
                        set.insert(position, *constant);
                        changed = true;
                    }
                }
                if set.len() > MAX_CONSTANTS || (changed && widen) {
                    *self = Constants::Any;
                }
                changed
            }
        }
    }
}

/// How a fact's value relates to its origin.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum How {
    /// It is the very value.
    Exact,
    /// It was computed from the value.
    Value,
    /// It was computed from the printed form.
    Printed,
    /// It was computed from its own fields, not from those of objects further below.
    Record,
    /// It was computed from the serialised form.
    Serialised,
    /// It is some part of the value, further below than paths go.
    Part,
}

/// A place that brings a data element into the program for certain: a platform or library read.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Source {
    /// The place.
    pub span: Span,
    /// The data element.
    pub element: Symbol,
    /// What it is called.
    pub symbol: Symbol,
    /// The function around it.
    pub function: Option<FunctionId>,
    /// What kind of place.
    pub kind: SourceKind,
    /// The rule that says so.
    pub rule: Symbol,
    /// The reader takes in anything (a text field): a later name may tell what.
    pub is_generic: bool,
    /// How sure the match is.
    pub confidence: Confidence,
}

/// A name that says what an opaque value is: a source if nothing better arrives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hint {
    /// The declaration.
    pub span: Span,
    /// The data element.
    pub element: Symbol,
    /// What it is called.
    pub symbol: Symbol,
    /// The function around it.
    pub function: Option<FunctionId>,
    /// What kind of place.
    pub kind: SourceKind,
    /// The rule that says so.
    pub rule: Symbol,
    /// Larger is stronger: 5 for a declared field, 4 for an accessor or key, 3 for another name; one less for a weak
    /// word.
    pub strength: u8,
    /// The element says how the value was entered: a later name that is as strong says more.
    pub yields: bool,
    /// The name says that the value is about no person, however it was entered: there is no element.
    pub is_impersonal: bool,
    /// How far it is believed.
    pub confidence: Confidence,
    /// Why, for a person.
    pub reason: Arc<str>,
}

/// Where a fact comes from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// A symbolic place.
    Path(Path),
    /// A source.
    Source(Arc<Source>),
}

/// One reason why a value may be personal data.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Where it comes from.
    pub origin: Origin,
    /// What is proven of it on every path so far.
    pub protections: Protections,
    /// Effects that an unmodelled call on the way speaks of.
    pub possible: Protections,
    /// How it was computed.
    pub how: How,
    /// The best name it had on the way.
    pub hint: Option<Arc<Hint>>,
    /// Unmodelled calls on the way.
    pub unknown_calls: u8,
    /// The weakest edge on the way.
    pub edge: Confidence,
    /// It was stored under one of several constant keys.
    pub has_own_key: bool,
    /// It was read under a key that nobody knows.
    pub of_any_key: bool,
    /// It is part of something that was thrown.
    pub is_thrown: bool,
    /// The way.
    pub trace: Trace,
}

impl Fact {
    /// The value at `path` itself.
    pub fn path(path: Path) -> Fact {
        Fact::new(Origin::Path(path))
    }

    /// What `source` brings in.
    pub fn source(source: Arc<Source>) -> Fact {
        let edge = source.confidence;
        Fact { edge, ..Fact::new(Origin::Source(source)) }
    }

    fn new(origin: Origin) -> Fact {
        Fact {
            origin,
            protections: 0,
            possible: 0,
            how: How::Exact,
            hint: None,
            unknown_calls: 0,
            edge: Confidence::High,
            has_own_key: false,
            of_any_key: false,
            is_thrown: false,
            trace: Trace::EMPTY,
        }
    }

    /// Whether this is the value at a path.
    pub fn exact_path(&self) -> Option<&Path> {
        match &self.origin {
            Origin::Path(path) if self.how == How::Exact => Some(path),
            _ => None,
        }
    }

    /// Whether another fact says the same, witnesses apart.
    pub fn says_the_same(&self, other: &Fact) -> bool {
        self.how == other.how
            && self.protections == other.protections
            && self.possible == other.possible
            && self.origin == other.origin
            && self.hint == other.hint
            && (self.edge, self.unknown_calls) == (other.edge, other.unknown_calls)
            && (self.has_own_key, self.of_any_key, self.is_thrown)
                == (other.has_own_key, other.of_any_key, other.is_thrown)
    }

    /// Whether a name says which data it is.
    pub fn is_named(&self) -> bool {
        self.hint.as_ref().is_some_and(|hint| !hint.is_impersonal)
    }

    /// Takes over what happened to the keys under which another fact on the way was stored and read: what has a key of
    /// its own is hardly what was meant where the key is unknown.
    pub fn mix_keys(&mut self, other: &Fact) {
        self.mix_key(other.has_own_key, other.of_any_key);
    }

    /// [`Fact::mix_keys`], of one step on the way.
    pub fn mix_key(&mut self, has_own_key: bool, of_any_key: bool) {
        self.has_own_key |= has_own_key;
        self.of_any_key |= of_any_key;
        if self.has_own_key && self.of_any_key {
            self.edge = Confidence::Low;
        }
    }

    /// The better of two hints: the stronger one; among equals the one that says more, of what the value is and not
    /// only of how it was entered, or else the nearer to the origin (`self`'s). A field that says the same as the one
    /// that the value comes from makes it more believable, but it still comes from there. That a value is about no person is said of what was
    /// entered, and of what nobody knows anything else of.
    pub fn refine(&mut self, hint: Option<&Arc<Hint>>) {
        let Some(hint) = hint else { return };
        let is_entered = matches!(&self.origin, Origin::Source(source) if source.is_generic);
        match &self.hint {
            None if hint.is_impersonal && matches!(self.origin, Origin::Source(_)) && !is_entered => return,
            Some(own) if own.is_impersonal && (is_entered || hint.yields) => return,
            Some(own) if hint.is_impersonal && !own.yields => return,
            Some(own) if own.is_impersonal != hint.is_impersonal => {
                self.hint = Some(hint.clone());
                return;
            }
            _ => {}
        }
        let is_field = |hint: &Hint| hint.kind == SourceKind::Field;
        let says_the_same = |own: &&Arc<Hint>| {
            own.element == hint.element && own.strength < hint.strength && is_field(own) && is_field(hint)
        };
        if let Some(own) = self.hint.as_ref().filter(says_the_same) {
            let Hint { strength, yields, .. } = **hint;
            let confidence = own.confidence.max(hint.confidence);
            self.hint = Some(Arc::new(Hint { strength, yields, confidence, ..(**own).clone() }));
            return;
        }
        let is_below = |own: &Hint| own.element != hint.element && at_or_below(&hint.element, &own.element);
        let says_more = |own: &Hint| is_below(own) || (own.yields && !hint.yields);
        let is_better =
            |own: &Arc<Hint>| own.strength < hint.strength || (own.strength == hint.strength && says_more(own));
        if self.hint.as_ref().is_none_or(is_better) {
            self.hint = Some(hint.clone());
        }
    }

    /// The order of witnesses: more believable, then shorter.
    fn is_better_than(&self, other: &Fact) -> bool {
        let rank = |fact: &Fact| {
            let strength = fact.hint.as_ref().map_or(0, |hint| hint.strength);
            (u8::MAX - strength, u8::MAX - fact.edge as u8, fact.unknown_calls, fact.trace.len())
        };
        rank(self) < rank(other)
    }
}

/// What a truth value proves of the data around it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Proof {
    /// Where it is true.
    pub when_true: Protections,
    /// Where it is false.
    pub when_false: Protections,
}

impl Proof {
    /// What the negation proves.
    pub fn negated(self) -> Proof {
        Proof { when_true: self.when_false, when_false: self.when_true }
    }

    /// What is proven by both.
    fn and(self, other: Proof) -> Proof {
        Proof { when_true: self.when_true & other.when_true, when_false: self.when_false & other.when_false }
    }
}

/// What a variable may hold.
#[derive(Clone, Debug, Default)]
pub struct Value {
    /// Constants.
    pub constants: Constants,
    /// Abstract objects, sorted.
    pub objects: SmallVec<[ObjectId; 1]>,
    /// Symbolic places and sources.
    pub facts: SmallVec<[Fact; 1]>,
    /// The type, where it is known.
    pub declared: Option<Arc<TypeRef>>,
    /// How a text begins of which no more is known.
    pub beginning: Option<Symbol>,
    /// What a test of it proves.
    pub proof: Proof,
    /// Facts were left out at the bound.
    pub is_cut: bool,
}

impl Value {
    /// Nothing yet.
    pub fn none() -> Value {
        Value::default()
    }

    /// Something without personal data.
    pub fn unknown() -> Value {
        Value { constants: Constants::Any, ..Value::default() }
    }

    /// A constant.
    pub fn constant(constant: Const) -> Value {
        Value { constants: Constants::one(constant), ..Value::default() }
    }

    /// An object.
    pub fn object(object: ObjectId, declared: Option<Arc<TypeRef>>) -> Value {
        Value { objects: SmallVec::from_elem(object, 1), declared, ..Value::default() }
    }

    /// A fact.
    pub fn fact(fact: Fact) -> Value {
        Value { constants: Constants::Any, facts: SmallVec::from_elem(fact, 1), ..Value::default() }
    }

    /// Facts.
    pub fn facts(facts: impl IntoIterator<Item = Fact>) -> Value {
        let mut value = Value::unknown();
        for fact in facts {
            value.add(fact);
        }
        value
    }

    /// Whether nothing was put in yet.
    pub fn is_none(&self) -> bool {
        self.constants == Constants::None && self.objects.is_empty() && self.facts.is_empty()
    }

    /// The one constant that it is, when it can be nothing else.
    pub fn single_constant(&self) -> Option<Const> {
        match (&self.constants, self.objects.is_empty() && self.facts.is_empty()) {
            (Constants::Set(set), true) if set.len() == 1 => Some(set[0]),
            _ => None,
        }
    }

    /// How the text begins, as far as that is known.
    pub fn known_beginning(&self) -> Option<Symbol> {
        match self.single_constant() {
            Some(Const::Str(text)) => Some(text),
            _ => self.beginning,
        }
    }

    /// Whether it is a text behind which the name of a host follows.
    pub fn ends_before_host(&self) -> bool {
        matches!(self.single_constant(), Some(Const::Str(text)) if text.ends_with("://"))
    }

    /// Adds a fact; tells whether that changed what the value may be (a better witness alone does not).
    pub fn add(&mut self, fact: Fact) -> bool {
        let mut drop_protected = None;
        for (index, own) in self.facts.iter_mut().enumerate() {
            if own.how != fact.how || own.origin != fact.origin {
                continue;
            }
            if own.protections == fact.protections {
                if fact.is_better_than(own) {
                    *own = fact;
                }
                return false;
            }
            if own.protections & fact.protections == own.protections {
                return false;
            }
            if own.protections & fact.protections == fact.protections {
                drop_protected = Some(index);
            }
        }
        if let Some(index) = drop_protected {
            self.facts[index] = fact;
            return true;
        }
        if self.facts.len() >= MAX_FACTS {
            self.is_cut = true;
            return false;
        }
        self.facts.push(fact);
        true
    }

    /// Adds all that `other` may be; tells whether that changed anything.
    pub fn join(&mut self, other: &Value) -> bool {
        self.join_widening(other, false)
    }

    /// [`Value::join`]; with `widen`, constants that differ become unknown, so that loops that count come to an end.
    pub fn join_widening(&mut self, other: &Value, widen: bool) -> bool {
        if self.is_none() {
            self.beginning = other.beginning;
        } else if !other.is_none() && self.beginning != other.beginning {
            self.beginning = None;
        }
        self.is_cut |= other.is_cut;
        let proof = self.joined_proof(other);
        let mut changed = proof != self.proof;
        self.proof = proof;
        changed |= self.constants.join(&other.constants, widen);
        for object in &other.objects {
            if let Err(position) = self.objects.binary_search(object) {
                self.objects.insert(position, *object);
                changed = true;
            }
        }
        for fact in &other.facts {
            changed |= self.add(fact.clone());
        }
        if self.declared.is_none() && other.declared.is_some() {
            self.declared = other.declared.clone();
        }
        changed
    }

    /// Whether another value says the same, witnesses apart.
    pub fn says_the_same(&self, other: &Value) -> bool {
        self.constants == other.constants
            && self.beginning == other.beginning
            && self.proof == other.proof
            && self.objects == other.objects
            && self.facts.len() == other.facts.len()
            && self.facts.iter().zip(&other.facts).all(|(a, b)| a.says_the_same(b))
    }

    /// What a test proves of a value that may be either of two.
    fn joined_proof(&self, other: &Value) -> Proof {
        if self.proof == other.proof || self.is_none() {
            return other.proof;
        }
        if other.is_none() { self.proof } else { self.whole_proof().and(other.whole_proof()) }
    }

    /// What a test proves, what never happens among it: a constant that is false is never true.
    fn whole_proof(&self) -> Proof {
        match self.single_constant() {
            Some(Const::Bool(true)) => Proof { when_false: Protections::MAX, ..self.proof },
            Some(Const::Bool(false)) => Proof { when_true: Protections::MAX, ..self.proof },
            _ => self.proof,
        }
    }

    /// This truth value where `guards` are proven already: a caller who finds it so knows them, too.
    pub fn under(mut self, guards: Protections) -> Value {
        match self.single_constant() {
            Some(Const::Bool(true)) => self.proof.when_true |= guards,
            Some(Const::Bool(false)) => self.proof.when_false |= guards,
            _ => {}
        }
        self
    }

    /// What is known of the value apart from the objects that it may be.
    pub fn without_objects(mut self) -> Value {
        self.objects.clear();
        self
    }

    /// This value, seen as `declared`.
    pub fn typed(mut self, declared: Option<Arc<TypeRef>>) -> Value {
        if declared.is_some() {
            self.declared = declared;
        }
        self
    }
}
