//! Runs every case below `fixtures/` and every example of a rule file against the markers inside it.
//!
//! `cargo test --test fixtures java/lambdas` runs one topic. What a case is and how markers are written is told in
//! `support::case` and `candor::examples::markers`.

use std::error::Error;
use std::fmt;
use std::path::Path;

use candor::examples::{case_of, check};
use candor::rules::builtin_examples;
use datatest_stable::{Result, harness};

mod support;

use support::case::read_case;

/// Why a test failed. The harness shows errors in their `Debug` form, which for a string would hide its lines.
struct Failure(String);

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Failure {}

fn case(path: &Path) -> Result<()> {
    let case = read_case(path).map_err(Failure)?;
    check(&case).map_err(Failure)?;
    Ok(())
}

fn rule_file(path: &Path) -> Result<()> {
    let name = path.to_string_lossy();
    let mut failures = String::new();
    for example in builtin_examples().iter().filter(|example| example.path == name) {
        if let Err(failure) = check(&case_of(example)) {
            failures.push_str(&format!("\nexample of {}\n{failure}", example.rule));
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(Failure(failures).into()) }
}

harness! {
    {
        test = case,
        root = "fixtures",
        pattern = r"^(java|kotlin|ruby|mixed)/[^/]+/([^/]+\.[a-z]+|[^/]+/case\.yaml)$",
    },
    { test = rule_file, root = "rules", pattern = r"\.yaml$" },
}
