//! Types and constants as they are written in a file.

use smallvec::SmallVec;

use crate::base::{Span, Symbol};

/// The type name of arrays; the one argument is the element type.
pub const ARRAY: &str = "[]";
/// The type name of function types (Kotlin `(A) -> B`): arguments, then the result.
pub const FUNCTION_TYPE: &str = "->";
/// The class of the boxes in which captured, reassigned variables live.
pub const BOX: &str = "<box>";
/// The one field of a box.
pub const BOX_VALUE: &str = "value";

/// A type as written: not resolved, with its arguments (`Map.Entry<String, User>`, `User[]` as `[]<User>`).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TypeRef {
    /// The name as written, with its qualifier (`Map.Entry`, `java.util.List`, `Admin::User`).
    pub name: Symbol,
    /// Type arguments; a wildcard is its bound, or `?`.
    pub arguments: Vec<TypeRef>,
}

impl TypeRef {
    /// The type `name` without arguments.
    pub fn named(name: impl Into<Symbol>) -> TypeRef {
        TypeRef { name: name.into(), arguments: Vec::new() }
    }

    /// The type that a rule writes as `Name` or `Name[Argument, …]`.
    pub fn written(text: &str) -> Option<TypeRef> {
        let text = text.trim();
        let (name, rest) = match text.split_once('[') {
            Some((name, rest)) if !name.is_empty() => (name, rest.strip_suffix(']')?),
            _ => return Some(TypeRef::named(text)),
        };
        // A type within a type within a type says nothing more.
        let arguments = match rest.matches('[').count() {
            0 | 1 => rest.split(',').filter_map(TypeRef::written).collect(),
            _ => Vec::new(),
        };
        Some(TypeRef { name: Symbol::new(name), arguments })
    }

    /// The array of `element`.
    pub fn array(element: TypeRef) -> TypeRef {
        TypeRef { name: Symbol::new(ARRAY), arguments: vec![element] }
    }
}

/// A constant of the source text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Const {
    /// `null`, `nil`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// An integer or a character's code point (`'a'` is 97).
    Int(i64),
    /// A floating-point number, as its bits.
    Float(u64),
    /// A string, escapes resolved.
    Str(Symbol),
    /// A Ruby symbol, or the name of an enum constant in a `switch`.
    Symbol(Symbol),
}

/// An annotation, with those arguments that are constants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Annotation {
    /// The name as written (`Inject`, `javax.inject.Inject`).
    pub name: Symbol,
    /// `value` for the unnamed argument; array arguments have several values; a name that stands for a constant or an
    /// enum is [`AnnotationValue::Name`].
    pub arguments: Vec<(Symbol, SmallVec<[AnnotationValue; 1]>)>,
    /// The whole annotation.
    pub span: Span,
}

/// One value of an annotation argument.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AnnotationValue {
    /// A literal (concatenations of literals are folded).
    Const(Const),
    /// A dotted name as written: an enum constant, a constant field, a class literal without `.class`.
    Name(Symbol),
}

/// The name of the local that holds a receiver which a lambda captured.
pub const RECEIVER: &str = "this";
/// The type of text that has no declared type: literals and concatenations.
pub const TEXT: &str = "<text>";
/// Methods that give the printed form of an object, in the languages that Candor reads.
pub const PRINTERS: [&str; 3] = ["toString", "to_s", "inspect"];
/// Beginnings of the names of methods that give a property of an object.
pub const ACCESSORS: [&str; 2] = ["get", "is"];
/// Methods by which a loop runs over an object: the first gives an iterator, the second its next element.
pub const ITERATION: [&str; 2] = ["iterator", "next"];
