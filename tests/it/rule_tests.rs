//! `candor rules test`: examples of built-in rules and of users' rules, those that hold and those that do not.

use crate::command::{Files, package, run_in};

const RULES: (&str, &str) = (
    "rules.yaml",
    r#"sinks:
  - id: mine.shred
    destination: log
    match: { type: com.unheard.Paper, method: print }
    input: "Argument[0]"
    examples:
      - language: java
        code: |
          import com.unheard.Paper;
          void tell(Paper paper, String email, int lines) {
            paper.print(email); //~ flow: user.contact.email -> log
            paper.print(lines); //~ clean: user -> log
          }
"#,
);

#[test]
fn examples_of_users_rules_are_scanned() {
    let files = Files::new(&[RULES]);
    let said = run_in(files.root(), &["rules", "test", "--rules", "rules.yaml"]);
    assert_eq!((said.code, said.out.as_str()), (0, "1 example: each shows what its markers say.\n"), "{}", said.err);
}

#[test]
fn an_example_that_shows_something_else_fails_and_is_drawn() {
    let wrong = RULES.1.replace("clean: user -> log", "flow: user.contact.email -> log");
    let files = Files::new(&[("wrong.yaml", &wrong)]);
    let said = run_in(files.root(), &["rules", "test", "--rules", "wrong.yaml", "mine"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.out.starts_with("mine.shred  wrong.yaml\n"), "{}", said.out);
    assert!(said.out.contains("   4 |   paper.print(lines);"), "{}", said.out);
    assert!(said.out.contains("! expected, not found: user.contact.email -> log\n"), "{}", said.out);
    assert!(said.out.ends_with("1 example; 1 of them show something else than their markers say.\n"), "{}", said.out);
}

#[test]
fn built_in_examples_are_chosen_by_id() {
    let said = run_in(package(), &["rules", "test", "user.contact"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(said.out.ends_with(" examples: each shows what its markers say.\n"), "{}", said.out);
    let said = run_in(package(), &["rules", "test", "user.contcat"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("no rule has an id that is or lies below `user.contcat`"), "{}", said.err);
}
