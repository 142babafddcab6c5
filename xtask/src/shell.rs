//! Runs the commands that the tasks are made of, and prints each before it starts.
//!
//! Never hides what runs: output goes straight to the terminal unless a task needs to read it. Start at [`Shell::run`].

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// Where commands run: the workspace, and the cargo that started this task.
pub struct Shell {
    root: PathBuf,
    cargo: OsString,
}

impl Shell {
    /// Finds the workspace that cargo started this program for, or else the one that it was built from.
    pub fn new() -> Result<Self> {
        let started = std::env::var_os("CARGO_MANIFEST_DIR");
        let manifest = started.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let manifest = Path::new(&manifest);
        let root = manifest
            .parent()
            .filter(|root| root.join("Cargo.toml").is_file())
            .with_context(|| format!("no workspace above {}", manifest.display()))?;
        Ok(Self {
            root: root.to_owned(),
            cargo: std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
        })
    }

    /// The workspace's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A command that runs in the workspace's folder.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// A cargo command. `arguments` are separated by blanks; none may hold one itself.
    pub fn cargo(&self, arguments: &str) -> Command {
        let mut command = self.command(&self.cargo);
        command.args(arguments.split_whitespace());
        command
    }

    /// Prints a command, runs it, and returns once it has ended.
    ///
    /// # Errors
    /// When it cannot start, or ends with another status than 0.
    pub fn run(&self, mut command: Command) -> Result<()> {
        let shown = line(&command);
        println!("\n$ {shown}");
        let status = command
            .status()
            .with_context(|| format!("cannot start: {shown}"))?;
        if !status.success() {
            bail!("failed ({status}): {shown}");
        }
        Ok(())
    }

    /// Runs a command without printing it and returns its standard output.
    ///
    /// # Errors
    /// When it cannot start, or ends with another status than 0.
    pub fn read(&self, mut command: Command) -> Result<String> {
        let shown = line(&command);
        let output = command
            .stdin(Stdio::null())
            .output()
            .with_context(|| format!("cannot start: {shown}"))?;
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            bail!("failed ({}): {shown}\n{}", output.status, errors.trim_end());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// The folder where cargo leaves what it builds.
    ///
    /// # Errors
    /// When cargo cannot describe the workspace.
    pub fn target_dir(&self) -> Result<PathBuf> {
        let text = self.read(self.cargo("metadata --format-version 1 --no-deps"))?;
        let metadata: serde_json::Value = serde_json::from_str(&text)?;
        let folder = metadata["target_directory"]
            .as_str()
            .context("cargo metadata names no target directory")?;
        Ok(PathBuf::from(folder))
    }
}

/// Says whether a program of this name is on the PATH.
pub fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// The command as one would type it.
pub fn line(command: &Command) -> String {
    let mut words = Vec::new();
    for (name, value) in command.get_envs() {
        let value = value.unwrap_or_default();
        words.push(format!("{}={}", name.display(), value.display()));
    }
    let program = Path::new(command.get_program());
    words.push(program.file_name().map_or_else(
        || program.display().to_string(),
        |name| name.display().to_string(),
    ));
    words.extend(
        command
            .get_args()
            .map(|argument| argument.display().to_string()),
    );
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_command_is_named() {
        let shell = Shell::new().unwrap();
        let error = shell.read(shell.cargo("no-such-subcommand")).unwrap_err();
        assert!(error.to_string().contains("cargo no-such-subcommand"));
    }

    #[test]
    fn a_line_shows_variables_and_arguments() {
        let shell = Shell::new().unwrap();
        let mut command = shell.command("/somewhere/tool");
        command.env("MODE", "fast").arg("--all");
        assert_eq!(line(&command), "MODE=fast tool --all");
    }

    #[test]
    fn the_root_holds_the_workspace() {
        let shell = Shell::new().unwrap();
        let manifest = std::fs::read_to_string(shell.root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[workspace]"));
    }
}
