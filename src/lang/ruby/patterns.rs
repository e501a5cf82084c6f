//! `case x in …`, `x in …`, `x => …`: what a pattern tests, and which variables it binds.

use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::{Child, Kind, Label};
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// `case x in pattern if guard then …`.
    pub(super) fn case_match(&mut self, node: Node<'t>, wanted: bool) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let value = self.expression_or_unknown(children.get(Label::Value), node);
        let value = self.settle(value, span);
        let result = self.joined(span);
        let after = self.block(span);
        for clause in children.named().filter(|child| child.kind == Kind::InClause) {
            let clause_span = self.span(clause.node);
            let parts = self.children(clause.node);
            let (then, next) = (self.block(clause_span), self.block(clause_span));
            let holds = match parts.get(Label::Pattern) {
                Some(pattern) => self.pattern(pattern, Place::local(value)),
                None => self.opaque(Vec::new(), clause_span),
            };
            match parts.get(Label::Guard) {
                Some(guard) => {
                    let guarded = self.block(clause_span);
                    self.branch(holds, guarded, next, clause_span);
                    self.builder().enter(guarded);
                    let condition = self.children(guard).get(Label::Condition);
                    let is_if = self.kind(guard) == Kind::IfGuard;
                    let (yes, no) = if is_if { (then, next) } else { (next, then) };
                    self.condition(condition, guard, yes, no);
                }
                None => self.branch(holds, then, next, clause_span),
            }
            self.builder().enter(then);
            let value = match parts.get(Label::Body) {
                Some(body) => self.sequence(body, wanted),
                None => Operand::Const(Const::Null),
            };
            self.assign(Place::local(result), Rvalue::Use(value), clause_span);
            self.goto(after, clause_span);
            self.builder().enter(next);
        }
        let otherwise = match children.get(Label::Else) {
            Some(otherwise) => self.sequence(otherwise, wanted),
            None => Operand::Const(Const::Null),
        };
        self.assign(Place::local(result), Rvalue::Use(otherwise), span);
        self.goto(after, span);
        self.builder().enter(after);
        Operand::local(result)
    }

    /// `x in pattern`, `x => pattern`.
    pub(super) fn pattern_test(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let value = self.expression_or_unknown(children.get(Label::Value), node);
        let value = self.settle(value, span);
        match children.get(Label::Pattern) {
            Some(pattern) => self.pattern(pattern, Place::local(value)),
            None => self.opaque(Vec::new(), span),
        }
    }

    /// Binds the variables of a pattern to the parts of `value`; gives whether it may fit.
    fn pattern(&mut self, node: Node<'t>, value: Place) -> Operand {
        let bound = self.descend(node, |lowering| lowering.nested_pattern(node, value));
        bound.unwrap_or_else(|| {
            let span = self.span(node);
            self.opaque(Vec::new(), span)
        })
    }

    fn nested_pattern(&mut self, node: Node<'t>, value: Place) -> Operand {
        let span = self.span(node);
        let whole = || Operand::Place(value.clone());
        let children = self.children(node);
        match self.kind(node) {
            Kind::Identifier => {
                self.bind(node, whole());
                Operand::Const(Const::Bool(true))
            }
            Kind::AsPattern => {
                let inner = children.get(Label::Value).map(|inner| self.pattern(inner, value.clone()));
                if let Some(name) = children.get(Label::Name) {
                    self.bind(name, whole());
                }
                inner.unwrap_or(Operand::Const(Const::Bool(true)))
            }
            Kind::ParenthesizedPattern => match children.named().next() {
                Some(inner) => self.pattern(inner.node, value),
                None => self.opaque(Vec::new(), span),
            },
            Kind::AlternativePattern => {
                let alternatives: Vec<Child<'t>> = children.named().collect();
                for alternative in alternatives {
                    self.pattern(alternative.node, value.clone());
                }
                self.opaque(Vec::new(), span)
            }
            Kind::ArrayPattern | Kind::FindPattern => {
                self.array_pattern(&children.named().collect::<Vec<_>>(), &value);
                self.opaque(Vec::new(), span)
            }
            Kind::HashPattern => {
                for child in children.named() {
                    self.hash_entry_pattern(child, &value);
                }
                self.opaque(Vec::new(), span)
            }
            _ => {
                if let Some(class) = self.type_named(node) {
                    return self.compute(Rvalue::IsType(whole(), class), span);
                }
                match self.constant_of(node) {
                    Some(constant) => {
                        let equal = Rvalue::Binary(BinaryOp::Equal, whole(), Operand::Const(constant));
                        self.compute(equal, span)
                    }
                    None => self.opaque(Vec::new(), span),
                }
            }
        }
    }

    fn array_pattern(&mut self, parts: &[Child<'t>], value: &Place) {
        let mut position = Some(0_i64);
        for part in parts.iter().filter(|part| part.label != Label::Class) {
            if part.kind == Kind::SplatParameter {
                position = None;
                if let Some(name) = self.children(part.node).get(Label::Name) {
                    self.bind(name, Operand::Place(value.clone()));
                }
                continue;
            }
            let step = match position.as_mut() {
                Some(position) => {
                    *position += 1;
                    Projection::Key(Const::Int(*position - 1))
                }
                None => Projection::Element,
            };
            self.pattern(part.node, value.clone().project(step));
        }
    }

    fn hash_entry_pattern(&mut self, entry: Child<'t>, value: &Place) {
        let parts = self.children(entry.node);
        match entry.kind {
            Kind::KeywordPattern => {
                let Some(key) = parts.get(Label::Key) else { return };
                let Some(name) = self.constant_name(key) else { return };
                let part = value.clone().project(Projection::Key(Const::Str(name)));
                match parts.get(Label::Value) {
                    Some(inner) => _ = self.pattern(inner, part),
                    None => {
                        let span = self.span(key);
                        let variable = self.variable_to_write(name, span);
                        self.assign(variable, Rvalue::Use(Operand::Place(part)), span);
                    }
                }
            }
            Kind::HashSplatParameter => {
                if let Some(name) = parts.get(Label::Name) {
                    self.bind(name, Operand::Place(value.clone()));
                }
            }
            _ => {}
        }
    }

    fn bind(&mut self, name: Node<'t>, value: Operand) {
        let span = self.span(name);
        let symbol = self.symbol(name);
        let variable = self.variable_to_write(symbol, span);
        self.assign(variable, Rvalue::Use(value), span);
    }
}
