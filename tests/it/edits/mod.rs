//! Edits that do not change what a program does must not change the flows that are found in it.
//!
//! All Java cases that consist of one file are scanned together, each in a package of its own, before and after each
//! edit. A flow is its element, destination, protections and the line of its disclosure, mapped back to the original.

mod extract;
mod rename;
mod reorder;
mod text;
mod wrap;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use candor::examples::{Case, found_in};

use text::Text;

/// A case of one file.
struct Original {
    /// `topic/name.java`.
    name: String,
    text: String,
}

/// All cases that are edited, in the order of their names. Names are evidence in `name-hypotheses`, which stays as it is.
static ORIGINALS: LazyLock<Vec<Original>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/java");
    let mut originals = Vec::new();
    for topic in children(&root) {
        for case in children(&root.join(&topic)).into_iter().filter(|case| case.ends_with(".java")) {
            let text = fs::read_to_string(root.join(&topic).join(&case)).expect("a readable fixture");
            originals.push(Original { name: format!("{topic}/{case}"), text });
        }
    }
    originals.retain(|original| !original.name.starts_with("name-hypotheses/"));
    originals
});

/// Flows of the originals.
static BEFORE: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let unchanged: Vec<Text> = ORIGINALS.iter().map(|original| Text::new(&original.text)).collect();
    flows(&unchanged)
});

fn children(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder of fixtures");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("a readable folder").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The flows of all texts, scanned together, as lines that name case and original line.
fn flows(texts: &[Text]) -> BTreeSet<String> {
    let path = |index: usize| format!("case{index}/Case.java");
    let files = texts.iter().enumerate().map(|(index, text)| {
        // On the first line, so that no line moves; a package of the case's own is left out.
        let lines = text.lines.iter().map(|(line, _)| if line.starts_with("package ") { "" } else { line });
        let content: String = lines.map(|line| format!("{line}\n")).collect();
        (path(index), format!("package case{index}; {content}"))
    });
    let mut case = Case::of_text("", "");
    case.files = files.collect();
    let found = found_in(&case).expect("the rules load");
    let index_of = |file: &str| file.trim_start_matches("case").split('/').next().and_then(|index| index.parse().ok());
    let lines = found.flows.iter().filter_map(|flow| {
        let index: usize = index_of(&flow.disclosure.file)?;
        let line = texts[index].original(flow.disclosure.line);
        Some(format!("{}:{line}: {flow}", ORIGINALS[index].name))
    });
    lines.collect()
}

#[track_caller]
fn check(edit: fn(&Text) -> Text) {
    let edited: Vec<Text> = ORIGINALS.iter().map(|original| edit(&Text::new(&original.text))).collect();
    let changed =
        edited.iter().zip(ORIGINALS.iter()).filter(|(text, original)| text.content() != original.text).count();
    assert!(changed > ORIGINALS.len() / 4, "the edit changes only {changed} of {} cases", ORIGINALS.len());
    let after = flows(&edited);
    let lost: Vec<&String> = BEFORE.difference(&after).collect();
    let gained: Vec<&String> = after.difference(&BEFORE).collect();
    assert!(lost.is_empty() && gained.is_empty(), "lost: {lost:#?}\ngained: {gained:#?}");
}

#[test]
fn the_originals_have_flows() {
    assert!(BEFORE.len() > ORIGINALS.len(), "{} flows in {} cases", BEFORE.len(), ORIGINALS.len());
}

#[test]
fn inserted_lines() {
    check(|text| {
        // A line within a text block would belong to the text.
        if text.content().contains("\"\"\"") {
            return text.clone();
        }
        let lines = text.lines.iter().cloned();
        Text { lines: lines.flat_map(|line| [line, ("    // A line that was not there.".to_string(), 0)]).collect() }
    });
}

#[test]
fn renamed_locals() {
    check(rename::rename);
}

#[test]
fn reordered_methods() {
    check(reorder::reorder);
}

#[test]
fn wrapped_in_a_class() {
    check(wrap::wrap);
}

#[test]
fn extracted_helpers() {
    check(extract::extract);
}
