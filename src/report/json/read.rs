//! Reads a report that was written as JSON: the flows and the policies, without the code, which JSON does not hold.

use crate::policy::{ConditionState, Level, Verdict};
use crate::report::json::wire::{self, SCHEMA, Text};
use crate::report::model::*;
use crate::taint::{Confidence, LibraryCalls};

/// The report in `text`, or why there is none. Occurrences, dependencies, diagnostics and findings are left out.
pub fn read(text: &str) -> Result<Report, String> {
    let header: Header<'_> = serde_json::from_str(text).map_err(|error| format!("not a report: {error}"))?;
    if header.schema != SCHEMA {
        return Err(format!("its schema is {}, not {SCHEMA}", header.schema));
    }
    let document: wire::Document<'_> =
        serde_json::from_str(text).map_err(|error| format!("not a report of this version: {error}"))?;
    Ok(Report {
        complete: document.complete,
        policies: document.policies.into_iter().map(policy).collect(),
        summary: Summary::default(),
        elements: Vec::new(),
        flows: document.flows.into_iter().map(flow).collect::<Result<_, _>>()?,
        sink_sites: 0,
        dependencies: Vec::new(),
        library_calls: LibraryCalls::default(),
        unmodelled: Vec::new(),
        diagnostics: Vec::new(),
    })
}

#[derive(serde::Deserialize)]
struct Header<'a> {
    schema: Text<'a>,
}

fn policy(policy: wire::Policy<'_>) -> PolicyReport {
    let file = policy.file.into_owned();
    let rule = |rule: wire::Rule<'_>| RuleReport {
        id: rule.id.into_owned(),
        sentence: String::new(),
        line: rule.line,
        place: Place::at(&file, rule.line, 1),
        flows: rule.flows,
        clause: rule.clause.map(|clause| ClauseReport {
            place: clause.line.map(|line| Place::at(&clause.file, line, 1)),
            file: clause.file.into_owned(),
            quote: clause.quote.into_owned(),
            found: clause.found,
        }),
    };
    PolicyReport {
        rules: policy.rules.into_iter().map(rule).collect(),
        name: policy.name.into_owned(),
        file,
        built_in: false,
        verdicts: Vec::new(),
        failing: policy.failing,
        exceptions: Vec::new(),
        findings: Vec::new(),
    }
}

fn flow(flow: wire::Flow<'_>) -> Result<FlowReport, String> {
    let words = |texts: Vec<Text<'_>>| texts.into_iter().map(Text::into_owned).collect();
    Ok(FlowReport {
        fingerprint: flow.fingerprint.into_owned(),
        element_name: flow.element.clone().into_owned(),
        element: flow.element.into_owned(),
        destination: flow.destination.into_owned(),
        entity: None,
        host: flow.host.map(Text::into_owned),
        vendor: flow.vendor.map(Text::into_owned),
        protections: words(flow.protections),
        confidence: word(
            &flow.confidence,
            [Confidence::Low, Confidence::Medium, Confidence::High],
            Confidence::as_str,
        )?,
        evidence: words(flow.evidence),
        source: source(flow.source),
        other_sources: flow.other_sources.into_iter().map(source).collect(),
        disclosure: CallReport {
            place: place(&flow.disclosure.at),
            callee: flow.disclosure.callee.into_owned(),
            function: flow.disclosure.function.into_owned(),
        },
        sink: SinkReport {
            call: CallReport {
                place: place(&flow.sink.at),
                callee: flow.sink.callee.into_owned(),
                function: flow.sink.function.into_owned(),
            },
            argument: flow.sink.argument,
            rule: flow.sink.rule.into_owned(),
            stored_as: flow.sink.stored_as.map(Text::into_owned),
        },
        steps: flow.steps.into_iter().map(step).collect(),
        verdicts: flow.verdicts.into_iter().map(verdict).collect::<Result<_, _>>()?,
    })
}

fn source(source: wire::Source<'_>) -> SourceReport {
    SourceReport {
        place: place(&source.at),
        symbol: source.symbol.into_owned(),
        function: source.function.map(Text::into_owned),
        kind: source.kind.into_owned(),
        rule: source.rule.into_owned(),
    }
}

fn step(step: wire::Step<'_>) -> StepReport {
    StepReport {
        place: place(&step.at),
        kind: step.kind.into_owned(),
        function: step.function.map(Text::into_owned),
        text: step.text.into_owned(),
    }
}

fn verdict(verdict: wire::Verdict<'_>) -> Result<VerdictReport, String> {
    let states = [ConditionState::Proven, ConditionState::Unknown, ConditionState::Refuted];
    let condition = |condition: wire::Condition<'_>| {
        let state = word(&condition.state, states, ConditionState::as_str)?;
        Ok(ConditionReport { name: condition.name.into_owned(), state, step: condition.step })
    };
    Ok(VerdictReport {
        policy: verdict.policy.into_owned(),
        verdict: word(&verdict.verdict, Verdict::ALL, Verdict::as_str)?,
        level: word(&verdict.level, [Level::None, Level::Warn, Level::Fail], Level::as_str)?,
        rule: verdict.rule.map(Text::into_owned),
        exception: verdict.exception.map(Text::into_owned),
        conditions: verdict.conditions.into_iter().map(condition).collect::<Result<_, String>>()?,
        because: None,
    })
}

/// The value that `text` is the word for.
fn word<T: Copy, const N: usize>(text: &str, values: [T; N], as_str: fn(T) -> &'static str) -> Result<T, String> {
    values.into_iter().find(|value| as_str(*value) == text).ok_or_else(|| format!("`{text}` is not known here"))
}

fn place(at: &wire::Region<'_>) -> Place {
    let point = |line, column| Point { line, column, utf16_column: column };
    let (start, end) = (point(at.line, at.column), point(at.end_line, at.end_column));
    Place { end, ..Place::at(&at.file, start.line, start.column) }
}
