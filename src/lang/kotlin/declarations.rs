//! Files and classes: first all classes of a file with their fields are declared, then their bodies are lowered.
//!
//! Local and anonymous classes go the same two steps where the code that holds them is lowered.

use indexmap::IndexMap;
use tree_sitter::Node;

use super::lowering::{Lowering, Surroundings, This, WORDS};
use super::names::ClassScope;
use super::properties::Property;
use super::syntax::{Child, Children, Kind};
use crate::base::{Span, Symbol};
use crate::ir::*;

/// What a class body holds.
pub(super) enum Member<'t> {
    /// A property with the accessors that follow it.
    Property(Box<Property<'t>>),
    Function(Node<'t>),
    Class(Node<'t>),
    Initialiser(Node<'t>),
    Constructor(Node<'t>),
    Entry(Node<'t>),
    /// A statement or destructuring declaration of a file or script.
    Statement(Node<'t>),
}

/// A member, and whether it belongs to the companion.
pub(super) struct Placed<'t> {
    pub(super) member: Member<'t>,
    pub(super) is_static: bool,
}

/// The supertypes of a class as they are written.
#[derive(Default)]
pub(super) struct Supertypes<'t> {
    /// The class whose constructor is called.
    pub(super) superclass: Option<TypeRef>,
    pub(super) interfaces: Vec<TypeRef>,
    /// The arguments of that constructor, with its name.
    pub(super) arguments: Option<(Node<'t>, Node<'t>)>,
    /// Interfaces that another object implements.
    pub(super) delegates: Vec<(TypeRef, Node<'t>)>,
}

/// What a class is declared with, however it is written.
struct Header {
    name: Symbol,
    kind: ClassKind,
    superclass: Option<TypeRef>,
    interfaces: Vec<TypeRef>,
    type_parameters: Vec<TypeParameter>,
    modifiers: Modifiers,
    annotations: Vec<Annotation>,
    span: Span,
    name_span: Span,
}

impl<'t> Lowering<'t> {
    /// Lowers the whole file.
    pub(super) fn program(&mut self, root: Node<'t>) {
        let children = self.with_content_of_errors(root);
        let mut facade = facade_name(&self.unit.path);
        for child in &children {
            match child.kind {
                Kind::PackageHeader => {
                    let name = self.children(child.node).first(Kind::Identifier);
                    self.unit.namespace = name.map(|name| self.dotted(name));
                }
                Kind::ImportList => {
                    for import in self.children(child.node).all(Kind::ImportHeader) {
                        self.import(import);
                    }
                }
                Kind::ImportHeader => self.import(child.node),
                Kind::FileAnnotation => facade = self.written_facade(child.node).unwrap_or(facade),
                Kind::TypeAlias => self.alias(child.node),
                _ => {}
            }
        }
        let members = self.group(&children, true);
        let stands_alone = |placed: &Placed<'_>| !matches!(placed.member, Member::Class(_));
        let facade = members.iter().any(stands_alone).then(|| self.declare_facade(facade, root));
        self.declare_members(&members, facade);
        if let Some(facade) = facade {
            self.class_body(root, &members, facade);
        }
        for placed in &members {
            if let Member::Class(node) = placed.member {
                self.lower_class(node);
            }
        }
    }

    /// The name that `@file:JvmName("…")` gives to the facade.
    fn written_facade(&mut self, node: Node<'t>) -> Option<Symbol> {
        let annotations = self.annotations(node);
        let named = annotations.iter().find(|annotation| annotation.name.ends_with("JvmName"))?;
        match named.arguments.first()?.1.first()? {
            AnnotationValue::Const(Const::Str(name)) => Some(*name),
            _ => None,
        }
    }

    fn declare_facade(&mut self, name: Symbol, root: Node<'t>) -> ClassIdx {
        let span = self.span(root);
        let header = Header {
            name,
            kind: ClassKind::Object,
            superclass: None,
            interfaces: Vec::new(),
            type_parameters: Vec::new(),
            modifiers: Modifiers::SYNTHETIC | Modifiers::FINAL | Modifiers::PUBLIC | Modifiers::STATIC,
            annotations: Vec::new(),
            span,
            name_span: Span::new(self.file, span.start as usize, span.start as usize),
        };
        self.declare(header, None, None)
    }

    fn alias(&mut self, node: Node<'t>) {
        let children = self.children(node);
        let Some(name) = children.first(Kind::TypeIdentifier) else { return };
        let Some(stands_for) = children.type_node() else { return };
        let (name, stands_for) = (self.symbol(name), self.type_ref(stands_for));
        self.aliases.insert(name, stands_for);
    }

    fn import(&mut self, node: Node<'t>) {
        let children = self.children(node);
        let Some(identifier) = children.first(Kind::Identifier) else { return };
        let path = self.dotted(identifier);
        let is_wildcard = children.first(Kind::Wildcard).is_some();
        let alias = children.first(Kind::ImportAlias).and_then(|alias| {
            let alias = self.children(alias).first(Kind::TypeIdentifier)?;
            Some(self.symbol(alias))
        });
        let last = Symbol::new(path.rsplit('.').next().unwrap_or(&path));
        let alias = (!is_wildcard).then(|| alias.unwrap_or(last));
        self.unit.imports.push(Import { path, alias, is_static: false, span: self.span(node) });
    }

    /// A dotted name without the blanks, comments and backticks that may stand in it.
    pub(super) fn dotted(&mut self, node: Node<'t>) -> Symbol {
        let parts: Vec<&str> =
            self.children(node).all(Kind::SimpleIdentifier).map(|part| self.text(part).trim_matches('`')).collect();
        Symbol::new(&parts.join("."))
    }

    // Declaring.

    /// The members among `children`; a property takes the accessors behind it, and companions are opened.
    pub(super) fn group(&mut self, children: &[Child<'t>], is_file: bool) -> Vec<Placed<'t>> {
        let mut members: Vec<Placed<'t>> = Vec::new();
        for child in children {
            let node = child.node;
            let member = match child.kind {
                Kind::PropertyDeclaration => match self.property(node) {
                    Some(property) => Member::Property(Box::new(property)),
                    None => Member::Statement(node),
                },
                Kind::Getter | Kind::Setter => {
                    if let Some(Placed { member: Member::Property(property), .. }) = members.last_mut() {
                        let slot = if child.kind == Kind::Getter { &mut property.getter } else { &mut property.setter };
                        slot.get_or_insert(node);
                    }
                    continue;
                }
                Kind::FunctionDeclaration => Member::Function(node),
                Kind::ClassDeclaration | Kind::ObjectDeclaration => Member::Class(node),
                Kind::AnonymousInitializer => Member::Initialiser(node),
                Kind::SecondaryConstructor => Member::Constructor(node),
                Kind::EnumEntry => Member::Entry(node),
                Kind::CompanionObject => {
                    if let Some(body) = self.children(node).first(Kind::ClassBody) {
                        let inner = self.with_content_of_errors(body);
                        let inner = self.descend(body, |lowering| lowering.group(&inner, false)).unwrap_or_default();
                        members.extend(inner.into_iter().map(|placed| Placed { is_static: true, ..placed }));
                    }
                    continue;
                }
                kind if is_file && (kind.is_expression() || kind.is_statement()) => Member::Statement(node),
                _ => continue,
            };
            let is_static = matches!(member, Member::Entry(_));
            members.push(Placed { member, is_static });
        }
        members
    }

    /// The members of the body of a class.
    fn members_of(&mut self, node: Node<'t>) -> Vec<Placed<'t>> {
        let children = self.children(node);
        let Some(body) = children.first(Kind::ClassBody).or(children.first(Kind::EnumBody)) else { return Vec::new() };
        let inner = self.with_content_of_errors(body);
        self.group(&inner, false)
    }

    fn declare_class(&mut self, node: Node<'t>, outer: Option<ClassIdx>) -> ClassIdx {
        let header = self.header(node);
        let class = self.declare(header, outer, None);
        self.classes_by_node.insert(node.id(), class);
        self.declare_content(node, class);
        class
    }

    /// Fields of the primary constructor and members of the body.
    fn declare_content(&mut self, node: Node<'t>, class: ClassIdx) {
        self.declare_components(node, class);
        self.declare_companion_name(node, class);
        let members = self.members_of(node);
        self.declare_members(&members, Some(class));
    }

    fn header(&mut self, node: Node<'t>) -> Header {
        let span = self.span(node);
        let children = self.children(node);
        let (mut modifiers, annotations) = self.modifiers(&children);
        let kind = if self.kind(node) == Kind::ObjectDeclaration {
            ClassKind::Object
        } else if children.has_token("interface") {
            ClassKind::Interface
        } else if children.has_token("enum") {
            ClassKind::Enum
        } else if self.has_modifier(&children, "annotation") {
            ClassKind::Annotation
        } else if self.has_modifier(&children, "data") || self.has_modifier(&children, "value") {
            ClassKind::Record
        } else {
            ClassKind::Class
        };
        if !self.has_modifier(&children, "inner") {
            modifiers |= Modifiers::STATIC;
        }
        if matches!(kind, ClassKind::Interface | ClassKind::Annotation) {
            modifiers |= Modifiers::ABSTRACT;
        }
        let supertypes = self.supertypes(&children);
        let name = children.first(Kind::TypeIdentifier);
        Header {
            name: name.map_or(Symbol::new("?"), |name| self.symbol(name)),
            kind,
            superclass: supertypes.superclass,
            interfaces: supertypes.interfaces,
            type_parameters: self.type_parameters(children.first(Kind::TypeParameters)),
            modifiers,
            annotations,
            span,
            name_span: name.map_or(span, |name| self.span(name)),
        }
    }

    /// The supertypes that the children of a declaration name.
    pub(super) fn supertypes(&mut self, children: &Children<'t>) -> Supertypes<'t> {
        let mut found = Supertypes::default();
        for specifier in children.all(Kind::DelegationSpecifier) {
            let Some(inner) = self.children(specifier).named().next() else { continue };
            match inner.kind {
                Kind::ConstructorInvocation => {
                    let parts = self.children(inner.node);
                    let Some(name) = parts.first(Kind::UserType) else { continue };
                    found.superclass = Some(self.type_ref(name));
                    found.arguments = parts.first(Kind::ValueArguments).map(|list| (name, list));
                }
                Kind::ExplicitDelegation => {
                    let parts = self.children(inner.node);
                    let Some(name) = parts.type_node() else { continue };
                    let declared = self.type_ref(name);
                    if let Some(by) = parts.expression_after("by") {
                        found.delegates.push((declared.clone(), by));
                    }
                    found.interfaces.push(declared);
                }
                kind if kind.is_type() => found.interfaces.push(self.type_ref(inner.node)),
                _ => {}
            }
        }
        found
    }

    /// Declares a class in a class, or in a function, or in the file.
    fn declare(&mut self, mut header: Header, outer: Option<ClassIdx>, function: Option<FunctionIdx>) -> ClassIdx {
        if outer.is_none() {
            header.modifiers |= Modifiers::STATIC;
        }
        let as_type = match outer {
            Some(outer) if function.is_none() && !self.is_facade(outer) => {
                format!("{}.{}", self.scope(outer).as_type.name, header.name)
            }
            _ => header.name.to_string(),
        };
        let is_inner = !header.modifiers.contains(Modifiers::STATIC) && outer.is_some();
        let class = self.unit.classes.push(Class {
            name: header.name,
            kind: header.kind,
            outer: outer.filter(|&outer| function.is_some() || !self.is_facade(outer)),
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
        self.scopes.push(ClassScope {
            as_type: TypeRef::named(as_type.as_str()),
            declared_in: function.and_then(|_| self.frames.len().checked_sub(1)),
            has_outer_instance: is_inner,
            captures: IndexMap::default(),
            components: Vec::new(),
        });
        if let Some(outer) = outer.filter(|_| is_inner) {
            let declared = Some(self.scope(outer).as_type.clone());
            let modifiers = Modifiers::SYNTHETIC | Modifiers::FINAL;
            self.push_field(class, WORDS.outer, declared, modifiers, header.name_span);
        }
        class
    }

    /// Whether a class stands for a file.
    pub(super) fn is_facade(&self, class: ClassIdx) -> bool {
        let class = &self.unit.classes[class];
        class.kind == ClassKind::Object && class.modifiers.contains(Modifiers::SYNTHETIC) && class.outer.is_none()
    }

    pub(super) fn push_field(
        &mut self,
        class: ClassIdx,
        name: Symbol,
        declared: Option<TypeRef>,
        modifiers: Modifiers,
        span: Span,
    ) {
        let field = Field { name, declared, modifiers, annotations: Vec::new(), constant: None, span, name_span: span };
        self.unit.classes[class].fields.push(field);
    }

    /// A companion with a name can be named; it stands for the class around it.
    fn declare_companion_name(&mut self, node: Node<'t>, class: ClassIdx) {
        let children = self.children(node);
        let Some(body) = children.first(Kind::ClassBody) else { return };
        for companion in self.children(body).all(Kind::CompanionObject) {
            let Some(name) = self.children(companion).first(Kind::TypeIdentifier) else { continue };
            let header = Header {
                name: self.symbol(name),
                kind: ClassKind::Object,
                superclass: None,
                interfaces: Vec::new(),
                type_parameters: Vec::new(),
                modifiers: Modifiers::SYNTHETIC | Modifiers::STATIC | Modifiers::PUBLIC,
                annotations: Vec::new(),
                span: self.span(companion),
                name_span: self.span(name),
            };
            self.declare(header, Some(class), None);
        }
    }

    /// Fields of properties and of enum entries, and the classes among the members.
    fn declare_members(&mut self, members: &[Placed<'t>], class: Option<ClassIdx>) {
        for placed in members {
            match (&placed.member, class) {
                (Member::Property(property), Some(class)) => {
                    self.declare_property(property, class, placed.is_static);
                }
                (Member::Entry(node), Some(class)) => self.declare_entry(*node, class),
                (Member::Class(node), _) => {
                    self.descend(*node, |lowering| lowering.declare_class(*node, class));
                }
                _ => {}
            }
        }
    }

    fn declare_entry(&mut self, node: Node<'t>, class: ClassIdx) {
        let children = self.children(node);
        let Some(name) = children.first(Kind::SimpleIdentifier) else { return };
        let (_, annotations) = self.modifiers(&children);
        let field = Field {
            name: self.symbol(name),
            declared: Some(self.scope(class).as_type.clone()),
            modifiers: Modifiers::PUBLIC | Modifiers::STATIC | Modifiers::FINAL,
            annotations,
            constant: None,
            span: self.span(node),
            name_span: self.span(name),
        };
        self.unit.classes[class].fields.push(field);
    }

    // Lowering.

    /// Lowers the bodies of a class that was declared.
    pub(super) fn lower_class(&mut self, node: Node<'t>) {
        let Some(&class) = self.classes_by_node.get(&node.id()) else { return };
        let members = self.members_of(node);
        self.descend(node, |lowering| lowering.class_body(node, &members, class));
    }

    /// Lowers initialisers, constructors, accessors, functions and nested classes of a class, or of the facade.
    fn class_body(&mut self, node: Node<'t>, members: &[Placed<'t>], class: ClassIdx) {
        self.static_initialiser(node, members, class);
        self.constructors(node, members, class);
        for placed in members {
            match &placed.member {
                Member::Property(property) => self.accessors(property, class, placed.is_static),
                Member::Function(function) => self.function(*function, class, placed.is_static),
                Member::Class(nested) if !self.is_facade(class) => self.lower_class(*nested),
                _ => {}
            }
        }
        self.generated_members(members, class);
    }

    /// A class declared in a block.
    pub(super) fn local_class(&mut self, node: Node<'t>) {
        let outer = self.current_class();
        let mut header = self.header(node);
        if self.receiver().is_some() && header.kind != ClassKind::Object {
            header.modifiers -= Modifiers::STATIC;
        }
        let name = header.name;
        let function = self.frame().function;
        let class = self.declare(header, outer, Some(function));
        self.classes_by_node.insert(node.id(), class);
        self.frame().local_classes.declare(name, class);
        self.declare_content(node, class);
        self.lower_class(node);
    }

    /// The class of `object : Type(…) { body }`, or of an enum entry with a body, lowered.
    pub(super) fn anonymous_class(
        &mut self,
        node: Node<'t>,
        superclass: Option<TypeRef>,
        interfaces: Vec<TypeRef>,
        name_span: Span,
    ) -> ClassIdx {
        self.anonymous += 1;
        let outer = self.current_class();
        let is_inner = outer.is_some() && !matches!(self.frame().this, This::None | This::Class(_));
        // Where there is no class, the first interface takes its place.
        let mut interfaces = interfaces;
        let superclass = superclass.or_else(|| (!interfaces.is_empty()).then(|| interfaces.remove(0)));
        let header = Header {
            name: Symbol::new(&format!("${}", self.anonymous)),
            kind: ClassKind::Class,
            superclass,
            interfaces,
            type_parameters: Vec::new(),
            modifiers: if is_inner { Modifiers::FINAL } else { Modifiers::FINAL | Modifiers::STATIC },
            annotations: Vec::new(),
            span: self.span(node),
            name_span,
        };
        let function = self.frame().function;
        let class = self.declare(header, outer, Some(function));
        let members = self.members_of(node);
        self.declare_members(&members, Some(class));
        self.descend(node, |lowering| lowering.class_body(node, &members, class));
        class
    }

    /// Whether the members of a class are static: it is an object, or stands for the file.
    pub(super) fn is_object(&self, class: ClassIdx) -> bool {
        self.unit.classes[class].kind == ClassKind::Object
    }

    /// Whether a class was made by an object literal or by an enum entry with a body.
    pub(super) fn is_anonymous(&self, class: ClassIdx) -> bool {
        self.unit.classes[class].name.starts_with('$')
    }

    /// Opens an initialiser of a class when there is none yet.
    pub(super) fn open_initialiser(&mut self, class: ClassIdx, opened: &mut Option<FunctionIdx>, is_static: bool) {
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
        *opened = Some(self.open(function, Surroundings::Member(class)));
    }
}

/// The class that stands for the file at `path`.
fn facade_name(path: &str) -> Symbol {
    let file = path.rsplit('/').next().unwrap_or(path);
    let stem = file.split('.').next().unwrap_or(file);
    let mut characters = stem.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    Symbol::new(&format!("{first}{}Kt", characters.as_str()))
}
