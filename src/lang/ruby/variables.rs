//! Variables: which local a name stands for, through which blocks it is captured, and which of them live in boxes.
//!
//! A block shares the variables of its surroundings. One that is captured and assigned inside a block, or assigned more
//! than once, lives in a box that both sides hold; one linear walk over the body of a method finds those before it is
//! lowered. The walk goes by names and scopes alone:
//!
//! ```ruby
//! total = 0                      # `total` is captured and assigned inside: boxed
//! label = "sum"                  # captured, but assigned once: copied
//! list.each { |x| total += x; log(label) }
//! ```

use rustc_hash::{FxHashMap, FxHashSet};
use tree_sitter::Node;

use super::lowering::{Lowering, Surroundings, WORDS};
use super::syntax::Kind;
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

/// How many functions outwards a variable is searched. What lies further out is unknown.
const FARTHEST: usize = 24;

/// Names of boxed variables, by the scope that declares them.
pub(super) type BoxedNames = FxHashSet<Symbol>;
/// The same for all scopes inside a method, by the id of the scope's node.
pub(super) type BoxedScopes = FxHashMap<usize, BoxedNames>;

/// What the walk knows of a variable.
#[derive(Default)]
struct Usage {
    assignments: usize,
    is_captured: bool,
    is_assigned_inside: bool,
}

struct WalkedScope {
    node: usize,
    end: usize,
    variables: FxHashMap<Symbol, Usage>,
    sees_outwards: bool,
}

impl<'t> Lowering<'t> {
    /// Finds the variables inside `root` that need boxes; methods and classes inside are left out. Gives those of `root`
    /// itself, and keeps the others for the blocks inside.
    pub(super) fn find_boxed(&mut self, root: Node<'t>) -> BoxedNames {
        let mut boxed = std::mem::take(&mut self.boxed);
        let mut scopes = vec![WalkedScope {
            node: root.id(),
            end: root.end_byte(),
            variables: FxHashMap::default(),
            sees_outwards: false,
        }];
        let mut cursor = root.walk();
        let mut around = vec![Kind::of(root)];
        let mut more = cursor.goto_first_child();
        while more {
            let node = cursor.node();
            while scopes.len() > 1 && scopes.last().is_some_and(|scope| scope.end <= node.start_byte()) {
                leave_scope(&mut scopes, &mut boxed);
            }
            let kind = Kind::of(node);
            let parent = around.last().copied().unwrap_or(Kind::Other);
            match kind {
                // The parameters of `->(x) { … }` stand beside its body, in one scope with it.
                Kind::Block | Kind::DoBlock if parent == Kind::Lambda => {}
                Kind::Block | Kind::DoBlock | Kind::Lambda => scopes.push(WalkedScope {
                    node: node.id(),
                    end: node.end_byte(),
                    variables: FxHashMap::default(),
                    sees_outwards: true,
                }),
                Kind::Identifier => {
                    let label = cursor.field_name();
                    if label != Some("method") {
                        let grows = parent == Kind::Binary && label == Some("left") && is_before_append(node);
                        note_use(&mut scopes, self.symbol(node), grows || is_written(parent, label));
                    }
                }
                _ => {}
            }
            if !kind.is_declaration() && cursor.goto_first_child() {
                around.push(kind);
                continue;
            }
            more = cursor.goto_next_sibling();
            while !more && around.len() > 1 && cursor.goto_parent() {
                around.pop();
                more = cursor.goto_next_sibling();
            }
        }
        while !scopes.is_empty() {
            leave_scope(&mut scopes, &mut boxed);
        }
        let own = boxed.remove(&root.id()).unwrap_or_default();
        self.boxed = boxed;
        own
    }

    /// The variables of a block that need boxes.
    pub(super) fn boxed_in_block(&mut self, node: Node<'t>) -> BoxedNames {
        self.boxed.remove(&node.id()).unwrap_or_default()
    }

    /// Declares a variable in the function at hand.
    pub(super) fn declare(&mut self, name: Symbol, span: Span) -> Place {
        let is_boxed = self.frame().boxed.contains(&name);
        let local = self.builder().local(Some(name), None, span);
        self.frame().variables.insert(name, local);
        if !is_boxed {
            return Place::local(local);
        }
        self.assign(Place::local(local), Rvalue::Allocate(TypeRef::named(WORDS.boxed)), span);
        Place::local(local).field(WORDS.value)
    }

    /// Puts a parameter that needs it into a box.
    pub(super) fn box_parameter(&mut self, name: Symbol, local: Local, span: Span) {
        self.frame().variables.insert(name, local);
        if self.frame().boxed.contains(&name) {
            let place = self.declare(name, span);
            self.assign(place, Rvalue::Use(Operand::local(local)), span);
        }
    }

    /// The variable `name` as a place, when there is one.
    pub(super) fn variable(&mut self, name: Symbol) -> Option<Place> {
        let innermost = self.frames.len().checked_sub(1)?;
        let mut at = innermost;
        loop {
            if let Some(&local) = self.frames[at].variables.get(&name) {
                let is_boxed = self.frames[at].boxed.contains(&name);
                let place = Place::local(self.reach(innermost, at, local));
                return Some(if is_boxed { place.field(WORDS.value) } else { place });
            }
            if self.frames[at].surroundings != Surroundings::Lambda || innermost - at >= FARTHEST {
                return None;
            }
            at = at.checked_sub(1)?;
        }
    }

    /// The variable `name` to be written to; declared where there is none.
    pub(super) fn variable_to_write(&mut self, name: Symbol, span: Span) -> Place {
        match self.variable(name) {
            Some(place) => place,
            None => self.declare(name, span),
        }
    }

    /// The local of frame `from` that holds what `local` of frame `of` holds; blocks in between capture it.
    pub(super) fn reach(&mut self, from: usize, of: usize, local: Local) -> Local {
        let mut current = local;
        for frame in of + 1..=from {
            current = match self.frames[frame].captured.get(&current) {
                Some(&known) => known,
                None => {
                    let declaration = self.frames[frame - 1].builder.function.locals[current].clone();
                    let captured = self.frames[frame].builder.capture(declaration);
                    self.frames[frame].captured.insert(current, captured);
                    captured
                }
            };
        }
        current
    }

    /// The receiver of the method around, captured by the blocks in between.
    pub(super) fn receiver(&mut self) -> Option<Place> {
        let innermost = self.frames.len().checked_sub(1)?;
        let mut at = innermost;
        while self.frames[at].surroundings == Surroundings::Lambda && self.frames[at].this.is_none() {
            at = at.checked_sub(1)?;
        }
        let this = self.frames[at].this?;
        Some(Place::local(self.reach(innermost, at, this)))
    }

    /// The block given to the method around.
    pub(super) fn given_block(&mut self) -> Option<Place> {
        let innermost = self.frames.len().checked_sub(1)?;
        let mut at = innermost;
        while self.frames[at].surroundings == Surroundings::Lambda {
            at = at.checked_sub(1)?;
        }
        let block = self.frames[at].block?;
        Some(Place::local(self.reach(innermost, at, block)))
    }
}

/// Whether `<<` follows.
fn is_before_append(node: Node<'_>) -> bool {
    node.next_sibling().is_some_and(|operator| operator.kind() == "<<")
}

/// Whether an identifier in this field of such a node is written to.
fn is_written(parent: Kind, label: Option<&str>) -> bool {
    match parent {
        Kind::Assignment | Kind::OperatorAssignment => label == Some("left"),
        Kind::LeftAssignmentList
        | Kind::DestructuredLeft
        | Kind::RestAssignment
        | Kind::ExceptionVariable
        | Kind::BlockParameters
        | Kind::LambdaParameters
        | Kind::MethodParameters
        | Kind::DestructuredParameter
        | Kind::ArrayPattern
        | Kind::FindPattern
        | Kind::AlternativePattern => true,
        Kind::OptionalParameter
        | Kind::KeywordParameter
        | Kind::SplatParameter
        | Kind::HashSplatParameter
        | Kind::BlockParameter
        | Kind::AsPattern => label == Some("name"),
        Kind::For | Kind::InClause | Kind::TestPattern | Kind::MatchPattern => label == Some("pattern"),
        Kind::KeywordPattern => label == Some("value"),
        _ => false,
    }
}

fn note_use(scopes: &mut [WalkedScope], name: Symbol, is_written: bool) {
    let innermost = scopes.len() - 1;
    let mut at = innermost;
    loop {
        if let Some(usage) = scopes[at].variables.get_mut(&name) {
            usage.assignments += usize::from(is_written);
            usage.is_captured |= at != innermost;
            usage.is_assigned_inside |= at != innermost && is_written;
            return;
        }
        if !scopes[at].sees_outwards || at == 0 || innermost - at >= FARTHEST {
            break;
        }
        at -= 1;
    }
    if is_written {
        scopes[innermost].variables.insert(name, Usage { assignments: 1, ..Usage::default() });
    }
}

fn leave_scope(scopes: &mut Vec<WalkedScope>, boxed: &mut BoxedScopes) {
    let Some(scope) = scopes.pop() else { return };
    let names: BoxedNames = scope
        .variables
        .into_iter()
        .filter(|(_, usage)| usage.is_captured && (usage.is_assigned_inside || usage.assignments > 1))
        .map(|(name, _)| name)
        .collect();
    if !names.is_empty() {
        boxed.insert(scope.node, names);
    }
}
