//! Witnesses while they grow: shared lists of steps, spliced together at calls.

use std::sync::Arc;

use crate::base::Span;
use crate::link::FunctionId;
use crate::taint::StepKind;

/// A shared sequence of steps; `None` in [`Trace::steps`] terms is the empty one.
#[derive(Clone, Debug, Default)]
pub struct Trace(Option<Arc<Node>>);

#[derive(Debug)]
struct Node {
    before: Trace,
    length: u32,
    part: Part,
}

#[derive(Debug)]
enum Part {
    Step { span: Span, kind: StepKind, function: FunctionId },
    Inner(Trace),
}

/// A step of a trace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TraceStep {
    /// The place.
    pub span: Span,
    /// What happens.
    pub kind: StepKind,
    /// The function around it.
    pub function: FunctionId,
}

impl Trace {
    /// The empty trace.
    pub const EMPTY: Trace = Trace(None);

    /// Number of steps.
    pub fn len(&self) -> usize {
        self.0.as_ref().map_or(0, |node| node.length as usize)
    }

    /// Whether there is no step.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// This trace and one step more; a step at the place of the last one adds nothing.
    pub fn step(&self, span: Span, kind: StepKind, function: FunctionId) -> Trace {
        if let Some(node) = &self.0
            && let Part::Step { span: last, kind: last_kind, .. } = &node.part
            && *last == span
            && *last_kind == kind
        {
            return self.clone();
        }
        let length = self.len() as u32 + 1;
        Trace(Some(Arc::new(Node { before: self.clone(), length, part: Part::Step { span, kind, function } })))
    }

    /// This trace and all steps of `inner`.
    pub fn splice(&self, inner: &Trace) -> Trace {
        if inner.is_empty() {
            return self.clone();
        }
        if self.is_empty() {
            return inner.clone();
        }
        let length = self.len().saturating_add(inner.len()).min(u32::MAX as usize) as u32;
        Trace(Some(Arc::new(Node { before: self.clone(), length, part: Part::Inner(inner.clone()) })))
    }

    /// The steps in order, at most `most` of them: the first and last ones when there are more.
    pub fn steps(&self, most: usize) -> Vec<TraceStep> {
        let mut reversed = Vec::new();
        let mut stack = vec![self];
        while let Some(trace) = stack.pop() {
            let Some(node) = &trace.0 else { continue };
            stack.push(&node.before);
            match &node.part {
                Part::Step { span, kind, function } => {
                    reversed.push(TraceStep { span: *span, kind: *kind, function: *function })
                }
                Part::Inner(inner) => stack.push(inner),
            }
        }
        reversed.reverse();
        if reversed.len() > most {
            let tail = reversed.split_off(reversed.len() - most / 2);
            reversed.truncate(most - tail.len());
            reversed.extend(tail);
        }
        reversed
    }
}

impl Drop for Node {
    /// Unlinks long chains one by one: dropping them recursively would overflow the stack.
    fn drop(&mut self) {
        let mut pending = vec![std::mem::take(&mut self.before)];
        if let Part::Inner(inner) = &mut self.part {
            pending.push(std::mem::take(inner));
        }
        while let Some(trace) = pending.pop() {
            if let Some(node) = trace.0
                && let Ok(mut node) = Arc::try_unwrap(node)
            {
                pending.push(std::mem::take(&mut node.before));
                if let Part::Inner(inner) = &mut node.part {
                    pending.push(std::mem::take(inner));
                }
            }
        }
    }
}
