//! Where code may be unsafe, and where memory is made executable: the workspace's invariants about both.
//!
//! Never reads comments or strings: a word counts where it is code. Start at the test whose name says what you look for.

use std::collections::BTreeSet;

use tests::sources::{self, Source};

/// The crates whose purpose needs unsafe code.
const MAY_BE_UNSAFE: [&str; 2] = ["stencils", "jit-native"];

/// Names that only code which maps or protects executable memory has a use for.
const MAPS_CODE: [&str; 8] = [
    "PROT_EXEC",
    "MAP_JIT",
    "map_exec",
    "make_exec",
    "mprotect",
    "VirtualProtect",
    "PAGE_EXECUTE_READ",
    "pthread_jit_write_protect_np",
];

#[test]
fn unsafe_code_outside_the_engine_gives_its_reason() {
    for source in sources::all().unwrap() {
        if MAY_BE_UNSAFE.contains(&source.room()) {
            continue;
        }
        let words = source.words().unwrap();
        let path = source.path.display();
        if words.iter().any(|word| word == "unsafe") {
            assert!(
                gives_reason(&words),
                "{path} has unsafe code; let it allow(unsafe_code, reason = ..)"
            );
        }
        if is_crate_root(&source) {
            assert!(
                words
                    .windows(2)
                    .any(|pair| matches!(pair[0].as_str(), "forbid" | "deny")
                        && pair[1] == "unsafe_code"),
                "{path} starts a crate; let it forbid or deny unsafe_code"
            );
        }
    }
}

/// Says whether an attribute excuses unsafe code with a reason.
fn gives_reason(words: &[String]) -> bool {
    words.windows(3).any(|three| {
        matches!(three[0].as_str(), "allow" | "expect")
            && three[1] == "unsafe_code"
            && three[2] == "reason"
    })
}

/// Says whether cargo compiles the file as the root of a library or a program.
fn is_crate_root(source: &Source) -> bool {
    let parts: Vec<_> = source
        .path
        .iter()
        .map(|part| part.to_string_lossy())
        .collect();
    match parts.iter().map(AsRef::as_ref).collect::<Vec<&str>>()[..] {
        [_, "src", file] => matches!(file, "lib.rs" | "main.rs"),
        [_, "src", "bin", _] | [_, "src", "bin", _, "main.rs"] => true,
        _ => false,
    }
}

#[test]
fn one_module_makes_memory_executable() {
    let modules: BTreeSet<String> = sources::all()
        .unwrap()
        .iter()
        .filter(|source| {
            let words = source.words().unwrap();
            words.iter().any(|word| MAPS_CODE.contains(&word.as_str()))
        })
        .map(module)
        .collect();
    assert_eq!(modules.len(), 1, "{modules:?}");
    assert!(
        modules
            .iter()
            .all(|module| module.starts_with("jit-native/")),
        "{modules:?}"
    );
}

/// The module directly under its crate's `src` that a file belongs to.
fn module(source: &Source) -> String {
    let parts: Vec<_> = source.path.iter().take(3).collect();
    let path: std::path::PathBuf = parts.into_iter().collect();
    path.with_extension("").display().to_string()
}
