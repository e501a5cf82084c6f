//! What a function of the program leaves with the framework that calls it: its result, what it writes into a parameter
//! that it was given to fill, and which function is called next.
//!
//! Rules speak of such functions by what they override. The sink is where the value is given: the `return`, or the
//! statement that writes below the parameter.

use std::rc::Rc;
use std::sync::Arc;

use crate::base::Span;
use crate::ir::{Rvalue, Statement};
use crate::rules::index::RuleRef;
use crate::rules::model::{Port, PortRoot, PortStep, When};
use crate::taint::arguments::Arguments;
use crate::taint::channels::declared_keys;
use crate::taint::declared::Declared;
use crate::taint::interpret::Interpreter;
use crate::taint::path::{Path, Root, Step};
use crate::taint::site::Site;
use crate::taint::state::State;
use crate::taint::summary::Sink;
use crate::taint::value::Value;
use crate::taint::written::Written;

impl Interpreter<'_, '_> {
    fn declared_sinks(&self) -> impl Iterator<Item = (usize, Declared)> + use<'_> {
        self.engine.declared[self.function.index()].iter().filter_map(|declared| match declared.rule {
            RuleRef::Sink(index) if self.engine.rules.set.sinks[index].matches.overridden => Some((index, *declared)),
            _ => None,
        })
    }

    /// What was written so far, where it matters what the statement at hand adds.
    pub(super) fn written_before(&self, state: &State) -> Option<Written> {
        let fills_parameters = |(index, _): (usize, Declared)| {
            let inputs = &self.engine.rules.set.sinks[index].input;
            inputs.iter().any(|port| filled_parameter(port).is_some())
        };
        self.declared_sinks().any(fills_parameters).then(|| state.written.clone())
    }

    /// A statement that writes below a parameter which is a sink lets the value reach it.
    pub(super) fn take_written(&mut self, state: &mut State, before: &Written, statement: &Statement) {
        let span = match &statement.value {
            Rvalue::Call(call) => call.site,
            _ => statement.span,
        };
        for (index, declared) in self.declared_sinks().collect::<Vec<_>>() {
            for port in &self.engine.rules.set.sinks[index].input {
                let Some(position) = filled_parameter(port) else { continue };
                let parameter = Path::root(Root::Parameter(u16::from(position)));
                let is_new = |path: &Path, value: &Rc<Value>| {
                    before.get(path).is_none_or(|own| !Rc::ptr_eq(own, value)) && lies_at(path, port)
                };
                let written: Vec<Value> = state
                    .written
                    .below(&parameter)
                    .into_iter()
                    .filter(|(path, value)| is_new(path, value))
                    .map(|(_, value)| (**value).clone())
                    .collect();
                for value in written {
                    self.leave(state, (index, declared), Some(position), &value, span);
                }
            }
        }
    }

    /// What a function returns reaches the sink that its result is.
    pub(super) fn take_returned(&mut self, state: &mut State, result: &Value, span: Span) {
        for (index, declared) in self.declared_sinks().collect::<Vec<_>>() {
            for port in self.engine.rules.set.sinks[index].input.iter().filter(|port| port.root == PortRoot::Return) {
                let mut value = result.clone();
                for step in &port.path {
                    let Some(step) = plain_step(*step) else { continue };
                    value = self.read_step(state, &value, step, span);
                }
                self.leave(state, (index, declared), None, &value, span);
            }
        }
    }

    fn leave(
        &mut self,
        state: &mut State,
        (index, declared): (usize, Declared),
        argument: Option<u8>,
        value: &Value,
        span: Span,
    ) {
        self.note_sink_site(index, span);
        if self.is_unreached {
            return;
        }
        self.engine.note_used(self.engine.rules.set.sinks[index].id);
        let sink = Sink {
            span,
            rule: index as u32,
            function: self.function,
            callee: self.engine.program.functions[self.function].qualified,
            argument: argument.map(u32::from),
            skeleton: self.body.name,
        };
        self.reach_sink(state, sink, declared.certainty.into(), value, &Arc::default());
    }

    /// What happens at the end of a function that a framework calls: what goes on, and what is called next.
    pub(super) fn after_the_end(&mut self) {
        self.put_given();
        self.call_next();
    }

    /// A framework that has called this function calls another one with what came out.
    fn call_next(&mut self) {
        let Some(mut exit) = self.exit.take() else { return };
        for declared in &self.engine.declared[self.function.index()] {
            let RuleRef::Call(index) = declared.rule else { continue };
            let rule = &self.engine.rules.set.calls[index];
            let (port, Some(name)) = &rule.to else { continue };
            if rule.when == When::Before {
                continue;
            }
            let target = self.own_port(&exit, port);
            let mut values = Vec::new();
            for (from, to) in &rule.bind {
                if let (value, Some(position)) = (self.own_port(&exit, from), filled_parameter(to)) {
                    let count = values.len().max(usize::from(position) + 1);
                    values.resize(count, Value::unknown());
                    values[usize::from(position)].join(&value);
                }
            }
            if let Some(arity) = self.framework_arity(&target, *name) {
                values.resize(arity, Value::unknown());
            }
            let site = Site { name: *name, call: None, site: self.body.name_span };
            let arguments = Arguments::positional(values);
            if self.framework_target(&target, *name, arguments.arity()) {
                self.engine.note_used(rule.id);
                self.invoke(&mut exit, &target, &arguments, site);
            }
        }
        self.exit = Some(exit);
    }

    /// What a port of the function at hand holds at its end.
    fn own_port(&self, exit: &State, port: &Port) -> Value {
        let parameter = |position: u8| self.body.parameters.get(usize::from(position));
        match port.root {
            PortRoot::Return => self.result.clone(),
            PortRoot::This => self.this_value(exit),
            PortRoot::Parameter(position) | PortRoot::Argument(position) => parameter(position)
                .map(|parameter| (*exit.locals[parameter.local.index()]).clone())
                .unwrap_or_else(Value::unknown),
            _ => Value::unknown(),
        }
    }

    /// What a function has put into a parameter at its end goes into the channel that the parameter belongs to.
    fn put_given(&mut self) {
        let Some(mut exit) = self.exit.take() else { return };
        for declared in &self.engine.declared[self.function.index()] {
            let RuleRef::Put(index, end) = declared.rule else { continue };
            let rule = &self.engine.rules.set.channels[index];
            let end = &rule.put[end];
            if !end.matches.overridden || rule.persistent {
                continue;
            }
            let keys = declared_keys(self.engine, self.function, end).unwrap_or_else(|| vec![Step::Element]);
            for (below, value) in self.left_at(&exit, &end.value) {
                for key in &keys {
                    let cell = Path::root(Root::Cell(rule.id)).push(*key).extend(&below);
                    exit.written.add_to(cell, &value);
                }
                self.engine.note_used(rule.id);
            }
        }
        self.exit = Some(exit);
    }
}

impl Interpreter<'_, '_> {
    /// What a function leaves at a port: its result, or what it has written below a parameter, with the steps to it.
    fn left_at(&self, exit: &State, port: &Port) -> Vec<(Vec<Step>, Value)> {
        match filled_parameter(port) {
            Some(position) => {
                let parameter = Path::root(Root::Parameter(u16::from(position)));
                let written = exit.written.below(&parameter).into_iter();
                written.map(|(path, value)| (path.steps().to_vec(), (**value).clone())).collect()
            }
            None if port.root == PortRoot::Return => vec![(Vec::new(), self.result.clone())],
            None => Vec::new(),
        }
    }
}

/// The parameter that a port speaks of.
fn filled_parameter(port: &Port) -> Option<u8> {
    match port.root {
        PortRoot::Parameter(position) | PortRoot::Argument(position) => Some(position),
        _ => None,
    }
}

/// Whether a path below a parameter is where a port reads.
fn lies_at(path: &Path, port: &Port) -> bool {
    let steps = path.steps();
    if port.path.is_empty() || port.path[..] == [PortStep::Any] {
        return true;
    }
    steps.len() >= port.path.len()
        && port.path.iter().zip(steps).all(|(asked, step)| match (asked, step) {
            (PortStep::Value | PortStep::Element, Step::Element | Step::Key(_)) => true,
            (PortStep::Field(name), Step::Field(own)) => name == own,
            (PortStep::Key, Step::Keys) => true,
            _ => false,
        })
}

/// The step of a path that a step of a port means, where it means one.
pub(super) fn plain_step(step: PortStep) -> Option<Step> {
    match step {
        PortStep::Value | PortStep::Element => Some(Step::Element),
        PortStep::Field(name) => Some(Step::Field(name)),
        PortStep::Key => Some(Step::Keys),
        _ => None,
    }
}
