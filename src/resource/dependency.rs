//! What a build declares that it depends on.

use crate::base::Span;

/// A declared dependency.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Dependency {
    /// `group:name` of a library for the virtual machine, `gem:name` of a gem; without a version.
    pub coordinate: String,
    /// Where it is declared.
    pub span: Span,
}
