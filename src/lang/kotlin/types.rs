//! Types, type parameters, modifiers and annotations as the IR writes them.
//!
//! Whether a type may be null is left out. A name that a `typealias` of the file declares is replaced by what it
//! stands for.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::{Children, Kind, Label};
use crate::base::Symbol;
use crate::ir::*;

/// Types that lie deeper than this in one another are unknown.
const DEEPEST_TYPE: usize = 32;

impl<'t> Lowering<'t> {
    /// A type as written.
    pub(super) fn type_ref(&mut self, node: Node<'t>) -> TypeRef {
        if self.type_depth >= DEEPEST_TYPE {
            return unknown_type();
        }
        self.type_depth += 1;
        let found = self.descend(node, |lowering| lowering.nested_type(node));
        self.type_depth -= 1;
        found.unwrap_or_else(unknown_type)
    }

    fn nested_type(&mut self, node: Node<'t>) -> TypeRef {
        let children = self.children(node);
        match self.kind(node) {
            Kind::UserType => self.user_type(&children),
            Kind::FunctionType => self.function_type(&children),
            _ => children.type_node().map_or_else(unknown_type, |inner| self.type_ref(inner)),
        }
    }

    fn user_type(&mut self, children: &Children<'t>) -> TypeRef {
        let names: Vec<&str> =
            children.all(Kind::TypeIdentifier).map(|name| self.text(name).trim_matches('`')).collect();
        let name = Symbol::new(&names.join("."));
        let arguments = children.all(Kind::TypeArguments).next_back();
        let arguments = arguments.map(|node| self.type_arguments(node)).unwrap_or_default();
        if let Some(alias) = self.aliases.get(&name) {
            return alias.clone();
        }
        // The one type that is named otherwise on the JVM and takes no part in the hierarchy of classes.
        match (name.as_str(), arguments.len()) {
            ("Array", 1) => TypeRef { name: Symbol::new(ARRAY), arguments },
            ("", _) => unknown_type(),
            _ => TypeRef { name, arguments },
        }
    }

    /// `(A, B) -> C`, `R.(A) -> C`.
    fn function_type(&mut self, children: &Children<'t>) -> TypeRef {
        let mut arguments = Vec::new();
        let receiver = children.get(Label::Receiver);
        arguments.extend(receiver.map(|receiver| self.receiver_type(receiver)));
        if let Some(parameters) = children.first(Kind::FunctionTypeParameters) {
            for child in self.children(parameters).named() {
                let declared = match child.kind {
                    Kind::Parameter => self.children(child.node).type_node(),
                    kind => kind.is_type().then_some(child.node),
                };
                arguments.push(declared.map_or_else(unknown_type, |declared| self.type_ref(declared)));
            }
        }
        let result = children.iter().rev().find(|child| child.kind.is_type());
        arguments.push(result.map_or_else(unknown_type, |result| self.type_ref(result.node)));
        let name = if receiver.is_some() { RECEIVER_FUNCTION_TYPE } else { FUNCTION_TYPE };
        TypeRef { name: Symbol::new(name), arguments }
    }

    /// The type in a `receiver_type` node.
    pub(super) fn receiver_type(&mut self, node: Node<'t>) -> TypeRef {
        self.children(node).type_node().map_or_else(unknown_type, |inner| self.type_ref(inner))
    }

    /// The types between `<` and `>`; `*` is unknown.
    pub(super) fn type_arguments(&mut self, node: Node<'t>) -> Vec<TypeRef> {
        let children = self.children(node);
        let projections: SmallVec<[Node<'t>; 2]> = children.all(Kind::TypeProjection).collect();
        projections
            .into_iter()
            .map(|projection| {
                let inner = self.children(projection).type_node();
                inner.map_or_else(unknown_type, |inner| self.type_ref(inner))
            })
            .collect()
    }

    /// Type parameters with their first bounds.
    pub(super) fn type_parameters(&mut self, node: Option<Node<'t>>) -> Vec<TypeParameter> {
        let Some(node) = node else { return Vec::new() };
        let children = self.children(node);
        let mut parameters = Vec::new();
        for parameter in children.all(Kind::TypeParameter) {
            let parts = self.children(parameter);
            let Some(name) = parts.first(Kind::TypeIdentifier) else { continue };
            let bound = parts.type_node().map(|bound| self.type_ref(bound));
            parameters.push(TypeParameter { name: self.symbol(name), bound });
        }
        parameters
    }

    /// Modifiers and annotations of a declaration. What is not restricted is public.
    pub(super) fn modifiers(&mut self, children: &Children<'t>) -> (Modifiers, Vec<Annotation>) {
        let mut modifiers = Modifiers::empty();
        let mut annotations = Vec::new();
        for node in children.all(Kind::Modifiers).chain(children.all(Kind::ParameterModifiers)) {
            for child in self.children(node).iter() {
                match child.kind {
                    Kind::Annotation => annotations.extend(self.annotations(child.node)),
                    _ => modifiers |= modifier(self.text(child.node)),
                }
            }
        }
        if !modifiers.intersects(Modifiers::PRIVATE | Modifiers::PROTECTED) {
            modifiers |= Modifiers::PUBLIC;
        }
        (modifiers, annotations)
    }

    /// Whether a declaration has the modifier `word`.
    pub(super) fn has_modifier(&mut self, children: &Children<'t>, word: &str) -> bool {
        let nodes: SmallVec<[Node<'t>; 1]> =
            children.all(Kind::Modifiers).chain(children.all(Kind::ParameterModifiers)).collect();
        nodes.into_iter().any(|node| {
            let words = self.children(node);
            words.iter().any(|child| child.kind != Kind::Annotation && self.text(child.node) == word)
        })
    }

    /// The annotations of an `annotation` or `file_annotation` node: `@[A B]` has several.
    pub(super) fn annotations(&mut self, node: Node<'t>) -> Vec<Annotation> {
        let span = self.span(node);
        let children = self.children(node);
        let mut found = Vec::new();
        for child in children.named() {
            let (name, list) = match child.kind {
                Kind::UserType => (child.node, None),
                Kind::ConstructorInvocation => {
                    let parts = self.children(child.node);
                    let Some(name) = parts.first(Kind::UserType) else { continue };
                    (name, parts.first(Kind::ValueArguments))
                }
                _ => continue,
            };
            let name = self.type_ref(name).name;
            let arguments = list.map(|list| self.annotation_arguments(list)).unwrap_or_default();
            found.push(Annotation { name, arguments, span });
        }
        found
    }

    fn annotation_arguments(&mut self, list: Node<'t>) -> Vec<(Symbol, SmallVec<[AnnotationValue; 1]>)> {
        let mut arguments: Vec<(Symbol, SmallVec<[AnnotationValue; 1]>)> = Vec::new();
        let list = self.children(list);
        for argument in list.all(Kind::ValueArgument) {
            let parts = self.children(argument);
            let is_named = parts.has_token("=");
            let name = parts.first(Kind::SimpleIdentifier).filter(|_| is_named);
            let key = name.map_or_else(|| Symbol::new("value"), |name| self.symbol(name));
            let value = if is_named { parts.expression_after("=") } else { parts.expression() };
            let values = value.map(|value| self.annotation_values(value)).unwrap_or_default();
            // Several unnamed arguments are the elements of an array.
            match arguments.iter_mut().find(|(known, _)| *known == key) {
                Some((_, known)) => known.extend(values),
                None => arguments.push((key, values)),
            }
        }
        arguments.retain(|(_, values)| !values.is_empty());
        arguments
    }

    fn annotation_values(&mut self, node: Node<'t>) -> SmallVec<[AnnotationValue; 1]> {
        let children = self.children(node);
        match self.kind(node) {
            Kind::CollectionLiteral => {
                let elements: SmallVec<[Node<'t>; 4]> = children.expressions().collect();
                elements.into_iter().flat_map(|element| self.annotation_values(element)).collect()
            }
            Kind::Call => {
                // `arrayOf(…)`, or an annotation as argument, of which the values are kept.
                let suffix = children.first(Kind::CallSuffix);
                let list = suffix.and_then(|suffix| self.children(suffix).first(Kind::ValueArguments));
                let Some(list) = list else { return SmallVec::new() };
                let arguments: SmallVec<[Node<'t>; 4]> = self.children(list).all(Kind::ValueArgument).collect();
                let values = arguments.into_iter().filter_map(|argument| self.children(argument).expression());
                let values: SmallVec<[Node<'t>; 4]> = values.collect();
                let inner = values.into_iter().flat_map(|value| {
                    self.descend(value, |lowering| lowering.annotation_values(value)).unwrap_or_default()
                });
                inner.collect()
            }
            Kind::CallableReference => {
                let class = children.first(Kind::TypeIdentifier).map(|class| self.symbol(class));
                class.map(AnnotationValue::Name).into_iter().collect()
            }
            Kind::SimpleIdentifier | Kind::Navigation => {
                let dotted: String = self.text(node).chars().filter(|character| !character.is_whitespace()).collect();
                let name = dotted.split("::").next().unwrap_or(&dotted);
                SmallVec::from_iter([AnnotationValue::Name(Symbol::new(name))])
            }
            _ => self.fold(node).map(AnnotationValue::Const).into_iter().collect(),
        }
    }
}

/// The type of something that could not be read.
pub(super) fn unknown_type() -> TypeRef {
    TypeRef::named("?")
}

fn modifier(keyword: &str) -> Modifiers {
    match keyword {
        "public" | "internal" => Modifiers::PUBLIC,
        "protected" => Modifiers::PROTECTED,
        "private" => Modifiers::PRIVATE,
        "abstract" | "sealed" => Modifiers::ABSTRACT,
        "final" | "const" => Modifiers::FINAL,
        "external" => Modifiers::NATIVE,
        "suspend" => Modifiers::SUSPEND,
        _ => Modifiers::empty(),
    }
}
