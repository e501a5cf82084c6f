//! Members that are declared outside of their class, in the block of a call: the columns of a table.
//!
//! ```ruby
//! create_table "users" do |t|
//!   t.string "email"
//! end
//! ```
//!
//! A rule names the call, and in `to` the class; each call on the parameter of the block gives the rule another pair of
//! words, `$kind` (`string`) and `$column` (`email`). A rule that takes no more of the call than the name of the table
//! holds for tables in documents of SQL, too: `CREATE TABLE users (email varchar(255))`.

use rustc_hash::FxHashMap;

use super::*;
use crate::link::reopened::written_name;
use crate::resource::Declaration;
use crate::rules::model::INSIDE;

/// A member for a class that the program declares somewhere.
struct Outside<'r> {
    class: (usize, ClassIdx),
    rule: &'r MemberRule,
    bound: Bindings,
    span: Span,
}

/// Adds what is declared in blocks of calls outside of the class. Gives the ids of the rules that said something.
pub(super) fn add(units: &mut [Unit], rules: &RuleSet, declarations: &[Declaration]) -> BTreeSet<Symbol> {
    let outside: Vec<&MemberRule> = rules.members.iter().filter(|rule| rule.to.is_some()).collect();
    if outside.is_empty() {
        return BTreeSet::new();
    }
    let mut found: Vec<(&MemberRule, Bindings, Span)> = units
        .par_iter()
        .flat_map_iter(|unit| {
            let outside = &outside;
            unit.functions.iter().flat_map(move |function| declared_in(unit, function, outside))
        })
        .collect();
    found.extend(outside.iter().flat_map(|rule| declared_in_documents(rule, declarations)));
    if found.is_empty() {
        return BTreeSet::new();
    }
    let mut classes: FxHashMap<Symbol, (usize, ClassIdx)> = FxHashMap::default();
    for (index, unit) in units.iter().enumerate() {
        for class in unit.classes.indices() {
            classes.entry(written_name(unit, class)).or_insert((index, class));
        }
    }
    let placed: Vec<Outside<'_>> = found
        .into_iter()
        .filter_map(|(rule, bound, span)| {
            let name = fill(&rule.to?, &bound)?.replace("::", ".");
            let class = namespaced(&name).find_map(|name| classes.get(&Symbol::new(&name)).copied())?;
            let languages = &rule.matches.languages;
            if !languages.is_empty() && !languages.contains(&units[class.0].language) {
                return None;
            }
            Some(Outside { class, rule, bound, span })
        })
        .collect();
    let mut used = BTreeSet::new();
    for Outside { class: (index, class), rule, bound, span } in placed {
        used.insert(rule.id);
        let unit = &mut units[index];
        let mut additions = Vec::new();
        additions.extend(addition(unit, class, rule, &bound, &[], (span, span)));
        for added in additions {
            added.apply(unit, class);
            if let Some(field) = unit.classes[class].fields.last_mut().filter(|field| field.span == span) {
                // A column is declared, if not in the class.
                field.modifiers = Modifiers::PUBLIC;
            }
        }
    }
    used
}

/// What the calls of a function declare for other classes.
fn declared_in<'r>(
    unit: &Unit,
    function: &Function,
    rules: &[&'r MemberRule],
) -> Vec<(&'r MemberRule, Bindings, Span)> {
    let mut found = Vec::new();
    if !matches!(function.kind, FunctionKind::StaticInitialiser | FunctionKind::Lambda) {
        return found;
    }
    let statements = || function.blocks.iter().flat_map(|block| &block.statements);
    for statement in statements() {
        let Rvalue::Call(call) = &statement.value else { continue };
        let (Target::Bare(name), Some(Operand::Place(block))) = (&call.target, &call.block) else { continue };
        for rule in rules {
            let Some(Member::Macro { names, arguments, options }) = &rule.matches.member else { continue };
            let speaks = rule.matches.languages.is_empty() || rule.matches.languages.contains(&unit.language);
            if !speaks || !names.iter().any(|pattern| pattern.matches(name)) {
                continue;
            }
            let closure = statements().find_map(|made| match &made.value {
                Rvalue::Closure(index, _) if made.to == *block => Some(&unit.functions[*index]),
                _ => None,
            });
            let written = call.arguments.iter().map(|argument| (argument.name, argument.value.clone())).collect();
            let written = Macro { name: *name, arguments: written, block: None, span: statement.span };
            for bound in macro_bindings(unit, None, &written, arguments, options) {
                for (words, span) in closure.map(columns).unwrap_or_default() {
                    let bound = bound.iter().copied().chain(words).collect();
                    found.push((*rule, bound, span));
                }
            }
        }
    }
    found
}

/// The columns of tables that documents declare, for a rule that needs no more than the name of the table.
fn declared_in_documents<'r>(
    rule: &'r MemberRule,
    declarations: &'r [Declaration],
) -> impl Iterator<Item = (&'r MemberRule, Bindings, Span)> {
    let table = match &rule.matches.member {
        Some(Member::Macro { arguments, options, .. }) if options.is_empty() => match &arguments[..] {
            [Word::Variable(table)] => Some(*table),
            _ => None,
        },
        _ => None,
    };
    let columns = declarations.iter().filter(|declaration| declaration.is_stored);
    table.into_iter().flat_map(move |table| {
        let [kind_name, column_name] = INSIDE.map(Symbol::new);
        columns.clone().filter(|column| is_plain(&column.name)).map(move |column| {
            let kind = Symbol::new(kind_of(&column.declared));
            let words = vec![
                (table, Some(Symbol::new(&column.owner))),
                (kind_name, Some(kind)),
                (column_name, Some(Symbol::new(&column.name))),
            ];
            (rule, words, column.span)
        })
    })
}

/// Whether the name of a column can be that of a member.
fn is_plain(column: &str) -> bool {
    column.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
}

/// What a column of this type of SQL is called where columns are declared in code.
fn kind_of(declared: &str) -> &str {
    let holds = |part: &str| declared.contains(part);
    match () {
        () if ["char", "text", "clob"].iter().any(|part| holds(part)) => "string",
        () if declared == "bit" || holds("bool") => "boolean",
        () if declared != "interval" && (holds("int") || holds("serial")) => "integer",
        () if declared.starts_with("timestamp") => "datetime",
        () if ["numeric", "decimal", "money", "number"].contains(&declared) => "decimal",
        () if ["double", "real", "float"].contains(&declared) => "float",
        () => declared,
    }
}

/// The words of each call on the first parameter of a block, with the place of the call.
fn columns(block: &Function) -> Vec<(Bindings, Span)> {
    let Some(parameter) = block.parameters.first() else { return Vec::new() };
    let table = Operand::local(parameter.local);
    let mut found = Vec::new();
    for statement in block.blocks.iter().flat_map(|block| &block.statements) {
        let Rvalue::Call(call) = &statement.value else { continue };
        let Target::Method { receiver, name: kind } = &call.target else { continue };
        if *receiver != table {
            continue;
        }
        for argument in call.arguments.iter().filter(|argument| argument.name.is_none()) {
            let Operand::Const(Const::Str(column) | Const::Symbol(column)) = argument.value else { continue };
            if is_plain(&column) {
                let [kind_name, column_name] = INSIDE.map(Symbol::new);
                found.push((vec![(kind_name, Some(*kind)), (column_name, Some(column))], call.site));
            }
        }
    }
    found
}

/// The names that a class of many words may have: `AdminActionLog`, `Admin.ActionLog`, `AdminAction.Log`.
fn namespaced(name: &str) -> impl Iterator<Item = String> + '_ {
    let borders = name.char_indices().skip(1).filter(|(_, character)| character.is_uppercase());
    let parted = borders.map(|(at, _)| format!("{}.{}", &name[..at], &name[at..]));
    std::iter::once(name.to_owned()).chain(parted)
}
