//! Mechanisms composed in twos and threes, in each language: the value must be found behind every chain of them, and its
//! twin behind none.
//!
//! Real flows need several abilities at once, and hand-written cases show one at a time. A chain is rendered as a class
//! with markers in it and compared like any fixture; many chains are scanned together. The scoreboard of a language is
//! a snapshot that lists every chain that fails: one that is mended must leave it.

mod chain;
mod java;
mod kotlin;
mod mechanism;
mod ruby;

use std::collections::BTreeMap;
use std::fmt::Write;

use rayon::prelude::*;

use candor::examples::compare::complaints;
use candor::examples::markers::markers;
use candor::examples::{Case, found_in};

use chain::{Chain, Order};
use mechanism::Language;

/// Chains in one scan.
const BATCH: usize = 100;

/// One of so many of the rows and nests of three is composed.
const SAMPLE: usize = 6;

/// The first mechanism of each language: a field of an object.
const PLAINEST: usize = 0;

/// The chains of a language, of the mechanisms at `links`: all pairs, and a sample of threes.
fn sets(language: &'static Language, links: &[usize]) -> [(&'static str, Vec<Chain>); 3] {
    let third = |position: usize| links[position % links.len()];
    let pairs = || (0..links.len()).flat_map(|first| (0..links.len()).map(move |second| (first, second)));
    let twos =
        pairs().filter_map(|(first, second)| Chain::new(language, vec![links[first], links[second]], Order::Nested));
    // The third follows from the two, so that every pair meets different ones.
    let threes = |order, one: usize, other: usize| {
        let sampled = pairs().filter(move |(first, second)| (first + second) % SAMPLE == 0);
        let links =
            sampled.map(move |(first, second)| vec![links[first], links[second], third(one * first + other * second)]);
        links.filter_map(move |links| Chain::new(language, links, order)).collect()
    };
    [
        ("nested in twos", twos.collect()),
        ("nested in threes", threes(Order::Nested, 3, 5)),
        ("one after another in threes", threes(Order::Sequential, 5, 3)),
    ]
}

/// What went wrong with each chain of a batch, by its position.
fn failures(language: &Language, chains: &[Chain]) -> BTreeMap<usize, String> {
    let file_of = |index: usize| format!("Chain{index}.{}", language.ending);
    let sources: Vec<String> =
        chains.iter().enumerate().map(|(index, chain)| chain.render(&format!("Chain{index}"))).collect();
    let mut case = Case::of_text(&format!("Helpers.{}", language.ending), language.helpers);
    case.files.extend(sources.iter().enumerate().map(|(index, source)| (file_of(index), source.clone())));
    let found = found_in(&case).expect("the rules load");
    let expected: Vec<_> =
        sources.iter().enumerate().flat_map(|(index, source)| markers(&file_of(index), source).0).collect();
    let mut failures: BTreeMap<usize, String> = BTreeMap::new();
    for complaint in complaints(&expected, &found) {
        let index = (0..chains.len()).find(|&index| file_of(index) == complaint.place.file).expect("a file of a chain");
        let before = sources[index].lines().take(complaint.place.line as usize);
        let method = before.filter_map(name_of_method).last().unwrap_or("");
        writeln!(failures.entry(index).or_default(), "    {method}: {}", complaint.message).expect("text takes all");
    }
    failures
}

/// `carry` or `twin0`, on the line that opens the method.
fn name_of_method(line: &str) -> Option<&str> {
    let (before, _) = line.split_once('(')?;
    let name = before.rsplit(' ').next()?;
    (name == "carry" || name.starts_with("twin")).then_some(name)
}

/// Every chain that fails, with its position.
fn failing(language: &'static Language, chains: &[Chain]) -> Vec<(usize, String)> {
    let batches: Vec<(usize, &[Chain])> = chains.chunks(BATCH).enumerate().collect();
    let failing = batches.par_iter().flat_map_iter(|(batch, chains)| {
        let failures = failures(language, chains).into_iter();
        failures.map(move |(index, failure)| (batch * BATCH + index, format!("{}\n{failure}", chains[index].name())))
    });
    failing.collect()
}

/// Counts, with every chain that fails. What a mechanism does wrong alone, or with an object of the plainest kind in it,
/// is told once: chains are made of the others.
fn scoreboard(language: &'static Language) -> String {
    let all: Vec<usize> = (0..language.mechanisms.len()).collect();
    let nest = |links: Vec<usize>| Chain::new(language, links, Order::Nested);
    let alone: Vec<Chain> =
        all.iter().flat_map(|&link| [nest(vec![link]), nest(vec![link, PLAINEST])]).flatten().collect();
    let mut failing_sets = vec![("one mechanism", alone.len(), failing(language, &alone))];
    let wrong: Vec<usize> = failing_sets[0].2.iter().map(|(position, _)| alone[*position].links[0]).collect();
    let links: Vec<usize> = all.into_iter().filter(|link| !wrong.contains(link)).collect();
    for (set, chains) in sets(language, &links) {
        failing_sets.push((set, chains.len(), failing(language, &chains)));
    }
    let mut text = String::new();
    for (set, count, failing) in failing_sets {
        writeln!(text, "{set}: {} of {count} chains fail", failing.len()).expect("text takes all");
        text.extend(failing.into_iter().map(|(_, failure)| failure));
    }
    text
}

fn check(language: &'static Language) {
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!(format!("chains_{}", language.name), scoreboard(language));
    });
}

#[test]
fn chains_of_java() {
    check(&java::JAVA);
}

#[test]
fn chains_of_kotlin() {
    check(&kotlin::KOTLIN);
}

#[test]
fn chains_of_ruby() {
    check(&ruby::RUBY);
}
