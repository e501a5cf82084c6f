//! The vocabulary of every layer: symbols, spans, typed indexes, diagnostics, and the YAML that users write.

mod diagnostic;
mod id;
mod index;
mod span;
mod symbol;
pub mod symbol_table;
pub mod yaml;

pub use diagnostic::{Code, Diagnostic, Level};
pub use id::{at_or_below, is_id, lineage};
pub use index::{Idx, IndexVec};
pub use span::{FileId, Span};
pub use symbol::Symbol;
