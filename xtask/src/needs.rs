//! What the tasks need beyond stable Rust: how each thing is recognised, and how it is installed.
//!
//! Never installs anything without a line that says so first. Start at [`ALL`].

pub mod web;

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::{Shell, on_path};

/// Something that a task needs and a fresh machine may lack.
pub struct Need {
    /// What it is called by whoever installs it.
    pub name: &'static str,
    /// What it is for.
    pub why: &'static str,
    kind: Kind,
}

/// How a need is recognised and installed.
enum Kind {
    /// The standard library for a target, from rustup.
    RustTarget,
    /// A part of the toolchain, from rustup: its component and the program that shows it is there.
    RustComponent { program: &'static str },
    /// A program from the package registry of Rust, of just this version, in a folder of the project's own.
    Tool { version: &'static str },
    /// The packages that `web/package.json` names, in the versions of its lock file.
    NodeModules,
    /// A package of Debian and its relatives, and the program that shows it is there.
    Package { program: &'static str },
}

/// The AArch64 target whose programs need no C toolchain to link.
pub const AARCH64: &str = "aarch64-unknown-linux-musl";

/// The emulator that runs AArch64 programs; `.cargo/config.toml` names it as the runner.
pub const QEMU: &str = "qemu-aarch64-static";

/// The x86-64 target that stencils are compiled for.
pub const X86_64_STENCILS: Need = Need {
    name: "x86_64-unknown-linux-gnu",
    why: "rebuilding the x86-64 stencils",
    kind: Kind::RustTarget,
};

/// The AArch64 target that stencils are compiled for.
pub const AARCH64_STENCILS: Need = Need {
    name: "aarch64-unknown-linux-gnu",
    why: "rebuilding the AArch64 stencils",
    kind: Kind::RustTarget,
};

/// The target of the tests that run under emulation.
pub const AARCH64_TARGET: Need = Need {
    name: AARCH64,
    why: "running the tests on AArch64",
    kind: Kind::RustTarget,
};

/// The target of the browser.
pub const WASM_TARGET: Need = Need {
    name: "wasm32-unknown-unknown",
    why: "building the page",
    kind: Kind::RustTarget,
};

/// The emulator's package.
pub const EMULATOR: Need = Need {
    name: "qemu-user-static",
    why: "running the tests on AArch64",
    kind: Kind::Package { program: QEMU },
};

/// Builds the page.
pub const TRUNK: Need = Need {
    name: "trunk",
    why: "building the page",
    kind: Kind::Tool { version: "0.21.14" },
};

/// Joins the page's WebAssembly with JavaScript; of the version of the crate in `web/Cargo.toml`, as it insists on that.
pub const WASM_BINDGEN: Need = Need {
    name: "wasm-bindgen-cli",
    why: "building the page",
    kind: Kind::Tool { version: "0.2.130" },
};

/// Runs the scripts that bundle the editor and test the page.
pub const NODE: Need = Need {
    name: "nodejs",
    why: "building and testing the page",
    kind: Kind::Package { program: "node" },
};

/// Installs the packages of JavaScript.
pub const NPM: Need = Need {
    name: "npm",
    why: "building and testing the page",
    kind: Kind::Package { program: "npm" },
};

/// The editor, the bundler, the optimiser of WebAssembly, and what drives the browser.
pub const NODE_MODULES: Need = Need {
    name: "web/node_modules",
    why: "building and testing the page",
    kind: Kind::NodeModules,
};

/// The browser of the page's tests.
pub const CHROMIUM: Need = Need {
    name: "chromium",
    why: "testing the page",
    kind: Kind::Package {
        program: "chromium",
    },
};

/// Cargo's formatter.
pub const RUSTFMT: Need = Need {
    name: "rustfmt",
    why: "checking the formatting",
    kind: Kind::RustComponent {
        program: "cargo-fmt",
    },
};

/// Cargo's linter.
pub const CLIPPY: Need = Need {
    name: "clippy",
    why: "checking the code",
    kind: Kind::RustComponent {
        program: "cargo-clippy",
    },
};

/// Everything that any task needs.
pub const ALL: &[&Need] = &[
    &RUSTFMT,
    &CLIPPY,
    &AARCH64_TARGET,
    &X86_64_STENCILS,
    &AARCH64_STENCILS,
    &WASM_TARGET,
    &EMULATOR,
    &NODE,
    &NPM,
    &NODE_MODULES,
    &WASM_BINDGEN,
    &TRUNK,
    &CHROMIUM,
];

/// Installs those of `needs` that are missing, each after a line that says so.
///
/// # Errors
/// When one cannot be installed; the error names it and says what to do.
pub fn ensure(shell: &Shell, needs: &[&Need]) -> Result<()> {
    for need in needs {
        if need.present(shell)? {
            continue;
        }
        println!("missing: {} (for {})", need.name, need.why);
        let commands = need.commands(shell).with_context(|| need.by_hand())?;
        for command in commands {
            shell.run(command).with_context(|| need.by_hand())?;
        }
        if !need.present(shell)? {
            bail!("{} is still not found; {}", need.name, need.by_hand());
        }
    }
    Ok(())
}

impl Need {
    /// Says whether it is there.
    ///
    /// # Errors
    /// When the Rust toolchain cannot be asked.
    pub fn present(&self, shell: &Shell) -> Result<bool> {
        match self.kind {
            Kind::RustTarget => {
                let library = sysroot(shell)?.join("lib/rustlib").join(self.name);
                Ok(library.join("lib").is_dir())
            }
            Kind::RustComponent { program } => {
                Ok(sysroot(shell)?.join("bin").join(program).is_file())
            }
            Kind::Tool { version } => web::tool_present(shell, self.name, version),
            Kind::NodeModules => web::modules_present(shell),
            Kind::Package { program } => Ok(on_path(program)),
        }
    }

    /// How it is installed, in words.
    pub fn by_hand(&self) -> String {
        match self.kind {
            Kind::RustTarget => format!("install it with: rustup target add {}", self.name),
            Kind::RustComponent { .. } => {
                format!("install it with: rustup component add {}", self.name)
            }
            Kind::Tool { version } => {
                format!(
                    "install it with: cargo install {} --version {version}",
                    self.name
                )
            }
            Kind::NodeModules => "install them with: npm ci --ignore-scripts, in web/".to_owned(),
            Kind::Package { .. } => format!(
                "install the package {} with your system's package manager",
                self.name
            ),
        }
    }

    /// The commands that install it.
    fn commands(&self, shell: &Shell) -> Result<Vec<Command>> {
        match self.kind {
            Kind::RustTarget => rustup(shell, &["target", "add", self.name]),
            Kind::RustComponent { .. } => rustup(shell, &["component", "add", self.name]),
            Kind::Tool { version } => web::install_tool(shell, self.name, version),
            Kind::NodeModules => Ok(vec![web::install_modules(shell)]),
            Kind::Package { .. } => apt(shell, self.name),
        }
    }
}

/// The folder of the toolchain that builds this workspace.
fn sysroot(shell: &Shell) -> Result<std::path::PathBuf> {
    let mut rustc = shell.command("rustc");
    rustc.args(["--print", "sysroot"]);
    Ok(shell.read(rustc)?.trim_end().into())
}

fn rustup(shell: &Shell, arguments: &[&str]) -> Result<Vec<Command>> {
    if !on_path("rustup") {
        bail!("rustup is not on the PATH");
    }
    let mut command = shell.command("rustup");
    command.args(arguments);
    Ok(vec![command])
}

fn apt(shell: &Shell, package: &str) -> Result<Vec<Command>> {
    if !on_path("apt-get") {
        bail!("apt-get is not on the PATH");
    }
    let root = shell.read({
        let mut id = shell.command("id");
        id.arg("-u");
        id
    })?;
    let prefix: &[&str] = match root.trim() {
        "0" => &[],
        _ if on_path("sudo") => &["sudo", "-n"],
        _ => bail!("installing a package needs root, and sudo is not on the PATH"),
    };
    let command = |arguments: &[&str]| {
        let words = [prefix, &["apt-get"], arguments].concat();
        let mut command = shell.command(words[0]);
        command
            .args(&words[1..])
            .env("DEBIAN_FRONTEND", "noninteractive");
        command
    };
    Ok(vec![
        command(&["update"]),
        command(&["install", "--yes", "--no-install-recommends", package]),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_toolchain_pins_what_it_formats_and_lints_with() {
        let shell = Shell::new().unwrap();
        let pinned = std::fs::read_to_string(shell.root().join("rust-toolchain.toml")).unwrap();
        for need in ALL {
            if matches!(need.kind, Kind::RustComponent { .. }) {
                assert!(pinned.contains(need.name), "{}", need.name);
            }
        }
    }

    #[test]
    fn an_unknown_target_is_missing() {
        let shell = Shell::new().unwrap();
        let need = Need {
            name: "no-such-target",
            why: "nothing",
            kind: Kind::RustTarget,
        };
        assert!(!need.present(&shell).unwrap());
        assert!(need.by_hand().contains("rustup target add no-such-target"));
    }

    #[test]
    fn the_runner_is_the_emulator() {
        let shell = Shell::new().unwrap();
        let config = std::fs::read_to_string(shell.root().join(".cargo/config.toml")).unwrap();
        assert!(config.contains(&format!("[target.{AARCH64}]")));
        assert!(config.contains(&format!("runner = \"{QEMU}\"")));
    }
}
