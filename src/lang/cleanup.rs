//! Bodies that run whichever way a region is left (`finally` and its like), for every front end.
//!
//! Such a body is lowered twice: where the region completes or is left by a jump, and where an exception passes
//! through. Jumps out of the region note where they go in a local, the selector, and a `switch` on it sends control on
//! behind the first copy. Deep inside other copies both ways share one copy, so that the work stays linear.

use smallvec::SmallVec;

use crate::base::Span;
use crate::ir::*;
use crate::lang::emit::Emits;

/// Bodies that lie in so many copies of others are not copied again.
const MOST_COPIES: usize = 2;

/// A body around the current block.
struct Cleanup {
    /// Where jumps enter it.
    entry: BlockIdx,
    /// The local that tells which jump entered; made when the first one does.
    selector: Option<Local>,
    /// Where jumps go on to, each with the number of bodies around that; the selector counts them from 1.
    exits: Vec<(Exit, usize)>,
}

/// A way out of a region.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Exit {
    Jump(BlockIdx),
    Return(Option<Local>),
    Throw(Local),
}

impl Exit {
    fn terminator(self) -> Terminator {
        match self {
            Exit::Jump(target) => Terminator::Goto(target),
            Exit::Return(value) => Terminator::Return(value.map(Operand::local)),
            Exit::Throw(value) => Terminator::Throw(Operand::local(value)),
        }
    }
}

/// The bodies around the current block of a function.
#[derive(Default)]
pub(super) struct Cleanups {
    /// Innermost last.
    open: Vec<Cleanup>,
    /// How many copies of bodies lie around.
    copies: usize,
    /// What is returned through bodies.
    returned: Option<Local>,
}

impl Cleanups {
    /// How many bodies lie around the current block.
    pub(super) fn len(&self) -> usize {
        self.open.len()
    }
}

/// What lowers functions with such bodies.
pub(super) trait Protects: Emits + Sized {
    /// The bodies around its current block.
    fn cleanups(&mut self) -> &mut Cleanups;

    /// Runs `body`, then `ending`, whichever way the body is left.
    fn protected(&mut self, span: Span, body: impl FnOnce(&mut Self), mut ending: impl FnMut(&mut Self)) {
        let builder = self.builder();
        let (entry, completed, raised) = (builder.block(span), builder.block(span), builder.block(span));
        let shared = self.cleanups().copies >= MOST_COPIES;
        self.cleanups().open.push(Cleanup { entry, selector: None, exits: Vec::new() });
        let before = self.builder().set_handler(Some(raised), span);
        body(self);
        self.builder().set_handler(before, span);
        let completes = !self.builder().is_closed();
        self.builder().terminate(Terminator::Goto(completed), span);

        self.builder().enter(raised);
        let caught = self.builder().temporary(span);
        self.builder().assign(Place::local(caught), Rvalue::Caught(Vec::new()), span);
        if shared {
            // Still inside the region: the exception takes the way of the jumps.
            let around = self.cleanups().len() - 1;
            leave(self, Exit::Throw(caught), around, span);
        } else {
            let cleanup = self.cleanups().open.pop();
            copy(self, &mut ending);
            self.builder().terminate(Terminator::Throw(Operand::local(caught)), span);
            self.cleanups().open.extend(cleanup);
        }

        let Some(cleanup) = self.cleanups().open.pop() else { return };
        match cleanup.selector {
            None => {
                self.builder().join(completed);
                copy(self, &mut ending);
            }
            Some(selector) => {
                self.builder().enter(completed);
                let number = Rvalue::Use(Operand::Const(Const::Int(0)));
                self.builder().assign(Place::local(selector), number, span);
                self.builder().terminate(Terminator::Goto(entry), span);
                self.builder().enter(entry);
                copy(self, &mut ending);
                leave_as_selected(self, selector, cleanup.exits, completes, span);
            }
        }
    }

    /// Jumps to a block, through the bodies that lie deeper than `cleanups`.
    fn leave_to(&mut self, target: BlockIdx, cleanups: usize, span: Span) {
        leave(self, Exit::Jump(target), cleanups, span);
    }

    /// Returns from the function, through all bodies.
    fn leave_function(&mut self, value: Option<Operand>, span: Span) {
        if self.cleanups().open.is_empty() {
            return self.builder().terminate(Terminator::Return(value), span);
        }
        // The value is settled before the bodies run.
        let returned = value.map(|value| {
            let known = self.cleanups().returned;
            let returned = known.unwrap_or_else(|| self.builder().temporary(span));
            self.cleanups().returned = Some(returned);
            self.builder().assign(Place::local(returned), Rvalue::Use(value), span);
            returned
        });
        leave(self, Exit::Return(returned), 0, span);
    }
}

fn copy<L: Protects>(lowering: &mut L, ending: &mut impl FnMut(&mut L)) {
    lowering.cleanups().copies += 1;
    ending(lowering);
    lowering.cleanups().copies -= 1;
}

/// Leaves the region, through the bodies that lie deeper than `cleanups`: the innermost of them sends control on.
fn leave(lowering: &mut impl Protects, exit: Exit, cleanups: usize, span: Span) {
    let is_around = lowering.cleanups().len() > cleanups;
    if !is_around {
        return lowering.builder().terminate(exit.terminator(), span);
    }
    let made = lowering.cleanups().open.last().and_then(|cleanup| cleanup.selector);
    let selector = made.unwrap_or_else(|| lowering.builder().temporary(span));
    let Some(cleanup) = lowering.cleanups().open.last_mut() else { return };
    cleanup.selector = Some(selector);
    let known = cleanup.exits.iter().position(|known| *known == (exit, cleanups));
    let position = known.unwrap_or(cleanup.exits.len());
    if known.is_none() {
        cleanup.exits.push((exit, cleanups));
    }
    let number = Const::Int(position as i64 + 1);
    let entry = cleanup.entry;
    lowering.builder().assign(Place::local(selector), Rvalue::Use(Operand::Const(number)), span);
    lowering.builder().terminate(Terminator::Goto(entry), span);
}

/// Sends control on to where it was going when it entered the body.
fn leave_as_selected(
    lowering: &mut impl Protects,
    selector: Local,
    exits: Vec<(Exit, usize)>,
    completes: bool,
    span: Span,
) {
    let builder = lowering.builder();
    let after = builder.block(span);
    let blocks: Vec<BlockIdx> = exits.iter().map(|_| builder.block(span)).collect();
    let mut cases: Vec<(SmallVec<[Const; 1]>, BlockIdx)> =
        (1_i64..).zip(&blocks).map(|(number, &block)| (SmallVec::from_iter([Const::Int(number)]), block)).collect();
    let default = if completes { after } else { cases.pop().map_or(after, |(_, block)| block) };
    let value = Operand::local(selector);
    if cases.is_empty() {
        builder.terminate(Terminator::Goto(default), span);
    } else {
        builder.terminate(Terminator::Switch { value, cases, default }, span);
    }
    for ((exit, cleanups), block) in exits.into_iter().zip(blocks) {
        lowering.builder().enter(block);
        leave(lowering, exit, cleanups, span);
    }
    lowering.builder().join(after);
}
