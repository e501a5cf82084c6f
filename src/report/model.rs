//! The report: what a run found in words, lines and snippets, and nothing that only a stage of the pipeline understands.

use std::collections::BTreeMap;

use crate::policy::{ConditionState, FindingKind, Level, Verdict};
use crate::report::stub::Stub;
use crate::source::Skipped;
use crate::taint::{Confidence, LibraryCalls};

/// What a run found.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// Whether everything that was to be scanned was understood.
    pub complete: bool,
    /// What each policy says as a whole.
    pub policies: Vec<PolicyReport>,
    /// What was scanned.
    pub summary: Summary,
    /// Where personal data was recognised, by element, ordered by id.
    pub elements: Vec<ElementReport>,
    /// All flows, ordered by sink, element, destination, disclosure.
    pub flows: Vec<FlowReport>,
    /// Calls and statements by which data could leave or come to rest.
    pub sink_sites: usize,
    /// Declared dependencies on the software of vendors, in the order of files and places.
    pub dependencies: Vec<DependencyReport>,
    /// How many library calls personal data entered.
    pub library_calls: LibraryCalls,
    /// Library calls without a model that personal data entered, most frequent first.
    pub unmodelled: Vec<UnmodelledCall>,
    /// Trouble on the way, ordered by file and place.
    pub diagnostics: Vec<Trouble>,
}

/// What was scanned, in numbers.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Summary {
    /// Files that were analysed.
    pub files: usize,
    /// Their lines.
    pub lines: usize,
    /// Their bytes.
    pub bytes: usize,
    /// Number of files by key of the language.
    pub languages: BTreeMap<String, usize>,
    /// What was left out.
    pub skipped: Skipped,
}

/// A place in a file, with what stands there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// Path relative to the root, with `/`.
    pub file: String,
    /// The first character.
    pub start: Point,
    /// The character behind the last.
    pub end: Point,
    /// What stands there, where it was read and is not too long.
    pub snippet: Option<String>,
    /// The whole first line, where it was read.
    pub first_line: Option<String>,
}

/// A line and its columns, all from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Point {
    /// The line.
    pub line: u32,
    /// The column in Unicode scalar values.
    pub column: u32,
    /// The column in UTF-16 code units.
    pub utf16_column: u32,
}

/// What one policy says as a whole.
#[derive(Clone, PartialEq, Debug)]
pub struct PolicyReport {
    /// Its name.
    pub name: String,
    /// Its file.
    pub file: String,
    /// Whether it stands in for a policy that the repository does not have.
    pub built_in: bool,
    /// Number of flows by verdict, in the order of reports.
    pub verdicts: Vec<(Verdict, usize)>,
    /// Flows and findings of level fail.
    pub failing: usize,
    /// Its rules, in the order of the file.
    pub rules: Vec<RuleReport>,
    /// Its exceptions, in the order of the file.
    pub exceptions: Vec<ExceptionReport>,
    /// What is wrong with the policy itself, in the order of the file.
    pub findings: Vec<FindingReport>,
}

/// What came of a rule.
#[derive(Clone, PartialEq, Debug)]
pub struct RuleReport {
    /// The id.
    pub id: String,
    /// What it says (`forbids user to log unless hashed`).
    pub sentence: String,
    /// Its line in the policy file.
    pub line: u32,
    /// Where its id stands.
    pub place: Place,
    /// Flows that it covers.
    pub flows: usize,
    /// The sentence that it encodes.
    pub clause: Option<ClauseReport>,
}

/// A quoted sentence and what came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClauseReport {
    /// The document.
    pub file: String,
    /// The sentence.
    pub quote: String,
    /// Whether it stands where the rule says.
    pub found: bool,
    /// Where it stands, or what comes nearest to it.
    pub place: Option<Place>,
}

/// What came of an exception.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExceptionReport {
    /// The id.
    pub id: String,
    /// Flows that it sets an objection aside for.
    pub flows: usize,
    /// Its state: `active`, `expired`, `unused`.
    pub state: &'static str,
    /// Why it was made.
    pub reason: Option<String>,
    /// The last day on which it holds.
    pub expires: Option<String>,
}

/// Something about a policy that somebody should look at.
#[derive(Clone, PartialEq, Debug)]
pub struct FindingReport {
    /// What kind.
    pub kind: FindingKind,
    /// What it means for the run.
    pub level: Level,
    /// The rule or exception that it is about.
    pub about: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// The place in the policy file.
    pub place: Place,
    /// The place in the document.
    pub document: Option<Place>,
}

/// Where an element was recognised.
#[derive(Clone, PartialEq, Debug)]
pub struct ElementReport {
    /// The id of the element.
    pub id: String,
    /// Its name for people.
    pub name: String,
    /// The places, in order.
    pub occurrences: Vec<OccurrenceReport>,
}

/// A place that evidence takes for personal data.
#[derive(Clone, PartialEq, Debug)]
pub struct OccurrenceReport {
    /// The declaration or call.
    pub source: SourceReport,
    /// How strong the evidence is.
    pub confidence: Confidence,
}

/// A flow.
#[derive(Clone, PartialEq, Debug)]
pub struct FlowReport {
    /// `f` and sixteen hexadecimal digits.
    pub fingerprint: String,
    /// The id of the element.
    pub element: String,
    /// Its name for people.
    pub element_name: String,
    /// The id of the destination.
    pub destination: String,
    /// Who runs the destination, where that is known.
    pub entity: Option<String>,
    /// The host, where it is known.
    pub host: Option<String>,
    /// The vendor, where the destination names one.
    pub vendor: Option<String>,
    /// What every path to the sink does to the data.
    pub protections: Vec<String>,
    /// How far to believe it.
    pub confidence: Confidence,
    /// Why.
    pub evidence: Vec<String>,
    /// Where the data comes into being.
    pub source: SourceReport,
    /// Other origins of the same flow.
    pub other_sources: Vec<SourceReport>,
    /// Where a developer acts.
    pub disclosure: CallReport,
    /// Where the data leaves.
    pub sink: SinkReport,
    /// The witness.
    pub steps: Vec<StepReport>,
    /// One verdict for each policy, in their order.
    pub verdicts: Vec<VerdictReport>,
}

/// Where data comes into being.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SourceReport {
    /// The place.
    pub place: Place,
    /// What it is called.
    pub symbol: String,
    /// The function around it.
    pub function: Option<String>,
    /// What kind of place: `field`, `parameter` and so on.
    pub kind: String,
    /// The rule that says so.
    pub rule: String,
}

/// A call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallReport {
    /// The call.
    pub place: Place,
    /// What is called.
    pub callee: String,
    /// The function around it.
    pub function: String,
}

/// A sink.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SinkReport {
    /// The call.
    pub call: CallReport,
    /// The argument that takes the data; `None` for the receiver or result.
    pub argument: Option<u32>,
    /// The id of the sink rule.
    pub rule: String,
    /// Column, key or file that it is stored as.
    pub stored_as: Option<String>,
}

/// A step of a witness.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StepReport {
    /// The place.
    pub place: Place,
    /// What happens: `assign`, `call` and so on.
    pub kind: String,
    /// The function around it.
    pub function: Option<String>,
    /// The code, on one line and not longer than a line.
    pub text: String,
}

/// What a policy says of a flow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerdictReport {
    /// The name of the policy.
    pub policy: String,
    /// The verdict.
    pub verdict: Verdict,
    /// What it means for the run.
    pub level: Level,
    /// The rule that decided.
    pub rule: Option<String>,
    /// The exception that applies.
    pub exception: Option<String>,
    /// The conditions of the rule.
    pub conditions: Vec<ConditionReport>,
    /// Why, in a sentence; not known of a verdict that was read from a report.
    pub because: Option<String>,
}

/// A condition of a rule on a flow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConditionReport {
    /// The effect that is asked for.
    pub name: String,
    /// What is known of it.
    pub state: ConditionState,
    /// The step at which it is missing, counted from 0.
    pub step: Option<usize>,
}

/// A declared dependency on the software of a vendor, whether or not a flow reaches the vendor.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DependencyReport {
    /// Group and name, or `gem:` and name.
    pub coordinate: String,
    /// The destination whose packages it is one of.
    pub destination: String,
    /// Who runs the destination, where that is known.
    pub entity: Option<String>,
    /// Where it is declared.
    pub place: Place,
}

/// A library call without a model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnmodelledCall {
    /// What is called.
    pub callee: String,
    /// How many calls personal data entered.
    pub calls: usize,
    /// The first of them.
    pub places: Vec<Place>,
    /// The rule to begin with, where rules can speak of the name.
    pub stub: Option<Stub>,
}

/// Trouble on the way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trouble {
    /// `error`, `warning` or `note`.
    pub level: &'static str,
    /// What kind, in kebab-case.
    pub code: &'static str,
    /// The file, where it is about one.
    pub file: Option<String>,
    /// The place in the file, where it is about one.
    pub place: Option<Place>,
    /// One sentence.
    pub message: String,
}

impl Report {
    /// Flows and findings of level fail, over all policies.
    pub fn failing(&self) -> usize {
        self.policies.iter().map(|policy| policy.failing).sum()
    }

    /// The rule `id` of the policy `name`.
    pub fn rule(&self, name: &str, id: &str) -> Option<(&PolicyReport, &RuleReport)> {
        let policy = self.policies.iter().find(|policy| policy.name == name)?;
        Some((policy, policy.rules.iter().find(|rule| rule.id == id)?))
    }
}

impl Place {
    /// A point in a file that was not read.
    pub(super) fn at(file: &str, line: u32, column: u32) -> Place {
        let start = Point { line, column, utf16_column: column };
        Place { file: file.to_owned(), start, end: start, snippet: None, first_line: None }
    }
}

impl FlowReport {
    /// The gravest level that any policy gives it.
    pub fn level(&self) -> Level {
        self.verdicts.iter().map(|verdict| verdict.level).max().unwrap_or(Level::None)
    }
}
