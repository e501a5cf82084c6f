//! Adds the declarations that nobody wrote: what an annotation or a macro makes of a class, as `members` rules say,
//! becomes functions and fields of the unit, like those that stand in the file.
//!
//! A match is a class with the words that the rule binds there: arguments of the annotation or macro, and, for an
//! annotation, each field that it covers. For each match the templates of the rule are filled in. What the class
//! declares itself under the same name stays as it is written.

mod bodies;
mod covered;
pub(super) mod macros;
mod tables;

use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::resource::Declaration;
use crate::rules::model::{AddedMember, AnnotationTarget, Match, Member, MemberRule, Pattern, RuleSet, TypeRule, Word};
use crate::rules::template::{Bindings, fill};

use bodies::Body;
use covered::{Covered, fields_covered, written_names};
use macros::{macro_bindings, word_of};

/// Bound: members that rules add to one class.
const MAX_ADDED: usize = 1024;

/// Adds to `units` what the rules say is declared there. Gives the ids of the rules that said something.
pub(super) fn add(units: &mut [Unit], rules: &RuleSet, declarations: &[Declaration]) -> BTreeSet<Symbol> {
    let outside = tables::add(units, rules, declarations);
    let index = RulesByName::new(rules);
    if index.names.is_empty() {
        return outside;
    }
    let added = units.par_iter_mut().map(|unit| {
        let mut used = BTreeSet::new();
        for class in unit.classes.indices() {
            let mut additions = Vec::new();
            from_annotations(unit, class, &index, &mut additions);
            from_macros(unit, class, &index, &mut additions);
            additions.truncate(MAX_ADDED);
            for (rule, addition) in additions {
                used.insert(rule);
                addition.apply(unit, class);
            }
        }
        used
    });
    let mut used = added.reduce(BTreeSet::new, |mut all, more| {
        all.extend(more);
        all
    });
    used.extend(outside);
    used
}

/// A rule that adds something to a class.
#[derive(Clone, Copy)]
enum Adding<'r> {
    Member(&'r MemberRule),
    /// The type of what a macro declares.
    Type(&'r TypeRule),
}

impl<'r> Adding<'r> {
    fn matches(self) -> &'r Match {
        match self {
            Adding::Member(rule) => &rule.matches,
            Adding::Type(rule) => &rule.matches,
        }
    }

    /// How many words beside the arguments the rule asks for.
    fn asked_for(self) -> usize {
        match &self.matches().member {
            Some(Member::Macro { options, .. } | Member::Annotation { options, .. }) => options.len(),
            _ => 0,
        }
    }
}

/// The rules by the last part of the name of their annotation or macro.
struct RulesByName<'r> {
    names: FxHashMap<&'static str, Vec<Adding<'r>>>,
}

impl<'r> RulesByName<'r> {
    fn new(rules: &'r RuleSet) -> RulesByName<'r> {
        let mut names: FxHashMap<&'static str, Vec<Adding<'r>>> = FxHashMap::default();
        let typing = rules
            .types
            .iter()
            .filter(|rule| rule.returns.is_some() && matches!(rule.matches.member, Some(Member::Macro { .. })));
        for rule in
            rules.members.iter().filter(|rule| rule.to.is_none()).map(Adding::Member).chain(typing.map(Adding::Type))
        {
            let (Some(Member::Annotation { names: given, .. }) | Some(Member::Macro { names: given, .. })) =
                &rule.matches().member
            else {
                continue;
            };
            for name in given {
                if let Pattern::Exact(name) = name {
                    names.entry(last_part(name.as_str())).or_default().push(rule);
                }
            }
        }
        // What asks for more words says more of what is declared.
        names.values_mut().for_each(|rules| rules.sort_by_key(|rule| std::cmp::Reverse(rule.asked_for())));
        RulesByName { names }
    }

    fn of(&self, written: Symbol, unit: &Unit) -> impl Iterator<Item = Adding<'r>> {
        let rules = self.names.get(last_part(written.as_str())).cloned().unwrap_or_default();
        let language = unit.language;
        rules.into_iter().filter(move |rule| {
            let languages = &rule.matches().languages;
            languages.is_empty() || languages.contains(&language)
        })
    }
}

fn last_part(name: &'static str) -> &'static str {
    name.rsplit('.').next().unwrap_or(name)
}

/// One member, ready to be added.
enum Addition {
    Function { name: Symbol, parameters: Vec<(Symbol, Option<TypeRef>)>, body: Body, span: Span, name_span: Span },
    Field { name: Symbol, declared: Option<TypeRef>, span: Span },
}

impl Addition {
    fn apply(self, unit: &mut Unit, class: ClassIdx) {
        match self {
            Addition::Function { name, parameters, body, span, name_span } => {
                let written = unit.classes[class].functions.iter().map(|&function| &unit.functions[function]);
                let is_written = written
                    .clone()
                    .any(|function| function.name == name && function.parameters.len() == parameters.len());
                if is_written {
                    return;
                }
                let function = bodies::function(unit, class, name, parameters, body, (span, name_span));
                let index = unit.functions.push(function);
                unit.classes[class].functions.push(index);
            }
            Addition::Field { name, declared, span } => {
                if unit.classes[class].fields.iter().all(|field| field.name != name) {
                    unit.classes[class].fields.push(Field {
                        name,
                        declared,
                        modifiers: Modifiers::SYNTHETIC,
                        annotations: Vec::new(),
                        constant: None,
                        span,
                        name_span: span,
                    });
                }
            }
        }
    }
}

fn from_annotations(unit: &Unit, class: ClassIdx, index: &RulesByName<'_>, additions: &mut Vec<(Symbol, Addition)>) {
    let declaration = &unit.classes[class];
    let on_class = declaration.annotations.iter().map(|annotation| (annotation, None));
    let on_fields = declaration
        .fields
        .iter()
        .flat_map(|field| field.annotations.iter().map(move |annotation| (annotation, Some(field))));
    for (annotation, field) in on_class.chain(on_fields) {
        for rule in index.of(annotation.name, unit) {
            let Adding::Member(rule) = rule else { continue };
            let Some(Member::Annotation { names, on, options }) = &rule.matches.member else { continue };
            let target = if field.is_some() { AnnotationTarget::Field } else { AnnotationTarget::Class };
            let written = written_names(unit, annotation.name);
            let is_meant = written.iter().any(|name| names.iter().any(|pattern| pattern.matches(name)));
            if !is_meant || !(on.is_empty() || on.contains(&target)) {
                continue;
            }
            let covered = fields_covered(unit, declaration, field, &rule.except);
            for bound in annotation_bindings(annotation, options) {
                expand(unit, class, rule, &bound, &covered, annotation.span, additions);
            }
        }
    }
}

/// The words that an annotation binds: one set for each value of an argument that has several.
fn annotation_bindings(annotation: &Annotation, options: &[(Symbol, Word)]) -> Vec<Bindings> {
    let mut sets: Vec<Bindings> = vec![Vec::new()];
    for (key, word) in options {
        let values = annotation.arguments.iter().find(|(own, _)| own == key).map(|(_, values)| values);
        let words: Vec<Symbol> = values.into_iter().flatten().filter_map(annotation_word).collect();
        match *word {
            Word::Literal(expected) if words.contains(&expected) => {}
            Word::Literal(_) => return Vec::new(),
            Word::Variable(name) | Word::Each(name) if words.is_empty() => {
                sets.iter_mut().for_each(|set| set.push((name, None)));
            }
            Word::Variable(name) | Word::Each(name) => {
                let before = std::mem::take(&mut sets);
                for word in words.iter().take(MAX_ADDED) {
                    sets.extend(before.iter().cloned().map(|mut set| {
                        set.push((name, Some(*word)));
                        set
                    }));
                }
            }
        }
    }
    sets
}

fn annotation_word(value: &AnnotationValue) -> Option<Symbol> {
    match value {
        AnnotationValue::Const(constant) => word_of(*constant),
        AnnotationValue::Name(name) => Some(*name),
    }
}

fn from_macros(unit: &Unit, class: ClassIdx, index: &RulesByName<'_>, additions: &mut Vec<(Symbol, Addition)>) {
    let declaration = &unit.classes[class];
    for call in &declaration.macros {
        for rule in index.of(call.name, unit) {
            let Some(Member::Macro { names, arguments, options }) = &rule.matches().member else { continue };
            if !names.iter().any(|pattern| pattern.matches(&call.name)) || !extends_one_of(declaration, rule.matches())
            {
                continue;
            }
            for bound in macro_bindings(unit, Some(class), call, arguments, options) {
                match rule {
                    Adding::Member(rule) => expand(unit, class, rule, &bound, &[], call.span, additions),
                    Adding::Type(rule) => typed(rule, &bound, call.span, additions),
                }
            }
        }
    }
}

/// Whether a class says that it extends what a rule names, where the rule does: a macro of one name means different
/// things below different classes.
fn extends_one_of(declaration: &Class, matches: &Match) -> bool {
    let extended = declaration.superclass.iter().map(|superclass| superclass.name);
    matches.extends.is_empty() || extended.into_iter().any(|name| matches.extends.iter().any(|own| own.matches(&name)))
}

/// What a rule adds under one set of words, for each field that it covers where it speaks of fields.
fn expand(
    unit: &Unit,
    class: ClassIdx,
    rule: &MemberRule,
    bound: &Bindings,
    covered: &[Covered],
    span: Span,
    additions: &mut Vec<(Symbol, Addition)>,
) {
    let declaration = &unit.classes[class];
    let mut bound = bound.clone();
    bound.push((Symbol::new("$owner"), Some(declaration.name)));
    let templates = match &rule.add {
        AddedMember::Getter { name, returns, of } => vec![Some(*name), Some(*returns), *of],
        AddedMember::Setter { name, field, .. } => vec![Some(*name), Some(*field)],
        AddedMember::Field { name, of } => vec![Some(*name), *of],
        AddedMember::Maker { name } => vec![Some(*name)],
        AddedMember::Constructor { .. } => Vec::new(),
    };
    let speaks_of_fields = templates.iter().flatten().any(|template| template.contains("$member"));
    if !speaks_of_fields {
        let added = addition(unit, class, rule, &bound, covered, (span, declaration.name_span));
        additions.extend(added.map(|added| (rule.id, added)));
        return;
    }
    for field in covered {
        let mut bound = bound.clone();
        bound.push((Symbol::new("$member"), Some(field.name)));
        bound.push((Symbol::new("$type"), field.declared.as_ref().map(|declared| declared.name)));
        let added = addition(unit, class, rule, &bound, std::slice::from_ref(field), (span, field.span));
        additions.extend(added.map(|added| (rule.id, added)));
    }
}

fn addition(
    unit: &Unit,
    class: ClassIdx,
    rule: &MemberRule,
    bound: &Bindings,
    covered: &[Covered],
    (span, name_span): (Span, Span),
) -> Option<Addition> {
    let text = |template: Symbol| fill(&template, bound).filter(|text| !text.is_empty());
    let name_of = |template: Symbol| text(template).map(|text| Symbol::new(&text));
    let function = |name, parameters, body| Addition::Function { name, parameters, body, span, name_span };
    match &rule.add {
        AddedMember::Getter { name, returns, of } => {
            let declared = of.and_then(text).and_then(|text| TypeRef::written(&text));
            let only = match covered {
                [only] => only.declared.clone(),
                _ => None,
            };
            let body = Body::reading(&text(*returns)?, covered, declared.or(only))?;
            Some(function(name_of(*name)?, Vec::new(), body))
        }
        AddedMember::Setter { name, field, chains } => {
            let field = name_of(*field)?;
            let own = unit.classes[class].fields.iter().find(|own| own.name == field);
            let declared = own.and_then(|own| own.declared.clone());
            let parameters = vec![(field, declared)];
            Some(function(name_of(*name)?, parameters, Body::Store { fields: vec![field], chains: *chains }))
        }
        AddedMember::Maker { name } => Some(function(name_of(*name)?, Vec::new(), Body::Make)),
        AddedMember::Constructor { fields } => {
            let taken = covered.iter().filter(|field| field.is_taken_by(*fields));
            let parameters: Vec<_> = taken.map(|field| (field.name, field.declared.clone())).collect();
            let fields = parameters.iter().map(|(name, _)| *name).collect();
            Some(function(Symbol::new(bodies::CONSTRUCTOR), parameters, Body::Store { fields, chains: false }))
        }
        AddedMember::Field { name, of } => {
            let declared = of.and_then(text).and_then(|text| TypeRef::written(&text));
            Some(Addition::Field { name: name_of(*name)?, declared, span })
        }
    }
}

/// The member that a macro names first has the type that a rule gives.
fn typed(rule: &TypeRule, bound: &Bindings, span: Span, additions: &mut Vec<(Symbol, Addition)>) {
    let Some(Member::Macro { arguments, .. }) = &rule.matches.member else { return };
    let first = arguments.iter().find_map(|word| match *word {
        Word::Variable(name) | Word::Each(name) => Some(name),
        Word::Literal(_) => None,
    });
    let name = first.and_then(|first| bound.iter().find(|(name, _)| *name == first)).and_then(|(_, word)| *word);
    let declared = rule.returns.and_then(|returns| fill(&returns, bound)).and_then(|text| TypeRef::written(&text));
    let (Some(name), Some(declared)) = (name, declared) else { return };
    additions.push((rule.id, Addition::Field { name, declared: Some(declared.clone()), span }));
    if let Some(body) = Body::reading(&format!("this.Field[{name}]"), &[], Some(declared)) {
        let function = Addition::Function { name, parameters: Vec::new(), body, span, name_span: span };
        additions.push((rule.id, function));
    }
}
