//! Gives meaning that crosses files: who extends what, what a name stands for, which call may reach which function.

use crate::base::Diagnostic;
use crate::ir::Unit;
use crate::rules::model::RuleSet;

/// The linked program.
#[derive(Default, Debug)]
pub struct Program {}

/// Links the units of a scan.
pub fn link(_units: Vec<Unit>, _rules: &RuleSet) -> (Program, Vec<Diagnostic>) {
    (Program::default(), Vec::new())
}
