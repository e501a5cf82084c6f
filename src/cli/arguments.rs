//! The command line as it is typed.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::rules::model::Section;

const FILES: &str = "Files";
const RULES: &str = "Rules and policies";
const OUTPUT: &str = "Output";
const RESULT: &str = "Result";

/// Checks that code does with personal data only what the privacy policy says.
#[derive(Parser, Debug)]
#[command(name = "candor", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Terminal colours; NO_COLOR in the environment turns them off, too.
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true, help_heading = OUTPUT)]
    pub color: ColorChoice,
    /// No progress, summary or warnings on standard error.
    #[arg(long, short, global = true, help_heading = OUTPUT)]
    pub quiet: bool,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Find where personal data goes, and judge it by the policy.
    Scan(Box<ScanArguments>),
    /// Tell what an id means: a rule, an element, a destination, or a flow by its fingerprint.
    Explain(Box<ExplainArguments>),
    /// Work on the policy file.
    Policy {
        /// What to do with it.
        #[command(subcommand)]
        command: PolicyCommand,
    },
    /// Look at the rules.
    Rules {
        /// What to do with them.
        #[command(subcommand)]
        command: RulesCommand,
    },
}

/// Commands on the policy file.
#[derive(Subcommand, Debug)]
pub enum PolicyCommand {
    /// Find mistakes in the policy file, and quotes that its documents no longer hold, without scanning anything.
    Check(Box<PolicyCheckArguments>),
    /// The JSON Schema of policy files, for editors.
    Schema,
}

/// Commands on the rules.
#[derive(Subcommand, Debug)]
pub enum RulesCommand {
    /// List every rule, element and destination with its id.
    List(RulesListArguments),
    /// The JSON Schema of rule files, for editors.
    Schema,
    /// Scan the examples of rules, and compare what is found with the markers in them.
    Test(RulesTestArguments),
}

/// Arguments of `scan`.
#[derive(Args, Debug)]
pub struct ScanArguments {
    /// Files and folders to scan.
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub files: FileArguments,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub rules: RuleArguments,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub policy: PolicyArguments,
    /// Format on standard output.
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = OUTPUT)]
    pub format: Format,
    /// Write a report to FILE. With FORMAT, beside the one on standard output; without, in its place. May be repeated.
    #[arg(long, short, value_name = "[FORMAT=]FILE", help_heading = OUTPUT)]
    pub output: Vec<OutputArgument>,
    /// Every flow and warning in the text report, not only the first ones.
    #[arg(long, help_heading = OUTPUT)]
    pub all: bool,
    /// List the library calls without a model that personal data entered.
    #[arg(long, help_heading = OUTPUT)]
    pub explain_unmodelled: bool,
    /// Seconds of each stage and peak memory after it, on standard error.
    #[arg(long, value_name = "FORMAT", num_args = 0..=1, require_equals = true, default_missing_value = "text",
          help_heading = OUTPUT)]
    pub timings: Option<TimingsFormat>,
    /// Exit with 3 when something could not be read or understood.
    #[arg(long, help_heading = RESULT)]
    pub strict: bool,
    /// Exit with 0 whatever the flows are; mistakes in usage or configuration still give 2.
    #[arg(long, help_heading = RESULT)]
    pub exit_zero: bool,
}

/// Arguments of `explain`.
#[derive(Args, Debug)]
pub struct ExplainArguments {
    /// The id of a rule, element or destination, or six or more characters of a flow's fingerprint.
    #[arg(value_name = "ID")]
    pub id: String,
    /// Where to look for the flow.
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// Look for the flow in this JSON report instead of scanning.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub files: FileArguments,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub rules: RuleArguments,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub policy: PolicyArguments,
}

/// Arguments of `policy check`.
#[derive(Args, Debug)]
pub struct PolicyCheckArguments {
    /// The folder that the policy is for.
    #[arg(value_name = "PATH", default_value = ".")]
    pub path: PathBuf,
    /// The policy file, if it is not candor.yaml in the folder. May be repeated.
    #[arg(long, value_name = "FILE", help_heading = RULES)]
    pub policy: Vec<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs)]
    pub rules: RuleArguments,
}

/// Arguments of `rules list`.
#[derive(Args, Debug)]
pub struct RulesListArguments {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub rules: RuleArguments,
    /// Format of the list.
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = OUTPUT)]
    pub format: ListFormat,
    /// Only how many there are of each kind: a kind and its number a line.
    #[arg(long, help_heading = OUTPUT, conflicts_with_all = ["format", "kind", "language", "destination"])]
    pub summary: bool,
    /// Only this kind, as `sinks`. May be repeated.
    #[arg(long, value_name = "KIND", help_heading = RULES, value_parser = kinds())]
    pub kind: Vec<String>,
    /// Only what speaks of this language. May be repeated.
    #[arg(long, value_name = "LANGUAGE", help_heading = RULES, value_parser = ["java", "kotlin", "ruby"])]
    pub language: Vec<String>,
    /// Only what is or leads to this destination, or lies below it. May be repeated.
    #[arg(long, value_name = "ID", help_heading = RULES)]
    pub destination: Vec<String>,
}

/// Arguments of `rules test`.
#[derive(Args, Debug)]
pub struct RulesTestArguments {
    /// Only examples of these rules, or of those below them (`ruby.rails`).
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    /// The rules; where files are given, only the examples in these are tested.
    #[command(flatten)]
    pub rules: RuleArguments,
}

/// The keys of the sections.
fn kinds() -> clap::builder::PossibleValuesParser {
    Section::ALL.iter().map(|section| section.key()).collect::<Vec<_>>().into()
}

/// Which files are scanned.
#[derive(Args, Debug)]
pub struct FileArguments {
    /// The folder that paths in reports are relative to.
    #[arg(long, value_name = "DIR", help_heading = FILES)]
    pub root: Option<PathBuf>,
    /// Scan only files that match, as in .gitignore. May be repeated.
    #[arg(long, value_name = "GLOB", help_heading = FILES)]
    pub include: Vec<String>,
    /// Leave out files and folders that match, as in .gitignore. May be repeated.
    #[arg(long, value_name = "GLOB", help_heading = FILES)]
    pub exclude: Vec<String>,
    /// Scan test code, too.
    #[arg(long, help_heading = FILES)]
    pub include_tests: bool,
    /// Leave out larger files: bytes, or a number with KiB or MiB [default: 2MiB].
    #[arg(long, value_name = "SIZE", help_heading = FILES)]
    pub max_file_size: Option<FileSize>,
    /// Number of threads [default: one for each core].
    #[arg(long, short = 'j', value_name = "N", help_heading = FILES)]
    pub threads: Option<std::num::NonZeroU16>,
}

/// Which rules there are.
#[derive(Args, Debug)]
pub struct RuleArguments {
    /// Add the rules of a file, or of all .yaml files in a folder. May be repeated.
    #[arg(long, value_name = "PATH", help_heading = RULES)]
    pub rules: Vec<PathBuf>,
    /// Without the built-in names, sources, sinks and transforms, and without the built-in policy.
    #[arg(long, help_heading = RULES)]
    pub no_builtin_rules: bool,
    /// Without the built-in models of libraries and frameworks.
    #[arg(long, help_heading = RULES)]
    pub no_builtin_models: bool,
}

/// Which policy judges.
#[derive(Args, Debug)]
pub struct PolicyArguments {
    /// The policy file, if it is not candor.yaml in the root. May be repeated: a column of verdicts for each.
    #[arg(long, value_name = "FILE", help_heading = RULES)]
    pub policy: Vec<PathBuf>,
    /// Flows below it have no consequence [default: medium].
    #[arg(long, value_name = "LEVEL", help_heading = RESULT)]
    pub min_confidence: Option<MinConfidence>,
    /// The day on which exceptions are judged [default: today in UTC, or SOURCE_DATE_EPOCH].
    #[arg(long, value_name = "DATE", help_heading = RESULT)]
    pub now: Option<jiff::civil::Date>,
}

/// When to use colours.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum ColorChoice {
    /// On a terminal
    Auto,
    Always,
    Never,
}

/// Formats of a report.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// For people
    Text,
    /// For programs, schema candor/v1
    Json,
    /// For code review, SARIF 2.1.0
    Sarif,
}

/// Formats of a list.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListFormat {
    /// A table
    Text,
    /// For programs
    Json,
    /// For documents, with all that is known of elements and destinations
    Markdown,
}

/// Formats of timings.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum TimingsFormat {
    /// A table
    Text,
    /// One line for programs
    Json,
}

/// Confidence of a flow.
#[derive(ValueEnum, Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum MinConfidence {
    Low,
    Medium,
    High,
}

/// `FILE` or `FORMAT=FILE`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutputArgument {
    /// The format, where one is given.
    pub format: Option<Format>,
    /// The file.
    pub file: PathBuf,
}

impl FromStr for OutputArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<OutputArgument, String> {
        let named = text.split_once('=').and_then(|(name, file)| Some((Format::from_str(name, false).ok()?, file)));
        let (format, file) = named.map_or((None, text), |(format, file)| (Some(format), file));
        if file.is_empty() {
            return Err("the name of a file is missing".to_owned());
        }
        Ok(OutputArgument { format, file: PathBuf::from(file) })
    }
}

/// A number of bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileSize(pub u64);

impl FromStr for FileSize {
    type Err = String;

    fn from_str(text: &str) -> Result<FileSize, String> {
        let digits = text.trim_end_matches(|character: char| !character.is_ascii_digit());
        let factor = match text[digits.len()..].trim_start().to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "k" | "kib" => 1 << 10,
            "m" | "mib" => 1 << 20,
            _ => return Err("write bytes, or a number with KiB or MiB".to_owned()),
        };
        // Offsets in files are numbers of 32 bits.
        let size = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
        let size = size.filter(|&size| size <= u64::from(u32::MAX) / 2);
        size.map(FileSize).ok_or_else(|| "write a number below 2 GiB".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_may_name_its_format() {
        let parsed = |text: &str| text.parse::<OutputArgument>();
        assert_eq!(parsed("a.json"), Ok(OutputArgument { format: None, file: "a.json".into() }));
        assert_eq!(parsed("sarif=a=b"), Ok(OutputArgument { format: Some(Format::Sarif), file: "a=b".into() }));
        assert_eq!(parsed("x=y"), Ok(OutputArgument { format: None, file: "x=y".into() }));
        assert!(parsed("json=").is_err());
    }

    #[test]
    fn sizes_have_units() {
        let parsed = |text: &str| text.parse::<FileSize>().map(|size| size.0);
        assert_eq!(parsed("17"), Ok(17));
        assert_eq!(parsed("2MiB"), Ok(2 << 20));
        assert_eq!(parsed("3 k"), Ok(3 << 10));
        assert!(parsed("many").is_err());
        assert!(parsed("4000MiB").is_err());
        assert!(parsed("1TB").is_err());
    }
}
