//! What a caller knows of what decides in a callee: the selectors of the callee become a context.

use std::rc::Rc;
use std::sync::Arc;

use crate::ir::Const;
use crate::link::FunctionId;
use crate::taint::StepKind;
use crate::taint::apply::Binding;
use crate::taint::contexts::MAX_CONTEXT_DEPTH;
use crate::taint::interpret::Interpreter;
use crate::taint::path::{Path, Root};
use crate::taint::state::{State, is_length};
use crate::taint::summary::{Context, ObjectKind, Selector, Summary, capture_field};
use crate::taint::value::{Fact, Value};

/// Bound: inputs that one context speaks of; of more, the first ones decide.
const MAX_SELECTORS: usize = 6;

impl Interpreter<'_, '_> {
    /// What the caller knows of the callee's selectors.
    pub(super) fn context_for(&mut self, before: &State, generic: &Summary, binding: &mut Binding) -> Arc<Context> {
        let mut context = Vec::new();
        let mut lengths = Vec::new();
        if !self.engine.is_below(self.function, binding.function) {
            return self.engine.no_context.clone();
        }
        for path in &generic.selectors {
            let value = self.value_at(before, path, binding);
            let selector = self.selector_of(&value).or_else(|| self.class_told(binding.function, path, &value));
            let Some(selector) = selector else { continue };
            if self.is_known_anyway(binding.function, path, &selector) {
                continue;
            }
            if is_length(path) {
                lengths.extend(matches!(selector, Selector::Constant(Const::Int(_))).then(|| (path.clone(), selector)));
                continue;
            }
            if let Selector::Reference(_) = selector {
                // Whether it is one of a class or of an object decides what is called.
                let bound = path.push(capture_field(0));
                let value = self.value_at(before, &bound, binding);
                context.extend(self.selector_of(&value).map(|selector| (bound, selector)));
            }
            context.push((path.clone(), selector));
        }
        self.add_lengths(before, lengths, &mut context, binding);
        context.sort();
        context.dedup();
        context.truncate(MAX_SELECTORS);
        let is_too_deep = self.depth >= MAX_CONTEXT_DEPTH && !context.is_empty();
        self.is_cut |= is_too_deep;
        if context.is_empty() || is_too_deep { self.engine.no_context.clone() } else { Arc::new(context) }
    }

    /// The class that a value is declared to be of, for a parameter that says nothing of it.
    fn class_told(&self, function: FunctionId, path: &Path, value: &Value) -> Option<Selector> {
        let is_parameter = matches!(path.start(), Root::Parameter(_)) && path.steps().is_empty();
        if !is_parameter || self.engine.path_type(function, path).is_some() {
            return None;
        }
        let class = value.declared.as_ref()?.name;
        self.engine.program.class_named(class).map(|_| Selector::Class(class))
    }

    /// Whether a selector says no more than the declared type of an entry path does.
    fn is_known_anyway(&self, function: FunctionId, path: &Path, selector: &Selector) -> bool {
        let Selector::Class(class) = selector else { return false };
        self.engine.has_no_heirs(*class)
            && self.engine.path_type(function, path).is_some_and(|declared| declared.name == *class)
    }

    fn selector_of(&mut self, value: &Value) -> Option<Selector> {
        let paths: Vec<Path> = value.facts.iter().filter_map(Fact::exact_path).cloned().collect();
        match (&value.objects[..], &paths[..]) {
            ([object], []) => {
                let info = self.info(*object);
                Some(match &info.kind {
                    ObjectKind::Closure(function) => Selector::Closure(*function),
                    ObjectKind::Reference(name) => Selector::Reference(*name),
                    ObjectKind::Instance => {
                        self.engine.program.class_named(info.class.name)?;
                        Selector::Class(info.class.name)
                    }
                })
            }
            ([], [path]) => {
                let path = self.engine.canonical(path);
                if let (Root::Static(class), []) = (path.start(), path.steps()) {
                    return Some(Selector::Type(*class));
                }
                if let Some(selector) = self.selector(&path) {
                    return Some(selector.clone());
                }
                if *path.start() == Root::This && path.steps().is_empty() {
                    self.depends_on(&path);
                    return None;
                }
                match &self.engine.points_to(self.function, &path)[..] {
                    [selector @ Selector::Class(_)] => Some(selector.clone()),
                    // What a closure captured lies in cells of its own, where the callee would not look for it.
                    [selector @ Selector::Closure(function)]
                        if self.engine.program.function(*function).captures.is_empty() =>
                    {
                        Some(selector.clone())
                    }
                    _ => {
                        self.depends_on(&path);
                        None
                    }
                }
            }
            ([], []) if value.facts.is_empty() => value.single_constant().map(Selector::Constant),
            _ => None,
        }
    }

    /// Tells the callee how long lists are: not a closure, nor what a framework calls, as often as it likes, nor where
    /// two places of the callee are one list, which would be changed by turns.
    fn add_lengths(
        &mut self,
        before: &State,
        lengths: Vec<(Path, Selector)>,
        context: &mut Context,
        binding: &mut Binding,
    ) {
        if binding.kind == StepKind::Callback || !binding.captured.is_none() || lengths.is_empty() {
            return;
        }
        let lists: Vec<Rc<Value>> = lengths
            .iter()
            .map(|(path, _)| self.value_at(before, &path.prefix(path.steps().len() - 1), binding))
            .collect();
        for (index, length) in lengths.into_iter().enumerate() {
            let mut others = lists.iter().enumerate().filter(|(other, _)| *other != index);
            if !others.any(|(_, other)| may_be_one(&lists[index], other)) {
                context.push(length);
            }
        }
    }
}

/// Whether two values may be the same object.
fn may_be_one(one: &Value, other: &Value) -> bool {
    let is_shared = |fact: &Fact| {
        let path = fact.exact_path();
        path.is_some() && other.facts.iter().any(|other| other.exact_path() == path)
    };
    one.objects.iter().any(|object| other.objects.contains(object)) || one.facts.iter().any(is_shared)
}
