//! Renders a chain of mechanisms as a Java class: one method that carries a value through it to a sink, and for each
//! mechanism a twin that takes the other value there.

use super::mechanism::{MECHANISMS, Mechanism, Place};

/// Mechanisms by their position in [`MECHANISMS`].
#[derive(Clone, PartialEq, Eq)]
pub struct Chain {
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

/// What stands above the classes of chains.
pub const IMPORTS: &str = "import android.util.Log;\nimport java.util.*;\nimport java.util.function.*;\n";

impl Chain {
    /// The chain, unless its mechanisms cannot stand in these places.
    pub fn new(links: Vec<usize>, order: Order) -> Option<Chain> {
        let fits = |(position, &link): (usize, &usize)| match MECHANISMS[link].place {
            Place::Any => true,
            Place::Outermost => position == 0,
            Place::Innermost => position == links.len() - 1,
        };
        let possible = order == Order::Sequential || links.iter().enumerate().all(fits);
        possible.then_some(Chain { links, order })
    }

    /// What failures call it: `field > list`.
    pub fn name(&self) -> String {
        let names: Vec<&str> = self.mechanisms().map(|mechanism| mechanism.name).collect();
        names.join(if self.order == Order::Nested { " of " } else { " then " })
    }

    fn mechanisms(&self) -> impl DoubleEndedIterator<Item = &'static Mechanism> + ExactSizeIterator {
        self.links.iter().map(|&link| &MECHANISMS[link])
    }

    /// The class `name` with markers.
    pub fn render(&self, name: &str) -> String {
        let mut methods = self.method(name, None);
        let mut shelves = String::new();
        for (position, mechanism) in self.mechanisms().enumerate() {
            if mechanism.take_other.is_some() {
                methods.push_str(&self.method(name, Some(position)));
            }
            if mechanism.place == Place::Outermost {
                // One holder for each method: the value of one must not be found by another.
                for twin in (0..self.links.len()).map(Some).chain([None]) {
                    let number = number_of(name, position, twin);
                    shelves.push_str(&format!(
                        "class Shelf{number} {{\n    static Object main;\n    static Object other;\n}}\n"
                    ));
                }
            }
        }
        format!("{shelves}class {name} {{\n{methods}}}\n")
    }

    /// The method that carries the value to a sink, or takes the other value out of the mechanism at `twin`.
    fn method(&self, class: &str, twin: Option<usize>) -> String {
        let mut writer = Writer { chain: self, class, twin, lines: Vec::new() };
        let result = match self.order {
            Order::Nested => writer.nested(),
            Order::Sequential => writer.sequential(),
        };
        let (name, kind) = match twin {
            None => ("carry".to_string(), "flow"),
            Some(position) => (format!("twin{position}"), "clean"),
        };
        let body: String = writer.lines.iter().map(|line| format!("        {line}\n")).collect();
        format!(
            "    public void {name}(String email) {{\n{body}        Log.d(\"Chain\", {result}); //~ {kind}: user.contact.email -> log\n    }}\n"
        )
    }
}

/// A number for what belongs to one mechanism of one method.
fn number_of(class: &str, position: usize, twin: Option<usize>) -> String {
    let twin = twin.map_or("c".to_string(), |twin| twin.to_string());
    format!("{}_{position}_{twin}", class.trim_start_matches(|c: char| !c.is_ascii_digit()))
}

/// The statements of one method.
struct Writer<'c> {
    chain: &'c Chain,
    class: &'c str,
    twin: Option<usize>,
    lines: Vec<String>,
}

impl Writer<'_> {
    /// Puts from the inside out, then takes from the outside in. Beside the holder that is followed stands one of the
    /// same shape without the value, so that every holder has another to hold.
    fn nested(&mut self) -> String {
        let (mut main, mut other, mut held) = ("email".to_string(), "\"plain\"".to_string(), "String".to_string());
        let mut types = vec![held.clone()];
        for (position, mechanism) in self.chain.mechanisms().enumerate().rev() {
            let (holder, beside) = (format!("main{position}"), format!("other{position}"));
            self.push(mechanism.put, position, [&held, &main, &other, &holder, ""]);
            if position > 0 {
                self.push(mechanism.put, position, [&held, &other, &other, &beside, ""]);
            }
            held = mechanism.holder.replace("$T", &held);
            types.push(held.clone());
            (main, other) = (holder, beside);
        }
        types.pop();
        let mut current = main;
        for (position, mechanism) in self.chain.mechanisms().enumerate() {
            let held = types.pop().unwrap_or_default();
            let result = format!("taken{position}");
            self.push(self.take(mechanism, position), position, [&held, "", "", &current, &result]);
            current = result;
        }
        current
    }

    fn sequential(&mut self) -> String {
        let mut current = "email".to_string();
        for (position, mechanism) in self.chain.mechanisms().enumerate() {
            let (holder, result) = (format!("holder{position}"), format!("taken{position}"));
            self.push(mechanism.put, position, ["String", &current, "\"plain\"", &holder, ""]);
            self.push(self.take(mechanism, position), position, ["String", "", "", &holder, &result]);
            current = result;
        }
        current
    }

    fn take(&self, mechanism: &'static Mechanism, position: usize) -> &'static str {
        if self.twin == Some(position) { mechanism.take_other.unwrap_or(mechanism.take) } else { mechanism.take }
    }

    fn push(&mut self, template: &str, position: usize, [held, main, other, holder, result]: [&str; 5]) {
        let number = number_of(self.class, position, self.twin);
        let line = template
            .replace("$T", held)
            .replace("$m", main)
            .replace("$o", other)
            .replace("$c", holder)
            .replace("$v", result)
            .replace("$n", &number);
        self.lines.push(line);
    }
}
