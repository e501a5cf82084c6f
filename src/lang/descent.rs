//! How deep and how far a front end follows code: what nests deeper, or takes more steps, is cut and told.

use tree_sitter::Node;

use crate::base::{Code, Diagnostic, Span};

/// Statements and expressions that lie deeper than this in one another become opaque; real code stays below 100.
const DEEPEST: usize = 2_000;
/// Functions that lie deeper than this in one another become opaque.
const DEEPEST_FUNCTIONS: usize = 64;
/// So many nested nodes are lowered in every file, and so many more for each byte. Ordinary code needs less than one for
/// a byte; only broken code can need many, where a region is lowered once for each node that lacks something.
const LEAST_STEPS: usize = 1_000;
const STEPS_OF_A_BYTE: usize = 16;
/// Lowering one level of nesting takes less stack than this.
const STACK_OF_A_LEVEL: usize = 128 * 1024;
/// How much stack is added when it runs out.
const STACK_CHUNK: usize = 2 * 1024 * 1024;

/// How deep the lowering of a file stands, and how many steps it may still take.
pub(super) struct Descent {
    depth: usize,
    steps_left: usize,
}

impl Descent {
    /// At the top of a file of so many bytes.
    pub(super) fn new(bytes: usize) -> Descent {
        Descent { depth: 0, steps_left: LEAST_STEPS + STEPS_OF_A_BYTE * bytes }
    }
}

/// What lowers nested code.
pub(super) trait Descends: Sized {
    /// Where it stands.
    fn descent(&mut self) -> &mut Descent;

    /// How many functions lie in one another here.
    fn open_functions(&self) -> usize;

    /// The place of a node in the file.
    fn place_of(&self, node: Node<'_>) -> Span;

    /// What is told of the file.
    fn told(&mut self) -> &mut Vec<Diagnostic>;
}

/// Runs `step`, which lowers something that lies inside `node`, with enough stack; `None` where code nests deeper than
/// is followed or all steps of the file are spent, which is told once a file.
pub(super) fn descend<L: Descends, T>(lowering: &mut L, node: Node<'_>, step: impl FnOnce(&mut L) -> T) -> Option<T> {
    if lowering.descent().depth >= DEEPEST || lowering.open_functions() > DEEPEST_FUNCTIONS {
        let message = "This code nests deeper than Candor follows; what lies inside is taken as unknown.";
        tell_limit(lowering, Code::TooDeep, node, message);
        return None;
    }
    if lowering.descent().steps_left == 0 {
        let message = "This file takes more steps than Candor spends on it; what follows is taken as unknown.";
        tell_limit(lowering, Code::Bound, node, message);
        return None;
    }
    lowering.descent().steps_left -= 1;
    lowering.descent().depth += 1;
    let result = stacker::maybe_grow(STACK_OF_A_LEVEL, STACK_CHUNK, || step(lowering));
    lowering.descent().depth -= 1;
    Some(result)
}

fn tell_limit(lowering: &mut impl Descends, code: Code, node: Node<'_>, message: &str) {
    let place = lowering.place_of(node);
    let told = lowering.told();
    if !told.iter().any(|diagnostic| diagnostic.code == code) {
        told.push(Diagnostic::warning(code, place, message));
    }
}
