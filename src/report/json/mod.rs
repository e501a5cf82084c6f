//! The report as JSON, schema `candor/v1`: what programs read.
//!
//! Every key is always present, `null` or `[]` where there is nothing to say; keys may be added within v1, none is
//! taken away. The types in `wire` are the schema. `candor explain --report` reads it again.

mod read;
mod wire;

use std::io::{self, Write};

use crate::report::model::Report;

pub use read::read;
pub use wire::SCHEMA;

/// Writes the report.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    serde_json::to_writer_pretty(&mut out, &wire::Document::of(report))?;
    out.write_all(b"\n")?;
    out.flush()
}
