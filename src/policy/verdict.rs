//! One flow against all rules of a policy: every rule that covers it has an opinion, the weightiest opinion decides.
//!
//! An *opinion* is a rule with the verdict that it would give. A forbid says `forbidden`, unless its conditions lift it;
//! a permit says `permitted`, if its conditions hold. A condition is *proven* where every path to the sink carries the
//! protection, *unknown* where the way passes an unmodelled call that speaks of it, *refuted* otherwise. Of the opinions
//! counts, in this order:
//!
//! | weight | opinion | among equals |
//! |---|---|---|
//! | 1 | forbidden | the worst level |
//! | 2 | unproven, by a forbid | the worst level |
//! | 3 | permitted, by a permit | |
//! | 4 | unproven, by a permit | the mildest level: another rule comes nearer to allowing it |
//! | 5 | condition_unmet | the mildest level |
//! | 6 | permitted, by a forbid whose condition is proven | |
//!
//! then the more specific rule, then the id: the order in the file never decides. No opinion at all is `undisclosed`.
//! Worked example: `forbid user to log unless hashed` and `permit user.contact to log` on a flow of an e-mail address
//! to the log give `forbidden` (1) when it is plain, and `permitted` (3, by the permit) when it is hashed.
//!
//! An exception sets single opinions aside. A forbidden flow is `excepted` only when every forbid that objects to it is
//! set aside: an exception from one rule is none from another.

use std::cmp::Reverse;

use super::model::{Against, Exception, Level, Levels, Policy, Rule, Stance};
use super::scope::Subject;
use crate::base::{Idx, Symbol, at_or_below};
use crate::taint::{Flow, StepKind};

/// What a policy says of a flow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs, reason = "the module tells what each means")]
pub enum Verdict {
    Permitted,
    Forbidden,
    Undisclosed,
    ConditionUnmet,
    Unproven,
    Excepted,
}

impl Verdict {
    /// All verdicts, in the order of reports.
    pub const ALL: [Verdict; 6] = [
        Verdict::Permitted,
        Verdict::Forbidden,
        Verdict::Undisclosed,
        Verdict::ConditionUnmet,
        Verdict::Unproven,
        Verdict::Excepted,
    ];

    /// The word for it in policies and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Permitted => "permitted",
            Verdict::Forbidden => "forbidden",
            Verdict::Undisclosed => "undisclosed",
            Verdict::ConditionUnmet => "condition_unmet",
            Verdict::Unproven => "unproven",
            Verdict::Excepted => "excepted",
        }
    }
}

/// What is known of a condition on a flow. The order is from best to worst.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ConditionState {
    /// Every path to the sink carries the protection.
    Proven,
    /// Not proven, but the way passes an unmodelled call that speaks of the effect.
    Unknown,
    /// Some path to the sink is without it.
    Refuted,
}

impl ConditionState {
    /// The word for it in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            ConditionState::Proven => "proven",
            ConditionState::Unknown => "unknown",
            ConditionState::Refuted => "refuted",
        }
    }
}

/// A condition of the deciding rule on the flow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Condition {
    /// The effect that is asked for.
    pub name: Symbol,
    /// What is known of it.
    pub state: ConditionState,
    /// Where it is missing: the index of the step at which the value is disclosed without it. `None` when proven.
    pub step: Option<usize>,
}

/// What a policy says of one flow, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// What it means for the run.
    pub level: Level,
    /// The rule that decided; `None` for a flow that no rule covers.
    pub rule: Option<Idx<Rule>>,
    /// The exception by which it is excepted.
    pub exception: Option<Idx<Exception>>,
    /// The conditions of that rule.
    pub conditions: Vec<Condition>,
}

/// A judgement with everything that had a part in it, for the counts.
#[derive(Clone, Debug)]
pub struct Hearing {
    /// The outcome.
    pub judgement: Judgement,
    /// The rules that cover the flow.
    pub rules: Vec<Idx<Rule>>,
    /// The exceptions in force that set an opinion on the flow aside.
    pub exceptions: Vec<Idx<Exception>>,
}

/// A rule that covers the flow, with what it says.
struct Opinion {
    rule: Idx<Rule>,
    verdict: Verdict,
    weight: Weight,
    level: Level,
    conditions: Vec<Condition>,
    specificity: usize,
    exception: Option<Idx<Exception>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Weight {
    Forbidden,
    ForbiddenUnlessUnproven,
    Permitted,
    PermittedIfUnproven,
    ConditionUnmet,
    Lifted,
}

/// Judges a flow. `in_force` are the exceptions that have not expired.
pub fn judge(policy: &Policy, in_force: &[Idx<Exception>], subject: &Subject<'_>) -> Hearing {
    let mut exceptions = Vec::new();
    let mut opinions: Vec<Opinion> = policy
        .rules
        .iter_enumerated()
        .filter(|(_, rule)| rule.covers(subject))
        .map(|(index, rule)| Opinion::of(index, rule, subject.flow, &policy.levels))
        .collect();
    let first = opinions.iter().map(|opinion| opinion.weight).min();
    for opinion in opinions.iter_mut().filter(|opinion| opinion.can_be_set_aside(first)) {
        opinion.exception = policy.set_aside(in_force, Some(opinion.rule), opinion.verdict, subject, &mut exceptions);
    }
    let rules = opinions.iter().map(|opinion| opinion.rule).collect();
    let judgement = match decide(policy, opinions) {
        Some(decisive) => decisive.into_judgement(),
        None => {
            let exception = policy.set_aside(in_force, None, Verdict::Undisclosed, subject, &mut exceptions);
            let (verdict, level) = match exception {
                Some(_) => (Verdict::Excepted, Level::None),
                None => (Verdict::Undisclosed, policy.levels.undisclosed),
            };
            Judgement { verdict, level, rule: None, exception, conditions: Vec::new() }
        }
    };
    exceptions.sort_unstable();
    exceptions.dedup();
    Hearing { judgement, rules, exceptions }
}

/// The opinion that counts.
fn decide(policy: &Policy, opinions: Vec<Opinion>) -> Option<Opinion> {
    let objects = |opinion: &&Opinion| opinion.weight <= Weight::ForbiddenUnlessUnproven;
    let allows = |opinion: &&Opinion| opinion.weight == Weight::Permitted;
    let stands = |opinion: &&Opinion| opinion.exception.is_none();
    let permits = |opinion: &&Opinion| opinion.weight != Weight::Lifted;
    let best = |candidates: &mut dyn Iterator<Item = &Opinion>| {
        candidates.min_by_key(|opinion| opinion.order(policy)).map(|opinion| opinion.rule)
    };
    let all = || opinions.iter();
    let rule = best(&mut all().filter(objects).filter(stands))
        .or_else(|| best(&mut all().filter(objects)))
        .or_else(|| best(&mut all().filter(allows)))
        .or_else(|| best(&mut all().filter(permits).filter(|opinion| opinion.exception.is_some())))
        .or_else(|| best(&mut all()))?;
    opinions.into_iter().find(|opinion| opinion.rule == rule)
}

impl Opinion {
    fn of(index: Idx<Rule>, rule: &Rule, flow: &Flow, levels: &Levels) -> Opinion {
        let conditions: Vec<Condition> = rule.conditions.iter().map(|name| Condition::of(*name, flow)).collect();
        let states = conditions.iter().map(|condition| condition.state);
        let (verdict, weight) = match rule.stance {
            // Any one condition lifts a forbid: the best state counts. Without conditions nothing lifts it.
            Stance::Forbid => match states.min().unwrap_or(ConditionState::Refuted) {
                ConditionState::Proven => (Verdict::Permitted, Weight::Lifted),
                ConditionState::Unknown => (Verdict::Unproven, Weight::ForbiddenUnlessUnproven),
                ConditionState::Refuted => (Verdict::Forbidden, Weight::Forbidden),
            },
            // A permit asks for all of its conditions: the worst state counts.
            Stance::Permit => match states.max().unwrap_or(ConditionState::Proven) {
                ConditionState::Proven => (Verdict::Permitted, Weight::Permitted),
                ConditionState::Unknown => (Verdict::Unproven, Weight::PermittedIfUnproven),
                ConditionState::Refuted => (Verdict::ConditionUnmet, Weight::ConditionUnmet),
            },
        };
        Opinion {
            rule: index,
            verdict,
            weight,
            level: rule.level_of(verdict, levels),
            conditions,
            specificity: rule.scope.specificity(flow),
            exception: None,
        }
    }

    /// Whether an exception from this opinion has a meaning, where the weightiest of all is `first`: beside a forbid
    /// that objects no permit counts, and what is permitted needs no exception.
    fn can_be_set_aside(&self, first: Option<Weight>) -> bool {
        let objects = self.weight <= Weight::ForbiddenUnlessUnproven;
        let falls_short = matches!(self.weight, Weight::PermittedIfUnproven | Weight::ConditionUnmet);
        objects || falls_short && first.is_some_and(|first| first > Weight::Permitted)
    }

    /// The smallest decides.
    fn order(&self, policy: &Policy) -> (Weight, u8, Reverse<usize>, Symbol) {
        let severity = self.level as u8;
        let level = if self.weight <= Weight::ForbiddenUnlessUnproven { u8::MAX - severity } else { severity };
        (self.weight, level, Reverse(self.specificity), policy.rules[self.rule].id)
    }

    fn into_judgement(self) -> Judgement {
        let (verdict, level) = match self.exception {
            Some(_) => (Verdict::Excepted, Level::None),
            None => (self.verdict, self.level),
        };
        Judgement { verdict, level, rule: Some(self.rule), exception: self.exception, conditions: self.conditions }
    }
}

impl Condition {
    fn of(name: Symbol, flow: &Flow) -> Condition {
        // `hashed.keyed` is a way of being hashed; a call that speaks of hashing may be a keyed one.
        let proven = flow.protections.iter().any(|effect| at_or_below(effect, &name));
        let spoken_of = |effect: &Symbol| at_or_below(effect, &name) || at_or_below(&name, effect);
        let state = match proven {
            true => ConditionState::Proven,
            false if flow.possible_protections.iter().any(spoken_of) => ConditionState::Unknown,
            false => ConditionState::Refuted,
        };
        let missing = || flow.steps.iter().rposition(|step| matches!(step.kind, StepKind::Disclosure | StepKind::Sink));
        let disclosed = flow.steps.iter().position(|step| step.kind == StepKind::Disclosure);
        Condition { name, state, step: if proven { None } else { disclosed.or_else(missing) } }
    }
}

impl Rule {
    /// Whether the rule speaks of the flow.
    pub fn covers(&self, subject: &Subject<'_>) -> bool {
        self.scope.covers(subject) && !self.except.iter().any(|scope| scope.covers(subject))
    }

    /// The level of a verdict by this rule. `unproven` is never worse than what it would be if it were refuted.
    fn level_of(&self, verdict: Verdict, levels: &Levels) -> Level {
        let refuted = self.level.unwrap_or(match self.stance {
            Stance::Forbid => levels.forbidden,
            Stance::Permit => levels.condition_unmet,
        });
        match verdict {
            Verdict::Forbidden | Verdict::ConditionUnmet => refuted,
            Verdict::Unproven => levels.unproven.min(refuted),
            Verdict::Undisclosed => levels.undisclosed,
            Verdict::Permitted | Verdict::Excepted => Level::None,
        }
    }
}

impl Policy {
    /// The exception, first by id, that sets this opinion aside; every one that does is added to `used`.
    fn set_aside(
        &self,
        in_force: &[Idx<Exception>],
        rule: Option<Idx<Rule>>,
        verdict: Verdict,
        subject: &Subject<'_>,
        used: &mut Vec<Idx<Exception>>,
    ) -> Option<Idx<Exception>> {
        let fitting = in_force.iter().copied().filter(|index| {
            let exception = &self.exceptions[*index];
            let meant = match exception.against {
                Against::Rule(named) => rule == Some(named),
                Against::Verdict(named) => named == verdict,
            };
            meant && exception.covers(subject)
        });
        let before = used.len();
        used.extend(fitting);
        used[before..].iter().copied().min_by_key(|index| self.exceptions[*index].id)
    }
}

impl Exception {
    fn covers(&self, subject: &Subject<'_>) -> bool {
        let named = self.flows.is_empty() || self.flows.iter().any(|prefix| prefix.covers(subject.fingerprint));
        named && self.scope.covers(subject)
    }
}
