//! Makes the report: ids become words, spans become lines, columns and snippets.

use rustc_hash::FxHashMap;

use crate::base::{self, Diagnostic, Idx, Span, Symbol, lineage};
use crate::policy::{self, Column, DocumentTexts, Judgement, Policy, Ruling, Verdict};
use crate::report::model::*;
use crate::report::stub;
use crate::resource::Dependency;
use crate::rules::model::{Destination, RuleSet};
use crate::rules::{covers_destination, covers_package};
use crate::source::{Position, SourceFile, SourceMap};
use crate::taint::{self, Analysis, CallPoint, Flow, SourcePoint};

/// Longer regions have no snippet, and longer lines are not kept: hostile code is one long line.
const MAX_SNIPPET: usize = 2_000;
/// Characters of a step's text.
const MAX_STEP_TEXT: usize = 160;

/// What a report is made of: the results of all stages.
#[derive(Clone, Copy, Debug)]
pub struct Findings<'a> {
    /// The files.
    pub sources: &'a SourceMap,
    /// The rules of the run.
    pub rules: &'a RuleSet,
    /// What the engine found.
    pub analysis: &'a Analysis,
    /// The fingerprint of each flow.
    pub fingerprints: &'a [String],
    /// What builds declare that they depend on, in order.
    pub dependencies: &'a [Dependency],
    /// The policies, in order.
    pub policies: &'a [Policy],
    /// What they say.
    pub ruling: &'a Ruling,
    /// The documents that they quote.
    pub documents: &'a DocumentTexts,
    /// Trouble of all stages, in order.
    pub diagnostics: &'a [Diagnostic],
    /// What was scanned.
    pub summary: &'a Summary,
    /// Whether everything that was to be scanned was understood.
    pub complete: bool,
}

impl Report {
    /// The report of a run.
    pub fn of(findings: &Findings<'_>) -> Report {
        let builder = Builder {
            findings,
            names: findings.rules.elements.iter().map(|element| (element.id, element.name.as_str())).collect(),
            destinations: findings.rules.destinations.iter().map(|entry| (entry.id, entry)).collect(),
        };
        let columns = findings.policies.iter().zip(&findings.ruling.columns);
        Report {
            complete: findings.complete,
            policies: columns.map(|(policy, column)| builder.policy(policy, column)).collect(),
            summary: findings.summary.clone(),
            elements: builder.elements(),
            flows: (0..findings.analysis.flows.len()).map(|index| builder.flow(index)).collect(),
            sink_sites: findings.analysis.sink_sites.len(),
            dependencies: builder.dependencies(),
            library_calls: findings.analysis.library_calls,
            unmodelled: findings.analysis.unmodelled.iter().map(|call| builder.unmodelled(call)).collect(),
            diagnostics: findings.diagnostics.iter().map(|diagnostic| builder.trouble(diagnostic)).collect(),
        }
    }
}

struct Builder<'a> {
    findings: &'a Findings<'a>,
    names: FxHashMap<Symbol, &'a str>,
    destinations: FxHashMap<Symbol, &'a Destination>,
}

impl Builder<'_> {
    fn flow(&self, index: usize) -> FlowReport {
        let flow = &self.findings.analysis.flows[index];
        let verdicts = self.findings.policies.iter().zip(&self.findings.ruling.columns);
        FlowReport {
            fingerprint: self.findings.fingerprints[index].clone(),
            element: flow.element.to_string(),
            element_name: self.element_name(flow.element),
            destination: flow.destination.to_string(),
            entity: self.destinations.get(&flow.destination).and_then(|entry| entry.entity.clone()),
            host: flow.host.map(|host| host.to_string()),
            vendor: vendor(&flow.destination),
            protections: words(&flow.protections),
            confidence: flow.confidence,
            evidence: flow.evidence.clone(),
            source: self.source(&flow.source),
            other_sources: flow.other_sources.iter().map(|source| self.source(source)).collect(),
            disclosure: self.call(&flow.disclosure),
            sink: SinkReport {
                call: self.call(&flow.sink),
                argument: flow.argument,
                rule: flow.sink_rule.to_string(),
                stored_as: flow.stored_as.map(|name| name.to_string()),
            },
            steps: self.steps(flow),
            verdicts: verdicts.map(|(policy, column)| verdict(policy, &column.judgements[index], flow)).collect(),
        }
    }

    fn steps(&self, flow: &Flow) -> Vec<StepReport> {
        let step = |step: &taint::Step| StepReport {
            place: self.place(step.span),
            kind: step.kind.as_str().to_owned(),
            function: step.function.map(|function| function.to_string()),
            text: on_one_line(self.findings.sources.text(step.span)),
        };
        flow.steps.iter().map(step).collect()
    }

    fn source(&self, source: &SourcePoint) -> SourceReport {
        SourceReport {
            place: self.place(source.span),
            symbol: source.symbol.to_string(),
            function: source.function.map(|function| function.to_string()),
            kind: source.kind.as_str().to_owned(),
            rule: source.rule.to_string(),
        }
    }

    fn call(&self, call: &CallPoint) -> CallReport {
        CallReport {
            place: self.place(call.span),
            callee: call.callee.to_string(),
            function: call.function.to_string(),
        }
    }

    fn elements(&self) -> Vec<ElementReport> {
        let mut occurrences: Vec<&taint::Occurrence> = self.findings.analysis.occurrences.iter().collect();
        occurrences.sort_by(|a, b| (a.element, &a.source).cmp(&(b.element, &b.source)));
        let mut elements: Vec<ElementReport> = Vec::new();
        for occurrence in occurrences {
            let id = occurrence.element.as_str();
            if elements.last().is_none_or(|element| element.id != id) {
                let name = self.element_name(occurrence.element);
                elements.push(ElementReport { id: id.to_owned(), name, occurrences: Vec::new() });
            }
            if let Some(element) = elements.last_mut() {
                let source = self.source(&occurrence.source);
                element.occurrences.push(OccurrenceReport { source, confidence: occurrence.confidence });
            }
        }
        elements
    }

    /// The name of an element or of the nearest one above it that has one; else its id.
    fn element_name(&self, element: Symbol) -> String {
        let name = lineage(&element).find_map(|id| self.names.get(&Symbol::new(id)));
        name.map_or_else(|| element.to_string(), |name| (*name).to_owned())
    }

    /// The dependencies whose coordinates a destination lists.
    fn dependencies(&self) -> Vec<DependencyReport> {
        let destinations = &self.findings.rules.destinations;
        let report = |dependency: &Dependency| {
            let lists = |pattern: &Symbol| covers_package(pattern, &dependency.coordinate);
            let destination = destinations.iter().find(|destination| destination.packages.iter().any(lists))?;
            Some(DependencyReport {
                coordinate: dependency.coordinate.clone(),
                destination: destination.id.to_string(),
                entity: destination.entity.clone(),
                place: self.place(dependency.span),
            })
        };
        self.findings.dependencies.iter().filter_map(report).collect()
    }

    fn unmodelled(&self, call: &taint::Unmodelled) -> UnmodelledCall {
        UnmodelledCall {
            callee: stub::name(&call.callee),
            calls: call.calls,
            places: call.places.iter().map(|span| self.place(*span)).collect(),
            stub: stub::stub(&call.callee),
        }
    }

    fn trouble(&self, diagnostic: &Diagnostic) -> Trouble {
        let place = diagnostic.span.map(|span| self.place(span));
        Trouble {
            level: match diagnostic.level {
                base::Level::Error => "error",
                base::Level::Warning => "warning",
                base::Level::Note => "note",
            },
            code: diagnostic.code.as_str(),
            file: place.as_ref().map(|place| place.file.clone()).or_else(|| diagnostic.path.clone()),
            place,
            message: diagnostic.message.clone(),
        }
    }

    fn policy(&self, policy: &Policy, column: &Column) -> PolicyReport {
        let texts = PolicyTexts::new(policy, self.findings.documents);
        let rules = policy.rules.iter().zip(&column.rules).map(|(rule, usage)| {
            let place = texts.in_policy(&rule.range);
            let clause = rule.clause.as_ref().zip(usage.clause.as_ref());
            RuleReport {
                id: rule.id.to_string(),
                sentence: rule.sentence(),
                line: place.start.line,
                place,
                flows: usage.flows,
                clause: clause.map(|(clause, usage)| ClauseReport {
                    file: policy.documents[clause.document].display.clone(),
                    quote: clause.quote.clone(),
                    found: usage.found,
                    place: usage.range.as_ref().and_then(|range| texts.in_document(clause.document, range)),
                }),
            }
        });
        let exceptions = policy.exceptions.iter().zip(&column.exceptions).map(|(exception, usage)| ExceptionReport {
            id: exception.id.to_string(),
            flows: usage.flows,
            state: usage.state.as_str(),
            reason: exception.reason.clone(),
            expires: exception.expires.as_ref().map(|(last, _)| last.to_string()),
        });
        let findings = column.findings.iter().map(|finding| FindingReport {
            kind: finding.kind,
            level: finding.level,
            about: finding.about.to_string(),
            message: finding.message.clone(),
            help: finding.help.clone(),
            place: texts.in_policy(&finding.range),
            document: finding.document.as_ref().and_then(|place| {
                let range = place.range.clone().unwrap_or(0..0);
                texts.in_document(place.document, &range)
            }),
        });
        PolicyReport {
            name: policy.name.clone(),
            file: policy.file.path.clone(),
            built_in: policy.built_in,
            verdicts: Verdict::ALL.iter().map(|&verdict| (verdict, column.count(verdict))).collect(),
            failing: column.failing(),
            rules: rules.collect(),
            exceptions: exceptions.collect(),
            findings: findings.collect(),
        }
    }

    fn place(&self, span: Span) -> Place {
        place(self.findings.sources, span)
    }
}

/// The policy file and its documents, to turn bytes into places.
struct PolicyTexts {
    files: SourceMap,
    policy: String,
    documents: Vec<String>,
}

impl PolicyTexts {
    fn new(policy: &Policy, documents: &DocumentTexts) -> PolicyTexts {
        let own = SourceFile { path: policy.file.path.clone(), text: policy.file.text.clone() };
        let named: Vec<String> = policy.documents.iter().map(|document| document.display.clone()).collect();
        let quoted = named.iter().filter_map(|path| {
            let text = documents.get(path)?.clone();
            Some(SourceFile { path: path.clone(), text })
        });
        let files = SourceMap::new(std::iter::once(own).chain(quoted).collect());
        PolicyTexts { files, policy: policy.file.path.clone(), documents: named }
    }

    fn in_policy(&self, range: &std::ops::Range<usize>) -> Place {
        self.in_file(&self.policy, range).unwrap_or_else(|| Place::at(&self.policy, 1, 1))
    }

    fn in_document(&self, document: Idx<policy::Document>, range: &std::ops::Range<usize>) -> Option<Place> {
        self.in_file(self.documents.get(document.index())?, range)
    }

    fn in_file(&self, path: &str, range: &std::ops::Range<usize>) -> Option<Place> {
        Some(place(&self.files, Span::new(self.files.find(path)?, range.start, range.end)))
    }
}

pub(super) fn place(sources: &SourceMap, span: Span) -> Place {
    let region = sources.region(span);
    let point = |position: Position| Point {
        line: position.line,
        column: position.column,
        utf16_column: position.utf16_column,
    };
    let (text, line) = (sources.text(span), sources.line(span.file, region.start.line));
    Place {
        file: sources.file(span.file).path.clone(),
        start: point(region.start),
        end: point(region.end),
        snippet: (text.len() <= MAX_SNIPPET).then(|| text.to_owned()),
        first_line: (line.len() <= MAX_SNIPPET).then(|| line.to_owned()),
    }
}

fn verdict(policy: &Policy, judgement: &Judgement, flow: &Flow) -> VerdictReport {
    VerdictReport {
        policy: policy.name.clone(),
        verdict: judgement.verdict,
        level: judgement.level,
        rule: judgement.rule.map(|rule| policy.rules[rule].id.to_string()),
        exception: judgement.exception.map(|exception| policy.exceptions[exception].id.to_string()),
        conditions: judgement
            .conditions
            .iter()
            .map(|condition| ConditionReport {
                name: condition.name.to_string(),
                state: condition.state,
                step: condition.step,
            })
            .collect(),
        because: Some(policy.because(judgement, flow)),
    }
}

/// The vendor is the last part of a third party's id (`crash_report.sentry`), unless that only names a kind of network.
fn vendor(destination: &str) -> Option<String> {
    let is_vendor = covers_destination("third_party", destination) && !covers_destination("network", destination);
    let (_, vendor) = destination.rsplit_once('.').filter(|_| is_vendor)?;
    Some(vendor.to_owned())
}

fn words(symbols: &[Symbol]) -> Vec<String> {
    symbols.iter().map(|symbol| symbol.to_string()).collect()
}

/// `code` with every run of white space as one blank, cut where it is longer than a line.
fn on_one_line(code: &str) -> String {
    let mut line = String::new();
    let mut length = 0;
    for word in code.split_whitespace() {
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        for character in word.chars() {
            if length == MAX_STEP_TEXT {
                line.push('…');
                return line;
            }
            line.push(character);
            length += 1;
        }
    }
    line
}
