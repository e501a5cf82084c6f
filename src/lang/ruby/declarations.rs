//! Files, classes and modules.
//!
//! A class that is opened again in the same file is one class; `link` merges those of several files.

use tree_sitter::Node;

use super::lowering::{Lowering, OpenClass, SelfKind, Surroundings, WORDS};
use super::syntax::{Kind, Label};
use super::templates::{CONTROLLER, VIEW};
use crate::base::{Span, Symbol};
use crate::ir::*;

impl<'t> Lowering<'t> {
    /// Lowers the whole file.
    pub(super) fn program(&mut self, root: Node<'t>) {
        self.find_heredocs(root);
        let span = self.span(root);
        let name = self.unit.path;
        let mut function = Function::new(name, FunctionKind::StaticInitialiser, None, span, self.span_of(0, 0));
        function.modifiers = Modifiers::STATIC;
        let boxed = self.find_boxed(root);
        let index = self.open(function, Surroundings::Member, boxed);
        self.sequence(root, false);
        self.close_and_store(index);
    }

    /// Lowers a template: a method of the class whose instance variables it sees.
    pub(super) fn template(&mut self, root: Node<'t>, class: Option<&str>) {
        self.find_heredocs(root);
        let span = self.span(root);
        let name_span = Span::new(self.file, 0, 0);
        if let Some(class) = class {
            let declared = self.declare_class(Symbol::new(class), ClassKind::Class, span, name_span);
            if class.ends_with(CONTROLLER) {
                self.unit.classes[declared].interfaces.push(TypeRef::named(VIEW));
            }
            let visibility = Modifiers::PUBLIC;
            self.classes.push(OpenClass {
                class: declared,
                methods_of: SelfKind::Instance,
                visibility,
                is_module_function: false,
            });
        }
        let owner = self.current_class();
        let mut function = Function::new(self.unit.path, FunctionKind::Template, owner, span, name_span);
        function.has_this = owner.is_some();
        let boxed = self.find_boxed(root);
        let index = self.open(function, Surroundings::Member, boxed);
        self.register_method(index);
        self.sequence(root, false);
        self.close_and_store(index);
        self.classes.clear();
    }

    /// `class A < B`, `module A`.
    pub(super) fn class_declaration(&mut self, node: Node<'t>) -> Operand {
        let children = self.children(node);
        let is_module = self.kind(node) == Kind::Module;
        let name_node = children.get(Label::Name);
        let name = name_node.and_then(|name| self.dotted(name)).unwrap_or_else(|| Symbol::new("?"));
        let name_span = name_node.map_or_else(|| self.span(node), |name| self.span(name));
        let superclass = match children.get(Label::Superclass) {
            Some(clause) => {
                let clause = self.children(clause);
                let parent = clause.named().next().map(|parent| parent.node);
                parent.and_then(|parent| self.superclass(parent))
            }
            None => None,
        };
        let span = self.span(node);
        let kind = if is_module { ClassKind::Module } else { ClassKind::Class };
        let class = self.declare_class(name, kind, span, name_span);
        if self.unit.classes[class].superclass.is_none() {
            self.unit.classes[class].superclass = superclass;
        }
        if let Some(body) = children.get(Label::Body) {
            self.class_body(class, body, SelfKind::Instance);
        }
        Operand::Const(Const::Null)
    }

    /// The superclass of a class: a constant, or the class that a call makes (`Struct.new(:a)`).
    fn superclass(&mut self, node: Node<'t>) -> Option<TypeRef> {
        match self.kind(node) {
            Kind::Call => {
                let receiver = self.children(node).get(Label::Receiver)?;
                self.type_named(receiver)
            }
            _ => self.type_named(node),
        }
    }

    /// A class of the file by its name inside the class around; the same again when it is opened again.
    pub(super) fn declare_class(&mut self, name: Symbol, kind: ClassKind, span: Span, name_span: Span) -> ClassIdx {
        let outer = self.current_class();
        let full = match outer {
            Some(outer) => Symbol::new(&format!("{}.{name}", self.as_type(outer).name)),
            None => name,
        };
        if let Some(&known) = self.classes_by_name.get(&full) {
            return known;
        }
        let class = self.unit.classes.push(Class {
            name,
            kind,
            outer,
            function: None,
            superclass: None,
            interfaces: Vec::new(),
            type_parameters: Vec::new(),
            modifiers: Modifiers::PUBLIC | Modifiers::STATIC,
            annotations: Vec::new(),
            fields: Vec::new(),
            functions: Vec::new(),
            macros: Vec::new(),
            span,
            name_span,
        });
        self.classes_by_name.insert(full, class);
        class
    }

    /// The body of a class or module, or of `class << self` in it: a function that runs when it is loaded.
    pub(super) fn class_body(&mut self, class: ClassIdx, body: Node<'t>, methods_of: SelfKind) {
        let span = self.span(body);
        let name_span = self.unit.classes[class].name_span;
        let mut function =
            Function::new(WORDS.static_initialiser, FunctionKind::StaticInitialiser, Some(class), span, name_span);
        function.modifiers = Modifiers::STATIC;
        let boxed = self.find_boxed(body);
        let index = self.open(function, Surroundings::Member, boxed);
        self.unit.classes[class].functions.push(index);
        self.classes.push(OpenClass { class, methods_of, visibility: Modifiers::PUBLIC, is_module_function: false });
        self.sequence(body, false);
        self.classes.pop();
        self.close_and_store(index);
    }

    /// `class << self`.
    pub(super) fn singleton_class(&mut self, node: Node<'t>) -> Operand {
        let children = self.children(node);
        let of_self = children.get(Label::Value).is_some_and(|value| self.kind(value) == Kind::SelfReference);
        match (children.get(Label::Body), self.current_class()) {
            (Some(body), Some(class)) if of_self => self.class_body(class, body, SelfKind::Class),
            (Some(body), _) => _ = self.unknown(body),
            _ => {}
        }
        Operand::Const(Const::Null)
    }
}
