//! Bytecode: the instruction set, code objects, and the compiler that makes them from a syntax tree.
//!
//! It never runs anything. Start reading at [`op`], then [`code`], then [`compiler`].

pub mod code;
pub mod compiler;
pub mod disassemble;
pub mod instruction;
pub mod op;
mod verify;

pub use code::{Code, CodeRef, Globals, GlobalsRef, Span};
pub use compiler::compile;
pub use disassemble::disassemble;
pub use instruction::Instruction;
pub use op::{BinaryOp, CompareOp, Op};
