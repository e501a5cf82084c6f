//! Properties: fields, initial values, delegates and accessors.

use tree_sitter::Node;

use super::functions::WrittenParameter;
use super::lowering::{Lowering, Surroundings};
use super::syntax::{Children, Kind, Label};
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

/// A property as it is written.
pub(super) struct Property<'t> {
    pub(super) node: Node<'t>,
    pub(super) name: Symbol,
    pub(super) name_span: Span,
    /// The type, declared or told by a literal.
    pub(super) declared: Option<TypeRef>,
    pub(super) modifiers: Modifiers,
    pub(super) annotations: Vec<Annotation>,
    pub(super) value: Option<Node<'t>>,
    /// What stands behind `by`.
    pub(super) delegate: Option<Node<'t>>,
    pub(super) getter: Option<Node<'t>>,
    pub(super) setter: Option<Node<'t>>,
    /// The receiver of an extension.
    pub(super) receiver: Option<Node<'t>>,
    pub(super) is_variable: bool,
    pub(super) is_late: bool,
}

impl Property<'_> {
    /// Whether an initialiser gives it a value.
    pub(super) fn has_initial_value(&self) -> bool {
        self.value.is_some() || self.delegate.is_some()
    }
}

impl<'t> Lowering<'t> {
    /// A property declaration; `None` for one that takes a value apart.
    pub(super) fn property(&mut self, node: Node<'t>) -> Option<Property<'t>> {
        let children = self.children(node);
        let variable = children.first(Kind::VariableDeclaration)?;
        let parts = self.children(variable);
        let name = parts.first(Kind::SimpleIdentifier)?;
        let (mut modifiers, annotations) = self.modifiers(&children);
        let is_variable = self.is_variable(&children);
        if !is_variable {
            modifiers |= Modifiers::FINAL;
        }
        let value = children.expression_after("=");
        let delegate = children.first(Kind::PropertyDelegate);
        let declared = parts.type_node().map(|declared| self.type_ref(declared));
        Some(Property {
            node,
            name: self.symbol(name),
            name_span: self.span(name),
            declared: declared.or_else(|| value.and_then(|value| self.type_of_literal(value))),
            modifiers,
            annotations,
            value,
            delegate: delegate.and_then(|delegate| self.children(delegate).expression()),
            getter: children.first(Kind::Getter),
            setter: children.first(Kind::Setter),
            receiver: children.get(Label::Receiver),
            is_variable,
            is_late: self.has_modifier(&children, "lateinit"),
        })
    }

    /// Whether a declaration says `var`.
    pub(super) fn is_variable(&mut self, children: &Children<'t>) -> bool {
        children.first(Kind::BindingKind).is_some_and(|kind| self.text(kind) == "var")
    }

    /// The type that a literal tells.
    pub(super) fn type_of_literal(&mut self, value: Node<'t>) -> Option<TypeRef> {
        let name = match self.kind(value) {
            Kind::String => "String",
            Kind::Boolean => "Boolean",
            Kind::Integer => "Int",
            Kind::Long => "Long",
            Kind::Real => "Double",
            Kind::Character => "Char",
            _ => return None,
        };
        Some(TypeRef::named(name))
    }

    /// Declares the field of a property, where it has one.
    pub(super) fn declare_property(&mut self, property: &Property<'t>, class: ClassIdx, in_companion: bool) {
        if !self.has_field(property, class) {
            return;
        }
        let is_static = in_companion || self.is_object(class);
        let mut modifiers = property.modifiers;
        if is_static {
            modifiers |= Modifiers::STATIC;
        }
        let is_constant = is_static && !property.is_variable && property.getter.is_none();
        let constant = property.value.filter(|_| is_constant).and_then(|value| self.fold(value));
        if constant.is_some() {
            let known = self.constants.entry(property.name).or_insert(constant);
            if *known != constant {
                *known = None;
            }
        }
        let field = Field {
            name: property.name,
            declared: self.type_of_property(property, class),
            modifiers,
            annotations: property.annotations.clone(),
            constant,
            span: self.span(property.node),
            name_span: property.name_span,
        };
        self.unit.classes[class].fields.push(field);
        if property.delegate.is_some() && property.is_variable {
            let modifiers = modifiers | Modifiers::SYNTHETIC;
            self.push_field(class, delegate_of(property.name), None, modifiers, property.name_span);
        }
    }

    /// The type of what a property of `class` holds: an object that gives itself under the name of an interface holds
    /// no less than itself.
    fn type_of_property(&mut self, property: &Property<'t>, class: ClassIdx) -> Option<TypeRef> {
        match property.value {
            Some(value) if !property.is_variable && self.text(value) == "this" => {
                Some(self.scope(class).as_type.clone())
            }
            _ => property.declared.clone(),
        }
    }

    fn has_field(&mut self, property: &Property<'t>, class: ClassIdx) -> bool {
        if property.receiver.is_some() {
            return false;
        }
        if property.has_initial_value() || property.is_late {
            return true;
        }
        let is_abstract =
            property.modifiers.contains(Modifiers::ABSTRACT) || self.unit.classes[class].kind == ClassKind::Interface;
        // A value that an `init` block or constructor gives, or a written accessor that uses it.
        !is_abstract && property.getter.is_none_or(|getter| self.children(getter).first(Kind::FunctionBody).is_none())
    }

    /// Whether a class has the field of a property.
    pub(super) fn field_declared(&self, class: ClassIdx, name: Symbol) -> bool {
        self.unit.classes[class].fields.iter().any(|field| field.name == name)
    }

    /// Where a property of the class at hand is stored.
    fn property_place(&mut self, class: ClassIdx, name: Symbol, is_static: bool) -> Place {
        let base =
            if is_static { Place::class(self.scope(class).as_type.clone()) } else { Place::local(Local::new(0)) };
        base.field(name)
    }

    /// Gives a property its initial value, in the initialiser that is open.
    pub(super) fn initialise_property(&mut self, property: &Property<'t>, class: ClassIdx, is_static: bool) {
        let span = self.span(property.node);
        let place = self.property_place(class, property.name, is_static);
        if let Some(value) = property.value {
            let value = self.expression(value);
            return self.assign(place, Rvalue::Use(value), span);
        }
        let Some(delegate) = property.delegate else { return };
        let delegate = self.expression(delegate);
        if property.is_variable {
            let stored = self.property_place(class, delegate_of(property.name), is_static);
            self.assign(stored, Rvalue::Use(delegate.clone()), span);
        }
        let owner = self.receiver().unwrap_or_else(|| Place::class(self.scope(class).as_type.clone()));
        let value = self.delegated_value(delegate, Operand::Place(owner), property, span);
        self.assign(place, Rvalue::Use(value), span);
    }

    /// What a delegate says that the value is.
    pub(super) fn delegated_value(
        &mut self,
        delegate: Operand,
        owner: Operand,
        property: &Property<'t>,
        span: Span,
    ) -> Operand {
        let name = Operand::Const(Const::Str(property.name));
        let value = accessor_call(delegate, "getValue", vec![owner, name], property.name_span);
        match property.declared.clone() {
            Some(declared) => self.compute_typed(value, declared, span),
            None => self.compute(value, span),
        }
    }

    /// The accessors of a property: those that are written, and those that nobody wrote.
    pub(super) fn accessors(&mut self, property: &Property<'t>, class: ClassIdx, in_companion: bool) {
        let is_static = in_companion || self.is_object(class);
        let has_body = |lowering: &mut Self, node: Option<Node<'t>>| {
            node.filter(|&node| lowering.children(node).first(Kind::FunctionBody).is_some())
        };
        let getter = has_body(self, property.getter);
        let setter = has_body(self, property.setter);
        let is_private = property.modifiers.contains(Modifiers::PRIVATE);
        if getter.is_some() || !is_private {
            self.accessor(property, class, is_static, getter, true);
        }
        let is_delegated = property.delegate.is_some();
        if property.is_variable && (setter.is_some() || is_delegated || !is_private) {
            self.accessor(property, class, is_static, setter, false);
        }
    }

    fn accessor(
        &mut self,
        property: &Property<'t>,
        class: ClassIdx,
        is_static: bool,
        written: Option<Node<'t>>,
        reads: bool,
    ) {
        let span = written.map_or(property.name_span, |written| self.span(written));
        let name = if reads { getter_name(&property.name) } else { setter_name(&property.name) };
        let mut function = Function::new(name, FunctionKind::Method, Some(class), span, property.name_span);
        function.modifiers = property.modifiers - Modifiers::FINAL;
        function.has_this = !is_static;
        if is_static {
            function.modifiers |= Modifiers::STATIC;
        }
        if property.receiver.is_some() {
            function.modifiers |= Modifiers::EXTENSION;
        }
        let has_field = self.field_declared(class, property.name);
        let notifies = !reads && property.delegate.is_some();
        if written.is_none() && !notifies {
            function.modifiers |= Modifiers::SYNTHETIC;
        }
        let declared = match written {
            Some(written) if reads => {
                let children = self.children(written);
                children.type_node().map(|declared| self.type_ref(declared)).or_else(|| property.declared.clone())
            }
            _ => self.type_of_property(property, class),
        };
        function.returns = if reads { declared.clone() } else { Some(TypeRef::named("void")) };
        let index = self.open(function, Surroundings::Member(class));
        let field = self.property_place(class, property.name, is_static);
        self.frame().backing = has_field.then(|| field.clone());
        if let Some(receiver) = property.receiver {
            let (declared, span) = (self.receiver_type(receiver), self.span(receiver));
            self.add_extension_receiver(declared, span);
        }
        let has_body = match written {
            Some(written) => {
                self.written_accessor(written, declared, reads);
                true
            }
            None if !has_field => false,
            None if reads => {
                self.builder().terminate(Terminator::Return(Some(Operand::Place(field))), property.name_span);
                true
            }
            None => {
                self.store_value(property, class, declared, field, is_static);
                true
            }
        };
        if !has_body {
            self.builder().function.modifiers |= Modifiers::ABSTRACT;
        }
        self.finish_member(index, class, has_body);
    }

    fn written_accessor(&mut self, node: Node<'t>, declared: Option<TypeRef>, reads: bool) {
        let children = self.children(node);
        let Some(body) = children.first(Kind::FunctionBody) else { return };
        self.note_variables(body);
        if !reads && let Some(parameter) = children.first(Kind::ParameterOptionalType) {
            let parts = self.children(parameter);
            if let Some(name) = parts.first(Kind::SimpleIdentifier) {
                let written = parts.type_node().map(|declared| self.type_ref(declared));
                let (name, span) = (self.symbol(name), self.span(name));
                self.value_parameter(name, written.or(declared), span);
            }
        }
        self.function_body(body);
    }

    /// The setter that nobody wrote: it stores the value, and tells it to the delegate.
    fn store_value(
        &mut self,
        property: &Property<'t>,
        class: ClassIdx,
        declared: Option<TypeRef>,
        field: Place,
        is_static: bool,
    ) {
        let span = property.name_span;
        let value = Operand::local(self.value_parameter(property.name, declared, span));
        self.assign(field, Rvalue::Use(value.clone()), span);
        if property.delegate.is_some() {
            let delegate = Operand::Place(self.property_place(class, delegate_of(property.name), is_static));
            let owner = self.receiver().unwrap_or_else(|| Place::class(self.scope(class).as_type.clone()));
            let name = Operand::Const(Const::Str(property.name));
            let call = accessor_call(delegate, "setValue", vec![Operand::Place(owner), name, value], span);
            self.compute(call, span);
        }
    }

    fn value_parameter(&mut self, name: Symbol, declared: Option<TypeRef>, span: Span) -> Local {
        let kind = ParameterKind::Positional;
        self.add_parameter(WrittenParameter { name, declared, kind, annotations: Vec::new(), default: None, span })
    }
}

/// A call of a method that the convention of delegates names.
fn accessor_call(receiver: Operand, name: &str, arguments: Vec<Operand>, span: Span) -> Rvalue {
    Rvalue::Call(Box::new(Call {
        target: Target::Method { receiver, name: Symbol::new(name) },
        arguments: arguments.into_iter().map(Argument::positional).collect(),
        block: None,
        type_arguments: Vec::new(),
        name_span: span,
        site: span,
    }))
}

/// The field that holds the delegate of a property.
fn delegate_of(name: Symbol) -> Symbol {
    Symbol::new(&format!("{name}$delegate"))
}
