//! Applies a summary at a call: what it says of parameters becomes what the caller's values are.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::{Span, Symbol};
use crate::ir::{Const, ParameterKind, TypeRef};
use crate::link::{FunctionId, Reason};
use crate::taint::arguments::Arguments;
use crate::taint::call::Reached;
use crate::taint::export::is_shared;
use crate::taint::interpret::Interpreter;
use crate::taint::path::{Path, Root, Step};
use crate::taint::state::State;
use crate::taint::summary::*;
use crate::taint::value::{Constants, Fact, How, ObjectId, Origin, Value};
use crate::taint::{Confidence, StepKind};

/// What the callee's entry paths are in the caller, at one call.
pub(super) struct Binding {
    pub(super) function: FunctionId,
    site: Span,
    arguments: Vec<Value>,
    receiver: Value,
    pub(super) captured: Value,
    edge: Confidence,
    pub(super) kind: StepKind,
    known: FxHashMap<Path, Rc<Value>>,
    /// What is computed from entry paths, by how it is computed.
    computed: FxHashMap<(Path, How), Rc<[Fact]>>,
    beside: Vec<(Arc<Beside>, Arc<Beside>)>,
    imported: FxHashMap<u32, ObjectId>,
}

impl Interpreter<'_, '_> {
    /// Runs all functions that a call may reach, each from the state before the call, and joins what comes out.
    pub(super) fn enter_all(
        &mut self,
        state: &mut State,
        reached: Vec<Reached>,
        arguments: &Arguments,
        site: Span,
    ) -> Value {
        let mut result = Value::none();
        let mut joined: Option<State> = None;
        let before = state.clone();
        let count = reached.len();
        for (index, reached) in reached.into_iter().enumerate() {
            let mut after = if index + 1 == count { std::mem::take(state) } else { before.clone() };
            result.join(&self.enter(&mut after, reached, arguments, site));
            match &mut joined {
                Some(joined) => {
                    joined.join(&after, false);
                }
                None => joined = Some(after),
            }
        }
        *state = joined.unwrap_or(before);
        result
    }

    fn enter(&mut self, state: &mut State, reached: Reached, arguments: &Arguments, site: Span) -> Value {
        let Reached { function, receiver, captured, reason } = reached;
        let generic = self.engine.summary(self.function, function, &self.engine.no_context, self.depth);
        let mut binding = Binding {
            function,
            site,
            arguments: self.bind(state, function, arguments, site),
            receiver,
            captured,
            edge: edge_confidence(reason),
            kind: match reason {
                Reason::Framework => StepKind::Callback,
                Reason::Override(_) => StepKind::Dispatch,
                _ => StepKind::Call,
            },
            known: FxHashMap::default(),
            computed: FxHashMap::default(),
            beside: Vec::new(),
            imported: FxHashMap::default(),
        };
        let before = state.clone();
        let context = self.context_for(&before, &generic, &mut binding);
        let summary = if context.is_empty() {
            generic
        } else {
            let summary = self.engine.summary(self.function, function, &context, self.depth + 1);
            self.height = self.height.max(summary.height + 1);
            self.is_cut |= summary.is_cut;
            summary
        };
        if !self.calls.iter().any(|(own, own_context)| *own == function && *own_context == context) {
            self.calls.push((function, context));
        }
        self.apply(state, &before, &summary, &mut binding)
    }

    /// The arguments in the order of the parameters.
    fn bind(&mut self, state: &mut State, function: FunctionId, arguments: &Arguments, site: Span) -> Vec<Value> {
        let declaration = self.engine.program.function(function);
        let parameters = &declaration.parameters;
        let is_taken = |name: &Symbol| parameters.iter().any(|parameter| parameter.name == *name);
        let others: Vec<(Symbol, Value)> =
            arguments.named.iter().filter(|(name, _)| !is_taken(name)).cloned().collect();
        // Names that no parameter has are one map, for the last parameter that nothing else is left for.
        let takes_map = !parameters.iter().any(|parameter| parameter.kind == ParameterKind::KeywordRest);
        let mut map_left = takes_map && (!others.is_empty() || arguments.options.is_some());
        let mut next = 0;
        let mut values = Vec::with_capacity(parameters.len());
        for (index, parameter) in parameters.iter().enumerate() {
            let named = arguments.named.iter().find(|(name, _)| *name == parameter.name).map(|(_, value)| value);
            let key = (site, Some((function, index as u32)));
            let value = match parameter.kind {
                ParameterKind::Positional if named.is_some() => named.cloned(),
                ParameterKind::Positional => {
                    let value = self.positional_argument(state, arguments, next, site);
                    next += usize::from(value.is_some());
                    if value.is_none() && std::mem::replace(&mut map_left, false) {
                        Some(self.map_argument(state, &others, arguments.options.as_ref(), key))
                    } else {
                        value
                    }
                }
                ParameterKind::Keyword => named.cloned().or_else(|| {
                    let options = arguments.options.as_ref()?;
                    Some(self.read_step(state, options, Step::Key(Const::Str(parameter.name)), site))
                }),
                ParameterKind::Block => arguments.block.clone(),
                ParameterKind::Rest => match &arguments.rest {
                    Some((start, list)) if *start == next => Some(list.clone()),
                    _ => {
                        let rest: Vec<Value> = arguments.positional.iter().skip(next).cloned().collect();
                        next = arguments.positional.len();
                        Some(self.rest_argument(state, rest, key))
                    }
                },
                ParameterKind::KeywordRest => Some(self.map_argument(state, &others, arguments.options.as_ref(), key)),
            };
            values.push(value.unwrap_or_else(|| Value::constant(Const::Null)));
        }
        values
    }

    /// The positional argument at a position, which may be an element of a list that is spread.
    fn positional_argument(
        &mut self,
        state: &State,
        arguments: &Arguments,
        position: usize,
        site: Span,
    ) -> Option<Value> {
        match &arguments.rest {
            Some((start, list)) if position >= *start => {
                let step = Step::Key(Const::Int((position - start) as i64));
                Some(self.read_step(state, list, step, site))
            }
            _ => arguments.positional.get(position).cloned(),
        }
    }

    /// Named arguments as a map.
    fn map_argument(
        &mut self,
        state: &mut State,
        named: &[(Symbol, Value)],
        options: Option<&Value>,
        key: (Span, Option<(FunctionId, u32)>),
    ) -> Value {
        if let (Some(options), []) = (options, named) {
            return options.clone();
        }
        let class = Arc::new(TypeRef::named("<map>"));
        let key = (key.0, key.1.map(|(function, index)| (function, u32::MAX - index)));
        let mut map = self.allocate(state, ObjectKind::Instance, class, key);
        for (name, value) in named {
            self.write_step(state, &map, Step::Key(Const::Str(*name)), value);
        }
        if let Some(options) = options {
            map.join(options);
        }
        map
    }

    fn rest_argument(&mut self, state: &mut State, rest: Vec<Value>, key: (Span, Option<(FunctionId, u32)>)) -> Value {
        if let [only] = &rest[..]
            && only.declared.as_ref().is_some_and(|declared| declared.name == crate::ir::ARRAY)
        {
            return only.clone();
        }
        let class = Arc::new(TypeRef::array(TypeRef::named("?")));
        let array = self.allocate(state, ObjectKind::Instance, class, (key.0, key.1.map(|(f, i)| (f, u32::MAX - i))));
        for (index, value) in rest.iter().enumerate() {
            self.write_step(state, &array, Step::Key(Const::Int(index as i64)), value);
        }
        array
    }

    fn apply(&mut self, state: &mut State, before: &State, summary: &Summary, binding: &mut Binding) -> Value {
        let nothing = Rc::new(Value::none());
        let effects: Vec<(Rc<Value>, Path, Value)> = summary
            .effects
            .iter()
            .filter_map(|(path, value)| {
                let (_, above) = path.steps().split_last()?;
                if matches!(path.start(), Root::Cell(_)) {
                    let value = self.substitute(state, before, summary, value, binding);
                    return Some((nothing.clone(), path.clone(), value));
                }
                let base = self.value_at(before, &path.prefix(above.len()), binding);
                let value = self.substitute(state, before, summary, value, binding);
                Some((base, path.clone(), value))
            })
            .collect();
        for (base, path, value) in effects {
            if base.is_none() && is_shared(&path) {
                state.written.add_to(path, &value);
            } else if let Some(step) = path.steps().last() {
                if let Some(cell) = self.unseen_cell(&base, &path, *step, binding.function) {
                    state.written.add_to(cell, &value);
                }
                self.write_step(state, &base, *step, &value);
            }
        }
        for sink in &summary.open_sinks {
            self.pass_on(state, before, summary, sink, binding);
        }
        let thrown = self.substitute(state, before, summary, &summary.thrown, binding);
        self.raised.join(&thrown);
        let mut result = self.substitute(state, before, summary, &summary.result, binding);
        let declaration = self.engine.program.function(binding.function);
        self.keep_what_fits(&mut result, declaration.returns.as_ref());
        if result.declared.is_none()
            && let Some(returns) = &declaration.returns
        {
            result = self.see_as(result, returns);
        }
        result
    }

    /// The cell of a lasting owner that the callee writes as its own, where the caller knows the receiver by another
    /// type: as what implements an interface, say.
    fn unseen_cell(&self, base: &Value, path: &Path, step: Step, callee: FunctionId) -> Option<Path> {
        let engine = self.engine;
        let owner = engine.program.functions[callee].owner?;
        if *path.start() != Root::This || !base.objects.is_empty() || !engine.lasting.contains(owner) {
            return None;
        }
        let cell = engine.global(callee, path)?;
        // Its own cells begin where the object stands.
        let is_seen = |base: &Path| {
            let below = engine.global(self.function, &base.push(step));
            below.is_some_and(|below| below.steps().len() <= cell.steps().len())
        };
        let mut places = base.facts.iter().filter_map(Fact::exact_path).peekable();
        (places.peek().is_some() && !places.any(is_seen)).then_some(cell)
    }

    /// What the entry path of the callee is in the caller, before the call.
    pub(super) fn value_at(&mut self, before: &State, path: &Path, binding: &mut Binding) -> Rc<Value> {
        if let Some(value) = binding.known.get(path) {
            return value.clone();
        }
        let value = match path.steps().split_last() {
            None => match path.start() {
                Root::Parameter(index) => {
                    binding.arguments.get(*index as usize).cloned().unwrap_or_else(Value::unknown)
                }
                Root::This => binding.receiver.clone(),
                Root::Capture(index) => {
                    let captured = binding.captured.clone();
                    self.read_step(before, &captured, capture_field(*index as usize), binding.site)
                }
                Root::Static(class) => {
                    let declared = Some(Arc::new(TypeRef::named(*class)));
                    Value::fact(Fact::path(path.clone())).typed(declared)
                }
                Root::Cell(_) | Root::Opaque(_) => Value::fact(Fact::path(path.clone())),
            },
            Some((step, above)) => {
                let base = self.value_at(before, &path.prefix(above.len()), binding);
                self.reads_for_callee = true;
                let part = self.read_step(before, &base, *step, binding.site);
                self.reads_for_callee = false;
                part
            }
        };
        let value = Rc::new(value);
        binding.known.insert(path.clone(), value.clone());
        value
    }

    /// What is computed from the entry path of the callee, in the caller's facts before the call.
    fn computed_at(&mut self, before: &State, path: &Path, how: How, binding: &mut Binding) -> Rc<[Fact]> {
        let key = (path.clone(), how);
        if let Some(facts) = binding.computed.get(&key) {
            return facts.clone();
        }
        let value = self.value_at(before, path, binding);
        let facts: Rc<[Fact]> = self.derived(before, &value, how).into();
        binding.computed.insert(key, facts.clone());
        facts
    }

    fn substitute(
        &mut self,
        state: &mut State,
        before: &State,
        summary: &Summary,
        value: &Value,
        binding: &mut Binding,
    ) -> Value {
        let mut result = Value { declared: value.declared.clone(), proof: value.proof, ..Value::default() };
        result.constants = value.constants.clone();
        result.beginning = value.beginning;
        if value.facts.iter().any(|fact| fact.exact_path().is_some_and(Path::is_local)) && is_only_unknown(value) {
            // The value is an argument itself: its constants are those of the argument.
            result.constants = Constants::None;
        }
        for object in &value.objects {
            let object = self.import(state, before, summary, *object, binding);
            if let Err(position) = result.objects.binary_search(&object) {
                result.objects.insert(position, object);
            }
        }
        for fact in &value.facts {
            match &fact.origin {
                Origin::Path(path) if path.is_local() || matches!(path.start(), Root::Static(_)) => {
                    if fact.how == How::Exact {
                        let base = self.value_at(before, path, binding);
                        result.constants.join(&base.constants, false);
                        let mut whole = (*base).clone();
                        for own in &mut whole.facts {
                            *own = self.combine(own, fact, binding, true);
                        }
                        whole.constants = Constants::None;
                        result.join(&whole);
                    } else {
                        for own in self.computed_at(before, path, fact.how, binding).iter() {
                            result.add(self.combine(own, fact, binding, true));
                        }
                        result.constants.join(&Constants::Any, false);
                    }
                }
                _ => {
                    let mut own = fact.clone();
                    own.edge = own.edge.min(binding.edge);
                    own.trace = own.trace.step(binding.site, StepKind::Return, self.function);
                    result.add(own);
                }
            }
        }
        result
    }

    /// The caller's fact `outer`, after what `inner` says happened to it in the callee.
    fn combine(&self, outer: &Fact, inner: &Fact, binding: &Binding, returns: bool) -> Fact {
        let mut fact = outer.clone();
        fact.how = outer.how.then(inner.how);
        fact.protections |= inner.protections;
        fact.possible |= inner.possible;
        fact.unknown_calls = fact.unknown_calls.saturating_add(inner.unknown_calls);
        fact.edge = outer.edge.min(inner.edge).min(binding.edge);
        fact.mix_keys(inner);
        fact.is_thrown |= inner.is_thrown;
        fact.refine(inner.hint.as_ref());
        fact.trace = outer.trace.step(binding.site, binding.kind, self.function).splice(&inner.trace);
        if returns && !inner.trace.is_empty() {
            fact.trace = fact.trace.step(binding.site, StepKind::Return, self.function);
        }
        fact
    }

    fn import(
        &mut self,
        state: &mut State,
        before: &State,
        summary: &Summary,
        object: ObjectId,
        binding: &mut Binding,
    ) -> ObjectId {
        if let Some(&imported) = binding.imported.get(&object.0) {
            return imported;
        }
        let (info, content) = summary.object(object);
        let key = (binding.site, Some((binding.function, object.0)));
        let made = self.allocate(state, info.kind.clone(), info.class.clone(), key);
        let imported = made.objects[0];
        binding.imported.insert(object.0, imported);
        for (step, value) in &content.parts {
            let value = self.substitute(state, before, summary, value, binding);
            let own = state.content_mut(imported);
            own.entry(*step).join(&value);
            own.length = content.length;
            own.many |= content.many;
        }
        imported
    }

    /// A sink fact about the callee's entry becomes one about the caller's values.
    fn pass_on(
        &mut self,
        state: &mut State,
        before: &State,
        summary: &Summary,
        sink: &SinkFact,
        binding: &mut Binding,
    ) {
        if self.is_unreached {
            return;
        }
        let beside = self.beside(state, before, summary, &sink.beside, binding);
        let mut passed = None;
        let mut declared = sink.declared.clone();
        let facts = match &sink.fact.origin {
            Origin::Path(path) if path.is_local() || matches!(path.start(), Root::Static(_)) => {
                // What an object holds that was made here is what its maker gives it; what is told in a text that was
                // thrown is disclosed by the function that writes the text down.
                let is_made_here = *path.start() == Root::This && !binding.receiver.objects.is_empty();
                let is_passed = (is_passed_through(path) || is_made_here) && !sink.fact.is_thrown;
                passed = is_passed.then(|| path.start().clone());
                let value = self.value_at(before, path, binding);
                declared = value.declared.clone().or(declared);
                let facts = match sink.fact.how {
                    How::Printed => self.printed(state, &value, binding.site).into(),
                    how => self.computed_at(before, path, how, binding),
                };
                facts.iter().map(|fact| self.combine(fact, &sink.fact, binding, false)).collect()
            }
            _ => vec![sink.fact.clone()],
        };
        let here = Arc::new(Disclosure {
            span: binding.site,
            callee: self.engine.program.functions[binding.function].qualified,
            function: self.function,
        });
        for mut fact in facts {
            fact.protections |= state.guards;
            // A capture belongs to the function around: only what that one was given itself is passed on.
            let is_passed = match passed {
                Some(Root::Capture(_)) => fact_path(&fact).is_some_and(is_passed_through),
                Some(_) => true,
                None => false,
            };
            let disclosure = if is_passed { here.clone() } else { sink.disclosure.clone() };
            self.add_sink(SinkFact {
                sink: sink.sink.clone(),
                fact,
                declared: declared.clone(),
                disclosure,
                beside: beside.clone(),
            });
        }
    }

    /// What the callee gives a sink beside the data, in the caller's values.
    fn beside(
        &mut self,
        state: &mut State,
        before: &State,
        summary: &Summary,
        beside: &Arc<Beside>,
        binding: &mut Binding,
    ) -> Arc<Beside> {
        if !beside.paths().any(|path| path.is_local()) {
            return beside.clone();
        }
        if let Some((_, known)) = binding.beside.iter().find(|(own, _)| Arc::ptr_eq(own, beside)) {
            return known.clone();
        }
        let host = self.substitute(state, before, summary, &beside.host, binding).without_objects();
        let key = self.substitute(state, before, summary, &beside.key, binding).without_objects();
        let own = Arc::new(Beside { host, key });
        binding.beside.push((beside.clone(), own.clone()));
        own
    }

    /// Notes that something reaches a sink.
    pub(super) fn add_sink(&mut self, sink: SinkFact) {
        let is_open_path = |path: &Path| self.engine.is_open_below(self.function, path);
        let is_open_origin = match &sink.fact.origin {
            Origin::Path(path) => is_open_path(path),
            Origin::Source(_) => false,
        };
        let is_open = is_open_origin || sink.beside.paths().any(is_open_path);
        self.sinks.add(sink, is_open);
    }
}

/// Confidence that an edge gives.
fn edge_confidence(reason: Reason) -> Confidence {
    match reason {
        Reason::Exact | Reason::Framework => Confidence::High,
        Reason::Override(count) if count <= 4 => Confidence::High,
        Reason::Override(_) | Reason::Name(1) => Confidence::Medium,
        Reason::Name(_) => Confidence::Low,
    }
}

fn fact_path(fact: &Fact) -> Option<&Path> {
    match &fact.origin {
        Origin::Path(path) => Some(path),
        Origin::Source(_) => None,
    }
}

fn is_only_unknown(value: &Value) -> bool {
    value.constants == Constants::Any
}

/// Whether what reaches the sink is a parameter as it came, so that the caller is the one who discloses.
fn is_passed_through(path: &Path) -> bool {
    matches!(path.start(), Root::Parameter(_) | Root::Capture(_))
        && path.steps().iter().all(|step| !matches!(step, Step::Field(_)))
}

/// The best witness of each thing that reaches a sink.
#[derive(Default)]
pub struct SinkSet {
    facts: Vec<(SinkFact, bool)>,
    index: FxHashMap<SinkKey, usize>,
    open: usize,
}

type SinkKey = (Span, u32, Option<u32>, Span, u64, How, OriginKey);

#[derive(PartialEq, Eq, Hash)]
enum OriginKey {
    Path(Path),
    Source(Span, crate::base::Symbol),
}

impl SinkSet {
    /// Adds a fact, or its witness where it is the better one; `is_open` when callers can say more about it.
    fn add(&mut self, fact: SinkFact, is_open: bool) {
        let origin = match &fact.fact.origin {
            Origin::Path(path) => OriginKey::Path(path.clone()),
            Origin::Source(source) => OriginKey::Source(source.span, source.element),
        };
        let sink = &fact.sink;
        let key =
            (sink.span, sink.rule, sink.argument, fact.disclosure.span, fact.fact.protections, fact.fact.how, origin);
        match self.index.get(&key) {
            Some(&index) => {
                let (own, own_is_open) = &mut self.facts[index];
                *own_is_open |= is_open;
                Beside::join(&mut own.beside, &fact.beside);
                if fact.fact.trace.len() < own.fact.trace.len() {
                    let beside = own.beside.clone();
                    *own = SinkFact { beside, ..fact };
                }
            }
            None => {
                if is_open {
                    if self.open >= MAX_SUMMARY_FACTS {
                        return;
                    }
                    self.open += 1;
                }
                self.index.insert(key, self.facts.len());
                self.facts.push((fact, is_open));
            }
        }
    }

    /// The facts of which callers can say more, and the others, in the order in which they were found.
    pub fn into_facts(self) -> (Vec<SinkFact>, Vec<SinkFact>) {
        let (open, closed): (Vec<_>, Vec<_>) = self.facts.into_iter().partition(|(_, is_open)| *is_open);
        let facts = |facts: Vec<(SinkFact, bool)>| facts.into_iter().map(|(fact, _)| fact).collect();
        (facts(open), facts(closed))
    }
}
