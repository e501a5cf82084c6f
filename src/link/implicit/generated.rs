//! Classes that nobody wrote: those that the build generates of layouts, whose fields are the views.

use rustc_hash::FxHashMap;

use crate::base::Symbol;
use crate::ir::TypeRef;
use crate::link::Program;
use crate::resource::Layouts;

/// The generated classes of a repository.
pub(super) struct GeneratedClasses<'a> {
    layouts: &'a Layouts,
    /// Library types by the simple names that layouts use.
    tag_types: FxHashMap<Symbol, Symbol>,
}

impl<'a> GeneratedClasses<'a> {
    pub(super) fn new(layouts: &'a Layouts, program: &Program) -> GeneratedClasses<'a> {
        let tag_types = if layouts.has_bindings() { program.library.by_simple_name() } else { FxHashMap::default() };
        GeneratedClasses { layouts, tag_types }
    }

    /// Whether a class is generated of a layout.
    pub(super) fn contains(&self, class: Symbol) -> bool {
        self.layouts.bound_layout(Program::simple_name(&class)).is_some()
    }

    /// The type of the view in a field of a generated class.
    pub(super) fn view(&self, class: Symbol, field: Symbol) -> Option<TypeRef> {
        let (_, tag) = self.layouts.bound_view(Program::simple_name(&class), &field)?;
        let tag = Symbol::new(tag);
        Some(TypeRef::named(self.tag_types.get(&tag).copied().unwrap_or(tag)))
    }
}
