//! Assignments: to variables, attributes and elements, of several values at once, with operators.

use tree_sitter::Node;

use super::lowering::{Lowering, Surroundings};
use super::operators::binary_operator;
use super::syntax::{Child, Kind, Label};
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

/// What an assignment writes to, with everything computed that it reads first.
enum Target<'t> {
    Place(Place),
    /// `x.name = …`, with whether it is `x&.name`.
    Attribute {
        receiver: Operand,
        name: Node<'t>,
        is_safe: bool,
        site_start: usize,
    },
    /// `x[key] = …`.
    Element {
        receiver: Operand,
        keys: Vec<Operand>,
        node: Node<'t>,
    },
    /// `(a, b)`, `a, *b`.
    Several(Node<'t>),
}

impl<'t> Lowering<'t> {
    /// `x = value`.
    pub(super) fn assignment(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let (Some(left), Some(right)) = (children.get(Label::Left), children.get(Label::Right)) else {
            return self.unknown(node);
        };
        if let Some(class) = self.class_by_assignment(left, right) {
            return class;
        }
        let right_kind = self.kind(right);
        let value = match right_kind {
            Kind::SplatArgument => {
                let elements: Vec<Child<'t>> = children.iter().filter(|child| child.label == Label::Right).collect();
                self.array_of(&elements, right)
            }
            _ => self.expression(right),
        };
        if self.kind(left) == Kind::Constant {
            self.constant_field(left, &value);
        }
        if self.kind(left) == Kind::Identifier {
            self.note_text(left, right);
        }
        self.assign_to(left, value.clone(), span);
        value
    }

    /// Notes whether a variable holds a text that was written there: `text = "a"`, `text = +""`.
    fn note_text(&mut self, variable: Node<'t>, mut value: Node<'t>) {
        let name = self.symbol(variable);
        if self.kind(value) == Kind::Unary
            && let Some(operand) = self.children(value).get(Label::Operand)
        {
            value = operand;
        }
        let is_text = matches!(self.kind(value), Kind::String | Kind::ChainedString | Kind::HeredocBeginning);
        let texts = &mut self.frame().texts;
        if is_text {
            texts.insert(name)
        } else {
            texts.remove(&name)
        };
    }

    /// The variable that `node` names, when it holds a text that can grow.
    pub(super) fn growing_text(&mut self, node: Node<'t>) -> Option<Place> {
        if self.kind(node) != Kind::Identifier {
            return None;
        }
        let name = self.symbol(node);
        for frame in self.frames.iter().rev() {
            if frame.variables.contains_key(&name) {
                return if frame.texts.contains(&name) { self.variable(name) } else { None };
            }
            if frame.surroundings == Surroundings::Member {
                return None;
            }
        }
        None
    }

    /// Declares the field of a class that holds a constant.
    fn constant_field(&mut self, name: Node<'t>, value: &Operand) {
        let Some(class) = self.current_class() else { return };
        let constant = match value {
            Operand::Const(constant) => Some(*constant),
            _ => None,
        };
        let span = self.span(name);
        let name = self.symbol(name);
        self.unit.classes[class].fields.push(Field {
            name,
            declared: None,
            modifiers: Modifiers::STATIC | Modifiers::FINAL | Modifiers::PUBLIC,
            annotations: Vec::new(),
            constant,
            span,
            name_span: span,
        });
    }

    /// Writes `value` to what stands on the left of an assignment.
    pub(super) fn assign_to(&mut self, left: Node<'t>, value: Operand, span: Span) {
        let target = self.target(left);
        self.write(target, value, span);
    }

    fn target(&mut self, left: Node<'t>) -> Target<'t> {
        let span = self.span(left);
        let children = self.children(left);
        match self.kind(left) {
            Kind::Identifier => {
                let name = self.symbol(left);
                Target::Place(self.variable_to_write(name, span))
            }
            Kind::InstanceVariable => Target::Place(self.instance_variable(left)),
            Kind::ClassVariable => Target::Place(self.class_variable(left)),
            Kind::GlobalVariable => Target::Place(self.global_variable(left)),
            Kind::Constant => {
                let name = self.symbol(left);
                let class = match self.current_class() {
                    Some(class) => self.as_type(class),
                    None => TypeRef::named(super::lowering::WORDS.main),
                };
                Target::Place(Place::class(class).field(name))
            }
            Kind::ScopeResolution => Target::Place(self.constant(left)),
            Kind::Call => {
                let Some(name) = children.get(Label::Method) else { return Target::Several(left) };
                let receiver_node = children.get(Label::Receiver);
                let receiver = match receiver_node {
                    Some(receiver) => self.expression(receiver),
                    None => Operand::Place(self.self_place()),
                };
                let is_safe = children.get(Label::Operator).is_some_and(|operator| operator.kind() == "&.");
                let site_start = self.site(receiver_node, name, name.end_byte()).start as usize;
                Target::Attribute { receiver, name, is_safe, site_start }
            }
            Kind::ElementReference => {
                let receiver = self.expression_or_unknown(children.get(Label::Object), left);
                let keys: Vec<Child<'t>> = children
                    .named()
                    .filter(|child| child.label != Label::Object && child.label != Label::Block)
                    .collect();
                let keys = keys.iter().map(|key| self.expression(key.node)).collect();
                Target::Element { receiver, keys, node: left }
            }
            Kind::RestAssignment => match children.named().next() {
                Some(inner) => self.target(inner.node),
                None => Target::Place(Place::local(self.joined(span))),
            },
            Kind::SplatParameter => match children.get(Label::Name) {
                Some(name) => self.target(name),
                None => Target::Place(Place::local(self.joined(span))),
            },
            _ => Target::Several(left),
        }
    }

    fn write(&mut self, target: Target<'t>, value: Operand, span: Span) {
        match target {
            Target::Place(place) => self.assign(place, Rvalue::Use(value), span),
            Target::Several(list) => self.destructure(list, value, span),
            Target::Attribute { receiver, name, is_safe, site_start } => {
                let name_span = self.span(name);
                let setter = Symbol::new(&format!("{}=", self.symbol(name)));
                let site = Span { start: site_start as u32, ..span };
                let call = |receiver| Call {
                    target: crate::ir::Target::Method { receiver, name: setter },
                    arguments: vec![Argument::positional(value.clone())],
                    block: None,
                    type_arguments: Vec::new(),
                    name_span,
                    site,
                };
                if is_safe {
                    self.only_if(receiver.clone(), true, span, |lowering| {
                        lowering.compute(Rvalue::Call(Box::new(call(receiver))), span)
                    });
                } else {
                    self.compute(Rvalue::Call(Box::new(call(receiver))), span);
                }
            }
            Target::Element { receiver, keys, node } => {
                let name_span = self.span(node);
                let mut arguments: Vec<Argument> = keys.into_iter().map(Argument::positional).collect();
                arguments.push(Argument::positional(value));
                let call = Call {
                    target: crate::ir::Target::Method { receiver, name: Symbol::new("[]=") },
                    arguments,
                    block: None,
                    type_arguments: Vec::new(),
                    name_span,
                    site: span,
                };
                self.compute(Rvalue::Call(Box::new(call)), span);
            }
        }
    }

    /// `a, (b, *c) = value`: each takes the element at its position.
    pub(super) fn destructure(&mut self, list: Node<'t>, value: Operand, span: Span) {
        let done = self.descend(list, |lowering| lowering.nested_destructure(list, value, span));
        if done.is_none() {
            self.opaque(Vec::new(), span);
        }
    }

    fn nested_destructure(&mut self, list: Node<'t>, value: Operand, span: Span) {
        let parts: Vec<Child<'t>> = self.children(list).named().collect();
        if let ([only], Kind::LeftAssignmentList) = (&parts[..], self.kind(list))
            && only.kind == Kind::DestructuredLeft
        {
            // Brackets around all of it: `(a, b) = value`.
            return self.destructure(only.node, value, span);
        }
        let whole = self.settle(value, span);
        let mut position = Some(0_i64);
        for part in parts {
            let whole = Place::local(whole);
            let element = match part.kind {
                Kind::RestAssignment | Kind::SplatParameter => {
                    position = None;
                    let rest = self.compute(Rvalue::Array(None, Vec::new()), span);
                    if let Operand::Place(rest) = &rest {
                        let all = Operand::Place(whole.project(Projection::Element));
                        self.assign(rest.clone().project(Projection::Element), Rvalue::Use(all), span);
                    }
                    rest
                }
                _ => {
                    let step = match position.as_mut() {
                        Some(position) => {
                            *position += 1;
                            Projection::Key(Const::Int(*position - 1))
                        }
                        None => Projection::Element,
                    };
                    Operand::Place(whole.project(step))
                }
            };
            match part.kind {
                Kind::Identifier
                | Kind::InstanceVariable
                | Kind::ClassVariable
                | Kind::GlobalVariable
                | Kind::Constant
                | Kind::ScopeResolution
                | Kind::Call
                | Kind::ElementReference
                | Kind::RestAssignment
                | Kind::SplatParameter => self.assign_to(part.node, element, span),
                Kind::DestructuredLeft | Kind::DestructuredParameter | Kind::LeftAssignmentList => {
                    self.destructure(part.node, element, span);
                }
                _ => {}
            }
        }
    }

    /// `x += value`, `x ||= value`.
    pub(super) fn operator_assignment(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let (Some(left), Some(right)) = (children.get(Label::Left), children.get(Label::Right)) else {
            return self.unknown(node);
        };
        let operator = children.get(Label::Operator).map_or("", |operator| operator.kind());
        let target = self.target(left);
        let before = match &target {
            Target::Place(place) => Operand::Place(place.clone()),
            _ => self.expression(left),
        };
        let text = operator.strip_suffix('=').unwrap_or(operator);
        match text {
            "||" | "&&" => self.only_if(before, text == "&&", span, |lowering| {
                let value = lowering.expression(right);
                lowering.write(target, value.clone(), span);
                value
            }),
            _ => {
                let right = self.expression(right);
                let value = match binary_operator(text) {
                    Some(operator) => self.compute(Rvalue::Binary(operator, before, right), span),
                    None => {
                        let call = Call {
                            target: crate::ir::Target::Method { receiver: before, name: Symbol::new(text) },
                            arguments: vec![Argument::positional(right)],
                            block: None,
                            type_arguments: Vec::new(),
                            name_span: span,
                            site: span,
                        };
                        self.compute(Rvalue::Call(Box::new(call)), span)
                    }
                };
                self.write(target, value.clone(), span);
                value
            }
        }
    }
}
