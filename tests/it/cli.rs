//! The command line as a user meets it: help, exit codes, outputs, mistakes.

use std::io::Read;
use std::process::{Command, Stdio};

use serde_json::Value;
use snapbox::{assert_data_eq, file, str};

use crate::command::{Files, candor, run_in, said};

/// A repository without code whose policy promises what its document does not say: it fails without any flow.
fn drifted() -> Files {
    Files::new(&[
        ("PRIVACY.md", "# Privacy\n\nWe collect nothing.\n"),
        (
            "candor.yaml",
            "version: 1\npolicy: example\ndocuments:\n  notice: { path: PRIVACY.md }\ndefaults: { unused: allow }\nrules:\n  \
             - id: no-logs\n    forbid: [user]\n    to: [log]\n    clause: { in: notice, quote: \"We log nothing\" }\n",
        ),
    ])
}

/// A repository in which nothing is wrong.
fn clean() -> Files {
    Files::new(&[("A.java", "class A {}\n"), ("candor.yaml", "version: 1\npolicy: example\n")])
}

/// A repository with a file that is too large.
fn incomplete() -> Files {
    let files = clean();
    files.write("Large.java", &vec![b' '; 3 << 20]);
    files
}

/// A repository with one flow, which its policy forbids.
fn leaking() -> Files {
    Files::new(&[
        (
            "app/SignUp.java",
            "package app;\n\nimport java.util.logging.Logger;\n\nclass User {\n    String email;\n}\n\nclass SignUp {\n    \
             Logger log = Logger.getLogger(\"app\");\n\n    void submit(User user) {\n        log.info(user.email);\n    }\n}\n",
        ),
        (
            "candor.yaml",
            "version: 1\npolicy: example\nrules:\n  - id: no-logs\n    forbid: [user]\n    to: [log]\n    unless: [hashed]\n",
        ),
    ])
}

const FORMATS: [&str; 3] = ["text", "json", "sarif"];

#[test]
fn help_is_as_it_was_reviewed() {
    let files = clean();
    for (arguments, snapshot) in [
        (&["--help"][..], file!["snapshots/help.txt"]),
        (&["scan", "--help"], file!["snapshots/help-scan.txt"]),
        (&["explain", "--help"], file!["snapshots/help-explain.txt"]),
    ] {
        let said = run_in(files.root(), arguments);
        assert_eq!(said.code, 0);
        assert_data_eq!(said.out, snapshot);
    }
}

#[test]
fn the_exit_code_is_the_same_for_every_format() {
    let (clean, drifted, incomplete) = (clean(), drifted(), incomplete());
    for format in FORMATS {
        assert_eq!(clean.scan(&["--format", format]).code, 0, "{format}");
        assert_eq!(drifted.scan(&["--format", format]).code, 1, "{format}");
        assert_eq!(drifted.scan(&["--format", format, "--exit-zero"]).code, 0, "{format}");
        assert_eq!(drifted.scan(&["--format", format, "--output", "report"]).code, 1, "{format}");
        assert_eq!(clean.scan(&["--format", format, "--policy", "none.yaml"]).code, 2, "{format}");
        assert_eq!(incomplete.scan(&["--format", format]).code, 0, "{format}");
        assert_eq!(incomplete.scan(&["--format", format, "--strict"]).code, 3, "{format}");
    }
}

#[test]
fn a_forbidden_flow_fails_in_every_format() {
    let files = leaking();
    for format in FORMATS {
        let said = files.scan(&["--format", format]);
        assert_eq!(said.code, 1, "{format}: {}", said.err);
        assert!(said.out.contains("no-logs"), "{format}: {}", said.out);
    }
    assert_eq!(files.scan(&["--exclude", "app/"]).code, 0);
    let said = files.scan(&[]);
    assert!(said.out.contains("log.info(user.email)") && said.out.contains("candor.yaml:4"), "{}", said.out);
}

#[test]
fn a_flow_is_explained_from_the_code_or_from_a_report() {
    let files = leaking();
    let report = files.report(&[]);
    let fingerprint = report["flows"][0]["fingerprint"].as_str().expect("a flow");
    let from_code = run_in(files.root(), &["explain", &fingerprint[..7]]);
    assert_eq!(from_code.code, 0, "{}", from_code.err);
    assert!(from_code.out.contains("log.info(user.email)"), "{}", from_code.out);

    files.scan(&["-o", "json=report.json"]);
    std::fs::remove_dir_all(files.path("app")).expect("a folder");
    let from_report = run_in(files.root(), &["explain", fingerprint, "--report", "report.json"]);
    assert_eq!(from_report.code, 0, "{}", from_report.err);
    assert!(from_report.out.contains("log.info(user.email)"), "{}", from_report.out);
    assert!(from_report.out.contains("app/SignUp.java:13"), "{}", from_report.out);

    let unknown = run_in(files.root(), &["explain", "f0000000", "--report", "report.json"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("none of 1 flows"), "{}", unknown.err);
    let short = run_in(files.root(), &["explain", "f12", "--report", "report.json"]);
    assert!(short.err.contains("is no fingerprint"), "{}", short.err);
    let no_report = run_in(files.root(), &["explain", fingerprint, "--report", "candor.yaml"]);
    assert_eq!(no_report.code, 2);
    assert!(no_report.err.contains("not a report"), "{}", no_report.err);
}

#[test]
fn failing_comes_before_incomplete() {
    let files = drifted();
    files.write("Large.java", &vec![b' '; 3 << 20]);
    assert_eq!(files.scan(&["--strict"]).code, 1);
    assert_eq!(files.scan(&["--strict", "--exit-zero"]).code, 3);
}

#[test]
fn a_policy_may_ask_to_be_strict() {
    let files = incomplete();
    files.write("candor.yaml", b"version: 1\npolicy: example\nscan: { strict: true }\n");
    assert_eq!(files.scan(&[]).code, 3);
}

#[test]
fn a_closed_pipe_stops_the_writing_and_keeps_the_code() {
    let files = drifted();
    for format in FORMATS {
        let mut child = Command::new(env!("CARGO_BIN_EXE_candor"))
            .env_clear()
            .current_dir(files.root())
            .args(["scan", "--format", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().expect("a pipe").read_to_string(&mut err).expect("text");
        assert_eq!(child.wait().expect("an end").code(), Some(1), "{format}: {err}");
        assert!(!err.contains("panicked") && !err.contains("cannot write"), "{err}");
    }
}

#[test]
fn mistakes_in_the_arguments_end_with_2_and_a_hint() {
    let files = clean();
    let said = files.scan(&["--stricct"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("--strict"), "{}", said.err);
    let said = files.scan(&["--format", "xml"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("sarif"), "{}", said.err);
    let said = files.scan(&["--now", "tomorrow"]);
    assert_eq!(said.code, 2);
    let said = files.scan(&["--include", "a{b"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("`a{b` is not a glob"), "{}", said.err);
}

#[test]
fn a_path_that_cannot_be_opened_is_named() {
    let files = clean();
    let said = files.scan(&["nowhere"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert_data_eq!(
        said.err,
        str![[r#"
candor: nowhere: no such file or folder

"#]]
    );
    let said = files.scan(&["--root", "A.java", "A.java"]);
    assert_data_eq!(
        said.err,
        str![[r#"
candor: A.java: the root must be a folder

"#]]
    );
    let outside = clean();
    let path = outside.path("A.java");
    let said = files.scan(&["--root", ".", &path.to_string_lossy()]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("lies outside the root"), "{}", said.err);
}

#[test]
fn all_mistakes_of_a_policy_are_underlined_and_nothing_is_scanned() {
    let files = clean();
    files.write(
        "candor.yaml",
        b"version: 1\npolicy: example\nrules:\n  - id: one\n    forbit: [user]\n    to: [log]\n  - id: two\n    forbid: [user]\n    level: fatal\n",
    );
    for format in FORMATS {
        let said = files.scan(&["--format", format]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{format}");
        assert_data_eq!(said.err, file!["snapshots/bad-policy.txt"]);
    }
}

#[test]
fn reports_go_to_files_and_standard_output() {
    let files = drifted();
    let said = files.scan(&["-o", "json=a.json", "--output", "sarif=b.sarif"]);
    assert!(said.out.contains("Fails: 1 policy finding."), "{}", said.out);
    let json: Value = serde_json::from_str(&files.read("a.json")).expect("JSON");
    assert_eq!(json["schema"], "candor/v1");
    let sarif: Value = serde_json::from_str(&files.read("b.sarif")).expect("JSON");
    assert_eq!(sarif["version"], "2.1.0");

    let said = files.scan(&["--format", "json", "-o", "c.json"]);
    assert_eq!(said.out, "");
    assert_eq!(files.read("c.json"), files.read("a.json"));
    assert!(said.err.contains("Fails: 1 policy finding."), "the summary goes to standard error: {}", said.err);
    let said = files.scan(&["--format", "json", "-o", "c.json", "--quiet"]);
    assert_eq!((said.out.as_str(), said.err.as_str()), ("", ""));
    let left_over = std::fs::read_dir(files.root()).expect("a folder").count();
    assert_eq!(left_over, 5, "no partial file is left");
}

#[test]
fn an_output_that_cannot_be_written_is_told_before_the_scan() {
    let files = clean();
    let said = files.scan(&["-o", "no/such/folder/report.json"]);
    assert_eq!((said.code, said.out.as_str()), (2, ""));
    assert!(said.err.contains("cannot write no/such/folder/report.json"), "{}", said.err);
    std::fs::create_dir(files.path("folder")).expect("a folder");
    assert_eq!(files.scan(&["-o", "folder"]).code, 2);
}

#[test]
fn colours_are_for_those_who_want_them() {
    let files = drifted();
    let escape = '\u{1b}';
    assert!(!files.scan(&[]).out.contains(escape), "no terminal, no colour");
    assert!(files.scan(&["--color", "always"]).out.contains(escape));
    assert!(!files.scan(&["--color", "never"]).out.contains(escape));
    let said = said(candor().current_dir(files.root()).env("NO_COLOR", "1").args(["scan", "--color", "always"]));
    assert!(said.out.contains(escape), "the flag is nearer than the environment");
}

#[test]
fn timings_name_every_stage_and_the_peak_memory() {
    let files = clean();
    let said = files.scan(&["--timings"]);
    let stages: Vec<&str> = said.err.lines().skip(1).filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(stages, ["source", "resource", "lang", "link", "taint", "policy", "total"]);
    let said = files.scan(&["--timings=json", "--quiet"]);
    let timings: Value = serde_json::from_str(&said.err).expect("one line of JSON");
    assert_eq!(timings["stages"].as_array().map(Vec::len), Some(6));
    if cfg!(target_os = "linux") {
        assert!(timings["peak_memory_bytes"].as_u64().is_some_and(|bytes| bytes > 1_000_000), "{timings}");
    }
}

#[test]
fn every_policy_is_a_column() {
    let files = clean();
    files.write("other.yaml", b"version: 1\npolicy: other\n");
    let report = files.report(&["--policy", "candor.yaml", "--policy", "other.yaml"]);
    let names: Vec<&Value> =
        report["policies"].as_array().expect("policies").iter().map(|policy| &policy["name"]).collect();
    assert_eq!(names, ["example", "other"]);
    let said = files.scan(&["--policy", "candor.yaml", "--policy", "./candor.yaml"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("has the name `example` too"), "{}", said.err);
}

#[test]
fn a_policy_may_stand_outside_of_the_root() {
    let policies = drifted();
    let files = clean();
    let policy = policies.path("candor.yaml");
    let said = files.scan(&["--policy", &policy.to_string_lossy()]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.out.contains("PRIVACY.md does not say this"), "{}", said.out);
}

#[test]
fn the_clock_can_be_set() {
    let files = Files::new(&[(
        "candor.yaml",
        "version: 1\npolicy: example\ndefaults: { unused: allow }\nrules:\n  - id: no-logs\n    forbid: [user]\n    to: \
         [log]\nexceptions:\n  - { id: EX-1, rule: no-logs, where: { path: \"a/**\" }, reason: soon, owner: me, expires: \
         2026-03-01 }\n",
    )]);
    assert_eq!(files.scan(&["--now", "2026-03-01"]).code, 0);
    assert_eq!(files.scan(&["--now", "2026-03-02"]).code, 1);
    let at =
        |seconds: &str| said(candor().current_dir(files.root()).env("SOURCE_DATE_EPOCH", seconds).arg("scan")).code;
    assert_eq!(at("1772409599"), 0, "the last second of the last day");
    assert_eq!(at("1772409600"), 1);
    assert_eq!(at("soon"), 2);
}

#[test]
fn without_a_policy_general_rules_judge_and_say_so() {
    let files = Files::new(&[("A.java", "class A {}\n")]);
    let said = files.scan(&[]);
    assert_eq!(said.code, 0);
    let last = said.out.lines().last().unwrap_or_default();
    assert!(last.starts_with("These are general rules"), "{}", said.out);
    assert_eq!(files.report(&["--no-builtin-rules"])["policies"][0]["name"], "no rules");
}

#[test]
fn policy_check_tells_lost_quotes_and_scans_nothing() {
    let files = drifted();
    files.write("Broken.java", b"class {{{{");
    let said = run_in(files.root(), &["policy", "check"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert_data_eq!(said.out, file!["snapshots/policy-check.txt"]);
    let said = run_in(clean().root(), &["policy", "check"]);
    assert_eq!(said.code, 0);
    assert_data_eq!(
        said.out,
        str![[r#"
candor.yaml: 0 rules, 0 exceptions; 0 of 0 quotes found in their documents.

"#]]
    );
}

#[test]
fn a_rule_of_the_policy_is_explained() {
    let said = run_in(drifted().root(), &["explain", "no-logs"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_data_eq!(
        said.out,
        str![[r#"
no-logs

  is      a rule of the policy example: it forbids user to log
  in      candor.yaml:7
  quotes  “We log nothing”
  from    PRIVACY.md

"#]]
    );
    let said = run_in(drifted().root(), &["explain", "no-lugs"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("did you mean `no-logs`?"), "{}", said.err);
}

#[test]
fn rules_are_listed_for_people_and_programs() {
    let files = clean();
    let said = run_in(files.root(), &["rules", "list"]);
    assert_eq!(said.code, 0);
    assert!(said.out.contains("user.contact.email"), "{}", said.out);
    let said = run_in(files.root(), &["rules", "list", "--format", "json"]);
    let list: Value = serde_json::from_str(&said.out).expect("JSON");
    let entries = list["entries"].as_array().expect("entries");
    let email = entries.iter().find(|entry| entry["id"] == "user.contact.email").expect("the element");
    assert_eq!(email["section"], "elements");
    assert_eq!(email["about"], "Email address");
}
