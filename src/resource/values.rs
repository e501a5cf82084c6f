//! Reads the values of an app: `<string>`, `<integer>` and `<bool>` elements become settings.

use crate::base::{FileId, Span};
use crate::resource::table::{Scalar, Table};
use crate::resource::xml;

/// Bound: references from one text to the next.
const MAX_REFERENCES: usize = 8;

/// The values of an app by kind and name.
#[derive(Clone, Default, Debug)]
pub struct Values {
    /// `<string>`.
    pub strings: Table,
    /// `<integer>`.
    pub integers: Table,
    /// `<bool>`.
    pub booleans: Table,
}

impl Values {
    /// Takes in the values of another file.
    pub fn extend(&mut self, other: Values) {
        self.strings.extend(other.strings);
        self.integers.extend(other.integers);
        self.booleans.extend(other.booleans);
    }

    /// The values of the string `name`, references to other strings followed; `None` for one that is not known.
    pub fn string(&self, name: &str) -> Vec<Option<Scalar>> {
        let mut found = Vec::new();
        let mut pending = vec![(name.to_owned(), 0)];
        while let Some((name, depth)) = pending.pop() {
            for setting in self.strings.get(&name) {
                let reference = match &setting.value {
                    Some(Scalar::Text(text)) => text.strip_prefix("@string/"),
                    _ => None,
                };
                match reference {
                    Some(other) if depth < MAX_REFERENCES => pending.push((other.to_owned(), depth + 1)),
                    Some(_) => found.push(None),
                    None => found.push(setting.value.clone()),
                }
            }
        }
        found
    }
}

/// The values of one file, or why it cannot be read.
pub fn read(file: FileId, text: &str) -> Result<Values, String> {
    let document = xml::parse(text)?;
    let mut values = Values::default();
    for node in document.root_element().children().filter(|node| node.is_element()) {
        let kind = match node.tag_name().name() {
            "item" => xml::attribute(node, "type").unwrap_or(""),
            kind => kind,
        };
        let table = match kind {
            "string" => &mut values.strings,
            "integer" => &mut values.integers,
            "bool" => &mut values.booleans,
            _ => continue,
        };
        let Some(name) = xml::attribute(node, "name") else { continue };
        let text = unescape(xml::text_of(node).trim());
        let value = if kind == "string" { Scalar::Text(text) } else { Scalar::of_plain(&text) };
        let range = node.range();
        // Code writes the dots of a name as underscores.
        table.add(name.replace(['.', '-'], "_"), Some(value), Span::new(file, range.start, range.end));
    }
    Ok(values)
}

/// A text as the app sees it: without quotes around it and escapes in it.
fn unescape(text: &str) -> String {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let mut plain = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        match (character, character == '\\') {
            (_, true) => match characters.next() {
                Some('n') => plain.push('\n'),
                Some('t') => plain.push('\t'),
                Some(other) => plain.push(other),
                None => {}
            },
            (character, false) => plain.push(character),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Values {
        super::read(FileId(0), text).expect("well-formed")
    }

    #[test]
    fn values_are_typed_and_unescaped() {
        let values = read(
            r#"<resources xmlns:x="urn:x">
                <string name="api.url">https://api.example.org</string>
                <string name="ask">Don\'t <x:g id="a">ask</x:g></string>
                <item type="string" name="quoted">"two  words"</item>
                <integer name="limit">7</integer>
                <bool name="on">true</bool>
                <color name="red">#f00</color>
            </resources>"#,
        );
        let string = |name: &str| values.string(name);
        assert_eq!(string("api_url"), [Some(Scalar::Text("https://api.example.org".into()))]);
        assert_eq!(string("ask"), [Some(Scalar::Text("Don't ask".into()))]);
        assert_eq!(string("quoted"), [Some(Scalar::Text("two  words".into()))]);
        assert_eq!(values.integers.get("limit")[0].value, Some(Scalar::Integer(7)));
        assert_eq!(values.booleans.get("on")[0].value, Some(Scalar::Boolean(true)));
        assert!(string("red").is_empty());
    }

    #[test]
    fn references_are_followed_but_not_for_ever() {
        let values = read(
            r#"<resources>
                <string name="a">@string/b</string><string name="b">here</string>
                <string name="c">@string/d</string><string name="d">@string/c</string>
            </resources>"#,
        );
        assert_eq!(values.string("a"), [Some(Scalar::Text("here".into()))]);
        assert_eq!(values.string("c"), [None]);
    }
}
