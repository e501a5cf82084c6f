//! Reads sources, sinks, propagators, sanitizers and transforms.

use super::draft::{Draft, Referent};
use super::matching::Needs;
use super::model::{
    Port, PortRoot, Propagator, PropagatorKind, Reads, Sanitizer, Section, Semantics, Sink, Source, Transform,
};
use crate::base::yaml::{Fields, Node, Problem};

impl Draft<'_> {
    pub(super) fn source(&mut self, node: &Node) {
        let Some(entry) = self.open(node, Section::Source, &["element", "match", "output"]) else { return };
        let element = self.reader.require(&entry.fields, "element");
        let element = element.and_then(|node| self.reference(node, Referent::Element, "an element"));
        let matches = self.match_of(&entry.fields, Needs::Member);
        let output = self.port_or_result(&entry.fields, "output");
        if let (Some(element), Some(output)) = (element, output) {
            self.rules.sources.push(Source { id: entry.id, element, matches, output });
        }
    }

    pub(super) fn sink(&mut self, node: &Node) {
        let keys = ["destination", "match", "input", "reads", "host", "key"];
        let Some(entry) = self.open(node, Section::Sink, &keys) else { return };
        let fields = &entry.fields;
        let destination = self.reader.require(fields, "destination");
        let destination = destination.and_then(|node| self.reference(node, Referent::Destination, "a destination"));
        let matches = self.match_of(fields, Needs::Member);
        let input = self.reader.require(fields, "input").map(|node| self.ports(node)).unwrap_or_default();
        let reads = fields.get("reads").and_then(|node| self.reader.choice(node, "how deep it reads", Reads::WORDS));
        let host = fields.get("host").and_then(|node| self.port(node));
        let key = fields.get("key").and_then(|node| self.port(node));
        if let Some(destination) = destination {
            let reads = reads.unwrap_or_default();
            self.rules.sinks.push(Sink { id: entry.id, destination, matches, input, reads, host, key });
        }
    }

    pub(super) fn propagator(&mut self, node: &Node) {
        let keys = ["match", "flow", "kind", "semantics", "drops"];
        let Some(entry) = self.open(node, Section::Propagator, &keys) else { return };
        let fields = &entry.fields;
        let matches = self.match_of(fields, Needs::Member);
        let flow = self.flow_of(fields);
        let kind = fields.get("kind").and_then(|node| self.reader.choice(node, "a kind", PropagatorKind::WORDS));
        let semantics =
            fields.get("semantics").and_then(|node| self.reader.choice(node, "an operation", Semantics::WORDS));
        let drops = fields.get("drops").and_then(|node| self.reader.boolean(node)).unwrap_or(false);
        let says = |key: &str| fields.get(key).is_some();
        if !says("flow") && !says("semantics") && !says("drops") {
            let problem = Problem::new(fields.place(), "this propagator says nothing of what happens");
            self.reader.problems.push(problem.help("give one of flow, semantics, drops"));
        }
        if let Some(node) = fields.key("drops").filter(|_| says("flow") || says("semantics")) {
            self.reader.note(&node.place, "what drops everything has neither `flow` nor `semantics`");
        }
        if let Some(node) = fields.key("kind").filter(|_| fields.get("flow").is_none()) {
            self.reader.note(&node.place, "`kind` belongs to `flow`");
        }
        let kind = kind.unwrap_or_default();
        self.rules.propagators.push(Propagator { id: entry.id, matches, flow, kind, semantics, drops });
    }

    pub(super) fn sanitizer(&mut self, node: &Node) {
        let Some(entry) = self.open(node, Section::Sanitizer, &["match", "cleans", "for"]) else { return };
        let matches = self.match_of(&entry.fields, Needs::Member);
        let cleans = self.port_or_result(&entry.fields, "cleans");
        let mut destinations = Vec::new();
        if let Some(node) = entry.fields.get("for") {
            for item in self.reader.one_or_more(node, "a destination") {
                destinations.extend(self.reference(item, Referent::DestinationOrGroup, "a destination"));
            }
        }
        if let Some(cleans) = cleans {
            self.rules.sanitizers.push(Sanitizer { id: entry.id, matches, cleans, destinations });
        }
    }

    pub(super) fn transform(&mut self, node: &Node) {
        let Some(entry) = self.open(node, Section::Transform, &["match", "effect", "flow"]) else { return };
        let matches = self.match_of(&entry.fields, Needs::Member);
        let effect = self.reader.require(&entry.fields, "effect");
        let effect = effect.and_then(|node| self.reference(node, Referent::Effect, "an effect"));
        let flow = self.flow_of(&entry.fields);
        if let Some(effect) = effect {
            self.rules.transforms.push(Transform { id: entry.id, matches, effect, flow });
        }
    }

    /// The port under `key`; the result where there is none.
    fn port_or_result(&mut self, fields: &Fields<'_>, key: &str) -> Option<Port> {
        match fields.get(key) {
            Some(node) => self.port(node),
            None => Some(Port { root: PortRoot::Return, path: Vec::new() }),
        }
    }

    /// `flow: [{ from: PORT, to: PORT }]`; either side may be a list, which stands for each pair.
    fn flow_of(&mut self, fields: &Fields<'_>) -> Vec<(Port, Port)> {
        let mut flow = Vec::new();
        let Some(node) = fields.get("flow") else { return flow };
        for item in self.reader.one_or_more(node, "where data goes") {
            let Some(fields) = self.reader.fields(item, "a part of `flow`", &["from", "to"]) else { continue };
            let from = self.reader.require(&fields, "from").map(|node| self.ports(node)).unwrap_or_default();
            let Some(target) = self.reader.require(&fields, "to") else { continue };
            for to in self.ports(target) {
                if let Some(variable) = unbound(&to, &from) {
                    self.reader.note(&target.place, format!("`from` says nothing of `{variable}`"));
                }
                flow.extend(from.iter().map(|from| (from.clone(), to.clone())));
            }
        }
        flow
    }
}

/// The argument variable of `to` that no port of `from` names.
fn unbound(to: &Port, from: &[Port]) -> Option<crate::base::Symbol> {
    match to.root {
        PortRoot::ArgumentVariable(variable) => {
            let bound = from.iter().any(|port| port.root == PortRoot::ArgumentVariable(variable));
            (!bound && !from.is_empty()).then_some(variable)
        }
        _ => None,
    }
}
