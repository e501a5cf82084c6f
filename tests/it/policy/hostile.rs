//! Whatever stands in a policy or document: no panic, and places that lie on characters.

use candor::base::yaml::render;
use candor::policy::document::{DocumentText, Lookup};
use candor::policy::load;
use proptest::prelude::*;

use super::{file, rule_set};

/// Text with much of what Markdown and HTML are made of.
fn any_markdown() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(
            &[
                "#",
                "- ",
                "1. ",
                "> ",
                "**",
                "_",
                "`",
                "```\n",
                "~~",
                "[a](b)",
                "[^1]",
                "<!--",
                "-->",
                "<b>",
                "<",
                "&amp;",
                "&#x2014;",
                "&",
                "\n",
                "\n\n",
                "    ",
                "---\n",
                "| a | b |\n|---|---|\n",
                "“é”",
                "’",
                "…",
                "\u{ad}",
                "\u{feff}",
                "word",
                "We keep it.",
                "\r\n",
                "\0",
                "\\",
            ][..]
        )
        .prop_map(str::to_owned),
        "\\PC{0,8}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn any_document_can_be_searched(source in any_markdown(), quote in any_markdown(), section in any_markdown()) {
        let text = DocumentText::of_markdown(&source);
        for section in [None, Some(section.as_str())] {
            if let Lookup::Found(range) | Lookup::Elsewhere(range) = text.find(&quote, section) {
                prop_assert!(source.get(range.clone()).is_some(), "{:?}", range);
            }
            if let Some(near) = text.resembling(&quote, section) {
                prop_assert!(source.get(near.range.clone()).is_some(), "{:?}", near.range);
            }
        }
    }

    #[test]
    fn a_word_of_a_paragraph_is_found_in_it(before in "[a-z ]{0,20}", word in "[a-zé]{1,9}", behind in "[a-z ]{0,20}") {
        let source = format!("{before} {word} {behind}");
        match DocumentText::of_markdown(&source).find(&word, None) {
            Lookup::Found(range) => prop_assert_eq!(&source[range], word.as_str()),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn any_text_is_a_policy_or_has_problems(text in any_markdown()) {
        let written = format!("version: 1\nrules:\n  - id: a\n    permit: {text}\n    path: {text}\n");
        for text in [text, written] {
            if let Err(problems) = load(file(&text), &rule_set()) {
                prop_assert!(!problems.is_empty());
                prop_assert!(render(&problems, "candor.yaml", &text, false).len() > 10);
            }
        }
    }
}
