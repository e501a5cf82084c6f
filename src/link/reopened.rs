//! Classes that are opened several times, over several files, are one class.
//!
//! In a language whose classes are open, the first declaration in the order of files stands for all: it takes over
//! the fields of the others, and the program knows their methods under its id. Superclass and mixins stay where they are
//! written, for their names are looked up from there.

use rustc_hash::FxHashMap;

use crate::base::Symbol;
use crate::ir::{ClassIdx, ClassKind, Unit};
use crate::lang::language_named;

/// Whether the classes of a unit may be opened again elsewhere.
pub(super) fn has_open_classes(unit: &Unit) -> bool {
    language_named(&unit.language).is_some_and(|language| language.has_open_classes())
}

/// `Outer.Inner` for a class of a unit.
pub(super) fn written_name(unit: &Unit, class: ClassIdx) -> Symbol {
    let declaration = &unit.classes[class];
    let prefix = declaration.outer.map(|outer| written_name(unit, outer)).or(unit.namespace);
    match prefix {
        Some(prefix) => Symbol::new(&format!("{prefix}.{}", declaration.name)),
        None => declaration.name,
    }
}

/// Moves the fields of classes that are opened again to their first declarations.
pub(super) fn merge_fields(units: &mut [Unit]) {
    let mut first: FxHashMap<Symbol, (usize, ClassIdx)> = FxHashMap::default();
    for index in 0..units.len() {
        if !has_open_classes(&units[index]) {
            continue;
        }
        for class in units[index].classes.indices() {
            let name = written_name(&units[index], class);
            let (primary_unit, primary) = *first.entry(name).or_insert((index, class));
            if (primary_unit, primary) == (index, class) {
                continue;
            }
            let fields = std::mem::take(&mut units[index].classes[class].fields);
            let kind = units[index].classes[class].kind;
            let target = &mut units[primary_unit].classes[primary];
            if target.kind == ClassKind::Module {
                target.kind = kind;
            }
            for field in fields {
                if target.fields.iter().all(|known| known.name != field.name) {
                    target.fields.push(field);
                }
            }
        }
    }
}
