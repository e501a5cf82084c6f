//! Reads lock files of gems: the gems that the program itself asks for.

use crate::base::{FileId, Span};
use crate::resource::dependency::Dependency;

/// The gems in the section `DEPENDENCIES` of a lock file.
pub fn read(file: FileId, text: &str) -> Vec<Dependency> {
    let mut found = Vec::new();
    let (mut at, mut inside) = (0, false);
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let line = line.trim_end();
        if !line.starts_with(' ') {
            inside = line == "DEPENDENCIES";
            continue;
        }
        let name = line.trim_start().split([' ', '!', '(']).next().unwrap_or("");
        if inside && !name.is_empty() {
            let span = Span::new(file, start, start + line.len());
            found.push(Dependency { coordinate: format!("gem:{name}"), span });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gems_of_the_program_are_read() {
        let text = "GEM\n  specs:\n    rake (13.0)\n\nDEPENDENCIES\n  mail (~> 2.8)\n  own!\n  sentry-ruby\n\nBUNDLED WITH\n   2.4\n";
        let found = read(FileId(0), text);
        let coordinates: Vec<&str> = found.iter().map(|dependency| dependency.coordinate.as_str()).collect();
        assert_eq!(coordinates, ["gem:mail", "gem:own", "gem:sentry-ruby"]);
        assert_eq!(&text[found[2].span.start as usize..found[2].span.end as usize], "  sentry-ruby");
    }
}
