//! What data is and where it can go: data elements with the words that name them, and destinations.

use serde::{Deserialize, Serialize};

use super::words;
use crate::base::Symbol;

/// How bad a leak of an element is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Sensitivity {
    Low,
    Medium,
    High,
    /// Special categories of GDPR Art. 9.
    Special,
}

words!(Sensitivity { Low: "low", Medium: "medium", High: "high", Special: "special" });

/// A kind of personal data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Element {
    /// The Fideslang key or a child of one.
    pub id: Symbol,
    /// Its name for people.
    pub name: String,
    /// How bad a leak is.
    pub sensitivity: Sensitivity,
    /// IRI in the Data Privacy Vocabulary.
    pub dpv: Option<Symbol>,
    /// Data type of the Google Play data safety form.
    pub play: Option<Symbol>,
    /// Whose data it is: Fideslang keys of data subjects (`customer`, `patient`).
    pub subjects: Vec<Symbol>,
    /// Words that name it, each a sequence of lower-case words.
    pub names: Names,
    /// Fields that hold it (`Message.body`; `*Address.city` in every class whose name ends so), or classes that are it
    /// (`Follow`).
    pub owners: Vec<Symbol>,
    /// Simple names of types that it can have; empty: any.
    pub types: Vec<Symbol>,
    /// Permissions by which an app gets it, in full.
    pub permissions: Vec<Symbol>,
    /// It says how a value was entered, not what it is: a name of another element that is as strong says more.
    pub yields: bool,
}

/// Words that name an element: each entry is a sequence of lower-case words.
#[derive(Clone, Default, Debug, PartialEq, Serialize, Deserialize)]
pub struct Names {
    /// Enough by themselves.
    pub strong: Vec<Vec<Symbol>>,
    /// A hint, believed when owner or type agree.
    pub weak: Vec<Vec<Symbol>>,
    /// Names that hold these words are not this element.
    pub never: Vec<Vec<Symbol>>,
}

/// A destination, with who runs it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Destination {
    /// The id (`crash_report.sentry`).
    pub id: Symbol,
    /// Legal entity.
    pub entity: Option<String>,
    /// ISO 3166 country code.
    pub country: Option<Symbol>,
    /// Host globs.
    pub hosts: Vec<Symbol>,
    /// Package coordinates (`io.sentry:*`, `gem:sentry-*`).
    pub packages: Vec<Symbol>,
}
