//! Tests of the library and the binary, one module for each subject.

mod policy;
mod yaml;
