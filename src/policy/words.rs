//! Rules and judgements as sentences for people.

use std::cmp::Reverse;

use super::model::{Policy, Rule, Stance};
use super::scope::{Scope, Target};
use super::verdict::{ConditionState, Judgement, Verdict};
use crate::base::{Symbol, at_or_below};
use crate::rules::model::Sensitivity;
use crate::taint::Flow;

impl Rule {
    /// What the rule says, without its id: `forbids user to log unless hashed or redacted`.
    pub fn sentence(&self) -> String {
        let (verb, condition) = match self.stance {
            Stance::Permit => ("permits", if self.conditions.is_empty() { String::new() } else { self.required() }),
            Stance::Forbid if self.conditions.is_empty() => ("forbids", String::new()),
            Stance::Forbid => ("forbids", format!(" unless {}", list(&self.conditions, "or"))),
        };
        let except: Vec<String> = self.except.iter().map(describe).collect();
        let except = if except.is_empty() { String::new() } else { format!(", except {}", except.join(" and ")) };
        format!("{verb} {}{condition}{except}", describe(&self.scope))
    }

    fn required(&self) -> String {
        format!(" if {}", list(&self.conditions, "and"))
    }
}

impl Policy {
    /// Why a flow was judged as it was: the deciding rule, what it says, and which of its conditions failed.
    pub fn because(&self, judgement: &Judgement, flow: &Flow) -> String {
        let Some(rule) = judgement.rule.map(|index| &self.rules[index]) else {
            let nearest = self.nearest_permit(flow);
            let hint = nearest.map(|rule| format!("; `{}` {}", rule.id, rule.sentence())).unwrap_or_default();
            let about = format!("no rule speaks of {} to {}", flow.element, flow.destination);
            return match judgement.exception {
                Some(exception) => format!("{about}; excepted by `{}`", self.exceptions[exception].id),
                None => format!("{about}{hint}"),
            };
        };
        let says = format!("`{}` {}", rule.id, rule.sentence());
        let outcome = match (judgement.exception, judgement.verdict) {
            (Some(exception), _) => format!("; excepted by `{}`", self.exceptions[exception].id),
            (None, _) if judgement.conditions.is_empty() => String::new(),
            (None, Verdict::Permitted) => proven(judgement),
            (None, _) => failed(judgement),
        };
        format!("{says}{outcome}")
    }

    /// The permit that comes nearest to a flow that no rule covers: it speaks of the element, though not of this
    /// destination; best to a destination of the same family, then the most specific, then by id.
    fn nearest_permit(&self, flow: &Flow) -> Option<&Rule> {
        let family = |id: &str| id.split('.').next().map(str::to_owned);
        let nearness = |rule: &Rule| {
            let named = rule.scope.elements.iter().filter(|element| at_or_below(&flow.element, element));
            let depth = named.map(|element| element.split('.').count()).max()?;
            let kin = rule.scope.to.iter().any(|target| family(&target.destination) == family(&flow.destination));
            Some(Reverse((kin, depth)))
        };
        let permits = self.rules.iter().filter(|rule| rule.stance == Stance::Permit);
        permits
            .filter_map(|rule| Some((nearness(rule)?, rule.id, rule)))
            .min_by_key(|(near, id, _)| (*near, *id))
            .map(|(.., rule)| rule)
    }
}

fn proven(judgement: &Judgement) -> String {
    let names = judgement.conditions.iter().filter(|condition| condition.state == ConditionState::Proven);
    let names: Vec<Symbol> = names.map(|condition| condition.name).collect();
    format!("; on every path it is {}", list(&names, "and"))
}

fn failed(judgement: &Judgement) -> String {
    let of = |state| -> Vec<Symbol> {
        judgement
            .conditions
            .iter()
            .filter(|condition| condition.state == state)
            .map(|condition| condition.name)
            .collect()
    };
    let (unknown, refuted) = (of(ConditionState::Unknown), of(ConditionState::Refuted));
    let mut parts = Vec::new();
    if !refuted.is_empty() {
        parts.push(format!("not {} on every path", list(&refuted, "or")));
    }
    if !unknown.is_empty() {
        let call = "a call that Candor does not know speaks of it";
        parts.push(format!("perhaps {}: {call}", list(&unknown, "or")));
    }
    format!("; it is {}", parts.join(", and "))
}

/// `user.contact or user.name to log or crash_report at *.example.com, in app/**`.
fn describe(scope: &Scope) -> String {
    let mut text = String::new();
    let mut add = |part: String| {
        text.push_str(if text.is_empty() { "" } else { " " });
        text.push_str(&part);
    };
    let elements = if scope.elements.is_empty() { "any data".to_owned() } else { list(&scope.elements, "or") };
    add(elements);
    if !scope.sensitivity.is_empty() {
        let words: Vec<&str> = scope.sensitivity.iter().map(|level| sensitivity(*level)).collect();
        add(format!("of {} sensitivity", list(&words, "or")));
    }
    if !scope.to.is_empty() {
        let targets: Vec<String> = scope.to.iter().map(target).collect();
        add(format!("to {}", list(&targets, "or")));
    }
    if !scope.paths.is_empty() {
        let globs: Vec<&str> = scope.paths.iter().map(|glob| glob.written()).collect();
        add(format!("in {}", list(&globs, "or")));
    }
    text
}

fn target(target: &Target) -> String {
    match target.hosts.is_empty() {
        true => target.destination.to_string(),
        false => format!("{} at {}", target.destination, list(&target.hosts, "or")),
    }
}

fn sensitivity(level: Sensitivity) -> &'static str {
    match level {
        Sensitivity::Low => "low",
        Sensitivity::Medium => "medium",
        Sensitivity::High => "high",
        Sensitivity::Special => "special",
    }
}

/// `a`, `a or b`, `a, b or c`.
fn list<T: ToString>(items: &[T], conjunction: &str) -> String {
    let items: Vec<String> = items.iter().map(T::to_string).collect();
    match items.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} {conjunction} {last}", most.join(", ")),
    }
}
