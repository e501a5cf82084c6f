//! Settings by key: what configuration and resources say a name stands for.

use rustc_hash::FxHashMap;

use crate::base::Span;

/// A value of a setting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Scalar {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A truth value.
    Boolean(bool),
}

impl Scalar {
    /// The text as most formats mean it: a truth value, a number, or else itself.
    pub fn of_plain(text: &str) -> Scalar {
        match text {
            "true" => Scalar::Boolean(true),
            "false" => Scalar::Boolean(false),
            _ => text.parse().map_or_else(|_| Scalar::Text(text.to_owned()), Scalar::Integer),
        }
    }

    /// The value written out.
    pub fn text(&self) -> String {
        match self {
            Scalar::Text(text) => text.clone(),
            Scalar::Integer(number) => number.to_string(),
            Scalar::Boolean(value) => value.to_string(),
        }
    }
}

/// One definition of a key; variants and profiles may give several.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// The value; `None` where it is computed in a way that is not followed.
    pub value: Option<Scalar>,
    /// Where it is defined.
    pub span: Span,
}

/// Settings by key, the definitions of each in the order of files and places.
#[derive(Clone, Default, Debug)]
pub struct Table {
    settings: FxHashMap<String, Vec<Setting>>,
}

impl Table {
    /// Adds a definition.
    pub fn add(&mut self, key: impl Into<String>, value: Option<Scalar>, span: Span) {
        self.settings.entry(key.into()).or_default().push(Setting { value, span });
    }

    /// All definitions of a key.
    pub fn get(&self, key: &str) -> &[Setting] {
        self.settings.get(key).map_or(&[], Vec::as_slice)
    }

    /// Whether nothing is defined.
    pub fn is_empty(&self) -> bool {
        self.settings.is_empty()
    }

    /// Takes in the definitions of `other`, which come behind the own ones.
    pub fn extend(&mut self, other: Table) {
        for (key, settings) in other.settings {
            self.settings.entry(key).or_default().extend(settings);
        }
    }
}
