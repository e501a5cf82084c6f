//! Which library calls personal data entered, and which of them no rule speaks of.
//!
//! A call counts once, however often and under whatever context it was interpreted: its place is the key. It counts as
//! modelled as soon as one interpretation found a rule for it, since later ones know more of the receiver's type.

use std::collections::BTreeMap;
use std::sync::Mutex;

use rustc_hash::FxHashMap;

use crate::base::{Span, Symbol};
use crate::ir::Target;
use crate::link::Program;
use crate::taint::arguments::Arguments;
use crate::taint::interpret::Interpreter;
use crate::taint::knowledge::Found;
use crate::taint::library::LibraryCall;
use crate::taint::state::State;
use crate::taint::summary::ObjectKind;
use crate::taint::value::{Fact, Origin, Value};
use crate::taint::{Callee, CalleeKind, LibraryCalls, Unmodelled};

/// Bound: places told of one callee.
const MAX_PLACES: usize = 3;

/// Library calls that personal data entered, by their places; with the callee where no rule speaks of it.
#[derive(Default)]
pub struct EnteredCalls(Mutex<FxHashMap<Span, Option<Callee>>>);

impl EnteredCalls {
    fn note_modelled(&self, site: Span) {
        self.0.lock().expect("no interpretation panicked").insert(site, None);
    }

    /// Of what several interpretations say of the callee, one stays whoever came first: one with a class, if there is.
    fn note_unmodelled(&self, site: Span, callee: Callee) {
        let mut calls = self.0.lock().expect("no interpretation panicked");
        let known = calls.entry(site).or_insert(Some(callee));
        let rank = |callee: &Callee| (callee.class.is_none(), *callee);
        *known = known.map(|known| std::cmp::min_by_key(known, callee, rank));
    }

    /// How many calls there are, and those without a model: the most frequent callee first, then by its name.
    pub fn into_ranking(self) -> (LibraryCalls, Vec<Unmodelled>) {
        let calls = self.0.into_inner().expect("no interpretation panicked");
        let mut places: BTreeMap<Callee, Vec<Span>> = BTreeMap::new();
        for (site, callee) in &calls {
            if let Some(callee) = callee {
                places.entry(*callee).or_default().push(*site);
            }
        }
        let of_callee = |(callee, mut places): (Callee, Vec<Span>)| {
            places.sort();
            let calls = places.len();
            places.truncate(MAX_PLACES);
            Unmodelled { callee, calls, places }
        };
        let mut ranking: Vec<Unmodelled> = places.into_iter().map(of_callee).collect();
        ranking.sort_by_key(|unmodelled| std::cmp::Reverse(unmodelled.calls));
        let sum = |counts: &dyn Fn(&Callee) -> bool| -> usize {
            ranking.iter().filter(|one| counts(&one.callee)).map(|one| one.calls).sum()
        };
        let unresolved = sum(&|callee| callee.is_unresolved());
        let modelled = calls.len() - sum(&|_| true);
        (LibraryCalls { entered: calls.len() - unresolved, modelled, unresolved }, ranking)
    }
}

impl Interpreter<'_, '_> {
    /// Notes a library call that personal data enters.
    pub(super) fn note_entered(&self, state: &State, found: &Found, call: &LibraryCall<'_>, arguments: &Arguments) {
        let named = arguments.named.iter().map(|(_, value)| value);
        let mut given = arguments.positional.iter().chain(named);
        let enters = holds_label(self, state, &call.receiver) || given.any(|value| holds_label(self, state, value));
        if !enters || self.is_unreached {
            return;
        }
        if found.says_something() {
            self.engine.entered_calls.note_modelled(call.site.site);
        } else if let Some(callee) = self.library_callee(call, arguments) {
            self.engine.entered_calls.note_unmodelled(call.site.site, callee);
        }
    }

    /// The callee as rules name it; `None` for a method of the program that merely has no body to follow.
    fn library_callee(&self, call: &LibraryCall<'_>, arguments: &Arguments) -> Option<Callee> {
        let program = self.engine.program;
        if call.site.name.starts_with('<') {
            // Nobody wrote this call.
            return None;
        }
        let is_of_library = |class: Symbol| program.class_named(class).is_none() && is_class_name(&class);
        let above = call.types.iter().flat_map(|&class| std::iter::once(class).chain(program.supertypes(class)));
        let class = above.into_iter().find(|&class| is_of_library(class));
        let is_bare = matches!(call.site.call.map(|call| &call.target), Some(Target::Bare(_)));
        if class.is_none() && !is_bare && call.types.iter().any(|&class| program.class_named(class).is_some()) {
            return None;
        }
        let kind = match class {
            Some(_) if call.is_constructor => CalleeKind::Constructor,
            None if is_bare => CalleeKind::Function,
            _ => CalleeKind::Method,
        };
        Some(Callee {
            class,
            name: call.site.name,
            arity: arguments.positional.len() + arguments.named.len(),
            kind,
            language: program.units[program.functions[self.function].unit].language,
        })
    }
}

/// Whether a name is that of a class: not a type parameter, nor what stands for a type that nobody wrote.
fn is_class_name(name: &str) -> bool {
    let simple = Program::simple_name(name);
    let is_word = |part: &str| part.chars().all(|character| character.is_alphanumeric() || character == '_');
    simple.len() > 1 && simple.starts_with(char::is_uppercase) && name.split('.').all(is_word)
}

/// Whether a value is known to be personal data, or is an object that holds some.
fn holds_label(interpreter: &Interpreter<'_, '_>, state: &State, value: &Value) -> bool {
    let is_label = |fact: &Fact| matches!(fact.origin, Origin::Source(_)) || fact.hint.is_some();
    let holds = |value: &Value| value.facts.iter().any(is_label);
    holds(value)
        || value.objects.iter().any(|&object| {
            interpreter.info(object).kind == ObjectKind::Instance
                && state.content(object).is_some_and(|content| content.parts.iter().any(|(_, part)| holds(part)))
        })
}
