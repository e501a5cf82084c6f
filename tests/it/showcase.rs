//! The showcase: its policy fits the built-in rules, and its notice says what the policy quotes.

use std::path::{Path, PathBuf};

use candor::base::yaml::render;
use candor::policy::{DocumentTexts, Folder, Policy, PolicyFile, Stance, check_clauses, load};
use candor::rules::model::RuleSet;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/showcase")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(folder().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// `text` as a policy under the built-in rules, in which every id must be declared.
fn checked(path: &str, text: String) -> Policy {
    let file = PolicyFile { path: path.to_owned(), text: text.clone(), folder: Folder::Inside(String::new()) };
    load(file, &RuleSet::builtin()).unwrap_or_else(|problems| panic!("{}", render(&problems, path, &text, false)))
}

#[test]
fn the_policy_quotes_sentences_that_stand_in_the_notice() {
    let policy = checked("candor.yaml", read("candor.yaml"));
    let documents: DocumentTexts =
        policy.documents().map(|(_, document)| (document.display.clone(), read(&document.path))).collect();
    assert_eq!(check_clauses(&policy, &documents), []);
    assert!(policy.rules.iter().all(|rule| rule.clause.is_some()), "every rule of the showcase quotes its sentence");
    for stance in [Stance::Permit, Stance::Forbid] {
        assert!(policy.rules.iter().any(|rule| rule.stance == stance));
    }
    assert!(policy.exceptions.iter().all(|exception| exception.reason.is_some() && exception.expires.is_some()));
}

#[test]
fn the_general_policy_speaks_of_declared_ids() {
    let general = Policy::general();
    assert_eq!(checked("default.yaml", general.file.text).rules.len(), general.rules.len());
}

#[test]
fn the_policy_in_the_readme_is_one() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let blocks = readme.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next());
    let policies: Vec<&str> = blocks.filter(|block| block.starts_with("version: 1\n")).collect();
    let [text] = policies.as_slice() else { panic!("{} policies in the README", policies.len()) };
    assert_eq!(checked("README.md", (*text).to_owned()).rules.len(), 3);
}
