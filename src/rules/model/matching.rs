//! What a rule speaks of: types, members, receivers and constants.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Port, words};
use crate::base::Symbol;

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::Exact(name) => write!(f, "{name}"),
            Pattern::Prefix(start) => write!(f, "{start}*"),
            Pattern::Suffix(end) => write!(f, "*{end}"),
            Pattern::Rest(start, variable) => write!(f, "{start}{variable}"),
            Pattern::Any => f.write_str("*"),
        }
    }
}

/// What an entry speaks of; all given keys must hold, an empty list asks nothing, a list is any-of.
#[derive(Clone, Default, Debug, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// Qualified names of the type that the member belongs to, subtypes included; a name without a dot is that of any
    /// type called so.
    pub types: Vec<Pattern>,
    /// The class itself extends or implements one of these.
    pub extends: Vec<Pattern>,
    /// The member; `None`: the type itself.
    pub member: Option<Member>,
    /// Static or not.
    pub is_static: Option<bool>,
    /// Number of arguments, any of.
    pub arity: Vec<u8>,
    /// Simple or qualified names of parameter types, in order.
    pub parameters: Option<Vec<Pattern>>,
    /// User code implements it, the framework calls it.
    pub overridden: bool,
    /// What the receiver expression is.
    pub receiver: Option<Receiver>,
    /// Constant arguments.
    pub conditions: Vec<(Port, Vec<Constant>)>,
    /// Glob of the file's path.
    pub file: Option<Symbol>,
    /// The code stands in a class that extends one of these.
    pub inside: Vec<Pattern>,
    /// Languages; empty: all.
    pub languages: Vec<Symbol>,
}

impl Match {
    /// The variables that this match binds, each with its `$`.
    pub fn variables(&self) -> Vec<Symbol> {
        let mut variables = Vec::new();
        let mut bind = |word: &Word| match *word {
            Word::Variable(name) | Word::Each(name) => variables.push(name),
            Word::Literal(_) => {}
        };
        let names = match &self.member {
            Some(Member::Macro { names, arguments, options }) => {
                arguments.iter().for_each(&mut bind);
                options.iter().for_each(|(_, word)| bind(word));
                names
            }
            Some(Member::Annotation { names, options, .. }) => {
                options.iter().for_each(|(_, word)| bind(word));
                names
            }
            Some(Member::Method(names) | Member::Function(names) | Member::Field(names)) => names,
            Some(Member::Constructor) | None => return variables,
        };
        variables.extend(names.iter().chain(&self.types).filter_map(|pattern| match pattern {
            Pattern::Rest(_, variable) => Some(*variable),
            _ => None,
        }));
        variables
    }
}

/// The member that a match speaks of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Member {
    /// A method by name.
    Method(Vec<Pattern>),
    /// A top-level function by name.
    Function(Vec<Pattern>),
    /// A field by name; where a file says `Owner.name`, the owner is among the types of the match.
    Field(Vec<Pattern>),
    /// Constructors.
    Constructor,
    /// A declaring call in a class body, with its arguments as words or variables.
    Macro {
        /// Its name.
        names: Vec<Pattern>,
        /// Positional arguments; `$x` binds, `*$x` takes the rest one by one.
        arguments: Vec<Word>,
        /// Keyword arguments that it may have (`to: $t`).
        options: Vec<(Symbol, Word)>,
    },
    /// An annotation.
    Annotation {
        /// Its qualified or simple name.
        names: Vec<Pattern>,
        /// On which declarations.
        on: Vec<AnnotationTarget>,
        /// Arguments that are bound (`value: $k`).
        options: Vec<(Symbol, Word)>,
    },
}

impl Member {
    /// The names that it may have; constructors have none of their own.
    pub fn names(&self) -> Option<&[Pattern]> {
        match self {
            Member::Method(names)
            | Member::Function(names)
            | Member::Field(names)
            | Member::Macro { names, .. }
            | Member::Annotation { names, .. } => Some(names),
            Member::Constructor => None,
        }
    }
}

/// An exact name, a prefix (`get*`), an ending that stands apart (`*=`, `*?`, `*_path`), a prefix with a variable (`get$x`), or any name (`*`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Pattern {
    /// Exactly this.
    Exact(Symbol),
    /// Begins with this.
    Prefix(Symbol),
    /// Ends with this.
    Suffix(Symbol),
    /// Begins with the first; the rest is bound to the second, a variable (`BuildConfig.$k`).
    Rest(Symbol, Symbol),
    /// Anything.
    Any,
}

impl Pattern {
    /// Whether `name` fits.
    pub fn matches(self, name: &str) -> bool {
        match self {
            Pattern::Exact(text) => text.as_str() == name,
            Pattern::Prefix(text) | Pattern::Rest(text, _) => name.starts_with(text.as_str()),
            Pattern::Suffix(text) => name.len() > text.len() && name.ends_with(text.as_str()),
            Pattern::Any => true,
        }
    }
}

/// Where an annotation stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the names say it")]
pub enum AnnotationTarget {
    Class,
    Method,
    Parameter,
    Field,
}

words!(AnnotationTarget { Class: "class", Method: "method", Parameter: "parameter", Field: "field" });

/// A literal word, or a variable that binds one.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Word {
    /// The word itself.
    Literal(Symbol),
    /// `$x`.
    Variable(Symbol),
    /// `*$x`: each remaining argument.
    Each(Symbol),
}

/// What the receiver expression of a call is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Receiver {
    /// A qualified field (`java.lang.System.out`).
    Field(Symbol),
    /// The result of a qualified method (`javax.servlet.ServletResponse.getWriter`).
    Call(Symbol),
    /// A variable, field or bare call with one of these names, when its type is not known.
    Name(Vec<Symbol>),
}

/// A constant in a rule.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum Constant {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A string; also matches a qualified or simple name of a constant field or enum constant.
    Str(Symbol),
}
