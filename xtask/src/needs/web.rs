//! The page's tools: programs in `target/tools`, and packages of JavaScript in `web/node_modules`. Both are safe to lose.
//!
//! Never takes a program of another version than the one asked for, wherever it may be installed. Start at [`path`].

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::shell::Shell;

/// Where the project's own tools are installed.
fn tools(shell: &Shell) -> Result<PathBuf> {
    Ok(shell.target_dir()?.join("tools"))
}

/// The PATH with the page's tools before everything else.
///
/// # Errors
/// When cargo cannot describe the workspace, or a folder cannot stand in a PATH.
pub fn path(shell: &Shell) -> Result<OsString> {
    let own = [
        tools(shell)?.join("bin"),
        shell.root().join("web/node_modules/.bin"),
    ];
    let path = std::env::var_os("PATH").unwrap_or_default();
    Ok(std::env::join_paths(
        own.into_iter().chain(std::env::split_paths(&path)),
    )?)
}

/// Whether a tool is there, in its version. A package's program is called as the package is, without `-cli`.
pub(super) fn tool_present(shell: &Shell, name: &str, version: &str) -> Result<bool> {
    let program = tools(shell)?
        .join("bin")
        .join(name.trim_end_matches("-cli"));
    let mut command = shell.command(program);
    command.arg("--version");
    let said = shell.read(command);
    Ok(said.is_ok_and(|said| said.split_whitespace().nth(1) == Some(version)))
}

/// How a tool is installed. What a tool is built of is its own: the lock file that its package comes with, if it takes one.
pub(super) fn install_tool(shell: &Shell, name: &str, version: &str) -> Result<Vec<Command>> {
    let mut command = shell.cargo(&format!("install {name} --version {version} --force"));
    // The lock file of wasm-bindgen-cli is left behind by what it needs.
    if name == "trunk" {
        command.arg("--locked");
    }
    command.arg("--root").arg(tools(shell)?);
    Ok(vec![command])
}

/// Whether every package that `web/package.json` names is there, in its version.
pub(super) fn modules_present(shell: &Shell) -> Result<bool> {
    let web = shell.root().join("web");
    let read = |path: PathBuf| -> Option<Value> {
        serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()
    };
    let wanted = read(web.join("package.json")).context("web/package.json cannot be read")?;
    let groups = ["dependencies", "devDependencies"];
    let mut packages = groups
        .iter()
        .filter_map(|group| wanted[group].as_object())
        .flatten();
    Ok(packages.all(|(name, version)| {
        let package = web.join("node_modules").join(name).join("package.json");
        read(package).is_some_and(|package| package["version"] == *version)
    }))
}

pub(super) fn install_modules(shell: &Shell) -> Command {
    let mut command = shell.command("npm");
    command
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(shell.root().join("web"));
    command
}
