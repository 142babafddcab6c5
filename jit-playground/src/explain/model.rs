//! The data of an explanation: plain records that serialise to JSON. The command prints them, the page shows them.
//!
//! Everything is by number: a byte belongs to a piece, a piece to uops, a uop to a recorded uop, that to an instruction,
//! and an instruction has a place in the source text.

use serde::{Deserialize, Serialize};

/// The version of this format.
pub const VERSION: u32 = 3;

/// Everything about one run of a program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// [`VERSION`].
    pub version: u32,
    /// The program's name.
    pub file: String,
    /// The architecture that the machine code is for.
    pub arch: String,
    /// The bodies of the module and of its functions.
    pub codes: Vec<Body>,
    /// The traces, in the order in which they were compiled.
    pub traces: Vec<Trace>,
    /// The recordings that were given up.
    pub aborted: Vec<Aborted>,
    /// What occurs in the bytecode and the traces, by name: instructions, recorded uops, and the engine's uops.
    pub glossary: Vec<Word>,
}

/// An instruction or a uop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// Its name.
    pub name: String,
    /// Its documentation.
    pub text: String,
}

/// A stretch of source text; lines and columns count from 1, columns in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is what its name says")]
pub struct Text {
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
}

/// The bytecode of one body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// Its name; `<module>` for the module's.
    pub name: String,
    /// Its instructions.
    pub instructions: Vec<Instruction>,
}

/// One instruction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Instruction {
    /// Its number.
    pub pc: u32,
    /// Operation and argument.
    pub text: String,
    /// What the interpreter has learnt about it and keeps inside it.
    pub cache: Option<String>,
    /// How often the interpreter ran it; runs inside traces are not among these.
    pub runs: u64,
    /// Where it comes from.
    pub source: Text,
}

/// A place in the bytecode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Which of [`Explanation::codes`].
    pub code: u32,
    /// Which instruction.
    pub pc: u32,
    /// The line that it comes from.
    pub line: u32,
}

/// One trace with all its stages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// Its number.
    pub id: u32,
    /// What it is, in words.
    pub title: String,
    /// The trace and the exit that it goes on from.
    pub parent: Option<ExitName>,
    /// Where it begins.
    pub start: Place,
    /// How it ends, in words.
    pub end: String,
    /// The recording.
    pub recorded: Vec<Recorded>,
    /// The region as it was translated.
    pub lowered: Region,
    /// The region after optimising.
    pub optimised: Region,
    /// The exits of the optimised region.
    pub exits: Vec<Exit>,
    /// Its first run, if it ran.
    pub run: Option<Run>,
    /// The machine code; absent when the engine has refused the region.
    pub code: Option<Code>,
}

/// An exit of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExitName {
    /// The trace.
    pub trace: u32,
    /// Its exit.
    pub exit: u32,
}

/// A recording that was given up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aborted {
    /// What it was for, in words.
    pub title: String,
    /// The reason, as statistics name it.
    pub reason: String,
    /// The reason, in words.
    pub explanation: String,
    /// Where it began.
    pub start: Place,
    /// Where it was given up.
    pub end: Place,
    /// What there was of it.
    pub recorded: Vec<Recorded>,
}

/// A uop of a recording.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// Name and operands.
    pub text: String,
    /// The instruction.
    pub at: Place,
    /// How many calls were open inside the trace.
    pub depth: u32,
    /// What variables and operands of the interpreter had changed when it came here; all that there is, at the first one.
    pub before: Vec<Held>,
}

/// Something with what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// A variable, a place on the operand stack, or a value of a region.
    pub name: String,
    /// What it holds; nothing when it is no more.
    pub value: Option<String>,
}

/// The first run of a trace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// What the frame held when it began.
    pub frame: Vec<Held>,
    /// What happened, in order.
    pub steps: Vec<Step>,
    /// Whether that is all; of a long run only the beginning is kept.
    pub whole: bool,
}

/// A step of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// `block` (it begins), `uop`, `branch` (at the end of a block) or `leave`.
    pub kind: String,
    /// The number of the block, the uop of the optimised region, the block, or the exit.
    pub id: u32,
    /// Whether the uop went on, or the branch's guard held.
    pub held: bool,
    /// The values of the region that are new: parameters, or a result.
    pub values: Vec<Held>,
    /// What was written to the frame.
    pub frame: Vec<Held>,
}

/// How an exit was first taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Replay {
    /// The uop of the optimised region that failed, if it was one.
    pub uop: Option<u32>,
    /// The uop, or the branch, as text; empty when the trace simply ended.
    pub guard: String,
    /// Its operands.
    pub operands: Vec<Held>,
    /// The variables that got a value back, and which.
    pub frame: Vec<Held>,
}

/// What a step of a run does in machine code.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The pieces that run, by their places among the pieces. None for a uop that a later stencil runs as well.
    pub pieces: Vec<u32>,
    /// The registers that change, in order.
    pub registers: Vec<Register>,
}

/// A register that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Register {
    /// Its name; `word n` for a word of the context that something was spilled to.
    pub name: String,
    /// The value of the region that it holds now; empty for a constant.
    pub holds: String,
    /// The number; nothing when it is lost.
    pub value: Option<String>,
}

/// A region as rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// Its blocks.
    pub blocks: Vec<Block>,
}

/// A block of a region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Its name and parameters.
    pub head: String,
    /// Its uops.
    pub uops: Vec<Uop>,
    /// How it ends.
    pub end: String,
}

/// A uop of a region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Uop {
    /// Its number in the region.
    pub id: u32,
    /// The uop as text.
    pub text: String,
    /// Which uop of the recording it comes from.
    pub recorded: u32,
    /// The exit through which it may leave.
    pub exit: Option<u32>,
    /// In the region as it was translated: what the optimiser did to it.
    pub fate: Option<Fate>,
    /// In the optimised region: which uop it was.
    pub was: Option<u32>,
}

/// What the optimiser did to a uop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fate {
    /// `kept`, `changed`, `hoisted` or `removed`.
    pub what: String,
    /// The rule that did it.
    pub rule: Option<String>,
    /// The rule in a sentence.
    pub explanation: Option<String>,
    /// The uop that it is now.
    pub now: Option<u32>,
}

/// An exit of a region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exit {
    /// Its number.
    pub id: u32,
    /// Why it is there.
    pub kind: String,
    /// Where the interpreter goes on.
    pub resume: Place,
    /// The functions whose frames are begun, outermost first.
    pub frames: Vec<String>,
    /// What is written to the frame.
    pub snapshot: Vec<Restored>,
    /// The trace that it leads to.
    pub leads_to: Option<u32>,
    /// How often it was taken back to the VM.
    pub taken: u64,
    /// How often it was taken to go on in the trace that it leads to.
    pub followed: u64,
    /// How it was taken the first time.
    pub replay: Option<Replay>,
}

/// A word that an exit writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// The variable, or the place on the operand stack.
    pub variable: String,
    /// `tag` or `payload`.
    pub word: String,
    /// What is written.
    pub value: String,
}

/// Machine code with its provenance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Code {
    /// All bytes, in hexadecimal.
    pub bytes: String,
    /// The pieces that it was copied from, in order.
    pub pieces: Vec<Piece>,
    /// The disassembly.
    pub lines: Vec<Line>,
    /// How many stencils were copied.
    pub stencils: u32,
    /// How many of them cover several uops.
    pub super_stencils: u32,
    /// How many words are spilled.
    pub spill_words: u32,
    /// What each step of the trace's first run does here.
    pub states: Vec<State>,
}

/// One stencil that was copied, or the code of an exit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Piece {
    /// Byte offset.
    pub at: u32,
    /// Number of bytes.
    pub len: u32,
    /// `uop`, `copy`, `edge`, `exit`, `jump`, `align` or `island`.
    pub role: String,
    /// The stencil with its registers and immediates.
    pub text: String,
    /// The stencil's own bytes, before register numbers and holes were filled in, in hexadecimal; empty for the code of exits.
    pub before: String,
    /// The uops of the optimised region that it runs.
    pub uops: Vec<u32>,
    /// The exit whose code it is.
    pub exit: Option<u32>,
    /// Whether it is a super-stencil.
    pub fused: bool,
    /// What it costs to run, in quarters of a cycle, estimated.
    pub cost: u32,
    /// For a stencil that was selected: out of what.
    pub choice: Option<Choice>,
    /// Its holes.
    pub holes: Vec<Hole>,
}

/// What selection chose for a uop and all that hangs below it, and what else fitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Where: `u` and the number of the last uop, or `b` and the number of the block whose branch it is.
    pub place: String,
    /// Whether it was chosen from outside instead of for its cost.
    pub forced: bool,
    /// The pattern that was chosen.
    pub chosen: Fitting,
    /// The others that fitted, the cheapest first. Patterns that look alike, for narrower and wider constants, count as one.
    pub rejected: Vec<Fitting>,
}

/// A pattern that fits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fitting {
    /// Its uops within each other: letters are values in registers, `#` constants.
    pub pattern: String,
    /// What the whole tree costs with it, in quarters of a cycle.
    pub cost: u32,
}

/// A place in a piece that was filled when it was copied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hole {
    /// Byte offset in the code.
    pub at: u32,
    /// Number of bytes.
    pub len: u32,
    /// How it is filled.
    pub kind: String,
    /// What is written: `v` is the value, `p` the address of the hole.
    pub formula: String,
    /// With what.
    pub value: String,
}

/// One instruction of machine code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Byte offset.
    pub at: u32,
    /// Number of bytes.
    pub len: u32,
    /// The instruction as text.
    pub text: String,
}
