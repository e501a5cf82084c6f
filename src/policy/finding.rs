//! What is wrong with a policy itself, although it can be understood: sentences for people, with places.

use std::collections::BTreeMap;
use std::ops::Range;

use super::document::{DocumentText, Lookup, Resembling};
use super::model::{Clause, Document, Exception, Level, Policy, Rule, Stance, line_of};
use super::ruling::{ClauseUse, DocumentTexts, ExceptionState};
use crate::base::yaml::did_you_mean;
use crate::base::{Idx, Symbol};

/// What kind of finding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FindingKind {
    /// A quoted clause does not stand in its document any more.
    PolicyDrift,
    /// The last day of an exception has gone.
    ExceptionExpired,
    /// A rule or exception that no flow has to do with.
    Unused,
}

impl FindingKind {
    /// The word for it in policies and reports.
    pub fn as_str(self) -> &'static str {
        match self {
            FindingKind::PolicyDrift => "policy_drift",
            FindingKind::ExceptionExpired => "exception_expired",
            FindingKind::Unused => "unused",
        }
    }
}

/// Something about the policy that somebody should look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What kind.
    pub kind: FindingKind,
    /// What it means for the run.
    pub level: Level,
    /// The rule or exception that it is about.
    pub about: Symbol,
    /// Its bytes in the policy file.
    pub range: Range<usize>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// The other place that matters: in a document.
    pub document: Option<DocumentPlace>,
}

/// A place in a document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentPlace {
    /// The document.
    pub document: Idx<Document>,
    /// Its bytes to look at; `None`: the document as a whole.
    pub range: Option<Range<usize>>,
    /// The line, from 1.
    pub line: usize,
}

/// Of so many clauses that have gone it is told what comes nearest: the search takes longer than a look-up.
const MAX_SEARCHES: usize = 20;

/// What came of the clause of each rule that has one, and the finding if that is not as it should be.
pub(super) fn clauses(
    policy: &Policy,
    documents: &DocumentTexts,
    texts: &BTreeMap<&str, DocumentText>,
) -> Vec<Option<(ClauseUse, Option<Finding>)>> {
    let mut gone = 0;
    let mut outcome = |rule: &Rule| {
        let clause = rule.clause.as_ref()?;
        let document = &policy.documents[clause.document];
        let text = texts.get(document.display.as_str());
        let lookup = text.map(|text| text.find(&clause.quote, clause.section.as_deref()));
        if lookup == Some(Lookup::Absent) {
            gone += 1;
        }
        let nearest = match (&lookup, text) {
            (Some(Lookup::Absent), Some(text)) if gone <= MAX_SEARCHES => {
                text.resembling(&clause.quote, clause.section.as_deref())
            }
            _ => None,
        };
        let source = documents.get(&document.display).map_or("", String::as_str);
        Some(judge_clause(policy, rule.id, clause, lookup, nearest, source))
    };
    policy.rules.iter().map(&mut outcome).collect()
}

fn judge_clause(
    policy: &Policy,
    rule: Symbol,
    clause: &Clause,
    lookup: Option<Lookup>,
    nearest: Option<Resembling>,
    source: &str,
) -> (ClauseUse, Option<Finding>) {
    let found = matches!(lookup, Some(Lookup::Found(_)));
    let range = match &lookup {
        Some(Lookup::Found(range) | Lookup::Elsewhere(range)) => Some(range.clone()),
        _ => nearest.as_ref().map(|sentence| sentence.range.clone()),
    };
    let line = range.as_ref().map(|range| line_of(source, range.start));
    let place = DocumentPlace { document: clause.document, range: range.clone(), line: line.unwrap_or(1) };
    let finding =
        lookup_fault(clause, &policy.documents[clause.document], lookup, nearest, place.line).map(|(message, help)| {
            Finding {
                kind: FindingKind::PolicyDrift,
                level: policy.levels.policy_drift,
                about: rule,
                range: clause.range.clone(),
                message,
                help,
                document: Some(place),
            }
        });
    (ClauseUse { found, range, line }, finding)
}

/// What has become of a clause that is not found, and what to do about it.
fn lookup_fault(
    clause: &Clause,
    document: &Document,
    lookup: Option<Lookup>,
    nearest: Option<Resembling>,
    line: usize,
) -> Option<(String, String)> {
    let path = &document.display;
    let section = clause.section.as_deref().unwrap_or_default();
    let update = "if the promise still stands, quote it as it is worded now; if it was withdrawn, withdraw the rule";
    let fault = match lookup {
        Some(Lookup::Found(_)) => return None,
        Some(Lookup::Absent) => match nearest {
            Some(now) => (
                format!("{path} does not say this any more"),
                format!("line {line} comes nearest: “{}”; {update}", now.text),
            ),
            None if clause.section.is_some() => {
                (format!("the section `{section}` of {path} does not say this"), update.to_owned())
            }
            None => (format!("{path} does not say this"), update.to_owned()),
        },
        Some(Lookup::Elsewhere(_)) => (
            format!("{path} says this on line {line}, but not in the section `{section}`"),
            "name the section in which it stands, or leave `section` out".to_owned(),
        ),
        Some(Lookup::NoSection(titles)) => {
            let help = match did_you_mean(section, titles.iter().map(String::as_str)) {
                Some(title) => format!("did you mean `{title}`?"),
                None if titles.is_empty() => "it has no headings; leave `section` out".to_owned(),
                None => format!("its sections are: {}", titles.join(", ")),
            };
            (format!("{path} has no section `{section}`"), help)
        }
        None => (format!("{path} was not read, so nothing can be said about this quote"), update.to_owned()),
    };
    Some(fault)
}

/// A rule that no flow matched.
pub(super) fn unused_rule(policy: &Policy, rule: &Rule) -> Finding {
    let id = rule.id;
    let (message, help) = match rule.stance {
        Stance::Permit => (
            format!("no flow is covered by `{id}`: the policy tells of a use that was not found in the code"),
            "if the code has stopped doing this, take the rule and its sentence out; if not, check the rule's ids",
        ),
        Stance::Forbid => (
            format!("no flow is covered by `{id}`: nothing in the code comes near what it forbids"),
            "good, if you expected that; otherwise check the rule's elements, destinations and paths",
        ),
    };
    Finding {
        kind: FindingKind::Unused,
        level: policy.levels.unused,
        about: id,
        range: rule.range.clone(),
        message,
        help: help.to_owned(),
        document: None,
    }
}

/// What is to be said of an exception in this state.
pub(super) fn exception(policy: &Policy, exception: &Exception, state: ExceptionState) -> Option<Finding> {
    let id = exception.id;
    let asks = exception.owner.as_ref().map(|owner| format!(" with {owner}")).unwrap_or_default();
    let (kind, level, range, message, help) = match (state, &exception.expires) {
        (ExceptionState::Expired, Some((last, range))) => (
            FindingKind::ExceptionExpired,
            policy.levels.exception_expired,
            range.clone(),
            format!("the exception `{id}` held until {last} and does not hold any more"),
            format!("mend what it was made for, or agree{asks} on a new date"),
        ),
        (ExceptionState::Unused, _) => (
            FindingKind::Unused,
            policy.levels.unused,
            exception.range.clone(),
            format!("no flow needs the exception `{id}`"),
            "take it out: it would hide the next flow that fits".to_owned(),
        ),
        _ => return None,
    };
    Some(Finding { kind, level, about: id, range, message, help, document: None })
}
