//! What the tests of the language share: running a program here, and asking CPython.

#![allow(dead_code, reason = "each test file uses a part of this")]

pub mod traced;

use std::cell::RefCell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;

use jit_playground::interpreter::Vm;
use jit_playground::syntax::SourceFile;

/// What a program printed and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Standard output.
    pub output: String,
    /// `ok`, or class and message of the exception that ended it, or the refusal.
    pub end: String,
}

/// A sink that can be read later.
#[derive(Clone, Default)]
pub struct Shared(Rc<RefCell<Vec<u8>>>);

impl Shared {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.borrow().clone()).unwrap()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs a program in the interpreter.
pub fn run_here(text: &str) -> Run {
    run_with(text, |_| {})
}

/// Runs a program in a machine that was prepared.
pub fn run_with(text: &str, prepare: impl FnOnce(&mut Vm)) -> Run {
    let shared = Shared::default();
    let mut vm = Vm::new(Box::new(shared.clone()));
    prepare(&mut vm);
    let source = SourceFile::new("case.py", text).unwrap();
    let end = match vm.load(source) {
        Err(refusal) => format!("refused: {refusal}"),
        Ok(code) => match vm.run_module(code) {
            Ok(()) => "ok".to_owned(),
            Err(error) => error.to_string(),
        },
    };
    Run {
        output: shared.text(),
        end,
    }
}

/// The oracle: runs each program of a file of programs, and prints what each did.
const ORACLE: &str = r#"
import contextlib, io, sys
sys.setrecursionlimit(1000)
for program in sys.stdin.read().split("\x1e"):
    out = io.StringIO()
    end = "ok"
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(program, "case.py", "exec"), {"__name__": "__main__"})
        except BaseException as error:
            end = type(error).__name__
            if str(error):
                end += ": " + str(error)
    sys.__stdout__.write(out.getvalue() + "\x1f" + end + "\x1e")
"#;

/// What CPython makes of each program; `None` when there is no `python3`.
pub fn ask_python(programs: &[String]) -> Option<Vec<Run>> {
    if cfg!(miri) {
        // Under Miri no process is started.
        return None;
    }
    let mut child = Command::new("python3")
        .args(["-X", "utf8", "-W", "ignore", "-c", ORACLE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let mut input = child.stdin.take()?;
    let text = programs.join("\x1e");
    let writer = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = child.wait_with_output().ok()?;
    writer.join().unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let runs: Vec<Run> = text
        .split_terminator('\x1e')
        .map(|run| {
            let (output, end) = run.split_once('\x1f').unwrap();
            Run {
                output: output.to_owned(),
                end: end.to_owned(),
            }
        })
        .collect();
    assert_eq!(runs.len(), programs.len(), "the oracle lost a program");
    Some(runs)
}

/// What CPython makes of each program, or what it made of it when the answers were stored in `stored`. With
/// `MIMEO_BLESS` set the answers are stored anew.
pub fn oracle(stored: &Path, programs: &[String]) -> Vec<Run> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(stored);
    if let Some(runs) = ask_python(programs) {
        if std::env::var_os("MIMEO_BLESS").is_some() {
            let text: Vec<String> = runs
                .iter()
                .map(|run| format!("{}\x1f{}\x1e\n", run.output, run.end))
                .collect();
            std::fs::write(&path, text.concat()).unwrap();
        }
        return runs;
    }
    eprintln!(
        "python3 was not found: comparing with the answers in {}",
        path.display()
    );
    let text = std::fs::read_to_string(&path).unwrap();
    let runs = text.split_terminator("\x1e\n").map(|run| {
        let (output, end) = run.split_once('\x1f').unwrap();
        Run {
            output: output.to_owned(),
            end: end.to_owned(),
        }
    });
    runs.collect()
}

/// Compares, and reports every difference. Under Miri, which takes seconds for a program, one in eight is looked at.
pub fn compare(programs: &[String], wanted: &[Run], run: impl Fn(&str) -> Run) {
    assert_eq!(
        programs.len(),
        wanted.len(),
        "the stored answers are out of date"
    );
    let mut differences = Vec::new();
    let step = if cfg!(miri) { 8 } else { 1 };
    for (program, wanted) in programs.iter().zip(wanted).step_by(step) {
        let got = run(program);
        if got != *wanted {
            differences.push(format!(
                "{program}\n  wanted {wanted:?}\n  got    {got:?}\n"
            ));
        }
    }
    assert!(
        differences.is_empty(),
        "{} of {} differ:\n{}",
        differences.len(),
        programs.len(),
        differences.join("\n")
    );
}
