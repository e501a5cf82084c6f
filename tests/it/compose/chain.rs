//! Renders a chain of mechanisms as a class: one method that carries a value through it to a sink, and for each mechanism
//! a twin that takes the other value there.

use super::mechanism::{Language, Mechanism, Place, Sink};

/// Mechanisms of a language by their position in its list.
#[derive(Clone)]
pub struct Chain {
    /// The language.
    pub language: &'static Language,
    /// The mechanisms: the outermost or first one first.
    pub links: Vec<usize>,
    /// How they follow each other.
    pub order: Order,
}

/// How the mechanisms of a chain follow each other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Each holds the holder of the next.
    Nested,
    /// What is taken out of one is put into the next.
    Sequential,
}

impl Chain {
    /// The chain, unless its mechanisms cannot stand in these places.
    pub fn new(language: &'static Language, links: Vec<usize>, order: Order) -> Option<Chain> {
        let fits = |(position, &link): (usize, &usize)| match language.mechanisms[link].place {
            Place::Any => true,
            Place::Outermost => position == 0,
            Place::Innermost => position == links.len() - 1,
        };
        let possible = order == Order::Sequential || links.iter().enumerate().all(fits);
        possible.then_some(Chain { language, links, order })
    }

    /// What failures call it: `field of list`.
    pub fn name(&self) -> String {
        let names: Vec<&str> = self.mechanisms().map(|mechanism| mechanism.name).collect();
        names.join(if self.order == Order::Nested { " of " } else { " then " })
    }

    fn mechanisms(&self) -> impl DoubleEndedIterator<Item = &'static Mechanism> + ExactSizeIterator {
        self.links.iter().map(|&link| &self.language.mechanisms[link])
    }

    /// The sinks of a language take turns.
    fn sink(&self) -> &'static Sink {
        let sinks = self.language.sinks;
        &sinks[self.links.iter().sum::<usize>() % sinks.len()]
    }

    /// A file with the class `name` and its markers.
    pub fn render(&self, name: &str) -> String {
        let twins = self.mechanisms().enumerate().filter(|(_, mechanism)| mechanism.take_other.is_some());
        let methods: Vec<Method> = std::iter::once(None)
            .chain(twins.map(|(position, _)| Some(position)))
            .map(|twin| Method { chain: self, class: name, twin })
            .collect();
        let beside: String = methods.iter().map(Method::declarations).collect();
        let methods: String = methods.iter().map(Method::render).collect();
        let class = self.language.class.replace("$name", name).replace("$methods", &methods);
        format!("{}{beside}{class}", self.language.header)
    }
}

/// The method that carries the value to a sink, or takes the other value out of the mechanism at `twin`.
struct Method<'c> {
    chain: &'c Chain,
    class: &'c str,
    twin: Option<usize>,
}

/// What the parts of a template stand for.
#[derive(Clone, Copy, Default)]
struct Filling<'f> {
    held: &'f str,
    main: &'f str,
    other: &'f str,
    holder: &'f str,
    taken: &'f str,
}

impl Method<'_> {
    /// What the mechanisms need beside the class: the value of one method must not be found by another.
    fn declarations(&self) -> String {
        let mechanisms = self.chain.mechanisms().enumerate();
        mechanisms.map(|(position, mechanism)| mechanism.beside.replace("$n", &self.number(position))).collect()
    }

    fn render(&self) -> String {
        let (mut lines, taken) = match self.chain.order {
            Order::Nested => self.nested(),
            Order::Sequential => self.sequential(),
        };
        let (name, kind) = match self.twin {
            None => ("carry".to_string(), "flow"),
            Some(position) => (format!("twin{position}"), "clean"),
        };
        let sink = self.chain.sink();
        let mut last = sink.statement.replace("$v", &taken);
        if sink.direct || self.twin.is_none() {
            last.push_str(&format!(" {} {kind}: user.contact.email -> log", self.chain.language.marker));
        }
        lines.push(last);
        let body: String = lines.iter().map(|line| format!("        {line}\n")).collect();
        self.chain.language.method.replace("$name", &name).replace("$body", &body)
    }

    /// Puts from the inside out, then takes from the outside in. Beside the holder that is followed stands one of the
    /// same shape without the value, so that every holder has another to hold.
    fn nested(&self) -> (Vec<String>, String) {
        let mut lines = Vec::new();
        let (mut main, mut other) = ("email".to_string(), "\"plain\"".to_string());
        let mut held = self.chain.language.text.to_string();
        let mut types = Vec::new();
        for (position, mechanism) in self.chain.mechanisms().enumerate().rev() {
            let (holder, beside) = (format!("main{position}"), format!("other{position}"));
            let filling = Filling { held: &held, main: &main, other: &other, holder: &holder, ..Filling::default() };
            lines.push(self.fill(mechanism.put, position, filling));
            if position > 0 {
                // The number of the twin holder differs, so that what it declares does not clash.
                let filling = Filling { main: &other, holder: &beside, ..filling };
                let numbered = mechanism.put.replace("$n", "$nb");
                lines.push(self.fill(&numbered, position, filling));
            }
            types.push(held.clone());
            held = mechanism.holder.replace("$T", &held);
            (main, other) = (holder, beside);
        }
        let mut current = main;
        for (position, mechanism) in self.chain.mechanisms().enumerate() {
            let held = types.pop().unwrap_or_default();
            let taken = format!("taken{position}");
            let filling = Filling { held: &held, holder: &current, taken: &taken, ..Filling::default() };
            lines.push(self.fill(self.take(mechanism, position), position, filling));
            current = taken;
        }
        (lines, current)
    }

    fn sequential(&self) -> (Vec<String>, String) {
        let mut lines = Vec::new();
        let held = self.chain.language.text;
        let mut current = "email".to_string();
        for (position, mechanism) in self.chain.mechanisms().enumerate() {
            let (holder, taken) = (format!("holder{position}"), format!("taken{position}"));
            let filling = Filling { held, main: &current, other: "\"plain\"", holder: &holder, taken: &taken };
            lines.push(self.fill(mechanism.put, position, filling));
            lines.push(self.fill(self.take(mechanism, position), position, filling));
            current = taken;
        }
        (lines, current)
    }

    fn take(&self, mechanism: &'static Mechanism, position: usize) -> &'static str {
        if self.twin == Some(position) { mechanism.take_other.unwrap_or(mechanism.take) } else { mechanism.take }
    }

    /// A number for what belongs to one mechanism of this method.
    fn number(&self, position: usize) -> String {
        let twin = self.twin.map_or("c".to_string(), |twin| twin.to_string());
        format!("{}_{position}_{twin}", self.class.trim_start_matches(|c: char| !c.is_ascii_digit()))
    }

    fn fill(&self, template: &str, position: usize, filling: Filling) -> String {
        template
            .replace("$T", filling.held)
            .replace("$m", filling.main)
            .replace("$o", filling.other)
            .replace("$c", filling.holder)
            .replace("$v", filling.taken)
            .replace("$n", &self.number(position))
    }
}
