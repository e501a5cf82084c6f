//! The order in which the blocks of a function are visited.

use crate::base::IndexVec;
use crate::ir::{Block, BlockIdx, Terminator};

/// The blocks that control can reach, each before those that follow it, loops aside.
pub fn reverse_post_order(blocks: &IndexVec<Block>) -> Vec<BlockIdx> {
    let mut seen = vec![false; blocks.len()];
    let mut order = Vec::with_capacity(blocks.len());
    let entry = BlockIdx::new(0);
    seen[0] = true;
    let mut stack = vec![(entry, successors(&blocks[entry]), 0)];
    while let Some((block, next, position)) = stack.last_mut() {
        match next.get(*position) {
            Some(&successor) => {
                *position += 1;
                if !std::mem::replace(&mut seen[successor.index()], true) {
                    stack.push((successor, successors(&blocks[successor]), 0));
                }
            }
            None => {
                order.push(*block);
                stack.pop();
            }
        }
    }
    order.reverse();
    order
}

fn successors(block: &Block) -> Vec<BlockIdx> {
    let mut next: Vec<BlockIdx> = match &block.terminator {
        Terminator::Goto(next) => vec![*next],
        Terminator::Branch { then, otherwise, .. } => vec![*otherwise, *then],
        Terminator::Switch { cases, default, .. } => {
            std::iter::once(*default).chain(cases.iter().rev().map(|(_, block)| *block)).collect()
        }
        Terminator::Return(_) | Terminator::Throw(_) | Terminator::Unreachable => Vec::new(),
    };
    next.extend(block.handler);
    next
}
