//! Reads elements, destinations and the words of `names`.

use super::destination::host_pattern_fault;
use super::draft::{Draft, Referent};
use super::model::{Destination, Element, NameEvidence, Names, Section, Sensitivity};
use crate::base::Symbol;
use crate::base::yaml::{Fields, Node, Problem};

impl Draft<'_> {
    pub(super) fn element(&mut self, node: &Node) {
        let keys =
            ["name", "sensitivity", "dpv", "play", "subjects", "names", "owners", "types", "permissions", "yields"];
        let Some(entry) = self.open(node, Section::Element, &keys) else { return };
        let fields = &entry.fields;
        let name = self.reader.require(fields, "name").and_then(|node| self.reader.text(node, "a name for people"));
        let sensitivity = self.reader.require(fields, "sensitivity");
        let sensitivity = sensitivity.and_then(|node| self.reader.choice(node, "a sensitivity", Sensitivity::WORDS));
        let dpv = self.optional_symbol(fields, "dpv", "a term of the Data Privacy Vocabulary");
        let play = self.optional_symbol(fields, "play", "a data type of the data safety form");
        let subjects = fields.get("subjects").map(|node| self.symbols(node, "a data subject")).unwrap_or_default();
        let names = fields.get("names").map(|node| self.names(node)).unwrap_or_default();
        let owners = fields.get("owners").map(|node| self.owners(node)).unwrap_or_default();
        let types = fields.get("types").map(|node| self.symbols(node, "the name of a type")).unwrap_or_default();
        let permissions = fields.get("permissions").map(|node| self.symbols(node, "a permission")).unwrap_or_default();
        let yields = fields.get("yields").and_then(|node| self.reader.boolean(node)).unwrap_or(false);
        if let (Some(name), Some(sensitivity)) = (name, sensitivity) {
            let name = name.to_owned();
            let id = entry.id;
            self.rules.elements.push(Element {
                id,
                name,
                sensitivity,
                dpv,
                play,
                subjects,
                names,
                owners,
                types,
                permissions,
                yields,
            });
        }
    }

    fn names(&mut self, node: &Node) -> Names {
        let mut names = Names::default();
        let Some(fields) = self.reader.fields(node, "names", &["strong", "weak", "never"]) else { return names };
        for (key, list) in [("strong", &mut names.strong), ("weak", &mut names.weak), ("never", &mut names.never)] {
            let Some(node) = fields.get(key) else { continue };
            for (text, node) in self.reader.texts(node, "words") {
                list.extend(self.words(text, node));
            }
        }
        names
    }

    /// Lower-case words between blanks.
    fn words(&mut self, text: &str, node: &Node) -> Option<Vec<Symbol>> {
        let is_word = |word: &str| word.chars().all(|c| c.is_alphanumeric() && !c.is_uppercase());
        if text.split_whitespace().all(is_word) {
            return Some(text.split_whitespace().map(Symbol::new).collect());
        }
        let problem = Problem::new(node.place.clone(), format!("`{text}` is not a sequence of words"));
        let help = "names are lower-case words between blanks, as in `mail address`, not patterns";
        self.reader.problems.push(problem.help(help));
        None
    }

    /// `Class` or `Class.field`.
    fn owners(&mut self, node: &Node) -> Vec<Symbol> {
        let mut owners = Vec::new();
        for (text, node) in self.reader.texts(node, "an owner") {
            let is_name = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '_');
            let named = text.strip_prefix('*').filter(|rest| rest.contains('.')).unwrap_or(text);
            if named.split('.').count() <= 2 && named.split('.').all(is_name) {
                owners.push(Symbol::new(text));
            } else {
                let message = "an owner is a class, or a class and its field: `Message.body`, `*Address.city`";
                self.reader.note(&node.place, message);
            }
        }
        owners
    }

    pub(super) fn destination(&mut self, node: &Node) {
        let keys = ["entity", "country", "hosts", "packages"];
        let Some(entry) = self.open(node, Section::Destination, &keys) else { return };
        let fields = &entry.fields;
        let entity = fields.get("entity").and_then(|node| self.reader.text(node, "a legal entity"));
        let country = fields.get("country").and_then(|node| self.country(node));
        let hosts = fields.get("hosts").map(|node| self.hosts(node)).unwrap_or_default();
        let packages = fields.get("packages").map(|node| self.symbols(node, "a package")).unwrap_or_default();
        let entity = entity.map(str::to_owned);
        self.rules.destinations.push(Destination { id: entry.id, entity, country, hosts, packages });
    }

    fn country(&mut self, node: &Node) -> Option<Symbol> {
        let text = self.reader.text(node, "a country")?;
        if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Some(Symbol::new(text));
        }
        self.reader.note(&node.place, "a country is given by its two letters, as `DE`");
        None
    }

    fn hosts(&mut self, node: &Node) -> Vec<Symbol> {
        let mut hosts = Vec::new();
        for (text, node) in self.reader.texts(node, "a host") {
            match host_pattern_fault(text) {
                None => hosts.push(Symbol::new(text)),
                Some(fault) => self.reader.note(&node.place, fault),
            }
        }
        hosts
    }

    fn optional_symbol(&mut self, fields: &Fields<'_>, key: &str, what: &str) -> Option<Symbol> {
        fields.get(key).and_then(|node| self.reader.text(node, what)).map(Symbol::new)
    }

    /// The section `names`: lists of words by their key.
    pub(super) fn name_evidence(&mut self, node: &Node) {
        let Some(fields) = self.reader.fields(node, "`names`", NameEvidence::KEYS) else { return };
        for key in NameEvidence::KEYS {
            let Some(node) = fields.get(key) else { continue };
            let words = self.symbols(node, "a word");
            if *key == "effect_stems" {
                self.effects_of_stems(node);
            }
            if let Some(list) = self.rules.evidence.list_mut(key) {
                list.extend(words);
            }
        }
    }

    /// `part:effect`: the effect must be declared.
    fn effects_of_stems(&mut self, node: &Node) {
        for (text, node) in self.reader.texts(node, "a part of a name and its effect") {
            match text.split_once(':') {
                Some((part, effect)) if !part.is_empty() => self.refer(Referent::Effect, effect, node),
                _ => self.reader.note(&node.place, "a part of a name and its effect are written `sha:hashed`"),
            }
        }
    }
}
