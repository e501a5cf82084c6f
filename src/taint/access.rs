//! Reading and writing: operands and places become values, values give their parts, writes reach what they mean.

use std::sync::Arc;

use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::link::Program;
use crate::rules::model::Reads;
use crate::taint::collections::length_of;
use crate::taint::interpret::Interpreter;
use crate::taint::mapped::as_key;
use crate::taint::path::{Path, Root, Step};
use crate::taint::state::State;
use crate::taint::summary::{Content, ObjectKind};
use crate::taint::value::{Constants, Fact, How, ObjectId, Origin, Value};
use crate::taint::{Confidence, SourceKind, StepKind};

/// Bound: how deep the content of an object is read when it leaves as a whole.
pub const EXPANSION_DEPTH: usize = 3;
/// Bound: keys that an index may have before it counts as unknown.
const MAX_KEYS: usize = 4;

impl Interpreter<'_, '_> {
    /// The value of an operand.
    pub(super) fn operand(&mut self, state: &mut State, operand: &Operand, span: Span) -> Value {
        match operand {
            Operand::Const(constant) => {
                let declared = matches!(constant, Const::Str(_)).then(|| self.engine.text_type.clone());
                Value::constant(*constant).typed(declared)
            }
            Operand::Class(class) => class_value(class),
            Operand::Place(place) => self.place_prefix(state, &place.base, &place.path, span),
        }
    }

    /// What `base` and the steps below it hold.
    pub(super) fn place_prefix(&mut self, state: &mut State, base: &Base, steps: &[Projection], span: Span) -> Value {
        let mut value = match base {
            Base::Local(local) => (*state.locals[local.index()]).clone(),
            Base::Static(class) => class_value(class),
            Base::Name(name) => self.engine.evidence.named(self.function, *name, span),
        };
        for step in steps {
            value = match self.steps_of(state, step) {
                Some(keys) => {
                    let mut joined = Value::none();
                    for key in keys {
                        joined.join(&self.read_step(state, &value, key, span));
                    }
                    joined
                }
                None => {
                    let mut element = self.read_step(state, &value, Step::Element, span);
                    if let (Projection::Element, Some(next)) = (step, self.iterate(state, &value, span)) {
                        element.join(&next);
                    }
                    element
                }
            };
        }
        value
    }

    /// The steps that a projection may mean; `None` when the key is unknown.
    pub(super) fn steps_of(&mut self, state: &State, projection: &Projection) -> Option<Vec<Step>> {
        match projection {
            Projection::Field(name) => Some(vec![Step::Field(*name)]),
            Projection::Element => None,
            Projection::Key(key) => Some(vec![Step::Key(*key)]),
            Projection::Index(local) => {
                let value = state.locals[local.index()].clone();
                self.key_steps(&value)
            }
        }
    }

    /// The steps under the constants of `key`; `None` when it is unknown.
    pub(super) fn key_steps(&mut self, key: &Value) -> Option<Vec<Step>> {
        self.depends_on_all(key);
        if let Some(known) = class_keys(key).or_else(|| self.library_constants(key)) {
            return Some(known);
        }
        let known = key.constants.known();
        if !key.facts.is_empty() || known.is_empty() || known.len() > MAX_KEYS {
            return None;
        }
        Some(known.iter().map(|key| Step::Key(as_key(*key))).collect())
    }

    /// The keys of a value that can only be one of a few constants of libraries: what they hold nobody here knows, but
    /// two of them are not the same key.
    fn library_constants(&self, key: &Value) -> Option<Vec<Step>> {
        keys_by(key, |path| match (path.start(), path.steps()) {
            (Root::Static(class), [Step::Field(name)])
                if self.engine.program.class_named(*class).is_none() && !name.contains(char::is_lowercase) =>
            {
                Some(Step::Key(Const::Symbol(Symbol::new(&format!("{class}.{name}")))))
            }
            _ => None,
        })
    }

    /// The part of `value` under `step`.
    pub(super) fn read_step(&mut self, state: &State, value: &Value, step: Step, span: Span) -> Value {
        let declared = self.part_type(value, step);
        let mut part = Value::none();
        for &object in &value.objects {
            if let Some(content) = state.content(object) {
                self.read_content(content, step, object, &mut part);
            }
        }
        for fact in &value.facts {
            match fact.exact_path() {
                Some(path) => {
                    let read = self.read_path(state, fact, path, step, value, span);
                    part.join(&read);
                }
                // A part of something tainted is tainted.
                None => {
                    part.add(fact.clone());
                    part.constants = Constants::Any;
                }
            }
            if let Origin::Source(_) = fact.origin {
                part.constants = Constants::Any;
            }
        }
        if part.is_none() {
            let opaque =
                value.constants == Constants::Any || value.objects.iter().any(|&object| self.is_library(object));
            part.constants = if opaque { Constants::Any } else { Constants::one(Const::Null) };
        }
        if let Some(declared) = &declared
            && self.engine.rules.is_plain_type(declared)
        {
            // What was merged at the bound of paths is a text that stands elsewhere, not this number.
            part.facts.retain(|fact| fact.how != How::Part);
        }
        self.keep_what_fits(&mut part, declared.as_deref());
        if part.declared.is_none() || declared.is_some() {
            part.declared = declared.or(part.declared);
        }
        part
    }

    /// Drops what was computed from a text where only a truth value or one of a few constants can stand.
    pub(super) fn keep_what_fits(&self, value: &mut Value, declared: Option<&TypeRef>) {
        if !value.facts.is_empty() && declared.is_some_and(|declared| self.engine.evidence.is_of_few_values(declared)) {
            let can_be = |path: &Path| {
                let own = self.engine.path_type(self.function, path);
                own.is_none_or(|own| self.engine.evidence.is_of_few_values(&own))
            };
            value.facts.retain(|fact| fact.exact_path().is_some_and(can_be));
        }
    }

    fn read_content(&self, content: &Content, step: Step, object: ObjectId, part: &mut Value) {
        match step {
            Step::Length => {
                part.constants.join(&length_of(content), false);
                return;
            }
            Step::Element => {
                for (own, value) in &content.parts {
                    if matches!(own, Step::Element | Step::Key(_)) {
                        part.join(value);
                    }
                }
            }
            Step::Key(key) => {
                if let Some(value) = content.get(&step) {
                    part.join(value);
                }
                if let Some(value) = content.get(&Step::Element) {
                    part.join(&under_copied_key(value, key));
                }
            }
            step => {
                if let Some(value) = content.get(&step) {
                    part.join(value);
                }
            }
        }
        // What a library object holds as a whole may come out at any part of it.
        if step != Step::Content
            && self.is_library(object)
            && let Some(whole) = content.get(&Step::Content)
        {
            for fact in &whole.facts {
                part.add(Fact { how: fact.how.max(How::Value), ..fact.clone() });
            }
            part.constants.join(&Constants::Any, false);
        }
    }

    fn read_path(&mut self, state: &State, fact: &Fact, path: &Path, step: Step, value: &Value, span: Span) -> Value {
        if let (Root::Static(class), [], Step::Field(name)) = (path.start(), path.steps(), step)
            && let Some(constant) = self.engine.static_constant(*class, name)
        {
            return constant;
        }
        if let Step::Field(name) = step
            && let Some(read) = self.field_source(path, value, name, span)
        {
            return read;
        }
        let path = self.engine.canonical(path);
        let below = path.push(step);
        if below.steps().len() == path.steps().len() {
            return Value::fact(Fact { how: How::Part, ..fact.clone() });
        }
        let mut read = match state.written.get(&below) {
            Some(value) => {
                let mut value = (**value).clone();
                if path_is_this(&path) && self.is_begun(&value) {
                    value.facts.push(Fact::path(below.clone()));
                }
                value
            }
            None => {
                if let (Step::Field(name), Some(owner)) = (step, &value.declared)
                    && let Some((constants, rule)) = self.engine.configured.field(owner.name, name)
                {
                    return self.engine.configured_value(constants.clone(), *rule);
                }
                let mut read = self.path_value(below.clone());
                for fact in &mut read.facts {
                    fact.refine(fact_hint(self, &path, step, value, span).as_ref());
                }
                read
            }
        };
        if let Step::Key(_) = step
            && let entry = path.push(Step::Element)
            && let Some(others) = state.written.get(&entry)
        {
            // What was put in under a key that nobody knows may stand here.
            let is_put_in = |fact: &&Fact| fact.exact_path() != Some(&entry);
            others.facts.iter().filter(is_put_in).for_each(|fact| {
                read.add(fact.clone());
            });
            read.join(&Value { facts: Default::default(), ..(**others).clone() });
        }
        if step == Step::Element {
            for (other, value) in state.written.below(&path) {
                if other.steps().len() == path.steps().len() + 1 && matches!(other.steps().last(), Some(Step::Key(_))) {
                    read.join(value);
                }
            }
        }
        for part in &mut read.facts {
            part.protections |= fact.protections;
            part.possible |= fact.possible;
            part.unknown_calls = part.unknown_calls.max(fact.unknown_calls);
            part.edge = part.edge.min(fact.edge);
            if matches!(step, Step::Field(_)) && !path_is_this(&path) {
                let kind = StepKind::Field;
                part.trace = fact.trace.step(span, kind, self.function).splice(&part.trace);
            } else if part.trace.is_empty() {
                part.trace = fact.trace.clone();
            }
        }
        read
    }

    /// Whether a field that holds `value` is only beginning to: a constructor put an object of a library there, which
    /// others fill later, when what the constructor passes on may still look into it.
    fn is_begun(&self, value: &Value) -> bool {
        matches!(self.body.kind, FunctionKind::Constructor | FunctionKind::Initialiser)
            && value.facts.is_empty()
            && value.objects.iter().any(|&object| self.is_library(object))
    }

    /// What a field of a library brings into the program.
    fn field_source(&self, path: &Path, value: &Value, name: Symbol, span: Span) -> Option<Value> {
        let class = match (path.start(), path.steps(), &value.declared) {
            (Root::Static(class), [], _) => *class,
            (_, _, Some(declared)) => declared.name,
            _ => return None,
        };
        let rule = self.engine.rules.field_source(self.engine.program, class, name)?;
        self.engine.note_used(rule.id);
        let symbol = Symbol::new(&format!("{}.{name}", Program::simple_name(&class)));
        Some(self.source(rule, Confidence::High, symbol, SourceKind::Field, span))
    }

    /// The declared type of a part.
    fn part_type(&self, value: &Value, step: Step) -> Option<Arc<TypeRef>> {
        self.engine.step_type(value.declared.as_ref()?, step).map(Arc::new)
    }

    /// Whether an object's class is not one of the program's.
    pub(super) fn is_library(&self, object: ObjectId) -> bool {
        let info = self.info(object);
        info.kind == ObjectKind::Instance && self.engine.program.class_named(info.class.name).is_none()
    }

    /// Writes `value` under `step` of `base`: replaces what was there when exactly one object is meant.
    pub(super) fn write_step(&mut self, state: &mut State, base: &Value, step: Step, value: &Value) {
        let step = self.as_field(base, step);
        if step == Step::Length {
            return self.write_length(state, base, value);
        }
        let paths: Vec<Path> = base.facts.iter().filter_map(Fact::exact_path).cloned().collect();
        let is_single = base.objects.len() + paths.len() == 1 && step != Step::Element;
        let value = self.named_by_key(value, step, base);
        for &object in &base.objects {
            let content = state.content_mut(object);
            let place = content.place_of(step);
            if matches!(step, Step::Key(Const::Int(_))) && content.length.is_none() && !is_single {
                content.entry(Step::Element).join(&value);
            } else if is_single && !content.many && place == step {
                *content.entry(step) = value.clone();
            } else {
                content.entry(place).join(&value);
            }
            self.write_cell(state, object, step, &value);
        }
        for path in paths {
            let path = self.engine.canonical(&path);
            let below = path.push(step);
            if below.steps().len() == path.steps().len() {
                // At the bound a path stands for all below it: a write would say that every part holds this.
                continue;
            }
            if is_single {
                // What was written further below belongs to the object that stood here at the entry: it stays.
                state.written.overwrite(below, value.clone());
            } else {
                state.written.add_to(below, &value);
            }
        }
    }

    /// Adds `value` to what is under `step` of `base`.
    pub(super) fn add_to_step(&mut self, state: &mut State, base: &Value, step: Step, value: &Value) {
        let step = self.as_field(base, step);
        let value = self.named_by_key(value, step, base);
        for &object in &base.objects {
            state.content_mut(object).entry(step).join(&value);
            self.write_cell(state, object, step, &value);
        }
        for fact in &base.facts {
            if let Some(path) = fact.exact_path() {
                let path = self.engine.canonical(path);
                let below = path.push(step);
                if below.steps().len() > path.steps().len() {
                    state.written.add_to(below, &value);
                }
            }
        }
    }

    /// A write to an object that lives on is a write to its cell, too.
    fn write_cell(&mut self, state: &mut State, object: ObjectId, step: Step, value: &Value) {
        let info = self.info(object);
        let owner = match &info.kind {
            ObjectKind::Closure(_) => Some(info.class.name),
            _ => self.engine.lasting_owner(info.class.name, step),
        };
        if let Some(owner) = owner {
            let path = Path::root(Root::Cell(owner)).push(step);
            let own = state.written.get(&path).map(|own| (**own).clone()).unwrap_or_default();
            let mut joined = own;
            joined.join(value);
            state.written.overwrite(path, joined);
        }
    }

    /// A value that is stored under a telling name takes the name, when it has none.
    fn named_by_key(&self, value: &Value, step: Step, base: &Value) -> Value {
        let mut value = value.clone();
        if value.facts.is_empty() {
            return value;
        }
        let hint = match step {
            Step::Field(name) => base.declared.as_ref().and_then(|owner| self.engine.evidence.field(owner.name, name)),
            Step::Key(Const::Str(key)) => self.engine.evidence.key(key, self.function, self.body.span),
            _ => None,
        };
        for fact in &mut value.facts {
            fact.refine(hint.as_ref());
        }
        value
    }

    /// The value, seen as `declared`: an opaque result gets its type.
    pub(super) fn see_as(&self, mut value: Value, declared: &TypeRef) -> Value {
        if self.engine.rules.is_plain_type(declared) {
            return value;
        }
        let exact = match value.objects[..] {
            [object] if value.facts.is_empty() => Some(self.info(object).class.clone()),
            _ => None,
        };
        for fact in &mut value.facts {
            if let (Origin::Path(path), How::Exact) = (&fact.origin, fact.how)
                && matches!(path.start(), Root::Opaque(_))
                && path.steps().is_empty()
                && path.declared().is_none_or(|own| self.says_more(declared, own))
            {
                fact.origin = Origin::Path(path.with_declared(declared));
            }
        }
        value.declared = match exact {
            Some(exact) if declared.arguments.is_empty() => Some(exact),
            _ => Some(Arc::new(declared.clone())),
        };
        value
    }

    /// Whether a type says more of what a library gives than the library does: it is one of the program's own classes.
    fn says_more(&self, declared: &TypeRef, known: &TypeRef) -> bool {
        let is_own = |declared: &TypeRef| self.engine.program.class_named(declared.name).is_some();
        is_own(declared) && !is_own(known)
    }

    /// The facts that something computed from `value` has.
    pub(super) fn derived(&mut self, state: &State, value: &Value, how: How) -> Vec<Fact> {
        let mut facts = Value::none();
        self.collect(state, value, how, 0, &mut Seen::default(), &mut facts);
        self.has_cut_value |= facts.is_cut;
        facts.facts.into_vec()
    }

    /// The facts of the printed form: a printing method that the program has is called.
    pub(super) fn printed(&mut self, state: &mut State, value: &Value, span: Span) -> Vec<Fact> {
        match self.call_printer(state, value, span) {
            Some(printed) => self.derived(state, &printed, How::Value),
            None => self.derived(state, value, How::Printed),
        }
    }

    /// The facts that a port which reads so deep takes.
    pub(super) fn taken(&mut self, state: &mut State, value: &Value, reads: Reads, span: Span) -> Vec<Fact> {
        match reads {
            Reads::Value => self.derived(state, value, How::Value),
            Reads::Printed => self.printed(state, value, span),
            Reads::Record => self.derived(state, value, How::Record),
            Reads::Serialised => self.derived(state, value, How::Serialised),
        }
    }

    fn collect(&self, state: &State, value: &Value, how: How, depth: usize, seen: &mut Seen, facts: &mut Value) {
        let declared = value.declared.as_deref();
        for fact in &value.facts {
            facts.add(Fact { how: fact.how.then(how), ..fact.clone() });
            if depth < EXPANSION_DEPTH
                && let Some(path) = fact.exact_path()
            {
                let path = self.engine.canonical(path);
                let below = state.written.below(&path);
                if below.is_empty() || !seen.is_new_path(&path, how, depth) {
                    continue;
                }
                for (below, value) in below {
                    let steps = &below.steps()[path.steps().len()..];
                    if self.engine.leaves(declared, steps, how) {
                        let how = steps.iter().fold(how, |how, step| how.below(*step));
                        self.collect(state, value, how, depth + steps.len(), seen, facts);
                    }
                }
            }
        }
        if depth >= EXPANSION_DEPTH {
            return;
        }
        for &object in &value.objects {
            if seen.objects.contains(&object) {
                continue;
            }
            seen.objects.push(object);
            let info = self.info(object);
            let prints_fields = self.engine.prints_fields(info.class.name);
            if let Some(content) = state.content(object) {
                for (step, value) in &content.parts {
                    let fields_leave = match how {
                        How::Serialised | How::Record => self.engine.is_serialised(info.class.name, *step, how),
                        How::Printed => prints_fields,
                        How::Part => true,
                        _ => false,
                    };
                    let is_open = match step {
                        Step::Content | Step::Element | Step::Key(_) => true,
                        Step::Keys => how != How::Value,
                        Step::Length => false,
                        Step::Field(_) => fields_leave,
                    };
                    if is_open {
                        self.collect(state, value, how.below(*step), depth + 1, seen, facts);
                    }
                }
            }
        }
    }
}

/// What was read already while the content of a whole object is collected.
#[derive(Default)]
struct Seen {
    objects: Vec<ObjectId>,
    /// Paths, how they were read, and at which depth.
    paths: Vec<(Path, How, usize)>,
}

impl Seen {
    /// Whether what lies below a path was not read yet, or not from so near.
    fn is_new_path(&mut self, path: &Path, how: How, depth: usize) -> bool {
        match self.paths.iter_mut().find(|(own, own_how, _)| own == path && *own_how == how) {
            Some((_, _, own_depth)) if *own_depth <= depth => false,
            Some((_, _, own_depth)) => {
                *own_depth = depth;
                true
            }
            None => {
                self.paths.push((path.clone(), how, depth));
                true
            }
        }
    }
}

/// The keys of a value that can only be one of a few classes.
fn class_keys(key: &Value) -> Option<Vec<Step>> {
    keys_by(key, |path| match (path.start(), path.steps()) {
        (Root::Static(class), []) => Some(Step::Key(Const::Symbol(*class))),
        _ => None,
    })
}

/// The keys of a value that can only stand at a few places, each of which names one.
fn keys_by(key: &Value, named: impl Fn(&Path) -> Option<Step>) -> Option<Vec<Step>> {
    if key.facts.is_empty() || key.facts.len() > MAX_KEYS || !key.objects.is_empty() {
        return None;
    }
    key.facts.iter().map(|fact| named(fact.exact_path()?)).collect()
}

/// A class as a value.
pub(super) fn class_value(class: &TypeRef) -> Value {
    Value::fact(Fact::path(Path::root(Root::Static(class.name)))).typed(Some(Arc::new(class.clone())))
}

fn path_is_this(path: &Path) -> bool {
    *path.start() == Root::This && path.steps().is_empty()
}

/// The name evidence of reading `step` of a value at `path`.
fn fact_hint(
    interpreter: &Interpreter<'_, '_>,
    path: &Path,
    step: Step,
    value: &Value,
    span: Span,
) -> Option<Arc<crate::taint::value::Hint>> {
    let evidence = &interpreter.engine.evidence;
    let hint = match step {
        Step::Field(name) => match &value.declared {
            // Its declaration is an occurrence, not each read of it.
            Some(owner) => return evidence.field(owner.name, name),
            None => {
                let is_name = matches!(path.start(), Root::Static(_))
                    && match path.steps() {
                        [] => true,
                        [.., Step::Field(list)] => evidence.is_registry(list),
                        _ => false,
                    };
                (!is_name).then(|| evidence.unknown_field(name, interpreter.function, span)).flatten()
            }
        },
        Step::Key(Const::Str(key)) => evidence.key(key, interpreter.function, span),
        _ => None,
    };
    if !interpreter.reads_for_callee {
        interpreter.engine.note_read(hint.as_deref());
    }
    hint
}

/// What stands under `key` where all parts of other maps were copied: each keeps its key.
fn under_copied_key(copied: &Value, key: Const) -> Value {
    let mut value = copied.clone();
    if !matches!(key, Const::Str(_)) {
        return value;
    }
    for fact in &mut value.facts {
        if let Some(path) = fact.exact_path()
            && let Some((Step::Element, above)) = path.steps().split_last()
        {
            fact.origin = Origin::Path(path.prefix(above.len()).push(Step::Key(key)));
        }
    }
    value
}
