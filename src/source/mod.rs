//! From bytes of a repository to files that can be parsed.
