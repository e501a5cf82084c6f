//! Trouble in users' files, as data: stages return it beside their result.

use crate::base::Span;

/// How grave a diagnostic is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// The run cannot give a verdict.
    Error,
    /// Something was left out or could not be understood; the analysis is incomplete where it says so.
    Warning,
    /// Worth knowing; nothing was lost.
    Note,
}

/// What kind of trouble, in kebab-case in reports.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Code {
    /// A syntax error: the file was analysed around it.
    ParseError,
    /// Declarations were counted that the parser did not deliver.
    LostDeclaration,
    /// A file could not be read.
    Unreadable,
    /// A file is larger than the limit.
    TooLarge,
    /// A file nests deeper than the parser is allowed to follow.
    TooDeep,
    /// A file is not text in UTF-8; undecodable bytes were replaced.
    Encoding,
    /// A link was not followed, or a file is not a regular one.
    NotFollowed,
    /// A named bound of the analysis was hit.
    Bound,
    /// Nothing to scan.
    Empty,
    /// Something in a policy or rule file that does no harm to the verdicts.
    Configuration,
}

impl Code {
    /// The code as reports print it.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::ParseError => "parse-error",
            Code::LostDeclaration => "lost-declaration",
            Code::Unreadable => "unreadable",
            Code::TooLarge => "too-large",
            Code::TooDeep => "too-deep",
            Code::Encoding => "encoding",
            Code::NotFollowed => "not-followed",
            Code::Bound => "bound",
            Code::Empty => "empty",
            Code::Configuration => "configuration",
        }
    }

    /// Whether trouble of this kind means that something was not analysed.
    pub fn is_loss(self) -> bool {
        !matches!(self, Code::NotFollowed | Code::Empty | Code::Configuration)
    }
}

/// One piece of trouble, with its place where it has one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Diagnostic {
    /// The place, in a file of the scan.
    pub span: Option<Span>,
    /// The path, relative to the root, of a file that is not among those of the scan (it could not be read, say).
    pub path: Option<String>,
    /// How grave it is.
    pub level: Level,
    /// What kind of trouble.
    pub code: Code,
    /// One sentence for a person: what happened and what it means for the result.
    pub message: String,
}

impl Diagnostic {
    /// A warning at a place in a file of the scan.
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { span: Some(span), path: None, level: Level::Warning, code, message: message.into() }
    }

    /// A diagnostic without a place.
    pub fn global(level: Level, code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic { span: None, path: None, level, code, message: message.into() }
    }

    /// A warning about a file that is not part of the scan.
    pub fn path(code: Code, path: impl Into<String>, message: impl Into<String>) -> Diagnostic {
        Diagnostic { span: None, path: Some(path.into()), level: Level::Warning, code, message: message.into() }
    }
}
