//! Scans a case and turns what the scan found into lines that can be compared with markers.

use std::collections::BTreeSet;

use crate::base::{Span, Symbol, yaml};
use crate::examples::compare::{Complaint, Found, FoundFlow, FoundSite, Place, complaints, report};
use crate::examples::markers::{Marker, markers};
use crate::examples::{Case, Named};
use crate::policy::{self, DocumentTexts, Folder, Policy, PolicyFile};
use crate::rules::model::RuleSet;
use crate::rules::{self, FileProblems, RuleFile, RuleSources};
use crate::scan::{Input, Scan, ScanOptions, scan};

/// What a scan of a case came to.
pub struct Outcome {
    /// Flows and sinks.
    pub found: Found,
    /// Ids of the rules that the scan made use of.
    pub rules_used: BTreeSet<Symbol>,
}

/// Scans `case` and compares the result with its markers; the error is a text that shows all differences.
pub fn check(case: &Case) -> Result<Outcome, String> {
    check_with(case, rules_of(case)?)
}

/// As [`check`], with rules that are loaded already in place of those that the case names.
pub fn check_with(case: &Case, rules: RuleSet) -> Result<Outcome, String> {
    let markers = markers_of(&case.files, &rules)?;
    let outcome = scan_with(case, rules)?;
    let complaints = complaints(&markers, &outcome.found);
    if complaints.is_empty() {
        return Ok(outcome);
    }
    let marked: Vec<(&str, &str)> = files_to_show(case, &complaints);
    Err(report(&marked, &outcome.found, &complaints))
}

/// What a scan of `case` finds, whatever its markers say.
pub fn found_in(case: &Case) -> Result<Found, String> {
    let rules = rules_of(case)?;
    Ok(scan_with(case, rules)?.found)
}

/// Ids of the rules that a scan of `case` makes use of, whatever its markers say.
pub fn used_in(case: &Case) -> Result<BTreeSet<Symbol>, String> {
    let rules = rules_of(case)?;
    Ok(scan_with(case, rules)?.rules_used)
}

fn rules_of(case: &Case) -> Result<RuleSet, String> {
    let files = case.rules.iter().map(|(path, text)| RuleFile { path: path.clone(), text: text.clone() }).collect();
    let sources =
        RuleSources { builtin_rules: case.options.builtin_rules, builtin_models: case.options.builtin_models, files };
    let rendered =
        |problems: Vec<FileProblems>| problems.iter().map(|problem| problem.render(false)).collect::<String>();
    Ok(rules::load(&sources).map_err(rendered)?.rules)
}

/// All markers of a case. A case without any proves nothing, and one that is `clean` of an element that no rule declares
/// proves nothing either.
fn markers_of(files: &[Named], rules: &RuleSet) -> Result<Vec<Marker>, String> {
    let mut all = Vec::new();
    let mut problems = String::new();
    for (path, text) in files {
        let (found, errors) = markers(path, text);
        problems.extend(errors.iter().map(|error| format!("{path}:{}: {}\n", error.line, error.message)));
        let unknown = found.iter().filter(|marker| !is_declared(&marker.element, rules));
        problems.extend(unknown.map(|marker| format!("{path}:{}: no element is {}\n", marker.line, marker.element)));
        all.extend(found);
    }
    if all.is_empty() {
        problems.push_str("no marker says what is expected\n");
    }
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}

fn is_declared(element: &str, rules: &RuleSet) -> bool {
    rules.elements.iter().any(|declared| declared.id == element)
}

fn scan_with(case: &Case, rules: RuleSet) -> Result<Outcome, String> {
    let policies: Vec<Policy> = case.policy.iter().map(|file| policy_of(file, &rules)).collect::<Result<_, _>>()?;
    let options = ScanOptions {
        input: Input::Texts(case.files.clone()),
        rules,
        policies,
        documents: DocumentTexts::from_iter(case.files.iter().cloned()),
        threads: 1,
        ..ScanOptions::default()
    };
    let scan = scan(&options).map_err(|error| error.to_string())?;
    Ok(Outcome { found: found_by(&scan, case), rules_used: scan.analysis.rules_used.clone() })
}

fn policy_of((path, text): &Named, rules: &RuleSet) -> Result<Policy, String> {
    let folder = Folder::Inside(String::new());
    let file = PolicyFile { path: path.clone(), text: text.clone(), folder };
    policy::load(file, rules).map_err(|problems| yaml::render(&problems, path, text, false))
}

fn found_by(scan: &Scan, case: &Case) -> Found {
    let place = |span: Span| Place {
        file: scan.sources.file(span.file).path.clone(),
        line: scan.sources.position(span.file, span.start as usize).line,
    };
    let judgements = scan.ruling.columns.first().map(|column| &column.judgements);
    let flows = scan.analysis.flows.iter().enumerate();
    let flows =
        flows.filter(|(_, flow)| flow.confidence >= case.options.min_confidence).map(|(index, flow)| FoundFlow {
            sink: place(flow.sink.span),
            disclosure: place(flow.disclosure.span),
            element: flow.element.to_string(),
            destination: flow.destination.to_string(),
            protections: flow.protections.iter().map(|protection| protection.to_string()).collect(),
            verdict: judgements.map(|judgements| judgements[index].verdict.as_str().to_string()),
            source: place(flow.source.span),
        });
    let sites = scan.analysis.sink_sites.iter();
    let sites = sites.map(|site| FoundSite { place: place(site.span), destination: site.destination.to_string() });
    Found { flows: flows.collect(), sites: sites.collect() }
}

/// The files that a failure is about, or all of a small case.
fn files_to_show<'c>(case: &'c Case, complaints: &[Complaint]) -> Vec<(&'c str, &'c str)> {
    let is_named = |path: &str| complaints.iter().any(|complaint| complaint.place.file == path);
    case.files.iter().filter(|(path, _)| is_named(path)).map(|(path, text)| (path.as_str(), text.as_str())).collect()
}
