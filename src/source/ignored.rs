//! Decides which entries of a folder are left out, by the ignore files from the top of the repository down to it.
//!
//! The patterns are those of git. `.candorignore` is asked before `.gitignore`; within each kind, the file in the
//! deepest folder that says anything decides. A nested repository does not inherit the `.gitignore` files of the one
//! around it. A pattern file is read only when it is a regular file of reasonable size: it belongs to the scanned
//! repository and may be a pipe, or a link to somewhere else.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::source::read::read_pattern_file;

/// Names of the pattern files, the one with precedence first.
const PATTERN_FILES: [&str; 2] = [".candorignore", ".gitignore"];

/// The pattern files in force in a folder.
#[derive(Debug)]
pub(super) struct Ignored {
    folder: PathBuf,
    /// One matcher for each of [`PATTERN_FILES`].
    patterns: [Gitignore; 2],
    /// The folder is the top of a git work tree.
    is_repository: bool,
    above: Option<Rc<Ignored>>,
}

impl Ignored {
    /// What is in force in `folder`, below `above`; patterns that cannot be understood are told to `tell`.
    pub(super) fn enter(
        folder: &Path,
        above: Option<Rc<Ignored>>,
        tell: &mut dyn FnMut(&Path, String),
    ) -> Option<Rc<Ignored>> {
        let patterns = PATTERN_FILES.map(|name| matcher(&folder.join(name), tell));
        let is_repository = folder.join(".git").symlink_metadata().is_ok();
        if !is_repository && patterns.iter().all(Gitignore::is_empty) {
            return above;
        }
        Some(Rc::new(Ignored { folder: folder.to_path_buf(), patterns, is_repository, above }))
    }

    /// What is in force above `folder`: the pattern files from the top of the git work tree that it lies in down to
    /// its parent. Outside of a work tree there is none.
    pub(super) fn above(folder: &Path, tell: &mut dyn FnMut(&Path, String)) -> Option<Rc<Ignored>> {
        let is_repository = |folder: &Path| folder.join(".git").symlink_metadata().is_ok();
        if is_repository(folder) {
            return None;
        }
        let mut folders: Vec<&Path> = Vec::new();
        for ancestor in folder.ancestors().skip(1) {
            folders.push(ancestor);
            if is_repository(ancestor) {
                return folders.iter().rev().fold(None, |above, folder| Ignored::enter(folder, above, tell));
            }
        }
        None
    }

    /// Whether `path`, an entry in or below the folder, is left out.
    pub(super) fn leaves_out(&self, path: &Path, is_folder: bool) -> bool {
        for (kind, name) in PATTERN_FILES.iter().enumerate() {
            let mut level = Some(self);
            while let Some(ignored) = level {
                let relative = path.strip_prefix(&ignored.folder).unwrap_or(path);
                match ignored.patterns[kind].matched(relative, is_folder) {
                    Match::Ignore(_) => return true,
                    Match::Whitelist(_) => return false,
                    Match::None => {}
                }
                let ends_here = *name == ".gitignore" && ignored.is_repository;
                level = if ends_here { None } else { ignored.above.as_deref() };
            }
        }
        false
    }
}

/// Patterns as in `.gitignore`, given on the command line or in a policy and relative to the root.
pub(super) fn patterns(globs: &[String]) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new("");
    for glob in globs {
        builder.add_line(None, glob).map_err(|error| format!("`{glob}` is not a glob: {error}"))?;
    }
    builder.build().map_err(|error| error.to_string())
}

fn matcher(file: &Path, tell: &mut dyn FnMut(&Path, String)) -> Gitignore {
    let text = match read_pattern_file(file) {
        Ok(Some(text)) => text,
        Ok(None) => return Gitignore::empty(),
        Err(reason) => {
            tell(file, format!("its patterns are not applied: {reason}"));
            return Gitignore::empty();
        }
    };
    let mut builder = GitignoreBuilder::new("");
    for line in text.lines() {
        if builder.add_line(None, line).is_err() {
            tell(file, format!("`{line}` is not a pattern and is passed over"));
        }
    }
    builder.build().unwrap_or_else(|error| {
        tell(file, format!("its patterns are not applied: {error}"));
        Gitignore::empty()
    })
}
