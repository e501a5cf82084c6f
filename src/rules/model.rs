//! Rules as the engine reads them: typed, validated, without spans.
//!
//! `load` makes this from YAML; `build.rs` embeds it in postcard form. Nothing here names a library: the text of a rule
//! does. Every rule knows its `id`.

use serde::{Deserialize, Serialize};

use crate::base::Symbol;

/// All rules of a run, in order of their ids.
#[derive(Clone, Default, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each field is a section of the rule files")]
pub struct RuleSet {
    pub elements: Vec<Element>,
    pub destinations: Vec<Destination>,
    pub effects: Vec<Symbol>,
    pub sources: Vec<Source>,
    pub sinks: Vec<Sink>,
    pub propagators: Vec<Propagator>,
    pub sanitizers: Vec<Sanitizer>,
    pub transforms: Vec<Transform>,
    pub members: Vec<MemberRule>,
    pub types: Vec<TypeRule>,
    pub calls: Vec<CallRule>,
    pub channels: Vec<Channel>,
    pub expands: Vec<Expand>,
    pub entries: Vec<Entry>,
    pub guards: Vec<Guard>,
    pub constants: Vec<ConstantRule>,
}

/// How bad a leak of an element is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Sensitivity {
    Low,
    Medium,
    High,
    /// Special categories of GDPR Art. 9.
    Special,
}

/// A kind of personal data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Element {
    /// The Fideslang key or a child of one.
    pub id: Symbol,
    /// Its name for people.
    pub name: String,
    /// How bad a leak is.
    pub sensitivity: Sensitivity,
    /// IRI in the Data Privacy Vocabulary.
    pub dpv: Option<Symbol>,
    /// Data type of the Google Play data safety form.
    pub play: Option<Symbol>,
    /// Words that name it, each a sequence of lower-case words.
    pub names: Names,
    /// Fields that hold it (`Message.body`), or classes that are it (`Follow`).
    pub owners: Vec<Symbol>,
    /// Simple names of types that it can have; empty: any.
    pub types: Vec<Symbol>,
}

/// Words that name an element: each entry is a sequence of lower-case words.
#[derive(Clone, Default, Debug, PartialEq, Serialize, Deserialize)]
pub struct Names {
    /// Enough by themselves.
    pub strong: Vec<Vec<Symbol>>,
    /// A hint, believed when owner or type agree.
    pub weak: Vec<Vec<Symbol>>,
    /// Names that hold these words are not this element.
    pub never: Vec<Vec<Symbol>>,
}

/// A destination, with who runs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Destination {
    /// The id (`crash_report.sentry`).
    pub id: Symbol,
    /// Legal entity.
    pub entity: Option<String>,
    /// ISO 3166 country code.
    pub country: Option<Symbol>,
    /// Host globs.
    pub hosts: Vec<Symbol>,
    /// Package coordinates (`io.sentry:*`, `gem:sentry-*`).
    pub packages: Vec<Symbol>,
}

/// An exact name, a prefix (`get*`), or any name (`*`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Pattern {
    /// Exactly this.
    Exact(Symbol),
    /// Begins with this.
    Prefix(Symbol),
    /// Anything.
    Any,
}

impl Pattern {
    /// Whether `name` fits.
    pub fn matches(self, name: &str) -> bool {
        match self {
            Pattern::Exact(text) => text.as_str() == name,
            Pattern::Prefix(text) => name.starts_with(text.as_str()),
            Pattern::Any => true,
        }
    }
}

/// What an entry speaks of; all given keys must hold, an empty list asks nothing, a list is any-of.
#[derive(Clone, Default, Debug, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// Qualified names of the type that the member belongs to, subtypes included.
    pub types: Vec<Pattern>,
    /// The class itself extends or implements one of these.
    pub extends: Vec<Pattern>,
    /// The member; `None`: the type itself.
    pub member: Option<Member>,
    /// Static or not.
    pub is_static: Option<bool>,
    /// Number of arguments, any of.
    pub arity: Vec<u8>,
    /// Simple or qualified names of parameter types, in order.
    pub parameters: Option<Vec<Pattern>>,
    /// User code implements it, the framework calls it.
    pub overridden: bool,
    /// What the receiver expression is.
    pub receiver: Option<Receiver>,
    /// Constant arguments.
    pub conditions: Vec<(Port, Vec<Constant>)>,
    /// Glob of the file's path.
    pub file: Option<Symbol>,
    /// The code stands in a class that extends one of these.
    pub inside: Vec<Pattern>,
    /// Languages; empty: all.
    pub languages: Vec<Symbol>,
}

/// The member that a match speaks of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Member {
    /// A method by name.
    Method(Vec<Pattern>),
    /// A top-level function by name.
    Function(Vec<Pattern>),
    /// A field by name; `Owner.name` when the type is not given.
    Field(Vec<Pattern>),
    /// Constructors.
    Constructor,
    /// A declaring call in a class body, with its arguments as words or variables.
    Macro {
        /// Its name.
        names: Vec<Pattern>,
        /// Positional arguments; `$x` binds, `*$x` takes the rest one by one.
        arguments: Vec<Word>,
        /// Keyword arguments that it may have (`to: $t`).
        options: Vec<(Symbol, Word)>,
    },
    /// An annotation.
    Annotation {
        /// Its qualified or simple name.
        names: Vec<Pattern>,
        /// On which declarations.
        on: Vec<AnnotationTarget>,
        /// Arguments that are bound (`value: $k`).
        options: Vec<(Symbol, Word)>,
    },
}

/// Where an annotation stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub enum AnnotationTarget {
    Class,
    Method,
    Parameter,
    Field,
}

/// A literal word, or a variable that binds one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Word {
    /// The word itself.
    Literal(Symbol),
    /// `$x`.
    Variable(Symbol),
    /// `*$x`: each remaining argument.
    Each(Symbol),
}

/// What the receiver expression of a call is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Receiver {
    /// A qualified field (`java.lang.System.out`).
    Field(Symbol),
    /// The result of a qualified method (`javax.servlet.ServletResponse.getWriter`).
    Call(Symbol),
    /// A variable, field or bare call with one of these names, when its type is not known.
    Name(Vec<Symbol>),
}

/// A constant in a rule.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Constant {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A string; also matches a qualified or simple name of a constant field or enum constant.
    Str(Symbol),
}

/// Where data enters or leaves a call.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Port {
    /// What it starts from.
    pub root: PortRoot,
    /// The steps from there.
    pub path: Vec<PortStep>,
}

/// What a port starts from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum PortRoot {
    /// `Argument[0]`.
    Argument(u8),
    /// `Argument[name:]`.
    Named(Symbol),
    /// `Argument[*]`: every argument.
    EveryArgument,
    /// `Argument[$i]`: the same number on both sides of a rule.
    ArgumentVariable(Symbol),
    /// `Argument[this]`: the receiver; in `calls`, also `this`.
    This,
    /// `Argument[block]`: the block or trailing lambda.
    Block,
    /// `ReturnValue`.
    Return,
    /// `Parameter[0]`, of a function that is declared (entries).
    Parameter(u8),
}

/// One step of a port.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum PortStep {
    /// `.Field[x]`; `.Field[$x]` takes a bound word.
    Field(Symbol),
    /// `.Element`: any element.
    Element,
    /// `.Element[0]`: the element at a constant position.
    ElementAt(i64),
    /// `.Element[$i]`: the element at the position of a variable.
    ElementVariable(Symbol),
    /// `.Element[Argument[0]]`: the element at the position that an argument holds.
    ElementOf(u8),
    /// `.Key`: any key of a map.
    Key,
    /// `.Value[Argument[0]]`: the value under the key that an argument holds.
    ValueOf(u8),
    /// `.Value[name]`: the value under a constant key.
    ValueAt(Symbol),
    /// `.Value`: any value of a map.
    Value,
    /// `.Class`: the class of the object.
    Class,
    /// `.Any`: the object and all below it.
    Any,
    /// `.Parameter[0]` of a callable.
    Parameter(u8),
    /// `.Parameter[this]` of a callable.
    ParameterThis,
    /// `.ReturnValue` of a callable.
    Return,
}

/// An API read that brings personal data into the program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "DESIGN of the rule files: see docs of the module")]
pub struct Source {
    pub id: Symbol,
    pub element: Symbol,
    pub matches: Match,
    pub output: Port,
}

/// How deep a port reads the object given to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub enum Reads {
    /// The value itself and the elements of a collection.
    #[default]
    Value,
    /// What its printed form holds.
    Printed,
    /// What its serialised form holds.
    Serialised,
}

/// A call by which data leaves or comes to rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sink {
    /// The id.
    pub id: Symbol,
    /// Destination id.
    pub destination: Symbol,
    /// The call.
    pub matches: Match,
    /// The ports that take the data.
    pub input: Vec<Port>,
    /// How deep they read.
    pub reads: Reads,
    /// The port that names the host: a URL, or a host.
    pub host: Option<Port>,
    /// The port that names the place in the store: a key, a column.
    pub key: Option<Port>,
}

/// How a propagator passes data on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub enum PropagatorKind {
    /// What `from` holds is added to `to`.
    #[default]
    Copy,
    /// The result is the argument itself: builders, `tap`.
    Same,
    /// Writing to the result writes to the argument.
    Wraps,
    /// Into an argument, replacing what was there.
    Out,
}

/// Operations of collections and strings that the engine executes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Semantics {
    ListAppend,
    ListInsert,
    ListGet,
    ListSet,
    ListRemove,
    MapRemove,
    /// The receiver loses its content.
    Clear,
    /// A constant result from constant inputs, by the text of its name in the engine's table.
    CharAt,
    Length,
    Equals,
    Substring,
    Concat,
    LowerCase,
    UpperCase,
    Trim,
    ParseInt,
    ToText,
    IsEmpty,
    Contains,
    StartsWith,
}

/// Library behaviour that passes data on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Propagator {
    /// The id.
    pub id: Symbol,
    /// The call.
    pub matches: Match,
    /// What goes where.
    pub flow: Vec<(Port, Port)>,
    /// How.
    pub kind: PropagatorKind,
    /// An operation that the engine knows, instead of `flow`.
    pub semantics: Option<Semantics>,
    /// Nothing comes out of this call.
    pub drops: bool,
}

/// Library behaviour that ends a flow.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sanitizer {
    /// The id.
    pub id: Symbol,
    /// The call.
    pub matches: Match,
    /// The port that is clean afterwards.
    pub cleans: Port,
    /// Only for these destinations (and those below them); empty: for all.
    pub destinations: Vec<Symbol>,
}

/// Library behaviour that changes the form of data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transform {
    /// The id.
    pub id: Symbol,
    /// The call.
    pub matches: Match,
    /// The effect (`hashed`), proven on what `flow` passes on.
    pub effect: Symbol,
    /// What goes where; empty: all arguments and the receiver to the result.
    pub flow: Vec<(Port, Port)>,
}

/// A text with `$x` variables, as `{$p:$t}_{$m}` or `List[$a.singular.camelize]`: kept as written, checked at loading.
pub type Template = Symbol;

/// A declaration that nobody wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "see the reference of the rule files")]
pub struct MemberRule {
    pub id: Symbol,
    pub matches: Match,
    pub add: AddedMember,
}

/// What a [`MemberRule`] adds to the class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "see the reference of the rule files")]
pub enum AddedMember {
    /// A method that returns what a path of `this` holds.
    Getter { name: Template, returns: Template, of: Option<Template> },
    /// A method that stores its argument.
    Setter { name: Template, field: Template },
    /// A field.
    Field { name: Template, of: Option<Template> },
}

/// How long what a type stands for lives.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Lifetime {
    /// As long as any other object.
    Transient,
    /// A component of the framework: its fields outlive the calls on it.
    Component,
    /// One object for all.
    Singleton,
    /// A model: its fields are columns.
    Model,
}

/// What an interface, a name or a macro stands for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TypeRule {
    /// The id.
    pub id: Symbol,
    /// Type, member, macro or annotation.
    pub matches: Match,
    /// The type that the member has (`List[$a.singular.camelize]`), with generics in brackets.
    pub returns: Option<Template>,
    /// Known supertypes of a library type.
    pub extends: Vec<Symbol>,
    /// The value of this type is any of its implementers.
    pub implementers: bool,
    /// How long it lives.
    pub lifetime: Option<Lifetime>,
}

/// When a call made by a framework happens.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub enum When {
    #[default]
    Now,
    Later,
    Before,
    After,
}

/// An edge from a call or an event to functions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallRule {
    /// The id.
    pub id: Symbol,
    /// The call, macro or annotation.
    pub matches: Match,
    /// The object that receives the call (a port), and the method name; no name: the callable itself.
    pub to: (Port, Option<Template>),
    /// When.
    pub when: When,
    /// From ports of the call to ports of the function (`Parameter[0]` may be written `Argument[0]`).
    pub bind: Vec<(Port, Port)>,
    /// `of: "this#$o"`: the functions before or after which it runs.
    pub of: Option<Template>,
    /// Receiver of the called function is that of the surrounding one.
    pub same_self: bool,
}

/// One side of a channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChannelEnd {
    /// The call.
    pub matches: Match,
    /// The key; `None`: one key for all.
    pub key: Option<Port>,
    /// The value that goes in or comes out.
    pub value: Port,
}

/// How far a channel's keys reach.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Scope {
    /// Within one object: a map.
    Object,
    /// Over the whole program.
    Program,
    /// By the class that receives it (a component).
    Class,
}

/// Put and get that meet by key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Channel {
    /// The id.
    pub id: Symbol,
    /// Calls that put.
    pub put: Vec<ChannelEnd>,
    /// Calls that get.
    pub get: Vec<ChannelEnd>,
    /// How far keys reach.
    pub scope: Scope,
    /// A flow ends at `put` and a new one begins at `get`.
    pub persistent: bool,
}

/// What leaves when a whole object leaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Expand {
    /// The id.
    pub id: Symbol,
    /// The call.
    pub matches: Match,
    /// The object.
    pub object: Port,
    /// Where its serialised form goes.
    pub out: Port,
    /// What of it leaves.
    pub members: ExpandMembers,
    /// Members that stay.
    pub except: Vec<MemberFilter>,
}

/// Which members are serialised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ExpandMembers {
    Fields,
    Getters,
    Columns,
    Macro(Symbol),
}

/// Members that are left out of an expansion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum MemberFilter {
    /// With a modifier (`transient`).
    Modifier(Symbol),
    /// With an annotation.
    Annotation(Pattern),
}

/// A function that is called from outside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The id.
    pub id: Symbol,
    /// The function.
    pub matches: Match,
    /// Lifetime of its receiver.
    pub lifetime: Option<Lifetime>,
    /// Parameters that bring personal data in, with the element.
    pub sources: Vec<(Port, Symbol)>,
}

/// What a test on a field proves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guard {
    /// The id.
    pub id: Symbol,
    /// The field or predicate.
    pub matches: Match,
    /// Value of the field and the element that it leaves.
    pub values: Vec<(Symbol, Symbol)>,
    /// A test that proves a protection instead (`debug_only`).
    pub effect: Option<Symbol>,
}

/// Where constants live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConstantRule {
    /// The id.
    pub id: Symbol,
    /// The field or call that reads it.
    pub matches: Match,
    /// Kind of resource (`gradle`, `env`, `string`) and the key in it.
    pub from: Vec<(Symbol, Template)>,
}
