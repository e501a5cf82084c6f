//! `try`, `catch`, `finally` and resources.
//!
//! A `finally` body is lowered twice: where the `try` statement completes or is left by a jump, and where an exception
//! passes through. Jumps out of it note where they go in a local, the selector, and a `switch` on it sends control on
//! behind the first copy. Deep inside other copies both ways share one copy, so that the work stays linear.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::lowering::{Lowering, WORDS};
use super::syntax::{Children, Kind, Label};
use crate::base::Span;
use crate::ir::*;

/// `finally` bodies that lie in so many copies of others are not copied again.
const MOST_COPIES: usize = 2;

/// A `finally` body around the current block.
pub(super) struct Cleanup {
    /// Where jumps enter it.
    entry: BlockIdx,
    /// The local that tells which jump entered; made when the first one does.
    selector: Option<Local>,
    /// Where jumps go on to, each with the number of `finally` bodies around that; the selector counts them from 1.
    exits: Vec<(Exit, usize)>,
}

/// A way out of a block.
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

/// What runs at the end of a protected region.
#[derive(Clone, Copy)]
enum Ending<'t> {
    Block(Node<'t>),
    Close(Local, Span),
}

impl<'t> Lowering<'t> {
    pub(super) fn try_statement(&mut self, node: Node<'t>) {
        let children = self.children(node);
        let finally = children.first(Kind::FinallyClause);
        let finally = finally.and_then(|clause| self.children(clause).first(Kind::Block));
        match finally {
            Some(finally) => {
                let span = self.span(node);
                self.protected(Ending::Block(finally), span, |lowering| lowering.guarded(node, &children));
            }
            None => self.guarded(node, &children),
        }
    }

    /// Resources and body with the `catch` clauses around them.
    fn guarded(&mut self, node: Node<'t>, children: &Children<'t>) {
        let clauses: SmallVec<[Node<'t>; 2]> =
            children.iter().filter(|child| child.kind == Kind::CatchClause).map(|child| child.node).collect();
        if clauses.is_empty() {
            return self.resources_and_body(children);
        }
        let span = self.span(node);
        let (caught, after) = (self.block(span), self.block(span));
        let before = self.builder().set_handler(Some(caught), span);
        self.resources_and_body(children);
        self.builder().set_handler(before, span);
        self.goto(after, span);
        self.builder().enter(caught);
        self.catch_clauses(&clauses, after, span);
        self.builder().join(after);
    }

    /// Tries the clauses in order; what none of them takes is thrown on.
    fn catch_clauses(&mut self, clauses: &[Node<'t>], after: BlockIdx, span: Span) {
        let parameters: Vec<(Option<Node<'t>>, Vec<TypeRef>)> =
            clauses.iter().map(|clause| self.catch_parameter(*clause)).collect();
        let all: Vec<TypeRef> = parameters.iter().flat_map(|(_, types)| types.iter().cloned()).collect();
        let clause_span = clauses.first().map_or(span, |clause| self.span(*clause));
        let caught = self.compute(Rvalue::Caught(all), clause_span);
        let last = clauses.len() - 1;
        for (position, (clause, (name, types))) in clauses.iter().zip(parameters).enumerate() {
            let clause_span = self.span(*clause);
            let mut next = None;
            if position != last {
                let (taken, other) = (self.block(clause_span), self.block(clause_span));
                for caught_type in &types {
                    let more = self.block(clause_span);
                    let is_type = self.compute(Rvalue::IsType(caught.clone(), caught_type.clone()), clause_span);
                    self.branch(is_type, taken, more, clause_span);
                    self.builder().enter(more);
                }
                self.goto(other, clause_span);
                self.builder().enter(taken);
                next = Some(other);
            }
            self.scoped(|lowering| {
                if let Some(name) = name {
                    let declared = if types.len() == 1 { types.first().cloned() } else { None };
                    let local = lowering.variable(name, declared);
                    let name_span = lowering.span(name);
                    lowering.assign(Place::local(local), Rvalue::Use(caught.clone()), name_span);
                    lowering.make_visible(local);
                }
                if let Some(body) = lowering.children(*clause).get(Label::Body) {
                    lowering.statements(body);
                }
            });
            self.goto(after, clause_span);
            if let Some(next) = next {
                self.builder().enter(next);
            }
        }
    }

    /// Name and types of the parameter of a `catch` clause.
    fn catch_parameter(&mut self, clause: Node<'t>) -> (Option<Node<'t>>, Vec<TypeRef>) {
        let Some(parameter) = self.children(clause).first(Kind::CatchParameter) else { return (None, Vec::new()) };
        let children = self.children(parameter);
        let types = children.first(Kind::CatchType).map(|types| self.type_list(types)).unwrap_or_default();
        (children.get(Label::Name), types)
    }

    fn resources_and_body(&mut self, children: &Children<'t>) {
        let Some(body) = children.get(Label::Body) else { return };
        let resources: Vec<Node<'t>> = match children.get(Label::Resources) {
            Some(list) => {
                let list = self.children(list);
                list.iter().filter(|child| child.kind == Kind::Resource).map(|child| child.node).collect()
            }
            None => Vec::new(),
        };
        self.scoped(|lowering| lowering.with_resources(&resources, body));
    }

    fn with_resources(&mut self, resources: &[Node<'t>], body: Node<'t>) {
        let Some((resource, others)) = resources.split_first() else { return self.statements(body) };
        let span = self.span(*resource);
        let local = self.resource(*resource);
        let lowered = self.descend(*resource, |lowering| {
            lowering.protected(Ending::Close(local, span), span, |lowering| lowering.with_resources(others, body));
        });
        if lowered.is_none() {
            self.opaque(Vec::new(), span);
        }
    }

    /// Opens a resource: a declaration, or a variable that exists already.
    fn resource(&mut self, node: Node<'t>) -> Local {
        let span = self.span(node);
        let children = self.children(node);
        let Some(name) = children.get(Label::Name) else {
            let existing = children.expression();
            let existing = self.expression_or_unknown(existing, node);
            let declared = self.type_of(&existing).cloned();
            let local = self.builder().local(None, declared, span);
            self.assign(Place::local(local), Rvalue::Use(existing), span);
            return local;
        };
        let mut declared = self.declared_type(children.get(Label::Type), children.get(Label::Dimensions));
        let value = self.expression_or_unknown(children.get(Label::Value), node);
        if declared.is_none() {
            declared = self.inferred_type(&value);
        }
        let local = self.variable(name, declared);
        self.assign(Place::local(local), Rvalue::Use(value), span);
        self.make_visible(local);
        local
    }

    /// Runs `body`, then `ending`, whichever way the body is left.
    fn protected(&mut self, ending: Ending<'t>, span: Span, body: impl FnOnce(&mut Self)) {
        let (entry, completed, raised) = (self.block(span), self.block(span), self.block(span));
        let shared = self.frame().copies >= MOST_COPIES;
        self.frame().cleanups.push(Cleanup { entry, selector: None, exits: Vec::new() });
        let before = self.builder().set_handler(Some(raised), span);
        body(self);
        self.builder().set_handler(before, span);
        let completes = !self.builder().is_closed();
        self.goto(completed, span);

        self.builder().enter(raised);
        let caught = self.builder().temporary(span);
        self.assign(Place::local(caught), Rvalue::Caught(Vec::new()), span);
        if shared {
            // Still inside the region: the exception takes the way of the jumps.
            let around = self.frame().cleanups.len() - 1;
            self.leave(Exit::Throw(caught), around, span);
        } else {
            let cleanup = self.frame().cleanups.pop();
            self.end(ending);
            self.builder().terminate(Terminator::Throw(Operand::local(caught)), span);
            self.frame().cleanups.extend(cleanup);
        }

        let Some(cleanup) = self.frame().cleanups.pop() else { return };
        match cleanup.selector {
            None => {
                self.builder().join(completed);
                self.end(ending);
            }
            Some(selector) => {
                self.builder().enter(completed);
                let number = Rvalue::Use(Operand::Const(Const::Int(0)));
                self.assign(Place::local(selector), number, span);
                self.goto(entry, span);
                self.builder().enter(entry);
                self.end(ending);
                self.leave_as_selected(selector, cleanup.exits, completes, span);
            }
        }
    }

    /// Jumps to a block, through the `finally` bodies that lie deeper than `cleanups`.
    pub(super) fn leave_to(&mut self, target: BlockIdx, cleanups: usize, span: Span) {
        self.leave(Exit::Jump(target), cleanups, span);
    }

    /// Returns from the function, through all `finally` bodies.
    pub(super) fn leave_function(&mut self, value: Option<Operand>, span: Span) {
        if self.frame().cleanups.is_empty() {
            return self.builder().terminate(Terminator::Return(value), span);
        }
        // The value is settled before the bodies run.
        let returned = value.map(|value| {
            let frame = self.frame();
            let returned = *frame.returned.get_or_insert_with(|| frame.builder.temporary(span));
            self.assign(Place::local(returned), Rvalue::Use(value), span);
            returned
        });
        self.leave(Exit::Return(returned), 0, span);
    }

    /// Leaves the block, through the `finally` bodies that lie deeper than `cleanups`: the innermost of them sends
    /// control on.
    fn leave(&mut self, exit: Exit, cleanups: usize, span: Span) {
        let frame = self.frame();
        let is_around = frame.cleanups.len() > cleanups;
        let Some(cleanup) = frame.cleanups.last_mut().filter(|_| is_around) else {
            return self.builder().terminate(exit.terminator(), span);
        };
        let selector = *cleanup.selector.get_or_insert_with(|| frame.builder.temporary(span));
        let known = cleanup.exits.iter().position(|known| *known == (exit, cleanups));
        let position = known.unwrap_or(cleanup.exits.len());
        if known.is_none() {
            cleanup.exits.push((exit, cleanups));
        }
        let number = Const::Int(position as i64 + 1);
        let entry = cleanup.entry;
        self.assign(Place::local(selector), Rvalue::Use(Operand::Const(number)), span);
        self.goto(entry, span);
    }

    /// Sends control on to where it was going when it entered the `finally` body.
    fn leave_as_selected(&mut self, selector: Local, exits: Vec<(Exit, usize)>, completes: bool, span: Span) {
        let after = self.block(span);
        let blocks: Vec<BlockIdx> = exits.iter().map(|_| self.block(span)).collect();
        let mut cases: Vec<(SmallVec<[Const; 1]>, BlockIdx)> =
            (1_i64..).zip(&blocks).map(|(number, &block)| (SmallVec::from_iter([Const::Int(number)]), block)).collect();
        let default = if completes { after } else { cases.pop().map_or(after, |(_, block)| block) };
        let value = Operand::local(selector);
        if cases.is_empty() {
            self.goto(default, span);
        } else {
            self.builder().terminate(Terminator::Switch { value, cases, default }, span);
        }
        for ((exit, cleanups), block) in exits.into_iter().zip(blocks) {
            self.builder().enter(block);
            self.leave(exit, cleanups, span);
        }
        self.builder().join(after);
    }

    fn end(&mut self, ending: Ending<'t>) {
        match ending {
            Ending::Block(block) => {
                self.frame().copies += 1;
                self.statements(block);
                self.frame().copies -= 1;
            }
            Ending::Close(resource, span) => {
                let target = Target::Method { receiver: Operand::local(resource), name: WORDS.close };
                let call = Call {
                    target,
                    arguments: Vec::new(),
                    block: None,
                    type_arguments: Vec::new(),
                    name_span: span,
                    site: span,
                };
                self.compute(Rvalue::Call(Box::new(call)), span);
            }
        }
    }
}
