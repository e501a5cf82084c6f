//! SARIF: valid by the schema of the standard, and saying what the contract says.

use std::process::Command;

use candor::report::sarif;
use serde_json::Value;
use snapbox::{assert_data_eq, file};

use super::{Sample, written};

fn log() -> Value {
    let report = Sample::new().report();
    serde_json::from_str(&written(|out| sarif::write(&report, out))).expect("JSON")
}

/// The schema of SARIF 2.1.0, as the package `serde-sarif` carries it.
fn schema() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("metadata");
    let packages = metadata["packages"].as_array().expect("packages");
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").expect("a dev-dependency");
    let manifest = package["manifest_path"].as_str().expect("a path");
    let path = std::path::Path::new(manifest).with_file_name("src").join("schema.json");
    let text = std::fs::read_to_string(path).expect("the schema");
    let mut schema: Value = serde_json::from_str(&text).expect("JSON");
    mend_language_patterns(&mut schema);
    schema
}

/// The pattern that the standard gives for languages is no regular expression of ECMA 262.
fn mend_language_patterns(value: &mut Value) {
    match value {
        Value::Object(object) => {
            if let Some(pattern) = object.get_mut("language").and_then(|language| language.get_mut("pattern")) {
                *pattern = Value::from("^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
            }
            object.values_mut().for_each(mend_language_patterns);
        }
        Value::Array(items) => items.iter_mut().for_each(mend_language_patterns),
        _ => {}
    }
}

#[test]
fn the_standard_accepts_it() {
    let validator = jsonschema::validator_for(&schema()).expect("a schema");
    let log = log();
    let errors: Vec<String> =
        validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut wrong = log;
    wrong["runs"][0]["results"][0]["level"] = Value::from("fatal");
    assert!(!validator.is_valid(&wrong), "the schema says no to what is wrong");
}

#[test]
fn it_says_which_version_it_is_and_how_it_counts() {
    let log = log();
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["runs"][0]["columnKind"], "utf16CodeUnits");
    assert_eq!(log["runs"][0]["tool"]["driver"]["name"], "Candor");
}

#[test]
fn a_result_points_at_the_disclosure_and_leads_from_source_to_sink() {
    let log = log();
    let results = log["runs"][0]["results"].as_array().expect("results");
    let logged = results.iter().find(|result| result["ruleId"] == "nothing-in-logs").expect("the deciding rule");
    assert_eq!(logged["level"], "error");
    let place = |location: &Value| {
        let physical = &location["physicalLocation"];
        let line = physical["region"]["startLine"].as_u64().unwrap_or_default();
        format!("{}:{line}", physical["artifactLocation"]["uri"].as_str().unwrap_or_default())
    };
    assert_eq!(place(&logged["locations"][0]), "app/SignUp.java:4");
    let steps = logged["codeFlows"][0]["threadFlows"][0]["locations"].as_array().expect("steps");
    let steps: Vec<String> = steps.iter().map(|step| place(&step["location"])).collect();
    assert_eq!(steps, ["app/User%20%5B1%5D.java:2", "app/SignUp.java:3", "app/SignUp.java:4", "app/Audit.java:3"]);
    let related: Vec<String> = logged["relatedLocations"].as_array().expect("related").iter().map(place).collect();
    assert_eq!(related, ["app/Audit.java:3", "app/User%20%5B1%5D.java:2", "PRIVACY.md:3"]);
    assert!(logged["partialFingerprints"]["candorFlow/v1"].as_str().is_some_and(|print| print.starts_with('f')));
}

#[test]
fn undisclosed_flows_and_findings_have_rules_of_their_own() {
    let log = log();
    let run = &log["runs"][0];
    let ids: Vec<&str> =
        run["results"].as_array().expect("results").iter().filter_map(|result| result["ruleId"].as_str()).collect();
    assert_eq!(ids, ["unused", "policy_drift", "nothing-in-logs", "undisclosed/crash_report.sentry"]);
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    for result in run["results"].as_array().expect("results") {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
    }
    let drift = &run["results"][1];
    let physical = &drift["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "candor.yaml");
    assert_eq!(physical["region"]["startLine"], 14);
}

#[test]
fn the_report_is_as_it_was_reviewed() {
    let report = Sample::new().report();
    assert_data_eq!(written(|out| sarif::write(&report, out)), file!["../snapshots/report.sarif"].raw());
}
