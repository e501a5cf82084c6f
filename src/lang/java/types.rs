//! Types, type parameters, modifiers and annotations as the IR writes them.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::{Kind, Label};
use crate::base::Symbol;
use crate::ir::*;

/// As many pairs of brackets as a type may have (JVMS 4.4.1).
const MOST_DIMENSIONS: usize = 255;
/// Types that lie deeper than this in one another are unknown.
const DEEPEST_TYPE: usize = 32;

impl<'t> Lowering<'t> {
    /// A type as written; annotations on it are left out.
    pub(super) fn type_ref(&mut self, node: Node<'t>) -> TypeRef {
        match self.kind(node) {
            Kind::GenericType => self.generic_type(node),
            Kind::ArrayType => {
                let children = self.children(node);
                let element = children.get(Label::Element).map(|element| self.nested_type(element));
                let dimensions = children.get(Label::Dimensions).map_or(0, |node| self.dimensions(node));
                array_of(element.unwrap_or_else(unknown_type), dimensions)
            }
            Kind::AnnotatedType | Kind::Wildcard => {
                let children = self.children(node);
                let bound = children.iter().rev().find(|child| child.kind.is_type());
                bound.map_or_else(unknown_type, |bound| self.nested_type(bound.node))
            }
            Kind::ScopedType => self.scoped_type(node),
            _ => TypeRef::named(self.symbol(node)),
        }
    }

    fn nested_type(&mut self, node: Node<'t>) -> TypeRef {
        if self.type_depth >= DEEPEST_TYPE {
            return unknown_type();
        }
        self.type_depth += 1;
        let nested = self.descend(node, |lowering| lowering.type_ref(node));
        self.type_depth -= 1;
        nested.unwrap_or_else(unknown_type)
    }

    fn generic_type(&mut self, node: Node<'t>) -> TypeRef {
        let children = self.children(node);
        let base = children.iter().find(|child| matches!(child.kind, Kind::TypeIdentifier | Kind::ScopedType));
        let name = base.map_or_else(unknown_type, |base| self.nested_type(base.node)).name;
        let arguments = children.first(Kind::TypeArguments).map(|node| self.type_arguments(node));
        TypeRef { name, arguments: arguments.unwrap_or_default() }
    }

    /// The types between `<` and `>`.
    pub(super) fn type_arguments(&mut self, node: Node<'t>) -> Vec<TypeRef> {
        let children = self.children(node);
        let arguments = children.iter().filter(|child| child.kind.is_type() || child.kind == Kind::Wildcard);
        arguments.map(|argument| self.nested_type(argument.node)).collect()
    }

    /// `Outer.Inner`, `java.util.List`, `Outer<String>.Inner`.
    fn scoped_type(&mut self, node: Node<'t>) -> TypeRef {
        let text = self.text(node);
        if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$')) {
            return TypeRef::named(text);
        }
        let mut parts: SmallVec<[Symbol; 4]> = SmallVec::new();
        let mut at = Some(node);
        while let Some(scope) = at {
            let children = self.children(scope);
            at = None;
            for child in children.iter() {
                match child.kind {
                    Kind::TypeIdentifier => parts.push(self.symbol(child.node)),
                    Kind::ScopedType | Kind::GenericType => at = Some(child.node),
                    _ => {}
                }
            }
        }
        let parts: Vec<&str> = parts.iter().rev().map(|part| part.as_str()).collect();
        TypeRef::named(parts.join(".").as_str())
    }

    /// How many pairs of brackets a `dimensions` node has.
    pub(super) fn dimensions(&mut self, node: Node<'t>) -> usize {
        let children = self.children(node);
        let brackets = children.iter().filter(|child| child.kind == Kind::Other && child.node.kind() == "[");
        brackets.take(MOST_DIMENSIONS).count()
    }

    /// The type of a declaration, with the brackets behind its name; `None` for `var`.
    pub(super) fn declared_type(&mut self, node: Option<Node<'t>>, dimensions: Option<Node<'t>>) -> Option<TypeRef> {
        let node = node?;
        if self.kind(node) == Kind::TypeIdentifier && self.text(node) == "var" {
            return None;
        }
        let declared = self.type_ref(node);
        let dimensions = dimensions.map_or(0, |dimensions| self.dimensions(dimensions));
        Some(array_of(declared, dimensions))
    }

    /// The types of an `extends`, `implements` or `permits` clause.
    pub(super) fn type_list(&mut self, clause: Node<'t>) -> Vec<TypeRef> {
        let mut types = Vec::new();
        for child in self.children(clause).iter() {
            if child.kind.is_type() {
                types.push(self.nested_type(child.node));
            } else if child.kind == Kind::TypeList {
                let list = self.children(child.node);
                types
                    .extend(list.iter().filter(|child| child.kind.is_type()).map(|child| self.nested_type(child.node)));
            }
        }
        types
    }

    /// Type parameters with their first bounds.
    pub(super) fn type_parameters(&mut self, node: Option<Node<'t>>) -> Vec<TypeParameter> {
        let Some(node) = node else { return Vec::new() };
        let mut parameters = Vec::new();
        for child in self.children(node).iter().filter(|child| child.kind == Kind::TypeParameter) {
            let parts = self.children(child.node);
            let Some(name) = parts.first(Kind::TypeIdentifier) else { continue };
            let bound = parts.first(Kind::TypeBound).and_then(|bound| self.type_list(bound).into_iter().next());
            parameters.push(TypeParameter { name: self.symbol(name), bound });
        }
        parameters
    }

    /// Modifiers and annotations of a declaration.
    pub(super) fn modifiers(&mut self, node: Option<Node<'t>>) -> (Modifiers, Vec<Annotation>) {
        let mut modifiers = Modifiers::empty();
        let mut annotations = Vec::new();
        let Some(node) = node else { return (modifiers, annotations) };
        for child in self.children(node).iter() {
            match child.kind {
                Kind::Annotation | Kind::MarkerAnnotation => annotations.extend(self.annotation(child.node)),
                _ => modifiers |= modifier(child.node.kind()),
            }
        }
        (modifiers, annotations)
    }

    fn annotation(&mut self, node: Node<'t>) -> Option<Annotation> {
        let children = self.children(node);
        let name = self.dotted(children.get(Label::Name)?);
        let mut arguments = Vec::new();
        if let Some(list) = children.get(Label::Arguments) {
            for child in self.children(list).named() {
                if child.kind == Kind::ElementPair {
                    let pair = self.children(child.node);
                    if let (Some(key), Some(value)) = (pair.get(Label::Key), pair.get(Label::Value)) {
                        arguments.push((self.symbol(key), self.annotation_values(value)));
                    }
                } else {
                    arguments.push((Symbol::new("value"), self.annotation_values(child.node)));
                }
            }
        }
        arguments.retain(|(_, values)| !values.is_empty());
        Some(Annotation { name, arguments, span: self.span(node) })
    }

    fn annotation_values(&mut self, node: Node<'t>) -> SmallVec<[AnnotationValue; 1]> {
        if self.kind(node) != Kind::ElementArray {
            return self.annotation_value(node).into_iter().collect();
        }
        let children = self.children(node);
        children.named().filter_map(|child| self.annotation_value(child.node)).collect()
    }

    fn annotation_value(&mut self, node: Node<'t>) -> Option<AnnotationValue> {
        match self.kind(node) {
            Kind::Identifier | Kind::FieldAccess => Some(AnnotationValue::Name(self.dotted(node))),
            Kind::ClassLiteral => {
                let class = self.children(node).iter().find(|child| child.kind.is_type())?;
                Some(AnnotationValue::Name(self.type_ref(class.node).name))
            }
            _ => self.fold(node).map(AnnotationValue::Const),
        }
    }

    /// A dotted name without the blanks and comments that may stand in it.
    pub(super) fn dotted(&mut self, node: Node<'t>) -> Symbol {
        let text = self.text(node);
        if !text.bytes().any(|byte| byte.is_ascii_whitespace() || byte == b'/') {
            return Symbol::new(text);
        }
        let mut parts = Vec::new();
        let mut at = Some(node);
        while let Some(scope) = at {
            let children = self.children(scope);
            if children.iter().next().is_none() {
                parts.push(self.text(scope));
                break;
            }
            parts.extend(children.get(Label::Name).or(children.get(Label::Field)).map(|name| self.text(name)));
            at = children.get(Label::Scope).or(children.get(Label::Object));
        }
        parts.reverse();
        Symbol::new(&parts.join("."))
    }
}

/// The type of something that could not be read.
pub(super) fn unknown_type() -> TypeRef {
    TypeRef::named("?")
}

/// `element` with so many pairs of brackets.
pub(super) fn array_of(element: TypeRef, dimensions: usize) -> TypeRef {
    (0..dimensions).fold(element, |element, _| TypeRef::array(element))
}

fn modifier(keyword: &str) -> Modifiers {
    match keyword {
        "public" => Modifiers::PUBLIC,
        "protected" => Modifiers::PROTECTED,
        "private" => Modifiers::PRIVATE,
        "abstract" => Modifiers::ABSTRACT,
        "static" => Modifiers::STATIC,
        "final" => Modifiers::FINAL,
        "default" => Modifiers::DEFAULT,
        "native" => Modifiers::NATIVE,
        "transient" => Modifiers::TRANSIENT,
        _ => Modifiers::empty(),
    }
}
