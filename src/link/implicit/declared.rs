//! What declarations say of types, kept apart from the units, which are being rewritten: fields, results, parameters,
//! and which functions can be called without an owner.

use rustc_hash::FxHashMap;

use crate::base::Symbol;
use crate::ir::*;
use crate::link::implicit::inference::says_more;
use crate::link::{ClassId, FunctionId, Program};

/// What a call needs to know of a function.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) name: Symbol,
    pub(super) returns: Option<TypeRef>,
    pub(super) parameters: Vec<(Symbol, Option<TypeRef>)>,
    pub(super) modifiers: Modifiers,
    pub(super) type_parameters: Vec<Symbol>,
    pub(super) has_body: bool,
}

/// What an access needs to know of a class.
#[derive(Clone, Debug)]
pub(super) struct ClassShape {
    pub(super) kind: ClassKind,
    pub(super) type_parameters: Vec<Symbol>,
    pub(super) package: Symbol,
    pub(super) is_facade: bool,
    pub(super) fields: Vec<Option<TypeRef>>,
}

/// The declarations of a program, by their ids.
#[derive(Default)]
pub(in crate::link) struct Declared {
    pub(super) classes: Vec<ClassShape>,
    pub(super) functions: Vec<Shape>,
    /// Extensions by name.
    pub(super) extensions: FxHashMap<Symbol, Vec<FunctionId>>,
    /// Classes that stand for files, by the qualified names of the functions and properties that they hold.
    pub(super) top_level: FxHashMap<Symbol, Vec<ClassId>>,
    /// How many classes have an instance field of a name.
    pub(super) instance_fields: FxHashMap<Symbol, usize>,
}

/// Types that a pass over the bodies found out.
#[derive(Default)]
pub(super) struct Found {
    pub(super) returns: Vec<(FunctionId, TypeRef)>,
    pub(super) fields: Vec<(ClassId, usize, TypeRef)>,
    /// Whether it found out what a lambda gives.
    pub(super) has_lambdas: bool,
}

impl Declared {
    pub(super) fn new(units: &[Unit], program: &Program) -> Declared {
        let mut declared = Declared::default();
        for (index, unit) in units.iter().enumerate() {
            let package = unit.namespace.unwrap_or_else(|| Symbol::new(""));
            for class in unit.classes.iter() {
                let is_facade = class.kind == ClassKind::Object
                    && class.modifiers.contains(Modifiers::SYNTHETIC)
                    && class.outer.is_none();
                for field in class.fields.iter().filter(|field| !field.modifiers.contains(Modifiers::STATIC)) {
                    *declared.instance_fields.entry(field.name).or_default() += 1;
                }
                declared.classes.push(ClassShape {
                    kind: class.kind,
                    type_parameters: class.type_parameters.iter().map(|parameter| parameter.name).collect(),
                    package,
                    is_facade,
                    fields: class.fields.iter().map(|field| field.declared.clone()).collect(),
                });
                if is_facade {
                    let id = ClassId::new(declared.classes.len() - 1);
                    let functions = class.functions.iter().map(|&function| unit.functions[function].name);
                    for name in functions.chain(class.fields.iter().map(|field| field.name)) {
                        let facades = declared.top_level.entry(qualified(package, name)).or_default();
                        if facades.last() != Some(&id) {
                            facades.push(id);
                        }
                    }
                }
            }
            for (function_index, function) in unit.functions.iter_enumerated() {
                let id = program.function_id(index, function_index);
                if function.modifiers.contains(Modifiers::EXTENSION) && function.kind == FunctionKind::Method {
                    declared.extensions.entry(function.name).or_default().push(id);
                }
                declared.functions.push(Shape::of(function));
            }
        }
        declared
    }

    /// Takes in what a pass found out; tells whether any of it is new.
    pub(super) fn learn(&mut self, found: Found) -> bool {
        let mut is_new = found.has_lambdas;
        for (function, returns) in found.returns {
            is_new |= refine(&mut self.functions[function.index()].returns, returns);
        }
        for (class, field, declared) in found.fields {
            if let Some(slot) = self.classes[class.index()].fields.get_mut(field) {
                is_new |= refine(slot, declared);
            }
        }
        is_new
    }

    pub(super) fn shape(&self, function: FunctionId) -> &Shape {
        &self.functions[function.index()]
    }

    /// The declared type of a field of `of`, with the type's arguments put in.
    pub(super) fn field_type(&self, program: &Program, of: &TypeRef, name: Symbol) -> Option<TypeRef> {
        let class = program.class_named(of.name)?;
        let (owner, _) = program.field_of(class, name)?;
        let position = program.classes[owner].fields.get(&name)?.index();
        let shape = &self.classes[owner.index()];
        let declared = shape.fields.get(position)?.as_ref()?;
        substituted(declared, &shape.type_parameters, &of.arguments)
    }

    /// The type that a call of `function` on a value of type `of` gives, as far as its declaration tells.
    pub(super) fn result(
        &self,
        program: &Program,
        function: FunctionId,
        of: Option<&TypeRef>,
        given: &[(Symbol, TypeRef)],
    ) -> Option<TypeRef> {
        let shape = self.shape(function);
        let declared = shape.returns.as_ref()?;
        if let Some((_, known)) = given.iter().find(|(name, _)| *name == declared.name) {
            return Some(known.clone());
        }
        let (names, values): (Vec<Symbol>, Vec<TypeRef>) = given.iter().cloned().unzip();
        let declared = if shape.type_parameters.is_empty() {
            declared.clone()
        } else {
            put_in(declared, &shape.type_parameters, &names, &values)?
        };
        let owner = program.functions[function].owner?;
        let arguments = of.map(|of| of.arguments.as_slice()).unwrap_or_default();
        substituted(&declared, &self.classes[owner.index()].type_parameters, arguments)
    }
}

impl Shape {
    fn of(function: &Function) -> Shape {
        let parameters = function.parameters.iter();
        Shape {
            name: function.name,
            returns: function.returns.clone(),
            parameters: parameters
                .map(|parameter| (parameter.name, function.locals[parameter.local].declared.clone()))
                .collect(),
            modifiers: function.modifiers,
            type_parameters: function.type_parameters.iter().map(|parameter| parameter.name).collect(),
            has_body: !function.blocks.is_empty(),
        }
    }
}

/// Puts a type where less was known; tells whether it did.
fn refine(slot: &mut Option<TypeRef>, learned: TypeRef) -> bool {
    let is_new = says_more(&learned, slot.as_ref());
    if is_new {
        *slot = Some(learned);
    }
    is_new
}

/// `package.name`.
pub(super) fn qualified(package: Symbol, name: Symbol) -> Symbol {
    if package.is_empty() { name } else { Symbol::new(&format!("{package}.{name}")) }
}

/// `declared` with `arguments` for `parameters`; `None` where it is a parameter without an argument.
fn substituted(declared: &TypeRef, parameters: &[Symbol], arguments: &[TypeRef]) -> Option<TypeRef> {
    if parameters.is_empty() {
        return Some(declared.clone());
    }
    put_in(declared, parameters, parameters, arguments)
}

/// `declared` with `values` for `names`; of what is left of the parameters `open` nothing is known.
fn put_in(declared: &TypeRef, open: &[Symbol], names: &[Symbol], values: &[TypeRef]) -> Option<TypeRef> {
    if let Some(position) = names.iter().position(|name| *name == declared.name)
        && let Some(value) = values.get(position)
    {
        return Some(value.clone());
    }
    if open.contains(&declared.name) {
        return None;
    }
    let unknown = || TypeRef::named("?");
    let arguments = declared
        .arguments
        .iter()
        .map(|argument| put_in(argument, open, names, values).unwrap_or_else(unknown))
        .collect();
    Some(TypeRef { name: declared.name, arguments })
}
