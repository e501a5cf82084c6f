//! The value-flow graph of the whole program, and reachability over it.
//!
//! Nodes are places that live on and entry paths of functions that run by themselves. An edge says that what one
//! place holds may come to be in another. Only places that sinks ask for are built: a place asks for what was written
//! to it, for the corresponding part of what was written above it, and for its siblings where a key is unknown.
//!
//! Labels then move along the edges until nothing changes: sources, and places that nothing is written to, which
//! carry the best name met on the way. Each place keeps one witness per origin and set of protections.

use std::collections::{BTreeSet, VecDeque};

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use rustc_hash::FxHashMap;

use crate::ir::Const;
use crate::taint::path::{Path, Step};
use crate::taint::value::{Fact, How, Origin, Value};
use crate::taint::whole::{Node, Whole, Written};

/// Bound: places of the graph.
pub const MAX_NODES: usize = 400_000;
/// Bound: parts of one place that are told apart. Where structures hold their own kind, a part of a part is asked for
/// without end; of those beyond the bound only the last step is kept.
pub const MAX_PLACE_PARTS: usize = 256;
/// Bound: places that one place may be because keys are unknown.
const MAX_PLACES: usize = 64;

/// The graph with the labels of each place.
pub struct ValueFlowGraph<'w> {
    whole: &'w Whole,
    graph: DiGraph<Node, Edge<'w>>,
    index: FxHashMap<Node, NodeIndex>,
    /// How many parts of a place are told apart so far.
    parts: FxHashMap<Node, usize>,
    labels: Vec<Value>,
    /// Places of which not all parts are told apart.
    pub folded: BTreeSet<Node>,
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
            parts: FxHashMap::default(),
            labels: Vec::new(),
            folded: BTreeSet::new(),
            is_cut: false,
        };
        let mut pending: VecDeque<NodeIndex> = VecDeque::new();
        for node in wanted {
            graph.node(node, &mut pending);
        }
        while let Some(index) = pending.pop_front() {
            graph.connect(index, &mut pending);
        }
        graph.propagate();
        graph
    }

    /// What may be in a place.
    pub fn labels(&self, node: &Node) -> &[Fact] {
        self.index.get(node).map_or(&[], |index| &self.labels[index.index()].facts)
    }

    /// Whether more labels come to a place, or to one before it, than are kept.
    pub fn is_full(&self, node: &Node) -> bool {
        self.index.get(node).is_some_and(|index| self.labels[index.index()].is_cut)
    }

    fn node(&mut self, node: Node, pending: &mut VecDeque<NodeIndex>) -> Option<NodeIndex> {
        if let Some(&index) = self.index.get(&node) {
            return Some(index);
        }
        if self.graph.node_count() >= MAX_NODES {
            self.is_cut = true;
            return None;
        }
        let owner = owner_of_part(&node);
        let parts = self.parts.entry(owner.clone()).or_default();
        *parts += 1;
        if let [_, .., last] = node.path.steps()[owner.path.steps().len()..]
            && *parts > MAX_PLACE_PARTS
        {
            let stand_in = owner.extend(&[last]);
            self.folded.insert(owner);
            let index = self.node(stand_in, pending)?;
            self.index.insert(node, index);
            return Some(index);
        }
        let index = self.graph.add_node(node.clone());
        self.labels.push(Value::none());
        self.index.insert(node, index);
        pending.push_back(index);
        Some(index)
    }

    fn connect(&mut self, to: NodeIndex, pending: &mut VecDeque<NodeIndex>) {
        let node = self.graph[to].clone();
        let mut is_written = false;
        let steps = node.path.steps().to_vec();
        let places = self.places(&node);
        let are_records = places.iter().filter(|place| has_name_as_key(&place.node.path, place.first)).count() > 1;
        for Place { node: place, first } in places {
            let has_own_key = are_records && has_name_as_key(&place.path, first);
            let key = node.path.steps().get(first.wrapping_sub(1)).copied();
            for length in (first..=steps.len()).rev() {
                let above = Node { function: node.function, path: place.path.prefix(length) };
                let reading = Reading { below: &steps[length..], key: key.filter(|_| length == first), has_own_key };
                is_written |= self.take_writes(to, &above, &reading, pending);
            }
        }
        if !is_written {
            self.labels[to.index()].add(Fact::path(node.path));
        }
    }

    /// What was written to `above` comes to `to`, a part of it; tells whether that says what is there.
    fn take_writes(
        &mut self,
        to: NodeIndex,
        above: &Node,
        reading: &Reading<'_>,
        pending: &mut VecDeque<NodeIndex>,
    ) -> bool {
        let whole = self.whole;
        let below = reading.below;
        let mut is_written = false;
        let has_own_key = reading.has_own_key;
        // Content of the whole comes out at its parts, but an object says nothing of a part that it lacks.
        for written in whole.writes.get(above).into_iter().flatten() {
            match written {
                Written::Place(from, fact) if below.is_empty() || fact.how == How::Exact => {
                    let from = reading.key.and_then(|key| under_same_key(from, key)).unwrap_or_else(|| from.clone());
                    if let Some(from) = self.node(from.extend(below), pending) {
                        self.graph.add_edge(from, to, Edge { fact, has_own_key });
                    }
                    is_written = true;
                }
                Written::Place(from, fact) => {
                    if let Some(from) = self.node(from.clone(), pending) {
                        self.graph.add_edge(from, to, Edge { fact, has_own_key });
                    }
                }
                Written::Source(fact) => {
                    let has_own_key = fact.has_own_key || has_own_key;
                    self.labels[to.index()].add(Fact { has_own_key, ..fact.clone() });
                    is_written = true;
                }
                Written::Clean => is_written |= below.is_empty(),
            }
        }
        is_written
    }

    /// The places whose writes `node` may hold: itself, and those that it may be where a key is unknown on one side.
    fn places(&self, node: &Node) -> Vec<Place> {
        let mut places = vec![Place { node: node.clone(), first: 0 }];
        for (position, step) in node.path.steps().iter().enumerate() {
            for index in 0..places.len() {
                let above = Node { function: node.function, path: places[index].node.path.prefix(position) };
                let others = match step {
                    Step::Key(_) => vec![Step::Element],
                    Step::Element => self.keys_below(&above, position),
                    _ => continue,
                };
                for other in others {
                    let place = above.extend(&[other]);
                    let is_known =
                        self.whole.writes.contains_key(&place) || self.whole.written_below.contains_key(&place);
                    if is_known && places.len() < MAX_PLACES {
                        let node = place.extend(&node.path.steps()[position + 1..]);
                        places.push(Place { node, first: position + 1 });
                    }
                }
            }
        }
        places
    }

    /// The constant keys under which something was written below `above`, which has `position` steps.
    fn keys_below(&self, above: &Node, position: usize) -> Vec<Step> {
        let below = self.whole.written_below.get(above).into_iter().flatten();
        let steps = below.filter_map(|other| other.path.steps().get(position).copied());
        let keys: BTreeSet<Step> = steps.filter(|step| matches!(step, Step::Key(_))).collect();
        keys.into_iter().collect()
    }

    fn propagate(&mut self) {
        let mut queue: VecDeque<NodeIndex> =
            self.graph.node_indices().filter(|index| !self.labels[index.index()].facts.is_empty()).collect();
        let mut queued = vec![false; self.graph.node_count()];
        queue.iter().for_each(|index| queued[index.index()] = true);
        while let Some(from) = queue.pop_front() {
            queued[from.index()] = false;
            let labels = self.labels[from.index()].facts.clone();
            let is_cut = self.labels[from.index()].is_cut;
            let mut outgoing: Vec<(NodeIndex, Edge<'_>)> =
                self.graph.edges(from).map(|edge| (edge.target(), *edge.weight())).collect();
            outgoing.reverse();
            for (to, edge) in outgoing {
                let own = &mut self.labels[to.index()];
                let was_cut = own.is_cut;
                own.is_cut |= is_cut;
                let mut changed = false;
                for label in &labels {
                    let mut fact = along(label, edge.fact);
                    fact.mix_key(edge.has_own_key, false);
                    changed |= own.add(fact);
                }
                changed |= own.is_cut != was_cut;
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
    fact.how = label.how.then(edge.how);
    fact.protections |= edge.protections;
    fact.possible |= edge.possible;
    fact.unknown_calls = fact.unknown_calls.saturating_add(edge.unknown_calls);
    fact.edge = label.edge.min(edge.edge);
    fact.mix_keys(edge);
    fact.is_thrown |= edge.is_thrown;
    fact.refine(edge.hint.as_ref());
    fact.trace = label.trace.splice(&edge.trace);
    fact
}

/// What happens to a label on its way from one place to another.
#[derive(Clone, Copy)]
struct Edge<'w> {
    /// What is written.
    fact: &'w Fact,
    /// It stands under one of several names, and any of them may be meant.
    has_own_key: bool,
}

/// The place that another one is a part of: the object that came in, or one field of what lives on.
fn owner_of_part(node: &Node) -> Node {
    let is_field = matches!(node.path.steps().first(), Some(Step::Field(_)));
    Node { function: node.function, path: node.path.prefix(usize::from(is_field)) }
}

/// How a place is read of another one above it.
struct Reading<'a> {
    /// The steps between them.
    below: &'a [Step],
    /// The key that is asked for, where what was written stands under any key.
    key: Option<Step>,
    /// What was written stands under one of several names, and any of them may be meant.
    has_own_key: bool,
}

/// The part under `key`, where all parts of a container were copied: each keeps its key.
fn under_same_key(from: &Node, key: Step) -> Option<Node> {
    let (last, above) = from.path.steps().split_last()?;
    let is_copy = *last == Step::Element && matches!(key, Step::Key(Const::Str(_)));
    is_copy.then(|| Node { function: from.function, path: from.path.prefix(above.len()).push(key) })
}

/// A place whose writes another one may hold.
struct Place {
    node: Node,
    /// The length from which on its beginnings differ from those of the places before it.
    first: usize,
}

/// Whether the last of the first `length` steps of a path is a name under which something was stored.
fn has_name_as_key(path: &Path, length: usize) -> bool {
    length > 0 && matches!(path.steps().get(length - 1), Some(Step::Key(Const::Str(_))))
}

/// Whether a label is a source, not a place that nothing is known of.
pub fn is_source(fact: &Fact) -> bool {
    matches!(fact.origin, Origin::Source(_))
}
