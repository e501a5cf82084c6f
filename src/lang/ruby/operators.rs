//! Operators.

use tree_sitter::Node;

use super::conditions::logical_operator;
use super::lowering::Lowering;
use super::syntax::{Kind, Label};
use crate::base::Symbol;
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// `a + b`, `a && b`, …: chains along the left are walked, not followed.
    pub(super) fn binary(&mut self, node: Node<'t>) -> Operand {
        let children = self.children(node);
        let operator_node = children.get(Label::Operator);
        if let Some(is_and) = logical_operator(Kind::Binary, operator_node) {
            return self.logical(node, is_and);
        }
        let mut links = Vec::new();
        let mut at = node;
        let first = loop {
            let children = self.children(at);
            links.push((at, children.get(Label::Operator), children.get(Label::Right)));
            match children.get(Label::Left) {
                Some(left)
                    if self.kind(left) == Kind::Binary
                        && logical_operator(Kind::Binary, self.children(left).get(Label::Operator)).is_none() =>
                {
                    at = left;
                }
                left => break left,
            }
        };
        let mut value = self.expression_or_unknown(first, at);
        let mut growing = first.and_then(|first| self.growing_text(first));
        for (link, operator, right) in links.into_iter().rev() {
            let right = self.expression_or_unknown(right, link);
            let grows = operator.is_some_and(|operator| operator.kind() == "<<");
            if let Some(text) = growing.take().filter(|_| grows) {
                // A text is changed where it stands: `text << "a" << "b"`.
                let span = self.span(link);
                value = self.compute(Rvalue::Concat(vec![value, right]), span);
                self.assign(text.clone(), Rvalue::Use(value.clone()), span);
                growing = Some(text);
                continue;
            }
            value = self.operation(link, operator, value, right);
        }
        value
    }

    fn operation(&mut self, node: Node<'t>, operator: Option<Node<'t>>, left: Operand, right: Operand) -> Operand {
        let span = self.span(node);
        let text = operator.map_or("", |operator| operator.kind());
        if let Some(operator) = binary_operator(text) {
            return self.compute(Rvalue::Binary(operator, left, right), span);
        }
        // What a class may define for itself is a call: `list << item`, `"to %s" % name`.
        let name_span = operator.map_or(span, |operator| self.span(operator));
        let target = Target::Method { receiver: left, name: Symbol::new(text) };
        let call = Call {
            target,
            arguments: vec![Argument::positional(right)],
            block: None,
            type_arguments: Vec::new(),
            name_span,
            site: span,
        };
        self.compute(Rvalue::Call(Box::new(call)), span)
    }

    /// `!a`, `-a`, `not a`, `defined?(a)`.
    pub(super) fn unary(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let operator = children.get(Label::Operator).map_or("", |operator| operator.kind());
        let operand = children.get(Label::Operand);
        if operator == "defined?" {
            return self.opaque(Vec::new(), span);
        }
        let value = match operand {
            Some(operand) => self.statement(operand, true),
            None => self.opaque(Vec::new(), span),
        };
        let operator = match operator {
            "!" | "not" => UnaryOp::Not,
            "-" => UnaryOp::Negate,
            "~" => UnaryOp::BitNot,
            _ => return value,
        };
        self.compute(Rvalue::Unary(operator, value), span)
    }
}

/// The operators whose meaning is the same for all that have them.
pub(super) fn binary_operator(text: &str) -> Option<BinaryOp> {
    Some(match text {
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Subtract,
        "*" => BinaryOp::Multiply,
        "/" => BinaryOp::Divide,
        "**" => BinaryOp::Multiply,
        "&" => BinaryOp::BitAnd,
        "|" => BinaryOp::BitOr,
        "^" => BinaryOp::BitXor,
        ">>" => BinaryOp::ShiftRight,
        "==" => BinaryOp::Equal,
        "!=" => BinaryOp::NotEqual,
        "<" => BinaryOp::Less,
        "<=" => BinaryOp::LessEqual,
        ">" => BinaryOp::Greater,
        ">=" => BinaryOp::GreaterEqual,
        "=~" | "===" => BinaryOp::Match,
        "<=>" => BinaryOp::Subtract,
        "!~" => BinaryOp::NotEqual,
        _ => return None,
    })
}
