//! Constant folding: what operators give when their operands are known.

use crate::base::Symbol;
use crate::ir::{BinaryOp, Const, UnaryOp};
use crate::rules::model::Semantics;
use crate::taint::value::{Constants, Value};

/// The longest text that folding builds, in bytes.
const LONGEST_TEXT: usize = 512;

/// Applies an operator to every pair of known constants; unknown when a pair has no result.
pub fn binary(op: BinaryOp, left: &Value, right: &Value) -> Constants {
    if !left.facts.is_empty() || !right.facts.is_empty() || !left.objects.is_empty() || !right.objects.is_empty() {
        return Constants::Any;
    }
    let mut result = Constants::None;
    for left in left.constants.known() {
        for right in right.constants.known() {
            match binary_constants(op, *left, *right) {
                Some(constant) => result.join(&Constants::one(constant), false),
                None => return Constants::Any,
            };
        }
    }
    if result == Constants::None { Constants::Any } else { result }
}

/// Applies an operator to every known constant.
pub fn unary(op: UnaryOp, operand: &Value) -> Constants {
    if !operand.facts.is_empty() || !operand.objects.is_empty() {
        return Constants::Any;
    }
    let mut result = Constants::None;
    for constant in operand.constants.known() {
        let folded = match (op, constant) {
            (UnaryOp::Not, Const::Bool(value)) => Const::Bool(!value),
            (UnaryOp::Negate, Const::Int(value)) => Const::Int(value.wrapping_neg()),
            (UnaryOp::Negate, Const::Float(bits)) => Const::Float((-f64::from_bits(*bits)).to_bits()),
            (UnaryOp::BitNot, Const::Int(value)) => Const::Int(!value),
            _ => return Constants::Any,
        };
        result.join(&Constants::one(folded), false);
    }
    if result == Constants::None { Constants::Any } else { result }
}

fn binary_constants(op: BinaryOp, left: Const, right: Const) -> Option<Const> {
    use Const::{Bool, Float, Int};
    match (left, right) {
        (Int(left), Int(right)) => integers(op, left, right),
        (Float(left), Float(right)) => floats(op, f64::from_bits(left), f64::from_bits(right)),
        (Int(left), Float(right)) => floats(op, left as f64, f64::from_bits(right)),
        (Float(left), Int(right)) => floats(op, f64::from_bits(left), right as f64),
        (Bool(left), Bool(right)) => match op {
            BinaryOp::BitAnd => Some(Bool(left & right)),
            BinaryOp::BitOr => Some(Bool(left | right)),
            BinaryOp::BitXor => Some(Bool(left ^ right)),
            _ => equality(op, left == right),
        },
        (Const::Str(_), _) | (_, Const::Str(_)) if op == BinaryOp::Add => concat(&[left, right]),
        (left, right) => equality(op, left == right),
    }
}

fn equality(op: BinaryOp, equal: bool) -> Option<Const> {
    match op {
        BinaryOp::Equal | BinaryOp::Same => Some(Const::Bool(equal)),
        BinaryOp::NotEqual | BinaryOp::NotSame => Some(Const::Bool(!equal)),
        _ => None,
    }
}

fn integers(op: BinaryOp, left: i64, right: i64) -> Option<Const> {
    let number = |value: i64| Some(Const::Int(value));
    match op {
        BinaryOp::Add => number(left.wrapping_add(right)),
        BinaryOp::Subtract => number(left.wrapping_sub(right)),
        BinaryOp::Multiply => number(left.wrapping_mul(right)),
        BinaryOp::Divide => number(left.checked_div(right)?),
        BinaryOp::Remainder => number(left.checked_rem(right)?),
        BinaryOp::BitAnd => number(left & right),
        BinaryOp::BitOr => number(left | right),
        BinaryOp::BitXor => number(left ^ right),
        BinaryOp::ShiftLeft => number(left.checked_shl(u32::try_from(right).ok()?)?),
        BinaryOp::ShiftRight => number(left.checked_shr(u32::try_from(right).ok()?)?),
        BinaryOp::Less => Some(Const::Bool(left < right)),
        BinaryOp::LessEqual => Some(Const::Bool(left <= right)),
        BinaryOp::Greater => Some(Const::Bool(left > right)),
        BinaryOp::GreaterEqual => Some(Const::Bool(left >= right)),
        _ => equality(op, left == right),
    }
}

fn floats(op: BinaryOp, left: f64, right: f64) -> Option<Const> {
    let number = |value: f64| Some(Const::Float(value.to_bits()));
    match op {
        BinaryOp::Add => number(left + right),
        BinaryOp::Subtract => number(left - right),
        BinaryOp::Multiply => number(left * right),
        BinaryOp::Divide => number(left / right),
        BinaryOp::Less => Some(Const::Bool(left < right)),
        BinaryOp::LessEqual => Some(Const::Bool(left <= right)),
        BinaryOp::Greater => Some(Const::Bool(left > right)),
        BinaryOp::GreaterEqual => Some(Const::Bool(left >= right)),
        _ => equality(op, left == right),
    }
}

/// The text of constants one after the other.
pub fn concat(parts: &[Const]) -> Option<Const> {
    let mut text = String::new();
    for part in parts {
        text.push_str(&display(*part)?);
        if text.len() > LONGEST_TEXT {
            return None;
        }
    }
    Some(Const::Str(Symbol::new(&text)))
}

/// A constant as a program prints it; floating-point numbers print differently in every language.
pub fn display(constant: Const) -> Option<String> {
    match constant {
        Const::Null => Some("null".to_owned()),
        Const::Bool(value) => Some(value.to_string()),
        Const::Int(value) => Some(value.to_string()),
        Const::Float(_) => None,
        Const::Str(text) | Const::Symbol(text) => Some(text.to_string()),
    }
}

/// What a library operation gives for constants: the receiver first, then the arguments.
pub fn operation(semantics: Semantics, inputs: &[Const]) -> Option<Const> {
    let text = |index: usize| match inputs.get(index)? {
        Const::Str(text) => Some(text.as_str()),
        _ => None,
    };
    let number = |index: usize| match inputs.get(index)? {
        Const::Int(number) => usize::try_from(*number).ok(),
        _ => None,
    };
    let string = |text: &str| Some(Const::Str(Symbol::new(text)));
    match semantics {
        Semantics::CharAt => {
            text(0)?.chars().nth(number(1)?).map(|character| Const::Int(i64::from(u32::from(character))))
        }
        Semantics::Length => Some(Const::Int(text(0)?.chars().count() as i64)),
        Semantics::IsEmpty => Some(Const::Bool(text(0)?.is_empty())),
        Semantics::Equals => Some(Const::Bool(inputs.first()? == inputs.get(1)?)),
        Semantics::Contains => Some(Const::Bool(text(0)?.contains(text(1)?))),
        Semantics::StartsWith => Some(Const::Bool(text(0)?.starts_with(text(1)?))),
        Semantics::Substring => {
            let end = match inputs.len() {
                2 => usize::MAX,
                _ => number(2)?,
            };
            let from = number(1)?;
            string(&text(0)?.chars().take(end).skip(from).collect::<String>())
        }
        Semantics::Concat => concat(inputs),
        Semantics::LowerCase => string(&text(0)?.to_lowercase()),
        Semantics::UpperCase => string(&text(0)?.to_uppercase()),
        Semantics::Trim => string(text(0)?.trim()),
        Semantics::ParseInt => inputs.iter().find_map(|input| match input {
            Const::Str(text) => text.parse().ok().map(Const::Int),
            _ => None,
        }),
        Semantics::ToText => match inputs {
            [only] => string(&display(*only)?),
            _ => None,
        },
        _ => None,
    }
}
