//! The library calls that no rule speaks of, as a ranking with places, and the rules to begin with.

use super::{Paint, counted, visible};
use crate::report::{Report, UnmodelledCall, stub_file};

/// Callees that are shown, unless all are asked for.
const MAX_SHOWN: usize = 50;

/// The section of the report.
pub(super) fn unmodelled(report: &Report, all: bool, paint: Paint) -> String {
    let mut text = format!("{}\n\n", paint.bold("Library calls without a model that personal data entered"));
    let shown = if all { report.unmodelled.len() } else { report.unmodelled.len().min(MAX_SHOWN) };
    let (shown, hidden) = report.unmodelled.split_at(shown);
    shown.iter().for_each(|call| text.push_str(&line(call, paint)));
    if !hidden.is_empty() {
        text.push_str(&format!("  … and {} more; --all shows them\n", hidden.len()));
    }
    let calls = report.library_calls;
    // Rounded down: what is not all is not 100 %.
    let tenths = calls.modelled * 1000 / calls.entered.max(1);
    text.push_str(&match calls.entered {
        0 => "  Personal data entered no library call.\n".to_owned(),
        entered => format!(
            "  Rules speak of {} of {entered} library calls that personal data entered ({}.{} %).\n",
            calls.modelled,
            tenths / 10,
            tenths % 10,
        ),
    });
    if calls.unresolved > 0 {
        let unresolved = counted(calls.unresolved, "call");
        text.push_str(&format!("  Beside them it entered {unresolved} of methods of which no class is known.\n"));
    }
    text.push('\n');
    let stubs: Vec<_> = shown.iter().filter_map(|call| call.stub.as_ref()).collect();
    if !stubs.is_empty() {
        text.push_str(&format!("{}\n\n", paint.bold("Rules to begin with: a file for --rules")));
        text.push_str(&format!("{}\n", visible_lines(&stub_file(stubs))));
    }
    text
}

fn line(call: &UnmodelledCall, paint: Paint) -> String {
    let places: Vec<String> =
        call.places.iter().map(|place| format!("{}:{}", visible(&place.file), place.start.line)).collect();
    format!("  {:>5}  {}  {}\n", call.calls, visible(&call.callee), paint.dim(&places.join("  ")))
}

/// The lines of a text, each made visible.
fn visible_lines(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", visible(line))).collect()
}
