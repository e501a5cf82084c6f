//! Writes reports: to standard output, until its reader goes away, and to files, whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::cli::error::CommandError;

/// Writes to standard output what `write` produces. A reader that has gone away is no error.
pub fn to_standard_output(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CommandError> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // What is still buffered must not be tried again when the buffer is dropped.
            let _ = out.into_parts();
            Ok(())
        }
        Err(reason) => Err(CommandError::Output { path: PathBuf::from("standard output"), reason }),
        Ok(()) => Ok(()),
    }
}

/// Writes a line to standard error; whether anyone reads it does not matter.
pub fn to_standard_error(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Tells early, before any work, that a report could not be written to `path`.
pub fn check(path: &Path) -> Result<(), CommandError> {
    let error = |reason: io::Error| CommandError::Output { path: path.to_path_buf(), reason };
    if path.is_dir() {
        return Err(error(io::ErrorKind::IsADirectory.into()));
    }
    fs::metadata(folder_of(path)).map(|_| ()).map_err(error)
}

/// Writes a file. The text goes into a new file beside it, which then takes its place, so that nobody ever reads half
/// a report; a device or pipe is written as it is.
pub fn to_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), CommandError> {
    let error = |reason: io::Error| CommandError::Output { path: path.to_path_buf(), reason };
    let special = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    if special {
        let mut file = fs::OpenOptions::new().write(true).open(path).map_err(error)?;
        return write(&mut file).or_else(|reason| match reason.kind() {
            io::ErrorKind::BrokenPipe => Ok(()),
            _ => Err(error(reason)),
        });
    }
    // A link stays a link: the file that it leads to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let beside = folder_of(&target).join(format!(".{name}.{}.partial", std::process::id()));
    let written = fs::File::create(&beside)
        .and_then(|file| {
            let mut out = io::BufWriter::new(file);
            write(&mut out)?;
            out.flush()
        })
        .and_then(|()| fs::rename(&beside, &target));
    written.map_err(|reason| {
        let _ = fs::remove_file(&beside);
        error(reason)
    })
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}
