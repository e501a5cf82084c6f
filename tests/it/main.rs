//! Tests of the library and the binary, one module for each subject.

mod names;
mod policy;
mod markers;
#[path = "../support/mod.rs"]
mod support;
mod rules;
mod yaml;
