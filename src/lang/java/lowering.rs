//! The state of lowering one file: the unit so far, and the functions whose bodies are open.

use std::sync::LazyLock;

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};
use tree_sitter::{Node, TreeCursor};

use super::names::ClassScopes;
use super::statements::Jump;
use super::syntax::{Children, Kind};
use crate::base::{Diagnostic, FileId, IndexVec, Span, Symbol};
use crate::ir::*;
use crate::lang::cleanup::{Cleanups, Protects};
use crate::lang::descent::{Descends, Descent, descend};
use crate::lang::emit::Emits;
use crate::lang::scoped::Scoped;

/// Names that lowering gives itself.
pub(super) struct Words {
    pub(super) this: Symbol,
    pub(super) outer: Symbol,
    pub(super) constructor: Symbol,
    pub(super) fields: Symbol,
    pub(super) static_initialiser: Symbol,
    pub(super) lambda: Symbol,
    pub(super) string: Symbol,
    pub(super) string_qualified: Symbol,
    pub(super) array: Symbol,
    pub(super) creation: Symbol,
    pub(super) close: Symbol,
    pub(super) to_string: Symbol,
}

pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
    this: Symbol::new("this"),
    outer: Symbol::new("this$0"),
    constructor: Symbol::new("<init>"),
    fields: Symbol::new("<fields>"),
    static_initialiser: Symbol::new("<clinit>"),
    lambda: Symbol::new("<lambda>"),
    string: Symbol::new("String"),
    string_qualified: Symbol::new("java.lang.String"),
    array: Symbol::new(ARRAY),
    creation: Symbol::new("new"),
    close: Symbol::new("close"),
    to_string: Symbol::new("toString"),
});

/// What stands around a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Surroundings {
    /// It is a member of a class, or stands alone in the file.
    Member(Option<ClassIdx>),
    /// It is a lambda in the function of the frame below.
    Lambda,
}

/// A function whose body is being lowered.
pub(super) struct Frame {
    pub(super) builder: FunctionBuilder,
    pub(super) function: FunctionIdx,
    pub(super) surroundings: Surroundings,
    /// The receiver of a member that has one.
    pub(super) this: Option<Local>,
    pub(super) variables: Scoped<Local>,
    pub(super) local_classes: Scoped<ClassIdx>,
    /// Locals of the frame below that this lambda captures, with the locals that hold them here.
    pub(super) captured: IndexMap<Local, Local, FxBuildHasher>,
    /// What `break`, `continue` and `yield` may leave, innermost last.
    pub(super) jumps: Vec<Jump>,
    pub(super) cleanups: Cleanups,
}

/// The state of lowering one file.
pub(super) struct Lowering<'t> {
    pub(super) file: FileId,
    pub(super) text: &'t str,
    pub(super) unit: Unit,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Open functions, innermost last.
    pub(super) frames: Vec<Frame>,
    /// What names mean in each class of the unit.
    pub(super) scopes: ClassScopes,
    /// Classes that no other class holds, by name.
    pub(super) top_level: FxHashMap<Symbol, ClassIdx>,
    /// Declared classes by the id of their node.
    pub(super) classes_by_node: FxHashMap<usize, ClassIdx>,
    /// The class whose fields are being declared.
    pub(super) declaring: Option<ClassIdx>,
    /// Anonymous classes so far within the outermost class.
    pub(super) anonymous: usize,
    /// How many types lie around the one that is being read.
    pub(super) type_depth: usize,
    descent: Descent,
    cursor: TreeCursor<'t>,
}

impl Emits for Lowering<'_> {
    fn builder(&mut self) -> &mut FunctionBuilder {
        &mut self.frame().builder
    }
}

impl Protects for Lowering<'_> {
    fn cleanups(&mut self) -> &mut Cleanups {
        &mut self.frame().cleanups
    }
}

impl Descends for Lowering<'_> {
    fn descent(&mut self) -> &mut Descent {
        &mut self.descent
    }

    fn open_functions(&self) -> usize {
        self.frames.len()
    }

    fn place_of(&self, node: Node<'_>) -> Span {
        self.span(node)
    }

    fn told(&mut self) -> &mut Vec<Diagnostic> {
        &mut self.diagnostics
    }
}

impl<'t> Lowering<'t> {
    pub(super) fn new(file: FileId, path: &str, text: &'t str, root: Node<'t>) -> Lowering<'t> {
        Lowering {
            file,
            text,
            unit: Unit {
                file,
                path: Symbol::new(path),
                language: Symbol::new("java"),
                namespace: None,
                imports: Vec::new(),
                classes: IndexVec::new(),
                functions: IndexVec::new(),
            },
            diagnostics: Vec::new(),
            frames: Vec::new(),
            scopes: ClassScopes::default(),
            top_level: FxHashMap::default(),
            classes_by_node: FxHashMap::default(),
            declaring: None,
            anonymous: 0,
            type_depth: 0,
            descent: Descent::new(text.len()),
            cursor: root.walk(),
        }
    }

    // Reading the tree.

    pub(super) fn children(&mut self, node: Node<'t>) -> Children<'t> {
        Children::of(node, &mut self.cursor)
    }

    pub(super) fn span(&self, node: Node<'_>) -> Span {
        Span::new(self.file, node.start_byte(), node.end_byte())
    }

    pub(super) fn text(&self, node: Node<'_>) -> &'t str {
        self.text.get(node.byte_range()).unwrap_or("")
    }

    /// The text of a name; `?` where broken code lacks it.
    pub(super) fn symbol(&self, node: Node<'_>) -> Symbol {
        match self.text(node) {
            "" => Symbol::new("?"),
            text => Symbol::new(text),
        }
    }

    /// Runs `step`, which lowers something that lies inside `node`; `None` where code is not followed any further.
    pub(super) fn descend<T>(&mut self, node: Node<'t>, step: impl FnOnce(&mut Self) -> T) -> Option<T> {
        descend(self, node, step)
    }

    // The function being lowered.

    pub(super) fn frame(&mut self) -> &mut Frame {
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// Opens `function`: what is emitted from now on belongs to it.
    pub(super) fn open(&mut self, function: Function, surroundings: Surroundings) -> FunctionIdx {
        let index = self.unit.functions.push(Function {
            annotations: Vec::new(),
            parameters: Vec::new(),
            type_parameters: Vec::new(),
            ..function.clone()
        });
        let mut builder = FunctionBuilder::new(function);
        let this = builder.function.has_this.then(|| {
            let span = builder.function.name_span;
            let declared = builder.function.owner.map(|owner| self.scopes[owner].as_type.clone());
            builder.local(Some(WORDS.this), declared, span)
        });
        self.frames.push(Frame {
            builder,
            function: index,
            surroundings,
            this,
            variables: Scoped::default(),
            local_classes: Scoped::default(),
            captured: IndexMap::default(),
            jumps: Vec::new(),
            cleanups: Cleanups::default(),
        });
        index
    }

    /// Closes the function that was opened last.
    pub(super) fn close(&mut self) -> Option<Frame> {
        self.frames.pop()
    }

    /// Stores the function of a frame that was closed.
    pub(super) fn store(&mut self, index: FunctionIdx, builder: FunctionBuilder) {
        self.unit.functions[index] = builder.finish();
    }

    /// Computes a string into a new temporary.
    pub(super) fn compute_string(&mut self, value: Rvalue, span: Span) -> Operand {
        let to = self.builder().local(None, Some(TypeRef::named(WORDS.string)), span);
        self.assign(Place::local(to), value, span);
        Operand::local(to)
    }

    /// A new variable of the source.
    pub(super) fn variable(&mut self, name: Node<'_>, declared: Option<TypeRef>) -> Local {
        let symbol = self.symbol(name);
        let span = self.span(name);
        self.builder().local(Some(symbol), declared, span)
    }

    /// Makes `local` visible under its name, from here to the end of the scope.
    pub(super) fn make_visible(&mut self, local: Local) {
        let frame = self.frame();
        if let Some(name) = frame.builder.function.locals[local].name {
            frame.variables.declare(name, local);
        }
    }

    /// Runs `step`; what it declares is out of scope afterwards.
    pub(super) fn scoped<T>(&mut self, step: impl FnOnce(&mut Self) -> T) -> T {
        let frame = self.frame();
        let marks = (frame.variables.mark(), frame.local_classes.mark());
        let result = step(self);
        let frame = self.frame();
        frame.variables.reset(marks.0);
        frame.local_classes.reset(marks.1);
        result
    }

    /// The kind of a node.
    pub(super) fn kind(&self, node: Node<'_>) -> Kind {
        Kind::of(node)
    }
}
