//! Which files are scanned: ignore files, globs, tests, named paths, roots.

use std::path::PathBuf;

use candor::source::{Claim, Found, Selection, Skipped, TestLayout, walk};

use crate::command::Files;

static LAYOUT: TestLayout = TestLayout {
    anywhere: &["src/test*", "src/*Test"],
    beside_build_file: &["test", "tests"],
    build_files: &["pom.xml"],
};

fn found(selection: &Selection) -> Found {
    walk(selection, &|path| path.ends_with(".java").then(|| Claim::code(&LAYOUT))).expect("the paths exist")
}

/// The paths that are found, joined by blanks.
fn paths(found: &Found) -> String {
    found.files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>().join(" ")
}

/// A folder with empty files of these names and these pattern files.
fn repository(names: &[&str], patterns: &[(&str, &str)]) -> Files {
    let empty: Vec<(&str, &str)> = names.iter().map(|name| (*name, "")).collect();
    Files::new(&[&empty[..], patterns].concat())
}

fn below(files: &Files) -> Selection {
    Selection::of(files.root())
}

#[test]
fn files_come_in_the_order_of_their_bytes() {
    let files = repository(&["b.java", "a/z.java", "a-b.java", "B.java", "ä.java", ".hidden/c.java", "a.txt"], &[]);
    assert_eq!(paths(&found(&below(&files))), ".hidden/c.java B.java a-b.java a/z.java b.java ä.java");
}

#[test]
fn files_beside_the_code_are_found_but_do_not_count() {
    let files = repository(
        &["A.java", ".env", "src/test/A.java", "src/test/a.xml", "main/a.xml", "test/a.xml", "b.java", "b.xml"],
        &[(".gitignore", "/b.*\n")],
    );
    let claim = |path: &str| match path.rsplit_once('.')?.1 {
        "java" => Some(Claim::code(&LAYOUT)),
        "xml" | "env" => Some(Claim::resource(vec![&TestLayout::NONE, &LAYOUT])),
        _ => None,
    };
    let found = walk(&below(&files), &claim).expect("the paths exist");
    assert_eq!(paths(&found), ".env A.java main/a.xml test/a.xml");
    assert_eq!(found.skipped, Skipped { tests: 1, ignored: 1, ..Skipped::default() }, "only code counts");
}

#[test]
fn the_folder_of_git_is_never_entered() {
    let files = repository(&[".git/hooks/a.java", "sub/.git/b.java", "c.java"], &[]);
    assert_eq!(paths(&found(&below(&files))), "c.java");
}

#[test]
fn the_deepest_ignore_file_that_says_anything_decides() {
    let files = repository(
        &["build/a.java", "gen/a.java", "gen/keep.java", "sub/gen.java", "sub/b.java", "x/sub/b.java"],
        &[
            (".gitignore", "build/\n*gen.java\ngen/*\n/sub/b.java\n# a comment\n"),
            ("gen/.gitignore", "!keep.java\n"),
            ("sub/.gitignore", "!gen.java\n"),
        ],
    );
    let found = found(&below(&files));
    assert_eq!(paths(&found), "gen/keep.java sub/gen.java x/sub/b.java");
    assert_eq!(found.skipped, Skipped { ignored: 3, ..Skipped::default() }, "a folder and two files");
}

#[test]
fn candorignore_is_asked_before_gitignore() {
    let files = repository(
        &["a.java", "b.java", "c.java"],
        &[(".gitignore", "a.java\nb.java\n"), (".candorignore", "!a.java\nc.java\n")],
    );
    assert_eq!(paths(&found(&below(&files))), "a.java");
}

#[test]
fn ignore_files_above_count_within_a_work_tree_only() {
    let names = ["app/src/a.java", "app/src/b.java", "app/build/c.java"];
    let patterns = [(".gitignore", "b.java\nbuild/\n"), ("app/.gitignore", "!b.java\n")];
    let outside = repository(&names, &patterns);
    let selection = Selection::of(outside.path("app/src"));
    assert_eq!(paths(&found(&selection)), "a.java b.java", "no work tree");

    let inside = repository(&names, &[&patterns[..1], &[(".git/HEAD", "")]].concat());
    assert_eq!(paths(&found(&Selection::of(inside.path("app/src")))), "a.java");
    assert_eq!(paths(&found(&Selection::of(inside.path("app/build")))), "c.java", "a named folder is meant");
    inside.write("app/.gitignore", b"!b.java\n");
    assert_eq!(paths(&found(&Selection::of(inside.path("app/src")))), "a.java b.java");
}

#[test]
fn a_nested_repository_has_its_own_patterns() {
    let files = repository(
        &["a.java", "nested/a.java", "nested/b.java"],
        &[
            (".gitignore", "a.java\n"),
            (".git/HEAD", ""),
            ("nested/.git", "gitdir: x"),
            ("nested/.gitignore", "b.java\n"),
        ],
    );
    assert_eq!(paths(&found(&below(&files))), "nested/a.java");
}

#[test]
fn patterns_that_are_none_are_told() {
    let files = repository(&["a.java"], &[(".gitignore", "a{b\n")]);
    let found = found(&below(&files));
    assert_eq!(paths(&found), "a.java");
    assert_eq!(found.diagnostics.len(), 1);
    assert_eq!(found.diagnostics[0].path.as_deref(), Some(".gitignore"));
    assert!(found.diagnostics[0].message.contains("`a{b` is not a pattern"), "{:?}", found.diagnostics);
}

#[test]
fn globs_select_and_leave_out() {
    let files = repository(&["a.java", "app/b.java", "app/gen/c.java", "lib/d.java"], &[]);
    let select = |include: &[&str], exclude: &[&str]| {
        let owned = |globs: &[&str]| globs.iter().map(|glob| (*glob).to_owned()).collect();
        let found = found(&Selection { include: owned(include), exclude: owned(exclude), ..below(&files) });
        (paths(&found), found.skipped.ignored)
    };
    assert_eq!(select(&["app/**"], &[]), ("app/b.java app/gen/c.java".to_owned(), 2));
    assert_eq!(select(&["app/"], &[]), ("app/b.java app/gen/c.java".to_owned(), 2));
    assert_eq!(select(&["/*.java"], &[]), ("a.java".to_owned(), 3));
    assert_eq!(select(&[], &["gen"]), ("a.java app/b.java lib/d.java".to_owned(), 1));
    assert_eq!(select(&["app"], &["gen/"]), ("app/b.java".to_owned(), 3));
}

#[test]
fn tests_are_left_out_and_counted() {
    let files = repository(
        &[
            "src/main/java/a.java",
            "src/test/java/b.java",
            "app/src/androidTest/c.java",
            "tests/d.java",
            "module/test/e.java",
            "other/test/f.java",
            "module/pom.xml",
        ],
        &[],
    );
    let left = found(&below(&files));
    assert_eq!(paths(&left), "other/test/f.java src/main/java/a.java");
    assert_eq!(left.skipped.tests, 4);
    assert_eq!(found(&Selection { include_tests: true, ..below(&files) }).files.len(), 6);
    let test_folder = Selection::of(files.path("src/test"));
    assert_eq!(paths(&found(&test_folder)), "java/b.java", "nothing above the root counts");
}

#[test]
fn a_named_file_is_scanned_whatever_is_said_of_it() {
    let files = repository(&["src/test/a.java", "b.java"], &[(".gitignore", "*.java\n")]);
    let root = Some(files.root().to_path_buf());
    let paths_named = vec![files.path("src/test/a.java"), files.root().to_path_buf()];
    let named = found(&Selection { paths: paths_named, root, ..below(&files) });
    assert_eq!(paths(&named), "src/test/a.java");
    let unread = found(&Selection::of(files.path(".gitignore")));
    assert_eq!(paths(&unread), "");
    assert!(unread.diagnostics[0].message.contains("no front end reads"), "{:?}", unread.diagnostics);
}

#[test]
fn files_above_the_limit_are_counted_and_told() {
    let files = repository(&["a.java"], &[("b.java", "12345")]);
    let small = found(&Selection { max_file_size: 4, ..below(&files) });
    assert_eq!(paths(&small), "a.java");
    assert_eq!(small.skipped.too_large, 1);
    assert!(small.diagnostics[0].message.contains("5 bytes"), "{:?}", small.diagnostics);
}

#[test]
fn paths_are_relative_to_the_root() {
    let files = repository(&["one/x/a.java", "one/y/b.java", "two/c.java"], &[]);
    let select = |paths: &[&str], root: Option<&str>| Selection {
        paths: paths.iter().map(|path| files.path(path)).collect::<Vec<PathBuf>>(),
        root: root.map(|root| files.path(root)),
        ..below(&files)
    };
    assert_eq!(paths(&found(&select(&["one"], None))), "x/a.java y/b.java", "one folder is the root");
    assert_eq!(paths(&found(&select(&["one/x", "one/y"], None))), "x/a.java y/b.java", "else the common folder");
    assert_eq!(paths(&found(&select(&["one/x/a.java"], None))), "a.java");
    assert_eq!(paths(&found(&select(&["one", "one/x", "two/c.java"], None))), "one/x/a.java one/y/b.java two/c.java");
    assert_eq!(paths(&found(&select(&["one/x"], Some("one")))), "x/a.java");
}
