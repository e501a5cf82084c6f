//! Front ends: a concrete syntax tree becomes IR.
