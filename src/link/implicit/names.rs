//! What a name stands for: a property of a receiver in sight, of the class around or of a file; else what all languages
//! mean by it.

use super::declared::qualified;
use super::{Receiver, Walk};
use crate::base::Symbol;
use crate::ir::*;
use crate::link::{ClassId, FunctionId, Program};

/// The field that holds the outer instance.
const OUTER: &str = "this$0";

impl Walk<'_> {
    /// Replaces the name from which a place starts.
    pub(super) fn start(&mut self, place: &mut Place) {
        if let Base::Name(name) = place.base {
            match self.named(name) {
                Some(mut found) => {
                    found.path.extend(place.path.drain(..));
                    *place = found;
                }
                None => {
                    let context = self.context();
                    context.explain(place, name, &mut self.resolver);
                }
            }
        }
        if matches!(place.base, Base::Static(_)) {
            self.context().descend_into_nested(place);
        }
    }

    fn named(&mut self, name: Symbol) -> Option<Place> {
        if name == RECEIVER {
            return match self.receivers.first().cloned() {
                Some(receiver) => self.place_of(&receiver),
                None => self.own_instance(),
            };
        }
        if let Some(label) = name.strip_prefix(RECEIVER).and_then(|rest| rest.strip_prefix('@')) {
            return self.labelled(label);
        }
        self.property_in_sight(name).map(|place| place.field(name))
    }

    /// The object of the class around; an object that is the only one of its class is that class.
    fn own_instance(&self) -> Option<Place> {
        if let Some(local) = self.body.receiver() {
            return Some(Place::local(local));
        }
        let owner = self.owner()?;
        Some(Place::class(TypeRef::named(self.program.classes[owner].qualified)))
    }

    /// `this@label`.
    fn labelled(&mut self, label: &str) -> Option<Place> {
        let receiver = self.receivers.iter().find(|receiver| receiver.label == label).cloned();
        if let Some(receiver) = receiver {
            return self.place_of(&receiver);
        }
        let mut instance = self.own_instance()?;
        let mut class = self.owner()?;
        loop {
            let info = &self.program.classes[class];
            if crate::link::Program::simple_name(&info.qualified) == label {
                return Some(instance);
            }
            instance = if info.fields.contains_key(&Symbol::new(OUTER)) {
                instance.field(OUTER)
            } else {
                Place::class(TypeRef::named(self.program.classes[info.outer?].qualified))
            };
            class = info.outer?;
        }
    }

    /// The place below which the property `name` hangs.
    fn property_in_sight(&mut self, name: Symbol) -> Option<Place> {
        let receiver = self.receivers.iter().find(|receiver| self.has_property(receiver, name)).cloned();
        if let Some(receiver) = receiver {
            return self.place_of(&receiver);
        }
        let context = self.context();
        let declares = |class: ClassId| {
            let field = self.program.field_of(class, name);
            let field = field.map(|(owner, modifiers)| (owner, modifiers.contains(Modifiers::STATIC)));
            field.or_else(|| self.program.declares(class, getter_name(&name), 0))
        };
        context
            .member(declares)
            .or_else(|| {
                let facade = self.file_of(name, |class| declares(class).is_some())?;
                Some(Place::class(TypeRef::named(self.program.classes[facade].qualified)))
            })
            .or_else(|| self.imported_member(name, |class| declares(class).is_some()))
            .or_else(|| self.inherited_property(name))
    }

    /// A property of a library class that the class around extends.
    fn inherited_property(&self, name: Symbol) -> Option<Place> {
        let owner = self.owner().filter(|_| can_be_read_by_getter(&name))?;
        let inherits = self.program.classes[owner].library_ancestors.iter().any(|&of| {
            let (of, language) = (TypeRef::named(of), self.unit.language);
            self.library.is_known(self.program, &of, getter_name(&name), language)
        });
        inherits.then(|| self.own_instance()).flatten()
    }

    fn has_property(&self, receiver: &Receiver, name: Symbol) -> bool {
        let Some(declared) = &receiver.declared else { return false };
        match self.program.class_named(declared.name) {
            Some(class) => self.property_of(class, name, true).is_some(),
            None => {
                let language = self.unit.language;
                let is_known = |accessor| self.library.is_known(self.program, declared, accessor, language);
                self.generated.view(declared.name, name).is_some()
                    || can_be_read_by_getter(&name) && (is_known(getter_name(&name)) || is_known(setter_name(&name)))
            }
        }
    }

    // What files hold.

    /// The class of a file that holds the function or property `name`, as this file sees it.
    pub(super) fn file_of(&self, name: Symbol, declares: impl Fn(ClassId) -> bool) -> Option<ClassId> {
        let package = self.unit.namespace.unwrap_or_else(|| Symbol::new(""));
        let find = |key: Symbol| {
            let facades = self.declared.top_level.get(&key)?;
            facades.iter().copied().find(|&facade| declares(facade))
        };
        let imports = &self.unit.imports;
        let explicit = imports.iter().filter(|import| import.alias == Some(name)).find_map(|import| find(import.path));
        explicit.or_else(|| find(qualified(package, name))).or_else(|| {
            let open = imports.iter().filter(|import| import.alias.is_none());
            open.into_iter().find_map(|import| find(qualified(import.path, name)))
        })
    }

    /// A member of an object, a companion or an enumeration that is imported by its name.
    pub(super) fn imported_member(&self, name: Symbol, declares: impl Fn(ClassId) -> bool) -> Option<Place> {
        self.unit.imports.iter().find_map(|import| {
            let class = match import.alias {
                Some(alias) if alias == name => import.path.rsplit_once('.')?.0,
                Some(_) => return None,
                None => import.path.as_str(),
            };
            let class = class.strip_suffix(".Companion").unwrap_or(class);
            let id = self.program.class_named(Symbol::new(class))?;
            declares(id).then(|| Place::class(TypeRef::named(class)))
        })
    }

    // Receivers.

    /// The receivers in sight, innermost first; the object of the class around is not among them.
    pub(super) fn receivers_in_sight(&self) -> Vec<Receiver> {
        let mut receivers = Vec::new();
        let mut at = Some(self.function);
        while let Some(home) = at {
            let is_own = home == self.function;
            let function = if is_own { &self.body } else { &self.unit.functions[home] };
            if function.modifiers.contains(Modifiers::EXTENSION)
                && let Some(parameter) = function.parameters.first()
            {
                let local = parameter.local;
                let declared = if is_own {
                    self.types[local.index()].get().cloned()
                } else {
                    function.locals[local].declared.clone()
                };
                let label = self.labels.get(&home).copied().unwrap_or(function.name);
                receivers.push(Receiver { home, local, declared, label });
            }
            at = function.enclosing;
        }
        receivers
    }

    /// Where the function at hand finds a receiver.
    pub(super) fn place_of(&mut self, receiver: &Receiver) -> Option<Place> {
        let local = self.captured_local(self.function, receiver)?;
        Some(Place::local(local))
    }

    /// The local of `function` that holds a receiver of a function around it.
    fn captured_local(&mut self, function: FunctionIdx, receiver: &Receiver) -> Option<Local> {
        if function == receiver.home {
            return Some(receiver.local);
        }
        let key = (function, receiver.home, receiver.local);
        if let Some(&known) = self.captured.get(&key) {
            return Some(known);
        }
        let is_own = function == self.function;
        let around = if is_own { self.body.enclosing } else { self.unit.functions[function].enclosing }?;
        let outer = self.captured_local(around, receiver)?;
        for block in self.unit.functions[around].blocks.iter_mut() {
            for statement in &mut block.statements {
                if let Rvalue::Closure(created, captures) = &mut statement.value
                    && *created == function
                {
                    captures.push(Operand::local(outer));
                }
            }
        }
        let lambda = if is_own { &mut self.body } else { &mut self.unit.functions[function] };
        let declaration = LocalDecl {
            name: Some(Symbol::new(EXTENSION_RECEIVER)),
            declared: receiver.declared.clone(),
            span: lambda.name_span,
        };
        let local = lambda.locals.push(declaration);
        lambda.captures.push(local);
        if is_own {
            self.types.push(super::Known::of(receiver.declared.clone()));
        }
        self.captured.insert(key, local);
        Some(local)
    }

    // Extensions.

    /// The accessor of an extension property `name` for a value of type `of`.
    pub(super) fn extension_property(&self, of: Option<&TypeRef>, name: Symbol, reads: bool) -> Option<FunctionId> {
        let (accessor, arity) = if reads { (getter_name(&name), 0) } else { (setter_name(&name), 1) };
        self.extension(of, accessor, name, arity)
    }

    /// The extension `name`, imported as `written`, for a value of type `of` and so many further arguments.
    pub(super) fn extension(
        &self,
        of: Option<&TypeRef>,
        name: Symbol,
        written: Symbol,
        arity: usize,
    ) -> Option<FunctionId> {
        let candidates = self.declared.extensions.get(&name)?;
        let mut possible = None;
        for &function in candidates {
            if !self.program.takes(function, arity.saturating_add(1)) || !self.sees(function, written) {
                continue;
            }
            match self.extends(function, of) {
                Some(true) => return Some(function),
                Some(false) => {}
                None => possible = possible.or(Some(function)),
            }
        }
        possible
    }

    /// Whether an extension can be called here.
    fn sees(&self, function: FunctionId, written: Symbol) -> bool {
        let Some(owner) = self.program.functions[function].owner else { return false };
        let shape = &self.declared.classes[owner.index()];
        let class = self.program.classes[owner].qualified;
        if !shape.is_facade {
            let is_around = self.context().member(|class| (class == owner).then_some((owner, false))).is_some();
            let path = qualified(class, written);
            return is_around || self.unit.imports.iter().any(|import| import.path == path);
        }
        let package = self.unit.namespace.unwrap_or_else(|| Symbol::new(""));
        let path = qualified(shape.package, written);
        shape.package == package
            || self
                .unit
                .imports
                .iter()
                .any(|import| import.path == path || (import.alias.is_none() && import.path == shape.package))
    }

    /// Whether an extension is one of the type `of`; `None` where that cannot be told.
    fn extends(&self, function: FunctionId, of: Option<&TypeRef>) -> Option<bool> {
        let shape = self.declared.shape(function);
        let extended = shape.parameters.first()?.1.as_ref()?;
        if shape.type_parameters.contains(&extended.name) {
            return Some(true);
        }
        let is_own = |name: Symbol| self.program.class_named(name).is_some();
        let Some(of) = of else {
            // A method that libraries have, too, needs better evidence than its name.
            let arguments = shape.parameters.len() - 1;
            let is_common = !is_own(extended.name) && self.library.has_method(shape.name, arguments);
            return is_common.then_some(false);
        };
        if self.program.is_subtype(of.name, &extended.name) {
            return Some(true);
        }
        // Collections of the platform have a name in this language, and one in the language that they are written in.
        let is_called_so = |name: Symbol| Program::simple_name(&name) == Program::simple_name(&extended.name);
        if !is_own(extended.name) && (is_called_so(of.name) || self.program.supertypes(of.name).any(is_called_so)) {
            return Some(true);
        }
        if of.name == ARRAY || extended.name == ARRAY {
            return Some(false);
        }
        let both_known = is_own(of.name) && is_own(extended.name)
            || self.program.library.is_known(of.name) && self.program.library.is_known(extended.name)
            || is_own(extended.name);
        if both_known { Some(false) } else { None }
    }

    /// What the call of an extension is written on: the class that holds it, or its instance.
    pub(super) fn extension_owner(&self, function: FunctionId) -> Option<Place> {
        let owner = self.program.functions[function].owner?;
        if self.declared.shape(function).modifiers.contains(Modifiers::STATIC) {
            return Some(Place::class(TypeRef::named(self.program.classes[owner].qualified)));
        }
        self.context().member(|class| (class == owner).then_some((owner, false)))
    }
}

/// Whether a name may be a property that a getter of a library stands for: `intent` is `getIntent()`, `Intent` a class.
fn can_be_read_by_getter(name: &str) -> bool {
    !name.starts_with(char::is_uppercase)
}
