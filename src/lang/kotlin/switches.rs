//! `when`, as statement and expression, with subjects, tests and guards: the tests follow one another, and each leads
//! to its body or to the next.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::conditions::Cast;
use super::lowering::Lowering;
use super::syntax::Kind;
use crate::base::Symbol;
use crate::ir::*;
use crate::lang::emit::Emits;

/// What `when` looks at.
struct Subject {
    value: Operand,
    /// The variable that it is, which a test gives a more special type.
    variable: Option<Symbol>,
}

impl<'t> Lowering<'t> {
    pub(super) fn when_expression(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let result = self.builder().temporary(span);
        self.when_branches(node, Some(result));
        Operand::local(result)
    }

    /// Lowers all branches; their values go to `result`.
    pub(super) fn when_branches(&mut self, node: Node<'t>, result: Option<Local>) {
        let span = self.span(node);
        let children = self.children(node);
        let after = self.block(span);
        self.scoped(|lowering| {
            let subject = children.first(Kind::WhenSubject).map(|subject| lowering.subject(subject));
            for entry in children.all(Kind::WhenEntry) {
                lowering.entry(entry, subject.as_ref(), result, after);
            }
        });
        self.goto(after, span);
        self.builder().join(after);
    }

    fn subject(&mut self, node: Node<'t>) -> Subject {
        let children = self.children(node);
        let expression = children.expression();
        let value = self.expression_or_unknown(expression, node);
        let Some(declaration) = children.first(Kind::VariableDeclaration) else {
            let variable = expression.and_then(|expression| self.stable_variable(expression));
            return Subject { value, variable };
        };
        let parts = self.children(declaration);
        let declared = parts.type_node().map(|declared| self.type_ref(declared));
        let name = parts.first(Kind::SimpleIdentifier).map_or(Symbol::new("?"), |name| self.symbol(name));
        let span = self.span(declaration);
        let place = self.declare_variable(name, declared, span);
        self.assign(place.clone(), Rvalue::Use(value), span);
        Subject { value: Operand::Place(place), variable: Some(name) }
    }

    /// One entry: control comes in where those before it did not match, and goes on there when it does not, either.
    fn entry(&mut self, node: Node<'t>, subject: Option<&Subject>, result: Option<Local>, after: BlockIdx) {
        let span = self.span(node);
        let children = self.children(node);
        let conditions: SmallVec<[Node<'t>; 2]> = children.all(Kind::WhenCondition).collect();
        let (body, next) = (self.block(span), self.block(span));
        let mut casts: SmallVec<[Cast; 1]> = SmallVec::new();
        let guard = children.first(Kind::Guard);
        for condition in &conditions {
            let matched = if guard.is_some() { self.block(span) } else { body };
            let missed = self.block(span);
            let proven = self.when_condition(*condition, subject, matched, missed);
            if conditions.len() == 1 {
                casts = proven;
            }
            if let Some(guard) = guard {
                self.builder().enter(matched);
                let bindings = self.scoped(|lowering| {
                    lowering.introduce(&casts);
                    let inner = lowering.children(guard).expression();
                    lowering.condition(inner, guard, body, missed)
                });
                casts.extend(bindings.when_true);
            }
            self.builder().enter(missed);
        }
        if conditions.is_empty() {
            self.goto(body, span);
        } else {
            self.goto(next, span);
        }
        self.builder().enter(body);
        self.scoped(|lowering| {
            lowering.introduce(&casts);
            if let Some(body) = children.first(Kind::ControlBody) {
                lowering.body_into(body, result);
            }
        });
        self.goto(after, span);
        self.builder().enter(next);
    }

    /// Tests one condition; gives what holds where it matches.
    fn when_condition(
        &mut self,
        node: Node<'t>,
        subject: Option<&Subject>,
        matched: BlockIdx,
        missed: BlockIdx,
    ) -> SmallVec<[Cast; 1]> {
        let span = self.span(node);
        let children = self.children(node);
        let Some(subject) = subject else {
            return self.condition(children.expression(), node, matched, missed).when_true;
        };
        let mut casts = SmallVec::new();
        let test = children.first(Kind::TypeTest).or(children.first(Kind::RangeTest));
        let (holds, is_negated) = match test {
            None => {
                let value = self.expression_or_unknown(children.expression(), node);
                (Rvalue::Binary(BinaryOp::Equal, subject.value.clone(), value), false)
            }
            Some(test) => {
                let parts = self.children(test);
                let is_negated = parts.has_token("!");
                match parts.type_node() {
                    Some(to) => {
                        let to = self.type_ref(to);
                        if let Some(name) = subject.variable.filter(|_| !is_negated) {
                            casts.push(Cast { name, to: to.clone(), span });
                        }
                        (Rvalue::IsType(subject.value.clone(), to), is_negated)
                    }
                    None => {
                        let container = self.expression_or_unknown(parts.expression(), test);
                        (Rvalue::Binary(BinaryOp::In, subject.value.clone(), container), is_negated)
                    }
                }
            }
        };
        let holds = self.compute(holds, span);
        if is_negated {
            self.branch(holds, missed, matched, span);
        } else {
            self.branch(holds, matched, missed, span);
        }
        casts
    }
}
