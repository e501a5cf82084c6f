//! How a run ends: the exit code, the same for every format.

use std::process::ExitCode;

use crate::report::Report;

/// What the caller is told by the exit code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExitStatus {
    /// Nothing fails.
    Clean = 0,
    /// A flow or a finding about a policy fails.
    Failing = 1,
    /// Wrong usage or configuration, or something that cannot be opened.
    Error = 2,
    /// The analysis is incomplete, and that was to be told.
    Incomplete = 3,
}

impl ExitStatus {
    /// The status of a run that made `report`.
    pub fn of(report: &Report, strict: bool, exit_zero: bool) -> ExitStatus {
        match () {
            () if report.failing() > 0 && !exit_zero => ExitStatus::Failing,
            () if strict && !report.complete => ExitStatus::Incomplete,
            () => ExitStatus::Clean,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> ExitCode {
        ExitCode::from(status as u8)
    }
}
