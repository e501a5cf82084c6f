//! Builds a function block by block.

use smallvec::SmallVec;

use crate::base::{Span, Symbol};
use crate::ir::*;

/// Appends statements to the current block of a function under construction.
///
/// A block is opened with [`FunctionBuilder::block`], entered with [`FunctionBuilder::enter`] or
/// [`FunctionBuilder::join`] and closed by a terminator. Statements after a terminator go into a fresh block that
/// nothing leads to, so that lowering need not ask whether control still arrives; [`FunctionBuilder::finish`] drops
/// such blocks.
pub struct FunctionBuilder {
    /// The function so far.
    pub function: Function,
    current: BlockIdx,
    terminated: bool,
    handler: Option<BlockIdx>,
    /// By block: whether code that control arrives at leads here.
    reached: Vec<bool>,
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
        FunctionBuilder { function, current: entry, terminated: false, handler: None, reached: vec![true] }
    }

    /// A new local.
    pub fn local(&mut self, name: Option<Symbol>, declared: Option<TypeRef>, span: Span) -> Local {
        self.function.locals.push(LocalDecl { name, declared, span })
    }

    /// A new temporary.
    pub fn temporary(&mut self, span: Span) -> Local {
        self.local(None, None, span)
    }

    /// A new local that the closure receives at its creation. It may be asked for at any time: `finish` moves it to
    /// its place behind the parameters.
    pub fn capture(&mut self, declaration: LocalDecl) -> Local {
        let local = self.function.locals.push(declaration);
        self.function.captures.push(local);
        local
    }

    /// A new block, under the handler in force.
    pub fn block(&mut self, span: Span) -> BlockIdx {
        let handler = self.handler;
        self.reached.push(false);
        self.function.blocks.push(Block { statements: Vec::new(), terminator: Terminator::Unreachable, handler, span })
    }

    /// Continues in `block`; the one before must have been closed.
    pub fn enter(&mut self, block: BlockIdx) {
        debug_assert!(self.terminated, "a block was left without a terminator");
        self.current = block;
        self.terminated = false;
    }

    /// Continues in `block` if any jump leads there; stays closed otherwise.
    pub fn join(&mut self, block: BlockIdx) {
        debug_assert!(self.terminated, "a block was left without a terminator");
        if self.reached[block.index()] {
            self.enter(block);
        }
    }

    /// Whether control does not arrive here.
    pub fn is_closed(&self) -> bool {
        self.terminated || !self.reached[self.current.index()]
    }

    /// Sets the handler of blocks made from now on, and gives back the one before. Statements that follow go into a
    /// new block when the current one has another handler.
    pub fn set_handler(&mut self, handler: Option<BlockIdx>, span: Span) -> Option<BlockIdx> {
        let before = std::mem::replace(&mut self.handler, handler);
        if !self.is_closed()
            && let Some(handler) = handler
        {
            self.reached[handler.index()] = true;
        }
        if !self.terminated && before != handler {
            let next = self.block(span);
            self.terminate(Terminator::Goto(next), span);
            self.enter(next);
        }
        before
    }

    /// Closes the current block.
    pub fn terminate(&mut self, terminator: Terminator, span: Span) {
        if self.terminated {
            return;
        }
        if self.reached[self.current.index()] {
            terminator.for_each_target(|target| self.reached[target.index()] = true);
        }
        let block = &mut self.function.blocks[self.current];
        block.terminator = terminator;
        block.span = span;
        self.terminated = true;
    }

    /// Appends `to = value`.
    pub fn assign(&mut self, to: Place, value: Rvalue, span: Span) {
        if self.terminated {
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

    /// The operand as a place: a constant or class literal goes into a temporary first.
    pub fn place(&mut self, operand: Operand, span: Span) -> Place {
        match operand {
            Operand::Place(place) => place,
            other => {
                let to = self.temporary(span);
                self.assign(Place::local(to), Rvalue::Use(other), span);
                Place::local(to)
            }
        }
    }

    /// The finished function: an open end returns nothing, captures stand behind the parameters, blocks are
    /// in reverse postorder, and those that nothing leads to are gone.
    pub fn finish(mut self) -> Function {
        let span = self.function.span;
        self.terminate(Terminator::Return(None), span);
        order_captures(&mut self.function);
        order_blocks(&mut self.function);
        self.function
    }
}

/// Moves captures behind receiver and parameters, as the conventions of the IR want it.
fn order_captures(function: &mut Function) {
    let first = usize::from(function.has_this) + function.parameters.len();
    if function.captures.iter().enumerate().all(|(position, local)| local.index() == first + position) {
        return;
    }
    let mut order: Vec<Local> = function.locals.indices().take(first).collect();
    order.extend(&function.captures);
    let mut moved = vec![false; function.locals.len()];
    order.iter().for_each(|local| moved[local.index()] = true);
    order.extend(function.locals.indices().filter(|local| !moved[local.index()]));

    let mut renamed = vec![Local::new(0); order.len()];
    for (position, local) in order.iter().enumerate() {
        renamed[local.index()] = Local::new(position);
    }
    function.locals = order.iter().map(|&local| function.locals[local].clone()).collect();
    let rename = |local: &mut Local| *local = renamed[local.index()];
    function.captures.iter_mut().for_each(rename);
    for block in function.blocks.iter_mut() {
        for statement in &mut block.statements {
            rename_place(&mut statement.to, &rename);
            statement.value.for_each_operand_mut(&mut |operand| rename_operand(operand, &rename));
        }
        if let Some(operand) = block.terminator.operand_mut() {
            rename_operand(operand, &rename);
        }
    }
}

fn rename_operand(operand: &mut Operand, rename: &impl Fn(&mut Local)) {
    if let Operand::Place(place) = operand {
        rename_place(place, rename);
    }
}

fn rename_place(place: &mut Place, rename: &impl Fn(&mut Local)) {
    if let Base::Local(local) = &mut place.base {
        rename(local);
    }
    for step in &mut place.path {
        if let Projection::Index(local) = step {
            rename(local);
        }
    }
}

/// Keeps the blocks that the entry leads to, over terminators and handlers, in reverse postorder: a block stands behind
/// those that lead to it, loops apart. Blocks that only pass control on are skipped.
fn order_blocks(function: &mut Function) {
    let landing: Vec<BlockIdx> = function.blocks.indices().map(|block| skip_empty(function, block)).collect();
    for block in function.blocks.iter_mut() {
        block.terminator.for_each_target_mut(|target| *target = landing[target.index()]);
    }

    let order = reverse_postorder(function);
    let mut position = vec![BlockIdx::new(0); function.blocks.len()];
    for (index, block) in order.iter().enumerate() {
        position[block.index()] = BlockIdx::new(index);
    }
    let mut blocks: Vec<Option<Block>> = std::mem::take(&mut function.blocks).into_iter().map(Some).collect();
    function.blocks = order
        .iter()
        .filter_map(|block| blocks[block.index()].take())
        .map(|mut block| {
            block.terminator.for_each_target_mut(|target| *target = position[target.index()]);
            block.handler = block.handler.map(|handler| position[handler.index()]);
            block
        })
        .collect();
}

fn reverse_postorder(function: &Function) -> Vec<BlockIdx> {
    let successors = |block: BlockIdx| {
        let block = &function.blocks[block];
        let mut successors: SmallVec<[BlockIdx; 4]> = SmallVec::new();
        block.terminator.for_each_target(|target| successors.push(target));
        successors.extend(block.handler);
        successors
    };
    let entry = BlockIdx::new(0);
    let mut order = Vec::with_capacity(function.blocks.len());
    let mut reached = vec![false; function.blocks.len()];
    reached[0] = true;
    let mut open = vec![(entry, successors(entry))];
    while let Some((block, left)) = open.last_mut() {
        match left.pop() {
            Some(next) if std::mem::replace(&mut reached[next.index()], true) => {}
            Some(next) => open.push((next, successors(next))),
            None => {
                order.push(*block);
                open.pop();
            }
        }
    }
    order.reverse();
    order
}

/// Where control is after all blocks without statements that begin at `block`.
fn skip_empty(function: &Function, block: BlockIdx) -> BlockIdx {
    /// Longer chains of empty blocks, or circles of them, are left as they are.
    const LONGEST_CHAIN: usize = 16;
    let mut at = block;
    for _ in 0..LONGEST_CHAIN {
        match &function.blocks[at] {
            Block { statements, terminator: Terminator::Goto(next), .. } if statements.is_empty() => at = *next,
            _ => return at,
        }
    }
    block
}
