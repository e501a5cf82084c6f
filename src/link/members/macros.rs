//! The words that a declaring call in a class body binds: its constant arguments.

use crate::base::Symbol;
use crate::ir::*;
use crate::rules::model::Word;
use crate::rules::template::Bindings;

/// Bound: sets of words that one call binds.
const MAX_SETS: usize = 256;

/// The words that a macro binds: one set for each of the arguments that `*$x` takes, and for each of the words of an
/// option that is given several.
pub(in crate::link) fn macro_bindings(
    unit: &Unit,
    class: Option<ClassIdx>,
    call: &Macro,
    arguments: &[Word],
    options: &[(Symbol, Word)],
) -> Vec<Bindings> {
    let words = |operand: &Operand| words_of(unit, class, operand);
    let positional: Vec<Option<Symbol>> = call
        .arguments
        .iter()
        .filter(|(name, _)| name.is_none())
        .map(|(_, operand)| words(operand).first().copied())
        .collect();
    let mut sets: Vec<Bindings> = vec![Vec::new()];
    for (key, word) in options {
        let given = call.arguments.iter().find(|(name, _)| *name == Some(*key));
        let values = given.map(|(_, operand)| words(operand)).unwrap_or_default();
        match *word {
            Word::Literal(expected) if values.contains(&expected) => {}
            Word::Literal(_) => return Vec::new(),
            Word::Variable(name) | Word::Each(name) if values.is_empty() => {
                sets.iter_mut().for_each(|set| set.push((name, None)));
            }
            Word::Variable(name) | Word::Each(name) => {
                let with = |value: &Symbol| sets.iter().map(|set| extended(set, name, *value)).collect::<Vec<_>>();
                sets = values.iter().flat_map(with).take(MAX_SETS).collect();
            }
        }
    }
    for (position, word) in arguments.iter().enumerate() {
        match (*word, positional.get(position).copied().flatten()) {
            (Word::Each(name), _) => {
                let rest = positional.iter().skip(position).flatten();
                let with = |value: &Symbol| sets.iter().map(|set| extended(set, name, *value)).collect::<Vec<_>>();
                return rest.flat_map(with).take(MAX_SETS).collect();
            }
            (Word::Variable(name), Some(value)) => sets.iter_mut().for_each(|set| set.push((name, Some(value)))),
            (Word::Literal(expected), Some(value)) if expected == value => {}
            _ => return Vec::new(),
        }
    }
    sets
}

fn extended(set: &Bindings, name: Symbol, value: Symbol) -> Bindings {
    set.iter().copied().chain([(name, Some(value))]).collect()
}

/// The words that an argument is: a constant, a class, or the constants of a list that is written there.
fn words_of(unit: &Unit, class: Option<ClassIdx>, operand: &Operand) -> Vec<Symbol> {
    match operand {
        Operand::Const(constant) => word_of(*constant).into_iter().collect(),
        Operand::Class(class) => vec![class.name],
        Operand::Place(place) => {
            let (Some(local), Some(class)) = (place.as_local(), class) else { return Vec::new() };
            let bodies = unit.classes[class].functions.iter().map(|&function| &unit.functions[function]);
            let bodies = bodies.filter(|function| function.kind == FunctionKind::StaticInitialiser);
            let assigned = bodies
                .flat_map(|function| function.blocks.iter())
                .flat_map(|block| &block.statements)
                .filter(|statement| statement.to.as_local() == Some(local))
                .find_map(|statement| match &statement.value {
                    Rvalue::Array(_, items) => Some(items.iter().collect::<Vec<&Operand>>()),
                    Rvalue::Use(item) => Some(vec![item]),
                    _ => None,
                });
            let constants = assigned.unwrap_or_default().into_iter().filter_map(|item| match item {
                Operand::Const(constant) => word_of(*constant),
                Operand::Class(class) => Some(class.name),
                Operand::Place(_) => None,
            });
            constants.collect()
        }
    }
}

/// The word that a constant is.
pub(super) fn word_of(constant: Const) -> Option<Symbol> {
    match constant {
        Const::Str(text) | Const::Symbol(text) => Some(text),
        Const::Bool(value) => Some(Symbol::new(if value { "true" } else { "false" })),
        Const::Int(value) => Some(Symbol::new(&value.to_string())),
        Const::Null | Const::Float(_) => None,
    }
}
