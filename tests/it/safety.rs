//! The scanned repository is hostile: whatever it holds, a scan ends soon, says what it left out, and never panics.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::command::{Files, Said, candor, said};

/// The code of `trouble` in the report that `path` is about.
fn code_about<'a>(report: &'a Value, path: &str) -> Option<&'a str> {
    let diagnostics = report["diagnostics"].as_array().expect("diagnostics");
    diagnostics.iter().find(|diagnostic| diagnostic["file"] == path).and_then(|found| found["code"].as_str())
}

/// The scan in JSON; it must have ended well and within `limit`.
fn scanned(files: &Files, limit: Duration) -> Value {
    let started = Instant::now();
    let report = files.report(&[]);
    let took = started.elapsed();
    assert!(took < limit, "took {took:?}");
    report
}

const SOON: Duration = Duration::from_secs(10);

#[test]
fn a_hundred_thousand_nested_parentheses() {
    let nested = format!("class A {{ int x = {}1{}; }}", "(".repeat(100_000), ")".repeat(100_000));
    let files = Files::new(&[("A.java", &nested), ("B.java", "class B {}")]);
    let report = scanned(&files, SOON);
    assert_eq!(code_about(&report, "A.java"), Some("too-deep"));
    assert_eq!(report["complete"], false);
    assert_eq!(code_about(&report, "B.java"), None);
}

#[test]
fn type_arguments_that_never_end() {
    let files = Files::new(&[("A.java", &"a<".repeat(125_000))]);
    assert_eq!(code_about(&scanned(&files, SOON), "A.java"), Some("too-deep"));
}

#[test]
fn deep_nesting_of_other_kinds() {
    let deep =
        |open: &str, close: &str| format!("class A {{ void f() {{ {}{} }} }}", open.repeat(5_000), close.repeat(5_000));
    let chain = format!("class A {{ Object f() {{ return a{}; }} }}", ".b()".repeat(20_000));
    let sum = format!("class A {{ int f() {{ return 1{}; }} }}", " + 1".repeat(20_000));
    let otherwise = format!("class A {{ void f() {{ {} ; }} }}", "if (a) b(); else ".repeat(20_000));
    let not = format!("class A {{ boolean f() {{ return {}a; }} }}", "!".repeat(50_000));
    let lambdas = format!("class A {{ Object f() {{ return {}1; }} }}", "x -> ".repeat(20_000));
    let types = format!("class A {{ int{} x; }}", "[]".repeat(50_000));
    let files = Files::new(&[
        ("Blocks.java", &deep("{", "}")),
        ("Arrays.java", &deep("[", "]")),
        ("Chain.java", &chain),
        ("Sum.java", &sum),
        ("Else.java", &otherwise),
        ("Not.java", &not),
        ("Lambdas.java", &lambdas),
        ("Types.java", &types),
    ]);
    let report = scanned(&files, Duration::from_secs(30));
    assert_eq!(report["schema"], "candor/v1");
}

#[test]
fn a_single_line_of_fifty_megabytes_costs_nothing() {
    let files = Files::new(&[]);
    files.write("Minified.java", &vec![b'a'; 50 << 20]);
    // Other tests run beside this one: the best of three counts.
    let took = |_| {
        let started = Instant::now();
        scanned(&files, SOON);
        started.elapsed()
    };
    let best = (0..3).map(took).min().expect("three");
    assert!(best < Duration::from_secs(1), "{best:?}");
    let report = scanned(&files, SOON);
    assert_eq!(code_about(&report, "Minified.java"), Some("too-large"));
    assert_eq!(report["summary"]["skipped"]["too_large"], 1);
}

#[test]
fn bytes_that_are_no_text() {
    let files = Files::new(&[]);
    files.write("Latin.java", b"// \xe9\xff\nclass Latin { }\n");
    files.write("Nul.java", b"class Nul { \0 }\n");
    files.write("Noise.java", &(0..=255).cycle().take(100_000).collect::<Vec<u8>>());
    files.write("Half.java", b"class Half { String s = \"\xf0\x9f");
    let report = scanned(&files, SOON);
    assert_eq!(report["summary"]["files"], 4);
    for path in ["Latin.java", "Nul.java", "Noise.java", "Half.java"] {
        assert!(code_about(&report, path).is_some(), "{path}");
    }
    assert_eq!(code_about(&report, "Latin.java"), Some("encoding"));
}

#[test]
fn an_empty_repository_is_told_and_is_no_failure() {
    let files = Files::new(&[]);
    let said = files.scan(&[]);
    assert_eq!(said.code, 0);
    assert!(said.out.contains("nothing was scanned"), "{}", said.out);
    assert_eq!(files.scan(&["--strict"]).code, 0);
    let empty = Files::new(&[("Empty.java", "")]);
    assert_eq!(empty.report(&[])["summary"]["files"], 1);
}

#[test]
fn scanned_code_does_not_speak_to_the_terminal() {
    let files = Files::new(&[("A.java", "class A { ]\u{1b}]0;owned\u{7}\u{1b}[2J }\n")]);
    files.write("\u{1b}[31mred.java", b"class {");
    let said = files.scan(&["--all"]);
    assert!(!said.out.contains('\u{1b}') && !said.out.contains('\u{7}'), "{:?}", said.out);
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    #[test]
    fn links_are_not_followed() {
        let outside = Files::new(&[("Secret.java", "class Secret {}")]);
        let files = Files::new(&[("A.java", "class A {}")]);
        symlink(files.root(), files.path("loop")).expect("a link");
        symlink(outside.root(), files.path("outside")).expect("a link");
        symlink(outside.path("Secret.java"), files.path("Secret.java")).expect("a link");
        symlink("nowhere", files.path("Broken.java")).expect("a link");
        let report = scanned(&files, SOON);
        assert_eq!(report["summary"]["files"], 1);
        for link in ["loop", "outside", "Secret.java", "Broken.java"] {
            assert_eq!(code_about(&report, link), Some("not-followed"), "{link}");
        }
        assert_eq!(report["complete"], true);
    }

    #[test]
    fn a_path_that_is_a_link_is_what_it_leads_to() {
        let files = Files::new(&[("code/A.java", "class A {}")]);
        symlink(files.path("code"), files.path("link")).expect("a link");
        assert_eq!(files.report(&["link"])["summary"]["files"], 1);
    }

    #[test]
    fn pipes_and_sockets_are_not_opened() {
        let files = Files::new(&[("A.java", "class A {}")]);
        for name in ["Pipe.java", ".gitignore"] {
            let made = std::process::Command::new("mkfifo").arg(files.path(name)).status().expect("mkfifo");
            assert!(made.success());
        }
        let _socket = std::os::unix::net::UnixListener::bind(files.path("Socket.java")).expect("a socket");
        let report = scanned(&files, SOON);
        assert_eq!(report["summary"]["files"], 1);
        for name in ["Pipe.java", "Socket.java"] {
            assert_eq!(code_about(&report, name), Some("not-followed"), "{name}");
        }
        let said: Said = files.scan(&["Pipe.java"]);
        assert_eq!(said.code, 2);
        assert!(said.err.contains("neither a regular file nor a folder"), "{}", said.err);
    }

    #[test]
    fn what_may_not_be_read_is_told() {
        let files =
            Files::new(&[("A.java", "class A {}"), ("Secret.java", "class B {}"), ("closed/C.java", "class C {}")]);
        let forbid = |path: &str| {
            let none = std::fs::Permissions::from_mode(0o000);
            std::fs::set_permissions(files.path(path), none).expect("permissions");
        };
        forbid("Secret.java");
        forbid("closed");
        // Nothing is forbidden to a superuser; then there is nothing to test.
        let forbidden = std::fs::read(files.path("Secret.java")).is_err();
        let report = forbidden.then(|| scanned(&files, SOON));
        let again = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(files.path("closed"), again).expect("permissions");
        if let Some(report) = report {
            assert_eq!(code_about(&report, "Secret.java"), Some("unreadable"));
            assert_eq!(code_about(&report, "closed"), Some("unreadable"));
            assert_eq!(report["summary"]["skipped"]["unreadable"], 2);
            assert_eq!(report["complete"], false);
        }
    }

    #[test]
    fn a_read_that_fails_is_told() {
        // Reading the memory of a process at its beginning fails although the file can be opened, for anyone.
        if !cfg!(target_os = "linux") {
            return;
        }
        let said = said(candor().args(["scan", "/proc/self/mem"]));
        assert_ne!(said.code, 101, "{}", said.err);
        assert!(!said.err.contains("panicked"), "{}", said.err);
    }
}
