//! Which classes own cells: their objects live on between the calls that reach them, so that what one method stores
//! another one finds.
//!
//! A class is a lasting owner when a rule gives it a lifetime (components, singletons, models; itself, or a field of
//! its type by an annotation there), when it implements something of a library that calls it back (unless a rule says
//! of one of its library types that it is plain data), or when it
//! holds its own single instance.
//!
//! Cells belong to the runtime class: what one subclass of a component stores in an inherited field, another does not
//! find there. A method of the class above stands for all of its heirs.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ir::{ClassKind, Modifiers};
use crate::link::{ClassId, Program};
use crate::rules::model::Lifetime;
use crate::taint::knowledge::Knowledge;

/// Bound: heirs of a class that have cells of their own for its fields; more share those of the class.
const MAX_HEIRS: usize = 48;

/// The lasting owners of a program.
#[derive(Default, Debug)]
pub struct Lasting {
    classes: FxHashSet<ClassId>,
    heirs: FxHashMap<ClassId, Vec<ClassId>>,
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
            let is_data = info.library_ancestors.iter().any(|ancestor| {
                let further = program.library.ancestors(*ancestor);
                std::iter::once(ancestor).chain(further).any(|of| rules.lifetime(*of) == Some(Lifetime::Transient))
            });
            let is_called_back = !info.library_ancestors.is_empty() && !is_data;
            let is_annotated = class.annotations.iter().any(|annotation| rules.annotation_lifetime(annotation.name));
            let holds_itself = class.fields.iter().any(|field| {
                field.modifiers.contains(Modifiers::STATIC)
                    && field.declared.as_ref().is_some_and(|declared| declared.name == info.qualified)
            });
            if has_lifetime || is_called_back || is_annotated || holds_itself || class.kind == ClassKind::Object {
                classes.insert(id);
            }
        }
        for injected in injected(program, rules) {
            let below = program.classes.iter_enumerated().filter(|(_, info)| info.ancestors.contains(&injected));
            classes.extend(below.map(|(id, _)| id));
        }
        let mut heirs: FxHashMap<ClassId, Vec<ClassId>> = FxHashMap::default();
        for (id, info) in program.classes.iter_enumerated().filter(|(id, _)| classes.contains(id)) {
            for &ancestor in info.ancestors.iter().filter(|&&ancestor| ancestor != id) {
                heirs.entry(ancestor).or_default().push(id);
            }
        }
        Lasting { classes, heirs }
    }

    fn heirs(&self, class: ClassId) -> &[ClassId] {
        self.heirs.get(&class).map_or(&[], |heirs| heirs)
    }

    /// The class under which a field of an instance of `class` is kept, when `declaring` declares it.
    pub fn cell_owner(&self, class: ClassId, declaring: ClassId) -> ClassId {
        if self.heirs(declaring).len() > MAX_HEIRS { declaring } else { class }
    }

    /// Classes whose cells may be meant where a cell of `class` is written: its heirs, and the classes above it that
    /// have the field, of which an instance may be known as one.
    pub fn kin(&self, program: &Program, class: ClassId, declaring: ClassId) -> Vec<ClassId> {
        if self.heirs(declaring).len() > MAX_HEIRS {
            return Vec::new();
        }
        let has_field = |above: ClassId| program.classes[above].ancestors.contains(&declaring);
        let above = program.classes[class].ancestors.iter().copied();
        let above = above.filter(|&above| above != class && self.contains(above) && has_field(above));
        self.heirs(class).iter().copied().chain(above).collect()
    }

    /// Whether objects of a class own cells.
    pub fn contains(&self, class: ClassId) -> bool {
        self.classes.contains(&class)
    }
}

/// The classes of fields of which an annotation says that what stands there lives on.
fn injected(program: &Program, rules: &Knowledge) -> FxHashSet<ClassId> {
    let mut found = FxHashSet::default();
    for id in program.classes.indices() {
        for field in &program.class(id).fields {
            let lives_on = field.annotations.iter().any(|annotation| rules.annotation_lifetime(annotation.name));
            if lives_on && let Some(class) = field.declared.as_ref().and_then(|it| program.class_named(it.name)) {
                found.insert(class);
            }
        }
    }
    found
}
