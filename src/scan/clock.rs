//! Measures what each stage of a scan costs.

use std::time::{Duration, Instant};

use crate::source::peak_memory;

/// What one stage cost.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Timing {
    /// The stage.
    pub stage: &'static str,
    /// How long it took.
    pub duration: Duration,
    /// The most memory that the process had held when it ended, in bytes, where the system tells.
    pub peak_memory: Option<u64>,
}

/// Takes the time of one stage after another, and tells each stage's name to a listener when it begins.
pub(super) struct Clock<'a> {
    started: Instant,
    stage: Option<&'static str>,
    listener: &'a dyn Fn(&'static str),
    timings: Vec<Timing>,
}

impl<'a> Clock<'a> {
    pub(super) fn new(listener: &'a dyn Fn(&'static str)) -> Clock<'a> {
        Clock { started: Instant::now(), stage: None, listener, timings: Vec::new() }
    }

    /// Ends the stage before and begins `stage`.
    pub(super) fn begin(&mut self, stage: &'static str) {
        self.end();
        (self.listener)(stage);
        self.stage = Some(stage);
        self.started = Instant::now();
    }

    /// What all stages cost.
    pub(super) fn finish(mut self) -> Vec<Timing> {
        self.end();
        self.timings
    }

    fn end(&mut self) {
        if let Some(stage) = self.stage.take() {
            self.timings.push(Timing { stage, duration: self.started.elapsed(), peak_memory: peak_memory() });
        }
    }
}
