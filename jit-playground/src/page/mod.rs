//! What the web page's worker calls, and what the page and its worker say to each other.
//!
//! The worker holds an [`Engine`]; [`protocol`] is the data. Nothing here works anything out: it hands on what a
//! [`Session`](crate::session::Session) says, and explanations go as the text that `mimeo explain --json` prints.

mod engine;
pub mod protocol;

pub use engine::Engine;
