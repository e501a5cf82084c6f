//! What `self`, constants, instance and class variables stand for.

use tree_sitter::Node;

use super::lowering::{Lowering, OpenClass, SelfKind, Surroundings, WORDS};
use super::syntax::{Kind, Label};
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// The class around, if any.
    pub(super) fn current_class(&self) -> Option<ClassIdx> {
        self.classes.last().map(|open| open.class)
    }

    /// The class around with what goes for declarations in it.
    pub(super) fn open_class(&mut self) -> Option<&mut OpenClass> {
        self.classes.last_mut()
    }

    /// A class of this file as a type: its dotted name from the outermost module on.
    pub(super) fn as_type(&self, class: ClassIdx) -> TypeRef {
        let mut name = self.unit.classes[class].name.to_string();
        let mut outer = self.unit.classes[class].outer;
        while let Some(around) = outer {
            name = format!("{}.{name}", self.unit.classes[around].name);
            outer = self.unit.classes[around].outer;
        }
        TypeRef::named(name.as_str())
    }

    /// The class around as a value; outside of any class, the object that scripts run on.
    fn class_place(&self) -> Place {
        match self.current_class() {
            Some(class) => Place::class(self.as_type(class)),
            None => Place::class(TypeRef::named(WORDS.main)),
        }
    }

    /// `self`.
    pub(super) fn self_place(&mut self) -> Place {
        match self.receiver() {
            Some(receiver) => receiver,
            None => self.class_place(),
        }
    }

    /// Whether `self` is an instance here.
    fn has_instance(&self) -> bool {
        let own =
            self.frames.iter().rev().find(|frame| frame.surroundings == Surroundings::Member || frame.this.is_some());
        own.is_some_and(|frame| frame.this.is_some())
    }

    /// `@x`, as a field of the receiver or of the class.
    pub(super) fn instance_variable(&mut self, node: Node<'t>) -> Place {
        let name = Symbol::new(self.text(node).trim_start_matches('@'));
        if name.is_empty() {
            return self.self_place();
        }
        let is_static = !self.has_instance();
        let span = self.span(node);
        self.note_field(name, is_static, span);
        self.self_place().field(name)
    }

    /// `@@x`, a field of the class.
    pub(super) fn class_variable(&mut self, node: Node<'t>) -> Place {
        let name = Symbol::new(self.text(node).trim_start_matches('@'));
        if name.is_empty() {
            return self.class_place();
        }
        let span = self.span(node);
        self.note_field(name, true, span);
        self.class_place().field(name)
    }

    /// `$x`.
    pub(super) fn global_variable(&mut self, node: Node<'t>) -> Place {
        Place::class(TypeRef::named(WORDS.main)).field(self.symbol(node))
    }

    /// Declares a field of the class around where it is first seen.
    pub(super) fn note_field(&mut self, name: Symbol, is_static: bool, span: Span) {
        let Some(class) = self.current_class() else { return };
        let fields = &mut self.unit.classes[class].fields;
        if fields.iter().any(|field| field.name == name) {
            return;
        }
        fields.push(Field {
            name,
            declared: None,
            modifiers: if is_static { Modifiers::STATIC } else { Modifiers::PRIVATE },
            annotations: Vec::new(),
            constant: None,
            span,
            name_span: span,
        });
    }

    /// `A`, `A::B`, `x::B` as a value.
    pub(super) fn constant(&mut self, node: Node<'t>) -> Place {
        match self.dotted(node) {
            Some(name) => {
                let mut parts = name.split('.');
                let first = parts.next().unwrap_or_default();
                parts.fold(Place::name(first.into()), |place, part| place.field(part))
            }
            None => {
                let children = self.children(node);
                let span = self.span(node);
                let scope = children.get(Label::Scope);
                let scope = self.expression_or_unknown(scope, node);
                let name = children.get(Label::Name).map_or(Symbol::new("?"), |name| self.symbol(name));
                self.builder().place(scope, span).field(name)
            }
        }
    }

    /// The dotted name of a path of constants; `None` for anything else.
    pub(super) fn dotted(&mut self, node: Node<'t>) -> Option<Symbol> {
        let mut parts = Vec::new();
        let mut at = Some(node);
        while let Some(part) = at {
            match self.kind(part) {
                Kind::Constant => {
                    parts.push(self.text(part));
                    at = None;
                }
                Kind::ScopeResolution => {
                    let children = self.children(part);
                    parts.push(children.get(Label::Name).map_or("?", |name| self.text(name)));
                    at = children.get(Label::Scope);
                }
                _ => return None,
            }
        }
        parts.reverse();
        Some(Symbol::new(&parts.join(".")))
    }

    /// A superclass, exception class or the like as a type.
    pub(super) fn type_named(&mut self, node: Node<'t>) -> Option<TypeRef> {
        self.dotted(node).map(TypeRef::named)
    }

    /// What `self` will be in methods that are defined here.
    pub(super) fn methods_of(&self) -> SelfKind {
        self.classes.last().map_or(SelfKind::Instance, |open| open.methods_of)
    }
}
