//! Literals and constant expressions as values.

use tree_sitter::Node;

use super::literals;
use super::lowering::Lowering;
use super::names::Meaning;
use super::syntax::{Kind, Label};
use crate::base::Symbol;
use crate::ir::*;

impl<'t> Lowering<'t> {
    /// The value of a literal; `None` for other nodes and for text with expressions in it.
    pub(super) fn literal(&mut self, node: Node<'t>) -> Option<Const> {
        let text = self.text(node);
        match self.kind(node) {
            Kind::DecimalInteger | Kind::HexInteger | Kind::OctalInteger | Kind::BinaryInteger => {
                Some(Const::Int(literals::integer(text)))
            }
            Kind::DecimalFloat | Kind::HexFloat => Some(Const::Float(literals::float(text).to_bits())),
            Kind::Character => Some(Const::Int(literals::character(text))),
            Kind::True => Some(Const::Bool(true)),
            Kind::False => Some(Const::Bool(false)),
            Kind::Null => Some(Const::Null),
            Kind::String if text.contains("\\{") && self.children(node).first(Kind::StringInterpolation).is_some() => {
                None
            }
            Kind::String => Some(Const::Str(literals::string(text))),
            _ => None,
        }
    }

    /// The value of a constant expression: literals, constants of this file, and operators on them.
    pub(super) fn fold(&mut self, node: Node<'t>) -> Option<Const> {
        self.descend(node, |lowering| match lowering.kind(node) {
            Kind::Parenthesized => {
                let inner = lowering.children(node).expression()?;
                lowering.fold(inner)
            }
            Kind::Unary => lowering.fold_unary(node),
            Kind::Binary => lowering.fold_binary(node),
            Kind::Identifier => {
                let name = lowering.symbol(node);
                lowering.constant_field(name)
            }
            _ => lowering.literal(node),
        })?
    }

    /// The value of the constant `name` among the fields in sight.
    pub(super) fn constant_field(&self, name: Symbol) -> Option<Const> {
        match self.meaning(name) {
            Some(Meaning::Field { declaring, position, .. }) => self.unit.classes[declaring].fields[position].constant,
            Some(Meaning::Local(_)) => None,
            None => {
                let mut class = self.declaring?;
                loop {
                    if let Some((declaring, position)) = self.field_of(class, name) {
                        return self.unit.classes[declaring].fields[position].constant;
                    }
                    class = self.unit.classes[class].outer?;
                }
            }
        }
    }

    fn fold_unary(&mut self, node: Node<'t>) -> Option<Const> {
        let children = self.children(node);
        let value = self.fold(children.get(Label::Operand)?)?;
        let operator = children.get(Label::Operator)?.kind();
        match (operator, value) {
            ("+", Const::Int(_) | Const::Float(_)) => Some(value),
            ("-", Const::Int(number)) => Some(Const::Int(number.wrapping_neg())),
            ("-", Const::Float(bits)) => Some(Const::Float((-f64::from_bits(bits)).to_bits())),
            ("~", Const::Int(number)) => Some(Const::Int(!number)),
            ("!", Const::Bool(value)) => Some(Const::Bool(!value)),
            _ => None,
        }
    }

    /// Folds along the left spine, which is long for texts written in many pieces.
    fn fold_binary(&mut self, node: Node<'t>) -> Option<Const> {
        let mut pending = Vec::new();
        let mut at = node;
        while self.kind(at) == Kind::Binary {
            let children = self.children(at);
            pending.push((children.get(Label::Operator)?.kind(), children.get(Label::Right)?));
            at = children.get(Label::Left)?;
        }
        let mut value = self.fold(at)?;
        let mut character = self.character(at);
        let mut text: Option<String> = None;
        for (operator, right_node) in pending.into_iter().rev() {
            let right = self.fold(right_node)?;
            let is_text = text.is_some() || matches!(value, Const::Str(_)) || matches!(right, Const::Str(_));
            if !is_text {
                value = arithmetic(operator, value, right)?;
                character = None;
                continue;
            }
            if operator != "+" {
                return None;
            }
            let mut joined = match text.take() {
                Some(text) => text,
                None => printed(character.unwrap_or(value))?.to_owned(),
            };
            joined.push_str(printed(self.character(right_node).unwrap_or(right))?);
            text = Some(joined);
        }
        Some(text.map_or(value, |text| Const::Str(Symbol::new(&text))))
    }
}

/// A constant as concatenation prints it. A number may be a character, which this does not tell: it is not printed.
fn printed(value: Const) -> Option<&'static str> {
    match value {
        Const::Str(text) => Some(text.as_str()),
        Const::Bool(true) => Some("true"),
        Const::Bool(false) => Some("false"),
        _ => None,
    }
}

fn arithmetic(operator: &str, left: Const, right: Const) -> Option<Const> {
    let (Const::Int(left), Const::Int(right)) = (left, right) else { return None };
    Some(Const::Int(match operator {
        "+" => left.wrapping_add(right),
        "-" => left.wrapping_sub(right),
        "*" => left.wrapping_mul(right),
        "&" => left & right,
        "|" => left | right,
        "^" => left ^ right,
        "<<" if (0..31).contains(&right) => left << right,
        _ => return None,
    }))
}
