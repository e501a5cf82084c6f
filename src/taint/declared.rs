//! A function that the program declares and a framework calls, asked by the index of rules what matches ask.
//!
//! Rules speak of such functions by what they override (`extends`, `method`, `overridden: true`), and by the
//! annotations on them, on their parameters and on their class.

use crate::base::Symbol;
use crate::ir::{Annotation, AnnotationValue, Const, Modifiers, TypeRef};
use crate::link::{FunctionId, Program};
use crate::rules::index::{Certainty, RuleIndex, RuleRef, Site, SiteKind, Typing};
use crate::rules::model::{AnnotationTarget, Constant, Member, Pattern, Port, Receiver, RuleSet, Word};
use crate::taint::engine::Engine;
use crate::taint::library::LibraryCall;

/// A rule that speaks of a declared function.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Declared {
    /// The rule.
    pub rule: RuleRef,
    /// How sure that is.
    pub certainty: Certainty,
    /// The parameter whose annotation the rule speaks of.
    pub parameter: Option<u8>,
}

/// The rules that speak of `function` as it is declared, each once for the function or for one of its parameters.
pub fn rules_of(program: &Program, rules: &RuleSet, index: &RuleIndex<'_>, function: FunctionId) -> Vec<Declared> {
    let declaration = program.function(function);
    let site = |kind, name| DeclaredSite { program, function, kind, name };
    let mut found = Vec::new();
    for (rule, certainty) in index.find(&site(SiteKind::Declaration, declaration.name)) {
        found.push(Declared { rule, certainty, parameter: None });
    }
    let mut annotated = |annotations: &[Annotation], target: AnnotationTarget, parameter: Option<u8>| {
        for annotation in annotations {
            for (rule, certainty) in index.find(&site(SiteKind::Annotation, annotation.name)) {
                let declared = Declared { rule, certainty, parameter };
                if stands_on(rule, rules, target, annotation) && !found.contains(&declared) {
                    found.push(declared);
                }
            }
        }
    };
    annotated(&declaration.annotations, AnnotationTarget::Method, None);
    if let Some(owner) = program.functions[function].owner {
        annotated(&program.class(owner).annotations, AnnotationTarget::Class, None);
    }
    for (position, parameter) in declaration.parameters.iter().enumerate().take(usize::from(u8::MAX)) {
        annotated(&parameter.annotations, AnnotationTarget::Parameter, Some(position as u8));
    }
    found
}

impl Engine<'_> {
    /// The methods without a body that a call means, of the nearest class that declares some.
    fn bodiless(&self, class: Symbol, name: Symbol, arity: usize) -> Vec<FunctionId> {
        let class = self.program.class_named(class);
        class.map(|class| self.program.bodiless(class, name, arity)).unwrap_or_default()
    }

    /// What rules say of a call by the annotations on the method that it means and that nobody wrote a body for.
    pub fn annotated(&self, call: &LibraryCall<'_>, arity: usize) -> Vec<Declared> {
        let mut found = Vec::new();
        for &class in &call.types {
            for function in self.bodiless(class, call.site.name, arity) {
                let declared = self.declared[function.index()].iter().copied();
                found.extend(declared.filter(|declared| self.is_about_calls(declared)));
            }
        }
        found
    }

    /// Whether annotations say something of the calls of a method that has no body.
    pub fn is_annotated(&self, class: Symbol, name: Symbol, arity: usize) -> bool {
        let functions = self.bodiless(class, name, arity);
        functions.into_iter().any(|function| self.declared[function.index()].iter().any(|one| self.is_about_calls(one)))
    }

    fn is_about_calls(&self, declared: &Declared) -> bool {
        let is_annotation = matches!(declared.rule.resolve(self.rules.set).1.member, Some(Member::Annotation { .. }));
        is_annotation
            && !matches!(declared.rule, RuleRef::Entry(_) | RuleRef::Get(..) | RuleRef::Type(_) | RuleRef::Constant(_))
    }

    /// The declared result of the method without a body that a call means.
    pub fn bodiless_result(&self, call: &LibraryCall<'_>) -> Option<TypeRef> {
        let arity = call.site.call.map(|call| call.arguments.len())?;
        let class = *call.types.first()?;
        let function = self.bodiless(class, call.site.name, arity).first().copied()?;
        let returns = self.program.function(function).returns.as_ref()?;
        // The name of a type parameter says nothing.
        let is_known = self.program.class_named(returns.name).is_some() || returns.name.contains('.');
        is_known.then(|| returns.clone())
    }
}

/// Whether a rule about an annotation speaks of it on such declarations, with the arguments that it has there.
fn stands_on(rule: RuleRef, rules: &RuleSet, target: AnnotationTarget, annotation: &Annotation) -> bool {
    match &rule.resolve(rules).1.member {
        Some(Member::Annotation { on, options, .. }) => {
            (on.is_empty() || on.contains(&target))
                && options.iter().all(|(key, word)| has_argument(annotation, *key, *word))
        }
        _ => false,
    }
}

/// Whether an argument of an annotation is the word that a rule asks for, or begins as it does (`UPDATE *`).
fn has_argument(annotation: &Annotation, key: Symbol, word: Word) -> bool {
    let Word::Literal(expected) = word else { return true };
    let fits = |text: &str| match expected.strip_suffix('*') {
        Some(start) => text.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start)),
        None => text == expected.as_str(),
    };
    let values = annotation.arguments.iter().filter(|(own, _)| *own == key).flat_map(|(_, values)| values);
    values.into_iter().any(|value| match value {
        AnnotationValue::Const(Const::Str(text)) | AnnotationValue::Name(text) => fits(text),
        AnnotationValue::Const(Const::Bool(value)) => fits(&value.to_string()),
        AnnotationValue::Const(Const::Int(value)) => fits(&value.to_string()),
        AnnotationValue::Const(_) => false,
    })
}

struct DeclaredSite<'p> {
    program: &'p Program,
    function: FunctionId,
    kind: SiteKind,
    name: Symbol,
}

impl DeclaredSite<'_> {
    fn owner(&self) -> Option<Symbol> {
        let owner = self.program.functions[self.function].owner?;
        Some(self.program.classes[owner].qualified)
    }

    fn is(&self, name: Symbol, pattern: Pattern) -> bool {
        self.program.is_named(name, pattern)
    }
}

impl Site for DeclaredSite<'_> {
    fn kind(&self) -> SiteKind {
        self.kind
    }

    fn name(&self) -> Symbol {
        self.name
    }

    fn is_type(&self, pattern: Pattern) -> Typing {
        if self.owner().is_some_and(|owner| self.is(owner, pattern)) { Typing::Yes } else { Typing::No }
    }

    fn each_type(&self, visit: &mut dyn FnMut(Symbol)) {
        if let Some(owner) = self.owner() {
            visit(owner);
            self.program.supertypes(owner).for_each(visit);
        }
    }

    fn is_inside(&self, pattern: Pattern) -> bool {
        self.is_type(pattern) == Typing::Yes
    }

    fn arity(&self) -> Option<usize> {
        Some(self.program.function(self.function).parameters.len())
    }

    fn is_static(&self) -> Option<bool> {
        Some(self.program.function(self.function).modifiers.contains(Modifiers::STATIC))
    }

    fn is_parameter(&self, index: usize, pattern: Pattern) -> Typing {
        let function = self.program.function(self.function);
        let parameter = function.parameters.get(index);
        match parameter.and_then(|parameter| function.locals[parameter.local].declared.as_ref()) {
            None => Typing::Unknown,
            Some(declared) if self.is(declared.name, pattern) => Typing::Yes,
            Some(_) => Typing::No,
        }
    }

    fn can_be(&self, _port: &Port, _constant: Constant) -> bool {
        // Nobody knows what the framework gives.
        true
    }

    fn is_receiver(&self, _receiver: &Receiver) -> bool {
        false
    }

    fn receiver_name(&self) -> Option<Symbol> {
        None
    }

    fn file(&self) -> &str {
        self.program.units[self.program.functions[self.function].unit].path.as_str()
    }

    fn language(&self) -> Symbol {
        self.program.units[self.program.functions[self.function].unit].language
    }
}
