//! Holds the files of a scan and turns spans into lines, columns and text.

use std::sync::OnceLock;

use crate::base::{FileId, Span};
use crate::source::lines::{LineIndex, Position, Region};

/// A file that was read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path relative to the root, with `/`.
    pub path: String,
    /// The text without byte order mark; undecodable bytes are replaced by U+FFFD.
    pub text: String,
}

/// All files of a scan, indexed by [`FileId`].
///
/// Lines are indexed when a report first asks for them, so that files without a finding cost nothing but their text.
#[derive(Clone, Default, Debug)]
pub struct SourceMap {
    files: Vec<SourceFile>,
    lines: Vec<OnceLock<LineIndex>>,
}

impl SourceMap {
    /// A map of `files`, sorted by the bytes of their paths.
    pub fn new(mut files: Vec<SourceFile>) -> SourceMap {
        files.sort_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
        let lines = files.iter().map(|_| OnceLock::new()).collect();
        SourceMap { files, lines }
    }

    /// The file `id`.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The file with this path.
    pub fn find(&self, path: &str) -> Option<FileId> {
        let index = self.files.binary_search_by(|file| file.path.as_bytes().cmp(path.as_bytes())).ok()?;
        Some(FileId(index as u32))
    }

    /// All files with their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(index, file)| (FileId(index as u32), file))
    }

    /// The line and columns of a byte offset; an offset behind the end means the end.
    pub fn position(&self, file: FileId, offset: usize) -> Position {
        self.index(file).position(&self.file(file).text, offset)
    }

    /// Where a span begins and ends.
    pub fn region(&self, span: Span) -> Region {
        let start = self.position(span.file, span.start as usize);
        let end = self.position(span.file, span.end.max(span.start) as usize);
        Region { start, end }
    }

    /// The text of a span, whose ends are moved down to the next character boundary.
    pub fn text(&self, span: Span) -> &str {
        let text = &self.file(span.file).text;
        let start = text.floor_char_boundary(span.start as usize);
        let end = text.floor_char_boundary(span.end as usize).max(start);
        &text[start..end]
    }

    /// The text of a line, counted from 1, without its line break; empty where there is no such line.
    pub fn line(&self, file: FileId, line: u32) -> &str {
        self.index(file).line(&self.file(file).text, line)
    }

    fn index(&self, file: FileId) -> &LineIndex {
        self.lines[file.0 as usize].get_or_init(|| LineIndex::new(&self.file(file).text))
    }
}
