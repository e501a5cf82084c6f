//! Calls: which functions a call reaches, and under which context their summaries are asked for.
//!
//! Receivers decide: an abstract object has its exact class, a symbolic path has what the context, the points-to graph
//! or its declared type say. A path whose class is open is noted as a selector, so that a caller that knows more asks
//! for a more precise summary. What the program does not define is a library call.

use std::sync::Arc;

use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::link::{ClassId, FunctionId, Reason};
use crate::taint::arguments::Arguments;
use crate::taint::interpret::Interpreter;
use crate::taint::library::LibraryCall;
use crate::taint::path::{Path, Root, Step};
use crate::taint::site::Site;
use crate::taint::state::State;
use crate::taint::summary::{ObjectKind, Selector};
use crate::taint::value::{Fact, Value};

/// Bound: implementations that a call on a library type is taken to reach when nothing tells which.
const MAX_IMPLEMENTATIONS: usize = 4;
/// Bound: functions that a call on a value of unknown type is taken to reach by name.
pub const MAX_BY_NAME: usize = 3;
/// Bound: overrides that a call on a declared type is taken to reach.
pub const MAX_OVERRIDES: usize = 24;

/// A function that a call reaches, with what it sees as receiver and captures.
pub(super) struct Reached {
    pub function: FunctionId,
    pub receiver: Value,
    pub captured: Value,
    pub reason: Reason,
}

impl Reached {
    /// A method, run on `receiver`.
    pub(super) fn method(function: FunctionId, receiver: &Value, reason: Reason) -> Reached {
        Reached { function, receiver: receiver.clone(), captured: Value::none(), reason }
    }

    /// A closure, whose captures are the fields of `captured`.
    fn closure(function: FunctionId, captured: Value, reason: Reason) -> Reached {
        Reached { function, receiver: Value::none(), captured, reason }
    }
}

impl Interpreter<'_, '_> {
    /// The value of a call; its effects are in `state` afterwards.
    pub(super) fn call(&mut self, state: &mut State, call: &Call, span: Span) -> Value {
        let arguments = self.arguments(state, call, span);
        match &call.target {
            Target::Method { receiver, name } => {
                let receiver_value = self.operand(state, receiver, span);
                let receiver_value = self.as_enumerated(receiver_value, *name, arguments.arity());
                let site = Site { name: *name, call: Some(call), site: call.site };
                self.invoke(state, &receiver_value, &arguments, site)
            }
            Target::Bare(name) => {
                let receiver = self.this_value(state);
                let site = Site { name: *name, call: Some(call), site: call.site };
                self.call_bare(state, receiver, &arguments, site)
            }
            Target::Super(name, class) => self.call_super(state, *name, class.as_ref(), &arguments, call),
            Target::Constructor { object, class } => {
                let object = self.operand(state, object, span);
                self.construct(state, &object, class, &arguments, Some(call), call.site)
            }
            Target::Value(callable) => {
                let callable = self.operand(state, callable, span);
                self.invoke_callable(state, &callable, &arguments, call.site)
            }
        }
    }

    /// A constant of an enumeration on which a method of the program is called: the object behind it, of which the
    /// class and the fields are known where it is made.
    fn as_enumerated(&self, receiver: Value, name: Symbol, arity: usize) -> Value {
        let (Some(Const::Symbol(constant)), Some(declared)) = (receiver.single_constant(), &receiver.declared) else {
            return receiver;
        };
        let program = self.engine.program;
        let class = program.class_named(declared.name).filter(|&class| program.class(class).kind == ClassKind::Enum);
        if class.is_none_or(|class| program.overrides(class, name, arity).is_empty()) {
            return receiver;
        }
        let path = Path::root(Root::Static(declared.name)).push(Step::Field(constant));
        Value { constants: receiver.constants, ..Value::fact(Fact::path(path)).typed(receiver.declared) }
    }

    /// The receiver of the function at hand, also where a lambda captured it.
    pub(super) fn this_value(&self, state: &State) -> Value {
        match self.body.receiver() {
            Some(local) => (*state.locals[local.index()]).clone(),
            None => Value::unknown(),
        }
    }

    /// A call whose name the program does not explain: of a library supertype of a class around, or a free function.
    fn call_bare(&mut self, state: &mut State, receiver: Value, arguments: &Arguments, site: Site<'_>) -> Value {
        let free = self.engine.free_function(self.function, site.name, arguments.arity());
        if let Some(function) = free {
            let reached = Reached::method(function, &Value::none(), Reason::Exact);
            return self.enter_all(state, vec![reached], arguments, site.site);
        }
        let lent = self.engine.module_functions(self.function, site.name, arguments.arity());
        if !lent.is_empty() {
            let reason = Reason::Name(lent.len());
            let reached = lent.into_iter().map(|function| Reached::method(function, &receiver, reason)).collect();
            return self.enter_all(state, reached, arguments, site.site);
        }
        let types = self.engine.enclosing_library_types(self.function);
        // In a method of a class itself, the class is what is asked.
        let is_of_class = self.engine.program.has_open_classes(self.function) && self.body.kind == FunctionKind::Method;
        let is_static = is_of_class && self.engine.program.is_static(self.function);
        self.call_library(state, LibraryCall::method(site, receiver, types, is_static), arguments)
    }

    fn call_super(
        &mut self,
        state: &mut State,
        name: Symbol,
        class: Option<&TypeRef>,
        arguments: &Arguments,
        call: &Call,
    ) -> Value {
        let program = self.engine.program;
        let receiver = self.this_value(state);
        let owner = program.functions[self.function].owner;
        let supers: Vec<ClassId> = match class.and_then(|class| program.class_named(class.name)) {
            Some(class) => vec![class],
            None => owner.map(|owner| program.classes[owner].supers.clone()).unwrap_or_default(),
        };
        let targets: Vec<FunctionId> = supers
            .into_iter()
            .map(|class| program.methods(class, name, arguments.arity()))
            .find(|targets| !targets.is_empty())
            .unwrap_or_default();
        let targets = self.choose(targets, arguments);
        let site = Site { name, call: Some(call), site: call.site };
        if targets.is_empty() {
            let types = owner.map(|owner| program.classes[owner].library_ancestors.clone()).unwrap_or_default();
            return self.call_library(state, LibraryCall::method(site, receiver, types, false), arguments);
        }
        let reached = targets.into_iter().map(|function| Reached::method(function, &receiver, Reason::Exact)).collect();
        self.enter_all(state, reached, arguments, call.site)
    }

    /// Calls method `site.name` on `receiver`.
    pub(super) fn invoke(
        &mut self,
        state: &mut State,
        receiver: &Value,
        arguments: &Arguments,
        site: Site<'_>,
    ) -> Value {
        let mut reached = Vec::new();
        let mut library = Vec::new();
        let mut result = Value::none();
        let mut open = receiver.objects.is_empty() && receiver.facts.iter().all(|fact| fact.exact_path().is_none());
        for &object in &receiver.objects {
            let info = self.info(object).clone();
            let this = Value::object(object, Some(info.class.clone()));
            match info.kind {
                ObjectKind::Closure(function) => reached.push(Reached::closure(function, this, Reason::Exact)),
                ObjectKind::Reference(name) => {
                    result.join(&self.invoke_reference(state, object, name, arguments, site.site));
                }
                ObjectKind::Instance => {
                    let targets = self.engine.instance_methods(info.class.name, site.name, arguments.arity());
                    if targets.is_empty() {
                        // What a library made without saying of what class is seen as it is declared.
                        let declared = receiver.declared.as_ref().filter(|_| info.class.name.starts_with('<'));
                        library.push(declared.map_or(info.class.name, |declared| declared.name));
                    }
                    for function in self.choose(targets, arguments) {
                        reached.push(Reached::method(function, &this, Reason::Exact));
                    }
                }
            }
        }
        for fact in &receiver.facts {
            let Some(path) = fact.exact_path() else { continue };
            let path = self.engine.canonical(path);
            if let Some(Selector::Reference(name)) = self.selector(&path).cloned() {
                result.join(&self.invoke_reference_at(state, &path, name, arguments, site.site));
                continue;
            }
            let this = Value::fact(fact.clone()).typed(receiver.declared.clone());
            if !self.reach_by_path(&path, &this, arguments, site, &mut reached) {
                open = true;
            }
        }
        if open {
            self.reach_by_type(receiver, arguments, site, &mut reached, &mut library);
        }
        if !library.is_empty() || (reached.is_empty() && result.is_none()) {
            if library.is_empty() {
                library.extend(receiver.declared.as_ref().map(|declared| declared.name));
            }
            let is_static = is_class_value(receiver);
            let call = LibraryCall::method(site, receiver.clone(), library, is_static);
            result.join(&self.call_library(state, call, arguments));
            self.set_attribute(state, receiver, arguments, site.name);
        }
        if !reached.is_empty() {
            result.join(&self.enter_all(state, reached, arguments, site.site));
        }
        result
    }

    /// `x.name = value`, where no method of the program says what that does: the object has it by that name.
    fn set_attribute(&mut self, state: &mut State, receiver: &Value, arguments: &Arguments, setter: Symbol) {
        let attribute = setter.strip_suffix('=').filter(|name| name.ends_with(char::is_alphanumeric));
        if let (Some(attribute), [value]) = (attribute, &arguments.positional[..])
            && self.engine.program.has_open_classes(self.function)
        {
            let step = Step::Field(Symbol::new(attribute));
            self.write_step(state, receiver, step, value);
        }
    }

    /// Functions that a path's selector, its cell's content or its class tell; `false` when nothing does.
    fn reach_by_path(
        &mut self,
        path: &Path,
        this: &Value,
        arguments: &Arguments,
        site: Site<'_>,
        reached: &mut Vec<Reached>,
    ) -> bool {
        let arity = arguments.arity();
        if let (Root::Static(class), []) = (path.start(), path.steps()) {
            let targets = self.engine.class_methods(*class, site.name, arity);
            // What only objects of the class do is done by one that a framework makes, if rules know of that.
            let by_object = targets.iter().all(|&function| !self.engine.program.is_static(function));
            let is_told = by_object && self.engine.rules.is_modelled(self.engine.program, *class, site.name);
            let found = !targets.is_empty() && !is_told;
            for function in self.choose(targets, arguments) {
                reached.push(Reached::method(function, this, Reason::Exact));
            }
            return found;
        }
        let selectors = match self.selector(path) {
            Some(selector) => vec![selector.clone()],
            None => self.engine.points_to(self.function, path),
        };
        let mut found = false;
        let count = selectors.len();
        for selector in selectors {
            let reason = if count == 1 { Reason::Exact } else { Reason::Override(count) };
            match selector {
                Selector::Class(class) => {
                    let targets = self.engine.instance_methods(class, site.name, arity);
                    found |= !targets.is_empty();
                    let receiver = this.clone().typed(Some(Arc::new(TypeRef::named(class))));
                    for function in self.choose(targets, arguments) {
                        reached.push(Reached::method(function, &receiver, reason));
                    }
                }
                Selector::Closure(function) => {
                    found = true;
                    let captured = self.captured_at(path, function, this);
                    reached.push(Reached::closure(function, captured, reason));
                }
                Selector::Reference(_) | Selector::Constant(_) | Selector::Type(_) => {}
            }
        }
        found
    }

    /// Where the captures of a closure at `path` are: below the path itself, or in the closure's own cells.
    fn captured_at(&self, path: &Path, function: FunctionId, this: &Value) -> Value {
        if self.selector(path).is_some() {
            return this.clone();
        }
        let class = self.engine.program.functions[function].qualified;
        Value::fact(Fact::path(Path::root(Root::Cell(class))))
    }

    fn reach_by_type(
        &mut self,
        receiver: &Value,
        arguments: &Arguments,
        site: Site<'_>,
        reached: &mut Vec<Reached>,
        library: &mut Vec<Symbol>,
    ) {
        let program = self.engine.program;
        let arity = arguments.arity();
        let Some(declared) = receiver.declared.clone() else {
            if is_class_value(receiver) || receiver.single_constant().is_some() {
                return;
            }
            self.select_receiver(receiver);
            if self.engine.rules.is_common(site.name) || site.name.ends_with('=') {
                return;
            }
            let mut by_name = program.by_name(site.name, arity);
            if self.engine.rules.names_method(site.name) {
                // Libraries have a method of this name, too: the receiver's own name must speak for the program's.
                let named = site.receiver_name(self.body);
                by_name.retain(|&function| named.is_some_and(|named| self.engine.is_named_after(named, function)));
            }
            if !by_name.is_empty() && by_name.len() <= MAX_BY_NAME {
                let reason = Reason::Name(by_name.len());
                self.reach(by_name, receiver, arguments, reason, reached);
            }
            return;
        };
        match program.class_named(declared.name) {
            Some(_) if is_class_value(receiver) => library.push(declared.name),
            Some(class) => {
                let targets = program.overrides(class, site.name, arity);
                // One or none: a lambda may stand for the interface beside it.
                if targets.len() != 1 || program.is_functional(class) {
                    self.select_receiver(receiver);
                }
                if self.engine.is_annotated(declared.name, site.name, arity) {
                    // The framework implements it beside what the program does.
                    library.push(declared.name);
                }
                if targets.is_empty() {
                    if library.is_empty() {
                        library.push(declared.name);
                    }
                    return;
                }
                if targets.len() > MAX_OVERRIDES {
                    self.engine.bound_hit(crate::taint::bounds::OVERRIDES, site.site);
                    return;
                }
                let reason = if targets.len() == 1 { Reason::Exact } else { Reason::Override(targets.len()) };
                self.reach(targets, receiver, arguments, reason, reached);
            }
            None => {
                library.push(declared.name);
                let implementations = program.implementations(declared.name, site.name, arity);
                if !implementations.is_empty() {
                    self.select_receiver(receiver);
                }
                if (1..=MAX_IMPLEMENTATIONS).contains(&implementations.len())
                    && !self.engine.rules.is_modelled(program, declared.name, site.name)
                {
                    let reason = Reason::Override(implementations.len());
                    self.reach(implementations, receiver, arguments, reason, reached);
                }
            }
        }
    }

    /// Notes that the class at the receiver's paths would tell which override is meant.
    fn select_receiver(&mut self, receiver: &Value) {
        for fact in &receiver.facts {
            if let Some(path) = fact.exact_path() {
                self.depends_on(path);
            }
        }
    }

    fn reach(
        &mut self,
        functions: Vec<FunctionId>,
        receiver: &Value,
        arguments: &Arguments,
        reason: Reason,
        reached: &mut Vec<Reached>,
    ) {
        for function in self.choose(functions, arguments) {
            if reached.iter().all(|other| other.function != function) {
                reached.push(Reached::method(function, receiver, reason));
            }
        }
    }

    /// Calls a value: a closure, a bound method, or an object with one method that fits.
    pub(super) fn invoke_callable(
        &mut self,
        state: &mut State,
        callable: &Value,
        arguments: &Arguments,
        site: Span,
    ) -> Value {
        let mut result = Value::none();
        let mut reached = Vec::new();
        for &object in &callable.objects {
            let info = self.info(object).clone();
            let this = Value::object(object, Some(info.class.clone()));
            match info.kind {
                ObjectKind::Closure(function) => reached.push(Reached::closure(function, this, Reason::Exact)),
                ObjectKind::Reference(name) => {
                    result.join(&self.invoke_reference(state, object, name, arguments, site));
                }
                ObjectKind::Instance => {
                    let methods = self.engine.callable_methods(info.class.name, arguments.arity());
                    self.reach(methods, &this, arguments, Reason::Framework, &mut reached);
                }
            }
        }
        for fact in &callable.facts {
            let Some(path) = fact.exact_path() else { continue };
            let path = self.engine.canonical(path);
            self.depends_on(&path);
            let this = Value::fact(fact.clone());
            let selectors = match self.selector(&path) {
                Some(selector) => vec![selector.clone()],
                None => self.engine.points_to(self.function, &path),
            };
            for selector in selectors {
                match selector {
                    Selector::Closure(function) => {
                        let captured = self.captured_at(&path, function, &this);
                        let reason = Reason::Exact;
                        reached.push(Reached::closure(function, captured, reason));
                    }
                    Selector::Class(class) => {
                        let methods = self.engine.callable_methods(class, arguments.arity());
                        self.reach(methods, &this, arguments, Reason::Framework, &mut reached);
                    }
                    Selector::Reference(name) => {
                        result.join(&self.invoke_reference_at(state, &path, name, arguments, site));
                    }
                    Selector::Constant(_) | Selector::Type(_) => {}
                }
            }
        }
        if !reached.is_empty() {
            result.join(&self.enter_all(state, reached, arguments, site));
        }
        result
    }

    /// The printed form of a value whose class has a written printing method.
    pub(super) fn call_printer(&mut self, state: &mut State, value: &Value, span: Span) -> Option<Value> {
        let program = self.engine.program;
        let class = match value.objects[..] {
            [object] => self.info(object).class.name,
            [] => value.declared.as_ref()?.name,
            _ => return None,
        };
        program.class_named(class)?;
        let name = PRINTERS.iter().map(|name| Symbol::new(name)).find(|&name| {
            let targets = self.engine.methods(class, name, 0);
            targets.iter().any(|&function| !program.function(function).modifiers.contains(Modifiers::SYNTHETIC))
        })?;
        Some(self.invoke(state, value, &Arguments::default(), Site { name, call: None, site: span }))
    }

    /// What a loop over an object of the program gets, when its class says how it is run over.
    pub(super) fn iterate(&mut self, state: &mut State, value: &Value, span: Span) -> Option<Value> {
        let [start, next] = ITERATION.map(|name| Site { name: Symbol::new(name), call: None, site: span });
        let by_object = value.objects.iter().map(|&object| self.info(object).class.name);
        let by_type = value.declared.iter().map(|declared| declared.name);
        let is_own = by_object.chain(by_type).any(|class| !self.engine.methods(class, start.name, 0).is_empty());
        if !is_own {
            return None;
        }
        let iterator = self.invoke(state, value, &Arguments::default(), start);
        Some(self.invoke(state, &iterator, &Arguments::default(), next))
    }

    /// Of several overloads, those whose parameters the arguments fit; all when none does.
    pub(super) fn choose(&self, targets: Vec<FunctionId>, arguments: &Arguments) -> Vec<FunctionId> {
        if targets.len() < 2 {
            return targets;
        }
        let fitting: Vec<FunctionId> =
            targets.iter().copied().filter(|&function| self.engine.fits(function, arguments)).collect();
        if fitting.is_empty() { targets } else { fitting }
    }
}

/// Whether a value is a class itself.
pub(super) fn is_class_value(value: &Value) -> bool {
    let mut facts = value.facts.iter();
    match (facts.next(), facts.next()) {
        (Some(fact), None) => {
            fact.exact_path().is_some_and(|path| matches!(path.start(), Root::Static(_)) && path.steps().is_empty())
        }
        _ => false,
    }
}
