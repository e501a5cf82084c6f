//! Of the flows that the engine proposes, keeps those that say something of their own, in the order of reports.
//!
//! Two flows that agree in element, protections, destination, host, sink and disclosure are one flow with two origins.
//! And of flows that differ only in their protections, the one that is protected on more counts says less: whoever
//! looks at the less protected one sees the problem.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use crate::taint::{CallPoint, Flow};

/// The flows to report: merged, without those that are merely better protected than another, sorted by sink, element,
/// destination, disclosure and what else tells them apart.
pub fn distinct(flows: Vec<Flow>) -> Vec<Flow> {
    let mut merged: BTreeMap<Key, Vec<Flow>> = BTreeMap::new();
    for flow in flows {
        let alike = merged.entry(Key::of(&flow)).or_default();
        match alike.iter_mut().find(|other| other.protections == flow.protections) {
            Some(other) => *other = merge(std::mem::replace(other, flow.clone()), flow),
            None => alike.push(flow),
        }
    }
    let mut kept = Vec::new();
    for mut alike in merged.into_values() {
        alike.sort_by(|a, b| a.protections.cmp(&b.protections));
        let says_less = |flow: &Flow| alike.iter().any(|other| is_strict_subset(other, flow));
        kept.extend(alike.iter().filter(|flow| !says_less(flow)).cloned());
    }
    kept
}

/// All that identifies a flow but its protections, in the order of reports.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    sink: CallPoint,
    element: &'static str,
    destination: &'static str,
    disclosure: CallPoint,
    host: Option<&'static str>,
}

impl Key {
    fn of(flow: &Flow) -> Key {
        Key {
            sink: flow.sink.clone(),
            element: flow.element.as_str(),
            destination: flow.destination.as_str(),
            disclosure: flow.disclosure.clone(),
            host: flow.host.map(|host| host.as_str()),
        }
    }
}

fn is_strict_subset(less: &Flow, more: &Flow) -> bool {
    less.protections.len() < more.protections.len()
        && less.protections.iter().all(|protection| more.protections.contains(protection))
}

/// One flow with the better witness of the two and the origins of both.
fn merge(one: Flow, other: Flow) -> Flow {
    let (mut best, rest) = if better(&one, &other) == Ordering::Greater { (other, one) } else { (one, other) };
    best.other_sources.push(rest.source);
    best.other_sources.extend(rest.other_sources);
    best.other_sources.sort();
    best.other_sources.dedup();
    best.other_sources.retain(|source| *source != best.source);
    best
}

/// Orders by confidence, then length of the witness, then its place.
fn better(one: &Flow, other: &Flow) -> Ordering {
    let rank = |flow: &Flow| (Reverse(flow.confidence), flow.steps.len(), flow.source.clone());
    rank(one).cmp(&rank(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{FileId, Span, Symbol};
    use crate::taint::{Confidence, SourceKind, SourcePoint};

    fn flow(source: usize, protections: &[&str], confidence: Confidence) -> Flow {
        let span = |at: usize| Span::new(FileId(0), at, at + 1);
        let call = CallPoint { span: span(100), callee: "a.Log.write".into(), function: "a.B.run/0".into() };
        let source = SourcePoint {
            span: span(source),
            symbol: "B.email".into(),
            function: None,
            kind: SourceKind::Field,
            rule: "user.contact.email".into(),
        };
        Flow {
            element: "user.contact.email".into(),
            destination: "log".into(),
            host: None,
            protections: protections.iter().map(|name| Symbol::new(name)).collect(),
            possible_protections: Vec::new(),
            confidence,
            evidence: Vec::new(),
            source,
            other_sources: Vec::new(),
            disclosure: call.clone(),
            sink: call,
            argument: Some(0),
            sink_rule: "log.write".into(),
            stored_as: None,
            skeleton: String::new(),
            steps: Vec::new(),
        }
    }

    #[test]
    fn a_flow_that_is_only_better_protected_is_left_out() {
        let flows = distinct(vec![
            flow(1, &["hashed", "redacted"], Confidence::High),
            flow(1, &["hashed"], Confidence::High),
            flow(1, &["encrypted"], Confidence::High),
        ]);
        let left: Vec<_> = flows.iter().map(|flow| flow.protections[0].as_str()).collect();
        assert_eq!(left, ["encrypted", "hashed"]);
    }

    #[test]
    fn origins_of_one_flow_are_listed_with_the_surer_one_first() {
        for swapped in [false, true] {
            let mut flows = vec![flow(1, &[], Confidence::Medium), flow(2, &[], Confidence::High)];
            if swapped {
                flows.reverse();
            }
            let flows = distinct(flows);
            assert_eq!(flows.len(), 1);
            assert_eq!(flows[0].source.span.start, 2);
            let others: Vec<u32> = flows[0].other_sources.iter().map(|source| source.span.start).collect();
            assert_eq!(others, [1]);
        }
    }
}
