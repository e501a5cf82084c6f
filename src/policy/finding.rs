//! What is wrong with a policy itself, although it can be understood: sentences for people, with places.

use std::collections::BTreeMap;
use std::ops::Range;

use super::document::{DocumentText, Lookup};
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

/// Looks up the clause of a rule, where it has one: what came of it, and the finding if that is not as it should be.
pub(super) fn clause(
    policy: &Policy,
    rule: &Rule,
    documents: &DocumentTexts,
    texts: &BTreeMap<&str, DocumentText>,
) -> Option<(ClauseUse, Option<Finding>)> {
    let clause = rule.clause.as_ref()?;
    let document = &policy.documents[clause.document];
    let lookup = texts.get(document.display.as_str()).map(|text| text.find(&clause.quote, clause.section.as_deref()));
    let source = documents.get(&document.display).map_or("", String::as_str);
    let (found, range) = match &lookup {
        Some(Lookup::Found(range)) => (true, Some(range.clone())),
        Some(Lookup::Elsewhere(range)) => (false, Some(range.clone())),
        Some(Lookup::Absent(resembling)) => (false, resembling.as_ref().map(|sentence| sentence.range.clone())),
        Some(Lookup::NoSection(_)) | None => (false, None),
    };
    let line = range.as_ref().map(|range| line_of(source, range.start));
    let (message, help) = drift(clause, document, lookup, line);
    let finding = (!found).then(|| Finding {
        kind: FindingKind::PolicyDrift,
        level: policy.levels.policy_drift,
        about: rule.id,
        range: clause.range.clone(),
        message,
        help,
        document: Some(DocumentPlace { document: clause.document, range: range.clone(), line: line.unwrap_or(1) }),
    });
    Some((ClauseUse { found, range, line }, finding))
}

/// What has become of a clause, and what to do about it.
fn drift(clause: &Clause, document: &Document, lookup: Option<Lookup>, line: Option<usize>) -> (String, String) {
    let path = &document.display;
    let section = clause.section.as_deref().unwrap_or_default();
    let line = line.unwrap_or(1);
    let update = "if the promise still stands, quote it as it is worded now; if it was withdrawn, withdraw the rule";
    match lookup {
        Some(Lookup::Absent(Some(now))) => (
            format!("{path} does not say this any more"),
            format!("line {line} comes nearest: “{}”; {update}", now.text),
        ),
        Some(Lookup::Absent(None)) if clause.section.is_some() => {
            (format!("the section `{section}` of {path} does not say this"), update.to_owned())
        }
        Some(Lookup::Absent(None)) => (format!("{path} does not say this"), update.to_owned()),
        Some(Lookup::Elsewhere(_)) => (
            format!("{path} says this on line {line}, but not in the section `{section}`"),
            "name the section in which it stands, or leave `section` out".to_owned(),
        ),
        Some(Lookup::NoSection(titles)) => {
            let near = did_you_mean(section, titles.iter().map(String::as_str));
            let help = match near {
                Some(title) => format!("did you mean `{title}`?"),
                None if titles.is_empty() => "it has no headings; leave `section` out".to_owned(),
                None => format!("its sections are: {}", titles.join(", ")),
            };
            (format!("{path} has no section `{section}`"), help)
        }
        None => (format!("{path} was not read, so nothing can be said about this quote"), update.to_owned()),
        Some(Lookup::Found(_)) => (String::new(), String::new()),
    }
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
