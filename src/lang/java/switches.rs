//! `switch` as statement and expression, with constants, patterns and guards.
//!
//! The labels become a sequence of tests: constants that follow one another form one `Switch` terminator, a pattern
//! or a name whose value is not known here is a test of its own. The bodies follow in the order of the source, so that
//! control falls through from one to the next where the old form lets it.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::lowering::Lowering;
use super::statements::JumpKind;
use super::syntax::{Kind, Label};
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

/// The labels in front of one body.
struct Group<'t> {
    labels: Vec<Node<'t>>,
    node: Node<'t>,
    body: BlockIdx,
    /// What the patterns of the labels bind.
    bound: SmallVec<[Local; 2]>,
    /// It has an arrow: control does not fall through to the next.
    is_rule: bool,
}

/// Constants with the bodies that they lead to, not yet written as a terminator.
type Cases = Vec<(SmallVec<[Const; 1]>, BlockIdx)>;

impl<'t> Lowering<'t> {
    pub(super) fn switch_statement(&mut self, node: Node<'t>, labels: Vec<Symbol>) {
        let span = self.span(node);
        let after = self.block(span);
        self.switch(node, JumpKind::Switch, labels, after, after);
        self.builder().join(after);
    }

    pub(super) fn switch_expression(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let (after, unmatched) = (self.block(span), self.block(span));
        let result = self.builder().temporary(span);
        self.switch(node, JumpKind::Value(result), Vec::new(), after, unmatched);
        self.builder().enter(unmatched);
        self.builder().terminate(Terminator::Unreachable, span);
        self.builder().enter(after);
        Operand::local(result)
    }

    fn switch(&mut self, node: Node<'t>, kind: JumpKind, labels: Vec<Symbol>, after: BlockIdx, unmatched: BlockIdx) {
        let children = self.children(node);
        let value = self.expression_or_unknown(children.get(Label::Condition), node);
        let span = self.span(node);
        let body = children.get(Label::Body).map(|body| self.children(body));
        let mut groups = Vec::new();
        for child in body.iter().flat_map(|body| body.named()) {
            if !matches!(child.kind, Kind::SwitchGroup | Kind::SwitchRule) {
                continue;
            }
            let parts = self.children(child.node);
            let labels = parts.iter().filter(|part| part.kind == Kind::SwitchLabel).map(|part| part.node).collect();
            let group_span = self.span(child.node);
            let body = self.block(group_span);
            let is_rule = child.kind == Kind::SwitchRule;
            groups.push(Group { labels, node: child.node, body, bound: SmallVec::new(), is_rule });
        }
        self.scoped(|lowering| {
            lowering.dispatch(&value, &mut groups, unmatched, span);
            lowering.leavable(kind, labels, after, None, |lowering| {
                for (position, group) in groups.iter().enumerate() {
                    let next = groups.get(position + 1).map_or(after, |next| next.body);
                    lowering.group(group, kind, next, after);
                }
            });
        });
    }

    /// The tests that lead to the bodies.
    fn dispatch(&mut self, value: &Operand, groups: &mut [Group<'t>], unmatched: BlockIdx, span: Span) {
        let mut cases = Cases::new();
        let mut default = None;
        for group in groups {
            for label in &group.labels {
                let children = self.children(*label);
                if children.has_token("default") {
                    default = Some(group.body);
                    continue;
                }
                let guard = children.first(Kind::Guard);
                if let Some(pattern) = children.first(Kind::Pattern) {
                    self.flush(value, &mut cases, span);
                    let bound = self.pattern_case(pattern, guard, value, group.body);
                    group.bound.extend(bound);
                    continue;
                }
                for constant in children.named().filter(|child| child.kind.is_expression()) {
                    if self.kind(constant.node) == Kind::Identifier && self.text(constant.node) == "default" {
                        default = Some(group.body);
                        continue;
                    }
                    if self.is_unnamed_pattern(constant.node) {
                        self.flush(value, &mut cases, span);
                        self.type_case(constant.node, value, group.body);
                        continue;
                    }
                    match self.case_constant(constant.node, value) {
                        Some(constant) => cases.push((SmallVec::from_iter([constant]), group.body)),
                        None => {
                            self.flush(value, &mut cases, span);
                            self.equality_case(constant.node, value, group.body);
                        }
                    }
                }
            }
        }
        let default = default.unwrap_or(unmatched);
        if cases.is_empty() {
            self.goto(default, span);
        } else {
            let value = value.clone();
            self.builder().terminate(Terminator::Switch { value, cases, default }, span);
        }
    }

    /// Writes the constants so far as a terminator, behind which the tests go on.
    fn flush(&mut self, value: &Operand, cases: &mut Cases, span: Span) {
        if !cases.is_empty() {
            let next = self.block(span);
            let cases = std::mem::take(cases);
            self.builder().terminate(Terminator::Switch { value: value.clone(), cases, default: next }, span);
            self.builder().enter(next);
        }
    }

    /// Tests a pattern and its guard; gives back what is bound in the body.
    fn pattern_case(
        &mut self,
        pattern: Node<'t>,
        guard: Option<Node<'t>>,
        value: &Operand,
        body: BlockIdx,
    ) -> SmallVec<[Local; 2]> {
        let span = self.span(pattern);
        let (matches, mut bound) = self.pattern(pattern, value.clone());
        let next = self.block(span);
        match guard {
            Some(guard) => {
                let guarded = self.block(span);
                self.branch(matches, guarded, next, span);
                self.builder().enter(guarded);
                let condition = self.children(guard).expression();
                let bindings = self.scoped(|lowering| {
                    lowering.introduce(&bound);
                    lowering.condition(condition, guard, body, next)
                });
                bound.extend(bindings.when_true);
            }
            None => self.branch(matches, body, next, span),
        }
        self.builder().enter(next);
        bound
    }

    /// `case Type _`, of which the parser sees the type alone.
    fn is_unnamed_pattern(&self, node: Node<'t>) -> bool {
        let rest = self.text.get(node.end_byte()..).unwrap_or_default();
        let behind = rest.trim_start().strip_prefix('_');
        behind.is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || matches!(next, '_' | '$')))
    }

    fn type_case(&mut self, node: Node<'t>, value: &Operand, body: BlockIdx) {
        let span = self.span(node);
        let to = TypeRef::named(self.symbol(node));
        let next = self.block(span);
        let matches = self.compute(Rvalue::IsType(value.clone(), to), span);
        self.branch(matches, body, next, span);
        self.builder().enter(next);
    }

    fn equality_case(&mut self, node: Node<'t>, value: &Operand, body: BlockIdx) {
        let span = self.span(node);
        let constant = self.expression(node);
        let next = self.block(span);
        let equal = self.compute(Rvalue::Binary(BinaryOp::Equal, value.clone(), constant), span);
        self.branch(equal, body, next, span);
        self.builder().enter(next);
    }

    /// The value of a `case` label. A simple name that is no constant of this file is taken for that of an enum
    /// constant, unless the type of the value rules that out.
    fn case_constant(&mut self, node: Node<'t>, value: &Operand) -> Option<Const> {
        let is_name = self.kind(node) == Kind::Identifier;
        match self.type_of(value).map(|declared| is_constant_type(&declared.name)) {
            Some(true) => self.fold(node),
            Some(false) if is_name => Some(Const::Symbol(self.symbol(node))),
            _ => self.fold(node).or_else(|| is_name.then(|| Const::Symbol(self.symbol(node)))),
        }
    }

    fn group(&mut self, group: &Group<'t>, kind: JumpKind, next: BlockIdx, after: BlockIdx) {
        let span = self.span(group.node);
        self.builder().enter(group.body);
        let children = self.children(group.node);
        let statements = || children.named().filter(|child| child.kind != Kind::SwitchLabel);
        if !group.is_rule && group.bound.is_empty() {
            // What one group declares is in scope in those that follow.
            statements().for_each(|statement| self.statement(statement.node));
            self.goto(next, span);
            return;
        }
        self.scoped(|lowering| {
            lowering.introduce(&group.bound);
            for statement in statements() {
                match (statement.kind, kind) {
                    (Kind::ExpressionStatement, JumpKind::Value(result)) if group.is_rule => {
                        let value = lowering.children(statement.node).expression();
                        let value = lowering.expression_or_unknown(value, statement.node);
                        let value_span = lowering.span(statement.node);
                        lowering.assign(Place::local(result), Rvalue::Use(value), value_span);
                    }
                    _ => lowering.statement(statement.node),
                }
            }
        });
        self.goto(if group.is_rule { after } else { next }, span);
    }
}

/// Types whose `case` labels are constant expressions, never names of enum constants.
fn is_constant_type(name: &str) -> bool {
    matches!(
        name,
        "int" | "char" | "short" | "byte" | "String" | "Integer" | "Character" | "Short" | "Byte" | "java.lang.String"
    )
}
