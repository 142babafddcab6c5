//! The command's own promises: statistics, explanations, arguments, and what it does when nobody reads its output.
//!
//! Never judges how good the figures are (the benchmark does that), nor what the stages of an explanation say (the crates
//! that make them test that). Start at the test whose name says what you look for.

use std::path::PathBuf;

use serde_json::Value;
use tests::mimeo::Mimeo;
use tests::process::Outcome;
use tests::root;

/// The statistics that tools may rely on.
const STATISTICS: [&str; 9] = [
    "regions_compiled",
    "recordings_aborted",
    "uops_recorded",
    "uops_after_optimise",
    "stencils_copied",
    "super_stencils_copied",
    "code_bytes",
    "compile_ns",
    "exits_taken",
];

fn example(name: &str) -> PathBuf {
    root().join("examples").join(name)
}

fn mimeo(arguments: &[&str]) -> Outcome {
    Mimeo::get().unwrap().run(arguments).unwrap()
}

#[test]
fn statistics_hold_every_documented_key() {
    let statistics = Mimeo::get()
        .unwrap()
        .statistics(&example("collatz.py"))
        .unwrap();
    for key in STATISTICS {
        assert!(statistics[key].is_u64(), "{key} in {statistics}");
    }
    let at_least_one = [
        "regions_compiled",
        "uops_recorded",
        "stencils_copied",
        "code_bytes",
        "compile_ns",
    ];
    for key in at_least_one {
        assert!(statistics[key].as_u64() > Some(0), "{key} in {statistics}");
    }
    let help = mimeo(&["run", "--help"]);
    let help = String::from_utf8_lossy(&help.stdout);
    for key in STATISTICS {
        assert!(help.contains(key), "{key} in the help:\n{help}");
    }
}

#[test]
fn without_the_jit_nothing_is_compiled() {
    let path = example("collatz.py");
    let outcome = mimeo(&[
        "run",
        "--jit",
        "off",
        "--stats=json",
        path.to_str().unwrap(),
    ]);
    let last = outcome.stderr.lines().last().unwrap();
    let statistics: Value = serde_json::from_str(last).unwrap();
    assert_eq!(statistics["regions_compiled"], 0);
    assert_eq!(statistics["code_bytes"], 0);
}

#[test]
fn statistics_leave_standard_output_alone() {
    let path = example("gcd.py");
    let path = path.to_str().unwrap();
    let plain = mimeo(&["run", path]);
    assert_eq!(plain.stderr, "");
    for option in ["--stats", "--stats=json"] {
        let outcome = mimeo(&["run", option, path]);
        assert_eq!(outcome.stdout, plain.stdout);
        assert!(!outcome.stderr.is_empty());
    }
}

#[test]
fn every_architecture_is_explained_on_any_machine() {
    let path = example("mandelbrot.py");
    let path = path.to_str().unwrap();
    for architecture in ["x86_64", "aarch64"] {
        let text = mimeo(&["explain", path, "--arch", architecture]);
        assert_eq!(text.status.code(), Some(0), "{}", text.stderr);
        assert!(text.stdout.len() > 1000);
        let json = mimeo(&["explain", path, "--arch", architecture, "--json"]);
        assert_eq!(json.status.code(), Some(0), "{}", json.stderr);
        let value: Value = serde_json::from_slice(&json.stdout).unwrap();
        assert!(value.is_object());
    }
}

#[test]
fn an_unknown_option_is_refused() {
    for arguments in [
        &["run", "--jit", "sometimes", "x.py"][..],
        &["run"],
        &["dance"],
        &["explain", "x.py", "--arch", "pdp11"],
    ] {
        let outcome = mimeo(arguments);
        assert_eq!(outcome.status.code(), Some(2), "{arguments:?}");
        assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
    }
}

#[cfg(unix)]
#[test]
fn output_that_nobody_reads_is_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.py");
    std::fs::write(&path, "for i in range(100000):\n    print(i)\n").unwrap();
    for target in ["| head -n 1", "> /dev/full", ">&-"] {
        let outcome = tests::process::run(
            std::process::Command::new("bash")
                .args(["-c", &format!("\"$@\" {target}"), "bash"])
                .args(Mimeo::get().unwrap().words())
                .arg("run")
                .arg(&path),
            std::time::Duration::from_secs(60),
        )
        .unwrap();
        for word in ["panicked", "RUST_BACKTRACE"] {
            assert!(
                !outcome.stderr.contains(word),
                "{target}: {}",
                outcome.stderr
            );
        }
    }
}
