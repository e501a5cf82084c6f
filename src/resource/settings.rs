//! Reads settings in YAML: nested keys become dotted ones.

use crate::base::yaml::{Node, Value, parse};
use crate::base::{FileId, Span};
use crate::resource::table::{Scalar, Table};

/// Bound: bytes of a key with all keys above it; what lies deeper is left out.
const MAX_KEY: usize = 256;

/// The settings of one file, or why it cannot be read. Several documents are read one after the other.
pub fn read(file: FileId, text: &str) -> Result<Table, String> {
    let mut table = Table::default();
    for (offset, document) in documents(text) {
        let (root, problems) = parse(document);
        match root {
            Some(root) => flatten(file, offset, &root, &mut table),
            None => {
                if let Some(problem) = problems.first() {
                    return Err(problem.message.clone());
                }
            }
        }
    }
    Ok(table)
}

/// The documents of a file, which lines of three hyphens part, each with its offset.
fn documents(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut bounds = vec![0];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == "---" {
            bounds.push(at);
            bounds.push(at + line.len());
        }
        at += line.len();
    }
    bounds.push(text.len());
    let pairs: Vec<(usize, usize)> = bounds.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    pairs.into_iter().map(|(start, end)| (start, text.get(start..end).unwrap_or("")))
}

/// Adds every scalar below `root` under the keys on the way. Depth is bounded by the parser of YAML.
fn flatten(file: FileId, offset: usize, root: &Node, table: &mut Table) {
    let mut pending = vec![(String::new(), root)];
    while let Some((prefix, node)) = pending.pop() {
        if prefix.len() > MAX_KEY {
            continue;
        }
        let below = |key: &str| if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") };
        match &node.value {
            Value::Mapping(entries) => {
                let keyed = entries.iter().rev().filter_map(|(key, value)| Some((below(key.as_text()?), value)));
                pending.extend(keyed);
            }
            Value::Sequence(items) => {
                pending
                    .extend(items.iter().enumerate().rev().map(|(index, item)| (format!("{prefix}[{index}]"), item)));
            }
            Value::Scalar { text, plain } => {
                let value = if *plain { Scalar::of_plain(text) } else { Scalar::Text(text.clone()) };
                let place = offset + node.place.start..offset + node.place.end;
                table.add(prefix, Some(value), Span::new(file, place.start, place.end));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_joined_by_dots() {
        let text =
            "app:\n  api:\n    url: https://api.example.org\n  hosts: [a, b]\n---\napp.on: true\nquoted: \"1\"\n";
        let table = read(FileId(0), text).expect("well-formed");
        let value = |key: &str| table.get(key).first().and_then(|setting| setting.value.clone());
        assert_eq!(value("app.api.url"), Some(Scalar::Text("https://api.example.org".into())));
        assert_eq!(value("app.hosts[1]"), Some(Scalar::Text("b".into())));
        assert_eq!(value("app.on"), Some(Scalar::Boolean(true)));
        assert_eq!(value("quoted"), Some(Scalar::Text("1".into())));
        let span = table.get("app.on")[0].span;
        assert_eq!(&text[span.start as usize..span.end as usize], "true");
    }

    #[test]
    fn hostile_settings_end_early() {
        let deep: String = (0..1_000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
        assert!(read(FileId(0), &deep).is_err());
        assert!(read(FileId(0), &"[".repeat(10_000)).is_err());
        assert!(read(FileId(0), &"---\n".repeat(10_000)).is_ok());
        let laughs = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
        assert!(read(FileId(0), laughs).is_ok_and(|table| table.get("c[0][0]").is_empty()));
    }
}
