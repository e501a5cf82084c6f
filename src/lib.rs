//! Candor answers one question: does this code do with personal data only what the privacy policy says?
//!
//! # The pipeline
//!
//! ```text
//! source     walk, ignore files, read                      -> SourceMap
//! resource   XML, YAML, properties, SQL, Gradle, schema.rb -> Resources
//! lang       tree-sitter CST -> IR, per file               -> Unit
//! link       classes, types, names, frameworks             -> Linked program
//! taint      summaries, then the whole program             -> ValueFlowGraph -> Vec<Flow>
//! policy     flow x rules                                  -> Ruling
//! report     ids become words, lines, snippets             -> Report -> one file per format
//! ```
//!
//! # Invariants
//!
//! * A layer imports only from layers that stand before it in the list of modules below (a test checks it).
//! * The front ends know nothing of privacy, the engine knows no language, the policy knows no graph, a report format
//!   sees only the report. No line of Rust names a library: knowledge is YAML under `rules/`.
//! * Only `source` reads files, only `cli` writes them. Scanned code is never executed.
//! * The same input gives the same bytes, whatever the number of threads.

pub mod base;
pub mod source;
pub mod resource;
pub mod ir;
pub mod lang;
pub mod rules;
pub mod link;
pub mod taint;
pub mod policy;
pub mod report;
pub mod scan;
pub mod examples;
pub mod cli;
