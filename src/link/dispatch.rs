//! Which functions a call may reach, and why.

use crate::base::Symbol;
use crate::ir::{Modifiers, ParameterKind};
use crate::link::{ClassId, FunctionId, Program};

/// The arity of a call whose arguments are the elements of a list of unknown length.
pub const OPEN_ARITY: usize = usize::MAX;

/// Why an edge of the call graph is there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reason {
    /// The one function that the call can mean.
    Exact,
    /// One of so many overrides.
    Override(usize),
    /// A framework makes the call, as a rule says.
    Framework,
    /// Only the name speaks for it; so many functions have it.
    Name(usize),
}

/// The functions that a call may reach.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dispatch {
    /// The functions, in order.
    pub targets: Vec<FunctionId>,
    /// Why.
    pub reason: Reason,
}

impl Program {
    /// A field of `class` or of the nearest ancestor that declares it: the declaring class and the modifiers.
    pub(super) fn field_of(&self, class: ClassId, name: Symbol) -> Option<(ClassId, Modifiers)> {
        let ancestors = &self.classes[class].ancestors;
        let (owner, index) =
            ancestors.iter().find_map(|&owner| Some((owner, *self.classes[owner].fields.get(&name)?)))?;
        Some((owner, self.field_modifiers[owner.index()][index.index()]))
    }

    /// The name of a component of a record.
    pub(super) fn component(&self, record: ClassId, position: usize) -> Option<Symbol> {
        let modifiers = self.field_modifiers[record.index()].iter().enumerate();
        let (index, _) = modifiers.filter(|(_, modifiers)| !modifiers.contains(Modifiers::STATIC)).nth(position)?;
        self.classes[record].fields.iter().find(|(_, field)| field.index() == index).map(|(name, _)| *name)
    }

    /// Whether `class` or an ancestor declares a method that takes `arity` arguments: the declaring class, and
    /// whether it is static.
    pub(super) fn declares(&self, class: ClassId, name: Symbol, arity: usize) -> Option<(ClassId, bool)> {
        self.classes[class].ancestors.iter().find_map(|&owner| {
            let function = self.classes[owner]
                .methods
                .get(&name)?
                .iter()
                .copied()
                .find(|&function| self.signatures[function.index()].takes(arity))?;
            Some((owner, self.signatures[function.index()].is_static))
        })
    }

    /// The nearest method `name` that `class` has for `arity` arguments, with a body or without.
    pub(super) fn declared_method(&self, class: ClassId, name: Symbol, arity: usize) -> Option<FunctionId> {
        self.classes[class].ancestors.iter().find_map(|&owner| {
            let mut declared = self.classes[owner].methods.get(&name)?.iter().copied();
            declared.find(|&function| self.takes(function, arity))
        })
    }

    /// Whether a function takes so many arguments.
    pub(super) fn takes(&self, function: FunctionId, arity: usize) -> bool {
        self.signatures[function.index()].takes(arity)
    }

    /// The methods `name` that `class` has for `arity` arguments: the overloads of the nearest ancestor with a body.
    pub fn methods(&self, class: ClassId, name: Symbol, arity: usize) -> Vec<FunctionId> {
        self.methods_that(class, name, arity, |_| true)
    }

    /// The same on an instance: where a class is an object with methods of its own, those are left out.
    pub fn instance_methods(&self, class: ClassId, name: Symbol, arity: usize) -> Vec<FunctionId> {
        self.methods_that(class, name, arity, |signature| !signature.is_singleton)
    }

    /// The same on the class itself: its own methods, else what modules lend it.
    pub fn class_methods(&self, class: ClassId, name: Symbol, arity: usize) -> Vec<FunctionId> {
        let own = self.methods_that(class, name, arity, |signature| signature.is_static);
        if own.is_empty() { self.methods(class, name, arity) } else { own }
    }

    /// Whether a function belongs to its class, not to the objects of it.
    pub fn is_static(&self, function: FunctionId) -> bool {
        self.signatures[function.index()].is_static
    }

    fn methods_that(
        &self,
        class: ClassId,
        name: Symbol,
        arity: usize,
        wanted: impl Fn(&Signature) -> bool,
    ) -> Vec<FunctionId> {
        for &owner in &self.classes[class].ancestors {
            let Some(declared) = self.classes[owner].methods.get(&name) else { continue };
            let fitting: Vec<FunctionId> = declared
                .iter()
                .copied()
                .filter(|&function| {
                    let signature = &self.signatures[function.index()];
                    signature.takes(arity) && signature.has_body && wanted(signature)
                })
                .collect();
            if !fitting.is_empty() {
                return fitting;
            }
        }
        Vec::new()
    }

    /// The methods `name` without a body that `class` has for `arity` arguments: those of the nearest ancestor.
    pub fn bodiless(&self, class: ClassId, name: Symbol, arity: usize) -> Vec<FunctionId> {
        let of = |owner: &ClassId| {
            let declared = self.classes[*owner].methods.get(&name).into_iter().flatten().copied();
            let takes = |function: &FunctionId| self.signatures[function.index()].takes(arity);
            let fitting: Vec<FunctionId> =
                declared.filter(takes).filter(|&function| !self.has_body(function)).collect();
            (!fitting.is_empty()).then_some(fitting)
        };
        self.classes[class].ancestors.iter().find_map(of).unwrap_or_default()
    }

    /// The methods that a call of `name` on a value declared as `class` may reach: its own and all overrides.
    pub fn overrides(&self, class: ClassId, name: Symbol, arity: usize) -> Vec<FunctionId> {
        let mut targets = self.instance_methods(class, name, arity);
        let Some(all) = self.by_method.get(&name) else { return targets };
        for &function in all {
            let Some(owner) = self.functions[function].owner else { continue };
            if owner != class
                && self.classes[owner].ancestors.contains(&class)
                && !self.signatures[function.index()].is_singleton
                && self.signatures[function.index()].takes(arity)
                && self.has_body(function)
                && !targets.contains(&function)
            {
                targets.push(function);
            }
        }
        targets.sort();
        targets
    }

    /// Whether a lambda can stand for an interface: one method of it has no body.
    pub fn is_functional(&self, class: ClassId) -> bool {
        let ancestors = self.classes[class].ancestors.iter();
        let methods = ancestors.flat_map(|&owner| self.classes[owner].methods.values().flatten());
        self.is_interface(class) && methods.filter(|&&function| !self.has_body(function)).take(2).count() == 1
    }

    /// The methods `name` of all classes below the library type `library`.
    pub fn implementations(&self, library: Symbol, name: Symbol, arity: usize) -> Vec<FunctionId> {
        let mut targets: Vec<FunctionId> = self
            .implementers
            .get(&library)
            .into_iter()
            .flatten()
            .flat_map(|&class| self.methods(class, name, arity))
            .collect();
        targets.sort();
        targets.dedup();
        targets
    }

    /// The constructors of `class` for `arity` arguments.
    pub fn constructors(&self, class: ClassId, arity: usize) -> Vec<FunctionId> {
        let declared = self.classes[class].methods.get(&Symbol::new("<init>"));
        declared
            .into_iter()
            .flatten()
            .copied()
            .filter(|&function| self.signatures[function.index()].takes(arity))
            .collect()
    }

    /// The instance initialiser of `class`.
    pub fn initialiser(&self, class: ClassId) -> Option<FunctionId> {
        self.classes[class].methods.get(&Symbol::new("<fields>"))?.first().copied()
    }

    /// Whether a function has a body.
    pub fn has_body(&self, function: FunctionId) -> bool {
        self.signatures[function.index()].has_body
    }

    /// The functions of a name over the whole program that take `arity` arguments and have a body.
    pub fn by_name(&self, name: Symbol, arity: usize) -> Vec<FunctionId> {
        let all = self.by_method.get(&name).into_iter().flatten().copied();
        all.filter(|&function| self.signatures[function.index()].takes(arity) && self.has_body(function)).collect()
    }
}

/// So many named arguments more than parameters may be one hash.
const MOST_OPTIONS: usize = 8;

/// What dispatch needs to know of a function, kept apart from its body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signature {
    least: usize,
    most: usize,
    is_static: bool,
    /// A method of a class that is an object itself.
    is_singleton: bool,
    has_body: bool,
}

impl Signature {
    /// The signature of `function`; where classes are open, named arguments without parameters of these names are one
    /// hash.
    pub(super) fn of(function: &crate::ir::Function, in_open_class: bool) -> Signature {
        let positional = function.parameters.iter().filter(|parameter| parameter.kind != ParameterKind::Block);
        let least = positional
            .clone()
            .filter(|parameter| parameter.kind == ParameterKind::Positional && !parameter.optional)
            .count();
        let open = positional
            .clone()
            .any(|parameter| matches!(parameter.kind, ParameterKind::Rest | ParameterKind::KeywordRest));
        let takes_names = positional.clone().any(|parameter| parameter.kind == ParameterKind::Keyword);
        let takes_hash = in_open_class && !takes_names && positional.clone().next().is_some();
        let options = if takes_hash { MOST_OPTIONS } else { 0 };
        let is_static = function.modifiers.contains(Modifiers::STATIC);
        Signature {
            least,
            most: if open { usize::MAX } else { positional.count() + options },
            is_static,
            is_singleton: is_static && in_open_class,
            has_body: !function.blocks.is_empty(),
        }
    }

    fn takes(&self, arity: usize) -> bool {
        arity == OPEN_ARITY || (self.least..=self.most).contains(&arity)
    }
}
