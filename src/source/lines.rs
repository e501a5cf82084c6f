//! Turns byte offsets of a text into lines and columns.
//!
//! Columns are counted twice: in Unicode scalar values for people and JSON, in UTF-16 code units for SARIF. Counting
//! from the beginning of the line would cost as much as the line is long for every position asked for, and a hostile
//! file is one long line; so both counts are kept for every [`BLOCK`] bytes of the text.

/// A place in a file, all numbers from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position {
    /// The line; lines end with `\n`.
    pub line: u32,
    /// The column in Unicode scalar values.
    pub column: u32,
    /// The column in UTF-16 code units.
    pub utf16_column: u32,
}

/// Two places: the first character, and the one behind the last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Region {
    /// The first character.
    pub start: Position,
    /// The character behind the last.
    pub end: Position,
}

/// Bytes between two stored counts.
const BLOCK: usize = 4096;

/// Characters before an offset.
#[derive(Clone, Copy, Default, Debug)]
struct Count {
    scalars: u32,
    utf16: u32,
}

impl Count {
    fn add(self, text: &str) -> Count {
        if text.is_ascii() {
            return Count { scalars: self.scalars + text.len() as u32, utf16: self.utf16 + text.len() as u32 };
        }
        text.chars().fold(self, |count, character| Count {
            scalars: count.scalars + 1,
            utf16: count.utf16 + character.len_utf16() as u32,
        })
    }
}

/// Where the lines of a text begin.
#[derive(Clone, Debug)]
pub(super) struct LineIndex {
    /// Offset of the first byte of each line.
    starts: Vec<u32>,
    /// The counts at the character boundary at or below each multiple of [`BLOCK`].
    counts: Vec<Count>,
}

impl LineIndex {
    pub(super) fn new(text: &str) -> LineIndex {
        let breaks = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(at, _)| at as u32 + 1);
        let starts = std::iter::once(0).chain(breaks).collect();
        let mut counts = vec![Count::default()];
        let mut from = 0;
        while from + BLOCK <= text.len() {
            let before = text.floor_char_boundary(from);
            let here = text.floor_char_boundary(from + BLOCK);
            let last = *counts.last().unwrap_or(&Count::default());
            counts.push(last.add(&text[before..here]));
            from += BLOCK;
        }
        LineIndex { starts, counts }
    }

    pub(super) fn position(&self, text: &str, offset: usize) -> Position {
        let offset = text.floor_char_boundary(offset.min(text.len()));
        let line = self.starts.partition_point(|&start| start as usize <= offset).max(1) - 1;
        let (here, start) = (self.count(text, offset), self.count(text, self.starts[line] as usize));
        Position {
            line: line as u32 + 1,
            column: here.scalars - start.scalars + 1,
            utf16_column: here.utf16 - start.utf16 + 1,
        }
    }

    pub(super) fn line<'text>(&self, text: &'text str, line: u32) -> &'text str {
        let Some(index) = (line as usize).checked_sub(1).filter(|&index| index < self.starts.len()) else {
            return "";
        };
        let end = self.starts.get(index + 1).map_or(text.len(), |&next| next as usize);
        let line = &text[self.starts[index] as usize..end];
        let line = line.strip_suffix('\n').unwrap_or(line);
        line.strip_suffix('\r').unwrap_or(line)
    }

    /// The characters before `offset`, which is a character boundary.
    fn count(&self, text: &str, offset: usize) -> Count {
        let block = offset / BLOCK;
        let from = text.floor_char_boundary(block * BLOCK);
        self.counts[block].add(&text[from..offset])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Counts from the beginning of the line, as slowly as one likes.
    fn by_counting(text: &str, offset: usize) -> Position {
        let before = &text[..offset];
        let line = before.rsplit('\n').next().unwrap_or("");
        Position {
            line: before.matches('\n').count() as u32 + 1,
            column: line.chars().count() as u32 + 1,
            utf16_column: line.encode_utf16().count() as u32 + 1,
        }
    }

    #[test]
    fn every_position_equals_the_one_found_by_counting() {
        let unit = "a\tä€𝒳\r\nx😀\n\n";
        for repeat in [1, 250, 600] {
            let text = unit.repeat(repeat) + &"é😀z".repeat(repeat);
            let index = LineIndex::new(&text);
            for (offset, _) in text.char_indices().chain([(text.len(), ' ')]) {
                assert_eq!(index.position(&text, offset), by_counting(&text, offset), "at {offset} of {repeat}");
            }
        }
    }

    #[test]
    fn offsets_inside_a_character_or_behind_the_end_are_moved_down() {
        let text = "ä\nb";
        let index = LineIndex::new(text);
        assert_eq!(index.position(text, 1), by_counting(text, 0));
        assert_eq!(index.position(text, 99), by_counting(text, 4));
    }

    #[test]
    fn lines_come_without_their_breaks() {
        let text = "one\r\ntwo\n";
        let index = LineIndex::new(text);
        let lines: Vec<&str> = (0..5).map(|line| index.line(text, line)).collect();
        assert_eq!(lines, ["", "one", "two", "", ""]);
    }
}
