//! The README shows what the program says: every console block is run, and its output compared.

use snapbox::{Data, assert_data_eq};

use crate::command::{package, run_in};

/// A command with the output that the README shows for it.
struct Shown {
    command: String,
    output: String,
}

/// The commands of all console blocks.
fn shown() -> Vec<Shown> {
    let text = std::fs::read_to_string(package().join("README.md")).expect("the README");
    let mut commands: Vec<Shown> = Vec::new();
    for block in text.split("```console\n").skip(1) {
        for line in block.split("```").next().unwrap_or_default().lines() {
            match (line.strip_prefix("$ "), commands.last_mut()) {
                (Some(command), _) => commands.push(Shown { command: command.to_owned(), output: String::new() }),
                (None, Some(last)) => last.output.push_str(&format!("{line}\n")),
                (None, None) => panic!("a console block begins with a command: {line}"),
            }
        }
    }
    commands
}

#[test]
fn console_blocks_equal_real_output() {
    let commands = shown();
    assert!(commands[0].command.ends_with("scan fixtures/showcase"), "the README opens with the showcase");
    assert!(!commands[0].output.is_empty(), "the README shows what the scan of the showcase says");
    for Shown { command, output } in commands {
        let arguments = command.strip_prefix("cargo run --release -- ").or_else(|| command.strip_prefix("candor "));
        let Some(arguments) = arguments else {
            assert_eq!(command, "cargo test", "a command that this test does not know");
            continue;
        };
        let said = run_in(package(), &arguments.split_whitespace().collect::<Vec<_>>());
        assert_data_eq!(said.out, Data::text(output));
    }
}
