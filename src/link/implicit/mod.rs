//! Gives accesses to members the shape that they have on the JVM, in languages that leave it to the compiler
//! ([`Members::Implicit`]): `a.x` may be a call of `getX`, `f(x)` a constructor or a member of the receiver of a lambda,
//! `a.f()` a call of an extension.
//!
//! All of this needs types, and types need it: what a local holds is known when the call that gives it is. So a pass
//! walks the statements of each function, infers types as it goes, and rewrites what it is sure of; what it learned of
//! results and fields that declare no type serves the next pass. When a pass learns nothing, or [`PASSES`] is reached,
//! the last one may guess.
//!
//! A lambda whose callee says that it has a receiver gets it as first parameter; the members of the receiver are then
//! in sight without a name, before those of the class around.

mod calls;
mod declared;
mod generated;
mod inference;
mod lambdas;
mod library;
mod names;
mod properties;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::{Members, language_named};
use crate::link::implicit::declared::{Declared, Found};
use crate::link::implicit::generated::GeneratedClasses;
use crate::link::implicit::library::Inputs;
use crate::link::names::Context;
use crate::link::types::{Resolver, Scopes};
use crate::link::{ClassId, Program};
use crate::resource::Layouts;
use crate::rules::model::RuleSet;

pub(super) use library::LibraryCalls;

/// How often the bodies are walked at most.
const PASSES: usize = 5;

/// Rewrites all units whose language leaves members to be found.
pub(super) fn resolve(units: &mut [Unit], scopes: &Scopes, program: &Program, rules: &RuleSet, layouts: &Layouts) {
    if !units.iter().any(is_implicit) {
        return;
    }
    let library = LibraryCalls::new(rules);
    let generated = GeneratedClasses::new(layouts, program);
    let mut declared = Declared::new(units, program);
    let mut is_settled = false;
    for pass in 1..=PASSES {
        let is_last = is_settled || pass == PASSES;
        let found: Vec<Found> = units
            .par_iter_mut()
            .enumerate()
            .filter(|(_, unit)| is_implicit(unit))
            .map(|(index, unit)| {
                let resolver = Resolver::new(index, scopes, program);
                let surroundings =
                    Surroundings { program, declared: &declared, library: &library, generated: &generated };
                Walk::new(unit, index, surroundings, resolver, is_last).run()
            })
            .collect();
        if is_last {
            break;
        }
        is_settled = true;
        for found in found {
            is_settled &= !declared.learn(found);
        }
    }
}

fn is_implicit(unit: &Unit) -> bool {
    language_named(&unit.language).is_some_and(|language| language.members() == Members::Implicit)
}

/// A value whose members need no name.
#[derive(Clone, Debug)]
struct Receiver {
    /// The function whose local it is.
    home: FunctionIdx,
    local: Local,
    declared: Option<TypeRef>,
    /// By what `this@label` means it.
    label: Symbol,
}

/// What the walks over all units share.
struct Surroundings<'a> {
    program: &'a Program,
    declared: &'a Declared,
    library: &'a LibraryCalls<'a>,
    generated: &'a GeneratedClasses<'a>,
}

/// The walk over the bodies of a unit.
struct Walk<'a> {
    unit: &'a mut Unit,
    index: usize,
    program: &'a Program,
    declared: &'a Declared,
    library: &'a LibraryCalls<'a>,
    generated: &'a GeneratedClasses<'a>,
    resolver: Resolver<'a>,
    is_last: bool,
    found: Found,
    /// What the calls of lambdas tell of their receivers, parameters and captures.
    inputs: FxHashMap<FunctionIdx, Inputs>,
    captured_types: FxHashMap<FunctionIdx, Vec<Option<TypeRef>>>,
    labels: FxHashMap<FunctionIdx, Symbol>,
    /// The locals by which functions know the receivers of functions around them.
    captured: FxHashMap<(FunctionIdx, FunctionIdx, Local), Local>,
    // The function at hand.
    function: FunctionIdx,
    body: Function,
    types: Vec<Known>,
    receivers: Vec<Receiver>,
    closures: FxHashMap<Local, FunctionIdx>,
    /// What the functions give that locals hold: closures and references.
    held_results: FxHashMap<Local, TypeRef>,
    /// The object in which the next object of an inner class lies, where the code names it.
    inside: Option<Operand>,
    out: Vec<Statement>,
}

/// What is known of the type of a local.
#[derive(Clone, PartialEq, Debug)]
enum Known {
    Nothing,
    Type(TypeRef),
    /// It holds values of several types.
    Several,
}

impl Known {
    fn of(declared: Option<TypeRef>) -> Known {
        declared.map_or(Known::Nothing, Known::Type)
    }

    fn get(&self) -> Option<&TypeRef> {
        match self {
            Known::Type(declared) => Some(declared),
            _ => None,
        }
    }
}

impl<'a> Walk<'a> {
    fn new(
        unit: &'a mut Unit,
        index: usize,
        surroundings: Surroundings<'a>,
        resolver: Resolver<'a>,
        is_last: bool,
    ) -> Walk<'a> {
        let Surroundings { program, declared, library, generated } = surroundings;
        let span = Span::new(unit.file, 0, 0);
        Walk {
            unit,
            index,
            program,
            declared,
            library,
            generated,
            resolver,
            is_last,
            found: Found::default(),
            inputs: FxHashMap::default(),
            captured_types: FxHashMap::default(),
            labels: FxHashMap::default(),
            captured: FxHashMap::default(),
            function: FunctionIdx::new(0),
            body: nobody(span),
            types: Vec::new(),
            receivers: Vec::new(),
            closures: FxHashMap::default(),
            held_results: FxHashMap::default(),
            inside: None,
            out: Vec::new(),
        }
    }

    fn run(mut self) -> Found {
        super::names::give_receivers(self.unit);
        // A closure stands behind the function that creates it.
        for function in self.unit.functions.indices() {
            self.walk(function);
        }
        self.found
    }

    fn walk(&mut self, function: FunctionIdx) {
        self.function = function;
        let empty = nobody(self.unit.functions[function].span);
        self.body = std::mem::replace(&mut self.unit.functions[function], empty);
        self.take_inputs();
        self.types = self.body.locals.iter().map(|local| Known::of(local.declared.clone())).collect();
        self.type_receiver();
        self.receivers = self.receivers_in_sight();
        self.closures.clear();
        self.held_results.clear();
        let captured = self.captured_types.remove(&function).unwrap_or_default();
        for (position, declared) in captured.into_iter().enumerate() {
            if let (Some(&local), Some(declared)) = (self.body.captures.get(position), declared) {
                self.note(local, Some(declared));
            }
        }
        for block in self.body.blocks.indices() {
            self.block(block);
        }
        self.keep_types();
        let span = self.body.span;
        self.unit.functions[function] = std::mem::replace(&mut self.body, nobody(span));
    }

    fn block(&mut self, block: BlockIdx) {
        let statements = std::mem::take(&mut self.body.blocks[block].statements);
        self.out = Vec::with_capacity(statements.len());
        for statement in statements {
            self.statement(statement);
        }
        let span = self.body.blocks[block].span;
        let mut terminator = std::mem::replace(&mut self.body.blocks[block].terminator, Terminator::Unreachable);
        if let Some(operand) = terminator.operand_mut() {
            self.operand(operand, span);
            if let Terminator::Return(Some(value)) = &terminator {
                self.learn_result(value);
            }
        }
        self.body.blocks[block].terminator = terminator;
        self.body.blocks[block].statements = std::mem::take(&mut self.out);
    }

    fn statement(&mut self, mut statement: Statement) {
        let span = statement.span;
        let is_update = match &statement.value {
            Rvalue::Binary(BinaryOp::Add | BinaryOp::Subtract, Operand::Place(left), _) => *left == statement.to,
            Rvalue::Concat(parts) => matches!(&parts[..], [Operand::Place(left), _] if *left == statement.to),
            _ => false,
        };
        self.value(&mut statement.value, span);
        if is_update && let Some(call) = self.update_call(&statement.value, span) {
            self.emit(call, span);
            return;
        }
        self.write(statement);
    }

    /// Rewrites the operands of a computation, and the call that it may be.
    fn value(&mut self, value: &mut Rvalue, span: Span) {
        value.for_each_operand_mut(&mut |operand| self.operand(operand, span));
        match value {
            Rvalue::Call(call) => {
                if let Some(other) = self.call(call, span) {
                    *value = other;
                }
            }
            Rvalue::Binary(operator, left, right) => {
                if let Some(call) = self.operator_call(*operator, left, right, span) {
                    *value = call;
                }
            }
            // What looks like a text may be the sum of something else and a text.
            Rvalue::Concat(parts) => {
                if let [left, right] = &parts[..]
                    && let Some(call) = self.sum_call(left, right, span)
                {
                    *value = call;
                }
            }
            Rvalue::Reference(on, name) => self.reference(on, name),
            Rvalue::Closure(created, captures) => {
                let types = captures.iter().map(|capture| self.type_of(capture)).collect();
                self.captured_types.insert(*created, types);
            }
            _ => {}
        }
    }

    /// Emits a statement whose value is rewritten, and notes what it tells of types.
    fn write(&mut self, statement: Statement) {
        let Statement { mut to, value, span } = statement;
        let declared = self.type_of_value(&value);
        if let (Rvalue::Closure(created, _), Some(local)) = (&value, to.as_local()) {
            self.closures.insert(local, *created);
        }
        if let (Some(given), Some(local)) = (self.given_by(&value), to.as_local()) {
            self.held_results.insert(local, given);
        }
        if let (Rvalue::Use(Operand::Place(from)), Some(local)) = (&value, to.as_local())
            && let Some(created) = from.as_local().and_then(|from| self.closures.get(&from).copied())
        {
            self.closures.insert(local, created);
        }
        if to.path.is_empty() && !matches!(to.base, Base::Name(_)) {
            if let Some(local) = to.as_local() {
                self.note(local, declared);
            }
            self.out.push(Statement { to, value, span });
            return;
        }
        let last = to.path.pop();
        self.place(&mut to, span);
        self.write_part(to, last, value, declared, span);
    }

    fn owner(&self) -> Option<ClassId> {
        self.body.owner.map(|owner| self.program.class_id(self.index, owner))
    }

    /// The search for names as all languages do it.
    fn context(&self) -> Context<'a> {
        Context {
            program: self.program,
            owner: self.owner(),
            class: self.body.owner,
            receiver: self.body.receiver(),
            imports: &[],
            has_open_classes: false,
        }
    }

    /// A new temporary of a type.
    fn temporary(&mut self, declared: Option<TypeRef>, span: Span) -> Local {
        let local = self.body.locals.push(LocalDecl { name: None, declared: declared.clone(), span });
        self.types.push(Known::of(declared));
        local
    }

    /// Computes a value in front of the statement at hand.
    fn emit(&mut self, value: Rvalue, span: Span) -> Local {
        let declared = self.type_of_value(&value);
        let local = self.temporary(declared, span);
        self.out.push(Statement { to: Place::local(local), value, span });
        local
    }
}

/// Stands in the place of a function that is being rewritten.
fn nobody(span: Span) -> Function {
    Function::new(Symbol::new(""), FunctionKind::Method, None, span, span)
}
