//! Constructors and initialisers: what a new object, and a class when it is first used, run.

use tree_sitter::Node;

use super::declarations::{Member, Placed, Supertypes};
use super::functions::WrittenParameter;
use super::lowering::{Lowering, Surroundings, WORDS};
use super::syntax::Kind;
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// The fields of the properties that the primary constructor declares.
    pub(super) fn declare_components(&mut self, node: Node<'t>, class: ClassIdx) {
        for parameter in self.class_parameters(node) {
            let children = self.children(parameter);
            if children.first(Kind::BindingKind).is_none() {
                continue;
            }
            let Some(name) = children.first(Kind::SimpleIdentifier) else { continue };
            let (mut modifiers, annotations) = self.modifiers(&children);
            if !self.is_variable(&children) {
                modifiers |= Modifiers::FINAL;
            }
            let declared = children.type_node().map(|declared| self.type_ref(declared));
            let field = Field {
                name: self.symbol(name),
                declared,
                modifiers,
                annotations,
                constant: None,
                span: self.span(parameter),
                name_span: self.span(name),
            };
            let name = field.name;
            self.unit.classes[class].fields.push(field);
            self.scope_mut(class).components.push(name);
        }
    }

    /// The parameters of the primary constructor.
    pub(super) fn class_parameters(&mut self, node: Node<'t>) -> Vec<Node<'t>> {
        let Some(constructor) = self.children(node).first(Kind::PrimaryConstructor) else { return Vec::new() };
        self.children(constructor).all(Kind::ClassParameter).collect()
    }

    fn class_parameter(&mut self, node: Node<'t>) -> Option<WrittenParameter<'t>> {
        let children = self.children(node);
        let name = children.first(Kind::SimpleIdentifier)?;
        let (_, annotations) = self.modifiers(&children);
        let is_rest = self.has_modifier(&children, "vararg");
        let declared = children.type_node().map(|declared| self.type_ref(declared));
        Some(WrittenParameter {
            name: self.symbol(name),
            declared: if is_rest { declared.map(TypeRef::array) } else { declared },
            kind: if is_rest { ParameterKind::Rest } else { ParameterKind::Positional },
            annotations,
            default: children.expression_after("="),
            span: self.span(name),
        })
    }

    /// One function for the static members of a class, an object or a file: entries, properties, `init` blocks.
    pub(super) fn static_initialiser(&mut self, node: Node<'t>, members: &[Placed<'t>], class: ClassIdx) {
        let mut opened = None;
        let is_object = self.is_object(class);
        if is_object {
            self.construct_object(node, class, &mut opened);
        }
        for placed in members.iter().filter(|placed| placed.is_static || is_object) {
            match &placed.member {
                Member::Property(property) if property.has_initial_value() => {
                    self.open_static(class, node, &mut opened);
                    self.initialise_property(property, class, true);
                }
                Member::Entry(entry) => {
                    self.open_static(class, node, &mut opened);
                    self.enum_entry(*entry, class);
                }
                Member::Initialiser(block) => {
                    self.open_static(class, node, &mut opened);
                    self.block_statements(*block);
                }
                Member::Statement(statement) => {
                    self.open_static(class, node, &mut opened);
                    self.statement(*statement);
                }
                _ => {}
            }
        }
        if let Some(index) = opened {
            self.finish_member(index, class, true);
        }
    }

    fn open_static(&mut self, class: ClassIdx, node: Node<'t>, opened: &mut Option<FunctionIdx>) {
        if opened.is_none() {
            self.open_initialiser(class, opened, true);
            self.note_variables(node);
        }
    }

    /// The constructor of the superclass of an object, and the objects that implement interfaces for it.
    fn construct_object(&mut self, node: Node<'t>, class: ClassIdx, opened: &mut Option<FunctionIdx>) {
        let children = self.children(node);
        let supertypes = self.supertypes(&children);
        if supertypes.arguments.is_none() && supertypes.delegates.is_empty() {
            return;
        }
        self.open_static(class, node, opened);
        let object = Place::class(self.scope(class).as_type.clone());
        self.begin_construction(object, &supertypes, class);
    }

    /// Calls the constructor of the superclass, and stores the objects that implement interfaces.
    fn begin_construction(&mut self, object: Place, supertypes: &Supertypes<'t>, class: ClassIdx) {
        if let (Some(superclass), Some((name, list))) = (&supertypes.superclass, supertypes.arguments) {
            let arguments = self.arguments(list);
            let name_span = self.span(name);
            let site = name_span.to(self.span(list));
            self.construct(Operand::Place(object.clone()), superclass.clone(), arguments, name_span, site, site);
        }
        let span = self.unit.classes[class].name_span;
        for (position, (declared, by)) in supertypes.delegates.iter().enumerate() {
            let value = self.expression(*by);
            let field = delegate_field(position);
            if self.unit.classes[class].fields.iter().all(|known| known.name != field) {
                let modifiers = Modifiers::SYNTHETIC | Modifiers::FINAL;
                self.push_field(class, field, Some(declared.clone()), modifiers, span);
            }
            self.assign(object.clone().field(field), Rvalue::Use(value), span);
        }
    }

    /// Runs a constructor of `class` on `object`.
    pub(super) fn construct(
        &mut self,
        object: Operand,
        class: TypeRef,
        arguments: Vec<Argument>,
        name_span: Span,
        site: Span,
        span: Span,
    ) {
        let target = Target::Constructor { object, class };
        let call = Call { target, arguments, block: None, type_arguments: Vec::new(), name_span, site };
        self.compute(Rvalue::Call(Box::new(call)), span);
    }

    /// The constructors of a class: the primary one, written or not, and the secondary ones.
    pub(super) fn constructors(&mut self, node: Node<'t>, members: &[Placed<'t>], class: ClassIdx) {
        let kind = self.unit.classes[class].kind;
        if matches!(kind, ClassKind::Interface | ClassKind::Annotation | ClassKind::Object) {
            return;
        }
        let has_primary = self.children(node).first(Kind::PrimaryConstructor).is_some();
        let has_secondary = members.iter().any(|placed| matches!(placed.member, Member::Constructor(_)));
        if self.is_anonymous(class) || (has_secondary && !has_primary) {
            self.instance_initialiser(node, members, class);
        } else {
            self.primary_constructor(node, members, class);
        }
        for placed in members {
            if let Member::Constructor(constructor) = placed.member {
                self.secondary_constructor(constructor, node, class, has_primary);
            }
        }
    }

    fn primary_constructor(&mut self, node: Node<'t>, members: &[Placed<'t>], class: ClassIdx) {
        let name_span = self.unit.classes[class].name_span;
        let children = self.children(node);
        let written = children.first(Kind::PrimaryConstructor);
        let span = written.map_or(name_span, |written| self.span(written));
        let mut function = Function::new(WORDS.constructor, FunctionKind::Constructor, Some(class), span, name_span);
        match written {
            Some(written) => {
                let parts = self.children(written);
                (function.modifiers, function.annotations) = self.modifiers(&parts);
            }
            None => function.modifiers = Modifiers::PUBLIC | Modifiers::SYNTHETIC,
        }
        function.has_this = true;
        let index = self.open(function, Surroundings::Member(class));
        self.note_variables(node);
        let nodes = self.class_parameters(node);
        let parameters: Vec<WrittenParameter<'t>> =
            nodes.into_iter().filter_map(|parameter| self.class_parameter(parameter)).collect();
        self.add_parameters(parameters);
        let supertypes = self.supertypes(&children);
        let this = Place::local(Local::new(0));
        self.begin_construction(this.clone(), &supertypes, class);
        let components = self.scope(class).components.clone();
        for name in components {
            let Some(value) = self.variable_place(name) else { continue };
            let name_span = self.field_span(class, name).unwrap_or(span);
            self.assign(this.clone().field(name), Rvalue::Use(Operand::Place(value)), name_span);
        }
        self.initialise_instance(members, class);
        self.finish_member(index, class, true);
    }

    fn field_span(&self, class: ClassIdx, name: Symbol) -> Option<Span> {
        let field = self.unit.classes[class].fields.iter().find(|field| field.name == name)?;
        Some(field.name_span)
    }

    fn initialise_instance(&mut self, members: &[Placed<'t>], class: ClassIdx) {
        for placed in members.iter().filter(|placed| !placed.is_static) {
            match &placed.member {
                Member::Property(property) if property.has_initial_value() => {
                    self.initialise_property(property, class, false);
                }
                Member::Initialiser(block) => self.block_statements(*block),
                _ => {}
            }
        }
    }

    /// Property initialisers and `init` blocks of a class without a primary constructor.
    fn instance_initialiser(&mut self, node: Node<'t>, members: &[Placed<'t>], class: ClassIdx) {
        let mut opened = None;
        self.open_initialiser(class, &mut opened, false);
        self.note_variables(node);
        if self.is_anonymous(class) {
            let children = self.children(node);
            let supertypes = Supertypes { arguments: None, ..self.supertypes(&children) };
            self.begin_construction(Place::local(Local::new(0)), &supertypes, class);
        }
        self.initialise_instance(members, class);
        if let Some(index) = opened {
            self.finish_member(index, class, true);
        }
    }

    fn secondary_constructor(&mut self, node: Node<'t>, class_node: Node<'t>, class: ClassIdx, has_primary: bool) {
        let span = self.span(node);
        let children = self.children(node);
        let keyword = children.iter().find(|child| super::syntax::is_token(child, "constructor"));
        let name_span = keyword.map_or(span, |keyword| self.span(keyword.node));
        let mut function = Function::new(WORDS.constructor, FunctionKind::Constructor, Some(class), span, name_span);
        (function.modifiers, function.annotations) = self.modifiers(&children);
        function.has_this = true;
        let index = self.open(function, Surroundings::Member(class));
        self.note_variables(node);
        if let Some(parameters) = children.first(Kind::Parameters) {
            self.parameters(parameters);
        }
        let delegation = children.first(Kind::ConstructorDelegation);
        let delegates_here = delegation.is_some_and(|delegation| self.children(delegation).has_token("this"));
        if let Some(delegation) = delegation {
            self.delegation(delegation, class, delegates_here);
        }
        if !has_primary && !delegates_here {
            let children = self.children(class_node);
            let supertypes = Supertypes { arguments: None, ..self.supertypes(&children) };
            self.begin_construction(Place::local(Local::new(0)), &supertypes, class);
            self.call_initialiser(class, name_span);
        }
        if let Some(statements) = children.first(Kind::Statements) {
            self.statements(statements);
        }
        self.finish_member(index, class, true);
    }

    /// `this(…)`, `super(…)`.
    fn delegation(&mut self, node: Node<'t>, class: ClassIdx, delegates_here: bool) {
        let children = self.children(node);
        let Some(list) = children.first(Kind::ValueArguments) else { return };
        let keyword = children.iter().next().map_or(node, |keyword| keyword.node);
        let declaration = &self.unit.classes[class];
        let of = if delegates_here {
            Some(self.scope(class).as_type.clone())
        } else {
            // Without a primary constructor nothing tells the superclass from an interface: it may stand anywhere.
            declaration.superclass.clone().or_else(|| declaration.interfaces.first().cloned())
        };
        let Some(of) = of else { return };
        let arguments = self.arguments(list);
        let (name_span, site) = (self.span(keyword), self.span(node));
        self.construct(Operand::local(Local::new(0)), of, arguments, name_span, site, site);
    }

    fn call_initialiser(&mut self, class: ClassIdx, span: Span) {
        let call = Call {
            // Never that of a subclass.
            target: Target::Super(WORDS.fields, Some(self.scope(class).as_type.clone())),
            arguments: Vec::new(),
            block: None,
            type_arguments: Vec::new(),
            name_span: span,
            site: span,
        };
        self.compute(Rvalue::Call(Box::new(call)), span);
    }

    /// `NAME(arguments) { body }`: an object in a static field.
    fn enum_entry(&mut self, node: Node<'t>, class: ClassIdx) {
        let span = self.span(node);
        let children = self.children(node);
        let Some(name) = children.first(Kind::SimpleIdentifier) else { return };
        let name_span = self.span(name);
        let list = children.first(Kind::ValueArguments);
        let arguments = list.map(|list| self.arguments(list)).unwrap_or_default();
        let of = self.scope(class).as_type.clone();
        let body = children.first(Kind::ClassBody);
        let created = match body {
            Some(_) => {
                let anonymous = self.anonymous_class(node, Some(of.clone()), Vec::new(), name_span);
                self.scope(anonymous).as_type.clone()
            }
            None => of.clone(),
        };
        let object = self.builder().temporary(span);
        self.assign(Place::local(object), Rvalue::Allocate(created.clone()), span);
        let site = name_span.to(self.span(list.unwrap_or(name)));
        self.construct(Operand::local(object), created, arguments, name_span, site, span);
        let field = Place::class(of).field(self.symbol(name));
        self.assign(field, Rvalue::Use(Operand::local(object)), span);
    }
}

/// The field that holds the object which implements the interface at a position for its class.
fn delegate_field(position: usize) -> Symbol {
    Symbol::new(&format!("{DELEGATE}{position}"))
}
