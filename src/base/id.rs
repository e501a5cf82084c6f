//! Dotted ids (`user.contact.email`) and the order that their dots make: parents stand above their children.

/// Whether `id` is `ancestor` or lies below it: `user.contact.email` lies below `user` and `user.contact`.
pub fn at_or_below(id: &str, ancestor: &str) -> bool {
    id.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// The id itself, then its parents, nearest first: `a.b.c`, `a.b`, `a`.
pub fn lineage(id: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(id), |id| id.rsplit_once('.').map(|(parent, _)| parent))
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
    fn the_lineage_ends_at_the_root() {
        assert_eq!(lineage("a.b.c").collect::<Vec<_>>(), ["a.b.c", "a.b", "a"]);
    }
}
