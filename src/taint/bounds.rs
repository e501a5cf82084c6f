//! The bounds that cut what is known, and the places where that happened: told, so that nothing is lost in silence.
//!
//! How often threads came by a place says nothing, so places are counted once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use crate::base::{Code, Diagnostic, Span};
use crate::taint::call::MAX_OVERRIDES;
use crate::taint::engine::MAX_COMPONENT_ROUNDS;
use crate::taint::export::{MAX_EFFECT_FACTS, MAX_EFFECTS, MAX_SUMMARY_OBJECTS};
use crate::taint::graph::{MAX_NODES, MAX_PLACE_PARTS};
use crate::taint::interpret::MAX_VISITS;
use crate::taint::value::MAX_FACTS;
use crate::taint::whole::{MAX_UNFOLDED, MAX_WRITES};

/// A bound behind which facts are left out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Bound {
    /// The name of the constant.
    constant: &'static str,
    /// What there is so many of.
    what: &'static str,
    limit: usize,
}

/// Writes of one function to what its callers know.
pub const EFFECTS: Bound = Bound { constant: "MAX_EFFECTS", what: "writes of one function", limit: MAX_EFFECTS };
/// Origins of all that one function writes to what its callers know.
pub const EFFECT_FACTS: Bound =
    Bound { constant: "MAX_EFFECT_FACTS", what: "origins of what one function writes", limit: MAX_EFFECT_FACTS };
/// Reasons why one value may be personal data.
pub const FACTS: Bound = Bound { constant: "MAX_FACTS", what: "origins of one value", limit: MAX_FACTS };
/// Places of the value-flow graph.
pub const NODES: Bound = Bound { constant: "MAX_NODES", what: "places of the value-flow graph", limit: MAX_NODES };
/// Parts of one place that are told apart.
pub const PLACE_PARTS: Bound =
    Bound { constant: "MAX_PLACE_PARTS", what: "parts of one place", limit: MAX_PLACE_PARTS };
/// Functions that one call may mean.
pub const OVERRIDES: Bound = Bound { constant: "MAX_OVERRIDES", what: "overrides of one call", limit: MAX_OVERRIDES };
/// Rounds over the whole program.
pub const ROUNDS: Bound =
    Bound { constant: "MAX_ROUNDS", what: "rounds over the program", limit: crate::taint::MAX_ROUNDS };
/// Rounds over functions that call each other.
pub const COMPONENT_ROUNDS: Bound =
    Bound { constant: "MAX_COMPONENT_ROUNDS", what: "rounds over recursive functions", limit: MAX_COMPONENT_ROUNDS };
/// Objects that the result of a function and its writes refer to.
pub const SUMMARY_OBJECTS: Bound =
    Bound { constant: "MAX_SUMMARY_OBJECTS", what: "objects that callers know of", limit: MAX_SUMMARY_OBJECTS };
/// Objects within what is put into one place.
pub const UNFOLDED: Bound =
    Bound { constant: "MAX_UNFOLDED", what: "objects within one that lives on", limit: MAX_UNFOLDED };
/// Visits of a block of statements.
pub const VISITS: Bound = Bound { constant: "MAX_VISITS", what: "visits of one block", limit: MAX_VISITS as usize };
/// Writes to one place.
pub const WRITES: Bound = Bound { constant: "MAX_WRITES", what: "writes to one place", limit: MAX_WRITES };

/// The bounds that were hit, with the places.
#[derive(Default)]
pub struct BoundsHit(Mutex<BTreeMap<Bound, BTreeSet<Span>>>);

impl BoundsHit {
    /// Notes that a bound was hit at a place.
    pub fn note(&self, bound: Bound, place: Span) {
        self.0.lock().expect("no interpretation panicked").entry(bound).or_default().insert(place);
    }

    /// A warning for each of them, at the first place.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        let hit = self.0.lock().expect("no interpretation panicked");
        let warning = |(bound, places): (&Bound, &BTreeSet<Span>)| {
            let count = places.len();
            let noun = if count == 1 { "place" } else { "places" };
            let message = format!(
                "the bound {} ({} {}) was hit in {count} {noun}: flows may be missing",
                bound.constant, bound.limit, bound.what
            );
            Some(Diagnostic::warning(Code::Bound, *places.first()?, message))
        };
        hit.iter().filter_map(warning).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::FileId;

    #[test]
    fn a_bound_is_told_once_with_its_constant_and_the_number_of_places() {
        let bounds = BoundsHit::default();
        let (first, second) = (Span::new(FileId(0), 1, 2), Span::new(FileId(0), 3, 4));
        [second, first, second].into_iter().for_each(|place| bounds.note(FACTS, place));
        bounds.note(WRITES, first);
        let told: Vec<(String, Option<Span>)> =
            bounds.diagnostics().into_iter().map(|told| (told.message, told.span)).collect();
        let facts =
            format!("the bound MAX_FACTS ({MAX_FACTS} origins of one value) was hit in 2 places: flows may be missing");
        let writes =
            format!("the bound MAX_WRITES ({MAX_WRITES} writes to one place) was hit in 1 place: flows may be missing");
        assert_eq!(told, [(facts, Some(first)), (writes, Some(first))]);
    }
}
