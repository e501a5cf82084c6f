//! Reads version catalogues: from the names by which build scripts call libraries to their coordinates.

use std::collections::BTreeMap;

use toml::{Table, Value};

/// A catalogue: the coordinates behind each name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Catalogue {
    /// The name of the catalogue, with which scripts begin (`libs`).
    name: String,
    /// Coordinates by name; the parts of a name are joined by dots.
    libraries: BTreeMap<String, Vec<String>>,
}

impl Catalogue {
    /// The coordinates that a script means by `word` (`libs.androidx.core`, `libs.bundles.all`).
    pub fn named(&self, word: &str) -> Vec<String> {
        let name = word.strip_prefix(self.name.as_str()).and_then(|rest| rest.strip_prefix('.'));
        name.and_then(|name| self.libraries.get(name)).cloned().unwrap_or_default()
    }
}

/// The catalogue in the file at `path`, or why it cannot be read. How deep values may nest is bounded by the parser.
pub fn read(path: &str, text: &str) -> Result<Catalogue, String> {
    let root: Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
    let file = path.rsplit('/').next().unwrap_or(path);
    let name = file.split('.').next().unwrap_or(file).to_owned();
    let mut libraries = BTreeMap::new();
    let section = |key: &str| root.get(key).and_then(Value::as_table).into_iter().flatten();
    for (alias, library) in section("libraries") {
        libraries.extend(coordinate(library).map(|coordinate| (dotted(alias), vec![coordinate])));
    }
    for (alias, bundle) in section("bundles") {
        let members = bundle.as_array().into_iter().flatten().filter_map(Value::as_str);
        let members = members.filter_map(|member| libraries.get(&dotted(member))).flatten().cloned().collect();
        libraries.insert(format!("bundles.{}", dotted(alias)), members);
    }
    Ok(Catalogue { name, libraries })
}

fn coordinate(library: &Value) -> Option<String> {
    let text = |key: &str| library.get(key).and_then(Value::as_str);
    let module = match (library.as_str().or_else(|| text("module")), text("group"), text("name")) {
        (Some(module), ..) => module.to_owned(),
        (None, Some(group), Some(name)) => format!("{group}:{name}"),
        _ => return None,
    };
    let mut parts = module.split(':');
    Some(format!("{}:{}", parts.next()?, parts.next()?))
}

/// An alias as scripts write it.
fn dotted(alias: &str) -> String {
    alias.replace(['-', '_'], ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_coordinates() {
        let text = r#"
            [versions]
            core = "1.0"
            [libraries]
            androidx-core_ktx = { module = "androidx.core:core-ktx", version.ref = "core" }
            two = { group = "a", name = "two", version = "1" }
            three = "a:three:1.0"
            none = { version = "1" }
            [bundles]
            all = ["two", "three", "four"]
        "#;
        let catalogue = read("gradle/libs.versions.toml", text).expect("well-formed");
        assert_eq!(catalogue.named("libs.androidx.core.ktx"), ["androidx.core:core-ktx"]);
        assert_eq!(catalogue.named("libs.bundles.all"), ["a:two", "a:three"]);
        assert!(catalogue.named("libs.none").is_empty());
        assert!(catalogue.named("other.two").is_empty());
        assert!(catalogue.named("libs").is_empty());
    }

    #[test]
    fn hostile_catalogues_are_refused() {
        for text in ["a = ".to_owned() + &"[".repeat(100_000), "a = ".to_owned() + &"{b=".repeat(100_000)] {
            assert!(read("libs.versions.toml", &text).is_err());
        }
        for text in ["[", "a = \u{fffd}", "[libraries]\na = 1\n[bundles]\nb = [1]\n"] {
            let _ = read("libs.versions.toml", text);
        }
        let dotted = format!("a{} = 1", ".a".repeat(100_000));
        let _ = read("libs.versions.toml", &dotted);
    }
}
