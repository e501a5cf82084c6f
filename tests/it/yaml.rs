//! The YAML reader: text stays as written, everything has its place, every mistake is told and underlined.

use candor::base::yaml::{Node, Problem, Reader, Value, did_you_mean, parse, render};

/// The root of a file without mistakes.
fn tree(text: &str) -> Node {
    let (root, problems) = parse(text);
    assert_eq!(problems, [], "{text}");
    root.expect("a document")
}

/// The values of a mapping by key, as they stand in the file.
fn slices<'t>(text: &'t str, node: &Node) -> Vec<(&'t str, &'t str)> {
    let Value::Mapping(entries) = &node.value else { panic!("not a mapping: {node:?}") };
    entries.iter().map(|(key, value)| (&text[key.place.clone()], &text[value.place.clone()])).collect()
}

fn messages(problems: &[Problem]) -> Vec<&str> {
    problems.iter().map(|problem| problem.message.as_str()).collect()
}

#[test]
fn scalars_stay_as_written() {
    let root = tree("version: 1.10\nflag: no\nzip: 007\nquoted: \"a\\tb\"\nnothing:\n");
    let Value::Mapping(entries) = &root.value else { panic!() };
    let texts: Vec<_> = entries.iter().map(|(_, value)| value.as_text().unwrap()).collect();
    assert_eq!(texts[..4], ["1.10", "no", "007", "a\tb"]);
    assert!(entries[4].1.is_null() && !entries[1].1.is_null());
    assert!(matches!(entries[3].1.value, Value::Scalar { plain: false, .. }));
}

#[test]
fn every_node_covers_its_bytes() {
    let text = "\u{feff}a: é\nlist:\n  - one\n  - { x: [1, 2], y: \"ü\" }\n\n# behind\nlast: [ ]\n";
    let root = tree(text);
    assert_eq!(slices(text, &root), [("a", "é"), ("list", "- one\n  - { x: [1, 2], y: \"ü\" }"), ("last", "[ ]")]);
    let Value::Mapping(entries) = &root.value else { panic!() };
    let Value::Sequence(items) = &entries[1].1.value else { panic!() };
    assert_eq!(slices(text, &items[1]), [("x", "[1, 2]"), ("y", "\"ü\"")]);
}

#[test]
fn duplicate_keys_reach_the_reader() {
    let text = "id: a\nid: b\nnaem: c\n";
    let root = tree(text);
    let mut reader = Reader::default();
    let fields = reader.fields(&root, "a rule", &["id", "name"]).unwrap();
    assert_eq!(fields.get("id").and_then(Node::as_text), Some("a"));
    assert!(reader.require(&fields, "name").is_none());
    assert_eq!(
        messages(&reader.problems),
        ["the key `id` stands here twice", "a rule has no key `naem`", "a rule needs the key `name`"]
    );
    assert_eq!(reader.problems[1].help.as_deref(), Some("did you mean `name`?"));
    assert_eq!(reader.problems[0].line_and_column(text), (2, 1));
}

#[test]
fn anchors_aliases_tags_and_documents_are_refused() {
    let (_, problems) = parse("a: &x 1\nb: *x\nc: !!str 2\nd: *unknown\n");
    assert_eq!(
        messages(&problems),
        ["anchors are not allowed", "aliases are not allowed", "tags are not allowed", "aliases are not allowed"]
    );
    let (root, problems) = parse("a: 1\n---\nb: 2\n");
    assert!(root.is_none());
    assert_eq!(messages(&problems), ["a second document"]);
    let (_, problems) = parse("%YAML 1.1\n---\na: 1\n");
    assert_eq!(problems.len(), 1, "{problems:?}");
}

#[test]
fn a_syntax_error_has_its_place() {
    let text = "rules:\n  - id: a\n   name: b\n";
    let (root, problems) = parse(text);
    assert!(root.is_none());
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].line_and_column(text).0, 3, "{problems:?}");
}

#[test]
fn budgets_hold() {
    let (root, problems) = parse(&"[".repeat(100_000));
    assert!(root.is_none() && problems.len() == 1, "{problems:?}");
    let (root, problems) = parse(&"- ".repeat(100_000));
    assert!(root.is_none() && problems.len() == 1, "{problems:?}");
    let (root, problems) = parse(&"- a\n".repeat(1_000_001));
    assert!(root.is_none());
    assert_eq!(messages(&problems), ["more than 1000000 values in one file"]);
}

#[test]
fn an_empty_file_has_no_root() {
    for text in ["", "# only a remark\n", "\n\n"] {
        let (root, problems) = parse(text);
        assert!(problems.is_empty());
        assert!(root.is_none_or(|root| root.is_null()), "{text:?}");
    }
}

#[test]
fn shapes_and_choices_are_told() {
    let root = tree("a: [x]\nb: { c: d }\nc: tru\nd: 300\ne:\nf: ''\n");
    let mut reader = Reader::default();
    let fields = reader.fields(&root, "a test", &["a", "b", "c", "d", "e", "f"]).unwrap();
    assert!(reader.text(fields.get("a").unwrap(), "an id").is_none());
    assert!(reader.list(fields.get("b").unwrap(), "a list of ports").is_empty());
    assert!(reader.boolean(fields.get("c").unwrap()).is_none());
    assert!(reader.integer::<u8>(fields.get("d").unwrap(), "a number", 0, 200).is_none());
    assert!(reader.texts(fields.get("e").unwrap(), "a name").is_empty());
    assert!(reader.text(fields.get("f").unwrap(), "a name").is_none());
    assert_eq!(
        messages(&reader.problems),
        [
            "expected an id, found a list",
            "expected a list of ports, found a mapping",
            "expected true or false, found `tru`",
            "expected a number between 0 and 200, found `300`",
            "expected a name, found nothing",
            "expected a name, found an empty text",
        ]
    );
    assert_eq!(reader.problems[2].help.as_deref(), Some("did you mean `true`?"));
}

#[test]
fn suggestions_are_near_or_absent() {
    let names = ["Argument", "ReturnValue", "user.contact.email"];
    assert_eq!(did_you_mean("Arguemnt", names), Some("Argument"));
    assert_eq!(did_you_mean("user.contact.emial", names), Some("user.contact.email"));
    assert_eq!(did_you_mean("returns", names), None);
    assert_eq!(did_you_mean("", names), None);
    assert_eq!(did_you_mean(&"x".repeat(1_000_000), names), None);
}

#[test]
fn problems_are_drawn_in_order_with_their_places_underlined() {
    let text = "sinks:\n  - idd: a.b\n    destination: lgo\n";
    let at = |word: &str| {
        let start = text.find(word).unwrap();
        start..start + word.len()
    };
    let problems = [
        Problem::new(at("lgo"), "no destination `lgo`").suggest("lgo", ["log", "email"]),
        Problem::new(at("idd"), "a sink has no key `idd`").help("did you mean `id`?"),
    ];
    insta::assert_snapshot!(render(&problems, "rules/x.yaml", text, false), @r"
      × a sink has no key `idd`
       ╭─[rules/x.yaml:2:5]
     1 │ sinks:
     2 │   - idd: a.b
       ·     ───
     3 │     destination: lgo
       ╰────
      help: did you mean `id`?

      × no destination `lgo`
       ╭─[rules/x.yaml:3:18]
     2 │   - idd: a.b
     3 │     destination: lgo
       ·                  ───
       ╰────
      help: did you mean `log`?
    ");
    assert!(render(&problems, "rules/x.yaml", text, true).contains("\u{1b}["));
}

#[test]
fn drawing_is_bounded() {
    let long = format!("a: {}", "x".repeat(100_000));
    let shown = render(&[Problem::new(3..long.len(), "too long")], "a.yaml", &long, false);
    assert!(shown.contains("a.yaml:1:4: too long") && shown.len() < 1000, "{shown}");
    let many: Vec<_> = (0..1000).map(|_| Problem::new(0..1, "wrong")).collect();
    assert!(render(&many, "a.yaml", "abc", false).ends_with("a.yaml: 950 more problems\n"));
    let name = format!("{}: x", "y".repeat(900));
    let mut reader = Reader::default();
    reader.fields(&tree(&name), "a test", &["known"]);
    assert_eq!(reader.problems[0].message.chars().count(), 401);
    let outside = render(&[Problem::new(5000..6000, "far away")], "a.yaml", "abc", false);
    assert!(outside.contains("far away"));
}
