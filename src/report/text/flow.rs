//! One flow as a colleague would tell it: where it is disclosed, what flows from where to where, which sentence decided,
//! what to do next.

use std::collections::BTreeSet;

use crate::policy::{ConditionState, Level, Verdict};
use crate::report::model::{FlowReport, Report, SourceReport, VerdictReport};
use crate::report::text::escape::visible;
use crate::report::text::excerpt::excerpt;
use crate::report::text::paint::Paint;
use crate::taint::Confidence;

/// Steps that a condensed witness shows between source and sink.
const MAX_STEPS: usize = 6;
/// Other origins that are named.
const MAX_ORIGINS: usize = 3;
/// Columns before the words of a line.
const INDENT: &str = "         ";
/// Columns of a label.
const LABEL: usize = 11;

/// A line of the explanation: a label, a place, and what is to be said.
struct Line {
    label: &'static str,
    place: String,
    text: String,
}

/// The flow with its disclosure and a condensed witness.
pub fn brief(report: &Report, flow: &FlowReport, paint: Paint) -> String {
    let mut text = headline(flow, paint);
    text.push_str(&excerpt(&flow.disclosure.place, paint));
    let mut lines = way(flow);
    lines.extend(reasons(report, flow));
    text.push_str(&laid_out(&lines, paint));
    text
}

/// The flow with every step of its witness in the code.
pub fn full(report: &Report, flow: &FlowReport, paint: Paint) -> String {
    let mut text = headline(flow, paint);
    for (number, step) in flow.steps.iter().enumerate() {
        let function = step.function.as_deref().map(|name| format!(" in {}", visible(name))).unwrap_or_default();
        let place = format!("{}:{}:{}", visible(&step.place.file), step.place.start.line, step.place.start.column);
        text.push_str(&format!("\n  {}. {}{function}  {}\n", number + 1, step.kind, paint.dim(&place)));
        let code = excerpt(&step.place, paint);
        match code.is_empty() {
            true => text.push_str(&format!("{INDENT}{}\n", visible(&step.text))),
            false => text.push_str(&code),
        }
    }
    text.push('\n');
    let mut lines: Vec<Line> = flow.other_sources.iter().map(also_from).collect();
    lines.extend(flow.evidence.iter().map(|reason| line("evidence", visible(reason))));
    lines.push(line("confidence", flow.confidence.as_str()));
    lines.push(line("source", format!("rule {}", visible(&flow.source.rule))));
    lines.push(line("sink", format!("{}, rule {}", visible(&flow.sink.call.callee), visible(&flow.sink.rule))));
    if !flow.protections.is_empty() {
        lines.push(line("protected", flow.protections.join(", ")));
    }
    lines.extend(reasons(report, flow));
    text.push_str(&laid_out(&lines, paint));
    text
}

/// `forbidden  Email address reaches log  f0123456789abcdef`.
fn headline(flow: &FlowReport, paint: Paint) -> String {
    let verdicts: BTreeSet<(Level, Verdict)> =
        flow.verdicts.iter().map(|verdict| (verdict.level, verdict.verdict)).collect();
    let words: Vec<String> = verdicts.iter().rev().map(|&(level, verdict)| paint.verdict(verdict, level)).collect();
    let verdict = if words.is_empty() { String::new() } else { format!("{}  ", words.join(", ")) };
    let protections = match flow.protections.as_slice() {
        [] => String::new(),
        some => format!(" ({})", some.join(", ")),
    };
    let name = visible(&flow.element_name);
    let reaches = if is_plural(&name) { "reach" } else { "reaches" };
    let sentence = format!("{name}{protections} {reaches} {}", destination(flow));
    format!("  {verdict}{}  {}\n", paint.bold(&sentence), paint.dim(&flow.fingerprint))
}

/// Whether a name is that of several things: `Contacts`, but not `Address`, `Status` or `Analysis`.
fn is_plural(name: &str) -> bool {
    name.ends_with('s') && !["ss", "us", "is"].iter().any(|ending| name.ends_with(ending))
}

/// `crash_report.acme (Acme, Inc.) at crash.acme.example`.
fn destination(flow: &FlowReport) -> String {
    let entity = flow.entity.as_deref().map(|name| format!(" ({})", visible(name))).unwrap_or_default();
    let host = flow.host.as_deref().map(|host| format!(" at {}", visible(host))).unwrap_or_default();
    format!("{}{entity}{host}", flow.destination)
}

/// From the source over the steps between to the sink. Steps on one line of code are told once.
fn way(flow: &FlowReport) -> Vec<Line> {
    let source = &flow.source;
    let article = if source.kind.starts_with(['a', 'i', 'o']) { "an" } else { "a" };
    let mut lines = vec![Line {
        label: "from",
        place: at(source),
        text: format!("{}, {article} {} ({})", visible(&source.symbol), source.kind, flow.element),
    }];
    let ends = [&source.place, &flow.disclosure.place, &flow.sink.call.place];
    let mut told: BTreeSet<(&str, u32)> = ends.iter().map(|end| (end.file.as_str(), end.start.line)).collect();
    let between: Vec<_> =
        flow.steps.iter().filter(|step| told.insert((&step.place.file, step.place.start.line))).collect();
    // The beginning and the end of a long way say most.
    let left_out = between.len().saturating_sub(MAX_STEPS);
    for (index, step) in between.iter().enumerate() {
        if left_out > 0 && index == MAX_STEPS / 2 {
            let text = format!("… {left_out} more steps: candor explain {}", flow.fingerprint);
            lines.push(Line { label: "", place: String::new(), text });
        }
        if left_out == 0 || index < MAX_STEPS / 2 || index >= MAX_STEPS / 2 + left_out {
            let place = format!("{}:{}", step.place.file, step.place.start.line);
            lines.push(Line { label: "via", place, text: visible(&step.text).into_owned() });
        }
    }
    let sink = &flow.sink.call;
    let stored_as = flow.sink.stored_as.as_deref().map(|name| format!(" as {}", visible(name))).unwrap_or_default();
    let place = format!("{}:{}", sink.place.file, sink.place.start.line);
    lines.push(Line { label: "into", place, text: format!("{}{stored_as}", visible(&sink.callee)) });
    lines.extend(flow.other_sources.iter().take(MAX_ORIGINS).map(also_from));
    if flow.other_sources.len() > MAX_ORIGINS {
        let rest = flow.other_sources.len() - MAX_ORIGINS;
        lines.push(line("", format!("and {rest} more: candor explain {}", flow.fingerprint)));
    }
    if flow.confidence < Confidence::High {
        let evidence: Vec<_> = flow.evidence.iter().map(|reason| visible(reason)).collect();
        lines.push(line("confidence", format!("{}: {}", flow.confidence.as_str(), evidence.join("; "))));
    }
    lines
}

/// Why each policy that objects does, in its own words, and what to do.
fn reasons(report: &Report, flow: &FlowReport) -> Vec<Line> {
    let mut lines = Vec::new();
    let several = flow.verdicts.len() > 1;
    for verdict in &flow.verdicts {
        if several {
            lines.push(line("policy", format!("{}: {}", visible(&verdict.policy), verdict.verdict.as_str())));
        }
        let rule = verdict.rule.as_deref().and_then(|rule| report.rule(&verdict.policy, rule));
        let place = rule.map(|(policy, rule)| format!("{}:{}", policy.file, rule.line)).unwrap_or_default();
        let because = match (&verdict.because, &verdict.rule) {
            (Some(because), _) => visible(because).into_owned(),
            (None, Some(rule)) => visible(rule).into_owned(),
            (None, None) => String::new(),
        };
        if !because.is_empty() {
            lines.push(Line { label: if rule.is_some() { "rule" } else { "because" }, place, text: because });
        }
        if let Some(clause) = rule.and_then(|(_, rule)| rule.clause.as_ref()) {
            let line = clause.place.as_ref().filter(|_| clause.found).map(|place| format!(":{}", place.start.line));
            let place = format!("{}{}", clause.file, line.unwrap_or_default());
            let gone = if clause.found { "" } else { " (not found there)" };
            lines.push(Line { label: "clause", place, text: format!("“{}”{gone}", visible(&clause.quote)) });
        }
        if let Some(next) = next_step(verdict).filter(|_| verdict.level > Level::None) {
            lines.push(line("next", next));
        }
    }
    lines
}

/// What a developer can do about a verdict.
fn next_step(verdict: &VerdictReport) -> Option<String> {
    let missing: Vec<&str> = verdict
        .conditions
        .iter()
        .filter(|condition| condition.state != ConditionState::Proven)
        .map(|condition| condition.name.as_str())
        .collect();
    let text = match verdict.verdict {
        Verdict::Forbidden if missing.is_empty() => "keep this value out of the call".to_owned(),
        Verdict::Forbidden => {
            format!("keep this value out of the call, or make it {} before it gets here", missing.join(" or "))
        }
        Verdict::Undisclosed => "keep this value out of the call; or, if it is meant, say so in the published policy \
                                 and add a permit that quotes the sentence"
            .to_owned(),
        Verdict::ConditionUnmet => format!("make this value {} on every way that leads here", missing.join(" and ")),
        Verdict::Unproven => "look at the call on the way that Candor does not know; if it does what its name says, \
                              a transform rule (--rules) proves it"
            .to_owned(),
        Verdict::Permitted | Verdict::Excepted => return None,
    };
    Some(text)
}

fn also_from(source: &SourceReport) -> Line {
    let text = format!("{}, {}", visible(&source.symbol), source.kind);
    Line { label: "also from", place: at(source), text }
}

fn at(source: &SourceReport) -> String {
    format!("{}:{}", source.place.file, source.place.start.line)
}

fn line(label: &'static str, text: impl Into<String>) -> Line {
    Line { label, place: String::new(), text: text.into() }
}

/// Labels in one column, places in the next, and a label that repeats only once.
fn laid_out(lines: &[Line], paint: Paint) -> String {
    let mut text = String::new();
    let mut previous = "";
    for line in lines {
        let label = if line.label == previous { "" } else { line.label };
        previous = line.label;
        let label = paint.dim(&format!("{label:<LABEL$}"));
        let place = if line.place.is_empty() { String::new() } else { format!("{}  ", visible(&line.place)) };
        text.push_str(format!("{INDENT}{label} {}{}", paint.dim(&place), line.text).trim_end());
        text.push('\n');
    }
    text
}
