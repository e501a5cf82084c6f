//! Generated files below `docs/` are those that this version makes. `SNAPSHOTS=overwrite cargo test --test it generated`
//! writes them.

use std::fs;
use std::path::PathBuf;

use candor::base::yaml::{Node, Shapes, Value, parse};
use candor::examples::Case;
use candor::policy::{self, Folder, PolicyFile};
use candor::report::catalogue::Selection;
use candor::report::reference::{keys, reference};
use candor::report::schema::schema;
use candor::rules::model::{RuleSet, Section};
use candor::rules::{self, RuleFile};
use jsonschema::Validator;

use crate::command::package;
use crate::support::case::read_case;

/// Paths and texts of all files below `folder` with this ending, sorted.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let (mut found, mut pending) = (Vec::new(), vec![package().join(folder)]);
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                pending.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let name = path.strip_prefix(package()).expect("below").to_string_lossy().into_owned();
                found.push((name, fs::read_to_string(&path).expect("text")));
            }
        }
    }
    found.sort();
    found
}

/// What every entry may have, and forms that no other file shows. It loads nowhere: its rules say too little.
fn common_keys() -> (String, String) {
    let common = "{ id: a, replaces: b, examples: [{ language: java, code: c }] }";
    let mut text = "disable: [a]\n".to_owned();
    for section in Section::ALL {
        text.push_str(&format!("{}:\n  - {common}\n", section.key()));
        match section {
            Section::Transform => text.push_str("  - { id: a, flow: { from: ReturnValue, to: ReturnValue } }\n"),
            Section::Type => text.push_str("  - { id: a, implementers: true }\n"),
            _ => {}
        }
    }
    ("common-keys.yaml".to_owned(), text)
}

fn rule_files() -> Vec<RuleFile> {
    let every_key = ("every-key.yaml".to_owned(), include_str!("every-key.yaml").to_owned());
    let of_cases = |(path, case): (String, Case)| case.rules.into_iter().map(move |(_, text)| (path.clone(), text));
    let all = std::iter::once(every_key).chain(files("rules", ".yaml")).chain(cases().into_iter().flat_map(of_cases));
    all.map(|(path, text)| RuleFile { path, text }).collect()
}

/// The fixtures that have rules or a policy of their own.
fn cases() -> Vec<(String, Case)> {
    let manifests = files("fixtures", "/case.yaml").into_iter();
    manifests.map(|(path, _)| (path.clone(), read_case(&package().join(&path)).expect("a case"))).collect()
}

/// The policies of the repository: that which shows every key, the built-in one, and those of fixtures.
fn policies() -> Vec<(String, String)> {
    let mut policies = vec![("every-policy-key.yaml".to_owned(), include_str!("every-policy-key.yaml").to_owned())];
    policies.extend(files("src/policy", "default.yaml"));
    policies.extend(files("fixtures", "candor.yaml"));
    policies.extend(cases().into_iter().filter_map(|(path, case)| Some((path, case.policy?.1))));
    policies
}

fn rule_shapes() -> Shapes {
    let (path, text) = common_keys();
    let mut files = rule_files();
    files.push(RuleFile { path, text });
    rules::shapes(&files)
}

fn rule_schema() -> String {
    schema("Rules of Candor", &rule_shapes(), &RuleSet::builtin())
}

fn policy_shapes() -> Shapes {
    let file = |(path, text)| PolicyFile { path, text, folder: Folder::Inside(String::new()) };
    policy::shapes(policies().into_iter().map(file).collect())
}

fn policy_schema() -> String {
    schema("A policy of Candor", &policy_shapes(), &RuleSet::builtin())
}

/// Compares a generated text with the file that is checked in, or writes it.
fn check(path: &str, text: &str) {
    let file: PathBuf = package().join(path);
    if std::env::var("SNAPSHOTS").is_ok_and(|wish| wish == "overwrite") {
        fs::create_dir_all(file.parent().expect("a folder")).expect("docs can be written");
        fs::write(&file, text).expect("docs can be written");
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(written == text, "{path} is not what this version makes; the first lines of this file say how to write it");
}

#[test]
fn the_schemas_are_current() {
    check("docs/schema/rules.schema.json", &rule_schema());
    check("docs/schema/policy.schema.json", &policy_schema());
}

#[test]
fn the_reference_is_current() {
    let builtin = RuleSet::builtin();
    let of = |kinds: &[Section]| {
        let kinds = kinds.iter().map(|section| section.key().to_owned()).collect();
        reference(&builtin, &Selection { kinds, ..Selection::default() })
    };
    let page = |title: &str, text: &str| format!("# {title}\n\n{}\n", text.trim());
    check("docs/reference/elements.md", &page("Data elements", &of(&[Section::Element])));
    check("docs/reference/destinations.md", &page("Destinations", &of(&[Section::Destination])));
    // What is personal, where it goes, and what protects it; `candor rules list --format markdown` tells the rest.
    let judged = of(&[Section::Source, Section::Sink, Section::Sanitizer, Section::Transform]);
    check("docs/reference/rules.md", &page("Sources, sinks, sanitizers and transforms", &judged));
    check("docs/reference/rule-files.md", &page("Keys of rule files", &keys(&rule_shapes())));
    check("docs/reference/policy-files.md", &page("Keys of policy files", &keys(&policy_shapes())));
}

/// A file as editors read it.
fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Mapping(entries) => {
            entries.iter().map(|(key, value)| (key.as_text().unwrap_or_default().to_owned(), json(value))).collect()
        }
        Value::Sequence(items) => items.iter().map(json).collect(),
        Value::Scalar { .. } if node.is_null() => serde_json::Value::Null,
        Value::Scalar { text, plain: true } => {
            let is_literal = |value: &serde_json::Value| value.is_boolean() || value.is_number();
            serde_json::from_str(text).ok().filter(is_literal).unwrap_or_else(|| text.as_str().into())
        }
        Value::Scalar { text, .. } => text.as_str().into(),
    }
}

fn validator(text: &str) -> Validator {
    jsonschema::validator_for(&serde_json::from_str(text).expect("a schema is JSON")).expect("a schema")
}

fn faults(validator: &Validator, path: &str, text: &str) -> Vec<String> {
    let (root, problems) = parse(text);
    assert!(problems.is_empty(), "{path}: {problems:?}");
    let instance = json(&root.unwrap_or_else(|| panic!("{path} is empty")));
    let told = validator.iter_errors(&instance).map(|error| format!("{path}{}: {error}", error.instance_path()));
    told.collect()
}

#[test]
fn what_the_loaders_take_is_valid() {
    let rules = validator(&rule_schema());
    let mut told: Vec<String> = rule_files().iter().flat_map(|file| faults(&rules, &file.path, &file.text)).collect();
    let policy = validator(&policy_schema());
    told.extend(policies().iter().flat_map(|(path, text)| faults(&policy, path, text)));
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn slips_are_invalid() {
    let rules = validator(&rule_schema());
    let sink = |text: &str| format!("sinks:\n  - {text}\n");
    for wrong in [
        "sink: []\n".to_owned(),
        sink("{ id: a, destination: log, match: { method: m } }"),
        sink("{ id: a, destination: log, match: { method: m }, input: ReturnValue, read: printed }"),
        sink("{ id: a, destination: log, match: { method: m }, input: ReturnValue, reads: deeply }"),
        sink("{ id: a, destination: Log, match: { method: m }, input: ReturnValue }"),
        sink("{ id: a, destination: log, match: { methods: m }, input: ReturnValue }"),
        sink("{ id: a, destination: log, match: { method: m, arity: 300 }, input: ReturnValue }"),
        sink("{ id: a, destination: log, match: { method: m, static: 'yes' }, input: ReturnValue }"),
    ] {
        assert!(!faults(&rules, "wrong", &wrong).is_empty(), "{wrong}");
    }
    // The options of a macro have keys of their own.
    let macros = "types:\n  - { id: a, match: { macro: m, option: $x }, implementers: true }\n";
    assert_eq!(faults(&rules, "right", macros), [""; 0]);
    let policy = validator(&policy_schema());
    let rule = |text: &str| format!("version: 1\nrules:\n  - {text}\n");
    for wrong in [
        "rules: []\n".to_owned(),
        rule("{ permit: user }"),
        rule("{ id: a, permit: user, when: now }"),
        rule("{ id: a, forbid: user, level: loud }"),
        rule("{ id: a, forbid: [User] }"),
    ] {
        assert!(!faults(&policy, "wrong", &wrong).is_empty(), "{wrong}");
    }
}

#[test]
fn every_key_of_a_schema_has_been_asked_about() {
    let all = rule_shapes();
    let silent = all.mappings.iter().flat_map(|mapping| {
        mapping.keys.iter().filter(|(_, shape)| *shape == Default::default()).map(|(key, _)| (mapping.what, *key))
    });
    assert_eq!(silent.collect::<Vec<_>>(), []);
}
