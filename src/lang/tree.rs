//! The children of a syntax node as every front end reads them: with kind and field as numbers, comments left out.
//!
//! A grammar's node kinds and field names become enums through tables that are built once ([`names!`], [`Tables`]), so
//! that lowering compares numbers, never texts.

use smallvec::SmallVec;
use tree_sitter::{Node, TreeCursor};

/// Declares an enum of names of a grammar, with the variant `Other` for all that lowering does not ask for.
macro_rules! names {
    ($(#[$meta:meta])* $enum:ident: $($variant:ident = $name:literal,)*) => {
        $(#[$meta])*
        // The names are those of the grammar.
        #[allow(clippy::enum_variant_names)]
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum $enum {
            $($variant,)*
            /// Anything else.
            Other,
        }

        impl $enum {
            fn named(name: &str) -> $enum {
                match name {
                    $($name => $enum::$variant,)*
                    _ => $enum::Other,
                }
            }
        }
    };
}
pub(crate) use names;

/// What a grammar calls its nodes and fields.
pub(crate) trait Grammar: Copy {
    /// Kinds of named nodes.
    type Kind: Copy + PartialEq + 'static;
    /// Names of fields.
    type Label: Copy + PartialEq + 'static;

    /// The kind of punctuation and keywords.
    const TOKEN: Self::Kind;
    /// The label of a child that stands in no field.
    const UNLABELLED: Self::Label;

    /// The tables of the grammar.
    fn tables() -> &'static Tables<Self::Kind, Self::Label>;
    /// Whether nodes of this kind stand where any node may stand.
    fn is_comment(kind: Self::Kind) -> bool;
}

/// Kinds and labels by their numbers in a grammar.
pub(crate) struct Tables<K, L> {
    kinds: Vec<K>,
    labels: Vec<L>,
    error: K,
}

impl<K: Copy, L: Copy> Tables<K, L> {
    /// The tables of `language`; `error` is the kind of nodes that are no part of the grammar.
    pub(crate) fn new(
        language: &tree_sitter::Language,
        (kind, token, error): (fn(&str) -> K, K, K),
        (label, unlabelled): (fn(&str) -> L, L),
    ) -> Tables<K, L> {
        let kinds = (0..language.node_kind_count() as u16)
            .map(|id| match language.node_kind_for_id(id) {
                Some(name) if language.node_kind_is_named(id) => kind(name),
                _ => token,
            })
            .collect();
        let labels = (0..=language.field_count() as u16)
            .map(|id| language.field_name_for_id(id).map_or(unlabelled, label))
            .collect();
        Tables { kinds, labels, error }
    }

    /// The kind of a node. ERROR has the largest id and no entry.
    pub(crate) fn kind(&self, node: Node<'_>) -> K {
        self.kinds.get(usize::from(node.kind_id())).copied().unwrap_or(self.error)
    }
}

/// A child of a node.
#[derive(Clone, Copy)]
pub(crate) struct Child<'t, G: Grammar> {
    pub(crate) node: Node<'t>,
    pub(crate) kind: G::Kind,
    pub(crate) label: G::Label,
}

/// The children of a node, comments left out.
#[derive(Clone)]
pub(crate) struct Children<'t, G: Grammar>(SmallVec<[Child<'t, G>; 8]>);

impl<G: Grammar> Default for Children<'_, G> {
    fn default() -> Self {
        Children(SmallVec::new())
    }
}

impl<'t, G: Grammar> Children<'t, G> {
    /// The children of `node`, read with a cursor that can be used again.
    pub(crate) fn of(node: Node<'t>, cursor: &mut TreeCursor<'t>) -> Children<'t, G> {
        let tables = G::tables();
        let mut children = SmallVec::new();
        cursor.reset(node);
        if cursor.goto_first_child() {
            loop {
                let node = cursor.node();
                let kind = tables.kind(node);
                if !G::is_comment(kind) {
                    let label = cursor
                        .field_id()
                        .and_then(|id| tables.labels.get(usize::from(id.get())).copied())
                        .unwrap_or(G::UNLABELLED);
                    children.push(Child { node, kind, label });
                }
                if !cursor.goto_next_sibling() {
                    break;
                }
            }
        }
        Children(children)
    }

    /// Children that belong together without a node that holds them.
    pub(crate) fn gathered(children: impl IntoIterator<Item = Child<'t, G>>) -> Children<'t, G> {
        Children(children.into_iter().collect())
    }

    /// All children in order.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = Child<'t, G>> + '_ {
        self.0.iter().copied()
    }

    /// All children but punctuation and keywords.
    pub(crate) fn named(&self) -> impl DoubleEndedIterator<Item = Child<'t, G>> + '_ {
        self.iter().filter(|child| child.kind != G::TOKEN)
    }

    /// The first child in the field `label`.
    pub(crate) fn get(&self, label: G::Label) -> Option<Node<'t>> {
        self.iter().find(|child| child.label == label).map(|child| child.node)
    }

    /// The first child of a kind.
    pub(crate) fn first(&self, kind: G::Kind) -> Option<Node<'t>> {
        self.iter().find(|child| child.kind == kind).map(|child| child.node)
    }

    /// Whether there is the keyword or punctuation `token`.
    pub(crate) fn has_token(&self, token: &str) -> bool {
        self.iter().any(|child| child.kind == G::TOKEN && child.node.kind() == token)
    }
}
