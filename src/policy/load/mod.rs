//! From the text of a policy file to a [`Policy`], or to everything that is wrong with it.

mod exceptions;
mod rules;
mod vocabulary;

use crate::base::yaml::{self, Fields, Node, Problem, Reader, Record, Shapes};
use crate::base::{IndexVec, Symbol};
use crate::policy::model::{DestinationAddition, Document, Level, Levels, Policy, PolicyFile, ScanSection};
use crate::policy::place::{join, normalise};
use crate::policy::scope::PathGlob;
use crate::rules::host_pattern_fault;
use crate::rules::model::RuleSet;
use crate::taint::Confidence;

use vocabulary::Vocabulary;

/// Words for levels, in policies.
const LEVELS: &[(&str, Level)] = &[("fail", Level::Fail), ("warn", Level::Warn), ("allow", Level::None)];
const CONFIDENCES: &[(&str, Confidence)] =
    &[("low", Confidence::Low), ("medium", Confidence::Medium), ("high", Confidence::High)];

/// So many documents a policy may quote: each is read and rendered.
const MAX_DOCUMENTS: usize = 100;

/// Understands a policy file; the ids in it must be among those that `rules` declare.
pub fn load(file: PolicyFile, rules: &RuleSet) -> Result<Policy, Vec<Problem>> {
    load_with(file, Vocabulary::of(rules), None)
}

/// The shape of policy files, as far as `files` show it.
pub fn shapes(files: Vec<PolicyFile>) -> Shapes {
    let mut shapes = Shapes::default();
    for file in files {
        // What is wrong in a file has no bearing on what was asked of it.
        let _ = load_with(file, Vocabulary::open(), Some(&mut shapes));
    }
    shapes
}

/// Understands a policy file that has to fit any set of rules.
pub(super) fn load_built_in(file: PolicyFile) -> Result<Policy, Vec<Problem>> {
    load_with(file, Vocabulary::open(), None).map(|policy| Policy { built_in: true, ..policy })
}

/// Problems of policies that each for itself is fine, with the index of the policy at whose file they are shown.
pub fn check_names(policies: &[Policy]) -> Vec<(usize, Problem)> {
    let earlier = |index: usize| policies[..index].iter().find(|other| other.name == policies[index].name);
    let clashes = (0..policies.len()).filter_map(|index| Some((index, earlier(index)?)));
    clashes
        .map(|(index, other)| {
            let policy = &policies[index];
            let message = format!("{} has the name `{}` too", other.file.path, policy.name);
            let place = policy.name_range.clone();
            (index, Problem::new(place, message).help("each policy is a column of verdicts: give it a name of its own"))
        })
        .collect()
}

impl Document {
    /// The problem that the document could not be read, for `reason`.
    pub fn unreadable(&self, reason: &str) -> Problem {
        Problem::new(self.range.clone(), format!("the document `{}` cannot be read: {reason}", self.display))
            .help("`path` is relative to the folder of the policy file")
    }
}

fn load_with(
    file: PolicyFile,
    mut vocabulary: Vocabulary,
    shapes: Option<&mut Shapes>,
) -> Result<Policy, Vec<Problem>> {
    let (root, problems) = yaml::parse(&file.text);
    let mut reader = Reader { problems, record: shapes.is_some().then(Record::default) };
    let Some(root) = root else {
        if reader.problems.is_empty() {
            let help = "a policy begins with `version: 1`";
            reader.problems.push(Problem::new(0..0, "the policy file is empty").help(help));
        }
        return Err(reader.problems);
    };
    let known = ["version", "policy", "documents", "defaults", "destinations", "rules", "exceptions", "scan"];
    let Some(fields) = reader.fields(&root, "a policy", &known) else { return Err(reader.problems) };

    read_version(&mut reader, &fields);
    let name =
        fields.get("policy").and_then(|node| Some((reader.text(node, "a name")?.to_owned(), node.place.clone())));
    let (name, name_range) = name.unwrap_or_else(|| (file.path.clone(), 0..0));
    let documents = fields.get("documents").map(|node| read_documents(&mut reader, node, &file)).unwrap_or_default();
    let levels = fields.get("defaults").map(|node| read_levels(&mut reader, node)).unwrap_or_default();
    let destinations = fields
        .get("destinations")
        .map(|node| read_destinations(&mut reader, node, &mut vocabulary))
        .unwrap_or_default();
    let (rules, rule_ids) = fields
        .get("rules")
        .map(|node| rules::read(&mut reader, node, &file, &vocabulary, &documents))
        .unwrap_or_default();
    let exceptions = fields
        .get("exceptions")
        .map(|node| exceptions::read(&mut reader, node, &file, &vocabulary, &rules, &rule_ids))
        .unwrap_or_default();
    let scan = fields.get("scan").map(|node| read_scan(&mut reader, node)).unwrap_or_default();
    if let (Some(shapes), Some(record)) = (shapes, reader.record.take()) {
        shapes.add(record, &root.place);
    }

    if !reader.problems.is_empty() {
        reader.problems.sort_by_key(|problem| (problem.place.start, problem.place.end));
        return Err(reader.problems);
    }
    Ok(Policy { name, name_range, file, built_in: false, documents, levels, destinations, rules, exceptions, scan })
}

fn read_version(reader: &mut Reader, fields: &Fields<'_>) {
    let Some(node) = reader.require(fields, "version") else { return };
    if let Some(text) = reader.text(node, "a version").filter(|text| *text != "1") {
        let problem = Problem::new(node.place.clone(), format!("there is no version `{text}` of the policy file"));
        reader.problems.push(problem.help("write `version: 1`"));
    }
}

fn read_documents(reader: &mut Reader, node: &Node, file: &PolicyFile) -> IndexVec<Document> {
    let mut documents = IndexVec::new();
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    for (count, (key, value)) in reader.entries(node, "documents").into_iter().enumerate() {
        if count == MAX_DOCUMENTS {
            reader.note(&key.place, format!("more than {MAX_DOCUMENTS} documents in one policy"));
            break;
        }
        let Some(id) = key.as_text() else { continue };
        let Some(fields) = reader.fields(value, "a document", &["path"]) else { continue };
        let Some(node) = reader.require(&fields, "path") else { continue };
        let Some(path) = reader.text(node, "a path") else { continue };
        if !file.folder.contains(path) {
            let problem = Problem::new(node.place.clone(), format!("`{path}` leads out of the scanned folder"));
            reader.problems.push(problem.help("`path` is relative to the folder of the policy file"));
            continue;
        }
        let display = normalise(&join(folder, path));
        let path = normalise(path);
        documents.push(Document { id: id.to_owned(), path, display, range: node.place.clone() });
    }
    documents
}

fn read_levels(reader: &mut Reader, node: &Node) -> Levels {
    let mut levels = Levels::default();
    let keys: [(&'static str, &mut Level); 7] = [
        ("forbidden", &mut levels.forbidden),
        ("condition_unmet", &mut levels.condition_unmet),
        ("undisclosed", &mut levels.undisclosed),
        ("unproven", &mut levels.unproven),
        ("policy_drift", &mut levels.policy_drift),
        ("exception_expired", &mut levels.exception_expired),
        ("unused", &mut levels.unused),
    ];
    let names: Vec<&'static str> = keys.iter().map(|(name, _)| *name).collect();
    if let Some(fields) = reader.fields(node, "defaults", &names) {
        for (name, level) in keys {
            if let Some(value) = fields.get(name).and_then(|node| read_level(reader, node)) {
                *level = value;
            }
        }
    }
    levels
}

fn read_level(reader: &mut Reader, node: &Node) -> Option<Level> {
    reader.choice(node, "a level", LEVELS)
}

fn read_destinations(reader: &mut Reader, node: &Node, vocabulary: &mut Vocabulary) -> Vec<DestinationAddition> {
    let mut additions = Vec::new();
    for (key, value) in reader.entries(node, "destinations") {
        let id = vocabulary.declare_destination(reader, key);
        if reader.nothing(value) {
            let nothing = |id| DestinationAddition { id, entity: None, country: None, hosts: Vec::new() };
            additions.extend(id.map(nothing));
            continue;
        }
        let Some(fields) = reader.fields(value, "a destination", &["hosts", "entity", "country"]) else { continue };
        let hosts = fields.get("hosts").map(|node| read_hosts(reader, node)).unwrap_or_default();
        let entity = fields.get("entity").and_then(|node| reader.text(node, "a name")).map(str::to_owned);
        let country = fields.get("country").and_then(|node| reader.text(node, "a country code")).map(Symbol::new);
        additions.extend(id.map(|id| DestinationAddition { id, entity, country, hosts }));
    }
    additions
}

/// Host globs; none is a problem.
fn read_hosts(reader: &mut Reader, node: &Node) -> Vec<Symbol> {
    let mut hosts = Vec::new();
    for item in at_least_one(reader, node, "a host") {
        let Some(host) = reader.text(item, "a host") else { continue };
        match host_pattern_fault(host) {
            Some(fault) => reader.problems.push(Problem::new(item.place.clone(), format!("`{host}`: {fault}"))),
            None => hosts.push(Symbol::new(host)),
        }
    }
    hosts
}

fn read_scan(reader: &mut Reader, node: &Node) -> ScanSection {
    let known = ["include", "exclude", "include_tests", "min_confidence", "max_file_size", "strict"];
    let Some(fields) = reader.fields(node, "scan", &known) else { return ScanSection::default() };
    let written = |globs: Vec<PathGlob>| globs.iter().map(|glob| glob.written().to_owned()).collect();
    ScanSection {
        include: fields.get("include").map(|node| written(read_globs(reader, node))).unwrap_or_default(),
        exclude: fields.get("exclude").map(|node| written(read_globs(reader, node))).unwrap_or_default(),
        include_tests: fields.get("include_tests").and_then(|node| reader.boolean(node)),
        min_confidence: fields.get("min_confidence").and_then(|node| reader.choice(node, "a confidence", CONFIDENCES)),
        max_file_size: fields
            .get("max_file_size")
            .and_then(|node| reader.integer(node, "a number of bytes", 1, u64::from(u32::MAX))),
        strict: fields.get("strict").and_then(|node| reader.boolean(node)),
    }
}

/// Globs over paths; none is a problem.
fn read_globs(reader: &mut Reader, node: &Node) -> Vec<PathGlob> {
    let mut globs = Vec::new();
    for item in at_least_one(reader, node, "a glob") {
        let Some(text) = reader.text(item, "a glob") else { continue };
        match PathGlob::new(text) {
            Ok(glob) => globs.push(glob),
            Err(fault) => reader.note(&item.place, format!("`{text}` is not a glob: {fault}")),
        }
    }
    globs
}

/// The items of a list or the single value. An empty list is a problem: where a key is absent it asks nothing, and
/// nobody can know whether an empty one was meant to say the same or the opposite.
fn at_least_one<'n>(reader: &mut Reader, node: &'n Node, what: &str) -> &'n [Node] {
    let before = reader.problems.len();
    let items = reader.one_or_more(node, what);
    if items.is_empty() && reader.problems.len() == before {
        let problem = Problem::new(node.place.clone(), format!("expected {what} or several, found an empty list"));
        reader.problems.push(problem.help("leave the key out where it should ask nothing"));
    }
    items
}

/// The items of a list, of which there may not be more than `most`.
fn at_most<'n>(reader: &mut Reader, node: &'n Node, what: &str, most: usize) -> &'n [Node] {
    let items = reader.list(node, &format!("a list of {what}"));
    match items.get(most) {
        Some(first_beyond) => {
            reader.note(&first_beyond.head(), format!("more than {most} {what} in one policy"));
            &items[..most]
        }
        None => items,
    }
}

/// The id of a rule or exception, unique among `taken`.
fn read_id(reader: &mut Reader, node: &Node, what: &str, file: &PolicyFile, taken: &mut Ids) -> Option<Symbol> {
    let id = reader.text(node, "an id")?;
    if !id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')) {
        let problem = Problem::new(node.place.clone(), format!("`{id}` cannot be an id"));
        reader.problems.push(problem.help("ids are made of letters, digits, `-`, `_` and `.`"));
        return None;
    }
    let symbol = Symbol::new(id);
    if let Some((_, first)) = taken.iter().find(|(other, _)| *other == symbol) {
        let line = crate::policy::model::line_of(&file.text, *first);
        let problem = Problem::new(node.place.clone(), format!("a second {what} with the id `{id}`"));
        reader.problems.push(problem.help(format!("the first stands on line {line}")));
        return None;
    }
    taken.push((symbol, node.place.start));
    Some(symbol)
}

/// Ids that were met, with the offsets at which they stand.
type Ids = Vec<(Symbol, usize)>;
