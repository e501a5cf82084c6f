//! Dotted ids (`user.contact.email`) and the order that their dots make: parents stand above their children.

/// Whether `id` is `ancestor` or lies below it: `user.contact.email` lies below `user` and `user.contact`.
pub fn at_or_below(id: &str, ancestor: &str) -> bool {
    id.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The id itself, then its parents, nearest first: `a.b.c`, `a.b`, `a`.
pub fn lineage(id: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(id), |id| id.rsplit_once('.').map(|(parent, _)| parent))
}

/// Whether `text` is a dotted id: words of lower-case letters, digits and `_`, each beginning with a letter.
pub fn is_id(text: &str) -> bool {
    text.split('.').all(|word| {
        word.starts_with(|first: char| first.is_ascii_lowercase())
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_lies_below_its_dotted_prefixes_only() {
        assert!(at_or_below("user.contact", "user.contact"));
        assert!(at_or_below("user.contact.email", "user"));
        assert!(!at_or_below("user.contacts", "user.contact"));
        assert!(!at_or_below("user", "user.contact"));
    }

    #[test]
    fn an_id_is_words_joined_by_dots() {
        assert!(["log", "user.contact.email", "a1_b.c"].into_iter().all(is_id));
        assert!(!["", "User", "a..b", ".a", "1a", "a-b", "a b", "a.*"].into_iter().any(is_id));
    }

    #[test]
    fn the_lineage_ends_at_the_root() {
        assert_eq!(lineage("a.b.c").collect::<Vec<_>>(), ["a.b.c", "a.b", "a"]);
    }
}
