//! The value-flow graph of the whole program, and reachability over it.
//!
//! Nodes are places that live on and entry paths of functions that run by themselves. An edge says that what one
//! place holds may come to be in another. Only places that sinks ask for are built: a place asks for what was written
//! to it, for the corresponding part of what was written above it, and for its siblings where a key is unknown.
//!
//! Labels then move along the edges until nothing changes: sources, and places that nothing is written to, which
//! carry the best name met on the way. Each place keeps one witness per origin and set of protections.

use std::collections::VecDeque;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use rustc_hash::FxHashMap;

use crate::taint::path::Step;
use crate::taint::value::{Fact, How, Origin, Value};
use crate::taint::whole::{Node, Whole, Written};

/// Bound: places of the graph.
pub const MAX_NODES: usize = 400_000;
/// Bound: labels kept per place.
const MAX_LABELS: usize = 32;

/// The graph with the labels of each place.
pub struct ValueFlowGraph<'w> {
    whole: &'w Whole,
    graph: DiGraph<Node, Fact>,
    index: FxHashMap<Node, NodeIndex>,
    labels: Vec<Value>,
    /// Whether the bound on nodes was hit.
    pub is_cut: bool,
}

impl<'w> ValueFlowGraph<'w> {
    /// Builds the graph for all that `sinks` ask for, and moves labels over it.
    pub fn build(whole: &'w Whole, wanted: impl Iterator<Item = Node>) -> ValueFlowGraph<'w> {
        let mut graph = ValueFlowGraph {
            whole,
            graph: DiGraph::new(),
            index: FxHashMap::default(),
            labels: Vec::new(),
            is_cut: false,
        };
        let mut pending: Vec<NodeIndex> = Vec::new();
        for node in wanted {
            graph.node(node, &mut pending);
        }
        while let Some(index) = pending.pop() {
            graph.connect(index, &mut pending);
        }
        graph.propagate();
        graph
    }

    /// What may be in a place.
    pub fn labels(&self, node: &Node) -> &[Fact] {
        self.index.get(node).map_or(&[], |index| &self.labels[index.index()].facts)
    }

    fn node(&mut self, node: Node, pending: &mut Vec<NodeIndex>) -> Option<NodeIndex> {
        if let Some(&index) = self.index.get(&node) {
            return Some(index);
        }
        if self.graph.node_count() >= MAX_NODES {
            self.is_cut = true;
            return None;
        }
        let index = self.graph.add_node(node.clone());
        self.labels.push(Value::none());
        self.index.insert(node, index);
        pending.push(index);
        Some(index)
    }

    fn connect(&mut self, to: NodeIndex, pending: &mut Vec<NodeIndex>) {
        let node = self.graph[to].clone();
        let mut is_written = false;
        let steps = node.path.steps().to_vec();
        for length in (0..=steps.len()).rev() {
            let above = Node { function: node.function, path: node.path.prefix(length) };
            let below = &steps[length..];
            let Some(writes) = self.whole.writes.get(&above) else { continue };
            // Content of the whole comes out at its parts, but an object says nothing of a part that it lacks.
            for written in writes {
                match written {
                    Written::Place(from, fact) if below.is_empty() || fact.how == How::Exact => {
                        if let Some(from) = self.node(from.extend(below), pending) {
                            self.graph.add_edge(from, to, fact.clone());
                        }
                        is_written = true;
                    }
                    Written::Place(from, fact) => {
                        if let Some(from) = self.node(from.clone(), pending) {
                            self.graph.add_edge(from, to, fact.clone());
                        }
                    }
                    Written::Source(fact) => {
                        self.labels[to.index()].add(fact.clone());
                        is_written = true;
                    }
                    Written::Clean => is_written |= below.is_empty(),
                }
            }
        }
        for sibling in self.siblings(&node) {
            if let Some(from) = self.node(sibling.clone(), pending) {
                self.graph.add_edge(from, to, Fact::path(sibling.path));
                is_written = true;
            }
        }
        if !is_written {
            self.labels[to.index()].add(Fact::path(node.path));
        }
    }

    /// Places whose value may be meant, too, because a key is unknown on one side.
    fn siblings(&self, node: &Node) -> Vec<Node> {
        let Some((last, above)) = node.path.steps().split_last() else { return Vec::new() };
        let above = Node { function: node.function, path: node.path.prefix(above.len()) };
        let length = node.path.steps().len();
        match last {
            Step::Key(_) => {
                let any = above.extend(&[Step::Element]);
                if self.whole.writes.contains_key(&any) { vec![any] } else { Vec::new() }
            }
            Step::Element => self
                .whole
                .written_below
                .get(&above)
                .into_iter()
                .flatten()
                .filter(|other| other.path.steps().len() == length)
                .filter(|other| matches!(other.path.steps().last(), Some(Step::Key(_))))
                .cloned()
                .collect(),
            _ => Vec::new(),
        }
    }

    fn propagate(&mut self) {
        let mut queue: VecDeque<NodeIndex> =
            self.graph.node_indices().filter(|index| !self.labels[index.index()].facts.is_empty()).collect();
        let mut queued = vec![false; self.graph.node_count()];
        queue.iter().for_each(|index| queued[index.index()] = true);
        while let Some(from) = queue.pop_front() {
            queued[from.index()] = false;
            let labels = self.labels[from.index()].facts.clone();
            let mut outgoing: Vec<(NodeIndex, Fact)> =
                self.graph.edges(from).map(|edge| (edge.target(), edge.weight().clone())).collect();
            outgoing.reverse();
            for (to, edge) in outgoing {
                let mut changed = false;
                for label in &labels {
                    if self.labels[to.index()].facts.len() < MAX_LABELS {
                        changed |= self.labels[to.index()].add(along(label, &edge));
                    }
                }
                if changed && !std::mem::replace(&mut queued[to.index()], true) {
                    queue.push_back(to);
                }
            }
        }
    }
}

/// A label after an edge.
pub fn along(label: &Fact, edge: &Fact) -> Fact {
    let mut fact = label.clone();
    fact.how = label.how.max(edge.how);
    fact.protections |= edge.protections;
    fact.possible |= edge.possible;
    fact.unknown_calls = fact.unknown_calls.saturating_add(edge.unknown_calls);
    fact.edge = label.edge.min(edge.edge);
    fact.refine(edge.hint.as_ref());
    fact.trace = label.trace.splice(&edge.trace);
    fact
}

/// Whether a label is a source, not a place that nothing is known of.
pub fn is_source(fact: &Fact) -> bool {
    matches!(fact.origin, Origin::Source(_))
}
