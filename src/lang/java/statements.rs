//! Statements become blocks.

use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::{Kind, Label};
use crate::base::Symbol;
use crate::ir::*;
use crate::lang::cleanup::Protects;
use crate::lang::emit::Emits;

/// What `break`, `continue` or `yield` may leave.
pub(super) struct Jump {
    pub(super) kind: JumpKind,
    /// Labels in front of the statement.
    pub(super) labels: Vec<Symbol>,
    /// Where `break` goes.
    pub(super) after: BlockIdx,
    /// Where `continue` goes.
    pub(super) next: Option<BlockIdx>,
    /// How many `finally` bodies lie around the statement.
    pub(super) cleanups: usize,
}

/// What kind of statement can be left.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum JumpKind {
    Loop,
    Switch,
    /// A labelled statement that is neither.
    Labelled,
    /// A `switch` that has a value, which `yield` writes to the local.
    Value(Local),
}

impl<'t> Lowering<'t> {
    /// The statements of a block, in a scope of their own.
    pub(super) fn statements(&mut self, block: Node<'t>) {
        self.scoped(|lowering| {
            for child in lowering.children(block).named() {
                lowering.statement(child.node);
            }
        });
    }

    /// A statement that stands alone, such as the body of a loop: what it declares ends with it.
    pub(super) fn scoped_statement(&mut self, node: Option<Node<'t>>) {
        if let Some(node) = node {
            self.scoped(|lowering| lowering.statement(node));
        }
    }

    /// A statement.
    pub(super) fn statement(&mut self, node: Node<'t>) {
        self.labelled_statement(node, Vec::new());
    }

    fn labelled_statement(&mut self, node: Node<'t>, labels: Vec<Symbol>) {
        let lowered = self.descend(node, |lowering| {
            lowering.nested_statement(node, labels);
            if node.has_error() {
                lowering.errors_of_statement(node);
            }
        });
        if lowered.is_none() {
            let span = self.span(node);
            self.opaque(Vec::new(), span);
        }
    }

    fn nested_statement(&mut self, node: Node<'t>, labels: Vec<Symbol>) {
        match self.kind(node) {
            Kind::ExpressionStatement => {
                if let Some(expression) = self.children(node).expression() {
                    self.effect(expression);
                }
            }
            Kind::LocalVariable => self.local_variables(node),
            Kind::Block | Kind::ConstructorBody => self.labelled(node, labels, |lowering| lowering.statements(node)),
            Kind::If => self.labelled(node, labels, |lowering| lowering.if_statement(node)),
            Kind::Return => self.return_statement(node),
            Kind::While => self.while_loop(node, labels),
            Kind::Do => self.do_loop(node, labels),
            Kind::For => self.for_loop(node, labels),
            Kind::EnhancedFor => self.for_each_loop(node, labels),
            Kind::Break => self.break_statement(node),
            Kind::Continue => self.continue_statement(node),
            Kind::Yield => self.yield_statement(node),
            Kind::Throw => {
                let thrown = self.children(node).expression();
                let thrown = self.expression_or_unknown(thrown, node);
                let span = self.span(node);
                self.builder().terminate(Terminator::Throw(thrown), span);
            }
            Kind::Switch => self.switch_statement(node, labels),
            Kind::Try | Kind::TryWithResources => self.labelled(node, labels, |lowering| lowering.try_statement(node)),
            Kind::Synchronized => self.labelled(node, labels, |lowering| {
                let children = lowering.children(node);
                if let Some(lock) = children.first(Kind::Parenthesized) {
                    lowering.expression(lock);
                }
                if let Some(body) = children.get(Label::Body) {
                    lowering.statements(body);
                }
            }),
            Kind::Labeled => {
                let mut labels = labels;
                let children = self.children(node);
                labels.extend(children.first(Kind::Identifier).map(|label| self.symbol(label)));
                if let Some(statement) = children.named().nth(1) {
                    self.labelled_statement(statement.node, labels);
                }
            }
            Kind::Assert => self.assert_statement(node),
            Kind::ExplicitConstructorInvocation => self.delegation(node),
            Kind::MethodDeclaration => self.method(node, None),
            kind if kind.is_class() => self.local_class(node),
            kind if kind.is_expression() => {
                self.effect(node);
            }
            // `errors_of_statement` lowers what an ERROR node holds.
            _ => {}
        }
    }

    /// An expression whose value nobody uses.
    pub(super) fn effect(&mut self, node: Node<'t>) {
        match self.kind(node) {
            Kind::Update => _ = self.update(node, false),
            Kind::Switch => self.switch_statement(node, Vec::new()),
            _ => _ = self.expression(node),
        }
    }

    /// A statement that a labelled `break` can leave, although it is no loop.
    fn labelled(&mut self, node: Node<'t>, labels: Vec<Symbol>, body: impl FnOnce(&mut Self)) {
        if labels.is_empty() {
            return body(self);
        }
        let span = self.span(node);
        let after = self.block(span);
        self.leavable(JumpKind::Labelled, labels, after, None, body);
        self.goto(after, span);
        self.builder().join(after);
    }

    /// Runs `body`, in which `break` leads to `after` and `continue` to `next`.
    pub(super) fn leavable(
        &mut self,
        kind: JumpKind,
        labels: Vec<Symbol>,
        after: BlockIdx,
        next: Option<BlockIdx>,
        body: impl FnOnce(&mut Self),
    ) {
        let frame = self.frame();
        let cleanups = frame.cleanups.len();
        frame.jumps.push(Jump { kind, labels, after, next, cleanups });
        body(self);
        self.frame().jumps.pop();
    }

    fn local_variables(&mut self, node: Node<'t>) {
        let children = self.children(node);
        let type_node = children.get(Label::Type);
        for child in children.iter().filter(|child| child.label == Label::Declarator) {
            let parts = self.children(child.node);
            let Some(name) = parts.get(Label::Name) else { continue };
            let mut declared = self.declared_type(type_node, parts.get(Label::Dimensions));
            let value = parts.get(Label::Value).map(|value| self.initial_value(value, declared.as_ref()));
            if let (None, Some(value)) = (&declared, &value) {
                declared = self.inferred_type(value);
            }
            let local = self.variable(name, declared);
            if let Some(value) = value {
                let span = self.span(child.node);
                self.assign(Place::local(local), Rvalue::Use(value), span);
            }
            self.make_visible(local);
        }
    }

    fn if_statement(&mut self, node: Node<'t>) {
        let span = self.span(node);
        let children = self.children(node);
        let (then, otherwise, after) = (self.block(span), self.block(span), self.block(span));
        let bindings = self.condition(children.get(Label::Condition), node, then, otherwise);

        self.builder().enter(then);
        self.scoped(|lowering| {
            lowering.introduce(&bindings.when_true);
            lowering.scoped_statement(children.get(Label::Consequence));
        });
        let then_ends = self.builder().is_closed();
        self.goto(after, span);

        self.builder().enter(otherwise);
        self.scoped(|lowering| {
            lowering.introduce(&bindings.when_false);
            lowering.scoped_statement(children.get(Label::Alternative));
        });
        let otherwise_ends = self.builder().is_closed();
        self.goto(after, span);

        self.builder().join(after);
        // What a test binds holds on after the statement when the other branch does not come back (JLS 6.3.2.2).
        match (then_ends, otherwise_ends) {
            (true, false) => self.introduce(&bindings.when_false),
            (false, true) => self.introduce(&bindings.when_true),
            _ => {}
        }
    }

    fn return_statement(&mut self, node: Node<'t>) {
        let span = self.span(node);
        let value = self.children(node).expression().map(|value| self.expression(value));
        self.leave_function(value, span);
    }

    fn break_statement(&mut self, node: Node<'t>) {
        let label = self.children(node).first(Kind::Identifier).map(|label| self.symbol(label));
        let found = self.frame().jumps.iter().rev().find(|jump| match label {
            Some(label) => jump.labels.contains(&label),
            None => matches!(jump.kind, JumpKind::Loop | JumpKind::Switch),
        });
        let target = found.map(|jump| (jump.after, jump.cleanups));
        self.jump(target, node);
    }

    fn continue_statement(&mut self, node: Node<'t>) {
        let label = self.children(node).first(Kind::Identifier).map(|label| self.symbol(label));
        let found = self
            .frame()
            .jumps
            .iter()
            .rev()
            .find(|jump| jump.kind == JumpKind::Loop && label.is_none_or(|label| jump.labels.contains(&label)));
        let target = found.and_then(|jump| Some((jump.next?, jump.cleanups)));
        self.jump(target, node);
    }

    fn yield_statement(&mut self, node: Node<'t>) {
        let value = self.children(node).expression();
        let value = self.expression_or_unknown(value, node);
        let found = self.frame().jumps.iter().rev().find_map(|jump| match jump.kind {
            JumpKind::Value(result) => Some((result, jump.after, jump.cleanups)),
            _ => None,
        });
        let span = self.span(node);
        if let Some((result, ..)) = found {
            self.assign(Place::local(result), Rvalue::Use(value), span);
        }
        self.jump(found.map(|(_, after, cleanups)| (after, cleanups)), node);
    }

    /// Leaves to a block outside of all but so many `finally` bodies; a jump to nowhere, in broken code, is unknown.
    fn jump(&mut self, target: Option<(BlockIdx, usize)>, node: Node<'t>) {
        let span = self.span(node);
        match target {
            Some((target, cleanups)) => self.leave_to(target, cleanups, span),
            None => _ = self.opaque(Vec::new(), span),
        }
    }

    fn assert_statement(&mut self, node: Node<'t>) {
        let span = self.span(node);
        let children = self.children(node);
        let mut expressions = children.expressions();
        let (fails, holds) = (self.block(span), self.block(span));
        let bindings = self.condition(expressions.next(), node, holds, fails);
        self.builder().enter(fails);
        let message: Vec<Operand> = expressions.next().map(|message| self.expression(message)).into_iter().collect();
        let thrown = self.opaque(message, span);
        self.builder().terminate(Terminator::Throw(thrown), span);
        self.builder().enter(holds);
        self.introduce(&bindings.when_true);
    }

    // Loops.

    /// Lowers the test of a loop; one that is always true leads to the body alone.
    fn loop_test(
        &mut self,
        condition: Option<Node<'t>>,
        node: Node<'t>,
        body: BlockIdx,
        after: BlockIdx,
    ) -> super::conditions::Bindings {
        let mut inner = condition;
        while let Some(wrapped) = inner.filter(|inner| self.kind(*inner) == Kind::Parenthesized) {
            inner = self.children(wrapped).expression();
        }
        if inner.is_none_or(|inner| self.kind(inner) == Kind::True) {
            let span = self.span(condition.unwrap_or(node));
            self.goto(body, span);
            return super::conditions::Bindings::default();
        }
        self.condition(condition, node, body, after)
    }

    fn while_loop(&mut self, node: Node<'t>, labels: Vec<Symbol>) {
        let span = self.span(node);
        let children = self.children(node);
        let (test, body, after) = (self.block(span), self.block(span), self.block(span));
        self.goto(test, span);
        self.builder().enter(test);
        let bindings = self.loop_test(children.get(Label::Condition), node, body, after);
        self.builder().enter(body);
        self.scoped(|lowering| {
            lowering.introduce(&bindings.when_true);
            lowering.leavable(JumpKind::Loop, labels, after, Some(test), |lowering| {
                lowering.scoped_statement(children.get(Label::Body));
            });
        });
        self.goto(test, span);
        self.builder().join(after);
        self.introduce(&bindings.when_false);
    }

    fn do_loop(&mut self, node: Node<'t>, labels: Vec<Symbol>) {
        let span = self.span(node);
        let children = self.children(node);
        let (body, test, after) = (self.block(span), self.block(span), self.block(span));
        self.goto(body, span);
        self.builder().enter(body);
        self.leavable(JumpKind::Loop, labels, after, Some(test), |lowering| {
            lowering.scoped_statement(children.get(Label::Body));
        });
        self.goto(test, span);
        self.builder().join(test);
        let bindings = self.loop_test(children.get(Label::Condition), node, body, after);
        self.builder().join(after);
        self.introduce(&bindings.when_false);
    }

    fn for_loop(&mut self, node: Node<'t>, labels: Vec<Symbol>) {
        let span = self.span(node);
        let children = self.children(node);
        self.scoped(|lowering| {
            for child in children.iter().filter(|child| child.label == Label::Init) {
                match child.kind {
                    Kind::LocalVariable => lowering.local_variables(child.node),
                    _ => lowering.effect(child.node),
                }
            }
            let (test, body, update, after) =
                (lowering.block(span), lowering.block(span), lowering.block(span), lowering.block(span));
            lowering.goto(test, span);
            lowering.builder().enter(test);
            let bindings = lowering.loop_test(children.get(Label::Condition), node, body, after);
            lowering.builder().enter(body);
            lowering.scoped(|lowering| {
                lowering.introduce(&bindings.when_true);
                lowering.leavable(JumpKind::Loop, labels, after, Some(update), |lowering| {
                    lowering.scoped_statement(children.get(Label::Body));
                });
                lowering.goto(update, span);
                lowering.builder().join(update);
                for child in children.iter().filter(|child| child.label == Label::Update) {
                    lowering.effect(child.node);
                }
            });
            lowering.goto(test, span);
            lowering.builder().join(after);
        });
    }

    fn for_each_loop(&mut self, node: Node<'t>, labels: Vec<Symbol>) {
        let span = self.span(node);
        let children = self.children(node);
        let value = children.get(Label::Value);
        let value_span = value.map_or(span, |value| self.span(value));
        let elements = self.expression_or_unknown(value, node);
        let elements = self.builder().place(elements, value_span);
        let (test, body, after) = (self.block(span), self.block(span), self.block(span));
        self.goto(test, span);
        self.builder().enter(test);
        let has_more = self.opaque(vec![Operand::Place(elements.clone())], value_span);
        self.branch(has_more, body, after, value_span);
        self.builder().enter(body);
        self.scoped(|lowering| {
            if let Some(name) = children.get(Label::Name) {
                let declared = lowering.declared_type(children.get(Label::Type), children.get(Label::Dimensions));
                let local = lowering.variable(name, declared);
                let element = Operand::Place(elements.project(Projection::Element));
                let assigned = lowering.span(name).to(value_span);
                lowering.assign(Place::local(local), Rvalue::Use(element), assigned);
                lowering.make_visible(local);
            }
            lowering.leavable(JumpKind::Loop, labels, after, Some(test), |lowering| {
                lowering.scoped_statement(children.get(Label::Body));
            });
        });
        self.goto(test, span);
        self.builder().join(after);
    }
}
