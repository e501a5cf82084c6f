//! Qualifies type names: afterwards each [`TypeRef`] of a unit names a class of the program or a library type in full.
//!
//! A simple name is looked up as the languages do: type parameters in scope, classes nested in the classes around and
//! in their supertypes, the classes of the unit, single imports, the package, then imports on demand. A name that
//! only an import on demand can explain is taken from the first package in which the program or a rule knows it.

use rustc_hash::FxHashMap;

use crate::base::Symbol;
use crate::ir::*;
use crate::lang::language_named;
use crate::link::{ClassId, Program};

/// What each unit can see.
pub(super) struct Scopes {
    units: Vec<UnitScope>,
    /// Paths of the units.
    paths: Vec<Symbol>,
}

struct UnitScope {
    namespace: Option<Symbol>,
    single: FxHashMap<Symbol, Symbol>,
    on_demand: Vec<Symbol>,
    /// Supertypes as written, by class, for the search of inherited nested classes.
    supers: Vec<Vec<Symbol>>,
}

impl Scopes {
    pub(super) fn new(units: &[Unit]) -> Scopes {
        let paths = units.iter().map(|unit| unit.path).collect();
        let units = units
            .iter()
            .map(|unit| UnitScope {
                namespace: unit.namespace,
                single: unit
                    .imports
                    .iter()
                    .filter(|import| !import.is_static)
                    .filter_map(|import| Some((import.alias?, import.path)))
                    .collect(),
                on_demand: unit
                    .imports
                    .iter()
                    .filter(|import| import.alias.is_none() && !import.is_static)
                    .map(|import| import.path)
                    .chain(implicit_imports(unit))
                    .collect(),
                supers: unit
                    .classes
                    .iter()
                    .map(|class| class.superclass.iter().chain(&class.interfaces).map(|parent| parent.name).collect())
                    .collect(),
            })
            .collect();
        Scopes { units, paths }
    }
}

fn implicit_imports(unit: &Unit) -> impl Iterator<Item = Symbol> {
    let packages = language_named(&unit.language).map_or(&[][..], |language| language.implicit_imports());
    packages.iter().map(|package| Symbol::new(package))
}

/// Qualifies every type of `unit`.
pub(super) fn qualify(unit: &mut Unit, index: usize, scopes: &Scopes, program: &Program) {
    let mut resolver = Resolver::new(index, scopes, program);
    for class_index in unit.classes.indices() {
        let parameters = parameters_in_scope(unit, Some(class_index), None);
        let class = &mut unit.classes[class_index];
        // Supertypes are looked up from outside the class: it cannot inherit its own supertype's name.
        let from = class.outer.or(Some(class_index));
        for parent in class.superclass.iter_mut().chain(&mut class.interfaces) {
            resolver.in_place(parent, from, &parameters);
        }
        for parameter in &mut class.type_parameters {
            parameter.bound.iter_mut().for_each(|bound| resolver.in_place(bound, Some(class_index), &parameters));
        }
        for field in &mut class.fields {
            field.declared.iter_mut().for_each(|declared| resolver.in_place(declared, Some(class_index), &parameters));
            resolver.annotations(&mut field.annotations, Some(class_index));
        }
        resolver.annotations(&mut class.annotations, Some(class_index));
    }
    for function_index in unit.functions.indices() {
        let owner = unit.functions[function_index].owner;
        let parameters = parameters_in_scope(unit, owner, Some(function_index));
        qualify_function(&mut unit.functions[function_index], owner, &parameters, &mut resolver);
    }
}

fn qualify_function(
    function: &mut Function,
    owner: Option<ClassIdx>,
    parameters: &[Symbol],
    resolver: &mut Resolver<'_>,
) {
    let mut each = |declared: &mut TypeRef| resolver.in_place(declared, owner, parameters);
    function.returns.iter_mut().for_each(&mut each);
    for local in function.locals.iter_mut() {
        local.declared.iter_mut().for_each(&mut each);
    }
    for block in function.blocks.iter_mut() {
        for statement in &mut block.statements {
            place_types(&mut statement.to, &mut each);
            rvalue_types(&mut statement.value, &mut each);
        }
        match &mut block.terminator {
            Terminator::Branch { condition: operand, .. }
            | Terminator::Switch { value: operand, .. }
            | Terminator::Return(Some(operand))
            | Terminator::Throw(operand) => operand_types(operand, &mut each),
            _ => {}
        }
    }
    resolver.annotations(&mut function.annotations, owner);
    for parameter in &mut function.parameters {
        resolver.annotations(&mut parameter.annotations, owner);
    }
}

/// Names of type parameters of the function and of all classes and functions around it.
fn parameters_in_scope(unit: &Unit, class: Option<ClassIdx>, function: Option<FunctionIdx>) -> Vec<Symbol> {
    let mut names = Vec::new();
    let (mut class, mut function) = (class, function);
    loop {
        if let Some(index) = function {
            names.extend(unit.functions[index].type_parameters.iter().map(|parameter| parameter.name));
            function = unit.functions[index].enclosing;
            continue;
        }
        let Some(index) = class else { return names };
        names.extend(unit.classes[index].type_parameters.iter().map(|parameter| parameter.name));
        class = unit.classes[index].outer;
        function = unit.classes[index].function;
    }
}

fn place_types(place: &mut Place, each: &mut impl FnMut(&mut TypeRef)) {
    if let Base::Static(class) = &mut place.base {
        each(class);
    }
}

fn operand_types(operand: &mut Operand, each: &mut impl FnMut(&mut TypeRef)) {
    match operand {
        Operand::Place(place) => place_types(place, each),
        Operand::Class(class) => each(class),
        Operand::Const(_) => {}
    }
}

fn rvalue_types(value: &mut Rvalue, each: &mut impl FnMut(&mut TypeRef)) {
    match value {
        Rvalue::Use(operand) | Rvalue::Unary(_, operand) | Rvalue::Reference(operand, _) => {
            operand_types(operand, each)
        }
        Rvalue::Concat(operands) | Rvalue::Opaque(operands) | Rvalue::Closure(_, operands) => {
            operands.iter_mut().for_each(|operand| operand_types(operand, each))
        }
        Rvalue::Array(element, operands) => {
            element.iter_mut().for_each(&mut *each);
            operands.iter_mut().for_each(|operand| operand_types(operand, each));
        }
        Rvalue::Binary(_, left, right) => {
            operand_types(left, each);
            operand_types(right, each);
        }
        Rvalue::Allocate(class) => each(class),
        Rvalue::Map(entries) => entries.iter_mut().for_each(|(key, value)| {
            operand_types(key, each);
            operand_types(value, each);
        }),
        Rvalue::Cast(operand, class) | Rvalue::IsType(operand, class) => {
            operand_types(operand, each);
            each(class);
        }
        Rvalue::Caught(types) => types.iter_mut().for_each(each),
        Rvalue::Call(call) => {
            match &mut call.target {
                Target::Method { receiver: operand, .. } | Target::Value(operand) => operand_types(operand, each),
                Target::Constructor { object, class } => {
                    operand_types(object, each);
                    each(class);
                }
                Target::Super(_, Some(class)) => each(class),
                Target::Super(_, None) | Target::Bare(_) => {}
            }
            call.arguments.iter_mut().for_each(|argument| operand_types(&mut argument.value, each));
            call.block.iter_mut().for_each(|block| operand_types(block, each));
            call.type_arguments.iter_mut().for_each(each);
        }
    }
}

pub(super) struct Resolver<'a> {
    unit: usize,
    scopes: &'a Scopes,
    program: &'a Program,
    cache: FxHashMap<(Option<ClassIdx>, Symbol), Symbol>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(unit: usize, scopes: &'a Scopes, program: &'a Program) -> Resolver<'a> {
        Resolver { unit, scopes, program, cache: FxHashMap::default() }
    }

    /// The qualified name of the class that `name` means inside `class`, when something explains it.
    pub(super) fn known_name(&mut self, name: Symbol, class: Option<ClassIdx>) -> Option<Symbol> {
        let found = self.name(name, class);
        let explained =
            found != name || self.program.class_named(found).is_some() || self.program.library.is_known(found);
        explained.then_some(found)
    }

    fn in_place(&mut self, declared: &mut TypeRef, class: Option<ClassIdx>, parameters: &[Symbol]) {
        if !parameters.contains(&declared.name) {
            declared.name = self.name(declared.name, class);
        }
        declared.arguments.iter_mut().for_each(|argument| self.in_place(argument, class, parameters));
    }

    fn annotations(&mut self, annotations: &mut [Annotation], class: Option<ClassIdx>) {
        for annotation in annotations {
            annotation.name = self.name(annotation.name, class);
        }
    }

    fn name(&mut self, name: Symbol, class: Option<ClassIdx>) -> Symbol {
        if let Some(&known) = self.cache.get(&(class, name)) {
            return known;
        }
        let scope = &self.scopes.units[self.unit];
        let found = lookup(self.program, self.scopes, self.unit, class, name)
            .map(|class| self.program.classes[class].qualified)
            .or_else(|| library_name(self.program, scope, name))
            .unwrap_or(name);
        self.cache.insert((class, name), found);
        found
    }
}

/// The class of the program that `name` means inside `class` of `unit`.
fn lookup(program: &Program, scopes: &Scopes, unit: usize, class: Option<ClassIdx>, name: Symbol) -> Option<ClassId> {
    let (head, rest) = match name.split_once('.') {
        Some((head, rest)) => (Symbol::new(head), Some(rest)),
        None => (name, None),
    };
    let seen = |name: Symbol| program.class_seen_from(&scopes.paths[unit], name, &scopes.paths);
    let below = |class: ClassId| match rest {
        Some(rest) => nested(program, program.classes[class].qualified, rest),
        None => Some(class),
    };
    let mut current = class.map(|class| program.class_id(unit, class));
    while let Some(class) = current {
        let info = &program.classes[class];
        if Program::simple_name(&info.qualified) == head.as_str() {
            return below(class);
        }
        if let Some(found) = nested_or_inherited(program, scopes, class, head, 0) {
            return below(found);
        }
        current = info.outer;
    }
    let scope = &scopes.units[unit];
    if let Some(path) = scope.single.get(&head)
        && let Some(found) = seen(*path)
    {
        return below(found);
    }
    if scope.single.contains_key(&head) {
        return None;
    }
    let in_package = |package: Option<Symbol>| match package {
        Some(package) => seen(joined(package, &head)),
        None => seen(head),
    };
    let found = in_package(scope.namespace)
        .or_else(|| scope.on_demand.iter().find_map(|package| seen(joined(*package, &head))));
    match found {
        Some(found) => below(found),
        None => seen(name),
    }
}

fn joined(package: Symbol, name: &str) -> Symbol {
    Symbol::new(&format!("{package}.{name}"))
}

fn nested(program: &Program, outer: Symbol, name: &str) -> Option<ClassId> {
    program.class_named(joined(outer, name))
}

/// A class nested in `class` or in one of its supertypes.
fn nested_or_inherited(
    program: &Program,
    scopes: &Scopes,
    class: ClassId,
    name: Symbol,
    depth: usize,
) -> Option<ClassId> {
    const DEEPEST: usize = 8;
    let info = &program.classes[class];
    if let Some(found) = nested(program, info.qualified, &name) {
        return Some(found);
    }
    // Local and anonymous classes hang below the class around them, too.
    if let Some(found) = program.by_simple_name.get(&name).and_then(|candidates| {
        candidates.iter().copied().find(|&candidate| program.classes[candidate].outer == Some(class))
    }) {
        return Some(found);
    }
    if depth == DEEPEST {
        return None;
    }
    scopes.units[info.unit].supers[info.class.index()].iter().find_map(|&parent| {
        let parent = supertype(program, scopes, class, parent)?;
        nested_or_inherited(program, scopes, parent, name, depth + 1)
    })
}

/// The class that a supertype's written name means, by package and imports alone.
fn supertype(program: &Program, scopes: &Scopes, of: ClassId, name: Symbol) -> Option<ClassId> {
    let unit = program.classes[of].unit;
    let scope = &scopes.units[unit];
    let seen = |name: Symbol| program.class_seen_from(&scopes.paths[unit], name, &scopes.paths);
    let (head, rest) = name.split_once('.').map_or((name.as_str(), None), |(head, rest)| (head, Some(rest)));
    let head = Symbol::new(head);
    let base = match scope.single.get(&head) {
        Some(path) => seen(*path),
        None => {
            let mut outer = program.classes[of].outer;
            let mut found = None;
            while let (Some(class), None) = (outer, found) {
                found = nested(program, program.classes[class].qualified, &head);
                outer = program.classes[class].outer;
            }
            found
                .or_else(|| scope.namespace.and_then(|package| seen(joined(package, &head))))
                .or_else(|| scope.on_demand.iter().find_map(|package| seen(joined(*package, &head))))
                .or_else(|| seen(head))
        }
    }?;
    let found = match rest {
        Some(rest) => nested(program, program.classes[base].qualified, rest),
        None => Some(base),
    }?;
    (found != of).then_some(found)
}

/// The qualified name of a library type.
fn library_name(program: &Program, scope: &UnitScope, name: Symbol) -> Option<Symbol> {
    let (head, rest) = match name.split_once('.') {
        Some((head, rest)) => (Symbol::new(head), Some(rest)),
        None => (name, None),
    };
    let with_rest = |head: &str| match rest {
        Some(rest) => Symbol::new(&format!("{head}.{rest}")),
        None => Symbol::new(head),
    };
    if let Some(path) = scope.single.get(&head) {
        return Some(with_rest(path));
    }
    scope
        .on_demand
        .iter()
        .map(|package| with_rest(&format!("{package}.{head}")))
        .find(|candidate| program.library.is_known(*candidate))
}
