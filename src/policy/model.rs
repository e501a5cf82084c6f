//! A policy as it judges: typed, checked, with the places of its parts in the file.

use std::ops::Range;

use jiff::civil::Date;

use super::place::Folder;
use super::scope::{FingerprintPrefix, Scope};
use super::verdict::Verdict;
use crate::base::{Idx, IndexVec, Symbol};
use crate::taint::Confidence;

/// A policy file before it is understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PolicyFile {
    /// Its path as people are told of it.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Where it stands.
    pub folder: Folder,
}

/// A policy file, understood.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its name: one column of verdicts.
    pub name: String,
    /// The bytes of its name in its file.
    pub name_range: Range<usize>,
    /// The file that it was read from.
    pub file: PolicyFile,
    /// The general rules that stand in where a repository has no policy file of its own.
    pub built_in: bool,
    /// Documents that clauses are quoted from, in the order of the file.
    pub documents: IndexVec<Document>,
    /// Levels by verdict and finding.
    pub levels: Levels,
    /// Additions to what is known of destinations.
    pub destinations: Vec<DestinationAddition>,
    /// Rules, in the order of the file, which never matters to a verdict.
    pub rules: IndexVec<Rule>,
    /// Exceptions, in the order of the file.
    pub exceptions: IndexVec<Exception>,
    /// What would else be flags.
    pub scan: ScanSection,
}

/// A published text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// The name that clauses use.
    pub id: String,
    /// Its path, relative to the folder of the policy file.
    pub path: String,
    /// Its path as people are told of it: beside that of the policy file.
    pub display: String,
    /// The bytes of `path` in the policy file.
    pub range: Range<usize>,
}

/// What a verdict or finding means for the result of a run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// Nothing to act on.
    None,
    /// Told, without consequence.
    Warn,
    /// The run fails.
    Fail,
}

impl Level {
    /// The word for it in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::None => "none",
            Level::Warn => "warn",
            Level::Fail => "fail",
        }
    }
}

/// The level of each verdict that is not `permitted` or `excepted`, and of each finding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the fields are the keys of `defaults`")]
pub struct Levels {
    pub forbidden: Level,
    pub condition_unmet: Level,
    pub undisclosed: Level,
    pub unproven: Level,
    pub policy_drift: Level,
    pub exception_expired: Level,
    pub unused: Level,
}

impl Default for Levels {
    fn default() -> Levels {
        Levels {
            forbidden: Level::Fail,
            condition_unmet: Level::Fail,
            undisclosed: Level::Fail,
            unproven: Level::Warn,
            policy_drift: Level::Fail,
            exception_expired: Level::Fail,
            unused: Level::Warn,
        }
    }
}

/// Who runs a destination, by the word of the policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DestinationAddition {
    /// The destination.
    pub id: Symbol,
    /// Legal entity.
    pub entity: Option<String>,
    /// ISO 3166 country code.
    pub country: Option<Symbol>,
    /// Host globs.
    pub hosts: Vec<Symbol>,
}

/// Whether a rule allows or denies.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Stance {
    Permit,
    Forbid,
}

/// One permit or forbid.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The id.
    pub id: Symbol,
    /// The bytes of the id in the policy file.
    pub range: Range<usize>,
    /// Permit or forbid.
    pub stance: Stance,
    /// The flows that it speaks of.
    pub scope: Scope,
    /// Flows that it does not speak of although they are in its scope.
    pub except: Vec<Scope>,
    /// Effects: of a forbid, any one of which lifts it (`unless`); of a permit, all of which it asks for (`require`).
    pub conditions: Vec<Symbol>,
    /// The level of `forbidden` or `condition_unmet` by this rule.
    pub level: Option<Level>,
    /// The sentence that it encodes.
    pub clause: Option<Clause>,
    /// Declared facts, which never decide.
    pub facts: Facts,
}

/// A quoted sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clause {
    /// The document that it stands in.
    pub document: Idx<Document>,
    /// The title of the section.
    pub section: Option<String>,
    /// The sentence.
    pub quote: String,
    /// The bytes of the quote in the policy file.
    pub range: Range<usize>,
}

/// What a rule declares for reports.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Facts {
    /// Fideslang data uses.
    pub purpose: Vec<String>,
    /// Fideslang data subjects.
    pub subjects: Vec<String>,
    /// How long data is kept.
    pub retention: Option<String>,
    /// Legal basis of the processing.
    pub legal_basis: Option<String>,
}

/// What an exception sets aside.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Against {
    /// What a rule says.
    Rule(Idx<Rule>),
    /// A verdict, whatever rule gave it.
    Verdict(Verdict),
}

/// Flows that are tolerated for a time.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The id.
    pub id: Symbol,
    /// The bytes of the id in the policy file.
    pub range: Range<usize>,
    /// What it sets aside.
    pub against: Against,
    /// The flows that it covers.
    pub scope: Scope,
    /// Fingerprints that it is limited to; empty: no limit.
    pub flows: Vec<FingerprintPrefix>,
    /// Why.
    pub reason: Option<String>,
    /// Who will end it.
    pub owner: Option<String>,
    /// The last day on which it holds, in UTC, with its bytes in the policy file.
    pub expires: Option<(Date, Range<usize>)>,
}

/// What would else be flags of the command line.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct ScanSection {
    /// Globs of files to scan; empty: all.
    pub include: Vec<String>,
    /// Globs of files to leave out.
    pub exclude: Vec<String>,
    /// Whether test code is scanned.
    pub include_tests: Option<bool>,
    /// Flows below it have no level.
    pub min_confidence: Option<Confidence>,
    /// Size in bytes above which a file is not read.
    pub max_file_size: Option<u64>,
    /// Whether an incomplete analysis fails the run.
    pub strict: Option<bool>,
}

impl Policy {
    /// The documents that the caller has to read, in the order of the file.
    pub fn documents(&self) -> impl Iterator<Item = (Idx<Document>, &Document)> {
        self.documents.iter_enumerated()
    }

    /// The line, from 1, of a byte of the policy file.
    pub fn line(&self, offset: usize) -> usize {
        line_of(&self.file.text, offset)
    }
}

/// The line, from 1, of a byte of `text`.
pub fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
