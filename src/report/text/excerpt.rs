//! Shows the first line of a place with its number and with carets under what is meant.
//!
//! ```text
//!    12 | log.info("signed up " + user.email);
//!       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
//! ```

use unicode_width::UnicodeWidthStr;

use crate::report::model::Place;
use crate::report::text::escape::push_visible;
use crate::report::text::paint::Paint;

/// Columns of code that are shown of a line.
const MAX_WIDTH: usize = 120;
/// Of these, before the first caret, when the line is longer.
const MAX_BEFORE: usize = 30;
/// Columns of a line number.
const GUTTER: usize = 6;

/// A character as it is shown.
struct Cell {
    shown: String,
    width: usize,
    meant: bool,
}

/// The excerpt, with a line break behind each of its two lines; nothing where the code is not at hand.
pub fn excerpt(place: &Place, paint: Paint) -> String {
    let Some(cells) = cells(place) else {
        return String::new();
    };
    let (mut code, mut carets, mut width) = (String::new(), String::new(), 0);
    let begin = beginning(&cells);
    if begin > 0 && cells[..begin].iter().any(|cell| !cell.shown.trim().is_empty()) {
        code.push('…');
        carets.push(' ');
    }
    for cell in &cells[begin..] {
        if width + cell.width > MAX_WIDTH {
            code.push('…');
            break;
        }
        code.push_str(&cell.shown);
        carets.push_str(&if cell.meant { "^" } else { " " }.repeat(cell.width));
        width += cell.width;
    }
    let bar = paint.dim("|");
    let number = paint.dim(&format!("{:>GUTTER$}", place.start.line));
    let blank = " ".repeat(GUTTER);
    format!("{number} {bar} {}\n{blank} {bar} {}\n", code.trim_end(), paint.bold(carets.trim_end()))
}

/// The characters of the first line, each with its form and whether it belongs to the place.
fn cells(place: &Place) -> Option<Vec<Cell>> {
    let one_line = place.end.line == place.start.line;
    let (line, from, to) = match (&place.first_line, &place.snippet) {
        (Some(line), _) => {
            let to = if one_line { place.end.column } else { u32::MAX };
            (line.as_str(), place.start.column, to)
        }
        (None, Some(snippet)) => (snippet.lines().next().unwrap_or(""), 1, u32::MAX),
        (None, None) => return None,
    };
    let line = line.trim_end();
    let cell = |(column, character): (u32, char)| {
        let mut shown = String::new();
        push_visible(character, &mut shown);
        Cell { width: shown.width(), shown, meant: from <= column && column < to }
    };
    Some((1..).zip(line.chars()).map(cell).collect())
}

/// The first cell to show: behind the indentation, and not far before what is meant when the line is long.
fn beginning(cells: &[Cell]) -> usize {
    let meant = cells.iter().position(|cell| cell.meant).unwrap_or(0);
    let indentation = cells.iter().position(|cell| !cell.shown.trim().is_empty()).unwrap_or(0).min(meant);
    let width: usize = cells[indentation..].iter().map(|cell| cell.width).sum();
    if width <= MAX_WIDTH {
        return indentation;
    }
    let mut begin = meant;
    let mut before = 0;
    while begin > indentation && before + cells[begin - 1].width <= MAX_BEFORE {
        begin -= 1;
        before += cells[begin].width;
    }
    begin
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{FileId, Span};
    use crate::report::build::place;
    use crate::source::{SourceFile, SourceMap};

    fn shown(text: &str, meant: &str) -> String {
        let sources = SourceMap::new(vec![SourceFile { path: "A.java".to_owned(), text: text.to_owned() }]);
        let start = text.find(meant).expect("the text holds what is meant");
        excerpt(&place(&sources, Span::new(FileId(0), start, start + meant.len())), Paint::new(false))
    }

    #[test]
    fn carets_stand_under_what_is_meant() {
        assert_eq!(shown("a;\n\tb(日本, c);\n", "c)"), "     2 | b(日本, c);\n       |         ^^\n");
    }

    #[test]
    fn a_long_line_is_shown_around_what_is_meant() {
        let text = format!("{}leak(email){}", "a;".repeat(300), "b;".repeat(80));
        let shown = shown(&text, "leak(email)");
        assert!(shown.contains("…"), "{shown}");
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines.iter().all(|line| line.width() < MAX_WIDTH + 20), "{shown}");
        assert_eq!(lines[0].chars().skip(lines[1].find('^').unwrap_or(0)).take(4).collect::<String>(), "leak");
    }

    #[test]
    fn several_lines_are_shown_by_their_first() {
        assert_eq!(shown("call(\n  email);", "call(\n  email)"), "     1 | call(\n       | ^^^^^\n");
    }
}
