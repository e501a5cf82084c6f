//! Exceptions: what they set aside, for which flows, and until when.

use candor::policy::{ExceptionState, FindingKind, Level};

use super::{flow, judge, outcome, placed, policy, rule_on};

const EMAIL: &str = "user.contact.email";

#[test]
fn an_exception_holds_to_the_end_of_its_last_day() {
    let policy = policy("exceptions: [{ id: EX-1, verdict: undisclosed, expires: 2027-01-31 }]");
    let on = |today: &str| {
        let column = rule_on(&[flow(EMAIL, "log")], &policy, &[], today);
        let findings: Vec<_> = column.findings.iter().map(|f| (f.kind, f.level)).collect();
        (column.judgements[0].verdict.as_str(), column.exceptions[0].state, findings, column.failing())
    };
    assert_eq!(on("2027-01-30"), ("excepted", ExceptionState::Active, vec![], 0));
    assert_eq!(on("2027-01-31"), ("excepted", ExceptionState::Active, vec![], 0));
    let expired = vec![(FindingKind::ExceptionExpired, Level::Fail)];
    assert_eq!(on("2027-02-01"), ("undisclosed", ExceptionState::Expired, expired, 2));
}

#[test]
fn an_expired_exception_points_at_its_date() {
    let policy = policy("exceptions: [{ id: EX-1, verdict: undisclosed, owner: platform, expires: 2020-02-29 }]");
    let column = rule_on(&[], &policy, &[], "2027-01-31");
    let [finding] = column.findings.as_slice() else { panic!("{:?}", column.findings) };
    assert_eq!(&policy.file.text[finding.range.clone()], "2020-02-29");
    assert_eq!(finding.message, "the exception `EX-1` held until 2020-02-29 and does not hold any more");
    assert_eq!(finding.help, "mend what it was made for, or agree with platform on a new date");
}

#[test]
fn an_exception_without_a_date_does_not_end() {
    let policy = policy("exceptions: [{ id: EX-1, verdict: undisclosed }]");
    assert_eq!(outcome(flow(EMAIL, "log"), &policy), "excepted none");
}

#[test]
fn all_keys_of_where_must_hold() {
    for (keys, expected) in [
        ("element: user.contact", true),
        ("element: user.name", false),
        ("to: log", true),
        ("to: third_party", false),
        ("path: app/legacy/", true),
        ("path: web/**", false),
        ("flow: f00000", true),
        ("flow: f0000000000000000", true),
        ("flow: f10000", false),
        ("flow: [f10000, f00000]", true),
        ("element: user.contact, to: log, path: app/legacy/, flow: f00000", true),
        ("element: user.contact, to: log, path: app/legacy/, flow: f10000", false),
        ("element: user.contact, to: log, path: web/, flow: f00000", false),
        ("element: user.contact, to: email, path: app/legacy/, flow: f00000", false),
        ("element: user.name, to: log, path: app/legacy/, flow: f00000", false),
    ] {
        let policy = policy(&format!("exceptions: [{{ id: EX-1, verdict: undisclosed, where: {{ {keys} }} }}]"));
        let expected = if expected { "excepted none" } else { "undisclosed fail" };
        assert_eq!(outcome(placed(flow(EMAIL, "log"), 1, 2), &policy), expected, "{keys}");
    }
}

#[test]
fn an_exception_is_from_one_rule_or_one_verdict() {
    let rules = "rules: [{ id: no-logs, forbid: [user], to: [log] }, { id: hash, permit: [user], to: [email], require: [hashed] }]";
    let with = |against: &str, destination: &str| {
        let policy = policy(&format!("{rules}\nexceptions: [{{ id: EX-1, {against} }}]"));
        outcome(flow(EMAIL, destination), &policy)
    };
    assert_eq!(with("rule: no-logs", "log"), "excepted none by no-logs");
    assert_eq!(with("verdict: forbidden", "log"), "excepted none by no-logs");
    assert_eq!(with("rule: hash", "log"), "forbidden fail by no-logs");
    assert_eq!(with("verdict: undisclosed", "log"), "forbidden fail by no-logs");
    assert_eq!(with("rule: hash", "email"), "excepted none by hash");
    assert_eq!(with("verdict: condition_unmet", "email"), "excepted none by hash");
    assert_eq!(with("verdict: unproven", "email"), "condition_unmet fail by hash");
    assert_eq!(with("verdict: undisclosed", "storage.file"), "excepted none");
    assert_eq!(with("rule: no-logs", "storage.file"), "undisclosed fail");
}

#[test]
fn an_exception_from_one_forbid_is_none_from_another() {
    let rules = "rules: [{ id: a, forbid: [user.contact], to: [log] }, { id: b, forbid: [user], level: warn }]";
    let with = |exceptions: &str| outcome(flow(EMAIL, "log"), &policy(&format!("{rules}\nexceptions: [{exceptions}]")));
    assert_eq!(with(""), "forbidden fail by a");
    assert_eq!(with("{ id: EX-1, rule: a }"), "forbidden warn by b");
    assert_eq!(with("{ id: EX-1, rule: b }"), "forbidden fail by a");
    assert_eq!(with("{ id: EX-1, rule: a }, { id: EX-2, rule: b }"), "excepted none by a");
    assert_eq!(with("{ id: EX-1, verdict: forbidden }"), "excepted none by a");
}

#[test]
fn a_permit_does_not_outweigh_a_forbid_that_is_set_aside_in_part() {
    let policy = policy(
        "rules: [{ id: a, forbid: [user] }, { id: b, permit: [user] }]\nexceptions: [{ id: EX-1, rule: a, where: { to: log } }]",
    );
    assert_eq!(outcome(flow(EMAIL, "log"), &policy), "excepted none by a");
    assert_eq!(outcome(flow(EMAIL, "email"), &policy), "forbidden fail by a");
}

#[test]
fn an_exception_that_no_flow_needs_is_told() {
    let policy = policy(
        "rules: [{ id: logs, permit: [user], to: [log] }, { id: hashed, permit: [user], to: [log], require: [hashed] }]\n\
         exceptions:\n  - { id: EX-1, verdict: undisclosed, where: { to: log } }\n  - { id: EX-2, rule: hashed }\n  \
         - { id: EX-3, verdict: undisclosed, where: { to: email } }\n",
    );
    // What one permit allows needs no exception from another.
    let column = rule_on(&[flow(EMAIL, "log"), flow(EMAIL, "email")], &policy, &[], "2027-01-31");
    let states: Vec<_> = column.exceptions.iter().map(|exception| (exception.flows, exception.state)).collect();
    assert_eq!(states, [(0, ExceptionState::Unused), (0, ExceptionState::Unused), (1, ExceptionState::Active)]);
    let told: Vec<_> = column.findings.iter().map(|f| (f.about.as_str(), f.kind, f.level)).collect();
    assert_eq!(told, [("EX-1", FindingKind::Unused, Level::Warn), ("EX-2", FindingKind::Unused, Level::Warn)]);
}

#[test]
fn the_judgement_names_rule_and_exception() {
    let policy = policy(
        "rules: [{ id: no-logs, forbid: [user], to: [log], unless: [hashed] }]\n\
         exceptions: [{ id: EX-2, rule: no-logs }, { id: EX-1, verdict: forbidden }]",
    );
    let judgement = judge(flow(EMAIL, "log"), &policy);
    let exception = judgement.exception.map(|index| policy.exceptions[index].id.as_str());
    assert_eq!(exception, Some("EX-1"), "the first by id, whatever the order");
    assert_eq!(judgement.conditions.len(), 1);
    assert_eq!(
        policy.because(&judgement, &flow(EMAIL, "log")),
        "`no-logs` forbids user to log unless hashed; excepted by `EX-1`"
    );
}
