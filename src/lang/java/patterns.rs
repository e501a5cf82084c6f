//! `instanceof`, and the patterns of `case` labels.

use smallvec::SmallVec;
use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::{Kind, Label};
use super::types::unknown_type;
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// `value instanceof Type name`, `value instanceof Record(int x, var y)`: whether it matches, and what it binds
    /// then. The variables are assigned in any case: nothing reads them where the pattern does not match.
    pub(super) fn instance_of(&mut self, node: Node<'t>) -> (Operand, SmallVec<[Local; 2]>) {
        let span = self.span(node);
        let children = self.children(node);
        let value = self.expression_or_unknown(children.get(Label::Left), node);
        let mut bound = SmallVec::new();
        if let Some(pattern) = children.get(Label::Pattern) {
            let matches = self.record_pattern(pattern, value, &mut bound);
            return (matches, bound);
        }
        let Some(type_node) = children.get(Label::Right) else { return (self.opaque(vec![value], span), bound) };
        let to = self.type_ref(type_node);
        let matches = self.compute(Rvalue::IsType(value.clone(), to.clone()), span);
        if let Some(name) = children.get(Label::Name) {
            bound.push(self.bind(name, Some(to), value, span));
        }
        (matches, bound)
    }

    /// A new variable that holds `value`, seen as its type; not yet visible.
    fn bind(&mut self, name: Node<'t>, declared: Option<TypeRef>, value: Operand, span: Span) -> Local {
        let local = self.variable(name, declared.clone());
        let value = match declared {
            Some(declared) => Rvalue::Cast(value, declared),
            None => Rvalue::Use(value),
        };
        self.assign(Place::local(local), value, span);
        local
    }

    /// The pattern of a `case` label: whether `value` matches, and what it binds then.
    pub(super) fn pattern(&mut self, node: Node<'t>, value: Operand) -> (Operand, SmallVec<[Local; 2]>) {
        let span = self.span(node);
        let mut bound = SmallVec::new();
        let children = self.children(node);
        if let Some(record) = children.first(Kind::RecordPattern) {
            let matches = self.record_pattern(record, value, &mut bound);
            return (matches, bound);
        }
        let Some(typed) = children.first(Kind::TypePattern) else { return (self.unknown(node), bound) };
        let parts = self.children(typed);
        let to = parts.iter().find(|part| part.kind.is_type()).map(|part| self.type_ref(part.node));
        let to = to.unwrap_or_else(unknown_type);
        let matches = self.compute(Rvalue::IsType(value.clone(), to.clone()), span);
        if let Some(name) = parts.first(Kind::Identifier) {
            bound.push(self.bind(name, Some(to), value, span));
        }
        (matches, bound)
    }

    /// `Record(int x, Other(var y))`: whether all of it matches.
    fn record_pattern(&mut self, node: Node<'t>, value: Operand, bound: &mut SmallVec<[Local; 2]>) -> Operand {
        let matches = self.descend(node, |lowering| lowering.nested_record_pattern(node, value, bound));
        matches.unwrap_or_else(|| {
            let span = self.span(node);
            self.opaque(Vec::new(), span)
        })
    }

    fn nested_record_pattern(&mut self, node: Node<'t>, value: Operand, bound: &mut SmallVec<[Local; 2]>) -> Operand {
        let span = self.span(node);
        let children = self.children(node);
        let type_node = children.named().next();
        let to = type_node.map_or_else(unknown_type, |type_node| self.type_ref(type_node.node));
        let matches = self.builder().temporary(span);
        self.assign(Place::local(matches), Rvalue::IsType(value.clone(), to.clone()), span);
        let record = self.builder().local(None, Some(to.clone()), span);
        self.assign(Place::local(record), Rvalue::Cast(value, to.clone()), span);

        let Some(body) = children.first(Kind::RecordPatternBody) else { return Operand::local(matches) };
        let components = self.children(body);
        for (position, component) in components.named().enumerate() {
            let (name, declared) = self.record_component(&to, position);
            let part = Operand::Place(Place::local(record).field(name));
            if component.kind == Kind::RecordPattern {
                let inner = self.record_pattern(component.node, part, bound);
                self.and(matches, inner, span);
                continue;
            }
            let parts = self.children(component.node);
            let Some(name) = parts.first(Kind::Identifier) else { continue };
            let component_span = self.span(component.node);
            let written = parts.iter().find(|part| part.kind.is_type()).map(|part| part.node);
            let is_inferred = written.is_some_and(|node| self.text(node) == "var");
            if is_inferred {
                let local = self.variable(name, declared);
                self.assign(Place::local(local), Rvalue::Use(part), component_span);
                bound.push(local);
                continue;
            }
            // A primitive component always has the type of the pattern.
            let is_tested = written.is_some_and(|node| !self.kind(node).is_primitive());
            let written = written.map(|node| self.type_ref(node));
            if let Some(written) = written.clone().filter(|written| is_tested && Some(written) != declared.as_ref()) {
                let inner = self.compute(Rvalue::IsType(part.clone(), written), component_span);
                self.and(matches, inner, span);
            }
            let local = self.variable(name, written);
            self.assign(Place::local(local), Rvalue::Use(part), component_span);
            bound.push(local);
        }
        Operand::local(matches)
    }

    fn and(&mut self, matches: Local, inner: Operand, span: Span) {
        let both = Rvalue::Binary(BinaryOp::BitAnd, Operand::local(matches), inner);
        self.assign(Place::local(matches), both, span);
    }

    /// Name and type of a component of a record; of one from another file only the position is known.
    fn record_component(&self, record: &TypeRef, position: usize) -> (Symbol, Option<TypeRef>) {
        let declared = self.class_named(&record.name).and_then(|class| {
            let fields = self.unit.classes[class].fields.iter();
            fields.filter(|field| !field.modifiers.contains(Modifiers::STATIC)).nth(position)
        });
        match declared {
            Some(field) => (field.name, field.declared.clone()),
            None => (component_field(position), None),
        }
    }
}
