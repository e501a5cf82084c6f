//! The pipeline, on one screen: options become a [`Scan`], all that a run found.

mod clock;

use jiff::civil::Date;

use crate::base::{Code, Diagnostic, Level};
use crate::lang;
use crate::link;
use crate::policy::{self, Case, DocumentTexts, Policy, Ruling};
use crate::report::{Findings, Report, Summary};
use crate::resource::{self, Dependency};
use crate::rules::model::RuleSet;
use crate::source::{self, Claim, PathError, Selection, Skipped, SourceFile, SourceMap};
use crate::taint::{self, Analysis, Confidence};

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
    /// The rules, without what policies add to them.
    pub rules: RuleSet,
    /// The policies that judge the flows, in order.
    pub policies: Vec<Policy>,
    /// The texts of the documents that they quote.
    pub documents: DocumentTexts,
    /// The day on which it is judged, in UTC.
    pub today: Date,
    /// Flows below it have no level; overrides what policies say.
    pub min_confidence: Option<Confidence>,
    /// How many threads work at most; 0: as many as the machine has.
    pub threads: usize,
}

/// All that a run found.
#[derive(Debug)]
pub struct Scan {
    /// The files.
    pub sources: SourceMap,
    /// The rules with what policies add to them.
    pub rules: RuleSet,
    /// Flows, sink sites and occurrences.
    pub analysis: Analysis,
    /// The fingerprint of each flow.
    pub fingerprints: Vec<String>,
    /// What builds declare that they depend on.
    pub dependencies: Vec<Dependency>,
    /// What the policies say.
    pub ruling: Ruling,
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
    let mut rules = options.rules.clone();
    policy::extend_destinations(&mut rules, &options.policies);

    clock.begin("source");
    let (sources, skipped, mut diagnostics) = read(&options.input)?;
    clock.begin("resource");
    let (resources, trouble) = resource::read(&sources);
    diagnostics.extend(trouble);
    clock.begin("lang");
    let (units, trouble) = lang::lower(&sources);
    diagnostics.extend(trouble);
    clock.begin("link");
    let (program, trouble) = link::link(units, &rules, &resources);
    diagnostics.extend(trouble);
    clock.begin("taint");
    let mut analysis = taint::analyse(&program, &rules, &resources);
    diagnostics.append(&mut analysis.diagnostics);
    analysis.flows = taint::distinct(analysis.flows);
    let fingerprints = taint::fingerprints(&analysis.flows);
    clock.begin("policy");
    let case = Case {
        flows: &analysis.flows,
        fingerprints: &fingerprints,
        sources: &sources,
        rules: &rules,
        today: options.today,
        min_confidence: options.min_confidence,
    };
    let ruling = policy::rule(&case, &options.policies, &options.documents);
    let timings = clock.finish();

    let summary = summarise(&sources, skipped);
    if summary.files == 0 {
        diagnostics.push(nothing_to_scan());
    }
    diagnostics.sort();
    let dependencies = resources.dependencies;
    Ok(Scan { sources, rules, analysis, fingerprints, dependencies, ruling, diagnostics, summary, timings })
}

fn read(input: &Input) -> Result<(SourceMap, Skipped, Vec<Diagnostic>), PathError> {
    match input {
        Input::Texts(files) => {
            let files = files.iter().map(|(path, text)| SourceFile { path: path.clone(), text: text.clone() });
            Ok((SourceMap::new(files.collect()), Skipped::default(), Vec::new()))
        }
        Input::Paths(selection) => {
            let mut found = source::walk(selection, &claim_of)?;
            let (sources, trouble) = source::read(&mut found, selection.max_file_size);
            Ok((sources, found.skipped, [found.diagnostics, trouble].concat()))
        }
    }
}

/// Code is read by its language, other files by their format; a layout of tests holds for both.
fn claim_of(path: &str) -> Option<Claim> {
    let layout = |language: &&'static dyn lang::Language| language.test_layout();
    match (lang::language_of(path), resource::kind_of(path)) {
        (Some(language), _) => Some(Claim::code(language.test_layout())),
        (None, Some(_)) => Some(Claim::resource(lang::LANGUAGES.iter().map(layout).collect())),
        (None, None) => None,
    }
}

fn summarise(sources: &SourceMap, skipped: Skipped) -> Summary {
    let mut summary = Summary { skipped, ..Summary::default() };
    for (_, file) in sources.iter() {
        if let Some(language) = lang::language_of(&file.path) {
            summary.files += 1;
            summary.lines += file.text.lines().count();
            summary.bytes += file.text.len();
            *summary.languages.entry(language.key().to_owned()).or_default() += 1;
        }
    }
    summary
}

fn nothing_to_scan() -> Diagnostic {
    let known: Vec<String> =
        lang::LANGUAGES.iter().flat_map(|language| language.extensions()).map(|ending| format!(".{ending}")).collect();
    let message = format!("nothing was scanned: no file with a name that Candor reads ({})", known.join(" "));
    Diagnostic::global(Level::Warning, Code::Empty, message)
}

impl Scan {
    /// Whether everything that was to be scanned was understood.
    pub fn is_complete(&self) -> bool {
        self.diagnostics.iter().all(|diagnostic| diagnostic.level == Level::Note || !diagnostic.code.is_loss())
    }

    /// The report on a scan with these options.
    pub fn report(&self, options: &ScanOptions) -> Report {
        Report::of(&Findings {
            sources: &self.sources,
            rules: &self.rules,
            analysis: &self.analysis,
            fingerprints: &self.fingerprints,
            dependencies: &self.dependencies,
            policies: &options.policies,
            ruling: &self.ruling,
            documents: &options.documents,
            diagnostics: &self.diagnostics,
            summary: &self.summary,
            complete: self.is_complete(),
        })
    }
}
