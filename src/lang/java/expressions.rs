//! Expressions become operands; what they compute on the way becomes statements.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::lowering::{Lowering, WORDS};
use super::names::is_string_type;
use super::syntax::{Children, Kind, Label};
use super::types::array_of;
use crate::ir::*;
use crate::lang::emit::Emits;

/// As many arrays inside one another come into being with the outermost.
const MOST_SIZED_DIMENSIONS: usize = 8;

impl<'t> Lowering<'t> {
    /// The value of an expression.
    pub(super) fn expression(&mut self, node: Node<'t>) -> Operand {
        match self.kind(node) {
            Kind::Identifier => self.identifier(node),
            _ => self.descend(node, |lowering| lowering.nested_expression(node)).unwrap_or_else(|| {
                let span = self.span(node);
                self.opaque(Vec::new(), span)
            }),
        }
    }

    /// The value of an optional child; unknown where broken code lacks it.
    pub(super) fn expression_or_unknown(&mut self, node: Option<Node<'t>>, parent: Node<'t>) -> Operand {
        match node {
            Some(node) => self.expression(node),
            None => {
                let span = self.span(parent);
                self.opaque(Vec::new(), span)
            }
        }
    }

    fn nested_expression(&mut self, node: Node<'t>) -> Operand {
        match self.kind(node) {
            Kind::FieldAccess | Kind::ArrayAccess | Kind::MethodInvocation => self.chain(node),
            Kind::This => self.this(node),
            Kind::Parenthesized => {
                let inner = self.children(node).expression();
                self.expression_or_unknown(inner, node)
            }
            Kind::Binary | Kind::InstanceOf | Kind::Unary => self.operation(node),
            Kind::Assignment => self.assignment(node),
            Kind::Update => self.update(node, true),
            Kind::Ternary => self.ternary(node),
            Kind::Cast => self.cast(node),
            Kind::Creation => self.creation(node),
            Kind::ArrayCreation => self.array_creation(node),
            Kind::ArrayInitializer => self.array_initializer(node, None),
            Kind::Lambda => self.lambda(node),
            Kind::MethodReference => self.method_reference(node),
            Kind::Switch => self.switch_expression(node),
            Kind::ClassLiteral => {
                let class = self.children(node).iter().find(|child| child.kind.is_type());
                match class {
                    Some(class) => Operand::Class(self.type_ref(class.node)),
                    None => self.unknown(node),
                }
            }
            Kind::String | Kind::Template => self.text_with_expressions(node),
            _ => match self.literal(node) {
                Some(literal) => Operand::Const(literal),
                None => self.unknown(node),
            },
        }
    }

    /// A value made in an unknown way from the expressions inside `node`.
    pub(super) fn unknown(&mut self, node: Node<'t>) -> Operand {
        let operands = self.operands_inside(node);
        let span = self.span(node);
        self.opaque(operands, span)
    }

    fn identifier(&mut self, node: Node<'t>) -> Operand {
        if node.is_missing() {
            return self.unknown(node);
        }
        let name = self.symbol(node);
        Operand::Place(self.place_named(name))
    }

    /// `this`; unknown in static code, where it cannot stand.
    pub(super) fn this(&mut self, node: Node<'t>) -> Operand {
        match self.receiver() {
            Some(receiver) => Operand::Place(receiver),
            None => self.unknown(node),
        }
    }

    /// Field accesses, array accesses and calls, each on what the one before gives: walked along the left spine,
    /// which is long for fluent code.
    fn chain(&mut self, node: Node<'t>) -> Operand {
        let mut links: SmallVec<[(Node<'t>, Children<'t>); 2]> = SmallVec::new();
        let mut at = Some(node);
        let mut start = None;
        while let Some(link) = at {
            match self.kind(link) {
                Kind::FieldAccess | Kind::ArrayAccess | Kind::MethodInvocation => {
                    let children = self.children(link);
                    at = match children.get(Label::Object).or(children.get(Label::Array)) {
                        Some(object) if !names_surroundings(&children) => Some(object),
                        _ => None,
                    };
                    links.push((link, children));
                }
                _ => {
                    start = at;
                    break;
                }
            }
        }
        let mut value = start.map(|start| match self.kind(start) {
            Kind::Super => self.this(start),
            _ => self.expression(start),
        });
        for (link, children) in links.into_iter().rev() {
            value = Some(match self.kind(link) {
                Kind::FieldAccess => self.field_access(link, &children, value),
                Kind::ArrayAccess => Operand::Place(self.array_access(link, &children, value)),
                _ => self.invocation(link, &children, value),
            });
        }
        value.unwrap_or_else(|| Operand::Const(Const::Null))
    }

    fn field_access(&mut self, node: Node<'t>, children: &Children<'t>, object: Option<Operand>) -> Operand {
        let span = self.span(node);
        let Some(field) = children.get(Label::Field) else {
            return self.opaque(object.into_iter().collect(), span);
        };
        let object = match object {
            Some(object) => object,
            None => {
                // `Outer.this`, or `Outer.super.field`.
                let outer = children.get(Label::Object).and_then(|outer| self.outer_instance(outer));
                let outer = outer.map_or_else(|| self.opaque(Vec::new(), span), Operand::Place);
                if self.kind(field) == Kind::This {
                    return outer;
                }
                outer
            }
        };
        let name = self.symbol(field);
        Operand::Place(self.builder().place(object, span).field(name))
    }

    /// The instance of the class around that `name` stands for.
    pub(super) fn outer_instance(&mut self, name: Node<'t>) -> Option<Place> {
        let name = self.dotted(name);
        let class = self.class_named(&name)?;
        self.reach_instance(self.frames.len().checked_sub(1)?, class)
    }

    fn array_access(&mut self, node: Node<'t>, children: &Children<'t>, array: Option<Operand>) -> Place {
        let span = self.span(node);
        let index = self.expression_or_unknown(children.get(Label::Index), node);
        let array = array.unwrap_or(Operand::Const(Const::Null));
        let array = self.builder().place(array, span);
        let step = match index {
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

    /// Where an assignment writes.
    pub(super) fn target(&mut self, node: Node<'t>) -> Place {
        let span = self.span(node);
        let target = self.expression(node);
        self.builder().place(target, span)
    }

    fn ternary(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let (then, otherwise, after) = (self.block(span), self.block(span), self.block(span));
        let result = self.builder().temporary(span);
        let bindings = self.condition(children.get(Label::Condition), node, then, otherwise);
        let mut strings = true;
        let branches = [
            (then, bindings.when_true, children.get(Label::Consequence)),
            (otherwise, bindings.when_false, children.get(Label::Alternative)),
        ];
        for (block, bindings, value) in branches {
            self.builder().enter(block);
            self.scoped(|lowering| {
                lowering.introduce(&bindings);
                let value = lowering.expression_or_unknown(value, node);
                strings &= lowering.is_string(&value);
                lowering.assign(Place::local(result), Rvalue::Use(value), span);
            });
            self.goto(after, span);
        }
        if strings {
            self.builder().function.locals[result].declared = Some(TypeRef::named(WORDS.string));
        }
        self.builder().enter(after);
        Operand::local(result)
    }

    fn cast(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let value = self.expression_or_unknown(children.get(Label::Value), node);
        let Some(to) = children.get(Label::Type) else { return value };
        let to = self.type_ref(to);
        let result = self.builder().local(None, Some(to.clone()), span);
        self.assign(Place::local(result), Rvalue::Cast(value, to), span);
        Operand::local(result)
    }

    /// `new int[2][n]`, `new String[] { a, b }`.
    fn array_creation(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let element = children.get(Label::Type).map(|node| self.type_ref(node));
        let mut sizes = Vec::new();
        let mut unsized_dimensions = 0;
        for child in children.iter() {
            match child.kind {
                Kind::DimensionsExpression => {
                    if sizes.len() < MOST_SIZED_DIMENSIONS {
                        sizes.push(self.span(child.node));
                    }
                    if let Some(size) = self.children(child.node).expression() {
                        self.expression(size);
                    }
                }
                Kind::Dimensions => unsized_dimensions = self.dimensions(child.node),
                _ => {}
            }
        }
        if let Some(initializer) = children.get(Label::Value) {
            return self.array_initializer(initializer, element.map(|element| array_of(element, unsized_dimensions)));
        }
        let below = |depth: usize| element.clone().map(|element| array_of(element, unsized_dimensions + depth - 1));
        let array = self.compute(Rvalue::Array(below(sizes.len().max(1)), Vec::new()), span);
        // The arrays inside an array exist from the beginning; each is told by the place of its size.
        let mut around = array.clone();
        for (outside, &size) in sizes.iter().enumerate().skip(1) {
            let inner = self.compute(Rvalue::Array(below(sizes.len() - outside), Vec::new()), size);
            if let Operand::Place(place) = around {
                self.assign(place.project(Projection::Element), Rvalue::Use(inner.clone()), span);
            }
            around = inner;
        }
        array
    }

    /// `{ a, b }`, an array of the type `declared`.
    pub(super) fn array_initializer(&mut self, node: Node<'t>, declared: Option<TypeRef>) -> Operand {
        let span = self.span(node);
        let element = declared.filter(|array| array.name == WORDS.array).and_then(|mut array| array.arguments.pop());
        let mut elements = Vec::new();
        for child in self.children(node).iter() {
            if child.kind == Kind::ArrayInitializer {
                let element = element.clone();
                let inner = self.descend(child.node, |lowering| lowering.array_initializer(child.node, element));
                elements.extend(inner);
            } else if child.kind.is_expression() {
                elements.push(self.expression(child.node));
            }
        }
        self.compute(Rvalue::Array(element, elements), span)
    }

    /// The initial value of a variable or field.
    pub(super) fn initial_value(&mut self, node: Node<'t>, declared: Option<&TypeRef>) -> Operand {
        match self.kind(node) {
            Kind::ArrayInitializer => self.array_initializer(node, declared.cloned()),
            _ => self.expression(node),
        }
    }

    /// A string literal with expressions in it, or a template with its processor.
    fn text_with_expressions(&mut self, node: Node<'t>) -> Operand {
        if let Some(literal) = self.literal(node) {
            return Operand::Const(literal);
        }
        let span = self.span(node);
        let children = self.children(node);
        let mut parts = Vec::new();
        if let Some(processor) = children.get(Label::TemplateProcessor) {
            self.expression(processor);
            return self.expression_or_unknown(children.get(Label::TemplateArgument), node);
        }
        let mut literal_from = node.start_byte() + 1;
        for child in children.iter().filter(|child| child.kind == Kind::StringInterpolation) {
            parts.extend(self.literal_between(literal_from, child.node.start_byte()));
            let inner = self.children(child.node).expression();
            parts.push(self.expression_or_unknown(inner, child.node));
            literal_from = child.node.end_byte();
        }
        parts.extend(self.literal_between(literal_from, node.end_byte().saturating_sub(1)));
        self.compute_string(Rvalue::Concat(parts), span)
    }

    fn literal_between(&self, start: usize, end: usize) -> Option<Operand> {
        let text = self.text.get(start..end)?.trim_matches('"');
        let text = super::literals::unescape(text);
        (!text.is_empty()).then(|| Operand::Const(Const::Str(crate::base::Symbol::new(&text))))
    }

    /// The type of a variable that is declared with `var`, where its initial value is known to be a string.
    pub(super) fn inferred_type(&self, value: &Operand) -> Option<TypeRef> {
        match value {
            Operand::Const(Const::Str(_)) => Some(TypeRef::named(WORDS.string)),
            _ => self.type_of(value).filter(|declared| is_string_type(declared)).cloned(),
        }
    }
}

/// Whether a field access or call names an instance around: `Outer.this`, `Outer.super.x`.
fn names_surroundings(children: &Children<'_>) -> bool {
    let has_keyword = children.iter().any(|child| {
        child.kind == Kind::This && child.label == Label::Field
            || child.kind == Kind::Super && child.label != Label::Object
    });
    has_keyword && children.get(Label::Object).is_some()
}
