//! Gives each flow a name that stays when code around it moves.
//!
//! The name is a hash of what the flow is: element, protections, destination, the sink's callee, the functions around
//! sink and disclosure, and the literals among the sink's arguments. Lines, paths, locals, steps and origins are no
//! part of it. Flows that agree in all of this get an ordinal, in their order in the file.

use rustc_hash::FxHashMap;

use crate::taint::Flow;

/// The fingerprints of `flows`, which come in the order of reports: `f` and sixteen hexadecimal digits each.
pub fn fingerprints(flows: &[Flow]) -> Vec<String> {
    let mut seen: FxHashMap<blake3::Hash, u32> = FxHashMap::default();
    flows
        .iter()
        .map(|flow| {
            let identity = identity(flow);
            let ordinal = seen.entry(identity.finalize()).or_default();
            let hash = match ordinal {
                0 => identity.finalize(),
                _ => identity.clone().update(&ordinal.to_le_bytes()).finalize(),
            };
            *ordinal += 1;
            format!("f{}", &hash.to_hex()[..16])
        })
        .collect()
}

/// Hashes every part behind its length, so that no two lists of parts run together.
fn identity(flow: &Flow) -> blake3::Hasher {
    let mut hasher = blake3::Hasher::new();
    let mut part = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    part(flow.element.as_str());
    part(&flow.protections.len().to_string());
    flow.protections.iter().for_each(|protection| part(protection.as_str()));
    part(flow.destination.as_str());
    part(flow.sink.callee.as_str());
    part(flow.sink.function.as_str());
    part(flow.disclosure.function.as_str());
    part(&flow.skeleton);
    hasher
}
