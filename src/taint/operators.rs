//! Operators: texts are composed, numbers computed, constants folded.

use crate::base::Span;
use crate::ir::{BinaryOp, Const};
use crate::taint::fold;
use crate::taint::interpret::Interpreter;
use crate::taint::state::State;
use crate::taint::value::{Constants, How, Proof, Value};

impl Interpreter<'_, '_> {
    /// Texts put together.
    pub(super) fn concat(&mut self, state: &mut State, parts: &[Value], span: Span) -> Value {
        let constants: Option<Vec<Const>> = parts.iter().map(Value::single_constant).collect();
        if let Some(text) = constants.and_then(|parts| fold::concat(&parts)) {
            return Value::constant(text);
        }
        let mut facts = Vec::new();
        let mut is_address = false;
        for part in parts {
            let printed = self.printed(state, part, span);
            // The name of a host says where data goes; it is not the data.
            if !is_address {
                facts.extend(printed);
            }
            is_address = part.ends_before_host();
        }
        let beginning = parts.first().and_then(Value::known_beginning);
        Value { beginning, ..Value::facts(facts).typed(Some(self.engine.text_type.clone())) }
    }

    /// What an operator makes of two values.
    pub(super) fn binary(&mut self, state: &mut State, op: BinaryOp, left: &Value, right: &Value, span: Span) -> Value {
        let constants = fold::binary(op, left, right);
        use BinaryOp::*;
        match op {
            Equal | NotEqual | Same | NotSame | Less | LessEqual | Greater | GreaterEqual | In | Match => {
                // A comparison with a constant may be decided where the other side is known.
                if constants == Constants::Any {
                    for (side, other) in [(left, right), (right, left)] {
                        if other.single_constant().is_some_and(|constant| constant != Const::Null) {
                            self.depends_on_all(side);
                        }
                    }
                }
                let proof = match op {
                    Equal | Same | Match => self.proof_of_equality(left, right),
                    NotEqual | NotSame => self.proof_of_equality(left, right).negated(),
                    _ => Proof::default(),
                };
                Value { constants, proof, ..Value::default() }
            }
            _ => {
                let mut value = Value { constants, ..Value::default() };
                if op == Add {
                    value.beginning = left.known_beginning();
                }
                if value.constants == Constants::Any {
                    for side in [left, right] {
                        let facts = match op {
                            Add if left.ends_before_host() && std::ptr::eq(side, right) => Vec::new(),
                            Add => self.printed(state, side, span),
                            _ => self.derived(state, side, How::Value),
                        };
                        for fact in facts {
                            value.add(fact);
                        }
                    }
                }
                value
            }
        }
    }
}
