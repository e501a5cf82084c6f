//! Reads files of one pair a line: `.properties` and `.env`.

use crate::base::{FileId, Span};
use crate::resource::table::{Scalar, Table};

/// The pairs of a `.properties` file: `key=value`, `key: value` or `key value`; a backslash at the end of a line joins
/// it with the next.
pub fn properties(file: FileId, text: &str) -> Table {
    let mut table = Table::default();
    let mut lines = numbered(text);
    while let Some((start, line)) = lines.next() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        let mut logical = line.to_owned();
        let mut end = start + line.len();
        while ends_open(&logical) {
            logical.pop();
            let Some((next, line)) = lines.next() else { break };
            logical.push_str(line.trim_start());
            end = next + line.len();
        }
        let (key, value) = split_pair(&logical);
        table.add(unescape(key), Some(Scalar::of_plain(&unescape(value.trim_end()))), Span::new(file, start, end));
    }
    table
}

/// The pairs of an environment file: `KEY=value`, with or without `export` and quotes.
pub fn environment(file: FileId, text: &str) -> Table {
    let mut table = Table::default();
    for (start, line) in numbered(text) {
        let stripped = line.trim();
        let stripped = stripped.strip_prefix("export ").unwrap_or(stripped);
        let Some((key, value)) = stripped.split_once('=') else { continue };
        let key = key.trim();
        let is_name = key.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        if key.is_empty() || !is_name {
            continue;
        }
        let value = value.trim();
        let quoted = ['"', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.split(*quote).next());
        let value = quoted.unwrap_or_else(|| value.split(" #").next().unwrap_or("").trim_end());
        // What refers to other variables is not known.
        let value = (!value.contains('$')).then(|| Scalar::Text(value.to_owned()));
        table.add(key, value, Span::new(file, start, start + line.len()));
    }
    table
}

/// Lines with the offset of each, without their breaks.
fn numbered(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let at = start;
        start += line.len();
        (at, line.trim_end_matches(['\n', '\r']))
    })
}

/// Whether a line ends with an odd number of backslashes.
fn ends_open(line: &str) -> bool {
    line.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// Key and value, split at the first separator that is not escaped.
fn split_pair(line: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, character) in line.char_indices() {
        if !escaped && (character.is_whitespace() || matches!(character, '=' | ':')) {
            let rest = line[at..].trim_start();
            let value = rest.strip_prefix(['=', ':']).unwrap_or(rest);
            return (&line[..at], value.trim_start());
        }
        escaped = character == '\\' && !escaped;
    }
    (line, "")
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some('u') => {
                let digits: String = characters.clone().take(4).collect();
                if let Some(letter) = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32) {
                    plain.push(letter);
                    characters.nth(3);
                }
            }
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(table: &Table, key: &str) -> Option<Scalar> {
        table.get(key).first().and_then(|setting| setting.value.clone())
    }

    #[test]
    fn pairs_are_split_joined_and_unescaped() {
        let text =
            "# no\n! no\napi.url = https://api.example.org\r\nkey\\ two: a\\\n   b\nport 80\non=true\nlast=\\u0041\\";
        let table = properties(FileId(0), text);
        assert_eq!(value(&table, "api.url"), Some(Scalar::Text("https://api.example.org".into())));
        assert_eq!(value(&table, "key two"), Some(Scalar::Text("ab".into())));
        assert_eq!(value(&table, "port"), Some(Scalar::Integer(80)));
        assert_eq!(value(&table, "on"), Some(Scalar::Boolean(true)));
        assert_eq!(value(&table, "last"), Some(Scalar::Text("A".into())));
    }

    #[test]
    fn variables_may_be_quoted_and_exported() {
        let text = "A=1 # one\nexport B=\"x y\"\nC='z'\nD=${A}/x\nnot a pair\n-bad=1\n=2";
        let table = environment(FileId(0), text);
        assert_eq!(value(&table, "A"), Some(Scalar::Text("1".into())));
        assert_eq!(value(&table, "B"), Some(Scalar::Text("x y".into())));
        assert_eq!(value(&table, "C"), Some(Scalar::Text("z".into())));
        assert_eq!(table.get("D").len(), 1);
        assert_eq!(value(&table, "D"), None);
        assert!(table.get("-bad").is_empty() && table.get("").is_empty());
    }

    #[test]
    fn any_text_is_read_without_panic() {
        for text in ["\\", "=", ":\\\n\\", "\u{fffd}=\u{fffd}", "a\\u12", "\\\u{fffd}\n", "k\\\n", "A='"] {
            properties(FileId(0), text);
            environment(FileId(0), text);
        }
    }
}
