//! Where code may be unsafe.
//!
//! Never reads comments or strings: a word counts where it is code. Start at the test whose name says what you look for.

use tests::sources::{self, Source};

/// The crates whose purpose needs unsafe code.
const MAY_BE_UNSAFE: [&str; 2] = ["stencils", "jit-native"];

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
