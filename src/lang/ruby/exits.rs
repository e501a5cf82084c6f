//! What a block does to what lies around it: `return` leaves the method, `break` leaves the call that runs the block.
//!
//! A block is a function of its own and can only end itself. What it leaves with goes into a box that it shares with
//! its surroundings, and behind the call that took the block control may go on or leave with what the box holds:
//!
//! ```ruby
//! list.each { |x| return x if x.ok? }    # box.value = x inside; behind the call: return box.value, or go on
//! found = list.each { |x| break x }      # behind the call: found = box.value, or what the call gives
//! ```
//!
//! Lambdas end with their `return` and are no blocks in this sense.

use tree_sitter::Node;

use super::lowering::{Lowering, Surroundings, WORDS};
use crate::base::Span;
use crate::ir::*;
use crate::lang::cleanup::Protects;
use crate::lang::emit::Emits;

/// How a block leaves more than itself.
#[derive(Default)]
pub(super) struct Exits {
    /// It leaves the method around it.
    pub(super) returns: bool,
    /// The local of the surroundings with the box that holds what `break` gives.
    pub(super) broken: Option<Local>,
}

impl<'t> Lowering<'t> {
    /// Leaves the block at hand, and with it the method around, with `value`; `false` where that is no block.
    pub(super) fn return_from_block(&mut self, value: &Operand, span: Span) -> bool {
        let innermost = self.frames.len() - 1;
        let mut method = innermost;
        while self.frames[method].surroundings == Surroundings::Lambda {
            if !self.frames[method].is_block {
                return false;
            }
            let Some(outer) = method.checked_sub(1) else { return false };
            method = outer;
        }
        if method == innermost {
            return false;
        }
        let held = match self.frames[method].returned {
            Some(held) => held,
            None => {
                let held = self.box_in(method, span);
                self.frames[method].returned = Some(held);
                held
            }
        };
        self.frames[innermost].exits.returns = true;
        self.leave_with(innermost, method, held, value, span);
        true
    }

    /// Leaves the block at hand, and with it the call that took it, with `value`; `false` where that is no block.
    pub(super) fn break_from_block(&mut self, value: &Operand, span: Span) -> bool {
        let innermost = self.frames.len() - 1;
        let (true, Some(outer)) = (self.frames[innermost].is_block, innermost.checked_sub(1)) else { return false };
        let held = match self.frames[innermost].exits.broken {
            Some(held) => held,
            None => self.box_in(outer, span),
        };
        self.frames[innermost].exits.broken = Some(held);
        self.leave_with(innermost, outer, held, value, span);
        true
    }

    /// A new box in a local of an open function.
    fn box_in(&mut self, frame: usize, span: Span) -> Local {
        let builder = &mut self.frames[frame].builder;
        let held = builder.temporary(span);
        builder.assign(Place::local(held), Rvalue::Allocate(TypeRef::named(WORDS.boxed)), span);
        held
    }

    fn leave_with(&mut self, innermost: usize, of: usize, held: Local, value: &Operand, span: Span) {
        let here = self.reach(innermost, of, held);
        self.assign(Place::local(here).field(WORDS.value), Rvalue::Use(value.clone()), span);
        self.leave_function(Some(Operand::Const(Const::Null)), span);
    }

    /// What a call gives whose block may have left more than itself.
    pub(super) fn behind_block(&mut self, node: Node<'t>, value: Operand) -> Operand {
        let exits = std::mem::take(&mut self.frame().left_by);
        if !exits.returns && exits.broken.is_none() {
            return value;
        }
        let span = self.span(node);
        let result = self.settle(value, span);
        if let Some(held) = exits.broken {
            let joined = self.joined(span);
            self.assign(Place::local(joined), Rvalue::Use(Operand::local(result)), span);
            self.on_some_ways(span, |lowering| {
                let broken = Operand::Place(Place::local(held).field(WORDS.value));
                lowering.assign(Place::local(joined), Rvalue::Use(broken), span);
            });
            if exits.returns {
                self.return_behind_block(span);
            }
            return Operand::local(joined);
        }
        self.return_behind_block(span);
        Operand::local(result)
    }

    fn return_behind_block(&mut self, span: Span) {
        self.on_some_ways(span, |lowering| {
            if lowering.frame().surroundings == Surroundings::Lambda {
                lowering.frame().exits.returns = true;
                return lowering.leave_function(Some(Operand::Const(Const::Null)), span);
            }
            let held = lowering.frame().returned;
            let value = held.map(|held| Operand::Place(Place::local(held).field(WORDS.value)));
            lowering.leave_function(value, span);
        });
        if self.frame().surroundings == Surroundings::Member {
            self.frame().returned = None;
        }
    }

    /// Runs `step` on some of the ways that control takes from here.
    fn on_some_ways(&mut self, span: Span, step: impl FnOnce(&mut Self)) {
        let (left, stays) = (self.block(span), self.block(span));
        let is_left = self.opaque(Vec::new(), span);
        self.branch(is_left, left, stays, span);
        self.builder().enter(left);
        step(self);
        self.goto(stays, span);
        self.builder().enter(stays);
    }
}
