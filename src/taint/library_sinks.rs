//! What sinks take of a call that leaves the program, and what the call tells of it beside.

use std::sync::Arc;

use crate::base::{Span, Symbol};
use crate::ir::Const;
use crate::rules::model::Port;
use crate::taint::interpret::Interpreter;
use crate::taint::knowledge::FoundSink;
use crate::taint::library::{LibraryCall, callable_of};
use crate::taint::library_sources::refine_by_key;
use crate::taint::ports::Ports;
use crate::taint::state::State;
use crate::taint::summary::{Beside, Disclosure, Sink, SinkFact};
use crate::taint::value::{Fact, Value};
use crate::taint::{Confidence, SinkSite, StepKind};

impl Interpreter<'_, '_> {
    /// What a sink takes.
    pub(super) fn take(&mut self, state: &mut State, sink: &FoundSink, call: &LibraryCall<'_>, ports: &mut Ports<'_>) {
        let rule = &self.engine.rules.set.sinks[sink.index];
        let span = call.site.site;
        self.note_sink_site(sink.index, span);
        if self.is_unreached {
            return;
        }
        let mut beside = |port: &Option<Port>| {
            let value = port.as_ref().map(|port| self.read_port(state, ports, port)).unwrap_or_default();
            value.without_objects()
        };
        let beside = Arc::new(Beside { host: beside(&rule.host), key: beside(&rule.key) });
        let skeleton = skeleton(&ports.arguments.positional);
        let hint = self.named_by_its_key(&beside.key, span);
        ports.annotated = sink.parameter;
        for port in &rule.input {
            let values = match callable_of(port) {
                // What the callable gives is what is taken.
                Some(callable) => vec![(None, self.run_callable(state, ports, &callable, &[]))],
                None => self.port_values(state, ports, port),
            };
            for (argument, mut value) in values {
                value.facts.iter_mut().for_each(|fact| refine_by_key(fact, hint.as_ref()));
                let at = Sink {
                    span,
                    rule: sink.index as u32,
                    function: self.function,
                    callee: call.callee(),
                    argument,
                    skeleton,
                };
                self.reach_sink(state, at, sink.confidence, &value, &beside);
            }
        }
        ports.annotated = None;
    }

    /// Notes that a sink stands at `span`, whether or not anything arrives.
    pub(super) fn note_sink_site(&self, sink: usize, span: Span) {
        let rule = &self.engine.rules.set.sinks[sink];
        let site = SinkSite { span, destination: rule.destination, rule: rule.id };
        self.engine.sink_sites.lock().expect("no interpretation panicked").insert(site);
    }

    /// Something reaches a sink, with what names the host and the place in the store.
    pub(super) fn reach_sink(
        &mut self,
        state: &mut State,
        sink: Sink,
        confidence: Confidence,
        value: &Value,
        beside: &Arc<Beside>,
    ) {
        let span = sink.span;
        let reads = self.engine.rules.set.sinks[sink.rule as usize].reads;
        let disclosure = Arc::new(Disclosure { span, callee: sink.callee, function: self.function });
        let sink = Arc::new(sink);
        let is_itself = |fact: &Fact| value.facts.iter().any(|own| own.origin == fact.origin);
        for mut fact in self.taken(state, value, reads, span) {
            // What is part of an object is not of the object's type.
            let declared = value.declared.clone().filter(|_| is_itself(&fact));
            fact.protections |= state.guards;
            fact.edge = fact.edge.min(confidence);
            fact.trace = fact.trace.step(span, StepKind::Sink, self.function);
            self.add_sink(SinkFact {
                sink: sink.clone(),
                fact,
                declared,
                disclosure: disclosure.clone(),
                beside: beside.clone(),
            });
        }
    }
}

/// Constant arguments as they are, everything else as `_`.
fn skeleton(arguments: &[Value]) -> Symbol {
    let parts: Vec<String> = arguments
        .iter()
        .map(|argument| match argument.single_constant() {
            Some(Const::Str(text)) => format!("{:?}", text.as_str()),
            Some(constant) => crate::taint::fold::display(constant).unwrap_or_else(|| "_".to_owned()),
            None => "_".to_owned(),
        })
        .collect();
    Symbol::new(&parts.join(", "))
}
