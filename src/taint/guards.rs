//! What tests prove: a protection of the data around (`if (consent.isGiven())`), or which of several elements a value
//! is (`post.visibility == DIRECT`).
//!
//! What is proven holds where the test was passed, for all that reaches a sink from there. It is kept as bits beside
//! those of transforms, so that joins keep the least: a flow that also takes another way is not protected. A test may
//! stand in a function of its own: a truth value carries what it proves, through results and negations.

use crate::base::{Symbol, at_or_below};
use crate::ir::Const;
use crate::link::Program;
use crate::rules::model::{Member, Pattern, RuleSet, Semantics};
use crate::taint::arguments::Arguments;
use crate::taint::interpret::Interpreter;
use crate::taint::knowledge::Found;
use crate::taint::library::LibraryCall;
use crate::taint::path::{Path, Root, Step};
use crate::taint::state::State;
use crate::taint::value::{Fact, How, Origin, Proof, Protections, Value};

/// Bound: elements that guards tell apart.
const MAX_REFINED: usize = 16;

/// The guards about fields and calls, and the elements that guards tell apart.
#[derive(Default, Debug)]
pub struct Guards {
    /// Protections that a field proves where it is true.
    effects: Vec<(AboutField, Protections)>,
    /// What the values of a field prove.
    values: Vec<(AboutField, Vec<Told>)>,
    /// What the answer of a call proves, by the place of the rule.
    answers: Vec<Proof>,
    /// The elements that values tell apart; the bit of the first is the highest.
    refined: Vec<Symbol>,
}

/// A field of a class, or of any class, of which a rule speaks.
#[derive(Debug)]
struct AboutField {
    class: Pattern,
    name: Symbol,
    rule: Symbol,
}

impl AboutField {
    fn is_about(&self, class: Symbol, name: Symbol) -> bool {
        self.name == name && (self.class.matches(&class) || self.class.matches(Program::simple_name(&class)))
    }
}

/// A value of a field and the element that it leaves.
#[derive(Debug)]
struct Told {
    value: Symbol,
    element: Symbol,
    bits: Protections,
}

impl Guards {
    /// Reads the rules; `bits` gives those of an effect.
    pub fn new(rules: &RuleSet, bits: impl Fn(Symbol) -> Protections) -> Guards {
        let mut guards = Guards::default();
        for rule in &rules.guards {
            let told: Vec<Told> = rule
                .values
                .iter()
                .map(|&(value, element)| Told { value, element, bits: guards.bit_of(element) })
                .collect();
            let effect = rule.effect.map_or(0, &bits);
            let answered = |word: &str| {
                told.iter().filter(|told| told.value.as_str() == word).fold(0, |bits, told| bits | told.bits)
            };
            guards.answers.push(Proof { when_true: effect | answered(TRUE), when_false: answered(FALSE) });
            let Some(Member::Field(names)) = &rule.matches.member else { continue };
            for &class in &rule.matches.types {
                for name in names {
                    let Pattern::Exact(name) = *name else { continue };
                    if effect != 0 {
                        guards.effects.push((AboutField { class, name, rule: rule.id }, effect));
                    }
                    let told = rule.values.iter().zip(&told);
                    let told = told.map(|(&(value, element), told)| Told { value, element, bits: told.bits });
                    guards.values.push((AboutField { class, name, rule: rule.id }, told.collect()));
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

    /// What the answer of a call proves, by the place of its rule.
    pub fn answer(&self, rule: usize) -> Proof {
        self.answers.get(rule).copied().unwrap_or_default()
    }

    /// The element that a test has proven the value to be, where what is believed of it is less, or something else
    /// that the same test tells apart.
    pub fn refined(&self, element: Symbol, bits: Protections) -> Option<Symbol> {
        let proven = self.refined.iter().take(MAX_REFINED).enumerate().filter(|(index, _)| bits & bit_at(*index) != 0);
        proven.map(|(_, other)| *other).find(|other| at_or_below(other, &element) || self.tells_apart(element, *other))
    }

    fn tells_apart(&self, one: Symbol, other: Symbol) -> bool {
        self.values
            .iter()
            .any(|(_, told)| [one, other].iter().all(|wanted| told.iter().any(|told| told.element == *wanted)))
    }

    /// What is left of an element that a name speaks of, where a field beside decides and nobody has looked at it.
    pub fn undecided(&self, program: &Program, element: Symbol, symbol: Symbol) -> Option<Symbol> {
        let (owner, _) = symbol.split_once('.')?;
        let classes = program.called(Symbol::new(owner));
        let (_, told) = self.values.iter().find(|(about, told)| {
            told.iter().any(|told| told.element == element)
                && classes.iter().any(|&class| {
                    about.is_about(program.classes[class].qualified, about.name)
                        && program.field(class, about.name).is_some()
                })
        })?;
        let mut common = element.as_str();
        while !told.iter().all(|told| at_or_below(&told.element, common)) {
            (common, _) = common.rsplit_once('.')?;
        }
        Some(Symbol::new(common)).filter(|common| *common != element)
    }

    /// The rules about a field that prove an effect where it is true, with the effect.
    fn effects(&self, class: Symbol, name: Symbol) -> impl Iterator<Item = (Symbol, Protections)> {
        let about = self.effects.iter().filter(move |(about, _)| about.is_about(class, name));
        about.map(|(about, effect)| (about.rule, *effect))
    }

    /// The rules about a field that speak of a value, with what it proves.
    fn proven_by(&self, class: Symbol, name: Symbol, word: &str) -> impl Iterator<Item = (Symbol, Protections)> {
        let about = self.values.iter().filter(move |(about, _)| about.is_about(class, name));
        about.flat_map(move |(about, told)| {
            let told = told.iter().filter(move |told| told.value.eq_ignore_ascii_case(word));
            told.map(|told| (about.rule, told.bits))
        })
    }
}

/// How rules write the answers of a question.
const TRUE: &str = "true";
/// The other answer.
const FALSE: &str = "false";

fn bit_at(index: usize) -> Protections {
    1 << (Protections::BITS as usize - 1 - index)
}

impl Interpreter<'_, '_> {
    /// The protections that a condition proves where it is `taken`.
    pub(super) fn proven(&self, condition: &Value, taken: bool) -> Protections {
        let guards = &self.engine.rules.guards;
        let mut bits = if taken { condition.proof.when_true } else { condition.proof.when_false };
        if guards.effects.is_empty() && guards.values.is_empty() {
            return bits;
        }
        for (class, name) in self.fields_of(condition) {
            bits |= self.proven_by_word(class, name, if taken { TRUE } else { FALSE });
            for (rule, effect) in guards.effects(class, name).filter(|_| taken) {
                self.engine.note_used(rule);
                bits |= effect;
            }
        }
        bits
    }

    /// What it proves that a field of a class has a value.
    fn proven_by_word(&self, class: Symbol, name: Symbol, word: &str) -> Protections {
        self.engine.rules.guards.proven_by(class, name, word).fold(0, |bits, (rule, more)| {
            self.engine.note_used(rule);
            bits | more
        })
    }

    /// What the result of a call proves: what guards say of it, that two values are equal, or that one is among others.
    pub(super) fn proof_of_call(
        &mut self,
        state: &mut State,
        found: &Found,
        call: &LibraryCall<'_>,
        arguments: &Arguments,
    ) -> Proof {
        let propagators = &self.engine.rules.set.propagators;
        let means = |semantics| found.propagators.iter().any(|&index| propagators[index].semantics == Some(semantics));
        let mut proof = match &arguments.positional[..] {
            [other] if means(Semantics::Equals) => self.proof_of_equality(&call.receiver, other),
            [left, right] if means(Semantics::Equals) => self.proof_of_equality(left, right),
            [field] if means(Semantics::ListContains) => self.proof_of_membership(state, field, &call.receiver, call),
            [list] if means(Semantics::IsIn) => self.proof_of_membership(state, &call.receiver, list, call),
            _ => Proof::default(),
        };
        proof.when_true |= found.proves.when_true;
        proof.when_false |= found.proves.when_false;
        proof
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

    /// What it proves that a field is one of the constants of a list.
    fn proof_of_membership(&mut self, state: &mut State, field: &Value, list: &Value, call: &LibraryCall<'_>) -> Proof {
        if self.engine.rules.guards.values.is_empty() {
            return Proof::default();
        }
        let fields = self.fields_of(field);
        let elements = self.read_step(state, list, Step::Element, call.site.site);
        Proof { when_true: self.proven_by_all(&fields, elements.constants.known()), when_false: 0 }
    }

    /// What it proves that fields have one of several values: what each of them proves.
    fn proven_by_all(&self, fields: &[(Symbol, Symbol)], constants: &[Const]) -> Protections {
        let of_one = |constant: &Const| match constant {
            Const::Str(word) | Const::Symbol(word) => {
                fields.iter().fold(0, |bits, (class, name)| bits | self.proven_by_word(*class, *name, word))
            }
            _ => 0,
        };
        constants.iter().map(of_one).reduce(|all, one| all & one).unwrap_or(0)
    }

    /// What is known of the records that a query gives, which names the values of their fields.
    pub(super) fn narrow(
        &mut self,
        state: &mut State,
        found: &Found,
        call: &LibraryCall<'_>,
        arguments: &Arguments,
        result: &mut Value,
    ) {
        let propagators = &self.engine.rules.set.propagators;
        let narrows = |&index: &usize| propagators[index].semantics == Some(Semantics::Narrow);
        if self.engine.rules.guards.values.is_empty() || !found.propagators.iter().any(narrows) {
            return;
        }
        let of_elements = call.receiver.declared.as_ref().and_then(|declared| declared.arguments.last());
        let Some(class) = of_elements.map(|element| element.name).or(call.types.first().copied()) else { return };
        for (name, value) in &arguments.named {
            let is_one = !value.constants.known().is_empty();
            let list = if is_one { value.clone() } else { self.read_step(state, value, Step::Element, call.site.site) };
            let bits = self.proven_by_all(&[(class, *name)], list.constants.known());
            result.facts.iter_mut().for_each(|fact| fact.protections |= bits);
        }
    }

    /// What it proves that a field has a value.
    fn proven_by_value(&self, field: &Value, word: &str) -> Protections {
        self.fields_of(field).into_iter().fold(0, |bits, (class, name)| bits | self.proven_by_word(class, name, word))
    }

    /// What it proves of a value that it is one of the constants of a case.
    pub(super) fn proven_by_case(&self, value: &Value, constants: &[Const]) -> Protections {
        if self.engine.rules.guards.values.is_empty() {
            return 0;
        }
        self.proven_by_all(&self.fields_of(value), constants)
    }

    /// The fields, with their classes, that a value is read from, as it is or as a text.
    fn fields_of(&self, value: &Value) -> Vec<(Symbol, Symbol)> {
        let field = |path: &Path| {
            let (Step::Field(name), above) = path.steps().split_last()? else { return None };
            let owner = match (path.start(), above) {
                (Root::Static(class), []) => *class,
                _ => self.engine.path_type(self.function, &path.prefix(above.len()))?.name,
            };
            Some((owner, *name))
        };
        value.facts.iter().filter_map(place_of).filter_map(field).collect()
    }
}

/// The place that a value was read from, also where only its text is left.
fn place_of(fact: &Fact) -> Option<&Path> {
    match &fact.origin {
        Origin::Path(path) if matches!(fact.how, How::Exact | How::Value) => Some(path),
        _ => None,
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
