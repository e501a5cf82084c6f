//! The language-neutral program: what every front end produces and every later stage reads.
//!
//! A file becomes a [`Unit`]: its namespace, imports, classes and functions. A function is a control-flow graph of
//! basic blocks with three-address statements over [`Place`]s. Names that a front end cannot resolve within the file
//! stay as [`Base::Name`] and [`Target::Bare`]; `link` gives them meaning.
//!
//! # Conventions that every front end keeps
//!
//! * Local 0 is the receiver (`this`, `self`) of every function with `has_this`. Parameters follow in order, then
//!   captures, then everything else. A lambda has no receiver of its own: it captures its surroundings' `this` where
//!   it needs it, like any other local.
//! * `new C(a)` is `t = Allocate(C)` and a call with [`Target::Constructor`] on `t`. A class that captures locals or
//!   an outer instance has fields `val$x` and `this$0`, written between the two.
//! * A captured variable that is assigned after its creation, or by the lambda, lives in a box: `Allocate(<box>)` with
//!   the field `value` ([`BOX`], [`BOX_VALUE`]); both sides hold the box. Other captures are plain copies.
//! * Field initialisers and instance initialisers are one function of kind [`FunctionKind::Initialiser`]; every
//!   constructor that does not delegate to `this(…)` calls it after `super(…)`, by a [`Target::Super`] that names its own
//!   class, so that never a subclass's is meant. Static ones form a
//!   [`FunctionKind::StaticInitialiser`]. A class without a constructor has none; allocation then means calling the
//!   initialiser (the engine does).
//! * An anonymous class has its supertype as `superclass`, even where that is an interface. It is constructed like any
//!   other class; its arguments are for the constructor of the superclass.
//! * A pattern that takes a record of another file apart reads the field `<n>` for its n-th component, from 0
//!   ([`component_field`]); `link` gives it the name of the component.
//! * `for (x : xs)` reads `xs` with [`Projection::Element`]. `a[i]` is [`Projection::Index`] for a variable index and
//!   [`Projection::Key`] for a constant one.
//! * `finally` and `ensure` bodies are lowered once on the normal and once on the exceptional path.
//! * String concatenation, interpolation and `+=` on strings are [`Rvalue::Concat`]; when it cannot be told whether
//!   `+` means strings, it is [`Rvalue::Binary`] with [`BinaryOp::Add`].
//! * What a front end cannot express is [`Rvalue::Opaque`] over the operands it could lower, never dropped.
//! * Every statement carries the span of the expression that it stands for: a call that of the whole call
//!   expression, an assignment that of the assignment.

mod builder;
mod function;
mod pretty;
mod types;
mod unit;
mod verify;

pub use builder::FunctionBuilder;
pub use function::*;
pub use pretty::{pretty, pretty_function};
pub use types::*;
pub use unit::*;
pub use verify::verify;
