//! `candor rules list`: every entry of the rule files, as a table, as JSON or as Markdown. `candor rules schema`: their form.

use std::io::{self, Write};

use serde::Serialize;

use crate::cli::arguments::{ListFormat, RulesListArguments};
use crate::cli::configuration::load_rules;
use crate::cli::error::CommandError;
use crate::cli::output;
use crate::cli::status::ExitStatus;
use crate::cli::terminal::Terminal;
use crate::report::catalogue::{Entry, Selection, selected, summary};
use crate::report::reference::reference;
use crate::report::text::{Paint, visible};

/// The schema of rule files; a test keeps it current.
const SCHEMA: &str = include_str!("../../docs/schema/rules.schema.json");

/// Columns of what an entry says, in the table.
const MAX_ABOUT: usize = 90;

/// Carries the command out.
pub fn list(arguments: &RulesListArguments, terminal: Terminal) -> Result<ExitStatus, CommandError> {
    let rules = load_rules(&arguments.rules, terminal.colored_errors())?;
    if arguments.summary {
        output::to_standard_output(|out| {
            summary(&rules).iter().try_for_each(|(kind, count)| writeln!(out, "{kind} {count}"))
        })?;
        return Ok(ExitStatus::Clean);
    }
    let selection = Selection {
        kinds: arguments.kind.clone(),
        languages: arguments.language.clone(),
        destinations: arguments.destination.clone(),
    };
    let entries = selected(&rules, &selection);
    let paint = Paint::new(terminal.colored_output());
    output::to_standard_output(|out| match arguments.format {
        ListFormat::Text => table(&entries, paint, out),
        ListFormat::Json => json(&entries, out),
        ListFormat::Markdown => out.write_all(reference(&rules, &selection).as_bytes()),
    })?;
    Ok(ExitStatus::Clean)
}

/// Prints the schema of rule files.
pub fn schema() -> Result<ExitStatus, CommandError> {
    output::to_standard_output(|out| out.write_all(SCHEMA.as_bytes()))?;
    Ok(ExitStatus::Clean)
}

/// One table for each section that has entries.
fn table(entries: &[Entry], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    for section in entries.chunk_by(|a, b| a.section == b.section) {
        let [first, ..] = section else { continue };
        writeln!(out, "{} ({})\n", paint.bold(first.section.key()), section.len())?;
        let width = section.iter().map(|entry| entry.id.chars().count()).max().unwrap_or(0);
        for entry in section {
            let about = visible(&entry.about);
            let shown: String = about.chars().take(MAX_ABOUT).collect();
            let more = if shown.len() < about.len() { "…" } else { "" };
            let line = format!("  {:<width$}  {}", entry.id, paint.dim(&format!("{shown}{more}")));
            writeln!(out, "{}", line.trim_end())?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{} entries; candor explain ID tells more of one.", entries.len())
}

#[derive(Serialize)]
struct Wire<'a> {
    schema: &'static str,
    entries: Vec<WireEntry<'a>>,
}

#[derive(Serialize)]
struct WireEntry<'a> {
    section: &'static str,
    id: &'a str,
    about: &'a str,
    file: Option<&'a str>,
}

fn json(entries: &[Entry], out: &mut dyn Write) -> io::Result<()> {
    let wire = |entry| -> WireEntry<'_> {
        let Entry { section, id, about, file, .. }: &Entry = entry;
        WireEntry { section: section.key(), id: id.as_str(), about, file: file.map(|file| file.as_str()) }
    };
    let entries = entries.iter().map(wire).collect();
    serde_json::to_writer_pretty(&mut *out, &Wire { schema: "candor-rules/v1", entries })?;
    writeln!(out)
}
