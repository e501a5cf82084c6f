//! Resolves texts with placeholders (`${api.url:https://localhost}/v1`) against settings.

use crate::resource::table::{Scalar, Table};

/// Bound: placeholders that stand in each other's values.
const MAX_DEPTH: usize = 8;
/// Bound: texts that one text may come to; more are unknown.
const MAX_RESULTS: usize = 8;
/// Bound: bytes of a text before and after it is resolved.
const MAX_TEXT: usize = 4_096;
/// Bound: placeholders looked up for one text.
const MAX_STEPS: usize = 256;

/// All that `text` may come to; `None` when a part of it is not known.
pub fn resolve(text: &str, settings: &Table) -> Option<Vec<Scalar>> {
    Resolver { settings, steps: 0 }.text(text, 0)
}

struct Resolver<'t> {
    settings: &'t Table,
    steps: usize,
}

impl Resolver<'_> {
    fn text(&mut self, text: &str, depth: usize) -> Option<Vec<Scalar>> {
        if depth > MAX_DEPTH || text.len() > MAX_TEXT {
            return None;
        }
        let mut results = vec![String::new()];
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${") {
            let (inner, after) = balanced(behind)?;
            let (key, default) = match inner.split_once(':') {
                Some((key, default)) => (key, Some(default)),
                None => (inner, None),
            };
            let values = self.setting(key.trim(), default, depth)?;
            if before.is_empty() && after.is_empty() && rest.len() == text.len() {
                return Some(values);
            }
            let each = |begun: &String| {
                let begun = begun.clone();
                values.iter().map(move |value| format!("{begun}{before}{}", value.text())).collect::<Vec<_>>()
            };
            results = results.iter().flat_map(each).collect();
            if results.len() > MAX_RESULTS || results.iter().any(|result| result.len() > MAX_TEXT) {
                return None;
            }
            rest = after;
        }
        Some(results.into_iter().map(|begun| Scalar::of_plain(&(begun + rest))).collect())
    }

    /// The values of a setting; its default where nothing sets it.
    fn setting(&mut self, key: &str, default: Option<&str>, depth: usize) -> Option<Vec<Scalar>> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return None;
        }
        let mut values = Vec::new();
        let found = self.settings.get(key);
        for setting in found {
            match setting.value.as_ref()? {
                Scalar::Text(text) => values.extend(self.text(text, depth + 1)?),
                value => values.push(value.clone()),
            }
            if values.len() > MAX_RESULTS {
                return None;
            }
        }
        match (found.is_empty(), default) {
            (true, None) => None,
            (true, Some(default)) => self.text(default, depth + 1),
            (false, _) => Some(values),
        }
    }
}

/// What stands before the brace that closes, and what behind it.
fn balanced(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some((&text[..at], &text[at + 1..])),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{FileId, Span};

    fn texts(text: &str) -> Option<Vec<String>> {
        let mut settings = Table::default();
        let set = [("a", "one"), ("b", "${a}/two"), ("c", "${c}"), ("d", "x"), ("d", "y"), ("e", "8"), ("é", "ü")];
        for (key, value) in set {
            settings.add(key, Some(Scalar::of_plain(value)), Span::new(FileId(0), 0, 0));
        }
        resolve(text, &settings).map(|values| values.iter().map(Scalar::text).collect())
    }

    #[test]
    fn placeholders_take_settings_or_defaults() {
        let some = |texts: &[&str]| Some(texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(texts("plain"), some(&["plain"]));
        assert_eq!(texts("${a}"), some(&["one"]));
        assert_eq!(texts("http://${b}:${e}/"), some(&["http://one/two:8/"]));
        assert_eq!(texts("${d}${d}"), some(&["xx", "xy", "yx", "yy"]));
        assert_eq!(texts("${none:https://x.org/${a}}"), some(&["https://x.org/one"]));
        assert_eq!(texts("${é}"), some(&["ü"]));
    }

    #[test]
    fn what_is_not_known_or_has_no_end_is_told_so() {
        let long = "${a}".repeat(2_000);
        let many = "${d:}".repeat(MAX_STEPS + 1);
        for text in [long.as_str(), many.as_str(), "${none}", "${c}", "${", "${a", "${d}${d}${d}${d}", "#{1}${none}"] {
            assert_eq!(texts(text), None, "{text}");
        }
    }
}
