//! A unit as text, for tests and for reading: one line per declaration and statement.
//!
//! A local is written by its name; where a function has several of that name, with its number behind it (`x%4`), a
//! temporary by its number alone (`%4`). Blocks are `b0`, `b1` …; one under a handler says so in its first line.

use std::fmt::{self, Display, Write};

use rustc_hash::FxHashMap;

use crate::base::Symbol;
use crate::ir::*;

/// The unit as text.
pub fn pretty(unit: &Unit) -> String {
    let mut text = String::new();
    // Writing into a string does not fail.
    let _ = write_unit(unit, &mut text);
    text
}

/// One function as text.
pub fn pretty_function(unit: &Unit, function: FunctionIdx) -> String {
    let mut text = String::new();
    let _ = write_function(unit, function, &mut text);
    text
}

fn write_unit(unit: &Unit, text: &mut String) -> fmt::Result {
    if let Some(namespace) = unit.namespace {
        writeln!(text, "namespace {namespace}")?;
    }
    for import in &unit.imports {
        let what = if import.is_static { "import static" } else { "import" };
        match import.alias {
            None => writeln!(text, "{what} {}.*", import.path)?,
            Some(alias) if import.path.rsplit('.').next() == Some(alias.as_str()) => {
                writeln!(text, "{what} {}", import.path)?;
            }
            Some(alias) => writeln!(text, "{what} {} as {alias}", import.path)?,
        }
    }
    for (index, _) in unit.classes.iter_enumerated() {
        write_class(unit, index, text)?;
    }
    for (index, function) in unit.functions.iter_enumerated() {
        if function.owner.is_none() {
            writeln!(text)?;
            write_function(unit, index, text)?;
        }
    }
    Ok(())
}

fn write_class(unit: &Unit, index: ClassIdx, text: &mut String) -> fmt::Result {
    let class = &unit.classes[index];
    writeln!(text)?;
    for annotation in &class.annotations {
        writeln!(text, "{}", AnnotationText(annotation))?;
    }
    let kind = match class.kind {
        ClassKind::Class => "class",
        ClassKind::Interface => "interface",
        ClassKind::Enum => "enum",
        ClassKind::Record => "record",
        ClassKind::Annotation => "annotation",
        ClassKind::Object => "object",
        ClassKind::Module => "module",
    };
    write!(text, "{}{kind} {}", ModifiersText(class.modifiers), class_name(unit, index))?;
    write!(text, "{}", TypeParametersText(&class.type_parameters))?;
    if let Some(superclass) = &class.superclass {
        write!(text, " extends {}", TypeText(superclass))?;
    }
    if !class.interfaces.is_empty() {
        write!(text, " implements {}", Joined(class.interfaces.iter().map(TypeText)))?;
    }
    if let Some(function) = class.function {
        write!(text, " in {}", function_name(unit, function))?;
    }
    writeln!(text)?;
    for field in &class.fields {
        write!(text, "  {}field {}", ModifiersText(field.modifiers), field.name)?;
        if let Some(declared) = &field.declared {
            write!(text, ": {}", TypeText(declared))?;
        }
        if let Some(constant) = &field.constant {
            write!(text, " = {}", ConstText(constant))?;
        }
        for annotation in &field.annotations {
            write!(text, " {}", AnnotationText(annotation))?;
        }
        writeln!(text)?;
    }
    let printer = Printer { unit, names: FxHashMap::default(), function: None };
    for declared in &class.macros {
        let arguments = declared.arguments.iter().map(|(name, value)| match name {
            Some(name) => format!("{name}: {}", printer.operand(value)),
            None => printer.operand(value),
        });
        writeln!(text, "  macro {}({})", declared.name, Joined(arguments))?;
    }
    for (function, declaration) in unit.functions.iter_enumerated() {
        if declaration.owner == Some(index) {
            writeln!(text)?;
            write_function(unit, function, text)?;
        }
    }
    Ok(())
}

fn write_function(unit: &Unit, index: FunctionIdx, text: &mut String) -> fmt::Result {
    let function = &unit.functions[index];
    let printer = Printer::new(unit, function);
    for annotation in &function.annotations {
        writeln!(text, "  {}", AnnotationText(annotation))?;
    }
    let receiver = function.has_this.then(|| "this".to_owned());
    let parameters = function.parameters.iter().map(|parameter| printer.parameter(parameter));
    write!(text, "  {}fn {}", ModifiersText(function.modifiers), function_name(unit, index))?;
    write!(text, "{}", TypeParametersText(&function.type_parameters))?;
    write!(text, "({})", Joined(receiver.into_iter().chain(parameters)))?;
    if let Some(returns) = &function.returns {
        write!(text, " -> {}", TypeText(returns))?;
    }
    if !function.captures.is_empty() {
        let captures = function.captures.iter().map(|local| printer.local(*local));
        write!(text, " captures {}", Joined(captures))?;
    }
    if let Some(enclosing) = function.enclosing {
        write!(text, " in {}", function_name(unit, enclosing))?;
    }
    writeln!(text)?;
    for (position, block) in function.blocks.iter_enumerated() {
        write!(text, "    b{}:", position.index())?;
        if let Some(handler) = block.handler {
            write!(text, " (handler b{})", handler.index())?;
        }
        writeln!(text)?;
        for statement in &block.statements {
            writeln!(text, "      {}", printer.statement(statement))?;
        }
        writeln!(text, "      {}", printer.terminator(&block.terminator))?;
    }
    Ok(())
}

/// The name of a class with those of the classes around it.
fn class_name(unit: &Unit, index: ClassIdx) -> String {
    let mut parts = Vec::new();
    let mut at = Some(index);
    while let Some(class) = at.and_then(|index| unit.classes.get(index)) {
        parts.push(class.name.as_str());
        // An outer class comes first in a well-formed unit: anything else would be a circle.
        at = class.outer.filter(|outer| at.is_some_and(|at| *outer < at));
    }
    parts.reverse();
    parts.join(".")
}

/// The name of a function; one of several lambdas is told by its number.
fn function_name(unit: &Unit, index: FunctionIdx) -> String {
    match unit.functions.get(index) {
        Some(function) if function.kind == FunctionKind::Lambda => format!("{}#{}", function.name, index.index()),
        Some(function) => function.name.to_string(),
        None => format!("?#{}", index.index()),
    }
}

struct Printer<'a> {
    unit: &'a Unit,
    function: Option<&'a Function>,
    /// How many locals have a name.
    names: FxHashMap<Symbol, usize>,
}

impl Printer<'_> {
    fn new<'a>(unit: &'a Unit, function: &'a Function) -> Printer<'a> {
        let mut names = FxHashMap::default();
        for name in function.locals.iter().filter_map(|local| local.name) {
            *names.entry(name).or_insert(0) += 1;
        }
        Printer { unit, function: Some(function), names }
    }

    fn local(&self, local: Local) -> String {
        let declaration = self.function.and_then(|function| function.locals.get(local));
        match declaration.and_then(|declaration| declaration.name) {
            Some(name) if self.names.get(&name) == Some(&1) => name.to_string(),
            Some(name) => format!("{name}%{}", local.index()),
            None => format!("%{}", local.index()),
        }
    }

    fn parameter(&self, parameter: &Parameter) -> String {
        let prefix = match parameter.kind {
            ParameterKind::Positional => "",
            ParameterKind::Rest => "*",
            ParameterKind::Keyword => "keyword ",
            ParameterKind::KeywordRest => "**",
            ParameterKind::Block => "&",
        };
        let mut text = format!("{prefix}{}", self.local(parameter.local));
        if parameter.optional {
            text.push('?');
        }
        let declared = self.function.and_then(|function| function.locals.get(parameter.local)?.declared.as_ref());
        if let Some(declared) = declared {
            text.push_str(&format!(": {}", TypeText(declared)));
        }
        for annotation in &parameter.annotations {
            text.push_str(&format!(" {}", AnnotationText(annotation)));
        }
        text
    }

    fn place(&self, place: &Place) -> String {
        let mut text = match &place.base {
            Base::Local(local) => self.local(*local),
            Base::Static(class) => format!("<{}>", TypeText(class)),
            Base::Name(name) => format!("?{name}"),
        };
        for step in &place.path {
            match step {
                Projection::Field(name) => text.push_str(&format!(".{name}")),
                Projection::Element => text.push_str("[*]"),
                Projection::Key(key) => text.push_str(&format!("[{}]", ConstText(key))),
                Projection::Index(local) => text.push_str(&format!("[{}]", self.local(*local))),
            }
        }
        text
    }

    fn operand(&self, operand: &Operand) -> String {
        match operand {
            Operand::Place(place) => self.place(place),
            Operand::Const(constant) => ConstText(constant).to_string(),
            Operand::Class(class) => format!("class {}", TypeText(class)),
        }
    }

    fn operands(&self, operands: &[Operand]) -> String {
        Joined(operands.iter().map(|operand| self.operand(operand))).to_string()
    }

    fn statement(&self, statement: &Statement) -> String {
        format!("{} = {}", self.place(&statement.to), self.value(&statement.value))
    }

    fn value(&self, value: &Rvalue) -> String {
        match value {
            Rvalue::Use(operand) => self.operand(operand),
            Rvalue::Concat(parts) => format!("concat({})", self.operands(parts)),
            Rvalue::Binary(operator, left, right) => {
                format!("{} {} {}", self.operand(left), binary_sign(*operator), self.operand(right))
            }
            Rvalue::Unary(operator, operand) => {
                let sign = match operator {
                    UnaryOp::Negate => "-",
                    UnaryOp::Not => "!",
                    UnaryOp::BitNot => "~",
                };
                format!("{sign}{}", self.operand(operand))
            }
            Rvalue::Allocate(class) => format!("allocate {}", TypeText(class)),
            Rvalue::Array(Some(element), elements) => {
                format!("array {}[]({})", TypeText(element), self.operands(elements))
            }
            Rvalue::Array(None, elements) => format!("array({})", self.operands(elements)),
            Rvalue::Map(entries) => {
                let entries =
                    entries.iter().map(|(key, value)| format!("{}: {}", self.operand(key), self.operand(value)));
                format!("map({})", Joined(entries))
            }
            Rvalue::Closure(function, captures) => {
                format!("closure {}({})", function_name(self.unit, *function), self.operands(captures))
            }
            Rvalue::Reference(on, name) => format!("reference {}::{name}", self.operand(on)),
            Rvalue::Cast(operand, to) => format!("{} as {}", self.operand(operand), TypeText(to)),
            Rvalue::IsType(operand, of) => format!("{} is {}", self.operand(operand), TypeText(of)),
            Rvalue::Caught(types) => format!("caught({})", Joined(types.iter().map(TypeText))),
            Rvalue::Call(call) => self.call(call),
            Rvalue::Opaque(operands) => format!("opaque({})", self.operands(operands)),
        }
    }

    fn call(&self, call: &Call) -> String {
        let target = match &call.target {
            Target::Method { receiver, name } => format!("{}.{name}", self.operand(receiver)),
            Target::Bare(name) => name.to_string(),
            Target::Super(name, None) => format!("super.{name}"),
            Target::Super(name, Some(of)) => format!("{}.super.{name}", TypeText(of)),
            Target::Constructor { object, class } => format!("{}.<init {}>", self.operand(object), TypeText(class)),
            Target::Value(callee) => format!("({})", self.operand(callee)),
        };
        let arguments = call.arguments.iter().map(|argument| {
            let name = argument.name.map(|name| format!("{name}: ")).unwrap_or_default();
            let spread = if argument.spread { "*" } else { "" };
            format!("{name}{spread}{}", self.operand(&argument.value))
        });
        let block = call.block.as_ref().map(|block| format!("&{}", self.operand(block)));
        let types = match call.type_arguments.as_slice() {
            [] => String::new(),
            types => format!("<{}>", Joined(types.iter().map(TypeText))),
        };
        format!("call {target}{types}({})", Joined(arguments.chain(block)))
    }

    fn terminator(&self, terminator: &Terminator) -> String {
        match terminator {
            Terminator::Goto(target) => format!("goto b{}", target.index()),
            Terminator::Branch { condition, then, otherwise } => {
                format!("if {} then b{} else b{}", self.operand(condition), then.index(), otherwise.index())
            }
            Terminator::Switch { value, cases, default } => {
                let cases = cases.iter().map(|(constants, target)| {
                    format!("{} => b{}", Joined(constants.iter().map(ConstText)), target.index())
                });
                let default = format!("else b{}", default.index());
                format!("switch {} {{ {} }}", self.operand(value), Joined(cases.chain([default])))
            }
            Terminator::Return(None) => "return".to_owned(),
            Terminator::Return(Some(value)) => format!("return {}", self.operand(value)),
            Terminator::Throw(value) => format!("throw {}", self.operand(value)),
            Terminator::Unreachable => "unreachable".to_owned(),
        }
    }
}

fn binary_sign(operator: BinaryOp) -> &'static str {
    match operator {
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Remainder => "%",
        BinaryOp::BitAnd => "&",
        BinaryOp::BitOr => "|",
        BinaryOp::BitXor => "^",
        BinaryOp::ShiftLeft => "<<",
        BinaryOp::ShiftRight => ">>",
        BinaryOp::Equal => "==",
        BinaryOp::NotEqual => "!=",
        BinaryOp::Same => "===",
        BinaryOp::NotSame => "!==",
        BinaryOp::Less => "<",
        BinaryOp::LessEqual => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::GreaterEqual => ">=",
        BinaryOp::In => "in",
        BinaryOp::Match => "=~",
    }
}

struct TypeText<'a>(&'a TypeRef);

impl Display for TypeText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.arguments.as_slice() {
            [element] if self.0.name == ARRAY => write!(f, "{}[]", TypeText(element)),
            [] => write!(f, "{}", self.0.name),
            arguments => write!(f, "{}<{}>", self.0.name, Joined(arguments.iter().map(TypeText))),
        }
    }
}

struct TypeParametersText<'a>(&'a [TypeParameter]);

impl Display for TypeParametersText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return Ok(());
        }
        let parameters = self.0.iter().map(|parameter| match &parameter.bound {
            Some(bound) => format!("{}: {}", parameter.name, TypeText(bound)),
            None => parameter.name.to_string(),
        });
        write!(f, "<{}>", Joined(parameters))
    }
}

struct ConstText<'a>(&'a Const);

impl Display for ConstText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Const::Null => f.write_str("null"),
            Const::Bool(value) => write!(f, "{value}"),
            Const::Int(value) => write!(f, "{value}"),
            Const::Float(bits) => write!(f, "{:?}", f64::from_bits(*bits)),
            Const::Str(text) => write!(f, "{:?}", text.as_str()),
            Const::Symbol(name) => write!(f, ":{name}"),
        }
    }
}

struct AnnotationText<'a>(&'a Annotation);

impl Display for AnnotationText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "@{}", self.0.name)?;
        if self.0.arguments.is_empty() {
            return Ok(());
        }
        let arguments = self.0.arguments.iter().map(|(name, values)| {
            let values = values.iter().map(|value| match value {
                AnnotationValue::Const(constant) => ConstText(constant).to_string(),
                AnnotationValue::Name(name) => name.to_string(),
            });
            format!("{name} = [{}]", Joined(values))
        });
        write!(f, "({})", Joined(arguments))
    }
}

struct ModifiersText(Modifiers);

impl Display for ModifiersText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter_names().try_for_each(|(name, _)| write!(f, "{} ", name.to_lowercase()))
    }
}

/// Items with commas between them.
struct Joined<I>(I);

impl<I: Iterator<Item: Display> + Clone> Display for Joined<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, item) in self.0.clone().enumerate() {
            if position > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{item}")?;
        }
        Ok(())
    }
}
