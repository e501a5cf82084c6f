//! Mechanisms composed in twos and threes: the value must be found behind every chain of them, and its twin behind none.
//!
//! Real flows need several abilities at once, and hand-written cases show one at a time. A chain is rendered as a Java
//! class with markers in it and compared like any fixture; many chains are scanned together.

mod chain;
mod mechanism;

use std::collections::BTreeMap;

use candor::examples::compare::complaints;
use candor::examples::markers::markers;
use candor::examples::{Case, found_in};

use chain::{Chain, IMPORTS, Order};
use mechanism::{HELPERS, MECHANISMS};

/// Chains in one scan.
const BATCH: usize = 100;
/// Failing chains that a failure shows in full.
const SHOWN: usize = 2;

/// All pairs, each with a third that follows from the two, so that every pair meets different ones.
fn threes(third: impl Fn(usize, usize) -> usize, order: Order) -> Vec<Chain> {
    let count = MECHANISMS.len();
    let pairs = (0..count).flat_map(|first| (0..count).map(move |second| (first, second)));
    pairs.filter_map(|(first, second)| Chain::new(vec![first, second, third(first, second) % count], order)).collect()
}

fn twos(order: Order) -> Vec<Chain> {
    let count = MECHANISMS.len();
    let pairs = (0..count).flat_map(|first| (0..count).map(move |second| vec![first, second]));
    pairs.filter_map(|links| Chain::new(links, order)).collect()
}

fn file_of(index: usize) -> String {
    format!("Chain{index}.java")
}

/// What went wrong with each chain of a batch.
fn failures(chains: &[Chain]) -> BTreeMap<usize, String> {
    let sources: Vec<String> = chains
        .iter()
        .enumerate()
        .map(|(index, chain)| format!("{IMPORTS}{}", chain.render(&format!("Chain{index}"))))
        .collect();
    let mut case = Case::of_text("Helpers.java", HELPERS);
    case.files.extend(sources.iter().enumerate().map(|(index, source)| (file_of(index), source.clone())));
    let found = found_in(&case).expect("the rules load");
    let expected: Vec<_> =
        sources.iter().enumerate().flat_map(|(index, source)| markers(&file_of(index), source).0).collect();
    let mut failures: BTreeMap<usize, String> = BTreeMap::new();
    for complaint in complaints(&expected, &found) {
        let index = (0..chains.len()).find(|&index| file_of(index) == complaint.place.file).expect("a file of a chain");
        let line = complaint.place.line as usize;
        let method = sources[index].lines().take(line).filter(|line| line.contains("public void")).last().unwrap_or("");
        let method = method.trim().trim_start_matches("public void ").split('(').next().unwrap_or("");
        failures.entry(index).or_default().push_str(&format!("    {method}: {}\n", complaint.message));
    }
    failures
}

#[track_caller]
fn check(chains: &[Chain]) {
    let mut text = String::new();
    let mut count = 0;
    let mut shown = Vec::new();
    for batch in chains.chunks(BATCH) {
        for (index, failure) in failures(batch) {
            count += 1;
            text.push_str(&format!("{}\n{failure}", batch[index].name()));
            shown.push(batch[index].render(&format!("Chain{index}")));
        }
    }
    shown.truncate(SHOWN);
    assert!(count == 0, "{count} of {} chains fail\n{text}\n{}", chains.len(), shown.join("\n"));
}

#[test]
fn one_mechanism() {
    check(&(0..MECHANISMS.len()).filter_map(|link| Chain::new(vec![link], Order::Nested)).collect::<Vec<_>>());
}

#[test]
fn nested_in_twos() {
    check(&twos(Order::Nested));
}

#[test]
fn nested_in_threes() {
    check(&threes(|first, second| 3 * first + 5 * second, Order::Nested));
}

#[test]
fn one_after_another_in_threes() {
    check(&threes(|first, second| 5 * first + 3 * second + 2, Order::Sequential));
}
