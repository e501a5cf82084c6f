//! Markers in comments become expectations, and every difference from a scan becomes a complaint at its line.

use candor::examples::compare::{Found, FoundFlow, FoundSite, Place, complaints, report};
use candor::examples::markers::{Kind, Marker, markers};
use candor::taint::Confidence;

use crate::support::case::read_case;

fn marker(line: u32, kind: Kind) -> Marker {
    Marker {
        file: "A.java".into(),
        line,
        kind,
        element: "user.contact.email".into(),
        destination: "log".into(),
        protections: Vec::new(),
        verdict: None,
    }
}

fn place(line: u32) -> Place {
    Place { file: "A.java".into(), line }
}

fn flow(sink: u32, disclosure: u32) -> FoundFlow {
    FoundFlow {
        sink: place(sink),
        disclosure: place(disclosure),
        element: "user.contact.email".into(),
        destination: "log".into(),
        protections: Vec::new(),
        verdict: None,
        source: place(1),
    }
}

fn messages(markers: &[Marker], found: &Found) -> Vec<String> {
    let all = complaints(markers, found);
    all.into_iter().map(|complaint| format!("{}: {}", complaint.place.line, complaint.message)).collect()
}

#[track_caller]
fn read_one(path: &str, text: &str) -> Marker {
    let (found, errors) = markers(path, text);
    assert_eq!(errors, []);
    let [marker] = found.try_into().expect("one marker");
    marker
}

#[track_caller]
fn refused(text: &str) -> String {
    let (found, errors) = markers("A.java", text);
    assert_eq!(found, []);
    let [error] = errors.try_into().expect("one error");
    format!("{}: {}", error.line, error.message)
}

#[test]
fn a_trailing_marker_speaks_of_its_line() {
    assert_eq!(read_one("A.java", "\nlog(email); //~ flow: user.contact.email -> log"), marker(2, Kind::Flow));
}

#[test]
fn markers_that_stand_alone_speak_of_the_next_code() {
    let text = "//~ flow: user.contact.email -> log\n  // why\n\n  //~ clean: user.contact.email -> log\nlog(email);\n";
    assert_eq!(markers("A.java", text).0, [marker(5, Kind::Flow), marker(5, Kind::Clean)]);
}

#[test]
fn every_part_of_a_marker_is_read() {
    let text = "log(x); //~ missing: user -> crash_report.sentry [hashed.keyed, encrypted] (a; b) => condition_unmet";
    assert_eq!(
        read_one("A.java", text),
        Marker {
            element: "user".into(),
            destination: "crash_report.sentry".into(),
            protections: vec!["encrypted".into(), "hashed.keyed".into()],
            verdict: Some("condition_unmet".into()),
            ..marker(1, Kind::Missing)
        }
    );
}

#[test]
fn semicolons_join_markers() {
    let text = "log(x); //~ flow: user.contact.email -> log (both); clean: user.contact.email -> log";
    assert_eq!(markers("A.java", text).0, [marker(1, Kind::Flow), marker(1, Kind::Clean)]);
}

#[test]
fn each_language_has_its_comment() {
    for (path, line) in [
        ("a.rb", "log email #~ spurious: user.contact.email -> log"),
        ("a.erb", "<%= email %> <%#~ spurious: user.contact.email -> log %>"),
        ("a.haml", "= email -#~ spurious: user.contact.email -> log"),
        ("a.xml", "<a/> <!--~ spurious: user.contact.email -> log -->"),
        ("a.kt", "log(email) //~ spurious: user.contact.email -> log"),
    ] {
        let expected = Marker { file: path.into(), ..marker(1, Kind::Spurious) };
        assert_eq!(read_one(path, line), expected);
    }
}

#[test]
fn what_is_not_a_marker_is_told() {
    assert_eq!(refused("x(); //~ leak: a -> b"), "1: `leak` is none of flow, missing, spurious and clean");
    assert_eq!(refused("x(); //~ flow: a > b"), "1: expected `->` before `> b`");
    assert_eq!(refused("x(); //~ flow: A -> b"), "1: `A` is not an id");
    assert_eq!(refused("x(); //~ flow: a -> b [c"), "1: `]` is missing");
    assert_eq!(refused("x(); //~ flow: a -> b, c"), "1: `, c` is left over behind the marker");
    assert_eq!(refused("\n//~ flow: a -> b\n\n"), "2: no line of code follows this marker");
}

#[test]
fn a_flow_is_matched_at_its_sink_or_its_disclosure() {
    let found = Found { flows: vec![flow(3, 7)], sites: Vec::new() };
    assert!(messages(&[marker(3, Kind::Flow)], &found).is_empty());
    assert!(messages(&[marker(7, Kind::Flow)], &found).is_empty());
    assert_eq!(
        messages(&[marker(4, Kind::Flow)], &found),
        [
            "4: expected, not found: user.contact.email -> log",
            "7: no marker expects this flow: user.contact.email -> log"
        ]
    );
}

#[test]
fn protections_and_elements_must_be_equal() {
    let hashed = FoundFlow { protections: vec!["hashed".into()], ..flow(3, 3) };
    let found = Found { flows: vec![hashed], sites: Vec::new() };
    assert_eq!(
        messages(&[marker(3, Kind::Flow)], &found),
        [
            "3: expected, not found: user.contact.email -> log",
            "3: no marker expects this flow: user.contact.email -> log [hashed]"
        ]
    );
    let same = Marker { protections: vec!["hashed".into()], ..marker(3, Kind::Flow) };
    assert!(messages(&[same], &found).is_empty());
}

#[test]
fn wrong_answers_are_asserted_until_they_are_mended() {
    let found = Found { flows: vec![flow(3, 3)], sites: Vec::new() };
    assert!(messages(&[marker(3, Kind::Spurious)], &found).is_empty());
    assert_eq!(
        messages(&[marker(3, Kind::Missing), marker(3, Kind::Spurious)], &found),
        ["3: found now, make it `flow`: user.contact.email -> log"]
    );
    let nothing = Found::default();
    assert!(messages(&[marker(3, Kind::Missing)], &nothing).is_empty());
    assert_eq!(
        messages(&[marker(3, Kind::Spurious)], &nothing),
        ["3: no longer found, make it `clean`: user.contact.email -> log"]
    );
}

#[test]
fn a_clean_line_needs_a_sink_and_no_flow() {
    let site = FoundSite { place: place(3), destination: "log".into() };
    let clean = [marker(3, Kind::Clean)];
    assert!(messages(&clean, &Found { flows: Vec::new(), sites: vec![site.clone()] }).is_empty());
    assert_eq!(messages(&clean, &Found::default()), ["3: no sink for log stands here, so `clean` says nothing"]);
    let narrower = FoundFlow { element: "user.contact.email.work".into(), ..flow(3, 3) };
    assert_eq!(
        messages(&clean, &Found { flows: vec![narrower], sites: vec![site] }),
        [
            "3: no marker expects this flow: user.contact.email.work -> log",
            "3: should be clean, found: user.contact.email.work -> log"
        ]
    );
}

#[test]
fn verdicts_are_compared_where_they_are_given() {
    let judged = FoundFlow { verdict: Some("permitted".into()), ..flow(3, 3) };
    let found = Found { flows: vec![judged], sites: Vec::new() };
    assert!(messages(&[marker(3, Kind::Flow)], &found).is_empty());
    let forbidden = Marker { verdict: Some("forbidden".into()), ..marker(3, Kind::Flow) };
    assert_eq!(messages(&[forbidden], &found), ["3: expected forbidden, judged permitted: user.contact.email -> log"]);
}

#[test]
fn a_report_shows_the_file_with_what_was_found() {
    let found = Found { flows: vec![flow(2, 2)], sites: Vec::new() };
    let text = report(&[("A.java", "a\nb")], &found, &complaints(&[], &found));
    assert_eq!(
        text,
        "\n--- A.java\n   1 | a\n   2 | b\n       > user.contact.email -> log, from A.java:1\n       ! no marker \
         expects this flow: user.contact.email -> log\n"
    );
}

#[test]
fn a_case_takes_its_configuration_from_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let manifest = "rules:\n    sinks:\n      - id: a\n\n    # why\n    sources: []\npolicy: candor.yaml\noptions: { min_confidence: low }\n";
    write("case.yaml", manifest);
    write("candor.yaml", "version: 1");
    write("A.java", "class A {}");
    let case = read_case(&folder.path().join("case.yaml")).unwrap();
    assert_eq!(case.files, [("A.java".to_string(), "class A {}".to_string())]);
    assert_eq!(case.rules[0].1, "sinks:\n  - id: a\n\n# why\nsources: []\n");
    assert_eq!(case.policy, Some(("candor.yaml".to_string(), "version: 1".to_string())));
    assert_eq!(case.options.min_confidence, Confidence::Low);

    write("case.yaml", "policy: missing.yaml\nrule: {}\n");
    let error = read_case(&folder.path().join("case.yaml")).unwrap_err();
    assert!(error.contains("the case has no file `missing.yaml`"), "{error}");
    assert!(error.contains("a case has no key `rule`"), "{error}");
}
