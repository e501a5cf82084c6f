//! Calls and the creation of objects.

use tree_sitter::Node;

use super::lowering::{Lowering, WORDS};
use super::syntax::{Children, Kind, Label};
use super::types::unknown_type;
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// A method call on a receiver that is already evaluated.
    pub(super) fn invocation(&mut self, node: Node<'t>, children: &Children<'t>, receiver: Option<Operand>) -> Operand {
        let span = self.span(node);
        let Some(name_node) = children.get(Label::Name) else {
            return self.opaque(receiver.into_iter().collect(), span);
        };
        let name = self.symbol(name_node);
        let object = children.get(Label::Object);
        let target = match (receiver, object) {
            (Some(_), Some(object)) if self.kind(object) == Kind::Super => Target::Super(name, None),
            (Some(receiver), _) => Target::Method { receiver, name },
            (None, Some(object)) => self.qualified_super(object, name),
            (None, None) => Target::Bare(name),
        };
        if matches!(target, Target::Bare(_) | Target::Super(..)) {
            // It may be a method of this object, which a lambda then needs.
            self.receiver();
        }
        let arguments = children.get(Label::Arguments).map(|node| self.arguments(node)).unwrap_or_default();
        let type_arguments = children.get(Label::TypeArguments).map(|node| self.type_arguments(node));
        let is_string = self.returns_string(&target, arguments.len());
        let call = Call {
            target,
            arguments,
            block: None,
            type_arguments: type_arguments.unwrap_or_default(),
            name_span: self.span(name_node),
            site: self.site(object, name_node, node.end_byte()),
        };
        let value = Rvalue::Call(Box::new(call));
        if is_string { self.compute_string(value, span) } else { self.compute(value, span) }
    }

    /// `Interface.super.name()`, or `Outer.super.name()`.
    fn qualified_super(&mut self, qualifier: Node<'t>, name: Symbol) -> Target {
        let qualifier_name = self.dotted(qualifier);
        let class = self.class_named(&qualifier_name);
        if class.is_some() && class == self.current_class() {
            return Target::Super(name, None);
        }
        match self.outer_instance(qualifier) {
            // The method of the superclass of an outer instance: its own override stands for it.
            Some(outer) => Target::Method { receiver: Operand::Place(outer), name },
            None => Target::Super(name, Some(TypeRef::named(qualifier_name))),
        }
    }

    /// The arguments between the brackets.
    pub(super) fn arguments(&mut self, node: Node<'t>) -> Vec<Argument> {
        let children = self.children(node);
        children.expressions().map(|argument| Argument::positional(self.expression(argument))).collect()
    }

    /// The region by which a call is reported.
    fn site(&self, receiver: Option<Node<'t>>, name: Node<'t>, end: usize) -> Span {
        let line = name.start_position().row;
        let start = receiver.filter(|receiver| receiver.start_position().row == line).unwrap_or(name);
        Span::new(self.file, start.start_byte(), end)
    }

    fn returns_string(&self, target: &Target, arguments: usize) -> bool {
        match target {
            Target::Method { name, receiver } => {
                *name == WORDS.to_string && arguments == 0
                    || matches!(receiver, Operand::Place(Place { base: Base::Name(class), path })
                        if *class == WORDS.string && path.is_empty())
            }
            Target::Bare(name) => {
                let mut classes = self.classes_around();
                classes.find_map(|class| self.method_returns_string(class, *name)).unwrap_or(false)
            }
            Target::Super(name, None) => {
                let superclass = self.current_class().and_then(|class| self.scopes[class].superclass);
                superclass.and_then(|class| self.method_returns_string(class, *name)).unwrap_or(false)
            }
            _ => false,
        }
    }

    /// Whether a method of `class`, or the one it inherits within this file, returns a string.
    fn method_returns_string(&self, class: ClassIdx, name: Symbol) -> Option<bool> {
        self.superclasses(class).find_map(|class| self.scopes[class].string_methods.get(&name).copied())
    }

    /// `new C(a)`, `new C(a) { … }`, `outer.new C(a)`.
    pub(super) fn creation(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let keyword = children.iter().find(|child| child.kind == Kind::Other && child.node.kind() == "new");
        let start = keyword.map_or(node.start_byte(), |keyword| keyword.node.start_byte());
        let outer_node = children.expressions().find(|outer| outer.start_byte() < start);
        let outer = outer_node.map(|outer| self.expression(outer));
        let type_node = children.get(Label::Type);
        let written = type_node.map_or_else(unknown_type, |node| self.type_ref(node));
        let argument_list = children.get(Label::Arguments);
        let arguments = argument_list.map(|list| self.arguments(list)).unwrap_or_default();

        let named = self.class_named(&written.name);
        let body = children.first(Kind::ClassBody);
        let anonymous = body.and_then(|body| self.anonymous_class(node, body, written.clone(), type_node));
        let class = match anonymous {
            Some(anonymous) => self.scopes[anonymous].as_type.clone(),
            None => written,
        };

        let object = self.builder().temporary(span);
        self.assign(Place::local(object), Rvalue::Allocate(class.clone()), span);
        match (anonymous.or(named), outer) {
            (Some(created), outer) => self.write_surroundings(object, created, outer.zip(named), span),
            (None, Some(outer)) => {
                self.assign(Place::local(object).field(WORDS.outer), Rvalue::Use(outer), span);
            }
            (None, None) => {}
        }
        let name_node = type_node.unwrap_or(node);
        let end = argument_list.unwrap_or(node).end_byte();
        let receiver = outer_node.or(keyword.map(|keyword| keyword.node));
        let site = self.site(receiver, name_node, end);
        let name_span = self.span(name_node);
        self.construct(Operand::local(object), class, arguments, name_span, site, span);
        Operand::local(object)
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

    /// Gives a new object its outer instance and the locals that its class captures. `explicit` is the outer instance
    /// of `outer.new C()`, with the class that it is for.
    pub(super) fn write_surroundings(
        &mut self,
        object: Local,
        class: ClassIdx,
        explicit: Option<(Operand, ClassIdx)>,
        span: Span,
    ) {
        let innermost = self.frames.len() - 1;
        let classes: Vec<ClassIdx> = self.superclasses(class).collect();
        let outer = classes.iter().filter(|&&class| self.scopes[class].has_outer_instance).copied().collect::<Vec<_>>();
        let outer = outer.into_iter().find_map(|class| match &explicit {
            Some((outer, named)) if *named == class => Some(outer.clone()),
            _ => self.instance_around(class).map(Operand::Place),
        });
        if let Some(outer) = outer {
            self.assign(Place::local(object).field(WORDS.outer), Rvalue::Use(outer), span);
        }
        let mut written: Vec<Symbol> = Vec::new();
        for class in classes {
            if self.scopes[class].is_open && self.scopes[class].declared_in.is_some() {
                // It creates another of itself: what it captures is known when its body has been read.
                if let Some(instance) = self.reach_instance(innermost, class) {
                    let to = Place::local(object).field(captures_of(class));
                    self.assign(to, Rvalue::Use(Operand::Place(instance)), span);
                    let function = self.frame().function;
                    self.scopes[class].early_creations.push(function);
                }
                continue;
            }
            let captures: Vec<_> = self.scopes[class].captures.iter().map(|(local, field)| (*local, *field)).collect();
            for (captured, field) in captures {
                if written.contains(&field) {
                    continue;
                }
                written.push(field);
                if let Some(place) = self.reach_local(innermost, captured) {
                    self.assign(Place::local(object).field(field), Rvalue::Use(Operand::Place(place)), span);
                }
            }
        }
    }

    /// The instance that a new object of the inner class `class` lies in: that of the class around it, or of a class
    /// below that one.
    fn instance_around(&mut self, class: ClassIdx) -> Option<Place> {
        let innermost = self.frames.len().checked_sub(1)?;
        let around = self.unit.classes[class].outer?;
        let lies_in = |&candidate: &ClassIdx| self.superclasses(candidate).any(|class| class == around);
        let found = self.classes_around().find(lies_in)?;
        self.reach_instance(innermost, found)
    }

    /// Replaces what stands for the captures of `class` where it creates itself, now that they are known.
    pub(super) fn complete_early_creations(&mut self, class: ClassIdx) {
        let mut functions = std::mem::take(&mut self.scopes[class].early_creations);
        functions.sort();
        functions.dedup();
        let marker = Projection::Field(captures_of(class));
        for function in functions {
            for block in self.unit.functions[function].blocks.iter_mut() {
                if !block.statements.iter().any(|statement| statement.to.path.last() == Some(&marker)) {
                    continue;
                }
                let mut statements = Vec::with_capacity(block.statements.len());
                for statement in block.statements.drain(..) {
                    match &statement.value {
                        Rvalue::Use(Operand::Place(instance)) if statement.to.path.last() == Some(&marker) => {
                            for field in self.scopes[class].captures.values() {
                                let mut to = statement.to.clone();
                                to.path.pop();
                                statements.push(Statement {
                                    to: to.field(*field),
                                    value: Rvalue::Use(Operand::Place(instance.clone().field(*field))),
                                    span: statement.span,
                                });
                            }
                        }
                        _ => statements.push(statement),
                    }
                }
                block.statements = statements;
            }
        }
    }
}

/// The field that stands for all captures of a class whose body is still being read.
fn captures_of(class: ClassIdx) -> Symbol {
    Symbol::new(&format!("<captures {}>", class.index()))
}
