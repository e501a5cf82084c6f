//! Symbols as numbers of a table, for large data that says the same names over and over.
//!
//! A serialised symbol is its text, unless the serialisation runs inside [`with_numbers`]: then it is a number, and each
//! distinct text is written, hashed and interned once instead of at every use. The embedded rules shrink by two fifths
//! and load in half the time.

use std::cell::RefCell;
use std::collections::HashMap;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::base::Symbol;

/// The table of the serialisation that runs on this thread.
enum Table {
    Write { numbers: HashMap<Symbol, u32>, symbols: Vec<Symbol> },
    Read(Vec<Symbol>),
}

thread_local! {
    static TABLE: RefCell<Option<Table>> = const { RefCell::new(None) };
}

/// Runs `write`, in which symbols become numbers, and gives back the symbols in the order of their numbers.
pub fn with_numbers<R>(write: impl FnOnce() -> R) -> (R, Vec<Symbol>) {
    let table = Table::Write { numbers: HashMap::new(), symbols: Vec::new() };
    let (result, table) = with_table(table, write);
    match table {
        Some(Table::Write { symbols, .. }) => (result, symbols),
        _ => (result, Vec::new()),
    }
}

/// Runs `read`, in which numbers become the symbols of the table.
pub fn with_symbols<R>(symbols: Vec<Symbol>, read: impl FnOnce() -> R) -> R {
    with_table(Table::Read(symbols), read).0
}

fn with_table<R>(table: Table, run: impl FnOnce() -> R) -> (R, Option<Table>) {
    let before = TABLE.replace(Some(table));
    let result = run();
    (result, TABLE.replace(before))
}

impl Serialize for Symbol {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let number = TABLE.with_borrow_mut(|table| match table {
            Some(Table::Write { numbers, symbols }) => Some(*numbers.entry(*self).or_insert_with(|| {
                symbols.push(*self);
                symbols.len() as u32 - 1
            })),
            _ => None,
        });
        match number {
            Some(number) => serializer.serialize_u32(number),
            None => serializer.serialize_str(self.as_str()),
        }
    }
}

impl<'de> Deserialize<'de> for Symbol {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Symbol, D::Error> {
        if TABLE.with_borrow(|table| matches!(table, Some(Table::Read(_)))) {
            let number = u32::deserialize(deserializer)?;
            return TABLE
                .with_borrow(|table| match table {
                    Some(Table::Read(symbols)) => symbols.get(number as usize).copied(),
                    _ => None,
                })
                .ok_or_else(|| D::Error::custom("a symbol is missing from the table"));
        }
        std::borrow::Cow::<str>::deserialize(deserializer).map(|text| Symbol::new(&text))
    }
}
