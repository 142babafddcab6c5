//! The command's standard error for programs that an exception ends: CPython's, byte for byte.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

/// Stands for the path of the program, which differs from run to run.
const PATH: &str = "PROGRAM";

/// Runs a program by a command; gives output, errors and status as one text.
fn run(mut command: Command, program: &Path) -> Option<String> {
    let result = command.arg(program).output().ok()?;
    let path = program.display().to_string();
    let text = format!(
        "{}{}status {}",
        String::from_utf8_lossy(&result.stdout),
        String::from_utf8_lossy(&result.stderr),
        result.status.code().unwrap_or(-1)
    );
    Some(text.replace(&path, PATH))
}

fn python(program: &Path) -> Option<String> {
    let mut command = Command::new("python3");
    command.args(["-X", "utf8", "-W", "ignore"]);
    run(command, program)
}

fn mimeo(program: &Path) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mimeo"));
    command.args(["run", "--jit", "off"]);
    run(command, program).unwrap()
}

#[test]
fn tracebacks() {
    let text = include_str!("conformance/tracebacks.py");
    let stored =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/tracebacks.answers");
    let folder = tempfile::tempdir().unwrap();
    let mut answers = Vec::new();
    let mut asked = true;
    let mut differences = Vec::new();
    let old = std::fs::read_to_string(&stored).unwrap_or_default();
    let old: Vec<&str> = old.split("\n\x1e\n").collect();
    for (index, case) in text.split("# case: ").skip(1).enumerate() {
        let program = folder.path().join(format!("case{index}.py"));
        std::fs::write(&program, format!("# {case}")).unwrap();
        let wanted = python(&program).unwrap_or_else(|| {
            asked = false;
            old.get(index).unwrap_or(&"no stored answer").to_string()
        });
        let got = mimeo(&program);
        if got != wanted {
            differences.push(format!("{case}\nwanted:\n{wanted}\ngot:\n{got}\n"));
        }
        answers.push(wanted);
    }
    if !asked {
        eprintln!(
            "python3 was not found: compared with the answers in {}",
            stored.display()
        );
    } else if std::env::var_os("MIMEO_BLESS").is_some() {
        std::fs::write(&stored, answers.join("\n\x1e\n")).unwrap();
    }
    assert!(answers.len() > 40);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
