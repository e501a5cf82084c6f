//! The report as text: what a person reads in a terminal or a build log.
//!
//! First the flows that fail or warn, grouped by the file in which somebody has to act; then what is wrong with the
//! policies; then the numbers, what was left out, and the result.

mod escape;
mod excerpt;
mod flow;
mod paint;
mod unmodelled;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use crate::policy::{BUILT_IN_NOTE, Level, Verdict};
use crate::report::model::{FindingReport, FlowReport, PolicyReport, Report, Trouble};

pub use escape::visible;
pub use flow::full as explain_flow;
pub use paint::Paint;

use excerpt::excerpt;

/// Flows that are shown in full, unless all are asked for.
const MAX_FLOWS: usize = 50;
/// Files with trouble that are named, unless all are asked for.
const MAX_TROUBLES: usize = 20;

/// How the text is to be.
#[derive(Clone, Copy, Debug)]
pub struct TextOptions {
    /// With colours.
    pub color: bool,
    /// Everything, however long.
    pub all: bool,
    /// With the library calls that have no model.
    pub unmodelled: bool,
}

/// Writes the report.
pub fn write(report: &Report, options: TextOptions, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint::new(options.color);
    out.write_all(flows(report, options.all, paint).as_bytes())?;
    out.write_all(findings(report, paint).as_bytes())?;
    if options.unmodelled {
        out.write_all(unmodelled::unmodelled(report, options.all, paint).as_bytes())?;
    }
    out.write_all(troubles(report, options.all, paint).as_bytes())?;
    out.write_all(numbers(report, paint).as_bytes())?;
    out.write_all(result(report, paint).as_bytes())
}

/// The numbers and the result alone, with what was not understood: for whoever reads the report in another format.
pub fn summary(report: &Report, options: TextOptions) -> String {
    let paint = Paint::new(options.color);
    [troubles(report, options.all, paint), numbers(report, paint), result(report, paint)].concat()
}

/// The flows that fail or warn, the failing ones first in line when there are too many, by file of the disclosure.
fn flows(report: &Report, all: bool, paint: Paint) -> String {
    let mut acting: Vec<&FlowReport> = report.flows.iter().filter(|flow| flow.level() > Level::None).collect();
    acting.sort_by_key(|flow| std::cmp::Reverse(flow.level()));
    let total = acting.len();
    if !all {
        acting.truncate(MAX_FLOWS);
    }
    let mut files: BTreeMap<&str, Vec<&FlowReport>> = BTreeMap::new();
    for flow in &acting {
        files.entry(&flow.disclosure.place.file).or_default().push(flow);
    }
    let mut text = String::new();
    for (file, mut flows) in files {
        flows.sort_by_key(|flow| flow.disclosure.place.start);
        text.push_str(&format!("{}\n\n", paint.bold(&visible(file))));
        for shown in flows {
            text.push_str(&flow::brief(report, shown, paint));
            text.push('\n');
        }
    }
    if total > acting.len() {
        text.push_str(&format!("… and {} more flows that fail or warn; --all shows them\n\n", total - acting.len()));
    }
    text
}

/// What is wrong with the policies themselves.
fn findings(report: &Report, paint: Paint) -> String {
    let mut text = String::new();
    for policy in &report.policies {
        let findings: Vec<&FindingReport> =
            policy.findings.iter().filter(|finding| finding.level > Level::None).collect();
        if findings.is_empty() {
            continue;
        }
        text.push_str(&format!("{}\n\n", paint.bold(&visible(&policy.file))));
        for finding in findings {
            let kind = paint.by_level(finding.level, &finding.kind.as_str().replace('_', " "));
            text.push_str(&format!("  {kind}  {}\n", paint.bold(&visible(&finding.message))));
            text.push_str(&excerpt(&finding.place, paint));
            if let Some(place) = finding.document.as_ref().filter(|place| place.start != place.end) {
                text.push_str(&format!("       {}\n", paint.dim(&visible(&place.file))));
                text.push_str(&excerpt(place, paint));
            }
            text.push_str(&format!("         {}\n\n", visible(&finding.help)));
        }
    }
    text
}

/// What was not read or not understood; notes are left to the other formats.
fn troubles(report: &Report, all: bool, paint: Paint) -> String {
    let grave: Vec<&Trouble> = report.diagnostics.iter().filter(|trouble| trouble.level != "note").collect();
    if grave.is_empty() {
        return String::new();
    }
    let mut text = format!("{}\n\n", paint.bold("Not fully understood"));
    let shown = if all { grave.len() } else { grave.len().min(MAX_TROUBLES) };
    for trouble in &grave[..shown] {
        let line = trouble.place.as_ref().map(|place| format!(":{}", place.start.line)).unwrap_or_default();
        let file = trouble.file.as_deref().map(|file| format!("{}{line}: ", visible(file))).unwrap_or_default();
        text.push_str(&format!(
            "  {file}{} {}\n",
            visible(&trouble.message),
            paint.dim(&format!("[{}]", trouble.code))
        ));
    }
    if grave.len() > shown {
        text.push_str(&format!("  … and {} more; --all shows them\n", grave.len() - shown));
    }
    text.push('\n');
    text
}

/// Flows by verdict, and what was scanned and left out.
fn numbers(report: &Report, paint: Paint) -> String {
    let mut text = String::new();
    for policy in &report.policies {
        let title = if policy.built_in { policy.name.clone() } else { format!("{} ({})", policy.name, policy.file) };
        text.push_str(&format!("{}\n", paint.bold(&visible(&title))));
        text.push_str(&verdicts(report, policy, paint));
    }
    let summary = &report.summary;
    let languages: Vec<String> = summary.languages.iter().map(|(key, count)| format!("{key} {count}")).collect();
    let languages = if languages.is_empty() { String::new() } else { format!(" ({})", languages.join(", ")) };
    let (files, lines) = (counted(summary.files, "file"), counted(summary.lines, "line"));
    text.push_str(&format!("Scanned {files}{languages}, {lines}.\n"));
    let skipped = &summary.skipped;
    let left_out: Vec<String> = [
        (skipped.tests, "test file", " (--include-tests)"),
        (skipped.ignored, "ignored file or folder", ""),
        (skipped.too_large, "too large file", ""),
        (skipped.unreadable, "unreadable file", ""),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, what, flag)| format!("{}{flag}", counted(count, what)))
    .collect();
    if !left_out.is_empty() {
        text.push_str(&format!("Left out: {}.\n", left_out.join(", ")));
    }
    text.push_str(&dependencies(report));
    text
}

/// The vendors whose software the builds ask for, on one line.
fn dependencies(report: &Report) -> String {
    let mut vendors: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for dependency in &report.dependencies {
        vendors.entry(&dependency.destination).or_default().insert(&dependency.coordinate);
    }
    if vendors.is_empty() {
        return String::new();
    }
    let named = vendors.iter().map(|(destination, coordinates)| {
        let coordinates: Vec<String> = coordinates.iter().map(|coordinate| visible(coordinate).into_owned()).collect();
        format!("{destination} ({})", coordinates.join(", "))
    });
    format!("Declared dependencies on vendors: {}.\n", named.collect::<Vec<_>>().join("; "))
}

/// One line for each verdict that occurs.
fn verdicts(report: &Report, policy: &PolicyReport, paint: Paint) -> String {
    let mut text = String::new();
    for &(verdict, count) in policy.verdicts.iter().filter(|(_, count)| *count > 0) {
        let at = |level: Level| {
            let given = report.flows.iter().flat_map(|flow| &flow.verdicts);
            given.filter(|given| (&given.policy, given.verdict, given.level) == (&policy.name, verdict, level)).count()
        };
        let (fail, warn, none) = (at(Level::Fail), at(Level::Warn), at(Level::None));
        let mut parts = Vec::new();
        if fail > 0 {
            parts.push(paint.by_level(Level::Fail, &format!("{fail} fail")));
        }
        if warn > 0 {
            parts.push(paint.by_level(Level::Warn, &format!("{warn} warn")));
        }
        if none > 0 && !matches!(verdict, Verdict::Permitted | Verdict::Excepted) {
            parts.push(format!("{none} allowed or of too little confidence"));
        }
        let words = verdict.as_str().replace('_', " ");
        text.push_str(format!("  {words:<16}{count:>5}  {}", parts.join(", ")).trim_end());
        text.push('\n');
    }
    text
}

/// The last words: what the run comes to.
fn result(report: &Report, paint: Paint) -> String {
    let mut text = String::new();
    if report.flows.is_empty() && report.summary.files > 0 {
        text.push_str(&nothing_found(report));
    }
    if !report.complete {
        text.push_str("The analysis is incomplete: something was not read or not understood, as told above.\n");
    }
    let failing_flows = report.flows.iter().filter(|flow| flow.level() == Level::Fail).count();
    let findings = report.policies.iter().flat_map(|policy| &policy.findings);
    let failing_findings = findings.filter(|finding| finding.level == Level::Fail).count();
    let mut reasons = Vec::new();
    if failing_flows > 0 {
        reasons.push(counted(failing_flows, "flow"));
    }
    if failing_findings > 0 {
        reasons.push(counted(failing_findings, "policy finding"));
    }
    if !reasons.is_empty() {
        text.push_str(&paint.by_level(Level::Fail, &format!("Fails: {}.", reasons.join(" and "))));
        text.push('\n');
    } else if report.summary.files > 0 {
        text.push_str(&paint.by_level(Level::None, "Nothing fails."));
        text.push('\n');
    }
    if report.policies.iter().any(|policy| policy.built_in) {
        text.push_str(&format!("{BUILT_IN_NOTE}\n"));
    }
    text
}

/// Honest words for an empty result.
fn nothing_found(report: &Report) -> String {
    let places: usize = report.elements.iter().map(|element| element.occurrences.len()).sum();
    let sinks = counted(report.sink_sites, "call or statement");
    match (places, report.sink_sites) {
        (0, _) => format!("No personal data was recognised; {sinks} would let data out.\n"),
        (_, 0) => {
            format!("Personal data was recognised in {}, and nothing that lets data out.\n", counted(places, "place"))
        }
        _ => format!(
            "Personal data was recognised in {}; none was seen to reach any of {sinks} that let data out.\n",
            counted(places, "place")
        ),
    }
}

/// `1 file`, `2 files`.
pub fn counted(count: usize, what: &str) -> String {
    match (count, what.split_once(" or ")) {
        (1, _) => format!("1 {what}"),
        (_, Some((one, other))) => format!("{count} {one}s or {other}s"),
        (_, None) => format!("{count} {what}s"),
    }
}
