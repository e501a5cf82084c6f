//! Literals of collections: an object whose parts are the values that are written there.

use std::sync::Arc;

use crate::base::Span;
use crate::ir::{Const, Operand, TypeRef};
use crate::taint::interpret::Interpreter;
use crate::taint::path::Step;
use crate::taint::state::State;
use crate::taint::summary::{MAX_PARTS, ObjectKind};
use crate::taint::value::Value;

impl Interpreter<'_, '_> {
    pub(super) fn map_literal(&mut self, state: &mut State, entries: &[(Operand, Operand)], span: Span) -> Value {
        let class = Arc::new(TypeRef::named("<map>"));
        let map = self.allocate(state, ObjectKind::Instance, class, (span, None));
        for (key, value) in entries {
            let key = self.operand(state, key, span);
            let value = self.operand(state, value, span);
            match key.single_constant() {
                Some(key) => self.write_step(state, &map, Step::Key(key), &value),
                None => self.add_to_step(state, &map, Step::Element, &value),
            }
            self.add_to_step(state, &map, Step::Keys, &key);
        }
        map
    }

    /// An array or list of known values.
    pub(super) fn sequence(&mut self, state: &mut State, class: Arc<TypeRef>, values: Vec<Value>, span: Span) -> Value {
        let sequence = self.allocate(state, ObjectKind::Instance, class, (span, None));
        for (index, value) in values.iter().enumerate() {
            self.write_step(state, &sequence, Step::Key(Const::Int(index as i64)), value);
        }
        if let [object] = sequence.objects[..] {
            state.content_mut(object).length = (values.len() < MAX_PARTS).then_some(values.len() as u32);
        }
        sequence
    }
}
