//! What the built-in catalogue must hold: complete elements, vendors with who runs them, calls by which they are reached.

use std::collections::BTreeSet;

use candor::base::Symbol;
use candor::rules::builtin_examples;
use candor::rules::model::{Destination, RuleSet, Sensitivity};

use crate::command::{package, run_in};

const TERMS: &str = include_str!("../taxonomies/dpv-pd.txt");

/// Elements that no store asks about: what proves who somebody is, and what is at the root.
fn needs_store_type(id: &str) -> bool {
    id != "user" && !id.starts_with("user.authorization")
}

#[test]
fn every_element_is_complete() {
    let rules = RuleSet::builtin();
    assert!(rules.elements.len() >= 150, "{}", rules.elements.len());
    let terms: BTreeSet<&str> =
        TERMS.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace).collect();
    let is_term =
        |term: &str| term.strip_prefix("pd:").is_some_and(|term| terms.contains(term)) || term == "dpv:PersonalData";
    let mut problems = Vec::new();
    for element in &rules.elements {
        let mut require = |holds: bool, what: &str| {
            if !holds {
                problems.push(format!("{} {what}", element.id));
            }
        };
        require(element.dpv.is_some_and(|term| is_term(&term)), "has no term of the Data Privacy Vocabulary");
        require(element.play.is_some() || !needs_store_type(&element.id), "has no data type of the store");
        require(!element.subjects.is_empty(), "is about nobody");
        if element.id != "user" {
            require(!element.names.strong.is_empty(), "has no name");
            require(!element.types.is_empty(), "has no type");
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn special_categories_are_marked() {
    let special = [
        "user.biometric",
        "user.criminal_history",
        "user.demographic.political_opinion",
        "user.demographic.race_ethnicity",
        "user.demographic.religious_belief",
        "user.demographic.sexual_orientation",
        "user.health_and_medical",
    ];
    let rules = RuleSet::builtin();
    for root in special {
        let children = rules.elements.iter().filter(|element| element.id.starts_with(root));
        let unmarked: Vec<_> = children.filter(|element| element.sensitivity < Sensitivity::High).collect();
        assert!(unmarked.is_empty(), "{unmarked:#?}");
        let own = rules.elements.iter().find(|element| element.id == root).unwrap();
        assert_eq!(own.sensitivity, Sensitivity::Special, "{root}");
    }
}

#[test]
fn every_element_shows_itself_in_an_example() {
    let shown: BTreeSet<String> = builtin_examples().into_iter().map(|example| example.rule).collect();
    let rules = RuleSet::builtin();
    let hidden: Vec<Symbol> = rules
        .elements
        .iter()
        .map(|element| element.id)
        .filter(|id| *id != "user" && !shown.contains(id.as_str()))
        .collect();
    assert!(hidden.is_empty(), "{hidden:?}");
}

/// Those that somebody else runs.
fn vendors(rules: &RuleSet) -> Vec<&Destination> {
    rules.destinations.iter().filter(|destination| destination.entity.is_some()).collect()
}

#[test]
fn vendors_are_many_and_say_who_they_are() {
    let rules = RuleSet::builtin();
    let vendors = vendors(&rules);
    assert!(vendors.len() >= 400, "{}", vendors.len());
    for vendor in &vendors {
        assert!(vendor.country.is_some(), "{} has no country", vendor.id);
        assert!(!vendor.hosts.is_empty() || !vendor.packages.is_empty(), "{} is reached by nothing", vendor.id);
        for package in &vendor.packages {
            let is_named = package.starts_with("gem:") || package.split(':').count() == 2;
            assert!(is_named, "{}: {package} is neither a gem nor `group:artifact`", vendor.id);
        }
    }
    let modelled = vendors.iter().filter(|vendor| rules.sinks.iter().any(|sink| sink.destination == vendor.id));
    assert!(modelled.count() >= 150);
}

#[test]
fn a_package_and_a_host_belong_to_one_vendor() {
    let rules = RuleSet::builtin();
    let mut seen = BTreeSet::new();
    for vendor in vendors(&rules) {
        for name in vendor.hosts.iter().chain(&vendor.packages) {
            assert!(seen.insert(*name), "{name} stands twice, the second time at {}", vendor.id);
        }
    }
}

#[test]
fn the_summary_counts_each_kind() {
    let said = run_in(package(), &["rules", "list", "--summary"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let counts: Vec<(&str, usize)> = said
        .out
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(kind, n)| (kind, n.parse().unwrap()))
        .collect();
    let kinds: Vec<&str> = counts.iter().map(|(kind, _)| *kind).collect();
    let expected = [
        "elements",
        "vendors",
        "vendors_with_calls",
        "sources",
        "sinks",
        "modelled_calls",
        "models_java",
        "models_kotlin",
        "models_ruby",
    ];
    assert_eq!(kinds, expected);
    let rules = RuleSet::builtin();
    assert_eq!((counts[0].1, counts[1].1), (rules.elements.len(), vendors(&rules).len()));
    assert!(counts.iter().all(|(_, count)| *count > 0), "{counts:?}");
}

#[test]
fn a_list_can_be_narrowed() {
    let list = |arguments: &[&str]| {
        let all = [&["rules", "list", "--format", "json"], arguments].concat();
        let said = run_in(package(), &all);
        assert_eq!(said.code, 0, "{}", said.err);
        let json: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        let ids = json["entries"].as_array().unwrap().iter();
        ids.map(|entry| entry["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let stripe = list(&["--kind", "sinks", "--destination", "payment.stripe", "--language", "java"]);
    assert!(stripe.contains(&"jvm.stripe.create".to_owned()), "{stripe:?}");
    assert!(stripe.iter().all(|id| id.starts_with("jvm.stripe")), "{stripe:?}");
    assert!(list(&["--kind", "elements", "--destination", "log"]).is_empty());
    let third = list(&["--kind", "destinations", "--destination", "third_party"]);
    assert!(third.contains(&"analytics.mixpanel".to_owned()) && !third.contains(&"storage.cache".to_owned()));
    assert_eq!(run_in(package(), &["rules", "list", "--kind", "sink"]).code, 2);
}
