//! What calls of libraries read that is a source: their result, or what they give to the functions given to them; and
//! what keys say of values that are stored under them.

use std::sync::Arc;

use crate::base::{Span, at_or_below};
use crate::ir::Const;
use crate::rules::model::{Port, PortStep, Source};
use crate::taint::arguments::Arguments;
use crate::taint::interpret::Interpreter;
use crate::taint::knowledge::Found;
use crate::taint::library::LibraryCall;
use crate::taint::ports::Ports;
use crate::taint::state::State;
use crate::taint::value::{Fact, Hint, Value};
use crate::taint::{Confidence, SourceKind};

impl Interpreter<'_, '_> {
    /// What the key under which a store takes something says of it.
    pub(super) fn named_by_its_key(&self, key: &Value, span: Span) -> Option<Arc<Hint>> {
        match key.single_constant()? {
            Const::Str(key) | Const::Symbol(key) => self.engine.evidence.key(key, self.function, span),
            _ => None,
        }
    }

    /// What a call reads that is a source.
    pub(super) fn read_by_call(&mut self, source: &Source, confidence: Confidence, call: &LibraryCall<'_>) -> Value {
        let mut read = self.source(source, confidence, call.callee(), SourceKind::Call, call.site.site);
        if self.engine.rules.is_generic(source.element) {
            let hint = self.view_hint(&call.receiver, source.element);
            read.facts.iter_mut().for_each(|fact| fact.refine(hint.as_ref()));
        }
        read
    }

    /// Runs the callables to which sources of a call give something.
    pub(super) fn run_with_sources(&mut self, state: &mut State, found: &Found, ports: &mut Ports<'_>) {
        for (index, confidence) in &found.sources {
            let source = &self.engine.rules.set.sources[*index];
            let Some(at) = parameter_of(&source.output) else { continue };
            let read = self.read_by_call(source, *confidence, ports.call);
            let target = self.read_port(state, ports, &Port { root: source.output.root, path: Vec::new() });
            let arity = self.callable_arity(&target).unwrap_or_default().max(at + 1);
            let mut given = vec![Value::unknown(); arity];
            given[at] = read;
            ports.run.push(source.output.root);
            self.invoke_callable(state, &target, &Arguments::positional(given), ports.call.site.site);
        }
    }
}

/// The parameter of a callable that a port means.
pub(super) fn parameter_of(port: &Port) -> Option<usize> {
    match port.path.first() {
        Some(PortStep::Parameter(at)) => Some(usize::from(*at)),
        _ => None,
    }
}

/// Gives a fact what the key says under which it is stored. A key that says less than is known says nothing.
pub(super) fn refine_by_key(fact: &mut Fact, key: Option<&Arc<Hint>>) {
    let says_more = |own: &Arc<Hint>| key.is_some_and(|key| at_or_below(&key.element, &own.element));
    if fact.hint.as_ref().is_none_or(says_more) {
        fact.refine(key);
    }
}
