//! From sinks and labels to flows: whole objects are expanded, sources chosen, destinations named, witnesses written.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

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
use crate::taint::value::{Fact, How, Origin, Protections, Value};
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
            if engine.leaves(type_of(&above).as_ref(), steps, own.how) && !seen.contains(&part) {
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
                if parts.len() < MAX_PARTS && fact.is_named() {
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
    let sinks = whole.sinks.par_iter().zip(wanted);
    let arrived: Vec<Vec<(Key, Candidate<'_>)>> =
        sinks.map(|((node, sink), parts)| arrivals(engine, node.as_ref().map(|_| parts), sink, graph)).collect();
    let mut found: BTreeMap<Key, Candidate<'_>> = BTreeMap::new();
    for (key, candidate) in arrived.into_iter().flatten() {
        match found.entry(key) {
            Entry::Occupied(mut own) => own.get_mut().join(candidate),
            Entry::Vacant(place) => {
                place.insert(candidate);
            }
        }
    }
    found.into_iter().map(|(key, candidate)| flow(engine, key, candidate)).collect()
}

/// What arrives at one sink: the best candidate for each flow.
fn arrivals<'w>(
    engine: &Engine<'_>,
    parts: Option<&Parts>,
    sink: &'w SinkFact,
    graph: &ValueFlowGraph<'_>,
) -> Vec<(Key, Candidate<'w>)> {
    let rule = &engine.rules.set.sinks[sink.sink.rule as usize];
    let going = destination(engine, rule.destination, &sink.beside.host);
    let mut found: Vec<(Key, Candidate<'w>)> = Vec::new();
    let mut add = |fact: Fact| {
        let Some((key, candidate)) = candidate(engine, sink, &going, fact) else { return };
        match found.iter_mut().find(|(own, _)| *own == key) {
            Some((_, own)) => own.join(candidate),
            None => found.push((key, candidate)),
        }
    };
    let Some(parts) = parts else {
        add(sink.fact.clone());
        return found;
    };
    for (part, fact) in parts {
        if graph.is_full(part) {
            engine.bound_hit(bounds::FACTS, sink.sink.span);
        }
        let labels = graph.labels(part);
        let by_flow = labels.iter().any(|label| is_source(label) || label.hint.is_some());
        // A name is a hypothesis: it yields to what arrives.
        let said = labels.iter().filter(|label| !by_flow || is_source(label) || label.hint.is_some());
        said.for_each(|label| add(along(label, fact)));
    }
    found
}

/// What identifies a flow, in the order of the report.
#[derive(PartialEq, Eq, PartialOrd, Ord, Clone)]
struct Key {
    sink: Span,
    element: Symbol,
    destination: Symbol,
    host: Option<Symbol>,
    disclosure: Span,
    protections: Protections,
    rule: u32,
}

/// The best witness of a flow so far, and where else the data comes from.
struct Candidate<'w> {
    source: SourcePoint,
    confidence: Confidence,
    fact: Fact,
    sink: &'w SinkFact,
    others: BTreeSet<SourcePoint>,
}

impl Candidate<'_> {
    /// Takes in another candidate for the same flow: more believable, shorter or smaller by its source is better.
    fn join(&mut self, mut other: Self) {
        let rank = |candidate: &Self| {
            (std::cmp::Reverse(candidate.confidence), candidate.fact.trace.len(), candidate.source.clone())
        };
        if rank(&other) < rank(self) {
            std::mem::swap(self, &mut other);
        }
        self.others.append(&mut other.others);
        if other.source != self.source {
            self.others.insert(other.source);
        }
        while self.others.len() > MAX_OTHER_SOURCES + 1 {
            self.others.pop_last();
        }
    }
}

fn candidate<'w>(
    engine: &Engine<'_>,
    sink: &'w SinkFact,
    (destination, host): &(Symbol, Option<Symbol>),
    fact: Fact,
) -> Option<(Key, Candidate<'w>)> {
    if engine.rules.is_cleaned_for(fact.protections, destination) {
        return None;
    }
    if fact.hint.as_ref().is_some_and(|hint| hint.is_impersonal) {
        return None;
    }
    let (element, believed) = match (&fact.origin, &fact.hint) {
        (Origin::Source(source), hint) => {
            let refined = hint.as_ref().filter(|_| source.is_generic);
            (refined.map_or(source.element, |hint| hint.element), source.confidence)
        }
        (Origin::Path(_), Some(hint)) => (hint.element, hint.confidence),
        (Origin::Path(_), None) => return None,
    };
    let guards = &engine.rules.guards;
    let undecided = || guards.undecided(engine.program, element, fact.hint.as_ref()?.symbol);
    let element = guards.refined(element, fact.protections).or_else(undecided).unwrap_or(element);
    let key = Key {
        sink: sink.sink.span,
        element,
        destination: *destination,
        host: *host,
        disclosure: sink.disclosure.span,
        protections: engine.rules.proven(fact.protections),
        rule: sink.sink.rule,
    };
    let source = source_point(engine, &fact)?;
    let confidence = believed.min(fact.edge);
    Some((key, Candidate { source, confidence, fact, sink, others: BTreeSet::new() }))
}

/// Where the data of a fact comes into being.
fn source_point(engine: &Engine<'_>, fact: &Fact) -> Option<SourcePoint> {
    let function = |id: crate::link::FunctionId| Program::display(engine.program.functions[id].qualified);
    Some(match (&fact.origin, &fact.hint) {
        (Origin::Source(source), _) => SourcePoint {
            span: source.span,
            symbol: source.symbol,
            function: source.function.map(function),
            kind: source.kind,
            rule: source.rule,
        },
        (Origin::Path(_), hint) => {
            let hint = hint.as_ref()?;
            SourcePoint {
                span: hint.span,
                symbol: hint.symbol,
                function: hint.function.map(function),
                kind: hint.kind,
                rule: hint.rule,
            }
        }
    })
}

/// Why a fact is taken for what it is, for a person.
fn evidence(fact: &Fact) -> Vec<String> {
    let mut evidence = Vec::new();
    let mut hint = fact.hint.as_ref();
    if let Origin::Source(source) = &fact.origin {
        evidence.push(format!("{} reads it", source.symbol));
        hint = hint.filter(|_| source.is_generic);
    }
    evidence.extend(hint.map(|hint| hint.reason.to_string()));
    if fact.unknown_calls > 0 {
        let calls = if fact.unknown_calls == 1 { "call" } else { "calls" };
        evidence.push(format!("{} {calls} on the way that no rule models", fact.unknown_calls));
    }
    evidence
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

fn flow(engine: &Engine<'_>, key: Key, mut best: Candidate<'_>) -> Flow {
    best.others.remove(&best.source);
    let other_sources: Vec<SourcePoint> =
        std::mem::take(&mut best.others).into_iter().take(MAX_OTHER_SOURCES).collect();
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
        protections: engine.rules.effects_of(key.protections),
        possible_protections: engine.rules.effects_of(best.fact.possible),
        confidence: best.confidence,
        evidence: evidence(&best.fact),
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
fn witness(engine: &Engine<'_>, best: &Candidate<'_>) -> Vec<WitnessStep> {
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
