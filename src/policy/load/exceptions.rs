//! Reads `exceptions` of a policy file: what they set aside, for which flows and how long.

use std::ops::Range;

use jiff::civil::Date;

use super::rules::{is_empty, read_elements, read_targets};
use super::vocabulary::Vocabulary;
use super::{Ids, at_least_one, at_most, read_globs, read_id};
use crate::base::IndexVec;
use crate::base::yaml::{Fields, Node, Problem, Reader};
use crate::policy::model::{Against, Exception, PolicyFile, Rule};
use crate::policy::scope::{FingerprintPrefix, Scope};
use crate::policy::verdict::Verdict;

const KEYS: &[&str] = &["id", "rule", "verdict", "where", "reason", "owner", "expires"];
const WHERE: &[&str] = &["flow", "path", "element", "to"];

/// So many exceptions a policy may have: each is compared with every flow that is objected to.
const MAX_EXCEPTIONS: usize = 10_000;

/// The verdicts that need an exception.
const VERDICTS: &[(&str, Verdict)] = &[
    ("forbidden", Verdict::Forbidden),
    ("undisclosed", Verdict::Undisclosed),
    ("condition_unmet", Verdict::ConditionUnmet),
    ("unproven", Verdict::Unproven),
];

/// Reads the list of exceptions.
pub(super) fn read(
    reader: &mut Reader,
    node: &Node,
    file: &PolicyFile,
    vocabulary: &Vocabulary,
    rules: &IndexVec<Rule>,
    rule_ids: &Ids,
) -> IndexVec<Exception> {
    let mut ids = Ids::new();
    let mut exceptions = IndexVec::new();
    for item in at_most(reader, node, "exceptions", MAX_EXCEPTIONS) {
        let Some(fields) = reader.fields(item, "an exception", KEYS) else { continue };
        let id_node = reader.require(&fields, "id");
        let id = id_node.and_then(|node| read_id(reader, node, "exception", file, &mut ids));
        let against = read_against(reader, &fields, rules, rule_ids);
        let (scope, flows) = fields.get("where").map(|node| read_where(reader, node, vocabulary)).unwrap_or_default();
        let mut text =
            |key: &str, what: &str| fields.get(key).and_then(|node| reader.text(node, what)).map(str::to_owned);
        let reason = text("reason", "a reason");
        let owner = text("owner", "an owner");
        let expires = fields.get("expires").and_then(|node| read_date(reader, node));
        if let (Some(id), Some(node), Some(against)) = (id, id_node, against) {
            let range = node.place.clone();
            exceptions.push(Exception { id, range, against, scope, flows, reason, owner, expires });
        }
    }
    exceptions
}

fn read_against(reader: &mut Reader, fields: &Fields<'_>, rules: &IndexVec<Rule>, rule_ids: &Ids) -> Option<Against> {
    match (fields.get("rule"), fields.get("verdict")) {
        (Some(node), None) => {
            let id = reader.text(node, "the id of a rule")?;
            let found = rules.iter_enumerated().find(|(_, rule)| rule.id == id).map(|(index, _)| index);
            // A rule with a mistake of its own has been told; that it cannot be used is no second mistake.
            if !rule_ids.iter().any(|(known, _)| *known == id) {
                let problem = Problem::new(node.place.clone(), format!("there is no rule `{id}`"));
                reader.problems.push(problem.suggest(id, rule_ids.iter().map(|(known, _)| known.as_str())));
            }
            found.map(Against::Rule)
        }
        (None, Some(node)) => reader.choice(node, "a verdict", VERDICTS).map(Against::Verdict),
        (None, None) => {
            let problem = Problem::new(fields.place(), "an exception needs `rule` or `verdict`");
            reader.problems.push(problem.help("as in `verdict: undisclosed`"));
            None
        }
        (Some(_), Some(node)) => {
            let place = fields.key("verdict").map_or_else(|| node.head(), |key| key.place.clone());
            let problem = Problem::new(place, "an exception is from a rule or from a verdict, not from both");
            reader.problems.push(problem.help("write two exceptions"));
            None
        }
    }
}

/// The flows that an exception is limited to. To ask nothing is to leave `where` out.
fn read_where(reader: &mut Reader, node: &Node, vocabulary: &Vocabulary) -> (Scope, Vec<FingerprintPrefix>) {
    let Some(fields) = reader.fields(node, "where", WHERE) else { return Default::default() };
    if is_empty(node) {
        reader.problems.push(Problem::new(fields.place(), format!("`where` needs one of {}", WHERE.join(", "))));
    }
    let scope = Scope {
        elements: fields.get("element").map(|node| read_elements(reader, node, vocabulary)).unwrap_or_default(),
        to: fields.get("to").map(|node| read_targets(reader, node, vocabulary)).unwrap_or_default(),
        sensitivity: Vec::new(),
        paths: fields.get("path").map(|node| read_globs(reader, node)).unwrap_or_default(),
    };
    let flows = fields.get("flow").map(|node| read_fingerprints(reader, node)).unwrap_or_default();
    (scope, flows)
}

fn read_fingerprints(reader: &mut Reader, node: &Node) -> Vec<FingerprintPrefix> {
    let mut prefixes = Vec::new();
    for item in at_least_one(reader, node, "a fingerprint") {
        let Some(text) = reader.text(item, "a fingerprint") else { continue };
        match FingerprintPrefix::new(text) {
            Some(prefix) => prefixes.push(prefix),
            None => {
                let problem = Problem::new(item.place.clone(), format!("`{text}` is not a fingerprint"));
                reader
                    .problems
                    .push(problem.help("`f` and hexadecimal digits, six characters at least, as in a report"));
            }
        }
    }
    prefixes
}

fn read_date(reader: &mut Reader, node: &Node) -> Option<(Date, Range<usize>)> {
    let text = reader.text(node, "a date")?;
    // `Date` would also read a date with a time, of which the time were lost.
    match text.parse::<Date>().ok().filter(|_| text.len() == "2027-01-31".len()) {
        Some(date) => Some((date, node.place.clone())),
        None => {
            let problem = Problem::new(node.place.clone(), format!("`{text}` is not a day of the calendar"));
            reader.problems.push(problem.help("write year, month and day, as in 2027-01-31"));
            None
        }
    }
}
