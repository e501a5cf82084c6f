//! From summaries to what the whole program does: which functions run by themselves, what they put into cells that
//! live on, and what they let reach sinks.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::Span;
use crate::ir::{Const, FunctionKind};
use crate::link::FunctionId;
use crate::rules::index::RuleRef;
use crate::rules::model::{Entry, PortRoot};
use crate::taint::bounds;
use crate::taint::channels::received;
use crate::taint::engine::Engine;
use crate::taint::export::is_shared;
use crate::taint::given::plain_step;
use crate::taint::path::{Path, Root, Step};
use crate::taint::summary::{Context, ObjectKind, Selector, SinkFact, Summary};
use crate::taint::value::{Fact, ObjectId, Origin, Source, Value};
use crate::taint::{Confidence, SourceKind};

/// Bound: how deep objects in cells are unfolded.
const UNFOLD_DEPTH: usize = 4;
/// Bound: objects unfolded for one write; shared ones count again for each place that holds them.
pub const MAX_UNFOLDED: usize = 64;
/// Bound: writes kept per place.
pub const MAX_WRITES: usize = 64;

/// A place that lives on, or an entry path of a function that runs by itself.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Node {
    /// The function, for entry paths that belong to no lasting owner.
    pub function: Option<FunctionId>,
    /// The path; positions of lists are not told apart.
    pub path: Path,
}

impl Node {
    /// The part of this place under `steps`.
    pub fn extend(&self, steps: &[Step]) -> Node {
        Node { function: self.function, path: self.path.extend(steps) }
    }
}

/// What the program as a whole does.
#[derive(Default)]
pub struct Whole {
    /// What is written where: facts with their origin as a node, in order.
    pub writes: FxHashMap<Node, Vec<Written>>,
    /// The same, by the node that is read.
    pub written_below: FxHashMap<Node, Vec<Node>>,
    /// What reaches sinks, with the origin as a node.
    pub sinks: Vec<(Option<Node>, SinkFact)>,
    /// Number of facts.
    pub facts: usize,
}

/// One write.
#[derive(Clone)]
pub enum Written {
    /// What a place holds.
    Place(Node, Fact),
    /// What a source brings in.
    Source(Fact),
    /// Something that is no personal data.
    Clean,
}

impl Written {
    /// Whether another write says the same, witnesses apart.
    fn says_the_same(&self, other: &Written) -> bool {
        let same = |a: &Fact, b: &Fact| a.how == b.how && a.protections == b.protections && a.origin == b.origin;
        match (self, other) {
            (Written::Place(node, a), Written::Place(other, b)) => node == other && same(a, b),
            (Written::Source(a), Written::Source(b)) => same(a, b),
            (Written::Clean, Written::Clean) => true,
            _ => false,
        }
    }
}

/// Collects what the summaries of `engine` say of the whole program.
pub fn collect(engine: &Engine<'_>) -> Whole {
    collector(engine, true).whole
}

/// What cells may hold: classes and closures, wherever values that are passed on as they are bring them.
pub fn points_to(engine: &Engine<'_>) -> FxHashMap<Path, Vec<Selector>> {
    collector(engine, false).selectors()
}

fn collector<'e, 'p>(engine: &'e Engine<'p>, with_facts: bool) -> Collector<'e, 'p> {
    let mut collector = Collector { engine, with_facts, whole: Whole::default(), selectors: FxHashMap::default() };
    let (roots, used) = running(engine);
    for (function, context) in &used {
        let Some(summary) = engine.known_summary(*function, context) else { continue };
        let is_root = context.is_empty() && roots.contains(function);
        collector.summary(*function, &summary, is_root);
    }
    if with_facts {
        roots.iter().for_each(|function| collector.entry_sources(*function));
    }
    collector.share_with_kin();
    collector
}

/// The functions that run by themselves, and all that run, each with its contexts.
fn running(engine: &Engine<'_>) -> (BTreeSet<FunctionId>, Vec<(FunctionId, Arc<Context>)>) {
    let program = engine.program;
    let mut called = FxHashSet::default();
    for function in program.functions.indices() {
        let summary = engine.generic_summary(function);
        called.extend(summary.calls.iter().map(|(callee, _)| *callee).filter(|callee| *callee != function));
    }
    let mut roots: BTreeSet<FunctionId> = program
        .functions
        .indices()
        .filter(|function| program.has_body(*function))
        .filter(|function| !called.contains(function) || is_given_values(engine, *function))
        .collect();
    let mut seen = FxHashSet::default();
    let mut order = Vec::new();
    let reach = |start: FunctionId, seen: &mut FxHashSet<(FunctionId, Arc<Context>)>, order: &mut Vec<_>| {
        let mut pending = vec![(start, engine.no_context.clone())];
        while let Some(next) = pending.pop() {
            if !seen.insert(next.clone()) {
                continue;
            }
            if let Some(summary) = engine.known_summary(next.0, &next.1) {
                pending.extend(summary.calls.iter().rev().cloned());
            }
            order.push(next);
        }
    };
    for &root in &roots {
        reach(root, &mut seen, &mut order);
    }
    // Functions that only call each other: the first of them stands for the rest.
    let mut reached: FxHashSet<FunctionId> = order.iter().map(|(function, _)| *function).collect();
    for function in program.functions.indices() {
        if program.has_body(function) && !reached.contains(&function) {
            roots.insert(function);
            let before = order.len();
            reach(function, &mut seen, &mut order);
            reached.extend(order[before..].iter().map(|(function, _)| *function));
        }
    }
    (roots, order)
}

/// Whether a framework calls `function` with values that rules speak of.
fn is_given_values(engine: &Engine<'_>, function: FunctionId) -> bool {
    entry_rules(engine, function).next().is_some() || !received(engine, function).is_empty()
}

/// The entry rules that name parameters of `function` as sources, or that say who calls it.
fn entry_rules<'e>(engine: &'e Engine<'_>, function: FunctionId) -> impl Iterator<Item = &'e Entry> {
    let is_method = engine.program.function(function).kind == FunctionKind::Method;
    let declared = engine.declared[function.index()].iter().filter(move |_| is_method);
    declared.filter_map(move |declared| match declared.rule {
        RuleRef::Entry(index) => Some(&engine.rules.set.entries[index]).filter(|rule| match rule.named_by {
            Some(by) => engine.configured.names(by, engine.program.function(function).name),
            None => !rule.sources.is_empty(),
        }),
        _ => None,
    })
}

struct Collector<'e, 'p> {
    engine: &'e Engine<'p>,
    /// Whether taint is wanted, not only what objects stand where.
    with_facts: bool,
    whole: Whole,
    selectors: FxHashMap<Node, BTreeSet<Selector>>,
}

impl Collector<'_, '_> {
    fn summary(&mut self, function: FunctionId, summary: &Summary, is_root: bool) {
        if self.with_facts {
            let open = summary.open_sinks.iter().filter(|_| is_root);
            for sink in summary.sinks.iter().chain(open) {
                let node = match &sink.fact.origin {
                    Origin::Path(path) => Some(self.node(function, path)),
                    Origin::Source(_) => None,
                };
                self.whole.facts += 1;
                self.whole.sinks.push((node, sink.clone()));
            }
        }
        let mut homes: FxHashMap<ObjectId, Node> = FxHashMap::default();
        let effects = summary.effects.iter().map(|effect| (effect, false));
        let settled = summary.settled.iter().map(|effect| (effect, true));
        for ((path, value), is_settled) in effects.chain(settled) {
            let is_cell = matches!(path.start(), Root::Cell(_)) || (is_shared(path) && !value.objects.is_empty());
            if is_cell || is_root || is_settled {
                let node = self.node(function, path);
                if is_cell || node.function.is_none() {
                    let final_only = !is_root;
                    let mut pending = VecDeque::from([(node, value, 0)]);
                    let mut unfolded = 0;
                    while let Some((node, value, depth)) = pending.pop_front() {
                        self.write_facts(function, &node, value, final_only);
                        if depth >= UNFOLD_DEPTH {
                            continue;
                        }
                        for object in self.unfold(&node, summary, value) {
                            if depth == 0 {
                                self.share(&mut homes, object, &node);
                            }
                            unfolded += 1;
                            if unfolded > MAX_UNFOLDED {
                                let writer = self.engine.program.function(function).name_span;
                                self.engine.bound_hit(bounds::UNFOLDED, writer);
                                break;
                            }
                            for (step, value) in &summary.object(object).1.parts {
                                let below = without_positions(&node.path.push(*step));
                                pending.push_back((Node { function: node.function, path: below }, value, depth + 1));
                            }
                        }
                    }
                }
            }
        }
    }

    /// One object that a function puts into two places is the same wherever it is changed later.
    fn share(&mut self, homes: &mut FxHashMap<ObjectId, Node>, object: ObjectId, node: &Node) {
        let home = homes.entry(object).or_insert_with(|| node.clone()).clone();
        if home != *node {
            self.add(node, vec![Written::Place(home.clone(), Fact::path(home.path.clone()))], None);
            self.add(&home, vec![Written::Place(node.clone(), Fact::path(node.path.clone()))], None);
        }
    }

    /// An entry path of a function, as a place of the whole program.
    fn node(&self, function: FunctionId, path: &Path) -> Node {
        let global = match path.start() {
            Root::Opaque(_) => {
                let component = path.declared().filter(|declared| self.engine.is_component(declared.name));
                component.and_then(|_| self.engine.global(function, path)).or_else(|| Some(path.clone()))
            }
            Root::Capture(index) => {
                let closure = Root::Cell(self.engine.program.functions[function].qualified);
                let captured = crate::taint::summary::capture_field(*index as usize);
                let through = self.engine.global(function, path);
                through.or_else(|| Some(Path::root(closure).push(captured).extend(path.steps())))
            }
            _ => self.engine.global(function, path),
        };
        match global {
            Some(path) => Node { function: None, path: without_positions(&path) },
            None => Node { function: Some(function), path: without_positions(path) },
        }
    }

    /// Writes the facts of a value; where the function has callers, only what no caller can say more about.
    fn write_facts(&mut self, function: FunctionId, node: &Node, value: &Value, final_only: bool) {
        let mut written = Vec::new();
        for fact in value.facts.iter().filter(|fact| self.with_facts || fact.exact_path().is_some()) {
            match &fact.origin {
                Origin::Path(path) => {
                    if final_only && self.engine.is_open(function, path) {
                        continue;
                    }
                    let from = self.node(function, path);
                    if from != *node {
                        written.push(Written::Place(from, fact.clone()));
                    }
                }
                Origin::Source(_) => written.push(Written::Source(fact.clone())),
            }
        }
        if self.with_facts && value.facts.is_empty() && !value.is_none() && value.objects.is_empty() {
            written.push(Written::Clean);
        }
        self.add(node, written, Some(function));
    }

    /// Notes what classes a place may hold, and gives the objects whose content hangs below it: those that own no
    /// cells.
    fn unfold(&mut self, node: &Node, summary: &Summary, value: &Value) -> Vec<ObjectId> {
        let mut content = Vec::new();
        for &object in &value.objects {
            let info = &summary.object(object).0;
            let class = self.engine.program.class_named(info.class.name);
            let (selector, owns_cells) = match (&info.kind, class) {
                (ObjectKind::Closure(function), _) => (Some(Selector::Closure(*function)), true),
                (ObjectKind::Instance, Some(class)) => {
                    (Some(Selector::Class(info.class.name)), self.engine.lasting.contains(class))
                }
                _ => (None, false),
            };
            if let Some(selector) = selector {
                self.selectors.entry(node.clone()).or_default().insert(selector);
            }
            if !owns_cells {
                content.push(object);
            }
        }
        content
    }

    fn add(&mut self, node: &Node, written: Vec<Written>, writer: Option<FunctionId>) {
        if written.is_empty() {
            return;
        }
        let own = self.whole.writes.entry(node.clone()).or_default();
        if own.is_empty() {
            for length in 0..node.path.steps().len() {
                let above = Node { function: node.function, path: node.path.prefix(length) };
                self.whole.written_below.entry(above).or_default().push(node.clone());
            }
        }
        for written in written {
            if own.iter().any(|other| other.says_the_same(&written)) {
                continue;
            }
            if own.len() >= MAX_WRITES {
                let place = place_of(self.engine, node, writer);
                place.into_iter().for_each(|place| self.engine.bound_hit(bounds::WRITES, place));
                break;
            }
            self.whole.facts += 1;
            own.push(written);
        }
    }

    /// Parameters that a framework fills: with personal data, or with what was put for them.
    fn entry_sources(&mut self, function: FunctionId) {
        let engine = self.engine;
        for rule in entry_rules(engine, function) {
            for (port, element) in &rule.sources {
                let (PortRoot::Parameter(position) | PortRoot::Argument(position)) = port.root else { continue };
                let declaration = engine.program.function(function);
                let Some(parameter) = declaration.parameters.get(position as usize) else { continue };
                let source = Arc::new(Source {
                    span: parameter.span,
                    element: *element,
                    symbol: parameter.name,
                    function: Some(function),
                    kind: SourceKind::Parameter,
                    rule: rule.id,
                    is_generic: engine.rules.is_generic(*element),
                    confidence: Confidence::High,
                });
                engine.met_reads.note_source(&source);
                let steps: Vec<Step> = port.path.iter().filter_map(|step| plain_step(*step)).collect();
                let path = Path::root(Root::Parameter(u16::from(position))).extend(&steps);
                let node = self.node(function, &path);
                self.add(&node, vec![Written::Source(Fact::source(source))], Some(function));
            }
            engine.note_used(rule.id);
        }
        for received in received(engine, function) {
            let node = self.node(function, &received.parameter);
            let cells = received.cells.into_iter();
            let written =
                cells.map(|path| Written::Place(Node { function: None, path: path.clone() }, Fact::path(path)));
            self.add(&node, written.collect(), Some(function));
            engine.note_used(received.rule);
        }
    }

    /// What is written to a cell of one class is written to those of its kin: each class keeps what its own code and
    /// that of the classes above it stores.
    fn share_with_kin(&mut self) {
        let known = self.whole.writes.keys().chain(self.selectors.keys());
        let cells: BTreeSet<Node> = known.filter(|node| node.function.is_none()).cloned().collect();
        let mut shared = Vec::new();
        for node in cells {
            for path in self.engine.kindred_cells(&node.path) {
                let writes = self.whole.writes.get(&node).cloned().unwrap_or_default();
                let selectors = self.selectors.get(&node).cloned().unwrap_or_default();
                shared.push((Node { function: None, path }, writes, selectors));
            }
        }
        for (node, writes, selectors) in shared {
            self.add(&node, writes, None);
            if !selectors.is_empty() {
                self.selectors.entry(node).or_default().extend(selectors);
            }
        }
    }

    /// What a place may hold, it may hold wherever its value is put.
    fn selectors(mut self) -> FxHashMap<Path, Vec<Selector>> {
        let mut readers: FxHashMap<&Node, Vec<&Node>> = FxHashMap::default();
        for (node, writes) in &self.whole.writes {
            for written in writes {
                if let Written::Place(from, fact) = written
                    && fact.exact_path().is_some()
                {
                    readers.entry(from).or_default().push(node);
                }
            }
        }
        let mut pending: Vec<Node> = self.selectors.keys().cloned().collect();
        while let Some(from) = pending.pop() {
            let Some(found) = self.selectors.get(&from).cloned() else { continue };
            for reader in readers.get(&from).into_iter().flatten() {
                let own = self.selectors.entry((*reader).clone()).or_default();
                let before = own.len();
                own.extend(found.iter().cloned());
                if own.len() != before {
                    pending.push((*reader).clone());
                }
            }
        }
        self.selectors
            .into_iter()
            .filter(|(node, _)| node.function.is_none())
            .map(|(node, selectors)| (node.path, selectors.into_iter().collect()))
            .collect()
    }
}

/// Where what owns a place is declared, or else the function that writes to it.
pub fn place_of(engine: &Engine<'_>, node: &Node, writer: Option<FunctionId>) -> Option<Span> {
    let program = engine.program;
    match node.path.start() {
        Root::Opaque(span) => Some(*span),
        Root::Cell(owner) | Root::Static(owner) if program.class_named(*owner).is_some() => {
            Some(program.class(program.class_named(*owner)?).name_span)
        }
        _ => Some(program.function(node.function.or(writer)?).name_span),
    }
}

/// The path with all positions of lists made one.
fn without_positions(path: &Path) -> Path {
    if !path.steps().iter().any(|step| matches!(step, Step::Key(Const::Int(_)))) {
        return path.clone();
    }
    let steps: Vec<Step> = path
        .steps()
        .iter()
        .map(|step| match step {
            Step::Key(Const::Int(_)) => Step::Element,
            step => *step,
        })
        .collect();
    path.prefix(0).extend(&steps)
}
