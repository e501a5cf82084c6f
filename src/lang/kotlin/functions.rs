//! Functions and their parameters.

use tree_sitter::Node;

use super::lowering::{Lowering, Surroundings, This, WORDS};
use super::names::Variable;
use super::syntax::{Children, Kind, Label};
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

/// A parameter as it is written.
pub(super) struct WrittenParameter<'t> {
    pub(super) name: Symbol,
    pub(super) declared: Option<TypeRef>,
    pub(super) kind: ParameterKind,
    pub(super) annotations: Vec<Annotation>,
    pub(super) default: Option<Node<'t>>,
    pub(super) span: Span,
}

impl<'t> Lowering<'t> {
    /// A function of a class or of the file.
    pub(super) fn function(&mut self, node: Node<'t>, class: ClassIdx, in_companion: bool) {
        self.descend(node, |lowering| lowering.member_function(node, class, in_companion));
    }

    fn member_function(&mut self, node: Node<'t>, class: ClassIdx, in_companion: bool) {
        let children = self.children(node);
        let mut function = self.function_header(node, &children, Some(class));
        let is_static = in_companion || self.is_object(class);
        let body = children.first(Kind::FunctionBody);
        if is_static {
            function.modifiers |= Modifiers::STATIC;
        }
        if body.is_none() && !function.modifiers.contains(Modifiers::NATIVE) {
            function.modifiers |= Modifiers::ABSTRACT;
        }
        if body.is_some() && self.unit.classes[class].kind == ClassKind::Interface {
            function.modifiers |= Modifiers::DEFAULT;
        }
        function.has_this = !is_static;
        let name = function.name;
        let index = self.open(function, Surroundings::Member(class));
        self.frame().labels.push(name);
        self.signature(&children);
        if let Some(body) = body {
            self.function_body(body);
        }
        self.finish_member(index, class, body.is_some());
    }

    /// Name, modifiers, type parameters and result of a function declaration.
    pub(super) fn function_header(
        &mut self,
        node: Node<'t>,
        children: &Children<'t>,
        class: Option<ClassIdx>,
    ) -> Function {
        let span = self.span(node);
        let name_node = children.first(Kind::SimpleIdentifier);
        let name = name_node.map_or(Symbol::new("?"), |name| self.symbol(name));
        let name_span = name_node.map_or(span, |name| self.span(name));
        let mut function = Function::new(name, FunctionKind::Method, class, span, name_span);
        (function.modifiers, function.annotations) = self.modifiers(children);
        function.type_parameters = self.type_parameters(children.first(Kind::TypeParameters));
        function.returns = self.result_type(children);
        if children.get(Label::Receiver).is_some() {
            function.modifiers |= Modifiers::EXTENSION;
        }
        function
    }

    /// The declared result: the type behind the parameters. A block without one returns nothing.
    pub(super) fn result_type(&mut self, children: &Children<'t>) -> Option<TypeRef> {
        let behind = children.iter().skip_while(|child| child.kind != Kind::Parameters).skip(1);
        let declared = behind.into_iter().find(|child| child.kind.is_type());
        if let Some(declared) = declared {
            return Some(self.type_ref(declared.node));
        }
        let body = children.first(Kind::FunctionBody);
        let is_value = body.is_some_and(|body| self.children(body).has_token("="));
        (!is_value).then(|| TypeRef::named("void"))
    }

    /// Declares receiver and parameters of the open function, and notes its variables.
    pub(super) fn signature(&mut self, children: &Children<'t>) {
        if let Some(body) = children.first(Kind::FunctionBody) {
            self.note_variables(body);
        }
        if let Some(receiver) = children.get(Label::Receiver) {
            let (declared, span) = (self.receiver_type(receiver), self.span(receiver));
            self.add_extension_receiver(declared, span);
        }
        if let Some(parameters) = children.first(Kind::Parameters) {
            self.parameters(parameters);
        }
    }

    /// The receiver of an extension: its first parameter, and what `this` is in it.
    pub(super) fn add_extension_receiver(&mut self, declared: TypeRef, span: Span) {
        let local = self.builder().local(Some(WORDS.receiver), Some(declared), span);
        let parameter = Parameter {
            name: WORDS.receiver,
            local,
            kind: ParameterKind::Positional,
            optional: false,
            annotations: Vec::new(),
            span,
        };
        self.builder().function.parameters.push(parameter);
        self.frame().this = This::Local(local);
    }

    /// Declares the parameters of the open function; what computes defaults comes behind all of them.
    pub(super) fn parameters(&mut self, node: Node<'t>) {
        let written = self.written_parameters(node);
        self.add_parameters(written);
    }

    pub(super) fn add_parameters(&mut self, written: Vec<WrittenParameter<'t>>) {
        let mut defaults = Vec::new();
        for parameter in written {
            let default = parameter.default;
            let local = self.add_parameter(parameter);
            defaults.extend(default.map(|default| (local, default)));
        }
        for (local, default) in defaults {
            self.default_value(local, default);
        }
    }

    pub(super) fn add_parameter(&mut self, parameter: WrittenParameter<'t>) -> Local {
        let WrittenParameter { name, declared, kind, annotations, default, span } = parameter;
        let local = self.builder().local(Some(name), declared, span);
        let parameter = Parameter { name, local, kind, optional: default.is_some(), annotations, span };
        self.builder().function.parameters.push(parameter);
        self.frame().variables.declare(name, Variable { local, is_boxed: false });
        local
    }

    /// An argument that was left out is read as null: then the default takes its place.
    fn default_value(&mut self, local: Local, default: Node<'t>) {
        let span = self.span(default);
        let (missing, given) = (self.block(span), self.block(span));
        let is_missing = Rvalue::Binary(BinaryOp::Equal, Operand::local(local), Operand::Const(Const::Null));
        let is_missing = self.compute(is_missing, span);
        self.branch(is_missing, missing, given, span);
        self.builder().enter(missing);
        let value = self.expression(default);
        self.assign(Place::local(local), Rvalue::Use(value), span);
        self.goto(given, span);
        self.builder().enter(given);
    }

    /// The parameters in a list.
    pub(super) fn written_parameters(&mut self, node: Node<'t>) -> Vec<WrittenParameter<'t>> {
        let mut written: Vec<WrittenParameter<'t>> = Vec::new();
        let (mut annotations, mut is_rest) = (Vec::new(), false);
        for child in self.children(node).iter() {
            match child.kind {
                Kind::ParameterModifiers => {
                    for modifier in self.children(child.node).iter() {
                        match modifier.kind {
                            Kind::Annotation => annotations.extend(self.annotations(modifier.node)),
                            _ => is_rest |= self.text(modifier.node) == "vararg",
                        }
                    }
                }
                Kind::Parameter | Kind::ParameterOptionalType => {
                    let parts = self.children(child.node);
                    let Some(name) = parts.first(Kind::SimpleIdentifier) else { continue };
                    let declared = parts.type_node().map(|declared| self.type_ref(declared));
                    let is_rest = std::mem::take(&mut is_rest);
                    written.push(WrittenParameter {
                        name: self.symbol(name),
                        declared: if is_rest { declared.map(TypeRef::array) } else { declared },
                        kind: if is_rest { ParameterKind::Rest } else { ParameterKind::Positional },
                        annotations: std::mem::take(&mut annotations),
                        default: None,
                        span: self.span(name),
                    });
                }
                kind if kind.is_expression() => {
                    if let Some(last) = written.last_mut() {
                        last.default = Some(child.node);
                    }
                }
                _ => {}
            }
        }
        written
    }

    /// `{ … }`, or `= value`.
    pub(super) fn function_body(&mut self, body: Node<'t>) {
        let children = self.children(body);
        let span = self.span(body);
        if children.has_token("=") {
            let value = self.expression_or_unknown(children.expression(), body);
            if !self.builder().is_closed() {
                self.builder().terminate(Terminator::Return(Some(value)), span);
            }
            return;
        }
        self.statements_of(&children);
    }
}
