//! The `candor` binary: runs the command line and tells the caller how it went.

use std::panic::{self, PanicHookInfo};
use std::process::ExitCode;

use candor::cli::{self, ExitStatus};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    panic::set_hook(Box::new(internal_error));
    let status = match panic::catch_unwind(|| cli::run(std::env::args_os())) {
        Ok(Ok(status)) => status,
        Ok(Err(error)) => {
            cli::to_standard_error(&format!("candor: {:#}", anyhow::Error::new(error)));
            ExitStatus::Error
        }
        Err(_) => ExitStatus::Error,
    };
    status.into()
}

/// Says that it is Candor's fault, and where.
fn internal_error(info: &PanicHookInfo<'_>) {
    let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
    let reason = info.payload_as_str().unwrap_or("no reason is known");
    cli::to_standard_error(&format!("candor: internal error{place}: {reason}"));
    cli::to_standard_error("This is a mistake in Candor, not in your code; nothing was judged. Please report it.");
}
