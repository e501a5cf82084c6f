//! Who extends what: first-party classes and the library types that rules describe.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::Symbol;
use crate::ir::{ClassKind, Unit};
use crate::link::{ClassId, ClassInfo, Program};
use crate::resource::Component;
use crate::rules::model::{Member, MemberFilter, Pattern, Receiver, RuleSet};

/// Library types by qualified name, with their ancestors, as the rules tell.
#[derive(Default, Debug)]
pub struct LibraryTypes {
    ancestors: FxHashMap<Symbol, Vec<Symbol>>,
    known: FxHashSet<Symbol>,
    /// Ends of names, each with all types that a type is of which nothing else is known.
    by_ending: Vec<(Symbol, Vec<Symbol>)>,
}

impl LibraryTypes {
    /// Reads the types that the rules name, and those that `types` rules place below others.
    pub fn new(rules: &RuleSet) -> LibraryTypes {
        let mut parents: FxHashMap<Symbol, Vec<Symbol>> = FxHashMap::default();
        let mut known = FxHashSet::default();
        for rule in &rules.types {
            if rule.matches.member.is_some() {
                continue;
            }
            for pattern in &rule.matches.types {
                if let Pattern::Exact(name) = pattern {
                    parents.entry(*name).or_default().extend(rule.extends.iter().copied());
                    known.extend(rule.extends.iter().copied());
                }
            }
        }
        for matches in rules.matches() {
            for pattern in matches.types.iter().chain(&matches.extends).chain(&matches.inside) {
                if let Pattern::Exact(name) = pattern {
                    known.extend(with_types_around(*name));
                }
            }
            if let Some(Receiver::Field(member) | Receiver::Call(member)) = &matches.receiver
                && let Some((class, _)) = member.rsplit_once('.')
            {
                known.insert(Symbol::new(class));
            }
            if let Some(Member::Annotation { names, .. }) = &matches.member {
                known.extend(names.iter().filter_map(|name| match name {
                    Pattern::Exact(name) => Some(*name),
                    _ => None,
                }));
            }
        }
        let excepted = rules.expands.iter().flat_map(|rule| &rule.except);
        for filter in excepted.chain(rules.members.iter().flat_map(|rule| &rule.except)) {
            if let MemberFilter::Annotation(Pattern::Exact(name)) = filter {
                known.insert(*name);
            }
        }
        let mut ancestors = FxHashMap::default();
        for &name in parents.keys() {
            let mut found = Vec::new();
            let mut next = vec![name];
            while let Some(current) = next.pop() {
                for &parent in parents.get(&current).into_iter().flatten() {
                    if parent != name && !found.contains(&parent) {
                        found.push(parent);
                        next.push(parent);
                    }
                }
            }
            ancestors.insert(name, found);
        }
        let mut library = LibraryTypes { ancestors, known, by_ending: Vec::new() };
        library.by_ending = endings(rules, &library);
        library
    }

    /// All known ancestors of a library type, itself not among them. Of a type that no rule names, its name may tell.
    pub fn ancestors(&self, name: Symbol) -> &[Symbol] {
        if let Some(ancestors) = self.ancestors.get(&name) {
            return ancestors;
        }
        if self.known.contains(&name) {
            return &[];
        }
        let told = self.by_ending.iter().find(|(end, _)| Program::simple_name(&name).ends_with(end.as_str()));
        told.map_or(&[], |(_, types)| types)
    }

    /// The types that the rules name by their simple names; of several, the first by name.
    pub fn by_simple_name(&self) -> FxHashMap<Symbol, Symbol> {
        let mut names: FxHashMap<Symbol, Symbol> = FxHashMap::default();
        for &name in self.known.iter().chain(self.ancestors.keys()) {
            let first = names.entry(Symbol::new(Program::simple_name(&name))).or_insert(name);
            *first = name.min(*first);
        }
        names
    }

    /// Whether a rule names this type.
    pub fn is_known(&self, name: Symbol) -> bool {
        self.known.contains(&name) || self.ancestors.contains_key(&name)
    }
}

/// A qualified type, and the types in which it is nested.
fn with_types_around(name: Symbol) -> impl Iterator<Item = Symbol> {
    let is_type = |name: &str| Program::simple_name(name).starts_with(char::is_uppercase);
    let outer = move |inner: &Symbol| {
        let (outer, _) = inner.as_str().rsplit_once('.')?;
        is_type(outer).then(|| Symbol::new(outer))
    };
    std::iter::successors(Some(name), outer)
}

/// What the ends of names tell, the longest end first.
fn endings(rules: &RuleSet, library: &LibraryTypes) -> Vec<(Symbol, Vec<Symbol>)> {
    let mut found: Vec<(Symbol, Vec<Symbol>)> = Vec::new();
    for rule in &rules.types {
        let named = rule.matches.types.iter().filter_map(|pattern| match pattern {
            Pattern::Exact(name) => Some(*name),
            _ => None,
        });
        let types: Vec<Symbol> =
            named.flat_map(|name| std::iter::once(name).chain(library.ancestors(name).iter().copied())).collect();
        found.extend(rule.name_ends.iter().map(|&end| (end, types.clone())));
    }
    found.sort_by(|(one, _), (other, _)| other.len().cmp(&one.len()).then(one.cmp(other)));
    found
}

/// What manifests say of classes that code may not show: a component may extend a class of another library.
pub(super) struct Declared<'a> {
    /// The classes that manifests declare.
    pub components: &'a [Component],
    /// The rules that say of what type they are.
    pub rules: &'a RuleSet,
}

impl Declared<'_> {
    /// The classes of the program that are declared, each with its type and the rule that says so.
    fn types(&self, program: &Program) -> Vec<(ClassId, Symbol, Symbol)> {
        let mut found = Vec::new();
        for rule in &self.rules.types {
            let Some(kind) = rule.declared_as else { continue };
            for component in self.components.iter().filter(|component| component.kind == kind.word()) {
                let name = Symbol::new(component.simple_name());
                for &class in program.by_simple_name.get(&name).into_iter().flatten() {
                    if component.is(&Program::display(program.classes[class].qualified)) {
                        let types = rule.matches.types.iter().filter_map(|pattern| match pattern {
                            Pattern::Exact(name) => Some((class, *name, rule.id)),
                            _ => None,
                        });
                        found.extend(types);
                    }
                }
            }
        }
        found
    }
}

impl Program {
    /// Fills supertypes, ancestors and subtypes from the (qualified) declarations of `units`.
    pub(super) fn build_hierarchy(&mut self, units: &[Unit], declared: &Declared<'_>) {
        let mut direct_library: Vec<Vec<Symbol>> = vec![Vec::new(); self.classes.len()];
        for declared in self.classes.indices() {
            let info = &self.classes[declared];
            let class = &units[info.unit].classes[info.class];
            let id = self.standing[declared.index()];
            for parent in class.superclass.iter().chain(&class.interfaces) {
                match self.class_named(parent.name) {
                    Some(parent) if parent != id && !self.classes[id].supers.contains(&parent) => {
                        self.classes[id].supers.push(parent);
                        self.classes[parent].children.push(id);
                    }
                    Some(_) => {}
                    None => direct_library[id.index()].push(parent.name),
                }
            }
        }
        for (id, name, rule) in declared.types(self) {
            direct_library[id.index()].push(name);
            self.rules_used.insert(rule);
        }
        for id in self.classes.indices() {
            let ancestors = self.linearise(id);
            let mut library = Vec::new();
            for &ancestor in &ancestors {
                for &name in &direct_library[ancestor.index()] {
                    if !library.contains(&name) {
                        library.push(name);
                    }
                    for &further in self.library.ancestors(name) {
                        if !library.contains(&further) {
                            library.push(further);
                        }
                    }
                }
            }
            for &name in &library {
                self.implementers.entry(name).or_default().push(id);
            }
            let info = &mut self.classes[id];
            info.ancestors = ancestors;
            info.library_ancestors = library;
        }
        self.lend_to_modules(units);
    }

    /// A module is part of the classes that include it: what they inherit from libraries, its methods can call.
    fn lend_to_modules(&mut self, units: &[Unit]) {
        let is_module = |info: &ClassInfo| units[info.unit].classes[info.class].kind == ClassKind::Module;
        let mut lent: Vec<(ClassId, Symbol)> = Vec::new();
        for info in self.classes.iter().filter(|info| !is_module(info)) {
            let modules = info.ancestors.iter().copied().filter(|&ancestor| is_module(&self.classes[ancestor]));
            lent.extend(modules.flat_map(|module| info.library_ancestors.iter().map(move |&name| (module, name))));
        }
        for (module, name) in lent {
            let known = &mut self.classes[module].library_ancestors;
            if !known.contains(&name) {
                known.push(name);
            }
        }
    }

    /// Whether the type `name` is one that a rule speaks of, or lies below one. A name without a dot stands for types
    /// of any package.
    pub fn is_named(&self, name: Symbol, pattern: Pattern) -> bool {
        match pattern {
            Pattern::Exact(text) if text.contains('.') => self.is_subtype(name, &text),
            Pattern::Exact(text) => text == name || text == Program::simple_name(&name),
            pattern => pattern.matches(&name),
        }
    }

    /// The class, its superclasses, then its interfaces, each once; cycles in broken code end the walk.
    fn linearise(&self, id: ClassId) -> Vec<ClassId> {
        let mut order = vec![id];
        let mut next = 0;
        while next < order.len() {
            for &parent in &self.classes[order[next]].supers {
                if !order.contains(&parent) {
                    order.push(parent);
                }
            }
            next += 1;
        }
        order
    }
}
