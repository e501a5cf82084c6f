//! The text of a literal becomes its value, as the compiler reads it.

use std::borrow::Cow;

/// The value of an integer literal in any base; what does not fit wraps.
pub(super) fn integer(text: &str) -> i64 {
    let digits = text.trim_end_matches(['l', 'L', 'u', 'U']);
    let (radix, digits) = match digits.get(..2) {
        Some("0x" | "0X") => (16, digits.get(2..).unwrap_or("")),
        Some("0b" | "0B") => (2, digits.get(2..).unwrap_or("")),
        _ => (10, digits),
    };
    let value = digits
        .chars()
        .filter_map(|digit| digit.to_digit(radix))
        .fold(0_u64, |value, digit| value.wrapping_mul(u64::from(radix)).wrapping_add(u64::from(digit)));
    value as i64
}

/// The value of a floating-point literal; with the suffix `f` it is rounded to single precision first.
pub(super) fn float(text: &str) -> f64 {
    let digits: String = text.chars().filter(|character| *character != '_').collect();
    match digits.strip_suffix(['f', 'F']) {
        Some(single) => single.parse::<f32>().map_or(f64::NAN, f64::from),
        None => digits.parse().unwrap_or(f64::NAN),
    }
}

/// The code point of a character literal.
pub(super) fn character(text: &str) -> i64 {
    let inner = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).unwrap_or("");
    unescape(inner).chars().next().map_or(0, |character| character as i64)
}

/// Text with its escapes resolved.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    // Two escapes may form one character.
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let read = match character {
            '\\' => match characters.next() {
                Some('b') => '\u{8}',
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                Some('u') => {
                    let mut unit = 0_u32;
                    for _ in 0..4 {
                        let Some(digit) = characters.peek().and_then(|digit| digit.to_digit(16)) else { break };
                        characters.next();
                        unit = unit << 4 | digit;
                    }
                    units.push(unit as u16);
                    continue;
                }
                Some(other) => other,
                None => continue,
            },
            other => other,
        };
        units.extend_from_slice(read.encode_utf16(&mut [0; 2]));
    }
    Cow::Owned(String::from_utf16_lossy(&units))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!([integer("1_000L"), integer("0xFFu"), integer("0b101")], [1000, 255, 5]);
        assert_eq!([float("1.5"), float("2f"), float("1_0e1")], [1.5, 2.0, 100.0]);
    }

    #[test]
    fn text() {
        assert_eq!(unescape(r"a\n\$\u0041\uD83D\uDE00"), "a\n$A\u{1F600}");
        assert_eq!([character(r"'\''"), character("'a'")], [39, 97]);
        assert_eq!(unescape("\\"), "");
    }
}
