//! The rules of the code base that a compiler does not know: layers, first lines, sizes, sole users, paths in documents.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::command::package;
use candor::examples::markers::{Kind, Marker, markers};

/// Lines that a file may have under `src` and `rules`.
const MAX_LINES: usize = 600;

/// What only some may use: how it is recognised in code, and where it may stand.
const SOLE_USERS: &[(&str, &[&str])] = &[
    ("std::fs", &["src/source/", "src/cli/output.rs"]),
    ("fs::", &["src/source/", "src/cli/output.rs"]),
    ("File::", &["src/source/", "src/cli/output.rs"]),
    ("anyhow", &["src/main.rs"]),
    ("blake3", &["src/taint/"]),
    ("clap", &["src/cli/"]),
    ("globset", &["src/link/", "src/policy/", "src/rules/"]),
    ("granit_parser", &["src/base/yaml/"]),
    ("ignore::", &["src/source/"]),
    ("indicatif", &["src/cli/"]),
    ("miette", &["src/base/yaml/"]),
    ("petgraph", &["src/link/", "src/taint/"]),
    ("pulldown_cmark", &["src/policy/"]),
    ("roxmltree", &["src/resource/"]),
    ("serde_json", &["src/report/", "src/cli/"]),
    ("toml::", &["src/resource/"]),
    ("tree_sitter", &["src/lang/"]),
    ("unicode_width", &["src/report/text/"]),
];

/// Fixture folders of Java that are no topics of the engine: what they show is told in rules, or belongs to one platform.
const NO_TOPICS: &[&str] =
    &["failure-handlers", "handlers", "resources", "single-models", "single-sinks", "wrapped-lists"];
/// Cases of either kind that each topic has in each language.
const MIN_CASES: usize = 4;

struct SourceText {
    path: String,
    text: String,
}

impl SourceText {
    /// The code without comments and without what is in quotes.
    fn code(&self) -> String {
        split(&self.text).0
    }

    /// What is in quotes.
    fn literals(&self) -> Vec<String> {
        split(&self.text).1
    }
}

/// All files below `folder` whose names end with `ending`, sorted by path.
fn files(folder: &str, ending: &str) -> Vec<SourceText> {
    let mut found = Vec::new();
    let mut pending = vec![package().join(folder)];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                pending.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                let text = fs::read_to_string(&path).expect("text");
                let path = path.strip_prefix(package()).expect("below").to_string_lossy().replace('\\', "/");
                found.push(SourceText { path, text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Splits Rust into code and string literals, and drops comments. Good enough for code that rustfmt has seen.
fn split(text: &str) -> (String, Vec<String>) {
    let (mut code, mut literals) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let hashes = rest.strip_prefix('r').map(|raw| raw.bytes().take_while(|byte| *byte == b'#').count());
        let raw = hashes.filter(|&count| rest[1 + count..].starts_with('"') && !code.ends_with(is_word));
        if rest.starts_with("//") {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if let Some(hashes) = raw {
            let end = format!("\"{}", "#".repeat(hashes));
            let body = &rest[hashes + 2..];
            let length = body.find(&end).unwrap_or(body.len());
            literals.push(body[..length].to_owned());
            rest = body.get(length + end.len()..).unwrap_or("");
        } else if first == '"' {
            let body = &rest[1..];
            let mut escaped = false;
            let length = body.find(|character| {
                let ends = character == '"' && !escaped;
                escaped = character == '\\' && !escaped;
                ends
            });
            let length = length.unwrap_or(body.len());
            literals.push(body[..length].to_owned());
            rest = body.get(length + 1..).unwrap_or("");
        } else if let Some(character) =
            ["'\"'", "'\\\"'", "'\\\\'", "'\\''"].iter().find(|quoted| rest.starts_with(**quoted))
        {
            code.push_str("' '");
            rest = &rest[character.len()..];
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    (code, literals)
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// Whether `word` stands in `code`, not as the end of a longer word.
fn uses(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| !code[..at].ends_with(is_word))
}

/// The modules of `lib.rs` in their order, which is that of the layers.
fn layers() -> Vec<String> {
    let text = fs::read_to_string(package().join("src/lib.rs")).expect("lib.rs");
    let names = text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    names.map(str::to_owned).collect()
}

fn assert_none(problems: Vec<String>) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

#[test]
fn a_layer_imports_only_from_layers_before_it() {
    let layers = layers();
    assert!(layers.len() >= 12, "the modules of lib.rs were not found: {layers:?}");
    let position = |name: &str| layers.iter().position(|layer| layer == name);
    let mut problems = Vec::new();
    for file in files("src", ".rs") {
        let module = file.path.trim_start_matches("src/").split(['/', '.']).next().unwrap_or_default().to_owned();
        let Some(own) = position(&module) else { continue };
        let code = file.code();
        for (at, _) in code.match_indices("crate::") {
            let name: String = code[at + "crate::".len()..].chars().take_while(|c| is_word(*c)).collect();
            match position(&name) {
                Some(other) if other <= own => {}
                Some(_) => problems.push(format!("{} imports from `{name}`, a layer above `{module}`", file.path)),
                // `use crate::{…}` would hide what is imported.
                None => problems.push(format!("{} names `crate::{name}`, which is no layer", file.path)),
            }
        }
    }
    problems.dedup();
    assert_none(problems);
}

#[test]
fn every_file_says_first_what_it_is() {
    let rust = ["src", "tests", "benches", "fuzz"].iter().flat_map(|folder| files(folder, ".rs"));
    let build = SourceText {
        path: "build.rs".to_owned(),
        text: fs::read_to_string(package().join("build.rs")).expect("build.rs"),
    };
    let silent = rust.chain([build]).filter(|file| !file.text.starts_with("//! "));
    assert_none(silent.map(|file| format!("{} does not open with `//! `", file.path)).collect());
}

#[test]
fn no_file_is_longer_than_a_concept() {
    let all = files("src", ".rs").into_iter().chain(files("rules", ""));
    let long = all.filter(|file| file.text.lines().count() > MAX_LINES);
    assert_none(long.map(|file| format!("{} has more than {MAX_LINES} lines", file.path)).collect());
}

#[test]
fn what_is_dangerous_or_replaceable_has_one_user() {
    let mut problems = Vec::new();
    for file in files("src", ".rs") {
        let code = file.code();
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        for (what, users) in SOLE_USERS {
            if uses(code, what) && !users.iter().any(|user| file.path.starts_with(user)) {
                problems.push(format!("{} uses `{what}`, which is for {}", file.path, users.join(", ")));
            }
        }
    }
    assert_none(problems);
}

#[test]
fn no_line_of_rust_names_a_library() {
    let mut packages = BTreeSet::new();
    for file in files("rules", ".yaml") {
        let names = file.text.split(|c: char| !is_word(c) && c != '.');
        let names =
            names.filter(|name| name.split('.').next_back().is_some_and(|last| last.starts_with(char::is_uppercase)));
        for name in names {
            let parts: Vec<&str> = name.split('.').collect();
            // The types of the language itself are part of the language.
            if parts.len() >= 3 && parts[0] != "java" {
                packages.insert(format!("{}.{}.", parts[0], parts[1]));
            }
        }
    }
    let mut problems = Vec::new();
    for file in files("src", ".rs") {
        let production = file.text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
        for literal in (SourceText { path: String::new(), text: production }).literals() {
            let named = packages.iter().filter(|package| literal.contains(package.as_str()));
            problems.extend(named.map(|package| format!("{} names {package} in \"{literal}\"", file.path)));
        }
    }
    assert_none(problems);
}

#[test]
fn every_path_in_a_document_exists() {
    let mut problems = Vec::new();
    let documents = ["docs", "fixtures", "rules"].iter().flat_map(|folder| files(folder, ".md"));
    let readme =
        fs::read_to_string(package().join("README.md")).map(|text| SourceText { path: "README.md".into(), text });
    for document in documents.chain(readme) {
        let folder = Path::new(&document.path).parent().unwrap_or(Path::new("")).to_path_buf();
        for path in paths_in(&document.text) {
            let top = path.split('/').next().unwrap_or_default();
            let exists = |base: &Path| package().join(base).join(path).exists();
            let is_path = package().join(top).exists() || package().join(&folder).join(top).exists();
            if is_path && !exists(&folder) && !exists(Path::new("")) {
                problems.push(format!("{} names {path}, which does not exist", document.path));
            }
        }
    }
    assert_none(problems);
}

/// Links, and words in backquotes that look like paths.
fn paths_in(text: &str) -> Vec<&str> {
    let looks_like_path = |word: &&str| {
        !word.is_empty()
            && word.contains(['/', '.'])
            && !word.contains("://")
            && word.chars().all(|c| is_word(c) || "/.-".contains(c))
    };
    let quoted = text.split('`').skip(1).step_by(2);
    let linked = text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next());
    quoted.chain(linked).filter(looks_like_path).collect()
}

#[test]
fn every_topic_of_the_engine_has_cases_in_each_language() {
    let folders = fs::read_dir(package().join("fixtures/java")).expect("fixtures");
    let topics: BTreeSet<String> =
        folders.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    let is_topic = |topic: &&String| {
        !topic.starts_with("framework-") && !topic.starts_with("language-") && !NO_TOPICS.contains(&topic.as_str())
    };
    let mut problems = Vec::new();
    for topic in topics.iter().filter(is_topic) {
        for language in ["java", "kotlin", "ruby"] {
            let folder = format!("fixtures/{language}/{topic}");
            let all: Vec<Marker> =
                files(&folder, "").iter().flat_map(|file| markers(&file.path, &file.text).0).collect();
            for (kind, name) in [(Kind::Flow, "flow"), (Kind::Clean, "clean")] {
                let count = all.iter().filter(|marker| marker.kind == kind).count();
                if count < MIN_CASES {
                    problems.push(format!("{folder} has {count} markers of kind {name}"));
                }
            }
        }
    }
    assert_none(problems);
}

#[test]
fn nothing_is_left_over() {
    // Written in parts, so that this list is not found by itself.
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("/wo", "rk/")];
    let everywhere = ["src", "tests", "benches", "rules", "docs", ".ci"].iter().flat_map(|folder| files(folder, ""));
    let mut problems = Vec::new();
    for file in everywhere {
        let found = words.iter().filter(|word| file.text.contains(**word));
        problems.extend(found.map(|word| format!("{} says {word}", file.path)));
    }
    assert_none(problems);
}

#[test]
fn code_and_literals_are_told_apart() {
    let (code, literals) = split("a(\"x // \\\" y\"); // \"no\"\nb(r#\"z\"\"#, '\"', 'c');");
    assert_eq!(code, "a(); \nb(, ' ', 'c');");
    assert_eq!(literals, ["x // \\\" y", "z\""]);
}
