//! Functions: blocks, statements, places, operands.

use smallvec::SmallVec;

use crate::base::{Idx, IndexVec, Span, Symbol};
use crate::ir::{Annotation, ClassIdx, Const, FunctionIdx, Modifiers, RECEIVER, TypeParameter, TypeRef};

/// A local variable within its function.
pub type Local = Idx<LocalDecl>;
/// A basic block within its function.
pub type BlockIdx = Idx<Block>;

/// What kind of function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FunctionKind {
    /// A method, or a top-level function where there is no owner.
    Method,
    /// A constructor; its name is `<init>`.
    Constructor,
    /// Field and instance initialisers; its name is `<fields>`.
    Initialiser,
    /// Static initialisers; its name is `<clinit>`.
    StaticInitialiser,
    /// A lambda, block or method reference; its name is `<lambda>`.
    Lambda,
    /// A template; its name is the file's path.
    Template,
}

/// A function with its body.
#[derive(Clone, Debug)]
pub struct Function {
    /// The simple name; see [`FunctionKind`] for the special ones.
    pub name: Symbol,
    /// What kind of function.
    pub kind: FunctionKind,
    /// The class it belongs to; for a lambda, the class around it.
    pub owner: Option<ClassIdx>,
    /// The function around a lambda.
    pub enclosing: Option<FunctionIdx>,
    /// Modifiers.
    pub modifiers: Modifiers,
    /// Annotations.
    pub annotations: Vec<Annotation>,
    /// Type parameters of the function itself.
    pub type_parameters: Vec<TypeParameter>,
    /// Whether local 0 is a receiver.
    pub has_this: bool,
    /// Parameters in order.
    pub parameters: Vec<Parameter>,
    /// Locals that a closure receives at its creation, in the order of [`Rvalue::Closure`]'s captures.
    pub captures: Vec<Local>,
    /// Declared result; `None` where it is inferred; `void` is the type `void`.
    pub returns: Option<TypeRef>,
    /// All locals.
    pub locals: IndexVec<LocalDecl>,
    /// The blocks; the first is the entry. A function without a body has none.
    pub blocks: IndexVec<Block>,
    /// The whole declaration.
    pub span: Span,
    /// The name; for a lambda its parameter list or arrow.
    pub name_span: Span,
}

/// How a parameter takes arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParameterKind {
    /// By position (and by name where the language allows it).
    Positional,
    /// All remaining positional arguments, as an array.
    Rest,
    /// By name only.
    Keyword,
    /// All remaining named arguments, as a map.
    KeywordRest,
    /// The block.
    Block,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name.
    pub name: Symbol,
    /// The local that holds it.
    pub local: Local,
    /// How it takes arguments.
    pub kind: ParameterKind,
    /// It may be left out; the body then computes the default (reading an absent argument gives `Null` for it).
    pub optional: bool,
    /// Annotations.
    pub annotations: Vec<Annotation>,
    /// The name, where a report points.
    pub span: Span,
}

/// A local variable or temporary.
#[derive(Clone, Debug)]
pub struct LocalDecl {
    /// The name in the source; `None` for a temporary.
    pub name: Option<Symbol>,
    /// The declared type; `None` where it is inferred.
    pub declared: Option<TypeRef>,
    /// The declaration, or the expression of a temporary.
    pub span: Span,
}

/// A basic block.
#[derive(Clone, Debug)]
pub struct Block {
    /// Statements in order.
    pub statements: Vec<Statement>,
    /// Where control goes.
    pub terminator: Terminator,
    /// The block that catches what is thrown here (its first statement reads [`Rvalue::Caught`]); `None` leaves the
    /// function.
    pub handler: Option<BlockIdx>,
    /// Span of the terminator.
    pub span: Span,
}

/// A statement with its place.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What it assigns to; a value that nobody uses goes into a temporary.
    pub to: Place,
    /// What is computed.
    pub value: Rvalue,
    /// The expression or statement in the source.
    pub span: Span,
}

/// Where control goes at the end of a block.
#[derive(Clone, Debug)]
pub enum Terminator {
    /// To one block.
    Goto(BlockIdx),
    /// By a condition.
    Branch {
        /// The condition.
        condition: Operand,
        /// Where it is true.
        then: BlockIdx,
        /// Where it is false.
        otherwise: BlockIdx,
    },
    /// By a value among constants.
    Switch {
        /// The value.
        value: Operand,
        /// Constants and their blocks.
        cases: Vec<(SmallVec<[Const; 1]>, BlockIdx)>,
        /// Where none matches.
        default: BlockIdx,
    },
    /// Out of the function, with its result.
    Return(Option<Operand>),
    /// Raises a value: to the handler, or out of the function.
    Throw(Operand),
    /// Never reached.
    Unreachable,
}

/// What a place starts from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Base {
    /// A local.
    Local(Local),
    /// A class as a value: static members hang below it.
    Static(TypeRef),
    /// A name that the front end could not resolve: an inherited field, a field of an outer class, a static import,
    /// a class, or the first part of a package. `link` replaces it.
    Name(Symbol),
}

/// One step from an object to a part of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Projection {
    /// A field or property.
    Field(Symbol),
    /// Some element of a collection or array.
    Element,
    /// The element under a constant key or index.
    Key(Const),
    /// The element under the value of a local.
    Index(Local),
}

/// A variable, or a part of what it holds.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    /// What it starts from.
    pub base: Base,
    /// The steps from there.
    pub path: SmallVec<[Projection; 2]>,
}

impl Place {
    /// The local itself.
    pub fn local(local: Local) -> Place {
        Place { base: Base::Local(local), path: SmallVec::new() }
    }

    /// The unresolved `name`.
    pub fn name(name: Symbol) -> Place {
        Place { base: Base::Name(name), path: SmallVec::new() }
    }

    /// The class `class` as a value.
    pub fn class(class: TypeRef) -> Place {
        Place { base: Base::Static(class), path: SmallVec::new() }
    }

    /// This place with one more step.
    pub fn project(mut self, step: Projection) -> Place {
        self.path.push(step);
        self
    }

    /// The field `name` of this place.
    pub fn field(self, name: impl Into<Symbol>) -> Place {
        self.project(Projection::Field(name.into()))
    }

    /// The local, when this place is nothing but one.
    pub fn as_local(&self) -> Option<Local> {
        match self.base {
            Base::Local(local) if self.path.is_empty() => Some(local),
            _ => None,
        }
    }
}

/// A value that is read without computing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Operand {
    /// What a place holds.
    Place(Place),
    /// A constant.
    Const(Const),
    /// A class literal (`User.class`, `User::class`).
    Class(TypeRef),
}

impl Operand {
    /// What `local` holds.
    pub fn local(local: Local) -> Operand {
        Operand::Place(Place::local(local))
    }
}

/// A computation.
#[derive(Clone, Debug)]
pub enum Rvalue {
    /// The value itself.
    Use(Operand),
    /// A string built from parts.
    Concat(Vec<Operand>),
    /// Two operands.
    Binary(BinaryOp, Operand, Operand),
    /// One operand.
    Unary(UnaryOp, Operand),
    /// A new object without content; the constructor call follows.
    Allocate(TypeRef),
    /// A new array or list literal, with the type of its elements.
    Array(Option<TypeRef>, Vec<Operand>),
    /// A new map literal.
    Map(Vec<(Operand, Operand)>),
    /// A function of this unit as a value.
    Closure(FunctionIdx, Vec<Operand>),
    /// `x::name`, `X::name`, `X::new` (name `new`): a callable; `link` and the engine find the function.
    Reference(Operand, Symbol),
    /// The operand, seen as another type.
    Cast(Operand, TypeRef),
    /// Whether the operand has a type.
    IsType(Operand, TypeRef),
    /// The value caught by a handler; the types that it catches, none for all.
    Caught(Vec<TypeRef>),
    /// A call.
    Call(Box<Call>),
    /// Something not expressed: it may depend on the operands.
    Opaque(Vec<Operand>),
}

/// An operator of two operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    BitAnd,
    BitOr,
    BitXor,
    ShiftLeft,
    ShiftRight,
    Equal,
    NotEqual,
    /// Identity (`===` in Kotlin, `==` on Java references is `Equal`).
    Same,
    NotSame,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    /// Membership (`in`, `include?` written as an operator).
    In,
    /// Matching (`=~`, `===` in Ruby).
    Match,
}

/// An operator of one operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum UnaryOp {
    Negate,
    Not,
    BitNot,
}

/// A call.
#[derive(Clone, Debug)]
pub struct Call {
    /// What is called.
    pub target: Target,
    /// Arguments in order.
    pub arguments: Vec<Argument>,
    /// The block given beside the arguments (Ruby).
    pub block: Option<Operand>,
    /// Type arguments as written (`foo<User>()`).
    pub type_arguments: Vec<TypeRef>,
    /// The method name (for a constructor the type name).
    pub name_span: Span,
    /// The region by which a sink is reported: from the receiver when it starts on the line of the
    /// name, else from the name, to the closing bracket.
    pub site: Span,
}

/// What is called.
#[derive(Clone, Debug)]
pub enum Target {
    /// `receiver.name(…)`; a receiver that is a class (or an unresolved name of one) means a static call.
    Method {
        /// The receiver.
        receiver: Operand,
        /// The name.
        name: Symbol,
    },
    /// `name(…)`: of `this`, of an outer instance, static, imported, or top level.
    Bare(Symbol),
    /// `super.name(…)`; `Some` names the supertype (`Interface.super.name()`).
    Super(Symbol, Option<TypeRef>),
    /// A constructor, run on an object: after `Allocate`, or `this(…)` and `super(…)` on `this`.
    Constructor {
        /// The object.
        object: Operand,
        /// Its class, or the superclass.
        class: TypeRef,
    },
    /// A callable value (Kotlin `f(x)`, Ruby `yield`).
    Value(Operand),
}

/// An argument.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The name, for named arguments.
    pub name: Option<Symbol>,
    /// The value.
    pub value: Operand,
    /// The elements of the value are the arguments (`*array`, `**hash`).
    pub spread: bool,
}

impl Argument {
    /// A positional argument.
    pub fn positional(value: Operand) -> Argument {
        Argument { name: None, value, spread: false }
    }
}

impl Rvalue {
    /// Visits every operand in order.
    pub fn for_each_operand(&self, each: &mut impl FnMut(&Operand)) {
        match self {
            Rvalue::Use(operand)
            | Rvalue::Unary(_, operand)
            | Rvalue::Reference(operand, _)
            | Rvalue::Cast(operand, _)
            | Rvalue::IsType(operand, _) => each(operand),
            Rvalue::Concat(operands)
            | Rvalue::Opaque(operands)
            | Rvalue::Closure(_, operands)
            | Rvalue::Array(_, operands) => operands.iter().for_each(each),
            Rvalue::Binary(_, left, right) => {
                each(left);
                each(right);
            }
            Rvalue::Map(entries) => entries.iter().for_each(|(key, value)| {
                each(key);
                each(value);
            }),
            Rvalue::Call(call) => call.for_each_operand(each),
            Rvalue::Allocate(_) | Rvalue::Caught(_) => {}
        }
    }

    /// Visits every operand in order, to be changed.
    pub fn for_each_operand_mut(&mut self, each: &mut impl FnMut(&mut Operand)) {
        match self {
            Rvalue::Use(operand)
            | Rvalue::Unary(_, operand)
            | Rvalue::Reference(operand, _)
            | Rvalue::Cast(operand, _)
            | Rvalue::IsType(operand, _) => each(operand),
            Rvalue::Concat(operands)
            | Rvalue::Opaque(operands)
            | Rvalue::Closure(_, operands)
            | Rvalue::Array(_, operands) => operands.iter_mut().for_each(each),
            Rvalue::Binary(_, left, right) => {
                each(left);
                each(right);
            }
            Rvalue::Map(entries) => entries.iter_mut().for_each(|(key, value)| {
                each(key);
                each(value);
            }),
            Rvalue::Call(call) => {
                match &mut call.target {
                    Target::Method { receiver: operand, .. }
                    | Target::Value(operand)
                    | Target::Constructor { object: operand, .. } => each(operand),
                    Target::Bare(_) | Target::Super(..) => {}
                }
                call.arguments.iter_mut().for_each(|argument| each(&mut argument.value));
                call.block.iter_mut().for_each(each);
            }
            Rvalue::Allocate(_) | Rvalue::Caught(_) => {}
        }
    }
}

impl Function {
    /// A function without parameters and body.
    pub fn new(name: Symbol, kind: FunctionKind, owner: Option<ClassIdx>, span: Span, name_span: Span) -> Function {
        Function {
            name,
            kind,
            owner,
            enclosing: None,
            modifiers: Modifiers::empty(),
            annotations: Vec::new(),
            type_parameters: Vec::new(),
            has_this: false,
            parameters: Vec::new(),
            captures: Vec::new(),
            returns: None,
            locals: IndexVec::new(),
            blocks: IndexVec::new(),
            span,
            name_span,
        }
    }

    /// The local that holds the receiver: its own, or the one that a lambda captured.
    pub fn receiver(&self) -> Option<Local> {
        if self.has_this {
            return Some(Local::new(0));
        }
        self.captures.iter().copied().find(|&local| self.is_captured_receiver(local))
    }

    /// Whether a captured local is the receiver of the function around.
    pub fn is_captured_receiver(&self, local: Local) -> bool {
        self.locals[local].name.is_some_and(|name| name == RECEIVER)
    }
}

impl Call {
    /// Visits receiver, arguments and block in order.
    pub fn for_each_operand(&self, each: &mut impl FnMut(&Operand)) {
        match &self.target {
            Target::Method { receiver: operand, .. }
            | Target::Value(operand)
            | Target::Constructor { object: operand, .. } => each(operand),
            Target::Bare(_) | Target::Super(..) => {}
        }
        self.arguments.iter().for_each(|argument| each(&argument.value));
        self.block.iter().for_each(each);
    }
}

impl Terminator {
    /// The operand that it reads.
    pub fn operand(&self) -> Option<&Operand> {
        match self {
            Terminator::Branch { condition: operand, .. }
            | Terminator::Switch { value: operand, .. }
            | Terminator::Return(Some(operand))
            | Terminator::Throw(operand) => Some(operand),
            Terminator::Goto(_) | Terminator::Return(None) | Terminator::Unreachable => None,
        }
    }

    /// The operand that it reads, to be changed.
    pub fn operand_mut(&mut self) -> Option<&mut Operand> {
        match self {
            Terminator::Branch { condition: operand, .. }
            | Terminator::Switch { value: operand, .. }
            | Terminator::Return(Some(operand))
            | Terminator::Throw(operand) => Some(operand),
            Terminator::Goto(_) | Terminator::Return(None) | Terminator::Unreachable => None,
        }
    }

    /// Visits every block that it may lead to.
    pub fn for_each_target(&self, mut each: impl FnMut(BlockIdx)) {
        match self {
            Terminator::Goto(target) => each(*target),
            Terminator::Branch { then, otherwise, .. } => {
                each(*then);
                each(*otherwise);
            }
            Terminator::Switch { cases, default, .. } => {
                cases.iter().for_each(|(_, target)| each(*target));
                each(*default);
            }
            Terminator::Return(_) | Terminator::Throw(_) | Terminator::Unreachable => {}
        }
    }

    /// Visits every block that it may lead to, to be changed.
    pub fn for_each_target_mut(&mut self, mut each: impl FnMut(&mut BlockIdx)) {
        match self {
            Terminator::Goto(target) => each(target),
            Terminator::Branch { then, otherwise, .. } => {
                each(then);
                each(otherwise);
            }
            Terminator::Switch { cases, default, .. } => {
                cases.iter_mut().for_each(|(_, target)| each(target));
                each(default);
            }
            Terminator::Return(_) | Terminator::Throw(_) | Terminator::Unreachable => {}
        }
    }
}
