//! Accesses to properties: a field, or a call of an accessor.

use super::Walk;
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::link::{ClassId, FunctionId};

/// What an access to a property is.
enum Access {
    Field,
    /// A method of the object.
    Method,
    /// An extension, of which the object is the argument.
    Extension(FunctionId),
}

impl Walk<'_> {
    /// Rewrites an operand.
    pub(super) fn operand(&mut self, operand: &mut Operand, span: Span) {
        if let Operand::Place(place) = operand {
            self.place(place, span);
        }
    }

    /// Rewrites a place that is read: afterwards its steps are fields and elements.
    pub(super) fn place(&mut self, place: &mut Place, span: Span) {
        self.start(place);
        let path = std::mem::take(&mut place.path);
        for step in path {
            let of = self.type_of_place(place);
            match step {
                Projection::Field(name) if is_property(name) => match self.access(place, of.as_ref(), name, true) {
                    Access::Field => place.path.push(step),
                    Access::Method => {
                        let name = getter_name(&name);
                        *place = self.called(place.clone(), name, Vec::new(), span);
                    }
                    Access::Extension(function) => {
                        *place = self.extension_called(function, place.clone(), Vec::new(), span);
                    }
                },
                Projection::Element if self.has_own_iterator(of.as_ref()) => {
                    *place = self.iterated(place.clone(), span).project(step);
                }
                Projection::Key(_) | Projection::Index(_) if self.is_indexed_by_method(of.as_ref(), 0, 1) => {
                    let index = index_operand(step);
                    *place = self.called(place.clone(), Symbol::new(INDEX_OPERATORS[0]), vec![index], span);
                }
                step => place.path.push(step),
            }
        }
    }

    /// Emits a write to `step` of `base`.
    pub(super) fn write_part(
        &mut self,
        base: Place,
        step: Option<Projection>,
        value: Rvalue,
        declared: Option<TypeRef>,
        span: Span,
    ) {
        let Some(step) = step else {
            self.out.push(Statement { to: base, value, span });
            return;
        };
        let of = self.type_of_place(&base);
        match step {
            Projection::Field(name) if is_property(name) => {
                let access = self.access(&base, of.as_ref(), name, false);
                if matches!(access, Access::Field) {
                    self.learn_field(of.as_ref(), name, declared.as_ref());
                    self.out.push(Statement { to: base.project(step), value, span });
                    return;
                }
                let value = self.computed(value, declared, span);
                match access {
                    Access::Extension(function) => _ = self.extension_called(function, base, vec![value], span),
                    _ => _ = self.called(base, setter_name(&name), vec![value], span),
                }
            }
            Projection::Field(_) => {
                if let (Base::Local(local), true) = (&base.base, base.path.is_empty())
                    && of.as_ref().is_some_and(|of| of.name == BOX && of.arguments.is_empty())
                {
                    let of = declared.map(|declared| TypeRef { name: Symbol::new(BOX), arguments: vec![declared] });
                    self.types[local.index()] = super::Known::of(of.or_else(|| self.type_of_place(&base)));
                }
                self.out.push(Statement { to: base.project(step), value, span });
            }
            Projection::Key(_) | Projection::Index(_) if self.is_indexed_by_method(of.as_ref(), 1, 2) => {
                let value = self.computed(value, declared, span);
                let arguments = vec![index_operand(step), value];
                self.called(base, Symbol::new(INDEX_OPERATORS[1]), arguments, span);
            }
            _ => self.out.push(Statement { to: base.project(step), value, span }),
        }
    }

    fn computed(&mut self, value: Rvalue, declared: Option<TypeRef>, span: Span) -> Operand {
        match value {
            Rvalue::Use(operand) => operand,
            value => {
                let local = self.temporary(declared, span);
                self.out.push(Statement { to: Place::local(local), value, span });
                Operand::local(local)
            }
        }
    }

    /// What an access to the property `name` of `place` is.
    fn access(&self, place: &Place, of: Option<&TypeRef>, name: Symbol, reads: bool) -> Access {
        let is_class = matches!(place.base, Base::Static(_)) && place.path.is_empty();
        let Some(of) = of else {
            if let Some(extension) = self.extension_property(None, name, reads) {
                return Access::Extension(extension);
            }
            let is_field_somewhere = self.declared.instance_fields.contains_key(&name);
            return if self.is_last && !is_field_somewhere { Access::Method } else { Access::Field };
        };
        if of.name == BOX || of.name == ARRAY {
            return Access::Field;
        }
        if self.is_own_storage(of, name) {
            return Access::Field;
        }
        let Some(class) = self.program.class_named(of.name) else {
            if self.generated.view(of.name, name).is_some() {
                return Access::Field;
            }
            return match self.extension_property(Some(of), name, reads) {
                Some(extension) => Access::Extension(extension),
                // Static members of a library are fields; of an object only accessors can be read.
                None if is_class => Access::Field,
                None => Access::Method,
            };
        };
        match self.property_of(class, name, reads) {
            Some(true) => Access::Method,
            Some(false) => Access::Field,
            None => match self.extension_property(Some(of), name, reads) {
                Some(extension) => Access::Extension(extension),
                None if is_class || self.program.classes[class].library_ancestors.is_empty() => Access::Field,
                None => Access::Method,
            },
        }
    }

    /// Whether a property of the class at hand is meant where only its field can be: in its accessors, and where the
    /// object comes into being.
    fn is_own_storage(&self, of: &TypeRef, name: Symbol) -> bool {
        let Some(owner) = self.owner().filter(|&owner| self.program.classes[owner].qualified == of.name) else {
            return false;
        };
        let is_accessor = self.body.name == getter_name(&name) || self.body.name == setter_name(&name);
        let creates = matches!(
            self.body.kind,
            FunctionKind::Constructor | FunctionKind::Initialiser | FunctionKind::StaticInitialiser
        );
        (is_accessor || creates) && self.program.classes[owner].fields.contains_key(&name)
    }

    /// Whether a class has the property `name`; if so, whether an accessor does more than to read or write its field.
    pub(super) fn property_of(&self, class: ClassId, name: Symbol, reads: bool) -> Option<bool> {
        let (accessor, arity) = if reads { (getter_name(&name), 0) } else { (setter_name(&name), 1) };
        let field = self.program.field_of(class, name);
        let method = self.program.declared_method(class, accessor, arity);
        let is_written = |function: &FunctionId| {
            let shape = self.declared.shape(*function);
            !shape.modifiers.contains(Modifiers::SYNTHETIC) && shape.has_body
        };
        let is_overridden = || self.program.overrides(class, accessor, arity).iter().any(is_written);
        match (field, method) {
            (None, None) => None,
            (Some(_), None) => Some(false),
            (None, Some(_)) => Some(true),
            (Some(_), Some(method)) => Some(is_written(&method) || is_overridden()),
        }
    }

    /// Whether elements of a type are read or written by a method that the program declares.
    fn is_indexed_by_method(&self, of: Option<&TypeRef>, operator: usize, arity: usize) -> bool {
        let Some(of) = of else { return false };
        let name = Symbol::new(INDEX_OPERATORS[operator]);
        match self.program.class_named(of.name) {
            Some(class) => self.program.declared_method(class, name, arity).is_some(),
            // Collections, which are of something, are read and written by themselves.
            None => of.arguments.is_empty() && self.library.has_own(of.name, name, self.unit.language),
        }
    }

    /// Whether the iterator of a library type gives something else than the elements of the collection: a map is run
    /// over by its entries.
    pub(super) fn has_own_iterator(&self, of: Option<&TypeRef>) -> bool {
        let Some(of) = of.filter(|of| self.program.class_named(of.name).is_none()) else { return false };
        let name = Symbol::new(ITERATION[0]);
        let iterator = self.library.result(self.program, Some(of), name, self.unit.language, &[]);
        iterator.is_some_and(|iterator| !iterator.arguments.is_empty() && iterator.arguments != of.arguments)
    }

    /// The iterator of what a place holds.
    pub(super) fn iterated(&mut self, place: Place, span: Span) -> Place {
        self.called(place, Symbol::new(ITERATION[0]), Vec::new(), span)
    }

    /// The type of a field that declares none, from what is stored into it.
    fn learn_field(&mut self, of: Option<&TypeRef>, name: Symbol, declared: Option<&TypeRef>) {
        let Some(class) = of.and_then(|of| self.program.class_named(of.name)) else { return };
        let Some(declared) = declared.filter(|declared| super::inference::is_telling(declared)) else { return };
        if self.owner() != Some(class) {
            return;
        }
        let Some(&position) = self.program.classes[class].fields.get(&name) else { return };
        let own = self.program.classes[class].class;
        let field = &mut self.unit.classes[own].fields[position.index()];
        if super::inference::says_more(declared, field.declared.as_ref()) {
            field.declared = Some(declared.clone());
            self.found.fields.push((class, position.index(), declared.clone()));
        }
    }

    /// A call of a method on `receiver`, as a place.
    fn called(&mut self, receiver: Place, name: Symbol, arguments: Vec<Operand>, span: Span) -> Place {
        let target = Target::Method { receiver: Operand::Place(receiver), name };
        Place::local(self.emit(call(target, arguments, span), span))
    }

    fn extension_called(&mut self, function: FunctionId, of: Place, mut arguments: Vec<Operand>, span: Span) -> Place {
        arguments.insert(0, Operand::Place(of));
        match self.extension_owner(function) {
            Some(receiver) => {
                let name = self.declared.shape(function).name;
                let target = Target::Method { receiver: Operand::Place(receiver), name };
                Place::local(self.emit(call(target, arguments, span), span))
            }
            None => Place::local(self.emit(Rvalue::Opaque(arguments), span)),
        }
    }
}

/// Whether a field is one that people write, not one of the compiler.
fn is_property(name: Symbol) -> bool {
    !name.contains('$') && !name.starts_with('<')
}

fn index_operand(step: Projection) -> Operand {
    match step {
        Projection::Key(key) => Operand::Const(key),
        Projection::Index(local) => Operand::local(local),
        _ => Operand::Const(Const::Null),
    }
}

fn call(target: Target, arguments: Vec<Operand>, span: Span) -> Rvalue {
    Rvalue::Call(Box::new(Call {
        target,
        arguments: arguments.into_iter().map(Argument::positional).collect(),
        block: None,
        type_arguments: Vec::new(),
        name_span: span,
        site: span,
    }))
}
