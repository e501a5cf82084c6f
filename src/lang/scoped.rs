//! Names with their meaning, where an inner declaration hides an outer one until its scope ends.

use rustc_hash::FxHashMap;

use crate::base::Symbol;

/// What names mean in the scopes of one function.
pub(super) struct Scoped<T> {
    meanings: FxHashMap<Symbol, T>,
    hidden: Vec<(Symbol, Option<T>)>,
}

impl<T> Default for Scoped<T> {
    fn default() -> Scoped<T> {
        Scoped { meanings: FxHashMap::default(), hidden: Vec::new() }
    }
}

impl<T: Copy> Scoped<T> {
    pub(super) fn get(&self, name: Symbol) -> Option<T> {
        self.meanings.get(&name).copied()
    }

    pub(super) fn declare(&mut self, name: Symbol, meaning: T) {
        let before = self.meanings.insert(name, meaning);
        self.hidden.push((name, before));
    }

    /// The state to which [`Scoped::reset`] leads back.
    pub(super) fn mark(&self) -> usize {
        self.hidden.len()
    }

    pub(super) fn reset(&mut self, mark: usize) {
        while self.hidden.len() > mark {
            match self.hidden.pop() {
                Some((name, Some(before))) => _ = self.meanings.insert(name, before),
                Some((name, None)) => _ = self.meanings.remove(&name),
                None => return,
            }
        }
    }
}
