//! Reads `rules` of a policy file: permits and forbids with their scopes, conditions and clauses.

use super::vocabulary::{Kind, Vocabulary};
use super::{Ids, at_least_one, at_most, read_globs, read_hosts, read_id, read_level};
use crate::base::yaml::{Fields, Node, Problem, Reader, Value};
use crate::base::{Idx, IndexVec, Symbol};
use crate::policy::document::plain_text;
use crate::policy::model::{Clause, Document, Facts, PolicyFile, Rule, Stance};
use crate::policy::scope::{Scope, Target};
use crate::rules::model::Sensitivity;

const KEYS: &[&str] = &[
    "id",
    "permit",
    "forbid",
    "to",
    "sensitivity",
    "path",
    "except",
    "unless",
    "require",
    "level",
    "clause",
    "purpose",
    "subjects",
    "retention",
    "legal_basis",
];

/// So many rules a policy may have: each is compared with every flow, and its quote looked up.
const MAX_RULES: usize = 2_000;

const SENSITIVITIES: &[(&str, Sensitivity)] = &[
    ("low", Sensitivity::Low),
    ("medium", Sensitivity::Medium),
    ("high", Sensitivity::High),
    ("special", Sensitivity::Special),
];

/// Reads the list of rules. The ids are those of all rules, also of such as could not be read.
pub(super) fn read(
    reader: &mut Reader,
    node: &Node,
    file: &PolicyFile,
    vocabulary: &Vocabulary,
    documents: &IndexVec<Document>,
) -> (IndexVec<Rule>, Ids) {
    let mut ids = Ids::new();
    let mut rules = IndexVec::new();
    for item in at_most(reader, node, "rules", MAX_RULES) {
        let Some(fields) = reader.fields(item, "a rule", KEYS) else { continue };
        let id_node = reader.require(&fields, "id");
        let id = id_node.and_then(|node| read_id(reader, node, "rule", file, &mut ids));
        let stance = read_stance(reader, &fields);
        let scope = Scope {
            elements: stance.map(|(_, node)| read_elements(reader, node, vocabulary)).unwrap_or_default(),
            ..read_scope(reader, &fields, vocabulary)
        };
        let except = fields.get("except").map(|node| read_except(reader, node, vocabulary)).unwrap_or_default();
        let conditions = read_conditions(reader, &fields, stance.map(|(stance, _)| stance), vocabulary);
        let level = fields.get("level").and_then(|node| read_level(reader, node));
        let clause = fields.get("clause").and_then(|node| read_clause(reader, node, documents));
        let facts = read_facts(reader, &fields);
        if let (Some(id), Some(node), Some((stance, _))) = (id, id_node, stance) {
            let range = node.place.clone();
            rules.push(Rule { id, range, stance, scope, except, conditions, level, clause, facts });
        }
    }
    (rules, ids)
}

fn read_stance<'n>(reader: &mut Reader, fields: &Fields<'n>) -> Option<(Stance, &'n Node)> {
    match (fields.get("permit"), fields.get("forbid")) {
        (Some(node), None) => Some((Stance::Permit, node)),
        (None, Some(node)) => Some((Stance::Forbid, node)),
        (None, None) => {
            let problem = Problem::new(fields.place(), "a rule needs `permit` or `forbid`");
            reader.problems.push(problem.help("as in `permit: [user.contact.email]`"));
            None
        }
        (Some(_), Some(node)) => {
            let place = fields.key("forbid").map_or_else(|| node.head(), |key| key.place.clone());
            let problem = Problem::new(place, "a rule permits or forbids, not both");
            reader.problems.push(problem.help("write two rules"));
            None
        }
    }
}

/// Data elements; none is a problem.
pub(super) fn read_elements(reader: &mut Reader, node: &Node, vocabulary: &Vocabulary) -> Vec<Symbol> {
    read_ids(reader, node, vocabulary, Kind::Element, "a data element")
}

/// `to`, `sensitivity` and `path`, the keys that rules and their `except` have in common.
fn read_scope(reader: &mut Reader, fields: &Fields<'_>, vocabulary: &Vocabulary) -> Scope {
    let sensitivity = fields.get("sensitivity").map(|node| {
        let items = at_least_one(reader, node, "a sensitivity");
        items.iter().filter_map(|item| reader.choice(item, "a sensitivity", SENSITIVITIES)).collect()
    });
    Scope {
        elements: Vec::new(),
        to: fields.get("to").map(|node| read_targets(reader, node, vocabulary)).unwrap_or_default(),
        sensitivity: sensitivity.unwrap_or_default(),
        paths: fields.get("path").map(|node| read_globs(reader, node)).unwrap_or_default(),
    }
}

/// Destinations, each an id or `{ destination: …, host: … }`; none is a problem.
pub(super) fn read_targets(reader: &mut Reader, node: &Node, vocabulary: &Vocabulary) -> Vec<Target> {
    let mut targets = Vec::new();
    for item in at_least_one(reader, node, "a destination") {
        if !matches!(item.value, Value::Mapping(_)) {
            let destination = vocabulary.id(reader, item, Kind::Destination);
            targets.extend(destination.map(|destination| Target { destination, hosts: Vec::new() }));
            continue;
        }
        let Some(fields) = reader.fields(item, "a destination", &["destination", "host"]) else { continue };
        let destination = reader.require(&fields, "destination");
        let destination = destination.and_then(|node| vocabulary.id(reader, node, Kind::Destination));
        let hosts = fields.get("host").map(|node| read_hosts(reader, node)).unwrap_or_default();
        targets.extend(destination.map(|destination| Target { destination, hosts }));
    }
    targets
}

/// One scope or a list of scopes. A scope that asks nothing would take everything out of the rule: a problem.
fn read_except(reader: &mut Reader, node: &Node, vocabulary: &Vocabulary) -> Vec<Scope> {
    const EXCEPT: &[&str] = &["elements", "to", "sensitivity", "path"];
    let mut scopes = Vec::new();
    for item in at_least_one(reader, node, "what to except") {
        let Some(fields) = reader.fields(item, "except", EXCEPT) else { continue };
        if is_empty(item) {
            let message = format!("`except` needs one of {}", EXCEPT.join(", "));
            reader.problems.push(Problem::new(fields.place(), message));
            continue;
        }
        let elements = fields.get("elements").map(|node| read_elements(reader, node, vocabulary));
        let scope = read_scope(reader, &fields, vocabulary);
        scopes.push(Scope { elements: elements.unwrap_or_default(), ..scope });
    }
    scopes
}

/// Whether a mapping has no keys at all.
pub(super) fn is_empty(node: &Node) -> bool {
    matches!(&node.value, Value::Mapping(entries) if entries.is_empty())
}

/// `unless` of a forbid, `require` of a permit.
fn read_conditions(
    reader: &mut Reader,
    fields: &Fields<'_>,
    stance: Option<Stance>,
    vocabulary: &Vocabulary,
) -> Vec<Symbol> {
    let (own, foreign, help) = match stance {
        None => return Vec::new(),
        Some(Stance::Permit) => ("require", "unless", "a permit says what it asks for: `require`"),
        Some(Stance::Forbid) => ("unless", "require", "a forbid says what lifts it: `unless`"),
    };
    if let Some(key) = fields.key(foreign) {
        let stance = if own == "require" { "permits" } else { "forbids" };
        let problem = Problem::new(key.place.clone(), format!("a rule that {stance} has no `{foreign}`"));
        reader.problems.push(problem.help(help));
    }
    fields.get(own).map(|node| read_ids(reader, node, vocabulary, Kind::Effect, "an effect")).unwrap_or_default()
}

fn read_ids(reader: &mut Reader, node: &Node, vocabulary: &Vocabulary, kind: Kind, what: &str) -> Vec<Symbol> {
    let items = at_least_one(reader, node, what);
    items.iter().filter_map(|item| vocabulary.id(reader, item, kind)).collect()
}

fn read_clause(reader: &mut Reader, node: &Node, documents: &IndexVec<Document>) -> Option<Clause> {
    let fields = reader.fields(node, "a clause", &["in", "section", "quote"])?;
    let document = reader.require(&fields, "in").and_then(|node| read_document(reader, node, documents));
    let section = fields.get("section").and_then(|node| reader.text(node, "the title of a section"));
    let quote_node = reader.require(&fields, "quote");
    let quote = quote_node.and_then(|node| reader.text(node, "a quoted sentence"));
    let (document, node, quote) = (document?, quote_node?, quote?);
    if plain_text(quote).is_empty() {
        reader.note(&node.place, "nothing is left of the quote without its markup");
        return None;
    }
    let section = section.map(str::to_owned);
    Some(Clause { document, section, quote: quote.to_owned(), range: node.place.clone() })
}

fn read_document(reader: &mut Reader, node: &Node, documents: &IndexVec<Document>) -> Option<Idx<Document>> {
    let name = reader.text(node, "the name of a document")?;
    let found = documents.iter_enumerated().find(|(_, document)| document.id == name).map(|(index, _)| index);
    if found.is_none() {
        let problem = Problem::new(node.place.clone(), format!("`documents` does not declare `{name}`"));
        let problem = problem.suggest(name, documents.iter().map(|document| document.id.as_str()));
        reader.problems.push(match documents.is_empty() {
            true => problem.help(format!("declare it, as in `documents: {{ {name}: {{ path: PRIVACY.md }} }}`")),
            false => problem,
        });
    }
    found
}

fn read_facts(reader: &mut Reader, fields: &Fields<'_>) -> Facts {
    let mut texts = |key: &str, what: &str| -> Vec<String> {
        let found = fields.get(key).map(|node| reader.texts(node, what)).unwrap_or_default();
        found.into_iter().map(|(text, _)| text.to_owned()).collect()
    };
    let purpose = texts("purpose", "a data use");
    let subjects = texts("subjects", "a data subject");
    let mut text = |key: &str, what: &str| fields.get(key).and_then(|node| reader.text(node, what)).map(str::to_owned);
    let retention = text("retention", "how long it is kept");
    let legal_basis = text("legal_basis", "a legal basis");
    Facts { purpose, subjects, retention, legal_basis }
}
