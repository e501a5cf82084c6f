//! Properties that hold for any input.

use candor::base::FileId;
use candor::ir::{pretty, verify};
use candor::lang;
use proptest::prelude::*;

const SOURCES: &[&str] = &[
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
fn lowers(text: &str) -> Result<(), TestCaseError> {
    let (unit, diagnostics) = lang::lower_file(FileId(0), "Source.java", text);
    for diagnostic in &diagnostics {
        let span = diagnostic.span.expect("a span");
        prop_assert!(span.start <= span.end && span.end as usize <= text.len(), "{diagnostic:?}");
    }
    let Some(unit) = unit else {
        prop_assert!(!diagnostics.is_empty(), "nothing came of the file, and nothing was told");
        return Ok(());
    };
    prop_assert_eq!(verify(&unit), Vec::<String>::new());
    let (again, _) = lang::lower_file(FileId(0), "Source.java", text);
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
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_lower(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        lowers(&String::from_utf8_lossy(&bytes))?;
    }

    #[test]
    fn any_words_lower(words in prop::collection::vec(prop::sample::select(&[
        "class", "A", "{", "}", "(", ")", "->", "x", "=", ";", "new", "switch", "case", "default", "try", "finally",
        "catch", "return", "break", "yield", "if", "else", "while", "for", ":", "instanceof", "record", "enum", ",",
        "+", "\"s\"", "1", ".", "this", "super", "::", "?", "&&", "!", "[", "]", "int", "static", "@", "<", ">",
    ][..]), 0..120)) {
        lowers(&words.join(" "))?;
    }

    #[test]
    fn changed_sources_lower(
        source in prop::sample::select(SOURCES),
        edits in prop::collection::vec(any::<Edit>(), 1..8),
    ) {
        let mut tokens = tokens(source);
        for change in &edits {
            edit(&mut tokens, change);
        }
        lowers(&tokens.concat())?;
    }

    #[test]
    fn cut_sources_lower(source in prop::sample::select(SOURCES), at in any::<prop::sample::Index>()) {
        let mut at = at.index(source.len());
        while !source.is_char_boundary(at) {
            at -= 1;
        }
        lowers(&source[..at])?;
    }
}
