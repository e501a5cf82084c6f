//! From the path of a file to the format that is read from it, if any.

/// A format of files beside the code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The manifest of an app: its components.
    Manifest,
    /// A screen: views with their ids, inputs and click handlers.
    Layout,
    /// Texts, numbers and truth values under names.
    Values,
    /// A build script, in either of its languages.
    Gradle,
    /// A catalogue of the libraries that build scripts name.
    Catalogue,
    /// A project object model.
    Maven,
    /// The gems that a lock file pins.
    GemLock,
    /// Keys and values, one pair a line.
    Properties,
    /// Settings in YAML.
    Yaml,
    /// Variables of the environment.
    Environment,
    /// Statements that declare tables.
    Sql,
    /// Changes of a database, in XML.
    ChangesXml,
    /// Changes of a database, in YAML or JSON.
    ChangesYaml,
    /// Messages, in the blocks of an interface definition.
    Messages,
    /// Types of a query language.
    Graph,
    /// A description of an HTTP interface.
    Interface,
}

/// The format of the file at `path`; `None` for one that is not read.
///
/// Of values only those without qualifiers are read: translations say nothing of hosts. The same holds for bundles of
/// messages, whose names end with a language.
pub fn kind_of(path: &str) -> Option<Kind> {
    let mut parts = path.rsplit('/');
    let name = parts.next()?;
    let folder = parts.next().unwrap_or("");
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    match (name, extension) {
        ("AndroidManifest.xml", _) => Some(Kind::Manifest),
        ("pom.xml", _) => Some(Kind::Maven),
        ("Gemfile.lock", _) => Some(Kind::GemLock),
        (_, "xml") if folder == "layout" || folder.starts_with("layout-") => Some(Kind::Layout),
        (_, "xml") if folder == "values" => Some(Kind::Values),
        (_, "gradle") => Some(Kind::Gradle),
        (_, "kts") if stem.ends_with(".gradle") => Some(Kind::Gradle),
        (_, "toml") if stem.ends_with(".versions") => Some(Kind::Catalogue),
        (_, "properties") if !is_translation(stem) => Some(Kind::Properties),
        (_, "yml" | "yaml") if is_configuration(stem) => Some(Kind::Yaml),
        _ if name == ".env" || name.starts_with(".env.") => Some(Kind::Environment),
        (_, "sql") => Some(Kind::Sql),
        (_, "proto") => Some(Kind::Messages),
        (_, "graphql" | "graphqls" | "gql") => Some(Kind::Graph),
        (_, "yml" | "yaml" | "json") if is_called(stem, &["openapi", "swagger"]) => Some(Kind::Interface),
        (_, "xml") if tells_changes(path) => Some(Kind::ChangesXml),
        (_, "yml" | "yaml" | "json") if tells_changes(path) => Some(Kind::ChangesYaml),
        _ => None,
    }
}

/// Whether a name holds one of the words, in whatever case.
fn is_called(name: &str, words: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    words.iter().any(|word| name.contains(word))
}

/// `db/changelog/0001_users.xml`, `liquibase/users.yaml`: whether it does, its root tells.
fn tells_changes(path: &str) -> bool {
    is_called(path, &["changelog", "changeset", "liquibase"])
}

/// `messages_de`, `errors_pt_BR`.
fn is_translation(stem: &str) -> bool {
    let is_language = |part: &str| part.len() == 2 && part.chars().all(|letter| letter.is_ascii_alphabetic());
    stem.rsplit_once('_').is_some_and(|(_, last)| is_language(last))
}

/// `application`, `application-production`, `bootstrap`.
fn is_configuration(stem: &str) -> bool {
    ["application", "bootstrap"]
        .iter()
        .any(|name| stem.strip_prefix(name).is_some_and(|profile| profile.is_empty() || profile.starts_with('-')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_used_is_read() {
        let verdicts = [
            ("app/src/main/AndroidManifest.xml", Some(Kind::Manifest)),
            ("app/src/main/res/layout/main.xml", Some(Kind::Layout)),
            ("app/src/main/res/layout-land/main.xml", Some(Kind::Layout)),
            ("app/src/main/res/layouts/main.xml", None),
            ("app/src/main/res/values/strings.xml", Some(Kind::Values)),
            ("app/src/main/res/values-de/strings.xml", None),
            ("app/src/main/res/drawable/icon.xml", None),
            ("build.gradle", Some(Kind::Gradle)),
            ("app/build.gradle.kts", Some(Kind::Gradle)),
            ("Main.kts", None),
            ("gradle/libs.versions.toml", Some(Kind::Catalogue)),
            ("Cargo.toml", None),
            ("pom.xml", Some(Kind::Maven)),
            ("src/main/resources/application-prod.yml", Some(Kind::Yaml)),
            ("src/main/resources/applications.yml", None),
            ("src/main/resources/application.properties", Some(Kind::Properties)),
            ("src/main/resources/messages_de.properties", None),
            ("src/main/resources/messages_pt_BR.properties", None),
            (".env", Some(Kind::Environment)),
            (".env.production", Some(Kind::Environment)),
            (".environment", None),
            ("Gemfile.lock", Some(Kind::GemLock)),
            ("db/structure.sql", Some(Kind::Sql)),
            ("src/main/resources/db/changelog/0001.xml", Some(Kind::ChangesXml)),
            ("src/main/resources/db/changelog.yaml", Some(Kind::ChangesYaml)),
            ("src/main/proto/user.proto", Some(Kind::Messages)),
            ("app/src/main/graphql/schema.graphqls", Some(Kind::Graph)),
            ("docs/openapi-v1.json", Some(Kind::Interface)),
            ("docs/open.json", None),
        ];
        for (path, expected) in verdicts {
            assert_eq!(kind_of(path), expected, "{path}");
        }
    }
}
