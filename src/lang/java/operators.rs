//! Operators, assignments and concatenation.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::{Kind, Label};
use crate::base::Span;
use crate::ir::*;

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
        let mut value = Sum::Value(self.expression_or_unknown(first, node));
        for (inner, operator, right) in pending.into_iter().rev() {
            let span = self.span(inner);
            let operator = operator.map_or("", |operator| operator.kind());
            let right = self.expression_or_unknown(right, inner);
            value = self.add(value, operator, right, span);
        }
        self.finish_sum(value)
    }

    fn add(&mut self, left: Sum, operator: &str, right: Operand, span: Span) -> Sum {
        if operator == "+" {
            match left {
                Sum::Text(mut parts, _) => {
                    parts.push(right);
                    return Sum::Text(parts, span);
                }
                Sum::Value(left) if self.is_string(&left) || self.is_string(&right) => {
                    return Sum::Text(vec![left, right], span);
                }
                Sum::Value(left) => {
                    return Sum::Value(self.compute(Rvalue::Binary(BinaryOp::Add, left, right), span));
                }
            }
        }
        let left = self.finish_sum(left);
        Sum::Value(match binary_operator(operator) {
            Some(operator) => self.compute(Rvalue::Binary(operator, left, right), span),
            None => self.opaque(vec![left, right], span),
        })
    }

    fn finish_sum(&mut self, sum: Sum) -> Operand {
        match sum {
            Sum::Value(value) => value,
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
        let declared = self.type_of(&Operand::Place(target.clone())).cloned();
        let value = match children.get(Label::Right) {
            Some(right) => self.initial_value(right, declared.as_ref()),
            None => self.unknown(node),
        };
        if operator == "=" {
            self.assign(target, Rvalue::Use(value.clone()), span);
            return value;
        }
        let before = Operand::Place(target.clone());
        let operator = operator.strip_suffix('=').unwrap_or("");
        let result = if operator == "+" && (self.is_string(&before) || self.is_string(&value)) {
            Rvalue::Concat(vec![before, value])
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
    Value(Operand),
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
