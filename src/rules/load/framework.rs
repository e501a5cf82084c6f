//! Reads the eight framework sections.

use super::draft::{Draft, Referent};
use super::matching::Needs;
use super::model::{
    AddedMember, COVERED, CallRule, Channel, ChannelEnd, ComponentKind, ConstantKey, ConstantRule, ConstructorFields,
    Entry, Expand, ExpandMembers, Guard, INSIDE, Lifetime, Listens, Match, Member, MemberFilter, MemberRule, NamedBy,
    Port, PortRoot, Scope, Section, Store, Template, TypeRule, When,
};
use crate::base::Symbol;
use crate::base::yaml::{Fields, Node, Problem, Value};

impl Draft<'_> {
    pub(super) fn member(&mut self, node: &Node) {
        let Some(entry) = self.open(node, Section::Member, &["match", "add", "to", "except"]) else { return };
        let matches = self.match_of(&entry.fields, Needs::Anything);
        let mut bound = matches.variables();
        if let Some(Member::Annotation { .. }) = matches.member {
            bound.extend(COVERED.map(Symbol::new));
        }
        if let Some(Member::Macro { .. }) = matches.member {
            bound.extend(INSIDE.map(Symbol::new));
        }
        let to = entry.fields.get("to").and_then(|node| self.template_of(node, &bound));
        let add = self.reader.require(&entry.fields, "add").and_then(|node| self.added_member(node, &bound));
        let except = self.excepted(&entry.fields);
        if let Some(add) = add {
            self.rules.members.push(MemberRule { id: entry.id, matches, add, to, except });
        }
    }

    fn added_member(&mut self, node: &Node, bound: &[Symbol]) -> Option<AddedMember> {
        let keys = ["method", "returns", "of", "setter", "field", "constructor"];
        let fields = self.reader.fields(node, "a member", &keys)?;
        if let Some(node) = fields.get("constructor") {
            let fields = self.reader.choice(node, "the fields of a constructor", ConstructorFields::WORDS)?;
            return Some(AddedMember::Constructor { fields });
        }
        let mut text = |key: &str| fields.get(key).and_then(|node| self.template_of(node, bound));
        let (method, returns, of, setter, field) =
            (text("method"), text("returns"), text("of"), text("setter"), text("field"));
        match (method, returns.as_deref(), setter, field) {
            (Some(name), Some("new"), None, None) => Some(AddedMember::Maker { name }),
            (Some(name), Some(_), None, None) => returns.map(|returns| AddedMember::Getter { name, returns, of }),
            (None, None | Some("this"), Some(name), Some(field)) => {
                Some(AddedMember::Setter { name, field, chains: returns.is_some() })
            }
            (None, None, None, Some(name)) => Some(AddedMember::Field { name, of }),
            _ => {
                let problem = Problem::new(fields.place(), "this is no member");
                let help = "give `method` and `returns`, `setter` and `field`, `field` alone, or `constructor`; `of` is the type";
                self.reader.problems.push(problem.help(help));
                None
            }
        }
    }

    /// The members that a rule leaves out.
    fn excepted(&mut self, fields: &Fields<'_>) -> Vec<MemberFilter> {
        let mut except = Vec::new();
        if let Some(node) = fields.get("except") {
            for item in self.reader.one_or_more(node, "members that stay") {
                self.member_filters(item, &mut except);
            }
        }
        except
    }

    pub(super) fn type_rule(&mut self, node: &Node) {
        let keys = ["match", "returns", "extends", "implementers", "lifetime", "type", "declared_as", "name_ends"];
        let Some(entry) = self.open(node, Section::Type, &keys) else { return };
        let fields = &entry.fields;
        let matches = self.match_of(fields, Needs::Anything);
        let returns = fields.get("returns").and_then(|node| self.template(node, &matches));
        let extends = fields.get("extends").map(|node| self.symbols(node, "a type")).unwrap_or_default();
        let flag = fields.get("implementers").and_then(|node| self.reader.boolean(node)).unwrap_or(false);
        // `type: implementers` is another way to say `implementers: true`.
        let word = fields
            .get("type")
            .and_then(|node| self.reader.choice(node, "what it stands for", &[("implementers", true)]));
        let implementers = flag || word.unwrap_or(false);
        let lifetime = self.lifetime(fields);
        let declared_as = fields
            .get("declared_as")
            .and_then(|node| self.reader.choice(node, "a kind of component", ComponentKind::WORDS));
        let name_ends = fields.get("name_ends").map(|node| self.symbols(node, "the end of a name")).unwrap_or_default();
        let says_nothing = returns.is_none() && extends.is_empty() && !implementers && name_ends.is_empty();
        if says_nothing && lifetime.is_none() && declared_as.is_none() {
            let problem = Problem::new(fields.place(), "this rule says nothing of the type");
            self.reader
                .problems
                .push(problem.help("give one of returns, extends, implementers, lifetime, declared_as, name_ends"));
        }
        self.rules.types.push(TypeRule {
            id: entry.id,
            matches,
            returns,
            extends,
            implementers,
            lifetime,
            declared_as,
            name_ends,
        });
    }

    fn lifetime(&mut self, fields: &Fields<'_>) -> Option<Lifetime> {
        fields.get("lifetime").and_then(|node| self.reader.choice(node, "a lifetime", Lifetime::WORDS))
    }

    pub(super) fn call(&mut self, node: &Node) {
        let keys = ["match", "to", "when", "bind", "of", "self"];
        let Some(entry) = self.open(node, Section::Call, &keys) else { return };
        let fields = &entry.fields;
        let matches = self.match_of(fields, Needs::Member);
        let to = self.reader.require(fields, "to").and_then(|node| self.callee(node, &matches));
        let when = fields.get("when").and_then(|node| self.reader.choice(node, "a time", When::WORDS));
        let mut bind = Vec::new();
        if let Some(node) = fields.get("bind") {
            for (from, to) in self.reader.entries(node, "ports of the function by ports of the call") {
                if let (Some(from), ports) = (self.port(from), self.ports(to)) {
                    bind.extend(ports.into_iter().map(|to| (from.clone(), to)));
                }
            }
        }
        let of = fields.get("of").and_then(|node| self.template(node, &matches));
        let same_self = fields.get("self").and_then(|node| self.reader.choice(node, "`same`", &[("same", true)]));
        if let Some(to) = to {
            let (when, same_self) = (when.unwrap_or_default(), same_self.unwrap_or(false));
            self.rules.calls.push(CallRule { id: entry.id, matches, to, when, bind, of, same_self });
        }
    }

    /// `PORT#name` or `PORT`; `this` is short for `Argument[this]`.
    fn callee(&mut self, node: &Node, matches: &Match) -> Option<(Port, Option<Template>)> {
        let text = self.reader.text(node, "a function: `Argument[this]#name`")?;
        let (receiver, name) = match text.split_once('#') {
            Some((receiver, name)) => (receiver, Some(name)),
            None => (text, None),
        };
        let port = match receiver {
            "this" => Some(Port { root: PortRoot::This, path: Vec::new() }),
            _ => self.port_text(node, receiver, 0),
        };
        if let Some(name) = name {
            self.check_template(node, name, receiver.len() + 1, matches);
            if name.is_empty() {
                self.reader.note(&node.place, "a name must stand behind `#`");
            }
        }
        Some((port?, name.map(Symbol::new)))
    }

    pub(super) fn channel(&mut self, node: &Node) {
        let Some(entry) = self.open(node, Section::Channel, &["put", "get", "scope", "persistent"]) else { return };
        let fields = &entry.fields;
        let put = self.reader.require(fields, "put").map(|node| self.channel_ends(node, "value")).unwrap_or_default();
        let get = self.reader.require(fields, "get").map(|node| self.channel_ends(node, "to")).unwrap_or_default();
        let scope = self.reader.require(fields, "scope");
        let scope = scope.and_then(|node| self.reader.choice(node, "a scope", Scope::WORDS));
        let persistent = fields.get("persistent").and_then(|node| self.reader.boolean(node)).unwrap_or(false);
        if let Some(scope) = scope {
            self.rules.channels.push(Channel { id: entry.id, put, get, scope, persistent });
        }
    }

    /// The calls on one side of a channel; the value stands under `value_key`.
    fn channel_ends(&mut self, node: &Node, value_key: &'static str) -> Vec<ChannelEnd> {
        let mut ends = Vec::new();
        for item in self.reader.one_or_more(node, "a call") {
            let further = if value_key == "value" { "otherwise" } else { "listens" };
            let keys = ["match", "key", further, value_key];
            let Some(fields) = self.reader.fields(item, "an end of a channel", &keys) else { continue };
            let matches = self.match_of(&fields, Needs::Member);
            let key = fields.get("key").and_then(|node| self.port(node));
            let value = self.reader.require(&fields, value_key).and_then(|node| self.port(node));
            let otherwise = fields.get("otherwise").and_then(|node| self.port(node));
            let listens = fields.get("listens");
            let listens = listens.and_then(|node| self.reader.choice(node, "what declares it", Listens::WORDS));
            ends.extend(value.map(|value| ChannelEnd { matches, key, otherwise, listens, value }));
        }
        ends
    }

    pub(super) fn expand(&mut self, node: &Node) {
        let Some(entry) = self.open(node, Section::Expand, &["match", "object", "by", "out", "members", "except"])
        else {
            return;
        };
        let fields = &entry.fields;
        let matches = self.match_of(fields, Needs::Anything);
        let object = self.reader.require(fields, "object").and_then(|node| self.port(node));
        let by = fields.get("by").and_then(|node| self.port(node));
        let out = self.reader.require(fields, "out").and_then(|node| self.port(node));
        let members = self.reader.require(fields, "members").and_then(|node| self.expand_members(node));
        let except = self.excepted(fields);
        if let (Some(object), Some(out), Some(members)) = (object, out, members) {
            self.rules.expands.push(Expand { id: entry.id, matches, object, out, members, except, by });
        }
    }

    /// `fields`, `getters`, `columns`, `named`, `{ macro: name }` or `{ method: name }`.
    fn expand_members(&mut self, node: &Node) -> Option<ExpandMembers> {
        if let Value::Mapping(_) = node.value {
            let fields = self.reader.fields(node, "a choice of members", &["macro", "holds", "method"])?;
            if let Some(node) = fields.get("method") {
                return Some(ExpandMembers::Method { names: self.symbols(node, "the name of a method") });
            }
            let names = self.reader.require(&fields, "macro")?;
            let names = self.symbols(names, "the name of a macro");
            let holds = fields.get("holds").and_then(|node| self.reader.text(node, "the name of a field"));
            return Some(ExpandMembers::Macro { names, holds: holds.map(Symbol::new) });
        }
        let words: &[(&'static str, usize)] = &[("fields", 0), ("getters", 1), ("columns", 2), ("named", 3)];
        let kinds = [ExpandMembers::Fields, ExpandMembers::Getters, ExpandMembers::Columns, ExpandMembers::Named];
        let found = self.reader.choice(node, "a choice of members", words)?;
        kinds.into_iter().nth(found)
    }

    fn member_filters(&mut self, node: &Node, filters: &mut Vec<MemberFilter>) {
        let Some(fields) = self.reader.fields(node, "a member that stays", &["modifier", "annotation"]) else { return };
        if let Some(node) = fields.get("modifier") {
            filters.extend(self.symbols(node, "a modifier").into_iter().map(MemberFilter::Modifier));
        }
        if let Some(node) = fields.get("annotation") {
            filters.extend(self.patterns(node, "an annotation").into_iter().map(MemberFilter::Annotation));
        }
    }

    pub(super) fn entry_point(&mut self, node: &Node) {
        let Some(entry) = self.open(node, Section::Entry, &["match", "lifetime", "sources", "named_by"]) else {
            return;
        };
        let matches = self.match_of(&entry.fields, Needs::Anything);
        let lifetime = self.lifetime(&entry.fields);
        let mut sources = Vec::new();
        if let Some(node) = entry.fields.get("sources") {
            for (key, value) in self.reader.entries(node, "elements by parameter") {
                let port = self.port(key);
                let element = self.reference(value, Referent::Element, "an element");
                sources.extend(port.zip(element));
            }
        }
        let named_by = entry.fields.get("named_by");
        let named_by = named_by.and_then(|node| self.reader.choice(node, "what names it", NamedBy::WORDS));
        self.rules.entries.push(Entry { id: entry.id, matches, lifetime, sources, named_by });
    }

    pub(super) fn guard(&mut self, node: &Node) {
        let Some(entry) = self.open(node, Section::Guard, &["match", "values", "effect"]) else { return };
        let fields = &entry.fields;
        let matches = self.match_of(fields, Needs::Member);
        let mut values = Vec::new();
        if let Some(node) = fields.get("values") {
            for (value, element) in self.reader.entries(node, "elements by the value of the field") {
                let value = self.reader.text(value, "a value").map(Symbol::new);
                values.extend(value.zip(self.reference(element, Referent::Element, "an element")));
            }
        }
        let effect = fields.get("effect").and_then(|node| self.reference(node, Referent::Effect, "an effect"));
        if fields.get("values").is_some() == fields.get("effect").is_some() {
            let problem = Problem::new(fields.place(), "a guard proves one thing");
            self.reader.problems.push(problem.help("give either `values` or `effect`"));
        }
        self.rules.guards.push(Guard { id: entry.id, matches, values, effect });
    }

    pub(super) fn constant(&mut self, node: &Node) {
        let Some(entry) = self.open(node, Section::Constant, &["match", "from"]) else { return };
        let matches = self.match_of(&entry.fields, Needs::Member);
        let from = self.reader.require(&entry.fields, "from");
        if let Some((from, key, default)) = from.and_then(|node| self.store(node, &matches)) {
            self.rules.constants.push(ConstantRule { id: entry.id, matches, from, key, default });
        }
    }

    /// `{ gradle: buildConfigField, key: $k }`: a kind of file, what is read from it, and the key.
    fn store(&mut self, node: &Node, matches: &Match) -> Option<(Store, ConstantKey, Option<Port>)> {
        let split = |word: &'static str| word.split_once(": ").unwrap_or((word, ""));
        let mut kinds: Vec<&'static str> = Store::WORDS.iter().map(|(word, _)| split(word).0).collect();
        kinds.dedup();
        let keys = [kinds.as_slice(), &["key", "default"]].concat();
        let fields = self.reader.fields(node, "what a constant is read from", &keys)?;
        let given: Vec<&'static str> = kinds.iter().copied().filter(|kind| fields.get(kind).is_some()).collect();
        let [kind] = given[..] else {
            let problem = Problem::new(fields.place(), "a constant is read from one kind of file");
            self.reader.problems.push(problem.help(format!("give one of {}", kinds.join(", "))));
            return None;
        };
        let words = Store::WORDS.iter().map(|(word, store)| (split(word), *store));
        let words: Vec<(&'static str, Store)> =
            words.filter(|((of, _), _)| *of == kind).map(|((_, word), store)| (word, store)).collect();
        let store = fields.get(kind).and_then(|node| self.reader.choice(node, "what is read", &words));
        let key = self.reader.require(&fields, "key").and_then(|node| self.constant_key(node, matches));
        let default = fields.get("default").and_then(|node| self.port(node));
        Some((store?, key?, default))
    }

    fn constant_key(&mut self, node: &Node, matches: &Match) -> Option<ConstantKey> {
        match node.as_text() {
            Some(text) if text.starts_with("Argument") => self.port(node).map(ConstantKey::At),
            _ => self.template(node, matches).map(ConstantKey::Words),
        }
    }
}
