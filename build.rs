//! Compiles the rule files below `rules/` into the form that the binary embeds.
//!
//! The loader is that of the program, compiled here as modules of its own: what `candor --rules` accepts and what is
//! built in cannot differ. A mistake in a rule file fails the build, underlined at its place.

#[path = "src/base/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the loader needs a part of it")]
mod base;
#[path = "src/rules/destination.rs"]
#[allow(dead_code, reason = "the loader needs a part of it")]
mod destination;
#[path = "src/rules/load/mod.rs"]
#[allow(dead_code, reason = "the build needs no base to load on")]
mod load;
#[path = "src/rules/model/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the loader needs a part of it")]
mod model;

use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=rules");
    let mut paths = Vec::new();
    find_yaml(Path::new("rules"), &mut paths)?;
    paths.sort();
    let files = paths.iter().map(|path| {
        let text = fs::read_to_string(path)?;
        Ok(load::RuleFile { path: path.to_string_lossy().replace('\\', "/"), text })
    });
    let files = files.collect::<io::Result<Vec<_>>>()?;
    match load::load(&files, model::RuleSet::default()) {
        Ok(loaded) => {
            let folder = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
            fs::write(folder.join("rules.bin"), model::encode(&loaded.rules).map_err(io::Error::other)?)?;
            let examples = postcard::to_stdvec(&loaded.examples).map_err(io::Error::other)?;
            fs::write(folder.join("examples.bin"), examples)
        }
        Err(problems) => {
            for file in problems {
                eprintln!("{}", file.render(false));
            }
            process::exit(1);
        }
    }
}

/// Adds the rule files below `folder`.
fn find_yaml(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find_yaml(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    Ok(())
}
