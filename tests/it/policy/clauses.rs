//! Quoted clauses: what counts as the same sentence, in which section, and what is told when it has gone.

use candor::policy::document::{DocumentText, Lookup};
use candor::policy::{FindingKind, Level, check_clauses};

use super::{flow, policy, rule_on};

/// Where `quote` stands in `source`, as the text of the source.
fn found<'s>(source: &'s str, quote: &str) -> Option<&'s str> {
    match DocumentText::of_markdown(source).find(quote, None) {
        Lookup::Found(range) => Some(&source[range]),
        _ => None,
    }
}

#[test]
fn the_same_sentence_in_other_clothes_is_found() {
    for (source, quote) in [
        ("We never sell your data.", "We never sell your data."),
        ("We never\nsell   your\tdata.", "We never sell your data."),
        ("We never sell your data.", "We never\n  sell your data."),
        ("We **never** sell *your* _data_.", "We never sell your data."),
        ("We never sell your data.", "We **never** sell your data."),
        ("We [never sell](https://example.com/sell \"title\") your data.", "We never sell your data."),
        ("We never sell [your data][data].\n\n[data]: https://example.com", "We never sell your data."),
        ("It’s “yours” — always…", "It's \"yours\" - always..."),
        ("It's \"yours\" - always...", "It’s “yours” — always…"),
        ("Name &amp; address", "Name & address"),
        ("Name &#38; address&nbsp;book", "Name & address book"),
        ("- We collect:\n  - your name,\n  - your e-mail address.", "We collect: your name, your e-mail address."),
        ("1. We collect\n2. your name", "We collect your name"),
        ("We collect:\n\n* [x] your name", "We collect: your name"),
        ("> We never\n> sell your data.", "We never sell your data."),
        ("We never sell your data[^1].\n\n[^1]: Truly.", "We never sell your data."),
        ("We keep `logs` for 7 days.", "We keep logs for 7 days."),
        ("| what | why |\n|---|---|\n| e-mail | to sign in |", "e-mail to sign in"),
        ("<p>We never sell\nyour <b>data</b>.</p>", "We never sell your data ."),
        ("<div>Name &amp; address &#8212; yours</div>", "Name & address - yours"),
        ("We never sell<br>your data.", "We never sell your data."),
        ("We never sell<!-- sic --> your data.", "We never sell your data."),
        ("We never sell your da\u{ad}ta\u{200b}.", "We never sell your data."),
        ("\u{feff}We never sell\u{a0}your data.\r\nNever.", "We never sell your data. Never."),
        ("We never sell your data\\. Never.", "We never sell your data. Never."),
        ("We store it on-device\\\nonly.", "We store it on-device only."),
    ] {
        assert!(found(source, quote).is_some(), "{source:?} should hold {quote:?}");
    }
}

#[test]
fn another_sentence_is_not_found() {
    for (source, quote) in [
        ("We sell your data.", "We never sell your data."),
        ("We never sell your database.", "We never sell your data"),
        ("Unlogged.", "logged"),
        ("We never ~~sell~~ your data.", "We never sell your data."),
        ("~~We never sell your data.~~", "We never sell your data."),
        ("<!-- We never sell your data. -->", "We never sell your data."),
        ("<!--\nWe never sell your data.\n-->\n", "We never sell your data."),
        ("<div title=\"We never sell your data.\"></div>", "We never sell your data."),
        ("---\ntitle: We never sell your data.\n---\nHello.", "We never sell your data."),
        ("[We never sell](https://example.com)", "https://example.com"),
        ("WE NEVER SELL YOUR DATA.", "We never sell your data."),
        ("", "We never sell your data."),
    ] {
        assert_eq!(found(source, quote), None, "{source:?} / {quote:?}");
    }
}

#[test]
fn the_place_of_a_quote_is_that_of_its_source() {
    let source = "# Privacy\n\nHello – “friend”. We **never** sell\n*your* data — “ever”. Bye.\n";
    assert_eq!(found(source, "We never sell your data - \"ever\"."), Some("We **never** sell\n*your* data — “ever”."));
    assert_eq!(found("a &mdash; b é", "a - b"), Some("a &mdash; b"));
    assert_eq!(found("“é”", "\"é\""), Some("“é”"));
}

const SECTIONS: &str = "\
# Privacy

We keep little.

## 1. What we collect

We keep your name.

### On the phone

We keep a copy.

## 2. What we share

We share nothing.

## 2. What we share

We share nothing else.
";

#[test]
fn a_section_reaches_to_the_next_heading_that_is_not_deeper() {
    let text = DocumentText::of_markdown(SECTIONS);
    let found = |quote, section| matches!(text.find(quote, Some(section)), Lookup::Found(_));
    assert!(found("We keep your name.", "1. What we collect"));
    assert!(found("We keep your name.", "What we collect"), "numbers change when a section is inserted");
    assert!(found("We keep your name.", "what we *collect*"));
    assert!(found("We keep your name.", "Privacy"));
    assert!(found("We keep a copy.", "What we collect"));
    assert!(found("We keep a copy.", "On the phone"));
    assert!(!found("We keep your name.", "On the phone"));
    assert!(!found("We share nothing.", "What we collect"));
    assert!(found("We share nothing else.", "What we share"), "a title may come twice");
}

#[test]
fn years_are_no_numbers_of_sections() {
    let text = DocumentText::of_markdown("# 2025\n\nOld.\n\n# 2026\n\nNew.\n\n# 3) Why\n\nSo.\n");
    assert!(matches!(text.find("New.", Some("2025")), Lookup::Elsewhere(_)));
    assert!(matches!(text.find("New.", Some("2026")), Lookup::Found(_)));
    assert!(matches!(text.find("So.", Some("Why")), Lookup::Found(_)));
}

#[test]
fn what_was_probably_meant_is_told() {
    let text = DocumentText::of_markdown(SECTIONS);
    assert_eq!(
        text.find("We share nothing.", Some("What we collect")),
        Lookup::Elsewhere({
            let start = SECTIONS.find("We share nothing.").unwrap();
            start..start + "We share nothing.".len()
        })
    );
    let Lookup::NoSection(titles) = text.find("We keep little.", Some("What we sell")) else { panic!() };
    assert_eq!(titles, ["Privacy", "1. What we collect", "On the phone", "2. What we share", "2. What we share"]);
    assert_eq!(text.find("We always keep your name.", None), Lookup::Absent);
    let now = text.resembling("We always keep your name.", None).unwrap();
    assert_eq!((now.text.as_str(), &SECTIONS[now.range]), ("We keep your name.", "We keep your name."));
    assert_eq!(text.resembling("Cookies expire after twelve months.", None), None);
    assert_eq!(text.resembling("We always keep your name.", Some("What we share")), None);
}

/// A policy with one clause, in another place than its document says when `quote` is not there.
fn with_clause(clause: &str) -> candor::policy::Policy {
    policy(&format!(
        "documents:\n  notice: {{ path: docs/PRIVACY.md }}\nrules:\n  - id: mail\n    permit: [user.contact]\n    clause: {{ in: notice, {clause} }}\n"
    ))
}

#[test]
fn a_clause_that_stands_gives_its_line() {
    let policy = with_clause("section: What we collect, quote: We keep your name.");
    let column = rule_on(&[flow("user.contact.email", "log")], &policy, &[("docs/PRIVACY.md", SECTIONS)], "2027-01-31");
    let clause = column.rules[0].clause.clone().unwrap();
    assert_eq!((clause.found, clause.line), (true, Some(7)));
    assert_eq!(&SECTIONS[clause.range.unwrap()], "We keep your name.");
    assert_eq!(column.findings, []);
}

#[test]
fn a_clause_that_has_gone_is_drift_with_a_place_in_both_files() {
    for (clause, message, help, line) in [
        (
            "quote: We never keep your name.",
            "docs/PRIVACY.md does not say this any more",
            "line 7 comes nearest: “We keep your name.”; if the promise still stands, quote it as it is worded now; \
             if it was withdrawn, withdraw the rule",
            7,
        ),
        (
            "quote: Cookies expire.",
            "docs/PRIVACY.md does not say this",
            "if the promise still stands, quote it as it is worded now; if it was withdrawn, withdraw the rule",
            1,
        ),
        (
            "section: What we share, quote: We keep your name.",
            "docs/PRIVACY.md says this on line 7, but not in the section `What we share`",
            "name the section in which it stands, or leave `section` out",
            7,
        ),
        (
            "section: Cookies, quote: We keep your name.",
            "docs/PRIVACY.md has no section `Cookies`",
            "its sections are: Privacy, 1. What we collect, On the phone, 2. What we share, 2. What we share",
            1,
        ),
        (
            "section: On teh phone, quote: We keep a copy.",
            "docs/PRIVACY.md has no section `On teh phone`",
            "did you mean `On the phone`?",
            1,
        ),
    ] {
        let policy = with_clause(clause);
        let documents = [("docs/PRIVACY.md", SECTIONS)];
        let column = rule_on(&[flow("user.contact.email", "log")], &policy, &documents, "2027-01-31");
        let [finding] = column.findings.as_slice() else { panic!("{clause}: {:?}", column.findings) };
        assert_eq!((finding.kind, finding.level), (FindingKind::PolicyDrift, Level::Fail));
        assert_eq!((finding.message.as_str(), finding.help.as_str()), (message, help));
        assert_eq!(finding.about, "mail");
        let quote = clause.rsplit_once("quote: ").unwrap().1;
        assert_eq!(&policy.file.text[finding.range.clone()], quote);
        assert_eq!(finding.document.as_ref().unwrap().line, line);
        assert!(!column.rules[0].clause.as_ref().unwrap().found);
        assert_eq!(column.failing(), 1);
        let documents = documents.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect();
        assert_eq!(check_clauses(&policy, &documents), std::slice::from_ref(finding));
    }
}

#[test]
fn a_document_that_was_not_read_is_drift() {
    let column = rule_on(&[], &with_clause("quote: We keep your name."), &[], "2027-01-31");
    assert_eq!(column.findings[1].message, "docs/PRIVACY.md was not read, so nothing can be said about this quote");
}

#[test]
fn drift_has_a_level() {
    let policy = policy(
        "documents: { notice: { path: P.md } }\ndefaults: { policy_drift: warn }\n\
         rules: [{ id: r, permit: [user], clause: { in: notice, quote: gone } }]",
    );
    let column = rule_on(&[flow("user.name", "log")], &policy, &[("P.md", "here")], "2027-01-31");
    assert_eq!((column.findings[0].level, column.failing()), (Level::Warn, 0));
}
