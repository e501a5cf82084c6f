//! `candor explain ID`: tells what an id means.
//!
//! An id is looked up among the rules, then among the rules of the policies; six or more characters of a fingerprint
//! name a flow, which is taken from a report or found by scanning.

use std::io::{self, Write};

use crate::base::yaml::did_you_mean;
use crate::cli::arguments::ExplainArguments;
use crate::cli::configuration::scan_options;
use crate::cli::error::CommandError;
use crate::cli::output;
use crate::cli::progress::Progress;
use crate::cli::status::ExitStatus;
use crate::cli::terminal::Terminal;
use crate::policy::{Facts, Policy, Rule};
use crate::report::text::{Paint, explain_flow, visible};
use crate::report::{FlowReport, Report, catalogue, json};
use crate::scan::{ScanOptions, scan_and_tell};
use crate::source;

/// Characters of a fingerprint that are enough to name a flow.
const MIN_FINGERPRINT: usize = 6;

/// Carries the command out.
pub fn run(arguments: &ExplainArguments, terminal: Terminal) -> Result<ExitStatus, CommandError> {
    let paint = Paint::new(terminal.colored_output());
    if let Some(path) = &arguments.report {
        let text = source::read_document(path).map_err(|error| CommandError::input(path, source::reason(&error)))?;
        let report = json::read(&text).map_err(|reason| CommandError::input(path, reason))?;
        return tell_flow(&arguments.id, &report, paint);
    }
    let paths = std::slice::from_ref(&arguments.path);
    let (options, _) =
        scan_options(paths, &arguments.files, &arguments.rules, &arguments.policy, terminal.colored_errors())?;
    let lines = lines_about(&arguments.id, &options);
    if !lines.is_empty() {
        output::to_standard_output(|out| tell_lines(&arguments.id, &lines, paint, out))?;
        return Ok(ExitStatus::Clean);
    }
    if !could_be_fingerprint(&arguments.id) {
        return Err(unknown(&arguments.id, &options));
    }
    let progress = Progress::new(terminal.quiet);
    let scan = scan_and_tell(&options, &|stage| progress.stage(stage))?;
    drop(progress);
    tell_flow(&arguments.id, &scan.report(&options), paint)
}

fn could_be_fingerprint(id: &str) -> bool {
    id.len() >= MIN_FINGERPRINT
        && id.strip_prefix('f').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// What rules and policies say under this id.
fn lines_about(id: &str, options: &ScanOptions) -> Vec<(&'static str, String)> {
    let mut lines = catalogue::explain(&options.rules, id);
    for policy in &options.policies {
        if let Some(rule) = policy.rules.iter().find(|rule| rule.id == id) {
            lines.extend(of_rule(policy, rule));
        }
    }
    lines
}

fn of_rule(policy: &Policy, rule: &Rule) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("is", format!("a rule of the policy {}: it {}", policy.name, rule.sentence())),
        ("in", format!("{}:{}", policy.file.path, policy.line(rule.range.start))),
    ];
    if let Some(clause) = &rule.clause {
        lines.push(("quotes", format!("“{}”", clause.quote)));
        lines.push(("from", policy.documents[clause.document].display.clone()));
    }
    let Facts { purpose, subjects, retention, legal_basis } = &rule.facts;
    let facts = [("purpose", purpose.join(", ")), ("subjects", subjects.join(", "))];
    lines.extend(facts.into_iter().filter(|(_, text)| !text.is_empty()));
    lines.extend(retention.iter().map(|text| ("retention", text.clone())));
    lines.extend(legal_basis.iter().map(|text| ("legal basis", text.clone())));
    lines
}

fn tell_lines(id: &str, lines: &[(&'static str, String)], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}\n", paint.bold(&visible(id)))?;
    let width = lines.iter().map(|(label, _)| label.len()).max().unwrap_or(0);
    for (label, text) in lines {
        writeln!(out, "  {}  {}", paint.dim(&format!("{label:<width$}")), visible(text))?;
    }
    Ok(())
}

/// Tells the flow whose fingerprint begins with `id`.
fn tell_flow(id: &str, report: &Report, paint: Paint) -> Result<ExitStatus, CommandError> {
    if !could_be_fingerprint(id) {
        let message = format!("`{id}` is no fingerprint: `f` and at least {} digits", MIN_FINGERPRINT - 1);
        return Err(CommandError::Usage(message));
    }
    let flows: Vec<&FlowReport> = report.flows.iter().filter(|flow| flow.fingerprint.starts_with(id)).collect();
    match flows.as_slice() {
        [] => Err(CommandError::Usage(format!(
            "none of {} flows has a fingerprint that begins with `{id}`",
            report.flows.len()
        ))),
        [flow] => {
            output::to_standard_output(|out| out.write_all(explain_flow(report, flow, paint).as_bytes()))?;
            Ok(ExitStatus::Clean)
        }
        several => {
            let names: Vec<&str> = several.iter().map(|flow| flow.fingerprint.as_str()).collect();
            Err(CommandError::Usage(format!("`{id}` is the beginning of several fingerprints: {}", names.join(", "))))
        }
    }
}

fn unknown(id: &str, options: &ScanOptions) -> CommandError {
    let rules: Vec<&'static str> = options.rules.ids().map(|(_, id)| id.as_str()).collect();
    let of_policies = options.policies.iter().flat_map(|policy| policy.rules.iter().map(|rule| rule.id.as_str()));
    let near = did_you_mean(id, rules.into_iter().chain(of_policies));
    let hint = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "candor rules list shows all".to_owned(),
    };
    CommandError::Usage(format!("no rule, element or destination is called `{id}`; {hint}"))
}
