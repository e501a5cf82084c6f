//! Bodies of functions that nobody wrote: they read a path of the object, store into its fields, or make an object.

use super::*;

/// The name of constructors.
pub(super) const CONSTRUCTOR: &str = "<init>";

/// What a function does.
pub(super) enum Body {
    /// Returns what a path of the receiver holds.
    Read { path: Vec<Part>, returns: Option<TypeRef> },
    /// Returns a text of several fields.
    Print { fields: Vec<Symbol> },
    /// Stores each parameter into a field; returns the receiver where calls are chained.
    Store { fields: Vec<Symbol>, chains: bool },
    /// Returns a new object of the class.
    Make,
}

/// One step of a path that is read.
pub(super) enum Part {
    Field(Symbol),
    Call(Symbol),
    Element,
}

impl Body {
    /// What returns the path `text`: `this`, `this.Field[a].Call[b].Element`, or `this.Field[*]` for all of `covered`.
    pub(super) fn reading(text: &str, covered: &[Covered], returns: Option<TypeRef>) -> Option<Body> {
        let mut rest = text.strip_prefix("this")?;
        if rest == ".Field[*]" {
            return Some(Body::Print { fields: covered.iter().map(|field| field.name).collect() });
        }
        let mut path = Vec::new();
        while !rest.is_empty() {
            if let Some(behind) = rest.strip_prefix(".Element") {
                path.push(Part::Element);
                rest = behind;
                continue;
            }
            let (is_field, inside) = match (rest.strip_prefix(".Field["), rest.strip_prefix(".Call[")) {
                (Some(inside), _) => (true, inside),
                (_, Some(inside)) => (false, inside),
                _ => return None,
            };
            let (name, behind) = inside.split_once(']')?;
            path.push(if is_field { Part::Field(Symbol::new(name)) } else { Part::Call(Symbol::new(name)) });
            rest = behind;
        }
        let returns = if path.is_empty() { None } else { returns };
        Some(Body::Read { path, returns })
    }
}

/// A function of `class` with this body.
pub(super) fn function(
    unit: &Unit,
    class: ClassIdx,
    name: Symbol,
    parameters: Vec<(Symbol, Option<TypeRef>)>,
    body: Body,
    (span, name_span): (Span, Span),
) -> Function {
    let is_constructor = name == CONSTRUCTOR;
    let is_static = matches!(body, Body::Make);
    let own_type = TypeRef::named(unit.classes[class].name);
    let mut modifiers = Modifiers::PUBLIC;
    modifiers.set(Modifiers::STATIC, is_static);
    // A text that a rule speaks of is one that somebody asked for, as if it were written.
    modifiers.set(Modifiers::SYNTHETIC, !matches!(body, Body::Print { .. }));
    let mut builder = FunctionBuilder::new(Function {
        name,
        kind: if is_constructor { FunctionKind::Constructor } else { FunctionKind::Method },
        owner: Some(class),
        enclosing: None,
        modifiers,
        annotations: Vec::new(),
        type_parameters: Vec::new(),
        has_this: !is_static,
        parameters: Vec::new(),
        captures: Vec::new(),
        returns: None,
        locals: Default::default(),
        blocks: Default::default(),
        span,
        name_span,
    });
    let this = (!is_static).then(|| builder.local(Some(Symbol::new(RECEIVER)), Some(own_type.clone()), name_span));
    let mut values = Vec::new();
    for (name, declared) in parameters {
        let local = builder.local(Some(name), declared, name_span);
        values.push(local);
        builder.function.parameters.push(Parameter {
            name,
            local,
            kind: ParameterKind::Positional,
            optional: false,
            annotations: Vec::new(),
            span: name_span,
        });
    }
    if is_constructor && let Some(initialiser) = initialiser(unit, class) {
        // Never that of a subclass.
        call_to(&mut builder, Target::Super(initialiser, Some(own_type.clone())), name_span);
    }
    let result = match (body, this) {
        (Body::Read { path, returns }, Some(this)) => {
            builder.function.returns = returns;
            Some(read(&mut builder, this, path, name_span))
        }
        (Body::Print { fields }, Some(this)) => {
            let parts = fields.into_iter().map(|field| Operand::Place(Place::local(this).field(field))).collect();
            let text = builder.temporary(name_span);
            builder.assign(Place::local(text), Rvalue::Concat(parts), name_span);
            Some(Operand::local(text))
        }
        (Body::Store { fields, chains }, Some(this)) => {
            for (field, value) in fields.into_iter().zip(values) {
                let value = Rvalue::Use(Operand::local(value));
                builder.assign(Place::local(this).field(field), value, name_span);
            }
            chains.then(|| Operand::local(this))
        }
        _ => {
            let object = builder.temporary(name_span);
            builder.assign(Place::local(object), Rvalue::Allocate(own_type.clone()), name_span);
            let constructor = Target::Constructor { object: Operand::local(object), class: own_type };
            call_to(&mut builder, constructor, name_span);
            Some(Operand::local(object))
        }
    };
    builder.terminate(Terminator::Return(result), name_span);
    builder.finish()
}

fn initialiser(unit: &Unit, class: ClassIdx) -> Option<Symbol> {
    let mut functions = unit.classes[class].functions.iter().map(|&function| &unit.functions[function]);
    functions.find(|function| function.kind == FunctionKind::Initialiser).map(|function| function.name)
}

fn read(builder: &mut FunctionBuilder, this: Local, path: Vec<Part>, span: Span) -> Operand {
    let mut place = Place::local(this);
    for part in path {
        place = match part {
            Part::Field(name) => place.field(name),
            Part::Element => place.project(Projection::Element),
            Part::Call(name) => {
                let result = call_to(builder, Target::Method { receiver: Operand::Place(place), name }, span);
                Place::local(result)
            }
        };
    }
    Operand::Place(place)
}

/// A call without arguments; gives the local that holds its result.
fn call_to(builder: &mut FunctionBuilder, target: Target, span: Span) -> Local {
    let result = builder.temporary(span);
    let call =
        Call { target, arguments: Vec::new(), block: None, type_arguments: Vec::new(), name_span: span, site: span };
    builder.assign(Place::local(result), Rvalue::Call(Box::new(call)), span);
    result
}
