//! The `candor` binary: runs the command line and tells the caller how it went.

use std::process::ExitCode;

use candor::cli::{self, ExitStatus};

fn main() -> ExitCode {
    let status = cli::run(std::env::args_os()).unwrap_or_else(|error| {
        cli::to_standard_error(&format!("candor: {:#}", anyhow::Error::new(error)));
        ExitStatus::Error
    });
    status.into()
}
