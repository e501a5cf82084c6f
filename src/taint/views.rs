//! What screens and settings say at calls: the text behind a resource, and what is typed into a field of a screen.

use std::sync::Arc;

use crate::base::Symbol;
use crate::ir::Const;
use crate::rules::model::{ConstantKey, Store};
use crate::taint::interpret::Interpreter;
use crate::taint::knowledge::Found;
use crate::taint::path::{Path, Root, Step};
use crate::taint::ports::Ports;
use crate::taint::state::State;
use crate::taint::value::{Hint, Value};

impl Interpreter<'_, '_> {
    /// What a parameter holds at the beginning: what is injected into it, or what the context says.
    pub(super) fn parameter_value(&self, index: usize) -> Value {
        match self.engine.configured.parameter(self.function, index) {
            Some((constants, rule)) => self.engine.configured_value(constants.clone(), *rule),
            None => self.path_value(Path::root(Root::Parameter(index as u16))),
        }
    }

    /// What a call gives that reads a constant from beside the code; notes which view it gives.
    pub(super) fn configured_call(&mut self, state: &mut State, found: &Found, ports: &mut Ports<'_>) -> Option<Value> {
        for index in &found.constants {
            let engine = self.engine;
            let rule = &engine.rules.set.constants[*index];
            let key = match &rule.key {
                ConstantKey::Words(words) => Some(*words),
                ConstantKey::At(port) => key_in(&self.read_port(state, ports, port)),
            };
            let Some(key) = key else { continue };
            if rule.from == Store::View {
                engine.configured.note_view(ports.call.site.site, key);
                continue;
            }
            if let Some(constants) = engine.configured.values(rule.from, &key) {
                return Some(engine.configured_value(constants, rule.id));
            }
            if let Some(port) = &rule.default {
                let default = self.read_port(state, ports, port);
                if default.single_constant().is_some() {
                    return Some(default);
                }
            }
        }
        None
    }

    /// What the layouts say of the view that `receiver` is, beyond that it gives `known`.
    pub(super) fn view_hint(&self, receiver: &Value, known: Symbol) -> Option<Arc<Hint>> {
        let mut paths = receiver.facts.iter().filter_map(|fact| fact.exact_path());
        let view = paths.find_map(|path| self.view_at(path))?;
        let unit = self.engine.program.functions[self.function].unit;
        self.engine.evidence.view(view, unit, known, &self.engine.configured)
    }

    /// The id of the view at a path.
    fn view_at(&self, path: &Path) -> Option<Symbol> {
        let configured = &self.engine.configured;
        match (path.start(), path.steps()) {
            (Root::Opaque(site), []) => configured.view_of_call(*site),
            (Root::Capture(index), []) => {
                let local = *self.body.captures.get(usize::from(*index))?;
                configured.view_of_local(self.function, &self.body.locals[local].name?)
            }
            (_, [above @ .., Step::Field(name)]) => {
                let mut owner = self.engine.root_type(self.function, path)?;
                for step in above {
                    owner = self.engine.step_type(&owner, *step)?;
                }
                configured.view_of_field(owner.name, *name)
            }
            _ => None,
        }
    }
}

/// The key that a value is: a text, or the name of a resource.
fn key_in(value: &Value) -> Option<Symbol> {
    if let Some(Const::Str(text)) = value.single_constant() {
        return Some(text);
    }
    let mut paths = value.facts.iter().filter_map(|fact| fact.exact_path());
    paths.find_map(|path| match (path.start(), path.steps().last()) {
        (Root::Static(_), Some(Step::Field(name))) => Some(*name),
        _ => None,
    })
}
