//! The workspace's own Rust files, as text and as tokens.
//!
//! Never looks into the target folder or at files that git ignores: it asks git which files there are. Start at [`all`].

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use proc_macro2::{TokenStream, TokenTree};

use crate::root;

/// One Rust file of the workspace.
pub struct Source {
    /// Its path from the workspace's folder.
    pub path: PathBuf,
    /// What it holds.
    pub text: String,
}

/// Every Rust file of the workspace, new ones that are not committed yet included.
///
/// # Errors
/// When git cannot be asked, or a file cannot be read.
pub fn all() -> Result<Vec<Source>> {
    let output = Command::new("git")
        .current_dir(root())
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .args(["--", "*.rs"])
        .output()
        .context("cannot start git")?;
    ensure!(
        output.status.success(),
        "git lists no files: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let listing = String::from_utf8(output.stdout)?;
    let mut found = Vec::new();
    for name in listing.split('\0').filter(|name| !name.is_empty()) {
        let file = root().join(name);
        if file.is_file() {
            found.push(Source {
                path: name.into(),
                text: std::fs::read_to_string(&file)
                    .with_context(|| format!("cannot read {name}"))?,
            });
        }
    }
    ensure!(!found.is_empty(), "no Rust files in {}", root().display());
    Ok(found)
}

impl Source {
    /// The name of the folder at the workspace's root that holds the file: a crate's name, as a rule.
    pub fn room(&self) -> &str {
        let first = self.path.components().next();
        first
            .and_then(|part| part.as_os_str().to_str())
            .unwrap_or_default()
    }

    /// All identifiers and keywords of the file, in order; comments and strings do not count.
    ///
    /// # Errors
    /// When the file is no Rust.
    pub fn words(&self) -> Result<Vec<String>> {
        words(&self.text, &self.path)
    }
}

fn words(text: &str, path: &Path) -> Result<Vec<String>> {
    let tokens: TokenStream = text
        .parse()
        .map_err(|error| anyhow::anyhow!("{}: {error}", path.display()))?;
    let mut found = Vec::new();
    let mut open = vec![tokens.into_iter()];
    while let Some(tokens) = open.last_mut() {
        match tokens.next() {
            None => drop(open.pop()),
            Some(TokenTree::Group(group)) => open.push(group.stream().into_iter()),
            Some(TokenTree::Ident(ident)) => found.push(ident.to_string()),
            Some(TokenTree::Punct(_) | TokenTree::Literal(_)) => {}
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_no_words() {
        let text = "// unsafe\n/* unsafe */ fn a() { b(\"unsafe\", [c]); } // d";
        assert_eq!(
            words(text, Path::new("a.rs")).unwrap(),
            ["fn", "a", "b", "c"]
        );
    }

    #[test]
    fn what_is_no_rust_is_named() {
        let error = words("fn a() {", Path::new("a.rs")).unwrap_err();
        assert!(error.to_string().starts_with("a.rs: "));
    }
}
