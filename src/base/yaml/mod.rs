//! YAML files that people write, read so that every mistake can be shown at its place.
//!
//! [`parse`] makes a tree of [`Node`]s in which each node knows its bytes; a [`Reader`] takes values out of it and
//! collects one [`Problem`] for each thing that is wrong, so that one run tells all mistakes of a file; [`render`]
//! underlines them. A reader that records tells by its questions which files it takes ([`Shapes`]).
//!
//! ```text
//! text -> parse -> Node -> Reader (fields, texts, choices …) -> values
//!                     \________ Vec<Problem> ________/ -> render -> text for a terminal
//! ```
//!
//! The tree is built from the events of `granit-parser`, the parser below `serde-saphyr`, and not through serde:
//! deserializing would resolve `1.10` to a number and `no` to a word of its own, hide from the visitor whether a
//! scalar was quoted, and stop at the first mistake.

mod problem;
mod reader;
mod shape;
mod suggest;
mod tree;

pub use problem::{Place, Problem, render};
pub use reader::{Fields, Reader};
pub use shape::{Mapping, Record, Shape, Shapes};
pub use suggest::did_you_mean;
pub use tree::{Node, Value, parse};
