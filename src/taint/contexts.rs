//! The summaries of one function under contexts, so that each says the same whoever asks for it first.
//!
//! Contexts follow one another down the call graph, to a bound. A summary that the bound did not cut says the same at
//! every depth from which its own chain of contexts still ends in time; one that was cut holds for its depth alone.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::taint::summary::{Context, Summary};

/// Bound: how deep contexts follow one another down the call graph.
pub const MAX_CONTEXT_DEPTH: usize = 24;

/// The depth under which a summary is kept that holds for others, too: that of a caller without a context.
const SHARED: usize = 1;

/// The summaries of a function, by context and depth.
#[derive(Default)]
pub struct InContexts(BTreeMap<(Arc<Context>, usize), Arc<Summary>>);

impl InContexts {
    /// The summary that holds under a context at a depth.
    pub fn find(&self, context: &Arc<Context>, depth: usize) -> Option<Arc<Summary>> {
        let shared = self.0.get(&(context.clone(), SHARED)).filter(|summary| holds_at(summary, depth));
        shared.or_else(|| self.0.get(&(context.clone(), depth))).cloned()
    }

    /// Notes a summary that was made at a depth.
    pub fn insert(&mut self, context: Arc<Context>, depth: usize, summary: Arc<Summary>) {
        let depth = if summary.is_cut { depth } else { SHARED };
        self.0.insert((context, depth), summary);
    }

    /// The summary under a context that was made nearest to the callers without one.
    pub fn first(&self, context: &Arc<Context>) -> Option<Arc<Summary>> {
        let from = (context.clone(), 0);
        self.0.range(from..).next().filter(|((own, _), _)| own == context).map(|(_, summary)| summary.clone())
    }

    /// Contexts and depths of all summaries, in order.
    pub fn keys(&self) -> Vec<(Arc<Context>, usize)> {
        self.0.keys().cloned().collect()
    }

    /// All summaries, in order.
    pub fn summaries(&self) -> impl Iterator<Item = &Summary> {
        self.0.values().map(|summary| &**summary)
    }

    /// Puts a new summary in the place of an old one; tells whether it says something else.
    pub fn renew(&mut self, context: &Arc<Context>, depth: usize, summary: Arc<Summary>) -> bool {
        let own = self.0.entry((context.clone(), depth)).or_default();
        let changed = !own.says_the_same(&summary);
        *own = summary;
        changed
    }
}

/// Whether a summary that was made elsewhere is the one that would be made at a depth.
fn holds_at(summary: &Summary, depth: usize) -> bool {
    depth == SHARED || (!summary.is_cut && depth + summary.height <= MAX_CONTEXT_DEPTH)
}
