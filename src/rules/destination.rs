//! From what a rule or a policy says about destinations to whether a concrete destination and host are meant.

use crate::base::at_or_below;

/// Names that stand for several destinations, usable wherever a destination is.
pub const GROUPS: &[(&str, &[&str])] =
    &[("third_party", &["network.third_party", "analytics", "crash_report", "ads", "ai", "payment"])];

/// Whether `selector`, a destination id, a parent of one or a group, covers `destination`.
pub fn covers_destination(selector: &str, destination: &str) -> bool {
    match GROUPS.iter().find(|(name, _)| *name == selector) {
        Some((_, members)) => members.iter().any(|member| at_or_below(destination, member)),
        None => at_or_below(destination, selector),
    }
}

/// Whether the host glob `pattern` covers `host`.
///
/// Case does not matter. `*.example.com` covers every host below `example.com`, at any depth, but not `example.com`
/// itself; `*` alone covers every host; anything else is a whole host name.
pub fn covers_host(pattern: &str, host: &str) -> bool {
    let host = host.trim_end_matches('.');
    match pattern.strip_prefix('*') {
        Some("") => true,
        Some(suffix) => {
            host.len() > suffix.len()
                && host.as_bytes()[host.len() - suffix.len()..].eq_ignore_ascii_case(suffix.as_bytes())
        }
        None => host.eq_ignore_ascii_case(pattern),
    }
}

/// Whether the pattern of a destination's `packages` covers a coordinate (`group:name`, `gem:name`): each `*` stands for
/// any text.
pub fn covers_package(pattern: &str, coordinate: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = coordinate.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        let found = match parts.peek() {
            None => return rest.ends_with(part),
            Some(_) => rest.find(part),
        };
        let Some(at) = found else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

/// Why `pattern` is not a host glob, where it is not one.
pub fn host_pattern_fault(pattern: &str) -> Option<&'static str> {
    let name = match pattern.strip_prefix('*') {
        Some("") => return None,
        Some(rest) => match rest.strip_prefix('.') {
            Some(rest) => rest,
            None => return Some("`*` stands alone or is followed by a dot, as in `*.example.com`"),
        },
        None => pattern,
    };
    if name.contains('*') {
        return Some("`*` may stand at the beginning only, as in `*.example.com`");
    }
    if name.contains('/') {
        return Some("a host is the name alone, without scheme and path, as in `api.example.com`");
    }
    if name.is_empty() || name.chars().any(|c| c.is_whitespace()) || name.split('.').any(str::is_empty) {
        return Some("a host is labels joined by dots, as in `api.example.com`");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_third_party_covers_vendors_but_not_the_own_backend() {
        for destination in ["network.third_party", "analytics.acme", "crash_report.acme", "ads", "ai.x", "payment.y"] {
            assert!(covers_destination("third_party", destination), "{destination}");
        }
        for destination in ["network.first_party", "network.unknown", "log", "network", "third_party.x"] {
            assert!(!covers_destination("third_party", destination), "{destination}");
        }
        assert!(covers_destination("network", "network.unknown"));
        assert!(!covers_destination("network.unknown", "network"));
    }

    #[test]
    fn a_host_glob_covers_what_lies_below_at_any_depth() {
        for (pattern, host, expected) in [
            ("*.example.com", "a.example.com", true),
            ("*.example.com", "a.b.EXAMPLE.com", true),
            ("*.example.com", "example.com", false),
            ("*.example.com", "badexample.com", false),
            ("*.example.com", "a.example.com.evil.net", false),
            ("*.example.com", "é.example.com", true),
            ("*.example.com", "é", false),
            ("api.example.com", "api.Example.com.", true),
            ("api.example.com", "x.api.example.com", false),
            ("*", "anything", true),
        ] {
            assert_eq!(covers_host(pattern, host), expected, "{pattern} {host}");
        }
    }

    #[test]
    fn a_package_is_covered_as_a_whole() {
        for (pattern, coordinate, expected) in [
            ("com.mail:*", "com.mail:sdk", true),
            ("com.mail:*", "com.mail.other:sdk", false),
            ("com.mail.*:*", "com.mail.android:sdk", true),
            ("com.mail:sdk", "com.mail:sdk", true),
            ("com.mail:sdk", "com.mail:sdk-core", false),
            ("com.mail:sdk*", "com.mail:sdk-core", true),
            ("*:sdk-*-core", "a:sdk-x-core", true),
            ("*:sdk-*-core", "a:sdk-core", false),
            ("gem:é*", "gem:éa", true),
        ] {
            assert_eq!(covers_package(pattern, coordinate), expected, "{pattern} {coordinate}");
        }
    }

    #[test]
    fn a_url_is_not_a_host() {
        assert_eq!(host_pattern_fault("*.example.com"), None);
        assert_eq!(host_pattern_fault("localhost"), None);
        for pattern in ["https://example.com", "a.*.com", "*example.com", "", "*.", "a..b", "a b"] {
            assert!(host_pattern_fault(pattern).is_some(), "{pattern}");
        }
    }
}
