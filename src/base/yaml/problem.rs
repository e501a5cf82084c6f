//! What is wrong in a file, and how it is shown.

use std::ops::Range;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report, Severity};

use crate::base::yaml::did_you_mean;

/// Bytes of a file.
pub type Place = Range<usize>;

/// A file can have more mistakes than anybody reads; the rest is counted.
const MAX_SHOWN: usize = 50;
/// Lines that hold more than this together are not shown, only named.
const MAX_EXCERPT: usize = 1_000;
/// Characters of a message.
const MAX_MESSAGE: usize = 400;
/// Width to which messages are wrapped, on any terminal, so that output can be compared.
const WIDTH: usize = 110;

/// A mistake with its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
    /// The bytes to underline.
    pub place: Place,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    /// A mistake at `place`. A message that quotes more of the file than anybody reads is cut.
    pub fn new(place: Place, message: impl Into<String>) -> Problem {
        let mut message = message.into();
        if let Some((end, _)) = message.char_indices().nth(MAX_MESSAGE) {
            message.truncate(end);
            message.push('…');
        }
        Problem { message, place, help: None }
    }

    /// Adds what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }

    /// Adds which of `candidates` was probably meant by `word`; where none is near and they are few, all of them.
    pub fn suggest<'c>(self, word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Problem {
        let candidates: Vec<&str> = candidates.into_iter().collect();
        if let Some(near) = did_you_mean(word, candidates.iter().copied()) {
            return self.help(format!("did you mean `{near}`?"));
        }
        match candidates.len() {
            1..=24 => self.help(format!("known here: {}", candidates.join(", "))),
            _ => self,
        }
    }

    /// Line and column, both from 1, the column in characters.
    pub fn line_and_column(&self, text: &str) -> (usize, usize) {
        let before = text.get(..self.place.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        (line, before[line_start..].chars().count() + 1)
    }
}

/// Shows the problems of one file in the order of their places, each with its line and the place underlined.
pub fn render(problems: &[Problem], file: &str, text: &str, color: bool) -> String {
    let mut sorted: Vec<&Problem> = problems.iter().collect();
    sorted.sort_by_key(|problem| (problem.place.start, problem.place.end));
    let theme = if color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(WIDTH).with_links(false).with_context_lines(1);
    let mut shown = String::new();
    for problem in sorted.iter().take(MAX_SHOWN) {
        let report = report_of(problem, file, text);
        // Writing into a string fails only when the report's own span lies outside of its source.
        if handler.render_report(&mut shown, report.as_ref()).is_err() {
            shown.push_str(&format!("{file}: {}\n", problem.message));
        }
        shown.push('\n');
    }
    if sorted.len() > MAX_SHOWN {
        shown.push_str(&format!("{file}: {} more problems\n", sorted.len() - MAX_SHOWN));
    }
    shown
}

/// One problem in the form that is drawn.
fn report_of(problem: &Problem, file: &str, text: &str) -> Report {
    let mut diagnostic = MietteDiagnostic::new(&problem.message).with_severity(Severity::Error);
    if let Some(help) = &problem.help {
        diagnostic = diagnostic.with_help(help);
    }
    let place = first_line(&problem.place, text);
    if lines_around(&place, text).len() > MAX_EXCERPT {
        let (line, column) = problem.line_and_column(text);
        diagnostic.message = format!("{file}:{line}:{column}: {}", problem.message);
        return Report::new(diagnostic);
    }
    let label = LabeledSpan::new_primary_with_span(None, (place.start, place.len()));
    Report::new(diagnostic.with_label(label)).with_source_code(NamedSource::new(file, text.to_owned()))
}

/// The part of `place` on its first line.
fn first_line(place: &Place, text: &str) -> Place {
    let start = place.start.min(text.len());
    let end = place.end.clamp(start, text.len());
    let length = text.get(start..end).and_then(|covered| covered.find(['\n', '\r'])).unwrap_or(end - start);
    start..start + length
}

/// The line on which `place` stands, with the one before and the one behind: what is drawn.
fn lines_around<'t>(place: &Place, text: &'t str) -> &'t str {
    let before = text.get(..place.start).unwrap_or("");
    let after = text.get(place.end..).unwrap_or("");
    let start = before.rmatch_indices('\n').nth(1).map_or(0, |(newline, _)| newline + 1);
    let end = after.match_indices('\n').nth(1).map_or(text.len(), |(newline, _)| place.end + newline);
    text.get(start..end).unwrap_or("")
}
