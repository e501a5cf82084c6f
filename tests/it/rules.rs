//! Rule files: built-in ones load and keep their meaning, mistakes are told at their places, all at once.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use candor::base::Symbol;
use candor::base::yaml::{Node, Place, Value, parse};
use candor::rules::model::{Pattern, RuleSet, decode, encode};
use candor::rules::{FileProblems, RuleFile, RuleSources, load, load_files};
use proptest::prelude::*;

/// Reads one file on top of the built-in rules.
fn read(text: &str) -> Result<RuleSet, Vec<FileProblems>> {
    let file = RuleFile { path: "mine.yaml".to_owned(), text: text.to_owned() };
    Ok(load(&RuleSources { files: vec![file], ..RuleSources::default() })?.rules)
}

/// Asserts that the text between `«` and `»` is to blame, for this reason and with this help.
fn check_mistake(marked: &str, message: &str, help: &str) {
    let start = marked.find('«').expect("a mark");
    let end = marked.find('»').expect("an end of the mark") - '«'.len_utf8();
    let text = marked.replace(['«', '»'], "");
    let problems = read(&text).expect_err(marked).remove(0).problems;
    let told: Vec<_> = problems.iter().map(|problem| (problem.message.as_str(), problem.place.clone())).collect();
    assert_eq!(told, [(message, start..end)], "{text}");
    assert_eq!(problems[0].help.as_deref().unwrap_or(""), help, "{text}");
}

#[test]
fn builtin_ids_are_unique_and_survive_the_embedded_form() {
    let rules = RuleSet::builtin();
    let ids: Vec<_> = rules.ids().map(|(_, id)| id).collect();
    assert!(ids.len() > 1500, "{}", ids.len());
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert!(ids.iter().all(|id| rules.origin(id).is_some_and(|file| file.starts_with("rules/"))));
    assert_eq!(decode(&encode(&rules).unwrap()).unwrap(), rules);
}

#[test]
fn embedded_bytes_that_are_broken_are_refused() {
    let bytes = encode(&RuleSet::builtin()).unwrap();
    assert!(decode(&bytes[..bytes.len() / 2]).is_err());
    assert!(decode(&[]).is_err());
}

#[test]
fn no_two_elements_share_a_strong_name() {
    let mut seen = std::collections::BTreeMap::new();
    let mut shared = Vec::new();
    for element in &RuleSet::builtin().elements {
        for words in &element.names.strong {
            let name: String = words.iter().map(|word| word.as_str()).collect();
            match seen.insert(name.clone(), element.id) {
                Some(other) if other != element.id => shared.push(format!("{name}: {other} and {}", element.id)),
                _ => {}
            }
        }
    }
    assert!(shared.is_empty(), "{shared:#?}");
}

#[test]
fn unknown_keys_are_told_with_the_one_that_was_meant() {
    check_mistake("«sink»: []\n", "a file of rules has no key `sink`", "did you mean `sinks`?");
    check_mistake(
        "sinks:\n  - { id: a, «destinaton»: log, destination: log, match: { method: m }, input: \"Argument[0]\" }\n",
        "a sink has no key `destinaton`",
        "did you mean `destination`?",
    );
    check_mistake(
        "propagators:\n  - { id: a, match: { «typ»: T, method: m }, drops: true }\n",
        "a match has no key `typ`",
        "did you mean `type`?",
    );
    check_mistake(
        "types:\n  - { id: a, match: { macro: m, «lanuage»: $x }, implementers: true }\n",
        "a match has no key `lanuage`",
        "did you mean `language`?",
    );
    check_mistake(
        "propagators:\n  - id: a\n    match: { method: m }\n    flow: [{ from: ReturnValue, «too»: ReturnValue, to: ReturnValue }]\n",
        "a part of `flow` has no key `too`",
        "did you mean `to`?",
    );
}

#[test]
fn what_is_missing_or_said_twice_is_told() {
    check_mistake(
        "sinks:\n  - { «id: a», match: { method: m }, input: \"Argument[0]\" }\n",
        "a sink needs the key `destination`",
        "",
    );
    check_mistake(
        "sources:\n  - { id: a, «id»: b, element: user, match: { method: m } }\n",
        "the key `id` stands here twice",
        "",
    );
    check_mistake(
        "propagators:\n  - { «id: a», match: { method: m } }\n",
        "this propagator says nothing of what happens",
        "give one of flow, semantics, drops",
    );
    check_mistake(
        "types:\n  - { «id: a», match: { type: T } }\n",
        "this rule says nothing of the type",
        "give one of returns, extends, implementers, lifetime, declared_as, name_ends",
    );
    check_mistake(
        "guards:\n  - { «id: a», match: { field: A.b } }\n",
        "a guard proves one thing",
        "give either `values` or `effect`",
    );
}

#[test]
fn ids_are_checked_for_form_uniqueness_and_existence() {
    check_mistake(
        "elements:\n  - { id: «user.Shoe», name: Shoe, sensitivity: low }\n",
        "`user.Shoe` cannot be the id of an element",
        "ids are words of lower-case letters, digits, `_`, joined by dots",
    );
    check_mistake(
        "types:\n  - { id: «-a», match: { type: T }, implementers: true }\n",
        "`-a` cannot be the id of a type rule",
        "ids are words of lower-case letters, digits, `_` and `-`, joined by dots",
    );
    check_mistake(
        "elements:\n  - { id: «user.contact.email», name: Mail, sensitivity: low }\n",
        "the id `user.contact.email` stands for something else already, in rules/elements/contact.yaml",
        "take another id, or say with `replaces` that this one takes its place",
    );
    check_mistake(
        "types:\n  - { id: a, match: { type: T }, implementers: true }\n  - { id: «a», match: { type: U }, implementers: true }\n",
        "the id `a` stands for something else already, in mine.yaml",
        "take another id, or say with `replaces` that this one takes its place",
    );
    check_mistake(
        "sources:\n  - { id: a, element: «user.contact.emial», match: { method: m } }\n",
        "there is no data element `user.contact.emial`",
        "did you mean `user.contact.email`?",
    );
    check_mistake(
        "sinks:\n  - { id: a, destination: «storage.databse», match: { method: m }, input: ReturnValue }\n",
        "there is no destination `storage.databse`",
        "did you mean `storage.database`?",
    );
    check_mistake(
        "sanitizers:\n  - { id: a, match: { method: m }, for: [third_party, «third_praty»] }\n",
        "there is no destination `third_praty`",
        "did you mean `third_party`?",
    );
    check_mistake(
        "transforms:\n  - { id: a, match: { method: m }, effect: «hashd» }\n",
        "there is no effect `hashd`",
        "did you mean `hashed`?",
    );
    check_mistake("effects: [shredded, «hashed»]\n", "the effect `hashed` is declared already", "");
    check_mistake(
        "names: { effect_stems: [\"sha:hashed\", «shred:hased»] }\n",
        "there is no effect `hased`",
        "did you mean `hashed`?",
    );
}

#[test]
fn vendors_need_no_declaration_below_their_kind() {
    let sink =
        |to: &str| format!("sinks:\n  - {{ id: a, destination: {to}, match: {{ method: m }}, input: ReturnValue }}\n");
    assert!(read(&sink("analytics.acme")).is_ok());
    assert!(read(&sink("storage.acme")).is_err());
    assert!(read(&sink("analytics.acme.eu")).is_err());
    assert!(read(&sink("third_party")).is_err());
}

#[test]
fn ports_are_checked_to_the_letter() {
    let port = |marked: &str| {
        format!(
            "sinks:\n  - {{ id: a, destination: log, match: {{ method: m }}, input: [ReturnValue, \"{marked}\"] }}\n"
        )
    };
    for (marked, message, help) in [
        ("«Arguments»[0]", "a port cannot begin with `Arguments`", "did you mean `Argument`?"),
        ("Argument[0].«Feild»[x]", "a port has no step `Feild`", "did you mean `Field`?"),
        ("ReturnValue.«Key[0]»", "`Key` takes no brackets", ""),
        ("ReturnValue.«Field»", "`Field` takes the name of a field in brackets", ""),
        ("«Argument»", "`Argument` takes a number, `this`, `block` or `*` in brackets", ""),
        ("«Parameter[x]»", "`Parameter` takes a number in brackets", ""),
        ("«Argument[]»", "nothing stands in the brackets", ""),
        ("«Argument[0»", "a bracket is not closed", ""),
        ("Argument[0]«]»", "this bracket closes nothing", ""),
        ("«Argument[0]x»", "a dot must stand behind the bracket", ""),
        ("Argument[0].«»", "a step is missing between two dots", ""),
        (
            "«Argument[300]»",
            "`Argument` takes a number, `this`, `block`, `*`, a variable such as `$i` or a name such as `to:` in brackets",
            "",
        ),
    ] {
        check_mistake(&port(marked), message, help);
    }
    check_mistake(
        "propagators:\n  - { id: a, match: { method: m }, flow: { from: \"Argument[0]\", to: «\"Argument[$i]\"» } }\n",
        "`from` says nothing of `$i`",
        "",
    );
}

#[test]
fn matches_speak_of_something_and_not_of_everything() {
    check_mistake(
        "propagators:\n  - { id: a, match: { «type: java.util.List» }, drops: true }\n",
        "this match names no member of the type",
        "give one of method, function, field, constructor, macro, annotation",
    );
    check_mistake(
        "propagators:\n  - { id: a, match: { «method: \"*\"» }, drops: true }\n",
        "this match would hold for everything",
        "",
    );
    check_mistake(
        "propagators:\n  - { id: a, match: { method: m, «field»: f }, drops: true }\n",
        "a match has one member, but `method` and `field` are given",
        "",
    );
    check_mistake(
        "propagators:\n  - { id: a, match: { method: «\"get*Name\"» }, drops: true }\n",
        "`*` stands at the end of a name or alone",
        "write the names in a list, or a common beginning as `get*`",
    );
    check_mistake(
        "propagators:\n  - { id: a, match: { type: «a.Map$Entry», method: m }, drops: true }\n",
        "`$` begins a variable",
        "a nested type is joined by a dot; a variable begins with a small letter",
    );
    check_mistake(
        "propagators:\n  - { id: a, match: { method: m, «args»: [x] }, drops: true }\n",
        "`args` belongs to a macro",
        "",
    );
    check_mistake(
        "propagators:\n  - { id: a, match: { method: m, receiver: { «name: a», field: b } }, drops: true }\n",
        "a receiver has one of the keys `field`, `call`, `name`",
        "",
    );
    check_mistake(
        "propagators:\n  - { id: a, match: { method: m, language: «jaav» }, drops: true }\n",
        "there is no language `jaav`",
        "did you mean `java`?",
    );
    check_mistake(
        "propagators:\n  - { id: a, match: { method: m, file: «\"a[\"» }, drops: true }\n",
        "not a glob: unclosed character class; missing ']'",
        "",
    );
    check_mistake(
        "propagators:\n  - { id: a, match: { method: m, arity: [1, «many»] }, drops: true }\n",
        "expected a number of arguments between 0 and 254, found `many`",
        "",
    );
}

#[test]
fn words_values_and_variables_are_checked() {
    check_mistake(
        "propagators:\n  - { id: a, match: { method: m }, semantics: «list.apend» }\n",
        "expected an operation, found `list.apend`",
        "did you mean `list.append`?",
    );
    check_mistake(
        "sinks:\n  - { id: a, destination: log, match: { method: m }, input: ReturnValue, reads: «printd» }\n",
        "expected how deep it reads, found `printd`",
        "did you mean `printed`?",
    );
    check_mistake(
        "members:\n  - { id: a, match: { macro: has_one, args: [$a] }, add: { method: «$b», returns: \"this.Field[$a]\" } }\n",
        "the match binds no variable `$b`",
        "did you mean `$a`?",
    );
    check_mistake(
        "types:\n  - { id: a, match: { macro: has_many, args: [$a] }, returns: \"List[$a.«singluar»]\" }\n",
        "a word has no form `singluar`",
        "did you mean `singular`?",
    );
    check_mistake(
        "calls:\n  - { id: a, match: { macro: m, args: [$m] }, to: \"this#«$n»\" }\n",
        "the match binds no variable `$n`",
        "did you mean `$m`?",
    );
    check_mistake(
        "elements:\n  - { id: user.shoe, name: Shoe, sensitivity: low, names: { strong: [«shoe.*»] } }\n",
        "`shoe.*` is not a sequence of words",
        "names are lower-case words between blanks, as in `mail address`, not patterns",
    );
    check_mistake(
        "destinations:\n  - { id: analytics.acme, hosts: [«https://acme.com»] }\n",
        "a host is the name alone, without scheme and path, as in `api.example.com`",
        "",
    );
    check_mistake(
        "destinations:\n  - { id: analytics.acme, country: «Germany» }\n",
        "a country is given by its two letters, as `DE`",
        "",
    );
    check_mistake(
        "types:\n  - { id: a, match: { type: T }, implementers: true, examples: [{ «language: java» }] }\n",
        "an example needs the key `code`",
        "",
    );
}

#[test]
fn replacing_and_disabling_name_something_that_exists() {
    check_mistake(
        "disable: [«jdk.list.gett»]\n",
        "there is no rule `jdk.list.gett` to disable",
        "did you mean `jdk.list.get`?",
    );
    check_mistake(
        "disable: «user.contact.email»\n",
        "`user.contact.email` is an element: only rules can be disabled",
        "",
    );
    check_mistake(
        "types:\n  - { id: a, replaces: «jdk.list.gett», match: { type: T }, implementers: true }\n",
        "there is no rule `jdk.list.gett` to replace",
        "did you mean `jdk.list.get`?",
    );
    check_mistake(
        "types:\n  - { id: a, replaces: «a», match: { type: T }, implementers: true }\n",
        "there is no rule `a` to replace",
        "",
    );
    check_mistake(
        "elements:\n  - { id: user.mail, replaces: «user.contact.email», name: Mail, sensitivity: low }\n",
        "an element is replaced by one with the same id",
        "",
    );
}

#[test]
fn all_mistakes_of_all_files_are_told_in_one_run() {
    let file = |path: &str, text: &str| RuleFile { path: path.to_owned(), text: text.to_owned() };
    let files = vec![
        file(
            "a.yaml",
            "sinks:\n  - id: A\n    destination: lgo\n    match: { method: [1, { x: y }] }\n    inputs: 3\n",
        ),
        file("b.yaml", "types:\n  - { id: fine, match: { type: T }, implementers: true }\n"),
        file("c.yaml", "disable: [nothing.like.this]\nsources: all\n"),
    ];
    let problems = load(&RuleSources { files, ..RuleSources::default() }).unwrap_err();
    let shown: String = problems.iter().map(|file| file.render(false)).collect();
    insta::assert_snapshot!(shown);
}

#[test]
fn rules_of_users_add_to_the_builtin_ones_replace_and_disable_them() {
    let rules = read(
        "disable: [jdk.list.get]\n\
         sinks:\n  - { id: mine.log, replaces: android.log, destination: log, match: { type: a.Log, method: x }, input: \"Argument[0]\" }\n\
         elements:\n  - { id: user.contact.email, replaces: user.contact.email, name: Mail, sensitivity: high }\n",
    );
    let builtin = RuleSet::builtin();
    assert!(builtin.sinks.iter().any(|sink| sink.id == "android.log"), "a rule of this test has another id now");
    let rules = rules.unwrap();
    let has = |id: &str| rules.ids().any(|(_, other)| other == id);
    assert!(has("mine.log") && !has("android.log") && !has("jdk.list.get"));
    assert_eq!(rules.origin("mine.log").map(Symbol::as_str), Some("mine.yaml"));
    assert_eq!(rules.origin("jdk.list.get"), None);
    let email: Vec<_> = rules.elements.iter().filter(|element| element.id == "user.contact.email").collect();
    assert_eq!(email.len(), 1);
    assert_eq!(email[0].name, "Mail");
    assert!(rules.sinks.is_sorted_by_key(|sink| sink.id) && rules.origins.is_sorted_by_key(|origin| origin.rule));
    assert_eq!(rules.ids().count(), builtin.ids().count() - 1);
}

#[test]
fn without_builtin_rules_ids_and_models_stay() {
    let builtin = RuleSet::builtin();
    let rules = load(&RuleSources { builtin_rules: false, ..RuleSources::default() }).unwrap().rules;
    assert!(rules.sources.is_empty() && rules.sinks.is_empty() && rules.transforms.is_empty());
    assert!(rules.entries.iter().all(|entry| entry.sources.is_empty()));
    assert!(rules.elements.iter().all(|element| element.names.strong.is_empty() && element.owners.is_empty()));
    let ids = |rules: &RuleSet| rules.elements.iter().map(|element| element.id).collect::<Vec<_>>();
    assert_eq!(ids(&rules), ids(&builtin));
    assert_eq!((&rules.destinations, &rules.effects), (&builtin.destinations, &builtin.effects));
    assert_eq!((&rules.propagators, &rules.types), (&builtin.propagators, &builtin.types));

    let bare = load(&RuleSources { builtin_rules: false, builtin_models: false, files: Vec::new() }).unwrap().rules;
    assert!(bare.matches().next().is_none());
    assert_eq!(ids(&bare), ids(&builtin));
    assert_eq!(bare.origins.len(), bare.ids().count());

    let models = load(&RuleSources { builtin_models: false, ..RuleSources::default() }).unwrap().rules;
    assert_eq!(models.sinks, builtin.sinks);
    assert!(models.propagators.is_empty() && models.types.is_empty() && models.entries.is_empty());
}

/// Every rule on a line, without the fields that say nothing.
fn lines(rules: &RuleSet) -> String {
    let mut lines = format!("{rules:?}");
    for empty in [": None", ": []", ": false"] {
        while let Some(end) = lines.find(empty) {
            let name = lines[..end].rfind([' ', '{']).map_or(0, |at| at + 1);
            let start = lines[..name].strip_suffix(", ").map_or(name, str::len);
            lines.replace_range(start..end + empty.len(), "");
        }
    }
    lines.replace(" id: ", "\n    id: ")
}

#[test]
fn every_key_of_the_reference_reaches_the_model() {
    let text = include_str!("every-key.yaml");
    let file = RuleFile { path: "every-key.yaml".to_owned(), text: text.to_owned() };
    let loaded = load_files(&[file], RuleSet::default());
    let loaded = loaded.unwrap_or_else(|problems| panic!("{}", problems[0].render(false)));
    insta::assert_snapshot!(lines(&loaded.rules));
    assert_eq!(loaded.examples.len(), 1);
    assert_eq!(loaded.examples[0].code, "log.info(email); //~ flow: user.contact.email -> log\n");
    assert_eq!(decode(&encode(&loaded.rules).unwrap()).unwrap(), loaded.rules);
}

/// Every built-in file with its text.
static FILES: LazyLock<Vec<RuleFile>> = LazyLock::new(builtin_files);

fn builtin_files() -> Vec<RuleFile> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut paths = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), &mut paths);
    paths.sort();
    let read = |path: PathBuf| RuleFile { text: fs::read_to_string(&path).unwrap(), path: path.display().to_string() };
    paths.into_iter().map(read).collect()
}

/// Loads a built-in file anew, with another text, beside all other built-in rules.
fn reload(file: &RuleFile, text: String) -> Result<RuleSet, Vec<FileProblems>> {
    let mut base = RuleSet::builtin();
    let own: BTreeSet<Symbol> = base
        .origins
        .iter()
        .filter(|origin| file.path.ends_with(origin.file.as_str()))
        .map(|origin| origin.rule)
        .collect();
    base.retain(|id| !own.contains(&id));
    // Effects and words have no origin: those of the file come again.
    base.effects.clear();
    base.effects.extend(["hashed", "encrypted", "redacted"].map(|effect| Symbol::new(&format!("other_{effect}"))));
    load_files(&[RuleFile { path: file.path.clone(), text }], base).map(|loaded| loaded.rules)
}

/// Keys below which every key is free.
const FREE: &[&str] = &["where", "bind", "sources", "values", "from"];

/// The keys of entries and of mappings in them, but not those that users choose.
fn keys(node: &Node, is_free: bool, found: &mut Vec<(Place, String)>) {
    match &node.value {
        Value::Mapping(entries) => {
            let names = || entries.iter().filter_map(|(key, _)| key.as_text());
            let has_options = names().any(|name| matches!(name, "macro" | "annotation"));
            for (key, value) in entries {
                let name = key.as_text().unwrap_or("");
                if !is_free && !has_options {
                    found.push((key.place.clone(), name.to_owned()));
                }
                // `sources` is a section, too: there it holds a list.
                let is_free = FREE.contains(&name) && matches!(value.value, Value::Mapping(_));
                keys(value, is_free, found);
            }
        }
        Value::Sequence(items) => items.iter().for_each(|item| keys(item, false, found)),
        Value::Scalar { .. } => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_misspelt_key_of_a_real_rule_is_told_at_its_place(file in any::<prop::sample::Index>(), key in any::<prop::sample::Index>()) {
        let file = &FILES[file.index(FILES.len())];
        let mut places = Vec::new();
        keys(&parse(&file.text).0.unwrap(), false, &mut places);
        let (place, name) = &places[key.index(places.len())];
        let mut text = file.text.clone();
        text.replace_range(place.clone(), &format!("x{name}"));
        let problems = reload(file, text).expect_err(&format!("{}: x{name}", file.path));
        let misspelt = place.start..place.end + 1;
        prop_assert!(problems[0].problems.iter().any(|problem| problem.place == misspelt), "{}: {name}", file.path);
    }

    #[test]
    fn any_edit_of_a_real_file_gives_rules_or_problems_in_it(
        file in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        length in 0usize..12,
        new in "[ -~é\n]{0,6}",
    ) {
        let file = &FILES[file.index(FILES.len())];
        let boundary = |mut at: usize| {
            at = at.min(file.text.len());
            while !file.text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let start = boundary(at.index(file.text.len()));
        let end = boundary(start + length).max(start);
        let mut text = file.text.clone();
        text.replace_range(start..end, &new);
        match reload(file, text.clone()) {
            Ok(rules) => prop_assert_eq!(decode(&encode(&rules).unwrap()).unwrap(), rules),
            Err(files) => {
                for problem in files.iter().flat_map(|file| &file.problems) {
                    prop_assert!(text.get(problem.place.clone()).is_some(), "{:?}", problem);
                }
                prop_assert!(!files[0].render(false).is_empty());
            }
        }
    }

    #[test]
    fn any_text_gives_rules_or_problems(text in "(elements|sinks|match|id|[-:\\[\\]{}\",#&*!|> \n]|[a-z]{1,4}|\\$x){0,60}") {
        if let Err(files) = read(&text) {
            prop_assert!(files[0].problems.iter().all(|problem| text.get(problem.place.clone()).is_some()));
        }
    }
}

#[test]
fn ports_and_patterns_are_written_as_they_are_read() {
    let rules = RuleSet::builtin();
    let ports: BTreeSet<String> = rules
        .propagators
        .iter()
        .flat_map(|rule| &rule.flow)
        .flat_map(|(from, to)| [from.to_string(), to.to_string()])
        .collect();
    assert!(ports.len() > 30, "{}", ports.len());
    let list: Vec<String> = ports.iter().map(|port| format!("\"{port}\"")).collect();
    let text =
        format!("sinks:\n  - {{ id: a, destination: log, match: {{ method: m }}, input: [{}] }}\n", list.join(", "));
    let again = read(&text).unwrap_or_else(|problems| panic!("{}", problems[0].render(false)));
    let sink = again.sinks.iter().find(|sink| sink.id == "a").unwrap();
    assert_eq!(sink.input.iter().map(ToString::to_string).collect::<Vec<_>>(), ports.into_iter().collect::<Vec<_>>());
    let patterns = [
        Pattern::Exact("a".into()),
        Pattern::Prefix("get".into()),
        Pattern::Rest("B.".into(), "$k".into()),
        Pattern::Any,
    ];
    assert_eq!(patterns.map(|pattern| pattern.to_string()), ["a", "get*", "B.$k", "*"]);
}
