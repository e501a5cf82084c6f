//! The order in which functions are summarised: components of the call graph, callees first.
//!
//! The graph is drawn before anything is interpreted, from declared types, class hierarchy and names. After the first
//! round it is drawn anew, of the calls that interpretation met; those that it meets later are added. Components come from Kosaraju's algorithm, which petgraph runs
//! without recursion.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashSet;

use crate::base::Symbol;
use crate::ir::*;
use crate::link::{FunctionId, OPEN_ARITY, Program};
use crate::taint::call::MAX_BY_NAME;

/// Functions in levels; the components of one level call none of each other.
pub struct Order {
    /// Components by level, callees first, each with whether it calls itself.
    pub levels: Vec<Vec<(Vec<FunctionId>, bool)>>,
    /// Where each function stands.
    pub ranks: Vec<Rank>,
}

/// Where a function stands in the order.
#[derive(Clone, Copy, Default)]
pub struct Rank {
    /// The level of its component.
    pub level: u32,
    /// Its component.
    pub component: u32,
}

/// The static call graph of a program.
pub struct CallGraph {
    graph: DiGraph<FunctionId, ()>,
    edges: FxHashSet<(FunctionId, FunctionId)>,
}

impl CallGraph {
    /// A graph of all functions without a call.
    fn without_calls(program: &Program) -> CallGraph {
        let mut graph = DiGraph::new();
        program.functions.indices().for_each(|function| {
            graph.add_node(function);
        });
        CallGraph { graph, edges: FxHashSet::default() }
    }

    /// Draws the graph of all calls that may be meant.
    pub fn new(program: &Program) -> CallGraph {
        let mut calls = CallGraph::without_calls(program);
        for function in program.functions.indices() {
            let types = infer(program, function);
            for block in program.function(function).blocks.iter() {
                for statement in &block.statements {
                    for target in targets(program, function, &types, &statement.value) {
                        calls.add(function, target);
                    }
                }
            }
        }
        calls
    }

    /// Draws the graph of the calls that interpretation met. Most components of the first graph fall apart in it: they
    /// hang together by names alone.
    pub fn met(program: &Program, asked: impl Fn(FunctionId) -> FxHashSet<FunctionId>) -> CallGraph {
        let mut calls = CallGraph::without_calls(program);
        for function in program.functions.indices() {
            let mut callees: Vec<FunctionId> = asked(function).into_iter().collect();
            callees.sort();
            callees.into_iter().for_each(|callee| {
                calls.add(function, callee);
            });
        }
        calls
    }

    /// Adds an edge; tells whether it is new.
    pub fn add(&mut self, caller: FunctionId, callee: FunctionId) -> bool {
        let is_new = self.edges.insert((caller, callee));
        if is_new {
            self.graph.add_edge(NodeIndex::new(caller.index()), NodeIndex::new(callee.index()), ());
        }
        is_new
    }

    /// Puts the functions in order.
    pub fn order(&self) -> Order {
        let components = kosaraju_scc(&self.graph);
        let mut ranks = vec![Rank::default(); self.graph.node_count()];
        let mut levels: Vec<Vec<(Vec<FunctionId>, bool)>> = Vec::new();
        for (index, component) in components.iter().enumerate() {
            component.iter().for_each(|node| ranks[node.index()].component = index as u32);
            let mut level = 0;
            let mut is_recursive = component.len() > 1;
            for node in component {
                for callee in self.graph.neighbors(*node) {
                    if ranks[callee.index()].component == index as u32 {
                        is_recursive |= callee == *node;
                    } else {
                        level = level.max(ranks[callee.index()].level + 1);
                    }
                }
            }
            component.iter().for_each(|node| ranks[node.index()].level = level);
            let mut functions: Vec<FunctionId> = component.iter().map(|node| self.graph[*node]).collect();
            functions.sort();
            if levels.len() <= level as usize {
                levels.resize_with(level as usize + 1, Vec::new);
            }
            levels[level as usize].push((functions, is_recursive));
        }
        for level in &mut levels {
            level.sort();
        }
        Order { levels, ranks }
    }
}

/// Types of locals: as declared, or as the first assignment tells.
fn infer(program: &Program, function: FunctionId) -> Vec<Option<TypeRef>> {
    let body = program.function(function);
    let mut types: Vec<Option<TypeRef>> = body.locals.iter().map(|local| local.declared.clone()).collect();
    let owner = program.functions[function].owner.map(|owner| TypeRef::named(program.classes[owner].qualified));
    if body.has_this {
        types[0] = owner.clone();
    }
    for local in &body.captures {
        if types[local.index()].is_none() && body.is_captured_receiver(*local) {
            types[local.index()] = owner.clone();
        }
    }
    for block in body.blocks.iter() {
        for statement in &block.statements {
            let Some(local) = statement.to.as_local() else { continue };
            if types[local.index()].is_some() {
                continue;
            }
            types[local.index()] = match &statement.value {
                Rvalue::Allocate(class) | Rvalue::Cast(_, class) => Some(class.clone()),
                Rvalue::Use(operand) => operand_type(program, &types, operand),
                value @ Rvalue::Call(_) => targets(program, function, &types, value)
                    .first()
                    .and_then(|target| program.function(*target).returns.clone()),
                _ => None,
            };
        }
    }
    types
}

fn operand_type(program: &Program, types: &[Option<TypeRef>], operand: &Operand) -> Option<TypeRef> {
    let Operand::Place(place) = operand else { return None };
    let mut current = match &place.base {
        Base::Local(local) => types[local.index()].clone()?,
        Base::Static(class) => class.clone(),
        Base::Name(_) => return None,
    };
    for step in &place.path {
        current = match step {
            Projection::Field(name) => program.field_type(&current, *name)?,
            Projection::Element | Projection::Key(_) | Projection::Index(_) => current.arguments.last()?.clone(),
        };
    }
    Some(current)
}

/// The functions that a statement may call, as far as types tell.
fn targets(program: &Program, function: FunctionId, types: &[Option<TypeRef>], value: &Rvalue) -> Vec<FunctionId> {
    let unit = program.functions[function].unit;
    match value {
        Rvalue::Closure(closure, _) => vec![program.function_id(unit, *closure)],
        Rvalue::Concat(parts) => parts
            .iter()
            .filter_map(|part| operand_type(program, types, part))
            .filter_map(|declared| program.class_named(declared.name))
            .flat_map(|class| PRINTERS.iter().flat_map(move |name| program.overrides(class, Symbol::new(name), 0)))
            .collect(),
        Rvalue::Reference(operand, name) => {
            let Some(declared) = operand_type(program, types, operand) else { return Vec::new() };
            let Some(class) = program.class_named(declared.name) else { return Vec::new() };
            let name = if *name == "new" { Symbol::new("<init>") } else { *name };
            program.classes[class].methods.get(&name).cloned().unwrap_or_default()
        }
        Rvalue::Call(call) => {
            let is_open = call.arguments.iter().any(|argument| argument.spread);
            let arity = if is_open { OPEN_ARITY } else { call.arguments.len() };
            match &call.target {
                Target::Method { receiver: Operand::Place(Place { base: Base::Static(class), path }), name }
                    if path.is_empty() =>
                {
                    let class = program.class_named(class.name);
                    class.map(|class| program.class_methods(class, *name, arity)).unwrap_or_default()
                }
                Target::Method { receiver, name } => match operand_type(program, types, receiver) {
                    Some(declared) => match program.class_named(declared.name) {
                        Some(class) => program.overrides(class, *name, arity),
                        None => {
                            let found = program.implementations(declared.name, *name, arity);
                            if found.len() <= MAX_BY_NAME + 1 { found } else { Vec::new() }
                        }
                    },
                    None => by_name(program, *name, arity),
                },
                Target::Bare(name) => by_name(program, *name, arity),
                Target::Super(name, _) => program.functions[function]
                    .owner
                    .into_iter()
                    .flat_map(|owner| program.classes[owner].supers.clone())
                    .flat_map(|class| program.methods(class, *name, arity))
                    .collect(),
                Target::Constructor { class, .. } => {
                    let Some(class) = program.class_named(class.name) else { return Vec::new() };
                    let chain = program.classes[class].ancestors.iter();
                    chain
                        .flat_map(|&class| {
                            program.constructors(class, arity).into_iter().chain(program.initialiser(class))
                        })
                        .collect()
                }
                Target::Value(_) => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn by_name(program: &Program, name: Symbol, arity: usize) -> Vec<FunctionId> {
    let found = program.by_name(name, arity);
    if found.len() <= MAX_BY_NAME { found } else { Vec::new() }
}
