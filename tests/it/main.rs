//! Tests of the library and the binary, one module for each subject.

mod yaml;
