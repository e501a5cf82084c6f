//! Code whose comments say which flows there are, scanned and compared: examples that rules carry, and other cases.
//!
//! ```text
//! Example -> Case -> scan -> Found
//!               \-> markers ---\-> complaints -> text that shows the code with what differs
//! ```

mod case;
pub mod compare;
pub mod markers;
mod run;

pub use case::{Case, Named, Options, case_of};
pub use run::{Outcome, check, check_with, found_in, used_in};
