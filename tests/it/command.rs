//! Runs the real binary in an environment from which nothing of the machine leaks in.

use std::path::{Path, PathBuf};

use assert_cmd::Command;

/// The folder of the package.
pub fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The binary in an empty environment.
pub fn candor() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_candor"));
    command.env_clear().timeout(std::time::Duration::from_secs(60));
    command
}

/// What a run said.
pub struct Said {
    /// The exit code.
    pub code: i32,
    /// What was written to standard output.
    pub out: String,
    /// What was written to standard error.
    pub err: String,
}

/// Runs the binary in `folder`.
pub fn run_in(folder: &Path, arguments: &[&str]) -> Said {
    said(candor().current_dir(folder).args(arguments))
}

/// Runs a prepared command.
pub fn said(command: &mut Command) -> Said {
    let output = command.output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    Said {
        code: output.status.code().expect("the binary ends by itself"),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// A folder with these files, gone at the end of the test.
pub struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    /// Writes the files.
    pub fn new(files: &[(&str, &str)]) -> Files {
        let made = Files { folder: tempfile::tempdir().expect("a folder") };
        for (path, text) in files {
            made.write(path, text.as_bytes());
        }
        made
    }

    /// Writes one more file.
    pub fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().expect("a file stands in a folder")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }

    /// The text of a file.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path(path)).expect("the file can be read")
    }

    /// Where a file stands.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Scans the folder.
    pub fn scan(&self, arguments: &[&str]) -> Said {
        run_in(self.root(), &[&["scan"], arguments].concat())
    }

    /// Scans the folder and reads the JSON report.
    pub fn report(&self, arguments: &[&str]) -> serde_json::Value {
        let said = self.scan(&[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err))
    }
}
