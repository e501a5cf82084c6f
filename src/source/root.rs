//! From the paths a user names to the folder that all reported paths are relative to.

use std::path::{Path, PathBuf};

/// A path that cannot be scanned.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{path}: {reason}")]
pub struct PathError {
    /// The path as the user wrote it.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
}

impl PathError {
    pub(super) fn new(path: &Path, reason: impl Into<String>) -> PathError {
        PathError { path: path.display().to_string(), reason: reason.into() }
    }
}

/// The root of a scan of `paths`: `chosen` where the user chose one; the path itself when it is one folder; else the
/// current directory when all paths lie below it; else their common folder. Links in the paths are resolved.
pub fn root_of(paths: &[PathBuf], chosen: Option<&Path>) -> Result<PathBuf, PathError> {
    let resolved = paths.iter().map(|path| resolve(path)).collect::<Result<Vec<PathBuf>, PathError>>()?;
    if let Some(chosen) = chosen {
        let root = resolve(chosen)?;
        if !root.is_dir() {
            return Err(PathError::new(chosen, "the root must be a folder"));
        }
        return match paths.iter().zip(&resolved).find(|(_, path)| !path.starts_with(&root)) {
            Some((path, _)) => Err(PathError::new(path, format!("lies outside the root {}", chosen.display()))),
            None => Ok(root),
        };
    }
    if let [path] = resolved.as_slice()
        && path.is_dir()
    {
        return Ok(path.clone());
    }
    let here = resolve(Path::new("."))?;
    if resolved.iter().all(|path| path.starts_with(&here)) {
        return Ok(here);
    }
    let folders = resolved.iter().map(|path| if path.is_dir() { path.as_path() } else { parent(path) });
    let common = folders.reduce(common_folder).unwrap_or(&here);
    Ok(common.to_path_buf())
}

/// The absolute path without links.
pub(super) fn resolve(path: &Path) -> Result<PathBuf, PathError> {
    path.canonicalize().map_err(|error| PathError::new(path, reason(&error)))
}

/// What the system says, in words without its error number.
pub fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_lowercase()
        }
    }
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

fn common_folder<'path>(left: &'path Path, right: &'path Path) -> &'path Path {
    left.ancestors().find(|folder| right.starts_with(folder)).unwrap_or(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_folder_is_found_by_whole_components() {
        assert_eq!(common_folder(Path::new("/a/bc/d"), Path::new("/a/b/d")), Path::new("/a"));
        assert_eq!(common_folder(Path::new("/a/b"), Path::new("/a/b/c")), Path::new("/a/b"));
    }
}
