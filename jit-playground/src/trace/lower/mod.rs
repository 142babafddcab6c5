//! From a recording to a region of the engine.
//!
//! The recording is walked with an abstract [`state`]: what is known of each variable. Frame slots are loaded when
//! they are first read, a type is guarded when something depends on it, and what is known is not guarded again.
//!
//! A loop is walked **twice**. The first walk makes the entry block: a peeled first iteration, which loads what it
//! needs and guards its types. The second walk begins in the state that the first one ended in and makes the loop
//! block: there types are known, headers of lists are loaded, and what does not change from one iteration to the next
//! is a value of the entry block. The variables that the trace writes become the parameters of the loop block. This is
//! LuaJIT's way of hoisting (`lj_opt_loop.c`).
//!
//! It never runs anything and never looks at the heap: everything it knows stands in the recording. Start reading at
//! [`Lowerer::lower`].

mod calls;
mod control;
mod exits;
mod facts;
mod loops;
mod numbers;
mod sequences;
mod state;
mod values;

use std::collections::HashMap;
use std::rc::Rc;

use jit_native::region::{ExitId, Region, RegionBuilder, ValueId};
use stencils::table::Type;
use stencils::uops::kind;

pub use exits::{ExitInfo, ExitKind};
use facts::Facts;
use state::{OpenFrame, State};

use super::abort::Abort;
use super::locals::LocalFacts;
use super::recording::{End, Recording};
use crate::bytecode::CodeRef;

/// The addresses that traces embed.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    /// A word that is not zero when a trace should come back to the interpreter soon.
    pub attention: u64,
    /// The first value of the [`Area`](super::helpers::Area).
    pub area: u64,
    /// The function that runs helpers.
    pub helper: u64,
}

/// What the lowering made of a recording.
#[derive(Debug)]
pub struct Lowered {
    /// The region. The origin of each of its uops is the number of the uop of the recording that it came from.
    pub region: Region,
    /// What is known of each exit, by its number.
    pub exits: Vec<ExitInfo>,
}

/// The memory and the tables that lowering keeps from one recording to the next.
#[derive(Debug, Default)]
pub struct Lowerer {
    state: State,
    facts: Facts,
    entries: Vec<(u32, ValueId)>,
    locals: HashMap<CodeRef, Rc<LocalFacts>>,
}

/// One recording on its way.
struct Lowering<'a, 't> {
    builder: &'a mut RegionBuilder<'t>,
    recording: &'a Recording,
    addresses: Addresses,
    state: &'a mut State,
    facts: &'a mut Facts,
    locals: &'a mut HashMap<CodeRef, Rc<LocalFacts>>,
    exits: Vec<ExitInfo>,
    /// Scratch memory for snapshots.
    entries: Vec<(u32, ValueId)>,
    /// The current uop of the recording.
    uop: u32,
    /// The current instruction of the innermost frame.
    pc: u32,
    /// The exit to before the current instruction, once one is needed.
    boundary: Option<ExitId>,
}

impl Lowerer {
    /// Translates a recording.
    ///
    /// # Errors
    /// Why it cannot become a region.
    pub fn lower(
        &mut self,
        builder: &mut RegionBuilder<'_>,
        recording: &Recording,
        addresses: Addresses,
    ) -> Result<Lowered, Abort> {
        self.state.clear();
        self.facts.clear();
        let mut lowering = Lowering {
            builder,
            recording,
            addresses,
            state: &mut self.state,
            facts: &mut self.facts,
            locals: &mut self.locals,
            exits: Vec::new(),
            entries: std::mem::take(&mut self.entries),
            uop: 0,
            pc: recording.pc,
            boundary: None,
        };
        let walked = lowering.run();
        let exits = std::mem::take(&mut lowering.exits);
        self.entries = std::mem::take(&mut lowering.entries);
        let region = builder.finish();
        walked?;
        let region = region.map_err(|_| Abort::Refused)?;
        Ok(Lowered { region, exits })
    }

    /// What is known of the locals of a code object.
    pub fn locals(&mut self, code: CodeRef) -> Rc<LocalFacts> {
        Rc::clone(
            self.locals
                .entry(code)
                .or_insert_with(|| Rc::new(LocalFacts::new(&code))),
        )
    }
}

impl Lowering<'_, '_> {
    fn run(&mut self) -> Result<(), Abort> {
        self.begin();
        self.walk()?;
        match self.recording.end {
            End::Loop => self.close_loop(),
            End::Link => self.leave(ExitKind::Link),
            End::Return => self.leave(ExitKind::Return),
            End::Stop => self.leave(ExitKind::Stop),
        }
    }

    /// Starts the entry block, in the state in which the trace is entered.
    fn begin(&mut self) {
        let start = &self.recording.start;
        let block = self.builder.block(&[]);
        self.builder.switch_to(block);
        for frame in &start.frames {
            self.state.frames.push(OpenFrame {
                code: frame.code,
                base: frame.base,
                return_pc: frame.return_pc,
                inherited: true,
            });
        }
        for &(slot, tag) in &start.known_tags {
            self.state.set_memory_tag(slot, tag);
        }
        let (code, base) = self.frame(self.state.frames.len());
        self.pc = self.recording.pc;
        self.state.sp = base + code.locals().len() as u32 + code.depth(self.pc);
        if !start.is_side {
            self.attention();
        }
    }

    /// Goes back to the interpreter when it is wanted.
    fn attention(&mut self) {
        let exit = self.exit(ExitKind::Attention, self.pc, self.state.sp);
        let address = self.builder.const_i64(self.addresses.attention as i64);
        let offset = self.builder.const_i64(0);
        let word = self.builder.value(kind::LOAD_I64, &[address, offset]);
        self.builder.guard(kind::GUARD_FALSE, &[word], exit);
    }

    /// Translates all uops once.
    fn walk(&mut self) -> Result<(), Abort> {
        let recording = self.recording;
        let mut origin = u32::MAX;
        for (index, recorded) in recording.uops.iter().enumerate() {
            self.uop = index as u32;
            self.builder.origin(self.uop);
            if recorded.origin != origin {
                origin = recorded.origin;
                self.begin_instruction(recording.origins[origin as usize].pc);
            }
            self.translate(&recorded.uop)?;
        }
        self.begin_instruction(recording.end_pc);
        Ok(())
    }

    /// From here on, guards leave to before instruction `pc`.
    fn begin_instruction(&mut self, pc: u32) {
        self.pc = pc;
        self.boundary = None;
    }

    fn leave(&mut self, kind: ExitKind) -> Result<(), Abort> {
        let exit = self.exit(kind, self.recording.end_pc, self.state.sp);
        self.builder.leave(exit);
        Ok(())
    }

    /// Code and base of the frame at a depth; 0 is the outermost.
    fn frame(&self, level: usize) -> (CodeRef, u32) {
        match level.checked_sub(1) {
            Some(index) => {
                let frame = &self.state.frames[index];
                (frame.code, frame.base)
            }
            None => (self.recording.code, 0),
        }
    }

    fn facts_of(&mut self, code: CodeRef) -> Rc<LocalFacts> {
        Rc::clone(
            self.locals
                .entry(code)
                .or_insert_with(|| Rc::new(LocalFacts::new(&code))),
        )
    }

    // What the uops are made with.

    fn value(&mut self, kind: stencils::table::UopKind, args: &[ValueId]) -> ValueId {
        self.builder.value(kind, args)
    }

    /// A uop that leaves to before the current instruction.
    fn value_or_exit(&mut self, kind: stencils::table::UopKind, args: &[ValueId]) -> ValueId {
        let exit = self.boundary();
        self.builder.value_or_exit(kind, args, exit)
    }

    /// A guard that leaves to before the current instruction.
    fn guard(&mut self, kind: stencils::table::UopKind, args: &[ValueId]) {
        let exit = self.boundary();
        self.builder.guard(kind, args, exit);
    }

    fn int(&mut self, value: i64) -> ValueId {
        self.builder.const_i64(value)
    }

    fn type_of(&self, value: ValueId) -> Type {
        self.builder.region().ty(value)
    }
}
