//! The reference interpreter: runs a region with the uops' own functions. The oracle of everything: whatever machine
//! code does, it does what this does.
//!
//! It never looks at what a uop means: it takes operands from values, calls [`UopDef::interpret`], and follows the
//! region's edges and exits. Start with [`Interpreter::run`].
//!
//! [`UopDef::interpret`]: stencils::table::UopDef::interpret

use crate::region::{BlockId, Edge, ExitId, Region, Span, Terminator, UopId, ValueDef};
use stencils::operand::Exit;
use stencils::table::{UopKind, UopTable};

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It left by this exit, whose snapshot has been written to the frame.
    Left(ExitId),
    /// The step budget was used up. The frame is as the uops left it; no snapshot was written.
    OutOfSteps,
}

/// What a run does, step by step, for those who watch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A block begins; its parameters' bits.
    Enter {
        /// The block.
        block: BlockId,
        /// The bits of its parameters.
        params: &'a [u64],
    },
    /// A uop ran.
    Uop {
        /// The uop.
        uop: UopId,
        /// The bits of its operands.
        args: &'a [u64],
        /// The bits of its result (0 when it has none), or that it leaves the region.
        result: Result<u64, Exit>,
    },
    /// A branch was decided.
    Branch {
        /// The block that ends in it.
        block: BlockId,
        /// The bits of the guard's operands.
        args: &'a [u64],
        /// Whether the guard held.
        held: bool,
    },
    /// The region is left; the snapshot has been written.
    Leave(ExitId),
}

/// Runs regions. Holds nothing between runs but memory.
#[derive(Debug)]
pub struct Interpreter<'t> {
    table: &'t UopTable,
    values: Vec<u64>,
    args: Vec<u64>,
}

impl<'t> Interpreter<'t> {
    /// An interpreter of regions over these uops.
    pub fn new(table: &'t UopTable) -> Self {
        Interpreter {
            table,
            values: Vec::new(),
            args: Vec::new(),
        }
    }

    /// Runs a verified region until it leaves, or until `budget` steps (uops and block ends) are done.
    ///
    /// # Panics
    /// When the region would not pass [`crate::region::verify`].
    ///
    /// # Safety
    /// `frame` must be valid for every frame word that the region's uops and snapshots name, `context` for the words
    /// that its calls and its uops use (17 for the stock uops), every address that it loads from or stores to must be
    /// valid for that, and every function that it calls must be sound to call with what it is given.
    pub unsafe fn run(
        &mut self,
        region: &Region,
        frame: *mut u64,
        context: *mut u64,
        budget: u64,
    ) -> Outcome {
        // SAFETY: the caller's promise is the one that is asked for.
        unsafe { self.watch(region, frame, context, budget, |_| {}) }
    }

    /// [`Interpreter::run`], telling each step.
    ///
    /// # Panics
    /// When the region would not pass [`crate::region::verify`].
    ///
    /// # Safety
    /// As for [`Interpreter::run`].
    pub unsafe fn watch(
        &mut self,
        region: &Region,
        frame: *mut u64,
        context: *mut u64,
        budget: u64,
        mut watcher: impl FnMut(Step<'_>),
    ) -> Outcome {
        self.values.clear();
        self.values
            .extend(region.values().map(|value| match region.def(value) {
                ValueDef::Const(bits) => bits,
                _ => 0,
            }));
        let mut left = budget;
        let mut at = BlockId(0);
        let exit = loop {
            let block = &region.blocks[at.index()];
            self.load(region.block_params(at));
            watcher(Step::Enter {
                block: at,
                params: &self.args,
            });
            // The block's end is a step as well, so that an empty loop ends too.
            if left <= u64::from(block.uops.len) {
                return Outcome::OutOfSteps;
            }
            left -= u64::from(block.uops.len) + 1;
            let mut failed = None;
            for n in block.uops.range() {
                let uop = &region.uops[n];
                // SAFETY: the caller vouches for all that the uop touches.
                let result = unsafe { self.step(region, uop.kind, uop.args, frame, context) };
                watcher(Step::Uop {
                    uop: UopId(n as u32),
                    args: &self.args,
                    result,
                });
                match (result, uop.result.get()) {
                    (Ok(bits), Some(value)) => self.values[value.index()] = bits,
                    (Ok(_), None) => {}
                    (Err(Exit), _) => {
                        failed = uop.exit.get();
                        break;
                    }
                }
            }
            if let Some(exit) = failed {
                break exit;
            }
            let edge = match block.terminator {
                Terminator::Leave(exit) => break exit,
                Terminator::Jump(edge) => edge,
                Terminator::Branch {
                    guard,
                    args,
                    then,
                    otherwise,
                } => {
                    // SAFETY: the caller vouches for all that the guard touches.
                    let held = unsafe { self.step(region, guard, args, frame, context) }.is_ok();
                    watcher(Step::Branch {
                        block: at,
                        args: &self.args,
                        held,
                    });
                    if held { then } else { otherwise }
                }
            };
            at = self.follow(region, edge);
        };
        for entry in region.snapshot(exit) {
            // SAFETY: the caller vouches for the frame words of snapshots.
            unsafe { *frame.add(entry.slot as usize) = self.values[entry.value.index()] };
        }
        watcher(Step::Leave(exit));
        Outcome::Left(exit)
    }

    /// Runs one uop; its operands' bits stay in `self.args`.
    ///
    /// # Safety
    /// What the uop reads, writes and calls must be valid for it.
    unsafe fn step(
        &mut self,
        region: &Region,
        kind: UopKind,
        args: Span,
        frame: *mut u64,
        context: *mut u64,
    ) -> Result<u64, Exit> {
        self.load(region.args(args));
        let interpret = self.table[kind].interpret;
        // SAFETY: the caller vouches for what the uop touches, and the verifier for its operands.
        unsafe { interpret(frame, context, &self.args) }
    }

    /// Puts the bits of values into `self.args`.
    fn load(&mut self, values: &[crate::region::ValueId]) {
        self.args.clear();
        self.args
            .extend(values.iter().map(|value| self.values[value.index()]));
    }

    /// Gives the target's parameters their values, all at once.
    fn follow(&mut self, region: &Region, edge: Edge) -> BlockId {
        self.load(region.args(edge.args));
        for (param, &bits) in region.block_params(edge.target).iter().zip(&self.args) {
            self.values[param.index()] = bits;
        }
        edge.target
    }
}
