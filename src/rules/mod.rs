//! Rules: knowledge as data.

mod destination;
pub mod model;

pub use destination::{GROUPS, covers_destination, covers_host, host_pattern_fault};
