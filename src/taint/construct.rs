//! Constructors: which ones an object runs, of its own class and of those above it.

use crate::base::{Span, Symbol};
use crate::ir::{Call, TypeRef};
use crate::link::{ClassId, Program, Reason};
use crate::taint::arguments::Arguments;
use crate::taint::call::Reached;
use crate::taint::interpret::Interpreter;
use crate::taint::library::LibraryCall;
use crate::taint::site::Site;
use crate::taint::state::State;
use crate::taint::value::Value;

impl Interpreter<'_, '_> {
    /// Runs the constructor of `class` on `object`.
    pub(super) fn construct(
        &mut self,
        state: &mut State,
        object: &Value,
        class: &TypeRef,
        arguments: &Arguments,
        call: Option<&Call>,
        site: Span,
    ) -> Value {
        let program = self.engine.program;
        let Some(id) = program.class_named(class.name) else {
            let name = Symbol::new(Program::simple_name(&class.name));
            let library = LibraryCall::constructor(Site { name, call, site }, object.clone(), class.name);
            self.call_library(state, library, arguments);
            return object.clone();
        };
        let reach = |function| Reached::method(function, object, Reason::Exact);
        let declared = self.choose(program.constructors(id, arguments.arity()), arguments);
        if !declared.is_empty() {
            self.enter_all(state, declared.into_iter().map(reach).collect(), arguments, site);
            return object.clone();
        }
        // No constructor of its own: that of the nearest ancestor with one, then the initialisers on the way down.
        let chain: Vec<ClassId> =
            program.classes[id].ancestors.iter().copied().filter(|&class| !program.is_interface(class)).collect();
        let inherited = chain.iter().enumerate().skip(1).find_map(|(position, &ancestor)| {
            let constructors = program.constructors(ancestor, arguments.arity());
            (!constructors.is_empty()).then_some((position, constructors))
        });
        let below = match inherited {
            Some((position, constructors)) => {
                let constructors = self.choose(constructors, arguments);
                self.enter_all(state, constructors.into_iter().map(reach).collect(), arguments, site);
                position
            }
            None => {
                self.construct_library(state, id, object, arguments, Site { name: class.name, call, site });
                self.set_attributes(state, object, arguments);
                chain.len()
            }
        };
        for &class in chain[..below].iter().rev() {
            if let Some(initialiser) = program.initialiser(class) {
                self.enter_all(state, vec![reach(initialiser)], &Arguments::default(), site);
            }
        }
        object.clone()
    }

    /// What a constructor that nobody wrote is given by name, the object has by that name.
    fn set_attributes(&mut self, state: &mut State, object: &Value, arguments: &Arguments) {
        if self.engine.program.has_open_classes(self.function) {
            for (name, value) in &arguments.named {
                self.write_step(state, object, crate::taint::path::Step::Field(*name), value);
            }
        }
    }

    /// Runs the constructor of the library class above `class`, which has none of its own.
    fn construct_library(
        &mut self,
        state: &mut State,
        class: ClassId,
        object: &Value,
        arguments: &Arguments,
        site: Site<'_>,
    ) {
        if let Some(&above) = self.engine.program.classes[class].library_ancestors.first()
            && arguments.arity() > 0
        {
            let name = Symbol::new(Program::simple_name(&above));
            let library = LibraryCall::constructor(Site { name, ..site }, object.clone(), above);
            self.call_library(state, library, arguments);
        }
    }
}
