//! From a repository to the files that are scanned, in the order of their paths' bytes.

use crate::base::FileId;

/// A file that was read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path relative to the root, with `/`.
    pub path: String,
    /// The text; undecodable bytes are replaced by U+FFFD.
    pub text: String,
}

/// All files of a scan, indexed by [`FileId`].
#[derive(Clone, Default, Debug)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// A map of `files`, sorted by the bytes of their paths.
    pub fn new(mut files: Vec<SourceFile>) -> SourceMap {
        files.sort_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
        SourceMap { files }
    }

    /// The file `id`.
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// All files with their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(index, file)| (FileId(index as u32), file))
    }
}
