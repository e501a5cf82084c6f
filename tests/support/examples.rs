//! Turns the examples of rule files into cases, with a class around bare statements.

use std::fs;
use std::path::{Path, PathBuf};

use candor::rules::model::RuleSet;
use candor::rules::{Example, RuleFile, load_files};

use super::case::Case;

/// All examples of the built-in rules, in the order of their files.
pub fn examples() -> Result<Vec<Example>, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    collect(&root.join("rules"), &mut paths)?;
    paths.sort();
    let files: Vec<RuleFile> = paths.iter().map(|path| rule_file(root, path)).collect::<Result<_, _>>()?;
    let loaded = load_files(&files, RuleSet::default());
    let loaded = loaded.map_err(|files| files.iter().map(|file| file.render(false)).collect::<String>())?;
    Ok(loaded.examples)
}

fn rule_file(root: &Path, path: &Path) -> Result<RuleFile, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let path = path.strip_prefix(root).unwrap_or(path);
    Ok(RuleFile { path: path.to_string_lossy().into_owned(), text })
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> Result<(), String> {
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            paths.push(path);
        }
    }
    Ok(())
}

/// The case of an example.
pub fn case_of(example: &Example) -> Case {
    match example.language.as_str() {
        "java" => Case::of_text("Example.java", &with_class(&example.code)),
        "kotlin" => Case::of_text("Example.kt", &example.code),
        "ruby" => Case::of_text("example.rb", &example.code),
        other => Case::of_text(&format!("example.{other}"), &example.code),
    }
}

/// Java code with a method around statements and a class around methods. What is added shares the lines of the code, so
/// that markers stay where they are.
fn with_class(code: &str) -> String {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_java::LANGUAGE.into()).expect("the grammar fits the parser");
    let tree = parser.parse(code, None).expect("parsing is not limited");
    let root = tree.root_node();
    let mut cursor = root.walk();
    let is_header =
        |kind: &str| matches!(kind, "import_declaration" | "package_declaration" | "line_comment" | "block_comment");
    let body = root.named_children(&mut cursor).find(|node| !is_header(node.kind()));
    let Some(first) = body else { return code.to_string() };
    let (opening, closing) = match first.kind() {
        kind if kind.ends_with("_declaration")
            && !matches!(kind, "method_declaration" | "local_variable_declaration") =>
        {
            return code.to_string();
        }
        "method_declaration" => ("class Example { ", " }"),
        _ => ("class Example { void example() throws Exception { ", " } }"),
    };
    let (header, body) = code.split_at(first.start_byte());
    format!("{header}{opening}{}\n{closing}\n", body.trim_end())
}
