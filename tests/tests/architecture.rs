//! Which crate may know which: the workspace's invariants about dependencies, each held by a test.
//!
//! Never trusts a manifest's text where cargo can say what it resolves to. Start at the test whose name says what you
//! look for.

use std::collections::BTreeSet;
use std::process::Command;

use tests::root;

/// The crates that users of the engine and of the command build.
const PRODUCT: [&str; 3] = ["stencils", "jit-native", "jit-playground"];

/// The packages that cargo would build for a package, each line as `name version`, features as `name feature "x"`.
fn dependencies(package: &str, edges: &str) -> BTreeSet<String> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(root())
        .args(["tree", "--locked", "--prefix", "none", "--target", "all"])
        .args(["--package", package, "--edges", edges])
        .output()
        .expect("cargo starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo tree failed: {errors}");
    let text = String::from_utf8_lossy(&output.stdout);
    let lines: BTreeSet<String> = text
        .lines()
        .map(|line| line.trim_end_matches(" (*)").to_owned())
        .filter(|line| !line.is_empty())
        .collect();
    assert!(lines.iter().any(|line| line.starts_with(package)), "{text}");
    lines
}

fn with_prefix(lines: &BTreeSet<String>, prefix: &str) -> Vec<String> {
    let matching = lines.iter().filter(|line| line.starts_with(prefix));
    matching.cloned().collect()
}

#[test]
fn the_engine_reads_no_object_files_and_builds_no_stencils() {
    let lines = dependencies("jit-native", "normal,build");
    assert_eq!(with_prefix(&lines, "object "), Vec::<String>::new());
    let features = dependencies("jit-native", "normal,build,features");
    assert_eq!(
        with_prefix(&features, "stencils feature \"build\""),
        Vec::<String>::new()
    );
}

/// What `cargo metadata` says of the workspace's own packages.
fn metadata() -> serde_json::Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(root())
        .args(["metadata", "--locked", "--no-deps", "--format-version", "1"])
        .output()
        .expect("cargo starts");
    serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON")
}

/// The names of the workspace's packages.
fn packages() -> Vec<String> {
    let metadata = metadata();
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let names = packages
        .iter()
        .filter_map(|package| package["name"].as_str());
    let names: Vec<String> = names.map(str::to_owned).collect();
    assert!(
        PRODUCT
            .iter()
            .all(|product| names.iter().any(|name| name == product))
    );
    names
}

#[test]
fn cranelift_is_for_tests_and_benchmarks_alone() {
    for package in packages() {
        if !["tests", "bench"].contains(&package.as_str()) {
            let lines = dependencies(&package, "normal,build");
            assert_eq!(
                with_prefix(&lines, "cranelift"),
                Vec::<String>::new(),
                "{package}"
            );
        }
    }
}

#[test]
fn nobody_depends_on_the_benchmarks() {
    for package in packages() {
        if package != "bench" {
            let lines = dependencies(&package, "normal,build,dev");
            assert_eq!(
                with_prefix(&lines, "bench v"),
                Vec::<String>::new(),
                "{package}"
            );
        }
    }
    let metadata = metadata();
    let built = metadata["workspace_default_members"]
        .as_array()
        .expect("a list");
    let built: Vec<&str> = built.iter().filter_map(|id| id.as_str()).collect();
    assert!(
        !built.is_empty() && !built.iter().any(|id| id.contains("/bench")),
        "{built:?}"
    );
}

#[test]
fn the_engine_does_not_know_the_playground() {
    for package in ["stencils", "jit-native"] {
        let lines = dependencies(package, "normal,build,dev");
        assert_eq!(with_prefix(&lines, "jit-playground"), Vec::<String>::new());
    }
    let lines = dependencies("stencils", "normal,build,dev");
    assert_eq!(with_prefix(&lines, "jit-native"), Vec::<String>::new());
}

#[test]
fn tasks_stay_light() {
    let lines = dependencies("xtask", "normal,build");
    for heavy in ["jit-native", "jit-playground", "stencils", "cranelift"] {
        assert_eq!(with_prefix(&lines, heavy), Vec::<String>::new());
    }
}
