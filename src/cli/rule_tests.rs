//! `candor rules test`: scans the examples that rules carry, and tells where they do not show what their markers say.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::base::at_or_below;
use crate::cli::arguments::RulesTestArguments;
use crate::cli::configuration::load_rules_and_examples;
use crate::cli::error::CommandError;
use crate::cli::output;
use crate::cli::status::ExitStatus;
use crate::cli::terminal::Terminal;
use crate::examples::{case_of, check_with};
use crate::report::text::{Paint, counted, visible};
use crate::rules::model::RuleSet;
use crate::rules::{Example, Loaded, builtin_examples};

/// An example that does not show what its markers say.
struct Failure<'e> {
    example: &'e Example,
    /// The code with what differs beside its lines.
    shown: String,
}

/// Carries the command out. An example that shows something else fails the run.
pub fn run(arguments: &RulesTestArguments, terminal: Terminal) -> Result<ExitStatus, CommandError> {
    let Loaded { rules, examples } = load_rules_and_examples(&arguments.rules, terminal.colored_errors())?;
    let mut examples = if arguments.rules.rules.is_empty() { builtin_examples() } else { examples };
    if !arguments.ids.is_empty() {
        let has_rule = |id: &&String| rules.ids().any(|(_, rule)| at_or_below(&rule, id));
        if let Some(unknown) = arguments.ids.iter().find(|id| !has_rule(id)) {
            return Err(CommandError::Usage(format!("no rule has an id that is or lies below `{unknown}`")));
        }
        examples.retain(|example| arguments.ids.iter().any(|id| at_or_below(&example.rule, id)));
    }
    let failures = test(&examples, &rules);
    let paint = Paint::new(terminal.colored_output());
    output::to_standard_output(|out| tell(&examples, &failures, paint, out))?;
    Ok(if failures.is_empty() { ExitStatus::Clean } else { ExitStatus::Failing })
}

/// The examples that fail, in their order. Each scan has one thread; several go on at a time.
fn test<'e>(examples: &'e [Example], rules: &RuleSet) -> Vec<Failure<'e>> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut failed = Vec::new();
        while let Some((index, example)) = take(&next, examples) {
            if let Err(shown) = check_with(&case_of(example), rules.clone()) {
                failed.push((index, Failure { example, shown }));
            }
        }
        failed
    };
    let workers = thread::available_parallelism().map_or(1, |count| count.get());
    let mut failed: Vec<(usize, Failure<'_>)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("a scan does not panic")).collect()
    });
    failed.sort_by_key(|(index, _)| *index);
    failed.into_iter().map(|(_, failure)| failure).collect()
}

/// The next example that nobody has taken.
fn take<'e>(next: &AtomicUsize, examples: &'e [Example]) -> Option<(usize, &'e Example)> {
    let index = next.fetch_add(1, Ordering::Relaxed);
    Some((index, examples.get(index)?))
}

fn tell(examples: &[Example], failures: &[Failure<'_>], paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    for Failure { example, shown } in failures {
        writeln!(out, "{}  {}", paint.bold(&visible(&example.rule)), paint.dim(&visible(&example.path)))?;
        for line in shown.lines() {
            writeln!(out, "{}", visible(line))?;
        }
        writeln!(out)?;
    }
    match (examples.len(), failures.len()) {
        (0, _) => writeln!(out, "No rule has an example."),
        (all, 0) => writeln!(out, "{}: each shows what its markers say.", counted(all, "example")),
        (all, failed) => {
            writeln!(out, "{}; {failed} of them show something else than their markers say.", counted(all, "example"))
        }
    }
}
