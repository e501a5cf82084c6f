//! Declarations: units, classes, fields, imports.

use bitflags::bitflags;

use crate::base::{FileId, Idx, IndexVec, Span, Symbol};
use crate::ir::{Annotation, Const, Function, Operand, TypeRef};

/// A class within its unit.
pub type ClassIdx = Idx<Class>;
/// A function within its unit.
pub type FunctionIdx = Idx<Function>;

/// One source file, lowered.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The file.
    pub file: FileId,
    /// Its path relative to the root, with `/`.
    pub path: Symbol,
    /// Key of the language in the registry (`java`).
    pub language: Symbol,
    /// The package or file-level namespace as written.
    pub namespace: Option<Symbol>,
    /// Imports in order.
    pub imports: Vec<Import>,
    /// All classes of the file, nested, local and anonymous ones too; an outer class comes before what it holds.
    pub classes: IndexVec<Class>,
    /// All functions with their bodies: methods, initialisers, lambdas, top-level functions.
    pub functions: IndexVec<Function>,
}

/// An import.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Import {
    /// The full name without a wildcard (`java.util.List`, `java.util`).
    pub path: Symbol,
    /// The name it has in this file; `None` for a wildcard.
    pub alias: Option<Symbol>,
    /// It imports static members (`import static`, or a Kotlin top-level function).
    pub is_static: bool,
    /// The import.
    pub span: Span,
}

/// What kind of class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ClassKind {
    /// An ordinary class.
    Class,
    /// An interface, trait or protocol.
    Interface,
    /// An enumeration; its constants are static fields of its type.
    Enum,
    /// A record or data class: generated accessors, equality and printing.
    Record,
    /// An annotation type.
    Annotation,
    /// A single instance (Kotlin `object`).
    Object,
    /// A module (Ruby).
    Module,
}

/// A class-like declaration.
#[derive(Clone, Debug)]
pub struct Class {
    /// The simple name; an anonymous class is called `$1`, `$2` … in order within its unit's outermost class; a local
    /// one keeps its name.
    pub name: Symbol,
    /// What kind of class.
    pub kind: ClassKind,
    /// The class around it.
    pub outer: Option<ClassIdx>,
    /// The function around it, for local and anonymous classes.
    pub function: Option<FunctionIdx>,
    /// The superclass as written.
    pub superclass: Option<TypeRef>,
    /// Interfaces and mixins as written, in order.
    pub interfaces: Vec<TypeRef>,
    /// Type parameters with their bounds.
    pub type_parameters: Vec<TypeParameter>,
    /// Modifiers. An inner class (with `this$0`) lacks `STATIC`.
    pub modifiers: Modifiers,
    /// Annotations.
    pub annotations: Vec<Annotation>,
    /// Fields in order, record components and enum constants among them; also `this$0` and `val$x` (`SYNTHETIC`).
    pub fields: Vec<Field>,
    /// Methods, constructors and initialisers in order.
    pub functions: Vec<FunctionIdx>,
    /// Calls in the class body that declare something (Ruby `has_many :posts`).
    pub macros: Vec<Macro>,
    /// The whole declaration.
    pub span: Span,
    /// The name, or the supertype's name of an anonymous class.
    pub name_span: Span,
}

/// A type parameter with its first bound.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeParameter {
    /// The name (`T`).
    pub name: Symbol,
    /// The bound, where there is one.
    pub bound: Option<TypeRef>,
}

/// A field, property, record component or enum constant.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name.
    pub name: Symbol,
    /// The declared type; `None` where it is inferred.
    pub declared: Option<TypeRef>,
    /// Modifiers.
    pub modifiers: Modifiers,
    /// Annotations.
    pub annotations: Vec<Annotation>,
    /// The constant, for a `static final` field (or `const val`) with a literal initialiser.
    pub constant: Option<Const>,
    /// The whole declaration.
    pub span: Span,
    /// The name.
    pub name_span: Span,
}

/// A declaring call in a class body; the call is also a statement of the static initialiser.
#[derive(Clone, Debug)]
pub struct Macro {
    /// The name (`has_many`, `before_action`).
    pub name: Symbol,
    /// Arguments in order, names for keyword arguments.
    pub arguments: Vec<(Option<Symbol>, Operand)>,
    /// The block, lowered as a function.
    pub block: Option<FunctionIdx>,
    /// The whole call.
    pub span: Span,
}

bitflags! {
    /// Modifiers of a declaration.
    #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
    pub struct Modifiers: u32 {
        /// Belongs to the class.
        const STATIC = 1 << 0;
        /// Has no body, or cannot be instantiated.
        const ABSTRACT = 1 << 1;
        /// Cannot be overridden or reassigned.
        const FINAL = 1 << 2;
        /// Visible everywhere (the default of languages and interfaces is made explicit).
        const PUBLIC = 1 << 3;
        /// Visible to subclasses.
        const PROTECTED = 1 << 4;
        /// Visible within the class.
        const PRIVATE = 1 << 5;
        /// Not part of the serialised form (Java `transient`).
        const TRANSIENT = 1 << 6;
        /// Nobody wrote it: made by the front end or the compiler.
        const SYNTHETIC = 1 << 7;
        /// Interface method with a body.
        const DEFAULT = 1 << 8;
        /// Has no body here: native or external.
        const NATIVE = 1 << 9;
        /// Kotlin `suspend`.
        const SUSPEND = 1 << 10;
        /// Kotlin extension: the receiver is a parameter in all but syntax.
        const EXTENSION = 1 << 11;
    }
}

impl Modifiers {
    /// The modifier that rules call `word`.
    pub fn named(word: &str) -> Option<Modifiers> {
        Modifiers::from_name(&word.to_uppercase())
    }
}
