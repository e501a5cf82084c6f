//! A linear pass over the text of a file before it is parsed: how deep its brackets nest, and where it declares.
//!
//! A parser of the tree-sitter family may take minutes and gigabytes for a few kilobytes of hostile text (`a<a<a<…`).
//! This pass looks at each byte once and tells which texts are fit to be parsed. It also notes where declarations
//! stand, so that one which the parser lost without an error can be told.

/// More open brackets than this are not parsed.
const DEEPEST: usize = 256;
/// More `<` than this since the last `;`, `{`, `}` or `)` are not parsed.
const MOST_ANGLES: usize = 256;

/// A heredoc whose closing word is longer is not parsed: the scanner of the grammar keeps its length in one byte and
/// ends the process when that does not fit.
const LONGEST_CLOSING_WORD: usize = 200;

/// How a language writes comments, literals and declarations.
pub struct Lexical {
    /// What begins a comment that ends with its line.
    pub line_comments: &'static [&'static str],
    /// What begins and ends other comments, which do not nest.
    pub block_comments: &'static [(&'static str, &'static str)],
    /// Literals whose content is not code; in each a backslash escapes. Where several could begin, the first counts.
    pub literals: &'static [Delimiters],
    /// Keywords in front of the name of a declaration.
    pub declarations: &'static [DeclarationKeyword],
    /// Whether `<<WORD` begins a literal that the next line `WORD` ends.
    pub has_heredocs: bool,
}

/// What begins and ends a literal.
pub struct Delimiters {
    /// Its beginning.
    pub open: &'static str,
    /// Its end.
    pub close: &'static str,
    /// Whether it may go on in the next line; otherwise it ends there in any case.
    pub spans_lines: bool,
}

/// A keyword in front of the name of a declaration.
pub struct DeclarationKeyword {
    /// The keyword.
    pub word: &'static str,
    /// Characters of which one must follow the name; none means that anything may follow.
    pub before: &'static str,
}

/// What the pass found.
#[derive(Default, Debug, PartialEq, Eq)]
pub struct Scan {
    /// Where the text nests deeper than the parser is allowed to follow.
    pub too_deep: Option<usize>,
    /// Offsets of the names that are declared.
    pub declared: Vec<usize>,
}

/// Scans `text`; stops where it nests too deep.
pub fn scan(text: &str, lexical: &Lexical) -> Scan {
    let bytes = text.as_bytes();
    let begins = beginnings(lexical);
    let mut scan =
        Scan { too_deep: lexical.has_heredocs.then(|| long_closing_word(text)).flatten(), ..Scan::default() };
    if scan.too_deep.is_some() {
        return scan;
    }
    let (mut depth, mut angles) = (0_usize, 0_usize);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'<' => angles += 1,
            _ => {}
        }
        if matches!(byte, b';' | b'{' | b'}' | b')') {
            angles = 0;
        }
        if depth > DEEPEST || angles > MOST_ANGLES {
            scan.too_deep = Some(at);
            return scan;
        }
        if begins[usize::from(byte)]
            && let Some(end) = skip(bytes, at, lexical)
        {
            at = end;
            continue;
        }
        if !is_word(byte) {
            at += 1;
            continue;
        }
        let end = word_end(bytes, at);
        if let Some(name) = declared_name(bytes, at, end, lexical) {
            scan.declared.push(name);
        }
        at = end;
    }
    scan
}

/// Where a heredoc begins whose closing word is too long. What stands in comments and literals counts, too: this pass
/// does not know all literals of such languages.
fn long_closing_word(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = text[from..].find("<<") {
        let at = from + found;
        from = at + 2;
        let word = text[from..].trim_start_matches(['-', '~']);
        let quote = word.chars().next().filter(|first| matches!(first, '"' | '\'' | '`'));
        let length = match quote {
            Some(quote) => {
                word.chars().skip(1).take(LONGEST_CLOSING_WORD + 1).take_while(|next| *next != quote).count()
            }
            None => {
                let is_part = |next: &char| next.is_alphanumeric() || *next == '_';
                word.chars().take(LONGEST_CLOSING_WORD + 1).take_while(is_part).count()
            }
        };
        if length > LONGEST_CLOSING_WORD {
            return Some(at);
        }
    }
    None
}

/// By byte: whether a comment or literal may begin with it.
fn beginnings(lexical: &Lexical) -> [bool; 256] {
    let mut begins = [false; 256];
    let openings = lexical.line_comments.iter().copied();
    let openings = openings.chain(lexical.block_comments.iter().map(|(open, _)| *open));
    for open in openings.chain(lexical.literals.iter().map(|literal| literal.open)) {
        if let Some(&first) = open.as_bytes().first() {
            begins[usize::from(first)] = true;
        }
    }
    begins
}

/// The end of the comment or literal that begins at `at`.
fn skip(bytes: &[u8], at: usize, lexical: &Lexical) -> Option<usize> {
    let rest = &bytes[at..];
    let line_end = || rest.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |length| at + length);
    if lexical.line_comments.iter().any(|open| rest.starts_with(open.as_bytes())) {
        return Some(line_end());
    }
    if let Some((open, close)) = lexical.block_comments.iter().find(|(open, _)| rest.starts_with(open.as_bytes())) {
        let close = close.as_bytes();
        let mut end = at + open.len();
        while end < bytes.len() {
            if bytes[end..].starts_with(close) {
                return Some(end + close.len());
            }
            end += 1;
        }
        return Some(end);
    }
    let literal = lexical.literals.iter().find(|literal| rest.starts_with(literal.open.as_bytes()))?;
    let close = literal.close.as_bytes();
    let mut end = at + literal.open.len();
    while let Some(&byte) = bytes.get(end) {
        match byte {
            b'\\' => end += 1,
            b'\n' if !literal.spans_lines => return Some(end),
            _ if bytes[end..].starts_with(close) => return Some(end + close.len()),
            _ => {}
        }
        end += 1;
    }
    Some(bytes.len())
}

/// Where the name stands that the keyword in `start..end` declares.
fn declared_name(bytes: &[u8], start: usize, end: usize, lexical: &Lexical) -> Option<usize> {
    let word = &bytes[start..end];
    let keyword = lexical.declarations.iter().find(|keyword| keyword.word.as_bytes() == word)?;
    let before = bytes[..start].iter().rev().find(|byte| !byte.is_ascii_whitespace());
    // `a.class`, `a::class`: what follows is no name.
    if matches!(before, Some(b'.' | b':')) {
        return None;
    }
    let name = skip_blanks(bytes, end);
    if !bytes.get(name).is_some_and(|byte| is_word(*byte) && !byte.is_ascii_digit()) {
        return None;
    }
    let follower = bytes.get(skip_blanks(bytes, word_end(bytes, name)));
    let follows = keyword.before.is_empty() || follower.is_some_and(|byte| keyword.before.as_bytes().contains(byte));
    follows.then_some(name)
}

fn skip_blanks(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

fn word_end(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..].iter().take_while(|byte| is_word(**byte)).count()
}

/// Bytes of words; all letters beyond ASCII count as such.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}
