//! Real rule files with one thing wrong in them: whatever it is, and wherever it stands, it is told at its place.

use std::fs;
use std::ops::Range;
use std::sync::LazyLock;

use candor::base::yaml::{Node, Problem, Value, parse};
use candor::rules::model::RuleSet;
use candor::rules::{RuleFile, load_files};
use proptest::prelude::*;
use proptest::sample::Index;

use crate::command::package;

/// The built-in rule files, by path.
static FILES: LazyLock<Vec<RuleFile>> = LazyLock::new(|| {
    let (mut files, mut pending) = (Vec::new(), vec![package().join("rules")]);
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                pending.push(path);
            } else {
                let text = fs::read_to_string(&path).expect("text");
                files.push(RuleFile { path: path.to_string_lossy().into_owned(), text });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
});

static BUILTIN: LazyLock<RuleSet> = LazyLock::new(RuleSet::builtin);

/// What stands in a file.
#[derive(Clone, Debug)]
enum Site {
    /// A key of an entry, or of a mapping within.
    Key(Range<usize>),
    /// The value under a key, or an item of a list.
    Value(Range<usize>),
}

/// The places within the entries of a file that can be made wrong.
fn sites(text: &str) -> Vec<Site> {
    let (root, problems) = parse(text);
    assert!(problems.is_empty(), "{problems:?}");
    let mut found = Vec::new();
    let mut pending: Vec<(&Node, bool)> = root.iter().map(|root| (root, true)).collect();
    while let Some((node, is_root)) = pending.pop() {
        match &node.value {
            Value::Mapping(entries) => {
                // Macros and annotations have options, which can be called anything.
                let has_options = entries.iter().any(|(key, _)| matches!(key.as_text(), Some("macro" | "annotation")));
                for (key, value) in entries {
                    // What an example shows is code, and constants can be anything.
                    if matches!(key.as_text(), Some("examples" | "where" | "values")) {
                        continue;
                    }
                    if !is_root && !has_options {
                        found.push(Site::Key(key.place.clone()));
                    }
                    found.push(Site::Value(value.place.clone()));
                    pending.push((value, false));
                }
            }
            Value::Sequence(items) => {
                found.extend(items.iter().map(|item| Site::Value(item.place.clone())));
                pending.extend(items.iter().map(|item| (item, false)));
            }
            Value::Scalar { .. } => {}
        }
    }
    found
}

/// The problems of a file on top of all rules. That its ids exist already is among them, with and without a change.
fn problems(file: &RuleFile) -> Vec<Problem> {
    match load_files(std::slice::from_ref(file), BUILTIN.clone()) {
        Ok(_) => Vec::new(),
        Err(files) => files.into_iter().flat_map(|file| file.problems).collect(),
    }
}

/// Asserts that `wrong` in place of what stands at `place` is told there.
fn check(file: &RuleFile, place: Range<usize>, wrong: &str) -> Result<(), TestCaseError> {
    let mut text = file.text.clone();
    text.replace_range(place.clone(), wrong);
    let changed = place.start..place.start + wrong.len();
    let line = |at: usize| text[..at.min(text.len())].matches('\n').count();
    let known: Vec<String> = problems(file).into_iter().map(|problem| problem.message).collect();
    let told = problems(&RuleFile { path: file.path.clone(), text: text.clone() });
    let is_told = told.iter().filter(|problem| !known.contains(&problem.message)).any(|problem| {
        // Something about a mapping is told at its first key, or at the line on which it begins.
        let (first, last) = (line(problem.place.start), line(problem.place.end));
        first <= line(changed.end) && line(changed.start) <= last
    });
    let new: Vec<_> = told.iter().filter(|problem| !known.contains(&problem.message)).collect();
    prop_assert!(is_told, "{}:{}: `{wrong}` is not told there: {new:?}", file.path, line(place.start) + 1);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_wrong_key_or_value_is_told_at_its_place(file: Index, site: Index, kind in 0..4usize) {
        let file = file.get(&FILES);
        let sites = sites(&file.text);
        prop_assume!(!sites.is_empty());
        match site.get(&sites) {
            // A key that nobody knows, and no slip of one.
            Site::Key(place) => check(file, place.clone(), "zzzzzzzz")?,
            Site::Value(place) => {
                let wrong = ["~", "\"\"", "{ zzzzzzzz: { zzzzzzzz: [] } }", "[[[]]]"][kind];
                check(file, place.clone(), wrong)?;
            }
        }
    }
}
