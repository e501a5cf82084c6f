//! What frameworks do that no code says: the eight framework sections.

use serde::{Deserialize, Serialize};

use super::{Match, Pattern, Port, words};
use crate::base::Symbol;

/// A text with `$x` variables, as `{$p:$t}_{$m}` or `List[$a.singular.camelize]`: kept as written, checked at loading.
pub type Template = Symbol;

/// What can be asked of a word in a template.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum WordForm {
    Camelize,
    Underscore,
    Singular,
    Plural,
    /// The class that a word speaks of: singular and camelized.
    Class,
}

words!(WordForm {
    Camelize: "camelize",
    Underscore: "underscore",
    Singular: "singular",
    Plural: "plural",
    Class: "class",
});

/// The variables that a rule about an annotation may use without binding them: each field on which the annotation
/// stands (each field of the class, where it stands on a class), its type, and the class.
pub const COVERED: [&str; 3] = ["$member", "$type", "$owner"];

/// A declaration that nobody wrote.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemberRule {
    /// The id.
    pub id: Symbol,
    /// The macro, annotation or type that adds the member.
    pub matches: Match,
    /// What is added.
    pub add: AddedMember,
    /// The class that it is added to, where that is not the class around: the words that `match` binds and, of each call
    /// in the block of the macro, those of [`INSIDE`].
    pub to: Option<Template>,
    /// Fields that are left out where the rule speaks of all fields of a class.
    pub except: Vec<MemberFilter>,
}

/// Words that a call inside the block of a macro binds: its name, and each constant that it is given.
pub const INSIDE: [&str; 2] = ["$kind", "$column"];

/// What a [`MemberRule`] adds to the class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AddedMember {
    /// A method that returns what a path of `this` holds.
    Getter {
        /// Its name.
        name: Template,
        /// The path: `this.Field[$t].Field[$m]`, `this.Call[$t].Call[$m]` through methods, `this` itself, and
        /// `this.Field[*]` for a text of all fields.
        returns: Template,
        /// Its type.
        of: Option<Template>,
    },
    /// A method that stores its argument.
    Setter {
        /// Its name.
        name: Template,
        /// The field that it stores to.
        field: Template,
        /// It returns the object itself.
        chains: bool,
    },
    /// A static method that returns a new object of the class.
    Maker {
        /// Its name.
        name: Template,
    },
    /// A constructor that takes fields in their order.
    Constructor {
        /// Which.
        fields: ConstructorFields,
    },
    /// A field.
    Field {
        /// Its name.
        name: Template,
        /// Its type.
        of: Option<Template>,
    },
}

/// The fields that a constructor takes which nobody wrote.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ConstructorFields {
    /// All that are not static.
    All,
    /// Those that must be set once.
    Final,
}

words!(ConstructorFields { All: "all", Final: "final" });

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
    /// The manifest of an app says of classes that they are of this type, whatever the code shows of what they extend.
    pub declared_as: Option<ComponentKind>,
    /// A library type of which nothing is known but its name is of this type when the name ends in one of these words.
    pub name_ends: Vec<Symbol>,
}

/// What an app's manifest declares a class as.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ComponentKind {
    Application,
    Activity,
    Service,
    Receiver,
    Provider,
}

words!(ComponentKind {
    Application: "application",
    Activity: "activity",
    Service: "service",
    Receiver: "receiver",
    Provider: "provider",
});

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

words!(Lifetime { Transient: "transient", Component: "component", Singleton: "singleton", Model: "model" });

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

words!(When { Now: "now", Later: "later", Before: "before", After: "after" });

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

/// One side of a channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChannelEnd {
    /// The call.
    pub matches: Match,
    /// The key; `None`: one key for all.
    pub key: Option<Port>,
    /// The key of a put where the other is not known: it finds those that listen to it.
    pub otherwise: Option<Port>,
    /// Where it is declared to which such keys the class of a get listens.
    pub listens: Option<Listens>,
    /// The value that goes in or comes out.
    pub value: Port,
}

/// Where it is declared to what a class listens.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Listens {
    /// The filters of the manifest of an app.
    Manifest,
}

words!(Listens { Manifest: "manifest" });

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

words!(Scope { Object: "object", Program: "program", Class: "class" });

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
    /// The class that writes the object, where another does.
    pub by: Option<Port>,
}

/// Which members are serialised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ExpandMembers {
    Fields,
    Getters,
    Columns,
    /// What calls in the body of the class list.
    Macro {
        /// The calls.
        names: Vec<Symbol>,
        /// The field of the class that holds the object which it writes.
        holds: Option<Symbol>,
    },
    /// What the object has under the names that the arguments behind it are.
    Named,
    /// What a method of the object gives, where the program says what that is.
    Method {
        /// The methods, the first that there is.
        names: Vec<Symbol>,
    },
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
    /// What gives the names of the functions, where the match does not.
    pub named_by: Option<NamedBy>,
}

/// What names functions that are called from outside.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum NamedBy {
    /// Click handlers in layouts.
    Layout,
}

words!(NamedBy { Layout: "layout" });

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
    /// The field, call or annotation that reads it.
    pub matches: Match,
    /// What it is read from.
    pub from: Store,
    /// The key in it.
    pub key: ConstantKey,
    /// The value where nothing is stored under the key.
    pub default: Option<Port>,
}

/// What constants are read from, beside the code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Store {
    /// Constants that a build script generates.
    BuildField,
    /// Texts of an app.
    AppText,
    /// Numbers of an app.
    AppNumber,
    /// Truth values of an app.
    AppTruth,
    /// Views of the screens of an app: the key is the id of the view that the call gives or the field holds.
    View,
    /// Settings by key.
    Setting,
    /// Settings: the key is a text with placeholders (`${api.url}/v1`).
    SettingText,
    /// Variables of the environment.
    Variable,
}

words!(Store {
    BuildField: "gradle: buildConfigField",
    AppText: "android: string",
    AppNumber: "android: integer",
    AppTruth: "android: bool",
    View: "android: view",
    Setting: "configuration: setting",
    SettingText: "configuration: text",
    Variable: "environment: variable",
});

/// The key under which a constant is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ConstantKey {
    /// Words that the match binds.
    Words(Template),
    /// What stands at a port of the call.
    At(Port),
}
