//! Access paths: the symbolic places that a function's facts speak of.
//!
//! A path starts where the value came in (a parameter, the receiver, a capture, a class, a lasting owner, or a call
//! whose result nobody knows) and goes down at most [`MAX_STEPS`] fields, elements or keys. A longer path folds into
//! its prefix, which then stands for everything below it.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use rustc_hash::FxHasher;
use smallvec::SmallVec;

use crate::base::{Span, Symbol};
use crate::ir::{Const, TypeRef};

/// Bound k: the longest access path. A singleton's map of models with fields of their own is five steps long: with
/// four, what was read from one of those fields answered for its siblings.
pub const MAX_STEPS: usize = 6;

/// Bound: steps of a path that are elements or keys. Code that walks through documents asks for any key below any other.
const MAX_ENTRIES: usize = 3;

/// Where a path starts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Root {
    /// A parameter of the function at hand, by position.
    Parameter(u16),
    /// The receiver of the function at hand.
    This,
    /// A captured variable of the function at hand, by position.
    Capture(u16),
    /// Static fields of a class.
    Static(Symbol),
    /// Fields of a lasting owner, by the class that declares them.
    Cell(Symbol),
    /// The result of a call or expression that nobody models, by its place.
    Opaque(Span),
}

/// One step down.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    /// A field.
    Field(Symbol),
    /// Any element of a collection, or any value of a map.
    Element,
    /// The element at a constant position or key.
    Key(Const),
    /// The keys of a map.
    Keys,
    /// What the object itself holds as a value: the text of a builder, the bytes of a stream.
    Content,
    /// How many elements a list holds: no part of it, but read and written like one.
    Length,
}

/// An access path; cheap to clone.
#[derive(Clone)]
pub struct Path(Arc<PathData>);

struct PathData {
    hash: u64,
    root: Root,
    declared: Option<TypeRef>,
    steps: SmallVec<[Step; 2]>,
}

impl Path {
    /// The path that is nothing but `root`.
    pub fn root(root: Root) -> Path {
        Path::build(root, None, SmallVec::new())
    }

    /// The result of an unknown call, with its type where it is known.
    pub fn opaque(site: Span, declared: Option<TypeRef>) -> Path {
        Path::build(Root::Opaque(site), declared, SmallVec::new())
    }

    fn build(root: Root, declared: Option<TypeRef>, steps: SmallVec<[Step; 2]>) -> Path {
        let mut hasher = FxHasher::default();
        root.hash(&mut hasher);
        steps.hash(&mut hasher);
        Path(Arc::new(PathData { hash: hasher.finish(), root, declared, steps }))
    }

    /// This path and one step more; at the bound, the path itself.
    pub fn push(&self, step: Step) -> Path {
        let is_entry = |step: &Step| !matches!(step, Step::Field(_));
        let entries = || self.0.steps.iter().filter(|own| is_entry(own)).count();
        if self.0.steps.len() >= MAX_STEPS || (is_entry(&step) && entries() >= MAX_ENTRIES) {
            return self.clone();
        }
        let mut steps = self.0.steps.clone();
        steps.push(step);
        Path::build(self.0.root.clone(), self.0.declared.clone(), steps)
    }

    /// This path with more steps.
    pub fn extend(&self, steps: &[Step]) -> Path {
        steps.iter().fold(self.clone(), |path, step| path.push(*step))
    }

    /// The first `length` steps.
    pub fn prefix(&self, length: usize) -> Path {
        Path::build(self.0.root.clone(), self.0.declared.clone(), self.0.steps[..length].into())
    }

    /// The same steps below another root.
    pub fn with_root(&self, root: Root, skip: usize) -> Path {
        Path::build(root, None, self.0.steps[skip..].into())
    }

    /// Where it starts.
    pub fn start(&self) -> &Root {
        &self.0.root
    }

    /// The declared type of an opaque result.
    pub fn declared(&self) -> Option<&TypeRef> {
        self.0.declared.as_ref()
    }

    /// An opaque result, now that its type is known.
    pub fn with_declared(&self, declared: &TypeRef) -> Path {
        Path::build(self.0.root.clone(), Some(declared.clone()), self.0.steps.clone())
    }

    /// The steps below the root.
    pub fn steps(&self) -> &[Step] {
        &self.0.steps
    }

    /// Whether a caller can say more about this path: its root belongs to one call of the function.
    pub fn is_local(&self) -> bool {
        matches!(self.0.root, Root::Parameter(_) | Root::This | Root::Capture(_))
    }
}

impl PartialEq for Path {
    fn eq(&self, other: &Path) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.0.hash == other.0.hash && self.0.root == other.0.root && self.0.steps == other.0.steps)
    }
}
impl Eq for Path {}
impl Hash for Path {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash);
    }
}
impl Ord for Path {
    fn cmp(&self, other: &Path) -> Ordering {
        self.0.root.cmp(&other.0.root).then_with(|| self.0.steps.cmp(&other.0.steps))
    }
}
impl PartialOrd for Path {
    fn partial_cmp(&self, other: &Path) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl std::fmt::Debug for Path {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0.root {
            Root::Opaque(site) => write!(f, "opaque@{}", site.start)?,
            Root::Parameter(index) => write!(f, "p{index}")?,
            Root::Capture(index) => write!(f, "c{index}")?,
            Root::This => write!(f, "this")?,
            Root::Static(class) | Root::Cell(class) => write!(f, "<{class}>")?,
        }
        for step in &self.0.steps {
            match step {
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Element => write!(f, "[*]")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Keys => write!(f, ".<keys>")?,
                Step::Content => write!(f, ".<content>")?,
                Step::Length => write!(f, ".<length>")?,
            }
        }
        Ok(())
    }
}
