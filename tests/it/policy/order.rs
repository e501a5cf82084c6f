//! The order of rules and exceptions in a policy file never matters.

use proptest::prelude::*;

use super::{flow, placed, policy, protected, rule_on};

const ELEMENTS: [&str; 4] = ["user", "user.contact", "user.contact.email", "user.name"];
const DESTINATIONS: [&str; 4] = ["log", "storage", "storage.file", "third_party"];
const EFFECTS: [&str; 3] = ["hashed", "encrypted", "hashed.keyed"];

/// A rule without its id.
fn any_rule() -> impl Strategy<Value = String> {
    let element = prop::sample::select(&ELEMENTS[..]);
    let destination = prop::option::of(prop::sample::select(&DESTINATIONS[..]));
    let effects = prop::sample::subsequence(EFFECTS.to_vec(), 0..=2);
    let level = prop::option::of(prop::sample::select(&["fail", "warn", "allow"][..]));
    (any::<bool>(), element, destination, effects, level).prop_map(|(permit, element, to, effects, level)| {
        let (stance, condition) = if permit { ("permit", "require") } else { ("forbid", "unless") };
        let to = to.map(|to| format!(", to: {to}")).unwrap_or_default();
        let condition = match effects.is_empty() {
            true => String::new(),
            false => format!(", {condition}: [{}]", effects.join(", ")),
        };
        let level = level.map(|level| format!(", level: {level}")).unwrap_or_default();
        format!("{stance}: {element}{to}{condition}{level}")
    })
}

/// An exception without its id; `rules` is how many rules there are.
fn any_exception(rules: usize) -> impl Strategy<Value = String> {
    let against = prop_oneof![
        (0..rules).prop_map(|rule| format!("rule: r{rule}")),
        prop::sample::select(&["forbidden", "undisclosed", "condition_unmet", "unproven"][..])
            .prop_map(|verdict| format!("verdict: {verdict}")),
    ];
    let limit = prop::sample::select(&["", ", where: { to: log }", ", where: { path: app/legacy/ }"][..]);
    let expires = prop::sample::select(&["", ", expires: 2020-01-01", ", expires: 2030-01-01"][..]);
    (against, limit, expires).prop_map(|(against, limit, expires)| format!("{against}{limit}{expires}"))
}

/// Rules and exceptions with their ids, and the same in another order.
fn any_policy() -> impl Strategy<Value = ([Vec<String>; 2], [Vec<String>; 2])> {
    let named = |prefix: &'static str| {
        move |items: Vec<String>| -> Vec<String> {
            items.iter().enumerate().map(|(index, item)| format!("{{ id: {prefix}{index}, {item} }}")).collect()
        }
    };
    prop::collection::vec(any_rule(), 1..6).prop_flat_map(move |rules| {
        let exceptions = prop::collection::vec(any_exception(rules.len()), 0..4).prop_map(named("e"));
        let rules = named("r")(rules);
        (shuffled(Just(rules)), shuffled(exceptions))
    })
}

fn shuffled(items: impl Strategy<Value = Vec<String>>) -> impl Strategy<Value = [Vec<String>; 2]> {
    items.prop_flat_map(|items| (Just(items.clone()), Just(items).prop_shuffle()).prop_map(|(a, b)| [a, b]))
}

/// A verdict in a form that does not speak of positions, with everything that is counted.
fn judged(rules: &[String], exceptions: &[String], flow: &candor::taint::Flow) -> String {
    let policy = policy(&format!("rules: [{}]\nexceptions: [{}]", rules.join(", "), exceptions.join(", ")));
    let column = rule_on(std::slice::from_ref(flow), &policy, &[], "2027-01-31");
    let judgement = &column.judgements[0];
    let rule = judgement.rule.map(|index| policy.rules[index].id);
    let exception = judgement.exception.map(|index| policy.exceptions[index].id);
    let mut rules: Vec<_> = policy.rules.iter().zip(&column.rules).map(|(rule, used)| (rule.id, used.flows)).collect();
    let mut exceptions: Vec<_> =
        policy.exceptions.iter().zip(&column.exceptions).map(|(ex, used)| (ex.id, used.flows, used.state)).collect();
    rules.sort();
    exceptions.sort_by_key(|(id, ..)| *id);
    format!(
        "{:?} {:?} {rule:?} {exception:?} {:?} {rules:?} {exceptions:?}",
        judgement.verdict, judgement.level, judgement.conditions
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn verdicts_do_not_depend_on_order(
        (rules, exceptions) in any_policy(),
        element in prop::sample::select(&["user.contact.email", "user.name"][..]),
        destination in prop::sample::select(&["log", "storage.file", "ads.acme"][..]),
        proven in prop::sample::subsequence(EFFECTS.to_vec(), 0..=2),
        possible in prop::sample::subsequence(EFFECTS.to_vec(), 0..=2),
        file in 0..4usize,
    ) {
        let flow = placed(protected(flow(element, destination), &proven, &possible), file, 3);
        let [rules, rules_again] = rules;
        let [exceptions, exceptions_again] = exceptions;
        prop_assert_eq!(judged(&rules, &exceptions, &flow), judged(&rules_again, &exceptions_again, &flow));
    }

    #[test]
    fn nothing_outweighs_an_unconditional_forbid((rules, _) in any_policy(), proven in prop::sample::subsequence(EFFECTS.to_vec(), 0..=2)) {
        let mut rules = rules[0].clone();
        rules.push("{ id: no, forbid: [user], level: fail }".to_owned());
        let verdict = judged(&rules, &[], &protected(flow("user.contact.email", "log"), &proven, &[]));
        prop_assert!(verdict.starts_with("Forbidden Fail"), "{}", verdict);
    }
}
