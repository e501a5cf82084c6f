//! What the name of a variable says of its class, in languages where nothing is declared: `account`, `@account`,
//! `target_account` and `current_account` hold an `Account` when the program has one class of that name.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::Symbol;
use crate::ir::{ClassKind, ParameterKind, Rvalue, Target, TypeRef, Unit};
use crate::link::Program;
use crate::link::reopened::has_open_classes;
use crate::rules::model::{Member, Pattern, RuleSet};
use crate::rules::names::singulars;
use crate::rules::template::underscore;

/// The type of what holds several of a class.
const SEVERAL: &str = "Array";

/// Classes by the names that variables get after them.
#[derive(Default, Debug)]
pub(super) struct CalledAfter {
    classes: FxHashMap<String, Symbol>,
    /// Names of functions, of the program and of libraries: a call of one is no variable.
    functions: FxHashSet<Symbol>,
}

impl CalledAfter {
    /// The classes of `units` whose simple name is the only one, or stands in no module.
    pub(super) fn new(program: &Program, units: &[Unit], rules: &RuleSet) -> CalledAfter {
        let mut classes_by_name = FxHashMap::default();
        for (name, classes) in &program.by_simple_name {
            let is_open = |id: &&crate::link::ClassId| {
                let info = &program.classes[**id];
                has_open_classes(&units[info.unit]) && units[info.unit].classes[info.class].kind == ClassKind::Class
            };
            let candidates: Vec<_> = classes.iter().filter(is_open).collect();
            let outermost = candidates.iter().find(|id| program.classes[***id].qualified == *name);
            let found = match (&candidates[..], outermost) {
                ([only], _) => Some(*only),
                (_, Some(outermost)) => Some(*outermost),
                _ => None,
            };
            if let Some(id) = found {
                classes_by_name.insert(underscore(name), program.classes[*id].qualified);
            }
        }
        let own = units.iter().flat_map(|unit| unit.functions.iter()).map(|function| function.name);
        let of_rules = rules.types.iter().filter_map(|rule| match &rule.matches.member {
            Some(Member::Function(names)) => Some(names),
            _ => None,
        });
        let of_rules = of_rules.flatten().filter_map(|pattern| match pattern {
            Pattern::Exact(name) => Some(*name),
            _ => None,
        });
        CalledAfter { classes: classes_by_name, functions: own.chain(of_rules).collect() }
    }

    /// The type of a variable of this name: by the whole name, else by its last words.
    pub(super) fn type_of(&self, name: &str) -> Option<TypeRef> {
        let mut rest = name;
        loop {
            if let Some(class) = self.class(rest) {
                return Some(TypeRef::named(class));
            }
            let one = singulars(rest).find_map(|one| self.class(&one));
            if let Some(class) = one {
                return Some(TypeRef { name: Symbol::new(SEVERAL), arguments: vec![TypeRef::named(class)] });
            }
            (_, rest) = rest.split_once('_')?;
        }
    }

    fn class(&self, name: &str) -> Option<Symbol> {
        self.classes.get(name).copied()
    }
}

/// Gives parameters and fields without a type the one that their names speak of.
pub(super) fn type_by_name(unit: &mut Unit, called: &CalledAfter) {
    if !has_open_classes(unit) {
        return;
    }
    for function in unit.functions.iter_mut() {
        for block in function.blocks.iter() {
            for statement in &block.statements {
                if let (Some(local), Some(name)) = (statement.to.as_local(), asked_by_name(&statement.value, called)) {
                    let local = &mut function.locals[local];
                    if local.declared.is_none() && local.name.is_none() {
                        local.declared = called.type_of(&name);
                    }
                }
            }
        }
        for parameter in &function.parameters {
            let local = &mut function.locals[parameter.local];
            if local.declared.is_none() && matches!(parameter.kind, ParameterKind::Positional | ParameterKind::Keyword)
            {
                local.declared = called.type_of(&parameter.name);
            }
        }
    }
    for class in unit.classes.iter_mut() {
        for field in &mut class.fields {
            if field.declared.is_none() && field.constant.is_none() {
                field.declared = called.type_of(&field.name);
            }
        }
    }
}

/// The name of a call that gives nothing but its name: in a view, what it was rendered with.
fn asked_by_name(value: &Rvalue, called: &CalledAfter) -> Option<Symbol> {
    let Rvalue::Call(call) = value else { return None };
    let Target::Bare(name) = call.target else { return None };
    let is_name_alone = call.arguments.is_empty() && call.block.is_none();
    (is_name_alone && !called.functions.contains(&name)).then_some(name)
}
