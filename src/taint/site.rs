//! What is called where, as far as it is written.

use crate::base::{Span, Symbol};
use crate::ir::{Base, Call, Function, Operand, Projection, Target};

/// What is called where.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// The method name.
    pub name: Symbol,
    /// The call as written; `None` for a call that nobody wrote.
    pub call: Option<&'a Call>,
    /// The region by which a sink is reported.
    pub site: Span,
}

impl Site<'_> {
    /// The name of the variable or field that is the receiver, in the function `body`.
    pub fn receiver_name(&self, body: &Function) -> Option<Symbol> {
        let Target::Method { receiver: Operand::Place(place), .. } = &self.call?.target else { return None };
        match (place.path.last(), &place.base) {
            (Some(Projection::Field(name)), _) => Some(*name),
            (None, Base::Local(local)) => body.locals[*local].name,
            (None, Base::Name(name)) => Some(*name),
            _ => None,
        }
    }
}
