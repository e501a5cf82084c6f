//! The shape of rule and policy files as JSON Schema, by which editors complete keys and underline slips.
//!
//! The schema is made from what the loaders ask ([`Shapes`]); a file that a loader takes is valid. The reverse does not
//! hold: how ports are written, and which keys exclude each other, only the loader checks.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::base::yaml::{Mapping, Shape, Shapes};
use crate::rules::GROUPS;
use crate::rules::model::RuleSet;

/// The version of JSON Schema that is written: the last that common editors know in full.
const DIALECT: &str = "http://json-schema.org/draft-07/schema#";
/// Mappings that have keys of their own where one of these keys is given: options of macros and annotations.
const OPEN_WITH: (&str, &[&str]) = ("a match", &["macro", "annotation"]);

/// The schema of files with these shapes; ids of `rules` are offered where ids stand.
pub fn schema(title: &str, shapes: &Shapes, rules: &RuleSet) -> String {
    let names = names(&shapes.mappings);
    let ids = Ids::of(rules);
    let writer = Writer { names: &names, ids: &ids };
    let mut definitions = Map::new();
    for (mapping, name) in shapes.mappings.iter().zip(&names) {
        definitions.insert(name.clone(), writer.mapping(mapping));
    }
    definitions.extend(ids.definitions());
    let mut root = Map::new();
    root.insert("$schema".to_owned(), DIALECT.into());
    root.insert("title".to_owned(), title.into());
    if let Value::Object(shape) = writer.shape(&shapes.root) {
        root.extend(shape);
    }
    root.insert("definitions".to_owned(), Value::Object(definitions));
    let mut text = serde_json::to_string_pretty(&Value::Object(root)).unwrap_or_default();
    text.push('\n');
    text
}

/// A name for each mapping: what messages call it, with a number where several are called the same.
fn names(mappings: &[Mapping]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for mapping in mappings {
        let words = mapping.what.trim_start_matches("an ").trim_start_matches("a ");
        let name: String = words.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        names.extend(std::iter::once(name.clone()).chain(numbered).find(|name| !names.contains(name)));
    }
    names
}

/// Ids by what messages call them.
struct Ids {
    kinds: Vec<(&'static [&'static str], &'static str, BTreeSet<String>)>,
}

impl Ids {
    fn of(rules: &RuleSet) -> Ids {
        let texts = |ids: &mut dyn Iterator<Item = &str>| ids.map(str::to_owned).collect::<BTreeSet<_>>();
        let groups = GROUPS.iter().map(|(name, _)| *name);
        let destinations = rules.destinations.iter().map(|destination| destination.id.as_str());
        Ids {
            kinds: vec![
                (
                    &["an element", "a data element"],
                    "known_element",
                    texts(&mut rules.elements.iter().map(|element| element.id.as_str())),
                ),
                (&["a destination"], "known_destination", texts(&mut destinations.chain(groups))),
                (&["an effect"], "known_effect", texts(&mut rules.effects.iter().map(|effect| effect.as_str()))),
            ],
        }
    }

    fn definitions(&self) -> impl Iterator<Item = (String, Value)> {
        // Files may declare ids of their own: what is known is offered, the rest only has the form of an id.
        let form = "^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*$";
        self.kinds.iter().map(move |(_, name, ids)| {
            let known = json!({ "anyOf": [{ "enum": ids }, { "type": "string", "pattern": form }] });
            ((*name).to_owned(), known)
        })
    }

    fn definition_of(&self, what: &str) -> Option<Value> {
        let (_, name, _) = self.kinds.iter().find(|(words, ..)| words.contains(&what))?;
        Some(reference(name))
    }
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{name}") })
}

struct Writer<'s> {
    names: &'s [String],
    ids: &'s Ids,
}

impl Writer<'_> {
    fn mapping(&self, mapping: &Mapping) -> Value {
        let properties: Map<String, Value> =
            mapping.keys.iter().map(|(key, shape)| ((*key).to_owned(), self.shape(shape))).collect();
        let required: Vec<&str> =
            mapping.keys.iter().map(|(key, _)| *key).filter(|key| mapping.requires(key)).collect();
        let mut schema = json!({ "description": mapping.what, "type": "object", "properties": properties });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        let (open, keys) = OPEN_WITH;
        if mapping.what == open {
            let known: Vec<&str> = mapping.keys.iter().map(|(key, _)| *key).collect();
            let given: Vec<Value> = keys.iter().map(|key| json!({ "required": [key] })).collect();
            schema["if"] = json!({ "not": { "anyOf": given } });
            schema["then"] = json!({ "propertyNames": { "enum": known } });
        } else {
            schema["additionalProperties"] = json!(false);
        }
        schema
    }

    fn shape(&self, shape: &Shape) -> Value {
        let Shape { texts, words, integers, mappings, nothing, free, list, one_or_more } = shape;
        let mut forms: Vec<Value> = Vec::new();
        forms.extend(texts.iter().map(|what| self.text(what)));
        forms.extend(word_schema(words));
        forms.extend(integers.iter().filter_map(|(least, most)| {
            let bound = |text: &String| serde_json::from_str::<serde_json::Number>(text).ok();
            Some(json!({ "type": "integer", "minimum": bound(least)?, "maximum": bound(most)? }))
        }));
        forms.extend(mappings.iter().filter_map(|&mapping| Some(reference(self.names.get(mapping)?))));
        forms.extend(nothing.then(|| json!({ "type": "null" })));
        forms.extend(free.iter().map(|value| json!({ "type": "object", "additionalProperties": self.shape(value) })));
        forms.extend(list.iter().map(|item| json!({ "type": "array", "items": self.shape(item) })));
        if let Some(item) = one_or_more {
            let item = self.shape(item);
            let list = json!({ "type": "array", "items": item });
            match item {
                // Anything may stand there, a list among it.
                Value::Object(any) if any.is_empty() => return json!({}),
                item => forms.extend([item, list]),
            }
        }
        match forms.len() {
            0 => json!({}),
            1 => forms.swap_remove(0),
            _ => json!({ "anyOf": forms }),
        }
    }

    /// A text; numbers and truth values are read as they are written.
    fn text(&self, what: &str) -> Value {
        let plain = || json!({ "description": what, "type": ["string", "number", "boolean"] });
        self.ids.definition_of(what).unwrap_or_else(plain)
    }
}

fn word_schema(words: &BTreeSet<&str>) -> Option<Value> {
    let values: Vec<Value> = words
        .iter()
        .map(|word| match *word {
            "true" => json!(true),
            "false" => json!(false),
            word => json!(word),
        })
        .collect();
    (!values.is_empty()).then(|| json!({ "enum": values }))
}
