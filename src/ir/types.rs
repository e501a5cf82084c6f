//! Types and constants as they are written in a file.

use smallvec::SmallVec;

use crate::base::{Span, Symbol};

/// The type name of arrays; the one argument is the element type.
pub const ARRAY: &str = "[]";
/// The type name of function types (Kotlin `(A) -> B`): arguments, then the result.
pub const FUNCTION_TYPE: &str = "->";
/// The type name of function types with a receiver (Kotlin `R.(A) -> B`): the receiver, arguments, then the result.
pub const RECEIVER_FUNCTION_TYPE: &str = "this->";
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
        let text = &text.trim().replace("::", ".");
        let (name, rest) = match text.split_once('[') {
            Some((name, rest)) if !name.is_empty() => (name, rest.strip_suffix(']')?),
            _ => return Some(TypeRef::named(text.as_str())),
        };
        // A type within a type within a type says nothing more.
        let arguments = match rest.matches('[').count() {
            0 | 1 => rest.split(',').filter_map(TypeRef::written).collect(),
            _ => Vec::new(),
        };
        Some(TypeRef { name: Symbol::new(name), arguments })
    }

    /// This type as a rule gives it to a result of a call on a value of type `of`: `this` in it is that type,
    /// `this.Name` one nested in it, and `element` that of what the value holds.
    pub fn of_result(&self, of: Option<&TypeRef>) -> TypeRef {
        if let (Some(nested), Some(of)) = (self.name.strip_prefix("this."), of) {
            return TypeRef::named(format!("{}.{nested}", of.name).as_str());
        }
        match self.name.as_str() {
            "this" => of.cloned().unwrap_or_else(|| self.clone()),
            "element" => of.and_then(|own| own.arguments.last()).cloned().unwrap_or_else(|| self.clone()),
            _ => {
                let arguments = self.arguments.iter().map(|one| one.of_result(of)).collect();
                TypeRef { name: self.name, arguments }
            }
        }
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
/// The name of the parameter that holds the receiver of an extension function.
pub const EXTENSION_RECEIVER: &str = "<receiver>";
/// What a callable reference without a receiver is bound to, until `link` finds the function.
pub const UNBOUND_REFERENCE: &str = "<unbound>";
/// The beginning of the names of fields with objects that implement interfaces for their owner.
pub const DELEGATE: &str = "$$delegate_";
/// Static fields by which the one object of a class, and the object for what belongs to the class, are reached on the
/// JVM: both are the class itself here.
pub const SINGLETON_FIELDS: [&str; 2] = ["INSTANCE", "Companion"];
/// The operators of an indexed access, as methods: reading and writing.
pub const INDEX_OPERATORS: [&str; 2] = ["get", "set"];
/// The type of text that has no declared type: literals and concatenations.
pub const TEXT: &str = "<text>";
/// Methods that give the printed form of an object, in the languages that Candor reads.
pub const PRINTERS: [&str; 3] = ["toString", "to_s", "inspect"];
/// Beginnings of the names of methods that give a property of an object.
pub const ACCESSORS: [&str; 2] = ["get", "is"];
/// Methods by which a loop runs over an object: the first gives an iterator, the second its next element.
pub const ITERATION: [&str; 2] = ["iterator", "next"];

/// The method that reads the property `name` on the JVM.
pub fn getter_name(name: &str) -> Symbol {
    if is_question(name) { Symbol::new(name) } else { prefixed("get", name) }
}

/// The method that writes the property `name` on the JVM.
pub fn setter_name(name: &str) -> Symbol {
    match name.strip_prefix("is").filter(|_| is_question(name)) {
        Some(rest) => prefixed("set", rest),
        None => prefixed("set", name),
    }
}

/// The name of `this` of the function or class that a label names.
pub fn labelled_this(label: &str) -> Symbol {
    Symbol::new(&format!("{RECEIVER}@{label}"))
}

/// The field that stands for a component of a record which another file declares, until `link` finds it.
pub fn component_field(position: usize) -> Symbol {
    Symbol::new(&format!("<{position}>"))
}

/// The position of the component for which a field stands.
pub fn component_position(field: &str) -> Option<usize> {
    field.strip_prefix('<')?.strip_suffix('>')?.parse().ok()
}

/// Whether a property is called `isX`.
fn is_question(name: &str) -> bool {
    name.strip_prefix("is").and_then(|rest| rest.chars().next()).is_some_and(|next| !next.is_lowercase())
}

fn prefixed(prefix: &str, name: &str) -> Symbol {
    let mut characters = name.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    Symbol::new(&format!("{prefix}{first}{}", characters.as_str()))
}
