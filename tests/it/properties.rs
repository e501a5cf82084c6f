//! Properties that hold for any input.

use candor::base::FileId;
use candor::ir::{pretty, verify};
use candor::lang;
use proptest::prelude::*;

/// A language with what its sources are made of.
#[derive(Debug)]
struct Written {
    path: &'static str,
    sources: &'static [&'static str],
    words: &'static [&'static str],
}

const JAVA: Written = Written {
    path: "Source.java",
    sources: JAVA_SOURCES,
    words: &[
        "class",
        "A",
        "{",
        "}",
        "(",
        ")",
        "->",
        "x",
        "=",
        ";",
        "new",
        "switch",
        "case",
        "default",
        "try",
        "finally",
        "catch",
        "return",
        "break",
        "yield",
        "if",
        "else",
        "while",
        "for",
        ":",
        "instanceof",
        "record",
        "enum",
        ",",
        "+",
        "\"s\"",
        "1",
        ".",
        "this",
        "super",
        "::",
        "?",
        "&&",
        "!",
        "[",
        "]",
        "int",
        "static",
        "@",
        "<",
        ">",
    ],
};

const KOTLIN: Written = Written {
    path: "Source.kt",
    sources: &[
        include_str!("../../fixtures/kotlin/collections/operators.kt"),
        include_str!("../../fixtures/kotlin/coroutines/builders_and_flows.kt"),
        include_str!("../../fixtures/kotlin/delegation/properties_and_interfaces.kt"),
        include_str!("../../fixtures/kotlin/expressions/when_and_try.kt"),
        include_str!("../../fixtures/kotlin/lambdas/closures.kt"),
        include_str!("../../fixtures/kotlin/language-basics/classes_and_operators.kt"),
        include_str!("../../fixtures/kotlin/objects/object_expressions.kt"),
        include_str!("../../fixtures/kotlin/properties/accessors.kt"),
        include_str!("../../fixtures/kotlin/scope-functions/receivers.kt"),
        include_str!("../../fixtures/kotlin/strings/templates.kt"),
    ],
    words: &[
        "class",
        "A",
        "{",
        "}",
        "(",
        ")",
        "->",
        "x",
        "=",
        ";",
        "object",
        ":",
        "companion",
        "interface",
        "by",
        "val",
        "var",
        "fun",
        "get",
        "set",
        "init",
        "constructor",
        "when",
        "is",
        "in",
        "else",
        "try",
        "finally",
        "catch",
        "return@x",
        "break",
        "if",
        "while",
        "for",
        "do",
        ":",
        ",",
        "+",
        "\"s\"",
        "\"$x",
        "${",
        "}",
        "\"\"\"",
        "1",
        ".",
        "?.",
        "!!",
        "?:",
        "this",
        "super",
        "::",
        "it",
        "&&",
        "!",
        "[",
        "]",
        "data",
        "inline",
        "enum",
        "lateinit",
        "@",
        "<",
        ">",
        "..",
        "throw",
        "field",
        "`",
        "\n",
        "typealias",
        "T",
        "import",
        "package",
        "suspend",
        "as?",
        "x@",
    ],
};

const RUBY: Written = Written {
    path: "source.rb",
    sources: &[
        include_str!("../../fixtures/ruby/basics/assignments.rb"),
        include_str!("../../fixtures/ruby/blocks/blocks.rb"),
        include_str!("../../fixtures/ruby/branches/branches.rb"),
        include_str!("../../fixtures/ruby/class-methods/class_methods.rb"),
        include_str!("../../fixtures/ruby/exceptions/rescue.rb"),
        include_str!("../../fixtures/ruby/hashes/keys.rb"),
        include_str!("../../fixtures/ruby/instance-state/fields.rb"),
        include_str!("../../fixtures/ruby/methods/arguments.rb"),
        include_str!("../../fixtures/ruby/strings/interpolation.rb"),
    ],
    words: &[
        "class",
        "module",
        "A",
        "{",
        "}",
        "(",
        ")",
        "->",
        "x",
        "=",
        ";",
        "\n",
        "def",
        "end",
        "do",
        "|",
        "case",
        "when",
        "in",
        "begin",
        "rescue",
        "ensure",
        "return",
        "break",
        "next",
        "yield",
        "if",
        "unless",
        "else",
        "elsif",
        "while",
        "until",
        "for",
        ":",
        ":a",
        "a:",
        "=>",
        ",",
        "+",
        "<<",
        "<<~T",
        "T",
        "\"s\"",
        "\"#{",
        "1",
        ".",
        "&.",
        "self",
        "super",
        "::",
        "?",
        "&&",
        "||=",
        "!",
        "[",
        "]",
        "*",
        "**",
        "&",
        "@a",
        "@@a",
        "$a",
        "@",
        "alias",
        "it",
        "_1",
        "attr_accessor",
        "include",
        "private",
        "define_method",
        "Struct",
        "new",
        "raise",
        "send",
        "%w[",
    ],
};

const LANGUAGES: &[&Written] = &[&JAVA, &KOTLIN, &RUBY];

const JAVA_SOURCES: &[&str] = &[
    include_str!("java/anonymous_classes.java"),
    include_str!("java/broken.java"),
    include_str!("java/construction.java"),
    include_str!("java/control_flow.java"),
    include_str!("java/finally_and_jumps.java"),
    include_str!("java/lambda_captures.java"),
    include_str!("java/local_classes.java"),
    include_str!("java/patterns.java"),
    include_str!("java/records.java"),
    include_str!("java/strings.java"),
    include_str!("java/surroundings.java"),
    include_str!("java/switches.java"),
];

/// Lowers any text: without panic, well-formed, and the same each time.
fn lowers(path: &str, text: &str) -> Result<(), TestCaseError> {
    let (unit, diagnostics) = lang::lower_file(FileId(0), path, text);
    for diagnostic in &diagnostics {
        let span = diagnostic.span.expect("a span");
        prop_assert!(span.start <= span.end && span.end as usize <= text.len(), "{diagnostic:?}");
    }
    let Some(unit) = unit else {
        prop_assert!(!diagnostics.is_empty(), "nothing came of the file, and nothing was told");
        return Ok(());
    };
    prop_assert_eq!(verify(&unit), Vec::<String>::new());
    let (again, _) = lang::lower_file(FileId(0), path, text);
    prop_assert_eq!(pretty(&unit), again.map(|unit| pretty(&unit)).unwrap_or_default());
    Ok(())
}

/// Pieces of a source: words, numbers, blanks and single signs.
fn tokens(source: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut start = 0;
    let kind = |character: char| (character.is_alphanumeric() || character == '_', character.is_whitespace());
    let mut characters = source.char_indices().peekable();
    while let Some((_, character)) = characters.next() {
        let end = characters.peek().map_or(source.len(), |(end, _)| *end);
        let goes_on = characters.peek().is_some_and(|(_, next)| kind(*next) == kind(character));
        if !goes_on || kind(character) == (false, false) {
            tokens.push(&source[start..end]);
            start = end;
        }
    }
    tokens
}

/// A change of a list of tokens: what to do, where, and with which other place.
type Edit = (u8, prop::sample::Index, prop::sample::Index);

fn edit(tokens: &mut Vec<&str>, (what, at, other): &Edit) {
    if tokens.is_empty() {
        return;
    }
    let (at, other) = (at.index(tokens.len()), other.index(tokens.len()));
    match what % 4 {
        0 => _ = tokens.remove(at),
        1 => tokens.swap(at, other),
        2 => tokens.insert(at, tokens[other]),
        _ => _ = tokens.drain(at.min(other)..at.max(other).min(at.min(other) + 12)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_lower(
        language in prop::sample::select(LANGUAGES),
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        lowers(language.path, &String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn any_words_lower(
        language in prop::sample::select(LANGUAGES),
        words in prop::collection::vec(any::<prop::sample::Index>(), 0..120),
    ) {
        let words: Vec<&str> = words.iter().map(|word| *word.get(language.words)).collect();
        lowers(language.path, &words.join(" "))?;
    }

    #[test]
    fn changed_sources_lower(
        language in prop::sample::select(LANGUAGES),
        source in any::<prop::sample::Index>(),
        edits in prop::collection::vec(any::<Edit>(), 1..8),
    ) {
        let mut tokens = tokens(source.get::<&str>(language.sources));
        for change in &edits {
            edit(&mut tokens, change);
        }
        lowers(language.path, &tokens.concat())?;
    }

    #[test]
    fn cut_sources_lower(
        language in prop::sample::select(LANGUAGES),
        source in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
    ) {
        let source: &str = source.get::<&str>(language.sources);
        let mut at = at.index(source.len());
        while !source.is_char_boundary(at) {
            at -= 1;
        }
        lowers(language.path, &source[..at])?;
    }
}
