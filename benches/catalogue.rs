//! Measures what the embedded catalogue costs a scan: to load and index it, and to look calls up in twice as many rules.
//!
//! ```text
//! cargo bench --bench catalogue
//! ```
//!
//! The second catalogue holds every rule twice, the copy for types that nobody has: a walk over all rules would cost
//! twice as much, a look-up by name and type does not. The best of several rounds counts.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use candor::base::Symbol;
use candor::lang::language_of;
use candor::rules::index::RuleIndex;
use candor::rules::model::{Match, Pattern, RuleSet};
use candor::scan::{Input, ScanOptions, scan};
use candor::source::{Claim, DEFAULT_MAX_FILE_SIZE, Selection, read, walk};

const ROUNDS: usize = 20;
const SCANS: usize = 5;

fn main() {
    let loading = best(ROUNDS, || {
        black_box(RuleSet::builtin());
    });
    let rules = RuleSet::builtin();
    let indexing = best(ROUNDS, || {
        black_box(RuleIndex::new(&rules));
    });
    println!("load     {:>8.2} ms", milliseconds(loading));
    println!("index    {:>8.2} ms", milliseconds(indexing));

    let folder = std::env::var("CANDOR_BENCH_DIR").unwrap_or_else(|_| "fixtures".to_owned());
    let files = files(Path::new(&folder));
    let twice = doubled(&rules);
    let measure = |rules: &RuleSet| {
        let input = Input::Texts(files.clone());
        let options = ScanOptions { input, rules: rules.clone(), threads: 1, ..ScanOptions::default() };
        best(SCANS, || {
            black_box(scan(&options).expect("threads"));
        })
    };
    let (once, doubled) = (measure(&rules), measure(&twice));
    println!("scan     {:>8.2} ms of {} files in {folder}", milliseconds(once), files.len());
    println!(
        "doubled  {:>8.2} ms, {:.2} times as much",
        milliseconds(doubled),
        doubled.as_secs_f64() / once.as_secs_f64()
    );
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// The shortest time that `work` took.
fn best(rounds: usize, mut work: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let started = Instant::now();
        work();
        best = best.min(started.elapsed());
    }
    best
}

/// Path and text of the files that a scan of the folder reads.
fn files(folder: &Path) -> Vec<(String, String)> {
    let selection = Selection { include_tests: true, ..Selection::of(folder) };
    let mut found = walk(&selection, &|path| Some(Claim::code(language_of(path)?.test_layout()))).expect("a folder");
    let sources = read(&mut found, DEFAULT_MAX_FILE_SIZE).0;
    sources.iter().map(|(_, file)| (file.path.clone(), file.text.clone())).collect()
}

/// The rules about calls, each a second time for a type that no code has.
fn doubled(rules: &RuleSet) -> RuleSet {
    let mut rules = rules.clone();
    macro_rules! double {
        ($($section:ident),*) => {$(
            let copies: Vec<_> = rules.$section.iter().cloned().map(|mut rule| {
                rule.id = Symbol::new(&format!("{}.again", rule.id));
                nowhere(&mut rule.matches);
                rule
            }).collect();
            rules.$section.extend(copies);
        )*};
    }
    double!(sources, sinks, propagators, sanitizers, transforms, types, calls, expands, entries);
    rules
}

/// Makes a match speak of a type that no code has.
fn nowhere(matches: &mut Match) {
    matches.types = vec![Pattern::Exact(Symbol::new("unheard.of.Type"))];
}
