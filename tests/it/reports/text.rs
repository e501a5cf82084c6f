//! The text report, as a person reads it.

use candor::report::text::{self, Paint, TextOptions, explain_flow};
use snapbox::{assert_data_eq, file};

use super::{Sample, written};

const PLAIN: TextOptions = TextOptions { color: false, all: false, unmodelled: true };

#[test]
fn the_report_is_as_it_was_reviewed() {
    let report = Sample::new().report();
    assert_data_eq!(written(|out| text::write(&report, PLAIN, out)), file!["../snapshots/report.txt"].raw());
}

#[test]
fn a_flow_is_explained_step_by_step() {
    let report = Sample::new().report();
    assert_data_eq!(
        explain_flow(&report, &report.flows[0], Paint::new(false)),
        file!["../snapshots/explained.txt"].raw()
    );
}

#[test]
fn colours_add_nothing_but_colours() {
    let report = Sample::new().report();
    let colored = written(|out| text::write(&report, TextOptions { color: true, ..PLAIN }, out));
    let mut plain = String::new();
    let mut rest = colored.as_str();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').expect("a colour").1;
    }
    plain.push_str(rest);
    assert_eq!(plain, written(|out| text::write(&report, PLAIN, out)));
}

#[test]
fn only_the_first_flows_are_shown_in_full_unless_all_are_asked_for() {
    let mut report = Sample::new().report();
    let flow = report.flows[0].clone();
    report.flows.extend(std::iter::repeat_n(flow, 60));
    let shown = |all| {
        let text = written(|out| text::write(&report, TextOptions { all, ..PLAIN }, out));
        text.matches("\n         next ").count()
    };
    assert_eq!(shown(false), 50);
    assert_eq!(shown(true), 62);
    let text = written(|out| text::write(&report, PLAIN, out));
    assert!(text.contains("… and 12 more flows that fail or warn; --all shows them"), "{text}");
}
