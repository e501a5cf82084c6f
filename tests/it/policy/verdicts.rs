//! The verdict of one flow: what a rule covers, states of conditions, precedence, levels.

use candor::policy::{ConditionState, Folder, Level, Policy, Verdict, load};
use candor::taint::Confidence;

use super::{at_host, file, flow, judge, outcome, placed, policy, protected, rule_on, rule_set};

const EMAIL: &str = "user.contact.email";

#[test]
fn a_rule_covers_its_elements_and_all_below_them() {
    for (written, element, expected) in [
        ("user.contact.email", EMAIL, "permitted none by r"),
        ("user.contact", EMAIL, "permitted none by r"),
        ("user", EMAIL, "permitted none by r"),
        ("user.contact.phone_number", EMAIL, "undisclosed fail"),
        ("user.contact.email", "user.contact", "undisclosed fail"),
        ("user.name", "user.names", "undisclosed fail"),
        ("user.name, user.contact", EMAIL, "permitted none by r"),
    ] {
        let policy = policy(&format!("rules: [{{ id: r, permit: [{written}], to: [log] }}]"));
        assert_eq!(outcome(flow(element, "log"), &policy), expected, "{written} / {element}");
    }
}

#[test]
fn a_rule_covers_its_destinations_groups_and_all_below_them() {
    for (written, destination, expected) in [
        ("to: [log]", "log", true),
        ("to: log", "log", true),
        ("to: [log]", "storage.file", false),
        ("to: [storage]", "storage.file", true),
        ("to: [storage.file]", "storage.database", false),
        ("to: [third_party]", "crash_report.sentry", true),
        ("to: [third_party]", "network.third_party", true),
        ("to: [third_party]", "network.first_party", false),
        ("to: [third_party]", "network.unknown", false),
        ("to: [log, third_party]", "ads.acme", true),
        ("level: fail", "storage.database", true),
    ] {
        let policy = policy(&format!("rules: [{{ id: r, forbid: [user], {written} }}]"));
        let expected = if expected { "forbidden fail by r" } else { "undisclosed fail" };
        assert_eq!(outcome(flow(EMAIL, destination), &policy), expected, "{written} / {destination}");
    }
}

#[test]
fn a_host_narrows_a_destination() {
    let policy = policy(
        "rules: [{ id: r, permit: [user], to: [{ destination: network, host: [\"*.example.com\", api.test] }, log] }]",
    );
    let sent = |host: &str| outcome(at_host(flow(EMAIL, "network.third_party"), host), &policy);
    assert_eq!(sent("a.example.com"), "permitted none by r");
    assert_eq!(sent("a.b.Example.COM"), "permitted none by r");
    assert_eq!(sent("api.test"), "permitted none by r");
    assert_eq!(sent("example.com"), "undisclosed fail");
    assert_eq!(sent("example.com.evil.net"), "undisclosed fail");
    assert_eq!(outcome(flow(EMAIL, "network.third_party"), &policy), "undisclosed fail", "the host is not known");
    assert_eq!(outcome(at_host(flow(EMAIL, "email"), "a.example.com"), &policy), "undisclosed fail");
    assert_eq!(outcome(flow(EMAIL, "log"), &policy), "permitted none by r");
}

#[test]
fn sensitivity_narrows_elements() {
    let policy = policy("rules: [{ id: r, forbid: [user], sensitivity: [special, high] }]");
    assert_eq!(outcome(flow("user.health_and_medical", "log"), &policy), "forbidden fail by r");
    // An element of a finer grain than what is declared is as sensitive as its parent.
    assert_eq!(outcome(flow("user.health_and_medical.record", "log"), &policy), "forbidden fail by r");
    assert_eq!(outcome(flow(EMAIL, "log"), &policy), "undisclosed fail");
}

#[test]
fn a_path_means_the_file_of_the_disclosure_or_of_the_sink() {
    for (glob, disclosure, sink, expected) in [
        ("app/legacy/**", 1, 3, true),
        ("app/legacy/**", 3, 2, true),
        ("app/legacy/**", 0, 3, false),
        ("app/legacy/", 2, 2, true),
        ("app/legacy/", 0, 0, false),
        ("app/*.java", 0, 0, true),
        ("app/*.java", 1, 1, false),
        ("app/*", 1, 1, false),
        ("*.java", 0, 0, false),
        ("**/*.java", 2, 2, true),
        ("./web/Page.java", 3, 0, true),
        ("app/legacy", 1, 1, false),
        ("app/{Log,Mail}.java", 0, 0, true),
    ] {
        let policy = policy(&format!("rules: [{{ id: r, forbid: [user], path: \"{glob}\" }}]"));
        let expected = if expected { "forbidden fail by r" } else { "undisclosed fail" };
        assert_eq!(outcome(placed(flow(EMAIL, "log"), disclosure, sink), &policy), expected, "{glob}");
    }
}

#[test]
fn paths_are_relative_to_the_folder_of_the_policy_file() {
    let text = "version: 1\nrules: [{ id: r, forbid: [user], path: \"legacy/**\" }]";
    let mut inside = file(text);
    inside.folder = Folder::Inside("app".to_owned());
    let inside = load(inside, &rule_set()).unwrap();
    assert_eq!(outcome(placed(flow(EMAIL, "log"), 1, 1), &inside), "forbidden fail by r");
    let at_root = policy("rules: [{ id: r, forbid: [user], path: \"legacy/**\" }]");
    assert_eq!(outcome(placed(flow(EMAIL, "log"), 1, 1), &at_root), "undisclosed fail");
}

#[test]
fn except_takes_flows_out_of_a_rule() {
    for (except, element, destination, expected) in [
        ("{ elements: [user.device.ip_address] }", "user.device.ip_address", "log", false),
        ("{ elements: [user.device] }", "user.device.ip_address", "log", false),
        ("{ elements: [user.device.ip_address] }", EMAIL, "log", true),
        ("{ to: [storage] }", EMAIL, "storage.file", false),
        ("{ to: [storage] }", EMAIL, "log", true),
        ("{ sensitivity: [low] }", "user.name", "log", false),
        ("{ path: app/Log.java }", EMAIL, "log", false),
        // All keys of one must hold …
        ("{ elements: [user.name], to: [log] }", "user.name", "log", false),
        ("{ elements: [user.name], to: [log] }", "user.name", "email", true),
        ("{ elements: [user.name], to: [log] }", EMAIL, "log", true),
        // … and any one of several is enough.
        ("[{ elements: [user.name] }, { to: [log] }]", EMAIL, "log", false),
        ("[{ elements: [user.name] }, { to: [log] }]", "user.name", "email", false),
        ("[{ elements: [user.name] }, { to: [log] }]", EMAIL, "email", true),
    ] {
        let policy = policy(&format!("rules: [{{ id: r, forbid: [user], except: {except} }}]"));
        let expected = if expected { "forbidden fail by r" } else { "undisclosed fail" };
        assert_eq!(outcome(flow(element, destination), &policy), expected, "{except} / {element} -> {destination}");
    }
}

#[test]
fn unless_is_any_of() {
    let policy = policy("rules: [{ id: r, forbid: [user], unless: [hashed, redacted] }]");
    for (proven, possible, expected) in [
        (&[][..], &[][..], "forbidden fail by r"),
        (&["encrypted"], &["encrypted"], "forbidden fail by r"),
        (&["hashed"], &[], "permitted none by r"),
        (&["redacted"], &[], "permitted none by r"),
        (&["hashed.keyed"], &[], "permitted none by r"),
        (&[], &["redacted"], "unproven warn by r"),
        (&["hashed"], &["redacted"], "permitted none by r"),
        (&["encrypted"], &["hashed"], "unproven warn by r"),
    ] {
        let flow = protected(flow(EMAIL, "log"), proven, possible);
        assert_eq!(outcome(flow, &policy), expected, "{proven:?} {possible:?}");
    }
}

#[test]
fn require_is_all_of() {
    let policy = policy("rules: [{ id: r, permit: [user], require: [hashed, encrypted] }]");
    for (proven, possible, expected) in [
        (&[][..], &[][..], "condition_unmet fail by r"),
        (&["hashed"], &[], "condition_unmet fail by r"),
        (&["encrypted"], &[], "condition_unmet fail by r"),
        (&["encrypted", "hashed"], &[], "permitted none by r"),
        (&["encrypted", "hashed.keyed"], &[], "permitted none by r"),
        (&["encrypted"], &["hashed"], "unproven warn by r"),
        (&[], &["encrypted", "hashed"], "unproven warn by r"),
        (&[], &["hashed"], "condition_unmet fail by r"),
    ] {
        let flow = protected(flow(EMAIL, "log"), proven, possible);
        assert_eq!(outcome(flow, &policy), expected, "{proven:?} {possible:?}");
    }
}

#[test]
fn a_finer_effect_is_not_proven_by_a_coarser_one() {
    let policy = policy("rules: [{ id: r, permit: [user], require: [hashed.keyed] }]");
    assert_eq!(outcome(protected(flow(EMAIL, "log"), &["hashed"], &[]), &policy), "condition_unmet fail by r");
    assert_eq!(outcome(protected(flow(EMAIL, "log"), &[], &["hashed"]), &policy), "unproven warn by r");
}

#[test]
fn conditions_tell_their_state_and_where_they_fail() {
    let policy = policy("rules: [{ id: r, permit: [user], require: [hashed, encrypted, redacted] }]");
    let judgement = judge(protected(flow(EMAIL, "log"), &["hashed"], &["encrypted"]), &policy);
    let told: Vec<_> = judgement.conditions.iter().map(|c| (c.name.as_str(), c.state, c.step)).collect();
    assert_eq!(
        told,
        [
            ("hashed", ConditionState::Proven, None),
            ("encrypted", ConditionState::Unknown, Some(1)),
            ("redacted", ConditionState::Refuted, Some(1)),
        ]
    );
}

/// Rules that each give one opinion on a flow that is plain, or (`?`) of which a call speaks as hashed.
const FORBID: &str = "{ id: forbid, forbid: [user], unless: [redacted] }";
const FORBID_UNKNOWN: &str = "{ id: forbid-unknown, forbid: [user], unless: [hashed] }";
const PERMIT: &str = "{ id: permit, permit: [user] }";
const PERMIT_UNKNOWN: &str = "{ id: permit-unknown, permit: [user], require: [hashed] }";
const PERMIT_UNMET: &str = "{ id: permit-unmet, permit: [user], require: [redacted] }";
const LIFTED: &str = "{ id: lifted, forbid: [user], unless: [encrypted] }";

#[test]
fn the_weightiest_opinion_decides() {
    let opinions = [
        (FORBID, "forbidden fail by forbid"),
        (FORBID_UNKNOWN, "unproven warn by forbid-unknown"),
        (PERMIT, "permitted none by permit"),
        (PERMIT_UNKNOWN, "unproven warn by permit-unknown"),
        (PERMIT_UNMET, "condition_unmet fail by permit-unmet"),
        (LIFTED, "permitted none by lifted"),
    ];
    for (weightier, expected) in opinions {
        let lighter = opinions.iter().skip_while(|(rule, _)| *rule != weightier);
        for (other, _) in lighter {
            let rules = if *other == weightier { weightier.to_owned() } else { format!("{other}, {weightier}") };
            let policy = policy(&format!("rules: [{rules}]"));
            let flow = protected(flow(EMAIL, "log"), &["encrypted"], &["hashed"]);
            assert_eq!(outcome(flow, &policy), expected, "{rules}");
        }
    }
    assert_eq!(outcome(flow(EMAIL, "log"), &policy("rules: []")), "undisclosed fail");
}

#[test]
fn among_forbids_the_worst_level_decides_and_among_unmet_permits_the_mildest() {
    let forbids = policy("rules: [{ id: a, forbid: [user], level: warn }, { id: b, forbid: [user], level: fail }]");
    assert_eq!(outcome(flow(EMAIL, "log"), &forbids), "forbidden fail by b");
    let permits = policy(
        "rules: [{ id: a, permit: [user], require: [hashed] }, \
         { id: b, permit: [user], require: [hashed], level: warn }]",
    );
    assert_eq!(outcome(flow(EMAIL, "log"), &permits), "condition_unmet warn by b");
}

#[test]
fn among_equals_the_more_specific_rule_is_named_then_the_first_id() {
    let policy = policy(
        "rules: [{ id: a, permit: [user], to: [storage] }, { id: b, permit: [user.contact], to: [storage.database] }, \
         { id: c, permit: [user.contact], to: [storage.database] }]",
    );
    assert_eq!(outcome(flow(EMAIL, "storage.database"), &policy), "permitted none by b");
    assert_eq!(outcome(flow(EMAIL, "storage.file"), &policy), "permitted none by a");
}

#[test]
fn defaults_give_the_levels() {
    for (default, rules, expected) in [
        ("forbidden: warn", FORBID, "forbidden warn by forbid"),
        ("forbidden: allow", FORBID, "forbidden none by forbid"),
        ("condition_unmet: warn", PERMIT_UNMET, "condition_unmet warn by permit-unmet"),
        ("undisclosed: warn", "", "undisclosed warn"),
        ("undisclosed: allow", "", "undisclosed none"),
        ("unproven: fail", FORBID_UNKNOWN, "unproven fail by forbid-unknown"),
        ("unproven: allow", PERMIT_UNKNOWN, "unproven none by permit-unknown"),
    ] {
        let policy = policy(&format!("defaults: {{ {default} }}\nrules: [{rules}]"));
        let flow = protected(flow(EMAIL, "log"), &["encrypted"], &["hashed"]);
        assert_eq!(outcome(flow, &policy), expected, "{default}");
    }
}

#[test]
fn a_rule_has_its_own_level() {
    let of = |rule: &str, possible: &[&str]| {
        let policy = policy(&format!("defaults: {{ forbidden: warn, unproven: fail }}\nrules: [{{ id: r, {rule} }}]"));
        outcome(protected(flow(EMAIL, "log"), &[], possible), &policy)
    };
    assert_eq!(of("forbid: [user]", &[]), "forbidden warn by r");
    assert_eq!(of("forbid: [user], level: fail", &[]), "forbidden fail by r");
    assert_eq!(of("forbid: [user], level: allow", &[]), "forbidden none by r");
    assert_eq!(of("permit: [user], require: [hashed], level: warn", &[]), "condition_unmet warn by r");
    // What is not proven is never worse than what is refuted.
    assert_eq!(of("forbid: [user], unless: [hashed]", &["hashed"]), "unproven warn by r");
    assert_eq!(of("forbid: [user], unless: [hashed], level: fail", &["hashed"]), "unproven fail by r");
    assert_eq!(of("permit: [user], require: [hashed], level: allow", &["hashed"]), "unproven none by r");
    assert_eq!(of("permit: [user], level: fail", &[]), "permitted none by r");
}

#[test]
fn flows_below_the_minimum_of_confidence_keep_their_verdict_without_level() {
    let at = |confidence, section: &str| {
        let mut flow = flow(EMAIL, "log");
        flow.confidence = confidence;
        outcome(flow, &policy(section))
    };
    assert_eq!(at(Confidence::Low, ""), "undisclosed none");
    assert_eq!(at(Confidence::Medium, ""), "undisclosed fail");
    assert_eq!(at(Confidence::Low, "scan: { min_confidence: low }"), "undisclosed fail");
    assert_eq!(at(Confidence::Medium, "scan: { min_confidence: high }"), "undisclosed none");
    assert_eq!(at(Confidence::High, "scan: { min_confidence: high }"), "undisclosed fail");
}

#[test]
fn rules_count_the_flows_that_they_cover_and_unused_ones_are_told() {
    let text = "defaults: { undisclosed: allow }\nrules:\n  - { id: logs, forbid: [user], to: [log] }\n  \
                - { id: mail, permit: [user], to: [email] }\n  - { id: all, permit: [user.contact] }\n";
    let policy = policy(text);
    let flows = [flow(EMAIL, "log"), flow("user.name", "log"), flow(EMAIL, "storage.file")];
    let column = rule_on(&flows, &policy, &[], "2027-01-31");
    assert_eq!(column.rules.iter().map(|rule| rule.flows).collect::<Vec<_>>(), [2, 0, 2]);
    let told: Vec<_> =
        column.findings.iter().map(|f| (f.about.as_str(), f.level, policy.line(f.range.start))).collect();
    assert_eq!(told, [("mail", Level::Warn, 5)]);
    assert_eq!(&policy.file.text[column.findings[0].range.clone()], "mail");
    assert!(column.findings[0].message.contains("`mail`"), "{}", column.findings[0].message);
    assert_eq!((column.count(Verdict::Forbidden), column.count(Verdict::Permitted), column.failing()), (2, 1, 2));
}

#[test]
fn unused_rules_can_fail_the_run_or_be_passed_over() {
    let findings = |level: &str| {
        let policy = policy(&format!("defaults: {{ unused: {level} }}\nrules: [{PERMIT}]"));
        let column = rule_on(&[], &policy, &[], "2027-01-31");
        (column.findings.len(), column.failing())
    };
    assert_eq!(findings("fail"), (1, 1));
    assert_eq!(findings("warn"), (1, 0));
    assert_eq!(findings("allow"), (0, 0));
}

#[test]
fn judgements_are_told_in_a_sentence() {
    let policy = policy(
        "rules:\n  - { id: no-logs, forbid: [user], to: [log], except: { elements: [user.name] }, unless: [hashed, redacted] }\n  \
         - { id: account, permit: [user.contact.email], to: [storage.database, email] }\n  \
         - { id: abroad, permit: [user.device], to: [{ destination: network, host: \"*.example.com\" }], require: [encrypted], path: \"app/**\" }\n  \
         - { id: a-copy, permit: [user.device.ip_address], to: [storage] }\n",
    );
    let because = |flow: candor::taint::Flow| policy.because(&judge(flow.clone(), &policy), &flow);
    assert_eq!(
        because(flow(EMAIL, "log")),
        "`no-logs` forbids user to log unless hashed or redacted, except user.name; \
         it is not hashed or redacted on every path"
    );
    assert_eq!(
        because(protected(flow(EMAIL, "log"), &["hashed"], &[])),
        "`no-logs` forbids user to log unless hashed or redacted, except user.name; on every path it is hashed"
    );
    assert_eq!(
        because(flow(EMAIL, "storage.database")),
        "`account` permits user.contact.email to storage.database or email"
    );
    assert_eq!(
        because(flow(EMAIL, "storage.file")),
        "no rule speaks of user.contact.email to storage.file; \
         `account` permits user.contact.email to storage.database or email"
    );
    assert_eq!(because(flow("user.name", "email")), "no rule speaks of user.name to email");
    assert_eq!(
        because(flow("user.device.ip_address", "network.first_party")),
        "no rule speaks of user.device.ip_address to network.first_party; \
         `abroad` permits user.device to network at *.example.com in app/** if encrypted"
    );
    assert_eq!(
        because(protected(
            at_host(flow("user.device.ip_address", "network.unknown"), "a.example.com"),
            &[],
            &["encrypted"]
        )),
        "`abroad` permits user.device to network at *.example.com in app/** if encrypted; \
         it is perhaps encrypted: a call that Candor does not know speaks of it"
    );
}

#[test]
fn the_general_policy_judges_by_what_is_at_stake() {
    let general = Policy::general();
    for (element, destination, expected) in [
        ("user.authorization.password", "log", "forbidden fail by credentials-stay-inside"),
        ("user.authorization.password", "ads.acme", "forbidden fail by credentials-stay-inside"),
        ("user.authorization.password", "storage.database", "undisclosed none"),
        ("user.health_and_medical", "log", "forbidden fail by special-categories-stay-inside"),
        ("user.health_and_medical", "storage.file", "undisclosed none"),
        ("user.name", "ads.acme", "forbidden warn by personal-data-in-advertising"),
        ("user.name", "log", "undisclosed none"),
        (EMAIL, "log", "forbidden warn by personal-data-in-logs"),
        (EMAIL, "analytics.acme", "forbidden warn by personal-data-to-third-parties"),
        (EMAIL, "network.first_party", "undisclosed none"),
        ("user.unique_id", "analytics.acme", "forbidden warn by personal-data-to-third-parties"),
    ] {
        assert_eq!(outcome(flow(element, destination), &general), expected, "{element} -> {destination}");
    }
    let hashed = protected(flow("user.authorization.password", "log"), &["hashed"], &[]);
    assert_eq!(outcome(hashed, &general), "permitted none by credentials-stay-inside");
    assert!(general.built_in);
    assert_eq!(rule_on(&[], &general, &[], "2027-01-31").findings, []);
    assert_eq!(outcome(flow(EMAIL, "log"), &Policy::without_rules()), "undisclosed warn");
}
