//! Built-in rules are made use of by examples and fixtures.
//!
//! Elements, destinations, names, types and constants are data: hundreds of lines of one kind, of which a test would say
//! nothing. Rules whose mechanism or meaning is their own must each have been seen at work: sources, sanitizers,
//! transforms, members, channels, expands, guards, and entries that bring data in. Of sinks, propagators and calls there
//! are so many that name but another method of a class that a share of them may be left.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use candor::base::Symbol;
use candor::examples::{Case, case_of, used_in};
use candor::rules::builtin_examples;
use candor::rules::model::{RuleSet, Section};

use crate::command::package;
use crate::support::case::read_case;

/// How many of a hundred rules of a section may be left that nothing exercises.
fn bound(section: Section) -> usize {
    match section {
        Section::Sink => 8,
        Section::Call => 50,
        Section::Propagator => 32,
        _ => 0,
    }
}

#[test]
fn rules_are_exercised() {
    let rules = RuleSet::builtin();
    let mut cases: Vec<Case> = builtin_examples().iter().map(case_of).collect();
    cases.extend(fixtures().iter().map(|path| read_case(path).expect("a case")));
    let used = used_by(&cases);
    let mut faults = String::new();
    for &section in Section::ALL {
        let own = rules.ids().filter(|(own, id)| *own == section && has_effect(&rules, section, *id));
        let all: Vec<Symbol> = own.map(|(_, id)| id).collect();
        let unused: Vec<Symbol> = all.iter().copied().filter(|id| !used.contains(id)).collect();
        if unused.len() * 100 > all.len() * bound(section) {
            faults.push_str(&format!("{}: {} of {}\n", section.key(), unused.len(), all.len()));
            for id in unused {
                faults.push_str(&format!("  {id} ({})\n", rules.origin(&id).expect("a file")));
            }
        }
    }
    assert!(faults.is_empty(), "rules that neither an example nor a fixture exercises:\n{faults}");
}

fn has_effect(rules: &RuleSet, section: Section, id: Symbol) -> bool {
    match section {
        Section::Element | Section::Destination | Section::Type | Section::Constant => false,
        Section::Entry => rules.entries.iter().any(|entry| entry.id == id && !entry.sources.is_empty()),
        _ => true,
    }
}

/// Ids of the rules that the scans of all cases make use of. Each scan has its own pool of threads.
fn used_by(cases: &[Case]) -> BTreeSet<Symbol> {
    let workers = std::thread::available_parallelism().map_or(1, |count| count.get());
    let size = cases.len().div_ceil(workers).max(1);
    let scan =
        |chunk: &[Case]| -> BTreeSet<Symbol> { chunk.iter().flat_map(|case| used_in(case).expect("a scan")).collect() };
    std::thread::scope(|scope| {
        let workers: Vec<_> = cases.chunks(size).map(|chunk| scope.spawn(move || scan(chunk))).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no scan panics")).collect()
    })
}

/// The cases below `fixtures`: a file, or a folder with a `case.yaml`.
fn fixtures() -> Vec<PathBuf> {
    let languages = ["java", "kotlin", "ruby", "mixed"].map(|language| package().join("fixtures").join(language));
    let cases = languages.iter().flat_map(|folder| entries(folder)).flat_map(|topic| entries(&topic));
    cases.map(|case| if case.is_dir() { case.join("case.yaml") } else { case }).filter(|case| case.exists()).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}
