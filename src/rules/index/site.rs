//! What an engine must know of a place in the code for a match to be decided, and how it is decided.

use super::RuleRef;
use crate::base::Symbol;
use crate::rules::model::{Constant, Match, Member, Pattern, Port, Receiver};

/// What stands at a site.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum SiteKind {
    /// A call of a method or a function, by its name.
    Call,
    /// A constructor call, by the name of the class.
    Constructor,
    /// An access to a field, by its name.
    Field,
    /// A declaring call in a class body.
    Macro,
    /// An annotation of a declaration.
    Annotation,
    /// A method that the program declares and a framework calls.
    Declaration,
    /// A class.
    Class,
}

impl SiteKind {
    /// Where a rule applies. `None`: a section that has no such sites.
    pub(super) fn of(rule: RuleRef, matches: &Match) -> Option<SiteKind> {
        let is_declared = matches.overridden || matches!(rule, RuleRef::Entry(_));
        Some(match &matches.member {
            None => SiteKind::Class,
            Some(Member::Method(_) | Member::Function(_)) if is_declared => SiteKind::Declaration,
            Some(Member::Method(_) | Member::Function(_)) => SiteKind::Call,
            Some(Member::Constructor) => SiteKind::Constructor,
            Some(Member::Field(_)) => SiteKind::Field,
            Some(Member::Macro { .. }) => SiteKind::Macro,
            Some(Member::Annotation { .. }) => SiteKind::Annotation,
        })
    }
}

/// Whether a type fits, as far as anybody knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Typing {
    Yes,
    No,
    /// The type is not known: names decide, and less is sure.
    Unknown,
}

/// How sure it is that a rule applies.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Certainty {
    /// By name and number of arguments; the type is not known.
    ByName,
    /// By type.
    Typed,
}

/// A call, an access or a declaration, asked what matches ask.
pub trait Site {
    /// What stands here.
    fn kind(&self) -> SiteKind;

    /// The name: of the method, the field, the annotation; of the class for a constructor or a class.
    fn name(&self) -> Symbol;

    /// Whether the type that owns the member (the class itself for a class) is one, or below one, that fits.
    fn is_type(&self, pattern: Pattern) -> Typing;

    /// Calls `visit` with every known name of the owning type and of the types above it.
    fn each_type(&self, visit: &mut dyn FnMut(Symbol));

    /// Whether the class around it extends a type that fits.
    fn is_inside(&self, pattern: Pattern) -> bool;

    /// Whether a call is written without a receiver, as calls of functions are.
    fn is_receiverless(&self) -> bool {
        true
    }

    /// Number of arguments, or of declared parameters; `None` where there are none to count.
    fn arity(&self) -> Option<usize>;

    /// Whether the member is static, where that is known.
    fn is_static(&self) -> Option<bool>;

    /// Whether the type of an argument or a declared parameter fits.
    fn is_parameter(&self, index: usize, pattern: Pattern) -> Typing;

    /// Whether what stands at a port can be this constant.
    fn can_be(&self, port: &Port, constant: Constant) -> bool;

    /// Whether the receiver is the qualified field, or the result of the qualified method.
    fn is_receiver(&self, receiver: &Receiver) -> bool;

    /// The name of the variable, field or bare call that the receiver is.
    fn receiver_name(&self) -> Option<Symbol>;

    /// Path of the file.
    fn file(&self) -> &str;

    /// Key of the language.
    fn language(&self) -> Symbol;
}

impl Match {
    /// Whether all that is asked holds at a site whose kind and name fit, and how sure that is. The glob of paths is not
    /// looked at: see [`RuleIndex::accepts`](super::RuleIndex::accepts).
    pub fn accepts(&self, site: &dyn Site) -> Option<Certainty> {
        if matches!(self.member, Some(Member::Function(_))) && !site.is_receiverless() {
            return None;
        }
        let counts = |arity: usize| self.arity.iter().any(|&expected| usize::from(expected) == arity);
        if !self.arity.is_empty() && !site.arity().is_some_and(counts) {
            return None;
        }
        let expected = self.is_static;
        if expected.is_some() && site.is_static().is_some_and(|is_static| Some(is_static) != expected) {
            return None;
        }
        if !self.languages.is_empty() && !self.languages.contains(&site.language()) {
            return None;
        }
        let certainty = self.certainty(site)?;
        let holds = |(port, constants): &(Port, Vec<Constant>)| constants.iter().any(|&one| site.can_be(port, one));
        let inside = self.inside.is_empty() || self.inside.iter().any(|&pattern| site.is_inside(pattern));
        (inside && self.parameters_fit(site) && self.conditions.iter().all(holds)).then_some(certainty)
    }

    /// Whether receiver and type fit. A receiver that is known itself needs no type; its name matters only where its type
    /// says nothing.
    fn certainty(&self, site: &dyn Site) -> Option<Certainty> {
        match &self.receiver {
            None => self.owner_fits(site),
            Some(Receiver::Name(names)) => match self.owner_fits(site)? {
                Certainty::Typed if !self.types.is_empty() => Some(Certainty::Typed),
                _ => site.receiver_name().filter(|name| names.contains(name)).map(|_| Certainty::ByName),
            },
            Some(receiver) => site.is_receiver(receiver).then_some(Certainty::Typed),
        }
    }

    /// Whether the type fits. Where it is not known, only a call can be told by its name.
    fn owner_fits(&self, site: &dyn Site) -> Option<Certainty> {
        let mut certainty = Certainty::Typed;
        // Both may be given: the type that owns the member, and one that it extends.
        for patterns in [&self.types, &self.extends] {
            if patterns.is_empty() || (site.kind() == SiteKind::Constructor && patterns == &self.types) {
                continue;
            }
            match typing(patterns.iter().map(|&pattern| site.is_type(pattern))) {
                Typing::Yes => {}
                Typing::Unknown if site.kind() == SiteKind::Call => certainty = Certainty::ByName,
                Typing::Unknown | Typing::No => return None,
            }
        }
        Some(certainty)
    }

    /// Whether the member is called `name` in full: the beginning of a name says too little where no type is known.
    pub(super) fn names_in_full(&self, name: &str) -> bool {
        match &self.member {
            Some(Member::Method(names) | Member::Function(names)) => {
                names.iter().any(|pattern| matches!(pattern, Pattern::Exact(own) if own.as_str() == name))
            }
            _ => true,
        }
    }

    fn parameters_fit(&self, site: &dyn Site) -> bool {
        let Some(parameters) = &self.parameters else { return true };
        let each = parameters.iter().enumerate();
        site.arity() == Some(parameters.len())
            && each
                .into_iter()
                .all(|(index, &pattern)| pattern == Pattern::Any || site.is_parameter(index, pattern) != Typing::No)
    }
}

/// Yes where one says yes, no where all say no.
fn typing(answers: impl Iterator<Item = Typing>) -> Typing {
    let mut all = Typing::No;
    for answer in answers {
        match answer {
            Typing::Yes => return Typing::Yes,
            Typing::Unknown => all = Typing::Unknown,
            Typing::No => {}
        }
    }
    all
}
