//! The linked program: all classes and functions under ids that hold across files.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Idx, IndexVec, Symbol};
use crate::ir::{Class, ClassIdx, ClassKind, Field, Function, FunctionIdx, FunctionKind, Modifiers, TypeRef, Unit};
use crate::link::{LibraryTypes, called::CalledAfter, dispatch::Signature, reopened::has_open_classes};

/// Stands between the name of a class and the number that tells it from others of its name.
const TWIN: char = '~';

/// A class of the program.
pub type ClassId = Idx<ClassInfo>;
/// A function of the program.
pub type FunctionId = Idx<FunctionInfo>;

/// A class with what linking found out about it.
#[derive(Debug)]
pub struct ClassInfo {
    /// Index of its unit.
    pub unit: usize,
    /// The declaration within the unit.
    pub class: ClassIdx,
    /// `package.Outer.Inner`; a second class of the same name has a suffix, which [`Program::display`] takes off.
    pub qualified: Symbol,
    /// The class around it.
    pub outer: Option<ClassId>,
    /// Direct supertypes of the program, the superclass first.
    pub supers: Vec<ClassId>,
    /// The class itself, then all its ancestors of the program, nearest first.
    pub ancestors: Vec<ClassId>,
    /// Qualified names of all library ancestors.
    pub library_ancestors: Vec<Symbol>,
    /// Direct subtypes.
    pub children: Vec<ClassId>,
    /// Functions declared by name, in order.
    pub methods: FxHashMap<Symbol, Vec<FunctionId>>,
    /// Fields by name.
    pub fields: FxHashMap<Symbol, Idx<Field>>,
}

impl ClassInfo {
    /// A class before its place in the hierarchy and its members are known.
    fn new(unit: usize, class: ClassIdx, qualified: Symbol, outer: Option<ClassId>) -> ClassInfo {
        ClassInfo {
            unit,
            class,
            qualified,
            outer,
            supers: Vec::new(),
            ancestors: Vec::new(),
            library_ancestors: Vec::new(),
            children: Vec::new(),
            methods: FxHashMap::default(),
            fields: FxHashMap::default(),
        }
    }
}

/// A function with its place in the program.
#[derive(Debug)]
pub struct FunctionInfo {
    /// Index of its unit.
    pub unit: usize,
    /// The declaration within the unit.
    pub function: FunctionIdx,
    /// The class it belongs to.
    pub owner: Option<ClassId>,
    /// `package.Class.name/arity`; lambdas are numbered within their class.
    pub qualified: Symbol,
}

/// All units of a scan with classes, functions and their relations.
#[derive(Default, Debug)]
pub struct Program {
    /// The units, in the order of their files.
    pub units: Vec<Unit>,
    /// All classes, in the order of units and declarations.
    pub classes: IndexVec<ClassInfo>,
    /// All functions, in the order of units and declarations.
    pub functions: IndexVec<FunctionInfo>,
    /// Library types that the rules know.
    pub library: LibraryTypes,
    /// Ids of the rules that added declarations or calls.
    pub rules_used: BTreeSet<Symbol>,
    pub(super) by_name: FxHashMap<Symbol, ClassId>,
    /// Classes of one name: a repository may hold several programs, or variants of one.
    pub(super) twins: FxHashMap<Symbol, Vec<Symbol>>,
    pub(super) by_simple_name: FxHashMap<Symbol, Vec<ClassId>>,
    pub(super) first_class: Vec<usize>,
    /// By class: the declaration that stands for it when it is opened several times.
    pub(super) standing: Vec<ClassId>,
    pub(super) first_function: Vec<usize>,
    pub(super) packages: FxHashSet<Symbol>,
    /// Names of objects that stand for the class around them.
    pub(super) companions: FxHashSet<Symbol>,
    pub(super) by_method: FxHashMap<Symbol, Vec<FunctionId>>,
    pub(super) signatures: Vec<Signature>,
    /// Classes by the names of variables.
    pub(super) called: CalledAfter,
    /// Modifiers of the fields, by class: names are resolved while the units are being rewritten.
    pub(super) field_modifiers: Vec<Vec<Modifiers>>,
    /// Classes of the program below a library type.
    pub(super) implementers: FxHashMap<Symbol, Vec<ClassId>>,
}

impl Program {
    /// Gives every class and function its id and qualified name.
    pub(super) fn declare(units: &[Unit], library: LibraryTypes) -> Program {
        let mut program = Program { library, ..Program::default() };
        for (index, unit) in units.iter().enumerate() {
            program.first_class.push(program.classes.len());
            program.first_function.push(program.functions.len());
            if let Some(namespace) = unit.namespace {
                program.packages.insert(namespace);
            }
            for (class_index, class) in unit.classes.iter_enumerated() {
                program.declare_class(index, unit, class_index, class);
            }
            program.declare_functions(index, unit);
        }
        program
    }

    fn declare_class(&mut self, index: usize, unit: &Unit, class_index: ClassIdx, class: &Class) {
        let outer = class.outer.map(|outer| self.class_id(index, outer));
        let prefix = outer.map(|outer| self.classes[outer].qualified).or(unit.namespace);
        let written = match prefix {
            Some(prefix) => Symbol::new(&format!("{prefix}.{}", class.name)),
            None => class.name,
        };
        let id = ClassId::new(self.classes.len());
        let standing = self.by_name.get(&written).copied().filter(|_| has_open_classes(unit)).unwrap_or(id);
        self.standing.push(standing);
        if standing != id {
            self.declare_again(standing, index, class_index, outer);
            return;
        }
        let twins = self.twins.entry(written).or_default();
        let qualified = match twins.len() {
            0 => written,
            count => Symbol::new(&format!("{written}{TWIN}{count}")),
        };
        twins.push(qualified);
        if class.kind == ClassKind::Object && class.modifiers.contains(Modifiers::SYNTHETIC) && class.outer.is_some() {
            self.companions.insert(qualified);
        }
        let fields = class.fields.iter().enumerate().map(|(i, field)| (field.name, Idx::new(i))).collect();
        self.classes.push(ClassInfo { fields, ..ClassInfo::new(index, class_index, qualified, outer) });
        self.field_modifiers.push(class.fields.iter().map(|field| field.modifiers).collect());
        self.by_name.entry(qualified).or_insert(id);
        let simple = Symbol::new(Program::simple_name(&class.name));
        self.by_simple_name.entry(simple).or_default().push(id);
    }

    /// A class that is opened again: what it declares belongs to the one that stands for it.
    fn declare_again(&mut self, standing: ClassId, index: usize, class_index: ClassIdx, outer: Option<ClassId>) {
        let qualified = self.classes[standing].qualified;
        self.classes.push(ClassInfo::new(index, class_index, qualified, outer));
        self.field_modifiers.push(Vec::new());
    }

    fn declare_functions(&mut self, index: usize, unit: &Unit) {
        let mut lambdas: FxHashMap<Option<ClassId>, usize> = FxHashMap::default();
        for (function_index, function) in unit.functions.iter_enumerated() {
            let owner = function.owner.map(|owner| self.class_id(index, owner));
            let prefix = owner.map(|owner| self.classes[owner].qualified).or(unit.namespace);
            let name = if function.kind == FunctionKind::Lambda {
                let count = lambdas.entry(owner).or_default();
                *count += 1;
                format!("<lambda-{count}>")
            } else {
                function.name.to_string()
            };
            let arity = function.parameters.len();
            let qualified = match prefix {
                Some(prefix) => Symbol::new(&format!("{prefix}.{name}/{arity}")),
                None => Symbol::new(&format!("{name}/{arity}")),
            };
            let id = self.functions.push(FunctionInfo { unit: index, function: function_index, owner, qualified });
            self.signatures.push(Signature::of(function, has_open_classes(unit)));
            if function.kind == FunctionKind::Lambda {
                continue;
            }
            self.by_method.entry(function.name).or_default().push(id);
            if let Some(owner) = owner {
                self.classes[owner].methods.entry(function.name).or_default().push(id);
            }
        }
    }

    pub(super) fn finish(&mut self, units: Vec<Unit>) {
        self.units = units;
    }

    /// The program-wide id of a class of a unit.
    pub fn class_id(&self, unit: usize, class: ClassIdx) -> ClassId {
        self.standing[self.first_class[unit] + class.index()]
    }

    /// The program-wide id of a function of a unit.
    pub fn function_id(&self, unit: usize, function: FunctionIdx) -> FunctionId {
        FunctionId::new(self.first_function[unit] + function.index())
    }

    /// The declaration of a class.
    pub fn class(&self, id: ClassId) -> &Class {
        let info = &self.classes[id];
        &self.units[info.unit].classes[info.class]
    }

    /// The declaration of a function.
    pub fn function(&self, id: FunctionId) -> &Function {
        let info = &self.functions[id];
        &self.units[info.unit].functions[info.function]
    }

    /// The type that a name speaks of, where the language of a function declares none.
    pub fn type_by_name(&self, function: FunctionId, name: &str) -> Option<TypeRef> {
        if !has_open_classes(&self.units[self.functions[function].unit]) {
            return None;
        }
        self.called.type_of(name)
    }

    /// Whether classes of the file of a function can be opened again, and are objects.
    pub fn has_open_classes(&self, function: FunctionId) -> bool {
        has_open_classes(&self.units[self.functions[function].unit])
    }

    /// The class of a qualified name.
    pub fn class_named(&self, qualified: Symbol) -> Option<ClassId> {
        self.by_name.get(&qualified).copied()
    }

    /// The classes of a simple name.
    pub fn called(&self, simple: Symbol) -> &[ClassId] {
        self.by_simple_name.get(&simple).map_or(&[], |classes| classes)
    }

    /// A field of a class or of its nearest ancestor that declares it, with the class that does.
    pub fn field(&self, class: ClassId, name: Symbol) -> Option<(ClassId, &Field)> {
        self.classes[class].ancestors.iter().find_map(|&ancestor| {
            let index = self.classes[ancestor].fields.get(&name)?;
            Some((ancestor, &self.class(ancestor).fields[index.index()]))
        })
    }

    /// Whether a class is an interface or an annotation: it has no constructor and no instance of its own.
    pub fn is_interface(&self, class: ClassId) -> bool {
        matches!(self.class(class).kind, ClassKind::Interface | ClassKind::Annotation)
    }

    /// Whether `name` is `ancestor` or lies below it, over classes of the program and library types.
    pub fn is_subtype(&self, name: Symbol, ancestor: &str) -> bool {
        name == ancestor || self.supertypes(name).any(|other| other == ancestor)
    }

    /// All known types above `name`, over classes of the program and library types.
    pub fn supertypes(&self, name: Symbol) -> impl Iterator<Item = Symbol> + '_ {
        let class = self.class_named(name).map(|class| &self.classes[class]);
        let own = class.into_iter().flat_map(|info| &info.ancestors).map(|&other| self.classes[other].qualified);
        let library = class.map_or_else(|| self.library.ancestors(name), |info| &info.library_ancestors);
        library.iter().copied().chain(own)
    }

    /// The class of a written qualified name that a file at `path` means: of several, the one whose file is nearest.
    pub(super) fn class_seen_from(&self, path: &str, written: Symbol, units: &[Symbol]) -> Option<ClassId> {
        let first = self.class_named(written)?;
        let Some(twins) = self.twins.get(&written).filter(|twins| twins.len() > 1) else { return Some(first) };
        let shared = |class: &ClassId| {
            let other = &units[self.classes[*class].unit];
            let steps = path.split('/').zip(other.split('/'));
            steps.take_while(|(own, other)| own == other).count()
        };
        // Of equally near ones, the first.
        twins.iter().filter_map(|twin| self.class_named(*twin)).rev().max_by_key(shared)
    }

    /// A qualified name as it was written: without the suffix that tells classes of one name apart.
    pub fn display(qualified: Symbol) -> Symbol {
        if !qualified.contains(TWIN) {
            return qualified;
        }
        let mut text = String::new();
        let mut parts = qualified.split(TWIN);
        text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            text.push_str(part.trim_start_matches(|character: char| character.is_ascii_digit()));
        }
        Symbol::new(&text)
    }

    /// The simple name of a qualified one.
    pub fn simple_name(qualified: &str) -> &str {
        let name = qualified.rsplit('.').next().unwrap_or(qualified);
        name.split(TWIN).next().unwrap_or(name)
    }

    /// The declared type of a field of a type, with the type's arguments put in for its parameters.
    pub fn field_type(&self, of: &TypeRef, name: Symbol) -> Option<TypeRef> {
        let class = self.class_named(of.name)?;
        let (owner, field) = self.field(class, name)?;
        let declared = field.declared.as_ref()?;
        Some(self.substitute(declared, owner, of))
    }

    /// `declared` with type parameters of `owner` replaced by the arguments of `of`, where they fit.
    pub fn substitute(&self, declared: &TypeRef, owner: ClassId, of: &TypeRef) -> TypeRef {
        let parameters = &self.class(owner).type_parameters;
        if parameters.is_empty() || of.arguments.len() != parameters.len() {
            return declared.clone();
        }
        if let Some(position) = parameters.iter().position(|parameter| parameter.name == declared.name) {
            return of.arguments[position].clone();
        }
        let arguments = declared.arguments.iter().map(|argument| self.substitute(argument, owner, of)).collect();
        TypeRef { name: declared.name, arguments }
    }
}
