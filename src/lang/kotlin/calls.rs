//! Chains of accesses and calls: each link works on what the one before gives.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::lowering::{Lowering, WORDS};
use super::syntax::{Children, Kind};
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

/// What stands to the left of a link.
enum Left {
    Value(Operand),
    /// A name that nothing was read of yet: it may be called.
    Name(Symbol),
    /// `value.name`, not read yet: it may be called.
    Member(Operand, Symbol),
    /// `super.name`, not read yet; the type is that of `super<Type>`.
    SuperMember(Symbol, Option<TypeRef>),
    /// `super`.
    Super(Option<TypeRef>),
}

/// Where the name of what may be called stands, and where the whole begins.
struct Position<'t> {
    start: Node<'t>,
    name: Node<'t>,
}

impl<'t> Lowering<'t> {
    /// Accesses, index accesses and calls, walked along the left spine, which is long for fluent code.
    pub(super) fn chain(&mut self, node: Node<'t>) -> Operand {
        let mut links: SmallVec<[(Node<'t>, Kind, Children<'t>); 4]> = SmallVec::new();
        let mut at = node;
        loop {
            let kind = self.kind(at);
            let children = self.children(at);
            let is_link = matches!(kind, Kind::Navigation | Kind::Call | Kind::Indexing)
                || (kind == Kind::Postfix && children.has_token("!!"));
            let inner = if is_link { children.iter().next() } else { None };
            let Some(inner) = inner.filter(|inner| inner.kind != Kind::Other) else { break };
            links.push((at, kind, children));
            at = inner.node;
        }
        let mut position = Position { start: at, name: at };
        let mut left = self.chain_start(at);
        for (link, kind, children) in links.into_iter().rev() {
            left = match kind {
                Kind::Navigation => self.navigation(link, &children, left, &mut position),
                Kind::Call => Left::Value(self.invocation(link, &children, left, &position)),
                Kind::Indexing => {
                    let suffix = children.first(Kind::IndexingSuffix);
                    let array = self.read(left, link);
                    Left::Value(self.index_access(link, suffix, array))
                }
                _ => Left::Value(self.read(left, link)),
            };
        }
        self.read(left, node)
    }

    fn chain_start(&mut self, node: Node<'t>) -> Left {
        match self.kind(node) {
            Kind::SimpleIdentifier if !node.is_missing() => Left::Name(self.symbol(node)),
            Kind::Super => {
                let children = self.children(node);
                Left::Super(children.type_node().map(|declared| self.type_ref(declared)))
            }
            _ => Left::Value(self.expression(node)),
        }
    }

    /// The value of what stands to the left.
    fn read(&mut self, left: Left, node: Node<'t>) -> Operand {
        match left {
            Left::Value(value) => value,
            Left::Name(name) => Operand::Place(self.place_named(name)),
            Left::Member(value, name) => {
                let span = self.span(node);
                Operand::Place(self.builder().place(value, span).field(name))
            }
            Left::SuperMember(name, class) => {
                // The accessor of the superclass.
                let span = self.span(node);
                let target = Target::Super(getter_name(&name), class);
                self.emit_call(target, Vec::new(), Vec::new(), span, span, span)
            }
            Left::Super(_) => self.this(node),
        }
    }

    fn navigation(&mut self, node: Node<'t>, children: &Children<'t>, left: Left, position: &mut Position<'t>) -> Left {
        let Some(suffix) = children.first(Kind::NavigationSuffix) else {
            return Left::Value(self.read(left, node));
        };
        let parts = self.children(suffix);
        let is_reference = parts.has_token("::");
        if parts.has_token("class") {
            // `name::class`, of a type with a qualified name, or of a value.
            let value = self.read(left, node);
            return Left::Value(match &value {
                Operand::Place(Place { base: Base::Name(name), path }) => {
                    Operand::Class(TypeRef::named(qualified(*name, path)))
                }
                _ => self.unknown(node),
            });
        }
        let Some(name_node) = parts.first(Kind::SimpleIdentifier) else {
            return Left::Value(self.read(left, node));
        };
        let name = self.symbol(name_node);
        if is_reference {
            let value = self.read(left, node);
            return Left::Value(self.reference(node, Some(value), name));
        }
        position.name = name_node;
        match left {
            Left::Super(class) => Left::SuperMember(name, class),
            // `Type::class.java` and its like are the class, too.
            Left::Value(Operand::Class(class)) => Left::Value(Operand::Class(class)),
            left => {
                let value = self.read(left, node);
                Left::Member(value, name)
            }
        }
    }

    fn invocation(&mut self, node: Node<'t>, children: &Children<'t>, left: Left, position: &Position<'t>) -> Operand {
        let span = self.span(node);
        let Some(suffix) = children.first(Kind::CallSuffix) else {
            return self.read(left, node);
        };
        let mut given = None;
        let (target, label) = match left {
            Left::Name(name) => match self.variable_place(name) {
                Some(callable) => (Target::Value(Operand::Place(callable)), Some(name)),
                None => (Target::Bare(self.aliases.get(&name).map_or(name, |alias| alias.name)), Some(name)),
            },
            Left::Member(receiver, name) => (self.member_target(receiver, name, &mut given), Some(name)),
            Left::SuperMember(name, class) => (Target::Super(name, class), Some(name)),
            Left::Value(value) => (Target::Value(value), None),
            Left::Super(_) => (Target::Value(self.this(node)), None),
        };
        let target = self.with_local_class(target);
        let parts = self.children(suffix);
        let type_arguments = parts.first(Kind::TypeArguments).map(|node| self.type_arguments(node));
        let mut arguments: Vec<Argument> = given.into_iter().map(Argument::positional).collect();
        if let Some(list) = parts.first(Kind::ValueArguments) {
            arguments.extend(self.arguments_of(list, label));
        }
        if let Some(trailing) = parts.first(Kind::AnnotatedLambda) {
            let closure = self.trailing_lambda(trailing, label);
            arguments.push(Argument::positional(closure));
        }
        let name_span = self.span(position.name);
        let line = position.name.start_position().row;
        let start = if position.start.start_position().row == line { position.start } else { position.name };
        let site = Span::new(self.file, start.start_byte(), node.end_byte());
        let result = match target {
            Target::Constructor { class, .. } => self.create(class, arguments, name_span, site, span),
            target => self.emit_call(target, arguments, type_arguments.unwrap_or_default(), name_span, site, span),
        };
        self.after_call(span);
        result
    }

    /// `value.name(…)`: a method, or what a variable holds that is a function with a receiver, which is then `given`.
    fn member_target(&mut self, receiver: Operand, name: Symbol, given: &mut Option<Operand>) -> Target {
        if let Some(callable) = self.variable_place(name).map(Operand::Place)
            && self.declared_type_of(&callable).is_some_and(|declared| declared.name == RECEIVER_FUNCTION_TYPE)
        {
            *given = Some(receiver);
            return Target::Value(callable);
        }
        Target::Method { receiver, name }
    }

    /// A call of a local class creates an instance.
    fn with_local_class(&mut self, target: Target) -> Target {
        match target {
            Target::Bare(name) if self.local_class_named(name).is_some() => {
                Target::Constructor { object: Operand::Const(Const::Null), class: TypeRef::named(name) }
            }
            target => target,
        }
    }

    /// A new object of `class`, with its surroundings where it needs them.
    pub(super) fn create(
        &mut self,
        class: TypeRef,
        arguments: Vec<Argument>,
        name_span: Span,
        site: Span,
        span: Span,
    ) -> Operand {
        let object = self.builder().local(None, Some(class.clone()), span);
        self.assign(Place::local(object), Rvalue::Allocate(class.clone()), span);
        if let Some(local) = self.local_class_named(class.name) {
            self.write_surroundings(object, local, span);
        }
        self.construct(Operand::local(object), class, arguments, name_span, site, span);
        Operand::local(object)
    }

    /// `object : Type(…) { … }`.
    pub(super) fn object_literal(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let supertypes = self.supertypes(&children);
        let (name_span, arguments, site) = match supertypes.arguments {
            Some((name, list)) => {
                let name_span = self.span(name);
                (name_span, self.arguments(list), name_span.to(self.span(list)))
            }
            None => {
                let keyword = children.iter().next().map_or(node, |keyword| keyword.node);
                let first = children.first(Kind::DelegationSpecifier).unwrap_or(keyword);
                (self.span(first), Vec::new(), self.span(keyword).to(self.span(first)))
            }
        };
        let class = self.anonymous_class(node, supertypes.superclass, supertypes.interfaces, name_span);
        let created = self.scope(class).as_type.clone();
        let object = self.builder().local(None, Some(created.clone()), span);
        self.assign(Place::local(object), Rvalue::Allocate(created.clone()), span);
        self.write_surroundings(object, class, span);
        self.construct(Operand::local(object), created, arguments, name_span, site, span);
        Operand::local(object)
    }

    /// Gives a new object its outer instance and the locals that its class captures.
    fn write_surroundings(&mut self, object: Local, class: ClassIdx, span: Span) {
        if self.scope(class).has_outer_instance
            && let Some(outer) = self.outer_instance_of(class)
        {
            self.assign(Place::local(object).field(WORDS.outer), Rvalue::Use(Operand::Place(outer)), span);
        }
        let innermost = self.frames.len() - 1;
        let captures: Vec<_> = self.scope(class).captures.iter().map(|(local, field)| (*local, *field)).collect();
        for (captured, field) in captures {
            if let Some(place) = self.reach_local(innermost, captured) {
                self.assign(Place::local(object).field(field), Rvalue::Use(Operand::Place(place)), span);
            }
        }
    }

    /// The instance of the class around `class`.
    fn outer_instance_of(&mut self, class: ClassIdx) -> Option<Place> {
        match self.receiver()? {
            // Inside a lambda only the name of the class tells its instance from a receiver.
            Place { base: Base::Name(_), .. } => {
                let outer = self.unit.classes[class].outer?;
                Some(Place::name(labelled_this(&self.unit.classes[outer].name)))
            }
            place => Some(place),
        }
    }

    pub(super) fn emit_call(
        &mut self,
        target: Target,
        arguments: Vec<Argument>,
        type_arguments: Vec<TypeRef>,
        name_span: Span,
        site: Span,
        span: Span,
    ) -> Operand {
        let call = Call { target, arguments, block: None, type_arguments, name_span, site };
        self.compute(Rvalue::Call(Box::new(call)), span)
    }

    /// The arguments between the brackets.
    pub(super) fn arguments(&mut self, list: Node<'t>) -> Vec<Argument> {
        self.arguments_of(list, None)
    }

    /// The arguments of a call of `callee`, after which its lambdas are named.
    fn arguments_of(&mut self, list: Node<'t>, callee: Option<Symbol>) -> Vec<Argument> {
        let mut arguments = Vec::new();
        let children = self.children(list);
        let written: SmallVec<[Node<'t>; 4]> = children.all(Kind::ValueArgument).collect();
        for node in written {
            let parts = self.children(node);
            let is_named = parts.has_token("=");
            let name = parts.first(Kind::SimpleIdentifier).filter(|_| is_named).map(|name| self.symbol(name));
            let value = if is_named { parts.expression_after("=") } else { parts.expression() };
            let Some(value) = value else { continue };
            let (value, spread) = match self.kind(value) {
                Kind::Spread => (self.children(value).expression().unwrap_or(value), true),
                _ => (value, parts.has_token("*")),
            };
            let value = match self.kind(value) {
                Kind::Lambda => self.named_lambda(value, callee.into_iter().collect()),
                _ => self.expression(value),
            };
            arguments.push(Argument { name, value, spread });
        }
        arguments
    }

    fn trailing_lambda(&mut self, node: Node<'t>, callee: Option<Symbol>) -> Operand {
        let children = self.children(node);
        let mut labels: Vec<Symbol> = callee.into_iter().collect();
        labels.extend(children.first(Kind::Label).map(|label| self.label(label)));
        match children.first(Kind::Lambda) {
            Some(lambda) => self.named_lambda(lambda, labels),
            None => self.unknown(node),
        }
    }

    fn named_lambda(&mut self, node: Node<'t>, labels: Vec<Symbol>) -> Operand {
        let lambda = self.descend(node, |lowering| lowering.lambda(node, labels));
        lambda.unwrap_or(Operand::Const(Const::Null))
    }

    /// The element of `array` at the index, or indexes, that stand in `suffix`.
    fn index_access(&mut self, node: Node<'t>, suffix: Option<Node<'t>>, array: Operand) -> Operand {
        let span = self.span(node);
        let indexes: SmallVec<[Node<'t>; 1]> = match suffix {
            Some(suffix) => self.children(suffix).expressions().collect(),
            None => SmallVec::new(),
        };
        if let [index] = indexes[..] {
            let array = self.builder().place(array, span);
            return Operand::Place(self.element(array, index));
        }
        let name = Symbol::new(INDEX_OPERATORS[0]);
        let arguments = indexes.into_iter().map(|index| Argument::positional(self.expression(index))).collect();
        self.emit_call(Target::Method { receiver: array, name }, arguments, Vec::new(), span, span, span)
    }

    /// The element of `array` under an index or key.
    pub(super) fn element(&mut self, array: Place, index: Node<'t>) -> Place {
        let span = self.span(index);
        let step = match self.expression(index) {
            Operand::Const(constant) => Projection::Key(constant),
            index => {
                let place = self.builder().place(index.clone(), span);
                Projection::Index(place.as_local().unwrap_or_else(|| {
                    let local = self.builder().temporary(span);
                    self.assign(Place::local(local), Rvalue::Use(index), span);
                    local
                }))
            }
        };
        array.project(step)
    }
}

/// A name with the fields below it as one dotted name.
fn qualified(name: Symbol, path: &[Projection]) -> Symbol {
    let mut text = name.to_string();
    for step in path {
        if let Projection::Field(part) = step {
            text.push('.');
            text.push_str(part);
        }
    }
    Symbol::new(&text)
}
