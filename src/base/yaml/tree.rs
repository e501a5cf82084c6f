//! From YAML text to a tree of nodes that know their bytes.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, options};

use crate::base::yaml::{Place, Problem};

/// Collections may nest this deep; rules and policies need six levels.
const MAX_DEPTH: usize = 64;
/// A file may hold this many nodes: ten times the largest file that a person would write.
const MAX_NODES: usize = 1_000_000;

/// A value of a file with its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Node {
    /// What stands there.
    pub value: Value,
    /// Its bytes.
    pub place: Place,
}

/// What a node holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// Keys and values in the order of the file; a key may come twice.
    Mapping(Vec<(Node, Node)>),
    /// Items in order.
    Sequence(Vec<Node>),
    /// Text as written: `1.10`, `no` and `007` stay what they are.
    Scalar {
        /// The text, with quotes and escapes resolved.
        text: String,
        /// Written without quotes.
        plain: bool,
    },
}

impl Node {
    /// The text, where the node is a scalar.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Whether nothing stands there: `key:`, `~` or `null`, without quotes.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null"))
    }

    /// A name for the shape of the node, with its article.
    pub fn shape(&self) -> &'static str {
        match &self.value {
            Value::Mapping(_) => "a mapping",
            Value::Sequence(_) => "a list",
            Value::Scalar { .. } if self.is_null() => "nothing",
            Value::Scalar { .. } => "a text",
        }
    }

    /// A place that fits on a line and stands for the node: its first key with a short value, or the node itself.
    pub fn head(&self) -> Place {
        match &self.value {
            Value::Mapping(entries) => match entries.first() {
                Some((key, Node { value: Value::Scalar { .. }, place })) => key.place.start..place.end,
                Some((key, _)) => key.place.clone(),
                None => self.place.clone(),
            },
            Value::Sequence(items) => items.first().map_or_else(|| self.place.clone(), Node::head),
            Value::Scalar { .. } => self.place.clone(),
        }
    }
}

/// Reads the one document in `text`. A file without content is `None`.
///
/// Anchors, aliases, tags, directives and further documents are problems: a rule must be readable where it stands.
/// After a syntax error there is no tree.
pub fn parse(text: &str) -> (Option<Node>, Vec<Problem>) {
    let mut builder = Builder { text, root: None, open: Vec::new(), nodes: 0, documents: 0, problems: Vec::new() };
    let limits = options! {
        disallow_directives: true,
        emit_unresolved_aliases: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    for step in Parser::new_from_str_with_options(text, limits) {
        let read = match step {
            Ok((event, span)) => builder.event(event, span),
            Err(error) => Err(builder.syntax_error(&error)),
        };
        if let Err(problem) = read {
            builder.problems.push(problem);
            return (None, builder.problems);
        }
    }
    (builder.root, builder.problems)
}

/// A collection whose end has not come yet.
enum Open {
    Mapping { entries: Vec<(Node, Node)>, key: Option<Node>, start: usize },
    Sequence { items: Vec<Node>, start: usize },
}

/// The tree so far.
struct Builder<'t> {
    text: &'t str,
    root: Option<Node>,
    open: Vec<Open>,
    nodes: usize,
    documents: usize,
    problems: Vec<Problem>,
}

impl Builder<'_> {
    /// Takes in one event; an error ends the reading.
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Problem> {
        let place = self.place(&span);
        self.refuse_properties(&event, &span, &place);
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(Problem::new(place, "a second document").help("write one document per file"));
                }
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                let message = "aliases are not allowed";
                self.problems.push(Problem::new(place.clone(), message).help("write the value out"));
                self.add(Node { value: Value::Scalar { text: String::new(), plain: true }, place })?;
            }
            Event::Scalar(text, style, ..) => {
                let plain = style == ScalarStyle::Plain;
                self.add(Node { value: Value::Scalar { text: text.into_owned(), plain }, place })?;
            }
            Event::SequenceStart(..) => self.open.push(Open::Sequence { items: Vec::new(), start: place.start }),
            Event::MappingStart(..) => {
                self.open.push(Open::Mapping { entries: Vec::new(), key: None, start: place.start });
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(place.end)?,
            _ => {}
        }
        Ok(())
    }

    /// Tells anchors and tags.
    fn refuse_properties(&mut self, event: &Event<'_>, span: &Span, place: &Place) {
        let (anchor, tagged) = match event {
            Event::Scalar(_, _, anchor, tag) => (*anchor, tag.is_some()),
            Event::SequenceStart(_, anchor, tag) | Event::MappingStart(_, anchor, tag) => (*anchor, tag.is_some()),
            _ => return,
        };
        if anchor != 0 {
            self.problems.push(Problem::new(place.clone(), "anchors are not allowed").help("write the value out"));
        }
        if tagged {
            let tag = span.tag_span().map_or_else(|| place.clone(), |tag| self.place(&tag));
            self.problems.push(Problem::new(tag, "tags are not allowed"));
        }
    }

    /// Closes the innermost collection, which ends at `end` or behind its last part, whichever is first: the parser
    /// sees the end of a block only at the next token.
    fn close(&mut self, end: usize) -> Result<(), Problem> {
        match self.open.pop() {
            Some(Open::Sequence { items, start }) => {
                let last = items.last().map_or(end, |item| item.place.end);
                let place = start..self.end_of_collection(start, last, end);
                self.add(Node { value: Value::Sequence(items), place })
            }
            Some(Open::Mapping { entries, start, .. }) => {
                let last = entries.last().map_or(end, |(_, value)| value.place.end);
                let place = start..self.end_of_collection(start, last, end);
                self.add(Node { value: Value::Mapping(entries), place })
            }
            None => Ok(()),
        }
    }

    /// A collection in brackets ends behind its bracket, a block behind its last part.
    fn end_of_collection(&self, start: usize, last: usize, end: usize) -> usize {
        let bracketed = matches!(self.text.as_bytes().get(start), Some(b'[' | b'{'));
        if bracketed { end.max(start) } else { last.max(start) }
    }

    /// Hangs a finished node below the innermost open collection.
    fn add(&mut self, node: Node) -> Result<(), Problem> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            let message = format!("more than {MAX_NODES} values in one file");
            return Err(Problem::new(node.head(), message));
        }
        match self.open.last_mut() {
            Some(Open::Sequence { items, .. }) => items.push(node),
            Some(Open::Mapping { entries, key, .. }) => match key.take() {
                Some(key) => entries.push((key, node)),
                None => *key = Some(node),
            },
            None => self.root = Some(node),
        }
        Ok(())
    }

    /// What the parser says of a broken file.
    fn syntax_error(&self, error: &ScanError) -> Problem {
        let at = self.clamp(error.marker().byte_offset().unwrap_or(self.text.len()));
        let next = self.text[at..].chars().next().map_or(0, char::len_utf8);
        Problem::new(at..at + next, error.info())
    }

    fn place(&self, span: &Span) -> Place {
        let Range { start, end } = span.byte_range().unwrap_or(0..0);
        let start = self.clamp(start);
        start..self.clamp(end).max(start)
    }

    /// The nearest place at or before `offset` where a character begins.
    fn clamp(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}
