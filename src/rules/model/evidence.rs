//! What the words of identifiers say, whatever the element: the section `names`.

use serde::{Deserialize, Serialize};

use crate::base::Symbol;

/// Makes the lists of words, their keys, and what is done to all of them alike, from one list.
macro_rules! word_lists {
    ($($(#[$doc:meta])* $field:ident,)*) => {
        /// Words by which an identifier, a type or a class tells what it is. All are in lower case, except type names.
        #[derive(Clone, Default, Debug, PartialEq, Serialize, Deserialize)]
        pub struct NameEvidence {
            $($(#[$doc])* pub $field: Vec<Symbol>,)*
        }

        impl NameEvidence {
            /// The keys of the lists.
            pub const KEYS: &'static [&'static str] = &[$(stringify!($field),)*];

            /// The list under a key.
            pub fn list_mut(&mut self, key: &str) -> Option<&mut Vec<Symbol>> {
                match key {
                    $(stringify!($field) => Some(&mut self.$field),)*
                    _ => None,
                }
            }

            /// Takes in the words of `other`.
            pub fn extend(&mut self, other: NameEvidence) {
                $(
                    self.$field.extend(other.$field);
                    self.$field.sort();
                    self.$field.dedup();
                )*
            }
        }
    };
}

word_lists! {
    /// First words of a method that gives or takes what its other words name: `get`, `fetch`, `set`.
    accessors,
    /// Words that make an action of a name in which they stand first: `validate`, `send`.
    actions,
    /// Words that make another thing of a name in which they stand before the data: `regex`, `hashed`.
    things,
    /// Words of names that hold the key of a value, not the value: `extra`, `column`. In a key they say nothing.
    keys,
    /// Abbreviations of screen elements before the data (`tv`, `btn`), which count unless the type is that of a text.
    widgets,
    /// Words that may follow the data without making another thing of it: `value`, `string`, `confirmation`.
    qualifiers,
    /// Last words of names that say of a text, however it was entered, that it is about no person: `domain`.
    impersonal,
    /// Prepositions: what follows describes what precedes (`email of user`).
    prepositions,
    /// Words between two names of data: `email or phone`.
    conjunctions,
    /// Types that hold values of their last type argument: `List`, `Optional`, `LiveData`.
    containers,
    /// Types that no text or identifier has, unless the element lists them: `boolean`, `int`.
    plain_types,
    /// Those of them that say yes or no.
    truth_types,
    /// Numbers that count or measure anything: a hint in one of them is no more than a hint.
    number_types,
    /// What a method has for a type that gives no value back: what it takes is what it names.
    empty_types,
    /// Types that hold any text: they say little of what the text is.
    text_types,
    /// Last words of the names of types whose objects are machinery: `service`, `view`, `validator`.
    machinery,
    /// Last words of the names of classes that hold how a program is set up: what proves who the program is, and where
    /// it writes, says nothing of a person.
    configurations,
    /// Words in names of classes that describe a person: `user`, `account`, `customer`.
    people,
    /// Those of them that stand for a thing, too, behind another word: `client` of `HttpClient`, `player` of
    /// `VideoPlayer`, `account` of `StorageAccount`.
    doubtful_people,
    /// Last words of the names of classes that only tell the role of the class: `dto`, `entity`, `request`.
    roles,
    /// Classes whose fields are ids of resources, not data: `R.id`, `id`.
    registries,
    /// First words of a method that looks something up by its arguments, which do not come out: `get`, `find`.
    lookups,
    /// First words of a method that answers a question, compares or counts: `is`, `contains`, `size`.
    predicates,
    /// What a part of a method's name says it does to data, as `part:effect` (`sha:hashed`).
    effect_stems,
    /// Names of methods too common to tell a library by: a rule applies to a call only if the receiver's type is known.
    common_methods,
}
