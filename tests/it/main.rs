//! Tests of the library and the binary, one module for each subject.

mod names;
mod cli;
mod command;
mod policy;
mod readme;
mod reports;
mod safety;
mod tidy;
mod walk;
mod markers;
#[path = "../support/mod.rs"]
mod support;
mod rules;
mod showcase;
mod yaml;
