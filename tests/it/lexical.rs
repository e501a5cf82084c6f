//! The lexical pass: hostile nesting never reaches a parser, ordinary code always does, declarations are noticed.

use std::time::{Duration, Instant};

use candor::base::{Code, FileId};
use candor::lang::java::Java;
use candor::lang::lexical::{Scan, scan};
use candor::lang::{Language, lower_file};

fn scan_java(text: &str) -> Scan {
    scan(text, Java.lexical())
}

/// The codes that lowering tells, which must not take long.
fn told(text: &str) -> Vec<Code> {
    told_of("Source.java", text)
}

fn told_of(path: &str, text: &str) -> Vec<Code> {
    let begin = Instant::now();
    let (_, diagnostics) = lower_file(FileId(0), path, text);
    assert!(begin.elapsed() < Duration::from_secs(5), "lowering took {:?}", begin.elapsed());
    diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

#[test]
fn hundred_thousand_parentheses_are_not_parsed() {
    let text = format!("class A {{ int x = {}1{}; }}", "(".repeat(100_000), ")".repeat(100_000));
    assert_eq!(told(&text), [Code::TooDeep]);
}

#[test]
fn a_quarter_of_a_megabyte_of_angles_is_not_parsed() {
    assert_eq!(told(&format!("class A {{ {} }}", "a<".repeat(125_000))), [Code::TooDeep]);
    assert_eq!(told(&"a<\n".repeat(80_000)), [Code::TooDeep]);
}

#[test]
fn brackets_up_to_the_bound_are_parsed() {
    // One bracket is that of the class.
    let nested = |depth: usize| format!("class A {{ int x = {}1{}; }}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(told(&nested(255)), []);
    assert_eq!(told(&nested(256)), [Code::TooDeep]);
}

#[test]
fn angles_are_counted_since_the_last_statement() {
    let compare = "class A { void m() { ".to_owned() + &"b = a < c; ".repeat(10_000) + "} }";
    assert_eq!(told(&compare), []);
}

#[test]
fn brackets_in_literals_and_comments_do_not_count() {
    let brackets = "(".repeat(300);
    for text in [
        format!("\"{brackets}\""),
        format!("\"\\\"{brackets}\""),
        format!("\"\"\"\n{brackets} \" \"\" {brackets}\\\"\"\"{brackets}\"\"\""),
        format!("// {brackets}\n"),
        format!("/* {brackets}\n{brackets} */"),
        format!("'(' \"\" '\\'' \"{brackets}\""),
    ] {
        assert_eq!(scan_java(&text).too_deep, None, "{text}");
        assert!(scan_java(&format!("{text}{brackets}")).too_deep.is_some(), "{text}");
    }
}

#[test]
fn an_unclosed_string_ends_with_its_line() {
    let text = format!("\"never closed\n{}", "(".repeat(300));
    assert!(scan_java(&text).too_deep.is_some());
}

#[test]
fn declarations_are_found_where_they_are_declared() {
    let text = "class One { Class<?> c = Two.class; String s = \"class Three\"; /* enum Four */ // interface Five\n\
                enum Six {} @interface Seven {} record Eight(int x) {} record Nine<T>(T t) {}\n\
                boolean record = record instanceof Ten; record.call(); interface\n  Eleven {} int classOf; }";
    let names: Vec<&str> = scan_java(text)
        .declared
        .iter()
        .map(|&at| text[at..].split(|c: char| !c.is_alphanumeric()).next().unwrap_or(""))
        .collect();
    assert_eq!(names, ["One", "Six", "Seven", "Eight", "Nine", "Eleven"]);
}

#[test]
fn a_declaration_that_the_parser_loses_is_told() {
    let text = "class A { void m() { int x = class B { void n() { f(); } }; } }";
    assert!(told(text).contains(&Code::LostDeclaration), "{:?}", told(text));
}

#[test]
fn a_heredoc_with_an_endless_closing_word_is_not_parsed() {
    let short = format!("text = <<~{}\n  a\n{}\n", "A".repeat(200), "A".repeat(200));
    assert_eq!(told_of("a.rb", &short), []);
    for long in [format!("text = <<~{}\n  a\n", "A".repeat(300)), format!("text = <<\"{}\"\n", "a ".repeat(300))] {
        assert_eq!(told_of("a.rb", &long), [Code::TooDeep], "{long}");
    }
}
