//! A Python-subset tracing VM on the Mimeo engine, and the command mimeo.
//!
//! The way of a program: [`syntax`] parses it and refuses what is outside the subset, [`bytecode`] compiles it,
//! [`interpreter`] runs it on the values and operations of [`runtime`].
//!
//! The library never opens files, starts threads or reads clocks: program text comes in as a parameter and output
//! goes to a `Write`. So all of it runs in a web page too.
//!
//! Start reading at [`interpreter::Vm`]; [`session`] puts it all together.

#![deny(unsafe_code)]

pub mod bytecode;
pub mod explain;
pub mod interpreter;
#[cfg(feature = "page")]
pub mod page;
pub mod runtime;
pub mod session;
pub mod syntax;
pub mod trace;
