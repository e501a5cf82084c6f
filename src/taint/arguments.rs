//! The arguments of a call: evaluated, with what is spread among them.

use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::link::OPEN_ARITY;
use crate::taint::interpret::Interpreter;
use crate::taint::path::Step;
use crate::taint::state::State;
use crate::taint::summary::Content;
use crate::taint::value::Value;

/// The arguments of a call, evaluated.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    /// Positional arguments in order.
    pub positional: Vec<Value>,
    /// Named arguments.
    pub named: Vec<(Symbol, Value)>,
    /// A list whose elements are the positional arguments from a position on; how many is not known.
    pub rest: Option<(usize, Value)>,
    /// A map whose entries are named arguments; which is not known.
    pub options: Option<Value>,
    /// The block.
    pub block: Option<Value>,
}

impl Arguments {
    /// Positional arguments alone.
    pub fn positional(values: Vec<Value>) -> Arguments {
        Arguments { positional: values, ..Arguments::default() }
    }

    /// Number of arguments, the block aside; [`OPEN_ARITY`] where it is not known.
    pub fn arity(&self) -> usize {
        if self.rest.is_some() || self.options.is_some() {
            return OPEN_ARITY;
        }
        self.positional.len() + self.named.len()
    }
}

impl Interpreter<'_, '_> {
    /// The arguments of a call, each evaluated once.
    pub(super) fn arguments(&mut self, state: &mut State, call: &Call, span: Span) -> Arguments {
        let mut arguments = Arguments::default();
        for argument in &call.arguments {
            let value = self.operand(state, &argument.value, span);
            match argument.name {
                Some(_) if argument.spread => self.spread_names(state, value, &mut arguments),
                Some(name) => arguments.named.push((name, value)),
                None if argument.spread => self.spread_elements(state, value, &mut arguments, span),
                None => arguments.positional.push(value),
            }
        }
        arguments.block = call.block.as_ref().map(|block| self.operand(state, block, span));
        arguments
    }

    /// `*list`: its elements are arguments.
    fn spread_elements(&mut self, state: &State, list: Value, arguments: &mut Arguments, span: Span) {
        if let Some(length) = only_content(state, &list).and_then(|content| content.length) {
            for index in 0..length {
                let step = Step::Key(Const::Int(index.into()));
                arguments.positional.push(self.read_step(state, &list, step, span));
            }
            return;
        }
        let element = self.read_step(state, &list, Step::Element, span);
        arguments.rest.get_or_insert((arguments.positional.len(), list));
        arguments.positional.push(element);
    }

    /// `**map`: its entries are named arguments.
    fn spread_names(&mut self, state: &State, map: Value, arguments: &mut Arguments) {
        let content = only_content(state, &map);
        let mut is_known = content.is_some();
        for (step, value) in content.map(|content| content.parts.as_slice()).unwrap_or_default() {
            match step {
                Step::Key(Const::Str(name)) => arguments.named.push((*name, value.clone())),
                Step::Keys => {}
                _ => is_known = false,
            }
        }
        if !is_known {
            arguments.options = Some(map);
        }
    }
}

/// What the one object holds that a value can only be.
fn only_content<'s>(state: &'s State, value: &Value) -> Option<&'s Content> {
    match value.objects[..] {
        [object] if value.facts.is_empty() => state.content(object),
        _ => None,
    }
}
