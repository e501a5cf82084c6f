//! Tells the tests of a repository from its code, by where a file lies.
//!
//! Names of classes and packages say nothing (`TestResultActivity` is an app's code), nor does anything above the root.

use std::cell::RefCell;
use std::path::Path;

use rustc_hash::FxHashMap;

/// Where the build tools of a language expect tests. A pattern is a path of folder names, each with at most one `*`.
#[derive(Debug)]
pub struct TestLayout {
    /// Folders that hold tests wherever they stand: `src/test*`.
    pub anywhere: &'static [&'static str],
    /// Folders that hold tests at the root or beside a build file: `tests`.
    pub beside_build_file: &'static [&'static str],
    /// Names of build files.
    pub build_files: &'static [&'static str],
}

impl TestLayout {
    /// No file is a test.
    pub const NONE: TestLayout = TestLayout { anywhere: &[], beside_build_file: &[], build_files: &[] };
}

/// Answers for the files below one root; remembers which folders hold a build file.
pub(super) struct TestCode<'a> {
    root: &'a Path,
    build_folders: RefCell<FxHashMap<(String, *const TestLayout), bool>>,
}

impl TestCode<'_> {
    pub(super) fn below(root: &Path) -> TestCode<'_> {
        TestCode { root, build_folders: RefCell::default() }
    }

    /// Whether the file at `path`, relative to the root, is a test.
    pub(super) fn holds(&self, path: &str, layout: &'static TestLayout) -> bool {
        let folders = folders(path);
        let is_beside = |at: usize| at == 0 || self.has_build_file(&folders[..at].join("/"), layout);
        TestCode::holds_anywhere(path, layout)
            || (0..folders.len()).any(|at| starts(&folders[at..], layout.beside_build_file) && is_beside(at))
    }

    /// Whether the file at `path` lies in a folder that holds tests wherever it stands.
    pub(super) fn holds_anywhere(path: &str, layout: &TestLayout) -> bool {
        let folders = folders(path);
        (0..folders.len()).any(|at| starts(&folders[at..], layout.anywhere))
    }

    fn has_build_file(&self, folder: &str, layout: &'static TestLayout) -> bool {
        let look = || layout.build_files.iter().any(|name| self.root.join(folder).join(name).is_file());
        *self.build_folders.borrow_mut().entry((folder.to_owned(), layout)).or_insert_with(look)
    }
}

/// The folders on the way to the file at `path`.
fn folders(path: &str) -> Vec<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder.split('/').collect()).unwrap_or_default()
}

/// Whether `folders` begin with the folders of one of `patterns`.
fn starts(folders: &[&str], patterns: &[&str]) -> bool {
    patterns.iter().any(|pattern| begins(folders, pattern))
}

/// Whether `folders` begin with the folders of `pattern`.
fn begins(folders: &[&str], pattern: &str) -> bool {
    let mut folders = folders.iter();
    pattern.split('/').all(|part| folders.next().is_some_and(|folder| fits(folder, part)))
}

/// Whether `name` is `pattern`, in which one `*` stands for anything.
fn fits(name: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => name == pattern,
        Some((before, after)) => {
            name.len() >= before.len() + after.len() && name.starts_with(before) && name.ends_with(after)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static LAYOUT: TestLayout = TestLayout {
        anywhere: &["src/test*", "src/*Test"],
        beside_build_file: &["test", "tests"],
        build_files: &["build.xml"],
    };

    #[test]
    fn tests_are_told_by_their_folder_alone() {
        let root = Path::new("/nowhere");
        let code = TestCode::below(root);
        let verdicts = [
            ("src/test/java/A.java", true),
            ("app/src/testDebug/A.java", true),
            ("app/src/androidTest/java/A.java", true),
            ("test/A.java", true),
            ("tests/deep/A.java", true),
            ("app/src/main/java/test/A.java", false),
            ("app/test/A.java", false),
            ("src/main/java/org/example/testcode/ATest.java", false),
            ("src/testA.java", false),
            ("test.java", false),
        ];
        for (path, expected) in verdicts {
            assert_eq!(code.holds(path, &LAYOUT), expected, "{path}");
        }
    }

    #[test]
    fn a_build_file_makes_the_folder_beside_it_tests() {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(root.path().join("app")).expect("a folder");
        std::fs::write(root.path().join("app/build.xml"), "").expect("a file");
        let code = TestCode::below(root.path());
        assert!(code.holds("app/test/A.java", &LAYOUT));
        assert!(!code.holds("lib/test/A.java", &LAYOUT));
    }
}
