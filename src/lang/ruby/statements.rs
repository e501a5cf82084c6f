//! Sequences, loops and jumps.

use tree_sitter::Node;

use super::lowering::{Lowering, Surroundings};
use super::syntax::{Child, Kind, Label};
use super::templates::OUTPUT;

use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::cleanup::Protects;
use crate::lang::emit::Emits;

/// A loop that `break` and `next` may leave.
pub(super) struct Jump {
    /// Where `break` goes.
    pub(super) after: BlockIdx,
    /// Where `next` goes.
    pub(super) next: BlockIdx,
    /// How many `ensure` bodies lie around the loop.
    pub(super) cleanups: usize,
    /// The value of the loop.
    pub(super) result: Local,
}

impl<'t> Lowering<'t> {
    /// The statements inside a node; the value of the last where it is `wanted`.
    pub(super) fn sequence(&mut self, node: Node<'t>, wanted: bool) -> Operand {
        let statements: Vec<Child<'t>> = self.children(node).named().collect();
        self.statements(&statements, wanted)
    }

    /// Statements in order; the value of the last where it is `wanted`.
    pub(super) fn statements(&mut self, statements: &[Child<'t>], wanted: bool) -> Operand {
        let Some((last, others)) = statements.split_last() else { return Operand::Const(Const::Null) };
        for statement in others {
            self.statement(statement.node, false);
        }
        self.statement(last.node, wanted)
    }

    /// The body of a method, block, class or `begin`: statements with `rescue`, `else` and `ensure` around them.
    pub(super) fn body(&mut self, node: Node<'t>, wanted: bool) -> Operand {
        match self.kind(node) {
            Kind::BodyStatement | Kind::Begin => self.guarded(node, wanted),
            kind if kind.is_sequence() => self.sequence(node, wanted),
            _ => self.statement(node, wanted),
        }
    }

    /// A statement; its value where it is `wanted`.
    pub(super) fn statement(&mut self, node: Node<'t>, wanted: bool) -> Operand {
        let start = node.start_byte();
        let is_output = self.embedded.is_some_and(|embedded| embedded.outputs.binary_search(&start).is_ok());
        let is_output = is_output && self.outputs_done < start + 1;
        if is_output {
            self.outputs_done = start + 1;
        }
        let lowered = self.descend(node, |lowering| lowering.nested_statement(node, wanted || is_output));
        let lowered = lowered.map(|value| if is_output { self.output(node, value) } else { value });
        lowered.unwrap_or_else(|| {
            let span = self.span(node);
            self.opaque(Vec::new(), span)
        })
    }

    /// Writes a value into what a template gives.
    fn output(&mut self, node: Node<'t>, value: Operand) -> Operand {
        let site = self.span(node);
        let call = Call {
            target: Target::Bare(Symbol::new(OUTPUT)),
            arguments: vec![Argument::positional(value)],
            block: None,
            type_arguments: Vec::new(),
            name_span: site,
            site,
        };
        self.compute(Rvalue::Call(Box::new(call)), site)
    }

    fn nested_statement(&mut self, node: Node<'t>, wanted: bool) -> Operand {
        match self.kind(node) {
            Kind::If | Kind::Elsif => self.if_statement(node, true, wanted),
            Kind::Unless => self.if_statement(node, false, wanted),
            Kind::IfModifier => self.modifier(node, true, wanted),
            Kind::UnlessModifier => self.modifier(node, false, wanted),
            Kind::Case => self.case(node, wanted),
            Kind::CaseMatch => self.case_match(node, wanted),
            Kind::While => self.while_loop(node, true, false),
            Kind::Until => self.while_loop(node, false, false),
            Kind::WhileModifier => self.while_loop(node, true, true),
            Kind::UntilModifier => self.while_loop(node, false, true),
            Kind::For => self.for_loop(node),
            Kind::Begin | Kind::BodyStatement => self.guarded(node, wanted),
            Kind::RescueModifier => self.rescue_modifier(node, wanted),
            Kind::Return => self.return_statement(node),
            Kind::Break => self.leave_loop(node, true),
            Kind::Next => self.leave_loop(node, false),
            Kind::Redo | Kind::Retry => {
                let span = self.span(node);
                self.builder().terminate(Terminator::Unreachable, span);
                Operand::Const(Const::Null)
            }
            Kind::Class | Kind::Module => self.class_declaration(node),
            Kind::SingletonClass => self.singleton_class(node),
            Kind::Method | Kind::SingletonMethod => self.method(node),
            Kind::Alias => self.alias(node),
            Kind::Undef => Operand::Const(Const::Null),
            kind if kind.is_sequence() => self.sequence(node, wanted),
            _ => self.nested_expression(node),
        }
    }

    /// `while`, `until`, also behind a statement.
    fn while_loop(&mut self, node: Node<'t>, is_while: bool, is_modifier: bool) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let body = children.get(Label::Body);
        let (test, inside, after) = (self.block(span), self.block(span), self.block(span));
        let result = self.builder().temporary(span);
        self.assign(Place::local(result), Rvalue::Use(Operand::Const(Const::Null)), span);
        // `begin … end while x` runs its body first.
        let runs_first = is_modifier && body.is_some_and(|body| self.kind(body) == Kind::Begin);
        self.goto(if runs_first { inside } else { test }, span);
        self.builder().enter(test);
        let condition = children.get(Label::Condition);
        let (then, otherwise) = if is_while { (inside, after) } else { (after, inside) };
        self.condition(condition, node, then, otherwise);
        self.builder().enter(inside);
        self.in_loop(result, after, test, |lowering| {
            if let Some(body) = body {
                lowering.body(body, false);
            }
        });
        self.goto(test, span);
        self.builder().enter(after);
        Operand::local(result)
    }

    /// `for x in xs`.
    fn for_loop(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let over = children.get(Label::Value).and_then(|over| self.children(over).named().next());
        let over = self.expression_or_unknown(over.map(|over| over.node), node);
        let over = self.settle(over, span);
        let (test, inside, after) = (self.block(span), self.block(span), self.block(span));
        self.goto(test, span);
        self.builder().enter(test);
        let more = self.opaque(Vec::new(), span);
        self.branch(more, inside, after, span);
        self.builder().enter(inside);
        let element = Operand::Place(Place::local(over).project(Projection::Element));
        if let Some(pattern) = children.get(Label::Pattern) {
            self.assign_to(pattern, element, span);
        }
        self.in_loop(over, after, test, |lowering| {
            if let Some(body) = children.get(Label::Body) {
                lowering.sequence(body, false);
            }
        });
        self.goto(test, span);
        self.builder().enter(after);
        Operand::local(over)
    }

    fn in_loop(&mut self, result: Local, after: BlockIdx, next: BlockIdx, body: impl FnOnce(&mut Self)) {
        let cleanups = self.frame().cleanups.len();
        self.frame().jumps.push(Jump { after, next, cleanups, result });
        body(self);
        self.frame().jumps.pop();
    }

    /// The value behind `return`, `break`, `next`.
    fn jump_value(&mut self, node: Node<'t>) -> Option<Operand> {
        let list = self.children(node).first(Kind::ArgumentList)?;
        let values: Vec<Child<'t>> = self.children(list).named().collect();
        match values[..] {
            [] => None,
            [value] if value.kind != Kind::SplatArgument && value.kind != Kind::Pair => {
                Some(self.expression(value.node))
            }
            _ => Some(self.array_of(&values, list)),
        }
    }

    fn return_statement(&mut self, node: Node<'t>) -> Operand {
        let value = self.jump_value(node);
        let span = self.span(node);
        if !value.as_ref().is_some_and(|value| self.return_from_block(value, span)) {
            self.leave_function(Some(value.unwrap_or(Operand::Const(Const::Null))), span);
        }
        Operand::Const(Const::Null)
    }

    /// `break` and `next`: out of the loop, or out of the block.
    fn leave_loop(&mut self, node: Node<'t>, is_break: bool) -> Operand {
        let span = self.span(node);
        let value = self.jump_value(node);
        let jump = self.frame().jumps.last().map(|jump| (jump.after, jump.next, jump.cleanups, jump.result));
        match jump {
            Some((after, next, cleanups, result)) => {
                if is_break {
                    let value = value.unwrap_or(Operand::Const(Const::Null));
                    self.assign(Place::local(result), Rvalue::Use(value), span);
                }
                self.leave_to(if is_break { after } else { next }, cleanups, span);
            }
            None if is_break && value.as_ref().is_some_and(|value| self.break_from_block(value, span)) => {}
            None if self.frame().surroundings == Surroundings::Lambda => {
                self.leave_function(Some(value.unwrap_or(Operand::Const(Const::Null))), span);
            }
            None => {}
        }
        Operand::Const(Const::Null)
    }

    /// A value that joins what several ways give.
    pub(super) fn joined(&mut self, span: Span) -> Local {
        self.builder().temporary(span)
    }
}
