//! Operations of lists and maps, executed on what is known of the collection: a position or a key is told apart from
//! its neighbours, and positions shift with what is put in and taken out.
//!
//! A list is known as an object, whose content has a length, or as a place of the entry of the function at hand. What
//! stands there at the entry only callers know; its length is then read like a field, [`Step::Length`], which callers
//! who know it tell as a constant of the context. Under such a context the function says of each position what it
//! holds in the end and how long the list is then, and so does the effect at the caller:
//!
//! ```text
//! void put(String s) { list.add(s); }   asked for with this.list.<length> = 2
//!                                       says this.list[2] = p0, this.list.<length> = 3
//! ```
//!
//! Where nobody knows the length, whatever is put in may stand anywhere, and the positions are lost for the caller, too.

use std::sync::Arc;

use crate::base::Span;
use crate::ir::{ARRAY, Const, TypeRef};
use crate::rules::model::{Port, PortStep, Semantics};
use crate::taint::arguments::Arguments;
use crate::taint::interpret::Interpreter;
use crate::taint::path::{Path, Root, Step};
use crate::taint::ports::Ports;
use crate::taint::site::Site;
use crate::taint::state::{State, forget_positions};
use crate::taint::summary::{Content, ObjectKind};
use crate::taint::value::{Constants, Fact, ObjectId, Value};

/// The key of a map that a call makes of its named arguments, beside what else it makes.
const MAP_OF_NAMED: u32 = u32::MAX - 40;

/// Bound: methods that a name which is computed may mean.
const MAX_NAMED: usize = 4;

/// Bound: the longest list whose length callers tell.
const MAX_TOLD_LENGTH: u32 = 16;

impl Interpreter<'_, '_> {
    /// Executes an operation of collections on the receiver; the `flow` beside it names the parts of pairs.
    pub(super) fn run_semantics(
        &mut self,
        state: &mut State,
        ports: &mut Ports<'_>,
        semantics: Semantics,
        flow: &[(Port, Port)],
    ) {
        let receiver = ports.call.receiver.clone();
        let arguments = ports.arguments;
        let span = ports.call.site.site;
        let argument = |index: usize| arguments.positional.get(index).cloned().unwrap_or_else(Value::unknown);
        match semantics {
            Semantics::ListOf => {
                let list = self.list_of(state, ports, span);
                ports.add_result(&list);
            }
            Semantics::ListAppend => {
                let value = argument(0);
                self.change_lists(state, &receiver, &value, span, |content| append(content, &value));
            }
            Semantics::ListInsert => {
                let value = argument(1);
                let at = self.position(&argument(0));
                self.change_lists(state, &receiver, &value, span, |content| insert(content, at, &value));
            }
            Semantics::ListSet => {
                let value = argument(1);
                let at = self.position(&argument(0));
                let before = self.element(state, &receiver, at, span);
                ports.add_result(&before);
                match at {
                    Some(at) => self.write_step(state, &receiver, Step::Key(Const::Int(at.into())), &value),
                    None => self.add_to_step(state, &receiver, Step::Element, &value),
                }
            }
            Semantics::ListGet => {
                let at = self.position(&argument(0));
                let value = self.element(state, &receiver, at, span);
                ports.add_result(&value);
            }
            Semantics::ListRemove => {
                let at = self.position(&argument(0));
                let value = self.element(state, &receiver, at, span);
                ports.add_result(&value);
                self.change_lists(state, &receiver, &Value::none(), span, |content| remove(content, at));
            }
            Semantics::MapRemove => {
                let steps = self.key_steps(&argument(0));
                let step = match steps.as_deref() {
                    Some([step]) => *step,
                    _ => Step::Element,
                };
                let value = self.read_step(state, &receiver, step, span);
                ports.add_result(&value);
                if let ([object], Step::Key(_)) = (&receiver.objects[..], step) {
                    let content = state.content_mut(*object);
                    if !content.many {
                        content.parts.retain(|(own, _)| *own != step);
                    }
                }
            }
            Semantics::MapPick => {
                let keys = ports.arguments.positional.clone();
                if ports.arguments.rest.is_some() || keys.iter().any(|key| self.key_steps(key).is_none()) {
                    // Nobody knows which keys are meant: it may be any.
                    return ports.add_result(&receiver);
                }
                self.make_result(state, ports);
                let result = ports.result.clone();
                for step in keys.iter().filter_map(|key| self.key_steps(key)).flatten().collect::<Vec<_>>() {
                    let value = self.read_step(state, &receiver, step, ports.call.site.site);
                    self.write_step(state, &result, step, &value);
                }
            }
            Semantics::MapWith => {
                let class = Arc::new(TypeRef::named("<map>"));
                let key = (span, Some((self.function, MAP_OF_NAMED)));
                let map = self.allocate(state, ObjectKind::Instance, class, key);
                self.put_named(state, &map, arguments);
                ports.add_result(&map);
            }
            Semantics::MapPut => self.put_named(state, &receiver, arguments),
            Semantics::ObjectMap => self.map_objects(state, ports, span),
            Semantics::CallNamed => self.call_named(state, ports),
            Semantics::ListPluck => self.pluck(state, ports),
            Semantics::ObjectTake => self.take_fields(state, ports, span),
            Semantics::MapOfPairs => {
                let pairs = ports.arguments.positional.clone();
                self.make_result(state, ports);
                let result = ports.result.clone();
                let (Some(of_key), Some(of_value)) = (part_for(flow, PortStep::Key), part_for(flow, PortStep::Element))
                else {
                    return;
                };
                for pair in &pairs {
                    let key = self.read_step(state, pair, of_key, span);
                    let value = self.read_step(state, pair, of_value, span);
                    self.add_to_step(state, &result, Step::Keys, &key);
                    match self.key_steps(&key) {
                        Some(steps) => steps.into_iter().for_each(|step| self.write_step(state, &result, step, &value)),
                        None => self.add_to_step(state, &result, Step::Element, &value),
                    }
                }
            }
            Semantics::Clear => {
                let empty = || Content { length: Some(0), ..Content::default() };
                if let [object] = receiver.objects[..] {
                    let content = state.content_mut(object);
                    if !content.many {
                        *content = empty();
                    }
                } else if receiver.objects.is_empty() {
                    self.change_lists(state, &receiver, &Value::none(), span, |content| *content = empty());
                }
            }
            _ => {}
        }
    }

    /// Calls the methods that the first argument may name.
    fn call_named(&mut self, state: &mut State, ports: &mut Ports<'_>) {
        let Some((name, others)) = ports.arguments.positional.split_first() else { return };
        let arguments = Arguments { positional: others.to_vec(), ..ports.arguments.clone() };
        let names = name.constants.known().iter().take(MAX_NAMED).filter_map(|constant| match constant {
            Const::Str(name) | Const::Symbol(name) => Some(*name),
            _ => None,
        });
        let site = ports.call.site.site;
        for name in names.collect::<Vec<_>>() {
            let named = Site { name, call: None, site };
            let value = self.invoke(state, &ports.call.receiver.clone(), &arguments, named);
            ports.add_result(&value);
        }
    }

    /// A list of what each element has under a name, or of lists where several are named.
    fn pluck(&mut self, state: &mut State, ports: &mut Ports<'_>) {
        let site = ports.call.site.site;
        let element = self.read_step(state, &ports.call.receiver.clone(), Step::Element, site);
        let names = ports.arguments.positional.iter().filter_map(|name| match name.single_constant() {
            Some(Const::Str(name) | Const::Symbol(name)) => Some(name),
            _ => None,
        });
        let names: Vec<_> = names.collect();
        let read = |interpreter: &mut Self, state: &mut State, name| {
            interpreter.invoke(state, &element, &Arguments::default(), Site { name, call: None, site })
        };
        let class = Arc::new(TypeRef::named(ARRAY));
        let of_each = match names[..] {
            [name] => read(self, state, name),
            _ => {
                let values = names.iter().map(|name| read(self, state, *name)).collect();
                self.sequence(state, class, values, site)
            }
        };
        self.make_result(state, ports);
        let result = ports.result.clone();
        self.add_to_step(state, &result, Step::Element, &of_each);
    }

    /// Puts named arguments into a map, under their names.
    fn put_named(&mut self, state: &mut State, map: &Value, arguments: &Arguments) {
        for (name, value) in &arguments.named {
            self.write_step(state, map, Step::Key(Const::Str(*name)), value);
        }
        if let Some(others) = &arguments.options {
            self.add_to_step(state, map, Step::Element, others);
        }
    }

    /// A new list of the arguments of a call. One array alone stands for its elements.
    fn list_of(&mut self, state: &mut State, ports: &Ports<'_>, span: Span) -> Value {
        let class = ports.result.declared.clone().unwrap_or_else(|| Arc::new(TypeRef::named("<result>")));
        let values = &ports.arguments.positional;
        match &values[..] {
            [array] if array.declared.as_ref().is_some_and(|declared| declared.name == crate::ir::ARRAY) => {
                let list = self.sequence(state, class, Vec::new(), span);
                let object = list.objects[0];
                match array.objects[..] {
                    [from] if array.facts.is_empty() => {
                        let content = state.content(from).cloned().unwrap_or_default();
                        *state.content_mut(object) = Content { many: false, ..content };
                    }
                    _ => {
                        let elements = self.read_step(state, array, Step::Element, span);
                        state.content_mut(object).length = None;
                        self.add_to_step(state, &list, Step::Element, &elements);
                    }
                }
                list
            }
            values => self.sequence(state, class, values.to_vec(), span),
        }
    }

    /// The position that a value is, when it can be no other.
    fn position(&mut self, value: &Value) -> Option<u32> {
        self.depends_on_all(value);
        match value.single_constant() {
            Some(Const::Int(position)) => u32::try_from(position).ok(),
            _ => None,
        }
    }

    /// Changes each list of `receiver`; where its positions are not known, it gains `value` as an element.
    fn change_lists(
        &mut self,
        state: &mut State,
        receiver: &Value,
        value: &Value,
        span: Span,
        change: impl Fn(&mut Content),
    ) {
        if let Some((path, length)) = self.told_length(state, receiver) {
            let positions = (0..length).map(|position| Step::Key(Const::Int(position.into())));
            let parts = positions.map(|step| (step, self.read_step(state, receiver, step, span))).collect();
            let mut content = Content { parts, length: Some(length), many: false };
            change(&mut content);
            keep_at(state, &path, length, content);
            return;
        }
        self.lose_positions(state, receiver);
        let paths = Value { objects: Default::default(), ..receiver.clone() };
        if !value.is_none() {
            self.add_to_step(state, &paths, Step::Element, value);
        }
        let is_single = receiver.objects.len() == 1 && paths.facts.iter().all(|fact| fact.exact_path().is_none());
        for &object in &receiver.objects {
            let content = state.content_mut(object);
            if is_single && !content.many {
                change(content);
            } else {
                forget_positions(content);
                if !value.is_none() {
                    content.entry(Step::Element).join(value);
                }
            }
            if !value.is_none() {
                self.note_list_cell(state, object, value);
            }
        }
    }

    /// The one place of the entry that a list stands at, and how long the list is now, where a caller has told.
    fn told_length(&mut self, state: &State, list: &Value) -> Option<(Path, u32)> {
        let mut paths = list.facts.iter().filter_map(Fact::exact_path);
        let (Some(path), None, true) = (paths.next(), paths.next(), list.objects.is_empty()) else { return None };
        let path = self.engine.canonical(path);
        let length = length_at(&path)?;
        let known = match state.written.get(&length) {
            Some(now) => now.single_constant(),
            None => self.path_value(length.clone()).single_constant(),
        };
        match known {
            Some(Const::Int(length)) => {
                let length = u32::try_from(length).ok().filter(|length| *length <= MAX_TOLD_LENGTH)?;
                Some((path, length))
            }
            _ => {
                // A closure may run any number of times.
                if !matches!(path.start(), Root::Capture(_)) && self.engine.is_open(self.function, &length) {
                    self.depends_on(&length);
                }
                None
            }
        }
    }

    /// Notes that nobody knows any more what stands where in lists of the entry: something was put in or taken out.
    pub(super) fn lose_positions(&mut self, state: &mut State, lists: &Value) {
        for path in lists.facts.iter().filter_map(Fact::exact_path) {
            let length = length_at(&self.engine.canonical(path));
            if let Some(length) = length.filter(|length| self.engine.is_open(self.function, length)) {
                state.written.overwrite(length, Value::unknown());
            }
        }
    }

    /// Takes over how long the lists of `base` are after a call.
    pub(super) fn write_length(&mut self, state: &mut State, base: &Value, length: &Value) {
        let paths: Vec<Path> = base.facts.iter().filter_map(Fact::exact_path).cloned().collect();
        let told = match length.single_constant() {
            Some(Const::Int(length)) if base.objects.len() + paths.len() == 1 => u32::try_from(length).ok(),
            _ => None,
        };
        for &object in &base.objects {
            let content = state.content_mut(object);
            match told {
                Some(length) if !content.many => {
                    let is_left = |step: &Step| !matches!(step, Step::Key(Const::Int(at)) if *at >= i64::from(length));
                    content.parts.retain(|(step, _)| is_left(step));
                    content.length = Some(length);
                }
                _ => {
                    forget_positions(content);
                    content.entry(Step::Element).constants = Constants::Any;
                }
            }
        }
        for path in paths {
            let length = length_at(&self.engine.canonical(&path));
            if let Some(length) = length.filter(|length| self.engine.is_open(self.function, length)) {
                state.written.overwrite(
                    length,
                    told.map_or_else(Value::unknown, |told| Value::constant(Const::Int(told.into()))),
                );
            }
        }
    }

    fn note_list_cell(&mut self, state: &mut State, object: ObjectId, value: &Value) {
        let class = self.info(object).class.name;
        if let Some(owner) = self.engine.lasting_owner(class, Step::Element) {
            state.written.add_to(Path::root(Root::Cell(owner)).push(Step::Element), value);
        }
    }

    fn element(&mut self, state: &mut State, receiver: &Value, position: Option<u32>, span: Span) -> Value {
        let step = match position {
            Some(position) => Step::Key(Const::Int(position.into())),
            None => Step::Element,
        };
        let paths = Value { objects: Default::default(), ..receiver.clone() };
        let objects = Value { facts: Default::default(), ..receiver.clone() };
        let mut value = Value::none();
        if !objects.objects.is_empty() {
            value.join(&self.read_step(state, &objects, step, span));
        }
        if !paths.facts.is_empty() || objects.objects.is_empty() {
            // Where nobody knows how long a list is, its positions may have shifted before: any element may be meant.
            let step = if self.told_length(state, receiver).is_some() { step } else { Step::Element };
            value.join(&self.read_step(state, &paths, step, span));
        }
        value
    }
}

/// How long a list is, as something that its content says.
pub(super) fn length_of(content: &Content) -> Constants {
    let length = known_length(content).filter(|length| *length <= MAX_TOLD_LENGTH && !content.many);
    length.map_or(Constants::Any, |length| Constants::one(Const::Int(length.into())))
}

/// Where a place of the entry says how long the list at `path` is; `None` below the bound of paths.
fn length_at(path: &Path) -> Option<Path> {
    let length = path.push(Step::Length);
    (length.steps().len() > path.steps().len()).then_some(length)
}

/// Says what a list at a place of the entry holds, where it was `before` elements long.
fn keep_at(state: &mut State, path: &Path, before: u32, content: Content) {
    for (step, value) in content.parts {
        match step {
            Step::Key(_) => state.written.overwrite(path.push(step), value),
            step => state.written.add_to(path.push(step), &value),
        }
    }
    let gone = content.length.unwrap_or(before)..before;
    for position in gone {
        state.written.overwrite(path.push(Step::Key(Const::Int(position.into()))), Value::constant(Const::Null));
    }
    let length = content.length.map_or_else(Value::unknown, |length| Value::constant(Const::Int(length.into())));
    state.written.overwrite(path.push(Step::Length), length);
}

fn known_length(content: &Content) -> Option<u32> {
    let is_fresh = !content.parts.iter().any(|(step, _)| matches!(step, Step::Element | Step::Key(_) | Step::Content));
    content.length.or(is_fresh.then_some(0))
}

fn append(content: &mut Content, value: &Value) {
    match known_length(content) {
        Some(length) => {
            *content.entry(Step::Key(Const::Int(length.into()))) = value.clone();
            content.length = Some(length + 1);
        }
        None => {
            content.entry(Step::Element).join(value);
        }
    }
}

fn insert(content: &mut Content, at: Option<u32>, value: &Value) {
    match (known_length(content), at) {
        (Some(length), Some(at)) if at <= length => {
            shift(content, |position| if position >= at { Some(position + 1) } else { Some(position) });
            *content.entry(Step::Key(Const::Int(at.into()))) = value.clone();
            content.length = Some(length + 1);
        }
        _ => {
            forget_positions(content);
            content.entry(Step::Element).join(value);
        }
    }
}

fn remove(content: &mut Content, at: Option<u32>) {
    match (content.length, at) {
        (Some(length), Some(at)) if at < length && !content.many => {
            shift(content, |position| match position.cmp(&at) {
                std::cmp::Ordering::Less => Some(position),
                std::cmp::Ordering::Equal => None,
                std::cmp::Ordering::Greater => Some(position - 1),
            });
            content.length = Some(length - 1);
        }
        _ => forget_positions(content),
    }
}

fn shift(content: &mut Content, to: impl Fn(u32) -> Option<u32>) {
    content.parts = std::mem::take(&mut content.parts)
        .into_iter()
        .filter_map(|(step, value)| match step {
            Step::Key(Const::Int(position)) => {
                let position = u32::try_from(position).ok()?;
                Some((Step::Key(Const::Int(to(position)?.into())), value))
            }
            step => Some((step, value)),
        })
        .collect();
}

/// The part of a pair that goes where `place` is, as the flow of a rule says.
fn part_for(flow: &[(Port, Port)], place: PortStep) -> Option<Step> {
    let (from, _) = flow.iter().find(|(_, to)| to.path == [place])?;
    match from.path.last() {
        Some(PortStep::Field(name)) => Some(Step::Field(*name)),
        _ => None,
    }
}
