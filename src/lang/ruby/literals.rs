//! Literals: constants, strings with expressions in them, heredocs, symbols, arrays, hashes, ranges.

use tree_sitter::Node;

use super::lowering::Lowering;
use super::syntax::{Child, Kind, Label};
use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::lang::emit::Emits;

impl<'t> Lowering<'t> {
    /// Finds the bodies of heredocs: they stand in the order of their beginnings.
    pub(super) fn find_heredocs(&mut self, root: Node<'t>) {
        if !self.text.contains("<<") {
            return;
        }
        let mut waiting = std::collections::VecDeque::new();
        let mut cursor = root.walk();
        loop {
            let node = cursor.node();
            match self.kind(node) {
                Kind::HeredocBeginning => waiting.push_back(node.id()),
                Kind::HeredocBody => {
                    if let Some(beginning) = waiting.pop_front() {
                        self.heredocs.insert(beginning, node);
                    }
                }
                _ => {}
            }
            if cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return;
                }
            }
        }
    }

    /// A literal without expressions in it, as a constant.
    pub(super) fn constant_of(&mut self, node: Node<'t>) -> Option<Const> {
        Some(match self.kind(node) {
            Kind::Nil => Const::Null,
            Kind::True => Const::Bool(true),
            Kind::False => Const::Bool(false),
            Kind::Integer => integer(self.text(node))?,
            Kind::Float => {
                let number: f64 = self.text(node).replace('_', "").parse().ok()?;
                Const::Float(number.to_bits())
            }
            Kind::SimpleSymbol => Const::Symbol(self.constant_name(node)?),
            Kind::DelimitedSymbol | Kind::BareSymbol => Const::Symbol(self.plain_text(node)?),
            Kind::String | Kind::BareString => Const::Str(self.plain_text(node)?),
            Kind::Character => Const::Str(Symbol::new(self.text(node).trim_start_matches('?'))),
            _ => return None,
        })
    }

    /// The text of a symbol or string that names something: `:name`, `"name"`, `name:`.
    pub(super) fn constant_name(&mut self, node: Node<'t>) -> Option<Symbol> {
        match self.kind(node) {
            Kind::SimpleSymbol => Some(Symbol::new(self.text(node).trim_start_matches(':'))),
            Kind::HashKeySymbol | Kind::Identifier | Kind::Constant => Some(self.symbol(node)),
            Kind::String | Kind::DelimitedSymbol | Kind::BareString | Kind::BareSymbol => self.plain_text(node),
            _ => None,
        }
    }

    /// The content of a literal in which no expression stands.
    fn plain_text(&mut self, node: Node<'t>) -> Option<Symbol> {
        let mut text = String::new();
        for child in self.children(node).named() {
            match child.kind {
                Kind::StringContent | Kind::HeredocContent => text.push_str(self.text(child.node)),
                Kind::EscapeSequence => text.push_str(unescape(self.text(child.node))),
                Kind::HeredocEnd => {}
                _ => return None,
            }
        }
        Some(Symbol::new(&text))
    }

    /// A string, symbol or regular expression with expressions in it; a constant without.
    pub(super) fn text_literal(&mut self, node: Node<'t>) -> Operand {
        if let Some(constant) = self.constant_of(node) {
            return Operand::Const(constant);
        }
        let parts = self.text_parts(node);
        let span = self.span(node);
        self.compute(Rvalue::Concat(parts), span)
    }

    /// `<<~TEXT`: what its body holds.
    pub(super) fn heredoc(&mut self, node: Node<'t>) -> Operand {
        let span = self.span(node);
        let Some(body) = self.heredocs.get(&node.id()).copied() else { return self.opaque(Vec::new(), span) };
        if let Some(text) = self.plain_text(body) {
            return Operand::Const(Const::Str(text));
        }
        let parts = self.text_parts(body);
        self.compute(Rvalue::Concat(parts), span)
    }

    /// `"a" "b"`.
    pub(super) fn chained_string(&mut self, node: Node<'t>) -> Operand {
        let strings: Vec<Child<'t>> = self.children(node).named().collect();
        let parts = strings.iter().map(|string| self.expression(string.node)).collect();
        let span = self.span(node);
        self.compute(Rvalue::Concat(parts), span)
    }

    fn text_parts(&mut self, node: Node<'t>) -> Vec<Operand> {
        let children: Vec<Child<'t>> = self.children(node).named().collect();
        let mut parts = Vec::new();
        for child in children {
            match child.kind {
                Kind::StringContent | Kind::HeredocContent => {
                    parts.push(Operand::Const(Const::Str(self.symbol(child.node))));
                }
                Kind::EscapeSequence => {
                    let text = unescape(self.text(child.node));
                    parts.push(Operand::Const(Const::Str(Symbol::new(text))));
                }
                Kind::HeredocEnd => {}
                _ => parts.push(self.statement(child.node, true)),
            }
        }
        parts
    }

    /// `[a, *b]`, `%w[a b]`.
    pub(super) fn array(&mut self, node: Node<'t>) -> Operand {
        let elements: Vec<Child<'t>> = self.children(node).named().collect();
        self.array_of(&elements, node)
    }

    /// An array of elements, some of which may be spread or be pairs of one hash.
    pub(super) fn array_of(&mut self, elements: &[Child<'t>], node: Node<'t>) -> Operand {
        let span = self.span(node);
        let mut values = Vec::new();
        let mut spread = Vec::new();
        let mut pairs = Vec::new();
        for element in elements {
            match element.kind {
                Kind::SplatArgument => {
                    let inner = self.children(element.node).named().next();
                    let value = self.expression_or_unknown(inner.map(|inner| inner.node), element.node);
                    spread.push(self.builder().place(value, span));
                }
                Kind::Pair | Kind::HashSplatArgument => pairs.push(*element),
                _ => values.push(self.expression(element.node)),
            }
        }
        if let ([first, ..], [.., last]) = (&pairs[..], &pairs[..]) {
            // What is made at one place is one object: the hash is no more than its pairs.
            let inside = self.span_of(first.node.start_byte(), last.node.end_byte());
            values.push(self.hash_of(&pairs, inside));
        }
        let array = self.compute(Rvalue::Array(None, values), span);
        if let Operand::Place(place) = &array {
            for part in spread {
                let to = place.clone().project(Projection::Element);
                self.assign(to, Rvalue::Use(Operand::Place(part.project(Projection::Element))), span);
            }
        }
        array
    }

    /// `{ a: 1, "b" => 2, **c }`.
    pub(super) fn hash(&mut self, node: Node<'t>) -> Operand {
        let entries: Vec<Child<'t>> = self.children(node).named().collect();
        let span = self.span(node);
        self.hash_of(&entries, span)
    }

    /// A hash of pairs and of hashes that are put into it, in order.
    pub(super) fn hash_of(&mut self, entries: &[Child<'t>], span: Span) -> Operand {
        let mut pairs = Vec::new();
        let mut merged = Vec::new();
        for entry in entries {
            match entry.kind {
                Kind::Pair => pairs.extend(self.pair(entry.node)),
                Kind::HashSplatArgument => {
                    let inner = self.children(entry.node).named().next();
                    merged.push(self.expression_or_unknown(inner.map(|inner| inner.node), entry.node));
                }
                _ => {
                    self.expression(entry.node);
                }
            }
        }
        let hash = self.compute(Rvalue::Map(pairs), span);
        merged.into_iter().fold(hash, |hash, other| {
            let target = Target::Method { receiver: hash, name: Symbol::new("merge") };
            let arguments = vec![Argument::positional(other)];
            let call = Call { target, arguments, block: None, type_arguments: Vec::new(), name_span: span, site: span };
            self.compute(Rvalue::Call(Box::new(call)), span)
        })
    }

    /// Key and value of a pair; `a:` alone stands for `a: a`.
    pub(super) fn pair(&mut self, node: Node<'t>) -> Option<(Operand, Operand)> {
        let children = self.children(node);
        let key_node = children.get(Label::Key)?;
        let key = match self.constant_name(key_node) {
            Some(name) => Operand::Const(Const::Str(name)),
            None => self.expression(key_node),
        };
        let value = match children.get(Label::Value) {
            Some(value) => self.expression(value),
            None => self.name(key_node),
        };
        Some((key, value))
    }

    /// `a..b`: its ends.
    pub(super) fn range(&mut self, node: Node<'t>) -> Operand {
        let children = self.children(node);
        let ends = [children.get(Label::Begin), children.get(Label::End)];
        let ends: Vec<Operand> = ends.into_iter().flatten().map(|end| self.expression(end)).collect();
        let span = self.span(node);
        self.opaque(ends, span)
    }
}

fn integer(text: &str) -> Option<Const> {
    let text = text.replace('_', "");
    let (digits, radix) = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => (text.get(2..)?, 16),
        [b'0', b'b' | b'B', ..] => (text.get(2..)?, 2),
        [b'0', b'o' | b'O', ..] => (text.get(2..)?, 8),
        _ => (text.as_str(), 10),
    };
    i64::from_str_radix(digits, radix).ok().map(Const::Int)
}

/// What an escape sequence stands for; those for single characters beyond the common ones stay as they are written.
fn unescape(text: &str) -> &str {
    match text {
        "\\n" => "\n",
        "\\t" => "\t",
        "\\r" => "\r",
        "\\s" => " ",
        "\\0" => "\0",
        "\\e" => "\u{1b}",
        _ if text.len() == 2 => text.get(1..).unwrap_or(text),
        _ => text,
    }
}
