//! Tasks on a machine that lacks everything: what they say, what they install, and what they call then.
//!
//! Nothing real is installed or built: the programs that it calls are scripts that write down how they were called. That the
//! real ones build the page shows in the page's own tests. Start at [`Machine`].

#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Stands for cargo: describes the workspace, and installs scripts that know their version.
const CARGO: &str = r#"
case "$1" in
metadata) printf '{"target_directory": "%s/target"}' "$MACHINE" ;;
install)
    echo "cargo $*" >> "$MACHINE/called"
    [ -e "$MACHINE/offline" ] && exit 101
    mkdir -p "$MACHINE/target/tools/bin"
    program="$MACHINE/target/tools/bin/${2%-cli}"
    printf '#!/bin/sh\n[ "$1" = --version ] && echo "%s %s" && exit\necho "%s $*" >> "$MACHINE/called"\n' "$2" "$4" "$2" > "$program"
    chmod +x "$program" ;;
*) echo "cargo $*" >> "$MACHINE/called" ;;
esac
"#;

const RUSTC: &str = r#"echo "$MACHINE/sysroot""#;

const RUSTUP: &str =
    r#"echo "rustup $*" >> "$MACHINE/called"; mkdir -p "$MACHINE/sysroot/lib/rustlib/$3/lib""#;

const NPM: &str = r#"
echo "npm $1" >> "$MACHINE/called"
mkdir -p node_modules/bundler
echo '{"version": "1.2.3"}' > node_modules/bundler/package.json
"#;

/// A folder that is all the machine there is: a workspace, and programs on the PATH.
struct Machine(PathBuf);

impl Machine {
    fn new(name: &str) -> Machine {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // One that an earlier run left behind.
        let _ = fs::remove_dir_all(&root);
        for folder in ["bin", "web", "xtask"] {
            fs::create_dir_all(root.join(folder)).unwrap();
        }
        fs::write(root.join("Cargo.toml"), "[workspace]\n").unwrap();
        let packages = r#"{"devDependencies": {"bundler": "1.2.3"}}"#;
        fs::write(root.join("web/package.json"), packages).unwrap();
        let machine = Machine(root);
        let programs = [
            ("cargo", CARGO),
            ("rustc", RUSTC),
            ("rustup", RUSTUP),
            ("npm", NPM),
            ("node", ""),
            ("qemu-aarch64-static", ""),
        ];
        for (program, script) in programs {
            let path = machine.0.join("bin").join(program);
            fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        machine
    }

    fn web(&self, arguments: &[&str]) -> Output {
        self.task("web", arguments)
    }

    fn task(&self, task: &str, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .arg(task)
            .args(arguments)
            .env("CARGO", self.0.join("bin/cargo"))
            .env("CARGO_MANIFEST_DIR", self.0.join("xtask"))
            .env(
                "PATH",
                format!("{}:/usr/bin:/bin", self.0.join("bin").display()),
            )
            .env("MACHINE", &self.0)
            .output()
            .unwrap()
    }

    /// How programs were called since this was last asked.
    fn called(&self) -> Vec<String> {
        let path = self.0.join("called");
        let lines = fs::read_to_string(&path).unwrap_or_default();
        let _ = fs::remove_file(path);
        lines.lines().map(str::to_owned).collect()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn what_is_missing_is_said_before_it_is_installed_and_the_page_is_served() {
    let machine = Machine::new("serve");
    let output = machine.web(&[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    let mut rest = said.as_str();
    for (what, how) in [
        ("wasm32-unknown-unknown", "$ rustup target add"),
        ("web/node_modules", "$ npm ci"),
        ("wasm-bindgen-cli", "$ cargo install wasm-bindgen-cli"),
        ("trunk", "$ cargo install trunk"),
    ] {
        for wanted in [&format!("missing: {what} (for building"), how] {
            let at = rest
                .find(wanted)
                .unwrap_or_else(|| panic!("no “{wanted}” in its place: {said}"));
            rest = &rest[at + wanted.len()..];
        }
    }
    let called = machine.called();
    assert_eq!(called.last().unwrap(), "trunk serve --release");
    assert_eq!(called.len(), 6, "{called:?}");
}

#[test]
fn what_is_there_is_not_installed_again() {
    let machine = Machine::new("again");
    assert!(machine.web(&[]).status.success());
    machine.called();
    let output = machine.web(&["--release"]);
    assert!(!text(&output.stdout).contains("missing"));
    let fetch = "cargo fetch --locked --manifest-path web/Cargo.toml";
    assert_eq!(machine.called(), [fetch, "trunk build --release"]);
    // A tool of another version is none.
    let tool = machine.0.join("target/tools/bin/trunk");
    let older = fs::read_to_string(&tool).unwrap().replace("0.21", "0.20");
    fs::write(&tool, older).unwrap();
    assert!(text(&machine.web(&[]).stdout).contains("missing: trunk"));
}

#[test]
fn what_cannot_be_installed_is_named_with_what_to_do_by_hand() {
    let machine = Machine::new("offline");
    fs::write(machine.0.join("offline"), "").unwrap();
    let output = machine.web(&[]);
    assert!(!output.status.success());
    let errors = text(&output.stderr);
    assert!(
        errors.contains("install it with: cargo install wasm-bindgen-cli --version"),
        "{errors}"
    );
    assert!(
        !machine
            .called()
            .iter()
            .any(|call| call.starts_with("trunk"))
    );
}

/// The stencils' tool has its tests compile for both architectures, whatever the machine is.
#[test]
fn the_tests_have_the_targets_that_they_compile_for() {
    let machine = Machine::new("test");
    // Nothing is built, so it ends where a program that was to be built is run.
    assert!(!machine.task("test", &[]).status.success());
    let called = machine.called();
    let place = |wanted: &str| {
        let found = called.iter().position(|call| call.starts_with(wanted));
        found.unwrap_or_else(|| panic!("no {wanted}: {called:?}"))
    };
    let tests = place("cargo test -p stencils --features build");
    for arch in ["x86_64", "aarch64"] {
        assert!(place(&format!("rustup target add {arch}-unknown-linux-gnu")) < tests);
    }
}

/// Trunk serves where its settings say: on this machine and for nobody else.
#[test]
fn the_page_is_served_on_this_machine_alone() {
    let settings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Trunk.toml");
    let settings = fs::read_to_string(settings).unwrap();
    let serve = settings.split("[serve]").nth(1).unwrap();
    assert!(
        serve
            .trim_start()
            .starts_with("addresses = [\"127.0.0.1\"]"),
        "{serve}"
    );
}
