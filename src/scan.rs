//! The pipeline, on one screen: options become a [`Scan`], all that a run found.

mod clock;

use std::collections::BTreeMap;

use crate::base::{Diagnostic, Level};
use crate::lang;
use crate::link;
use crate::rules::model::RuleSet;
use crate::source::{self, PathError, Selection, Skipped, SourceFile, SourceMap};
use crate::taint::{self, Analysis};

pub use clock::Timing;

/// What is scanned.
#[derive(Clone, Debug)]
pub enum Input {
    /// Files and folders.
    Paths(Selection),
    /// Files given as path and text.
    Texts(Vec<(String, String)>),
}

impl Default for Input {
    fn default() -> Input {
        Input::Texts(Vec::new())
    }
}

/// What a scan needs to know.
#[derive(Clone, Default, Debug)]
pub struct ScanOptions {
    /// What is scanned.
    pub input: Input,
    /// The rules.
    pub rules: RuleSet,
    /// How many threads work at most; 0: as many as the machine has.
    pub threads: usize,
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
    pub languages: BTreeMap<&'static str, usize>,
    /// What was left out.
    pub skipped: Skipped,
}

/// All that a run found.
#[derive(Debug)]
pub struct Scan {
    /// The files.
    pub sources: SourceMap,
    /// Flows, sink sites and occurrences.
    pub analysis: Analysis,
    /// The fingerprint of each flow.
    pub fingerprints: Vec<String>,
    /// Trouble of all stages, in the order of files and places.
    pub diagnostics: Vec<Diagnostic>,
    /// What was scanned, in numbers.
    pub summary: Summary,
    /// What each stage cost.
    pub timings: Vec<Timing>,
}

/// Why nothing could be scanned.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// A path cannot be opened.
    #[error(transparent)]
    Path(#[from] PathError),
    /// The system gives no threads.
    #[error("no threads to scan with: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
}

/// Stack of each thread: the engine recurses moderately. Only what is touched takes memory.
const STACK_SIZE: usize = 256 << 20;

/// Runs the pipeline.
pub fn scan(options: &ScanOptions) -> Result<Scan, ScanError> {
    scan_and_tell(options, &|_| ())
}

/// Runs the pipeline and tells the name of each stage to `listener` when it begins.
pub fn scan_and_tell(options: &ScanOptions, listener: &(dyn Fn(&'static str) + Sync)) -> Result<Scan, ScanError> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads).stack_size(STACK_SIZE).build()?;
    pool.install(|| pipeline(options, listener))
}

fn pipeline(options: &ScanOptions, listener: &dyn Fn(&'static str)) -> Result<Scan, ScanError> {
    let mut clock = clock::Clock::new(listener);

    clock.begin("source");
    let (sources, skipped, mut diagnostics) = read(&options.input)?;
    clock.begin("lang");
    let (units, trouble) = lang::lower(&sources);
    diagnostics.extend(trouble);
    clock.begin("link");
    let (program, trouble) = link::link(units, &options.rules);
    diagnostics.extend(trouble);
    clock.begin("taint");
    let mut analysis = taint::analyse(&program, &options.rules);
    analysis.flows = taint::distinct(analysis.flows);
    diagnostics.append(&mut analysis.diagnostics);
    let fingerprints = taint::fingerprints(&analysis.flows);
    let timings = clock.finish();

    diagnostics.sort();
    let summary = summarise(&sources, skipped);
    Ok(Scan { sources, analysis, fingerprints, diagnostics, summary, timings })
}

fn read(input: &Input) -> Result<(SourceMap, Skipped, Vec<Diagnostic>), PathError> {
    match input {
        Input::Texts(files) => {
            let files = files.iter().map(|(path, text)| SourceFile { path: path.clone(), text: text.clone() });
            Ok((SourceMap::new(files.collect()), Skipped::default(), Vec::new()))
        }
        Input::Paths(selection) => {
            let mut found = source::walk(selection, &|path| Some(lang::language_of(path)?.test_layout()))?;
            let (sources, trouble) = source::read(&mut found, selection.max_file_size);
            Ok((sources, found.skipped, [found.diagnostics, trouble].concat()))
        }
    }
}

fn summarise(sources: &SourceMap, skipped: Skipped) -> Summary {
    let mut summary = Summary { skipped, ..Summary::default() };
    for (_, file) in sources.iter() {
        if let Some(language) = lang::language_of(&file.path) {
            summary.files += 1;
            summary.lines += file.text.lines().count();
            summary.bytes += file.text.len();
            *summary.languages.entry(language.key()).or_default() += 1;
        }
    }
    summary
}

impl Scan {
    /// Whether everything that was to be scanned was understood.
    pub fn is_complete(&self) -> bool {
        self.diagnostics.iter().all(|diagnostic| diagnostic.level == Level::Note || !diagnostic.code.is_loss())
    }
}
