//! What leaves when an object is written by a class that lists what leaves of it.
//!
//! ```ruby
//! class MemberSerializer < SomeSerializer
//!   attributes :id, :contact
//!   has_many :letters, serializer: LetterSerializer
//!   def contact = object.email
//! end
//! render json: member, serializer: MemberSerializer      # member.id, member.email, and what each letter's class lists
//! ```
//!
//! An `expands` rule names the calls in the class that list (`macro`), the field that holds the object (`holds`), and
//! the port of the call that names the class (`by`). Each listed name is a method of that class, else one of the
//! object; what is listed with a class of its own is written by that one. An object whose class says itself what is
//! written of it, in a method that a rule names, is replaced by what that method gives.

use std::sync::Arc;

use crate::base::{Span, Symbol};
use crate::ir::{ARRAY, Base, Const, Macro, Operand, Place, Projection, TypeRef};
use crate::link::ClassId;
use crate::rules::model::{Expand, ExpandMembers, Port, PortRoot, PortStep};
use crate::taint::arguments::Arguments;
use crate::taint::interpret::Interpreter;
use crate::taint::knowledge::Found;
use crate::taint::library::LibraryCall;
use crate::taint::path::{Root, Step};
use crate::taint::ports::Ports;
use crate::taint::site::Site;
use crate::taint::state::State;
use crate::taint::summary::{ObjectKind, Selector};
use crate::taint::value::{How, Value};

/// Bound: classes that may write one object.
const MAX_WRITERS: usize = 4;
/// Bound: names that one class lists.
const MAX_LISTED: usize = 96;
/// Bound: how deep classes that write name others.
const MAX_DEPTH: usize = 3;
/// Where the keys of objects that write begin, counted from the last.
const FIRST_KEY: u32 = 64;

/// A name that a class lists, with the class that writes what is behind it.
struct Listed {
    name: Symbol,
    writer: Option<Symbol>,
}

/// How a rule says that objects are written.
#[derive(Clone, Copy)]
struct Manner<'r> {
    macros: &'r [Symbol],
    holds: Option<Symbol>,
    /// The word under which calls and lists name the class.
    option: Option<Symbol>,
}

impl Interpreter<'_, '_> {
    /// The arguments of a call as it takes them: what another class writes is replaced by what that one gives.
    pub(super) fn written_arguments(
        &mut self,
        state: &mut State,
        found: &Found,
        call: &LibraryCall<'_>,
        arguments: &Arguments,
    ) -> Option<Arguments> {
        let mut replaced: Option<Arguments> = None;
        for index in &found.expands {
            let rule = &self.engine.rules.set.expands[*index];
            let current = replaced.as_ref().unwrap_or(arguments).clone();
            let mut ports = Ports::new(call, &current);
            let value = match &rule.members {
                ExpandMembers::Method { names } => self.written_by_itself(state, rule, names, &mut ports),
                ExpandMembers::Named => self.written_by_name(state, rule, &mut ports),
                _ => self.written(state, rule, &mut ports),
            };
            let Some(value) = value else { continue };
            let mut changed = current;
            let place = match rule.out.root {
                PortRoot::Named(name) => changed.named.iter_mut().find(|(own, _)| *own == name).map(|(_, own)| own),
                PortRoot::Argument(index) => changed.positional.get_mut(usize::from(index)),
                _ => None,
            };
            if let Some(place) = place {
                *place = value;
                replaced = Some(changed);
            }
        }
        replaced
    }

    /// What the class that a call names writes of the object that it is given.
    pub(super) fn written(&mut self, state: &mut State, rule: &Expand, ports: &mut Ports<'_>) -> Option<Value> {
        let (Some(by), ExpandMembers::Macro { names, holds }) = (&rule.by, &rule.members) else { return None };
        let by_value = self.read_port(state, ports, by);
        let writers = self.classes_in(&by_value);
        if writers.is_empty() {
            return None;
        }
        let object = self.read_port(state, ports, &rule.object);
        let manner = Manner { macros: names, holds: *holds, option: option_of(by) };
        let mut key = FIRST_KEY;
        Some(self.written_by(state, &object, &writers, manner, ports.call.site.site, &mut key, 0))
    }

    /// What the object has under the names that the arguments behind it are.
    fn written_by_name(&mut self, state: &mut State, rule: &Expand, ports: &mut Ports<'_>) -> Option<Value> {
        let names = ports.arguments.positional.get(1..)?.iter().map(Value::single_constant);
        let names: Option<Vec<Symbol>> = names
            .map(|name| match name {
                Some(Const::Symbol(name)) => Some(name),
                _ => None,
            })
            .collect();
        let names = names.filter(|names| !names.is_empty())?;
        let whole = self.read_port(state, ports, &rule.object);
        let span = ports.call.site.site;
        let object = self.each_of(state, &whole, span);
        let mut facts = Vec::new();
        for name in names.into_iter().take(MAX_LISTED) {
            let given = self.invoke(state, &object, &Arguments::default(), Site { name, call: None, site: span });
            facts.extend(self.derived(state, &given, How::Value));
        }
        Some(Value::facts(facts))
    }

    /// What a method of the object itself gives, where its class or one above it defines that.
    fn written_by_itself(
        &mut self,
        state: &mut State,
        rule: &Expand,
        names: &[Symbol],
        ports: &mut Ports<'_>,
    ) -> Option<Value> {
        let whole = self.read_port(state, ports, &rule.object);
        let span = ports.call.site.site;
        let object = self.each_of(state, &whole, span);
        let class = match object.objects[..] {
            [object] => self.info(object).class.name,
            _ => object.declared.as_ref()?.name,
        };
        let name = *names.iter().find(|name| !self.engine.methods(class, **name, 0).is_empty())?;
        let given = self.invoke(state, &object, &Arguments::default(), Site { name, call: None, site: span });
        // What it gives may be serialised in turn, which it is here.
        Some(Value::facts(self.derived(state, &given, How::Serialised)))
    }

    /// The classes of the program that a value may be.
    fn classes_in(&mut self, value: &Value) -> Vec<Symbol> {
        let mut classes = Vec::new();
        for fact in &value.facts {
            let Some(path) = fact.exact_path() else { continue };
            if let (Root::Static(class), []) = (path.start(), path.steps()) {
                classes.push(*class);
                continue;
            }
            self.depends_on(path);
            if let Some(Selector::Type(class)) = self.selector(path) {
                classes.push(*class);
            }
        }
        classes.retain(|class| self.engine.program.class_named(*class).is_some());
        classes.truncate(MAX_WRITERS);
        classes
    }

    #[allow(clippy::too_many_arguments, reason = "one recursion over what is the same for all of it")]
    fn written_by(
        &mut self,
        state: &mut State,
        object: &Value,
        writers: &[Symbol],
        manner: Manner<'_>,
        span: Span,
        key: &mut u32,
        depth: usize,
    ) -> Value {
        let object = self.each_of(state, object, span);
        let mut facts = Vec::new();
        for &writer in writers {
            let Some(class) = self.engine.program.class_named(writer) else { continue };
            let made = Arc::new(TypeRef::named(writer));
            *key += 1;
            let this = self.allocate(state, ObjectKind::Instance, made, (span, Some((self.function, u32::MAX - *key))));
            if let Some(field) = manner.holds {
                self.write_step(state, &this, Step::Field(field), &object);
            }
            for Listed { name, writer } in self.listed(class, manner) {
                let is_own = !self.engine.methods(this_class(&this), name, 0).is_empty();
                let receiver = if is_own { &this } else { &object };
                let site = Site { name, call: None, site: span };
                let value = self.invoke(state, &receiver.clone(), &Arguments::default(), site);
                match writer.filter(|_| depth < MAX_DEPTH) {
                    Some(writer) => {
                        let value = self.written_by(state, &value, &[writer], manner, span, key, depth + 1);
                        facts.extend(value.facts);
                    }
                    None => facts.extend(self.derived(state, &value, How::Value)),
                }
            }
        }
        Value::facts(facts)
    }

    /// One of the objects that a value holds, where it holds several.
    fn each_of(&mut self, state: &mut State, value: &Value, span: Span) -> Value {
        let is_array = |class: Symbol| class == ARRAY || self.engine.program.class_named(class).is_none();
        let holds_several = value.declared.as_ref().is_some_and(|declared| {
            is_array(declared.name) && self.engine.step_type(declared, Step::Element).is_some()
        }) || (!value.objects.is_empty()
            && value.objects.iter().all(|&object| self.info(object).class.name == ARRAY));
        if holds_several { self.read_step(state, value, Step::Element, span) } else { value.clone() }
    }

    /// What a class and those above it list.
    fn listed(&self, class: ClassId, manner: Manner<'_>) -> Vec<Listed> {
        let program = self.engine.program;
        let mut listed: Vec<Listed> = Vec::new();
        for &ancestor in &program.classes[class].ancestors {
            let calls = program.class(ancestor).macros.iter().filter(|call| manner.macros.contains(&call.name));
            for call in calls {
                let writer = manner.option.and_then(|option| self.class_given(class, call, option));
                let names = call.arguments.iter().filter(|(name, _)| name.is_none());
                let names = names.filter_map(|(_, value)| match value {
                    Operand::Const(Const::Str(name) | Const::Symbol(name)) => Some(*name),
                    _ => None,
                });
                for name in names {
                    if listed.len() < MAX_LISTED && listed.iter().all(|other| other.name != name) {
                        listed.push(Listed { name, writer });
                    }
                }
            }
        }
        listed
    }

    /// The class that a call in the body of `around` names under `option`: the nearest of that name outwards.
    fn class_given(&self, around: ClassId, call: &Macro, option: Symbol) -> Option<Symbol> {
        let (_, value) = call.arguments.iter().find(|(name, _)| *name == Some(option))?;
        let written = match value {
            Operand::Class(class) => class.name.to_string(),
            Operand::Place(place) => dotted(place)?,
            Operand::Const(_) => return None,
        };
        let program = self.engine.program;
        let mut scope = program.classes[around].qualified.as_str();
        loop {
            let inside = Symbol::new(&format!("{scope}.{written}"));
            if program.class_named(inside).is_some() {
                return Some(inside);
            }
            let Some((outer, _)) = scope.rsplit_once('.') else { break };
            scope = outer;
        }
        Some(Symbol::new(&written)).filter(|name| program.class_named(*name).is_some())
    }
}

fn this_class(this: &Value) -> Symbol {
    this.declared.as_ref().map_or(Symbol::new(""), |declared| declared.name)
}

/// The word behind which a port stands: the name of the argument, or the key.
fn option_of(port: &Port) -> Option<Symbol> {
    match (port.root, port.path.last()) {
        (_, Some(PortStep::ValueAt(key))) => Some(*key),
        (PortRoot::Named(name), None) => Some(name),
        _ => None,
    }
}

/// The dotted name of a path of constants.
fn dotted(place: &Place) -> Option<String> {
    let mut name = match &place.base {
        Base::Name(name) => name.to_string(),
        _ => return None,
    };
    for step in &place.path {
        let Projection::Field(part) = step else { return None };
        name.push('.');
        name.push_str(part);
    }
    Some(name)
}
