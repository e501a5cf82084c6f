//! A library call, asked by the index of rules what matches ask.

use crate::base::Symbol;
use crate::ir::{Const, Target};
use crate::link::FunctionId;
use crate::rules::index::{Site, SiteKind, Typing};
use crate::rules::model::{Constant, Pattern, Port, PortRoot, Receiver};
use crate::taint::arguments::Arguments;
use crate::taint::call::is_class_value;
use crate::taint::engine::Engine;
use crate::taint::library::LibraryCall;
use crate::taint::path::{Path, Root, Step};
use crate::taint::value::Value;

/// A call with what the engine knows of it.
pub(super) struct CallSite<'c, 'p> {
    /// The engine, for the program and for what was called before.
    pub(super) engine: &'c Engine<'p>,
    /// The function around the call.
    pub(super) function: FunctionId,
    /// The call.
    pub(super) call: &'c LibraryCall<'c>,
    /// Its arguments.
    pub(super) arguments: &'c Arguments,
}

impl CallSite<'_, '_> {
    fn is(&self, name: Symbol, pattern: Pattern) -> bool {
        self.engine.program.is_named(name, pattern)
    }

    /// The places that the receiver surely is.
    fn receiver_paths(&self) -> impl Iterator<Item = &Path> {
        self.call.receiver.facts.iter().filter_map(|fact| fact.exact_path())
    }

    fn is_result_of(&self, callee: &str) -> bool {
        let Some((class, method)) = callee.rsplit_once('.') else { return false };
        let opaque = self.receiver_paths().filter_map(|path| match path.start() {
            Root::Opaque(site) => Some(*site),
            _ => None,
        });
        opaque.chain(self.call.made_at.iter().copied()).any(|site| {
            let produced = self.engine.producers.get(site);
            produced
                .as_deref()
                .and_then(|produced| produced.rsplit_once('.'))
                .is_some_and(|(of, name)| name == method && self.engine.program.is_subtype(Symbol::new(of), class))
        })
    }
}

impl Site for CallSite<'_, '_> {
    fn kind(&self) -> SiteKind {
        if self.call.is_constructor { SiteKind::Constructor } else { SiteKind::Call }
    }

    fn name(&self) -> Symbol {
        match self.call.types.first() {
            Some(class) if self.call.is_constructor => *class,
            _ => self.call.site.name,
        }
    }

    fn is_type(&self, pattern: Pattern) -> Typing {
        match &self.call.types[..] {
            [] => Typing::Unknown,
            types if types.iter().any(|&name| self.is(name, pattern)) => Typing::Yes,
            _ => Typing::No,
        }
    }

    fn each_type(&self, visit: &mut dyn FnMut(Symbol)) {
        for &name in &self.call.types {
            visit(name);
            self.engine.program.supertypes(name).for_each(&mut *visit);
        }
    }

    fn is_inside(&self, pattern: Pattern) -> bool {
        let program = self.engine.program;
        let owner = program.functions[self.function].owner;
        owner.is_some_and(|owner| self.is(program.classes[owner].qualified, pattern))
    }

    fn is_receiverless(&self) -> bool {
        self.call.site.call.is_none_or(|call| matches!(call.target, Target::Bare(_)))
    }

    fn arity(&self) -> Option<usize> {
        Some(self.arguments.positional.len() + self.arguments.named.len())
    }

    fn is_static(&self) -> Option<bool> {
        Some(self.call.is_static)
    }

    fn is_parameter(&self, index: usize, pattern: Pattern) -> Typing {
        let argument = self.arguments.positional.get(index);
        if argument.is_some_and(is_class_value) {
            // What it is declared as is the class that it is, not the type of classes.
            return Typing::Unknown;
        }
        match argument.and_then(|argument| argument.declared.as_ref()) {
            None => Typing::Unknown,
            Some(declared) if self.is(declared.name, pattern) => Typing::Yes,
            Some(_) => Typing::No,
        }
    }

    fn can_be(&self, port: &Port, constant: Constant) -> bool {
        let value = match port.root {
            PortRoot::Argument(index) => self.arguments.positional.get(usize::from(index)),
            PortRoot::Named(name) => self.arguments.named.iter().find(|(own, _)| *own == name).map(|(_, value)| value),
            PortRoot::This => Some(&self.call.receiver),
            _ => None,
        };
        value.is_some_and(|value| port.path.is_empty() && can_be(value, constant))
    }

    fn is_receiver(&self, receiver: &Receiver) -> bool {
        match receiver {
            Receiver::Field(field) => self.receiver_paths().any(|path| static_field(path).as_deref() == Some(&**field)),
            Receiver::Call(callee) => self.is_result_of(callee),
            Receiver::Name(names) => self.receiver_name().is_some_and(|name| names.contains(&name)),
        }
    }

    fn receiver_name(&self) -> Option<Symbol> {
        self.call.site.receiver_name(self.engine.program.function(self.function))
    }

    fn file(&self) -> &str {
        let program = self.engine.program;
        program.units[program.functions[self.function].unit].path.as_str()
    }

    fn language(&self) -> Symbol {
        let program = self.engine.program;
        program.units[program.functions[self.function].unit].language
    }
}

/// `Class.FIELD`, where the path is a static field.
fn static_field(path: &Path) -> Option<String> {
    match (path.start(), path.steps()) {
        (Root::Static(class), [Step::Field(name)]) => Some(format!("{class}.{name}")),
        _ => None,
    }
}

/// Whether a value can be a constant of a rule. A text also stands for a constant field or enum constant of that name.
fn can_be(value: &Value, constant: Constant) -> bool {
    let known = value.constants.known();
    match constant {
        Constant::Null => known.contains(&Const::Null),
        Constant::Bool(expected) => known.contains(&Const::Bool(expected)),
        Constant::Int(expected) => known.contains(&Const::Int(expected)),
        Constant::Str(expected) => {
            let is_text = |own: &Const| matches!(own, Const::Str(text) | Const::Symbol(text) if *text == expected);
            known.iter().any(is_text)
                || value.facts.iter().filter_map(|fact| fact.exact_path()).any(|path| {
                    static_field(path)
                        .is_some_and(|name| name == *expected || name.rsplit('.').next() == Some(&*expected))
                })
        }
    }
}
