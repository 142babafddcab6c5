//! Exceptions as values of Rust: a class, a message, and where it was raised.
//!
//! Start reading at [`Error`].

use std::fmt;

use super::object::OutOfMemory;
use crate::bytecode::CodeRef;

/// What an operation of the language gives: a result, or an exception that it raised.
pub type Outcome<T> = Result<T, Error>;

/// The built-in exception classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "each is the class of that name in the language"
)]
pub enum ExceptionClass {
    AttributeError,
    ImportError,
    IndexError,
    KeyError,
    MemoryError,
    NameError,
    NotImplementedError,
    OSError,
    OverflowError,
    RecursionError,
    TypeError,
    UnboundLocalError,
    ValueError,
    ZeroDivisionError,
}

impl ExceptionClass {
    /// The name of the class.
    pub fn name(self) -> &'static str {
        match self {
            ExceptionClass::AttributeError => "AttributeError",
            ExceptionClass::ImportError => "ImportError",
            ExceptionClass::IndexError => "IndexError",
            ExceptionClass::KeyError => "KeyError",
            ExceptionClass::MemoryError => "MemoryError",
            ExceptionClass::NameError => "NameError",
            ExceptionClass::NotImplementedError => "NotImplementedError",
            ExceptionClass::OSError => "OSError",
            ExceptionClass::OverflowError => "OverflowError",
            ExceptionClass::RecursionError => "RecursionError",
            ExceptionClass::TypeError => "TypeError",
            ExceptionClass::UnboundLocalError => "UnboundLocalError",
            ExceptionClass::ValueError => "ValueError",
            ExceptionClass::ZeroDivisionError => "ZeroDivisionError",
        }
    }
}

/// A frame that an exception passed through.
#[derive(Clone, Copy, Debug)]
pub struct TracebackEntry {
    /// What the frame ran.
    pub code: CodeRef,
    /// The index of the instruction that raised, or that called what raised.
    pub pc: u32,
}

/// An exception on its way. One word, so that results stay small.
#[derive(Debug)]
pub struct Error(Box<Exception>);

/// The contents of an [`Error`].
#[derive(Debug)]
pub struct Exception {
    /// What kind of exception it is.
    pub class: ExceptionClass,
    /// What went wrong, as `str` of the exception prints it.
    pub message: String,
    /// The name that a NameError is about.
    pub name: Option<Box<str>>,
    /// The frames it passed through, innermost first.
    pub traceback: Vec<TracebackEntry>,
}

impl Error {
    /// An exception that no frame has seen yet.
    #[cold]
    pub fn new(class: ExceptionClass, message: impl Into<String>) -> Error {
        Error(Box::new(Exception {
            class,
            message: message.into(),
            name: None,
            traceback: Vec::new(),
        }))
    }

    /// The NameError for a name that is not defined.
    #[cold]
    pub fn undefined(name: &str) -> Error {
        let message = format!("name '{name}' is not defined");
        let mut error = Error::new(ExceptionClass::NameError, message);
        error.0.name = Some(name.into());
        error
    }

    /// A TypeError.
    #[cold]
    pub fn type_error(message: impl Into<String>) -> Error {
        Error::new(ExceptionClass::TypeError, message)
    }

    /// A ValueError.
    #[cold]
    pub fn value_error(message: impl Into<String>) -> Error {
        Error::new(ExceptionClass::ValueError, message)
    }

    /// An OverflowError.
    #[cold]
    pub fn overflow(message: impl Into<String>) -> Error {
        Error::new(ExceptionClass::OverflowError, message)
    }

    /// An IndexError.
    #[cold]
    pub fn index_error(message: impl Into<String>) -> Error {
        Error::new(ExceptionClass::IndexError, message)
    }

    /// A ZeroDivisionError.
    #[cold]
    pub fn zero_division(message: impl Into<String>) -> Error {
        Error::new(ExceptionClass::ZeroDivisionError, message)
    }

    /// A RecursionError, which says where it met the limit.
    #[cold]
    pub fn recursion(place: &str) -> Error {
        let message = format!("maximum recursion depth exceeded{place}");
        Error::new(ExceptionClass::RecursionError, message)
    }

    /// A MemoryError.
    #[cold]
    pub fn memory() -> Error {
        Error::new(ExceptionClass::MemoryError, "")
    }

    /// Class, message and traceback.
    pub fn exception(&self) -> &Exception {
        &self.0
    }

    /// Notes that the exception leaves a frame.
    pub fn add_frame(&mut self, code: CodeRef, pc: u32) {
        self.0.traceback.push(TracebackEntry { code, pc });
    }
}

impl From<OutOfMemory> for Error {
    fn from(_: OutOfMemory) -> Error {
        Error::memory()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.class.name())?;
        if !self.0.message.is_empty() {
            write!(f, ": {}", self.0.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
