//! Adds the methods by which a class passes on what another object implements for it (`class A : B by b`): each method
//! of the interface that the class does not declare calls the same method of the object.

use rustc_hash::FxHashMap;

use crate::base::{IndexVec, Symbol};
use crate::ir::*;

/// How many supertypes of an interface are followed upwards.
const HIGHEST: usize = 6;

/// A class by its unit and its place there.
type At = (usize, ClassIdx);

/// A method that is passed on.
struct PassedOn {
    class: ClassIdx,
    field: Symbol,
    function: Function,
}

/// Adds the methods to all classes that hold such objects.
pub(super) fn add(units: &mut [Unit]) {
    let has_delegates = |class: &Class| class.fields.iter().any(is_delegate);
    if !units.iter().any(|unit| unit.classes.iter().any(has_delegates)) {
        return;
    }
    let mut by_name: FxHashMap<Symbol, Vec<At>> = FxHashMap::default();
    for (unit, declared) in units.iter().enumerate() {
        for (index, class) in declared.classes.iter_enumerated() {
            if class.kind == ClassKind::Interface {
                by_name.entry(class.name).or_default().push((unit, index));
            }
        }
    }
    for unit in 0..units.len() {
        let mut added = Vec::new();
        for (index, class) in units[unit].classes.iter_enumerated() {
            for field in class.fields.iter().filter(|field| is_delegate(field)) {
                let Some(declared) = &field.declared else { continue };
                let methods = methods_of(units, &by_name, (unit, declared.name));
                for function in methods {
                    let is_declared = class.functions.iter().any(|&own| {
                        let own = &units[unit].functions[own];
                        own.name == function.name && own.parameters.len() == function.parameters.len()
                    });
                    if !is_declared {
                        added.push(PassedOn { class: index, field: field.name, function: function.clone() });
                    }
                }
            }
        }
        added.into_iter().for_each(|method| add_to(&mut units[unit], method));
    }
}

fn is_delegate(field: &Field) -> bool {
    field.name.starts_with(DELEGATE)
}

/// The methods of the interface that a unit names, and of those above it.
fn methods_of<'u>(
    units: &'u [Unit],
    by_name: &FxHashMap<Symbol, Vec<At>>,
    (unit, name): (usize, Symbol),
) -> Vec<&'u Function> {
    let mut methods = Vec::new();
    let mut next = vec![(unit, name)];
    for _ in 0..HIGHEST {
        let Some((from, name)) = next.pop() else { break };
        let Some((unit, class)) = interface(units, by_name, from, name) else { continue };
        let class = &units[unit].classes[class];
        let functions = class.functions.iter().map(|&function| &units[unit].functions[function]);
        methods.extend(functions.filter(|function| function.has_this && function.kind == FunctionKind::Method));
        next.extend(class.superclass.iter().chain(&class.interfaces).map(|parent| (unit, parent.name)));
    }
    methods
}

/// The interface that `name` means in a unit: imported, of the same package, or the only one of that name.
fn interface(units: &[Unit], by_name: &FxHashMap<Symbol, Vec<At>>, unit: usize, name: Symbol) -> Option<At> {
    let simple = Symbol::new(name.rsplit('.').next().unwrap_or(&name));
    let candidates = by_name.get(&simple)?;
    let package_of = |at: &At| units[at.0].namespace;
    let import = units[unit].imports.iter().find(|import| import.alias == Some(simple));
    let imported = |at: &&At| {
        let package = package_of(at);
        import.is_some_and(|import| package.is_some_and(|package| import.path.starts_with(package.as_str())))
    };
    let near = |at: &&At| at.0 == unit || package_of(at) == units[unit].namespace;
    let only = || candidates.first().filter(|_| candidates.len() == 1);
    candidates.iter().find(imported).or_else(|| candidates.iter().find(near)).or_else(only).copied()
}

fn add_to(unit: &mut Unit, PassedOn { class, field, function }: PassedOn) {
    let span = unit.classes[class].name_span;
    let name = function.name;
    let mut passing = Function {
        owner: Some(class),
        modifiers: Modifiers::PUBLIC | Modifiers::SYNTHETIC,
        annotations: Vec::new(),
        parameters: Vec::new(),
        captures: Vec::new(),
        locals: IndexVec::new(),
        blocks: IndexVec::new(),
        span,
        name_span: span,
        ..function.clone()
    };
    passing.locals.push(LocalDecl { name: Some(Symbol::new(RECEIVER)), declared: None, span });
    for parameter in &function.parameters {
        let declared = function.locals[parameter.local].declared.clone();
        let local = passing.locals.push(LocalDecl { name: Some(parameter.name), declared, span });
        passing.parameters.push(Parameter { local, annotations: Vec::new(), span, ..parameter.clone() });
    }
    let arguments = passing.parameters.iter().map(|parameter| Argument::positional(Operand::local(parameter.local)));
    let receiver = Operand::Place(Place::local(Local::new(0)).field(field));
    let call = Call {
        target: Target::Method { receiver, name },
        arguments: arguments.collect(),
        block: None,
        type_arguments: Vec::new(),
        name_span: span,
        site: span,
    };
    let mut builder = FunctionBuilder::new(passing);
    let result = builder.compute(Rvalue::Call(Box::new(call)), span);
    builder.terminate(Terminator::Return(Some(result)), span);
    let index = unit.functions.push(builder.finish());
    unit.classes[class].functions.push(index);
}
