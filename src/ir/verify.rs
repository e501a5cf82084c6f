//! Checks that a unit is well-formed: what later stages take for granted, as sentences about what is not so.

use crate::base::Symbol;
use crate::ir::*;

/// What is wrong with a unit; empty when nothing is.
pub fn verify(unit: &Unit) -> Vec<String> {
    let mut problems = Vec::new();
    for (index, class) in unit.classes.iter_enumerated() {
        verify_class(unit, index, class, &mut problems);
    }
    for (index, function) in unit.functions.iter_enumerated() {
        let mut check =
            Check { unit, function, problems: &mut problems, name: format!("{}#{}", function.name, index.index()) };
        check.signature(index);
        check.body();
    }
    problems
}

fn verify_class(unit: &Unit, index: ClassIdx, class: &Class, problems: &mut Vec<String>) {
    let name = format!("class {}#{}", class.name, index.index());
    if let Some(outer) = class.outer
        && outer >= index
    {
        problems.push(format!("{name}: the class around it does not precede it"));
    }
    if class.function.is_some_and(|function| unit.functions.get(function).is_none()) {
        problems.push(format!("{name}: the function around it does not exist"));
    }
    for function in &class.functions {
        match unit.functions.get(*function) {
            None => problems.push(format!("{name}: function {} does not exist", function.index())),
            Some(function) if function.owner != Some(index) => {
                problems.push(format!("{name}: its function {} belongs to another class", function.name));
            }
            Some(_) => {}
        }
    }
    if class.macros.iter().filter_map(|declared| declared.block).any(|block| unit.functions.get(block).is_none()) {
        problems.push(format!("{name}: the block of a macro does not exist"));
    }
}

struct Check<'a> {
    unit: &'a Unit,
    function: &'a Function,
    name: String,
    problems: &'a mut Vec<String>,
}

impl Check<'_> {
    fn tell(&mut self, problem: &str) {
        self.problems.push(format!("{}: {problem}", self.name));
    }

    fn signature(&mut self, index: FunctionIdx) {
        let function = self.function;
        if function.owner.is_some_and(|owner| self.unit.classes.get(owner).is_none()) {
            self.tell("the class that it belongs to does not exist");
        }
        match function.enclosing {
            Some(enclosing) if enclosing == index || self.unit.functions.get(enclosing).is_none() => {
                self.tell("the function around it does not exist");
            }
            None if function.kind == FunctionKind::Lambda => self.tell("it is a lambda without a function around it"),
            _ => {}
        }
        if function.kind == FunctionKind::Lambda && function.has_this {
            self.tell("it is a lambda with a receiver of its own");
        }
        if function.kind != FunctionKind::Lambda && !function.captures.is_empty() {
            self.tell("it captures locals but is no lambda");
        }
        let receiver = usize::from(function.has_this);
        let parameters = function.parameters.iter().map(|parameter| parameter.local);
        let mut inputs = (receiver..).zip(parameters.chain(function.captures.iter().copied()));
        if inputs.any(|(expected, local)| local.index() != expected) {
            self.tell("receiver, parameters and captures are not its first locals in this order");
        }
        if function.locals.len() < receiver + function.parameters.len() + function.captures.len() {
            self.tell("a receiver, parameter or capture is no local");
        }
    }

    fn body(&mut self) {
        let function = self.function;
        for (index, block) in function.blocks.iter_enumerated() {
            block.terminator.for_each_target(|target| self.block(index, target, "leads"));
            if let Some(handler) = block.handler {
                self.block(index, handler, "has its handler");
                if let Some(handler) = function.blocks.get(handler) {
                    let first = handler.statements.first();
                    if !first.is_some_and(|first| matches!(first.value, Rvalue::Caught(_))) {
                        self.tell("a handler does not begin by reading what it caught");
                    }
                }
            }
            for (position, statement) in block.statements.iter().enumerate() {
                if position > 0 && matches!(statement.value, Rvalue::Caught(_)) {
                    self.tell("a caught value is read in the middle of a block");
                }
                self.place(&statement.to);
                self.value(&statement.value);
                if statement.span.file != self.unit.file || statement.span.start > statement.span.end {
                    self.tell("a statement has a span outside its file");
                }
            }
            if let Some(operand) = block.terminator.operand() {
                self.operand(operand);
            }
        }
    }

    fn block(&mut self, from: BlockIdx, to: BlockIdx, what: &str) {
        if self.function.blocks.get(to).is_none() {
            self.tell(&format!("b{} {what} to b{}, which does not exist", from.index(), to.index()));
        }
    }

    fn value(&mut self, value: &Rvalue) {
        value.for_each_operand(&mut |operand| self.operand(operand));
        match value {
            Rvalue::Closure(function, captures) => match self.unit.functions.get(*function) {
                None => self.tell("a closure of a function that does not exist"),
                Some(created) if created.kind != FunctionKind::Lambda => self.tell("a closure of what is no lambda"),
                Some(created) if created.captures.len() != captures.len() => {
                    self.tell("a closure gives another number of captures than its function takes");
                }
                Some(_) => {}
            },
            Rvalue::Call(call) if call.site.file != self.unit.file || call.site.start > call.site.end => {
                self.tell("a call has a site outside its file");
            }
            _ => {}
        }
    }

    fn operand(&mut self, operand: &Operand) {
        if let Operand::Place(place) = operand {
            self.place(place);
        }
    }

    fn place(&mut self, place: &Place) {
        let base = match place.base {
            Base::Local(local) => Some(local),
            _ => None,
        };
        let indexes = place.path.iter().filter_map(|step| match step {
            Projection::Index(local) => Some(*local),
            _ => None,
        });
        for local in base.into_iter().chain(indexes) {
            if self.function.locals.get(local).is_none() {
                self.tell(&format!("local {} does not exist", local.index()));
            }
        }
        let is_empty = |name: &Symbol| name.is_empty();
        if place.path.iter().any(|step| matches!(step, Projection::Field(name) if is_empty(name))) {
            self.tell("a field without a name");
        }
    }
}
