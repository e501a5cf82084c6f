//! Name evidence against labelled identifiers: what names data is found, what only looks like it is not.

use std::fmt::Write;

use candor::ir::TypeRef;
use candor::rules::model::RuleSet;
use candor::rules::names::{Found, NameContext, NameKind, Names};

const LABELLED: &str = include_str!("names.txt");

/// A line of the data file.
struct Case {
    line: usize,
    kind: NameKind,
    owner: Option<&'static str>,
    declared: Option<TypeRef>,
    name: &'static str,
    element: Option<&'static str>,
}

fn cases() -> Vec<Case> {
    let given = |text: &'static str| (text != "-").then_some(text);
    let mut cases = Vec::new();
    for (index, line) in LABELLED.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let columns: Vec<&'static str> = line.split_whitespace().collect();
        let [kind, owner, declared, name, element] = columns[..] else { panic!("line {}: {line}", index + 1) };
        cases.push(Case {
            line: index + 1,
            kind: match kind {
                "field" => NameKind::Field,
                "parameter" => NameKind::Parameter,
                "local" => NameKind::Local,
                "accessor" => NameKind::Accessor,
                "key" => NameKind::Key,
                _ => panic!("line {}: {kind}", index + 1),
            },
            owner: given(owner),
            declared: given(declared).map(type_of),
            name,
            element: given(element),
        });
    }
    cases
}

/// `Map<String,Integer>`, `char[]`, `String`.
fn type_of(text: &str) -> TypeRef {
    if let Some(element) = text.strip_suffix("[]") {
        return TypeRef::array(type_of(element));
    }
    match text.split_once('<') {
        Some((name, arguments)) => {
            TypeRef { name: name.into(), arguments: arguments.trim_end_matches('>').split(',').map(type_of).collect() }
        }
        None => TypeRef::named(text),
    }
}

fn find(names: &Names, case: &Case) -> Option<Found> {
    let context = NameContext { name: case.name, owner: case.owner, declared: case.declared.as_ref(), kind: case.kind };
    names.evidence(&context)
}

#[test]
fn names_are_told_from_look_alikes() {
    let names = Names::new(&RuleSet::builtin());
    let (mut right, mut wrong, mut missed) = (0, 0, 0);
    let mut report = String::new();
    for case in cases() {
        let found = find(&names, &case).filter(|found| found.is_strong || found.agrees);
        let element = found.as_ref().map(|found| found.element.as_str());
        match (case.element, element) {
            (Some(expected), Some(found)) if expected == found => right += 1,
            (None, None) => {}
            (expected, found) => {
                missed += usize::from(expected.is_some());
                wrong += usize::from(found.is_some());
                writeln!(report, "names.txt:{}: `{}` {expected:?}, found {found:?}", case.line, case.name).unwrap();
            }
        }
    }
    let precision = right as f64 / (right + wrong) as f64;
    let recall = right as f64 / (right + missed) as f64;
    assert!(precision >= 0.97 && recall >= 0.97, "precision {precision:.3}, recall {recall:.3}\n{report}");
}

fn reason(context: &NameContext<'_>) -> Option<(String, bool, bool)> {
    let found = Names::new(&RuleSet::builtin()).evidence(context)?;
    Some((found.reason, found.is_strong, found.agrees))
}

#[test]
fn evidence_says_why() {
    let text = TypeRef::named("java.lang.String");
    let list = TypeRef { name: "java.util.List".into(), arguments: vec![text.clone()] };
    let email = NameContext { name: "email", owner: Some("User"), declared: Some(&text), kind: NameKind::Field };
    assert_eq!(reason(&email), Some(("field `email` of `User`, type String".to_owned(), true, true)));
    let emails = NameContext { name: "emails", owner: None, declared: Some(&list), kind: NameKind::Parameter };
    assert_eq!(reason(&emails), Some(("parameter `emails`, type List<String>".to_owned(), true, true)));
    let bare = NameContext { name: "email", owner: None, declared: None, kind: NameKind::Key };
    assert_eq!(reason(&bare), Some(("key `email`".to_owned(), true, false)));
    let hint = NameContext { name: "city", owner: None, declared: Some(&text), kind: NameKind::Local };
    assert_eq!(reason(&hint), Some(("variable `city`, type String".to_owned(), false, false)));
}

#[test]
fn a_class_can_be_a_record_of_an_element() {
    let names = Names::new(&RuleSet::builtin());
    let record = |class| names.record(class).map(|found| found.element.as_str());
    assert_eq!(record("FollowRequest"), Some("user.social.connections"));
    assert_eq!(record("PollVoteEntity"), Some("user.social"));
    assert_eq!(record("FollowButton"), None);
    assert_eq!(record("User"), None);
}

#[test]
fn names_of_any_length_and_script_are_taken() {
    let names = Names::new(&RuleSet::builtin());
    let mut nested = TypeRef::named("String");
    for _ in 0..1000 {
        nested = TypeRef::array(nested);
    }
    for name in ["", "_", "$", "é", "名前", "İstanbul", &"x".repeat(100_000), &"a_".repeat(50_000), "email\0"] {
        for kind in [NameKind::Field, NameKind::Key, NameKind::Accessor] {
            let context = NameContext { name, owner: Some(name), declared: Some(&nested), kind };
            let _ = names.evidence(&context);
        }
    }
}
