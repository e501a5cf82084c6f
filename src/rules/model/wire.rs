//! The form in which rules are embedded in the binary: a table of all names, then rules that give names by number.

use super::RuleSet;
use crate::base::Symbol;
use crate::base::symbol_table::{with_numbers, with_symbols};

/// The bytes of `rules`.
pub fn encode(rules: &RuleSet) -> Result<Vec<u8>, postcard::Error> {
    let (body, symbols) = with_numbers(|| postcard::to_stdvec(rules));
    let names: Vec<&str> = symbols.iter().map(|symbol| symbol.as_str()).collect();
    postcard::to_stdvec(&(names, body?))
}

/// The rules in `bytes`, which [`encode`] made.
pub fn decode(bytes: &[u8]) -> Result<RuleSet, postcard::Error> {
    let (names, body): (Vec<&str>, &[u8]) = postcard::from_bytes(bytes)?;
    with_symbols(names.into_iter().map(Symbol::new).collect(), || postcard::from_bytes(body))
}
