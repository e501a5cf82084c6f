//! ERB: what stands between `<%` and `%>`.

use super::Gathered;
use crate::lang::Embedded;

/// The code of a template.
pub(super) fn code_of(text: &str) -> Embedded {
    let mut gathered = Gathered::default();
    let mut at = 0;
    while let Some(begin) = text[at..].find("<%") {
        let start = at + begin + 2;
        let Some(length) = text[start..].find("%>") else { break };
        let inside = &text[start..start + length];
        at = start + length + 2;
        if inside.starts_with('%') || inside.starts_with('#') {
            continue;
        }
        let without_dash = inside.strip_suffix('-').unwrap_or(inside);
        match without_dash.strip_prefix('=') {
            Some(shown) => {
                let shown_start = start + 1;
                let (shown, skipped) = match shown.strip_prefix('=') {
                    Some(raw) => (raw, 1),
                    None => (shown, 0),
                };
                gathered.output(shown, shown_start + skipped);
            }
            None => match without_dash.strip_prefix('-') {
                Some(code) => gathered.code(code, start + 1),
                None => gathered.code(without_dash, start),
            },
        }
    }
    gathered.0
}
