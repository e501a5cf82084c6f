//! The state of lowering one file: the unit so far, and the functions whose bodies are open.

use std::sync::LazyLock;

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use tree_sitter::{Node, TreeCursor};

use super::names::{ClassScope, Variable};
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
    pub(super) it: Symbol,
    pub(super) field: Symbol,
    pub(super) outer: Symbol,
    pub(super) constructor: Symbol,
    pub(super) fields: Symbol,
    pub(super) static_initialiser: Symbol,
    pub(super) lambda: Symbol,
    pub(super) string: Symbol,
    pub(super) receiver: Symbol,
    pub(super) boxed: Symbol,
    pub(super) box_type: Symbol,
}

pub(super) static WORDS: LazyLock<Words> = LazyLock::new(|| Words {
    this: Symbol::new(RECEIVER),
    it: Symbol::new("it"),
    field: Symbol::new("field"),
    outer: Symbol::new("this$0"),
    constructor: Symbol::new("<init>"),
    fields: Symbol::new("<fields>"),
    static_initialiser: Symbol::new("<clinit>"),
    lambda: Symbol::new("<lambda>"),
    string: Symbol::new("String"),
    receiver: Symbol::new(EXTENSION_RECEIVER),
    boxed: Symbol::new(BOX_VALUE),
    box_type: Symbol::new(BOX),
});

/// What stands around a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Surroundings {
    /// It is a member of a class.
    Member(ClassIdx),
    /// It is a lambda, an anonymous function or a local function in the function of the frame below.
    Closure,
}

/// What `this` is in a function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum This {
    /// Nothing: static code.
    None,
    /// A local.
    Local(Local),
    /// An object: the class itself.
    Class(TypeRef),
    /// A lambda: its receiver if it has one, else what it is outside.
    Unresolved,
    /// What it is in the function around.
    Around,
}

/// Where `return` goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Returns {
    /// Out of this function.
    Here,
    /// Out of the function around: this is a lambda.
    Around,
}

/// A function whose body is being lowered.
pub(super) struct Frame {
    pub(super) builder: FunctionBuilder,
    pub(super) function: FunctionIdx,
    pub(super) surroundings: Surroundings,
    pub(super) this: This,
    pub(super) returns: Returns,
    /// The labels by which `return@label` leaves it.
    pub(super) labels: Vec<Symbol>,
    pub(super) variables: Scoped<Variable>,
    pub(super) local_classes: Scoped<ClassIdx>,
    /// Locals of the frame below that this closure captures, with the locals that hold them here.
    pub(super) captured: IndexMap<Local, Local, FxBuildHasher>,
    /// Variables that live in boxes, because a closure writes to them or sees later writes.
    pub(super) boxed: FxHashSet<Symbol>,
    /// Variables that are assigned after their declaration.
    pub(super) reassigned: FxHashSet<Symbol>,
    /// The box of what non-local returns return.
    pub(super) returned: Option<Local>,
    /// A closure that was just created may return from this function.
    pub(super) may_return: bool,
    /// The field behind the accessor that is being lowered.
    pub(super) backing: Option<Place>,
    /// What `break` and `continue` may leave, innermost last.
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
    /// What lowering notes of each class of the unit.
    pub(super) scopes: Vec<ClassScope>,
    /// Declared classes by the id of their node.
    pub(super) classes_by_node: FxHashMap<usize, ClassIdx>,
    /// Type aliases of the file.
    pub(super) aliases: FxHashMap<Symbol, TypeRef>,
    /// Constants of the file by name, `None` where two have one name.
    pub(super) constants: FxHashMap<Symbol, Option<Const>>,
    /// Anonymous classes so far.
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
                language: Symbol::new("kotlin"),
                namespace: None,
                imports: Vec::new(),
                classes: IndexVec::new(),
                functions: IndexVec::new(),
            },
            diagnostics: Vec::new(),
            frames: Vec::new(),
            scopes: Vec::new(),
            classes_by_node: FxHashMap::default(),
            aliases: FxHashMap::default(),
            constants: FxHashMap::default(),
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

    /// The text of a name without backticks; `?` where broken code lacks it.
    pub(super) fn symbol(&self, node: Node<'_>) -> Symbol {
        match self.text(node).trim_matches('`') {
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

    /// Opens `function`: what is emitted from now on belongs to it. A receiver gets its local at once.
    pub(super) fn open(&mut self, function: Function, surroundings: Surroundings) -> FunctionIdx {
        let index = self.unit.functions.push(Function {
            annotations: Vec::new(),
            parameters: Vec::new(),
            type_parameters: Vec::new(),
            ..function.clone()
        });
        let mut builder = FunctionBuilder::new(function);
        let mut this = This::None;
        if builder.function.has_this {
            let span = builder.function.name_span;
            let declared = builder.function.owner.map(|owner| self.scope(owner).as_type.clone());
            this = This::Local(builder.local(Some(WORDS.this), declared, span));
        } else if let Surroundings::Member(class) = surroundings
            && self.unit.classes[class].kind == ClassKind::Object
        {
            this = This::Class(self.scope(class).as_type.clone());
        }
        self.frames.push(Frame {
            builder,
            function: index,
            surroundings,
            this,
            returns: Returns::Here,
            labels: Vec::new(),
            variables: Scoped::default(),
            local_classes: Scoped::default(),
            captured: IndexMap::default(),
            boxed: FxHashSet::default(),
            reassigned: FxHashSet::default(),
            returned: None,
            may_return: false,
            backing: None,
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

    /// Closes the function of a member and lists it in its class.
    pub(super) fn finish_member(&mut self, index: FunctionIdx, class: ClassIdx, has_body: bool) {
        let Some(frame) = self.close() else { return };
        self.store(index, frame.builder);
        if !has_body {
            self.unit.functions[index].blocks = IndexVec::new();
        }
        self.unit.classes[class].functions.push(index);
    }

    pub(super) fn scope(&self, class: ClassIdx) -> &ClassScope {
        &self.scopes[class.index()]
    }

    pub(super) fn scope_mut(&mut self, class: ClassIdx) -> &mut ClassScope {
        &mut self.scopes[class.index()]
    }

    /// Computes a value of a known type into a new temporary.
    pub(super) fn compute_typed(&mut self, value: Rvalue, declared: TypeRef, span: Span) -> Operand {
        let to = self.builder().local(None, Some(declared), span);
        self.assign(Place::local(to), value, span);
        Operand::local(to)
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
}
