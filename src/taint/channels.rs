//! Channels: what is put under a key comes out where the same key is asked for.
//!
//! The cells of a channel lie below one name, a step for each key. Keys are constants, and classes where a channel
//! reaches from the class that is named at one end to the objects of that class at the other: what is put for one
//! component does not arrive in another. What is put for nobody by name is found by those that listen to what it asks
//! for, as a manifest declares. A key that nobody knows stands for all.

use crate::base::Symbol;
use crate::ir::{Const, FunctionKind};
use crate::link::{ClassId, FunctionId, Program};
use crate::rules::index::RuleRef;
use crate::rules::model::{ChannelEnd, Listens, Port, PortRoot, PortStep, Scope};
use crate::taint::engine::Engine;
use crate::taint::interpret::Interpreter;
use crate::taint::path::{Path, Root, Step};
use crate::taint::ports::Ports;
use crate::taint::state::State;
use crate::taint::value::{Fact, Value};

/// Bound: classes that a receiver may be of, before it counts as one of unknown class.
const MAX_CLASSES: usize = 16;

/// Which end of a channel a call is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChannelSide {
    /// The put of this position.
    Put(usize),
    /// The get of this position.
    Get(usize),
}

impl Interpreter<'_, '_> {
    /// Puts into or gets from a channel.
    pub(super) fn run_channel(&mut self, state: &mut State, ports: &mut Ports<'_>, index: usize, side: ChannelSide) {
        let rule = &self.engine.rules.set.channels[index];
        let span = ports.call.site.site;
        let end = match side {
            ChannelSide::Put(position) => &rule.put[position],
            ChannelSide::Get(position) => &rule.get[position],
        };
        let keys = self.channel_keys(state, ports, end, rule.scope);
        let steps = keys.unwrap_or_else(|| vec![Step::Element]);
        let owner = match rule.scope {
            Scope::Object => ports.call.receiver.clone(),
            Scope::Program | Scope::Class => self.shared_cell(rule.id, Step::Element).0,
        };
        match side {
            ChannelSide::Put(_) if rule.persistent => {}
            ChannelSide::Put(_) => {
                let mut value = self.read_port(state, ports, &end.value);
                let is_any_key = rule.scope != Scope::Object && end.key.is_some() && steps[..] == [Step::Element];
                value.facts.iter_mut().for_each(|fact| fact.of_any_key |= is_any_key);
                match steps[..] {
                    [step @ Step::Key(_)] if rule.scope == Scope::Object => {
                        self.write_step(state, &owner, step, &value)
                    }
                    _ => steps.iter().for_each(|step| self.add_to_step(state, &owner, *step, &value)),
                }
            }
            ChannelSide::Get(_) if rule.persistent => {
                let mut fact = Fact::path(Path::opaque(span, None));
                for step in &steps {
                    if let Step::Key(Const::Str(key)) = step {
                        let hint = self.engine.evidence.stored(*key, self.function, span);
                        self.engine.note_read(hint.as_deref());
                        fact.refine(hint.as_ref());
                    }
                }
                ports.add_result(&Value::fact(fact));
            }
            ChannelSide::Get(_) => {
                for step in steps {
                    let mut value = self.read_step(state, &owner, step, span);
                    if step == Step::Element && end.key.is_some() {
                        self.read_under_any_key(state, &owner, &mut value);
                    }
                    if rule.scope != Scope::Object && matches!(step, Step::Key(Const::Str(_))) {
                        value.facts.iter_mut().for_each(|fact| fact.has_own_key = true);
                    }
                    self.write_port(state, ports, &end.value, &value);
                }
            }
        }
    }

    /// The steps under which one end of a channel puts or finds its value; `None` when the key is unknown.
    fn channel_keys(
        &mut self,
        state: &mut State,
        ports: &mut Ports<'_>,
        end: &ChannelEnd,
        scope: Scope,
    ) -> Option<Vec<Step>> {
        let port = end.key.as_ref()?;
        if is_own_class(port) {
            return self.receiver_keys(ports, end);
        }
        let key = self.read_port(state, ports, port);
        if scope == Scope::Class {
            for fact in &key.facts {
                if let Some(path) = fact.exact_path() {
                    self.depends_on(path);
                }
            }
        }
        // Nobody is named where something else is asked for.
        let is_named = |steps: &Vec<Step>| end.otherwise.is_none() || steps[..] != [Step::Key(Const::Null)];
        let Some(steps) = self.key_steps(&key).filter(is_named) else { return self.open_keys(state, ports, end) };
        let program = self.engine.program;
        let by_class = |step: Step| match step {
            // A class may be given by its name.
            Step::Key(Const::Str(name)) if scope == Scope::Class => {
                program.class_named(name).map_or(step, |class| class_step(program, class))
            }
            step => step,
        };
        Some(steps.into_iter().map(by_class).collect())
    }

    /// The keys under which those find a value who listen, where nobody is named to whom it goes.
    fn open_keys(&mut self, state: &mut State, ports: &mut Ports<'_>, end: &ChannelEnd) -> Option<Vec<Step>> {
        let key = self.read_port(state, ports, end.otherwise.as_ref()?);
        for path in key.facts.iter().filter_map(|fact| fact.exact_path()) {
            self.depends_on(path);
        }
        let mut steps = self.key_steps(&key)?;
        steps.push(for_undeclared());
        Some(steps)
    }

    /// The keys of the classes that the receiver may be of: of the nearest object around the call that has the member.
    fn receiver_keys(&mut self, ports: &Ports<'_>, end: &ChannelEnd) -> Option<Vec<Step>> {
        let program = self.engine.program;
        let receiver = &ports.call.receiver;
        let types = end.matches.types.iter().chain(&end.matches.extends);
        let types: Vec<_> = types.copied().collect();
        let has_member = |class: Symbol| types.is_empty() || types.iter().any(|&one| program.is_named(class, one));
        let exact: Vec<Symbol> = receiver.objects.iter().map(|&object| self.info(object).class.name).collect();
        if !exact.is_empty() && receiver.facts.is_empty() && exact.iter().all(|&class| has_member(class)) {
            let classes = exact.into_iter();
            return Some(classes.flat_map(|class| heard(self.engine, class, end)).collect());
        }
        for fact in &receiver.facts {
            if let Some(path) = fact.exact_path() {
                self.depends_on(path);
            }
        }
        let declared = receiver.declared.as_ref().and_then(|declared| program.class_named(declared.name));
        let mut class = declared.or(program.functions[self.function].owner);
        while let Some(current) = class {
            let info = &program.classes[current];
            if has_member(info.qualified) {
                let classes = class_and_heirs(program, current)?;
                return Some(classes.into_iter().flat_map(|class| heard(self.engine, class, end)).collect());
            }
            class = info.outer;
        }
        None
    }
}

/// Whether a port is the class of the receiver.
fn is_own_class(port: &Port) -> bool {
    port.root == PortRoot::This && port.path[..] == [PortStep::Class]
}

/// The key of what is meant for a class that is declared nowhere: code may say to what it listens.
fn for_undeclared() -> Step {
    Step::Key(Const::Null)
}

/// The keys under which objects of a class find what is meant for them: their class, and what it listens to.
fn heard(engine: &Engine<'_>, class: Symbol, end: &ChannelEnd) -> Vec<Step> {
    let mut keys = vec![Step::Key(Const::Symbol(class))];
    if end.listens == Some(Listens::Manifest) {
        match engine.configured.actions(Program::display(class)) {
            Some(actions) => keys.extend(actions.iter().map(|action| Step::Key(Const::Str(Symbol::new(action))))),
            None => keys.push(for_undeclared()),
        }
    }
    keys
}

fn class_step(program: &Program, class: ClassId) -> Step {
    Step::Key(Const::Symbol(program.classes[class].qualified))
}

/// A class and all below it; `None` when those are too many.
fn class_and_heirs(program: &Program, class: ClassId) -> Option<Vec<Symbol>> {
    let mut found = vec![class];
    let mut next = 0;
    while let Some(&current) = found.get(next) {
        for &child in &program.classes[current].children {
            if !found.contains(&child) {
                found.push(child);
            }
        }
        if found.len() > MAX_CLASSES {
            return None;
        }
        next += 1;
    }
    Some(found.into_iter().map(|class| program.classes[class].qualified).collect())
}

/// What a framework hands over to a function of the program that it calls: a parameter, and the places whose values
/// arrive there.
pub struct Received {
    /// The rule.
    pub rule: Symbol,
    /// The parameter.
    pub parameter: Path,
    /// The cells of the channel.
    pub cells: Vec<Path>,
}

/// What arrives in the parameters of `function` over channels, as rules about its declaration say.
pub fn received(engine: &Engine<'_>, function: FunctionId) -> Vec<Received> {
    let declaration = engine.program.function(function);
    if declaration.kind != FunctionKind::Method {
        return Vec::new();
    }
    let mut found = Vec::new();
    for declared in &engine.declared[function.index()] {
        let RuleRef::Get(index, end) = declared.rule else { continue };
        let rule = &engine.rules.set.channels[index];
        let end = &rule.get[end];
        let (PortRoot::Parameter(position) | PortRoot::Argument(position)) = end.value.root else { continue };
        if rule.persistent || !end.value.path.is_empty() || usize::from(position) >= declaration.parameters.len() {
            continue;
        }
        let cell = Path::root(Root::Cell(rule.id));
        let keys = declared_keys(engine, function, end).unwrap_or_else(|| vec![Step::Element]);
        found.push(Received {
            rule: rule.id,
            parameter: Path::root(Root::Parameter(u16::from(position))),
            cells: keys.into_iter().map(|key| cell.push(key)).collect(),
        });
    }
    found
}

/// The keys under which a function of the program finds what it is given; `None` when they are unknown.
pub fn declared_keys(engine: &Engine<'_>, function: FunctionId, end: &ChannelEnd) -> Option<Vec<Step>> {
    let program = engine.program;
    let port = end.key.as_ref()?;
    if is_own_class(port) {
        let classes = class_and_heirs(program, program.functions[function].owner?)?;
        return Some(classes.into_iter().flat_map(|class| heard(engine, class, end)).collect());
    }
    let (PortRoot::Parameter(position) | PortRoot::Argument(position)) = port.root else { return None };
    if port.path[..] != [PortStep::Class] {
        return None;
    }
    let declared = engine.root_type(function, &Path::root(Root::Parameter(u16::from(position))))?;
    let Some(class) = program.class_named(declared.name) else {
        return Some(vec![Step::Key(Const::Symbol(declared.name))]);
    };
    Some(class_and_heirs(program, class)?.into_iter().map(|class| Step::Key(Const::Symbol(class))).collect())
}
