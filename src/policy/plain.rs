//! Plain text with the offsets that it came from: characters are folded as they are pushed, then searched.

use std::collections::BTreeMap;
use std::ops::Range;

/// Folded text; for each byte the place of its character in the source.
#[derive(Clone, Default, Debug)]
pub struct PlainText {
    text: String,
    origins: Vec<(u32, u32)>,
    /// Ends of blocks in `text`, ascending: sentences do not go on behind them.
    breaks: Vec<usize>,
}

/// How much of its words a sentence must share with a quote to be shown as what may have become of it, in percent.
const RESEMBLANCE: usize = 50;

impl PlainText {
    /// Number of bytes.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// A piece of the text. The ends lie where a character was pushed.
    pub fn slice(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    /// Adds a character that stands at `origin` in the source, in its plain form.
    pub fn push(&mut self, character: char, origin: Range<usize>) {
        match character {
            '‘' | '’' | '‚' | '‛' | '′' | '´' | '`' => self.append('\'', origin),
            '“' | '”' | '„' | '‟' | '«' | '»' | '″' => self.append('"', origin),
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '-' if self.text.ends_with('-') => {}
            '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => self.append('-', origin),
            '…' => (0..3).for_each(|_| self.append('.', origin.clone())),
            // What is left of emphasis when only one end of it was quoted.
            '*' => {}
            // Soft hyphen, zero-width blanks, byte order mark.
            '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => {}
            blank if blank.is_whitespace() => self.push_blank(origin.start),
            other => self.append(other, origin),
        }
    }

    /// Adds one blank, unless there is one already.
    pub fn push_blank(&mut self, offset: usize) {
        if !self.text.is_empty() && !self.text.ends_with(' ') {
            self.append(' ', offset..offset);
        }
    }

    /// Ends a block of text.
    pub fn end_block(&mut self, offset: usize) {
        self.push_blank(offset);
        if self.breaks.last() != Some(&self.text.len()) {
            self.breaks.push(self.text.len());
        }
    }

    fn append(&mut self, character: char, origin: Range<usize>) {
        self.text.push(character);
        self.origins.resize(self.text.len(), (origin.start as u32, origin.end as u32));
    }

    /// Where `needle` stands within `within`, not cutting a word in two.
    pub fn find(&self, needle: &str, within: Range<usize>) -> Option<Range<usize>> {
        let haystack = self.slice(within.clone());
        let word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
        haystack.match_indices(needle).find_map(|(start, found)| {
            let end = start + found.len();
            let cut_before = word(haystack[..start].chars().next_back()) && word(found.chars().next());
            let cut_behind = word(found.chars().next_back()) && word(haystack[end..].chars().next());
            (!cut_before && !cut_behind && !found.is_empty()).then_some(within.start + start..within.start + end)
        })
    }

    /// The bytes of the source from which `range` was made.
    pub fn origin(&self, range: Range<usize>) -> Range<usize> {
        let start = self.origins.get(range.start).map_or(0, |origin| origin.0 as usize);
        let end =
            range.end.checked_sub(1).and_then(|last| self.origins.get(last)).map_or(start, |origin| origin.1 as usize);
        start..end.max(start)
    }

    /// The sentence within `within` that shares most of its words with `quote`, where that is at least half.
    pub fn most_similar_sentence(&self, quote: &str, within: Range<usize>) -> Option<Range<usize>> {
        let wanted = words(quote);
        let mut best: Option<(usize, Range<usize>)> = None;
        for sentence in self.sentences(within) {
            let own = words(self.slice(sentence.clone()));
            let shared: usize = own.iter().map(|(word, count)| *count.min(wanted.get(word).unwrap_or(&0))).sum();
            let all = own.values().sum::<usize>() + wanted.values().sum::<usize>() - shared;
            let percent = (100 * shared).checked_div(all).unwrap_or(0);
            if percent >= RESEMBLANCE && best.as_ref().is_none_or(|(most, _)| percent > *most) {
                best = Some((percent, sentence));
            }
        }
        best.map(|(_, sentence)| sentence)
    }

    /// The sentences in a range: up to a full stop and blank, or the end of a block.
    fn sentences(&self, within: Range<usize>) -> Vec<Range<usize>> {
        let text = self.slice(within.clone());
        let mut ends: Vec<usize> = [". ", "! ", "? "]
            .iter()
            .flat_map(|mark| text.match_indices(mark))
            .map(|(at, _)| within.start + at + 1)
            .collect();
        ends.extend(self.breaks.iter().copied().filter(|end| within.contains(end)));
        ends.push(within.end);
        ends.sort_unstable();
        let mut start = within.start;
        let mut sentences = Vec::new();
        for end in ends {
            let piece = self.slice(start..end);
            let blank_before = piece.len() - piece.trim_start().len();
            let trimmed = start + blank_before..start + blank_before + piece.trim().len();
            if !trimmed.is_empty() {
                sentences.push(trimmed);
            }
            start = end;
        }
        sentences
    }
}

fn words(text: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *counts.entry(word.to_lowercase()).or_insert(0) += 1;
    }
    counts
}
