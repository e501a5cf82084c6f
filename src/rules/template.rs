//! Fills in templates of rules: `{$prefix:$to}_{$name}` becomes `author_email` where a match has bound the words.
//!
//! `$x` is the word that `x` is bound to, `.camelize`, `.underscore`, `.singular`, `.plural` and `.class` behind it
//! give other forms of the word. Braces part a variable from what follows. `{$p:$t}` is an option: the word `$p`, but
//! `$t` where `$p` is `true`; where `$p` is bound to nothing it is empty, and so is an underscore behind it.

use super::model::WordForm;
use super::names::singulars;
use crate::base::Symbol;

/// What the variables of a match stand for; `None` for an option that was left out.
pub type Bindings = Vec<(Symbol, Option<Symbol>)>;

/// The text of `template`; `None` where it speaks of a variable that nothing is bound to.
pub fn fill(template: &str, bindings: &Bindings) -> Option<String> {
    let mut text = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['$', '{']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(inside) = rest.strip_prefix('{') {
            let (group, behind) = inside.split_once('}')?;
            rest = behind;
            match group.split_once(':') {
                Some((option, otherwise)) => match optional(option, otherwise, bindings)? {
                    Some(word) => text.push_str(&word),
                    None => rest = rest.strip_prefix('_').unwrap_or(rest),
                },
                None => text.push_str(&fill(group, bindings)?),
            }
        } else {
            let (word, behind) = variable(rest, bindings)?;
            text.push_str(&word?);
            rest = behind;
        }
    }
    text.push_str(rest);
    Some(text)
}

/// The word of `{option:otherwise}`; the outer `None` where `option` is no variable of the match.
fn optional(option: &str, otherwise: &str, bindings: &Bindings) -> Option<Option<String>> {
    let (word, _) = variable(option, bindings)?;
    match word.as_deref() {
        None | Some("false") => Some(None),
        Some("true") => fill(otherwise, bindings).map(Some),
        Some(_) => Some(word),
    }
}

/// The word of the variable at the beginning of `text`, with the text behind it and its forms.
fn variable<'t>(text: &'t str, bindings: &Bindings) -> Option<(Option<String>, &'t str)> {
    let is_word = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let end = text[1..].find(|character| !is_word(character)).map_or(text.len(), |end| end + 1);
    let (_, bound) = bindings.iter().find(|(name, _)| name.as_str() == &text[..end])?;
    let mut word = bound.map(|word| word.to_string());
    let mut rest = &text[end..];
    while let Some((form, behind)) = form_at(rest) {
        word = word.map(|word| in_form(&word, form));
        rest = behind;
    }
    Some((word, rest))
}

/// The form that `text` begins with (`.camelize`), and what is behind it.
fn form_at(text: &str) -> Option<(WordForm, &str)> {
    let rest = text.strip_prefix('.')?;
    let end = rest.find(|character: char| !character.is_ascii_lowercase()).unwrap_or(rest.len());
    let (_, form) = WordForm::WORDS.iter().find(|(word, _)| *word == &rest[..end])?;
    Some((*form, &rest[end..]))
}

/// A word in another form.
fn in_form(word: &str, form: WordForm) -> String {
    match form {
        WordForm::Camelize => camelize(word),
        WordForm::Underscore => underscore(word),
        WordForm::Singular => singular(word),
        WordForm::Plural => plural(word),
        WordForm::Class => camelize(&singular(word)),
    }
}

fn camelize(word: &str) -> String {
    let mut text = String::new();
    let mut begins = true;
    for character in word.chars() {
        match character {
            '_' | '-' | ' ' => begins = true,
            '/' => {
                text.push_str("::");
                begins = true;
            }
            _ if begins => {
                text.extend(character.to_uppercase());
                begins = false;
            }
            _ => text.push(character),
        }
    }
    text
}

/// A word in small letters with underscores between its parts.
pub fn underscore(word: &str) -> String {
    let mut text = String::new();
    let mut previous: Option<char> = None;
    for character in word.replace("::", "/").chars() {
        if character.is_uppercase() && previous.is_some_and(|previous| previous.is_lowercase() || previous.is_numeric())
        {
            text.push('_');
        }
        text.extend(character.to_lowercase());
        previous = Some(character);
    }
    text.replace('-', "_")
}

/// Plurals that no ending gives away.
const IRREGULAR: &[(&str, &str)] =
    &[("people", "person"), ("children", "child"), ("men", "man"), ("women", "woman"), ("media", "medium")];

fn singular(word: &str) -> String {
    let (before, last) = word.rfind('_').map_or(("", word), |at| word.split_at(at + 1));
    let irregular = IRREGULAR.iter().find(|(plural, _)| *plural == last).map(|(_, singular)| (*singular).to_owned());
    // Of several that it may be, the last drops most of the ending, as `address` of `addresses`.
    let regular = || singulars(last).last();
    match irregular.or_else(regular).or_else(|| last.strip_suffix("uses").map(|stem| format!("{stem}us"))) {
        Some(singular) if !last.ends_with("ches") || singular.ends_with("ch") => format!("{before}{singular}"),
        _ => word.to_owned(),
    }
}

fn plural(word: &str) -> String {
    let (before, last) = word.rfind('_').map_or(("", word), |at| word.split_at(at + 1));
    if let Some((plural, _)) = IRREGULAR.iter().find(|(_, singular)| *singular == last) {
        return format!("{before}{plural}");
    }
    let vowel_before_y = ["ay", "ey", "oy", "uy"].iter().any(|end| last.ends_with(end));
    if let Some(stem) = last.strip_suffix('y').filter(|_| !vowel_before_y) {
        return format!("{before}{stem}ies");
    }
    let is_sibilant = ["s", "x", "z", "ch", "sh"].iter().any(|end| last.ends_with(end));
    format!("{word}{}", if is_sibilant { "es" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(template: &str, words: &[(&str, Option<&str>)]) -> Option<String> {
        let bind = |(name, word): &(&str, Option<&str>)| (Symbol::new(name), word.map(Symbol::new));
        fill(template, &words.iter().map(bind).collect())
    }

    #[test]
    fn variables_are_put_in() {
        let words = [("$a", Some("first_name")), ("$t", Some("author"))];
        for (template, expected) in [
            ("get{$a.camelize}", "getFirstName"),
            ("$a", "first_name"),
            ("this.Field[$t].Field[$a]", "this.Field[author].Field[first_name]"),
            ("List[$t.plural.class]", "List[Author]"),
            ("plain", "plain"),
        ] {
            assert_eq!(filled(template, &words).as_deref(), Some(expected), "{template}");
        }
        assert_eq!(filled("$b", &words), None);
    }

    #[test]
    fn an_option_stands_for_a_word_another_or_nothing() {
        let template = "{$p:$t}_{$m}";
        let with = |prefix| filled(template, &[("$p", prefix), ("$t", Some("author")), ("$m", Some("email"))]);
        assert_eq!(with(Some("true")).as_deref(), Some("author_email"));
        assert_eq!(with(Some("writer")).as_deref(), Some("writer_email"));
        assert_eq!(with(None).as_deref(), Some("email"));
    }

    #[test]
    fn words_have_forms() {
        let forms = |word| {
            let form = |form| in_form(word, form);
            [form(WordForm::Singular), form(WordForm::Plural), form(WordForm::Class)].join(" ")
        };
        for (word, expected) in [
            ("posts", "post postses Post"),
            ("user_addresses", "user_address user_addresseses UserAddress"),
            ("histories", "history historieses History"),
            ("people", "person peoples Person"),
            ("entry", "entry entries Entry"),
            ("status", "status statuses Status"),
            ("branches", "branch brancheses Branch"),
        ] {
            assert_eq!(forms(word), expected, "{word}");
        }
        assert_eq!(in_form("Admin::UserName", WordForm::Underscore), "admin/user_name");
    }
}
