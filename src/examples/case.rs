//! A case: the files to scan with the rules, policy and options of the scan.

use crate::lang::LANGUAGES;
use crate::rules::Example;
use crate::taint::Confidence;

/// A text with its name.
pub type Named = (String, String);

/// A case, before it is scanned.
#[derive(Clone, Debug)]
pub struct Case {
    /// Files to scan: path within the case and text, in the order of the paths.
    pub files: Vec<Named>,
    /// Rule files beside the built-in ones.
    pub rules: Vec<Named>,
    /// The policy.
    pub policy: Option<Named>,
    /// How to scan.
    pub options: Options,
}

/// How a case is scanned; what is left out is as in a run without flags.
#[derive(Clone, Debug)]
pub struct Options {
    /// Use the built-in names, sources, sinks and transforms.
    pub builtin_rules: bool,
    /// Use the built-in models of libraries and frameworks.
    pub builtin_models: bool,
    /// Flows below this confidence are not compared.
    pub min_confidence: Confidence,
}

impl Default for Options {
    fn default() -> Options {
        Options { builtin_rules: true, builtin_models: true, min_confidence: Confidence::Medium }
    }
}

impl Case {
    /// A case of one file with built-in rules.
    pub fn of_text(name: &str, text: &str) -> Case {
        Case {
            files: vec![(name.to_owned(), text.to_owned())],
            rules: Vec::new(),
            policy: None,
            options: Options::default(),
        }
    }
}

/// The case of an example: one file of its language, with what bare statements need around them.
pub fn case_of(example: &Example) -> Case {
    let language = LANGUAGES.iter().find(|language| language.key() == example.language);
    let (extension, code) = match language {
        Some(language) => (language.extensions()[0], language.completed(&example.code)),
        None => (example.language.as_str(), example.code.as_str().into()),
    };
    Case::of_text(&format!("Example.{extension}"), &code)
}
