//! Calls in class bodies that declare something: what Ruby itself defines becomes declarations; everything else is
//! kept as a [`Macro`], of which rules know the meaning.

use tree_sitter::Node;

use super::lowering::{Lowering, SelfKind, Surroundings, WORDS};
use super::syntax::{Child, Children, Kind, Label};
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// Whether the statement at hand is part of a class body, maybe inside a block there.
    fn is_in_class_body(&self) -> bool {
        let around = self.frames.iter().rev().find(|frame| frame.surroundings == Surroundings::Member);
        around.is_some_and(|frame| {
            let function = &frame.builder.function;
            function.kind == FunctionKind::StaticInitialiser && function.owner.is_some()
        })
    }

    /// A call without receiver that declares something; `None` for all others.
    pub(super) fn declaring_call(&mut self, node: Node<'t>, name: Symbol, children: &Children<'t>) -> Option<Operand> {
        if !self.is_in_class_body() {
            return None;
        }
        let list = children.get(Label::Arguments);
        let arguments: Vec<Child<'t>> = list.map(|list| self.children(list).named().collect()).unwrap_or_default();
        match name.as_str() {
            "attr_reader" => self.accessors(&arguments, true, false),
            "attr_writer" => self.accessors(&arguments, false, true),
            "attr_accessor" => self.accessors(&arguments, true, true),
            "include" | "extend" | "prepend" => self.mixins(&arguments),
            "private" | "protected" | "public" | "private_class_method" | "public_class_method" => {
                self.visibility(name, &arguments);
            }
            "module_function" => {
                for argument in &arguments {
                    self.expression(argument.node);
                }
                if let Some(open) = self.open_class() {
                    open.is_module_function |= arguments.is_empty();
                }
            }
            "private_constant" | "public_constant" => {}
            "alias_method" => match &arguments[..] {
                [new, old] => {
                    let (new, old) = (self.constant_name(new.node)?, self.constant_name(old.node)?);
                    let span = self.span(node);
                    self.alias_of(new, old, span);
                }
                _ => return None,
            },
            "define_method" | "define_singleton_method" => {
                let block = children.get(Label::Block)?;
                let defined = self.constant_name(arguments.first()?.node)?;
                self.method_from_block(defined, name.as_str() == "define_singleton_method", node, block);
            }
            _ => return self.macro_call(node, name, children, &arguments),
        }
        Some(Operand::Const(Const::Null))
    }

    /// A declaring call that Ruby does not define.
    fn macro_call(
        &mut self,
        node: Node<'t>,
        name: Symbol,
        children: &Children<'t>,
        arguments: &[Child<'t>],
    ) -> Option<Operand> {
        if matches!(name.as_str(), "raise" | "fail" | "require" | "require_relative" | "lambda" | "proc") {
            return None;
        }
        let class = self.current_class()?;
        let block = children.get(Label::Block);
        let functions_before = self.unit.functions.len();
        let given = self.given(arguments, block, node);
        let written = given.arguments.iter().filter(|argument| !argument.spread);
        let written = written.map(|argument| (argument.name, argument.value.clone())).collect();
        let block = block.map(|block| self.span(block)).and_then(|block| {
            let made = (functions_before..self.unit.functions.len()).map(FunctionIdx::new);
            made.into_iter().find(|index| self.unit.functions[*index].span == block)
        });
        let span = self.span(node);
        self.unit.classes[class].macros.push(Macro { name, arguments: written, block, span });
        let name_node = children.get(Label::Method).unwrap_or(node);
        let end = children.get(Label::Arguments).unwrap_or(name_node).end_byte();
        Some(self.bare_call(name_node, name, given.arguments, given.block, end))
    }

    fn mixins(&mut self, arguments: &[Child<'t>]) {
        let Some(class) = self.current_class() else { return };
        for argument in arguments {
            match self.type_named(argument.node) {
                Some(module) => {
                    let interfaces = &mut self.unit.classes[class].interfaces;
                    if !interfaces.contains(&module) {
                        interfaces.push(module);
                    }
                }
                // `extend self`, `include Module.new { … }`
                None => _ = self.expression(argument.node),
            }
        }
    }

    /// `private`, alone for all that follows, or for some methods.
    fn visibility(&mut self, name: Symbol, arguments: &[Child<'t>]) {
        let visibility = match name.as_str() {
            "private" | "private_class_method" => Modifiers::PRIVATE,
            "protected" => Modifiers::PROTECTED,
            _ => Modifiers::PUBLIC,
        };
        if arguments.is_empty() {
            if let Some(open) = self.open_class() {
                open.visibility = visibility;
            }
            return;
        }
        for argument in arguments {
            let value = self.expression(argument.node);
            let (Operand::Const(Const::Symbol(method) | Const::Str(method)), Some(class)) =
                (value, self.current_class())
            else {
                continue;
            };
            let all = Modifiers::PRIVATE | Modifiers::PROTECTED | Modifiers::PUBLIC;
            for index in self.unit.classes[class].functions.clone() {
                let function = &mut self.unit.functions[index];
                if function.name == method {
                    function.modifiers = function.modifiers.difference(all) | visibility;
                }
            }
        }
    }

    // Accessors.

    fn accessors(&mut self, arguments: &[Child<'t>], reads: bool, writes: bool) {
        for argument in arguments {
            let span = self.span(argument.node);
            if let Some(name) = self.constant_name(argument.node).filter(|name| !name.is_empty()) {
                self.accessor(name, reads, writes, span);
            }
        }
    }

    /// Methods that read and write a field.
    fn accessor(&mut self, name: Symbol, reads: bool, writes: bool, span: Span) {
        let is_static = self.methods_of() == SelfKind::Class;
        self.note_field(name, is_static, span);
        if reads {
            self.generated(name, span, |lowering| {
                let value = Operand::Place(lowering.self_place().field(name));
                lowering.builder().terminate(Terminator::Return(Some(value)), span);
            });
        }
        if writes {
            self.generated(Symbol::new(&format!("{name}=")), span, |lowering| {
                let value = lowering.add_parameter(name, ParameterKind::Positional, false, span);
                let place = lowering.self_place().field(name);
                lowering.assign(place, Rvalue::Use(Operand::local(value)), span);
                lowering.builder().terminate(Terminator::Return(Some(Operand::local(value))), span);
            });
        }
    }

    /// A method that nobody wrote.
    fn generated(&mut self, name: Symbol, span: Span, body: impl FnOnce(&mut Self)) {
        let mut function = self.declare_method(name, self.methods_of(), span, span);
        function.modifiers |= Modifiers::SYNTHETIC;
        let index = self.open(function, Surroundings::Member, Default::default());
        self.register_method(index);
        body(self);
        self.close_and_store(index);
    }

    // Other names of methods, and methods made of blocks.

    /// `alias new old`.
    pub(super) fn alias(&mut self, node: Node<'t>) -> Operand {
        let children = self.children(node);
        if let (Some(new), Some(old)) = (children.get(Label::Name), children.get(Label::Alias)) {
            let (new, old) = (self.method_name(new), self.method_name(old));
            let span = self.span(node);
            self.alias_of(new, old, span);
        }
        Operand::Const(Const::Null)
    }

    /// A method that passes everything on to another.
    fn alias_of(&mut self, new: Symbol, old: Symbol, span: Span) {
        if new == old || new.is_empty() || old.is_empty() || new.starts_with('$') {
            return;
        }
        self.generated(new, span, |lowering| {
            let rest = lowering.add_parameter(WORDS.arguments, ParameterKind::Rest, true, span);
            let options = lowering.add_parameter(WORDS.options, ParameterKind::KeywordRest, true, span);
            lowering.block_parameter(WORDS.block, span);
            let arguments = vec![
                Argument { name: None, value: Operand::local(rest), spread: true },
                Argument { name: Some(WORDS.options), value: Operand::local(options), spread: true },
            ];
            let block = lowering.given_block().map(Operand::Place);
            let target = Target::Bare(old);
            let call = Call { target, arguments, block, type_arguments: Vec::new(), name_span: span, site: span };
            let value = lowering.compute(Rvalue::Call(Box::new(call)), span);
            lowering.builder().terminate(Terminator::Return(Some(value)), span);
        });
    }

    /// `define_method(:name) { |a| … }`.
    fn method_from_block(&mut self, name: Symbol, is_singleton: bool, node: Node<'t>, block: Node<'t>) {
        let span = self.span(node);
        let methods_of = if is_singleton { SelfKind::Class } else { self.methods_of() };
        let children = self.children(block);
        let function = self.declare_method(name, methods_of, span, span);
        let boxed = self.boxed_in_block(block);
        let index = self.open(function, Surroundings::Member, boxed);
        self.register_method(index);
        self.parameters(children.get(Label::Parameters), None);
        if let Some(body) = children.get(Label::Body) {
            let value = self.body(body, true);
            let end = self.span(body);
            self.builder().terminate(Terminator::Return(Some(value)), end);
        }
        self.close_and_store(index);
    }

    // Classes that a call makes.

    /// `A = Struct.new(:a, :b) do … end`, `A = Data.define(:a)`, `A = Class.new(B) do … end`.
    pub(super) fn class_by_assignment(&mut self, left: Node<'t>, right: Node<'t>) -> Option<Operand> {
        if self.kind(left) != Kind::Constant || self.kind(right) != Kind::Call {
            return None;
        }
        let children = self.children(right);
        let made_by = self.type_named(children.get(Label::Receiver)?)?.name;
        let method = self.symbol(children.get(Label::Method)?);
        let is_record = matches!((made_by.as_str(), method.as_str()), ("Struct", "new") | ("Data", "define"));
        let kind = match (made_by.as_str(), method.as_str()) {
            _ if is_record => ClassKind::Record,
            ("Class", "new") => ClassKind::Class,
            ("Module", "new") => ClassKind::Module,
            _ => return None,
        };
        let (span, name_span) = (self.span(right), self.span(left));
        let name = self.symbol(left);
        let class = self.declare_class(name, kind, span, name_span);
        let list = children.get(Label::Arguments);
        let arguments: Vec<Child<'t>> = list.map(|list| self.children(list).named().collect()).unwrap_or_default();
        if is_record {
            self.record_members(class, &arguments, name_span);
        } else if let Some(parent) = arguments.first() {
            self.unit.classes[class].superclass = self.type_named(parent.node);
        }
        let block = children.get(Label::Block).and_then(|block| self.children(block).get(Label::Body));
        if let Some(body) = block {
            self.class_body(class, body, SelfKind::Instance);
        }
        Some(Operand::Place(Place::class(self.as_type(class))))
    }

    /// Fields, accessors and the constructor of a `Struct`.
    pub(super) fn record_members(&mut self, class: ClassIdx, arguments: &[Child<'t>], span: Span) {
        let open = super::lowering::OpenClass {
            class,
            methods_of: SelfKind::Instance,
            visibility: Modifiers::PUBLIC,
            is_module_function: false,
        };
        self.classes.push(open);
        let mut names = Vec::new();
        for argument in arguments.iter().filter(|argument| argument.kind != Kind::Pair) {
            let span = self.span(argument.node);
            if let Some(name) = self.constant_name(argument.node).filter(|name| !name.is_empty()) {
                self.accessor(name, true, true, span);
                names.push((name, span));
            }
        }
        self.generated(Symbol::new("initialize"), span, |lowering| {
            let parameters: Vec<(Symbol, Local, Span)> = names
                .into_iter()
                .map(|(name, span)| (name, lowering.add_parameter(name, ParameterKind::Positional, true, span), span))
                .collect();
            for (name, local, span) in parameters {
                let place = lowering.self_place().field(name);
                lowering.assign(place, Rvalue::Use(Operand::local(local)), span);
            }
        });
        self.classes.pop();
    }
}
