//! What leaves when a whole object leaves: which of its parts belong to its printed and to its serialised form.

use crate::base::{Span, Symbol};
use crate::ir::{ACCESSORS, Annotation, ClassKind, Field, FunctionKind, Modifiers, TypeRef};
use crate::link::FunctionId;
use crate::rules::model::{ExpandMembers, MemberFilter, Pattern, Reads, RuleSet};
use crate::taint::arguments::Arguments;
use crate::taint::engine::Engine;
use crate::taint::interpret::Interpreter;
use crate::taint::path::{Path, Step};
use crate::taint::site::Site;
use crate::taint::state::State;
use crate::taint::summary::ObjectKind;
use crate::taint::value::{Fact, How, Origin, Value};

/// Bound: how deep the declared type of an opaque object is expanded.
const DECLARED_DEPTH: usize = 2;
/// Bound: parts of an opaque object that are told apart.
const MAX_DECLARED_PARTS: usize = 16;

/// The fields that stay behind when an object is serialised, whoever does it: what one rule leaves out was marked so
/// because it must not leave.
#[derive(Debug)]
pub struct KeptBack {
    modifiers: Modifiers,
    annotations: Vec<Pattern>,
    /// Those of the annotations that hold for rows as well.
    of_rows: Vec<Pattern>,
}

impl KeptBack {
    /// What the `except` of all rules together says.
    pub fn new(rules: &RuleSet) -> KeptBack {
        let mut kept = KeptBack {
            modifiers: Modifiers::TRANSIENT | Modifiers::SYNTHETIC | Modifiers::STATIC,
            annotations: Vec::new(),
            of_rows: Vec::new(),
        };
        for rule in &rules.expands {
            // What a writer of texts leaves out may well be a column.
            let writes_rows = rules.sinks.iter().any(|sink| {
                sink.reads == Reads::Record && rule.matches.types.iter().any(|of| sink.matches.types.contains(of))
            });
            for filter in &rule.except {
                match filter {
                    MemberFilter::Modifier(word) => kept.modifiers |= Modifiers::named(word).unwrap_or_default(),
                    MemberFilter::Annotation(pattern) => {
                        kept.annotations.push(*pattern);
                        if writes_rows {
                            kept.of_rows.push(*pattern);
                        }
                    }
                }
            }
        }
        kept
    }

    fn holds(&self, field: &Field, how: How) -> bool {
        let marks = if how == How::Record { &self.of_rows } else { &self.annotations };
        field.modifiers.intersects(self.modifiers) || names_one(marks, &field.annotations)
    }

    fn names(&self, annotations: &[Annotation]) -> bool {
        names_one(&self.annotations, annotations)
    }
}

fn names_one(marks: &[Pattern], annotations: &[Annotation]) -> bool {
    annotations.iter().any(|annotation| marks.iter().any(|mark| mark.matches(&annotation.name)))
}

impl How {
    /// How something is read in the end that was read so, and what came of it as `next`: what was computed from a value
    /// is no longer the object whose fields could be read.
    pub fn then(self, next: How) -> How {
        if self == How::Exact { next } else { self }
    }

    /// How the part under `step` of something that is read so is read itself.
    pub fn below(self, step: Step) -> How {
        match (self, step) {
            (How::Record, Step::Field(_)) => How::Value,
            (how, _) => how,
        }
    }
}

impl Engine<'_> {
    /// Whether the printed form of a class shows its fields without anybody having written so.
    pub fn prints_fields(&self, class: Symbol) -> bool {
        self.program.class_named(class).is_some_and(|class| self.program.class(class).kind == ClassKind::Record)
    }

    /// Whether a part of an object belongs to its serialised form, or to its row.
    pub fn is_serialised(&self, class: Symbol, step: Step, how: How) -> bool {
        let (Some(class), Step::Field(name)) = (self.program.class_named(class), step) else { return true };
        self.program.field(class, name).is_none_or(|(_, field)| !self.kept_back.holds(field, how))
    }

    /// Whether what lies `steps` below a value of a declared type leaves with it.
    pub fn leaves(&self, declared: Option<&TypeRef>, steps: &[Step], how: How) -> bool {
        let reads_fields = matches!(how, How::Record | How::Serialised | How::Part);
        if !reads_fields && steps.iter().any(|step| matches!(step, Step::Field(_))) {
            return false;
        }
        let mut declared = declared.cloned();
        let mut how = how;
        steps.iter().all(|&step| {
            let is_kept = matches!(how, How::Serialised | How::Record)
                && declared.as_ref().is_some_and(|declared| !self.is_serialised(declared.name, step, how));
            declared = declared.take().and_then(|declared| self.step_type(&declared, step));
            let leaves = match step {
                Step::Content | Step::Element | Step::Key(_) => true,
                Step::Keys => how != How::Value,
                Step::Length => false,
                Step::Field(_) => matches!(how, How::Record | How::Serialised | How::Part),
            };
            how = how.below(step);
            leaves && !is_kept
        })
    }

    /// The declared type of what a path stands for.
    pub fn path_type(&self, function: FunctionId, path: &Path) -> Option<TypeRef> {
        let root = self.root_type(function, path)?;
        path.steps().iter().try_fold(root, |declared, step| self.step_type(&declared, *step))
    }
}

impl Interpreter<'_, '_> {
    /// The facts of the serialised form of `value`.
    pub(super) fn serialised(
        &mut self,
        state: &mut State,
        value: &Value,
        members: &ExpandMembers,
        span: Span,
    ) -> Vec<Fact> {
        let mut facts = self.declared_parts(value);
        if *members != ExpandMembers::Getters {
            facts.extend(self.derived(state, value, How::Serialised));
            return facts;
        }
        let mut others = value.clone();
        for &object in &value.objects {
            let info = self.info(object).clone();
            let class = self.engine.program.class_named(info.class.name);
            let is_plain = info.kind == ObjectKind::Instance && !self.engine.prints_fields(info.class.name);
            let Some(class) = class.filter(|_| is_plain) else { continue };
            others.objects.retain(|other| *other != object);
            let this = Value::object(object, Some(info.class.clone()));
            for name in self.engine.getters(class) {
                let read = self.invoke(state, &this, &Arguments::default(), Site { name, call: None, site: span });
                facts.extend(self.derived(state, &read, How::Serialised));
            }
        }
        facts.extend(self.derived(state, &others, How::Serialised));
        facts
    }

    /// The declared fields of opaque objects, as far as their names speak of data: what leaves with an object of which
    /// nothing but the type is known.
    fn declared_parts(&self, value: &Value) -> Vec<Fact> {
        let mut facts = Vec::new();
        let Some(declared) = &value.declared else { return facts };
        for whole in &value.facts {
            let Some(path) = whole.exact_path() else { continue };
            // A type that nobody has seen says less than that of the place where the object comes from.
            let is_own = |name: Symbol| self.engine.program.class_named(name).is_some();
            let is_seen = is_own(declared.name) || declared.arguments.iter().any(|argument| is_own(argument.name));
            let known = if is_seen { None } else { self.engine.path_type(self.function, path) };
            let mut pending = vec![(path.clone(), known.unwrap_or_else(|| (**declared).clone()), 0)];
            while let Some((path, declared, depth)) = pending.pop() {
                let Some(class) = self.engine.program.class_named(declared.name) else {
                    let element = declared.arguments.last().map(|element| (path.push(Step::Element), element.clone()));
                    pending.extend(element.map(|(path, element)| (path, element, depth)));
                    continue;
                };
                if depth >= DECLARED_DEPTH || facts.len() >= MAX_DECLARED_PARTS || self.engine.lasting.contains(class) {
                    continue;
                }
                for (field, declared_as) in self.engine.serialised_fields(class) {
                    let part = path.push(Step::Field(field));
                    if part.steps().len() == path.steps().len() {
                        continue;
                    }
                    let hint = self.engine.evidence.field(declared.name, field).filter(|hint| !hint.is_impersonal);
                    if hint.is_some() {
                        let origin = Origin::Path(part.clone());
                        facts.push(Fact { origin, how: How::Serialised, hint, ..whole.clone() });
                    }
                    pending.extend(declared_as.map(|declared| (part, declared, depth + 1)));
                }
            }
        }
        facts
    }
}

impl Engine<'_> {
    /// The fields of a class and of those above it that belong to its serialised form, with their types.
    fn serialised_fields(&self, class: crate::link::ClassId) -> Vec<(Symbol, Option<TypeRef>)> {
        let classes = self.program.classes[class].ancestors.iter();
        let fields = classes.flat_map(|&class| &self.program.class(class).fields);
        let kept = fields.filter(|field| !self.kept_back.holds(field, How::Serialised));
        kept.map(|field| (field.name, field.declared.clone())).collect()
    }

    /// The accessors of a class whose results belong to its serialised form, in order.
    fn getters(&self, class: crate::link::ClassId) -> Vec<Symbol> {
        let mut names: Vec<Symbol> = Vec::new();
        for &ancestor in &self.program.classes[class].ancestors {
            for &function in self.program.classes[ancestor].methods.values().flatten() {
                let function = self.program.function(function);
                let is_getter = function.kind == FunctionKind::Method
                    && function.has_this
                    && function.parameters.is_empty()
                    && !function.blocks.is_empty()
                    && !self.kept_back.names(&function.annotations);
                if is_getter && ACCESSORS.iter().any(|prefix| is_accessor(&function.name, prefix)) {
                    names.push(function.name);
                }
            }
        }
        names.sort();
        names.dedup();
        names
    }
}

fn is_accessor(name: &str, prefix: &str) -> bool {
    name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(char::is_uppercase))
}
