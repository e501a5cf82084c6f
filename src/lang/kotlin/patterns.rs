//! Declarations that take a value apart: `val (a, b) = value`.

use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::Kind;
use crate::base::Symbol;
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// Declares the variables of a pattern: each is what `componentN` of the value gives.
    pub(super) fn take_apart(&mut self, pattern: Node<'t>, value: Operand) {
        let whole_span = self.span(pattern);
        let value = Operand::Place(self.builder().place(value, whole_span));
        let children = self.children(pattern);
        for (position, variable) in children.all(Kind::VariableDeclaration).enumerate() {
            let span = self.span(variable);
            let parts = self.children(variable);
            let Some(name) = parts.first(Kind::SimpleIdentifier).map(|name| self.symbol(name)) else { continue };
            if name == "_" {
                continue;
            }
            let declared = parts.type_node().map(|declared| self.type_ref(declared));
            let component = Symbol::new(&format!("component{}", position + 1));
            let target = Target::Method { receiver: value.clone(), name: component };
            let part = self.emit_call(target, Vec::new(), Vec::new(), span, span, span);
            let place = self.declare_variable(name, declared, span);
            self.assign(place, Rvalue::Use(part), span);
        }
    }
}
