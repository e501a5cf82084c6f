//! Reads build scripts, in either of their languages: generated constants and values, and declared dependencies.
//!
//! A script is a program, but what is looked for is nearly always a call with literals. So the script is cut into
//! tokens, the tokens into statements, each with the names of the blocks around it, and a statement is known by its
//! first word. What an argument comes to is told by literals, variables that are assigned once, and the properties of
//! the build; anything else is not known, which is kept, too.

mod expression;
mod token;

use rustc_hash::FxHashMap;

use crate::base::{FileId, Span};
use crate::resource::catalogue::Catalogue;
use crate::resource::dependency::Dependency;
use crate::resource::table::{Scalar, Table};
use expression::{Scope, generated_value};
use token::{Token, TokenKind, tokens};

/// Bound: blocks around a statement; further ones are not told apart.
const MAX_BLOCKS: usize = 64;
/// Blocks in which a dependency is not one of the program's.
const FOREIGN_BLOCKS: &[&str] = &["buildscript", "pluginManagement", "plugins", "constraints"];

/// What a build script says.
#[derive(Default, Debug)]
pub struct Script {
    /// Constants of the generated class of the build's configuration, by name.
    pub build_fields: Table,
    /// Generated texts of the app, by name.
    pub strings: Table,
    /// Declared dependencies, those of tests left out.
    pub dependencies: Vec<Dependency>,
}

/// Reads the script `text`; `catalogues` and `properties` are those of the repository.
pub fn read(file: FileId, text: &str, catalogues: &[Catalogue], properties: &Table) -> Script {
    let tokens = tokens(text);
    let mut reader = Reader {
        file,
        catalogues,
        scope: Scope { variables: FxHashMap::default(), properties },
        script: Script::default(),
    };
    let statements = statements(&tokens);
    for (_, statement) in &statements {
        reader.assignment(statement);
    }
    for (blocks, statement) in &statements {
        reader.statement(blocks, statement);
    }
    reader.script
}

/// The statements of a script, each with the first words of the blocks around it.
fn statements<'s, 't>(tokens: &'s [Token<'t>]) -> Vec<(Vec<&'t str>, &'s [Token<'t>])> {
    let mut found = Vec::new();
    let mut blocks: Vec<&'t str> = Vec::new();
    // Braces beyond the bound, so that blocks end where they should.
    let mut beyond = 0usize;
    let (mut begin, mut parentheses) = (0, 0usize);
    for (at, token) in tokens.iter().enumerate() {
        let ends = match token.kind {
            TokenKind::Break => parentheses == 0 && !continues(&tokens[begin..at]),
            TokenKind::Mark(';' | '{' | '}') => true,
            TokenKind::Mark('(' | '[') => {
                parentheses += 1;
                false
            }
            TokenKind::Mark(')' | ']') => {
                parentheses = parentheses.saturating_sub(1);
                false
            }
            _ => false,
        };
        if !ends {
            continue;
        }
        let statement = &tokens[begin..at];
        begin = at + 1;
        parentheses = 0;
        let first = first_word(statement);
        if first.is_some() {
            found.push((blocks.clone(), statement));
        }
        match token.kind {
            TokenKind::Mark('{') if blocks.len() < MAX_BLOCKS => blocks.push(first.unwrap_or("")),
            TokenKind::Mark('{') => beyond += 1,
            TokenKind::Mark('}') if beyond > 0 => beyond -= 1,
            TokenKind::Mark('}') => {
                blocks.pop();
            }
            _ => {}
        }
    }
    let rest = tokens.get(begin..).unwrap_or_default();
    if first_word(rest).is_some() {
        found.push((blocks, rest));
    }
    found
}

/// Whether a line goes on in the next one.
fn continues(statement: &[Token<'_>]) -> bool {
    let last = statement.iter().rev().find(|token| token.kind != TokenKind::Break);
    last.is_some_and(|token| matches!(token.kind, TokenKind::Mark(',' | '+' | '=' | ':')))
}

fn first_word<'t>(statement: &[Token<'t>]) -> Option<&'t str> {
    match statement.iter().find(|token| token.kind != TokenKind::Break)?.kind {
        TokenKind::Word(word) => Some(word),
        _ => None,
    }
}

struct Reader<'a> {
    file: FileId,
    catalogues: &'a [Catalogue],
    scope: Scope<'a>,
    script: Script,
}

impl Reader<'_> {
    /// `def NAME = …`, `val NAME: String = …`, `ext.NAME = …`.
    fn assignment(&mut self, statement: &[Token<'_>]) {
        let Some(at) = statement.iter().position(|token| token.kind == TokenKind::Mark('=')) else { return };
        let (left, right) = (&statement[..at], &statement[at + 1..]);
        if left.iter().any(|token| matches!(token.kind, TokenKind::Mark('(' | '['))) {
            return;
        }
        let words = left.iter().take_while(|token| token.kind != TokenKind::Mark(':'));
        let name = words.filter_map(|token| match token.kind {
            TokenKind::Word(word) => Some(word),
            _ => None,
        });
        if let Some(name) = name.last() {
            let name = name.rsplit('.').next().unwrap_or(name).to_owned();
            let value = self.scope.text(right);
            self.scope.assign(&name, value);
        }
    }

    fn statement(&mut self, blocks: &[&str], statement: &[Token<'_>]) {
        let Some(first) = first_word(statement) else { return };
        match first.rsplit('.').next().unwrap_or(first) {
            "buildConfigField" => self.generated(statement, true),
            "resValue" => self.generated(statement, false),
            _ if blocks.last() == Some(&"dependencies") => self.dependency(blocks, first, statement),
            _ => {}
        }
    }

    /// A generated constant or value: its type, name and value.
    fn generated(&mut self, statement: &[Token<'_>], is_field: bool) {
        let arguments = arguments(statement);
        let [kind, name, value] = arguments[..] else { return };
        let Some(name) = self.scope.text(name) else { return };
        let text = self.scope.text(value);
        let span = self.span(statement);
        if is_field {
            self.script.build_fields.add(name, text.and_then(|text| generated_value(&text)), span);
        } else if self.scope.text(kind).as_deref() == Some("string") {
            self.script.strings.add(name, text.map(Scalar::Text), span);
        }
    }

    /// `implementation "group:name:version"`, `api(libs.name)`, `implementation group: 'g', name: 'n'`.
    fn dependency(&mut self, blocks: &[&str], configuration: &str, statement: &[Token<'_>]) {
        let is_test = configuration.to_ascii_lowercase().contains("test");
        if is_test || blocks.iter().any(|block| FOREIGN_BLOCKS.contains(block)) {
            return;
        }
        let span = self.span(statement);
        let named = |label: &str| {
            arguments(statement).into_iter().find_map(|argument| self.scope.text(labelled(argument, label)?))
        };
        let mut coordinates = Vec::new();
        if let (Some(group), Some(name)) = (named("group"), named("name")) {
            coordinates.push(format!("{group}:{name}"));
        } else {
            for token in statement.iter().skip(1) {
                match &token.kind {
                    TokenKind::Text(parts) => coordinates.extend(without_version(&self.scope.outline(parts))),
                    TokenKind::Word(word) => {
                        coordinates.extend(self.catalogues.iter().flat_map(|catalogue| catalogue.named(word)));
                    }
                    _ => {}
                }
            }
        }
        let declared = coordinates.into_iter().map(|coordinate| Dependency { coordinate, span });
        self.script.dependencies.extend(declared);
    }

    fn span(&self, statement: &[Token<'_>]) -> Span {
        let solid = || statement.iter().filter(|token| token.kind != TokenKind::Break);
        let start = solid().next().map_or(0, |token| token.start);
        Span::new(self.file, start, solid().next_back().map_or(start, |token| token.end))
    }
}

/// The arguments of a call, in parentheses or behind its name.
fn arguments<'s, 't>(statement: &'s [Token<'t>]) -> Vec<&'s [Token<'t>]> {
    let first = statement.iter().position(|token| token.kind != TokenKind::Break).unwrap_or(0);
    let mut inner = statement.get(first + 1..).unwrap_or_default();
    if let Some(TokenKind::Mark('(')) = inner.first().map(|token| &token.kind) {
        let end = inner.iter().rposition(|token| token.kind == TokenKind::Mark(')')).unwrap_or(inner.len());
        inner = inner.get(1..end).unwrap_or_default();
    }
    let mut found = Vec::new();
    let (mut begin, mut depth) = (0, 0usize);
    for (at, token) in inner.iter().enumerate() {
        match token.kind {
            TokenKind::Mark('(' | '[') => depth += 1,
            TokenKind::Mark(')' | ']') => depth = depth.saturating_sub(1),
            TokenKind::Mark(',') if depth == 0 => {
                found.push(&inner[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    found.push(inner.get(begin..).unwrap_or_default());
    found
}

/// The value behind `label:` or `label =`.
fn labelled<'s, 't>(argument: &'s [Token<'t>], label: &str) -> Option<&'s [Token<'t>]> {
    let first = argument.iter().position(|token| token.kind != TokenKind::Break)?;
    match argument.get(first..)? {
        [name, mark, value @ ..]
            if name.kind == TokenKind::Word(label) && matches!(mark.kind, TokenKind::Mark(':' | '=')) =>
        {
            Some(value)
        }
        _ => None,
    }
}

/// `group:name` of `group:name:version@kind`; `None` for a text of another shape.
fn without_version(text: &str) -> Option<String> {
    let mut parts = text.split(':');
    let (group, name) = (parts.next()?, parts.next()?);
    let is_name = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || "/$".contains(c));
    (is_name(group) && is_name(name)).then(|| format!("{group}:{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Script {
        let mut properties = Table::default();
        properties.add("host", Some(Scalar::Text("example.org".into())), Span::new(FileId(0), 0, 0));
        super::read(FileId(0), text, &[], &properties)
    }

    fn field(script: &Script, name: &str) -> Vec<Option<Scalar>> {
        script.build_fields.get(name).iter().map(|setting| setting.value.clone()).collect()
    }

    fn text(text: &str) -> Option<Scalar> {
        Some(Scalar::Text(text.to_owned()))
    }

    #[test]
    fn generated_constants_are_read_in_both_languages() {
        let script = read(
            r#"
            def API = "https://api.example.org"
            val base: String = "https://base.example.org"
            android {
                defaultConfig {
                    buildConfigField "String", "A", "\"https://a.example.org\""
                    buildConfigField 'String', 'B', '"' + API + '/v1"'
                    buildConfigField("String", "C", "\"$base\"")
                    buildConfigField("boolean", "D", "true")
                    buildConfigField(
                        "int",
                        "E",
                        "5",
                    )
                    buildConfigField "String", "F", "\"${System.currentTimeMillis()}\""
                    buildConfigField "String", "G", "\"https://${host}\""
                    buildConfigField("String", "H", project.findProperty("x") ?: "\"none\"")
                    resValue "string", "title", "Title"
                }
                buildTypes { debug { buildConfigField "boolean", "D", "false" } }
            }"#,
        );
        assert_eq!(field(&script, "A"), [text("https://a.example.org")]);
        assert_eq!(field(&script, "B"), [text("https://api.example.org/v1")]);
        assert_eq!(field(&script, "C"), [text("https://base.example.org")]);
        assert_eq!(field(&script, "D"), [Some(Scalar::Boolean(true)), Some(Scalar::Boolean(false))]);
        assert_eq!(field(&script, "F"), [None]);
        assert_eq!(field(&script, "G"), [text("https://example.org")]);
        assert_eq!(field(&script, "H"), [text("none")]);
        assert_eq!(script.strings.get("title")[0].value, text("Title"));
    }

    #[test]
    fn dependencies_of_the_program_are_read() {
        let script = read(
            r#"
            buildscript { dependencies { classpath 'a:plugin:1' } }
            dependencies {
                implementation 'a:one:1.0@aar'
                api("a:two:$version")
                implementation group: 'a', name: 'three', version: '1'
                implementation(platform("a:four:1"))
                debugImplementation("a:five:1") { exclude group: "x", module: "y" }
                testImplementation 'a:six:1'
                implementation project(':seven')
                implementation files('libs/eight.jar')
                implementation('a:nine')
            }"#,
        );
        let found: Vec<&str> = script.dependencies.iter().map(|dependency| dependency.coordinate.as_str()).collect();
        assert_eq!(found, ["a:one", "a:two", "a:three", "a:four", "a:five", "a:nine"]);
    }

    #[test]
    fn any_script_is_read_without_panic_and_in_time() {
        for text in
            ["{", "}", "}}}{{{", "dependencies {", "buildConfigField", "buildConfigField(", "a = ", "= a", "def"]
        {
            read(text);
        }
        read(&"dependencies { ".repeat(50_000));
        read(&"(".repeat(100_000));
        read(&"buildConfigField 'a', 'b', ".repeat(20_000));
        read(&format!("def a = 'x'\n{}", "def a = a + a\n".repeat(1_000)));
    }
}
