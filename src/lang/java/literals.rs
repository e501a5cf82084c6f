//! The text of a literal becomes its value, as the compiler reads it.

use std::borrow::Cow;

use crate::base::Symbol;

/// The value of an integer literal in any base; an `int` beyond the signed range wraps as Java's does.
pub(super) fn integer(text: &str) -> i64 {
    let is_long = text.ends_with(['l', 'L']);
    let digits = text.trim_end_matches(['l', 'L']);
    let lower = digits.get(..2).unwrap_or("");
    let (radix, digits) = match lower {
        "0x" | "0X" => (16, &digits[2..]),
        "0b" | "0B" => (2, &digits[2..]),
        _ if digits.len() > 1 && digits.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    };
    let value = digits
        .chars()
        .filter_map(|digit| digit.to_digit(radix))
        .fold(0_u64, |value, digit| value.wrapping_mul(u64::from(radix)).wrapping_add(u64::from(digit)));
    if is_long || radix == 10 || value > u64::from(u32::MAX) { value as i64 } else { i64::from(value as u32 as i32) }
}

/// The value of a floating-point literal; with the suffix `f` it is rounded to single precision first.
pub(super) fn float(text: &str) -> f64 {
    let digits: String = text.chars().filter(|character| *character != '_').collect();
    if digits.starts_with("0x") || digits.starts_with("0X") {
        return hexadecimal_float(&digits[2..]);
    }
    match digits.strip_suffix(['f', 'F']) {
        Some(single) => single.parse::<f32>().map_or(f64::NAN, f64::from),
        None => digits.trim_end_matches(['d', 'D']).parse().unwrap_or(f64::NAN),
    }
}

fn hexadecimal_float(digits: &str) -> f64 {
    let is_single = digits.ends_with(['f', 'F']) && digits.contains(['p', 'P']);
    let (mantissa, exponent) = digits.split_once(['p', 'P']).unwrap_or((digits, "0"));
    let mut exponent: i32 = exponent.trim_end_matches(['f', 'F', 'd', 'D']).parse().unwrap_or(0);
    let mut value: u64 = 0;
    let mut in_fraction = false;
    for character in mantissa.chars() {
        match character.to_digit(16) {
            // Sixty bits hold every value of double precision; later digits cannot change it but by rounding.
            Some(digit) if value < 1 << 56 => {
                value = value << 4 | u64::from(digit);
                exponent = exponent.saturating_sub(if in_fraction { 4 } else { 0 });
            }
            Some(digit) => {
                value |= u64::from(digit != 0);
                exponent = exponent.saturating_add(if in_fraction { 0 } else { 4 });
            }
            None => in_fraction = true,
        }
    }
    let exact = value as f64 * 2_f64.powi(exponent);
    if is_single { f64::from(exact as f32) } else { exact }
}

/// The code point, or UTF-16 unit, of a character literal.
pub(super) fn character(text: &str) -> i64 {
    let inner = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).unwrap_or("");
    let mut units = Units::default();
    units.unescape(inner);
    match units.0.as_slice() {
        [high, low] => {
            char::decode_utf16([*high, *low]).next().and_then(Result::ok).map_or(0, |character| character as i64)
        }
        units => units.first().map_or(0, |unit| i64::from(*unit)),
    }
}

/// The value of a string literal or text block.
pub(super) fn string(text: &str) -> Symbol {
    if let Some(block) = text.strip_prefix("\"\"\"") {
        let block = block.strip_suffix("\"\"\"").unwrap_or(block);
        return Symbol::new(&unescape(&strip_indentation(block)));
    }
    let inner = text.strip_prefix('"').unwrap_or(text);
    Symbol::new(&unescape(inner.strip_suffix('"').unwrap_or(inner)))
}

/// Text with its escapes resolved.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let mut units = Units::default();
    units.unescape(text);
    Cow::Owned(String::from_utf16_lossy(&units.0))
}

/// Text as Java holds it: two escapes may form one character.
#[derive(Default)]
struct Units(Vec<u16>);

impl Units {
    fn push(&mut self, character: char) {
        self.0.extend_from_slice(character.encode_utf16(&mut [0; 2]));
    }

    fn unescape(&mut self, text: &str) {
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            if character != '\\' {
                self.push(character);
                continue;
            }
            match characters.next() {
                Some('b') => self.0.push(0x08),
                Some('t') => self.0.push(0x09),
                Some('n') => self.0.push(0x0a),
                Some('f') => self.0.push(0x0c),
                Some('r') => self.0.push(0x0d),
                Some('s') => self.0.push(0x20),
                Some('\n') => {}
                Some('u') => {
                    while characters.next_if_eq(&'u').is_some() {}
                    let mut unit = 0_u32;
                    for _ in 0..4 {
                        let Some(digit) = characters.peek().and_then(|digit| digit.to_digit(16)) else { break };
                        characters.next();
                        unit = unit << 4 | digit;
                    }
                    self.0.push(unit as u16);
                }
                Some(first) if first.is_digit(8) => {
                    // At most three digits, and at most 0377.
                    let mut unit = first.to_digit(8).unwrap_or(0);
                    let more = if unit < 4 { 2 } else { 1 };
                    for _ in 0..more {
                        let Some(digit) = characters.peek().and_then(|digit| digit.to_digit(8)) else { break };
                        characters.next();
                        unit = unit << 3 | digit;
                    }
                    self.0.push(unit as u16);
                }
                Some(other) => self.push(other),
                None => {}
            }
        }
    }
}

/// The lines of a text block without their common indentation and without blanks at their ends (JLS 3.10.6).
fn strip_indentation(block: &str) -> String {
    let block = block.replace("\r\n", "\n").replace('\r', "\n");
    let content = block.split_once('\n').map_or("", |(_, content)| content);
    let lines: Vec<&str> = content.split('\n').collect();
    let last = lines.len() - 1;
    let indentation = lines
        .iter()
        .enumerate()
        .filter(|(index, line)| *index == last || !line.trim().is_empty())
        .map(|(_, line)| line.chars().take_while(|character| character.is_whitespace()).count())
        .min()
        .unwrap_or(0);
    let stripped: Vec<&str> = lines
        .iter()
        .map(|line| {
            let start = line.char_indices().nth(indentation).map_or(line.len(), |(start, _)| start);
            line[start..].trim_end()
        })
        .collect();
    stripped.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_in_every_base() {
        assert_eq!(integer("0"), 0);
        assert_eq!(integer("1_000"), 1000);
        assert_eq!(integer("017"), 15);
        assert_eq!(integer("0x7fff_ffff"), 0x7fff_ffff);
        assert_eq!(integer("0xFFFFFFFF"), -1);
        assert_eq!(integer("0xFFFFFFFFL"), 0xffff_ffff);
        assert_eq!(integer("0b1010"), 10);
        assert_eq!(integer("9223372036854775807L"), i64::MAX);
        assert_eq!(integer("9223372036854775808L"), i64::MIN);
    }

    #[test]
    fn floats_keep_their_bits() {
        assert_eq!(float("1.5"), 1.5);
        assert_eq!(float(".5e1"), 5.0);
        assert_eq!(float("1e3d"), 1000.0);
        assert_eq!(float("0.1f"), f64::from(0.1_f32));
        assert_eq!(float("0x1.8p1"), 3.0);
        assert_eq!(float("0x.8p0"), 0.5);
        assert_eq!(float("0x1p-2f"), 0.25);
    }

    #[test]
    fn characters_and_escapes() {
        assert_eq!(character("'a'"), 97);
        assert_eq!(character(r"'\n'"), 10);
        assert_eq!(character(r"'\''"), 39);
        assert_eq!(character(r"'\u00e4'"), 0xe4);
        assert_eq!(character(r"'\377'"), 255);
        assert_eq!(string(r#""a\tb\\\"\101\uD83D\uDE00""#), "a\tb\\\"A😀");
    }

    #[test]
    fn text_blocks_lose_their_indentation() {
        assert_eq!(string("\"\"\"\n    a\n      b  \n    \"\"\""), "a\n  b\n");
        assert_eq!(string("\"\"\"\r\n    a \\\r\n    b\"\"\""), "a b");
        assert_eq!(string("\"\"\"\n  x\\s\n\n  \\\"\"\"\n\"\"\""), "  x \n\n  \"\"\"\n");
    }
}
