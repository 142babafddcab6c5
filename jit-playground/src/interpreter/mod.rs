//! The bytecode interpreter: frames, dispatch, calls, tracebacks.
//!
//! All state of a running program is in the frame records and the value stack of the [`Vm`]: nothing is kept in
//! Rust's own variables from one instruction to the next that cannot be rebuilt from there. So execution can leave
//! the interpreter and come back at any instruction, which is what trace recording and machine code do. Calls of
//! functions written in the language do not recurse in Rust.
//!
//! Start reading at [`vm`], then [`dispatch`].

pub mod call;
mod dispatch;
pub mod frame;
pub mod hook;
mod operations;
mod outlined;
mod registers;
pub mod stack;
mod suggestion;
mod traceback;
pub mod vm;

pub use dispatch::{Exit, run};
pub use frame::Frame;
pub use hook::{Control, Hook, NoHook};
pub use stack::ValueStack;
pub use vm::{LoadError, Vm};
