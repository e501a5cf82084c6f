//! Every region is read back from its file: lines and columns are counted here as the formats say, and not as the
//! program counts them.

use candor::report::{json, sarif};
use serde_json::Value;

use super::{Sample, written};

/// What stands between two places, where `width` says how many columns a character takes.
fn read_back(text: &str, from: (u64, u64), to: (u64, u64), width: fn(char) -> usize) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut read = String::new();
    for line in from.0..=to.0 {
        let mut column = 1;
        for character in lines.get(line as usize - 1).copied().unwrap_or("").chars() {
            let after_start = line > from.0 || column >= from.1;
            let before_end = line < to.0 || column < to.1;
            if after_start && before_end {
                read.push(character);
            }
            column += width(character) as u64;
        }
    }
    read
}

/// Calls `visit` for `value` and everything in it.
fn walk(value: &Value, visit: &mut dyn FnMut(&Value)) {
    visit(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        Value::Object(object) => object.values().for_each(|item| walk(item, visit)),
        _ => {}
    }
}

fn decoded(uri: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = uri.bytes();
    while let Some(byte) = rest.next() {
        let digits: Option<String> = (byte == b'%').then(|| rest.by_ref().take(2).map(char::from).collect());
        bytes.push(digits.map_or(byte, |digits| u8::from_str_radix(&digits, 16).expect("two digits")));
    }
    String::from_utf8(bytes).expect("a path")
}

#[test]
fn regions_of_sarif_are_their_snippets() {
    let sample = Sample::new();
    let report = sample.report();
    let log: Value = serde_json::from_str(&written(|out| sarif::write(&report, out))).expect("JSON");
    let mut regions = 0;
    walk(&log, &mut |value| {
        let Some(snippet) = value["region"]["snippet"]["text"].as_str() else { return };
        let region = &value["region"];
        let number = |key: &str| region[key].as_u64().expect("a number");
        let text = sample.text(&decoded(value["artifactLocation"]["uri"].as_str().expect("a URI")));
        let from = (number("startLine"), number("startColumn"));
        let to = (number("endLine"), number("endColumn"));
        assert_eq!(read_back(text, from, to, char::len_utf16), snippet, "{region}");
        regions += 1;
    });
    assert!(regions > 12, "only {regions} regions were found");
}

#[test]
fn regions_of_json_are_the_code_of_their_steps() {
    let sample = Sample::new();
    let report = sample.report();
    let document: Value = serde_json::from_str(&written(|out| json::write(&report, out))).expect("JSON");
    let mut steps = 0;
    for flow in document["flows"].as_array().expect("flows") {
        for step in flow["steps"].as_array().expect("steps") {
            let number = |key: &str| step[key].as_u64().expect("a number");
            let text = sample.text(step["file"].as_str().expect("a path"));
            let from = (number("line"), number("column"));
            let read = read_back(text, from, (number("end_line"), number("end_column")), |_| 1);
            let read: Vec<&str> = read.split_whitespace().collect();
            assert_eq!(step["text"], read.join(" "), "{step}");
            steps += 1;
        }
    }
    assert_eq!(steps, 6);
}
