//! Ports of rules, read and written at one call.

use std::rc::Rc;
use std::sync::Arc;

use crate::base::Symbol;
use crate::ir::{Const, Operand, Target, TypeRef};
use crate::rules::model::{Port, PortRoot, PortStep};
use crate::taint::Confidence;
use crate::taint::access::class_value;
use crate::taint::arguments::Arguments;
use crate::taint::interpret::Interpreter;
use crate::taint::library::{LibraryCall, wrapped_step};
use crate::taint::path::{Path, Root, Step};
use crate::taint::state::State;
use crate::taint::summary::{ObjectKind, Selector};
use crate::taint::value::{Fact, How, ObjectId, Value};

/// What the ports of one call stand for.
pub struct Ports<'a> {
    /// The call.
    pub call: &'a LibraryCall<'a>,
    /// Its arguments.
    pub arguments: &'a Arguments,
    /// The result so far.
    pub result: Value,
    /// Whether a rule said something of the result.
    pub result_written: bool,
    /// Callables that a rule has run.
    pub run: Vec<PortRoot>,
    /// The argument to whose parameter's annotation the rule at hand belongs: no other is meant by every argument.
    pub annotated: Option<u8>,
}

impl<'a> Ports<'a> {
    /// The ports of a call.
    pub fn new(call: &'a LibraryCall<'a>, arguments: &'a Arguments) -> Ports<'a> {
        Ports { call, arguments, result: Value::none(), result_written: false, run: Vec::new(), annotated: None }
    }

    /// Adds to the result.
    pub fn add_result(&mut self, value: &Value) {
        self.result.join(value);
        self.result_written = true;
    }
}

impl Interpreter<'_, '_> {
    /// What a port holds, all its arguments joined.
    pub(super) fn read_port(&mut self, state: &mut State, ports: &mut Ports<'_>, port: &Port) -> Value {
        let mut joined = Value::none();
        for (_, value) in self.port_values(state, ports, port) {
            if joined.is_none() {
                joined = value;
            } else {
                joined.join(&value);
            }
        }
        joined
    }

    /// What a port holds, argument by argument.
    pub(super) fn port_values(
        &mut self,
        state: &mut State,
        ports: &mut Ports<'_>,
        port: &Port,
    ) -> Vec<(Option<u32>, Value)> {
        let arguments = ports.arguments;
        let roots: Vec<(Option<u32>, Value)> = match &port.root {
            PortRoot::Argument(index) | PortRoot::Parameter(index) => {
                let value = arguments.positional.get(*index as usize).cloned();
                value.map(|value| (Some(u32::from(*index)), value)).into_iter().collect()
            }
            PortRoot::Named(name) => {
                let value = arguments.named.iter().find(|(own, _)| own == name);
                value.map(|(_, value)| (None, value.clone())).into_iter().collect()
            }
            PortRoot::EveryArgument | PortRoot::ArgumentVariable(_) => {
                let is_meant = |index: usize| ports.annotated.is_none_or(|only| usize::from(only) == index);
                let positional = arguments.positional.iter().enumerate().filter(|(index, _)| is_meant(*index));
                let positional = positional.map(|(index, value)| (Some(index as u32), value));
                let named = arguments.named.iter().map(|(_, value)| value).chain(&arguments.options);
                positional.chain(named.map(|value| (None, value))).map(|(at, value)| (at, value.clone())).collect()
            }
            PortRoot::This => vec![(None, ports.call.receiver.clone())],
            PortRoot::Block => arguments.block.clone().map(|value| (None, value)).into_iter().collect(),
            PortRoot::Return => vec![(None, ports.result.clone())],
        };
        roots
            .into_iter()
            .map(|(argument, value)| {
                let value =
                    port.path.iter().fold(value, |value, step| self.read_port_step(state, ports, &value, *step));
                (argument, value)
            })
            .collect()
    }

    /// One step of a port, read.
    pub(super) fn read_port_step(
        &mut self,
        state: &mut State,
        ports: &mut Ports<'_>,
        value: &Value,
        step: PortStep,
    ) -> Value {
        let span = ports.call.site.site;
        match step {
            PortStep::Any => {
                let facts = self.derived(state, value, How::Serialised);
                Value { facts: facts.into(), ..value.clone() }
            }
            PortStep::Class => self.class_of(value),
            PortStep::Return if !value.is_none() => {
                if arguments_hold(ports, value) {
                    ports.run.push(PortRoot::Block);
                }
                self.invoke_callable(state, value, &Arguments::default(), span)
            }
            PortStep::Parameter(_) | PortStep::ParameterThis | PortStep::Return => Value::unknown(),
            _ => match self.port_step(ports, step) {
                Some(steps) => {
                    let mut joined = Value::none();
                    for step in steps {
                        joined.join(&self.read_step(state, value, step, span));
                    }
                    joined
                }
                None => {
                    let mut element = self.read_step(state, value, Step::Element, span);
                    if matches!(step, PortStep::ElementOf(_) | PortStep::ValueOf(_)) {
                        self.read_under_any_key(state, value, &mut element);
                    }
                    element
                }
            },
        }
    }

    /// The class of an object, as a value; unknown unless it is certain.
    fn class_of(&mut self, value: &Value) -> Value {
        let mut classes = Value::none();
        for &object in &value.objects {
            classes.join(&class_value(&self.info(object).class.clone()));
        }
        for fact in &value.facts {
            let Some(path) = fact.exact_path() else { return Value::unknown() };
            self.depends_on(path);
            match (self.selector(path), &value.declared) {
                (Some(Selector::Class(class)), _) => classes.join(&class_value(&TypeRef::named(*class))),
                // Nobody is below a type that has no heirs.
                (_, Some(declared)) if self.engine.has_no_heirs(declared.name) => classes.join(&class_value(declared)),
                _ => return Value::unknown(),
            };
        }
        if classes.is_none() { Value::unknown() } else { classes }
    }

    /// Marks what was read of `container` under an unknown key: a record of several names holds other things, too.
    pub(super) fn read_under_any_key(&self, state: &State, container: &Value, element: &mut Value) {
        let is_name = |step: &Step| matches!(step, Step::Key(Const::Str(_)));
        let names = |object: &ObjectId| {
            let content = state.content(*object);
            content.map_or(0, |content| content.parts.iter().filter(|(step, _)| is_name(step)).count())
        };
        let is_record = container.objects.iter().map(names).sum::<usize>() > 1;
        for fact in &mut element.facts {
            fact.of_any_key = true;
            if is_record {
                fact.edge = Confidence::Low;
            }
        }
    }

    /// The steps that a step of a port means; `None` for an element whose position or key is unknown.
    fn port_step(&mut self, ports: &Ports<'_>, step: PortStep) -> Option<Vec<Step>> {
        match step {
            PortStep::Field(name) => Some(vec![Step::Field(name)]),
            PortStep::Key => Some(vec![Step::Keys]),
            PortStep::ElementAt(position) => Some(vec![Step::Key(Const::Int(position))]),
            PortStep::ValueAt(key) => Some(vec![Step::Key(Const::Str(key))]),
            PortStep::ElementOf(index) | PortStep::ValueOf(index) => {
                let key = ports.arguments.positional.get(index as usize).cloned()?;
                self.key_steps(&key)
            }
            _ => None,
        }
    }

    /// Adds `value` to what a port holds.
    pub(super) fn write_port(&mut self, state: &mut State, ports: &mut Ports<'_>, port: &Port, value: &Value) {
        if port.root == PortRoot::Return && port.path.is_empty() {
            ports.add_result(value);
            return;
        }
        if port.root == PortRoot::Return {
            self.make_result(state, ports);
        }
        let Some((last, above)) = port.path.split_last() else {
            let target = self.read_port(state, ports, port);
            if port.root == PortRoot::This && target.objects.is_empty() {
                self.add_to_receiver(state, ports, value);
            }
            self.write_content(state, &target, value);
            return;
        };
        let base_port = Port { root: port.root, path: above.to_vec() };
        let mut base = self.read_port(state, ports, &base_port);
        let is_place =
            |base: &Value| !base.objects.is_empty() || base.facts.iter().any(|fact| fact.exact_path().is_some());
        if !is_place(&base) && !above.is_empty() {
            // Nothing stands there yet: an object of the library's own making.
            let class = Arc::new(TypeRef::named("<part>"));
            let key = (ports.call.site.site, Some((self.function, u32::MAX - 1 - above.len() as u32)));
            base = self.allocate(state, ObjectKind::Instance, class, key);
            self.write_port(state, ports, &base_port, &base);
        }
        match self.port_step(ports, *last) {
            Some(steps) => match steps[..] {
                [step @ Step::Key(_)] => self.write_step(state, &base, step, value),
                [step @ Step::Field(_)] => self.write_step(state, &base, step, value),
                _ => steps.iter().for_each(|step| self.add_to_step(state, &base, *step, value)),
            },
            None if *last == PortStep::Any => self.write_content(state, &base, value),
            None => {
                if *last == PortStep::Element {
                    self.lose_positions(state, &base);
                }
                self.add_to_step(state, &base, Step::Element, value);
                for object in base.objects.clone() {
                    if let Some(wrapped) = self.wrapped(state, object) {
                        self.add_to_step(state, &wrapped, Step::Element, value);
                    }
                }
            }
        }
    }

    /// The object that a call gives, where no rule has given it one yet.
    pub(super) fn make_result(&mut self, state: &mut State, ports: &mut Ports<'_>) {
        if ports.result.objects.is_empty() {
            let class = ports.result.declared.clone().unwrap_or_else(|| Arc::new(TypeRef::named("<result>")));
            let key = (ports.call.site.site, Some((self.function, u32::MAX)));
            let object = self.allocate(state, ObjectKind::Instance, class, key);
            ports.add_result(&object);
        }
    }

    /// Adds `value` to what an object holds as a whole, and to what it wraps.
    pub(super) fn write_content(&mut self, state: &mut State, target: &Value, value: &Value) {
        let facts = Value::facts(self.derived(state, value, How::Value));
        if facts.facts.is_empty() {
            return;
        }
        self.add_to_step(state, target, Step::Content, &facts);
        for object in target.objects.clone() {
            if let Some(wrapped) = self.wrapped(state, object) {
                self.write_content(state, &wrapped, value);
            }
        }
    }

    /// Adds `value` to the variable that is the receiver of a call, where no object stands behind it.
    fn add_to_receiver(&mut self, state: &mut State, ports: &Ports<'_>, value: &Value) {
        let call = ports.call.site.call;
        if let Some(Target::Method { receiver: Operand::Place(place), .. }) = call.map(|call| &call.target)
            && let Some(local) = place.as_local()
        {
            let facts = self.derived(state, value, How::Value);
            let own = Rc::make_mut(&mut Rc::make_mut(&mut state.locals)[local.index()]);
            facts.into_iter().for_each(|fact| {
                own.add(fact);
            });
        }
    }

    /// What a wrapper passes on to.
    pub(super) fn wrapped(&self, state: &State, object: ObjectId) -> Option<Value> {
        state.content(object).and_then(|content| content.get(&wrapped_step())).cloned()
    }

    /// A cell of the whole program under a name: a channel's key, say.
    pub(super) fn shared_cell(&self, owner: Symbol, key: Step) -> (Value, Path) {
        let path = Path::root(Root::Cell(owner));
        (Value::fact(Fact::path(path.clone())), path.push(key))
    }
}

/// Whether a value is the block of a call.
fn arguments_hold(ports: &Ports<'_>, value: &Value) -> bool {
    ports.arguments.block.as_ref().is_some_and(|block| block.objects == value.objects)
}
