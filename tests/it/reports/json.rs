//! The schema `candor/v1`: every key, always.

use candor::report::json;
use serde_json::Value;
use snapbox::{assert_data_eq, file};

use super::{Sample, written};

fn document() -> Value {
    let report = Sample::new().report();
    serde_json::from_str(&written(|out| json::write(&report, out))).expect("JSON")
}

/// The keys that stand at `path` in the contract, `/` for the document itself.
const KEYS: &[(&str, &str)] = &[
    ("", "complete dependencies diagnostics elements flows policies schema summary tool unmodelled"),
    ("/tool", "name version"),
    ("/policies/0", "exceptions failing file findings name rules verdicts"),
    ("/policies/0/verdicts", "condition_unmet excepted forbidden permitted undisclosed unproven"),
    ("/policies/0/rules/0", "clause flows id line unused"),
    ("/policies/0/rules/0/clause", "file found line quote"),
    ("/policies/0/findings/0", "about column document file help kind level line message"),
    ("/summary", "bytes files flows languages library_calls lines skipped"),
    ("/summary/library_calls", "entered modelled unresolved"),
    ("/summary/skipped", "ignored tests too_large unreadable"),
    ("/elements/0", "id occurrences"),
    ("/elements/0/occurrences/0", "column confidence end_column end_line file kind line rule symbol"),
    (
        "/flows/0",
        "confidence destination disclosure element evidence fingerprint host other_sources protections sink source \
         steps vendor verdicts",
    ),
    ("/flows/0/source", "column end_column end_line file function kind line rule symbol"),
    ("/flows/1/other_sources/0", "column end_column end_line file function kind line rule symbol"),
    ("/flows/0/disclosure", "callee column end_column end_line file function line"),
    ("/flows/0/sink", "argument callee column end_column end_line file function line rule stored_as"),
    ("/flows/0/steps/0", "column end_column end_line file function kind line text"),
    ("/flows/0/verdicts/0", "conditions exception level policy rule verdict"),
    ("/flows/0/verdicts/0/conditions/0", "name state step"),
    ("/dependencies/0", "coordinate destination entity file line"),
    ("/unmodelled/0", "callee calls places stub"),
    ("/unmodelled/0/places/0", "column end_column end_line file line"),
    ("/diagnostics/0", "code column file level line message"),
];

#[test]
fn every_key_of_the_contract_is_present() {
    let document = document();
    for (pointer, keys) in KEYS {
        let object = document.pointer(pointer).and_then(Value::as_object);
        let object = object.unwrap_or_else(|| panic!("nothing stands at {pointer}"));
        let mut found: Vec<&str> = object.keys().map(String::as_str).collect();
        found.sort();
        assert_eq!(found.join(" "), *keys, "{pointer}");
    }
}

#[test]
fn numbers_agree_with_what_is_listed() {
    let document = document();
    let flows = document["flows"].as_array().expect("flows");
    assert_eq!(document["summary"]["flows"], flows.len());
    let verdicts = document["policies"][0]["verdicts"].as_object().expect("verdicts");
    for (verdict, count) in verdicts {
        let given = flows.iter().filter(|flow| flow["verdicts"][0]["verdict"] == verdict.as_str()).count();
        assert_eq!(*count, given, "{verdict}");
    }
    let failing = flows.iter().filter(|flow| flow["verdicts"][0]["level"] == "fail").count();
    let findings = document["policies"][0]["findings"].as_array().expect("findings");
    let failing_findings = findings.iter().filter(|finding| finding["level"] == "fail").count();
    assert_eq!(document["policies"][0]["failing"], failing + failing_findings);
}

#[test]
fn flows_are_ordered_by_their_sinks() {
    let document = document();
    let place = |flow: &Value| {
        let sink = &flow["sink"];
        (sink["file"].as_str().map(str::to_owned), sink["line"].as_u64(), sink["column"].as_u64())
    };
    let places: Vec<_> = document["flows"].as_array().expect("flows").iter().map(place).collect();
    assert!(places.is_sorted(), "{places:?}");
}

#[test]
fn fingerprints_look_as_promised() {
    for flow in document()["flows"].as_array().expect("flows") {
        let fingerprint = flow["fingerprint"].as_str().expect("a fingerprint");
        let digits = fingerprint.strip_prefix('f').expect("the letter");
        assert!(digits.len() == 16 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()), "{fingerprint}");
    }
}

#[test]
fn a_report_is_read_again() {
    let report = Sample::new().report();
    let text = written(|out| json::write(&report, out));
    let again = json::read(&text).expect("a report");
    assert_eq!(again.flows.len(), report.flows.len());
    for (again, flow) in again.flows.iter().zip(&report.flows) {
        assert_eq!(again.fingerprint, flow.fingerprint);
        assert_eq!(again.level(), flow.level());
        assert_eq!(again.sink.call.place.start.line, flow.sink.call.place.start.line);
        assert_eq!(again.steps.len(), flow.steps.len());
        assert_eq!(again.steps[0].text, flow.steps[0].text);
    }
    assert_eq!(again.rule("example", "nothing-in-logs").map(|(_, rule)| rule.line), Some(6));
    let other = text.replace("candor/v1", "candor/v9");
    assert_eq!(json::read(&other).err(), Some("its schema is candor/v9, not candor/v1".to_owned()));
    assert!(json::read("[]").is_err_and(|error| error.starts_with("not a report")));
}

#[test]
fn the_report_is_as_it_was_reviewed() {
    let report = Sample::new().report();
    assert_data_eq!(written(|out| json::write(&report, out)), file!["../snapshots/report.json"].raw());
}
