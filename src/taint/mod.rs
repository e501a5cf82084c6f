//! The taint engine: which data element reaches which sink.

mod access;
mod apply;
mod arguments;
mod blocks;
mod bounds;
mod call;
mod call_site;
mod channels;
mod collections;
mod configured;
mod construct;
mod contexts;
mod declared;
mod distinct;
mod engine;
mod evidence;
mod export;
mod fingerprint;
mod flow;
mod flows;
mod fold;
mod given;
mod graph;
mod guards;
mod interpret;
mod knowledge;
mod lasting;
mod library;
mod library_sinks;
mod library_sources;
mod literals;
mod mapped;
mod models;
mod occurrences;
mod operators;
mod order;
mod path;
mod ports;
mod references;
mod results;
mod selectors;
mod serialisers;
mod site;
mod state;
mod summary;
mod trace;
mod unmodelled;
mod value;
mod views;
mod whole;
mod whole_objects;
mod written;

pub use distinct::distinct;
pub use fingerprint::fingerprints;
pub use flow::*;

use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::base::{Diagnostic, Span, Symbol};
use crate::link::{FunctionId, Program};
use crate::resource::Resources;
use crate::rules::model::RuleSet;
use crate::taint::engine::Engine;
use crate::taint::graph::ValueFlowGraph;
use crate::taint::knowledge::Knowledge;
use crate::taint::order::CallGraph;

/// All that the engine found.
#[derive(Clone, Default, Debug)]
pub struct Analysis {
    /// Flows, ordered by sink, element, destination, disclosure.
    pub flows: Vec<Flow>,
    /// Every sink site that was reached by the analysis, tainted or not, sorted.
    pub sink_sites: Vec<SinkSite>,
    /// Every declaration and read that evidence takes for personal data, sorted by element and place.
    pub occurrences: Vec<Occurrence>,
    /// How many library calls personal data entered.
    pub library_calls: LibraryCalls,
    /// Those without a model, by callee, the most frequent first.
    pub unmodelled: Vec<Unmodelled>,
    /// Ids of the rules that matched anything.
    pub rules_used: BTreeSet<Symbol>,
    /// Bounds that were hit.
    pub diagnostics: Vec<Diagnostic>,
    /// What the analysis cost.
    pub work: Work,
}

/// A call or statement that a sink rule matched.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SinkSite {
    /// The site.
    pub span: Span,
    /// Destination id.
    pub destination: Symbol,
    /// Id of the sink rule.
    pub rule: Symbol,
}

/// A place that evidence takes for personal data, whether or not it flows anywhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Occurrence {
    /// The data element.
    pub element: Symbol,
    /// The place.
    pub source: SourcePoint,
    /// How strong the evidence is.
    pub confidence: Confidence,
}

/// How many library calls personal data entered.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct LibraryCalls {
    /// All of them.
    pub entered: usize,
    /// Those that rules speak of.
    pub modelled: usize,
    /// Calls beside them on receivers of which no class is known: whether a library is called, nobody can say.
    pub unresolved: usize,
}

/// Library calls without a model, of one callee.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unmodelled {
    /// The callee.
    pub callee: Callee,
    /// How many calls personal data entered.
    pub calls: usize,
    /// The first of them, sorted.
    pub places: Vec<Span>,
}

/// What a call of a library calls, as far as it is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Callee {
    /// The qualified class; `None` where nobody knows the receiver's, or where there is none.
    pub class: Option<Symbol>,
    /// The name.
    pub name: Symbol,
    /// How many arguments it is given.
    pub arity: usize,
    /// What is called.
    pub kind: CalleeKind,
    /// Key of the language of the call.
    pub language: Symbol,
}

impl Callee {
    /// Whether nobody knows what class the method is of.
    pub fn is_unresolved(&self) -> bool {
        self.class.is_none() && self.kind == CalleeKind::Method
    }
}

/// What kind of thing is called.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CalleeKind {
    /// A method of a receiver.
    Method,
    /// A function without a receiver.
    Function,
    /// A constructor.
    Constructor,
}

/// Counters of the analysis: the same for the same input.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Work {
    /// Functions of the program.
    pub functions: usize,
    /// Interpretations of a function body.
    pub interpretations: usize,
    /// Facts in the value-flow graph.
    pub facts: usize,
}

/// Bound: rounds in which newly found callees and cell contents are taken in.
const MAX_ROUNDS: usize = 5;

/// Finds the flows of `program` under `rules`, with what `resources` say of constants, screens and entries.
pub fn analyse(program: &Program, rules: &RuleSet, resources: &Resources) -> Analysis {
    let knowledge = Knowledge::new(rules);
    let mut engine = Engine::new(program, &knowledge, resources);
    let mut calls = CallGraph::new(program);
    let mut stale: FxHashSet<FunctionId> = program.functions.indices().collect();
    for round in 0..MAX_ROUNDS {
        let order = calls.order();
        stale.extend(engine.set_ranks(order.ranks));
        summarise_stale(&engine, &order.levels, &stale);
        stale = engine.prepare_round(&mut calls, whole::points_to(&engine), round == 0);
        if stale.is_empty() {
            break;
        }
        if round + 1 == MAX_ROUNDS {
            let first = stale.iter().min().expect("some function is stale");
            engine.bound_hit(bounds::ROUNDS, program.function(*first).name_span);
        }
    }
    let whole = whole::collect(&engine);
    let wanted = flows::wanted(&engine, &whole);
    let graph = ValueFlowGraph::build(&whole, wanted.iter().flatten().map(|(node, _)| node.clone()));
    if graph.is_cut
        && let Some((_, sink)) = whole.sinks.first()
    {
        engine.bound_hit(bounds::NODES, sink.sink.span);
    }
    let folded = graph.folded.iter().filter_map(|node| whole::place_of(&engine, node, None));
    folded.for_each(|place| engine.bound_hit(bounds::PLACE_PARTS, place));
    let found = flows::flows(&engine, &whole, &wanted, &graph);
    engine.report(found, &whole, resources)
}

/// Interprets the stale functions, and those above them as far as summaries change: where a summary says the same as
/// before, the wave ends.
fn summarise_stale(engine: &Engine<'_>, levels: &[Vec<(Vec<FunctionId>, bool)>], stale: &FxHashSet<FunctionId>) {
    let mut changed: FxHashSet<FunctionId> = FxHashSet::default();
    for level in levels {
        let is_touched = |function: &FunctionId| {
            stale.contains(function)
                || (!changed.is_empty() && engine.asked(*function).iter().any(|callee| changed.contains(callee)))
        };
        let found: Vec<Vec<FunctionId>> = level
            .par_iter()
            .filter(|(component, _)| component.iter().any(is_touched))
            .map(|(component, is_recursive)| engine.summarise(component, *is_recursive))
            .collect();
        changed.extend(found.into_iter().flatten());
    }
}
