//! The report as SARIF 2.1.0: what code review shows.
//!
//! A result is a flow that fails or warns, once for each policy that objects, or a finding about a policy. Numbers of
//! sections are those of the OASIS standard. Columns are UTF-16 code units, as `columnKind` says.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use crate::policy::{FindingKind, Level};
use crate::report::model::{FindingReport, FlowReport, Place, PolicyReport, Report, Trouble, VerdictReport};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Stands for the root of the scan, which the reader of the file knows.
const ROOT: &str = "%SRCROOT%";

/// Writes the report.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    serde_json::to_writer_pretty(&mut out, &log(report))?;
    out.write_all(b"\n")?;
    out.flush()
}

/// 3.13 sarifLog
#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

/// 3.14 run
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    invocations: [Invocation; 1],
    original_uri_base_ids: BTreeMap<&'static str, Location>,
    column_kind: &'static str,
    results: Vec<Outcome>,
}

/// 3.18 tool
#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

/// 3.19 toolComponent
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    semantic_version: &'static str,
    rules: Vec<Descriptor>,
}

/// 3.49 reportingDescriptor
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: String,
    short_description: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    full_description: Option<Message>,
}

/// 3.20 invocation
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Notification>,
}

/// 3.58 notification
#[derive(Serialize)]
struct Notification {
    descriptor: Reference,
    level: &'static str,
    message: Message,
    locations: Vec<SpecificLocation>,
}

/// 3.52 reportingDescriptorReference
#[derive(Serialize)]
struct Reference {
    id: &'static str,
}

/// 3.27 result
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    rule_id: String,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: [SpecificLocation; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    code_flows: Vec<CodeFlow>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<SpecificLocation>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    properties: Properties,
}

/// 3.8 propertyBag: the words of Candor.
#[derive(Serialize)]
#[serde(untagged)]
enum Properties {
    Flow {
        element: String,
        destination: String,
        host: Option<String>,
        protections: Vec<String>,
        confidence: &'static str,
        policy: String,
        verdict: &'static str,
    },
    Finding {
        policy: String,
        about: String,
    },
}

/// 3.36 codeFlow
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CodeFlow {
    thread_flows: [ThreadFlow; 1],
}

/// 3.37 threadFlow
#[derive(Serialize)]
struct ThreadFlow {
    locations: Vec<ThreadFlowLocation>,
}

/// 3.38 threadFlowLocation
#[derive(Serialize)]
struct ThreadFlowLocation {
    location: SpecificLocation,
    kinds: [String; 1],
}

/// 3.28 location
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SpecificLocation {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

/// 3.29 physicalLocation
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: Location,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

/// 3.4 artifactLocation
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Message>,
}

/// 3.30 region
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Snippet>,
}

/// 3.3 artifactContent
#[derive(Serialize)]
struct Snippet {
    text: String,
}

/// 3.11 message
#[derive(Serialize)]
struct Message {
    text: String,
}

impl Message {
    /// Plain text; brackets would be read as links (3.11.6).
    fn new(text: impl AsRef<str>) -> Message {
        Message { text: text.as_ref().replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]") }
    }
}

fn log(report: &Report) -> Log {
    let mut results = Vec::new();
    let mut descriptors: BTreeMap<String, Descriptor> = BTreeMap::new();
    for policy in &report.policies {
        for finding in policy.findings.iter().filter(|finding| finding.level > Level::None) {
            let descriptor = of_finding(finding.kind);
            results.push(finding_result(policy, finding));
            descriptors.entry(descriptor.id.clone()).or_insert(descriptor);
        }
    }
    for flow in &report.flows {
        for verdict in flow.verdicts.iter().filter(|verdict| verdict.level > Level::None) {
            let descriptor = of_verdict(report, flow, verdict);
            results.push(flow_result(report, flow, verdict, descriptor.id.clone()));
            descriptors.entry(descriptor.id.clone()).or_insert(descriptor);
        }
    }
    let ids: Vec<String> = descriptors.keys().cloned().collect();
    for result in &mut results {
        // Every result has given a descriptor.
        result.rule_index = ids.binary_search(&result.rule_id).unwrap_or(0);
    }
    let root = Location { uri: None, uri_base_id: None, description: Some(Message::new("The root of the scan.")) };
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "Candor",
                semantic_version: env!("CARGO_PKG_VERSION"),
                rules: descriptors.into_values().collect(),
            },
        },
        invocations: [Invocation {
            execution_successful: true,
            tool_execution_notifications: report.diagnostics.iter().map(notification).collect(),
        }],
        original_uri_base_ids: BTreeMap::from([(ROOT, root)]),
        column_kind: "utf16CodeUnits",
        results,
    };
    Log { schema: SCHEMA, version: "2.1.0", runs: [run] }
}

fn of_verdict(report: &Report, flow: &FlowReport, verdict: &VerdictReport) -> Descriptor {
    let rule = verdict.rule.as_deref().and_then(|id| report.rule(&verdict.policy, id));
    match rule {
        Some((policy, rule)) => Descriptor {
            id: rule.id.clone(),
            short_description: Message::new(format!("{} {}.", policy.name, rule.sentence)),
            full_description: rule.clause.as_ref().map(|clause| Message::new(format!("“{}”", clause.quote))),
        },
        None => Descriptor {
            id: format!("undisclosed/{}", flow.destination),
            short_description: Message::new(format!(
                "Personal data reaches {}, and the policy does not speak of it.",
                flow.destination
            )),
            full_description: None,
        },
    }
}

fn of_finding(kind: FindingKind) -> Descriptor {
    let text = match kind {
        FindingKind::PolicyDrift => "A quoted clause does not stand in its document.",
        FindingKind::ExceptionExpired => "The last day of an exception has gone.",
        FindingKind::Unused => "No flow has to do with a rule or exception.",
    };
    Descriptor { id: kind.as_str().to_owned(), short_description: Message::new(text), full_description: None }
}

fn flow_result(report: &Report, flow: &FlowReport, verdict: &VerdictReport, rule_id: String) -> Outcome {
    let source = &flow.source;
    let mut text = format!("{} from {} reaches {}", flow.element_name, source.symbol, flow.destination);
    if let Some(host) = &flow.host {
        text.push_str(&format!(" at {host}"));
    }
    text.push('.');
    if let Some(because) = &verdict.because {
        text.push_str(&format!(" {}: {because}.", capitalised(&verdict.verdict.as_str().replace('_', " "))));
    }
    let mut related = vec![
        location(&flow.sink.call.place, Some(1), Some(format!("sink: {}", flow.sink.call.callee))),
        location(&source.place, Some(2), Some(format!("source: {}", source.symbol))),
    ];
    let rule = verdict.rule.as_deref().and_then(|id| report.rule(&verdict.policy, id));
    if let Some(clause) = rule.and_then(|(_, rule)| rule.clause.as_ref())
        && let Some(place) = &clause.place
    {
        related.push(location(place, Some(3), Some(format!("clause: “{}”", clause.quote))));
    }
    Outcome {
        rule_id,
        rule_index: 0,
        level: level(verdict.level),
        message: Message::new(text),
        locations: [location(&flow.disclosure.place, None, None)],
        code_flows: vec![code_flow(flow)],
        related_locations: related,
        partial_fingerprints: BTreeMap::from([("candorFlow/v1", flow.fingerprint.clone())]),
        properties: Properties::Flow {
            element: flow.element.clone(),
            destination: flow.destination.clone(),
            host: flow.host.clone(),
            protections: flow.protections.clone(),
            confidence: flow.confidence.as_str(),
            policy: verdict.policy.clone(),
            verdict: verdict.verdict.as_str(),
        },
    }
}

fn code_flow(flow: &FlowReport) -> CodeFlow {
    let step = |place: &Place, kind: &str, text: &str| ThreadFlowLocation {
        location: location(place, None, Some(format!("{kind}: {text}"))),
        kinds: [kind.to_owned()],
    };
    let locations = match flow.steps.as_slice() {
        [] => vec![
            step(&flow.source.place, "source", &flow.source.symbol),
            step(&flow.disclosure.place, "disclosure", &flow.disclosure.callee),
            step(&flow.sink.call.place, "sink", &flow.sink.call.callee),
        ],
        steps => steps.iter().map(|taken| step(&taken.place, &taken.kind, &taken.text)).collect(),
    };
    CodeFlow { thread_flows: [ThreadFlow { locations }] }
}

fn finding_result(policy: &PolicyReport, finding: &FindingReport) -> Outcome {
    let document = finding.document.as_ref();
    let related = document.map(|place| location(place, Some(1), Some("the document".to_owned())));
    let fingerprint = format!("{}/{}/{}", finding.kind.as_str(), policy.name, finding.about);
    Outcome {
        rule_id: finding.kind.as_str().to_owned(),
        rule_index: 0,
        level: level(finding.level),
        message: Message::new(format!("{}: {}.", capitalised(&finding.message), finding.help)),
        locations: [location(&finding.place, None, None)],
        code_flows: Vec::new(),
        related_locations: related.into_iter().collect(),
        partial_fingerprints: BTreeMap::from([("candorFinding/v1", fingerprint)]),
        properties: Properties::Finding { policy: policy.name.clone(), about: finding.about.clone() },
    }
}

fn notification(trouble: &Trouble) -> Notification {
    let whole_file = |file: &String| SpecificLocation {
        id: None,
        physical_location: PhysicalLocation { artifact_location: artifact(file), region: None },
        message: None,
    };
    let place = trouble.place.as_ref().map(|place| location(place, None, None));
    Notification {
        descriptor: Reference { id: trouble.code },
        level: trouble.level,
        message: Message::new(&trouble.message),
        locations: place.or_else(|| trouble.file.as_ref().map(whole_file)).into_iter().collect(),
    }
}

fn location(place: &Place, id: Option<usize>, message: Option<String>) -> SpecificLocation {
    let region = Region {
        start_line: place.start.line,
        start_column: place.start.utf16_column,
        end_line: place.end.line,
        end_column: place.end.utf16_column,
        snippet: place.snippet.clone().map(|text| Snippet { text }),
    };
    SpecificLocation {
        id,
        physical_location: PhysicalLocation { artifact_location: artifact(&place.file), region: Some(region) },
        message: message.map(Message::new),
    }
}

fn artifact(file: &str) -> Location {
    let is_absolute = file.starts_with('/');
    let uri = if is_absolute { format!("file://{}", percent_encoded(file)) } else { percent_encoded(file) };
    Location { uri: Some(uri), uri_base_id: (!is_absolute).then_some(ROOT), description: None }
}

/// A path as a URI reference: all but unreserved characters and `/` are encoded (RFC 3986, 2.1).
fn percent_encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(byte.into()),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Fail => "error",
        Level::Warn => "warning",
        Level::None => "none",
    }
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
