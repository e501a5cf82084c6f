//! Reads a case from disk: the files to scan, and the rules, policy and options of its `case.yaml`.

use std::fs;
use std::path::Path;

use serde::Deserialize;

/// A case, before it is scanned.
#[derive(Clone, Default, Debug)]
pub struct Case {
    /// Files to scan: path within the case and text, in the order of the paths.
    pub files: Vec<(String, String)>,
    /// Rule files beside the built-in ones: name and text.
    pub rules: Vec<(String, String)>,
    /// The policy: name and text.
    pub policy: Option<(String, String)>,
    /// How to scan.
    pub options: Options,
}

/// How a case is scanned; what is left out is as in a run without flags.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Use the built-in elements' names, sources, sinks and transforms.
    pub builtin_rules: bool,
    /// Use the built-in models of libraries and frameworks.
    pub builtin_models: bool,
    /// Scan test code too.
    pub include_tests: bool,
    /// Flows below this confidence are not compared: `low`, `medium` or `high`.
    pub min_confidence: String,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            builtin_rules: true,
            builtin_models: true,
            include_tests: false,
            min_confidence: "medium".to_string(),
        }
    }
}

/// Name of the file that makes a folder a case.
const MANIFEST: &str = "case.yaml";

impl Case {
    /// The case at `path`: a single file, or the folder of the `case.yaml` at `path`.
    pub fn read(path: &Path) -> Result<Case, String> {
        let name = file_name(path);
        if name != MANIFEST {
            return Ok(Case { files: vec![(name, read(path)?)], ..Case::default() });
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut files = Vec::new();
        read_folder(folder, "", &mut files)?;
        files.sort();
        let position = files.iter().position(|(name, _)| name == MANIFEST).ok_or("no case.yaml")?;
        let (_, manifest) = files.remove(position);
        let mut case = Case { files, ..Case::default() };
        for (key, section) in sections(&manifest)? {
            case.apply(&key, section)?;
        }
        Ok(case)
    }

    fn apply(&mut self, key: &str, section: Section) -> Result<(), String> {
        match (key, section) {
            ("rules", Section::Inline(text)) => self.rules.push(("case.yaml".into(), text)),
            ("rules", Section::Names(names)) => {
                for name in names {
                    let rules = self.take(&name)?;
                    self.rules.push(rules);
                }
            }
            ("policy", Section::Inline(text)) => self.policy = Some(("case.yaml".into(), text)),
            ("policy", Section::Names(names)) => {
                let name = names.first().ok_or("`policy` names no file")?;
                self.policy = Some(self.take(name)?);
            }
            ("options", Section::Inline(text)) => {
                self.options = serde_saphyr::from_str(&text).map_err(|error| format!("options: {error}"))?;
            }
            (other, _) => return Err(format!("case.yaml: `{other}` is none of rules, policy and options")),
        }
        Ok(())
    }

    /// A file that is not scanned but configures the scan.
    fn take(&mut self, name: &str) -> Result<(String, String), String> {
        let position = self.files.iter().position(|(path, _)| path == name);
        position.map(|index| self.files.remove(index)).ok_or_else(|| format!("case.yaml names `{name}`: no such file"))
    }
}

/// A top-level key of `case.yaml`: what stands below it, or the files that it names.
enum Section {
    Inline(String),
    Names(Vec<String>),
}

/// Splits `case.yaml` at its top-level keys. Inline rules and policies stay text, so that they are read by the loader
/// under test and not by this one.
fn sections(manifest: &str) -> Result<Vec<(String, Section)>, String> {
    let mut all: Vec<(String, Section)> = Vec::new();
    for line in manifest.lines() {
        if line.starts_with(' ') || line.trim().is_empty() || line.starts_with('#') {
            if let Some((_, Section::Inline(text))) = all.last_mut() {
                text.push_str(line.strip_prefix("  ").unwrap_or(line));
                text.push('\n');
            }
            continue;
        }
        let (key, value) = line.split_once(':').ok_or_else(|| format!("case.yaml: `{line}` is not a key"))?;
        let section = match value.trim() {
            "" => Section::Inline(String::new()),
            names => {
                let list = names.trim_start_matches('[').trim_end_matches(']');
                Section::Names(list.split(',').map(|name| name.trim().to_string()).collect())
            }
        };
        all.push((key.to_string(), section));
    }
    Ok(all)
}

fn read_folder(folder: &Path, prefix: &str, files: &mut Vec<(String, String)>) -> Result<(), String> {
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
