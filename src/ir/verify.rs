//! Checks that a unit is well-formed.

use crate::ir::Unit;

/// What is wrong with a unit; empty when nothing is.
pub fn verify(_unit: &Unit) -> Vec<String> {
    Vec::new()
}
