//! All flows against all policies: judgements, what came of each rule, clause and exception, and findings about the
//! policies themselves.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use jiff::civil::Date;

use super::document::DocumentText;
use super::finding::{self, Finding};
use super::model::{Exception, Level, Policy, Rule};
use super::scope::Subject;
use super::verdict::{Judgement, Verdict, judge};
use crate::base::{Idx, Span, lineage};
use crate::rules::model::{RuleSet, Sensitivity};
use crate::source::SourceMap;
use crate::taint::{Confidence, Flow};

/// What is judged.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The flows.
    pub flows: &'a [Flow],
    /// The fingerprint of each flow, in the same order.
    pub fingerprints: &'a [String],
    /// The files that their spans lie in.
    pub sources: &'a SourceMap,
    /// The elements with their sensitivities.
    pub rules: &'a RuleSet,
    /// The day on which it is judged, in UTC.
    pub today: Date,
    /// Overrides `min_confidence` of the policies.
    pub min_confidence: Option<Confidence>,
}

/// The texts of documents, by [`display`](super::Document::display).
pub type DocumentTexts = BTreeMap<String, String>;

/// One column of verdicts for each policy, in the order of the policies.
#[derive(Clone, Debug)]
pub struct Ruling {
    /// The columns.
    pub columns: Vec<Column>,
}

/// What one policy says.
#[derive(Clone, Debug)]
pub struct Column {
    /// One judgement for each flow, in the order of the flows.
    pub judgements: Vec<Judgement>,
    /// What came of each rule of the policy.
    pub rules: Vec<RuleUse>,
    /// What came of each exception of the policy.
    pub exceptions: Vec<ExceptionUse>,
    /// What is wrong with the policy itself, in the order of its file.
    pub findings: Vec<Finding>,
}

/// What came of a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleUse {
    /// Flows that it covers, whatever the verdict.
    pub flows: usize,
    /// What came of its clause.
    pub clause: Option<ClauseUse>,
}

/// What came of a quoted clause.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClauseUse {
    /// Whether it stands where the rule says.
    pub found: bool,
    /// The bytes of the document at which to look: the quote, or what has most in common with it.
    pub range: Option<Range<usize>>,
    /// The line, from 1, of these bytes.
    pub line: Option<usize>,
}

/// What came of an exception.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExceptionUse {
    /// Flows that it sets an objection aside for.
    pub flows: usize,
    /// Its state.
    pub state: ExceptionState,
}

/// Whether an exception is in force.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExceptionState {
    /// In force, and some flow needs it.
    Active,
    /// Its last day has gone.
    Expired,
    /// In force, but no flow needs it.
    Unused,
}

impl ExceptionState {
    /// The word for it in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            ExceptionState::Active => "active",
            ExceptionState::Expired => "expired",
            ExceptionState::Unused => "unused",
        }
    }
}

impl Ruling {
    /// Flows and findings of level fail, over all policies.
    pub fn failing(&self) -> usize {
        self.columns.iter().map(Column::failing).sum()
    }
}

impl Column {
    /// How many flows have this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.judgements.iter().filter(|judgement| judgement.verdict == verdict).count()
    }

    /// Flows and findings of level fail.
    pub fn failing(&self) -> usize {
        let flows = self.judgements.iter().filter(|judgement| judgement.level == Level::Fail).count();
        flows + self.findings.iter().filter(|finding| finding.level == Level::Fail).count()
    }
}

/// Judges every flow by every policy.
pub fn rule(case: &Case<'_>, policies: &[Policy], documents: &DocumentTexts) -> Ruling {
    let sensitivities = case.rules.elements.iter().map(|element| (element.id.as_str(), element.sensitivity)).collect();
    let texts = documents.iter().map(|(path, text)| (path.as_str(), DocumentText::of_markdown(text))).collect();
    let columns = policies.iter().map(|policy| column(case, policy, &sensitivities, documents, &texts)).collect();
    Ruling { columns }
}

/// Looks up the clauses of a policy without judging any flow.
pub fn check_clauses(policy: &Policy, documents: &DocumentTexts) -> Vec<Finding> {
    let texts = documents.iter().map(|(path, text)| (path.as_str(), DocumentText::of_markdown(text))).collect();
    finding::clauses(policy, documents, &texts).into_iter().filter_map(|clause| clause?.1).collect()
}

fn column(
    case: &Case<'_>,
    policy: &Policy,
    sensitivities: &HashMap<&str, Sensitivity>,
    documents: &DocumentTexts,
    texts: &BTreeMap<&str, DocumentText>,
) -> Column {
    let expired = |exception: &Exception| exception.expires.as_ref().is_some_and(|(last, _)| *last < case.today);
    let in_force: Vec<Idx<Exception>> = policy
        .exceptions
        .iter_enumerated()
        .filter(|(_, exception)| !expired(exception))
        .map(|(index, _)| index)
        .collect();
    let least = case.min_confidence.or(policy.scan.min_confidence).unwrap_or(Confidence::Medium);
    let mut covered: HashMap<Idx<Rule>, usize> = HashMap::new();
    let mut needed: HashMap<Idx<Exception>, usize> = HashMap::new();
    let mut judgements = Vec::with_capacity(case.flows.len());
    for (index, flow) in case.flows.iter().enumerate() {
        let seen_from_policy = |span: Span| policy.file.folder.relative(&case.sources.file(span.file).path);
        let (disclosure, sink) = (seen_from_policy(flow.disclosure.span), seen_from_policy(flow.sink.span));
        let subject = Subject {
            flow,
            fingerprint: case.fingerprints.get(index).map_or("", String::as_str),
            sensitivity: lineage(&flow.element).find_map(|id| sensitivities.get(id).copied()),
            paths: [&disclosure, &sink],
        };
        let mut hearing = judge(policy, &in_force, &subject);
        if flow.confidence < least {
            hearing.judgement.level = Level::None;
        }
        hearing.rules.iter().for_each(|rule| *covered.entry(*rule).or_default() += 1);
        hearing.exceptions.iter().for_each(|exception| *needed.entry(*exception).or_default() += 1);
        judgements.push(hearing.judgement);
    }

    let mut findings = Vec::new();
    let mut rules = Vec::new();
    let clauses = finding::clauses(policy, documents, texts);
    for ((index, rule), clause) in policy.rules.iter_enumerated().zip(clauses) {
        let flows = covered.get(&index).copied().unwrap_or(0);
        let (clause, drift) = clause.unzip();
        findings.extend(drift.flatten());
        if flows == 0 {
            findings.push(finding::unused_rule(policy, rule));
        }
        rules.push(RuleUse { flows, clause });
    }
    let mut exceptions = Vec::new();
    for (index, exception) in policy.exceptions.iter_enumerated() {
        let flows = needed.get(&index).copied().unwrap_or(0);
        let state = match (expired(exception), flows) {
            (true, _) => ExceptionState::Expired,
            (false, 0) => ExceptionState::Unused,
            (false, _) => ExceptionState::Active,
        };
        findings.extend(finding::exception(policy, exception, state));
        exceptions.push(ExceptionUse { flows, state });
    }
    findings.retain(|finding| finding.level > Level::None);
    findings.sort_by_key(|finding| (finding.range.start, finding.kind));
    Column { judgements, rules, exceptions, findings }
}
