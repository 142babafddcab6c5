//! Generates the stock uop table from the uop files. Runs no compiler: the libraries are checked in.

#[path = "src/build/signature.rs"]
#[allow(dead_code, reason = "the tool uses the rest")]
mod signature;
#[path = "src/build/table_source.rs"]
mod table_source;

use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let uops_dir = Path::new("src/uops");
    println!("cargo::rerun-if-changed=src/uops");
    println!("cargo::rerun-if-changed=src/build");
    let mut files: Vec<_> = fs::read_dir(uops_dir)?
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .map(|e| e.path())
        .collect();
    files.sort();
    let mut uops = Vec::new();
    for path in files {
        let group = path
            .file_stem()
            .and_then(|s| s.to_str())
            .unwrap_or_default();
        if group != "mod" {
            uops.extend(signature::read_uops(group, &fs::read_to_string(&path)?)?);
        }
    }
    let paths = table_source::Paths {
        stencils: "crate",
        uops: "crate::uops",
        first_kind: None,
    };
    let out = Path::new(&env::var("OUT_DIR")?).join("uop_table.rs");
    fs::write(out, table_source::table_source(&uops, &paths))?;
    Ok(())
}
