//! The rules that apply at a site: by name and type, how sure, in which order.

use candor::base::Symbol;
use candor::rules::index::{Certainty, RuleIndex, Site, SiteKind, Typing};
use candor::rules::model::{Constant, Pattern, Port, Receiver, RuleSet};
use candor::rules::{RuleFile, load_files};

/// A site whose answers are written down. A type is known by all its names.
#[derive(Clone)]
struct Written {
    kind: SiteKind,
    name: &'static str,
    types: Option<Vec<&'static str>>,
    inside: Vec<&'static str>,
    arguments: Vec<Option<&'static str>>,
    constant: Option<Constant>,
    is_static: Option<bool>,
    receiver: Option<Receiver>,
    receiver_name: Option<&'static str>,
    file: &'static str,
    language: &'static str,
}

/// A call of `name` on a receiver of the types.
fn call(name: &'static str, types: &[&'static str]) -> Written {
    Written {
        kind: SiteKind::Call,
        name,
        types: Some(types.to_vec()),
        inside: Vec::new(),
        arguments: Vec::new(),
        constant: None,
        is_static: Some(false),
        receiver: None,
        receiver_name: None,
        file: "src/A.java",
        language: "java",
    }
}

/// A call whose receiver has no known type.
fn untyped(name: &'static str) -> Written {
    Written { types: None, ..call(name, &[]) }
}

impl Site for Written {
    fn kind(&self) -> SiteKind {
        self.kind
    }
    fn name(&self) -> Symbol {
        self.name.into()
    }
    fn is_type(&self, pattern: Pattern) -> Typing {
        match &self.types {
            None => Typing::Unknown,
            Some(types) if types.iter().any(|name| pattern.matches(name)) => Typing::Yes,
            Some(_) => Typing::No,
        }
    }
    fn each_type(&self, visit: &mut dyn FnMut(Symbol)) {
        self.types.iter().flatten().for_each(|name| visit(Symbol::new(name)));
    }
    fn is_inside(&self, pattern: Pattern) -> bool {
        self.inside.iter().any(|name| pattern.matches(name))
    }
    fn arity(&self) -> Option<usize> {
        Some(self.arguments.len())
    }
    fn is_static(&self) -> Option<bool> {
        self.is_static
    }
    fn is_parameter(&self, index: usize, pattern: Pattern) -> Typing {
        match self.arguments.get(index) {
            Some(Some(name)) if pattern.matches(name) => Typing::Yes,
            Some(Some(_)) => Typing::No,
            _ => Typing::Unknown,
        }
    }
    fn can_be(&self, _port: &Port, constant: Constant) -> bool {
        self.constant == Some(constant)
    }
    fn is_receiver(&self, receiver: &Receiver) -> bool {
        self.receiver.as_ref() == Some(receiver)
    }
    fn receiver_name(&self) -> Option<Symbol> {
        self.receiver_name.map(Symbol::new)
    }
    fn file(&self) -> &str {
        self.file
    }
    fn language(&self) -> Symbol {
        self.language.into()
    }
}

const RULES: &str = r#"
names: { common_methods: [get] }
destinations: [{ id: log }]
propagators:
  - { id: z.exact, match: { type: a.List, method: get }, drops: true }
  - { id: a.prefix, match: { type: a.List, method: "ge*" }, drops: true }
  - { id: m.any-name, match: { type: a.List, method: "*" }, drops: true }
  - { id: m.any-type, match: { type: "a.*", method: fetch }, drops: true }
  - { id: m.arity, match: { type: a.Map, method: put, arity: [2, 3] }, drops: true }
  - { id: m.static, match: { type: a.Map, method: of, static: true }, drops: true }
  - { id: m.parameters, match: { type: a.Map, method: copy, parameters: [a.Map, "*"] }, drops: true }
  - { id: m.where, match: { type: a.Map, method: at, where: { "Argument[0]": [KEY, 3] } }, drops: true }
  - { id: m.inside, match: { type: a.Map, method: own, inside: a.Main }, drops: true }
  - { id: m.file, match: { type: a.Map, method: filed, file: "src/*.java" }, drops: true }
  - { id: m.language, match: { type: a.Map, method: spoken, language: kotlin }, drops: true }
  - { id: m.rare, match: { type: a.Map, method: computeStuff }, drops: true }
  - { id: m.constructor, match: { type: a.Map, constructor: true }, drops: true }
  - { id: m.field, match: { field: Config.debug }, drops: true }
sinks:
  - { id: s.named, destination: log, match: { type: a.Logger, method: get, receiver: { name: [LOG] } }, input: "Argument[0]" }
  - { id: s.receiver, destination: log, match: { type: a.Stream, method: write, receiver: { field: a.System.out } }, input: "Argument[0]" }
entries:
  - { id: e.method, match: { extends: a.Receiver, method: onReceive } }
  - { id: e.class, match: { extends: a.Component }, lifetime: component }
types:
  - { id: t.annotation, match: { annotation: "Inj*", on: field }, implementers: true }
"#;

fn rules() -> RuleSet {
    let file = RuleFile { path: "rules.yaml".to_owned(), text: RULES.to_owned() };
    load_files(&[file], RuleSet::default()).unwrap_or_else(|problems| panic!("{}", problems[0].render(false))).rules
}

/// The ids of the rules that apply; `?` marks those that apply by name.
fn find(site: Written) -> Vec<String> {
    let rules = rules();
    let found = RuleIndex::new(&rules).find(&site);
    let text = |id: Symbol, certainty| format!("{id}{}", if certainty == Certainty::Typed { "" } else { "?" });
    found.into_iter().map(|(rule, certainty)| text(rule.resolve(&rules).0, certainty)).collect()
}

#[test]
fn names_are_found_exactly_by_beginning_and_by_type_in_the_order_of_ids() {
    assert_eq!(find(call("get", &["a.List", "a.Collection"])), ["a.prefix", "m.any-name", "z.exact"]);
    assert_eq!(find(call("getFirst", &["a.List"])), ["a.prefix", "m.any-name"]);
    assert_eq!(find(call("size", &["b.Mine", "a.List"])), ["m.any-name"]);
    assert_eq!(find(call("get", &["b.List"])), [""; 0]);
    assert_eq!(find(call("fetch", &["a.Other"])), ["m.any-type"]);
}

#[test]
fn every_condition_must_hold() {
    let map =
        |name, arguments: &[Option<&'static str>]| Written { arguments: arguments.to_vec(), ..call(name, &["a.Map"]) };
    assert_eq!(find(map("put", &[None, None])), ["m.arity"]);
    assert_eq!(find(map("put", &[None])), [""; 0]);
    assert_eq!(find(Written { is_static: Some(true), ..map("of", &[]) }), ["m.static"]);
    assert_eq!(find(Written { is_static: None, ..map("of", &[]) }), ["m.static"]);
    assert_eq!(find(map("of", &[])), [""; 0]);
    assert_eq!(find(map("copy", &[Some("a.Map"), Some("x")])), ["m.parameters"]);
    assert_eq!(find(map("copy", &[None, Some("x")])), ["m.parameters"]);
    assert_eq!(find(map("copy", &[Some("a.Set"), Some("x")])), [""; 0]);
    assert_eq!(find(map("copy", &[Some("a.Map")])), [""; 0]);
    assert_eq!(find(Written { constant: Some(Constant::Int(3)), ..map("at", &[]) }), ["m.where"]);
    assert_eq!(find(Written { constant: Some(Constant::Int(4)), ..map("at", &[]) }), [""; 0]);
    assert_eq!(find(map("at", &[])), [""; 0]);
    assert_eq!(find(Written { inside: vec!["a.Main"], ..map("own", &[]) }), ["m.inside"]);
    assert_eq!(find(map("own", &[])), [""; 0]);
    assert_eq!(find(map("filed", &[])), ["m.file"]);
    assert_eq!(find(Written { file: "src/deep/A.java", ..map("filed", &[]) }), [""; 0]);
    assert_eq!(find(Written { language: "kotlin", ..map("spoken", &[]) }), ["m.language"]);
    assert_eq!(find(map("spoken", &[])), [""; 0]);
}

#[test]
fn without_a_type_only_a_telling_name_or_receiver_counts() {
    assert_eq!(find(untyped("computeStuff")), ["m.rare?"]);
    assert_eq!(find(untyped("get")), [""; 0]);
    assert_eq!(find(Written { receiver_name: Some("LOG"), ..untyped("get") }), ["s.named?"]);
    assert_eq!(find(Written { receiver_name: Some("list"), ..untyped("get") }), [""; 0]);
    assert_eq!(find(call("get", &["a.Logger"])), ["s.named"]);
    assert_eq!(find(Written { kind: SiteKind::Declaration, ..untyped("onReceive") }), [""; 0]);
}

#[test]
fn receivers_are_told_apart() {
    let out = Receiver::Field("a.System.out".into());
    assert_eq!(find(Written { receiver: Some(out.clone()), ..call("write", &["a.Stream"]) }), ["s.receiver"]);
    assert_eq!(find(Written { receiver: Some(out), ..untyped("write") }), ["s.receiver"]);
    assert_eq!(find(call("write", &["a.Stream"])), [""; 0]);
}

#[test]
fn constructors_fields_declarations_classes_and_annotations_have_rules_of_their_own() {
    let of = |kind, name, types: &[&'static str]| Written { kind, ..call(name, types) };
    assert_eq!(find(of(SiteKind::Constructor, "a.Map", &["a.Map"])), ["m.constructor"]);
    // What holds for the objects of a class holds for those below it, of which no rule says more.
    assert_eq!(find(of(SiteKind::Constructor, "a.HashMap", &["a.HashMap", "a.Map"])), ["m.constructor"]);
    assert_eq!(find(of(SiteKind::Constructor, "a.List", &["a.List"])), [""; 0]);
    assert_eq!(find(of(SiteKind::Field, "debug", &["Config"])), ["m.field"]);
    assert_eq!(find(of(SiteKind::Field, "debug", &["Other"])), [""; 0]);
    assert_eq!(find(of(SiteKind::Declaration, "onReceive", &["b.Mine", "a.Receiver"])), ["e.method"]);
    assert_eq!(find(of(SiteKind::Call, "onReceive", &["b.Mine", "a.Receiver"])), [""; 0]);
    assert_eq!(find(of(SiteKind::Class, "b.Mine", &["b.Mine", "a.Component"])), ["e.class"]);
    assert_eq!(find(of(SiteKind::Annotation, "Inject", &[])), ["t.annotation"]);
}

#[test]
fn rules_of_other_names_do_not_change_what_is_found() {
    let more: String = (0..5_000)
        .map(|n| format!("  - {{ id: other.n{n}, match: {{ type: a.List, method: other{n} }}, drops: true }}\n"))
        .collect();
    let file = RuleFile { path: "more.yaml".to_owned(), text: format!("propagators:\n{more}") };
    let all = load_files(&[file], rules()).unwrap().rules;
    let found = RuleIndex::new(&all).find(&call("get", &["a.List"]));
    let ids: Vec<_> = found.iter().map(|(rule, _)| rule.resolve(&all).0.as_str()).collect();
    assert_eq!(ids, ["a.prefix", "m.any-name", "z.exact"]);
}
