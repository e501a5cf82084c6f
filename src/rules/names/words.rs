//! From an identifier to its words: `userIPAddress` to `user ip address`.

/// Longer identifiers are generated; they name nothing.
const MAX_LENGTH: usize = 128;
/// More words than this are a sentence.
const MAX_WORDS: usize = 16;

/// The words of an identifier in lower case.
///
/// A word ends at everything but letters and digits, between a small and a capital letter, before the last capital of
/// a row that a small letter follows (`IPAddress` is `ip address`), and between letters and digits. An identifier that
/// is too long to name anything has none.
pub fn words(identifier: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    if identifier.len() > MAX_LENGTH {
        return words;
    }
    let characters: Vec<char> = identifier.chars().collect();
    let mut previous = None;
    for (at, &character) in characters.iter().enumerate() {
        if !character.is_alphanumeric() {
            previous = None;
            continue;
        }
        if previous.is_none_or(|previous| is_boundary(previous, &characters[at..])) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(character.to_lowercase());
        }
        previous = Some(character);
    }
    if words.len() > MAX_WORDS {
        words.clear();
    }
    words
}

/// Whether a word begins at the first of `rest`, behind `previous`.
fn is_boundary(previous: char, rest: &[char]) -> bool {
    let Some(&character) = rest.first() else { return false };
    if previous.is_numeric() != character.is_numeric() {
        return true;
    }
    let is_small = |at: usize| rest.get(at).is_some_and(|next| next.is_lowercase());
    // The small letter of `IDs` and `URLs` is a plural, not the second of a word.
    let is_plural = rest.get(1) == Some(&'s') && !is_small(2);
    character.is_uppercase() && (previous.is_lowercase() || (is_small(1) && !is_plural))
}

/// What an English plural may be the plural of: `caches` of `cache` or `cach`, `cookies` of `cookie` or `cooky`.
pub fn singulars(word: &str) -> impl Iterator<Item = String> + '_ {
    let stem = word.strip_suffix('s').filter(|stem| stem.len() > 1 && !stem.ends_with(['s', 'u', 'i']));
    let without_e = stem.and_then(|stem| stem.strip_suffix('e'));
    let ends = ["ss", "x", "ch", "sh", "tus", "pus", "rus", "ias"];
    let sibilant = without_e.filter(|root| ends.iter().any(|end| root.ends_with(end)));
    let y = without_e.and_then(|root| root.strip_suffix('i')).map(|root| format!("{root}y"));
    stem.into_iter().chain(sibilant).map(str::to_owned).chain(y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_fall_into_words() {
        for (identifier, expected) in [
            ("userIPAddress", "user ip address"),
            ("EMAIL", "email"),
            ("e_mail", "e mail"),
            ("user-name", "user name"),
            ("HTTPServer2", "http server 2"),
            ("userIDs", "user ids"),
            ("address1Line", "address 1 line"),
            ("mEmail", "m email"),
            ("Größe", "größe"),
            ("__", ""),
            ("com.example.EXTRA_EMAIL", "com example extra email"),
            ("iOS", "i os"),
        ] {
            assert_eq!(words(identifier).join(" "), expected, "{identifier}");
        }
        assert!(words(&"a".repeat(1000)).is_empty());
        assert!(words("a_b_c_d_e_f_g_h_i_j_k_l_m_n_o_p_q_r").is_empty());
    }

    #[test]
    fn plurals_have_singulars() {
        for (word, expected) in [
            ("emails", "email"),
            ("addresses", "addresse address"),
            ("histories", "historie history"),
            ("caches", "cache cach"),
            ("address", ""),
            ("status", ""),
            ("statuses", "statuse status"),
            ("email", ""),
            ("s", ""),
        ] {
            assert_eq!(singulars(word).collect::<Vec<_>>().join(" "), expected, "{word}");
        }
    }
}
