//! Rule files: built-in ones load and keep their meaning, mistakes are told at their places, all at once.

use std::collections::BTreeSet;

use candor::rules::model::{RuleSet, decode, encode};

#[test]
fn builtin_ids_are_unique_and_survive_the_embedded_form() {
    let rules = RuleSet::builtin();
    let ids: Vec<_> = rules.ids().map(|(_, id)| id).collect();
    assert!(ids.len() > 500, "{}", ids.len());
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert_eq!(decode(&encode(&rules).unwrap()).unwrap(), rules);
}
