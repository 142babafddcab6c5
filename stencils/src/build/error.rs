//! Why a library cannot be made.

use std::fmt;

/// Why a library cannot be made. Its `Debug` form is its message: that is what a build script's `main` shows of an error.
pub enum BuildError {
    /// The uop files are wrong.
    Uops(String),
    /// The list of patterns is wrong.
    Patterns(String),
    /// A tool or file failed: what was done, and why not.
    Io(String, std::io::Error),
    /// rustc refused the generated source: what it said.
    Compile(String),
    /// The object file cannot be read.
    Object(String),
    /// The compiler's code for one variant cannot be made a stencil.
    Stencil {
        /// The uops and operands.
        variant: String,
        /// Why not, with the instructions.
        reason: String,
    },
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BuildError::Uops(why) | BuildError::Patterns(why) => write!(f, "{why}"),
            BuildError::Io(what, why) => write!(f, "{what}: {why}"),
            BuildError::Compile(output) => {
                write!(f, "rustc refused the generated source:\n{output}")
            }
            BuildError::Object(why) => {
                write!(f, "the compiler's object file cannot be read: {why}")
            }
            BuildError::Stencil { variant, reason } => {
                write!(f, "no stencil can be made of {variant}: {reason}")
            }
        }
    }
}

impl std::error::Error for BuildError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            BuildError::Io(_, why) => Some(why),
            _ => None,
        }
    }
}
