//! What stands beside the code, asked by the engine: constants behind fields, calls and annotations, and the views that
//! fields, variables and calls hold.
//!
//! Which calls and fields read what is told by the rules under `constants`; the values come from [`Resources`]. What is
//! annotated, and which view a field holds, is looked up once for the whole program.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Span, Symbol};
use crate::ir::*;
use crate::link::{ClassId, FunctionId, Program};
use crate::resource::{Resources, Scalar, Setting, View};
use crate::rules::model::{ConstantKey, ConstantRule, Member, NamedBy, Pattern, RuleSet, Store, Word};
use crate::taint::engine::Engine;
use crate::taint::value::{Constants, MAX_CONSTANTS, Value};

/// Synthetic fields of anonymous classes hold the variables around under this beginning.
const CAPTURED: &str = "val$";

/// Answers from the files beside the code.
pub struct Configured<'p> {
    program: &'p Program,
    resources: &'p Resources,
    /// Rules about fields that are read by name.
    field_rules: Vec<&'p ConstantRule>,
    /// Values of annotated fields, by the class that declares them.
    fields: FxHashMap<(Symbol, Symbol), (Constants, Symbol)>,
    /// Values of annotated parameters.
    parameters: FxHashMap<(FunctionId, usize), (Constants, Symbol)>,
    /// Ids of the views in fields.
    field_views: FxHashMap<(Symbol, Symbol), Symbol>,
    /// Ids of the views in variables, by function and name.
    local_views: FxHashMap<(FunctionId, Symbol), Symbol>,
    /// Layouts that the code of each unit names.
    layouts_named: Vec<FxHashSet<Symbol>>,
    /// Ids of the views that calls give.
    found_views: Mutex<FxHashMap<Span, Symbol>>,
    /// Library types by the simple names that layouts use.
    tag_types: FxHashMap<Symbol, Symbol>,
}

impl<'p> Configured<'p> {
    /// Looks up what is annotated, and which views fields hold.
    pub fn new(program: &'p Program, rules: &'p RuleSet, resources: &'p Resources) -> Configured<'p> {
        let is_field = |rule: &&ConstantRule| matches!(rule.matches.member, Some(Member::Field(_)));
        let mut configured = Configured {
            program,
            resources,
            field_rules: rules.constants.iter().filter(is_field).collect(),
            fields: FxHashMap::default(),
            parameters: FxHashMap::default(),
            field_views: FxHashMap::default(),
            local_views: FxHashMap::default(),
            layouts_named: vec![FxHashSet::default(); program.units.len()],
            found_views: Mutex::default(),
            tag_types: FxHashMap::default(),
        };
        configured.read_annotations(rules);
        configured.read_bodies(rules);
        if resources.layouts.has_bindings() {
            configured.tag_types = program.library.by_simple_name();
        }
        configured
    }

    /// The values under a key; `None` where nothing is stored there.
    pub fn values(&self, store: Store, key: &str) -> Option<Constants> {
        let resources = self.resources;
        match store {
            Store::BuildField => settings(resources.build_fields.get(key)),
            Store::AppText => constants(resources.values.string(key)),
            Store::AppNumber => settings(resources.values.integers.get(key)),
            Store::AppTruth => settings(resources.values.booleans.get(key)),
            Store::Setting if resources.settings.get(key).is_empty() => None,
            Store::Setting => constants(resources.resolve(&format!("${{{key}}}"))?.into_iter().map(Some).collect()),
            Store::SettingText => constants(resources.resolve(key)?.into_iter().map(Some).collect()),
            Store::Variable => settings(resources.environment.get(key)),
            Store::View => None,
        }
    }

    /// The values of a field of a class that the program does not define, with the rule that says so.
    pub fn static_field(&self, class: Symbol, name: Symbol) -> Option<(Constants, Symbol)> {
        self.field_rules.iter().find_map(|rule| {
            let owns = |pattern: &Pattern| match pattern {
                Pattern::Exact(text) if !text.contains('.') => Program::simple_name(&class) == text.as_str(),
                pattern => pattern.matches(&class),
            };
            if !rule.matches.types.iter().any(owns) {
                return None;
            }
            let Some(Member::Field(patterns)) = &rule.matches.member else { return None };
            let pattern = patterns.iter().find(|pattern| pattern.matches(&name))?;
            let bound = match pattern {
                Pattern::Rest(start, variable) => vec![(*variable, name.get(start.len()..)?.to_owned())],
                _ => Vec::new(),
            };
            Some((self.values(rule.from, &key_of(rule, &bound)?)?, rule.id))
        })
    }

    /// The values of an annotated field, with the rule that says so.
    pub fn field(&self, class: Symbol, name: Symbol) -> Option<&(Constants, Symbol)> {
        if self.fields.is_empty() {
            return None;
        }
        let (declaring, _) = self.program.field(self.program.class_named(class)?, name)?;
        self.fields.get(&(self.program.classes[declaring].qualified, name))
    }

    /// The values of an annotated parameter, with the rule that says so.
    pub fn parameter(&self, function: FunctionId, index: usize) -> Option<&(Constants, Symbol)> {
        self.parameters.get(&(function, index))
    }

    /// Whether something outside the code names a function as one to call.
    pub fn names(&self, by: NamedBy, function: Symbol) -> bool {
        match by {
            NamedBy::Layout => self.resources.layouts.is_handler(&function),
        }
    }

    /// The actions to which a component listens; `None` where no manifest declares it.
    pub fn actions(&self, class: Symbol) -> Option<BTreeSet<&str>> {
        let mut declared = self.resources.components.iter().filter(|component| component.is(&class)).peekable();
        declared.peek()?;
        Some(declared.flat_map(|component| component.actions.iter().map(String::as_str)).collect())
    }

    /// Notes that the call at `site` gives the view with this id.
    pub fn note_view(&self, site: Span, id: Symbol) {
        self.found_views.lock().expect("no interpretation panicked").insert(site, id);
    }

    /// The id of the view that the call at `site` gives.
    pub fn view_of_call(&self, site: Span) -> Option<Symbol> {
        self.found_views.lock().expect("no interpretation panicked").get(&site).copied()
    }

    /// The id of the view in a field.
    pub fn view_of_field(&self, class: Symbol, name: Symbol) -> Option<Symbol> {
        let Some(id) = self.program.class_named(class) else {
            let (view, _) = self.resources.layouts.bound_view(Program::simple_name(&class), &name)?;
            return Some(Symbol::new(view));
        };
        if let Some(captured) = name.strip_prefix(CAPTURED) {
            let around = self.program.class(id).function?;
            return self.view_of_local(self.program.function_id(self.program.classes[id].unit, around), captured);
        }
        let (declaring, _) = self.program.field(id, name)?;
        self.field_views.get(&(self.program.classes[declaring].qualified, name)).copied()
    }

    /// The id of the view in a variable of `function` or of a function around it.
    pub fn view_of_local(&self, function: FunctionId, name: &str) -> Option<Symbol> {
        if self.local_views.is_empty() {
            return None;
        }
        let name = Symbol::new(name);
        let mut current = Some(function);
        while let Some(function) = current {
            if let Some(id) = self.local_views.get(&(function, name)) {
                return Some(*id);
            }
            let unit = self.program.functions[function].unit;
            let around = self.program.function(function).enclosing;
            current = around.map(|around| self.program.function_id(unit, around));
        }
        None
    }

    /// The views with an id that code in `unit` may mean: those of the layouts that it names, else all.
    pub fn views(&self, unit: usize, id: &str) -> Vec<&'p View> {
        let all = self.resources.layouts.views(id);
        let named = &self.layouts_named[unit];
        let is_named = |view: &&View| named.contains(&view.layout);
        match all.iter().filter(is_named).collect::<Vec<_>>() {
            near if near.is_empty() => all.iter().collect(),
            near => near,
        }
    }

    /// A hint of a view as people see it.
    pub fn shown_text(&self, hint: &str) -> Option<String> {
        match hint.strip_prefix("@string/") {
            Some(name) => match &self.resources.values.string(name)[..] {
                [Some(Scalar::Text(text)), ..] => Some(text.clone()),
                _ => None,
            },
            None => Some(hint.to_owned()),
        }
    }

    /// The type of a field of the generated class that holds the views of a layout.
    pub fn bound_type(&self, class: Symbol, field: Symbol) -> Option<TypeRef> {
        let (_, tag) = self.resources.layouts.bound_view(Program::simple_name(&class), &field)?;
        let tag = Symbol::new(tag);
        Some(TypeRef::named(self.tag_types.get(&tag).copied().unwrap_or(tag)))
    }

    fn read_annotations(&mut self, rules: &RuleSet) {
        let annotated: Vec<&ConstantRule> = rules
            .constants
            .iter()
            .filter(|rule| matches!(rule.matches.member, Some(Member::Annotation { .. })))
            .collect();
        if annotated.is_empty() {
            return;
        }
        let program = self.program;
        for (id, info) in program.classes.iter_enumerated() {
            for field in &program.class(id).fields {
                for (rule, key) in keys(&annotated, &field.annotations) {
                    let place = (info.qualified, field.name);
                    if rule.from == Store::View {
                        self.field_views.insert(place, Symbol::new(&key));
                    } else if let Some(constants) = self.values(rule.from, &key) {
                        self.fields.insert(place, (constants, rule.id));
                    }
                }
            }
        }
        for id in program.functions.indices() {
            for (index, parameter) in program.function(id).parameters.iter().enumerate() {
                for (rule, key) in keys(&annotated, &parameter.annotations) {
                    if let Some(constants) = self.values(rule.from, &key) {
                        self.parameters.insert((id, index), (constants, rule.id));
                    }
                }
            }
        }
    }

    /// Follows views and annotated parameters into the variables and fields that they are put into.
    fn read_bodies(&mut self, rules: &RuleSet) {
        let mut lookups: Vec<Pattern> = Vec::new();
        for rule in rules.constants.iter().filter(|rule| rule.from == Store::View) {
            if let Some(Member::Method(names) | Member::Function(names)) = &rule.matches.member {
                lookups.extend(names);
            }
        }
        let has_views = !lookups.is_empty() && self.resources.layouts.has_views();
        if !has_views && self.parameters.is_empty() {
            return;
        }
        for (unit, named) in self.program.units.iter().zip(&mut self.layouts_named) {
            let bound = unit.imports.iter().map(|import| Program::simple_name(&import.path));
            named.extend(bound.filter_map(|class| self.resources.layouts.bound_layout(class)));
        }
        for function in self.program.functions.indices() {
            if has_views {
                self.follow_views(function, &lookups);
            }
            self.follow_parameters(function);
        }
    }

    fn follow_views(&mut self, function: FunctionId, lookups: &[Pattern]) {
        let body = self.program.function(function);
        let mut named: FxHashSet<Symbol> = FxHashSet::default();
        let mut held: FxHashMap<Local, Symbol> = FxHashMap::default();
        for statement in body.blocks.iter().flat_map(|block| &block.statements) {
            statement.value.for_each_operand(&mut |operand| named.extend(layout_named(operand)));
            let view = match &statement.value {
                Rvalue::Use(Operand::Place(place)) | Rvalue::Cast(Operand::Place(place), _) => {
                    place.as_local().and_then(|local| held.get(&local).copied())
                }
                Rvalue::Call(call) => view_found(call, lookups),
                _ => None,
            };
            let Some(view) = view else { continue };
            match statement.to.as_local() {
                Some(local) => {
                    held.insert(local, view);
                    if let Some(name) = body.locals[local].name {
                        self.local_views.entry((function, name)).or_insert(view);
                    }
                }
                None => {
                    if let Some(field) = self.field_written(function, &statement.to) {
                        self.field_views.entry(field).or_insert(view);
                    }
                }
            }
        }
        self.layouts_named[self.program.functions[function].unit].extend(named);
    }

    fn follow_parameters(&mut self, function: FunctionId) {
        let body = self.program.function(function);
        let position = |local: Local| body.parameters.iter().position(|parameter| parameter.local == local);
        for statement in body.blocks.iter().flat_map(|block| &block.statements) {
            let Rvalue::Use(Operand::Place(place)) = &statement.value else { continue };
            let Some(index) = place.as_local().and_then(position) else { continue };
            let Some(values) = self.parameters.get(&(function, index)).cloned() else { continue };
            if let Some(field) = self.field_written(function, &statement.to) {
                self.fields.insert(field, values);
            }
        }
    }

    /// The field of a class of the program that a place is, by the class that declares it.
    fn field_written(&self, function: FunctionId, to: &Place) -> Option<(Symbol, Symbol)> {
        let ([Projection::Field(name)], Base::Local(local)) = (&to.path[..], &to.base) else { return None };
        let body = self.program.function(function);
        let class: ClassId = match body.receiver() == Some(*local) {
            true => self.program.functions[function].owner?,
            false => self.program.class_named(body.locals[*local].declared.as_ref()?.name)?,
        };
        let (declaring, _) = self.program.field(class, *name)?;
        Some((self.program.classes[declaring].qualified, *name))
    }
}

impl Engine<'_> {
    /// The value of a static field that cannot change: a constant, or a constant of an enumeration by its name.
    /// Where the code defines none, the files beside it may.
    pub fn static_constant(&self, class: Symbol, name: Symbol) -> Option<Value> {
        self.declared_constant(class, name).or_else(|| {
            let (constants, rule) = self.configured.static_field(class, name)?;
            Some(self.configured_value(constants, rule))
        })
    }

    /// Constants from beside the code as a value; notes the rule that led there.
    pub fn configured_value(&self, constants: Constants, rule: Symbol) -> Value {
        self.rules_used.lock().expect("no interpretation panicked").insert(rule);
        let is_text = matches!(constants.known(), [Const::Str(_), ..]);
        Value { constants, ..Value::default() }.typed(is_text.then(|| self.text_type.clone()))
    }

    fn declared_constant(&self, class: Symbol, name: Symbol) -> Option<Value> {
        let class = self.program.class_named(class)?;
        let (owner, field) = self.program.field(class, name)?;
        if let Some(constant) = field.constant {
            return Some(Value::constant(constant).typed(self.constant_type(constant)));
        }
        let declared = field.declared.as_ref()?;
        let is_enumerated =
            self.program.class(owner).kind == ClassKind::Enum && declared.name == self.program.classes[owner].qualified;
        is_enumerated.then(|| Value::constant(Const::Symbol(name)).typed(Some(Arc::new(declared.clone()))))
    }

    /// The type of a constant.
    pub fn constant_type(&self, constant: Const) -> Option<Arc<TypeRef>> {
        matches!(constant, Const::Str(_)).then(|| self.text_type.clone())
    }
}

/// The id of the view that a call looks up: the name of the resource that it is given.
fn view_found(call: &Call, lookups: &[Pattern]) -> Option<Symbol> {
    let (Target::Method { name, .. } | Target::Bare(name)) = &call.target else { return None };
    if !lookups.iter().any(|lookup| lookup.matches(name)) {
        return None;
    }
    let Operand::Place(place) = &call.arguments.first()?.value else { return None };
    match (&place.base, place.path.last()) {
        (Base::Static(_), Some(Projection::Field(id))) => Some(*id),
        _ => None,
    }
}

/// The name of the layout that an operand is the id of.
fn layout_named(operand: &Operand) -> Option<Symbol> {
    let Operand::Place(Place { base: Base::Static(_), path }) = operand else { return None };
    match path[..] {
        [.., Projection::Field(kind), Projection::Field(name)] if kind == "layout" => Some(name),
        _ => None,
    }
}

/// The keys that annotations name, each with its rule.
fn keys<'r>(rules: &[&'r ConstantRule], annotations: &[Annotation]) -> Vec<(&'r ConstantRule, String)> {
    let mut found = Vec::new();
    for annotation in annotations {
        for &rule in rules {
            let Some(Member::Annotation { names, options, .. }) = &rule.matches.member else { continue };
            let is_named = |pattern: &Pattern| match pattern {
                Pattern::Exact(text) if !text.contains('.') => Program::simple_name(&annotation.name) == text.as_str(),
                pattern => pattern.matches(&annotation.name),
            };
            if names.iter().any(is_named)
                && let Some(bound) = bound_by(annotation, options)
                && let Some(key) = key_of(rule, &bound)
            {
                found.push((rule, key));
            }
        }
    }
    found
}

/// The variables that the arguments of an annotation bind; `None` where one is missing or another word stands there.
fn bound_by(annotation: &Annotation, options: &[(Symbol, Word)]) -> Option<Vec<(Symbol, String)>> {
    let mut bound = Vec::new();
    for (option, word) in options {
        let (_, values) = annotation.arguments.iter().find(|(name, _)| name == option)?;
        let text = match values.first()? {
            AnnotationValue::Const(Const::Str(text)) => text.to_string(),
            AnnotationValue::Name(name) => Program::simple_name(name).to_owned(),
            AnnotationValue::Const(_) => return None,
        };
        match word {
            Word::Variable(variable) | Word::Each(variable) => bound.push((*variable, text)),
            Word::Literal(expected) if *expected == text.as_str() => {}
            Word::Literal(_) => return None,
        }
    }
    Some(bound)
}

/// The key of a rule whose variables are bound.
fn key_of(rule: &ConstantRule, bound: &[(Symbol, String)]) -> Option<String> {
    let ConstantKey::Words(template) = &rule.key else { return None };
    let filled = bound.iter().fold(template.to_string(), |text, (variable, word)| {
        text.replace(&format!("{{{variable}}}"), word).replace(variable.as_str(), word)
    });
    Some(filled)
}

fn settings(settings: &[Setting]) -> Option<Constants> {
    constants(settings.iter().map(|setting| setting.value.clone()).collect())
}

/// Values as constants; one that is not known makes all of them unknown.
fn constants(values: Vec<Option<Scalar>>) -> Option<Constants> {
    if values.is_empty() {
        return None;
    }
    let mut joined = Constants::None;
    for value in values.into_iter().take(MAX_CONSTANTS + 1) {
        let constant = match value {
            None => return Some(Constants::Any),
            Some(Scalar::Text(text)) => Const::Str(Symbol::new(&text)),
            Some(Scalar::Integer(number)) => Const::Int(number),
            Some(Scalar::Boolean(value)) => Const::Bool(value),
        };
        joined.join(&Constants::one(constant), false);
    }
    Some(joined)
}
