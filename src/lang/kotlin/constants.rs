//! Literals and constant expressions as values.

use tree_sitter::Node;

use super::literals;
use super::lowering::Lowering;
use super::syntax::Kind;
use crate::base::Symbol;
use crate::ir::*;

impl<'t> Lowering<'t> {
    /// The value of a literal; `None` for other nodes and for text with expressions in it.
    pub(super) fn literal(&mut self, node: Node<'t>) -> Option<Const> {
        let text = self.text(node);
        match self.kind(node) {
            Kind::Integer | Kind::HexLiteral | Kind::BinLiteral | Kind::Long | Kind::Unsigned => {
                Some(Const::Int(literals::integer(text)))
            }
            Kind::Real => Some(Const::Float(literals::float(text).to_bits())),
            Kind::Character => Some(Const::Int(literals::character(text))),
            Kind::Boolean => Some(Const::Bool(text == "true")),
            Kind::Null => Some(Const::Null),
            Kind::String => self.plain_text(node).map(|text| Const::Str(Symbol::new(&text))),
            _ => None,
        }
    }

    /// The text of a string without expressions in it.
    fn plain_text(&mut self, node: Node<'t>) -> Option<String> {
        let children = self.children(node);
        let mut text = String::new();
        for child in children.named() {
            match child.kind {
                Kind::StringContent => text.push_str(&self.string_content(node, child.node)),
                _ => return None,
            }
        }
        Some(text)
    }

    /// A piece of the text of the string `literal`.
    pub(super) fn string_content(&self, literal: Node<'t>, content: Node<'t>) -> String {
        let text = self.text(content);
        if self.text(literal).starts_with("\"\"\"") { text.to_owned() } else { literals::unescape(text).into_owned() }
    }

    /// The value of a constant expression: literals, constants of this file, and operators on them.
    pub(super) fn fold(&mut self, node: Node<'t>) -> Option<Const> {
        self.descend(node, |lowering| {
            let children = lowering.children(node);
            match lowering.kind(node) {
                Kind::Parenthesized => lowering.fold(children.expression()?),
                Kind::SimpleIdentifier => {
                    let name = lowering.symbol(node);
                    lowering.constants.get(&name).copied().flatten()
                }
                Kind::Prefix if children.has_token("-") => match lowering.fold(children.expression()?)? {
                    Const::Int(number) => Some(Const::Int(number.wrapping_neg())),
                    Const::Float(bits) => Some(Const::Float((-f64::from_bits(bits)).to_bits())),
                    _ => None,
                },
                Kind::Additive if children.has_token("+") => {
                    let mut sides = children.expressions();
                    let (left, right) = (lowering.fold(sides.next()?)?, lowering.fold(sides.next()?)?);
                    match (left, right) {
                        (Const::Int(left), Const::Int(right)) => Some(Const::Int(left.wrapping_add(right))),
                        (Const::Str(left), Const::Str(right)) => {
                            Some(Const::Str(Symbol::new(&format!("{left}{right}"))))
                        }
                        _ => None,
                    }
                }
                Kind::String => lowering.fold_template(node),
                _ => lowering.literal(node),
            }
        })?
    }

    /// A string whose expressions are constants.
    fn fold_template(&mut self, node: Node<'t>) -> Option<Const> {
        let children = self.children(node);
        let mut text = String::new();
        for child in children.named() {
            let part = match child.kind {
                Kind::StringContent => {
                    text.push_str(&self.string_content(node, child.node));
                    continue;
                }
                Kind::InterpolatedIdentifier => {
                    let name = self.symbol(child.node);
                    self.constants.get(&name).copied().flatten()
                }
                Kind::InterpolatedExpression => {
                    let inner = self.children(child.node).expression()?;
                    self.fold(inner)
                }
                _ => continue,
            };
            match part? {
                Const::Str(part) => text.push_str(&part),
                Const::Int(part) => text.push_str(&part.to_string()),
                _ => return None,
            }
        }
        Some(Const::Str(Symbol::new(&text)))
    }
}
