//! What a function does, in terms of its parameters: computed once per context, used by every caller.

use std::sync::Arc;

use crate::base::{Span, Symbol};
use crate::ir::{Const, TypeRef};
use crate::link::FunctionId;
use crate::taint::path::{Path, Step};
use crate::taint::value::{Fact, ObjectId, Value};

/// Bound: facts per summary.
pub const MAX_SUMMARY_FACTS: usize = 256;

/// Bound: parts of one object that are told apart.
pub const MAX_PARTS: usize = 128;

/// What an abstract object is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ObjectKind {
    /// An instance of a class, an array, a collection or any library object.
    Instance,
    /// A function with its captures, as fields `$0`, `$1` …
    Closure(FunctionId),
    /// A bound method: the receiver is the field `$0`.
    Reference(Symbol),
}

/// An abstract object: all objects that one allocation site makes during one call.
#[derive(Clone, PartialEq, Debug)]
pub struct ObjectInfo {
    /// What it is.
    pub kind: ObjectKind,
    /// Its exact type.
    pub class: Arc<TypeRef>,
    /// Where it was made.
    pub site: Span,
}

/// What an object holds.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// Parts that were written, in order of the first write.
    pub parts: Vec<(Step, Value)>,
    /// Number of elements of a list whose every position is known.
    pub length: Option<u32>,
    /// It stands for several objects: writes add, they never replace.
    pub many: bool,
}

impl Content {
    /// The value under `step`, where one was written.
    pub fn get(&self, step: &Step) -> Option<&Value> {
        self.parts.iter().find(|(own, _)| own == step).map(|(_, value)| value)
    }

    /// The part under which what is written to `step` is kept: beyond [`MAX_PARTS`] keys are not told apart.
    pub fn place_of(&self, step: Step) -> Step {
        let is_full = matches!(step, Step::Key(_)) && self.parts.len() >= MAX_PARTS && self.get(&step).is_none();
        if is_full { Step::Element } else { step }
    }

    /// The value under `step`, to be changed; empty at first.
    pub fn entry(&mut self, step: Step) -> &mut Value {
        match self.parts.iter().position(|(own, _)| *own == step) {
            Some(index) => &mut self.parts[index].1,
            None => {
                self.parts.push((step, Value::none()));
                let last = self.parts.len() - 1;
                &mut self.parts[last].1
            }
        }
    }
}

/// What callers must know to resolve a call differently: the class, closure or constant at an entry path.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Selector {
    /// An instance of exactly this class.
    Class(Symbol),
    /// This function, its captures being fields of the path.
    Closure(FunctionId),
    /// A bound method of this name, its receiver being the field `$0` of the path.
    Reference(Symbol),
    /// This constant.
    Constant(Const),
    /// This class itself, as a value.
    Type(Symbol),
}

/// The concrete selectors under which a function is interpreted, sorted by path.
pub type Context = Vec<(Path, Selector)>;

/// Identifies the call or statement at which a rule takes data.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Sink {
    /// The sink site.
    pub span: Span,
    /// Index of the sink rule.
    pub rule: u32,
    /// The function around it.
    pub function: FunctionId,
    /// The qualified callee.
    pub callee: Symbol,
    /// The argument; `None` for the receiver.
    pub argument: Option<u32>,
    /// Constants of the call as they are, everything else as `_`.
    pub skeleton: Symbol,
}

/// The call at which a value leaves the function that holds it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Disclosure {
    /// The site.
    pub span: Span,
    /// The qualified callee.
    pub callee: Symbol,
    /// The function that discloses.
    pub function: FunctionId,
}

/// Something reaches a sink.
#[derive(Clone, Debug)]
pub struct SinkFact {
    /// The sink.
    pub sink: Arc<Sink>,
    /// What reaches it; the trace runs from the origin to the sink.
    pub fact: Fact,
    /// Type of the value that arrives, for the expansion of whole objects.
    pub declared: Option<Arc<TypeRef>>,
    /// The call that discloses, so far.
    pub disclosure: Arc<Disclosure>,
    /// What is given beside it.
    pub beside: Arc<Beside>,
}

/// What a sink is given beside the data; shared by all that one call takes.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// The host or URL.
    pub host: Value,
    /// The key, column or file name.
    pub key: Value,
}

impl Beside {
    /// Adds what another way to the same sink gives.
    pub fn join(self: &mut Arc<Beside>, other: &Arc<Beside>) {
        if !Arc::ptr_eq(self, other) {
            let own = Arc::make_mut(self);
            own.host.join(&other.host);
            own.key.join(&other.key);
        }
    }

    /// The paths of which callers know what they hold.
    pub fn paths(&self) -> impl Iterator<Item = &Path> {
        self.host.facts.iter().chain(&self.key.facts).filter_map(Fact::exact_path)
    }

    fn says_the_same(&self, other: &Beside) -> bool {
        self.host.says_the_same(&other.host) && self.key.says_the_same(&other.key)
    }
}

/// What a function does.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// The result; objects index `objects`.
    pub result: Value,
    /// What it may throw.
    pub thrown: Value,
    /// Objects that the result, the effects or what is thrown refer to.
    pub objects: Vec<(ObjectInfo, Content)>,
    /// What paths of the entry hold at the end, where that differs from the beginning.
    pub effects: Vec<(Path, Value)>,
    /// Effects of which no caller can say more: what goes into the cells of the receiver, a lasting owner.
    pub settled: Vec<(Path, Value)>,
    /// What reaches sinks, and no caller can say more of it.
    pub sinks: Vec<SinkFact>,
    /// What reaches sinks of what callers give.
    pub open_sinks: Vec<SinkFact>,
    /// Entry paths whose class, closure or constant decided something.
    pub selectors: Vec<Path>,
    /// The functions that it calls, each with the context used.
    pub calls: Vec<(FunctionId, Arc<Context>)>,
    /// How many contexts follow one another below it.
    pub height: usize,
    /// A context was left out because too many followed one another.
    pub is_cut: bool,
}

impl Summary {
    /// The objects that `value` refers to.
    pub fn object(&self, id: ObjectId) -> &(ObjectInfo, Content) {
        &self.objects[id.0 as usize]
    }

    /// Whether two summaries say the same to callers, witnesses apart.
    pub fn says_the_same(&self, other: &Summary) -> bool {
        let same_written = |a: &[(Path, Value)], b: &[(Path, Value)]| {
            same(a, b, |(path, value), (other_path, other)| path == other_path && value.says_the_same(other))
        };
        let same_content = |(_, a): &(ObjectInfo, Content), (_, b): &(ObjectInfo, Content)| {
            same(&a.parts, &b.parts, |(step, value), (other_step, other)| {
                step == other_step && value.says_the_same(other)
            })
        };
        self.result.says_the_same(&other.result)
            && self.thrown.says_the_same(&other.thrown)
            && same_written(&self.effects, &other.effects)
            && same(&self.objects, &other.objects, same_content)
            && same(&self.open_sinks, &other.open_sinks, SinkFact::says_the_same)
            && self.selectors == other.selectors
            && (self.height, self.is_cut) == (other.height, other.is_cut)
    }
}

impl SinkFact {
    /// Whether the same reaches the same sink, witnesses apart.
    fn says_the_same(&self, other: &SinkFact) -> bool {
        self.sink == other.sink
            && self.fact.says_the_same(&other.fact)
            && self.disclosure == other.disclosure
            && self.beside.says_the_same(&other.beside)
    }
}

fn same<T>(a: &[T], b: &[T], mut same: impl FnMut(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

/// Names of closure fields that hold captures.
pub fn capture_field(index: usize) -> Step {
    Step::Field(Symbol::new(&format!("${index}")))
}
