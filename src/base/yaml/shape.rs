//! What a loader asks of files becomes the shape of the files that it takes, from which schemas for editors are made.
//!
//! A recording [`Reader`](crate::base::yaml::Reader) notes every question with the place of the node that it was about:
//! which keys a mapping can have, which words can stand somewhere, whether a list can. The questions about files that
//! show every key add up to [`Shapes`]. So the loader is the only list of keys, and the schema cannot differ from it.
//!
//! A mapping is known by what messages call it ("a sink") together with its keys: an end of a channel has two forms.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::base::yaml::Place;

/// A question about a node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Asked {
    /// A text; with what messages call it.
    Text(String),
    /// A whole number between two bounds.
    Integer(String, String),
    /// One of these words.
    Word(Vec<&'static str>),
    /// Whether nothing stands there, which is allowed.
    Nothing,
    /// A mapping with these keys, of which some are given.
    Mapping { what: &'static str, keys: Vec<&'static str>, given: Vec<(String, Place)> },
    /// A key that the mapping must have.
    Required(String),
    /// A mapping with free keys.
    Free { values: Vec<Place> },
    /// A list; where `or_one`, its only item may stand alone.
    Items { items: Vec<Place>, or_one: bool },
}

/// The questions about one file, in their order.
#[derive(Clone, Default, Debug)]
pub struct Record {
    asked: Vec<(Place, Asked)>,
}

impl Record {
    pub(super) fn note(&mut self, place: &Place, asked: Asked) {
        self.asked.push((place.clone(), asked));
    }
}

/// What may stand at a place: any of these. Nothing asked is anything allowed.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Shape {
    /// Texts, by what messages call them.
    pub texts: BTreeSet<String>,
    /// Words to choose from.
    pub words: BTreeSet<&'static str>,
    /// Whole numbers: the bounds, as written.
    pub integers: BTreeSet<(String, String)>,
    /// Mappings, as positions in [`Shapes::mappings`].
    pub mappings: BTreeSet<usize>,
    /// Nothing.
    pub nothing: bool,
    /// A mapping of free keys, with what its values are.
    pub free: Option<Box<Shape>>,
    /// A list of such items.
    pub list: Option<Box<Shape>>,
    /// Such an item, or a list of them.
    pub one_or_more: Option<Box<Shape>>,
}

/// A mapping with known keys.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mapping {
    /// What messages call it.
    pub what: &'static str,
    /// What may stand under each key, in the order in which the loader names them.
    pub keys: Vec<(&'static str, Shape)>,
    /// How often it was met.
    met: usize,
    /// How often each key was required.
    required: BTreeMap<String, usize>,
}

impl Mapping {
    /// Whether every such mapping must have `key`.
    pub fn requires(&self, key: &str) -> bool {
        self.required.get(key) == Some(&self.met)
    }
}

/// The shape of the files that a loader takes.
#[derive(Clone, Default, Debug)]
pub struct Shapes {
    /// A whole file.
    pub root: Shape,
    /// The mappings that occur in it, in the order in which they were met.
    pub mappings: Vec<Mapping>,
}

impl Shapes {
    /// Takes in what was asked of a file whose tree has its root at `root`.
    pub fn add(&mut self, record: Record, root: &Place) {
        let mut by_place: HashMap<Place, Vec<Asked>> = HashMap::new();
        for (place, asked) in record.asked {
            by_place.entry(place).or_default().push(asked);
        }
        let mut shape = std::mem::take(&mut self.root);
        self.learn(&mut shape, root, &by_place, false);
        self.root = shape;
    }

    /// Adds to `shape` what was asked of the node at `place`; `is_item`: as the only item of a list without brackets.
    fn learn(&mut self, shape: &mut Shape, place: &Place, by_place: &HashMap<Place, Vec<Asked>>, is_item: bool) {
        let Some(all) = by_place.get(place) else { return };
        let stands_alone = |asked: &Asked| match asked {
            Asked::Items { items, or_one: true } => items.iter().any(|item| item == place),
            _ => false,
        };
        if !is_item && all.iter().any(stands_alone) {
            let mut item = shape.one_or_more.take().unwrap_or_default();
            self.learn(&mut item, place, by_place, true);
            shape.one_or_more = Some(item);
            return;
        }
        let has_words = all.iter().any(|asked| matches!(asked, Asked::Word(_) | Asked::Integer(..)));
        for asked in all {
            match asked {
                // Words and numbers are read as texts first.
                Asked::Text(what) if !has_words => _ = shape.texts.insert(what.clone()),
                Asked::Text(_) | Asked::Required(_) => {}
                Asked::Integer(least, most) => _ = shape.integers.insert((least.clone(), most.clone())),
                Asked::Word(words) => shape.words.extend(words),
                Asked::Nothing => shape.nothing = true,
                Asked::Mapping { what, keys, given } => {
                    let mapping = self.mapping(what, keys);
                    shape.mappings.insert(mapping);
                    self.learn_keys(mapping, given, all, by_place);
                }
                Asked::Free { values } => {
                    let mut value = shape.free.take().unwrap_or_default();
                    values.iter().for_each(|place| self.learn(&mut value, place, by_place, false));
                    shape.free = Some(value);
                }
                Asked::Items { .. } if is_item => {}
                Asked::Items { items, or_one } => {
                    let list = if *or_one { &mut shape.one_or_more } else { &mut shape.list };
                    let mut item = list.take().unwrap_or_default();
                    items.iter().for_each(|place| self.learn(&mut item, place, by_place, false));
                    *list = Some(item);
                }
            }
        }
    }

    /// The position of the mapping with this name and these keys.
    fn mapping(&mut self, what: &'static str, keys: &[&'static str]) -> usize {
        let is_it = |mapping: &Mapping| mapping.what == what && mapping.keys.iter().map(|(key, _)| key).eq(keys);
        if let Some(found) = self.mappings.iter().position(is_it) {
            return found;
        }
        let keys = keys.iter().map(|key| (*key, Shape::default())).collect();
        self.mappings.push(Mapping { what, keys, met: 0, required: BTreeMap::new() });
        self.mappings.len() - 1
    }

    fn learn_keys(
        &mut self,
        mapping: usize,
        given: &[(String, Place)],
        all: &[Asked],
        by_place: &HashMap<Place, Vec<Asked>>,
    ) {
        let required: BTreeSet<&String> = all
            .iter()
            .filter_map(|asked| match asked {
                Asked::Required(key) => Some(key),
                _ => None,
            })
            .collect();
        self.mappings[mapping].met += 1;
        for key in required {
            *self.mappings[mapping].required.entry(key.clone()).or_default() += 1;
        }
        for (name, place) in given {
            let Some(position) = self.mappings[mapping].keys.iter().position(|(key, _)| key == name) else { continue };
            let mut shape = std::mem::take(&mut self.mappings[mapping].keys[position].1);
            self.learn(&mut shape, place, by_place, false);
            self.mappings[mapping].keys[position].1 = shape;
        }
    }
}
