//! What rules tell of library calls before anything is analysed: the types of their results, and of the receivers and
//! parameters of the lambdas given to them.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::Symbol;
use crate::ir::{ARRAY, FUNCTION_TYPE, TypeRef};
use crate::link::Program;
use crate::rules::model::{Match, Member, Pattern, Port, PortRoot, PortStep, PropagatorKind, RuleSet};

/// By this name rules mean the type that a call is given, `Argument[type:]`.
pub(super) const TYPE_ARGUMENT: &str = "type";

/// So many methods of an interface that a lambda implements may be known: its own, and one that it inherits.
const MOST_METHODS_OF_LAMBDAS: usize = 2;

/// Library calls by name.
pub(in crate::link) struct LibraryCalls<'r> {
    known: FxHashMap<Symbol, Vec<&'r Match>>,
    results: FxHashMap<Symbol, Vec<(&'r Match, TypeRef)>>,
    /// The types of fields that only rules know of.
    fields: FxHashMap<Symbol, Vec<(&'r Match, TypeRef)>>,
    flows: FxHashMap<Symbol, Vec<Flow<'r>>>,
    /// Calls of which rules mean arguments by their names.
    by_argument_name: FxHashSet<Symbol>,
    /// Calls of which rules mean the type that they are given.
    by_type: FxHashSet<Symbol>,
    /// Classes that rules know to be more than interfaces of one method.
    classes: FxHashSet<Symbol>,
}

/// What a rule passes on.
struct Flow<'r> {
    matches: &'r Match,
    pairs: &'r [(Port, Port)],
    keeps_identity: bool,
}

/// What is known of the receiver and the parameters of a lambda.
#[derive(Clone, Default, Debug)]
pub(super) struct Inputs {
    /// It has a receiver; the type, where it is known.
    pub(super) receiver: Option<Option<TypeRef>>,
    /// By position, the receiver aside.
    pub(super) parameters: Vec<Option<TypeRef>>,
}

impl<'r> LibraryCalls<'r> {
    pub(in crate::link) fn new(rules: &'r RuleSet) -> LibraryCalls<'r> {
        let mut known: FxHashMap<Symbol, Vec<&Match>> = FxHashMap::default();
        for matches in rules.matches() {
            for name in names(matches) {
                known.entry(name).or_default().push(matches);
            }
        }
        let mut results: FxHashMap<Symbol, Vec<(&Match, TypeRef)>> = FxHashMap::default();
        let mut fields: FxHashMap<Symbol, Vec<(&Match, TypeRef)>> = FxHashMap::default();
        for rule in &rules.types {
            let Some(returns) = rule
                .returns
                .filter(|text| !text.contains('$') && !text.starts_with("this."))
                .and_then(|text| TypeRef::written(&text))
            else {
                continue;
            };
            if let Some(Member::Field(patterns)) = &rule.matches.member {
                for name in patterns.iter().filter_map(exact) {
                    fields.entry(name).or_default().push((&rule.matches, returns.clone()));
                }
            }
            for name in names(&rule.matches) {
                results.entry(name).or_default().push((&rule.matches, returns.clone()));
            }
        }
        let mut flows: FxHashMap<Symbol, Vec<Flow>> = FxHashMap::default();
        for rule in &rules.propagators {
            for name in names(&rule.matches) {
                flows.entry(name).or_default().push(Flow {
                    matches: &rule.matches,
                    pairs: &rule.flow,
                    keeps_identity: rule.kind == PropagatorKind::Same,
                });
            }
        }
        for rule in &rules.calls {
            for name in names(&rule.matches) {
                let matches = &rule.matches;
                flows.entry(name).or_default().push(Flow { matches, pairs: &rule.bind, keeps_identity: false });
            }
        }
        let sinks = rules.sinks.iter().map(|rule| (&rule.matches, rule.input.iter().collect::<Vec<_>>()));
        let sources = rules.sources.iter().map(|rule| (&rule.matches, vec![&rule.output]));
        let passed = rules.propagators.iter().map(|rule| (&rule.matches, &rule.flow));
        let passed = passed.chain(rules.calls.iter().map(|rule| (&rule.matches, &rule.bind)));
        let passed = passed.map(|(matches, pairs)| (matches, pairs.iter().flat_map(|(from, to)| [from, to]).collect()));
        let (mut by_argument_name, mut by_type) = (FxHashSet::default(), FxHashSet::default());
        for (matches, ports) in sinks.chain(sources).chain(passed) {
            for port in ports {
                match port.root {
                    PortRoot::Named(name) if name == TYPE_ARGUMENT => by_type.extend(names(matches)),
                    PortRoot::Named(_) => by_argument_name.extend(names(matches)),
                    _ => {}
                }
            }
        }
        let classes = classes_known_to(rules);
        LibraryCalls { known, results, fields, flows, by_argument_name, by_type, classes }
    }

    /// Whether rules speak of calls of `name`, and mean arguments by their positions alone.
    pub(super) fn counts_arguments(&self, name: Symbol) -> bool {
        self.known.contains_key(&name) && !self.by_argument_name.contains(&name)
    }

    /// Whether rules speak of the type that a call of `name` is given.
    pub(super) fn takes_type(&self, name: Symbol) -> bool {
        self.by_type.contains(&name)
    }

    /// Whether rules know a type to be more than an interface of one method.
    pub(super) fn is_class(&self, name: Symbol) -> bool {
        self.classes.contains(&name)
    }

    /// Whether a rule speaks of `name` of the type `of`.
    pub(super) fn is_known(&self, program: &Program, of: &TypeRef, name: Symbol, language: Symbol) -> bool {
        let known = self.known.get(&name).into_iter().flatten();
        let mut known = known.filter(|matches| !matches.types.is_empty());
        known.any(|matches| fits(program, matches, Some(of), language))
    }

    /// Whether a rule speaks of a method `name` of exactly this type.
    pub(super) fn has_own(&self, of: Symbol, name: Symbol, language: Symbol) -> bool {
        let mut known = self.known.get(&name).into_iter().flatten();
        known.any(|matches| {
            (matches.languages.is_empty() || matches.languages.contains(&language))
                && matches.types.iter().any(|pattern| matches!(pattern, Pattern::Exact(own) if *own == of))
        })
    }

    /// Whether a rule speaks of a method `name` of any type that can be called with so many arguments.
    pub(super) fn has_method(&self, name: Symbol, arguments: usize) -> bool {
        let mut known = self.known.get(&name).into_iter().flatten();
        known.any(|matches| {
            matches!(matches.member, Some(Member::Method(_))) && !self.takes_more(name, matches, arguments)
        })
    }

    /// Whether all that a rule passes on comes from arguments that a call with so many does not have.
    fn takes_more(&self, name: Symbol, matches: &Match, arguments: usize) -> bool {
        let flows = self.flows.get(&name).into_iter().flatten().filter(|flow| std::ptr::eq(flow.matches, matches));
        let mut pairs = flows.flat_map(|flow| flow.pairs).peekable();
        pairs.peek().is_some()
            && pairs.all(|(from, _)| matches!(from.root, PortRoot::Argument(at) if usize::from(at) >= arguments))
    }

    /// Whether a rule speaks of a function `name` that belongs to no type.
    pub(super) fn is_function(&self, name: Symbol, language: Symbol) -> bool {
        let mut known = self.known.get(&name).into_iter().flatten();
        known.any(|matches| {
            matches!(matches.member, Some(Member::Function(_)))
                && (matches.languages.is_empty() || matches.languages.contains(&language))
        })
    }

    /// The type of the result of `name` on a value of type `of`, called with arguments of these `types`.
    pub(super) fn result(
        &self,
        program: &Program,
        of: Option<&TypeRef>,
        name: Symbol,
        language: Symbol,
        types: &[Option<TypeRef>],
    ) -> Option<TypeRef> {
        let flows = self.flows.get(&name).into_iter().flatten();
        let flows: Vec<&Flow> = flows.filter(|flow| fits(program, flow.matches, of, language)).collect();
        let results = self.results.get(&name).into_iter().flatten();
        let mut results = results.filter(|(matches, _)| of.is_some() || matches.types.is_empty());
        if let Some((_, returns)) = results.find(|(matches, _)| fits(program, matches, of, language)) {
            let mut returns = returns.of_result(of);
            if returns.arguments.is_empty() {
                let pairs = flows.iter().flat_map(|flow| flow.pairs);
                let elements = pairs.filter(|(_, to)| to.root == PortRoot::Return && to.path == [PortStep::Element]);
                let elements: Vec<&Port> = elements.map(|(from, _)| from).collect();
                // What functions that are given to it make of the elements is what it holds.
                let made = elements.iter().find_map(|from| match from.path.first() {
                    Some(PortStep::Return) => self.type_at(program, from, of, types, || None),
                    _ => None,
                });
                let put_in = || {
                    let mut given = elements.iter().filter(|from| from.path.is_empty());
                    given.find_map(|from| self.type_at(program, from, None, types, || None))
                };
                let is_made = elements.iter().any(|from| from.path.contains(&PortStep::Return));
                returns.arguments = match (made, of) {
                    (Some(made), _) => vec![made],
                    (None, _) if is_made => Vec::new(),
                    (None, Some(of)) if !of.arguments.is_empty() => of.arguments.clone(),
                    (None, _) => put_in().into_iter().collect(),
                };
            }
            return Some(returns);
        }
        // What comes out as it went in, or as a part of that, has its type.
        let mut pairs = flows.iter().flat_map(|flow| flow.pairs.iter().map(move |pair| (flow.keeps_identity, pair)));
        pairs.find_map(|(keeps_identity, (from, to))| {
            let is_result = to.root == PortRoot::Return && to.path.is_empty();
            let is_part = keeps_identity || !from.path.is_empty();
            if is_result && is_part { self.type_at(program, from, of, types, || None) } else { None }
        })
    }

    /// Whether a call of `name` gives the elements of its receiver to a lambda, and makes something else of them.
    pub(super) fn gives_elements(
        &self,
        program: &Program,
        of: Option<&TypeRef>,
        name: Symbol,
        language: Symbol,
    ) -> bool {
        let flows = self.flows.get(&name).into_iter().flatten();
        let flows = flows.filter(|flow| fits(program, flow.matches, of, language));
        let pairs: Vec<&(Port, Port)> = flows.flat_map(|flow| flow.pairs).collect();
        let is_element = |port: &Port| port.root == PortRoot::This && port.path == [PortStep::Element];
        let is_parameter = |port: &Port| matches!(port.path.as_slice(), [PortStep::Parameter(0)]);
        pairs.iter().any(|(from, to)| is_element(from) && is_parameter(to))
            && !pairs.iter().any(|(from, to)| is_element(from) && to.root == PortRoot::Return && !to.path.is_empty())
    }

    /// The type of what stands at a port.
    fn type_at(
        &self,
        program: &Program,
        port: &Port,
        of: Option<&TypeRef>,
        types: &[Option<TypeRef>],
        result: impl Fn() -> Option<TypeRef>,
    ) -> Option<TypeRef> {
        let mut at = match port.root {
            PortRoot::This => of.cloned(),
            PortRoot::Argument(index) => types.get(usize::from(index)).cloned().flatten(),
            PortRoot::EveryArgument => types.iter().flatten().next().cloned(),
            PortRoot::Return => result(),
            _ => None,
        }?;
        for step in &port.path {
            at = match step {
                PortStep::Element | PortStep::ElementAt(_) | PortStep::Value | PortStep::ValueOf(_) => {
                    element_type(&at)?
                }
                PortStep::Key => at.arguments.first().cloned()?,
                PortStep::Return if at.name == FUNCTION_TYPE => at.arguments.last().cloned()?,
                PortStep::Field(name) => {
                    let mut fields = self.fields.get(name).into_iter().flatten();
                    fields.find(|(matches, _)| of_type(program, matches, at.name))?.1.clone()
                }
                _ => return None,
            };
        }
        Some(at)
    }

    /// What a call of `name` gives to the lambda that is its argument at a position. `types` are those of the
    /// receiver and the arguments.
    pub(super) fn inputs(
        &self,
        program: &Program,
        of: Option<&TypeRef>,
        name: Symbol,
        language: Symbol,
        position: usize,
        types: &[Option<TypeRef>],
    ) -> Inputs {
        let mut inputs = Inputs::default();
        let flows = self.flows.get(&name).into_iter().flatten();
        for flow in flows.filter(|flow| fits(program, flow.matches, of, language)) {
            for (from, to) in flow.pairs {
                if to.root != PortRoot::Argument(position as u8) {
                    continue;
                }
                let declared =
                    || self.type_at(program, from, of, types, || self.result(program, of, name, language, types));
                match to.path.first() {
                    Some(PortStep::ParameterThis) => {
                        let slot = inputs.receiver.get_or_insert(None);
                        if slot.is_none() {
                            *slot = declared();
                        }
                    }
                    Some(PortStep::Parameter(index)) if to.path.len() == 1 => {
                        let index = usize::from(*index);
                        if inputs.parameters.len() <= index {
                            inputs.parameters.resize(index + 1, None);
                        }
                        if inputs.parameters[index].is_none() {
                            inputs.parameters[index] = declared();
                        }
                    }
                    _ => {}
                }
            }
        }
        inputs
    }
}

/// The types whose constructors rules speak of, or more methods than an interface that a lambda implements has beside
/// its one.
fn classes_known_to(rules: &RuleSet) -> FxHashSet<Symbol> {
    let mut classes = FxHashSet::default();
    let mut methods: FxHashMap<Symbol, FxHashSet<Symbol>> = FxHashMap::default();
    for matches in rules.matches() {
        for class in matches.types.iter().filter_map(exact) {
            let known = methods.entry(class).or_default();
            known.extend(names(matches));
            if matches!(matches.member, Some(Member::Constructor)) || known.len() > MOST_METHODS_OF_LAMBDAS {
                classes.insert(class);
            }
        }
    }
    classes
}

/// The names that a match of calls gives in full.
fn names(matches: &Match) -> impl Iterator<Item = Symbol> + '_ {
    let patterns = match &matches.member {
        Some(Member::Method(names) | Member::Function(names)) => names.as_slice(),
        _ => &[],
    };
    patterns.iter().filter_map(exact)
}

fn exact(pattern: &Pattern) -> Option<Symbol> {
    match pattern {
        Pattern::Exact(name) => Some(*name),
        _ => None,
    }
}

/// Whether a match may speak of a value of type `of`, which may be unknown.
fn fits(program: &Program, matches: &Match, of: Option<&TypeRef>, language: Symbol) -> bool {
    if !matches.languages.is_empty() && !matches.languages.contains(&language) {
        return false;
    }
    of.is_none_or(|of| of_type(program, matches, of.name))
}

/// Whether a match speaks of values of a type.
fn of_type(program: &Program, matches: &Match, of: Symbol) -> bool {
    matches.types.is_empty()
        || matches.types.iter().any(|pattern| match pattern {
            Pattern::Exact(name) if name.contains('.') => program.is_subtype(of, name),
            Pattern::Exact(name) => *name == of || name.as_str() == Program::simple_name(&of),
            pattern => pattern.matches(&of),
        })
}

/// The type of the elements of an array or a collection.
pub(super) fn element_type(of: &TypeRef) -> Option<TypeRef> {
    let is_container = of.name == ARRAY || !of.arguments.is_empty();
    let element = of.arguments.last().filter(|_| is_container)?;
    (element.name != "?").then(|| element.clone())
}
