//! Gives meaning that crosses files.
