//! From a document in Markdown to its text as a reader sees it, in which quoted clauses are looked up.
//!
//! Both the document and the quote are rendered to *plain text*: markup is gone (emphasis, links, list markers, the
//! hashes of headings), entities are decoded, typographic quotes, dashes and blanks are replaced by their plain forms, every
//! run of white space is one blank, and so is the break between two blocks. Comments, struck-out text and front matter
//! are not part of it: a sentence there is no promise. For each byte of the plain text the offset in the source is
//! kept, so that what was found can be shown at its place.
//!
//! ```text
//! We do **not** sell\n> your data&mdash;ever.   ->   We do not sell your data-ever.
//! ```

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::plain::PlainText;

/// A document, rendered for look-ups.
#[derive(Clone, Debug)]
pub struct DocumentText {
    plain: PlainText,
    headings: Vec<Heading>,
}

#[derive(Clone, Debug)]
struct Heading {
    level: HeadingLevel,
    /// The bytes of its title in the plain text.
    title: Range<usize>,
}

/// What became of a quote.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Lookup {
    /// It stands in the document, in these bytes of its source.
    Found(Range<usize>),
    /// It stands in the document, but not in the section that was named.
    Elsewhere(Range<usize>),
    /// The document has no section of that name; the titles that it has.
    NoSection(Vec<String>),
    /// It does not stand in the document.
    Absent,
}

/// A sentence that shares more than half of its words with a quote.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Resembling {
    /// Its bytes in the source.
    pub range: Range<usize>,
    /// Its plain text.
    pub text: String,
}

impl DocumentText {
    /// Renders `source`.
    pub fn of_markdown(source: &str) -> DocumentText {
        let mut renderer = Renderer::default();
        for (event, range) in Parser::new_ext(source, options()).into_offset_iter() {
            renderer.event(event, range);
        }
        DocumentText { plain: renderer.plain, headings: renderer.headings }
    }

    /// Looks for `quote`, in the section with the title `section` where one is given.
    pub fn find(&self, quote: &str, section: Option<&str>) -> Lookup {
        let quote = plain_text(quote);
        let whole = || self.plain.find(&quote, 0..self.plain.len()).map(|found| self.plain.origin(found));
        let Some(section) = section else { return whole().map_or(Lookup::Absent, Lookup::Found) };
        let sections = self.sections(&plain_text(section));
        if sections.is_empty() {
            return Lookup::NoSection(self.headings.iter().map(|heading| self.title(heading).to_owned()).collect());
        }
        match sections.into_iter().find_map(|section| self.plain.find(&quote, section)) {
            Some(found) => Lookup::Found(self.plain.origin(found)),
            None => whole().map_or(Lookup::Absent, Lookup::Elsewhere),
        }
    }

    /// The sentence that shares most words with `quote`, in the section where one is given.
    pub fn resembling(&self, quote: &str, section: Option<&str>) -> Option<Resembling> {
        let quote = plain_text(quote);
        let within = match section {
            Some(section) => self.sections(&plain_text(section)),
            None => std::iter::once(0..self.plain.len()).collect(),
        };
        let sentence = within.into_iter().find_map(|within| self.plain.most_similar_sentence(&quote, within))?;
        let text = self.plain.slice(sentence.clone()).to_owned();
        Some(Resembling { range: self.plain.origin(sentence), text })
    }

    fn title(&self, heading: &Heading) -> &str {
        self.plain.slice(heading.title.clone()).trim()
    }

    /// The plain-text ranges of all sections with this title: from behind the heading to the next one that is not deeper.
    fn sections(&self, title: &str) -> Vec<Range<usize>> {
        let same = |heading: &Heading| {
            let own = self.title(heading);
            own.eq_ignore_ascii_case(title) || without_number(own).eq_ignore_ascii_case(without_number(title))
        };
        let mut sections = Vec::new();
        for (index, heading) in self.headings.iter().enumerate().filter(|(_, heading)| same(heading)) {
            let next = self.headings[index + 1..].iter().find(|later| later.level <= heading.level);
            let end = next.map_or(self.plain.len(), |later| later.title.start);
            sections.push(heading.title.end..end);
        }
        sections
    }
}

/// The plain text of a piece of Markdown: a quote, or the title of a section.
pub fn plain_text(source: &str) -> String {
    let rendered = DocumentText::of_markdown(source);
    rendered.plain.slice(0..rendered.plain.len()).trim().to_owned()
}

/// `2.1 What we collect` -> `What we collect`: numbers of sections change whenever one is inserted.
fn without_number(title: &str) -> &str {
    let number = |c: char| c.is_ascii_digit() || c == '.';
    let rest = title.trim_start_matches(number).trim_start_matches(')').trim_start();
    match title.starts_with(|c: char| c.is_ascii_digit()) && !rest.is_empty() {
        true => rest,
        false => title,
    }
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS
        | Options::ENABLE_PLUSES_DELIMITED_METADATA_BLOCKS
}

/// Collects the plain text from the events of the Markdown parser.
#[derive(Default)]
struct Renderer {
    plain: PlainText,
    headings: Vec<Heading>,
    /// How many elements are open whose text is not part of the document.
    silent: usize,
    /// What an unfinished tag or comment of an HTML block is waiting for.
    markup: Markup,
}

impl Renderer {
    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range.start),
            Event::End(tag) => self.end(tag, range.end),
            Event::Text(text) | Event::Code(text) if self.silent == 0 => self.text(&text, range),
            Event::Html(html) if self.silent == 0 => self.html(&html, range.start),
            Event::InlineHtml(html) if html.starts_with("<br") => self.plain.push_blank(range.start),
            Event::SoftBreak | Event::HardBreak | Event::Rule => self.plain.push_blank(range.start),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, offset: usize) {
        match tag {
            Tag::Heading { level, .. } => {
                self.plain.end_block(offset);
                let start = self.plain.len();
                self.headings.push(Heading { level, title: start..start });
            }
            Tag::Strikethrough | Tag::MetadataBlock(_) => self.silent += 1,
            Tag::Emphasis | Tag::Strong | Tag::Link { .. } | Tag::Image { .. } => {}
            Tag::TableCell => self.plain.push_blank(offset),
            Tag::HtmlBlock => {
                self.plain.end_block(offset);
                self.markup = Markup::Text;
            }
            _ => self.plain.end_block(offset),
        }
    }

    fn end(&mut self, tag: TagEnd, offset: usize) {
        match tag {
            TagEnd::Heading(_) => {
                let end = self.plain.len();
                if let Some(heading) = self.headings.last_mut() {
                    heading.title.end = end;
                }
                self.plain.end_block(offset);
            }
            TagEnd::Strikethrough | TagEnd::MetadataBlock(_) => self.silent = self.silent.saturating_sub(1),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Link | TagEnd::Image => {}
            TagEnd::TableCell => self.plain.push_blank(offset),
            _ => self.plain.end_block(offset),
        }
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        // The parser hands out a decoded entity as a text of its own, shorter or longer than its source.
        let verbatim = text.len() == range.len();
        for (index, character) in text.char_indices() {
            let start = range.start + index;
            self.plain.push(character, if verbatim { start..start + character.len_utf8() } else { range.clone() });
        }
    }

    /// The text between the tags of an HTML block, of which the parser delivers one line at a time.
    fn html(&mut self, html: &str, start: usize) {
        let mut rest = html;
        while let Some(character) = rest.chars().next() {
            let offset = start + html.len() - rest.len();
            let (markup, length) = match self.markup {
                Markup::Text if rest.starts_with("<!--") => (Markup::Comment, 4),
                Markup::Text if character == '<' => (Markup::Tag, 1),
                Markup::Text => {
                    let (decoded, length) = entity(rest).unwrap_or((character, character.len_utf8()));
                    self.plain.push(decoded, offset..offset + length);
                    (Markup::Text, length)
                }
                Markup::Comment if rest.starts_with("-->") => (Markup::Text, 3),
                Markup::Tag if character == '>' => {
                    self.plain.push_blank(offset);
                    (Markup::Text, 1)
                }
                waiting => (waiting, character.len_utf8()),
            };
            self.markup = markup;
            rest = &rest[length..];
        }
    }
}

/// Where in an HTML block the renderer stands.
#[derive(Clone, Copy, Default)]
enum Markup {
    #[default]
    Text,
    Tag,
    Comment,
}

/// The character of an entity at the beginning of `text`, and the length of its source. Only the entities that prose is
/// written with: the Markdown parser decodes all others outside HTML blocks.
fn entity(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix('&')?;
    let end = body.bytes().take(10).position(|byte| byte == b';')?;
    let name = body.get(..end)?;
    let character = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" | "ldquo" | "rdquo" => '"',
        "apos" | "lsquo" | "rsquo" => '\'',
        "nbsp" => ' ',
        "ndash" | "mdash" => '-',
        "hellip" => '…',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    };
    Some((character, end + 2))
}
