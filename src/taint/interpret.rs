//! Abstract interpretation of one function under one context: the body becomes a [`Summary`].
//!
//! Blocks are visited in reverse post-order until their states no longer change. A state flows to a block's handler
//! from before every statement that may throw. Branches whose condition is a known constant are taken one way only.
//! The work is bounded: constants that keep changing in a loop become unknown after [`WIDEN_AFTER`] visits, and a
//! block is visited at most [`MAX_VISITS`] times.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::link::FunctionId;
use crate::taint::StepKind;
use crate::taint::access::class_value;
use crate::taint::apply::SinkSet;
use crate::taint::blocks::reverse_post_order;
use crate::taint::bounds;
use crate::taint::engine::Engine;
use crate::taint::fold;
use crate::taint::path::{Path, Root, Step};
use crate::taint::state::State;
use crate::taint::summary::*;
use crate::taint::value::{Constants, Fact, How, ObjectId, Value};

/// Visits of a block after which constants that differ become unknown.
const WIDEN_AFTER: u32 = 3;
/// Bound: visits of a block.
pub const MAX_VISITS: u32 = 24;
/// Bound: objects told apart in one function; more are told apart by their class alone.
const MAX_OBJECTS: usize = 256;

/// What identifies an object of this interpretation: where it was made, and which object of the callee it is.
pub type ObjectKey = (Span, Option<(FunctionId, u32)>);

/// The interpretation of one function.
pub struct Interpreter<'e, 'p> {
    pub(super) engine: &'e Engine<'p>,
    pub(super) function: FunctionId,
    pub(super) body: &'p Function,
    pub(super) context: Arc<Context>,
    pub(super) depth: usize,
    pub(super) objects: Vec<ObjectInfo>,
    object_keys: FxHashMap<ObjectKey, ObjectId>,
    merged: FxHashMap<(Symbol, ObjectKind), ObjectId>,
    pub(super) sinks: SinkSet,
    /// What is being visited is never run.
    pub(super) is_unreached: bool,
    /// What is read was written down in a function that is called, and is an occurrence there.
    pub(super) reads_for_callee: bool,
    pub(super) selectors: BTreeSet<Path>,
    pub(super) calls: Vec<(FunctionId, Arc<Context>)>,
    /// How many contexts follow one another below.
    pub(super) height: usize,
    /// A context was left out because too many followed one another.
    pub(super) is_cut: bool,
    /// A value of the function has more origins than are kept.
    pub(super) has_cut_value: bool,
    /// What the statement at hand may throw.
    pub(super) raised: Value,
    pub(super) thrown: Value,
    pub(super) result: Value,
    pub(super) exit: Option<State>,
}

/// Interprets `function` under `context`.
pub fn interpret(engine: &Engine<'_>, function: FunctionId, context: Arc<Context>, depth: usize) -> Summary {
    let body = engine.program.function(function);
    let mut interpreter = Interpreter {
        engine,
        function,
        body,
        context,
        depth,
        objects: Vec::new(),
        object_keys: FxHashMap::default(),
        merged: FxHashMap::default(),
        sinks: SinkSet::default(),
        is_unreached: false,
        reads_for_callee: false,
        selectors: BTreeSet::new(),
        calls: Vec::new(),
        height: 0,
        is_cut: false,
        has_cut_value: false,
        raised: Value::none(),
        thrown: Value::none(),
        result: Value::none(),
        exit: None,
    };
    interpreter.run();
    interpreter.finish()
}

impl Interpreter<'_, '_> {
    fn run(&mut self) {
        if self.body.blocks.is_empty() {
            return;
        }
        let order = reverse_post_order(&self.body.blocks);
        let mut rank = vec![usize::MAX; self.body.blocks.len()];
        for (position, block) in order.iter().enumerate() {
            rank[block.index()] = position;
        }
        let mut states: Vec<Option<State>> = vec![None; order.len()];
        let mut visits = vec![0u32; order.len()];
        states[0] = Some(self.entry_state());
        let mut pending = BTreeSet::from([0usize]);
        while let Some(position) = pending.pop_first() {
            visits[position] += 1;
            if visits[position] > MAX_VISITS {
                self.engine.bound_hit(bounds::VISITS, self.body.span);
                continue;
            }
            let Some(state) = states[position].clone() else { continue };
            for (successor, state) in self.block(order[position], state) {
                let target = rank[successor.index()];
                let widen = target <= position && visits[target] >= WIDEN_AFTER;
                let changed = match &mut states[target] {
                    Some(own) => own.join(&state, widen),
                    empty => {
                        *empty = Some(state);
                        true
                    }
                };
                if changed {
                    pending.insert(target);
                }
            }
        }
        let unreached = order.iter().zip(&states).filter(|(_, state)| state.is_none()).map(|(block, _)| *block);
        self.visit_unreached(unreached.collect());
        self.after_the_end();
    }

    /// Visits what constants rule out, for its sink sites alone: they stand in the code, though nothing arrives.
    fn visit_unreached(&mut self, unreached: Vec<BlockIdx>) {
        if unreached.is_empty() {
            return;
        }
        let mut state = self.entry_state();
        for (local, declaration) in self.body.locals.iter_enumerated() {
            let declared = declaration.declared.clone().map(Arc::new);
            if state.locals[local.index()].is_none() {
                state.set_local(local, Value::unknown().typed(declared));
            }
        }
        let (calls, selectors) = (self.calls.clone(), self.selectors.clone());
        let (result, thrown, exit) = (self.result.clone(), self.thrown.clone(), self.exit.clone());
        self.is_unreached = true;
        for block in unreached {
            self.block(block, state.clone());
        }
        self.is_unreached = false;
        (self.calls, self.selectors) = (calls, selectors);
        (self.result, self.thrown, self.exit) = (result, thrown, exit);
    }

    fn entry_state(&mut self) -> State {
        let nothing = Rc::new(Value::none());
        let mut locals: Vec<Rc<Value>> = self.body.locals.iter().map(|_| nothing.clone()).collect();
        let declared = |local: Local| self.body.locals[local].declared.clone().map(Arc::new);
        if self.body.has_this {
            let class = self.engine.receiver_type(self.function, &self.context);
            locals[0] = Rc::new(self.path_value(Path::root(Root::This)).typed(class));
        }
        for (index, parameter) in self.body.parameters.iter().enumerate() {
            let mut value =
                self.parameter_value(index).typed(declared(parameter.local).or_else(|| self.told_type(index)));
            let hint = self.engine.evidence.parameter(self.function, index);
            for fact in &mut value.facts {
                fact.refine(hint.as_ref());
            }
            locals[parameter.local.index()] = Rc::new(value);
        }
        for (index, &local) in self.body.captures.iter().enumerate() {
            let path = Path::root(Root::Capture(index as u16));
            let declared = declared(local).or_else(|| self.engine.captured_type(self.function, local));
            locals[local.index()] = Rc::new(self.path_value(path).typed(declared));
        }
        State { locals: Rc::new(locals), ..State::default() }
    }

    /// The class of a parameter that says nothing of its type, as the context tells it.
    fn told_type(&self, index: usize) -> Option<Arc<TypeRef>> {
        match self.selector(&Path::root(Root::Parameter(index as u16)))? {
            Selector::Class(class) => Some(Arc::new(TypeRef::named(*class))),
            _ => None,
        }
    }

    /// What an entry path holds at the beginning, under the context.
    pub(super) fn path_value(&self, path: Path) -> Value {
        match self.selector(&path) {
            Some(Selector::Constant(constant)) => Value::constant(*constant),
            Some(Selector::Type(class)) => class_value(&TypeRef::named(*class)),
            _ => Value::fact(Fact::path(path)),
        }
    }

    /// What the context says of an entry path.
    pub(super) fn selector(&self, path: &Path) -> Option<&Selector> {
        self.context.iter().find(|(own, _)| own == path).map(|(_, selector)| selector)
    }

    /// Notes that the class, closure or constant at `path` would decide something.
    pub(super) fn depends_on(&mut self, path: &Path) {
        if path.is_local() {
            self.selectors.insert(path.clone());
        }
    }

    fn block(&mut self, index: BlockIdx, mut state: State) -> Vec<(BlockIdx, State)> {
        let body = self.body;
        let block = &body.blocks[index];
        let mut successors: Vec<(BlockIdx, State)> = Vec::new();
        let mut handled: Option<State> = None;
        for statement in &block.statements {
            if block.handler.is_some() && matches!(statement.value, Rvalue::Call(_)) {
                join_optional(&mut handled, &state);
            }
            let before = self.written_before(&state);
            self.statement(&mut state, statement);
            if let Some(before) = before {
                self.take_written(&mut state, &before, statement);
            }
            let raised = std::mem::take(&mut self.raised);
            if !raised.is_none() {
                self.raise(&mut handled, &state, block.handler.is_some(), &raised);
            }
        }
        match &block.terminator {
            Terminator::Goto(next) => successors.push((*next, state)),
            Terminator::Branch { condition, then, otherwise } => {
                self.branch(&state, condition, *then, *otherwise, &mut successors)
            }
            Terminator::Switch { value, cases, default } => {
                self.switch(&state, value, cases, *default, &mut successors)
            }
            Terminator::Return(operand) => {
                if let Some(operand) = operand {
                    let value = self.operand(&mut state, operand, block.span);
                    self.take_returned(&mut state, &value, block.span);
                    self.result.join(&value.under(state.guards));
                }
                match &mut self.exit {
                    Some(exit) => {
                        exit.join(&state, false);
                    }
                    None => self.exit = Some(state),
                }
            }
            Terminator::Throw(operand) => {
                let mut value = self.operand(&mut state, operand, block.span);
                mark_thrown(&mut state, &mut value);
                self.raise(&mut handled, &state, block.handler.is_some(), &value);
            }
            Terminator::Unreachable => {}
        }
        if let (Some(handler), Some(state)) = (block.handler, handled) {
            successors.push((handler, state));
        }
        successors
    }

    fn raise(&mut self, handled: &mut Option<State>, state: &State, has_handler: bool, value: &Value) {
        if has_handler {
            let mut state = state.clone();
            state.thrown = Rc::new(value.clone());
            join_optional(handled, &state);
        } else {
            self.thrown.join(value);
            match &mut self.exit {
                Some(exit) => {
                    exit.join(state, false);
                }
                None => self.exit = Some(state.clone()),
            }
        }
    }

    fn branch(
        &mut self,
        state: &State,
        condition: &Operand,
        then: BlockIdx,
        otherwise: BlockIdx,
        successors: &mut Vec<(BlockIdx, State)>,
    ) {
        let mut state = state.clone();
        let value = self.operand(&mut state, condition, self.body.span);
        self.depends_on_all(&value);
        let decided = match value.single_constant() {
            Some(Const::Bool(decided)) => Some(decided),
            _ => None,
        };
        if decided != Some(false) {
            let mut taken = state.clone();
            taken.guards |= self.proven(&value, true);
            successors.push((then, taken));
        }
        if decided != Some(true) {
            let mut taken = state;
            taken.guards |= self.proven(&value, false);
            successors.push((otherwise, taken));
        }
    }

    fn switch(
        &mut self,
        state: &State,
        value: &Operand,
        cases: &[(smallvec::SmallVec<[Const; 1]>, BlockIdx)],
        default: BlockIdx,
        successors: &mut Vec<(BlockIdx, State)>,
    ) {
        let mut state = state.clone();
        let value = self.operand(&mut state, value, self.body.span);
        self.depends_on_all(&value);
        let known = match (&value.constants, value.facts.is_empty() && value.objects.is_empty()) {
            (Constants::Set(set), true) => Some(set.clone()),
            _ => None,
        };
        let mut matched = 0;
        for (constants, block) in cases {
            let hits = known.as_ref().map(|known| known.iter().filter(|one| constants.contains(one)).count());
            if hits != Some(0) {
                let mut taken = state.clone();
                taken.guards |= self.proven_by_case(&value, constants);
                successors.push((*block, taken));
                matched += hits.unwrap_or(0);
            }
        }
        if known.is_none_or(|known| matched < known.len()) {
            successors.push((default, state));
        }
    }

    /// Notes that the constants at the exact paths of `value` decide something.
    pub(super) fn depends_on_all(&mut self, value: &Value) {
        for fact in &value.facts {
            if let Some(path) = fact.exact_path()
                && path.steps().is_empty()
            {
                self.depends_on(path);
            }
        }
    }

    fn statement(&mut self, state: &mut State, statement: &Statement) {
        let value = self.rvalue(state, statement);
        self.has_cut_value |= value.is_cut;
        self.assign(state, &statement.to, value, statement.span);
    }

    fn assign(&mut self, state: &mut State, to: &Place, mut value: Value, span: Span) {
        if let Some(local) = to.as_local() {
            let declaration = &self.body.locals[local];
            if let Some(declared) = &declaration.declared {
                value = self.see_as(value, declared);
                self.keep_what_fits(&mut value, Some(declared));
            }
            if declaration.name.is_some() && !value.facts.is_empty() {
                let hint = self.engine.evidence.local(self.function, local);
                for fact in &mut value.facts {
                    fact.refine(hint.as_ref());
                    fact.trace = fact.trace.step(span, StepKind::Assign, self.function);
                }
            }
            state.set_local(local, value);
            return;
        }
        let Some((last, before)) = to.path.split_last() else { return };
        let base = self.place_prefix(state, &to.base, before, span);
        for fact in &mut value.facts {
            fact.trace = fact.trace.step(span, StepKind::Field, self.function);
        }
        match self.steps_of(state, last) {
            Some(steps) => match &steps[..] {
                [step] => self.write_step(state, &base, *step, &value),
                steps => steps.iter().for_each(|step| self.add_to_step(state, &base, *step, &value)),
            },
            None => {
                if matches!(last, Projection::Element) {
                    // What stands at every place of an array stands for as many objects.
                    value.objects.iter().for_each(|object| state.content_mut(*object).many = true);
                }
                self.add_to_step(state, &base, Step::Element, &value)
            }
        }
    }

    fn rvalue(&mut self, state: &mut State, statement: &Statement) -> Value {
        let span = statement.span;
        match &statement.value {
            Rvalue::Use(operand) => self.operand(state, operand, span).under(state.guards),
            Rvalue::Concat(parts) => {
                let parts: Vec<Value> = parts.iter().map(|part| self.operand(state, part, span)).collect();
                self.concat(state, &parts, span)
            }
            Rvalue::Binary(op, left, right) => {
                let left = self.operand(state, left, span);
                let right = self.operand(state, right, span);
                self.binary(state, *op, &left, &right, span)
            }
            Rvalue::Unary(op, operand) => {
                let operand = self.operand(state, operand, span);
                let mut value = Value { constants: fold::unary(*op, &operand), ..Value::default() };
                if *op == UnaryOp::Not {
                    value.proof = operand.proof.negated();
                } else {
                    value.facts = self.derived(state, &operand, How::Value).into();
                }
                value
            }
            Rvalue::Allocate(class) => {
                self.allocate(state, ObjectKind::Instance, Arc::new(class.clone()), (span, None))
            }
            Rvalue::Array(element, operands) => {
                let element = element.clone().unwrap_or_else(|| TypeRef::named("?"));
                let class = Arc::new(TypeRef::array(element));
                let values: Vec<Value> = operands.iter().map(|operand| self.operand(state, operand, span)).collect();
                self.sequence(state, class, values, span)
            }
            Rvalue::Map(entries) => self.map_literal(state, entries, span),
            Rvalue::Closure(function, captures) => {
                let unit = self.engine.program.functions[self.function].unit;
                let function = self.engine.program.function_id(unit, *function);
                let class = Arc::new(TypeRef::named(self.engine.program.functions[function].qualified));
                let value = self.allocate(state, ObjectKind::Closure(function), class, (span, None));
                for (index, capture) in captures.iter().enumerate() {
                    let captured = self.operand(state, capture, span);
                    self.write_step(state, &value, capture_field(index), &captured);
                }
                value
            }
            Rvalue::Reference(operand, name) => {
                let target = self.operand(state, operand, span);
                let class = Arc::new(TypeRef::named("<reference>"));
                let value = self.allocate(state, ObjectKind::Reference(*name), class, (span, None));
                self.write_step(state, &value, capture_field(0), &target);
                value
            }
            Rvalue::Cast(operand, declared) => {
                let value = self.operand(state, operand, span);
                self.see_as(value, declared)
            }
            Rvalue::IsType(operand, _) => {
                self.operand(state, operand, span);
                Value::unknown()
            }
            Rvalue::Caught(types) => self.caught(state, types),
            Rvalue::Call(call) => {
                let call: &Call = call;
                stacker::maybe_grow(128 * 1024, 4 * 1024 * 1024, || self.call(state, call, span))
            }
            Rvalue::Opaque(operands) => {
                let mut facts = Vec::new();
                for operand in operands {
                    let value = self.operand(state, operand, span);
                    facts.extend(self.derived(state, &value, How::Value));
                }
                Value::facts(facts)
            }
        }
    }

    /// What a handler catches. It is taken: a later handler of the function catches what was thrown later.
    fn caught(&self, state: &mut State, types: &[TypeRef]) -> Value {
        let mut value = Rc::unwrap_or_clone(std::mem::take(&mut state.thrown));
        let program = self.engine.program;
        value.objects.retain(|object| {
            let class = self.objects[object.0 as usize].class.name;
            let known = program.class_named(class).is_some() || program.library.is_known(class);
            types.is_empty() || !known || types.iter().any(|caught| program.is_subtype(class, &caught.name))
        });
        value.constants = Constants::Any;
        value.declared = types.first().cloned().map(Arc::new);
        value
    }

    /// A new object in the state. One that was made before in this place stands for several from then on, unless
    /// nothing holds on to the earlier one.
    pub(super) fn allocate(
        &mut self,
        state: &mut State,
        kind: ObjectKind,
        class: Arc<TypeRef>,
        key: ObjectKey,
    ) -> Value {
        let object = self.object(key, || ObjectInfo { kind, class: class.clone(), site: key.0 });
        if state.heap.contains_key(&object) {
            if is_held(state, object) {
                state.content_mut(object).many = true;
            } else {
                *state.content_mut(object) = Content::default();
            }
        } else {
            state.content_mut(object);
        }
        Value::object(object, Some(class))
    }

    /// The id of the object with this key.
    pub(super) fn object(&mut self, key: ObjectKey, info: impl FnOnce() -> ObjectInfo) -> ObjectId {
        if let Some(&object) = self.object_keys.get(&key) {
            return object;
        }
        if self.objects.len() >= MAX_OBJECTS {
            let info = info();
            let object = match self.merged.get(&(info.class.name, info.kind.clone())) {
                Some(&object) => object,
                None => {
                    let object = ObjectId(self.objects.len() as u32);
                    self.merged.insert((info.class.name, info.kind.clone()), object);
                    self.objects.push(info);
                    object
                }
            };
            self.object_keys.insert(key, object);
            return object;
        }
        let object = ObjectId(self.objects.len() as u32);
        self.objects.push(info());
        self.object_keys.insert(key, object);
        object
    }

    /// What is known of an object.
    pub(super) fn info(&self, object: ObjectId) -> &ObjectInfo {
        &self.objects[object.0 as usize]
    }
}

fn is_held(state: &State, object: ObjectId) -> bool {
    state.heap.values().any(|content| content.parts.iter().any(|(_, value)| value.objects.contains(&object)))
        || state.written.iter().any(|(_, value)| value.objects.contains(&object))
}

/// Marks what a thrown value and what the thrown objects hold themselves.
fn mark_thrown(state: &mut State, value: &mut Value) {
    value.facts.iter_mut().for_each(|fact| fact.is_thrown = true);
    for &object in &value.objects {
        for (_, part) in &mut state.content_mut(object).parts {
            part.facts.iter_mut().for_each(|fact| fact.is_thrown = true);
        }
    }
}

fn join_optional(own: &mut Option<State>, other: &State) {
    match own {
        Some(own) => {
            own.join(other, false);
        }
        None => *own = Some(other.clone()),
    }
}
