//! What calls do with data: sources, sinks, propagators, sanitizers, transforms.

use serde::{Deserialize, Serialize};

use super::{Match, Port, words};
use crate::base::Symbol;

/// An API read that brings personal data into the program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// The id.
    pub id: Symbol,
    /// Element id.
    pub element: Symbol,
    /// The call or field.
    pub matches: Match,
    /// Where the data comes out.
    pub output: Port,
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

/// How deep a port reads the object given to it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
pub enum Reads {
    /// The value itself and the elements of a collection.
    #[default]
    Value,
    /// What its printed form holds.
    Printed,
    /// Its own fields, as the columns of a row: not those of the objects that it refers to.
    Record,
    /// What its serialised form holds.
    Serialised,
}

words!(Reads { Value: "value", Printed: "printed", Record: "record", Serialised: "serialised" });

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
    /// An operation that the engine executes where it knows the inputs; `flow` beside it says where data goes.
    pub semantics: Option<Semantics>,
    /// Nothing comes out of this call.
    pub drops: bool,
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

words!(PropagatorKind { Copy: "copy", Same: "same", Wraps: "wraps", Out: "out" });

/// Operations of collections and strings that the engine executes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Semantics {
    /// The result is a list of the arguments, or of what the one array given holds.
    ListOf,
    ListAppend,
    ListInsert,
    ListGet,
    ListSet,
    ListRemove,
    MapRemove,
    /// The result is a map of what the receiver holds under the keys given.
    MapPick,
    /// The result is a map of the named arguments, beside what other rules say of it.
    MapWith,
    /// The receiver takes the named arguments under their names.
    MapPut,
    /// The result is a map of the pairs that are the arguments.
    MapOfPairs,
    /// The receiver loses its content.
    Clear,
    /// The result is an object that holds under each name what an argument holds under it.
    ObjectMap,
    /// This and the following compute a constant result from constant inputs.
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
    /// The list that is the receiver holds the argument.
    ListContains,
    /// The list that is the argument holds the receiver.
    IsIn,
    /// The receiver takes into its fields what the maps that are arguments hold under their names.
    ObjectTake,
    /// The result is a list of what the elements of the receiver have under the names that the arguments are.
    ListPluck,
    /// The result is what of the receiver has the values that the arguments name.
    Narrow,
    /// The method of the receiver whose name is the first argument is called with the others.
    CallNamed,
}

impl Semantics {
    /// Whether the operation keeps or moves parts of objects in a way that ports cannot say.
    pub fn moves_parts(self) -> bool {
        use Semantics::*;
        matches!(
            self,
            ListOf
                | ListAppend
                | ListInsert
                | ListGet
                | ListSet
                | ListRemove
                | MapRemove
                | MapPick
                | MapWith
                | MapPut
                | MapOfPairs
                | Clear
                | ObjectMap
                | CallNamed
                | ObjectTake
                | ListPluck
        )
    }
}

words!(Semantics {
    ListOf: "list.of",
    ListAppend: "list.append",
    ListInsert: "list.insert",
    ListGet: "list.get",
    ListSet: "list.set",
    ListRemove: "list.remove",
    MapRemove: "map.remove",
    MapPick: "map.pick",
    MapWith: "map.with",
    MapPut: "map.put",
    MapOfPairs: "map.of_pairs",
    Clear: "clear",
    ObjectMap: "object.map",
    CharAt: "string.char_at",
    Length: "string.length",
    Equals: "string.equals",
    Substring: "string.substring",
    Concat: "string.concat",
    LowerCase: "string.lower_case",
    UpperCase: "string.upper_case",
    Trim: "string.trim",
    ParseInt: "integer.parse",
    ToText: "to_text",
    IsEmpty: "string.is_empty",
    Contains: "string.contains",
    StartsWith: "string.starts_with",
    ListContains: "list.contains",
    IsIn: "list.is_in",
    Narrow: "query.narrow",
    CallNamed: "call.named",
    ListPluck: "list.pluck",
    ObjectTake: "object.take",
});

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
