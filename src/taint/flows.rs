//! From sinks and labels to flows: whole objects are expanded, sources chosen, destinations named, witnesses written.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::base::{Span, Symbol};
use crate::ir::{Const, TypeRef};
use crate::link::Program;
use crate::rules::covers_host;
use crate::taint::bounds;
use crate::taint::engine::Engine;
use crate::taint::graph::{ValueFlowGraph, along, is_source};
use crate::taint::path::Step;
use crate::taint::summary::SinkFact;
use crate::taint::value::{Fact, How, Origin, Value};
use crate::taint::whole::{Node, Whole};
use crate::taint::{CallPoint, Confidence, Flow, SourcePoint, Step as WitnessStep, StepKind};

/// Bound: how deep a declared type is expanded when an opaque object leaves as a whole.
const DECLARED_DEPTH: usize = 2;
/// Bound: steps of a witness.
const MAX_STEPS: usize = 64;
/// Bound: other sources listed per flow.
const MAX_OTHER_SOURCES: usize = 8;
/// Bound: parts of one object that are followed to one sink.
const MAX_PARTS: usize = 128;

/// The places that one sink asks for, each with what the sink does to what it holds.
pub type Parts = Vec<(Node, Fact)>;

/// The places that each sink asks for: what reaches it, and the parts that leave with it.
pub fn wanted(engine: &Engine<'_>, whole: &Whole) -> Vec<Parts> {
    let of = |(node, sink): &(Option<Node>, SinkFact)| match node {
        Some(node) => parts(engine, whole, node, sink),
        None => Vec::new(),
    };
    whole.sinks.par_iter().map(of).collect()
}

/// The place itself, and the parts of it that leave when it is read so deep, with the name of each.
fn parts(engine: &Engine<'_>, whole: &Whole, node: &Node, sink: &SinkFact) -> Vec<(Node, Fact)> {
    let own = sink.fact.clone();
    let type_of = |node: &Node| engine.path_type(node.function.unwrap_or(sink.sink.function), &node.path);
    let mut parts = vec![(node.clone(), own.clone())];
    let mut seen = vec![node.clone()];
    let mut pending = vec![(node.clone(), 0)];
    while let Some((above, depth)) = pending.pop() {
        if depth > DECLARED_DEPTH || parts.len() >= MAX_PARTS {
            break;
        }
        let mut below: Vec<Node> = whole.written_below.get(&above).cloned().unwrap_or_default();
        for written in whole.writes.get(&above).into_iter().flatten() {
            if let crate::taint::whole::Written::Place(from, fact) = written
                && fact.exact_path().is_some()
                && !seen.contains(from)
            {
                seen.push(from.clone());
                // What the aliased object holds, seen from here.
                let skip = from.path.steps().len();
                for part in whole.written_below.get(from).into_iter().flatten() {
                    below.push(above.extend(&part.path.steps()[skip.min(part.path.steps().len())..]));
                }
                pending.push((from.clone(), depth + 1));
            }
        }
        for part in below {
            let steps = part.path.steps().get(above.path.steps().len()..).unwrap_or_default();
            if engine.leaves(type_of(&above), steps, own.how) && !seen.contains(&part) {
                seen.push(part.clone());
                parts.push((part, own.clone()));
            }
        }
    }
    if matches!(own.how, How::Printed | How::Record | How::Serialised) {
        // The type of the place says what leaves; that of what arrives may be but the text of it.
        let declared = type_of(node).or_else(|| sink.declared.as_deref().cloned());
        if let Some(declared) = declared {
            expand_declared(engine, node, declared, sink, &mut parts);
        }
    }
    parts
}

/// The declared fields of an object of which nothing else is known.
fn expand_declared(
    engine: &Engine<'_>,
    node: &Node,
    declared: TypeRef,
    sink: &SinkFact,
    parts: &mut Vec<(Node, Fact)>,
) {
    let mut pending = vec![(node.clone(), declared, 0)];
    while let Some((node, declared, depth)) = pending.pop() {
        let element = engine.program.class_named(declared.name).is_none().then(|| declared.arguments.last()).flatten();
        if let Some(element) = element {
            pending.push((node.extend(&[Step::Element]), element.clone(), depth));
            continue;
        }
        let Some(class) = engine.program.class_named(declared.name) else { continue };
        let deepest = if sink.fact.how == How::Record { 1 } else { DECLARED_DEPTH };
        if depth >= deepest || engine.lasting.contains(class) {
            continue;
        }
        if sink.fact.how == How::Printed && !engine.prints_fields(declared.name) {
            continue;
        }
        for &ancestor in &engine.program.classes[class].ancestors {
            for field in &engine.program.class(ancestor).fields {
                if !engine.is_serialised(declared.name, Step::Field(field.name), sink.fact.how) {
                    continue;
                }
                let part = node.extend(&[Step::Field(field.name)]);
                let mut fact = sink.fact.clone();
                fact.hint = engine.evidence.field(declared.name, field.name);
                if parts.len() < MAX_PARTS && fact.hint.is_some() {
                    parts.push((part.clone(), fact));
                }
                if let Some(declared) = &field.declared {
                    pending.push((part, declared.clone(), depth + 1));
                }
            }
        }
    }
}

/// All flows of the program, in the order of sink, element, destination and disclosure.
pub fn flows(engine: &Engine<'_>, whole: &Whole, wanted: &[Parts], graph: &ValueFlowGraph<'_>) -> Vec<Flow> {
    let mut found: BTreeMap<Key, Vec<Candidate>> = BTreeMap::new();
    for ((node, sink), parts) in whole.sinks.iter().zip(wanted) {
        let facts = match node {
            None => vec![sink.fact.clone()],
            Some(_) => {
                let mut arrived = Vec::new();
                for (part, fact) in parts {
                    if graph.is_full(part) {
                        engine.bound_hit(bounds::FACTS, sink.sink.span);
                    }
                    let labels = graph.labels(part);
                    let by_flow = labels.iter().any(|label| is_source(label) || label.hint.is_some());
                    for label in labels {
                        let arrives = along(label, fact);
                        // A name is a hypothesis: it yields to what arrives.
                        if !by_flow || is_source(label) || label.hint.is_some() {
                            arrived.push(arrives);
                        }
                    }
                }
                arrived
            }
        };
        for fact in facts {
            if let Some((key, candidate)) = candidate(engine, sink, fact) {
                found.entry(key).or_default().push(candidate);
            }
        }
    }
    found.into_iter().map(|(key, candidates)| flow(engine, key, candidates)).collect()
}

/// What identifies a flow, in the order of the report.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]
struct Key {
    sink: Span,
    element: Symbol,
    destination: Symbol,
    host: Option<Symbol>,
    disclosure: Span,
    protections: Vec<Symbol>,
    rule: u32,
}

struct Candidate {
    source: SourcePoint,
    confidence: Confidence,
    evidence: Vec<String>,
    fact: Fact,
    sink: SinkFact,
}

fn candidate(engine: &Engine<'_>, sink: &SinkFact, fact: Fact) -> Option<(Key, Candidate)> {
    let rule = &engine.rules.set.sinks[sink.sink.rule as usize];
    let (destination, host) = destination(engine, rule.destination, &sink.beside.host);
    if engine.rules.is_cleaned_for(fact.protections, &destination) {
        return None;
    }
    let function = |id: crate::link::FunctionId| Program::display(engine.program.functions[id].qualified);
    let (element, source, believed, mut evidence) = match (&fact.origin, &fact.hint) {
        (Origin::Source(source), hint) => {
            let refined = hint.as_ref().filter(|_| source.is_generic);
            let element = refined.map_or(source.element, |hint| hint.element);
            let mut evidence = vec![format!("{} reads it", source.symbol)];
            evidence.extend(refined.map(|hint| hint.reason.to_string()));
            let point = SourcePoint {
                span: source.span,
                symbol: source.symbol,
                function: source.function.map(function),
                kind: source.kind,
                rule: source.rule,
            };
            (element, point, source.confidence, evidence)
        }
        (Origin::Path(_), Some(hint)) => {
            let point = SourcePoint {
                span: hint.span,
                symbol: hint.symbol,
                function: hint.function.map(function),
                kind: hint.kind,
                rule: hint.rule,
            };
            (hint.element, point, hint.confidence, vec![hint.reason.to_string()])
        }
        (Origin::Path(_), None) => return None,
    };
    let element = engine.rules.guards.refined(element, fact.protections).unwrap_or(element);
    if fact.unknown_calls > 0 {
        let calls = if fact.unknown_calls == 1 { "call" } else { "calls" };
        evidence.push(format!("{} {calls} on the way that no rule models", fact.unknown_calls));
    }
    let confidence = believed.min(fact.edge);
    let key = Key {
        sink: sink.sink.span,
        element,
        destination,
        host,
        disclosure: sink.disclosure.span,
        protections: engine.rules.effects_of(fact.protections),
        rule: sink.sink.rule,
    };
    Some((key, Candidate { source, confidence, evidence, fact, sink: sink.clone() }))
}

/// Where the data goes, with the host where it is known.
fn destination(engine: &Engine<'_>, declared: Symbol, host: &Value) -> (Symbol, Option<Symbol>) {
    let known = host.constants.known().iter().find_map(|constant| match constant {
        Const::Str(text) => host_of(text),
        _ => None,
    });
    let known = known.or_else(|| host_of_beginning(host.beginning?.as_str()));
    let Some(host) = known else { return (declared, None) };
    if declared != "network.unknown" {
        return (declared, Some(host));
    }
    let vendor = engine
        .rules
        .set
        .destinations
        .iter()
        .find(|destination| destination.hosts.iter().any(|pattern| covers_host(pattern, &host)));
    match vendor {
        Some(vendor) => (vendor.id, Some(host)),
        None => (Symbol::new("network.third_party"), Some(host)),
    }
}

/// The host of a text that goes on with what nobody knows: it must be complete.
fn host_of_beginning(text: &str) -> Option<Symbol> {
    let (_, rest) = text.split_once("://")?;
    let is_ended = rest.contains(['/', '?', '#']);
    host_of(text).filter(|host| is_ended || (host.contains('.') && !host.ends_with(['.', '-'])))
}

/// The host of a URL, or of a text that is nothing but a host.
fn host_of(text: &str) -> Option<Symbol> {
    let (rest, has_scheme) = match text.split_once("://") {
        Some((_, rest)) => (rest, true),
        None => (text, false),
    };
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    let is_host = !host.is_empty()
        && host.chars().all(|character| character.is_ascii_alphanumeric() || matches!(character, '.' | '-'))
        && (has_scheme || host.contains('.'));
    is_host.then(|| Symbol::new(&host.to_ascii_lowercase()))
}

fn flow(engine: &Engine<'_>, key: Key, mut candidates: Vec<Candidate>) -> Flow {
    candidates.sort_by(|a, b| {
        let rank = |candidate: &Candidate| {
            (std::cmp::Reverse(candidate.confidence), candidate.fact.trace.len(), candidate.source.clone())
        };
        rank(a).cmp(&rank(b))
    });
    let mut other_sources: Vec<SourcePoint> =
        candidates[1..].iter().map(|candidate| candidate.source.clone()).collect();
    let best = candidates.swap_remove(0);
    other_sources.sort();
    other_sources.dedup();
    other_sources.retain(|source| *source != best.source);
    other_sources.truncate(MAX_OTHER_SOURCES);
    let function = |id: crate::link::FunctionId| Program::display(engine.program.functions[id].qualified);
    let sink = &best.sink.sink;
    let disclosure = &best.sink.disclosure;
    let steps = witness(engine, &best);
    let stored_as = best.sink.beside.key.constants.known().iter().find_map(|constant| match constant {
        Const::Str(text) => Some(*text),
        _ => None,
    });
    Flow {
        element: key.element,
        destination: key.destination,
        host: key.host,
        protections: key.protections,
        possible_protections: engine.rules.effects_of(best.fact.possible),
        confidence: best.confidence,
        evidence: best.evidence,
        source: best.source,
        other_sources,
        disclosure: CallPoint {
            span: disclosure.span,
            callee: Program::display(disclosure.callee),
            function: function(disclosure.function),
        },
        sink: CallPoint { span: sink.span, callee: Program::display(sink.callee), function: function(sink.function) },
        argument: sink.argument,
        sink_rule: engine.rules.set.sinks[sink.rule as usize].id,
        stored_as,
        skeleton: sink.skeleton.to_string(),
        steps,
    }
}

/// The steps of the best witness, from the source through the disclosure to the sink.
fn witness(engine: &Engine<'_>, best: &Candidate) -> Vec<WitnessStep> {
    let function = |id: crate::link::FunctionId| Some(Program::display(engine.program.functions[id].qualified));
    let sink = &best.sink.sink;
    let disclosure = &best.sink.disclosure;
    let mut steps =
        vec![WitnessStep { span: best.source.span, kind: StepKind::Source, function: best.source.function }];
    for step in best.fact.trace.steps(MAX_STEPS) {
        if matches!(step.kind, StepKind::Source | StepKind::Sink) {
            continue;
        }
        let kind = if step.span == disclosure.span { StepKind::Disclosure } else { step.kind };
        let next = WitnessStep { span: step.span, kind, function: function(step.function) };
        if steps.last().is_none_or(|last| last.span != next.span) {
            steps.push(next);
        }
    }
    if !steps.iter().any(|step| step.kind == StepKind::Disclosure) {
        steps.push(WitnessStep {
            span: disclosure.span,
            kind: StepKind::Disclosure,
            function: function(disclosure.function),
        });
    }
    steps.push(WitnessStep { span: sink.span, kind: StepKind::Sink, function: function(sink.function) });
    steps
}
