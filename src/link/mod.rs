//! Gives meaning that crosses files: who extends what, what a name stands for, which call may reach which function.
//!
//! First the declarations are added that nobody wrote, among them what classes pass on to other objects; later the calls that classes ask for in their bodies, as rules
//! say. Linking rewrites the units in place, so that later stages need no scopes: afterwards every `TypeRef` holds a
//! qualified name, every `Base::Name` has become a field of `this`, of an outer instance or of a class, and every
//! `Target::Bare` that names a method of the program has a receiver. What stays bare belongs to a library. Where a
//! language leaves accessors, extensions and constructors to its compiler, `implicit` finds them.

mod callbacks;
mod called;
mod delegates;
mod dispatch;
mod hierarchy;
mod implicit;
mod members;
mod names;
mod program;
mod reopened;
mod types;

pub use dispatch::{Dispatch, OPEN_ARITY, Reason};
pub use hierarchy::LibraryTypes;
pub use program::{ClassId, ClassInfo, FunctionId, FunctionInfo, Program};

use rayon::prelude::*;

use crate::base::Diagnostic;
use crate::ir::Unit;
use crate::resource::Resources;
use crate::rules::model::RuleSet;

/// Links the units of a scan; resources tell which classes manifests declare, which layouts generate, and the columns of
/// tables.
pub fn link(mut units: Vec<Unit>, rules: &RuleSet, resources: &Resources) -> (Program, Vec<Diagnostic>) {
    let used = members::add(&mut units, rules, &resources.declarations);
    delegates::add(&mut units);
    let library = LibraryTypes::new(rules);
    reopened::merge_fields(&mut units);
    let mut program = Program::declare(&units, library);
    program.rules_used = used;
    let scopes = types::Scopes::new(&units);
    units.par_iter_mut().enumerate().for_each(|(index, unit)| types::qualify(unit, index, &scopes, &program));
    let declared = hierarchy::Declared { components: &resources.components, rules };
    program.build_hierarchy(&units, &declared);
    program.called = called::CalledAfter::new(&program, &units, rules);
    units.par_iter_mut().for_each(|unit| called::type_by_name(unit, &program.called));
    callbacks::add(&mut units, &mut program, rules);
    implicit::resolve(&mut units, &scopes, &program, rules, &resources.layouts);
    units.par_iter_mut().enumerate().for_each(|(index, unit)| {
        let mut resolver = types::Resolver::new(index, &scopes, &program);
        names::resolve(unit, index, &program, &mut resolver);
    });
    program.finish(units);
    (program, Vec::new())
}
