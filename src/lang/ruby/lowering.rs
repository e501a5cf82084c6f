//! The state of lowering one file: the unit so far, and the functions whose bodies are open.

use std::sync::LazyLock;

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use tree_sitter::{Node, TreeCursor};

use super::exits::Exits;
use super::statements::Jump;
use super::syntax::{Children, Kind};
use super::variables::{BoxedNames, BoxedScopes};
use crate::base::{Diagnostic, FileId, IndexVec, Span, Symbol};
use crate::ir::*;
use crate::lang::Embedded;
use crate::lang::cleanup::{Cleanups, Protects};
use crate::lang::descent::{Descends, Descent, descend};
use crate::lang::emit::Emits;

/// Names that lowering gives itself.
pub(super) struct Words {
    pub(super) this: Symbol,
    pub(super) constructor: Symbol,
    pub(super) static_initialiser: Symbol,
    pub(super) lambda: Symbol,
    pub(super) block: Symbol,
    pub(super) arguments: Symbol,
    pub(super) options: Symbol,
    pub(super) boxed: Symbol,
    pub(super) value: Symbol,
    pub(super) call: Symbol,
    pub(super) main: Symbol,
}

pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
    this: Symbol::new(RECEIVER),
    constructor: Symbol::new("<init>"),
    static_initialiser: Symbol::new("<clinit>"),
    lambda: Symbol::new("<lambda>"),
    block: Symbol::new("<block>"),
    arguments: Symbol::new("<arguments>"),
    options: Symbol::new("<options>"),
    boxed: Symbol::new(BOX),
    value: Symbol::new(BOX_VALUE),
    call: Symbol::new("call"),
    main: Symbol::new("<main>"),
});

/// What stands around a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Surroundings {
    /// It sees no variables but its own.
    Member,
    /// It is a block or lambda in the function of the frame below.
    Lambda,
}

/// What `self` is in a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum SelfKind {
    /// An instance of the class around.
    Instance,
    /// The class itself.
    Class,
}

/// A function whose body is being lowered.
pub(super) struct Frame {
    pub(super) builder: FunctionBuilder,
    pub(super) function: FunctionIdx,
    pub(super) surroundings: Surroundings,
    pub(super) variables: FxHashMap<Symbol, Local>,
    /// Variables that hold a text which was written there, and which `<<` makes longer.
    pub(super) texts: FxHashSet<Symbol>,
    /// Names of variables of this function that live in boxes.
    pub(super) boxed: BoxedNames,
    /// Locals of the frame below that this lambda captures, with the locals that hold them here.
    pub(super) captured: IndexMap<Local, Local, FxBuildHasher>,
    /// The receiver, or the local that captured it.
    pub(super) this: Option<Local>,
    /// The parameter that takes the block.
    pub(super) block: Option<Local>,
    /// It is a block: `return` leaves the method around.
    pub(super) is_block: bool,
    /// How this block leaves more than itself.
    pub(super) exits: Exits,
    /// How the block that was closed last in here leaves more than itself.
    pub(super) left_by: Exits,
    /// The box with what blocks in here return from this method.
    pub(super) returned: Option<Local>,
    /// What `break`, `next` and `redo` may leave, innermost last.
    pub(super) jumps: Vec<Jump>,
    /// The `ensure` bodies around, innermost last.
    pub(super) cleanups: Cleanups,
}

/// A class or module whose body is being lowered.
#[derive(Clone, Copy)]
pub(super) struct OpenClass {
    pub(super) class: ClassIdx,
    /// What `self` will be in methods that are defined here: the class itself inside `class << self`.
    pub(super) methods_of: SelfKind,
    /// Visibility of methods that follow.
    pub(super) visibility: Modifiers,
    /// `module_function` without arguments was said.
    pub(super) is_module_function: bool,
}

/// The state of lowering one file.
pub(super) struct Lowering<'t> {
    pub(super) file: FileId,
    pub(super) text: &'t str,
    pub(super) unit: Unit,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// Open functions, innermost last.
    pub(super) frames: Vec<Frame>,
    /// Open classes, innermost last.
    pub(super) classes: Vec<OpenClass>,
    /// Classes of this file by their dotted names.
    pub(super) classes_by_name: FxHashMap<Symbol, ClassIdx>,
    /// The body of each heredoc by the id of the node where it begins.
    pub(super) heredocs: FxHashMap<usize, Node<'t>>,
    /// Where the code stands, when it is that of a template.
    pub(super) embedded: Option<&'t Embedded>,
    /// Up to where outputs of the template were lowered: the outermost expression that begins at a place is the output.
    pub(super) outputs_done: usize,
    /// Names of boxed variables of the blocks inside open methods.
    pub(super) boxed: BoxedScopes,
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
                language: Symbol::new("ruby"),
                namespace: None,
                imports: Vec::new(),
                classes: IndexVec::new(),
                functions: IndexVec::new(),
            },
            diagnostics: Vec::new(),
            frames: Vec::new(),
            classes: Vec::new(),
            classes_by_name: FxHashMap::default(),
            heredocs: FxHashMap::default(),
            embedded: None,
            outputs_done: 0,
            boxed: BoxedScopes::default(),
            descent: Descent::new(text.len()),
            cursor: root.walk(),
        }
    }

    // Reading the tree.

    pub(super) fn children(&mut self, node: Node<'t>) -> Children<'t> {
        Children::of(node, &mut self.cursor)
    }

    pub(super) fn span(&self, node: Node<'_>) -> Span {
        self.span_of(node.start_byte(), node.end_byte())
    }

    /// A region of the code as one of the file.
    pub(super) fn span_of(&self, start: usize, end: usize) -> Span {
        match self.embedded {
            // The end is that of the last character, which may stand in another piece than what follows.
            Some(embedded) => {
                let (start, last) = (embedded.in_text(start), embedded.in_text(end.saturating_sub(1).max(start)));
                Span::new(self.file, start, (last + 1).max(start))
            }
            None => Span::new(self.file, start, end),
        }
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

    /// The kind of a node.
    pub(super) fn kind(&self, node: Node<'_>) -> Kind {
        Kind::of(node)
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

    /// Opens `function`: what is emitted from now on belongs to it. `scope` is the node whose variables are its own.
    pub(super) fn open(&mut self, function: Function, surroundings: Surroundings, boxed: BoxedNames) -> FunctionIdx {
        let index = self.unit.functions.push(function.clone());
        let mut builder = FunctionBuilder::new(function);
        let this = builder.function.has_this.then(|| {
            let span = builder.function.name_span;
            let declared = builder.function.owner.map(|owner| self.as_type(owner));
            builder.local(Some(WORDS.this), declared, span)
        });
        self.frames.push(Frame {
            builder,
            function: index,
            surroundings,
            variables: FxHashMap::default(),
            texts: FxHashSet::default(),
            boxed,
            captured: IndexMap::default(),
            this,
            block: None,
            is_block: false,
            exits: Exits::default(),
            left_by: Exits::default(),
            returned: None,
            jumps: Vec::new(),
            cleanups: Cleanups::default(),
        });
        index
    }

    /// Closes the function that was opened last and stores it.
    pub(super) fn close_and_store(&mut self, index: FunctionIdx) {
        if let Some(frame) = self.frames.pop() {
            self.unit.functions[index] = frame.builder.finish();
        }
    }

    /// The operand in a local of its own, which later writes do not change.
    pub(super) fn settle(&mut self, operand: Operand, span: Span) -> Local {
        if let Operand::Place(place) = &operand
            && let Some(local) = place.as_local()
            && self.builder().function.locals[local].name.is_none()
        {
            return local;
        }
        let local = self.builder().temporary(span);
        self.assign(Place::local(local), Rvalue::Use(operand), span);
        local
    }
}
