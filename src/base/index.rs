//! Vectors whose index has a type, so that the id of a function cannot be used as that of a class.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// The index of a `T` in an [`IndexVec`]; four bytes.
pub struct Idx<T>(u32, PhantomData<fn() -> T>);

impl<T> Idx<T> {
    /// The index `raw`.
    pub const fn new(raw: usize) -> Idx<T> {
        Idx(raw as u32, PhantomData)
    }

    /// The position as a plain number.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl<T> Clone for Idx<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Idx<T> {}
impl<T> PartialEq for Idx<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Idx<T> {}
impl<T> PartialOrd for Idx<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Idx<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> Hash for Idx<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for Idx<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// A vector indexed by [`Idx<T>`].
#[derive(Clone, PartialEq, Eq)]
pub struct IndexVec<T>(Vec<T>);

impl<T> IndexVec<T> {
    /// An empty vector.
    pub const fn new() -> IndexVec<T> {
        IndexVec(Vec::new())
    }

    /// Appends `value` and returns its index.
    pub fn push(&mut self, value: T) -> Idx<T> {
        self.0.push(value);
        Idx::new(self.0.len() - 1)
    }

    /// Number of elements.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The elements in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }

    /// The elements in order, to be changed.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.0.iter_mut()
    }

    /// The elements in order, each with its index.
    pub fn iter_enumerated(&self) -> impl DoubleEndedIterator<Item = (Idx<T>, &T)> + ExactSizeIterator {
        self.0.iter().enumerate().map(|(index, value)| (Idx::new(index), value))
    }

    /// All indexes in order.
    pub fn indices(&self) -> impl DoubleEndedIterator<Item = Idx<T>> + ExactSizeIterator + use<T> {
        (0..self.0.len()).map(Idx::new)
    }

    /// The element at `index`, where there is one.
    pub fn get(&self, index: Idx<T>) -> Option<&T> {
        self.0.get(index.index())
    }
}

impl<T> Default for IndexVec<T> {
    fn default() -> Self {
        IndexVec::new()
    }
}
impl<T> Index<Idx<T>> for IndexVec<T> {
    type Output = T;
    fn index(&self, index: Idx<T>) -> &T {
        &self.0[index.index()]
    }
}
impl<T> IndexMut<Idx<T>> for IndexVec<T> {
    fn index_mut(&mut self, index: Idx<T>) -> &mut T {
        &mut self.0[index.index()]
    }
}
impl<T> FromIterator<T> for IndexVec<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        IndexVec(items.into_iter().collect())
    }
}
impl<T> IntoIterator for IndexVec<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}
impl<T: fmt::Debug> fmt::Debug for IndexVec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
