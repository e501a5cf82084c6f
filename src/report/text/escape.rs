//! Makes text of the scanned repository safe to print: it may hold terminal commands.

use std::borrow::Cow;

/// `text` with every control character, and every character that turns the direction of writing, as `\u{…}`.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_dangerous) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        push_visible(character, &mut shown);
    }
    Cow::Owned(shown)
}

/// Adds one character in its visible form.
pub(super) fn push_visible(character: char, to: &mut String) {
    match character {
        '\t' => to.push_str("    "),
        dangerous if is_dangerous(dangerous) => to.extend(dangerous.escape_unicode()),
        harmless => to.push(harmless),
    }
}

fn is_dangerous(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_to_the_terminal_are_shown_not_obeyed() {
        assert_eq!(visible("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(visible("a\u{9b}1mb\u{7}"), "a\\u{9b}1mb\\u{7}");
        assert_eq!(visible("x\u{202e}y\u{2066}z"), "x\\u{202e}y\\u{2066}z");
        assert_eq!(visible("a\r\nb\tc"), "a\\u{d}\\u{a}b    c");
        assert_eq!(visible("größe 日本"), "größe 日本");
    }
}
