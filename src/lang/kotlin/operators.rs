//! Operators, assignments and concatenation.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::Kind;
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// A chain of `+` and `-`, from left to right along the left spine. With a text in it, it is a concatenation from
    /// there on.
    pub(super) fn sum(&mut self, node: Node<'t>) -> Operand {
        let mut pending: SmallVec<[(Node<'t>, bool, Option<Node<'t>>); 4]> = SmallVec::new();
        let mut at = node;
        while self.kind(at) == Kind::Additive {
            let children = self.children(at);
            let mut sides = children.expressions();
            let (Some(left), right) = (sides.next(), sides.next()) else { break };
            pending.push((at, children.has_token("+"), right));
            at = left;
        }
        if pending.is_empty() {
            return self.unknown(node);
        }
        let mut value = self.expression(at);
        let mut text: Option<(Vec<Operand>, Span)> = None;
        for (sum, is_plus, right_node) in pending.into_iter().rev() {
            let span = self.span(sum);
            let right = self.expression_or_unknown(right_node, sum);
            if is_plus && let Some((parts, whole)) = &mut text {
                parts.push(right);
                *whole = span;
            } else if is_plus && (self.is_string(&value) || self.is_string(&right)) {
                text = Some((vec![value.clone(), right], span));
            } else {
                value = self.finish_text(&mut text, value);
                let operator = if is_plus { BinaryOp::Add } else { BinaryOp::Subtract };
                value = self.compute(Rvalue::Binary(operator, value, right), span);
            }
        }
        self.finish_text(&mut text, value)
    }

    fn finish_text(&mut self, text: &mut Option<(Vec<Operand>, Span)>, otherwise: Operand) -> Operand {
        match text.take() {
            Some((parts, span)) => self.compute_typed(Rvalue::Concat(parts), TypeRef::named("String"), span),
            None => otherwise,
        }
    }

    /// Operators of two operands, ranges and infix calls.
    pub(super) fn binary(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let kind = self.kind(node);
        let mut named = children.named();
        let (left_node, second) = (named.next(), named.next());
        let infix = second.filter(|_| kind == Kind::Infix).map(|name| name.node);
        let right_node = if kind == Kind::Infix { named.next() } else { second };
        let left = self.expression_or_unknown(left_node.map(|left| left.node), node);
        let right = self.expression_or_unknown(right_node.map(|right| right.node), node);
        if let Some(name) = infix {
            let target = Target::Method { receiver: left, name: self.symbol(name) };
            let name_span = self.span(name);
            let arguments = vec![Argument::positional(right)];
            let result = self.emit_call(target, arguments, Vec::new(), name_span, span, span);
            self.after_call(span);
            return result;
        }
        match (kind, binary_operator(children.token())) {
            (Kind::Range, _) => {
                let target = Target::Method { receiver: left, name: Symbol::new("rangeTo") };
                self.emit_call(target, vec![Argument::positional(right)], Vec::new(), span, span, span)
            }
            (_, Some(operator)) => self.compute(Rvalue::Binary(operator, left, right), span),
            (_, None) => self.opaque(vec![left, right], span),
        }
    }

    /// `-x`, `!x`, `++x`, `@Annotation x`, `label@ x`.
    pub(super) fn prefix(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        if children.has_token("++") || children.has_token("--") {
            return self.update(node, false);
        }
        if children.has_token("!") {
            return self.truth(node);
        }
        let label = children.first(Kind::Label).map(|label| self.label(label));
        if let Some(lambda) = children.first(Kind::Lambda) {
            return self.lambda(lambda, label.into_iter().collect());
        }
        let value = self.expression_or_unknown(children.expression(), node);
        match (children.token(), &value) {
            ("-", Operand::Const(Const::Int(number))) => Operand::Const(Const::Int(number.wrapping_neg())),
            ("-", Operand::Const(Const::Float(bits))) => {
                Operand::Const(Const::Float((-f64::from_bits(*bits)).to_bits()))
            }
            ("-", _) => self.compute(Rvalue::Unary(UnaryOp::Negate, value), span),
            _ => value,
        }
    }

    /// `x++` and its like; behind the operand the value before is what counts.
    pub(super) fn update(&mut self, node: Node<'t>, keeps_before: bool) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let Some(operand) = children.expression() else { return self.unknown(node) };
        let operator = if children.has_token("++") { BinaryOp::Add } else { BinaryOp::Subtract };
        let target = self.expression(operand);
        let target = self.builder().place(target, span);
        let value = Operand::Place(target.clone());
        let before = keeps_before.then(|| self.compute(Rvalue::Use(value.clone()), span));
        let one = Operand::Const(Const::Int(1));
        self.assign(target, Rvalue::Binary(operator, value.clone(), one), span);
        before.unwrap_or(value)
    }

    /// `x = value`, `x += value`.
    pub(super) fn assignment(&mut self, node: Node<'t>) {
        let span = self.span(node);
        let children = self.children(node);
        let Some(target) = children.first(Kind::DirectlyAssignable) else {
            self.unknown(node);
            return;
        };
        let operator = children.token();
        let target = self.assignable(target);
        let value = self.expression_or_unknown(children.expression(), node);
        let before = Operand::Place(target.clone());
        let result = match operator.strip_suffix('=').unwrap_or("") {
            "" => Rvalue::Use(value),
            "+" if self.is_string(&before) || self.is_string(&value) => Rvalue::Concat(vec![before, value]),
            operator => match binary_operator(operator) {
                Some(operator) => Rvalue::Binary(operator, before, value),
                None => Rvalue::Opaque(vec![before, value]),
            },
        };
        self.assign(target, result, span);
    }

    /// Where an assignment writes: an expression, and the accesses behind it.
    fn assignable(&mut self, node: Node<'t>) -> Place {
        let span = self.span(node);
        let children = self.children(node);
        let mut parts = children.named();
        let Some(first) = parts.next() else {
            let unknown = self.opaque(Vec::new(), span);
            return self.builder().place(unknown, span);
        };
        let value = self.expression(first.node);
        let mut place = self.builder().place(value, span);
        for part in parts {
            let inside = self.children(part.node);
            place = match part.kind {
                Kind::NavigationSuffix => match inside.first(Kind::SimpleIdentifier) {
                    Some(name) => place.field(self.symbol(name)),
                    None => place,
                },
                Kind::IndexingSuffix => match inside.expression() {
                    Some(index) => self.element(place, index),
                    None => place,
                },
                _ => place,
            };
        }
        place
    }
}

fn binary_operator(operator: &str) -> Option<BinaryOp> {
    Some(match operator {
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Subtract,
        "*" => BinaryOp::Multiply,
        "/" => BinaryOp::Divide,
        "%" => BinaryOp::Remainder,
        "==" => BinaryOp::Equal,
        "!=" => BinaryOp::NotEqual,
        "===" => BinaryOp::Same,
        "!==" => BinaryOp::NotSame,
        "<" => BinaryOp::Less,
        "<=" => BinaryOp::LessEqual,
        ">" => BinaryOp::Greater,
        ">=" => BinaryOp::GreaterEqual,
        _ => return None,
    })
}
