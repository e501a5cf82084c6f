//! What a run found, as text, JSON and SARIF.
//!
//! [`Report::of`] turns the results of all stages into words, lines and snippets; each format is one pure function from
//! the report to text.

mod build;
pub mod catalogue;
pub mod json;
mod model;
pub mod reference;
pub mod sarif;
pub mod schema;
mod stub;
pub mod text;

pub use build::Findings;
pub use model::*;
pub use stub::{Stub, file as stub_file};
