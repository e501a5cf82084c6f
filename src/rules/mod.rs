//! Rules: knowledge as data.

pub mod model;
