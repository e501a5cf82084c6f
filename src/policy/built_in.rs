//! The policies that stand in where nobody wrote one, and what policies add to the rules of a run.

use super::load::load_built_in;
use super::model::{Policy, PolicyFile};
use super::place::Folder;
use crate::base::Symbol;
use crate::rules::model::{Destination, RuleSet};

/// What a report says at its end when the built-in policy was used.
pub const BUILT_IN_NOTE: &str =
    "These are general rules, not your privacy policy: the README tells how to write a candor.yaml of your own.";

/// The path under which the built-in policy is shown.
const PATH: &str = "built-in policy";

impl Policy {
    /// General rules that fit any code.
    pub fn general() -> Policy {
        built_in(include_str!("default.yaml"))
    }

    /// No rule at all: every flow is told.
    pub fn without_rules() -> Policy {
        built_in("version: 1\npolicy: no rules\ndefaults: { undisclosed: warn }\n")
    }
}

fn built_in(text: &str) -> Policy {
    let file = PolicyFile { path: PATH.to_owned(), text: text.to_owned(), folder: Folder::Inside(String::new()) };
    load_built_in(file).expect("a built-in policy has no problems, as a test of each shows")
}

/// Adds to `rules` what policies say of who runs which destination.
pub fn extend_destinations(rules: &mut RuleSet, policies: &[Policy]) {
    for addition in policies.iter().flat_map(|policy| &policy.destinations) {
        let declared = match rules.destinations.iter_mut().find(|declared| declared.id == addition.id) {
            Some(declared) => declared,
            None => {
                let (id, none) = (addition.id, Vec::<Symbol>::new());
                let new = Destination { id, entity: None, country: None, hosts: none.clone(), packages: none };
                let at = rules.destinations.partition_point(|declared| declared.id < addition.id);
                rules.destinations.insert(at, new);
                &mut rules.destinations[at]
            }
        };
        declared.entity = addition.entity.clone().or(declared.entity.take());
        declared.country = addition.country.or(declared.country);
        let new: Vec<Symbol> = addition.hosts.iter().copied().filter(|host| !declared.hosts.contains(host)).collect();
        declared.hosts.extend(new);
    }
}
