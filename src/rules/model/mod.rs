//! Rules as the engine reads them: typed, validated, without places.
//!
//! `load` makes this from YAML; `build.rs` embeds the built-in rules in postcard form. Nothing here names a library:
//! the text of a rule does. Every rule knows its `id`; each section is sorted by it.

mod behaviour;
mod element;
mod evidence;
mod framework;
mod matching;
mod port;
mod wire;

use serde::{Deserialize, Serialize};

use crate::base::Symbol;

pub use behaviour::*;
pub use element::*;
pub use evidence::*;
pub use framework::*;
pub use matching::*;
pub use port::*;
pub use wire::{decode, encode};

/// Gives an enum the words by which rule files and reports call its variants.
macro_rules! words {
    ($type:ident { $($variant:ident: $word:literal),* $(,)? }) => {
        impl $type {
            /// Every variant by the word that stands for it in files.
            pub const WORDS: &'static [(&'static str, $type)] = &[$(($word, $type::$variant),)*];

            /// The word that stands for it in files.
            pub fn word(self) -> &'static str {
                match self {
                    $($type::$variant => $word,)*
                }
            }
        }
    };
}
use words;

/// Makes the set of rules, its sections, and what is done to all sections alike, from one list.
macro_rules! sections {
    ($($(#[$doc:meta])* $field:ident: $rule:ty, $section:ident, $noun:literal;)*) => {
        /// All rules of a run, each section in the order of its ids.
        #[derive(Clone, Default, Debug, PartialEq, Serialize, Deserialize)]
        pub struct RuleSet {
            $($(#[$doc])* pub $field: Vec<$rule>,)*
            /// Effects that transforms can have and policies can ask for (`hashed`), sorted.
            pub effects: Vec<Symbol>,
            /// What words of identifiers say, whatever the element.
            pub evidence: NameEvidence,
            /// The file that each rule comes from, sorted by the rule's id.
            pub origins: Vec<Origin>,
        }

        /// The sections whose entries have ids.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub enum Section {
            $($(#[$doc])* $section,)*
        }

        impl Section {
            /// All sections in the order of the reference.
            pub const ALL: &'static [Section] = &[$(Section::$section,)*];

            /// The key of the section in a file.
            pub fn key(self) -> &'static str {
                match self {
                    $(Section::$section => stringify!($field),)*
                }
            }

            /// One entry of the section, with its article.
            pub fn noun(self) -> &'static str {
                match self {
                    $(Section::$section => $noun,)*
                }
            }
        }

        impl RuleSet {
            /// The id of every entry with its section, section by section.
            pub fn ids(&self) -> impl Iterator<Item = (Section, Symbol)> + '_ {
                std::iter::empty()$(.chain(self.$field.iter().map(|rule| (Section::$section, rule.id))))*
            }

            /// Drops the entries whose id `keep` refuses.
            pub fn retain(&mut self, mut keep: impl FnMut(Symbol) -> bool) {
                $(self.$field.retain(|rule| keep(rule.id));)*
                self.origins.retain(|origin| keep(origin.rule));
            }

            /// Takes in the entries of `other`, and restores the order.
            pub fn extend(&mut self, other: RuleSet) {
                $(
                    self.$field.extend(other.$field);
                    self.$field.sort_by_key(|rule| rule.id);
                )*
                self.effects.extend(other.effects);
                self.effects.sort();
                self.evidence.extend(other.evidence);
                self.origins.extend(other.origins);
                self.origins.sort_by_key(|origin| origin.rule);
            }
        }
    };
}

sections! {
    /// Kinds of personal data.
    elements: Element, Element, "an element";
    /// Where data can go.
    destinations: Destination, Destination, "a destination";
    /// Calls that bring personal data into the program.
    sources: Source, Source, "a source";
    /// Calls by which data leaves or comes to rest.
    sinks: Sink, Sink, "a sink";
    /// Library behaviour that passes data on.
    propagators: Propagator, Propagator, "a propagator";
    /// Library behaviour that ends a flow.
    sanitizers: Sanitizer, Sanitizer, "a sanitizer";
    /// Library behaviour that changes the form of data.
    transforms: Transform, Transform, "a transform";
    /// Declarations that nobody wrote.
    members: MemberRule, Member, "a member rule";
    /// What interfaces, names and macros stand for.
    types: TypeRule, Type, "a type rule";
    /// Calls that a framework makes.
    calls: CallRule, Call, "a call rule";
    /// Put and get that meet by key.
    channels: Channel, Channel, "a channel";
    /// What leaves when a whole object leaves.
    expands: Expand, Expand, "an expand rule";
    /// Functions that are called from outside.
    entries: Entry, Entry, "an entry";
    /// What tests prove.
    guards: Guard, Guard, "a guard";
    /// Where constants live.
    constants: ConstantRule, Constant, "a constant rule";
}

impl RuleSet {
    /// The matches of all rules, in the order of sections and ids.
    pub fn matches(&self) -> impl Iterator<Item = &Match> {
        let ends = self.channels.iter().flat_map(|rule| rule.put.iter().chain(&rule.get));
        (self.sources.iter().map(|rule| &rule.matches))
            .chain(self.sinks.iter().map(|rule| &rule.matches))
            .chain(self.propagators.iter().map(|rule| &rule.matches))
            .chain(self.sanitizers.iter().map(|rule| &rule.matches))
            .chain(self.transforms.iter().map(|rule| &rule.matches))
            .chain(self.members.iter().map(|rule| &rule.matches))
            .chain(self.types.iter().map(|rule| &rule.matches))
            .chain(self.calls.iter().map(|rule| &rule.matches))
            .chain(ends.map(|end| &end.matches))
            .chain(self.expands.iter().map(|rule| &rule.matches))
            .chain(self.entries.iter().map(|rule| &rule.matches))
            .chain(self.guards.iter().map(|rule| &rule.matches))
            .chain(self.constants.iter().map(|rule| &rule.matches))
    }

    /// The file that the rule `id` comes from.
    pub fn origin(&self, id: &str) -> Option<Symbol> {
        let at = self.origins.binary_search_by(|origin| origin.rule.as_str().cmp(id)).ok()?;
        self.origins.get(at).map(|origin| origin.file)
    }
}

/// Where a rule was written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Origin {
    /// Its id.
    pub rule: Symbol,
    /// The path of its file: below `rules/` for a built-in rule, as given for another.
    pub file: Symbol,
}
