//! Types of what library calls give.

use std::sync::Arc;

use crate::base::Symbol;
use crate::ir::TypeRef;
use crate::taint::interpret::Interpreter;
use crate::taint::knowledge::Found;
use crate::taint::library::LibraryCall;

/// In the type that a rule gives to a result: a type nested in that of the receiver.
const INSIDE_THIS: &str = "this.";

impl Interpreter<'_, '_> {
    /// The type of the result of a library call, as far as rules, the receiver or the name of the call tell.
    pub(super) fn result_type(&self, found: &Found, call: &LibraryCall<'_>) -> Option<Arc<TypeRef>> {
        if let Some(nested) = found.returns.as_ref().and_then(|returns| returns.name.strip_prefix(INSIDE_THIS)) {
            let own = call.types.first()?;
            return Some(Arc::new(TypeRef::named(Symbol::new(&format!("{own}.{nested}")))));
        }
        if let Some(returns) = &found.returns {
            let mut declared = returns.of_result(call.receiver.declared.as_deref());
            if declared.arguments.is_empty()
                && let Some(receiver) = &call.receiver.declared
            {
                declared.arguments = receiver.arguments.clone();
            }
            return Some(Arc::new(declared));
        }
        if found.same_receiver {
            return call.receiver.declared.clone();
        }
        if let Some(declared) = self.engine.bodiless_result(call) {
            return Some(Arc::new(declared));
        }
        let has_arguments = call.site.call.is_none_or(|call| !call.arguments.is_empty());
        let by_name = || self.engine.program.type_by_name(self.function, &call.site.name);
        if call.is_constructor || has_arguments || found.is_modelled() { None } else { by_name().map(Arc::new) }
    }
}
