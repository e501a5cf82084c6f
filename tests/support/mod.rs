//! What the fixture runner and the tests about fixtures share: cases, their markers, and the comparison with a scan.
#![allow(dead_code, reason = "each test target that includes this module uses a part of it")]

pub mod case;
pub mod compare;
pub mod examples;
pub mod markers;
pub mod run;
