//! The fields that an annotation covers, and the names that an annotation may have in full.

use super::*;
use crate::rules::model::{ConstructorFields, MemberFilter};

/// A field that an annotation covers.
#[derive(Clone, Debug)]
pub(super) struct Covered {
    pub(super) name: Symbol,
    pub(super) declared: Option<TypeRef>,
    pub(super) span: Span,
    /// It must be set once, by a constructor.
    is_required: bool,
}

impl Covered {
    /// Whether a constructor that nobody wrote takes the field.
    pub(super) fn is_taken_by(&self, fields: ConstructorFields) -> bool {
        fields == ConstructorFields::All || self.is_required
    }
}

/// The annotated field, or all fields of the annotated class that belong to its objects.
pub(super) fn fields_covered(
    unit: &Unit,
    class: &Class,
    field: Option<&Field>,
    except: &[MemberFilter],
) -> Vec<Covered> {
    let own = class.fields.iter().filter(|own| match field {
        Some(field) => own.name == field.name,
        None => !own.modifiers.intersects(Modifiers::STATIC | Modifiers::SYNTHETIC),
    });
    own.filter(|field| !is_excepted(unit, field, except))
        .map(|field| Covered {
            name: field.name,
            declared: field.declared.clone(),
            span: field.name_span,
            is_required: field.modifiers.contains(Modifiers::FINAL),
        })
        .collect()
}

/// Whether a rule leaves a field out.
pub(super) fn is_excepted(unit: &Unit, field: &Field, except: &[MemberFilter]) -> bool {
    except.iter().any(|filter| match filter {
        MemberFilter::Modifier(word) => Modifiers::named(word).is_some_and(|one| field.modifiers.intersects(one)),
        MemberFilter::Annotation(pattern) => field
            .annotations
            .iter()
            .any(|annotation| written_names(unit, annotation.name).iter().any(|name| pattern.matches(name))),
    })
}

/// What an annotation may be called in full: as it is written, as imports say, and in the packages of imports on
/// demand.
pub(super) fn written_names(unit: &Unit, name: Symbol) -> Vec<Symbol> {
    let (first, rest) = name.split_once('.').unwrap_or((&name, ""));
    let join = |package: Symbol, name: &str| Symbol::new(&format!("{package}.{name}"));
    let mut names = vec![name];
    for import in unit.imports.iter().filter(|import| !import.is_static) {
        match import.alias {
            Some(alias) if alias.as_str() == first => {
                names.push(if rest.is_empty() { import.path } else { join(import.path, rest) });
            }
            Some(_) => {}
            None => names.push(join(import.path, &name)),
        }
    }
    names.extend(unit.namespace.map(|namespace| join(namespace, &name)));
    names
}
