//! Policies: verdicts, exceptions, quoted clauses, and mistakes in policy files.

mod clauses;
mod errors;
mod exceptions;
mod hostile;
mod order;
mod verdicts;

use candor::base::{FileId, Span, Symbol};
use candor::policy::{Case, Column, DocumentTexts, Folder, Judgement, Level, Policy, PolicyFile, load, rule};
use candor::rules::model::{Destination, Element, Names, RuleSet, Sensitivity};
use candor::source::{SourceFile, SourceMap};
use candor::taint::{CallPoint, Confidence, Flow, SourceKind, SourcePoint, Step, StepKind};

/// The files of every case, in the order of their paths.
const FILES: [&str; 4] = ["app/Log.java", "app/legacy/Import.java", "app/legacy/deep/Old.java", "web/Page.java"];

/// A few elements, destinations and effects to write policies about.
fn rule_set() -> RuleSet {
    let element = |id: &str, sensitivity| Element {
        id: id.into(),
        name: id.to_owned(),
        sensitivity,
        dpv: None,
        play: None,
        subjects: vec![],
        names: Names::default(),
        owners: vec![],
        types: vec![],
        permissions: vec![],
        yields: false,
    };
    let destination =
        |id: &str| Destination { id: id.into(), entity: None, country: None, hosts: vec![], packages: vec![] };
    RuleSet {
        elements: vec![
            element("user.contact.email", Sensitivity::Medium),
            element("user.contact.phone_number", Sensitivity::Medium),
            element("user.device.ip_address", Sensitivity::Low),
            element("user.health_and_medical", Sensitivity::Special),
            element("user.name", Sensitivity::Low),
        ],
        destinations: [
            "ads.acme",
            "analytics.acme",
            "crash_report.sentry",
            "email",
            "log",
            "network.first_party",
            "network.third_party",
            "network.unknown",
            "storage.database",
            "storage.file",
        ]
        .map(destination)
        .to_vec(),
        effects: ["encrypted", "hashed", "hashed.keyed", "redacted"].map(Symbol::new).to_vec(),
        ..RuleSet::default()
    }
}

/// A flow of `element` to `destination`, disclosed in `app/Log.java`, of high confidence.
fn flow(element: &str, destination: &str) -> Flow {
    let span = Span::new(FileId(0), 0, 1);
    let call = CallPoint { span, callee: "Logger.info".into(), function: "app.Log.write/1".into() };
    let step = |kind| Step { span, kind, function: None };
    Flow {
        element: element.into(),
        destination: destination.into(),
        host: None,
        protections: vec![],
        possible_protections: vec![],
        confidence: Confidence::High,
        evidence: vec![],
        source: SourcePoint {
            span,
            symbol: "User.email".into(),
            function: None,
            kind: SourceKind::Field,
            rule: "x".into(),
        },
        other_sources: vec![],
        disclosure: call.clone(),
        sink: call,
        argument: Some(0),
        sink_rule: "log".into(),
        stored_as: None,
        skeleton: String::new(),
        steps: vec![step(StepKind::Source), step(StepKind::Disclosure), step(StepKind::Sink)],
    }
}

/// Protections that are proven, and those that an unmodelled call speaks of.
fn protected(mut flow: Flow, proven: &[&str], possible: &[&str]) -> Flow {
    flow.protections = proven.iter().map(|effect| Symbol::new(effect)).collect();
    flow.possible_protections = possible.iter().map(|effect| Symbol::new(effect)).collect();
    flow
}

/// A flow that is disclosed in one file of [`FILES`] and ends in another.
fn placed(mut flow: Flow, disclosure: usize, sink: usize) -> Flow {
    flow.disclosure.span.file = FileId(disclosure as u32);
    flow.sink.span.file = FileId(sink as u32);
    flow
}

fn at_host(mut flow: Flow, host: &str) -> Flow {
    flow.host = Some(host.into());
    flow
}

fn file(text: &str) -> PolicyFile {
    PolicyFile { path: "candor.yaml".to_owned(), text: text.to_owned(), folder: Folder::Inside(String::new()) }
}

/// The policy in `text`, to which `version: 1` is added.
fn policy(text: &str) -> Policy {
    load(file(&format!("version: 1\n{text}")), &rule_set()).unwrap_or_else(|problems| panic!("{text}: {problems:#?}"))
}

/// Judges `flows` on 2027-01-31; the fingerprint of each is `f`, its number and fifteen zeros.
fn rule_on(flows: &[Flow], policy: &Policy, documents: &[(&str, &str)], today: &str) -> Column {
    let sources = SourceMap::new(FILES.map(|path| SourceFile { path: path.to_owned(), text: "x".to_owned() }).to_vec());
    let fingerprints: Vec<String> = (0..flows.len()).map(|index| format!("f{index:x}000000000000000")).collect();
    let documents: DocumentTexts = documents.iter().map(|(path, text)| ((*path).into(), (*text).into())).collect();
    let case = Case {
        flows,
        fingerprints: &fingerprints,
        sources: &sources,
        rules: &rule_set(),
        today: today.parse().expect("a date"),
        min_confidence: None,
    };
    let mut ruling = rule(&case, std::slice::from_ref(policy), &documents);
    ruling.columns.remove(0)
}

fn judge(flow: Flow, policy: &Policy) -> Judgement {
    rule_on(&[flow], policy, &[], "2027-01-31").judgements.remove(0)
}

/// `verdict level by-rule`, as `forbidden fail by no-logs`.
fn outcome(flow: Flow, policy: &Policy) -> String {
    let judgement = judge(flow, policy);
    let level = match judgement.level {
        Level::None => "none",
        Level::Warn => "warn",
        Level::Fail => "fail",
    };
    let by = judgement.rule.map(|rule| format!(" by {}", policy.rules[rule].id)).unwrap_or_default();
    format!("{} {level}{by}", judgement.verdict.as_str())
}
