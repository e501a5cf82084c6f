//! The command line as it is meant: rules and policies are loaded, flags and policies are brought together into the
//! options of a scan.

use std::path::{Component, Path, PathBuf};

use jiff::civil::Date;

use crate::base::yaml::{self, Problem};
use crate::cli::arguments::{FileArguments, MinConfidence, PolicyArguments, RuleArguments};
use crate::cli::error::CommandError;
use crate::policy::{self, DocumentTexts, Folder, Policy, PolicyFile};
use crate::rules::model::RuleSet;
use crate::rules::{self, Loaded, RuleFile, RuleSources};
use crate::scan::{Input, ScanOptions};
use crate::source::{self, DEFAULT_MAX_FILE_SIZE, Selection};
use crate::taint::Confidence;

/// The policy file that is looked for in the root.
const POLICY_FILE: &str = "candor.yaml";
/// How the names of rule files end, in a folder of them.
const RULE_FILE_ENDING: &str = ".yaml";

/// The options of a scan of `paths`, and whether a policy asks that an incomplete analysis fails the run.
pub fn scan_options(
    paths: &[PathBuf],
    files: &FileArguments,
    rules: &RuleArguments,
    policy: &PolicyArguments,
    color: bool,
) -> Result<(ScanOptions, bool), CommandError> {
    let root = source::root_of(paths, files.root.as_deref())?;
    let rule_set = load_rules(rules, color)?;
    let (policies, documents) = load_policies(&root, &policy.policy, &rule_set, rules.no_builtin_rules, color)?;
    let selection = select(paths, files, &policies);
    let strict = policies.iter().any(|policy| policy.scan.strict == Some(true));
    let options = ScanOptions {
        input: Input::Paths(selection),
        rules: rule_set,
        policies,
        documents,
        today: policy.now.map_or_else(today, Ok)?,
        min_confidence: policy.min_confidence.map(|level| match level {
            MinConfidence::Low => Confidence::Low,
            MinConfidence::Medium => Confidence::Medium,
            MinConfidence::High => Confidence::High,
        }),
        threads: files.threads.map_or(0, |threads| usize::from(threads.get())),
    };
    Ok((options, strict))
}

/// The rules that the arguments ask for.
pub fn load_rules(arguments: &RuleArguments, color: bool) -> Result<RuleSet, CommandError> {
    Ok(load_rules_and_examples(arguments, color)?.rules)
}

/// The rules that the arguments ask for, with the examples in the files of the user. All mistakes of all files are told
/// at once.
pub fn load_rules_and_examples(arguments: &RuleArguments, color: bool) -> Result<Loaded, CommandError> {
    let mut files = Vec::new();
    for path in &arguments.rules {
        let unreadable = |error| CommandError::input(path, source::reason(&error));
        let documents = source::find_documents(path, RULE_FILE_ENDING).map_err(unreadable)?;
        if documents.is_empty() {
            return Err(CommandError::input(path, format!("no file in it ends with {RULE_FILE_ENDING}")));
        }
        for document in documents {
            let text = source::read_document(&document)
                .map_err(|error| CommandError::input(&document, source::reason(&error)))?;
            files.push(RuleFile { path: with_slashes(&document), text });
        }
    }
    let sources =
        RuleSources { builtin_rules: !arguments.no_builtin_rules, builtin_models: !arguments.no_builtin_models, files };
    rules::load(&sources).map_err(|problems| {
        let mut mistakes = Mistakes { color, ..Mistakes::default() };
        problems.iter().for_each(|of| mistakes.add(&of.file.path, &of.file.text, &of.problems));
        mistakes.into_error()
    })
}

/// The policies that judge a scan below `root`, with the texts that they quote: the named ones, else the file in the
/// root, else general rules. All mistakes of all of them are told at once.
pub fn load_policies(
    root: &Path,
    named: &[PathBuf],
    rules: &RuleSet,
    without_built_in: bool,
    color: bool,
) -> Result<(Vec<Policy>, DocumentTexts), CommandError> {
    let in_root = root.join(POLICY_FILE);
    let files = match named {
        [] if in_root.symlink_metadata().is_ok() => vec![in_root],
        [] if without_built_in => return Ok((vec![Policy::without_rules()], DocumentTexts::new())),
        [] => return Ok((vec![Policy::general()], DocumentTexts::new())),
        named => named.to_vec(),
    };
    let mut mistakes = Mistakes { color, ..Mistakes::default() };
    let (mut policies, mut documents) = (Vec::new(), DocumentTexts::new());
    for path in &files {
        let file = policy_file(path, root)?;
        match policy::load(file.clone(), rules) {
            Ok(policy) => {
                let problems = read_documents(&policy, path, root, &mut documents);
                mistakes.add(&file.path, &file.text, &problems);
                policies.push(policy);
            }
            Err(problems) => mistakes.add(&file.path, &file.text, &problems),
        }
    }
    for (index, problem) in policy::check_names(&policies) {
        mistakes.add(&policies[index].file.path, &policies[index].file.text, &[problem]);
    }
    match mistakes.count {
        0 => Ok((policies, documents)),
        _ => Err(mistakes.into_error()),
    }
}

/// Mistakes in files that people wrote, drawn.
#[derive(Default)]
struct Mistakes {
    color: bool,
    shown: String,
    count: usize,
    files: Vec<String>,
}

impl Mistakes {
    fn add(&mut self, path: &str, text: &str, problems: &[Problem]) {
        if problems.is_empty() {
            return;
        }
        self.shown.push_str(&yaml::render(problems, path, text, self.color));
        self.count += problems.len();
        if !self.files.iter().any(|file| file == path) {
            self.files.push(path.to_owned());
        }
    }

    fn into_error(self) -> CommandError {
        let files = self.files.join(", ");
        CommandError::Configuration { shown: self.shown, count: self.count, files }
    }
}

/// Reads a policy file and finds out where it stands in relation to the root.
fn policy_file(path: &Path, root: &Path) -> Result<PolicyFile, CommandError> {
    let text = source::read_document(path).map_err(|error| CommandError::input(path, source::reason(&error)))?;
    let absolute = path.canonicalize().map_err(|error| CommandError::input(path, source::reason(&error)))?;
    let folder = absolute.parent().unwrap_or(root);
    match absolute.strip_prefix(root) {
        Ok(below) => {
            let path = with_slashes(below);
            let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned());
            Ok(PolicyFile { path, text, folder: Folder::Inside(folder) })
        }
        Err(_) => {
            let folder = Folder::Outside { root: from_to(folder, root) };
            Ok(PolicyFile { path: with_slashes(path), text, folder })
        }
    }
}

/// Reads what `policy` quotes; a document that cannot be read is a mistake in the policy, and so is one that a link
/// leads to from outside of the root and of the policy's folder.
fn read_documents(policy: &Policy, path: &Path, root: &Path, texts: &mut DocumentTexts) -> Vec<Problem> {
    let folder = path.canonicalize().ok().and_then(|path| path.parent().map(Path::to_path_buf));
    let folder = folder.unwrap_or_else(|| root.to_path_buf());
    let mut problems = Vec::new();
    for (_, document) in policy.documents() {
        let location = folder.join(&document.path);
        let inside = |location: &Path| location.starts_with(root) || location.starts_with(&folder);
        let read = location.canonicalize().map_err(|error| source::reason(&error)).and_then(|location| {
            if !inside(&location) {
                return Err("a link leads out of the scanned folder".to_owned());
            }
            source::read_document(&location).map_err(|error| source::reason(&error))
        });
        match read {
            Ok(text) => _ = texts.insert(document.display.clone(), text),
            Err(reason) => problems.push(document.unreadable(&reason)),
        }
    }
    problems
}

/// What is scanned: flags add to what policies say, and win where only one can hold.
fn select(paths: &[PathBuf], files: &FileArguments, policies: &[Policy]) -> Selection {
    let of_policies = |globs: fn(&Policy) -> &Vec<String>| -> Vec<String> {
        policies
            .iter()
            .flat_map(|policy| globs(policy).iter().map(|glob| seen_from_root(glob, &policy.file.folder)))
            .collect()
    };
    let include = match files.include.as_slice() {
        [] => of_policies(|policy| &policy.scan.include),
        given => given.to_vec(),
    };
    let size = policies.iter().find_map(|policy| policy.scan.max_file_size);
    Selection {
        paths: paths.to_vec(),
        root: files.root.clone(),
        include,
        exclude: [files.exclude.clone(), of_policies(|policy| &policy.scan.exclude)].concat(),
        include_tests: files.include_tests || policies.iter().any(|policy| policy.scan.include_tests == Some(true)),
        max_file_size: files.max_file_size.map(|size| size.0).or(size).unwrap_or(DEFAULT_MAX_FILE_SIZE),
    }
}

/// A glob of a policy, which is relative to the folder of its file, as a pattern that begins at the root.
fn seen_from_root(glob: &str, folder: &Folder) -> String {
    match folder {
        Folder::Inside(folder) if folder.is_empty() => format!("/{glob}"),
        Folder::Inside(folder) => format!("/{folder}/{glob}"),
        Folder::Outside { root } => match glob.strip_prefix(root.as_str()) {
            Some(below) if below.starts_with('/') => below.to_owned(),
            _ => format!("/{glob}"),
        },
    }
}

/// Today in UTC, or the day of SOURCE_DATE_EPOCH.
fn today() -> Result<Date, CommandError> {
    let timestamp = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) if !text.is_empty() => {
            let seconds = text.trim().parse().ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
            seconds
                .ok_or_else(|| CommandError::Usage(format!("SOURCE_DATE_EPOCH is not a number of seconds: {text}")))?
        }
        _ => jiff::Timestamp::now(),
    };
    Ok(jiff::tz::Offset::UTC.to_datetime(timestamp).date())
}

/// The path that leads from one folder to another, both absolute and without links.
fn from_to(from: &Path, to: &Path) -> String {
    let mut from: Vec<Component<'_>> = from.components().collect();
    let mut to: Vec<Component<'_>> = to.components().collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    from.drain(..shared);
    to.drain(..shared);
    let up = std::iter::repeat_n("..".to_owned(), from.len());
    up.chain(to.iter().map(|part| part.as_os_str().to_string_lossy().into_owned())).collect::<Vec<_>>().join("/")
}

fn with_slashes(path: &Path) -> String {
    path.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_between_two_folders_goes_up_and_down() {
        assert_eq!(from_to(Path::new("/a/policies"), Path::new("/a/app/src")), "../app/src");
        assert_eq!(from_to(Path::new("/a"), Path::new("/a/app")), "app");
    }

    #[test]
    fn globs_of_a_policy_begin_at_its_folder() {
        assert_eq!(seen_from_root("vendor/**", &Folder::Inside(String::new())), "/vendor/**");
        assert_eq!(seen_from_root("*.java", &Folder::Inside("app".to_owned())), "/app/*.java");
        let outside = Folder::Outside { root: "app".to_owned() };
        assert_eq!(seen_from_root("app/gen/**", &outside), "/gen/**");
    }
}
