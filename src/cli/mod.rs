//! The command line: arguments as typed become options as meant, commands run, and this alone writes files.

mod arguments;
mod configuration;
mod error;
mod explain;
mod output;
mod policy;
mod progress;
mod rule_tests;
mod rules;
mod scan;
mod status;
mod terminal;
mod timings;

use std::ffi::OsString;

use clap::Parser;

pub use error::CommandError;
pub use output::to_standard_error;
pub use status::ExitStatus;

use arguments::{Arguments, Command, PolicyCommand, RulesCommand};
use terminal::Terminal;

/// Runs the command that the arguments (the program's name first) ask for.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<ExitStatus, CommandError> {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(message) => return Ok(told(&message)),
    };
    let terminal = Terminal { color: arguments.color, quiet: arguments.quiet };
    let result = match &arguments.command {
        Command::Scan(arguments) => scan::run(arguments, terminal),
        Command::Explain(arguments) => explain::run(arguments, terminal),
        Command::Policy { command: PolicyCommand::Check(arguments) } => policy::check(arguments, terminal),
        Command::Rules { command: RulesCommand::List(arguments) } => rules::list(arguments, terminal),
        Command::Policy { command: PolicyCommand::Schema } => policy::schema(),
        Command::Rules { command: RulesCommand::Schema } => rules::schema(),
        Command::Rules { command: RulesCommand::Test(arguments) } => rule_tests::run(arguments, terminal),
    };
    if let Err(CommandError::Configuration { shown, .. }) = &result {
        to_standard_error(shown.trim_end_matches('\n'));
        to_standard_error("");
    }
    result
}

/// Prints help, version, or what is wrong with the arguments.
fn told(message: &clap::Error) -> ExitStatus {
    // A reader that has gone away does not change what is said to the caller.
    let _ = message.print();
    if message.use_stderr() { ExitStatus::Error } else { ExitStatus::Clean }
}
