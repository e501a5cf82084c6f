//! Builds a function block by block.

use smallvec::SmallVec;

use crate::base::{Span, Symbol};
use crate::ir::*;

/// Appends statements to the current block of a function under construction.
///
/// A block is opened with [`FunctionBuilder::block`], entered with [`FunctionBuilder::enter`] and closed by a
/// terminator; statements after a terminator go into a fresh unreachable block, so that lowering need not ask whether
/// control still arrives.
pub struct FunctionBuilder {
    /// The function so far.
    pub function: Function,
    current: BlockIdx,
    closed: bool,
    handler: Option<BlockIdx>,
}

impl FunctionBuilder {
    /// Starts the body of `function`, whose blocks are empty.
    pub fn new(mut function: Function) -> FunctionBuilder {
        let span = function.span;
        let entry = function.blocks.push(Block {
            statements: Vec::new(),
            terminator: Terminator::Unreachable,
            handler: None,
            span,
        });
        FunctionBuilder { function, current: entry, closed: false, handler: None }
    }

    /// A new local.
    pub fn local(&mut self, name: Option<Symbol>, declared: Option<TypeRef>, span: Span) -> Local {
        self.function.locals.push(LocalDecl { name, declared, span })
    }

    /// A new temporary.
    pub fn temporary(&mut self, span: Span) -> Local {
        self.local(None, None, span)
    }

    /// A new block, under the handler in force.
    pub fn block(&mut self, span: Span) -> BlockIdx {
        let handler = self.handler;
        self.function.blocks.push(Block { statements: Vec::new(), terminator: Terminator::Unreachable, handler, span })
    }

    /// Continues in `block`; the one before must have been closed.
    pub fn enter(&mut self, block: BlockIdx) {
        debug_assert!(self.closed, "a block was left without a terminator");
        self.current = block;
        self.closed = false;
    }

    /// Whether the current block has its terminator: control does not arrive here.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Sets the handler of blocks made from now on, and gives back the one before. Statements that follow go into a
    /// new block when the current one has another handler.
    pub fn set_handler(&mut self, handler: Option<BlockIdx>, span: Span) -> Option<BlockIdx> {
        let before = std::mem::replace(&mut self.handler, handler);
        if !self.closed && before != handler {
            let next = self.block(span);
            self.terminate(Terminator::Goto(next), span);
            self.enter(next);
        }
        before
    }

    /// Closes the current block.
    pub fn terminate(&mut self, terminator: Terminator, span: Span) {
        if self.closed {
            return;
        }
        let block = &mut self.function.blocks[self.current];
        block.terminator = terminator;
        block.span = span;
        self.closed = true;
    }

    /// Appends `to = value`.
    pub fn assign(&mut self, to: Place, value: Rvalue, span: Span) {
        if self.closed {
            let dead = self.block(span);
            self.enter(dead);
        }
        self.function.blocks[self.current].statements.push(Statement { to, value, span });
    }

    /// Computes `value` into a new temporary.
    pub fn compute(&mut self, value: Rvalue, span: Span) -> Operand {
        let to = self.temporary(span);
        self.assign(Place::local(to), value, span);
        Operand::local(to)
    }

    /// The operand as a place: a constant goes into a temporary first.
    pub fn place(&mut self, operand: Operand, span: Span) -> Place {
        match operand {
            Operand::Place(place) => place,
            other => {
                let to = self.temporary(span);
                self.assign(Place::local(to), Rvalue::Use(other), span);
                Place { base: Base::Local(to), path: SmallVec::new() }
            }
        }
    }

    /// The finished function: an open end returns nothing.
    pub fn finish(mut self) -> Function {
        let span = self.function.span;
        self.terminate(Terminator::Return(None), span);
        self.function
    }
}
