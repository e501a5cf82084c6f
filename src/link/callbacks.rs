//! Adds the calls that a class asks for in its body: `before_action :load, only: :show` makes `show` begin with a call
//! of `load`, as `calls` rules about macros say.
//!
//! What a class asks for holds in the classes below it, too: the calls of the topmost class come first.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::link::members::macros::macro_bindings;
use crate::link::{ClassId, FunctionId, Program};
use crate::rules::model::{CallRule, Match, Member, PortRoot, RuleSet, When};
use crate::rules::template::fill;

/// Bound: calls added to one function.
const MAX_CALLS: usize = 64;

/// A call that functions of a class begin or end with.
#[derive(Clone, Debug)]
struct Callback {
    /// The method that is called on the same object.
    name: Symbol,
    /// The function around which it is called; `None`: all.
    of: Option<Symbol>,
    when: When,
    span: Span,
}

/// Adds to the functions of `units` the calls that their classes ask for.
pub(super) fn add(units: &mut [Unit], program: &mut Program, rules: &RuleSet) {
    let (asked, used) = asked_for(units, program, rules);
    program.rules_used.extend(used);
    let program = &*program;
    if asked.is_empty() {
        return;
    }
    for class in program.classes.indices() {
        let info = &program.classes[class];
        let mut callbacks: Vec<Callback> = Vec::new();
        for ancestor in info.ancestors.iter().rev() {
            callbacks.extend(asked.get(ancestor).into_iter().flatten().cloned());
        }
        let mut functions: Vec<FunctionId> = info.methods.values().flatten().copied().collect();
        functions.sort();
        for id in functions.into_iter().filter(|_| !callbacks.is_empty()) {
            let info = &program.functions[id];
            let function = &mut units[info.unit].functions[info.function];
            let is_called = callbacks.iter().any(|callback| callback.name == function.name);
            if is_called || !function.has_this || function.kind != FunctionKind::Method || function.blocks.is_empty() {
                continue;
            }
            let name = function.name;
            let own = callbacks.iter().filter(|callback| callback.of.is_none_or(|of| of == name));
            surround(function, own.take(MAX_CALLS));
        }
    }
}

/// What each class asks for itself, and the rules that say so.
fn asked_for(
    units: &[Unit],
    program: &Program,
    rules: &RuleSet,
) -> (FxHashMap<ClassId, Vec<Callback>>, BTreeSet<Symbol>) {
    let is_around = |rule: &&CallRule| {
        matches!(rule.when, When::Before | When::After) && matches!(rule.matches.member, Some(Member::Macro { .. }))
    };
    let rules: Vec<&CallRule> = rules.calls.iter().filter(is_around).collect();
    let mut asked: FxHashMap<ClassId, Vec<Callback>> = FxHashMap::default();
    let mut used = BTreeSet::new();
    if rules.is_empty() {
        return (asked, used);
    }
    for (id, info) in program.classes.iter_enumerated() {
        let unit = &units[info.unit];
        for call in &unit.classes[info.class].macros {
            for rule in &rules {
                if speaks_of(&rule.matches, program, id, unit, call) {
                    used.insert(rule.id);
                    asked.entry(id).or_default().extend(callbacks(rule, unit, info.class, call));
                }
            }
        }
    }
    (asked, used)
}

fn speaks_of(matches: &Match, program: &Program, class: ClassId, unit: &Unit, call: &Macro) -> bool {
    let Some(Member::Macro { names, .. }) = &matches.member else { return false };
    let name = program.classes[class].qualified;
    let mut types = matches.types.iter().chain(&matches.extends).chain(&matches.inside).peekable();
    names.iter().any(|pattern| pattern.matches(&call.name))
        && (matches.languages.is_empty() || matches.languages.contains(&unit.language))
        && (types.peek().is_none() || types.any(|pattern| program.is_named(name, *pattern)))
}

fn callbacks(rule: &CallRule, unit: &Unit, class: ClassIdx, call: &Macro) -> Vec<Callback> {
    let Some(Member::Macro { arguments, options, .. }) = &rule.matches.member else { return Vec::new() };
    let (port, Some(name)) = &rule.to else { return Vec::new() };
    if port.root != PortRoot::This || !port.path.is_empty() {
        return Vec::new();
    }
    let of_self = |template: &str| template.strip_prefix("this#").unwrap_or(template).to_owned();
    macro_bindings(unit, Some(class), call, arguments, options)
        .iter()
        .filter_map(|bound| {
            let name = Symbol::new(&fill(name, bound)?);
            // An option that was left out says that it holds for all.
            let of = rule.of.and_then(|of| fill(&of_self(&of), bound)).map(|of| Symbol::new(&of));
            Some(Callback { name, of, when: rule.when, span: call.span })
        })
        .collect()
}

/// Makes a function begin or end with calls on its receiver.
fn surround<'c>(function: &mut Function, callbacks: impl Iterator<Item = &'c Callback>) {
    let mut first = Vec::new();
    let mut last = Vec::new();
    for callback in callbacks {
        let local = function.locals.push(LocalDecl { name: None, declared: None, span: callback.span });
        let call = Call {
            target: Target::Method { receiver: Operand::local(Local::new(0)), name: callback.name },
            arguments: Vec::new(),
            block: None,
            type_arguments: Vec::new(),
            name_span: callback.span,
            site: callback.span,
        };
        let statement = Statement { to: Place::local(local), value: Rvalue::Call(Box::new(call)), span: callback.span };
        if callback.when == When::Before { first.push(statement) } else { last.push(statement) }
    }
    for block in function.blocks.iter_mut() {
        if matches!(block.terminator, Terminator::Return(_)) {
            block.statements.extend(last.iter().cloned());
        }
    }
    if let Some(entry) = function.blocks.iter_mut().next() {
        entry.statements.splice(0..0, first);
    }
}
