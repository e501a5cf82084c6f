//! Files that are not code but tell about it.
