//! Function references: what `receiver::name` calls, where it was made and where it was passed to.

use crate::base::{Span, Symbol};
use crate::ir::TypeRef;
use crate::taint::arguments::Arguments;
use crate::taint::call::is_class_value;
use crate::taint::interpret::{Interpreter, ObjectKey};
use crate::taint::path::Path;
use crate::taint::site::Site;
use crate::taint::state::State;
use crate::taint::summary::{ObjectKind, capture_field};
use crate::taint::value::{ObjectId, Value};

impl Interpreter<'_, '_> {
    /// Calls what `receiver::name` stands for.
    pub(super) fn invoke_reference(
        &mut self,
        state: &mut State,
        object: ObjectId,
        name: Symbol,
        arguments: &Arguments,
        site: Span,
    ) -> Value {
        let bound = state.content(object).and_then(|content| content.get(&capture_field(0))).cloned();
        let bound = bound.unwrap_or_else(Value::unknown);
        let key = (site, Some((self.function, object.0)));
        self.invoke_bound(state, &bound, name, arguments, key)
    }

    /// Calls the `receiver::name` that callers gave at `path`.
    pub(super) fn invoke_reference_at(
        &mut self,
        state: &mut State,
        path: &Path,
        name: Symbol,
        arguments: &Arguments,
        site: Span,
    ) -> Value {
        let bound = path.push(capture_field(0));
        self.depends_on(&bound);
        let bound = self.path_value(bound);
        self.invoke_bound(state, &bound, name, arguments, (site, None))
    }

    /// Calls `name` on what a reference is bound to; an object that it creates has `key`.
    fn invoke_bound(
        &mut self,
        state: &mut State,
        bound: &Value,
        name: Symbol,
        arguments: &Arguments,
        key: ObjectKey,
    ) -> Value {
        let site = key.0;
        let call_site = Site { name, call: None, site };
        let class = bound.declared.clone().filter(|_| is_class_value(bound));
        let Some(class) = class else { return self.invoke(state, bound, arguments, call_site) };
        if name == "new" {
            let made = self.allocate(state, ObjectKind::Instance, class.clone(), key);
            return self.construct(state, &made, &class, arguments, None, site);
        }
        let is_static = !self.engine.methods(class.name, name, arguments.arity()).is_empty()
            || (self.engine.program.class_named(class.name).is_none()
                && self.engine.rules.is_static_method(class.name, name));
        match arguments.positional.split_first() {
            Some((receiver, rest)) if !is_static => {
                let program = self.engine.program;
                let is_known = |declared: &TypeRef| {
                    program.class_named(declared.name).is_some() || program.library.is_known(declared.name)
                };
                // A type variable, or nothing: what the reference names says more.
                let receiver = match &receiver.declared {
                    Some(declared) if is_known(declared) => receiver.clone(),
                    _ => receiver.clone().typed(Some(class)),
                };
                self.invoke(state, &receiver, &Arguments::positional(rest.to_vec()), call_site)
            }
            _ => self.invoke(state, bound, arguments, call_site),
        }
    }
}
