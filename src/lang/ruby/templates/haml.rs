//! HAML: lines of code, of tags with code behind them and in their attributes, and of text with code in it.
//!
//! What is indented below a line of code belongs to it: where the indentation ends, `end` is written, unless the line
//! there goes on with it (`- else`).

use super::{Gathered, closing};
use crate::lang::Embedded;

/// Keywords that go on with the statement before them.
const CONTINUES: [&str; 6] = ["else", "elsif", "when", "in", "rescue", "ensure"];

/// A line of the template with all that belongs to it.
struct Line<'t> {
    text: &'t str,
    start: usize,
    indentation: usize,
}

/// The code of a template.
pub(super) fn code_of(text: &str) -> Embedded {
    let mut gathered = Gathered::default();
    let lines = logical_lines(text);
    // Indentations of the code lines that are open.
    let mut open: Vec<usize> = Vec::new();
    let mut skipped_below: Option<usize> = None;
    for (position, line) in lines.iter().enumerate() {
        if skipped_below.is_some_and(|indentation| line.indentation > indentation) {
            continue;
        }
        skipped_below = None;
        while let Some(&indentation) = open.last() {
            let goes_on = line.indentation == indentation && continues(line.text);
            if indentation < line.indentation || goes_on {
                break;
            }
            open.pop();
            gathered.code("end", line.start);
        }
        if line.text.starts_with("-#") || line.text.starts_with(':') || line.text.starts_with('/') {
            skipped_below = Some(line.indentation);
            continue;
        }
        let has_content = lines.get(position + 1).is_some_and(|next| next.indentation > line.indentation);
        let code = element(line, &mut gathered);
        let is_open = open.last() == Some(&line.indentation);
        if code && has_content && !is_open {
            open.push(line.indentation);
        }
    }
    for _ in open {
        gathered.code("end", text.len());
    }
    gathered.0
}

/// Lines that are not blank; one that ends with a comma, or within the attributes of a tag, goes on in the next.
fn logical_lines(text: &str) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut start = 0;
    let mut goes_on = false;
    for line in text.split_inclusive('\n') {
        let end = start + line.trim_end().len();
        let content = line.trim();
        if content.is_empty() {
            start += line.len();
            continue;
        }
        match lines.last_mut() {
            Some(last) if goes_on => last.text = &text[last.start..end],
            _ => {
                let indentation = line.len() - line.trim_start().len();
                lines.push(Line { text: content, start: start + indentation, indentation });
            }
        }
        let so_far = lines.last().map_or("", |line| line.text);
        goes_on = so_far.ends_with(',') || has_open_attributes(so_far);
        start += line.len();
    }
    lines
}

fn has_open_attributes(line: &str) -> bool {
    let tag = line.trim_start_matches(is_part_of_tag);
    line.starts_with(['%', '.', '#']) && tag.strip_prefix('{').is_some_and(|inside| closing(inside, '{', '}').is_none())
}

fn is_part_of_tag(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '%' | '.' | '#' | '_' | '-' | ':')
}

fn continues(line: &str) -> bool {
    let code = line.strip_prefix('-').map(str::trim_start).unwrap_or_default();
    let word = code.split(|character: char| !character.is_alphabetic()).next().unwrap_or_default();
    CONTINUES.contains(&word)
}

/// Gathers the code of one line; whether what is indented below it may belong to a block of it.
fn element(line: &Line<'_>, gathered: &mut Gathered) -> bool {
    let mut rest = line.text;
    if !rest.starts_with("#{") && rest.starts_with(['%', '.', '#']) {
        rest = rest.trim_start_matches(is_part_of_tag);
        for (open, close) in [('{', '}'), ('[', ']'), ('(', ')'), ('{', '}')] {
            let Some(inside) = rest.strip_prefix(open) else { continue };
            let Some(length) = closing(inside, open, close) else { continue };
            if open == '{' {
                // With its braces, a hash.
                let hash = &rest[..length + 2];
                let start = offset(line, rest);
                gathered.output(&format!("[{hash}]"), start.saturating_sub(1));
            }
            rest = &inside[length + 1..];
        }
        rest = rest.trim_start_matches(['/', '<', '>']);
    }
    let start = |rest: &str| offset(line, rest);
    for marker in ["!=", "&=", "=", "~"] {
        if let Some(shown) = rest.strip_prefix(marker) {
            gathered.output(shown, start(shown));
            return opens_block(shown);
        }
    }
    match rest.strip_prefix('-') {
        Some(code) if rest.len() == line.text.len() => {
            gathered.code(code, start(code));
            true
        }
        _ => {
            gathered.interpolated(rest, start(rest));
            false
        }
    }
}

/// Where `rest`, an end of the text of a line, begins in the template.
fn offset(line: &Line<'_>, rest: &str) -> usize {
    line.start + line.text.len() - rest.len()
}

/// Whether an expression ends with the beginning of a block.
fn opens_block(code: &str) -> bool {
    let code = code.trim_end();
    let before = code.strip_suffix('|').and_then(|code| code.rsplit_once('|')).map_or(code, |(before, _)| before);
    before.trim_end().ends_with(" do")
}
