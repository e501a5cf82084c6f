//! Flows against policy files: what a published privacy policy promises, written as rules, decides about every flow.
//!
//! ```text
//! text of candor.yaml -> load -> Policy            (or every mistake in it)
//! Policy::documents   -> the caller reads them -> DocumentTexts
//! flows + policies + documents -> rule -> Ruling   (one column of judgements for each policy, and findings)
//! ```
//!
//! This layer does no IO, knows no graph and no report: it compares ids, hosts and paths, and looks sentences up.
//! How a verdict comes about is told in [`verdict`], how a sentence is found in [`document`].

mod built_in;
pub mod document;
mod finding;
mod load;
mod model;
mod place;
mod plain;
mod ruling;
mod scope;
pub mod verdict;
mod words;

pub use built_in::{BUILT_IN_NOTE, extend_destinations};
pub use finding::{DocumentPlace, Finding, FindingKind};
pub use load::{check_names, load, shapes};
pub use model::{
    Against, Clause, DestinationAddition, Document, Exception, Facts, Level, Levels, Policy, PolicyFile, Rule,
    ScanSection, Stance,
};
pub use place::{Folder, normalise};
pub use ruling::{
    Case, ClauseUse, Column, DocumentTexts, ExceptionState, ExceptionUse, RuleUse, Ruling, check_clauses, rule,
};
pub use scope::{FingerprintPrefix, PathGlob, Scope, Target};
pub use verdict::{Condition, ConditionState, Judgement, Verdict};
