//! Whether a flow is one of those that a rule, its `except` or an exception speaks of.

use globset::{GlobBuilder, GlobMatcher};

use crate::base::{Symbol, at_or_below};
use crate::rules::model::Sensitivity;
use crate::rules::{covers_destination, covers_host};
use crate::taint::Flow;

/// A set of flows. Every key that is given must hold; within a key, one entry is enough; an empty key asks nothing.
#[derive(Clone, Default, Debug)]
pub struct Scope {
    /// Data elements, with everything below them.
    pub elements: Vec<Symbol>,
    /// Destinations, with everything below them.
    pub to: Vec<Target>,
    /// Sensitivities of the element.
    pub sensitivity: Vec<Sensitivity>,
    /// Files of the disclosure or of the sink.
    pub paths: Vec<PathGlob>,
}

/// A destination as a policy names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// A destination, a parent of destinations, or a group.
    pub destination: Symbol,
    /// Only at these hosts; empty: at any.
    pub hosts: Vec<Symbol>,
}

/// A flow with what its spans and ids stand for.
#[derive(Clone, Debug)]
pub struct Subject<'a> {
    /// The flow.
    pub flow: &'a Flow,
    /// Its fingerprint.
    pub fingerprint: &'a str,
    /// Sensitivity of its element.
    pub sensitivity: Option<Sensitivity>,
    /// The files of its disclosure and sink, relative to the folder of the policy file.
    pub paths: [&'a str; 2],
}

impl Scope {
    /// Whether the flow belongs to the set.
    pub fn covers(&self, subject: &Subject<'_>) -> bool {
        let flow = subject.flow;
        any_or_none(&self.elements, |element| at_or_below(&flow.element, element))
            && any_or_none(&self.to, |target| target.covers(flow))
            && any_or_none(&self.sensitivity, |level| subject.sensitivity == Some(*level))
            && any_or_none(&self.paths, |glob| subject.paths.iter().any(|path| glob.covers(path)))
    }

    /// How narrowly the scope names the flow that it covers: the more segments of ids, the more specific.
    pub fn specificity(&self, flow: &Flow) -> usize {
        let depth = |id: &Symbol| id.split('.').count();
        let element = self.elements.iter().filter(|element| at_or_below(&flow.element, element)).map(depth).max();
        let target = self.to.iter().filter(|target| target.covers(flow));
        let target = target.map(|target| depth(&target.destination) + usize::from(!target.hosts.is_empty())).max();
        element.unwrap_or(0) + target.unwrap_or(0) + usize::from(!self.paths.is_empty())
    }
}

impl Target {
    fn covers(&self, flow: &Flow) -> bool {
        covers_destination(&self.destination, &flow.destination)
            && any_or_none(&self.hosts, |pattern| flow.host.is_some_and(|host| covers_host(pattern, &host)))
    }
}

fn any_or_none<T>(wanted: &[T], holds: impl FnMut(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(holds)
}

/// A glob over paths: `*` stops at `/`, `**` does not, and `dir/` means everything below.
#[derive(Clone, Debug)]
pub struct PathGlob {
    written: String,
    matcher: GlobMatcher,
}

impl PathGlob {
    /// Understands `written`; a text that says what is wrong where it is no glob.
    pub fn new(written: &str) -> Result<PathGlob, String> {
        let mut pattern = written.strip_prefix("./").unwrap_or(written).to_owned();
        if pattern.ends_with('/') {
            pattern.push_str("**");
        }
        let glob = GlobBuilder::new(&pattern).literal_separator(true).backslash_escape(true).build();
        match glob {
            Ok(glob) => Ok(PathGlob { written: written.to_owned(), matcher: glob.compile_matcher() }),
            Err(error) => Err(error.kind().to_string()),
        }
    }

    /// As it stands in the policy file.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Whether the file at `path` is meant.
    pub fn covers(&self, path: &str) -> bool {
        self.matcher.is_match(path)
    }
}

/// The first characters of a fingerprint, six at least.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FingerprintPrefix(String);

impl FingerprintPrefix {
    /// Understands `written`: `f` and 5 to 16 hexadecimal digits.
    pub fn new(written: &str) -> Option<FingerprintPrefix> {
        let digits = written.strip_prefix('f')?;
        let fits = (5..=16).contains(&digits.len()) && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        fits.then(|| FingerprintPrefix(written.to_owned()))
    }

    /// As it stands in the policy file.
    pub fn written(&self) -> &str {
        &self.0
    }

    /// Whether the flow with `fingerprint` is meant.
    pub fn covers(&self, fingerprint: &str) -> bool {
        fingerprint.starts_with(&self.0)
    }
}
