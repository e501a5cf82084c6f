//! Reads files into text: bytes are decoded once, and all offsets are those of the decoded text.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::base::{Code, Diagnostic, Level};
use crate::source::root::reason;
use crate::source::walk::{Found, FoundFile};
use crate::source::{SourceFile, SourceMap};

/// Largest policy, rule file or quoted document.
const MAX_DOCUMENT_SIZE: u64 = 16 << 20;
/// Largest ignore file.
const MAX_PATTERN_FILE_SIZE: u64 = 256 << 10;

/// Reads the files of a walk, in parallel. Files that cannot be read are told and left out, and counted in `found`.
pub fn read(found: &mut Found, max_file_size: u64) -> (SourceMap, Vec<Diagnostic>) {
    let read: Vec<_> = found.files.par_iter().map(|file| read_source(file, max_file_size)).collect();
    let (mut files, mut diagnostics) = (Vec::with_capacity(read.len()), Vec::new());
    for (file, trouble) in read {
        found.skipped.unreadable += usize::from(file.is_none());
        files.extend(file);
        diagnostics.extend(trouble);
    }
    (SourceMap::new(files), diagnostics)
}

/// Reads a document that the user wrote: a policy, a rule file, a published text. It must be UTF-8; a byte order mark
/// is dropped.
pub fn read_document(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let bytes = read_at_most(path, MAX_DOCUMENT_SIZE)?;
    let text = String::from_utf8(bytes)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, format!("not UTF-8: {}", error.utf8_error())))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The documents that `path` names: itself when it is a file, else all files below it whose names end with `ending`, in
/// the order of their paths. Links below it are not followed.
pub fn find_documents(path: &Path, ending: &str) -> io::Result<Vec<PathBuf>> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut documents = Vec::new();
    let mut folders = vec![path.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() && entry.file_name().to_string_lossy().ends_with(ending) {
                documents.push(entry.path());
            }
        }
    }
    documents.sort();
    Ok(documents)
}

/// Reads a file of ignore patterns, where there is one.
pub(super) fn read_pattern_file(path: &Path) -> Result<Option<String>, String> {
    match path.symlink_metadata() {
        Err(_) => Ok(None),
        Ok(metadata) if !metadata.is_file() => Err("not a regular file".to_owned()),
        Ok(_) => match read_at_most(path, MAX_PATTERN_FILE_SIZE) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) => Err(reason(&error)),
        },
    }
}

fn read_source(file: &FoundFile, max_file_size: u64) -> (Option<SourceFile>, Option<Diagnostic>) {
    let path = file.path.clone();
    match read_at_most(&file.location, max_file_size) {
        Ok(bytes) => {
            let (text, remark) = decode(bytes);
            let trouble = remark.map(|remark| Diagnostic {
                level: Level::Note,
                ..Diagnostic::path(Code::Encoding, path.clone(), remark)
            });
            (Some(SourceFile { path, text }), trouble)
        }
        Err(error) => {
            let message = format!("not scanned: {}", reason(&error));
            (None, Some(Diagnostic::path(Code::Unreadable, path, message)))
        }
    }
}

/// The bytes of a regular file; more than `limit` are an error.
fn read_at_most(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    let mut bytes = Vec::with_capacity(metadata.len().min(limit) as usize + 1);
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::other(format!("larger than {limit} bytes")));
    }
    Ok(bytes)
}

/// The text of `bytes`, and what had to be done to get it.
fn decode(bytes: Vec<u8>) -> (String, Option<&'static str>) {
    let (text, remark) = match String::from_utf8(bytes) {
        Ok(text) => (text, None),
        Err(error) => (
            String::from_utf8_lossy(error.as_bytes()).into_owned(),
            Some("not UTF-8: bytes that cannot be decoded are read as U+FFFD"),
        ),
    };
    let remark = remark.or(text.contains('\0').then_some("holds NUL bytes: it may not be source code"));
    match text.strip_prefix('\u{feff}') {
        Some(rest) => (rest.to_owned(), remark),
        None => (text, remark),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(decode(b"\xef\xbb\xbfclass A {}".to_vec()), ("class A {}".to_owned(), None));
    }

    #[test]
    fn undecodable_bytes_are_replaced_and_told() {
        let (text, remark) = decode(b"a\xff\xfeb".to_vec());
        assert_eq!(text, "a\u{fffd}\u{fffd}b");
        assert!(remark.is_some_and(|remark| remark.contains("not UTF-8")));
        let (text, remark) = decode(b"a\0b".to_vec());
        assert_eq!(text, "a\0b");
        assert!(remark.is_some_and(|remark| remark.contains("NUL")));
    }
}
