//! Where data enters or leaves a call.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::Symbol;

/// Where data enters or leaves a call.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Port {
    /// What it starts from.
    pub root: PortRoot,
    /// The steps from there.
    pub path: Vec<PortStep>,
}

/// What a port starts from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum PortRoot {
    /// `Argument[0]`.
    Argument(u8),
    /// `Argument[name:]`.
    Named(Symbol),
    /// `Argument[*]`: every argument.
    EveryArgument,
    /// `Argument[$i]`: the same number on both sides of a rule.
    ArgumentVariable(Symbol),
    /// `Argument[this]`: the receiver; in `calls`, also `this`.
    This,
    /// `Argument[block]`: the block or trailing lambda.
    Block,
    /// `ReturnValue`.
    Return,
    /// `Parameter[0]`, of a function that is declared (entries).
    Parameter(u8),
}

/// One step of a port.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub enum PortStep {
    /// `.Field[x]`; `.Field[$x]` takes a bound word.
    Field(Symbol),
    /// `.Element`: any element.
    Element,
    /// `.Element[0]`: the element at a constant position.
    ElementAt(i64),
    /// `.Element[$i]`: the element at the position of a variable.
    ElementVariable(Symbol),
    /// `.Element[Argument[0]]`: the element at the position that an argument holds.
    ElementOf(u8),
    /// `.Key`: any key of a map.
    Key,
    /// `.Value[Argument[0]]`: the value under the key that an argument holds.
    ValueOf(u8),
    /// `.Value[name]`: the value under a constant key.
    ValueAt(Symbol),
    /// `.Value`: any value of a map.
    Value,
    /// `.Class`: the class of the object.
    Class,
    /// `.Any`: the object and all below it.
    Any,
    /// `.Parameter[0]` of a callable.
    Parameter(u8),
    /// `.Parameter[this]` of a callable.
    ParameterThis,
    /// `.ReturnValue` of a callable.
    Return,
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.root {
            PortRoot::Argument(index) => write!(f, "Argument[{index}]"),
            PortRoot::Named(name) => write!(f, "Argument[{name}:]"),
            PortRoot::EveryArgument => f.write_str("Argument[*]"),
            PortRoot::ArgumentVariable(variable) => write!(f, "Argument[{variable}]"),
            PortRoot::This => f.write_str("Argument[this]"),
            PortRoot::Block => f.write_str("Argument[block]"),
            PortRoot::Return => f.write_str("ReturnValue"),
            PortRoot::Parameter(index) => write!(f, "Parameter[{index}]"),
        }?;
        self.path.iter().try_for_each(|step| write!(f, ".{step}"))
    }
}

impl fmt::Display for PortStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PortStep::Field(name) => write!(f, "Field[{name}]"),
            PortStep::Element => f.write_str("Element"),
            PortStep::ElementAt(position) => write!(f, "Element[{position}]"),
            PortStep::ElementVariable(variable) => write!(f, "Element[{variable}]"),
            PortStep::ElementOf(argument) => write!(f, "Element[Argument[{argument}]]"),
            PortStep::Key => f.write_str("Key"),
            PortStep::ValueOf(argument) => write!(f, "Value[Argument[{argument}]]"),
            PortStep::ValueAt(key) => write!(f, "Value[{key}]"),
            PortStep::Value => f.write_str("Value"),
            PortStep::Class => f.write_str("Class"),
            PortStep::Any => f.write_str("Any"),
            PortStep::Parameter(index) => write!(f, "Parameter[{index}]"),
            PortStep::ParameterThis => f.write_str("Parameter[this]"),
            PortStep::Return => f.write_str("ReturnValue"),
        }
    }
}
