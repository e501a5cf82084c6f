//! Reads a case from disk: the files to scan, and the rules, policy and options of its `case.yaml`.

use std::fs;
use std::path::Path;

use candor::base::yaml::{Node, Reader, Value, parse, render};
use candor::examples::{Case, Named, Options};
use candor::taint::Confidence;

/// Name of the file that makes a folder a case.
const MANIFEST: &str = "case.yaml";

/// The case at `path`: a single file, or the folder of the `case.yaml` at `path`.
pub fn read_case(path: &Path) -> Result<Case, String> {
    let name = file_name(path);
    if name != MANIFEST {
        return Ok(Case::of_text(&name, &read(path)?));
    }
    let folder = path.parent().ok_or("case.yaml stands in no folder")?;
    let mut files = Vec::new();
    read_folder(folder, "", &mut files)?;
    files.sort();
    let position = files.iter().position(|(name, _)| name == MANIFEST).ok_or("no case.yaml")?;
    let (_, manifest) = files.remove(position);
    let mut case = Case { files, rules: Vec::new(), policy: None, options: Options::default() };
    configure(&mut case, &manifest)?;
    Ok(case)
}

/// Takes rules, policy and options from the text of `case.yaml`.
fn configure(case: &mut Case, manifest: &str) -> Result<(), String> {
    let (root, problems) = parse(manifest);
    let mut reader = Reader::new(problems);
    if let Some(root) = &root
        && let Some(fields) = reader.fields(root, "a case", &["rules", "policy", "options"])
    {
        if let Some(node) = fields.get("rules") {
            case.rules = texts_of(case, node, manifest, &mut reader);
        }
        if let Some(node) = fields.get("policy") {
            case.policy = texts_of(case, node, manifest, &mut reader).pop();
        }
        if let Some(node) = fields.get("options") {
            case.options = options(node, &mut reader);
        }
    }
    if reader.problems.is_empty() { Ok(()) } else { Err(render(&reader.problems, MANIFEST, manifest, false)) }
}

/// What a key of `case.yaml` says: itself, where rules or a policy stand below it, else the files that it names,
/// which are then not scanned. Inline text stays text: it is read by the loader under test.
fn texts_of(case: &mut Case, node: &Node, manifest: &str, reader: &mut Reader) -> Vec<Named> {
    if matches!(node.value, Value::Mapping(_)) {
        return vec![(MANIFEST.to_string(), dedented(manifest, node))];
    }
    let mut texts = Vec::new();
    for (name, node) in reader.texts(node, "the name of a file of the case") {
        match case.files.iter().position(|(path, _)| path == name) {
            Some(position) => texts.push(case.files.remove(position)),
            None => reader.note(&node.place, format!("the case has no file `{name}`")),
        }
    }
    texts
}

fn options(node: &Node, reader: &mut Reader) -> Options {
    let mut options = Options::default();
    let Some(fields) = reader.fields(node, "options", &["builtin_rules", "builtin_models", "min_confidence"]) else {
        return options;
    };
    if let Some(value) = fields.get("builtin_rules").and_then(|node| reader.boolean(node)) {
        options.builtin_rules = value;
    }
    if let Some(value) = fields.get("builtin_models").and_then(|node| reader.boolean(node)) {
        options.builtin_models = value;
    }
    let levels = [("low", Confidence::Low), ("medium", Confidence::Medium), ("high", Confidence::High)];
    if let Some(value) = fields.get("min_confidence").and_then(|node| reader.choice(node, "a confidence", &levels)) {
        options.min_confidence = value;
    }
    options
}

/// The lines of a block mapping below a top-level key, without their indentation.
fn dedented(manifest: &str, node: &Node) -> String {
    let start = manifest[..node.place.start].rfind('\n').map_or(0, |newline| newline + 1);
    let indentation = node.place.start - start;
    let block = &manifest[start..node.place.end];
    block.lines().map(|line| format!("{}\n", line.get(indentation..).unwrap_or(""))).collect()
}

fn read_folder(folder: &Path, prefix: &str, files: &mut Vec<Named>) -> Result<(), String> {
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry.map_err(|error| error.to_string())?.path();
        let name = format!("{prefix}{}", file_name(&path));
        if path.is_dir() {
            read_folder(&path, &format!("{name}/"), files)?;
        } else {
            files.push((name, read(&path)?));
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
