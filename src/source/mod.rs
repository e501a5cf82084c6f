//! From the paths a user names to the files that are scanned, read and in the order of their paths' bytes.
//!
//! [`walk`] finds the files, [`read`] reads them into a [`SourceMap`]. Nothing else in Candor reads files: policies,
//! rules and quoted documents come through [`read_document`].

mod ignored;
mod lines;
mod map;
mod process;
mod read;
mod root;
mod test_code;
mod walk;

pub use lines::{Position, Region};
pub use map::{SourceFile, SourceMap};
pub use process::peak_memory;
pub use read::{find_documents, read, read_document};
pub use root::{PathError, reason, root_of};
pub use test_code::TestLayout;
pub use walk::{Claim, DEFAULT_MAX_FILE_SIZE, Found, FoundFile, Selection, Skipped, walk};
