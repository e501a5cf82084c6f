//! Emits statements into the function that a front end builds at the moment.

use crate::base::Span;
use crate::ir::*;

/// What builds functions.
pub(super) trait Emits {
    /// The function being built.
    fn builder(&mut self) -> &mut FunctionBuilder;

    fn assign(&mut self, to: Place, value: Rvalue, span: Span) {
        self.builder().assign(to, value, span);
    }

    /// Computes a value into a new temporary.
    fn compute(&mut self, value: Rvalue, span: Span) -> Operand {
        self.builder().compute(value, span)
    }

    /// A new block, not entered yet.
    fn block(&mut self, span: Span) -> BlockIdx {
        self.builder().block(span)
    }

    fn goto(&mut self, target: BlockIdx, span: Span) {
        self.builder().terminate(Terminator::Goto(target), span);
    }

    fn branch(&mut self, condition: Operand, then: BlockIdx, otherwise: BlockIdx, span: Span) {
        self.builder().terminate(Terminator::Branch { condition, then, otherwise }, span);
    }

    /// A value that is not known, over the operands of which it may be made.
    fn opaque(&mut self, operands: Vec<Operand>, span: Span) -> Operand {
        self.compute(Rvalue::Opaque(operands), span)
    }
}
