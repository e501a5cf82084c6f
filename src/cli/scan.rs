//! `candor scan`: runs the pipeline and writes reports.

use std::io::{self, Write};

use crate::cli::arguments::{Format, OutputArgument, ScanArguments};
use crate::cli::configuration::scan_options;
use crate::cli::error::CommandError;
use crate::cli::output;
use crate::cli::progress::Progress;
use crate::cli::status::ExitStatus;
use crate::cli::terminal::Terminal;
use crate::cli::timings;
use crate::report::text::TextOptions;
use crate::report::{Report, json, sarif, text};
use crate::scan::scan_and_tell;

/// Carries the command out.
pub fn run(arguments: &ScanArguments, terminal: Terminal) -> Result<ExitStatus, CommandError> {
    for given in &arguments.output {
        output::check(&given.file)?;
    }
    let colored_errors = terminal.colored_errors();
    let (options, strict) =
        scan_options(&arguments.paths, &arguments.files, &arguments.rules, &arguments.policy, colored_errors)?;
    let progress = Progress::new(terminal.quiet);
    let scan = scan_and_tell(&options, &|stage| progress.stage(stage))?;
    progress.stage("writing the report");
    let report = scan.report(&options);
    drop(progress);

    let text = TextOptions { color: false, all: arguments.all, unmodelled: arguments.explain_unmodelled };
    for OutputArgument { format, file } in &arguments.output {
        let format = format.unwrap_or(arguments.format);
        output::to_file(file, |out| write(&report, format, text, out))?;
    }
    let on_standard_output = arguments.output.iter().all(|given| given.format.is_some());
    if on_standard_output {
        let text = TextOptions { color: terminal.colored_output(), ..text };
        output::to_standard_output(|out| write(&report, arguments.format, text, out))?;
    }
    let told = on_standard_output && arguments.format == Format::Text;
    if !told && !terminal.quiet {
        let summary = TextOptions { color: colored_errors, ..text };
        output::to_standard_error(text::summary(&report, summary).trim_end());
    }
    if let Some(format) = arguments.timings {
        output::to_standard_error(timings::shown(&scan.timings, format).trim_end());
    }
    Ok(ExitStatus::of(&report, arguments.strict || strict, arguments.exit_zero))
}

fn write(report: &Report, format: Format, options: TextOptions, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Text => text::write(report, options, out),
        Format::Json => json::write(report, out),
        Format::Sarif => sarif::write(report, out),
    }
}
