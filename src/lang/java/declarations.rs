//! Files and classes: first all classes of a file with their fields are declared, then their bodies are lowered.
//!
//! Local and anonymous classes go the same two steps where the code that holds them is lowered.

use indexmap::IndexMap;
use rustc_hash::FxHashMap;
use tree_sitter::Node;

use super::errors::split_fragments;
use super::lowering::{Lowering, Surroundings, WORDS};
use super::names::{ClassScope, is_string_type};
use super::syntax::{Child, Children, Kind, Label};
use crate::base::{Span, Symbol};
use crate::ir::*;

/// What a class is declared with, however it is written.
struct Header<'t> {
    name: Symbol,
    kind: ClassKind,
    superclass: Option<TypeRef>,
    interfaces: Vec<TypeRef>,
    type_parameters: Vec<TypeParameter>,
    modifiers: Modifiers,
    annotations: Vec<Annotation>,
    span: Span,
    name_span: Span,
    /// The components of a record.
    components: Option<Node<'t>>,
}

impl<'t> Lowering<'t> {
    /// Lowers the whole file.
    pub(super) fn program(&mut self, root: Node<'t>) {
        let (children, fragments) = split_fragments(self.with_content_of_errors(root));
        for child in &children {
            match child.kind {
                Kind::PackageDeclaration => {
                    let name = self.children(child.node).named().find(|name| is_name(name.kind));
                    self.unit.namespace = name.map(|name| self.dotted(name.node));
                }
                Kind::ImportDeclaration => self.import(child.node),
                kind if kind.is_class() => {
                    let class = self.declare_class(child.node, None);
                    let name = self.unit.classes[class].name;
                    self.top_level.entry(name).or_insert(class);
                }
                _ => {}
            }
        }
        let mut rescued = Vec::new();
        for fragment in &fragments {
            let header = self.header(fragment.kind, fragment.span(self.file), &fragment.header, None);
            let name = header.name;
            let class = self.declare(header, None, None);
            self.declare_members(&fragment.members, class);
            self.top_level.entry(name).or_insert(class);
            rescued.push(class);
        }
        self.resolve_superclasses(0);
        let mut loose = Vec::new();
        for child in &children {
            match child.kind {
                kind if kind.is_class() => {
                    self.anonymous = 0;
                    self.lower_class(child.node);
                }
                Kind::MethodDeclaration => self.method(child.node, None),
                Kind::PackageDeclaration | Kind::ImportDeclaration | Kind::ModuleDeclaration => {}
                _ => loose.push(*child),
            }
        }
        for (class, fragment) in rescued.into_iter().zip(&fragments) {
            self.anonymous = 0;
            self.class_body(&fragment.members, class);
        }
        self.anonymous = 0;
        self.loose_statements(root, &loose);
    }

    /// Statements outside of any class, in broken code, form a function of their own.
    fn loose_statements(&mut self, root: Node<'t>, statements: &[Child<'t>]) {
        let is_code = |child: &&Child<'_>| child.kind != Kind::Other && child.kind != Kind::Modifiers;
        if !statements.iter().any(|child| is_code(&child)) {
            return;
        }
        let span = self.span(root);
        let mut function = Function::new(WORDS.static_initialiser, FunctionKind::StaticInitialiser, None, span, span);
        function.modifiers = Modifiers::STATIC;
        let index = self.open(function, Surroundings::Member(None));
        for statement in statements.iter().filter(is_code) {
            self.statement(statement.node);
        }
        if let Some(frame) = self.close() {
            self.store(index, frame.builder);
        }
    }

    fn import(&mut self, node: Node<'t>) {
        let children = self.children(node);
        let Some(name) = children.named().find(|name| is_name(name.kind)) else { return };
        let path = self.dotted(name.node);
        let alias = match children.first(Kind::Asterisk) {
            Some(_) => None,
            None => Some(Symbol::new(path.rsplit('.').next().unwrap_or(&path))),
        };
        let is_static = children.has_token("static");
        self.unit.imports.push(Import { path, alias, is_static, span: self.span(node) });
    }

    /// Declares a class with its fields and the classes that it holds.
    fn declare_class(&mut self, node: Node<'t>, outer: Option<ClassIdx>) -> ClassIdx {
        let children = self.children(node);
        let header = self.header(self.kind(node), self.span(node), &children, outer);
        let class = self.declare(header, outer, None);
        self.classes_by_node.insert(node.id(), class);
        if let Some(body) = children.get(Label::Body) {
            let members = self.members(body);
            self.declare_members(&members, class);
        }
        class
    }

    /// The header of a class that `outer` holds as a member, or that no class holds so.
    fn header(&mut self, kind: Kind, span: Span, children: &Children<'t>, outer: Option<ClassIdx>) -> Header<'t> {
        let (mut modifiers, annotations) = self.modifiers(children.first(Kind::Modifiers));
        let kind = match kind {
            Kind::InterfaceDeclaration => ClassKind::Interface,
            Kind::EnumDeclaration => ClassKind::Enum,
            Kind::RecordDeclaration => ClassKind::Record,
            Kind::AnnotationDeclaration => ClassKind::Annotation,
            _ => ClassKind::Class,
        };
        if outer.is_some_and(|outer| self.is_interface(outer)) {
            modifiers |= Modifiers::PUBLIC | Modifiers::STATIC;
        }
        match kind {
            ClassKind::Interface | ClassKind::Annotation => modifiers |= Modifiers::ABSTRACT | Modifiers::STATIC,
            ClassKind::Record => modifiers |= Modifiers::FINAL | Modifiers::STATIC,
            ClassKind::Enum => modifiers |= Modifiers::STATIC,
            _ => {}
        }
        let superclass = children.get(Label::SuperClass).and_then(|clause| self.type_list(clause).into_iter().next());
        let interfaces = children.get(Label::Interfaces).or(children.first(Kind::ExtendsInterfaces));
        let name_node = children.get(Label::Name);
        Header {
            name: name_node.map_or(Symbol::new("?"), |name| self.symbol(name)),
            kind,
            superclass,
            interfaces: interfaces.map(|clause| self.type_list(clause)).unwrap_or_default(),
            type_parameters: self.type_parameters(children.get(Label::TypeParameters)),
            modifiers,
            annotations,
            span,
            name_span: name_node.map_or(span, |name| self.span(name)),
            components: children.get(Label::Parameters),
        }
    }

    /// Declares a class in a class, or in a function, or in the file.
    fn declare(&mut self, mut header: Header<'t>, outer: Option<ClassIdx>, function: Option<FunctionIdx>) -> ClassIdx {
        if outer.is_none() {
            header.modifiers |= Modifiers::STATIC;
        }
        let as_type = match outer {
            Some(outer) if function.is_none() => format!("{}.{}", self.scopes[outer].as_type.name, header.name),
            _ => header.name.to_string(),
        };
        let class = self.unit.classes.push(Class {
            name: header.name,
            kind: header.kind,
            outer,
            function,
            superclass: header.superclass,
            interfaces: header.interfaces,
            type_parameters: header.type_parameters,
            modifiers: header.modifiers,
            annotations: header.annotations,
            fields: Vec::new(),
            functions: Vec::new(),
            macros: Vec::new(),
            span: header.span,
            name_span: header.name_span,
        });
        let declared_in = function.and_then(|_| self.frames.len().checked_sub(1));
        let is_inner = !header.modifiers.contains(Modifiers::STATIC) && outer.is_some();
        self.scopes.push(ClassScope {
            as_type: TypeRef::named(as_type.as_str()),
            declared_in,
            has_outer_instance: is_inner,
            fields: FxHashMap::default(),
            members: FxHashMap::default(),
            superclass: None,
            string_methods: FxHashMap::default(),
            has_rest: false,
            constructors: Vec::new(),
            captures: IndexMap::default(),
            early_creations: Vec::new(),
            is_open: false,
            has_initialiser: false,
        });
        if let Some(outer) = outer
            && function.is_none()
        {
            self.scopes[outer].members.entry(header.name).or_insert(class);
        }
        if let Some(outer) = outer.filter(|_| is_inner) {
            let declared = self.scopes[outer].as_type.clone();
            self.add_field(
                class,
                WORDS.outer,
                Some(declared),
                Modifiers::SYNTHETIC | Modifiers::FINAL,
                header.name_span,
            );
        }
        if let Some(components) = header.components {
            self.record_components(components, class);
        }
        class
    }

    fn add_field(
        &mut self,
        class: ClassIdx,
        name: Symbol,
        declared: Option<TypeRef>,
        modifiers: Modifiers,
        span: Span,
    ) {
        let field = Field { name, declared, modifiers, annotations: Vec::new(), constant: None, span, name_span: span };
        self.push_field(class, field);
    }

    fn push_field(&mut self, class: ClassIdx, field: Field) {
        let name = field.name;
        let fields = &mut self.unit.classes[class].fields;
        fields.push(field);
        let position = fields.len() - 1;
        self.scopes[class].fields.entry(name).or_insert(position);
    }

    fn record_components(&mut self, components: Node<'t>, class: ClassIdx) {
        for child in self.children(components).iter() {
            let Some(parameter) = self.parameter(child) else { continue };
            self.scopes[class].has_rest |= parameter.kind == ParameterKind::Rest;
            let field = Field {
                name: parameter.name,
                declared: parameter.declared,
                modifiers: Modifiers::PRIVATE | Modifiers::FINAL,
                annotations: parameter.annotations,
                constant: None,
                span: self.span(child.node),
                name_span: parameter.span,
            };
            self.push_field(class, field);
        }
    }

    /// Fields and classes of a class body, and which of its methods return strings.
    fn declare_members(&mut self, members: &[Child<'t>], class: ClassIdx) {
        let before = self.declaring.replace(class);
        for child in members {
            match child.kind {
                Kind::FieldDeclaration | Kind::ConstantDeclaration | Kind::LocalVariable => {
                    self.declare_fields(child.node, class);
                }
                Kind::EnumConstant => self.declare_enum_constant(child.node, class),
                Kind::Block => self.scopes[class].has_initialiser = true,
                Kind::ConstructorDeclaration => {
                    let parameters = self.children(child.node).get(Label::Parameters);
                    let count = parameters.map_or(0, |parameters| self.children(parameters).named().count());
                    self.scopes[class].constructors.push(count);
                }
                Kind::MethodDeclaration => {
                    let children = self.children(child.node);
                    if let (Some(name), Some(returns)) = (children.get(Label::Name), children.get(Label::Type)) {
                        let is_string = is_string_type(&self.type_ref(returns));
                        let name = self.symbol(name);
                        *self.scopes[class].string_methods.entry(name).or_insert(true) &= is_string;
                    }
                }
                kind if kind.is_class() => {
                    self.descend(child.node, |lowering| lowering.declare_class(child.node, Some(class)));
                }
                _ => {}
            }
        }
        self.declaring = before;
    }

    fn declare_fields(&mut self, node: Node<'t>, class: ClassIdx) {
        let children = self.children(node);
        let (mut modifiers, annotations) = self.modifiers(children.first(Kind::Modifiers));
        if self.is_interface(class) {
            modifiers |= Modifiers::PUBLIC | Modifiers::STATIC | Modifiers::FINAL;
        }
        for child in children.iter().filter(|child| child.label == Label::Declarator) {
            let parts = self.children(child.node);
            let Some(name) = parts.get(Label::Name) else { continue };
            let value = parts.get(Label::Value);
            let constant = match value {
                Some(value) if modifiers.contains(Modifiers::STATIC | Modifiers::FINAL) => self.fold(value),
                _ => None,
            };
            if value.is_some() && !modifiers.contains(Modifiers::STATIC) {
                self.scopes[class].has_initialiser = true;
            }
            let field = Field {
                name: self.symbol(name),
                declared: self.declared_type(children.get(Label::Type), parts.get(Label::Dimensions)),
                modifiers,
                annotations: annotations.clone(),
                constant,
                span: self.span(node),
                name_span: self.span(name),
            };
            self.push_field(class, field);
        }
    }

    fn declare_enum_constant(&mut self, node: Node<'t>, class: ClassIdx) {
        let children = self.children(node);
        let Some(name) = children.get(Label::Name) else { return };
        let (_, annotations) = self.modifiers(children.first(Kind::Modifiers));
        let field = Field {
            name: self.symbol(name),
            declared: Some(self.scopes[class].as_type.clone()),
            modifiers: Modifiers::PUBLIC | Modifiers::STATIC | Modifiers::FINAL,
            annotations,
            constant: None,
            span: self.span(node),
            name_span: self.span(name),
        };
        self.push_field(class, field);
    }

    /// Whether members of a class are public by default and its fields constants.
    pub(super) fn is_interface(&self, class: ClassIdx) -> bool {
        matches!(self.unit.classes[class].kind, ClassKind::Interface | ClassKind::Annotation)
    }

    /// Finds the superclasses that this file declares, for all classes from `first` on.
    fn resolve_superclasses(&mut self, first: usize) {
        for class in (first..self.unit.classes.len()).map(ClassIdx::new) {
            let Some(superclass) = self.unit.classes[class].superclass.as_ref().map(|superclass| superclass.name)
            else {
                continue;
            };
            let outer = self.unit.classes[class].outer;
            let found = match self.scopes[class].declared_in {
                Some(frame) => self.class_named_from(&superclass, None, Some(frame)),
                None => self.class_named_from(&superclass, outer, None),
            };
            self.scopes[class].superclass = found.filter(|&found| found != class);
        }
    }

    /// Lowers the bodies of a class that was declared.
    pub(super) fn lower_class(&mut self, node: Node<'t>) {
        let Some(&class) = self.classes_by_node.get(&node.id()) else { return };
        let body = self.children(node).get(Label::Body);
        let members = body.map(|body| self.members(body)).unwrap_or_default();
        self.descend(node, |lowering| lowering.class_body(&members, class));
    }

    fn class_body(&mut self, members: &[Child<'t>], class: ClassIdx) {
        self.scopes[class].is_open = true;
        self.static_initialiser(members, class);
        self.instance_initialiser(members, class);
        if self.unit.classes[class].kind == ClassKind::Record {
            self.canonical_constructor(members, class);
            self.accessors(members, class);
        }
        for member in members {
            match member.kind {
                Kind::MethodDeclaration | Kind::AnnotationElement => self.method(member.node, Some(class)),
                Kind::ConstructorDeclaration => self.constructor(member.node, class),
                kind if kind.is_class() => self.lower_class(member.node),
                _ => {}
            }
        }
        self.scopes[class].is_open = false;
        self.complete_early_creations(class);
    }

    /// The members of a class body, those of an enum and those inside broken code among them.
    fn members(&mut self, body: Node<'t>) -> Vec<Child<'t>> {
        let mut members = Vec::new();
        for child in self.with_content_of_errors(body) {
            match child.kind {
                Kind::EnumBodyDeclarations => members.extend(self.with_content_of_errors(child.node)),
                Kind::Other => {}
                _ => members.push(child),
            }
        }
        members
    }

    /// A class declared in a block.
    pub(super) fn local_class(&mut self, node: Node<'t>) {
        let outer = self.current_class();
        let first = self.unit.classes.len();
        let children = self.children(node);
        let mut header = self.header(self.kind(node), self.span(node), &children, None);
        if self.receiver().is_none() {
            header.modifiers |= Modifiers::STATIC;
        }
        let name = header.name;
        let function = self.frame().function;
        let class = self.declare(header, outer, Some(function));
        self.classes_by_node.insert(node.id(), class);
        self.frame().local_classes.declare(name, class);
        if let Some(body) = children.get(Label::Body) {
            let members = self.members(body);
            self.declare_members(&members, class);
        }
        self.resolve_superclasses(first);
        self.lower_class(node);
    }

    /// The class of `new Type(…) { body }`, lowered.
    pub(super) fn anonymous_class(
        &mut self,
        node: Node<'t>,
        body: Node<'t>,
        parent: TypeRef,
        name: Option<Node<'t>>,
    ) -> Option<ClassIdx> {
        self.anonymous += 1;
        let number = self.anonymous;
        let outer = self.current_class();
        let is_inner = outer.is_some() && self.receiver().is_some();
        let first = self.unit.classes.len();
        let header = Header {
            name: Symbol::new(&format!("${number}")),
            kind: ClassKind::Class,
            superclass: Some(parent),
            interfaces: Vec::new(),
            type_parameters: Vec::new(),
            modifiers: if is_inner { Modifiers::FINAL } else { Modifiers::FINAL | Modifiers::STATIC },
            annotations: Vec::new(),
            span: self.span(node),
            name_span: self.span(name.unwrap_or(node)),
            components: None,
        };
        let function = self.frame().function;
        let class = self.declare(header, outer, Some(function));
        let members = self.members(body);
        self.declare_members(&members, class);
        self.resolve_superclasses(first);
        self.descend(body, |lowering| lowering.class_body(&members, class));
        Some(class)
    }
}

fn is_name(kind: Kind) -> bool {
    matches!(kind, Kind::Identifier | Kind::ScopedIdentifier)
}
