//! Tracing: hot paths are recorded, translated to regions of the engine, and run.
//!
//! | step | where |
//! |---|---|
//! | when to record, what to run | [`tracer`] |
//! | follow the interpreter, write down uops | [`record`] |
//! | the uops and what a recording is | [`uop`], [`recording`] |
//! | from uops to a region | [`lower`] |
//! | run a region | [`engine`](self), [`helpers`] |
//!
//! Nothing here changes what a program means: a trace does what the interpreter would do, or leaves to it before the
//! instruction that it cannot do. Start reading at [`tracer`].

pub mod abort;
pub mod compile;
mod engine;
pub mod fragment;
pub mod heads;
pub mod helpers;
pub mod limits;
pub mod locals;
pub mod lower;
pub mod record;
pub mod recording;
pub mod roots;
pub mod stats;
pub mod tracer;
pub mod uop;
pub mod watch;

pub use abort::Abort;
pub use engine::NoMachine;
pub use stats::Stats;
pub use tracer::{Options, Tracer};
