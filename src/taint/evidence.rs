//! Name evidence: what declarations, accessors and keys say of the values that they name.
//!
//! A name is a hypothesis. It becomes a [`Hint`] on a fact and speaks only where no element arrives by flow.

use std::sync::{Arc, RwLock};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Span, Symbol, at_or_below};
use crate::ir::{ClassKind, Local, Modifiers, TypeRef};
use crate::link::{FunctionId, Program};
use crate::resource::{Declaration, View};
use crate::rules::names::{Found, NameContext, NameKind, Names};
use crate::rules::template::fill;
use crate::taint::configured::Configured;
use crate::taint::knowledge::Knowledge;
use crate::taint::library::LibraryCall;
use crate::taint::path::{Path, Step};
use crate::taint::value::{Fact, Hint, Value};
use crate::taint::{Confidence, SourceKind};

/// Answers what names say, and remembers it.
pub struct Evidence<'p> {
    program: &'p Program,
    names: Names,
    /// Elements that say how a value was entered, not what it is.
    yielding: FxHashSet<Symbol>,
    /// Types of truth values.
    truths: FxHashSet<Symbol>,
    fields: RwLock<FxHashMap<(Symbol, Symbol), Option<Arc<Hint>>>>,
    /// What was found for a name of a kind and owner, by the declared type.
    found: RwLock<FxHashMap<(NameKind, Symbol, Option<Symbol>), ByType>>,
}

type ByType = Vec<(Option<TypeRef>, Option<Arc<Found>>)>;

/// Where a name stands.
struct Place {
    span: Span,
    symbol: Symbol,
    function: Option<FunctionId>,
    kind: SourceKind,
    /// Strength of a strong name here; a weak one is one less.
    strength: u8,
}

impl<'p> Evidence<'p> {
    /// Evidence under the elements of `rules`.
    pub fn new(program: &'p Program, rules: &'p Knowledge<'p>) -> Evidence<'p> {
        let yielding = rules.set.elements.iter().filter(|element| element.yields).map(|element| element.id).collect();
        Evidence {
            program,
            names: Names::new(rules.set),
            yielding,
            truths: rules.set.evidence.truth_types.iter().copied().collect(),
            fields: RwLock::default(),
            found: RwLock::default(),
        }
    }

    fn hint(&self, context: &NameContext<'_>, place: Place) -> Option<Arc<Hint>> {
        let Some(found) = self.found(context) else { return self.impersonal(context, place) };
        let confidence = match (found.is_strong, found.agrees) {
            (true, true) => Confidence::High,
            (true, false) | (false, true) => Confidence::Medium,
            (false, false) => Confidence::Low,
        };
        Some(Arc::new(Hint {
            span: place.span,
            element: found.element,
            symbol: place.symbol,
            function: place.function,
            kind: place.kind,
            rule: found.element,
            yields: self.yielding.contains(&found.element),
            is_impersonal: false,
            strength: place.strength - u8::from(!found.is_strong),
            confidence,
            reason: found.reason.as_str().into(),
        }))
    }

    /// What the name of a field or variable says that is about no person.
    fn impersonal(&self, context: &NameContext<'_>, place: Place) -> Option<Arc<Hint>> {
        let can_say = matches!(context.kind, NameKind::Field | NameKind::Parameter | NameKind::Local);
        (can_say && self.names.is_impersonal(context)).then(|| {
            Arc::new(Hint {
                span: place.span,
                element: Symbol::new(""),
                symbol: place.symbol,
                function: place.function,
                kind: place.kind,
                rule: Symbol::new(""),
                yields: false,
                is_impersonal: true,
                strength: place.strength,
                confidence: Confidence::Low,
                reason: "".into(),
            })
        })
    }

    fn found(&self, context: &NameContext<'_>) -> Option<Arc<Found>> {
        let key = (context.kind, Symbol::new(context.name), context.owner.map(Symbol::new));
        if let Some(known) = self.found.read().expect("no reader panicked").get(&key)
            && let Some((_, found)) = known.iter().find(|(declared, _)| declared.as_ref() == context.declared)
        {
            return found.clone();
        }
        let found = self.names.evidence(context).map(Arc::new);
        let mut memo = self.found.write().expect("no reader panicked");
        memo.entry(key).or_default().push((context.declared.cloned(), found.clone()));
        found
    }

    /// What a declared field of a class of the program says, or what its name says when the class is a library's.
    pub fn field(&self, owner: Symbol, name: Symbol) -> Option<Arc<Hint>> {
        let key = (owner, name);
        if let Some(known) = self.fields.read().expect("no reader panicked").get(&key) {
            return known.clone();
        }
        let hint = self.declared_field(owner, name);
        self.fields.write().expect("no reader panicked").insert(key, hint.clone());
        hint
    }

    fn declared_field(&self, owner: Symbol, name: Symbol) -> Option<Arc<Hint>> {
        let class = self.program.class_named(owner)?;
        let (declaring, field) = self.program.field(class, name)?;
        if field.modifiers.contains(Modifiers::STATIC | Modifiers::FINAL)
            || field.modifiers.contains(Modifiers::SYNTHETIC)
        {
            return None;
        }
        let owner = Program::simple_name(&self.program.classes[declaring].qualified);
        let context =
            NameContext { name: &name, owner: Some(owner), declared: field.declared.as_ref(), kind: NameKind::Field };
        let symbol = Symbol::new(&format!("{owner}.{name}"));
        let place = Place { span: field.name_span, symbol, function: None, kind: SourceKind::Field, strength: 5 };
        self.hint(&context, place)
    }

    /// What the name of a field says whose class nobody knows.
    pub fn unknown_field(&self, name: Symbol, function: FunctionId, span: Span) -> Option<Arc<Hint>> {
        let context = NameContext { name: &name, owner: None, declared: None, kind: NameKind::Field };
        let place = Place { span, symbol: name, function: Some(function), kind: SourceKind::Field, strength: 3 };
        self.hint(&context, place)
    }

    /// What the name of a parameter says.
    pub fn parameter(&self, function: FunctionId, index: usize) -> Option<Arc<Hint>> {
        let declaration = self.program.function(function);
        let parameter = &declaration.parameters[index];
        let context = NameContext {
            name: &parameter.name,
            owner: None,
            declared: declaration.locals[parameter.local].declared.as_ref(),
            kind: NameKind::Parameter,
        };
        let place = Place {
            span: parameter.span,
            symbol: parameter.name,
            function: Some(function),
            kind: SourceKind::Parameter,
            strength: 3,
        };
        self.hint(&context, place)
    }

    /// What the name of a local variable says.
    pub fn local(&self, function: FunctionId, local: Local) -> Option<Arc<Hint>> {
        let declaration = &self.program.function(function).locals[local];
        let name = declaration.name?;
        let context =
            NameContext { name: &name, owner: None, declared: declaration.declared.as_ref(), kind: NameKind::Local };
        let place = Place {
            span: declaration.span,
            symbol: name,
            function: Some(function),
            kind: SourceKind::Local,
            strength: 3,
        };
        self.hint(&context, place)
    }

    /// What the name of a method says of its result.
    pub fn accessor(
        &self,
        call: &LibraryCall<'_>,
        declared: Option<&TypeRef>,
        function: FunctionId,
    ) -> Option<Arc<Hint>> {
        let is_of_registry = |fact: &Fact| match fact.exact_path().map(|path| path.steps()) {
            Some([.., Step::Field(list)]) => self.is_registry(list),
            _ => false,
        };
        if call.receiver.facts.iter().any(is_of_registry) {
            return None;
        }
        let has_arguments = call.site.call.is_some_and(|call| !call.arguments.is_empty());
        if has_arguments && self.names.is_only_an_act(&call.site.name)
            || call.types.first().is_some_and(|owner| self.is_of_the_language(*owner))
        {
            return None;
        }
        if declared.is_some_and(|declared| call.types.first() == Some(&declared.name)) {
            // The first of all users is a user, not a first name.
            return None;
        }
        let owner = call.types.first().map(|name| Program::simple_name(name));
        let context = NameContext { name: &call.site.name, owner, declared, kind: NameKind::Accessor };
        self.found(&context)?;
        let symbol = match owner {
            Some(owner) => Symbol::new(&format!("{owner}.{}", call.site.name)),
            None => call.site.name,
        };
        let place =
            Place { span: call.site.site, symbol, function: Some(function), kind: SourceKind::Accessor, strength: 4 };
        self.hint(&context, place)
    }

    /// Whether the methods of a class that nobody wrote are those that the language gives to all of its kind: the name
    /// of a constant of an enumeration is nobody's name.
    fn is_of_the_language(&self, class: Symbol) -> bool {
        let class = self.program.class_named(class).map(|class| self.program.class(class).kind);
        matches!(class, Some(ClassKind::Enum | ClassKind::Annotation))
    }

    /// Whether a method that the language gives to an enumeration says which of its constants is meant.
    pub fn chooses_constant(&self, class: Symbol, method: Symbol) -> bool {
        let is_constant = |class| self.program.field(class, method).is_some();
        self.is_of_the_language(class) && !self.program.class_named(class).is_some_and(is_constant)
    }

    /// Whether a type holds one of a few values that are written down in the program: no text gets into it.
    pub fn is_of_few_values(&self, declared: &TypeRef) -> bool {
        self.truths.contains(&declared.name) || self.is_of_the_language(declared.name)
    }

    /// Whether the members of a class are the names of other things.
    pub fn is_registry(&self, class: &str) -> bool {
        self.names.is_registry_of_names(class)
    }

    /// What a constant key says of the value under it.
    pub fn key(&self, key: Symbol, function: FunctionId, span: Span) -> Option<Arc<Hint>> {
        self.keyed(key, function, span, SourceKind::Input)
    }

    /// What a constant key says of the value that was stored under it.
    pub fn stored(&self, key: Symbol, function: FunctionId, span: Span) -> Option<Arc<Hint>> {
        self.keyed(key, function, span, SourceKind::Stored)
    }

    /// What the layouts say of the view with this id: what it is filled with, what people are asked for, and its id,
    /// of which a variable's name knows more. Only what says more than `known` counts, and only if all views with the
    /// id say so that code in `unit` may mean.
    pub fn view(&self, id: Symbol, unit: usize, known: Symbol, configured: &Configured<'_>) -> Option<Arc<Hint>> {
        let mut agreed: Option<Arc<Hint>> = None;
        for view in configured.views(unit, &id) {
            let hint = self.said_by(view, id, Some(known), configured)?;
            if agreed.as_ref().is_some_and(|agreed| agreed.element != hint.element) {
                return None;
            }
            agreed.get_or_insert(hint);
        }
        agreed
    }

    /// What a layout says of a view with this id that people fill in.
    pub fn input(&self, view: &View, id: Symbol, configured: &Configured<'_>) -> Option<Arc<Hint>> {
        self.said_by(view, id, None, configured)
    }

    /// What the name of a value says that a document beside the code declares.
    pub fn declaration(&self, declaration: &Declaration) -> Option<Arc<Hint>> {
        let Declaration { owner, name, declared, is_stored, span } = declaration;
        // Tables are called as many of what a class is one of.
        let bindings = vec![(Symbol::new("$table"), Some(Symbol::new(owner)))];
        let class = if *is_stored { fill("$table.singular.camelize", &bindings) } else { Some(owner.clone()) };
        let class = class.filter(|class| !class.is_empty());
        // A type that no list holds is one of the format, not a class that could be something else.
        let declared = Some(TypeRef::named(declared.as_str())).filter(|_| self.names.is_common_type(declared));
        let kind = if class.is_some() { NameKind::Field } else { NameKind::Key };
        let context = NameContext { name, owner: class.as_deref(), declared: declared.as_ref(), kind };
        let symbol = if owner.is_empty() { name.clone() } else { format!("{owner}.{name}") };
        let kind = match (is_stored, class.is_some()) {
            (true, _) => SourceKind::Stored,
            (false, true) => SourceKind::Field,
            (false, false) => SourceKind::Input,
        };
        let place = Place { span: *span, symbol: Symbol::new(&symbol), function: None, kind, strength: 4 };
        self.hint(&context, place)
    }

    fn said_by(
        &self,
        view: &View,
        id: Symbol,
        known: Option<Symbol>,
        configured: &Configured<'_>,
    ) -> Option<Arc<Hint>> {
        let kinds = view.kinds.iter().map(|kind| (4, "is an input of kind", kind.clone()));
        let hint = view.hint.as_deref().and_then(|hint| configured.shown_text(hint));
        let said = kinds.chain(hint.map(|hint| (4, "asks for", hint))).chain([(2, "is called", id.to_string())]);
        let found = said.filter_map(|(strength, says, text)| {
            let context = NameContext { name: &text, owner: None, declared: None, kind: NameKind::Key };
            let says_more = |found: &Found| known.is_none_or(|known| !at_or_below(&known, &found.element));
            let found = self.names.evidence(&context).filter(says_more)?;
            Some((found, strength, format!("view `{id}` {says} `{text}`")))
        });
        // The first of the strong ones, else the first.
        let (found, strength, reason) = found.min_by_key(|(found, ..)| !found.is_strong)?;
        Some(Arc::new(Hint {
            span: view.span,
            element: found.element,
            symbol: id,
            function: None,
            kind: SourceKind::Input,
            rule: found.element,
            yields: self.yielding.contains(&found.element),
            is_impersonal: false,
            strength: if found.is_strong { strength } else { 1 },
            confidence: if found.is_strong { Confidence::High } else { Confidence::Medium },
            reason: reason.into(),
        }))
    }

    fn keyed(&self, key: Symbol, function: FunctionId, span: Span, kind: SourceKind) -> Option<Arc<Hint>> {
        let context = NameContext { name: &key, owner: None, declared: None, kind: NameKind::Key };
        let place = Place { span, symbol: key, function: Some(function), kind, strength: 4 };
        self.hint(&context, place)
    }

    /// A value of which nothing but a name is known.
    pub fn named(&self, function: FunctionId, name: Symbol, span: Span) -> Value {
        let mut fact = Fact::path(Path::opaque(span, None));
        fact.hint = self.unknown_field(name, function, span);
        Value::fact(fact)
    }
}
