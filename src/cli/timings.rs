//! What each stage of a scan cost, as a table or as one line of JSON.

use serde::Serialize;

use crate::cli::arguments::TimingsFormat;
use crate::scan::Timing;

/// The timings, with a line break at the end.
pub fn shown(timings: &[Timing], format: TimingsFormat) -> String {
    match format {
        TimingsFormat::Text => table(timings),
        TimingsFormat::Json => json(timings),
    }
}

fn table(timings: &[Timing]) -> String {
    let mut text = format!("{:<8} {:>9} {:>12}\n", "stage", "seconds", "peak memory");
    for timing in timings {
        let seconds = timing.duration.as_secs_f64();
        text.push_str(&format!("{:<8} {seconds:>9.3} {:>12}\n", timing.stage, megabytes(timing.peak_memory)));
    }
    let total: f64 = timings.iter().map(|timing| timing.duration.as_secs_f64()).sum();
    let peak = timings.iter().filter_map(|timing| timing.peak_memory).max();
    text.push_str(&format!("{:<8} {total:>9.3} {:>12}\n", "total", megabytes(peak)));
    text
}

fn megabytes(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| "unknown".to_owned(), |bytes| format!("{:.1} MB", bytes as f64 / 1e6))
}

#[derive(Serialize)]
struct Wire {
    stages: Vec<Stage>,
    seconds: f64,
    peak_memory_bytes: Option<u64>,
}

#[derive(Serialize)]
struct Stage {
    stage: &'static str,
    seconds: f64,
    peak_memory_bytes: Option<u64>,
}

fn json(timings: &[Timing]) -> String {
    let stage = |timing: &Timing| Stage {
        stage: timing.stage,
        seconds: timing.duration.as_secs_f64(),
        peak_memory_bytes: timing.peak_memory,
    };
    let wire = Wire {
        stages: timings.iter().map(stage).collect(),
        seconds: timings.iter().map(|timing| timing.duration.as_secs_f64()).sum(),
        peak_memory_bytes: timings.iter().filter_map(|timing| timing.peak_memory).max(),
    };
    // Numbers and fixed words can always be written.
    serde_json::to_string(&wire).unwrap_or_default()
}
