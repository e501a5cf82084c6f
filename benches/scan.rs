//! Measures, in one run, what parsing a folder costs and what a whole scan of it costs.
//!
//! ```text
//! CANDOR_BENCH_DIR=../some/repository CANDOR_BENCH_THREADS=2 cargo bench --bench scan
//! ```
//!
//! Parsing is nothing but the parsers of the grammars on texts that are in memory. The scan is the process, from its
//! start to its end, with the report as JSON. Both use the same threads and the same files, by turns, and the best of
//! several rounds counts: everything else is the noise of the machine.

use std::cell::RefCell;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use candor::lang::language_of;
use candor::source::{Claim, DEFAULT_MAX_FILE_SIZE, Selection, SourceMap, read, walk};
use rayon::prelude::*;
use tree_sitter::Parser;

const ROUNDS: usize = 5;

fn main() {
    let folder = std::env::var("CANDOR_BENCH_DIR").unwrap_or_else(|_| "fixtures".to_owned());
    let threads = std::env::var("CANDOR_BENCH_THREADS").ok().and_then(|number| number.parse().ok()).unwrap_or(2);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads");
    let sources = files(Path::new(&folder));
    let bytes: usize = sources.iter().map(|(_, file)| file.text.len()).sum();
    println!("{folder}: {} files, {:.2} MB, {threads} threads", sources.iter().len(), bytes as f64 / 1e6);

    let (mut parsing, mut scanning, mut memory) = (Duration::MAX, Duration::MAX, 0);
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let nodes = pool.install(|| parse(&sources));
        parsing = parsing.min(started.elapsed());
        assert!(nodes > 0, "nothing was parsed");
        let started = Instant::now();
        let peak = scan(&folder, threads);
        scanning = scanning.min(started.elapsed());
        memory = memory.max(peak);
    }
    println!("parsing  {:>8.3} s", parsing.as_secs_f64());
    println!("scan     {:>8.3} s", scanning.as_secs_f64());
    println!("ratio    {:>8.2}", scanning.as_secs_f64() / parsing.as_secs_f64());
    println!("memory   {:>8.1} MB", memory as f64 / 1e6);
    let beyond = (memory as f64 - 60e6).max(0.0) / bytes as f64;
    println!("         {beyond:>8.1} bytes for each byte of source, beyond 60 MB");
}

/// The files that a scan of the folder reads.
fn files(folder: &Path) -> SourceMap {
    let selection = Selection { include_tests: true, ..Selection::of(folder) };
    let mut found = walk(&selection, &|path| Some(Claim::code(language_of(path)?.test_layout()))).expect("a folder");
    read(&mut found, DEFAULT_MAX_FILE_SIZE).0
}

/// Parses all files and counts the nodes of their trees.
fn parse(sources: &SourceMap) -> usize {
    thread_local!(static PARSER: RefCell<Parser> = RefCell::new(Parser::new()));
    let files: Vec<_> = sources.iter().map(|(_, file)| file).collect();
    files
        .par_iter()
        .map(|file| {
            PARSER.with_borrow_mut(|parser| {
                let language = language_of(&file.path).expect("only such files were read");
                parser.set_language(&language.grammar()).expect("a grammar of this version");
                parser.parse(&file.text, None).map_or(0, |tree| tree.root_node().descendant_count())
            })
        })
        .sum()
}

/// Runs the binary on the folder; its peak memory in bytes.
fn scan(folder: &str, threads: usize) -> u64 {
    let output = Command::new(env!("CARGO_BIN_EXE_candor"))
        .args(["scan", folder, "--include-tests", "--format", "json", "--quiet", "--timings=json", "--exit-zero"])
        .arg(format!("--threads={threads}"))
        .stdout(Stdio::null())
        .output()
        .expect("the binary runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the scan failed: {said}");
    let timings: serde_json::Value = serde_json::from_str(&said).expect("timings");
    timings["peak_memory_bytes"].as_u64().unwrap_or(0)
}
