//! Operators, assignments and concatenation.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::literals;
use super::lowering::Lowering;
use super::syntax::{Kind, Label};
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// The value of `+` and other operators on numbers and strings, from left to right along the left spine.
    pub(super) fn binary(&mut self, node: Node<'t>) -> Operand {
        let mut pending: SmallVec<[(Node<'t>, Option<Node<'t>>, Option<Node<'t>>); 4]> = SmallVec::new();
        let mut at = Some(node);
        let mut first = None;
        while let Some(inner) = at {
            if self.kind(inner) != Kind::Binary {
                first = at;
                break;
            }
            let children = self.children(inner);
            let operator = children.get(Label::Operator);
            if operator.is_some_and(|operator| is_logical(operator.kind())) {
                first = at;
                break;
            }
            pending.push((inner, operator, children.get(Label::Right)));
            at = children.get(Label::Left);
        }
        let mut sum =
            Sum::Value(self.expression_or_unknown(first, node), first.and_then(|first| self.character(first)));
        for (inner, operator, right_node) in pending.into_iter().rev() {
            let span = self.span(inner);
            let operator = operator.map_or("", |operator| operator.kind());
            let right = self.expression_or_unknown(right_node, inner);
            let printed = right_node.and_then(|right| self.character(right));
            sum = self.add(sum, operator, right, printed, span);
        }
        self.finish_sum(sum)
    }

    /// A character literal as a string, which it becomes in a concatenation; elsewhere it is a number.
    pub(super) fn character(&self, node: Node<'t>) -> Option<Const> {
        if self.kind(node) != Kind::Character {
            return None;
        }
        let character = u32::try_from(literals::character(self.text(node))).ok().and_then(char::from_u32)?;
        Some(Const::Str(Symbol::new(character.encode_utf8(&mut [0; 4]))))
    }

    /// `printed` is what the right side is in a concatenation, where that is another constant than elsewhere.
    fn add(&mut self, left: Sum, operator: &str, right: Operand, printed: Option<Const>, span: Span) -> Sum {
        if operator == "+" {
            let right_is_string = self.is_string(&right);
            match left {
                Sum::Text(mut parts, _) => {
                    parts.push(printed.map_or(right, Operand::Const));
                    return Sum::Text(parts, span);
                }
                Sum::Value(left, left_printed) if right_is_string || self.is_string(&left) => {
                    let left = left_printed.map_or(left, Operand::Const);
                    return Sum::Text(vec![left, printed.map_or(right, Operand::Const)], span);
                }
                Sum::Value(left, _) => {
                    return Sum::Value(self.compute(Rvalue::Binary(BinaryOp::Add, left, right), span), None);
                }
            }
        }
        let left = self.finish_sum(left);
        let value = match binary_operator(operator) {
            Some(operator) => self.compute(Rvalue::Binary(operator, left, right), span),
            None => self.opaque(vec![left, right], span),
        };
        Sum::Value(value, None)
    }

    fn finish_sum(&mut self, sum: Sum) -> Operand {
        match sum {
            Sum::Value(value, _) => value,
            Sum::Text(parts, span) => self.compute_string(Rvalue::Concat(parts), span),
        }
    }

    /// An operator on one number.
    pub(super) fn arithmetic_unary(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let operator = children.get(Label::Operator).map_or("", |operator| operator.kind());
        let value = self.expression_or_unknown(children.get(Label::Operand), node);
        match (operator, &value) {
            ("+", _) => value,
            ("-", Operand::Const(Const::Int(number))) => Operand::Const(Const::Int(number.wrapping_neg())),
            ("-", Operand::Const(Const::Float(bits))) => {
                Operand::Const(Const::Float((-f64::from_bits(*bits)).to_bits()))
            }
            ("-", _) => self.compute(Rvalue::Unary(UnaryOp::Negate, value), span),
            ("~", _) => self.compute(Rvalue::Unary(UnaryOp::BitNot, value), span),
            _ => self.opaque(vec![value], span),
        }
    }

    /// `x = value`, `x += value`.
    pub(super) fn assignment(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let operator = children.get(Label::Operator).map_or("=", |operator| operator.kind());
        let Some(left) = children.get(Label::Left) else { return self.unknown(node) };
        let target = self.target(left);
        let value = self.expression_or_unknown(children.get(Label::Right), node);
        if operator == "=" {
            self.assign(target, Rvalue::Use(value.clone()), span);
            return value;
        }
        let before = Operand::Place(target.clone());
        let operator = operator.strip_suffix('=').unwrap_or("");
        let result = if operator == "+" && (self.is_string(&before) || self.is_string(&value)) {
            let printed = children.get(Label::Right).and_then(|right| self.character(right));
            Rvalue::Concat(vec![before, printed.map_or(value, Operand::Const)])
        } else {
            match binary_operator(operator) {
                Some(operator) => Rvalue::Binary(operator, before, value),
                None => Rvalue::Opaque(vec![before, value]),
            }
        };
        self.assign(target.clone(), result, span);
        Operand::Place(target)
    }

    /// `x++` and its like; the value before is kept only where it is `used`.
    pub(super) fn update(&mut self, node: Node<'t>, used: bool) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let Some(operand) = children.expression() else { return self.unknown(node) };
        let operator = if children.has_token("++") { BinaryOp::Add } else { BinaryOp::Subtract };
        let is_prefix = children.iter().next().is_some_and(|child| child.kind == Kind::Other);
        let target = self.target(operand);
        let value = Operand::Place(target.clone());
        let before = (used && !is_prefix).then(|| self.compute(Rvalue::Use(value.clone()), span));
        let one = Operand::Const(Const::Int(1));
        self.assign(target, Rvalue::Binary(operator, value.clone(), one), span);
        before.unwrap_or(value)
    }
}

/// A sum on the way from left to right: a string in the making keeps its parts.
enum Sum {
    /// A value, and the constant that it would be in a concatenation where that is another one.
    Value(Operand, Option<Const>),
    Text(Vec<Operand>, Span),
}

/// Whether an operator decides which of its sides is evaluated.
pub(super) fn is_logical(operator: &str) -> bool {
    matches!(operator, "&&" | "||")
}

fn binary_operator(operator: &str) -> Option<BinaryOp> {
    Some(match operator {
        "+" => BinaryOp::Add,
        "-" => BinaryOp::Subtract,
        "*" => BinaryOp::Multiply,
        "/" => BinaryOp::Divide,
        "%" => BinaryOp::Remainder,
        "&" => BinaryOp::BitAnd,
        "|" => BinaryOp::BitOr,
        "^" => BinaryOp::BitXor,
        "<<" => BinaryOp::ShiftLeft,
        ">>" | ">>>" => BinaryOp::ShiftRight,
        "==" => BinaryOp::Equal,
        "!=" => BinaryOp::NotEqual,
        "<" => BinaryOp::Less,
        "<=" => BinaryOp::LessEqual,
        ">" => BinaryOp::Greater,
        ">=" => BinaryOp::GreaterEqual,
        _ => return None,
    })
}
