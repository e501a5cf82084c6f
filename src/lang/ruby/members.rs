//! Methods and their parameters.

use tree_sitter::Node;

use super::lowering::{Lowering, SelfKind, Surroundings, WORDS};
use super::syntax::{Child, Kind, Label};
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// `def x`, `def self.x`; its value is the name, which `private` and its like take.
    pub(super) fn method(&mut self, node: Node<'t>) -> Operand {
        let children = self.children(node);
        let Some(name_node) = children.get(Label::Name) else { return self.unknown(node) };
        let name = self.method_name(name_node);
        let mut methods_of = self.methods_of();
        if self.kind(node) == Kind::SingletonMethod {
            methods_of = SelfKind::Class;
        }
        let name_span = self.span(name_node);
        let span = self.span(node);
        let function = self.declare_method(name, methods_of, span, name_span);
        let boxed = self.find_boxed(node);
        let index = self.open(function, Surroundings::Member, boxed);
        self.register_method(index);
        let body = children.get(Label::Body);
        let takes_block = body.is_some_and(yields).then_some(name_span);
        self.parameters(children.get(Label::Parameters), takes_block);
        if let Some(body) = body {
            let value = self.body(body, true);
            let end = self.span(body);
            self.builder().terminate(Terminator::Return(Some(value)), end);
        }
        self.close_and_store(index);
        Operand::Const(Const::Symbol(name))
    }

    /// A method of the class around, or a function of the file.
    pub(super) fn declare_method(&self, name: Symbol, methods_of: SelfKind, span: Span, name_span: Span) -> Function {
        let owner = self.current_class();
        let is_static = methods_of == SelfKind::Class || owner.is_none();
        let is_constructor = name.as_str() == "initialize" && owner.is_some() && !is_static;
        let kind = if is_constructor { FunctionKind::Constructor } else { FunctionKind::Method };
        let name = if is_constructor { WORDS.constructor } else { name };
        let mut function = Function::new(name, kind, owner, span, name_span);
        let open = self.classes.last();
        function.modifiers = match open {
            Some(open) if open.is_module_function => Modifiers::PUBLIC,
            Some(open) if methods_of == open.methods_of => open.visibility,
            _ => Modifiers::PUBLIC,
        };
        if is_static {
            function.modifiers |= Modifiers::STATIC;
        }
        function.has_this = !is_static;
        function
    }

    /// Makes the function that was opened last a method of its class.
    pub(super) fn register_method(&mut self, index: FunctionIdx) {
        if let Some(class) = self.current_class() {
            self.unit.classes[class].functions.push(index);
        }
    }

    /// The name of a method as it is called: `x`, `x=`, `[]`.
    pub(super) fn method_name(&mut self, node: Node<'t>) -> Symbol {
        match self.kind(node) {
            Kind::Setter => Symbol::new(&self.text(node).replace(char::is_whitespace, "")),
            Kind::SimpleSymbol | Kind::DelimitedSymbol => self.constant_name(node).unwrap_or_else(|| self.symbol(node)),
            _ => self.symbol(node),
        }
    }

    /// The parameters of a method, block or lambda, with one for the block that a method takes without naming it. The
    /// values of those that may be left out are computed behind all.
    pub(super) fn parameters(&mut self, node: Option<Node<'t>>, takes_block: Option<Span>) {
        let children = node.map(|node| self.children(node)).unwrap_or_default();
        let mut defaults = Vec::new();
        let mut parts = Vec::new();
        for child in children.named().filter(|child| child.label != Label::Locals) {
            self.parameter(child, &mut defaults, &mut parts);
        }
        if let Some(span) = takes_block {
            self.block_parameter(WORDS.block, span);
        }
        for child in children.named().filter(|child| child.label == Label::Locals) {
            let span = self.span(child.node);
            let name = self.symbol(child.node);
            self.declare(name, span);
        }
        for (name, local, span) in self.parameters_so_far() {
            self.box_parameter(name, local, span);
        }
        for (local, name, value) in defaults {
            self.default_value(local, name, value);
        }
        for (local, pattern) in parts {
            let span = self.span(pattern);
            self.destructure(pattern, Operand::local(local), span);
        }
    }

    fn parameters_so_far(&mut self) -> Vec<(Symbol, Local, Span)> {
        let parameters = &self.builder().function.parameters;
        parameters.iter().map(|parameter| (parameter.name, parameter.local, parameter.span)).collect()
    }

    fn parameter(
        &mut self,
        child: Child<'t>,
        defaults: &mut Vec<(Local, Symbol, Node<'t>)>,
        parts: &mut Vec<(Local, Node<'t>)>,
    ) {
        let span = self.span(child.node);
        let children = self.children(child.node);
        let name_node = children.get(Label::Name);
        let name = |lowering: &Self, otherwise: Symbol| name_node.map_or(otherwise, |name| lowering.symbol(name));
        let name_span = name_node.map_or(span, |name| self.span(name));
        match child.kind {
            Kind::Identifier => {
                let name = self.symbol(child.node);
                self.add_parameter(name, ParameterKind::Positional, false, span);
            }
            Kind::OptionalParameter | Kind::KeywordParameter => {
                let kind = match child.kind {
                    Kind::KeywordParameter => ParameterKind::Keyword,
                    _ => ParameterKind::Positional,
                };
                let name = name(self, WORDS.value);
                let value = children.get(Label::Value);
                let local = self.add_parameter(name, kind, value.is_some(), name_span);
                defaults.extend(value.map(|value| (local, name, value)));
            }
            Kind::SplatParameter => {
                let name = name(self, WORDS.arguments);
                self.add_parameter(name, ParameterKind::Rest, true, name_span);
            }
            Kind::HashSplatParameter => {
                let name = name(self, WORDS.options);
                self.add_parameter(name, ParameterKind::KeywordRest, true, name_span);
            }
            Kind::BlockParameter => {
                let name = name(self, WORDS.block);
                self.block_parameter(name, name_span);
            }
            Kind::ForwardParameter => {
                self.add_parameter(WORDS.arguments, ParameterKind::Rest, true, span);
                self.add_parameter(WORDS.options, ParameterKind::KeywordRest, true, span);
                self.block_parameter(WORDS.block, span);
            }
            Kind::DestructuredParameter => {
                let local = self.add_parameter(WORDS.value, ParameterKind::Positional, false, span);
                parts.push((local, child.node));
            }
            _ => {}
        }
    }

    pub(super) fn add_parameter(&mut self, name: Symbol, kind: ParameterKind, optional: bool, span: Span) -> Local {
        let local = self.builder().local(Some(name), None, span);
        let parameter = Parameter { name, local, kind, optional, annotations: Vec::new(), span };
        self.builder().function.parameters.push(parameter);
        self.frame().variables.insert(name, local);
        local
    }

    /// The parameter that takes the block; there is at most one.
    pub(super) fn block_parameter(&mut self, name: Symbol, span: Span) {
        if self.frame().block.is_none() {
            let local = self.add_parameter(name, ParameterKind::Block, true, span);
            self.frame().block = Some(local);
        }
    }

    /// `x = value` in a list of parameters: computed where the argument is missing.
    fn default_value(&mut self, local: Local, name: Symbol, value: Node<'t>) {
        let span = self.span(value);
        let (absent, after) = (self.block(span), self.block(span));
        let null = Operand::Const(Const::Null);
        let is_absent = self.compute(Rvalue::Binary(BinaryOp::Equal, Operand::local(local), null), span);
        self.branch(is_absent, absent, after, span);
        self.builder().enter(absent);
        let value = self.expression(value);
        let place = self.variable_to_write(name, span);
        self.assign(place, Rvalue::Use(value), span);
        self.goto(after, span);
        self.builder().enter(after);
    }
}

/// Whether the body of a method calls the block given to it without naming it.
fn yields(body: Node<'_>) -> bool {
    let mut cursor = body.walk();
    let mut depth = 0_usize;
    loop {
        let kind = Kind::of(cursor.node());
        if kind == Kind::Yield {
            return true;
        }
        if (depth == 0 || !kind.is_declaration()) && cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        while !cursor.goto_next_sibling() {
            if depth == 0 || !cursor.goto_parent() {
                return false;
            }
            depth -= 1;
        }
        if depth == 0 {
            return false;
        }
    }
}
