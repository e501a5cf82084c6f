//! The types of the schema `candor/v1`, and how a report fills them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::report::model;
use crate::report::model::Report;
use crate::report::stub_file;

/// The name of the schema.
pub const SCHEMA: &str = "candor/v1";

pub(super) type Text<'a> = Cow<'a, str>;

/// The document.
#[derive(Serialize, Deserialize)]
pub(super) struct Document<'a> {
    pub schema: Text<'a>,
    pub tool: Tool<'a>,
    pub complete: bool,
    pub policies: Vec<Policy<'a>>,
    pub summary: Summary<'a>,
    pub elements: Vec<Element<'a>>,
    pub flows: Vec<Flow<'a>>,
    pub diagnostics: Vec<Diagnostic<'a>>,
    #[serde(default)]
    pub dependencies: Vec<Dependency<'a>>,
    #[serde(default)]
    pub unmodelled: Vec<Unmodelled<'a>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Tool<'a> {
    pub name: Text<'a>,
    pub version: Text<'a>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Policy<'a> {
    pub name: Text<'a>,
    pub file: Text<'a>,
    pub verdicts: Verdicts,
    pub failing: usize,
    pub rules: Vec<Rule<'a>>,
    pub exceptions: Vec<Exception<'a>>,
    pub findings: Vec<Finding<'a>>,
}

/// Number of flows by verdict.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Verdicts {
    pub permitted: usize,
    pub forbidden: usize,
    pub undisclosed: usize,
    pub condition_unmet: usize,
    pub unproven: usize,
    pub excepted: usize,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Rule<'a> {
    pub id: Text<'a>,
    pub line: u32,
    pub flows: usize,
    pub unused: bool,
    pub clause: Option<Clause<'a>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Clause<'a> {
    pub file: Text<'a>,
    pub line: Option<u32>,
    pub quote: Text<'a>,
    pub found: bool,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Exception<'a> {
    pub id: Text<'a>,
    pub flows: usize,
    pub state: Text<'a>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Finding<'a> {
    pub kind: Text<'a>,
    pub level: Text<'a>,
    pub about: Text<'a>,
    pub message: Text<'a>,
    pub help: Text<'a>,
    pub file: Text<'a>,
    pub line: u32,
    pub column: u32,
    pub document: Option<DocumentPlace<'a>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct DocumentPlace<'a> {
    pub file: Text<'a>,
    pub line: u32,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Summary<'a> {
    pub files: usize,
    pub lines: usize,
    pub bytes: usize,
    pub languages: BTreeMap<Text<'a>, usize>,
    pub skipped: Skipped,
    pub flows: usize,
    #[serde(default)]
    pub library_calls: LibraryCalls,
}

/// Library calls that personal data entered, how many of them rules speak of, and calls of nobody knows what.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct LibraryCalls {
    pub entered: usize,
    pub modelled: usize,
    pub unresolved: usize,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Skipped {
    pub tests: usize,
    pub ignored: usize,
    pub too_large: usize,
    pub unreadable: usize,
}

/// A place: lines and columns from 1, columns in Unicode scalar values, the end exclusive.
#[derive(Serialize, Deserialize)]
pub(super) struct Region<'a> {
    pub file: Text<'a>,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Element<'a> {
    pub id: Text<'a>,
    pub occurrences: Vec<Occurrence<'a>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Occurrence<'a> {
    #[serde(flatten)]
    pub at: Region<'a>,
    pub symbol: Text<'a>,
    pub kind: Text<'a>,
    pub confidence: Text<'a>,
    pub rule: Text<'a>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Flow<'a> {
    pub fingerprint: Text<'a>,
    pub element: Text<'a>,
    pub destination: Text<'a>,
    pub host: Option<Text<'a>>,
    pub vendor: Option<Text<'a>>,
    pub protections: Vec<Text<'a>>,
    pub confidence: Text<'a>,
    pub evidence: Vec<Text<'a>>,
    pub source: Source<'a>,
    pub other_sources: Vec<Source<'a>>,
    pub disclosure: Disclosure<'a>,
    pub sink: Sink<'a>,
    pub steps: Vec<Step<'a>>,
    pub verdicts: Vec<Verdict<'a>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Source<'a> {
    #[serde(flatten)]
    pub at: Region<'a>,
    pub symbol: Text<'a>,
    pub function: Option<Text<'a>>,
    pub kind: Text<'a>,
    pub rule: Text<'a>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Disclosure<'a> {
    #[serde(flatten)]
    pub at: Region<'a>,
    pub callee: Text<'a>,
    pub function: Text<'a>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Sink<'a> {
    #[serde(flatten)]
    pub at: Region<'a>,
    pub callee: Text<'a>,
    pub function: Text<'a>,
    pub argument: Option<u32>,
    pub rule: Text<'a>,
    pub stored_as: Option<Text<'a>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Step<'a> {
    #[serde(flatten)]
    pub at: Region<'a>,
    pub kind: Text<'a>,
    pub function: Option<Text<'a>>,
    pub text: Text<'a>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Verdict<'a> {
    pub policy: Text<'a>,
    pub verdict: Text<'a>,
    pub level: Text<'a>,
    pub rule: Option<Text<'a>>,
    pub exception: Option<Text<'a>>,
    pub conditions: Vec<Condition<'a>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Condition<'a> {
    pub name: Text<'a>,
    pub state: Text<'a>,
    pub step: Option<usize>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Diagnostic<'a> {
    pub level: Text<'a>,
    pub code: Text<'a>,
    pub file: Option<Text<'a>>,
    pub line: Option<u32>,
    pub column: Option<u32>,
    pub message: Text<'a>,
}

/// A library call without a model, and the first place where personal data enters it.
#[derive(Serialize, Deserialize)]
pub(super) struct Dependency<'a> {
    pub coordinate: Text<'a>,
    pub file: Text<'a>,
    pub line: u32,
    pub destination: Text<'a>,
    pub entity: Option<Text<'a>>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct Unmodelled<'a> {
    pub callee: Text<'a>,
    pub calls: usize,
    pub places: Vec<Region<'a>>,
    pub stub: Option<Text<'a>>,
}

fn borrowed(text: &str) -> Text<'_> {
    Cow::Borrowed(text)
}

fn optional(text: &Option<String>) -> Option<Text<'_>> {
    text.as_deref().map(Cow::Borrowed)
}

fn all(texts: &[String]) -> Vec<Text<'_>> {
    texts.iter().map(|text| borrowed(text)).collect()
}

impl<'a> Document<'a> {
    pub(super) fn of(report: &'a Report) -> Document<'a> {
        let skipped = &report.summary.skipped;
        Document {
            schema: borrowed(SCHEMA),
            tool: Tool { name: borrowed(env!("CARGO_PKG_NAME")), version: borrowed(env!("CARGO_PKG_VERSION")) },
            complete: report.complete,
            policies: report.policies.iter().map(Policy::of).collect(),
            summary: Summary {
                files: report.summary.files,
                lines: report.summary.lines,
                bytes: report.summary.bytes,
                languages: report.summary.languages.iter().map(|(key, count)| (borrowed(key), *count)).collect(),
                skipped: Skipped {
                    tests: skipped.tests,
                    ignored: skipped.ignored,
                    too_large: skipped.too_large,
                    unreadable: skipped.unreadable,
                },
                flows: report.flows.len(),
                library_calls: LibraryCalls {
                    entered: report.library_calls.entered,
                    modelled: report.library_calls.modelled,
                    unresolved: report.library_calls.unresolved,
                },
            },
            elements: report.elements.iter().map(Element::of).collect(),
            flows: report.flows.iter().map(Flow::of).collect(),
            diagnostics: report.diagnostics.iter().map(Diagnostic::of).collect(),
            dependencies: report.dependencies.iter().map(Dependency::of).collect(),
            unmodelled: report.unmodelled.iter().map(Unmodelled::of).collect(),
        }
    }
}

impl<'a> Policy<'a> {
    fn of(policy: &'a model::PolicyReport) -> Policy<'a> {
        let mut verdicts = Verdicts::default();
        for &(verdict, count) in &policy.verdicts {
            use crate::policy::Verdict::*;
            match verdict {
                Permitted => verdicts.permitted = count,
                Forbidden => verdicts.forbidden = count,
                Undisclosed => verdicts.undisclosed = count,
                ConditionUnmet => verdicts.condition_unmet = count,
                Unproven => verdicts.unproven = count,
                Excepted => verdicts.excepted = count,
            }
        }
        let rule = |rule: &'a model::RuleReport| Rule {
            id: borrowed(&rule.id),
            line: rule.line,
            flows: rule.flows,
            unused: rule.flows == 0,
            clause: rule.clause.as_ref().map(|clause| Clause {
                file: borrowed(&clause.file),
                line: clause.place.as_ref().map(|place| place.start.line),
                quote: borrowed(&clause.quote),
                found: clause.found,
            }),
        };
        let exception = |exception: &'a model::ExceptionReport| Exception {
            id: borrowed(&exception.id),
            flows: exception.flows,
            state: borrowed(exception.state),
        };
        let finding = |finding: &'a model::FindingReport| Finding {
            kind: borrowed(finding.kind.as_str()),
            level: borrowed(finding.level.as_str()),
            about: borrowed(&finding.about),
            message: borrowed(&finding.message),
            help: borrowed(&finding.help),
            file: borrowed(&finding.place.file),
            line: finding.place.start.line,
            column: finding.place.start.column,
            document: finding
                .document
                .as_ref()
                .map(|place| DocumentPlace { file: borrowed(&place.file), line: place.start.line }),
        };
        Policy {
            name: borrowed(&policy.name),
            file: borrowed(&policy.file),
            verdicts,
            failing: policy.failing,
            rules: policy.rules.iter().map(rule).collect(),
            exceptions: policy.exceptions.iter().map(exception).collect(),
            findings: policy.findings.iter().map(finding).collect(),
        }
    }
}

impl<'a> Region<'a> {
    fn of(place: &'a model::Place) -> Region<'a> {
        Region {
            file: borrowed(&place.file),
            line: place.start.line,
            column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
        }
    }
}

impl<'a> Element<'a> {
    fn of(element: &'a model::ElementReport) -> Element<'a> {
        let occurrence = |occurrence: &'a model::OccurrenceReport| Occurrence {
            at: Region::of(&occurrence.source.place),
            symbol: borrowed(&occurrence.source.symbol),
            kind: borrowed(&occurrence.source.kind),
            confidence: borrowed(occurrence.confidence.as_str()),
            rule: borrowed(&occurrence.source.rule),
        };
        Element { id: borrowed(&element.id), occurrences: element.occurrences.iter().map(occurrence).collect() }
    }
}

impl<'a> Flow<'a> {
    fn of(flow: &'a model::FlowReport) -> Flow<'a> {
        Flow {
            fingerprint: borrowed(&flow.fingerprint),
            element: borrowed(&flow.element),
            destination: borrowed(&flow.destination),
            host: optional(&flow.host),
            vendor: optional(&flow.vendor),
            protections: all(&flow.protections),
            confidence: borrowed(flow.confidence.as_str()),
            evidence: all(&flow.evidence),
            source: Source::of(&flow.source),
            other_sources: flow.other_sources.iter().map(Source::of).collect(),
            disclosure: Disclosure::of(&flow.disclosure),
            sink: Sink::of(&flow.sink),
            steps: flow.steps.iter().map(Step::of).collect(),
            verdicts: flow.verdicts.iter().map(Verdict::of).collect(),
        }
    }
}

impl<'a> Source<'a> {
    fn of(source: &'a model::SourceReport) -> Source<'a> {
        Source {
            at: Region::of(&source.place),
            symbol: borrowed(&source.symbol),
            function: optional(&source.function),
            kind: borrowed(&source.kind),
            rule: borrowed(&source.rule),
        }
    }
}

impl<'a> Disclosure<'a> {
    fn of(call: &'a model::CallReport) -> Disclosure<'a> {
        Disclosure { at: Region::of(&call.place), callee: borrowed(&call.callee), function: borrowed(&call.function) }
    }
}

impl<'a> Sink<'a> {
    fn of(sink: &'a model::SinkReport) -> Sink<'a> {
        Sink {
            at: Region::of(&sink.call.place),
            callee: borrowed(&sink.call.callee),
            function: borrowed(&sink.call.function),
            argument: sink.argument,
            rule: borrowed(&sink.rule),
            stored_as: optional(&sink.stored_as),
        }
    }
}

impl<'a> Step<'a> {
    fn of(step: &'a model::StepReport) -> Step<'a> {
        Step {
            at: Region::of(&step.place),
            kind: borrowed(&step.kind),
            function: optional(&step.function),
            text: borrowed(&step.text),
        }
    }
}

impl<'a> Verdict<'a> {
    fn of(verdict: &'a model::VerdictReport) -> Verdict<'a> {
        let condition = |condition: &'a model::ConditionReport| Condition {
            name: borrowed(&condition.name),
            state: borrowed(condition.state.as_str()),
            step: condition.step,
        };
        Verdict {
            policy: borrowed(&verdict.policy),
            verdict: borrowed(verdict.verdict.as_str()),
            level: borrowed(verdict.level.as_str()),
            rule: optional(&verdict.rule),
            exception: optional(&verdict.exception),
            conditions: verdict.conditions.iter().map(condition).collect(),
        }
    }
}

impl<'a> Diagnostic<'a> {
    fn of(trouble: &'a model::Trouble) -> Diagnostic<'a> {
        let start = trouble.place.as_ref().map(|place| place.start);
        Diagnostic {
            level: borrowed(trouble.level),
            code: borrowed(trouble.code),
            file: optional(&trouble.file),
            line: start.map(|start| start.line),
            column: start.map(|start| start.column),
            message: borrowed(&trouble.message),
        }
    }
}

impl<'a> Dependency<'a> {
    fn of(dependency: &'a model::DependencyReport) -> Dependency<'a> {
        Dependency {
            coordinate: borrowed(&dependency.coordinate),
            file: borrowed(&dependency.place.file),
            line: dependency.place.start.line,
            destination: borrowed(&dependency.destination),
            entity: optional(&dependency.entity),
        }
    }
}

impl<'a> Unmodelled<'a> {
    fn of(call: &'a model::UnmodelledCall) -> Unmodelled<'a> {
        Unmodelled {
            callee: borrowed(&call.callee),
            calls: call.calls,
            places: call.places.iter().map(Region::of).collect(),
            stub: call.stub.as_ref().map(|stub| Cow::Owned(stub_file([stub]))),
        }
    }
}
