//! Reads `match`: what a rule speaks of.

use super::draft::Draft;
use super::model::{AnnotationTarget, Constant, Match, Member, Pattern, Port, Receiver, Word};
use super::{port, template};
use crate::base::Symbol;
use crate::base::yaml::{Fields, Node, Problem, Value};

/// Keys that every match can have.
const KEYS: &[&str] = &[
    "type",
    "extends",
    "method",
    "function",
    "field",
    "constructor",
    "macro",
    "annotation",
    "static",
    "arity",
    "parameters",
    "overridden",
    "receiver",
    "where",
    "file",
    "inside",
    "language",
    "args",
    "on",
];
/// The keys that name a member; at most one of them is given.
const MEMBERS: &[&str] = &["method", "function", "field", "constructor", "macro", "annotation"];

/// What a section asks of its matches.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// A member: the rule is about calls or accesses.
    Member,
    /// A type alone is enough.
    Anything,
}

impl Draft<'_> {
    /// The match of an entry, under its key.
    pub(super) fn match_of(&mut self, fields: &Fields<'_>, needs: Needs) -> Match {
        match self.reader.require(fields, "match") {
            Some(node) => self.read_match(node, needs),
            None => Match::default(),
        }
    }

    fn read_match(&mut self, node: &Node, needs: Needs) -> Match {
        // The options of a macro or an annotation have keys of their own: `to: $t`.
        let options = self.option_keys(node);
        let own: Vec<&str> = options.iter().map(|key| key.as_str()).collect();
        let Some(fields) = self.reader.fields_and(node, "a match", KEYS, &own) else { return Match::default() };
        let mut matches = Match { member: self.read_member(&fields, &options), ..Match::default() };
        if let Some(node) = fields.get("type") {
            matches.types = self.patterns(node, "a type");
        }
        if let Some(node) = fields.get("extends") {
            matches.extends = self.patterns(node, "a type");
        }
        if let Some(node) = fields.get("inside") {
            matches.inside = self.patterns(node, "a type");
        }
        self.read_conditions(&fields, &mut matches);
        self.owner_of_field(&mut matches);
        self.check_extent(&fields, &matches, needs);
        matches
    }

    fn read_conditions(&mut self, fields: &Fields<'_>, matches: &mut Match) {
        matches.is_static = fields.get("static").and_then(|node| self.reader.boolean(node));
        matches.overridden = fields.get("overridden").and_then(|node| self.reader.boolean(node)).unwrap_or(false);
        if let Some(node) = fields.get("arity") {
            for item in self.reader.one_or_more(node, "a number of arguments") {
                matches.arity.extend(self.reader.integer::<u8>(item, "a number of arguments", 0, 254));
            }
        }
        if let Some(node) = fields.get("parameters") {
            let items = self.reader.list(node, "the types of the parameters as a list");
            matches.parameters = Some(items.iter().filter_map(|item| self.pattern(item, "a type")).collect());
        }
        matches.receiver = fields.get("receiver").and_then(|node| self.receiver(node));
        if let Some(node) = fields.get("where") {
            for (key, values) in self.reader.entries(node, "constants by port") {
                let port = self.port(key);
                let constants = self.reader.one_or_more(values, "a constant").iter();
                let constants = constants.filter_map(|item| self.constant_value(item)).collect();
                matches.conditions.extend(port.map(|port| (port, constants)));
            }
        }
        matches.file = fields.get("file").and_then(|node| self.glob(node));
        matches.languages = match fields.get("language") {
            Some(node) => self.languages_of(node),
            None => self.languages.clone(),
        };
    }

    /// Keys that only a macro or annotation can have. Those that look like a slip of another key are left out, so that
    /// they are told.
    fn option_keys(&self, node: &Node) -> Vec<Symbol> {
        let Value::Mapping(entries) = &node.value else { return Vec::new() };
        let keys = || entries.iter().filter_map(|(key, _)| key.as_text());
        if !keys().any(|key| matches!(key, "macro" | "annotation")) {
            return Vec::new();
        }
        let is_slip = |key: &str| key.len() > 3 && crate::base::yaml::did_you_mean(key, KEYS.iter().copied()).is_some();
        keys().filter(|key| !KEYS.contains(key) && !is_slip(key)).map(Symbol::new).collect()
    }

    fn read_member(&mut self, fields: &Fields<'_>, options: &[Symbol]) -> Option<Member> {
        let given: Vec<&str> = MEMBERS.iter().copied().filter(|key| fields.get(key).is_some()).collect();
        if let [first, second, ..] = given[..]
            && let Some(key) = fields.key(second)
        {
            self.reader.note(&key.place, format!("a match has one member, but `{first}` and `{second}` are given"));
        }
        let key = *given.first()?;
        self.belongs_to(fields, "args", key == "macro", "a macro");
        self.belongs_to(fields, "on", key == "annotation", "an annotation");
        let node = fields.get(key)?;
        let options = options.iter().filter_map(|option| Some((*option, self.word(fields.get(option)?)?))).collect();
        Some(match key {
            "constructor" => {
                if self.reader.boolean(node) == Some(false) {
                    self.reader.note(&node.place, "`constructor: false` says nothing; leave it out");
                }
                Member::Constructor
            }
            "method" => Member::Method(self.patterns(node, "the name of a method")),
            "function" => Member::Function(self.patterns(node, "the name of a function")),
            "field" => Member::Field(self.patterns(node, "the name of a field")),
            "macro" => {
                let arguments = fields.get("args").map(|node| self.reader.one_or_more(node, "a word")).unwrap_or(&[]);
                let arguments = arguments.iter().filter_map(|item| self.word(item)).collect();
                Member::Macro { names: self.patterns(node, "the name of a macro"), arguments, options }
            }
            _ => {
                let targets = fields.get("on").map(|node| self.reader.one_or_more(node, "a kind of declaration"));
                let on = targets.unwrap_or(&[]).iter();
                let on =
                    on.filter_map(|item| self.reader.choice(item, "a kind of declaration", AnnotationTarget::WORDS));
                let on = on.collect();
                Member::Annotation { names: self.patterns(node, "the name of an annotation"), on, options }
            }
        })
    }

    fn belongs_to(&mut self, fields: &Fields<'_>, key: &str, fits: bool, owner: &str) {
        if let Some(node) = fields.key(key).filter(|_| !fits) {
            self.reader.note(&node.place, format!("`{key}` belongs to {owner}"));
        }
    }

    /// `field: Owner.name` gives the type where none is given.
    fn owner_of_field(&mut self, matches: &mut Match) {
        let Some(Member::Field(names)) = &mut matches.member else { return };
        if !matches.types.is_empty() {
            return;
        }
        for name in names {
            let text = match name {
                Pattern::Exact(text) | Pattern::Prefix(text) | Pattern::Rest(text, _) => *text,
                Pattern::Suffix(_) | Pattern::Any => continue,
            };
            let Some((owner, field)) = text.rsplit_once('.') else { continue };
            let owner = Pattern::Exact(Symbol::new(owner));
            if !matches.types.contains(&owner) {
                matches.types.push(owner);
            }
            let field = Symbol::new(field);
            *name = match *name {
                Pattern::Exact(_) => Pattern::Exact(field),
                Pattern::Prefix(_) if field.is_empty() => Pattern::Any,
                Pattern::Prefix(_) => Pattern::Prefix(field),
                Pattern::Rest(_, variable) => Pattern::Rest(field, variable),
                other @ (Pattern::Suffix(_) | Pattern::Any) => other,
            };
        }
    }

    /// Tells matches that speak of nothing, or of every call.
    fn check_extent(&mut self, fields: &Fields<'_>, matches: &Match, needs: Needs) {
        if matches.member.is_none() && needs == Needs::Member {
            let help = format!("give one of {}", MEMBERS.join(", "));
            let problem = Problem::new(fields.place(), "this match names no member of the type");
            self.reader.problems.push(problem.help(help));
            return;
        }
        let any = |patterns: &[Pattern]| patterns.iter().all(|pattern| *pattern == Pattern::Any);
        // What was given but could not be read was told already.
        let any_of =
            |key: &str, patterns: &[Pattern]| any(patterns) && (fields.get(key).is_none() || !patterns.is_empty());
        let names = matches.member.as_ref().and_then(Member::names);
        let any_member = names.is_none_or(|names| any(names) && !names.is_empty());
        let bounded = matches.receiver.is_some() || !any(&matches.inside) || matches.file.is_some();
        if any_member && any_of("type", &matches.types) && any_of("extends", &matches.extends) && !bounded {
            self.reader.note(&fields.place(), "this match would hold for everything");
        }
    }

    fn receiver(&mut self, node: &Node) -> Option<Receiver> {
        let fields = self.reader.fields(node, "a receiver", &["field", "call", "name"])?;
        let keys: Vec<&str> = ["field", "call", "name"].into_iter().filter(|key| fields.get(key).is_some()).collect();
        let [key] = keys[..] else {
            self.reader.note(&fields.place(), "a receiver has one of the keys `field`, `call`, `name`");
            return None;
        };
        let value = fields.get(key)?;
        match key {
            "field" => self.reader.text(value, "a qualified field").map(|text| Receiver::Field(Symbol::new(text))),
            "call" => self.reader.text(value, "a qualified method").map(|text| Receiver::Call(Symbol::new(text))),
            _ => Some(Receiver::Name(self.symbols(value, "the name of a receiver"))),
        }
    }

    fn constant_value(&mut self, node: &Node) -> Option<Constant> {
        if node.is_null() {
            return Some(Constant::Null);
        }
        let Value::Scalar { text, plain } = &node.value else {
            self.reader.wrong_shape(node, "a constant");
            return None;
        };
        Some(match (text.as_str(), plain) {
            ("true", true) => Constant::Bool(true),
            ("false", true) => Constant::Bool(false),
            (text, true) => text.parse().map_or_else(|_| Constant::Str(Symbol::new(text)), Constant::Int),
            (text, false) => Constant::Str(Symbol::new(text)),
        })
    }

    /// A word of a macro or annotation: `$x` binds, `*$x` takes each of the rest.
    fn word(&mut self, node: &Node) -> Option<Word> {
        let text = self.reader.text(node, "a word or a variable")?;
        Some(match (text.strip_prefix("*$"), text.strip_prefix('$')) {
            (Some(name), _) => Word::Each(Symbol::new(&format!("${name}"))),
            (None, Some(_)) => Word::Variable(Symbol::new(text)),
            (None, None) => Word::Literal(Symbol::new(text)),
        })
    }

    pub(super) fn patterns(&mut self, node: &Node, what: &str) -> Vec<Pattern> {
        let items = self.reader.one_or_more(node, what);
        items.iter().filter_map(|item| self.pattern(item, what)).collect()
    }

    /// A name, `prefix*`, `prefix$variable`, `*`, or an ending that stands apart: `*=`, `*?`, `*_path`.
    pub(super) fn pattern(&mut self, node: &Node, what: &str) -> Option<Pattern> {
        // The parts of a name are joined by dots, however a language writes them.
        let text = &self.reader.text(node, what)?.replace("::", ".");
        let problem = |message: &str| Problem::new(node.place.clone(), message.to_owned());
        if text == "*" {
            return Some(Pattern::Any);
        }
        if text.contains(char::is_whitespace) {
            self.reader.problems.push(problem("a name holds no blanks"));
            return None;
        }
        if let Some((prefix, variable)) = text.split_once('$') {
            if !variable.starts_with(|c: char| c.is_ascii_lowercase()) {
                let help = "a nested type is joined by a dot; a variable begins with a small letter";
                self.reader.problems.push(problem("`$` begins a variable").help(help));
                return None;
            }
            return Some(Pattern::Rest(Symbol::new(prefix), Symbol::new(&format!("${variable}"))));
        }
        match text.split_once('*') {
            None => Some(Pattern::Exact(Symbol::new(text))),
            Some((prefix, "")) => Some(Pattern::Prefix(Symbol::new(prefix))),
            Some(("", end)) if matches!(end, "=" | "?") || end.starts_with('_') => {
                Some(Pattern::Suffix(Symbol::new(end)))
            }
            Some(_) => {
                let help = "write the names in a list, or a common beginning as `get*`";
                self.reader.problems.push(problem("`*` stands at the end of a name or alone").help(help));
                None
            }
        }
    }

    fn glob(&mut self, node: &Node) -> Option<Symbol> {
        let text = self.reader.text(node, "a glob of paths")?;
        match globset::GlobBuilder::new(text).literal_separator(true).build() {
            Ok(_) => Some(Symbol::new(text)),
            Err(error) => {
                self.reader.note(&node.place, format!("not a glob: {}", error.kind()));
                None
            }
        }
    }

    /// A port, given by its text.
    pub(super) fn port(&mut self, node: &Node) -> Option<Port> {
        let text = self.reader.text(node, "a port")?;
        self.port_text(node, text, 0)
    }

    /// A port that is a part of the text of `node`, from `offset` on.
    pub(super) fn port_text(&mut self, node: &Node, text: &str, offset: usize) -> Option<Port> {
        match port::parse(text) {
            Ok(port) => Some(port),
            Err(fault) => {
                let part = fault.part.start + offset..fault.part.end + offset;
                self.note_within(node, part, |place| fault.at(place));
                None
            }
        }
    }

    pub(super) fn ports(&mut self, node: &Node) -> Vec<Port> {
        self.reader.one_or_more(node, "a port").iter().filter_map(|item| self.port(item)).collect()
    }

    /// A text whose variables `matches` binds.
    pub(super) fn template(&mut self, node: &Node, matches: &Match) -> Option<Symbol> {
        self.template_of(node, &matches.variables())
    }

    /// A text whose variables are among `bound`.
    pub(super) fn template_of(&mut self, node: &Node, bound: &[Symbol]) -> Option<Symbol> {
        let text = self.reader.text(node, "a text")?;
        self.check_variables(node, text, 0, bound);
        Some(Symbol::new(text))
    }

    /// Checks a template that is a part of the text of `node`, from `offset` on.
    pub(super) fn check_template(&mut self, node: &Node, text: &str, offset: usize, matches: &Match) {
        self.check_variables(node, text, offset, &matches.variables());
    }

    fn check_variables(&mut self, node: &Node, text: &str, offset: usize, bound: &[Symbol]) {
        for (part, problem) in template::faults(text, bound) {
            let part = part.start + offset..part.end + offset;
            self.note_within(node, part, |place| Problem { place, ..problem });
        }
    }
}
