//! Types of what library calls give.

use std::sync::Arc;

use crate::base::Symbol;
use crate::ir::TypeRef;
use crate::taint::interpret::Interpreter;
use crate::taint::knowledge::Found;
use crate::taint::library::LibraryCall;
use crate::taint::value::Value;

/// In the type that a rule gives to a result: that of the receiver, a type nested in it, and that of what the receiver
/// holds.
const THIS: &str = "this";
const INSIDE_THIS: &str = "this.";
const ELEMENT: &str = "element";

impl Interpreter<'_, '_> {
    /// A type that a rule gives, where `this` is that of the receiver and `element` that of what it holds.
    fn result_of_receiver(&self, returns: &TypeRef, receiver: &Value) -> TypeRef {
        let own = receiver.declared.as_deref();
        match returns.name.as_str() {
            THIS => own.cloned().unwrap_or_else(|| returns.clone()),
            ELEMENT => own.and_then(|own| own.arguments.last()).cloned().unwrap_or_else(|| returns.clone()),
            _ => {
                let arguments = returns.arguments.iter().map(|one| self.result_of_receiver(one, receiver)).collect();
                TypeRef { name: returns.name, arguments }
            }
        }
    }

    /// The type of the result of a library call, as far as rules, the receiver or the name of the call tell.
    pub(super) fn result_type(&self, found: &Found, call: &LibraryCall<'_>) -> Option<Arc<TypeRef>> {
        if let Some(nested) = found.returns.as_ref().and_then(|returns| returns.name.strip_prefix(INSIDE_THIS)) {
            let own = call.types.first()?;
            return Some(Arc::new(TypeRef::named(Symbol::new(&format!("{own}.{nested}")))));
        }
        if let Some(returns) = &found.returns {
            let mut declared = self.result_of_receiver(returns, &call.receiver);
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
