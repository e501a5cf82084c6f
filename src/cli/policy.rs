//! `candor policy check`: loads the policies, looks their quotes up, and tells what is wrong. `candor policy schema`:
//! the form of policy files.

use std::io::{self, Write};

use crate::base::yaml::{Problem, render};
use crate::cli::arguments::PolicyCheckArguments;
use crate::cli::configuration::{load_policies, load_rules};
use crate::cli::error::CommandError;
use crate::cli::output;
use crate::cli::status::ExitStatus;
use crate::cli::terminal::Terminal;
use crate::policy::{Finding, Level, Policy, check_clauses};
use crate::report::text::{counted, visible};
use crate::source;

/// The schema of policy files; a test keeps it current.
const SCHEMA: &str = include_str!("../../docs/schema/policy.schema.json");

/// Prints the schema of policy files.
pub fn schema() -> Result<ExitStatus, CommandError> {
    output::to_standard_output(|out| out.write_all(SCHEMA.as_bytes()))?;
    Ok(ExitStatus::Clean)
}

/// Carries `policy check` out. Mistakes in a file are errors; a quote that is gone fails, if the policy says so.
pub fn check(arguments: &PolicyCheckArguments, terminal: Terminal) -> Result<ExitStatus, CommandError> {
    let root = source::root_of(std::slice::from_ref(&arguments.path), None)?;
    let rules = load_rules(&arguments.rules, terminal.colored_errors())?;
    let (policies, documents) =
        load_policies(&root, &arguments.policy, &rules, arguments.rules.no_builtin_rules, terminal.colored_errors())?;
    let findings: Vec<Vec<Finding>> = policies.iter().map(|policy| check_clauses(policy, &documents)).collect();
    output::to_standard_output(|out| {
        for (policy, findings) in policies.iter().zip(&findings) {
            tell(policy, findings, terminal.colored_output(), out)?;
        }
        Ok(())
    })?;
    let fails = findings.iter().flatten().any(|finding| finding.level == Level::Fail);
    Ok(if fails { ExitStatus::Failing } else { ExitStatus::Clean })
}

fn tell(policy: &Policy, findings: &[Finding], color: bool, out: &mut dyn Write) -> io::Result<()> {
    if policy.built_in {
        writeln!(out, "There is no candor.yaml here; the {} would be used.", visible(&policy.name))?;
    }
    let problem = |finding: &Finding| Problem::new(finding.range.clone(), &finding.message).help(&finding.help);
    let problems: Vec<Problem> = findings.iter().map(problem).collect();
    out.write_all(render(&problems, &policy.file.path, &policy.file.text, color).as_bytes())?;
    let quotes = policy.rules.iter().filter(|rule| rule.clause.is_some()).count();
    let found = quotes - findings.len().min(quotes);
    writeln!(
        out,
        "{}: {}, {}; {found} of {} found in their documents.",
        visible(&policy.file.path),
        counted(policy.rules.len(), "rule"),
        counted(policy.exceptions.len(), "exception"),
        counted(quotes, "quote"),
    )
}
