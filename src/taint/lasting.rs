//! Which classes own cells: their objects live on between the calls that reach them, so that what one method stores
//! another one finds.
//!
//! A class is a lasting owner when a rule gives it a lifetime (components, singletons, models), when it implements
//! something of a library that calls it back (unless a rule says that the library type is plain data), or when it
//! holds its own single instance.

use rustc_hash::FxHashSet;

use crate::ir::{ClassKind, Modifiers};
use crate::link::{ClassId, Program};
use crate::rules::model::Lifetime;
use crate::taint::knowledge::Knowledge;

/// The lasting owners of a program.
#[derive(Default, Debug)]
pub struct Lasting {
    classes: FxHashSet<ClassId>,
}

impl Lasting {
    /// Decides for every class of `program`.
    pub fn new(program: &Program, rules: &Knowledge) -> Lasting {
        let mut classes = FxHashSet::default();
        for (id, info) in program.classes.iter_enumerated() {
            let class = program.class(id);
            if matches!(class.kind, ClassKind::Annotation | ClassKind::Enum | ClassKind::Record) {
                continue;
            }
            let mut lifetimes = info.library_ancestors.iter().filter_map(|ancestor| rules.lifetime(*ancestor));
            let has_lifetime = lifetimes.any(|lifetime| lifetime != Lifetime::Transient);
            let is_called_back = info.library_ancestors.iter().any(|ancestor| {
                rules.lifetime(*ancestor) != Some(Lifetime::Transient)
                    && program
                        .library
                        .ancestors(*ancestor)
                        .iter()
                        .all(|further| rules.lifetime(*further) != Some(Lifetime::Transient))
            });
            let is_annotated = class.annotations.iter().any(|annotation| rules.annotation_lifetime(annotation.name));
            let holds_itself = class.fields.iter().any(|field| {
                field.modifiers.contains(Modifiers::STATIC)
                    && field.declared.as_ref().is_some_and(|declared| declared.name == info.qualified)
            });
            if has_lifetime || is_called_back || is_annotated || holds_itself || class.kind == ClassKind::Object {
                classes.insert(id);
            }
        }
        Lasting { classes }
    }

    /// Whether objects of a class own cells.
    pub fn contains(&self, class: ClassId) -> bool {
        self.classes.contains(&class)
    }
}
