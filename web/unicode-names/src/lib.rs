//! The names of characters, as the Python parser asks for them, without any name: the tables would be a third of what the page
//! transfers.
//!
//! So the page refuses a text with `\N{...}` in it, with the parser's own message; the command takes it.

#![forbid(unsafe_code)]

/// The character of a name: none is known.
pub fn character(_name: &str) -> Option<char> {
    None
}
