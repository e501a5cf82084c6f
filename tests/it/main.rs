//! Tests of the library and the binary, one module for each subject.

mod bounds;
mod catalogue;
mod cli;
mod command;
mod compose;
mod edits;
mod exercised;
mod generated;
mod index;
mod ir;
mod lexical;
mod markers;
mod mutations;
mod names;
mod occurrences;
mod policy;
mod properties;
mod readme;
mod reports;
mod resources;
mod rule_tests;
mod rules;
mod safety;
mod showcase;
#[path = "../support/mod.rs"]
mod support;
mod tidy;
mod unmodelled;
mod walk;
mod yaml;
