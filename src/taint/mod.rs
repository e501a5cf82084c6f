//! The taint engine: which data element reaches which sink.

mod distinct;
mod fingerprint;
mod flow;

pub use distinct::distinct;
pub use fingerprint::fingerprints;
pub use flow::*;

use std::collections::BTreeSet;

use crate::base::{Diagnostic, Span, Symbol};
use crate::link::Program;
use crate::rules::model::RuleSet;

/// All that the engine found.
#[derive(Clone, Default, Debug)]
pub struct Analysis {
    /// Flows, ordered by sink, element, destination, disclosure.
    pub flows: Vec<Flow>,
    /// Every sink site that was reached by the analysis, tainted or not, sorted.
    pub sink_sites: Vec<SinkSite>,
    /// Every declaration and read that evidence takes for personal data, sorted by place.
    pub occurrences: Vec<Occurrence>,
    /// Library calls without a model that a tainted value entered, most frequent first.
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

/// A library call without a model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unmodelled {
    /// The callee, qualified as far as known, with its arity (`com.foo.Bar.baz/2`).
    pub callee: Symbol,
    /// How many calls a tainted value entered.
    pub calls: usize,
    /// The first of them.
    pub example: Span,
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

/// Finds the flows of `program` under `rules`.
pub fn analyse(_program: &Program, _rules: &RuleSet) -> Analysis {
    Analysis::default()
}
