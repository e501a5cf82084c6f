//! Broken code: each region becomes a diagnostic, and an opaque statement over the expressions in it. Classes of which
//! the parser kept only pieces are put together again.

use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::{Child, Children, Kind, Label};
use crate::base::{FileId, Span};
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// Lowers what the ERROR nodes of a statement hold, other than those of statements inside it.
    pub(super) fn errors_of_statement(&mut self, statement: Node<'t>) {
        let mut open = vec![statement];
        while let Some(node) = open.pop() {
            let content = self.children(node);
            if self.kind(node) == Kind::Error {
                let operands = self.operands_inside(node);
                let span = self.span(node);
                self.opaque(operands, span);
                continue;
            }
            for child in content.iter().rev() {
                if child.kind == Kind::Error || child.node.has_error() && !is_statement(child.kind) {
                    open.push(child.node);
                }
            }
        }
    }

    /// The children of a node; in place of an ERROR node stands what it holds.
    pub(super) fn with_content_of_errors(&mut self, node: Node<'t>) -> Vec<Child<'t>> {
        let mut content = Vec::new();
        for child in self.children(node).iter() {
            if child.kind == Kind::Error {
                let inner = self.descend(child.node, |lowering| lowering.with_content_of_errors(child.node));
                content.extend(inner.unwrap_or_default());
            } else {
                content.push(child);
            }
        }
        content
    }

    /// The values of the expressions directly inside a node; statements among them are lowered.
    pub(super) fn operands_inside(&mut self, node: Node<'t>) -> Vec<Operand> {
        let inside = self.descend(node, |lowering| {
            let mut operands = Vec::new();
            for child in lowering.children(node).named() {
                if child.kind.is_expression() {
                    operands.push(lowering.expression(child.node));
                } else if is_statement(child.kind) {
                    lowering.statement(child.node);
                } else if !child.kind.is_type() && !child.kind.is_class() {
                    operands.extend(lowering.operands_inside(child.node));
                }
            }
            operands
        });
        inside.unwrap_or_default()
    }
}

/// A class whose header and members the parser kept in pieces.
pub(super) struct Fragment<'t> {
    /// The kind that the node of such a class would have.
    pub(super) kind: Kind,
    pub(super) header: Children<'t>,
    pub(super) members: Vec<Child<'t>>,
}

impl Fragment<'_> {
    /// From the first piece to the last.
    pub(super) fn span(&self, file: FileId) -> Span {
        let pieces = || self.header.iter().chain(self.members.iter().copied());
        let start = pieces().map(|piece| piece.node.start_byte()).min().unwrap_or(0);
        let end = pieces().map(|piece| piece.node.end_byte()).max().unwrap_or(start);
        Span::new(file, start, end)
    }
}

/// Takes the pieces of classes out of the children of a file: each begins with a keyword and a name outside of any
/// node, and holds what follows as long as brackets are open or nothing else begins.
pub(super) fn split_fragments<'t>(children: Vec<Child<'t>>) -> (Vec<Child<'t>>, Vec<Fragment<'t>>) {
    let mut others: Vec<Child<'t>> = Vec::new();
    let mut fragments = Vec::new();
    let mut children = children.into_iter().peekable();
    while let Some(child) = children.next() {
        let kind = keyword_of_class(child);
        let name = children.next_if(|next| kind.is_some() && next.kind == Kind::Identifier);
        let (Some(kind), Some(name)) = (kind, name) else {
            others.push(child);
            continue;
        };
        let mut header = vec![Child { label: Label::Name, ..name }];
        header.extend(others.pop_if(|before| before.kind == Kind::Modifiers));
        while let Some(part) = children.next_if(|next| !opens(next) && label_in_header(next.kind).is_some()) {
            header.push(Child { label: label_in_header(part.kind).unwrap_or(part.label), ..part });
        }
        let mut members = Vec::new();
        let mut depth = 0_usize;
        while let Some(member) = children.next_if(|next| depth > 0 || opens(next) || !is_top_level(next)) {
            match member.node.kind() {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                _ => members.push(member),
            }
        }
        fragments.push(Fragment { kind, header: Children::gathered(header), members });
    }
    (others, fragments)
}

fn opens(child: &Child<'_>) -> bool {
    child.node.kind() == "{"
}

/// Whether a child cannot be a member: it ends the class in front of it.
fn is_top_level(child: &Child<'_>) -> bool {
    child.node.kind() == "}" || keyword_of_class(*child).is_some() || child.kind == Kind::ImportDeclaration
}

fn keyword_of_class(child: Child<'_>) -> Option<Kind> {
    match child.node.kind() {
        "class" => Some(Kind::ClassDeclaration),
        "interface" => Some(Kind::InterfaceDeclaration),
        "enum" => Some(Kind::EnumDeclaration),
        "record" => Some(Kind::RecordDeclaration),
        _ => None,
    }
}

fn label_in_header(kind: Kind) -> Option<Label> {
    match kind {
        Kind::ExtendsInterfaces | Kind::SuperInterfaces => Some(Label::Interfaces),
        Kind::FormalParameters => Some(Label::Parameters),
        Kind::SuperClass => Some(Label::SuperClass),
        Kind::TypeParameters => Some(Label::TypeParameters),
        Kind::Permits => Some(Label::Other),
        _ => None,
    }
}

fn is_statement(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Assert
            | Kind::Block
            | Kind::Break
            | Kind::Continue
            | Kind::Do
            | Kind::EnhancedFor
            | Kind::ExpressionStatement
            | Kind::For
            | Kind::If
            | Kind::Labeled
            | Kind::LocalVariable
            | Kind::Return
            | Kind::Synchronized
            | Kind::Throw
            | Kind::Try
            | Kind::TryWithResources
            | Kind::While
            | Kind::Yield
    )
}
