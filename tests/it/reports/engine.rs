//! Reports on real code: the same bytes whatever the threads, and fingerprints that survive edits.

use candor::rules::model::RuleSet;
use candor::scan::{Input, ScanOptions, scan};

use crate::command::{Files, package, run_in};

const FORMATS: [&str; 3] = ["text", "json", "sarif"];

/// A wrapper of the log with two users, and a store beside it.
const CODE: &str = r#"
package app;

import java.util.logging.Logger;

class User {
    String email;
    String phoneNumber;
}

class Audit {
    private static final Logger LOG = Logger.getLogger("audit");

    static void note(String message) {
        LOG.info(message);
    }
}

class SignUp {
    void submit(User user) {
        String address = user.email;
        Audit.note("new: " + address);
    }

    void call(User user) {
        Audit.note("called " + user.phoneNumber);
    }

    void quiet(User user) {
        int length = user.email.length();
        Audit.note("length " + length);
    }
}
"#;

/// Fingerprints of the flows in `code`, sorted, with what they are about.
fn prints(path: &str, code: &str) -> Vec<(String, String)> {
    let options = ScanOptions {
        input: Input::Texts(vec![(path.to_owned(), code.to_owned())]),
        rules: RuleSet::builtin(),
        threads: 1,
        ..ScanOptions::default()
    };
    let scan = scan(&options).expect("a scan");
    let about = scan.analysis.flows.iter().map(|flow| format!("{} to {}", flow.element, flow.destination));
    let mut prints: Vec<(String, String)> = scan.fingerprints.iter().cloned().zip(about).collect();
    prints.sort();
    prints
}

#[test]
fn fingerprints_survive_edits_around_them() {
    let before = prints("app/SignUp.java", CODE);
    let about: Vec<&str> = before.iter().map(|(_, about)| about.as_str()).collect();
    assert!(about.contains(&"user.contact.email to log"), "{before:?}");
    assert_eq!(before.len(), 2, "{before:?}");

    let inserted =
        CODE.replace("class SignUp {", "// A comment.\n\nclass Other {}\n\nclass SignUp {\n    int number;\n");
    assert_eq!(prints("app/SignUp.java", &inserted), before, "inserted lines");
    let renamed = CODE.replace("address", "recipient").replace("User user", "User person").replace("user.", "person.");
    assert_eq!(prints("app/SignUp.java", &renamed), before, "renamed locals");
    let (head, rest) = CODE.split_once("    void submit").expect("a method");
    let (submit, others) = rest.split_once("    void call").expect("a method");
    let (call, last) = others.split_once("    void quiet").expect("a method");
    let quiet = last.strip_suffix("}\n").expect("the end of the class");
    let reordered = format!("{head}    void quiet{quiet}    void call{call}    void submit{submit}}}\n");
    assert_eq!(prints("app/SignUp.java", &reordered), before, "reordered methods");
    assert_eq!(prints("elsewhere/Moved.java", CODE), before, "a moved file");

    let other_text = CODE.replace("new: ", "added: ");
    assert_eq!(prints("app/SignUp.java", &other_text).len(), 2);
    let other_method = CODE.replace("void submit", "void enter");
    assert_ne!(prints("app/SignUp.java", &other_method), before, "another disclosing function is another flow");
}

#[test]
fn one_and_sixteen_threads_say_the_same() {
    let showcase = package().join("fixtures/showcase");
    for format in FORMATS {
        let with = |threads| run_in(&showcase, &["scan", "-j", threads, "--format", format, "--now", "2026-01-31"]);
        let (one, sixteen) = (with("1"), with("16"));
        assert_eq!(one.code, 1, "{}", one.err);
        assert!(one.out == sixteen.out, "{format} differs with the number of threads");
    }
}

#[test]
fn the_order_of_files_does_not_matter() {
    let classes = |first: &str, second: &str| {
        let (user, others) = CODE.split_once("class Audit").expect("a class");
        let import = "import java.util.logging.Logger;";
        Files::new(&[
            (first, user),
            (second, &format!("package app;\n{import}\nclass Audit{others}")),
            ("candor.yaml", "version: 1\npolicy: example\n"),
        ])
    };
    let told = |files: &Files| {
        let report = files.report(&["--now", "2026-01-31"]);
        let flows = report["flows"].as_array().expect("flows").iter();
        let mut told: Vec<String> = flows
            .map(|flow| format!("{} {} {}", flow["fingerprint"], flow["sink"]["line"], flow["source"]["symbol"]))
            .collect();
        told.sort();
        told
    };
    let one = told(&classes("app/A.java", "app/B.java"));
    assert_eq!(one.len(), 2, "{one:?}");
    assert_eq!(told(&classes("app/Z.java", "app/B.java")), one);
}
