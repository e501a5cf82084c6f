//! Calls: receivers, arguments, blocks; and what Ruby itself means by some of them.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::lowering::{Lowering, Surroundings, WORDS};
use super::syntax::{Child, Children, Kind, Label};
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

/// Arguments and block of a call, lowered.
#[derive(Default)]
pub(super) struct Given {
    pub(super) arguments: Vec<Argument>,
    pub(super) block: Option<Operand>,
}

impl<'t> Lowering<'t> {
    /// Calls and element accesses, each on what the one before gives: walked along the left spine, which is long for
    /// fluent code.
    pub(super) fn chain(&mut self, node: Node<'t>) -> Operand {
        let mut links: SmallVec<[(Node<'t>, Children<'t>); 2]> = SmallVec::new();
        let mut at = Some(node);
        let mut start = None;
        while let Some(link) = at {
            match self.kind(link) {
                Kind::Call | Kind::ElementReference => {
                    let children = self.children(link);
                    at = children.get(Label::Receiver).or(children.get(Label::Object));
                    links.push((link, children));
                }
                _ => {
                    start = at;
                    break;
                }
            }
        }
        let mut value = start.map(|start| self.expression(start));
        for (link, children) in links.into_iter().rev() {
            value = Some(match self.kind(link) {
                Kind::ElementReference => self.element_reference(link, &children, value),
                _ => {
                    let value = self.call(link, &children, value);
                    if children.get(Label::Block).is_some() { self.behind_block(link, value) } else { value }
                }
            });
        }
        value.unwrap_or(Operand::Const(Const::Null))
    }

    fn element_reference(&mut self, node: Node<'t>, children: &Children<'t>, object: Option<Operand>) -> Operand {
        let span = self.span(node);
        let receiver = object.unwrap_or(Operand::Const(Const::Null));
        let keys: Vec<Child<'t>> =
            children.named().filter(|child| child.label != Label::Object && child.label != Label::Block).collect();
        let given = self.given(&keys, None, node);
        let site = self.span_of(node.start_byte(), node.end_byte());
        self.method_call(receiver, Symbol::new("[]"), given, span, site, span)
    }

    fn call(&mut self, node: Node<'t>, children: &Children<'t>, receiver: Option<Operand>) -> Operand {
        let span = self.span(node);
        let method = children.get(Label::Method);
        let name = method.map_or(WORDS.call, |method| self.symbol(method));
        let name_node = method.or(children.get(Label::Operator)).unwrap_or(node);
        let list = children.get(Label::Arguments);
        let end = list.unwrap_or(name_node).end_byte();
        if method.is_some_and(|method| self.kind(method) == Kind::Super) && receiver.is_none() {
            let given = self.given_in(list, children.get(Label::Block), node);
            return self.super_call(given, name_node, end, span);
        }
        let Some(receiver) = receiver else {
            if let Some(declared) = self.declaring_call(node, name, children) {
                return declared;
            }
            if let Some(special) = self.language_call(node, name, children) {
                return special;
            }
            let given = self.given_in(list, children.get(Label::Block), node);
            return self.bare_call(name_node, name, given.arguments, given.block, end);
        };
        let is_safe = children.get(Label::Operator).is_some_and(|operator| operator.kind() == "&.");
        let receiver_node = children.get(Label::Receiver);
        let site = self.site(receiver_node, name_node, end);
        let name_span = self.span(name_node);
        if is_safe {
            let receiver = self.settle(receiver, span);
            return self.unless_nil(Operand::local(receiver), span, |lowering| {
                let given = lowering.given_in(list, children.get(Label::Block), node);
                lowering.method_call(Operand::local(receiver), name, given, name_span, site, span)
            });
        }
        if name.as_str() == "new"
            && let Some(created) = self.creation(receiver_node, children, node, name_span, site)
        {
            return created;
        }
        if let Some(special) = self.language_method(node, name, children, &receiver) {
            return special;
        }
        let given = self.given_in(list, children.get(Label::Block), node);
        self.method_call(receiver, name, given, name_span, site, span)
    }

    /// Calls a method on a receiver.
    pub(super) fn method_call(
        &mut self,
        receiver: Operand,
        name: Symbol,
        given: Given,
        name_span: Span,
        site: Span,
        span: Span,
    ) -> Operand {
        let target = Target::Method { receiver, name };
        let Given { arguments, block } = given;
        let call = Call { target, arguments, block, type_arguments: Vec::new(), name_span, site };
        self.compute(Rvalue::Call(Box::new(call)), span)
    }

    /// A call without a receiver.
    pub(super) fn bare_call(
        &mut self,
        name_node: Node<'t>,
        name: Symbol,
        arguments: Vec<Argument>,
        block: Option<Operand>,
        end: usize,
    ) -> Operand {
        let name_span = self.span(name_node);
        let site = self.span_of(name_node.start_byte(), end);
        if name.as_str() == "new"
            && let Some(class) = self.current_class()
            && self.receiver().is_none()
        {
            let class = self.as_type(class);
            return self.create(class, Given { arguments, block }, name_span, site, site);
        }
        // A block that calls a method needs the receiver.
        self.receiver();
        let call = Call { target: Target::Bare(name), arguments, block, type_arguments: Vec::new(), name_span, site };
        self.compute(Rvalue::Call(Box::new(call)), site)
    }

    /// The region by which a call is reported.
    pub(super) fn site(&self, receiver: Option<Node<'t>>, name: Node<'t>, end: usize) -> Span {
        let line = name.start_position().row;
        let start = receiver.filter(|receiver| receiver.start_position().row == line).unwrap_or(name);
        self.span_of(start.start_byte(), end.max(start.start_byte()))
    }

    // Arguments.

    fn given_in(&mut self, list: Option<Node<'t>>, block: Option<Node<'t>>, node: Node<'t>) -> Given {
        let arguments: Vec<Child<'t>> = match list {
            Some(list) => self.children(list).named().collect(),
            None => Vec::new(),
        };
        self.given(&arguments, block, node)
    }

    pub(super) fn given(&mut self, arguments: &[Child<'t>], block: Option<Node<'t>>, node: Node<'t>) -> Given {
        let mut given = Given::default();
        let mut entries = Vec::new();
        for argument in arguments {
            let span = self.span(argument.node);
            match argument.kind {
                Kind::Pair => {
                    let key = self.children(argument.node).get(Label::Key);
                    let name = key.and_then(|key| self.constant_name(key));
                    match (name, self.pair(argument.node)) {
                        (Some(name), Some((_, value))) => {
                            given.arguments.push(Argument { name: Some(name), value, spread: false });
                        }
                        (_, Some(pair)) => entries.push(pair),
                        (_, None) => {}
                    }
                }
                Kind::SplatArgument => {
                    let value = match self.children(argument.node).named().next() {
                        Some(inner) => self.expression(inner.node),
                        None => self.forwarded(WORDS.arguments, span),
                    };
                    given.arguments.push(Argument { name: None, value, spread: true });
                }
                Kind::HashSplatArgument => {
                    let value = match self.children(argument.node).named().next() {
                        Some(inner) => self.expression(inner.node),
                        None => self.forwarded(WORDS.options, span),
                    };
                    given.arguments.push(Argument { name: Some(WORDS.options), value, spread: true });
                }
                Kind::ForwardArgument => {
                    let value = self.forwarded(WORDS.arguments, span);
                    given.arguments.push(Argument { name: None, value, spread: true });
                    let value = self.forwarded(WORDS.options, span);
                    given.arguments.push(Argument { name: Some(WORDS.options), value, spread: true });
                    given.block = self.given_block().map(Operand::Place);
                }
                Kind::BlockArgument => given.block = Some(self.block_argument(argument.node)),
                _ => {
                    let value = self.expression(argument.node);
                    given.arguments.push(Argument::positional(value));
                }
            }
        }
        if !entries.is_empty() {
            let span = self.span(node);
            let hash = self.compute(Rvalue::Map(entries), span);
            given.arguments.push(Argument::positional(hash));
        }
        if let Some(block) = block {
            given.block = Some(self.block_literal(block));
        }
        given
    }

    /// A parameter that has no name of its own, to be passed on.
    fn forwarded(&mut self, name: Symbol, span: Span) -> Operand {
        match self.variable(name) {
            Some(place) => Operand::Place(place),
            None => self.opaque(Vec::new(), span),
        }
    }

    // Creation.

    /// `C.new(a)`, where `C` is a constant.
    fn creation(
        &mut self,
        receiver: Option<Node<'t>>,
        children: &Children<'t>,
        node: Node<'t>,
        name_span: Span,
        site: Span,
    ) -> Option<Operand> {
        let receiver = receiver?;
        let class = match self.kind(receiver) {
            Kind::SelfReference if self.receiver().is_none() => {
                let class = self.current_class()?;
                self.as_type(class)
            }
            _ => self.type_named(receiver)?,
        };
        let block = children.get(Label::Block);
        if class.name.as_str() == "Proc"
            && let Some(block) = block
        {
            return Some(self.lambda_of_block(block));
        }
        let given = self.given_in(children.get(Label::Arguments), block, node);
        let span = self.span(node);
        Some(self.create(class, given, name_span, site, span))
    }

    fn create(&mut self, class: TypeRef, given: Given, name_span: Span, site: Span, span: Span) -> Operand {
        let object = self.builder().temporary(span);
        self.assign(Place::local(object), Rvalue::Allocate(class.clone()), span);
        let target = Target::Constructor { object: Operand::local(object), class };
        let Given { arguments, block } = given;
        let call = Call { target, arguments, block, type_arguments: Vec::new(), name_span, site };
        self.compute(Rvalue::Call(Box::new(call)), span);
        Operand::local(object)
    }

    // `super` and `yield`.

    /// The frame of the method around.
    fn method_frame(&self) -> Option<usize> {
        self.frames.iter().rposition(|frame| frame.surroundings == Surroundings::Member)
    }

    /// `super` without arguments passes on those of the method.
    pub(super) fn implicit_super(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let mut given = Given::default();
        let parameters = match self.method_frame() {
            Some(frame) => self.frames[frame].builder.function.parameters.clone(),
            None => Vec::new(),
        };
        for parameter in parameters {
            let Some(place) = self.variable(parameter.name) else { continue };
            let value = Operand::Place(place);
            match parameter.kind {
                ParameterKind::Positional => given.arguments.push(Argument::positional(value)),
                ParameterKind::Rest => given.arguments.push(Argument { name: None, value, spread: true }),
                ParameterKind::Keyword => {
                    given.arguments.push(Argument { name: Some(parameter.name), value, spread: false });
                }
                ParameterKind::KeywordRest => {
                    given.arguments.push(Argument { name: Some(WORDS.options), value, spread: true });
                }
                ParameterKind::Block => given.block = Some(value),
            }
        }
        self.super_call(given, node, node.end_byte(), span)
    }

    fn super_call(&mut self, given: Given, name_node: Node<'t>, end: usize, span: Span) -> Operand {
        self.receiver();
        let name = self.method_frame().map(|frame| self.frames[frame].builder.function.name);
        let Some(name) = name else { return self.opaque(Vec::new(), span) };
        let name_span = self.span(name_node);
        let site = self.span_of(name_node.start_byte(), end);
        let Given { arguments, block } = given;
        let target = Target::Super(name, None);
        let call = Call { target, arguments, block, type_arguments: Vec::new(), name_span, site };
        self.compute(Rvalue::Call(Box::new(call)), span)
    }

    /// `yield a, b`.
    pub(super) fn yield_to_block(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let list = self.children(node).first(Kind::ArgumentList);
        let given = self.given_in(list, None, node);
        let Some(block) = self.given_block() else {
            return self.opaque(given.arguments.into_iter().map(|argument| argument.value).collect(), span);
        };
        let Given { arguments, block: inner } = given;
        let target = Target::Value(Operand::Place(block));
        let call = Call { target, arguments, block: inner, type_arguments: Vec::new(), name_span: span, site: span };
        self.compute(Rvalue::Call(Box::new(call)), span)
    }

    // What the language means by some calls.

    /// `raise`, `lambda`, `proc`, `block_given?`, `send` without a receiver; `None` for all others.
    fn language_call(&mut self, node: Node<'t>, name: Symbol, children: &Children<'t>) -> Option<Operand> {
        let span = self.span(node);
        let list = children.get(Label::Arguments);
        match name.as_str() {
            "raise" | "fail" => {
                let given = self.given_in(list, None, node);
                let mut values = given.arguments.into_iter().filter(|argument| argument.name.is_none());
                let first = values.next().map(|argument| argument.value);
                let message: Vec<Argument> = values.map(|argument| Argument::positional(argument.value)).collect();
                let thrown = match first {
                    Some(Operand::Place(Place { base: Base::Name(class), path })) => {
                        let class = dotted_path(class, &path);
                        self.create(TypeRef::named(class), Given { arguments: message, block: None }, span, span, span)
                    }
                    Some(value @ Operand::Place(_)) if message.is_empty() => value,
                    Some(text) => {
                        let arguments = vec![Argument::positional(text)];
                        let class = TypeRef::named("RuntimeError");
                        self.create(class, Given { arguments, block: None }, span, span, span)
                    }
                    None => self.opaque(Vec::new(), span),
                };
                self.builder().terminate(Terminator::Throw(thrown), span);
                Some(Operand::Const(Const::Null))
            }
            "lambda" | "proc" => {
                let block = children.get(Label::Block)?;
                Some(self.lambda_of_block(block))
            }
            "block_given?" => Some(self.opaque(Vec::new(), span)),
            "require" | "require_relative" | "autoload" | "using" => Some(Operand::Const(Const::Null)),
            "send" | "public_send" | "__send__" | "method" => {
                let receiver = Operand::Place(self.self_place());
                self.language_method(node, name, children, &receiver)
            }
            _ => None,
        }
    }

    /// `x.send(:name, a)`, `x.method(:name)`, with constant names; `None` for all others.
    fn language_method(
        &mut self,
        node: Node<'t>,
        name: Symbol,
        children: &Children<'t>,
        receiver: &Operand,
    ) -> Option<Operand> {
        let is_send = matches!(name.as_str(), "send" | "public_send" | "__send__");
        let is_reference = matches!(name.as_str(), "method" | "instance_method");
        let reads = name.as_str() == "instance_variable_get";
        let writes = name.as_str() == "instance_variable_set";
        if !is_send && !is_reference && !reads && !writes {
            return None;
        }
        let span = self.span(node);
        let list = children.get(Label::Arguments)?;
        let arguments: Vec<Child<'t>> = self.children(list).named().collect();
        let (first, others) = arguments.split_first()?;
        if matches!(self.kind(first.node), Kind::Identifier | Kind::Constant) {
            // What a variable holds is named elsewhere.
            return None;
        }
        let named = self.constant_name(first.node)?;
        if is_reference {
            return Some(self.compute(Rvalue::Reference(receiver.clone(), named), span));
        }
        if is_send {
            let given = self.given(others, children.get(Label::Block), node);
            let name_span = self.span(first.node);
            let site = self.site(children.get(Label::Receiver), children.get(Label::Method)?, list.end_byte());
            return Some(self.method_call(receiver.clone(), named, given, name_span, site, span));
        }
        let field = Symbol::new(named.trim_start_matches('@'));
        if field.is_empty() {
            return None;
        }
        let place = self.builder().place(receiver.clone(), span).field(field);
        if writes {
            let value = self.expression(others.first()?.node);
            self.assign(place, Rvalue::Use(value.clone()), span);
            return Some(value);
        }
        Some(Operand::Place(place))
    }
}

/// The dotted name of a path of constants that is not resolved yet.
fn dotted_path(first: Symbol, path: &[Projection]) -> Symbol {
    let mut name = first.to_string();
    for step in path {
        if let Projection::Field(part) = step {
            name.push('.');
            name.push_str(part);
        }
    }
    Symbol::new(&name)
}
