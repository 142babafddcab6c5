//! Every Rust file opens by saying what it is, and stays at a length that can be read at one sitting.
//!
//! Never judges a file's content beyond that: rustfmt, clippy and readers do.

use tests::sources;

/// The most lines that a file may have. The aim is 400; the rest is for a file whose one idea is long.
const MOST_LINES: usize = 500;

#[test]
fn every_file_opens_with_what_it_is() {
    for source in sources::all().unwrap() {
        let path = source.path.display();
        assert!(
            source.text.starts_with("//! "),
            "{path} should open with a //! header"
        );
    }
}

#[test]
fn no_file_is_too_long() {
    for source in sources::all().unwrap() {
        let (path, lines) = (source.path.display(), source.text.lines().count());
        assert!(lines <= MOST_LINES, "{path} has {lines} lines");
    }
}
