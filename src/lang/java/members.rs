//! Methods, constructors and initialisers, and what records get without anybody writing it.

use rustc_hash::FxHashSet;
use tree_sitter::Node;

use super::lowering::{Lowering, Surroundings, WORDS};
use super::syntax::{Child, Kind, Label};
use crate::base::{IndexVec, Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

/// A parameter as it is written.
pub(super) struct WrittenParameter {
    pub(super) name: Symbol,
    pub(super) declared: Option<TypeRef>,
    pub(super) kind: ParameterKind,
    pub(super) annotations: Vec<Annotation>,
    pub(super) span: Span,
}

impl<'t> Lowering<'t> {
    /// A method of a class, or one that stands alone.
    pub(super) fn method(&mut self, node: Node<'t>, class: Option<ClassIdx>) {
        let span = self.span(node);
        let children = self.children(node);
        let name_node = children.get(Label::Name);
        let name = name_node.map_or(Symbol::new("?"), |name| self.symbol(name));
        let name_span = name_node.map_or(span, |name| self.span(name));
        let body = children.get(Label::Body);
        let mut function = Function::new(name, FunctionKind::Method, class, span, name_span);
        (function.modifiers, function.annotations) = self.modifiers(children.first(Kind::Modifiers));
        let in_interface = class
            .is_some_and(|class| matches!(self.unit.classes[class].kind, ClassKind::Interface | ClassKind::Annotation));
        if in_interface {
            if !function.modifiers.contains(Modifiers::PRIVATE) {
                function.modifiers |= Modifiers::PUBLIC;
            }
            if body.is_none() {
                function.modifiers |= Modifiers::ABSTRACT;
            }
        }
        function.type_parameters = self.type_parameters(children.get(Label::TypeParameters));
        function.returns = self.declared_type(children.get(Label::Type), children.get(Label::Dimensions));
        function.has_this = class.is_some() && !function.modifiers.contains(Modifiers::STATIC);
        let index = self.open(function, Surroundings::Member(class));
        if let Some(parameters) = children.get(Label::Parameters) {
            self.parameters(parameters);
        }
        if let Some(body) = body {
            self.statements(body);
        }
        self.finish_member(index, class, body.is_some());
    }

    /// Closes the function of a member and lists it in its class.
    fn finish_member(&mut self, index: FunctionIdx, class: Option<ClassIdx>, has_body: bool) {
        let Some(frame) = self.close() else { return };
        self.store(index, frame.builder);
        if !has_body {
            self.unit.functions[index].blocks = IndexVec::new();
        }
        if let Some(class) = class {
            self.unit.classes[class].functions.push(index);
        }
    }

    /// Declares the parameters of the open function.
    pub(super) fn parameters(&mut self, node: Node<'t>) {
        if self.kind(node) == Kind::Identifier {
            let (name, span) = (self.symbol(node), self.span(node));
            let kind = ParameterKind::Positional;
            self.add_parameter(WrittenParameter { name, declared: None, kind, annotations: Vec::new(), span });
            return;
        }
        for child in self.children(node).iter() {
            if let Some(parameter) = self.parameter(child) {
                self.add_parameter(parameter);
            }
        }
    }

    pub(super) fn add_parameter(&mut self, parameter: WrittenParameter) -> Local {
        let WrittenParameter { name, declared, kind, annotations, span } = parameter;
        let local = self.builder().local(Some(name), declared, span);
        let parameter = Parameter { name, local, kind, optional: false, annotations, span };
        self.builder().function.parameters.push(parameter);
        self.make_visible(local);
        local
    }

    /// A formal parameter, or the name of an inferred one; `None` for anything else.
    pub(super) fn parameter(&mut self, child: Child<'t>) -> Option<WrittenParameter> {
        let children = match child.kind {
            Kind::Identifier => {
                return Some(WrittenParameter {
                    name: self.symbol(child.node),
                    declared: None,
                    kind: ParameterKind::Positional,
                    annotations: Vec::new(),
                    span: self.span(child.node),
                });
            }
            Kind::FormalParameter | Kind::SpreadParameter => self.children(child.node),
            _ => return None,
        };
        let (_, annotations) = self.modifiers(children.first(Kind::Modifiers));
        if child.kind == Kind::FormalParameter {
            let name = children.get(Label::Name)?;
            return Some(WrittenParameter {
                name: self.symbol(name),
                declared: self.declared_type(children.get(Label::Type), children.get(Label::Dimensions)),
                kind: ParameterKind::Positional,
                annotations,
                span: self.span(name),
            });
        }
        let name = children.first(Kind::VariableDeclarator)?;
        let name = self.children(name).get(Label::Name)?;
        let element = children.iter().find(|child| child.kind.is_type()).map(|child| self.type_ref(child.node));
        Some(WrittenParameter {
            name: self.symbol(name),
            declared: element.map(TypeRef::array),
            kind: ParameterKind::Rest,
            annotations,
            span: self.span(name),
        })
    }

    pub(super) fn constructor(&mut self, node: Node<'t>, class: ClassIdx) {
        let span = self.span(node);
        let children = self.children(node);
        let name_span = children.get(Label::Name).map_or(span, |name| self.span(name));
        let mut function = Function::new(WORDS.constructor, FunctionKind::Constructor, Some(class), span, name_span);
        (function.modifiers, function.annotations) = self.modifiers(children.first(Kind::Modifiers));
        function.type_parameters = self.type_parameters(children.get(Label::TypeParameters));
        function.has_this = true;
        let index = self.open(function, Surroundings::Member(Some(class)));
        if let Some(parameters) = children.get(Label::Parameters) {
            self.parameters(parameters);
        }
        if let Some(body) = children.get(Label::Body) {
            let delegates = self.children(body).first(Kind::ExplicitConstructorInvocation).is_some();
            if !delegates {
                self.begin_construction(class, name_span);
            }
            self.statements(body);
        }
        self.finish_member(index, Some(class), true);
    }

    /// What a constructor does first when it does not say so: `super()`, then the initialisers.
    fn begin_construction(&mut self, class: ClassIdx, span: Span) {
        let this = Operand::local(Local::new(0));
        if let Some(superclass) = self.unit.classes[class].superclass.clone() {
            self.construct(this, superclass, Vec::new(), span, span, span);
        }
        self.call_initialiser(class, span);
    }

    fn call_initialiser(&mut self, class: ClassIdx, span: Span) {
        if self.scopes[class].has_initialiser {
            let call = Call {
                // Never that of a subclass.
                target: Target::Super(WORDS.fields, Some(self.scopes[class].as_type.clone())),
                arguments: Vec::new(),
                block: None,
                type_arguments: Vec::new(),
                name_span: span,
                site: span,
            };
            self.compute(Rvalue::Call(Box::new(call)), span);
        }
    }

    /// `this(…)`, `super(…)`, `outer.super(…)`.
    pub(super) fn delegation(&mut self, node: Node<'t>) {
        let span = self.span(node);
        let children = self.children(node);
        let (Some(class), Some(keyword)) = (self.current_class(), children.get(Label::Constructor)) else { return };
        let Some(this) = self.receiver() else { return };
        if let Some(outer) = children.get(Label::Object) {
            let outer = self.expression(outer);
            self.assign(this.clone().field(WORDS.outer), Rvalue::Use(outer), span);
        }
        let list = children.get(Label::Arguments);
        let arguments = list.map(|list| self.arguments(list)).unwrap_or_default();
        let name_span = self.span(keyword);
        let site = Span::new(self.file, keyword.start_byte(), list.unwrap_or(node).end_byte());
        let this = Operand::Place(this);
        if self.kind(keyword) == Kind::This {
            let own = self.scopes[class].as_type.clone();
            return self.construct(this, own, arguments, name_span, site, span);
        }
        let superclass = self.unit.classes[class].superclass.clone();
        let superclass = superclass.unwrap_or_else(|| TypeRef::named("Object"));
        self.construct(this, superclass, arguments, name_span, site, span);
        self.call_initialiser(class, span);
    }

    /// One function for the static fields, enum constants and `static { … }` of a class.
    pub(super) fn static_initialiser(&mut self, members: &[Child<'t>], class: ClassIdx) {
        let mut opened = None;
        for member in members {
            match member.kind {
                Kind::FieldDeclaration | Kind::ConstantDeclaration | Kind::LocalVariable
                    if self.is_static_field(member.node, class) =>
                {
                    self.initialise_fields(member.node, class, &mut opened, true);
                }
                Kind::EnumConstant => {
                    self.open_initialiser(class, &mut opened, true);
                    self.enum_constant(member.node, class);
                }
                Kind::StaticInitializer => {
                    if let Some(block) = self.children(member.node).first(Kind::Block) {
                        self.open_initialiser(class, &mut opened, true);
                        self.statements(block);
                    }
                }
                _ => {}
            }
        }
        if let Some(index) = opened {
            self.finish_member(index, Some(class), true);
        }
    }

    /// One function for the instance fields and `{ … }` of a class.
    pub(super) fn instance_initialiser(&mut self, members: &[Child<'t>], class: ClassIdx) {
        let mut opened = None;
        for member in members {
            match member.kind {
                Kind::FieldDeclaration | Kind::LocalVariable if !self.is_static_field(member.node, class) => {
                    self.initialise_fields(member.node, class, &mut opened, false);
                }
                Kind::Block => {
                    self.open_initialiser(class, &mut opened, false);
                    self.statements(member.node);
                }
                _ => {}
            }
        }
        if let Some(index) = opened {
            self.finish_member(index, Some(class), true);
        }
    }

    fn is_static_field(&mut self, node: Node<'t>, class: ClassIdx) -> bool {
        let modifiers = self.children(node).first(Kind::Modifiers);
        self.is_interface(class) || modifiers.is_some_and(|modifiers| self.children(modifiers).has_token("static"))
    }

    fn open_initialiser(&mut self, class: ClassIdx, opened: &mut Option<FunctionIdx>, is_static: bool) {
        if opened.is_some() {
            return;
        }
        let (span, name_span) = (self.unit.classes[class].span, self.unit.classes[class].name_span);
        let (name, kind) = if is_static {
            (WORDS.static_initialiser, FunctionKind::StaticInitialiser)
        } else {
            (WORDS.fields, FunctionKind::Initialiser)
        };
        let mut function = Function::new(name, kind, Some(class), span, name_span);
        function.has_this = !is_static;
        function.modifiers = if is_static { Modifiers::STATIC } else { Modifiers::empty() };
        *opened = Some(self.open(function, Surroundings::Member(Some(class))));
    }

    fn initialise_fields(
        &mut self,
        node: Node<'t>,
        class: ClassIdx,
        opened: &mut Option<FunctionIdx>,
        is_static: bool,
    ) {
        let children = self.children(node);
        let type_node = children.get(Label::Type);
        for child in children.iter().filter(|child| child.label == Label::Declarator) {
            let parts = self.children(child.node);
            let (Some(name), Some(value)) = (parts.get(Label::Name), parts.get(Label::Value)) else { continue };
            self.open_initialiser(class, opened, is_static);
            let declared = self.declared_type(type_node, parts.get(Label::Dimensions));
            let value = self.initial_value(value, declared.as_ref());
            let base =
                if is_static { Place::class(self.scopes[class].as_type.clone()) } else { Place::local(Local::new(0)) };
            let (name, span) = (self.symbol(name), self.span(child.node));
            self.assign(base.field(name), Rvalue::Use(value), span);
        }
    }

    /// `NAME(arguments) { body }`: an object in a static field.
    fn enum_constant(&mut self, node: Node<'t>, class: ClassIdx) {
        let span = self.span(node);
        let children = self.children(node);
        let Some(name) = children.get(Label::Name) else { return };
        let list = children.get(Label::Arguments);
        let arguments = list.map(|list| self.arguments(list)).unwrap_or_default();
        let of = self.scopes[class].as_type.clone();
        let body = children.get(Label::Body);
        let anonymous = body.and_then(|body| self.anonymous_class(node, body, of.clone(), Some(name)));
        let created = anonymous.map_or_else(|| of.clone(), |anonymous| self.scopes[anonymous].as_type.clone());
        let object = self.builder().temporary(span);
        self.assign(Place::local(object), Rvalue::Allocate(created.clone()), span);
        let name_span = self.span(name);
        let site = Span::new(self.file, name.start_byte(), list.unwrap_or(name).end_byte());
        self.construct(Operand::local(object), created, arguments, name_span, site, span);
        let field = Place::class(of).field(self.symbol(name));
        self.assign(field, Rvalue::Use(Operand::local(object)), span);
    }

    /// The constructor of a record: the compact one as written, or one that only stores the components, unless a
    /// constructor with the same parameters is written out.
    pub(super) fn canonical_constructor(&mut self, members: &[Child<'t>], class: ClassIdx) {
        let components: Vec<Field> = self.components(class);
        let compact = members.iter().find(|member| member.kind == Kind::CompactConstructor).map(|member| member.node);
        let written = members.iter().filter(|member| member.kind == Kind::ConstructorDeclaration);
        let is_written = written.clone().any(|member| self.takes_components(member.node, &components));
        if is_written && compact.is_none() {
            return;
        }
        let (span, name_span) = match compact {
            Some(node) => {
                (self.span(node), self.children(node).get(Label::Name).map_or(self.span(node), |name| self.span(name)))
            }
            None => (self.unit.classes[class].span, self.unit.classes[class].name_span),
        };
        let mut function = Function::new(WORDS.constructor, FunctionKind::Constructor, Some(class), span, name_span);
        match compact {
            Some(node) => {
                let modifiers = self.children(node).first(Kind::Modifiers);
                (function.modifiers, function.annotations) = self.modifiers(modifiers);
            }
            None => function.modifiers = Modifiers::PUBLIC | Modifiers::SYNTHETIC,
        }
        function.has_this = true;
        let index = self.open(function, Surroundings::Member(Some(class)));
        let has_rest = self.scopes[class].has_rest;
        for (position, component) in components.iter().enumerate() {
            let is_rest = has_rest && position + 1 == components.len();
            self.add_parameter(WrittenParameter {
                name: component.name,
                declared: component.declared.clone(),
                kind: if is_rest { ParameterKind::Rest } else { ParameterKind::Positional },
                annotations: component.annotations.clone(),
                span: component.name_span,
            });
        }
        self.call_initialiser(class, name_span);
        if let Some(body) = compact.and_then(|node| self.children(node).get(Label::Body)) {
            self.statements(body);
        }
        for (position, component) in components.iter().enumerate() {
            let value = Operand::local(Local::new(position + 1));
            let field = Place::local(Local::new(0)).field(component.name);
            self.assign(field, Rvalue::Use(value), component.name_span);
        }
        self.finish_member(index, Some(class), true);
    }

    /// The fields of a record that its header declares.
    fn components(&self, class: ClassIdx) -> Vec<Field> {
        let fields = self.unit.classes[class].fields.iter();
        let components = fields.filter(|field| !field.modifiers.intersects(Modifiers::STATIC | Modifiers::SYNTHETIC));
        components.cloned().collect()
    }

    fn takes_components(&mut self, constructor: Node<'t>, components: &[Field]) -> bool {
        let Some(list) = self.children(constructor).get(Label::Parameters) else { return false };
        let children = self.children(list);
        let parameters: Vec<WrittenParameter> = children.iter().filter_map(|child| self.parameter(child)).collect();
        parameters.len() == components.len()
            && parameters.iter().zip(components).all(|(parameter, component)| parameter.declared == component.declared)
    }

    /// The accessors of a record that nobody wrote.
    pub(super) fn accessors(&mut self, members: &[Child<'t>], class: ClassIdx) {
        let mut written: FxHashSet<Symbol> = FxHashSet::default();
        for member in members.iter().filter(|member| member.kind == Kind::MethodDeclaration) {
            let children = self.children(member.node);
            let parameters = children.get(Label::Parameters).map(|list| self.children(list));
            if parameters.is_none_or(|parameters| parameters.named().next().is_none()) {
                written.extend(children.get(Label::Name).map(|name| self.symbol(name)));
            }
        }
        for component in self.components(class) {
            if written.contains(&component.name) {
                continue;
            }
            let span = component.name_span;
            let mut function = Function::new(component.name, FunctionKind::Method, Some(class), span, span);
            function.modifiers = Modifiers::PUBLIC | Modifiers::SYNTHETIC;
            function.returns = component.declared.clone();
            function.has_this = true;
            let index = self.open(function, Surroundings::Member(Some(class)));
            let value = Operand::Place(Place::local(Local::new(0)).field(component.name));
            self.builder().terminate(Terminator::Return(Some(value)), span);
            self.finish_member(index, Some(class), true);
        }
    }
}
