//! What every interpretation shares: program, rules, and the summaries computed so far.
//!
//! Summaries are computed bottom-up over the strongly connected components of the call graph, level by level, the
//! components of one level in parallel. A summary may ask for others only below its level, or for those of its own
//! component as far as they have got, so that what it says depends on no thread. A callee that the static call graph
//! did not show is noted and gets its edge in the next round.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, RwLock};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::link::{ClassId, FunctionId, Program};
use crate::resource::Resources;
use crate::rules::model::Lifetime;
use crate::taint::arguments::Arguments;
use crate::taint::bounds::{self, Bound, BoundsHit};
use crate::taint::call::is_class_value;
use crate::taint::configured::Configured;
use crate::taint::contexts::InContexts;
use crate::taint::declared::Declared;
use crate::taint::evidence::Evidence;
use crate::taint::interpret::interpret;
use crate::taint::knowledge::Knowledge;
use crate::taint::lasting::Lasting;
use crate::taint::occurrences::{MetReads, occurrences};
use crate::taint::order::{CallGraph, Rank};
use crate::taint::path::{Path, Root, Step};
use crate::taint::summary::{Context, Selector, Summary};
use crate::taint::unmodelled::EnteredCalls;
use crate::taint::value::Hint;
use crate::taint::whole::Whole;
use crate::taint::whole_objects::KeptBack;
use crate::taint::{Analysis, Flow, Work};

/// Bound: rounds over a recursive component.
pub const MAX_COMPONENT_ROUNDS: usize = 4;

/// What the interpretations of one round share.
pub struct Engine<'p> {
    pub(super) program: &'p Program,
    pub(super) rules: &'p Knowledge<'p>,
    pub(super) evidence: Evidence<'p>,
    /// What the files beside the code say.
    pub(super) configured: Configured<'p>,
    pub(super) lasting: Lasting,
    pub(super) kept_back: KeptBack,
    /// What rules say of each function as it is declared.
    pub(super) declared: Vec<Vec<Declared>>,
    pub(super) no_context: Arc<Context>,
    pub(super) text_type: Arc<TypeRef>,
    ranks: Vec<Rank>,
    generic: Vec<RwLock<Arc<Summary>>>,
    /// What a function does of which nothing is known yet.
    nothing: Arc<Summary>,
    /// Summaries under contexts, by function.
    contexts: Vec<Mutex<InContexts>>,
    points_to: FxHashMap<Path, Vec<Selector>>,
    /// Which functions asked what a cell may hold.
    pub(super) queries: Mutex<FxHashMap<Path, BTreeSet<FunctionId>>>,
    /// Calls to functions that the order did not put first.
    pub(super) late_calls: Mutex<BTreeSet<(FunctionId, FunctionId)>>,
    bounds: BoundsHit,
    /// Library calls that personal data entered.
    pub(super) entered_calls: EnteredCalls,
    pub(super) sink_sites: Mutex<BTreeSet<crate::taint::SinkSite>>,
    pub(super) rules_used: Mutex<BTreeSet<Symbol>>,
    /// Which call produced an opaque value.
    pub(super) producers: Producers,
    /// Reads of personal data, whether or not it flows anywhere.
    pub(super) met_reads: MetReads,
    interpretations: std::sync::atomic::AtomicUsize,
}

/// Calls by their places, for values of which only the producing call is known.
#[derive(Default)]
pub struct Producers(Mutex<FxHashMap<Span, Symbol>>);

impl Producers {
    /// The call at `site`.
    pub fn get(&self, site: Span) -> Option<Symbol> {
        self.0.lock().expect("no interpretation panicked").get(&site).copied()
    }

    /// Notes the call at `site`.
    pub fn insert(&self, site: Span, callee: Symbol) {
        self.0.lock().expect("no interpretation panicked").insert(site, callee);
    }
}

impl<'p> Engine<'p> {
    /// An engine without summaries.
    pub fn new(program: &'p Program, rules: &'p Knowledge<'p>, resources: &'p Resources) -> Engine<'p> {
        let nothing = Arc::new(Summary::default());
        Engine {
            program,
            rules,
            evidence: Evidence::new(program, rules),
            configured: Configured::new(program, rules.set, resources),
            lasting: Lasting::new(program, rules),
            kept_back: KeptBack::new(rules.set),
            declared: program.functions.indices().map(|function| rules.declared(program, function)).collect(),
            no_context: Arc::new(Vec::new()),
            text_type: Arc::new(TypeRef::named(TEXT)),
            ranks: vec![Rank::default(); program.functions.len()],
            generic: program.functions.iter().map(|_| RwLock::new(nothing.clone())).collect(),
            nothing,
            contexts: program.functions.iter().map(|_| Mutex::default()).collect(),
            points_to: FxHashMap::default(),
            queries: Mutex::default(),
            late_calls: Mutex::default(),
            bounds: BoundsHit::default(),
            entered_calls: EnteredCalls::default(),
            sink_sites: Mutex::default(),
            rules_used: Mutex::new(program.rules_used.clone()),
            producers: Producers::default(),
            met_reads: MetReads::default(),
            interpretations: std::sync::atomic::AtomicUsize::new(0),
        }
    }

    /// Takes the order of a new round: where each function stands in the condensed call graph. Gives the functions of
    /// components that fell apart: what they do for each of their callers can be told apart now.
    pub fn set_ranks(&mut self, ranks: Vec<Rank>) -> Vec<FunctionId> {
        let old = std::mem::replace(&mut self.ranks, ranks);
        let mut parts: FxHashMap<u32, FxHashSet<u32>> = FxHashMap::default();
        for (old, new) in old.iter().zip(&self.ranks) {
            parts.entry(old.component).or_default().insert(new.component);
        }
        let fell_apart = |function: &FunctionId| parts[&old[function.index()].component].len() > 1;
        self.program.functions.indices().filter(fell_apart).collect()
    }

    /// Interprets a component until its summaries say the same twice. Gives the functions that say something else than
    /// before, alone or under one of the contexts that were asked for.
    pub fn summarise(&self, component: &[FunctionId], is_recursive: bool) -> Vec<FunctionId> {
        let mut changed: FxHashSet<FunctionId> = FxHashSet::default();
        let rounds = if is_recursive { MAX_COMPONENT_ROUNDS } else { 1 };
        for round in 0..rounds {
            let mut is_stable = true;
            for &function in component {
                let summary = self.interpret(function, &self.no_context, 0);
                let mut own = self.generic[function.index()].write().expect("no interpretation panicked");
                if !own.says_the_same(&summary) {
                    is_stable = false;
                    changed.insert(function);
                }
                *own = Arc::new(summary);
            }
            if is_stable {
                break;
            }
            if round + 1 == rounds && is_recursive {
                let span = self.program.function(component[0]).name_span;
                self.bound_hit(bounds::COMPONENT_ROUNDS, span);
            }
        }
        component
            .iter()
            .copied()
            .filter(|&function| self.renew_contexts(function) | changed.contains(&function))
            .collect()
    }

    /// Interprets a function anew under the contexts that were asked for; tells whether one says something else now.
    fn renew_contexts(&self, function: FunctionId) -> bool {
        let contexts = &self.contexts[function.index()];
        let known = contexts.lock().expect("no interpretation panicked").keys();
        let mut changed = false;
        for (context, depth) in known {
            let summary = Arc::new(self.interpret(function, &context, depth));
            changed |= contexts.lock().expect("no interpretation panicked").renew(&context, depth, summary);
        }
        changed
    }

    /// The functions whose summaries that of `function`, alone or under a context, was made from.
    pub fn asked(&self, function: FunctionId) -> FxHashSet<FunctionId> {
        let calls = |summary: &Summary| summary.calls.iter().map(|(callee, _)| *callee).collect::<Vec<_>>();
        let mut asked: FxHashSet<FunctionId> = calls(&self.generic_summary(function)).into_iter().collect();
        let contexts = self.contexts[function.index()].lock().expect("no interpretation panicked");
        contexts.summaries().for_each(|summary| asked.extend(calls(summary)));
        asked
    }

    fn interpret(&self, function: FunctionId, context: &Arc<Context>, depth: usize) -> Summary {
        self.interpretations.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        interpret(self, function, context.clone(), depth)
    }

    /// How often a body was interpreted.
    pub fn interpretations(&self) -> usize {
        self.interpretations.load(std::sync::atomic::Ordering::Relaxed)
    }

    /// The summary of `function`, called from `caller`, under a context.
    pub fn summary(
        &self,
        caller: FunctionId,
        function: FunctionId,
        context: &Arc<Context>,
        depth: usize,
    ) -> Arc<Summary> {
        if context.is_empty() {
            if !self.is_below(caller, function) {
                self.late_calls.lock().expect("no interpretation panicked").insert((caller, function));
                if !self.are_one_component(caller, function) {
                    // Another thread may be at it: what it says is heard in the next round, where it comes first.
                    return self.nothing.clone();
                }
            }
            return self.generic[function.index()].read().expect("no interpretation panicked").clone();
        }
        let contexts = &self.contexts[function.index()];
        let known = contexts.lock().expect("no interpretation panicked").find(context, depth);
        known.unwrap_or_else(|| {
            let summary = Arc::new(self.interpret(function, context, depth));
            contexts.lock().expect("no interpretation panicked").insert(context.clone(), depth, summary.clone());
            summary
        })
    }

    /// Whether the summary of `function` was finished before that of `caller` was begun.
    pub fn is_below(&self, caller: FunctionId, function: FunctionId) -> bool {
        self.ranks[function.index()].level < self.ranks[caller.index()].level
    }

    /// Whether two functions call each other, so that one component is interpreted for both.
    fn are_one_component(&self, caller: FunctionId, function: FunctionId) -> bool {
        self.ranks[function.index()].component == self.ranks[caller.index()].component
    }

    /// The summary without a context, once all are computed.
    pub fn generic_summary(&self, function: FunctionId) -> Arc<Summary> {
        self.generic[function.index()].read().expect("no interpretation panicked").clone()
    }

    /// A summary that was asked for under a context.
    pub fn known_summary(&self, function: FunctionId, context: &Arc<Context>) -> Option<Arc<Summary>> {
        if context.is_empty() {
            return Some(self.generic_summary(function));
        }
        let contexts = self.contexts[function.index()].lock().expect("no interpretation panicked");
        contexts.first(context)
    }

    /// Notes that a rule said something.
    pub fn note_used(&self, rule: Symbol) {
        self.rules_used.lock().expect("no interpretation panicked").insert(rule);
    }

    /// Notes that a value is read of which a name says what it is.
    pub fn note_read(&self, hint: Option<&Hint>) {
        if let Some(hint) = hint.filter(|hint| !hint.is_impersonal) {
            self.met_reads.note_hint(hint);
        }
    }

    /// Notes that a bound was hit.
    pub fn bound_hit(&self, bound: Bound, place: Span) {
        self.bounds.note(bound, place);
    }

    /// The methods of an instance of a class of the program by name.
    pub fn instance_methods(&self, class: Symbol, name: Symbol, arity: usize) -> Vec<FunctionId> {
        let class = self.program.class_named(class);
        class.map(|class| self.program.instance_methods(class, name, arity)).unwrap_or_default()
    }

    /// The methods of a class of the program itself by name.
    pub fn class_methods(&self, class: Symbol, name: Symbol, arity: usize) -> Vec<FunctionId> {
        let class = self.program.class_named(class);
        class.map(|class| self.program.class_methods(class, name, arity)).unwrap_or_default()
    }

    /// The methods of a class of the program by name.
    pub fn methods(&self, class: Symbol, name: Symbol, arity: usize) -> Vec<FunctionId> {
        match self.program.class_named(class) {
            Some(class) => self.program.methods(class, name, arity),
            None => Vec::new(),
        }
    }

    /// The methods by which an instance of a class can be called as a function.
    pub fn callable_methods(&self, class: Symbol, arity: usize) -> Vec<FunctionId> {
        let Some(class) = self.program.class_named(class) else { return Vec::new() };
        let mut found: Vec<FunctionId> = self.program.classes[class]
            .methods
            .values()
            .flatten()
            .copied()
            .filter(|&id| {
                let function = self.program.function(id);
                function.kind == FunctionKind::Method
                    && function.has_this
                    && function.parameters.len() == arity
                    && !function.blocks.is_empty()
                    && !function.modifiers.contains(Modifiers::PRIVATE)
                    && !PRINTERS.contains(&function.name.as_str())
            })
            .collect();
        found.sort();
        found
    }

    /// Whether a class of the program has none below it, so that an instance is of exactly this class.
    pub fn has_no_heirs(&self, class: Symbol) -> bool {
        self.program.class_named(class).is_some_and(|class| self.program.classes[class].children.is_empty())
    }

    /// A function without a class that a bare call may mean.
    pub fn free_function(&self, caller: FunctionId, name: Symbol, arity: usize) -> Option<FunctionId> {
        let language = self.program.units[self.program.functions[caller].unit].language;
        self.program.by_name(name, arity).into_iter().find(|&function| {
            let info = &self.program.functions[function];
            info.owner.is_none() && self.program.units[info.unit].language == language
        })
    }

    /// Whether a variable or field is called as the class of a method is: `currentUser` as `User`.
    pub fn is_named_after(&self, name: Symbol, function: FunctionId) -> bool {
        let Some(owner) = self.program.functions[function].owner else { return false };
        let letters = |text: &str| text.replace('_', "").to_lowercase();
        let class = letters(Program::simple_name(&self.program.classes[owner].qualified));
        letters(&name).ends_with(&class)
    }

    /// Methods of modules that a bare call may mean which nothing around declares: frameworks mix modules in unseen.
    pub fn module_functions(&self, caller: FunctionId, name: Symbol, arity: usize) -> Vec<FunctionId> {
        if !self.program.has_open_classes(caller) || self.rules.is_common(name) || self.rules.names_method(name) {
            return Vec::new();
        }
        let mut found = self.program.by_name(name, arity);
        let is_lent = |function: &FunctionId| {
            let owner = self.program.functions[*function].owner;
            let in_module = owner.is_some_and(|owner| self.program.class(owner).kind == ClassKind::Module);
            in_module && self.program.function(*function).has_this
        };
        found.retain(is_lent);
        if found.len() > crate::taint::call::MAX_BY_NAME { Vec::new() } else { found }
    }

    /// Library types of the classes around a function, the innermost first.
    pub fn enclosing_library_types(&self, function: FunctionId) -> Vec<Symbol> {
        let mut types = Vec::new();
        let mut class = self.program.functions[function].owner;
        while let Some(current) = class {
            let info = &self.program.classes[current];
            types.push(info.qualified);
            types.extend(info.library_ancestors.iter().copied());
            class = info.outer;
        }
        types
    }

    /// Whether the arguments of a call have types that the parameters of `function` take, as far as both are known.
    pub fn fits(&self, function: FunctionId, arguments: &Arguments) -> bool {
        let function = self.program.function(function);
        function.parameters.iter().zip(&arguments.positional).all(|(parameter, argument)| {
            let Some(declared) = &function.locals[parameter.local].declared else { return true };
            let Some(actual) = argument.declared.as_ref().filter(|_| !is_class_value(argument)) else { return true };
            let is_known =
                |name: Symbol| self.program.class_named(name).is_some() || self.program.library.is_known(name);
            declared.name == actual.name
                || !is_known(declared.name)
                || !is_known(actual.name)
                || self.program.is_subtype(actual.name, &declared.name)
                || self.program.is_subtype(declared.name, &actual.name)
        })
    }

    /// The type of the receiver under a context.
    pub fn receiver_type(&self, function: FunctionId, context: &Context) -> Option<Arc<TypeRef>> {
        let this = Path::root(Root::This);
        let exact = context.iter().find_map(|(path, selector)| match selector {
            Selector::Class(class) if *path == this => Some(*class),
            _ => None,
        });
        let class = exact.or_else(|| Some(self.program.classes[self.program.functions[function].owner?].qualified))?;
        Some(Arc::new(TypeRef::named(class)))
    }

    /// The type of a captured receiver.
    pub fn captured_type(&self, function: FunctionId, local: Local) -> Option<Arc<TypeRef>> {
        if !self.program.function(function).is_captured_receiver(local) {
            return None;
        }
        self.receiver_type(function, &Vec::new())
    }

    /// The path with an inherited static field below the class that declares it.
    pub fn canonical(&self, path: &Path) -> Path {
        if let (Root::Static(class), Some(Step::Field(name))) = (path.start(), path.steps().first())
            && let Some(id) = self.program.class_named(*class)
            && let Some((owner, _)) = self.program.field(id, *name)
            && self.program.classes[owner].qualified != *class
        {
            return path.with_root(Root::Static(self.program.classes[owner].qualified), 0);
        }
        path.clone()
    }

    /// The class in whose cells a write to `step` of an instance of `class` is kept, if it lives on.
    pub fn lasting_owner(&self, class: Symbol, step: Step) -> Option<Symbol> {
        let id = self.program.class_named(class)?;
        if !self.lasting.contains(id) {
            return None;
        }
        Some(self.cell_owner(id, step))
    }

    /// Whether a class of the program is a component or the only one of its kind, so that its type alone tells which
    /// object is meant.
    pub fn is_component(&self, class: Symbol) -> bool {
        let lives = |ancestor: &Symbol| {
            matches!(self.rules.lifetime(*ancestor), Some(Lifetime::Component | Lifetime::Singleton))
        };
        let class = self.program.class_named(class);
        class.is_some_and(|class| self.program.classes[class].library_ancestors.iter().any(lives))
    }

    fn declaring_class(&self, class: ClassId, step: Step) -> ClassId {
        match step {
            Step::Field(name) => self.program.field(class, name).map_or(class, |(owner, _)| owner),
            _ => class,
        }
    }

    fn cell_owner(&self, class: ClassId, step: Step) -> Symbol {
        let owner = self.lasting.cell_owner(class, self.declaring_class(class, step));
        self.program.classes[owner].qualified
    }

    /// Other cells that a write to the cell at `path` may mean.
    pub fn kindred_cells(&self, path: &Path) -> Vec<Path> {
        let (Root::Cell(owner), Some(step @ Step::Field(_))) = (path.start(), path.steps().first()) else {
            return Vec::new();
        };
        let Some(class) = self.program.class_named(*owner) else { return Vec::new() };
        let kin = self.lasting.kin(self.program, class, self.declaring_class(class, *step));
        kin.into_iter().map(|kin| path.with_root(Root::Cell(self.program.classes[kin].qualified), 0)).collect()
    }

    /// What an entry path is in terms of the whole program: below the last lasting owner on it, or below a class.
    pub fn global(&self, function: FunctionId, path: &Path) -> Option<Path> {
        let mut current = self.root_type(function, path);
        let mut owner = match path.start() {
            Root::Static(_) | Root::Cell(_) => Some((path.start().clone(), 0)),
            _ => None,
        };
        for (index, step) in path.steps().iter().enumerate() {
            if let (Some(declared), Step::Field(_)) = (&current, step)
                && let Some(class) = self.program.class_named(declared.name)
                && self.lasting.contains(class)
                && !(index == 0 && matches!(path.start(), Root::Static(_)))
            {
                owner = Some((Root::Cell(self.cell_owner(class, *step)), index));
            }
            current = current.and_then(|declared| self.step_type(&declared, *step));
        }
        let (root, skip) = owner?;
        Some(self.canonical(&path.with_root(root, skip)))
    }

    /// Whether a caller can say more about an entry path: it lies in no place that the whole program knows. What a
    /// constructor is given stays open, so that its object is known where it is made.
    pub fn is_open(&self, function: FunctionId, path: &Path) -> bool {
        path.is_local()
            && (self.program.function(function).kind == FunctionKind::Constructor
                || self.global(function, path).is_none())
    }

    /// Whether a caller may know more about what stands at an entry path than the whole program does: it lies in no
    /// field of a lasting owner, but perhaps further down, in an object that callers fill.
    pub fn is_open_below(&self, function: FunctionId, path: &Path) -> bool {
        let is_field = |global: Path| global.steps().iter().filter(|step| matches!(step, Step::Field(_))).count() <= 1;
        path.is_local()
            && (self.program.function(function).kind == FunctionKind::Constructor
                || !self.global(function, path).is_some_and(is_field))
    }

    /// The declared type of what a path starts from.
    pub fn root_type(&self, function: FunctionId, path: &Path) -> Option<TypeRef> {
        let declaration = self.program.function(function);
        match path.start() {
            Root::This => {
                let owner = self.program.functions[function].owner?;
                Some(TypeRef::named(self.program.classes[owner].qualified))
            }
            Root::Parameter(index) => {
                let local = declaration.parameters.get(*index as usize)?.local;
                declaration.locals[local].declared.clone()
            }
            Root::Capture(index) => {
                let local = *declaration.captures.get(*index as usize)?;
                let declared = declaration.locals[local].declared.clone();
                declared.or_else(|| self.captured_type(function, local).map(|declared| (*declared).clone()))
            }
            Root::Static(class) | Root::Cell(class) => Some(TypeRef::named(*class)),
            Root::Opaque(_) => path.declared().cloned(),
        }
    }

    /// The declared type one step down.
    pub fn step_type(&self, declared: &TypeRef, step: Step) -> Option<TypeRef> {
        match step {
            Step::Field(name) => {
                let written = self.program.field_type(declared, name);
                written.or_else(|| self.configured.bound_type(declared.name, name))
            }
            Step::Element | Step::Key(_) => declared.arguments.last().cloned(),
            Step::Keys => declared.arguments.first().cloned(),
            Step::Content | Step::Length => None,
        }
    }

    /// What the cell behind a path may hold.
    pub fn points_to(&self, function: FunctionId, path: &Path) -> Vec<Selector> {
        if path.steps().is_empty() {
            return Vec::new();
        }
        let Some(global) = self.global(function, path) else { return Vec::new() };
        let found = self.points_to.get(&global).cloned().unwrap_or_default();
        self.queries.lock().expect("no interpretation panicked").entry(global).or_default().insert(function);
        found
    }
}

impl Engine<'_> {
    /// Takes in what a round found out: late callees get their edges, cells their contents. Gives the functions that
    /// must be interpreted anew; their callers follow where the summaries change.
    pub fn prepare_round(
        &mut self,
        calls: &mut CallGraph,
        points_to: FxHashMap<Path, Vec<Selector>>,
        is_first: bool,
    ) -> FxHashSet<FunctionId> {
        let late = std::mem::take(self.late_calls.get_mut().expect("no interpretation panicked"));
        let mut stale: FxHashSet<FunctionId> = FxHashSet::default();
        for &(caller, callee) in &late {
            if calls.add(caller, callee) {
                stale.insert(caller);
            }
        }
        if is_first {
            *calls = CallGraph::met(self.program, |function| self.asked(function));
            late.into_iter().for_each(|(caller, callee)| {
                calls.add(caller, callee);
            });
        }
        let queries = self.queries.get_mut().expect("no interpretation panicked");
        for (path, functions) in queries.iter() {
            if self.points_to.get(path) != points_to.get(path) {
                stale.extend(functions);
            }
        }
        self.points_to = points_to;
        stale
    }

    /// The analysis, with all that was noted on the way.
    pub fn report(self, flows: Vec<Flow>, whole: &Whole, resources: &Resources) -> Analysis {
        let diagnostics = self.bounds.diagnostics();
        let work = Work {
            functions: self.program.functions.len(),
            interpretations: self.interpretations(),
            facts: whole.facts,
        };
        let occurrences = occurrences(&self, resources, &flows);
        let (library_calls, unmodelled) = self.entered_calls.into_ranking();
        Analysis {
            flows,
            sink_sites: self.sink_sites.into_inner().expect("no interpretation panicked").into_iter().collect(),
            occurrences,
            library_calls,
            unmodelled,
            rules_used: self.rules_used.into_inner().expect("no interpretation panicked"),
            diagnostics,
            work,
        }
    }
}
