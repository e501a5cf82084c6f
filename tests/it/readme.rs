//! The README shows what the program says: every console block is run, and its output compared.
//! `SNAPSHOTS=overwrite cargo test --test it readme` writes the output into it.

use std::fs;

use snapbox::{Data, assert_data_eq};

use crate::command::{package, run_in};

/// What opens a block of commands and their output.
const OPENING: &str = "```console\n";

/// A part of the README.
enum Part {
    /// Text as it stands.
    Text(String),
    /// A command with the output that is shown for it.
    Shown { command: String, output: String },
}

fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for (index, piece) in text.split(OPENING).enumerate() {
        let mut rest = piece;
        if index > 0 {
            parts.push(Part::Text(OPENING.to_owned()));
            let end = piece.find("```").expect("a block is closed");
            for line in piece[..end].split_inclusive('\n') {
                match (line.strip_prefix("$ "), parts.last_mut()) {
                    (Some(command), _) => {
                        parts.push(Part::Shown { command: command.trim_end().to_owned(), output: String::new() });
                    }
                    (None, Some(Part::Shown { output, .. })) => output.push_str(line),
                    (None, _) => panic!("a console block begins with a command: {line}"),
                }
            }
            rest = &piece[end..];
        }
        parts.push(Part::Text(rest.to_owned()));
    }
    parts
}

/// What the program says to a command of the README; `None` where the command is not the program.
fn said(command: &str) -> Option<String> {
    let arguments = command.strip_prefix("cargo run --release -- ").or_else(|| command.strip_prefix("candor "));
    let Some(arguments) = arguments else {
        assert_eq!(command, "cargo test", "a command that this test does not know");
        return None;
    };
    Some(run_in(package(), &arguments.split_whitespace().collect::<Vec<_>>()).out)
}

#[test]
fn console_blocks_equal_real_output() {
    let path = package().join("README.md");
    let mut parts = parts(&fs::read_to_string(&path).expect("the README"));
    let first = parts.iter().find_map(|part| match part {
        Part::Shown { command, output } => Some((command.as_str(), output.as_str())),
        Part::Text(_) => None,
    });
    let (command, output) = first.expect("a console block");
    assert!(command.ends_with("scan fixtures/showcase"), "the README opens with the showcase");
    assert!(!output.is_empty(), "the README shows what the scan of the showcase says");
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|wish| wish == "overwrite");
    for part in &mut parts {
        let Part::Shown { command, output } = part else { continue };
        let Some(real) = said(command) else { continue };
        if overwrite {
            *output = real;
        } else {
            assert_data_eq!(real, Data::text(output.clone()));
        }
    }
    if overwrite {
        let text = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Shown { command, output } => format!("$ {command}\n{output}"),
        };
        fs::write(&path, parts.iter().map(text).collect::<String>()).expect("the README can be written");
    }
}
