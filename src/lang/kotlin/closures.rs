//! Lambdas, anonymous and local functions, references, and which variables closures share with their surroundings.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use tree_sitter::Node;

use super::functions::WrittenParameter;
use super::lowering::{Lowering, Returns, Surroundings, This, WORDS};
use super::syntax::{Child, Kind};
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::cleanup::Protects;
use crate::lang::emit::Emits;

/// Variables that change after their declaration.
#[derive(Default)]
pub(super) struct Written {
    /// All of them.
    pub(super) reassigned: FxHashSet<Symbol>,
    /// Those that a closure mentions as well.
    pub(super) boxed: FxHashSet<Symbol>,
}

/// The variables inside `body` that change after their declaration.
pub(super) fn written_variables<'t>(lowering: &mut Lowering<'t>, body: Node<'t>) -> Written {
    let mut written = Written::default();
    let mut mentioned = BTreeSet::new();
    let mut open: Vec<(Node<'t>, bool)> = vec![(body, false)];
    while let Some((node, in_closure)) = open.pop() {
        let kind = lowering.kind(node);
        let children = lowering.children(node);
        match kind {
            Kind::SimpleIdentifier | Kind::InterpolatedIdentifier if in_closure => {
                mentioned.insert(lowering.symbol(node));
            }
            Kind::Assignment => {
                let target = children.first(Kind::DirectlyAssignable);
                written.reassigned.extend(target.and_then(|target| lowering.assigned_name(target)));
            }
            Kind::Postfix | Kind::Prefix if children.has_token("++") || children.has_token("--") => {
                let name = children.first(Kind::SimpleIdentifier).map(|name| lowering.symbol(name));
                written.reassigned.extend(name);
            }
            // A variable that gets its value later counts as one that changes.
            Kind::PropertyDeclaration if children.expression().is_none() => {
                let variable = children.first(Kind::VariableDeclaration);
                let name = variable.and_then(|variable| lowering.children(variable).first(Kind::SimpleIdentifier));
                written.reassigned.extend(name.map(|name| lowering.symbol(name)));
            }
            _ => {}
        }
        let is_closure = matches!(
            kind,
            Kind::Lambda
                | Kind::AnonymousFunction
                | Kind::FunctionDeclaration
                | Kind::ObjectLiteral
                | Kind::ClassDeclaration
        );
        let inside = in_closure || (is_closure && node != body);
        open.extend(children.named().map(|child| (child.node, inside)));
    }
    written.boxed = written.reassigned.iter().copied().filter(|name| mentioned.contains(name)).collect();
    written
}

impl<'t> Lowering<'t> {
    /// The variable that an assignment changes; `None` where it changes a part of something.
    fn assigned_name(&mut self, target: Node<'t>) -> Option<Symbol> {
        let children = self.children(target);
        let mut parts = children.named();
        let first = parts.next().filter(|first| first.kind == Kind::SimpleIdentifier)?;
        parts.next().is_none().then(|| self.symbol(first.node))
    }

    /// `{ a, b -> … }`, which `labels` name.
    pub(super) fn lambda(&mut self, node: Node<'t>, labels: Vec<Symbol>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let parameters = children.first(Kind::LambdaParameters);
        let name_span = parameters.map_or(span, |parameters| self.span(parameters));
        let index = self.open_closure(span, name_span);
        let frame = self.frame();
        frame.this = This::Unresolved;
        frame.returns = Returns::Around;
        frame.labels = labels;
        let mut taken_apart = Vec::new();
        match parameters {
            Some(parameters) => {
                for parameter in self.children(parameters).iter() {
                    self.lambda_parameter(parameter, &mut taken_apart);
                }
            }
            None if !children.has_token("->") && self.mentions(node, WORDS.it) => {
                let local = self.add_parameter(plain_parameter(WORDS.it, None, name_span));
                let parameters = &mut self.builder().function.parameters;
                parameters.iter_mut().filter(|parameter| parameter.local == local).for_each(|it| it.optional = true);
            }
            None => {}
        }
        for (local, pattern) in taken_apart {
            self.take_apart(pattern, Operand::local(local));
        }
        if let Some(statements) = children.first(Kind::Statements) {
            let value = self.block_value(statements);
            let value_span = self.span(statements);
            if !self.builder().is_closed() {
                self.builder().terminate(Terminator::Return(value), value_span);
            }
        }
        self.close_closure(index, span)
    }

    fn lambda_parameter(&mut self, parameter: Child<'t>, taken_apart: &mut Vec<(Local, Node<'t>)>) {
        let span = self.span(parameter.node);
        match parameter.kind {
            Kind::VariableDeclaration => {
                let parts = self.children(parameter.node);
                let declared = parts.type_node().map(|declared| self.type_ref(declared));
                let name = parts.first(Kind::SimpleIdentifier).map_or(Symbol::new("?"), |name| self.symbol(name));
                self.add_parameter(plain_parameter(name, declared, span));
            }
            Kind::MultiVariable => {
                let name = Symbol::new("<parts>");
                taken_apart.push((self.add_parameter(plain_parameter(name, None, span)), parameter.node));
            }
            _ => {}
        }
    }

    /// Whether `name` stands anywhere inside `node`.
    fn mentions(&mut self, node: Node<'t>, name: Symbol) -> bool {
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            let is_name = matches!(self.kind(node), Kind::SimpleIdentifier | Kind::InterpolatedIdentifier);
            if is_name && self.symbol(node) == name {
                return true;
            }
            open.extend(self.children(node).named().map(|child| child.node));
        }
        false
    }

    /// `fun(x: Int): Int = x`.
    pub(super) fn anonymous_function(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let parameters = children.first(Kind::Parameters);
        let name_span = parameters.map_or(span, |parameters| self.span(parameters));
        let index = self.open_closure(span, name_span);
        self.frame().this = This::Around;
        self.builder().function.returns = self.result_type(&children);
        let receiver = children.iter().take_while(|child| child.kind != Kind::Parameters);
        let receiver: Vec<&str> =
            receiver.filter(|child| child.kind == Kind::TypeIdentifier).map(|child| self.text(child.node)).collect();
        if !receiver.is_empty() {
            self.builder().function.modifiers |= Modifiers::EXTENSION;
            self.add_extension_receiver(TypeRef::named(receiver.join(".").as_str()), name_span);
        }
        if let Some(parameters) = parameters {
            self.parameters(parameters);
        }
        if let Some(body) = children.first(Kind::FunctionBody) {
            self.function_body(body);
        }
        self.close_closure(index, span)
    }

    /// A function in a function: a closure in a variable of its name.
    pub(super) fn local_function(&mut self, node: Node<'t>) {
        let span = self.span(node);
        let children = self.children(node);
        let header = self.function_header(node, &children, None);
        let name = header.name;
        let body = children.first(Kind::FunctionBody);
        if body.is_some_and(|body| self.mentions(body, name)) {
            // It may call itself: its variable must be there before it is.
            self.share_box(name);
        }
        let place = self.declare_variable(name, None, header.name_span);
        let index = self.open_closure(span, header.name_span);
        self.frame().this = This::Around;
        self.frame().labels.push(name);
        let function = &mut self.builder().function;
        function.returns = header.returns;
        function.annotations = header.annotations;
        function.type_parameters = header.type_parameters;
        function.modifiers = header.modifiers & (Modifiers::EXTENSION | Modifiers::SUSPEND);
        self.signature(&children);
        if let Some(body) = body {
            self.function_body(body);
        }
        let closure = self.close_closure(index, span);
        self.assign(place, Rvalue::Use(closure), span);
    }

    fn share_box(&mut self, name: Symbol) {
        self.frame().boxed.insert(name);
    }

    /// Opens a closure of the function at hand.
    fn open_closure(&mut self, span: Span, name_span: Span) -> FunctionIdx {
        let mut function = Function::new(WORDS.lambda, FunctionKind::Lambda, self.current_class(), span, name_span);
        let around = self.frame();
        function.enclosing = Some(around.function);
        let (boxed, reassigned) = (around.boxed.clone(), around.reassigned.clone());
        let index = self.open(function, Surroundings::Closure);
        let frame = self.frame();
        (frame.boxed, frame.reassigned) = (boxed, reassigned);
        index
    }

    /// Closes the closure that was opened last, and makes it a value.
    fn close_closure(&mut self, index: FunctionIdx, span: Span) -> Operand {
        let Some(frame) = self.close() else { return Operand::Const(Const::Null) };
        let captures = frame.captured.keys().map(|&local| Operand::local(local)).collect();
        self.store(index, frame.builder);
        self.compute(Rvalue::Closure(index, captures), span)
    }

    /// `::name`, `Type::name`, `value::name`, where `on` was lowered before.
    pub(super) fn reference(&mut self, node: Node<'t>, on: Option<Operand>, name: Symbol) -> Operand {
        let span = self.span(node);
        let on = match on {
            Some(on) => on,
            None => match self.variable_place(name) {
                Some(variable) => return Operand::Place(variable),
                // A function of the surroundings or of the file: `link` finds the receiver.
                None => Operand::Place(Place::name(Symbol::new(UNBOUND_REFERENCE))),
            },
        };
        self.compute(Rvalue::Reference(on, name), span)
    }

    /// `Type::name` and `Type::class` as the grammar reads them.
    pub(super) fn callable_reference(&mut self, node: Node<'t>) -> Operand {
        let children = self.children(node);
        let on = children.first(Kind::TypeIdentifier).map(|on| self.symbol(on));
        if children.has_token("class") {
            return match on {
                Some(on) if self.variable_place(on).is_none() => Operand::Class(TypeRef::named(on)),
                _ => self.unknown(node),
            };
        }
        let Some(name) = children.first(Kind::SimpleIdentifier) else { return self.unknown(node) };
        let name = self.symbol(name);
        let on = on.map(|on| Operand::Place(self.place_named(on)));
        self.reference(node, on, name)
    }

    /// Returns from the function around the lambdas at hand: the value goes into a box that its caller looks into.
    pub(super) fn return_around(&mut self, target: usize, value: Option<Operand>, span: Span) {
        let innermost = self.frames.len() - 1;
        let frame = &mut self.frames[target];
        frame.may_return = true;
        let held = match frame.returned {
            Some(held) => held,
            None => {
                let boxed = TypeRef::named(WORDS.box_type);
                let held = frame.builder.local(None, Some(boxed.clone()), span);
                frame.builder.assign(Place::local(held), Rvalue::Allocate(boxed), span);
                frame.returned = Some(held);
                held
            }
        };
        if let (Some(place), Some(value)) = (self.reach_local(innermost, (target, held)), value) {
            self.assign(place.field(WORDS.boxed), Rvalue::Use(value), span);
        }
        self.leave_function(None, span);
    }

    /// Behind a call whose lambdas may have returned from this function: perhaps they did.
    pub(super) fn after_call(&mut self, span: Span) {
        if !std::mem::take(&mut self.frame().may_return) {
            return;
        }
        let Some(held) = self.frame().returned.take() else { return };
        let (returned, goes_on) = (self.block(span), self.block(span));
        let has_returned = self.opaque(Vec::new(), span);
        self.branch(has_returned, returned, goes_on, span);
        self.builder().enter(returned);
        self.leave_function(Some(Operand::Place(Place::local(held).field(WORDS.boxed))), span);
        self.builder().enter(goes_on);
    }
}

fn plain_parameter<'t>(name: Symbol, declared: Option<TypeRef>, span: Span) -> WrittenParameter<'t> {
    let kind = ParameterKind::Positional;
    WrittenParameter { name, declared, kind, annotations: Vec::new(), default: None, span }
}
