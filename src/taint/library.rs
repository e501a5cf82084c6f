//! Calls of what the program does not define: rules say what they take, give, pass on and run.
//!
//! A call is matched once against the index of rules. Sinks take first, then the models pass data on (or, where there
//! is none, the cautious assumptions of `unknown`), and sources, transforms and result types shape the result.

use std::sync::Arc;

use crate::base::{Span, Symbol};
use crate::ir::{Const, TypeRef};
use crate::rules::model::*;
use crate::taint::arguments::Arguments;
use crate::taint::interpret::Interpreter;
use crate::taint::knowledge::Found;
use crate::taint::library_sources::parameter_of;
use crate::taint::path::{Path, Step};
use crate::taint::ports::Ports;
use crate::taint::site::Site;
use crate::taint::state::State;
use crate::taint::summary::ObjectKind;
use crate::taint::value::{Constants, Fact, How, ObjectId, Source, Value};
use crate::taint::{Confidence, SourceKind, StepKind};

/// Bound: objects that wrap one another.
const MAX_WRAPPED: usize = 8;

/// A call that leaves the program.
#[derive(Clone)]
pub struct LibraryCall<'a> {
    /// What is called where.
    pub site: Site<'a>,
    /// The receiver; for a constructor the new object.
    pub receiver: Value,
    /// Types that the method may belong to, the nearest first; empty when unknown.
    pub types: Vec<Symbol>,
    /// The receiver is a class.
    pub is_static: bool,
    /// It is a constructor.
    pub is_constructor: bool,
    /// Where the objects that the receiver is were made, and those that they wrap.
    pub made_at: Vec<Span>,
}

impl<'a> LibraryCall<'a> {
    /// A method call.
    pub fn method(site: Site<'a>, receiver: Value, types: Vec<Symbol>, is_static: bool) -> LibraryCall<'a> {
        LibraryCall { site, receiver, types, is_static, is_constructor: false, made_at: Vec::new() }
    }

    /// A constructor call on `object`.
    pub fn constructor(site: Site<'a>, object: Value, class: Symbol) -> LibraryCall<'a> {
        LibraryCall {
            site,
            receiver: object,
            types: vec![class],
            is_static: false,
            is_constructor: true,
            made_at: Vec::new(),
        }
    }

    /// The callee for reports.
    pub fn callee(&self) -> Symbol {
        match self.types.first() {
            Some(class) if self.is_constructor => *class,
            Some(class) => Symbol::new(&format!("{class}.{}", self.site.name)),
            None => self.site.name,
        }
    }
}

impl Interpreter<'_, '_> {
    /// The value of a call that leaves the program.
    pub(super) fn call_library(
        &mut self,
        state: &mut State,
        mut call: LibraryCall<'_>,
        arguments: &Arguments,
    ) -> Value {
        call.made_at = self.made_at(state, &call.receiver);
        let found = self.engine.rules.find(self.engine, self.function, &call, arguments);
        if !found.used.is_empty() {
            self.engine.rules_used.lock().expect("no interpretation panicked").extend(found.used.iter().copied());
        }
        self.note_entered(state, &found, &call, arguments);
        let proof = self.proof_of_call(state, &found, &call, arguments);
        let mut result = self.library_result(state, &found, &call, arguments);
        self.narrow(state, &found, &call, arguments, &mut result);
        result.proof = proof;
        result
    }

    fn library_result(
        &mut self,
        state: &mut State,
        found: &Found,
        call: &LibraryCall<'_>,
        arguments: &Arguments,
    ) -> Value {
        let written = self.written_arguments(state, found, call, arguments);
        let arguments = written.as_ref().unwrap_or(arguments);
        let mut ports = Ports::new(call, arguments);
        for sink in &found.sinks {
            self.take(state, sink, call, &mut ports);
        }
        if let Some(result) = self.fold_call(found, call, arguments) {
            return result;
        }
        if let Some(result) = self.configured_call(state, found, &mut ports) {
            return result;
        }
        let declared = self.result_type(found, call);
        let mut result = self.opaque_result(call, declared.clone(), found);
        let chooses =
            |class: &&Symbol| call.is_static && self.engine.evidence.chooses_constant(**class, call.site.name);
        if let Some(class) = call.types.first().filter(chooses) {
            // One of a few constants, whatever text it was chosen by.
            let class = TypeRef::named(*class);
            return Value::fact(Fact::path(Path::opaque(call.site.site, Some(class.clone()))))
                .typed(Some(Arc::new(class)));
        }
        if found.drops {
            // Nothing of what went in comes out; an object that comes out can still be given something.
            let is_object = declared.as_ref().is_some_and(|declared| !self.engine.rules.is_plain_type(declared));
            let given = if is_object { opaque_without_name(result) } else { Value::unknown() };
            return given.typed(declared);
        }
        self.run_with_sources(state, found, &mut ports);
        if found.is_modelled() {
            ports.result = Value::none().typed(declared.clone());
            self.run_models(state, found, &mut ports);
            if ports.result_written {
                result = std::mem::take(&mut ports.result);
                if !found.same {
                    result.constants.join(&Constants::Any, false);
                }
            } else if found.has_data_model() {
                for fact in &mut result.facts {
                    fact.hint = None;
                }
            }
            self.run_unconsumed_closures(state, call, arguments, &ports);
        } else if found.sinks.is_empty() {
            result = self.call_unknown(state, call, arguments, result, declared.as_deref());
        }
        let mut reads_result = false;
        for (index, confidence) in &found.sources {
            let source = &self.engine.rules.set.sources[*index];
            if parameter_of(&source.output).is_some() {
                continue;
            }
            let read = self.read_by_call(source, *confidence, call);
            self.write_port(state, &mut ports, &source.output, &read);
            reads_result |= source.output.root == PortRoot::Return;
        }
        if reads_result {
            result = std::mem::take(&mut ports.result);
        }
        self.note_accessor(&result, call);
        if result.declared.is_none() || declared.is_some() {
            result.declared = declared.or(result.declared);
        }
        result
    }

    /// Notes that a call reads what its name says, where nothing better is known of its result.
    fn note_accessor(&self, result: &Value, call: &LibraryCall<'_>) {
        let hints = result.facts.iter().filter_map(|fact| fact.hint.as_deref());
        let mut own = hints.filter(|hint| hint.kind == SourceKind::Accessor && hint.span == call.site.site);
        self.engine.note_read(own.next());
    }

    /// Where the objects of a value were made, and those that they wrap.
    fn made_at(&self, state: &State, value: &Value) -> Vec<Span> {
        let mut sites = Vec::new();
        let mut pending: Vec<ObjectId> = value.objects.to_vec();
        while let Some(object) = pending.pop() {
            let site = self.info(object).site;
            if sites.contains(&site) || sites.len() >= MAX_WRAPPED {
                continue;
            }
            sites.push(site);
            pending.extend(self.wrapped(state, object).iter().flat_map(|wrapped| wrapped.objects.iter().copied()));
        }
        sites
    }

    /// A model that says nothing of a callable argument leaves it to be run.
    fn run_unconsumed_closures(
        &mut self,
        state: &mut State,
        call: &LibraryCall<'_>,
        arguments: &Arguments,
        ports: &Ports<'_>,
    ) {
        let positional = arguments.positional.iter().enumerate();
        let open = positional
            .filter(|(index, _)| !ports.run.contains(&PortRoot::Argument(*index as u8)))
            .map(|(_, value)| value.clone())
            .collect();
        let block = arguments.block.clone().filter(|_| !ports.run.contains(&PortRoot::Block));
        self.run_closures(state, call, &Arguments { block, ..Arguments::positional(open) }, &[]);
    }

    fn run_models(&mut self, state: &mut State, found: &Found, ports: &mut Ports<'_>) {
        let rules = self.engine.rules;
        for index in &found.transforms {
            let rule = &rules.set.transforms[*index];
            let bits = rules.effect_bits(rule.effect);
            if rule.flow.is_empty() {
                let mut facts = Vec::new();
                let mut inputs = ports.arguments.positional.clone();
                inputs.push(ports.call.receiver.clone());
                for value in &inputs {
                    facts.extend(self.derived(state, value, How::Value));
                }
                facts.iter_mut().for_each(|fact| fact.protections |= bits);
                ports.add_result(&Value::facts(facts));
            } else {
                self.run_flow(state, ports, &rule.flow, PropagatorKind::Copy, bits);
            }
        }
        for index in &found.sanitizers {
            let rule = &rules.set.sanitizers[*index];
            let bits = rules.sanitizer_bits(*index);
            if rule.cleans.root != PortRoot::Return {
                let target = self.read_port(state, ports, &rule.cleans);
                self.clean_in_place(state, &target, (!rule.destinations.is_empty()).then_some(bits));
                continue;
            }
            let mut facts = Vec::new();
            for value in ports.arguments.positional.clone() {
                facts.extend(self.derived(state, &value, How::Value));
            }
            facts.iter_mut().for_each(|fact| fact.protections |= bits);
            let value = if rule.destinations.is_empty() { Value::unknown() } else { Value::facts(facts) };
            self.write_port(state, ports, &rule.cleans, &value);
            ports.result_written = true;
        }
        // Rules of a type and of its supertype may both name the operation: it happens once.
        let mut operated = false;
        for index in &found.propagators {
            let rule = &rules.set.propagators[*index];
            match rule.semantics.filter(|semantics| semantics.moves_parts()) {
                Some(_) if operated => {}
                Some(semantics) => {
                    operated = true;
                    self.run_semantics(state, ports, semantics, &rule.flow);
                }
                None => self.run_flow(state, ports, &rule.flow, rule.kind, 0),
            }
        }
        for index in &found.expands {
            let rule = &rules.set.expands[*index];
            if matches!(rule.members, ExpandMembers::Method { .. } | ExpandMembers::Named) {
                // Its argument was replaced before the call.
                continue;
            }
            if rule.by.is_some() {
                if matches!(rule.out.root, PortRoot::This | PortRoot::Return)
                    && let Some(value) = self.written(state, rule, ports)
                {
                    self.write_port(state, ports, &rule.out, &value);
                }
                continue;
            }
            let object = self.read_port(state, ports, &rule.object);
            let facts = self.serialised(state, &object, &rule.members, ports.call.site.site);
            self.write_port(state, ports, &rule.out, &Value::facts(facts));
        }
        for (index, side) in &found.channels {
            self.run_channel(state, ports, *index, *side);
        }
        for index in &found.calls {
            self.run_call_rule(state, ports, *index);
        }
    }

    /// Takes out what the one object that `target` is holds, or adds `bits` to what is proven of it.
    fn clean_in_place(&mut self, state: &mut State, target: &Value, bits: Option<u64>) {
        let [object] = target.objects[..] else { return };
        let content = state.content_mut(object);
        if content.many {
            return;
        }
        match bits {
            None => content.parts.clear(),
            Some(bits) => {
                for (_, value) in &mut content.parts {
                    value.facts.iter_mut().for_each(|fact| fact.protections |= bits);
                }
            }
        }
    }

    /// Moves data as the pairs of ports say; pairs that go through a callable run it in between.
    pub(super) fn run_flow(
        &mut self,
        state: &mut State,
        ports: &mut Ports<'_>,
        flow: &[(Port, Port)],
        kind: PropagatorKind,
        bits: u64,
    ) {
        let into_callable =
            |port: &Port| port.path.iter().any(|step| matches!(step, PortStep::Parameter(_) | PortStep::ParameterThis));
        let from_callable = |port: &Port| port.path.contains(&PortStep::Return);
        for (from, to) in flow.iter().filter(|(from, to)| !from_callable(from) && !into_callable(to)) {
            self.run_pair(state, ports, from, to, kind, bits);
        }
        let mut callables: Vec<Port> = Vec::new();
        for callable in flow.iter().flat_map(|(from, to)| [from, to]).filter_map(callable_of) {
            if !callables.contains(&callable) {
                callables.push(callable);
            }
        }
        for callable in callables {
            let is_own = |port: &Port| callable_of(port).as_ref() == Some(&callable);
            let inputs: Vec<(Port, Port)> =
                flow.iter().filter(|(_, to)| is_own(to) && into_callable(to)).cloned().collect();
            let returned = self.run_callable(state, ports, &callable, &inputs);
            for (from, to) in flow.iter().filter(|(from, _)| is_own(from) && from_callable(from)) {
                let mut value = returned.clone();
                for step in from.path.iter().skip_while(|step| **step != PortStep::Return).skip(1) {
                    value = self.read_port_step(state, ports, &value, *step);
                }
                value.facts.iter_mut().for_each(|fact| fact.protections |= bits);
                self.write_port(state, ports, to, &value);
            }
        }
    }

    fn run_pair(
        &mut self,
        state: &mut State,
        ports: &mut Ports<'_>,
        from: &Port,
        to: &Port,
        kind: PropagatorKind,
        bits: u64,
    ) {
        if kind == PropagatorKind::Copy && bits == 0 && self.copy_by_keys(state, ports, from, to) {
            return;
        }
        for (_, mut value) in self.port_values(state, ports, from) {
            let keeps_identity = kind != PropagatorKind::Copy
                || !from.path.is_empty()
                || !to.path.is_empty()
                || matches!(from.root, PortRoot::Argument(_) | PortRoot::EveryArgument);
            if !keeps_identity {
                value = Value::facts(self.derived(state, &value, How::Value));
            } else if kind == PropagatorKind::Copy && from.path.is_empty() && to.path.is_empty() {
                value.constants = Constants::Any;
                value.declared = value.declared.filter(|declared| !self.engine.rules.is_text_type(declared));
            }
            value.facts.iter_mut().for_each(|fact| {
                fact.protections |= bits;
                if bits != 0 {
                    fact.how = fact.how.max(How::Value);
                }
            });
            if kind == PropagatorKind::Wraps {
                if to.root == PortRoot::Return {
                    self.make_result(state, ports);
                }
                let wrapper = self.read_port(state, ports, to);
                self.write_step(state, &wrapper, wrapped_step(), &value);
            } else if kind == PropagatorKind::Out && to.path.is_empty() {
                let target = self.read_port(state, ports, to);
                let content = self.read_step(state, &value, Step::Element, ports.call.site.site);
                self.add_to_step(state, &target, Step::Element, &content);
                let facts = Value::facts(self.derived(state, &value, How::Value));
                self.add_to_step(state, &target, Step::Content, &facts);
            } else {
                self.write_port(state, ports, to, &value);
            }
        }
    }

    /// Copies what lies under each key to the same key of another map; `false` where that is not what the ports say.
    fn copy_by_keys(&mut self, state: &mut State, ports: &mut Ports<'_>, from: &Port, to: &Port) -> bool {
        let (Some((PortStep::Value, above)), Some((PortStep::Value, target))) =
            (from.path.split_last(), to.path.split_last())
        else {
            return false;
        };
        if to.root == PortRoot::Return && target.is_empty() {
            self.make_result(state, ports);
        }
        let map = self.read_port(state, ports, &Port { root: from.root, path: above.to_vec() });
        let target = self.read_port(state, ports, &Port { root: to.root, path: target.to_vec() });
        if map.objects.is_empty() || !map.facts.is_empty() || target.is_none() {
            return false;
        }
        for object in map.objects {
            let parts = state.content(object).map(|content| content.parts.clone()).unwrap_or_default();
            for (step, value) in parts {
                if matches!(step, Step::Element | Step::Key(_) | Step::Content) {
                    self.add_to_step(state, &target, step, &value);
                }
            }
        }
        true
    }

    /// Runs the callable at a port on what the pairs put into its parameters.
    pub(super) fn run_callable(
        &mut self,
        state: &mut State,
        ports: &mut Ports<'_>,
        port: &Port,
        inputs: &[(Port, Port)],
    ) -> Value {
        let callable = self.read_port(state, ports, port);
        let arity = self.callable_arity(&callable).unwrap_or(inputs.len());
        let mut values = vec![Value::unknown(); arity];
        // The receiver of a callable that has one is its first parameter.
        let receivers = usize::from(self.has_receiver_parameter(&callable));
        for (from, to) in inputs {
            let position = to.path.iter().find_map(|step| match step {
                PortStep::Parameter(position) => Some(*position as usize + receivers),
                PortStep::ParameterThis => (receivers == 1).then_some(0),
                _ => None,
            });
            if let Some(slot) = position.and_then(|position| values.get_mut(position)) {
                if from.root == PortRoot::Return {
                    // The callable is given the result in the making.
                    self.make_result(state, ports);
                }
                for (_, value) in self.port_values(state, ports, from) {
                    slot.join(&value);
                }
            }
        }
        let site = ports.call.site.site;
        // What nobody says anything of is something that the library gives.
        for (index, value) in values.iter_mut().enumerate().filter(|_| inputs.is_empty()) {
            let given = Path::opaque(site, None).push(Step::Key(Const::Int(index as i64)));
            *value = Value::fact(Fact::path(given)).typed(self.parameter_type(&callable, index));
        }
        ports.run.push(port.root);
        self.invoke_callable(state, &callable, &Arguments::positional(values), site)
    }

    /// The declared type of a parameter of a closure.
    fn parameter_type(&self, callable: &Value, index: usize) -> Option<Arc<TypeRef>> {
        let function = callable.objects.iter().find_map(|&object| match self.info(object).kind {
            ObjectKind::Closure(function) => Some(self.engine.program.function(function)),
            _ => None,
        })?;
        let local = function.parameters.get(index)?.local;
        function.locals[local].declared.clone().map(Arc::new)
    }

    /// What a source brings in at `span`.
    pub(super) fn source(
        &self,
        rule: &crate::rules::model::Source,
        confidence: Confidence,
        symbol: Symbol,
        kind: SourceKind,
        span: Span,
    ) -> Value {
        let source = Arc::new(Source {
            span,
            element: rule.element,
            symbol,
            function: Some(self.function),
            kind,
            rule: rule.id,
            is_generic: self.engine.rules.is_generic(rule.element),
            confidence,
        });
        self.engine.met_reads.note_source(&source);
        let mut fact = Fact::source(source);
        fact.trace = fact.trace.step(span, StepKind::Source, self.function);
        Value::fact(fact)
    }

    /// The result of a call as long as nothing is known of it: an opaque value with the names that speak for it.
    fn opaque_result(&mut self, call: &LibraryCall<'_>, declared: Option<Arc<TypeRef>>, found: &Found) -> Value {
        let path = Path::opaque(call.site.site, declared.as_deref().cloned());
        let mut fact = Fact::path(path);
        if !call.is_constructor && found.sources.is_empty() {
            fact.hint = self.engine.evidence.accessor(call, declared.as_deref(), self.function);
        }
        if fact.hint.is_some() {
            fact.trace = fact.trace.step(call.site.site, StepKind::Source, self.function);
        }
        if self.context.is_empty() {
            // Under contexts others may read at the same time.
            self.engine.producers.insert(call.site.site, call.callee());
        }
        Value::fact(fact).typed(declared)
    }
}

fn opaque_without_name(mut value: Value) -> Value {
    value.facts.iter_mut().for_each(|fact| fact.hint = None);
    value
}

/// The port of the callable whose parameter or result a port is.
pub(super) fn callable_of(port: &Port) -> Option<Port> {
    let is_callable =
        |step: &PortStep| matches!(step, PortStep::Parameter(_) | PortStep::ParameterThis | PortStep::Return);
    let at = port.path.iter().position(is_callable)?;
    Some(Port { root: port.root, path: port.path[..at].to_vec() })
}

/// The step under which a wrapper holds what it wraps.
pub fn wrapped_step() -> Step {
    Step::Field(Symbol::new("<wrapped>"))
}
