//! Statements become blocks.

use tree_sitter::Node;

use super::lowering::{Lowering, Returns};
use super::syntax::{Child, Children, Kind, Label, is_token};
use crate::base::Symbol;
use crate::ir::*;
use crate::lang::cleanup::Protects;
use crate::lang::emit::Emits;

/// A loop, which `break` and `continue` may leave.
pub(super) struct Jump {
    pub(super) labels: Vec<Symbol>,
    /// Where `break` goes.
    pub(super) after: BlockIdx,
    /// Where `continue` goes.
    pub(super) next: BlockIdx,
    /// How many `finally` bodies lie around the loop.
    pub(super) cleanups: usize,
}

impl<'t> Lowering<'t> {
    /// The statements of a `statements` node, in a scope of their own.
    pub(super) fn statements(&mut self, node: Node<'t>) {
        self.scoped(|lowering| {
            lowering.sequence(node, false);
        });
    }

    /// The statements among the children of a block.
    pub(super) fn statements_of(&mut self, children: &Children<'t>) {
        for node in children.all(Kind::Statements) {
            self.statements(node);
        }
    }

    /// The statements of a node that holds a block.
    pub(super) fn block_statements(&mut self, node: Node<'t>) {
        let children = self.children(node);
        self.statements_of(&children);
    }

    /// The statements of a `statements` node; the value of the last one.
    pub(super) fn block_value(&mut self, node: Node<'t>) -> Option<Operand> {
        self.scoped(|lowering| lowering.sequence(node, true))
    }

    /// The value of the block that is a child of `node`.
    pub(super) fn block_value_of(&mut self, node: Node<'t>) -> Option<Operand> {
        let statements = self.children(node).first(Kind::Statements)?;
        self.block_value(statements)
    }

    fn sequence(&mut self, node: Node<'t>, has_value: bool) -> Option<Operand> {
        let children = self.with_content_of_errors(node);
        let last = children.iter().rposition(|child| !matches!(child.kind, Kind::Other | Kind::Label));
        let mut labels = Vec::new();
        let mut value = None;
        for (position, child) in children.iter().enumerate() {
            match child.kind {
                Kind::Label => labels.push(self.label(child.node)),
                kind if has_value && Some(position) == last && kind.is_expression() => {
                    value = Some(self.labelled_expression(child.node, std::mem::take(&mut labels)));
                }
                _ => self.labelled_statement(child.node, std::mem::take(&mut labels)),
            }
        }
        value
    }

    /// An expression behind a label: the label names a lambda.
    fn labelled_expression(&mut self, node: Node<'t>, labels: Vec<Symbol>) -> Operand {
        match self.kind(node) {
            Kind::Lambda => self.lambda(node, labels),
            _ => self.expression(node),
        }
    }

    /// The name in a `label` node.
    pub(super) fn label(&self, node: Node<'t>) -> Symbol {
        Symbol::new(self.text(node).trim_matches('@'))
    }

    /// A statement.
    pub(super) fn statement(&mut self, node: Node<'t>) {
        self.labelled_statement(node, Vec::new());
    }

    fn labelled_statement(&mut self, node: Node<'t>, labels: Vec<Symbol>) {
        let lowered = self.descend(node, |lowering| lowering.nested_statement(node, labels));
        if lowered.is_none() {
            let span = self.span(node);
            self.opaque(Vec::new(), span);
        }
    }

    fn nested_statement(&mut self, node: Node<'t>, labels: Vec<Symbol>) {
        match self.kind(node) {
            Kind::PropertyDeclaration => self.local_property(node),
            Kind::DestructuringDeclaration => self.unknown_statement(node),
            Kind::Assignment => self.assignment(node),
            Kind::FunctionDeclaration => self.local_function(node),
            Kind::ClassDeclaration | Kind::ObjectDeclaration => self.local_class(node),
            Kind::If => self.if_branches(node, None),
            Kind::When => self.when_branches(node, None),
            Kind::Try => self.try_branches(node, None),
            Kind::While => self.while_loop(node, labels),
            Kind::DoWhile => self.do_loop(node, labels),
            Kind::For => self.for_loop(node, labels),
            Kind::Statements => self.statements(node),
            Kind::ControlBody => self.body_statements(node),
            Kind::Postfix if !self.children(node).has_token("!!") => _ = self.update(node, false),
            kind if kind.is_expression() => _ = self.labelled_expression(node, labels),
            Kind::Error => self.unknown_statement(node),
            _ => {}
        }
    }

    fn unknown_statement(&mut self, node: Node<'t>) {
        self.unknown(node);
    }

    /// The statements of the body of an `if`, `when` or loop, in a scope of their own.
    pub(super) fn body_statements(&mut self, node: Node<'t>) {
        self.scoped(|lowering| {
            let children = lowering.body_parts(node);
            let mut labels = Vec::new();
            for child in &children {
                match child.kind {
                    Kind::Label => labels.push(lowering.label(child.node)),
                    Kind::Statements => lowering.statements(child.node),
                    _ => lowering.labelled_statement(child.node, std::mem::take(&mut labels)),
                }
            }
        });
    }

    /// The value of the body of an `if` or `when`.
    pub(super) fn body_value(&mut self, node: Node<'t>) -> Option<Operand> {
        let children = self.body_parts(node);
        let mut value = None;
        for child in &children {
            value = match child.kind {
                Kind::Statements => self.block_value(child.node),
                kind if kind.is_expression() => Some(self.expression(child.node)),
                _ => {
                    self.statement(child.node);
                    None
                }
            };
        }
        value
    }

    /// What stands in the body of a control structure.
    fn body_parts(&mut self, node: Node<'t>) -> Vec<Child<'t>> {
        if self.kind(node) != Kind::ControlBody {
            return vec![Child { node, kind: self.kind(node), label: Label::Other }];
        }
        self.with_content_of_errors(node).into_iter().filter(|child| child.kind != Kind::Other).collect()
    }

    fn local_property(&mut self, node: Node<'t>) {
        let span = self.span(node);
        let children = self.children(node);
        if let Some(pattern) = children.first(Kind::MultiVariable) {
            let value = self.expression_or_unknown(children.expression_after("="), node);
            return self.take_apart(pattern, value);
        }
        let Some(property) = self.property(node) else { return self.unknown_statement(node) };
        let value = match (property.value, property.delegate) {
            (Some(value), _) => Some(self.expression(value)),
            (None, Some(delegate)) => {
                let delegate = self.expression(delegate);
                let nobody = Operand::Const(Const::Null);
                Some(self.delegated_value(delegate, nobody, &property, span))
            }
            (None, None) => None,
        };
        let declared = property.declared.clone().or_else(|| self.declared_type_of(value.as_ref()?));
        let place = self.declare_variable(property.name, declared, property.name_span);
        if let Some(value) = value {
            self.assign(place, Rvalue::Use(value), span);
        }
    }

    /// `return`, `throw`, `break`, `continue`: an expression that has no value.
    pub(super) fn jump(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let label = children.first(Kind::Label).map(|label| self.label(label));
        let keyword = children.token();
        match keyword.trim_end_matches('@') {
            "throw" => {
                let thrown = self.expression_or_unknown(children.expression(), node);
                self.builder().terminate(Terminator::Throw(thrown), span);
            }
            "return" => {
                let value = children.expression().map(|value| self.expression(value));
                self.return_value(label, value, node);
            }
            jump => {
                let found = self
                    .frame()
                    .jumps
                    .iter()
                    .rev()
                    .find(|jump| label.is_none_or(|label| jump.labels.contains(&label)))
                    .map(|found| (if jump == "break" { found.after } else { found.next }, found.cleanups));
                match found {
                    Some((target, cleanups)) => self.leave_to(target, cleanups, span),
                    // Out of a lambda, to a loop around it: the lambda ends here.
                    None => self.leave_function(None, span),
                }
            }
        }
        Operand::Const(Const::Null)
    }

    fn return_value(&mut self, label: Option<Symbol>, value: Option<Operand>, node: Node<'t>) {
        let span = self.span(node);
        let leaves = |frame: &super::lowering::Frame| match label {
            Some(label) => frame.labels.contains(&label),
            None => frame.returns == Returns::Here,
        };
        let target = self.frames.iter().rposition(leaves);
        match target {
            Some(target) if target + 1 < self.frames.len() && self.frames[target].returns == Returns::Here => {
                self.return_around(target, value, span);
            }
            _ => self.leave_function(value, span),
        }
    }

    // Loops.

    /// Runs `body` as the body of a loop.
    fn loop_body(&mut self, labels: Vec<Symbol>, after: BlockIdx, next: BlockIdx, body: Option<Node<'t>>) {
        let frame = self.frame();
        let cleanups = frame.cleanups.len();
        frame.jumps.push(Jump { labels, after, next, cleanups });
        if let Some(body) = body {
            self.body_statements(body);
        }
        self.frame().jumps.pop();
    }

    fn while_loop(&mut self, node: Node<'t>, labels: Vec<Symbol>) {
        let span = self.span(node);
        let children = self.children(node);
        let (test, body, after) = (self.block(span), self.block(span), self.block(span));
        self.goto(test, span);
        self.builder().enter(test);
        let bindings = self.loop_test(children.expression(), node, body, after);
        self.builder().enter(body);
        self.scoped(|lowering| {
            lowering.introduce(&bindings.when_true);
            lowering.loop_body(labels, after, test, children.first(Kind::ControlBody));
        });
        self.goto(test, span);
        self.builder().join(after);
    }

    fn do_loop(&mut self, node: Node<'t>, labels: Vec<Symbol>) {
        let span = self.span(node);
        let children = self.children(node);
        let (body, test, after) = (self.block(span), self.block(span), self.block(span));
        self.goto(body, span);
        self.builder().enter(body);
        self.loop_body(labels, after, test, children.first(Kind::ControlBody));
        self.goto(test, span);
        self.builder().join(test);
        self.loop_test(children.expression(), node, body, after);
        self.builder().join(after);
    }

    /// Lowers the test of a loop; one that is always true leads to the body alone.
    fn loop_test(
        &mut self,
        condition: Option<Node<'t>>,
        node: Node<'t>,
        body: BlockIdx,
        after: BlockIdx,
    ) -> super::conditions::Bindings {
        if condition.is_some_and(|condition| self.text(condition) == "true") {
            let span = self.span(node);
            self.goto(body, span);
            return super::conditions::Bindings::default();
        }
        self.condition(condition, node, body, after)
    }

    fn for_loop(&mut self, node: Node<'t>, labels: Vec<Symbol>) {
        let span = self.span(node);
        let children = self.children(node);
        let value = children.expression_after("in");
        let value_span = value.map_or(span, |value| self.span(value));
        let elements = match self.expression_or_unknown(value, node) {
            Operand::Place(place) if place.as_local().is_some() => place,
            // Looked up once, not in each round.
            elements => {
                let elements = self.compute(Rvalue::Use(elements), value_span);
                self.builder().place(elements, value_span)
            }
        };
        let (test, body, after) = (self.block(span), self.block(span), self.block(span));
        self.goto(test, span);
        self.builder().enter(test);
        let has_more = self.opaque(vec![Operand::Place(elements.clone())], value_span);
        self.branch(has_more, body, after, value_span);
        self.builder().enter(body);
        self.scoped(|lowering| {
            let element = Operand::Place(elements.project(Projection::Element));
            let before_in = children.iter().take_while(|child| !is_token(child, "in"));
            for child in before_in {
                match child.kind {
                    Kind::VariableDeclaration => lowering.loop_variable(child.node, element.clone()),
                    Kind::MultiVariable => lowering.take_apart(child.node, element.clone()),
                    _ => {}
                }
            }
            lowering.loop_body(labels, after, test, children.first(Kind::ControlBody));
        });
        self.goto(test, span);
        self.builder().join(after);
    }

    fn loop_variable(&mut self, node: Node<'t>, element: Operand) {
        let parts = self.children(node);
        let Some(name) = parts.first(Kind::SimpleIdentifier) else { return };
        let declared = parts.type_node().map(|declared| self.type_ref(declared));
        let (name, span) = (self.symbol(name), self.span(node));
        let place = self.declare_variable(name, declared, span);
        self.assign(place, Rvalue::Use(element), span);
    }
}
