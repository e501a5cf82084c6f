//! What library calls do beyond moving values between ports: constant results, calls that frameworks make, and the
//! cautious assumptions about calls that nobody modelled.

use crate::base::Symbol;
use crate::ir::{Const, Modifiers, TypeRef};
use crate::rules::model::{PortRoot, PortStep};
use crate::taint::arguments::Arguments;
use crate::taint::call::is_class_value;
use crate::taint::fold;
use crate::taint::interpret::Interpreter;
use crate::taint::knowledge::Found;
use crate::taint::library::LibraryCall;
use crate::taint::path::{Path, Step};
use crate::taint::ports::Ports;
use crate::taint::site::Site;
use crate::taint::state::State;
use crate::taint::summary::ObjectKind;
use crate::taint::value::{Constants, Fact, How, Origin, Value};

/// Bound: unmodelled calls on a witness.
pub const MAX_UNKNOWN_CALLS: u8 = 3;

impl Interpreter<'_, '_> {
    /// The constant that a call gives when its inputs are constants and a rule names the operation.
    pub(super) fn fold_call(&mut self, found: &Found, call: &LibraryCall<'_>, arguments: &Arguments) -> Option<Value> {
        let propagators = &self.engine.rules.set.propagators;
        let semantics = found.propagators.iter().find_map(|index| propagators[*index].semantics)?;
        let mut inputs = Vec::new();
        if !is_class_value(&call.receiver) {
            inputs.push(call.receiver.single_constant()?);
        }
        for argument in &arguments.positional {
            inputs.push(argument.single_constant()?);
        }
        let constant = fold::operation(semantics, &inputs)?;
        let declared = self.engine.constant_type(constant);
        Some(Value::constant(constant).typed(declared))
    }

    /// Makes the call that a framework makes.
    pub(super) fn run_call_rule(&mut self, state: &mut State, ports: &mut Ports<'_>, index: usize) {
        let rule = &self.engine.rules.set.calls[index];
        let (port, name) = &rule.to;
        let target = self.read_port(state, ports, port);
        let position = |port: &crate::rules::model::Port| match (&port.root, port.path.first()) {
            (PortRoot::Parameter(index) | PortRoot::Argument(index), None) => Some(*index as usize),
            (_, Some(PortStep::Parameter(index))) => Some(*index as usize),
            _ => None,
        };
        let arity = rule.bind.iter().filter_map(|(_, to)| position(to)).max().map_or(0, |last| last + 1);
        let mut values = vec![Value::unknown(); arity];
        let mut named = Vec::new();
        // `Argument[$i]` on both sides: each argument goes to the parameter at its position, or of its name.
        let is_each = |port: &crate::rules::model::Port| {
            matches!(port.root, PortRoot::ArgumentVariable(_)) && port.path.is_empty()
        };
        if rule.bind.iter().any(|(from, to)| is_each(from) && is_each(to)) {
            values.clone_from(&ports.arguments.positional);
            named.clone_from(&ports.arguments.named);
        }
        for (from, to) in &rule.bind {
            if let Some(at) = position(to) {
                for (_, value) in self.port_values(state, ports, from) {
                    values[at].join(&value);
                }
            }
        }
        ports.run.push(port.root);
        let site = ports.call.site.site;
        let result = match name {
            None => {
                let arity = self.callable_arity(&target).unwrap_or(arity);
                values.resize(arity, Value::unknown());
                self.invoke_callable(state, &target, &Arguments::positional(values), site)
            }
            Some(name) => {
                let mut arguments = Arguments { named, ..Arguments::positional(values) };
                if let Some(arity) = self.framework_arity(&target, *name) {
                    arguments.positional.resize(arity.saturating_sub(arguments.named.len()), Value::unknown());
                }
                let known = self.framework_target(&target, *name, arguments.arity());
                if !known && self.callable_arity(&target).is_none() {
                    return;
                }
                self.invoke(state, &target, &arguments, Site { name: *name, call: None, site })
            }
        };
        for (from, to) in &rule.bind {
            if from.root == PortRoot::Return && position(to).is_none() {
                self.write_port(state, ports, to, &result);
            }
        }
    }

    /// Whether the program defines the method that a framework would call on `target`.
    pub(super) fn framework_target(&self, target: &Value, name: Symbol, arity: usize) -> bool {
        let by_object = target
            .objects
            .iter()
            .any(|&object| !self.engine.methods(self.info(object).class.name, name, arity).is_empty());
        let by_type = target
            .declared
            .as_ref()
            .is_some_and(|declared| !self.engine.methods(declared.name, name, arity).is_empty());
        by_object || by_type || target.facts.iter().any(|fact| fact.exact_path().is_some())
    }

    /// How many parameters the program's method `name` of `target` has.
    pub(super) fn framework_arity(&self, target: &Value, name: Symbol) -> Option<usize> {
        let program = self.engine.program;
        let classes = target.objects.iter().map(|&object| self.info(object).class.name);
        classes.chain(target.declared.iter().map(|declared| declared.name)).find_map(|class| {
            let class = program.class_named(class)?;
            let function = program.classes[class]
                .ancestors
                .iter()
                .find_map(|&ancestor| program.classes[ancestor].methods.get(&name)?.first().copied())?;
            Some(program.function(function).parameters.len())
        })
    }

    /// A call that no rule models.
    pub(super) fn call_unknown(
        &mut self,
        state: &mut State,
        call: &LibraryCall<'_>,
        arguments: &Arguments,
        opaque: Value,
        declared: Option<&TypeRef>,
    ) -> Value {
        let vocabulary = self.engine.rules;
        let name = call.site.name;
        let is_lookup = !call.is_constructor && vocabulary.is_lookup(&name);
        let gives_nothing = !call.is_constructor
            && (vocabulary.is_predicate(&name) || declared.is_some_and(|declared| vocabulary.is_plain_type(declared)));
        let is_implicit = matches!(
            call.site.call.map(|call| &call.target),
            Some(crate::ir::Target::Bare(_) | crate::ir::Target::Super(..))
        );
        let mut facts = Vec::new();
        if !call.is_constructor && !is_implicit && !is_class_value(&call.receiver) {
            facts.extend(self.derived(state, &call.receiver, How::Value));
        }
        let mut given = Vec::new();
        let values = arguments.positional.iter().chain(arguments.named.iter().map(|(_, value)| value));
        for value in values {
            given.extend(self.derived(state, value, How::Value));
        }
        let given_back = self.run_closures(state, call, arguments, &facts);
        let effects = self.engine.rules.effects_named(&name);
        let step = |mut fact: Fact| {
            fact.unknown_calls += 1;
            fact.possible |= effects;
            fact.edge = fact.edge.min(crate::taint::Confidence::Medium);
            (fact.unknown_calls <= MAX_UNKNOWN_CALLS).then_some(fact)
        };
        let enters_receiver = call.receiver.objects.iter().any(|&object| self.is_library(object));
        if enters_receiver && !given.is_empty() && !is_lookup {
            let taken = Value::facts(given.iter().cloned().filter_map(step));
            self.write_content(state, &call.receiver, &taken);
        }
        if gives_nothing {
            return Value::unknown();
        }
        let is_constant = given_back.single_constant().is_some_and(|constant| constant != Const::Null);
        if is_constant || !given_back.facts.is_empty() || !given_back.objects.is_empty() {
            // What runs a block gives what the block gives; what it was told beside says how to run it.
            let declared = given_back.declared.clone().or_else(|| opaque.declared.clone());
            return Value { constants: Constants::Any, declared, ..given_back };
        }
        if !is_lookup {
            facts.extend(given);
        }
        let is_named = |fact: &Fact| matches!(fact.origin, Origin::Source(_)) || fact.is_named();
        let any_named = facts.iter().any(is_named);
        let mut result = Value::facts(facts.into_iter().filter_map(step));
        let own_name = opaque.facts.iter().any(|fact| fact.hint.is_some());
        if own_name && any_named {
            // The name of the accessor says more than what happened to go in.
            result = Value::unknown();
        }
        if own_name || !any_named {
            result.join(&opaque);
        }
        result.declared = opaque.declared.clone();
        result
    }

    /// Number of parameters that a callable takes, when it is known.
    pub(super) fn callable_arity(&self, callable: &Value) -> Option<usize> {
        callable.objects.iter().find_map(|&object| match &self.info(object).kind {
            ObjectKind::Closure(function) => Some(self.engine.program.function(*function).parameters.len()),
            _ => None,
        })
    }

    /// Whether a callable has a receiver, which is then its first parameter.
    pub(super) fn has_receiver_parameter(&self, callable: &Value) -> bool {
        callable.objects.iter().any(|&object| match &self.info(object).kind {
            ObjectKind::Closure(function) => {
                self.engine.program.function(*function).modifiers.contains(Modifiers::EXTENSION)
            }
            _ => false,
        })
    }

    /// Runs the closures given to a call: nobody knows what with, so their parameters hold what the receiver holds.
    /// The result is what the block of the call gives.
    pub(super) fn run_closures(
        &mut self,
        state: &mut State,
        call: &LibraryCall<'_>,
        arguments: &Arguments,
        facts: &[Fact],
    ) -> Value {
        let mut given_back = Value::none();
        let given = arguments.positional.iter().chain(arguments.named.iter().map(|(_, value)| value));
        let given = given.map(|value| (value, false)).chain(arguments.block.iter().map(|value| (value, true)));
        let given: Vec<(Value, bool)> = given.map(|(value, is_block)| (value.clone(), is_block)).collect();
        for (value, is_block) in given {
            let is_closure =
                value.objects.iter().any(|&object| !matches!(self.info(object).kind, ObjectKind::Instance));
            if !is_closure {
                continue;
            }
            let arity = self.callable_arity(&value).unwrap_or(1);
            let site = call.site.site;
            let parameter = |index: usize| {
                let path = Path::opaque(site, None).push(Step::Key(Const::Int(index as i64)));
                let mut value = Value::fact(Fact::path(path));
                facts.iter().for_each(|fact| {
                    value.add(fact.clone());
                });
                value
            };
            let values = (0..arity).map(parameter).collect();
            let result = self.invoke_callable(state, &value, &Arguments::positional(values), site);
            if is_block {
                given_back.join(&result);
            }
        }
        given_back
    }
}
