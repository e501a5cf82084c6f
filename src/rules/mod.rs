//! Rules: knowledge as data.
//!
//! The built-in rules lie below `rules/` in YAML; `build.rs` checks and embeds them. Rules of users are read from YAML
//! at run time, on top of the built-in ones.

mod destination;
pub mod index;
mod load;
pub mod model;
pub mod names;
pub mod template;

pub use destination::{GROUPS, covers_destination, covers_host, covers_package, host_pattern_fault};
pub use load::{Example, FileProblems, Loaded, RuleFile, load as load_files, shapes};

use model::{NameEvidence, Names, RuleSet};

/// The built-in rules as `build.rs` wrote them.
const BUILTIN: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rules.bin"));

/// The examples of the built-in rules; apart, since no scan needs them.
const EXAMPLES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/examples.bin"));

/// Where the rules of a run come from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RuleSources {
    /// Built-in names of elements, sources, sinks and transforms. Without them the ids stay declared.
    pub builtin_rules: bool,
    /// Built-in models of libraries and frameworks.
    pub builtin_models: bool,
    /// Files of the user, in the order given.
    pub files: Vec<RuleFile>,
}

impl Default for RuleSources {
    fn default() -> RuleSources {
        RuleSources { builtin_rules: true, builtin_models: true, files: Vec::new() }
    }
}

/// The rules of a run with the examples in the files of the user, or all that is wrong in those files.
pub fn load(sources: &RuleSources) -> Result<Loaded, Vec<FileProblems>> {
    let mut base = RuleSet::builtin();
    if !sources.builtin_rules {
        base.drop_rules();
    }
    if !sources.builtin_models {
        base.drop_models();
    }
    load_files(&sources.files, base)
}

/// The examples of the built-in rules, in the order of their files.
pub fn builtin_examples() -> Vec<Example> {
    postcard::from_bytes(EXAMPLES).expect("build.rs wrote these bytes with the same type")
}

impl RuleSet {
    /// The built-in rules.
    pub fn builtin() -> RuleSet {
        model::decode(BUILTIN).expect("build.rs wrote these bytes with the same model")
    }

    /// Drops what says what is personal and where it goes; ids stay, so that policies and rules can speak of them.
    fn drop_rules(&mut self) {
        for element in &mut self.elements {
            element.names = Names::default();
            element.owners.clear();
        }
        for entry in &mut self.entries {
            entry.sources.clear();
        }
        self.evidence = NameEvidence::default();
        self.sources.clear();
        self.sinks.clear();
        self.transforms.clear();
        self.keep_origins();
    }

    /// Drops what says how libraries and frameworks behave.
    fn drop_models(&mut self) {
        self.propagators.clear();
        self.sanitizers.clear();
        self.members.clear();
        self.types.clear();
        self.calls.clear();
        self.channels.clear();
        self.expands.clear();
        self.entries.clear();
        self.guards.clear();
        self.constants.clear();
        self.keep_origins();
    }

    /// Forgets the files of rules that are gone.
    fn keep_origins(&mut self) {
        let left: std::collections::HashSet<_> = self.ids().map(|(_, id)| id).collect();
        self.origins.retain(|origin| left.contains(&origin.rule));
    }
}
