//! The taint engine.

mod flow;

pub use flow::*;
