//! Finds the files to scan below the paths that the user named.
//!
//! The walk asks every entry the same questions in the same order: is it `.git`, is it ignored, is it a link or a
//! device, is it a folder, does anyone read such files, is it a test, is it too large. Each kind of "no" is counted,
//! so that a report can say what was left out; that is why the walk is written here, on the pattern matcher of the
//! `ignore` crate, whose own walker does not tell what it passes over. An ignored folder is not entered and counts once.
//!
//! A path given as a file is scanned whatever ignore files, globs and test rules say.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use ignore::gitignore::Gitignore;
use rustc_hash::FxHashSet;

use crate::base::{Code, Diagnostic, Level};
use crate::source::ignored::{Ignored, patterns};
use crate::source::root::{PathError, reason, resolve, root_of};
use crate::source::test_code::{TestCode, TestLayout};

/// Files of more bytes are left out, unless the user says otherwise.
pub const DEFAULT_MAX_FILE_SIZE: u64 = 2 << 20;

/// What the user wants scanned.
#[derive(Clone, Debug)]
pub struct Selection {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// The folder that reported paths are relative to, where the user chose one.
    pub root: Option<PathBuf>,
    /// Only files that one of these patterns names, or a folder above them; empty: all.
    pub include: Vec<String>,
    /// No files and folders that one of these patterns names.
    pub exclude: Vec<String>,
    /// Tests too.
    pub include_tests: bool,
    /// Larger files are left out.
    pub max_file_size: u64,
}

impl Selection {
    /// Everything below `path`, with all settings as they are without flags.
    pub fn of(path: impl Into<PathBuf>) -> Selection {
        Selection {
            paths: vec![path.into()],
            root: None,
            include: Vec::new(),
            exclude: Vec::new(),
            include_tests: false,
            max_file_size: DEFAULT_MAX_FILE_SIZE,
        }
    }
}

/// What was left out.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Skipped {
    /// Files of tests.
    pub tests: usize,
    /// Files and folders that ignore files or globs leave out; a folder counts once.
    pub ignored: usize,
    /// Files above the limit of size.
    pub too_large: usize,
    /// Files and folders that could not be read.
    pub unreadable: usize,
}

/// A file to scan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FoundFile {
    /// Path relative to the root, with `/`.
    pub path: String,
    /// Where to open it.
    pub location: PathBuf,
}

/// The files of a walk.
#[derive(Debug)]
pub struct Found {
    /// The folder that paths are relative to.
    pub root: PathBuf,
    /// The files, in the order of their paths' bytes.
    pub files: Vec<FoundFile>,
    /// What was left out.
    pub skipped: Skipped,
    /// What could not be read or was not followed, in the order of paths.
    pub diagnostics: Vec<Diagnostic>,
}

/// Who reads a file.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Whether it is code: only code counts where it is left out as a test or as ignored.
    pub is_code: bool,
    /// Where the build tools that use the file expect tests.
    pub layouts: Vec<&'static TestLayout>,
}

impl Claim {
    /// Code, in a language with this layout of tests.
    pub fn code(layout: &'static TestLayout) -> Claim {
        Claim { is_code: true, layouts: vec![layout] }
    }

    /// A file beside the code, a test where any of the layouts says so of folders that hold tests wherever they stand.
    pub fn resource(layouts: Vec<&'static TestLayout>) -> Claim {
        Claim { is_code: false, layouts }
    }
}

/// Finds the files of `selection` that anyone reads, as `claim_of` tells by their paths.
pub fn walk(selection: &Selection, claim_of: &dyn Fn(&str) -> Option<Claim>) -> Result<Found, PathError> {
    let root = root_of(&selection.paths, selection.root.as_deref())?;
    let glob_error = |reason: String| PathError { path: "glob".to_owned(), reason };
    let mut walk = Walk {
        selection,
        claim_of,
        root: &root,
        tests: TestCode::below(&root),
        include: patterns(&selection.include).map_err(glob_error)?,
        exclude: patterns(&selection.exclude).map_err(glob_error)?,
        entered: FxHashSet::default(),
        files: BTreeMap::new(),
        skipped: Skipped::default(),
        diagnostics: Vec::new(),
    };
    for path in &selection.paths {
        let start = resolve(path)?;
        let metadata = fs::metadata(&start).map_err(|error| PathError::new(path, reason(&error)))?;
        if metadata.is_dir() {
            fs::read_dir(&start).map_err(|error| PathError::new(path, reason(&error)))?;
            walk.below(&start);
        } else if metadata.is_file() {
            walk.take_named_file(path, &start, metadata.len())?;
        } else {
            return Err(PathError::new(path, "neither a regular file nor a folder"));
        }
    }
    let Walk { files, skipped, mut diagnostics, .. } = walk;
    diagnostics.sort();
    diagnostics.dedup();
    let files = files.into_iter().map(|(path, location)| FoundFile { path, location }).collect();
    Ok(Found { root, files, skipped, diagnostics })
}

struct Walk<'a> {
    selection: &'a Selection,
    claim_of: &'a dyn Fn(&str) -> Option<Claim>,
    root: &'a Path,
    tests: TestCode<'a>,
    include: Gitignore,
    exclude: Gitignore,
    /// Folders that were entered: named paths may overlap.
    entered: FxHashSet<PathBuf>,
    /// Relative path to location; a `String` is ordered by its bytes.
    files: BTreeMap<String, PathBuf>,
    skipped: Skipped,
    diagnostics: Vec<Diagnostic>,
}

impl Walk<'_> {
    /// Takes all files below the folder `start`. The stack is a list, not the machine's: folders nest as deep as the
    /// repository likes.
    fn below(&mut self, start: &Path) {
        let above = Ignored::above(start, &mut |path, message| self.tell_pattern(path, message));
        let mut pending: Vec<(PathBuf, Option<Rc<Ignored>>)> = vec![(start.to_path_buf(), above)];
        while let Some((folder, above)) = pending.pop() {
            if !self.entered.insert(folder.clone()) {
                continue;
            }
            let ignored = Ignored::enter(&folder, above, &mut |path, message| self.tell_pattern(path, message));
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) => {
                    self.unreadable(&folder, &error);
                    continue;
                }
            };
            for entry in entries {
                let (entry, kind) = match entry.and_then(|entry| entry.file_type().map(|kind| (entry, kind))) {
                    Ok(found) => found,
                    Err(error) => {
                        self.unreadable(&folder, &error);
                        continue;
                    }
                };
                let location = entry.path();
                if entry.file_name() == ".git" {
                    continue;
                }
                if self.is_left_out(&location, kind.is_dir(), ignored.as_deref()) {
                    let is_code = || (self.claim_of)(&self.relative(&location)).is_some_and(|claim| claim.is_code);
                    let counts = kind.is_dir() || is_code();
                    self.skipped.ignored += usize::from(counts);
                } else if kind.is_dir() {
                    pending.push((location, ignored.clone()));
                } else if kind.is_file() {
                    self.consider(location);
                } else {
                    self.not_followed(&location, kind.is_symlink());
                }
            }
        }
    }

    fn is_left_out(&self, location: &Path, is_folder: bool, ignored: Option<&Ignored>) -> bool {
        let relative = location.strip_prefix(self.root).unwrap_or(location);
        ignored.is_some_and(|ignored| ignored.leaves_out(location, is_folder))
            || self.exclude.matched(relative, is_folder).is_ignore()
            || !is_folder
                && !self.include.is_empty()
                && !self.include.matched_path_or_any_parents(relative, false).is_ignore()
    }

    /// Takes a regular file that nothing ignores, when someone reads such files and it is neither a test nor too large.
    fn consider(&mut self, location: PathBuf) {
        let path = self.relative(&location);
        let Some(claim) = (self.claim_of)(&path) else {
            return;
        };
        // `features` beside a build file of one language may be modules of another: of a resource only what is a test
        // everywhere is believed.
        let is_test = |layout: &&'static TestLayout| match claim.is_code {
            true => self.tests.holds(&path, layout),
            false => TestCode::holds_anywhere(&path, layout),
        };
        if !self.selection.include_tests && claim.layouts.iter().any(is_test) {
            self.skipped.tests += usize::from(claim.is_code);
            return;
        }
        match location.symlink_metadata() {
            Ok(metadata) => self.take(path, location, metadata.len()),
            Err(error) => self.unreadable(&location, &error),
        }
    }

    fn take_named_file(&mut self, named: &Path, location: &Path, size: u64) -> Result<(), PathError> {
        fs::File::open(location).map_err(|error| PathError::new(named, reason(&error)))?;
        let path = self.relative(location);
        if (self.claim_of)(&path).is_some() {
            self.take(path, location.to_path_buf(), size);
        } else {
            let message = "not scanned: no front end reads files with this name";
            self.diagnostics.push(Diagnostic::path(Code::Empty, path, message));
        }
        Ok(())
    }

    fn take(&mut self, path: String, location: PathBuf, size: u64) {
        if size > self.selection.max_file_size {
            let limit = self.selection.max_file_size;
            let message = format!("not scanned: {size} bytes are more than the limit of {limit} (--max-file-size)");
            self.diagnostics.push(Diagnostic::path(Code::TooLarge, path, message));
            self.skipped.too_large += 1;
        } else {
            self.files.insert(path, location);
        }
    }

    fn unreadable(&mut self, location: &Path, error: &std::io::Error) {
        let message = format!("not scanned: {}", reason(error));
        self.diagnostics.push(Diagnostic::path(Code::Unreadable, self.relative(location), message));
        self.skipped.unreadable += 1;
    }

    fn not_followed(&mut self, location: &Path, is_link: bool) {
        let message = if is_link { "a link, not followed" } else { "not a regular file, not opened" };
        self.diagnostics.push(Diagnostic {
            span: None,
            path: Some(self.relative(location)),
            level: Level::Note,
            code: Code::NotFollowed,
            message: message.to_owned(),
        });
    }

    fn tell_pattern(&mut self, file: &Path, message: String) {
        self.diagnostics.push(Diagnostic::path(Code::Configuration, self.relative(file), message));
    }

    /// The path relative to the root, with `/`; undecodable names are shown with replacement characters.
    fn relative(&self, location: &Path) -> String {
        let relative = location.strip_prefix(self.root).unwrap_or(location);
        let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
    }
}
