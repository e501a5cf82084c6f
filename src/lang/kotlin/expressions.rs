//! Expressions become operands; what they compute on the way becomes statements.

use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::{Kind, Label};
use crate::base::Symbol;
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// The value of an expression.
    pub(super) fn expression(&mut self, node: Node<'t>) -> Operand {
        self.descend(node, |lowering| lowering.nested_expression(node)).unwrap_or_else(|| {
            let span = self.span(node);
            self.opaque(Vec::new(), span)
        })
    }

    /// The value of an optional child; unknown where broken code lacks it.
    pub(super) fn expression_or_unknown(&mut self, node: Option<Node<'t>>, parent: Node<'t>) -> Operand {
        match node {
            Some(node) => self.expression(node),
            None => {
                let span = self.span(parent);
                self.opaque(Vec::new(), span)
            }
        }
    }

    fn nested_expression(&mut self, node: Node<'t>) -> Operand {
        match self.kind(node) {
            Kind::SimpleIdentifier if node.is_missing() => self.unknown(node),
            Kind::SimpleIdentifier => {
                let name = self.symbol(node);
                Operand::Place(self.place_named(name))
            }
            Kind::Navigation | Kind::Call | Kind::Indexing => self.chain(node),
            Kind::Postfix if self.children(node).has_token("!!") => self.chain(node),
            Kind::Postfix => self.update(node, true),
            Kind::Prefix => self.prefix(node),
            Kind::This | Kind::Super => self.this(node),
            Kind::Parenthesized => {
                let inner = self.children(node).expression();
                self.expression_or_unknown(inner, node)
            }
            Kind::Additive => self.sum(node),
            Kind::Multiplicative | Kind::Comparison | Kind::Equality | Kind::Range | Kind::Infix => self.binary(node),
            Kind::Conjunction | Kind::Disjunction | Kind::Check => self.truth(node),
            Kind::Elvis => self.elvis(node),
            Kind::As => self.cast(node),
            Kind::Spread => {
                let inner = self.children(node).expression();
                self.expression_or_unknown(inner, node)
            }
            Kind::If => self.if_expression(node),
            Kind::When => self.when_expression(node),
            Kind::Try => self.try_expression(node),
            Kind::Jump => self.jump(node),
            Kind::Lambda => self.lambda(node, Vec::new()),
            Kind::AnonymousFunction => self.anonymous_function(node),
            Kind::ObjectLiteral => self.object_literal(node),
            Kind::CallableReference => self.callable_reference(node),
            Kind::CollectionLiteral => {
                let span = self.span(node);
                let children = self.children(node);
                let elements = children.expressions().map(|element| self.expression(element)).collect();
                self.compute(Rvalue::Array(None, elements), span)
            }
            Kind::String => self.template(node),
            _ => match self.literal(node) {
                Some(literal) => Operand::Const(literal),
                None => self.unknown(node),
            },
        }
    }

    /// A value made in an unknown way from the expressions inside `node`.
    pub(super) fn unknown(&mut self, node: Node<'t>) -> Operand {
        let operands = self.operands_inside(node);
        let span = self.span(node);
        self.opaque(operands, span)
    }

    /// `this`, `this@label`, and `super` where it stands alone.
    pub(super) fn this(&mut self, node: Node<'t>) -> Operand {
        let label = self.children(node).first(Kind::TypeIdentifier).map(|label| self.symbol(label));
        let receiver = match label {
            Some(label) => Some(Place::name(labelled_this(&label))),
            None => self.receiver(),
        };
        match receiver {
            Some(receiver) => Operand::Place(receiver),
            None => {
                let span = self.span(node);
                self.opaque(Vec::new(), span)
            }
        }
    }

    /// A string literal: its text, or the concatenation of its parts.
    fn template(&mut self, node: Node<'t>) -> Operand {
        if let Some(literal) = self.literal(node) {
            return Operand::Const(literal);
        }
        let span = self.span(node);
        let mut parts = Vec::new();
        for child in self.children(node).named() {
            match child.kind {
                Kind::StringContent => {
                    let text = self.string_content(node, child.node);
                    match parts.last_mut() {
                        Some(Operand::Const(Const::Str(before))) => {
                            *before = Symbol::new(&format!("{before}{text}"));
                        }
                        _ => parts.push(Operand::Const(Const::Str(Symbol::new(&text)))),
                    }
                }
                Kind::InterpolatedIdentifier if self.text(child.node) == "this" => {
                    let this = self.this(child.node);
                    parts.push(this);
                }
                Kind::InterpolatedIdentifier => {
                    let name = self.symbol(child.node);
                    parts.push(Operand::Place(self.place_named(name)));
                }
                Kind::InterpolatedExpression => {
                    let inner = self.children(child.node).expression();
                    parts.push(self.expression_or_unknown(inner, child.node));
                }
                _ => {}
            }
        }
        self.compute_typed(Rvalue::Concat(parts), TypeRef::named("String"), span)
    }

    /// `value as Type`, `value as? Type`.
    fn cast(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let value = self.expression_or_unknown(children.expression(), node);
        let Some(to) = children.type_node() else { return value };
        let to = self.type_ref(to);
        self.compute_typed(Rvalue::Cast(value, to.clone()), to, span)
    }

    /// `a ?: b`: the right side counts where the left one is null.
    fn elvis(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let mut sides = children.expressions();
        let (left, right) = (sides.next(), sides.next());
        let value = self.expression_or_unknown(left, node);
        let declared = self.declared_type_of(&value);
        let result = self.builder().local(None, declared, span);
        self.assign(Place::local(result), Rvalue::Use(value.clone()), span);
        let (missing, after) = (self.block(span), self.block(span));
        let null = Operand::Const(Const::Null);
        let is_missing = self.compute(Rvalue::Binary(BinaryOp::Equal, value, null), span);
        self.branch(is_missing, missing, after, span);
        self.builder().enter(missing);
        let other = self.expression_or_unknown(right, node);
        if !self.builder().is_closed() {
            self.assign(Place::local(result), Rvalue::Use(other), span);
        }
        self.goto(after, span);
        self.builder().enter(after);
        Operand::local(result)
    }

    /// `if (…) a else b` as a value.
    fn if_expression(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let result = self.builder().temporary(span);
        self.if_branches(node, Some(result));
        Operand::local(result)
    }

    /// Lowers both branches of an `if`; their values go to `result`.
    pub(super) fn if_branches(&mut self, node: Node<'t>, result: Option<Local>) {
        let span = self.span(node);
        let (then, otherwise, after) = (self.block(span), self.block(span), self.block(span));
        let children = self.children(node);
        let condition = children.get(Label::Condition);
        let bindings = self.condition(condition, node, then, otherwise);
        let branches = [
            (then, &bindings.when_true, children.get(Label::Consequence)),
            (otherwise, &bindings.when_false, children.get(Label::Alternative)),
        ];
        let mut ends = [false, false];
        for (position, (block, bound, body)) in branches.into_iter().enumerate() {
            self.builder().enter(block);
            self.scoped(|lowering| {
                lowering.introduce(bound);
                if let Some(body) = body {
                    lowering.body_into(body, result);
                }
            });
            ends[position] = self.builder().is_closed();
            self.goto(after, span);
        }
        self.builder().join(after);
        // What a test proves holds on where the other branch does not come back.
        match ends {
            [true, false] => self.introduce(&bindings.when_false),
            [false, true] => self.introduce(&bindings.when_true),
            _ => {}
        }
    }

    /// Lowers a body in a scope of its own; its value goes to `result`.
    pub(super) fn body_into(&mut self, body: Node<'t>, result: Option<Local>) {
        let span = self.span(body);
        self.scoped(|lowering| match result {
            Some(result) => {
                let value = lowering.body_value(body);
                if let Some(value) = value
                    && !lowering.builder().is_closed()
                {
                    lowering.assign(Place::local(result), Rvalue::Use(value), span);
                }
            }
            None => lowering.body_statements(body),
        });
    }
}
