//! Mistakes in policy files: every one is told in one run, underlined at its place.

use candor::base::yaml::render;
use candor::policy::{Folder, Policy, PolicyFile, check_names, extend_destinations, load};

use super::{file, policy, rule_set};

/// What a person is shown for the file `text`.
fn shown(text: &str) -> String {
    match load(file(text), &rule_set()) {
        Ok(policy) => panic!("no mistake found in {}", policy.file.text),
        Err(problems) => render(&problems, "candor.yaml", text, false),
    }
}

#[test]
fn all_mistakes_of_a_file_are_told_in_one_run() {
    insta::assert_snapshot!(shown(include_str!("mistakes.yaml")));
}

#[test]
fn mistakes_in_exceptions_and_sections_are_told() {
    insta::assert_snapshot!(shown(include_str!("mistakes-in-sections.yaml")));
}

#[test]
fn a_file_that_is_no_policy_is_told() {
    insta::assert_snapshot!(
        [
            shown(""),
            shown("# nothing\n"),
            shown("- a\n- b\n"),
            shown("version: 1\nrules: [\n"),
            shown("version: 2\n"),
            shown("policy: x\n"),
            shown("version: 1\nrules: {}\nexceptions: none\n"),
        ]
        .concat()
    );
}

#[test]
fn every_kind_of_id_may_be_a_parent_of_declared_ones() {
    let policy =
        policy("rules: [{ id: a, forbid: [user], to: [network, crash_report, third_party], unless: [hashed.keyed] }]");
    assert_eq!(policy.rules.len(), 1);
}

#[test]
fn a_policy_may_add_vendors_and_hosts() {
    let policy = policy(
        "destinations:\n  network.first_party: { hosts: [\"*.example.com\"] }\n  analytics.house: { entity: House Ltd, country: GB, hosts: [stats.example.com] }\n\
         rules: [{ id: a, permit: [user], to: [analytics.house] }]",
    );
    let mut rules = rule_set();
    let before = rules.destinations.len();
    extend_destinations(&mut rules, &[policy.clone(), policy]);
    assert_eq!(rules.destinations.len(), before + 1);
    assert!(rules.destinations.is_sorted_by_key(|destination| destination.id));
    let hosts = |id: &str| rules.destinations.iter().find(|to| to.id == id).unwrap().hosts.clone();
    assert_eq!(hosts("network.first_party"), ["*.example.com"].map(candor::base::Symbol::new));
    assert_eq!(hosts("analytics.house"), ["stats.example.com"].map(candor::base::Symbol::new));
}

#[test]
fn a_policy_has_bounds() {
    let rules: String = (0..2_001).map(|index| format!("  - {{ id: r{index}, permit: [user] }}\n")).collect();
    let problems = load(file(&format!("version: 1\nrules:\n{rules}")), &rule_set()).unwrap_err();
    let messages: Vec<&str> = problems.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(messages, ["more than 2000 rules in one policy"]);
}

#[test]
fn two_policies_of_one_name_are_a_mistake() {
    let named = |path: &str, name: &str| {
        let file = PolicyFile { path: path.to_owned(), ..file(&format!("version: 1\n{name}")) };
        load(file, &rule_set()).unwrap()
    };
    let policies =
        [named("a.yaml", "policy: web\n"), named("b.yaml", "policy: app\n"), named("c.yaml", "policy: web\n")];
    let problems = check_names(&policies);
    let [(2, problem)] = problems.as_slice() else { panic!("{problems:?}") };
    assert_eq!(problem.message, "a.yaml has the name `web` too");
    assert_eq!(&policies[2].file.text[problem.place.clone()], "web");
    assert_eq!(check_names(&[named("a.yaml", ""), named("b.yaml", "")]), [], "without a name the path is the name");
}

#[test]
fn documents_are_found_from_the_folder_of_the_policy() {
    let text = "version: 1\ndocuments: { a: { path: ../docs/./PRIVACY.md }, b: { path: TERMS.md } }\n";
    let file = PolicyFile {
        path: "config/candor.yaml".to_owned(),
        text: text.to_owned(),
        folder: Folder::Inside("config".to_owned()),
    };
    let policy = load(file, &rule_set()).unwrap();
    let documents: Vec<_> = policy.documents().map(|(_, d)| (d.path.as_str(), d.display.as_str())).collect();
    assert_eq!(documents, [("../docs/PRIVACY.md", "docs/PRIVACY.md"), ("TERMS.md", "config/TERMS.md")]);
    let (_, document) = policy.documents().next().unwrap();
    let problem = document.unreadable("no such file");
    assert_eq!(&text[problem.place.clone()], "../docs/./PRIVACY.md");
    assert_eq!(problem.message, "the document `docs/PRIVACY.md` cannot be read: no such file");
}

#[test]
fn the_built_in_policies_have_no_problems() {
    assert_eq!(Policy::general().rules.len(), 5);
    assert_eq!(Policy::without_rules().rules.len(), 0);
}
