//! Makes the stencils of the peers patchouly and copypatch, with the peers' own tools: the folder `bench/peers/made`.
//!
//! Never part of a build of the workspace, because the peers' stencils need features of rustc that are not stable. It is
//! run by hand, from its own folder, on x86-64: `cargo run`. Start at [`main`].

#![forbid(unsafe_code)]

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use copypatch::extract::{compile_object, extract_stencil};

const TARGET: &str = "x86_64-unknown-linux-gnu";

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let made = folder.join("made");
    std::fs::create_dir_all(&made)?;
    // What the tools write names files by the paths that they are given: relative ones.
    std::env::set_current_dir(&made)?;
    patchouly(folder)?;
    copypatch(folder)
}

fn patchouly(folder: &Path) -> Result<(), Box<dyn Error>> {
    let stencils = folder.join("patchouly-stencils");
    let status = Command::new("cargo")
        .current_dir(&stencils)
        .env("RUSTC_BOOTSTRAP", "1")
        .args(["rustc", "--release", "--lib", "--target-dir"])
        .arg(folder.join("target"))
        .args(["--", "-C", "relocation-model=static"])
        .status()?;
    if !status.success() {
        return Err("patchouly's stencils do not compile".into());
    }
    let library = folder.join("target/release/libpatchouly_stencils.rlib");
    let extraction = patchouly_build::extract::extract(&library)?;
    patchouly_build::generate::generate(extraction, Path::new(""))?;
    // Not by the name of a Rust file, since it is no file for people.
    Ok(std::fs::rename("steps_stencils.rs", "patchouly.inc")?)
}

fn copypatch(folder: &Path) -> Result<(), Box<dyn Error>> {
    let source = folder.join("copypatch_stencils.rs");
    let object = folder.join("target/copypatch_stencils.o");
    let bootstrap = ["RUSTC_BOOTSTRAP=1", "rustc"];
    if !compile_object("env", &bootstrap, &source, &object, TARGET, true) {
        return Err("copypatch's stencils do not compile".into());
    }
    let mut names = vec!["steps_enter".to_owned(), "steps_leave".to_owned()];
    for op in ["add", "sub", "mul", "xor"] {
        for (to, from) in (0..4).flat_map(|to| (0..4).map(move |from| (to, from))) {
            if to != from {
                names.push(format!("{op}_{to}_{from}"));
            }
        }
    }
    let all: Vec<&str> = names.iter().map(String::as_str).collect();
    let bytes = std::fs::read(&object)?;
    // Name, code, and where the jump to the next stencil has its offset.
    let mut text = "[\n".to_owned();
    for name in &all {
        let stencil = extract_stencil(&bytes, &all, name, "next");
        writeln!(
            text,
            "    ({name:?}, &{:?}, &{:?}),",
            stencil.bytes, stencil.cont_relocs
        )?;
    }
    text.push_str("]\n");
    Ok(std::fs::write("copypatch.inc", text)?)
}
