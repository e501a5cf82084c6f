//! The word that somebody probably meant.

/// Longer words are no slips of the pen, and comparing them costs the product of their lengths.
const MAX_LENGTH: usize = 80;

/// The one of `candidates` that `word` is most likely a misspelling of: closest by Damerau-Levenshtein distance, at
/// most a third of the word away; the first in the alphabet among equals.
pub fn did_you_mean<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    if word.is_empty() || word.len() > MAX_LENGTH {
        return None;
    }
    // Lengths in bytes differ by at most four for each character.
    let limit = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(word.len()) <= limit * 4 && candidate.len() <= MAX_LENGTH)
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|&(distance, _)| distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}
