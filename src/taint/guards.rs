//! What tests prove: a protection of the data around (`if (consent.isGiven())`), or which of several elements a value
//! is (`post.visibility == DIRECT`).
//!
//! What is proven holds where the test was passed, for all that reaches a sink from there. It is kept as bits beside
//! those of transforms, so that joins keep the least: a flow that also takes another way is not protected. A test may
//! stand in a function of its own: a truth value carries what it proves, through results and negations.

use rustc_hash::FxHashMap;

use crate::base::Symbol;
use crate::ir::Const;
use crate::link::Program;
use crate::rules::model::{Member, Pattern, RuleSet};
use crate::taint::interpret::Interpreter;
use crate::taint::path::{Path, Root, Step};
use crate::taint::value::{Proof, Protections, Value};

/// Bound: elements that guards tell apart.
const MAX_REFINED: usize = 16;

/// The guards about fields, and the elements that guards tell apart.
#[derive(Default, Debug)]
pub struct Guards {
    /// Protections that a field proves where it is true, by class and name.
    effects: FxHashMap<(Symbol, Symbol), Protections>,
    /// What each value of a field proves, by class and name.
    values: FxHashMap<(Symbol, Symbol), Vec<(Symbol, Protections)>>,
    /// The elements that values tell apart; the bit of the first is the highest.
    refined: Vec<Symbol>,
}

impl Guards {
    /// Reads the rules; `bits` gives those of an effect.
    pub fn new(rules: &RuleSet, bits: impl Fn(Symbol) -> Protections) -> Guards {
        let mut guards = Guards::default();
        for rule in &rules.guards {
            let Some(Member::Field(names)) = &rule.matches.member else { continue };
            for pattern in &rule.matches.types {
                for name in names {
                    let (Pattern::Exact(class), Pattern::Exact(name)) = (pattern, name) else { continue };
                    if let Some(effect) = rule.effect {
                        *guards.effects.entry((*class, *name)).or_default() |= bits(effect);
                    }
                    for (value, element) in &rule.values {
                        let bit = guards.bit_of(*element);
                        guards.values.entry((*class, *name)).or_default().push((*value, bit));
                    }
                }
            }
        }
        guards
    }

    fn bit_of(&mut self, element: Symbol) -> Protections {
        let index = match self.refined.iter().position(|own| *own == element) {
            Some(index) => index,
            None => {
                self.refined.push(element);
                self.refined.len() - 1
            }
        };
        if index < MAX_REFINED { bit_at(index) } else { 0 }
    }

    /// The element below `element` that a test has proven the value to be.
    pub fn refined(&self, element: Symbol, bits: Protections) -> Option<Symbol> {
        let proven = self.refined.iter().take(MAX_REFINED).enumerate().filter(|(index, _)| bits & bit_at(*index) != 0);
        let below = |other: &Symbol| other.strip_prefix(element.as_str()).is_some_and(|rest| rest.starts_with('.'));
        proven.map(|(_, element)| *element).find(|other| below(other))
    }

    fn about<T: Default + Clone>(of: &FxHashMap<(Symbol, Symbol), T>, class: Symbol, name: Symbol) -> T {
        let simple = Symbol::new(Program::simple_name(&class));
        of.get(&(class, name)).or_else(|| of.get(&(simple, name))).cloned().unwrap_or_default()
    }
}

fn bit_at(index: usize) -> Protections {
    1 << (Protections::BITS as usize - 1 - index)
}

impl Interpreter<'_, '_> {
    /// The protections that a condition proves where it is `taken`.
    pub(super) fn proven(&self, condition: &Value, taken: bool) -> Protections {
        if !taken {
            return condition.proof.when_false;
        }
        let guards = &self.engine.rules.guards;
        let mut bits = condition.proof.when_true;
        if !guards.effects.is_empty() {
            for (class, name) in self.fields_of(condition) {
                bits |= Guards::about(&guards.effects, class, name);
            }
        }
        bits
    }

    /// What it proves that two values are equal: where one is a field that a guard speaks of, and the other a constant.
    pub(super) fn proof_of_equality(&self, left: &Value, right: &Value) -> Proof {
        if self.engine.rules.guards.values.is_empty() {
            return Proof::default();
        }
        let bits =
            |field: &Value, other: &Value| constant_word(other).map_or(0, |word| self.proven_by_value(field, &word));
        Proof { when_true: bits(left, right) | bits(right, left), when_false: 0 }
    }

    /// What it proves that a field has a value.
    pub(super) fn proven_by_value(&self, field: &Value, word: &str) -> Protections {
        let guards = &self.engine.rules.guards;
        let mut bits = 0;
        for (class, name) in self.fields_of(field) {
            let values = Guards::about(&guards.values, class, name);
            let proven = values.iter().filter(|(value, _)| value.eq_ignore_ascii_case(word));
            bits |= proven.fold(0, |bits, (_, more)| bits | more);
        }
        bits
    }

    /// What it proves of a value that it is one of the constants of a case.
    pub(super) fn proven_by_case(&self, value: &Value, constants: &[Const]) -> Protections {
        match constants {
            [Const::Str(word) | Const::Symbol(word)] if !self.engine.rules.guards.values.is_empty() => {
                self.proven_by_value(value, word)
            }
            _ => 0,
        }
    }

    /// The fields, with their classes, that a value is read from.
    fn fields_of(&self, value: &Value) -> Vec<(Symbol, Symbol)> {
        let field = |path: &Path| {
            let (Step::Field(name), above) = path.steps().split_last()? else { return None };
            let owner = match (path.start(), above) {
                (Root::Static(class), []) => *class,
                _ => self.engine.path_type(self.function, &path.prefix(above.len()))?.name,
            };
            Some((owner, *name))
        };
        value.facts.iter().filter_map(|fact| fact.exact_path()).filter_map(field).collect()
    }
}

/// The word of a constant or of an enum constant.
fn constant_word(value: &Value) -> Option<Symbol> {
    if let Some(Const::Str(word) | Const::Symbol(word)) = value.single_constant() {
        return Some(word);
    }
    let [fact] = &value.facts[..] else { return None };
    let path = fact.exact_path()?;
    match (path.start(), path.steps()) {
        (Root::Static(_), [Step::Field(name)]) => Some(*name),
        _ => None,
    }
}
