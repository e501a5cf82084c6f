//! Everything that evidence takes for personal data, whether or not it flows anywhere: declarations in the code and in
//! the schemas beside it, fields of screens, permissions, and the reads that interpretations met, as a list of [`Occurrence`]s in the order of elements and places.
//!
//! A place counts once for an element, with the strongest evidence for it. Of weak names alone most say nothing of a
//! person: what is of low confidence is left out, unless a flow that is believed begins there. So no such flow speaks of
//! data that the list lacks.

use std::collections::BTreeMap;
use std::sync::Mutex;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Span, Symbol};
use crate::ir::Modifiers;
use crate::link::{FunctionId, Program};
use crate::resource::{Resources, View};
use crate::rules::model::Element;
use crate::taint::engine::Engine;
use crate::taint::value::{Hint, Source};
use crate::taint::{Confidence, Flow, Occurrence, SourceKind, SourcePoint};

/// What is believed less is no more than a hint, which flows may confirm.
const LEAST: Confidence = Confidence::Medium;

/// Reads that interpretations met: each once, in whatever order threads come by.
#[derive(Default)]
pub struct MetReads(Mutex<FxHashSet<Read>>);

/// A read, before its function has a name.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Read {
    element: Symbol,
    span: Span,
    symbol: Symbol,
    function: Option<FunctionId>,
    kind: SourceKind,
    rule: Symbol,
    confidence: Confidence,
}

impl MetReads {
    /// Notes what a rule says is read.
    pub fn note_source(&self, source: &Source) {
        self.note(Read {
            element: source.element,
            span: source.span,
            symbol: source.symbol,
            function: source.function,
            kind: source.kind,
            rule: source.rule,
            confidence: source.confidence,
        });
    }

    /// Notes what a name says is read.
    pub fn note_hint(&self, hint: &Hint) {
        self.note(read_of(hint));
    }

    fn note(&self, read: Read) {
        self.0.lock().expect("no interpretation panicked").insert(read);
    }
}

fn read_of(hint: &Hint) -> Read {
    Read {
        element: hint.element,
        span: hint.span,
        symbol: hint.symbol,
        function: hint.function,
        kind: hint.kind,
        rule: hint.rule,
        confidence: hint.confidence,
    }
}

/// The occurrences in a program, with what stands beside the code and with the sources of its flows.
pub fn occurrences(engine: &Engine<'_>, resources: &Resources, flows: &[Flow]) -> Vec<Occurrence> {
    let mut found = Places::default();
    let name_of = |function: FunctionId| Program::display(engine.program.functions[function].qualified);
    let mut add_read = |read: Read| {
        let source = SourcePoint {
            span: read.span,
            symbol: read.symbol,
            function: read.function.map(name_of),
            kind: read.kind,
            rule: read.rule,
        };
        found.add(read.element, source, read.confidence);
    };
    declared_fields(engine).iter().for_each(|hint| add_read(read_of(hint)));
    parameters(engine).iter().for_each(|hint| add_read(read_of(hint)));
    input_fields(engine, resources).iter().for_each(|hint| add_read(read_of(hint)));
    let declarations = resources.declarations.iter();
    declarations.filter_map(|one| engine.evidence.declaration(one)).for_each(|hint| add_read(read_of(&hint)));
    permissions(engine, resources).for_each(&mut add_read);
    let met = engine.met_reads.0.lock().expect("no interpretation panicked");
    met.iter().for_each(|read| add_read(*read));
    for flow in flows {
        for source in std::iter::once(&flow.source).chain(&flow.other_sources) {
            found.add_source_of_flow(flow, source);
        }
    }
    found.into_occurrences()
}

fn declared_fields(engine: &Engine<'_>) -> Vec<std::sync::Arc<Hint>> {
    let program = engine.program;
    let names = program.classes.indices().flat_map(|class| {
        let qualified = program.classes[class].qualified;
        program.class(class).fields.iter().map(move |field| (qualified, field.name))
    });
    let said = names.filter_map(|(class, field)| engine.evidence.field(class, field));
    said.filter(|hint| !hint.is_impersonal).collect()
}

/// Parameters of functions that somebody wrote.
fn parameters(engine: &Engine<'_>) -> Vec<std::sync::Arc<Hint>> {
    let program = engine.program;
    let written = program.functions.indices().filter(|&function| {
        let declaration = program.function(function);
        !declaration.modifiers.contains(Modifiers::SYNTHETIC)
    });
    let each = written
        .flat_map(|function| (0..program.function(function).parameters.len()).map(move |index| (function, index)));
    let said = each.filter_map(|(function, index)| engine.evidence.parameter(function, index));
    said.filter(|hint| !hint.is_impersonal).collect()
}

/// Fields of screens that people fill in: those of types that a source reads from.
fn input_fields(engine: &Engine<'_>, resources: &Resources) -> Vec<std::sync::Arc<Hint>> {
    if !resources.layouts.has_views() {
        return Vec::new();
    }
    let types = engine.program.library.by_simple_name();
    let mut is_input: FxHashMap<&str, bool> = FxHashMap::default();
    let mut takes_input = |view: &'_ View| {
        let tag = Symbol::new(&view.tag);
        let class = types.get(&tag).copied().unwrap_or(tag);
        let reads_from = |source: &crate::rules::model::Source| {
            source.matches.types.iter().any(|pattern| engine.program.is_named(class, *pattern))
        };
        *is_input.entry(tag.as_str()).or_insert_with(|| engine.rules.set.sources.iter().any(reads_from))
    };
    let inputs = resources.layouts.each_view().filter(|(_, view)| takes_input(view));
    inputs.filter_map(|(id, view)| engine.evidence.input(view, Symbol::new(id), &engine.configured)).collect()
}

/// Permissions by which an app gets personal data.
fn permissions<'e>(engine: &'e Engine<'_>, resources: &'e Resources) -> impl Iterator<Item = Read> + 'e {
    let of_element = |element: &'e Element| element.permissions.iter().map(move |permission| (*permission, element.id));
    let elements: Vec<(Symbol, Symbol)> = engine.rules.set.elements.iter().flat_map(of_element).collect();
    resources.permissions.iter().flat_map(move |asked| {
        let given: Vec<Symbol> =
            elements.iter().filter(|(name, _)| *name == asked.name.as_str()).map(|(_, element)| *element).collect();
        given.into_iter().map(|element| Read {
            element,
            span: asked.span,
            symbol: Symbol::new(&asked.name),
            function: None,
            kind: SourceKind::Permission,
            rule: element,
            confidence: Confidence::High,
        })
    })
}

/// Occurrences by element and place.
#[derive(Default)]
struct Places(BTreeMap<(Symbol, Span), (SourcePoint, Confidence)>);

impl Places {
    /// Takes in a place: the strongest evidence stays, among equals the first in order.
    fn add(&mut self, element: Symbol, source: SourcePoint, confidence: Confidence) {
        let rank = |source: &SourcePoint, confidence: Confidence| (std::cmp::Reverse(confidence), source.clone());
        let key = (element, source.span);
        match self.0.get(&key) {
            Some((own, believed)) if rank(own, *believed) <= rank(&source, confidence) => {}
            _ => {
                self.0.insert(key, (source, confidence));
            }
        }
    }

    /// Takes in the source of a flow where nothing else spoke of it: how far the flow is believed says least of it.
    fn add_source_of_flow(&mut self, flow: &Flow, source: &SourcePoint) {
        let known = self.0.get(&(flow.element, source.span));
        let is_listed = known.is_some_and(|(_, confidence)| *confidence >= LEAST);
        if flow.confidence >= LEAST && !is_listed {
            self.add(flow.element, source.clone(), flow.confidence);
        }
    }

    fn into_occurrences(self) -> Vec<Occurrence> {
        let believed = self.0.into_iter().filter(|(_, (_, confidence))| *confidence >= LEAST);
        believed.map(|((element, _), (source, confidence))| Occurrence { element, source, confidence }).collect()
    }
}
