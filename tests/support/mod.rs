//! What the fixture runner and the tests about fixtures share: cases as they lie on disk, and the examples of rules.
#![allow(dead_code, reason = "each test target that includes this module uses a part of it")]

pub mod case;
