//! Straight-line code of any length, as a list of steps that every compiler can be given in its own way.
//!
//! Each step changes one of a few variables by itself and by another, so no step is ever dead and none can be folded.
//! Never holds anything that a competitor cannot express: there is a mix for all, and one for those that know integers
//! alone. Start at [`Program::new`].

use jit_native::region::{ExitId, Region, RegionBuilder, ValueId};
use stencils::uops::kind;

/// The most integer variables; they are in the frame from word 1 on.
pub const INTS: usize = 4;

/// The most float variables; they are in the frame from word 5 on.
pub const FLOATS: usize = 4;

/// Shorter programs have half as many variables, so that they are not all loads.
const SHORT: usize = 64;

/// The first frame word that loads and stores of the steps name; each names one of its own.
pub const FIRST_SLOT: usize = 16;

/// What the steps are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mix {
    /// Integer and float arithmetic, constants, loads and stores of the frame, guards: as in a trace.
    Trace,
    /// Additions, subtractions, exclusive ors and multiplications of integer variables, and nothing else.
    Integer,
}

/// One step: `to = to op from`, or what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// An addition of integers.
    Add,
    /// A subtraction of integers.
    Sub,
    /// A multiplication of integers.
    Mul,
    /// An exclusive or.
    Xor,
    /// `to + constant`.
    AddConst(i32),
    /// `to` rotated left by so much.
    Rotate(u8),
    /// An addition of floats.
    AddFloat,
    /// A subtraction of floats.
    SubFloat,
    /// A multiplication of floats.
    MulFloat,
    /// A store of `to` in a frame word.
    Store(usize),
    /// A store of float `to` in a frame word.
    StoreFloat(usize),
    /// Three uops: the integer in a frame word, plus `from` with a guard against overflow, xored into `to`.
    Checked(usize),
    /// A guard that `to` is not this constant.
    Differs(i32),
}

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub op: Op,
    /// The variable that changes.
    pub to: usize,
    /// The other.
    pub from: usize,
}

/// Straight-line code: loads of all variables, the steps, and an exit that stores all variables.
pub struct Program {
    /// What the steps are.
    pub mix: Mix,
    /// Integer variables, at most [`INTS`].
    pub ints: usize,
    /// Float variables, at most [`FLOATS`].
    pub floats: usize,
    /// The steps.
    pub steps: Vec<Step>,
    /// Uops of its region.
    pub uops: usize,
    /// Words of its frame.
    pub words: usize,
}

impl Op {
    fn uops(self) -> usize {
        if matches!(self, Op::Checked(_)) { 3 } else { 1 }
    }
}

impl Program {
    /// A program of at least so many uops, and at most two more.
    pub fn new(mix: Mix, uops: usize) -> Self {
        let ints = if uops < SHORT { INTS / 2 } else { INTS };
        let floats = if mix == Mix::Trace { ints } else { 0 };
        let mut program = Program {
            mix,
            ints,
            floats,
            steps: Vec::new(),
            uops: ints + floats,
            words: FIRST_SLOT,
        };
        while program.uops < uops {
            let n = program.steps.len();
            let op = match mix {
                Mix::Trace => program.trace_op(n),
                Mix::Integer => [Op::Add, Op::Xor, Op::Mul, Op::Sub][n % 4],
            };
            // Every variable in turn, with each of the others in turn.
            let (to, other) = (n % ints, 1 + n / ints % (ints - 1));
            program.steps.push(Step {
                op,
                to,
                from: (to + other) % ints,
            });
            program.uops += op.uops();
        }
        program
    }

    fn trace_op(&mut self, n: usize) -> Op {
        let constant = 1 + (n as i32 * 37) % 4001;
        match n % 13 {
            0 => Op::Add,
            1 => Op::Checked(self.slot()),
            2 => Op::MulFloat,
            3 => Op::Xor,
            4 => Op::AddConst(constant),
            5 => Op::AddFloat,
            6 => Op::Differs(-constant),
            7 => Op::Mul,
            8 => Op::StoreFloat(self.slot()),
            9 => Op::Rotate(1 + (n % 61) as u8),
            10 => Op::SubFloat,
            11 => Op::Store(self.slot()),
            _ => Op::Sub,
        }
    }

    fn slot(&mut self) -> usize {
        self.words += 1;
        self.words - 1
    }

    /// The frame that it starts from.
    pub fn frame(&self) -> Vec<u64> {
        let word = |n: usize| match n {
            1..=INTS => n as u64 * 0x1234_5678_9abc,
            5..=8 => (n as f64 / 8.0).to_bits(),
            _ => n as u64,
        };
        (0..self.words).map(word).collect()
    }

    /// The region.
    pub fn build(&self, b: &mut RegionBuilder<'_>) -> Region {
        let entry = b.block(&[]);
        b.switch_to(entry);
        let mut ints = [ValueId(0); INTS];
        for (n, value) in ints[..self.ints].iter_mut().enumerate() {
            let slot = b.const_i64(8 * (1 + n) as i64);
            *value = b.value(kind::LOAD_FRAME_I64, &[slot]);
        }
        let mut floats = [ValueId(0); FLOATS];
        for (n, value) in floats[..self.floats].iter_mut().enumerate() {
            let slot = b.const_i64(8 * (1 + INTS + n) as i64);
            *value = b.value(kind::LOAD_FRAME_F64, &[slot]);
        }
        for step in &self.steps {
            build_step(b, step, &mut ints, &mut floats);
        }
        let exit = all(b, &ints[..self.ints], &floats[..self.floats]);
        b.leave(exit);
        b.finish()
            .unwrap_or_else(|error| unreachable!("the steps make a good region: {error}"))
    }
}

/// The exit that stores these variables.
fn all(b: &mut RegionBuilder<'_>, ints: &[ValueId], floats: &[ValueId]) -> ExitId {
    let mut snapshot = [(0, ValueId(0)); INTS + FLOATS];
    let ints = (1..).zip(ints);
    let floats = (1 + INTS as u32..).zip(floats);
    let mut count = 0;
    for (entry, (word, &value)) in snapshot.iter_mut().zip(ints.chain(floats)) {
        *entry = (word, value);
        count += 1;
    }
    b.exit(&snapshot[..count])
}

fn build_step(
    b: &mut RegionBuilder<'_>,
    step: &Step,
    ints: &mut [ValueId],
    floats: &mut [ValueId],
) {
    let Step { op, to, from } = *step;
    let slot = |b: &mut RegionBuilder<'_>, word: usize| b.const_i64(8 * word as i64);
    match op {
        Op::Add => ints[to] = b.value(kind::ADD_I64, &[ints[to], ints[from]]),
        Op::Sub => ints[to] = b.value(kind::SUB_I64, &[ints[to], ints[from]]),
        Op::Mul => ints[to] = b.value(kind::MUL_I64, &[ints[to], ints[from]]),
        Op::Xor => ints[to] = b.value(kind::XOR_I64, &[ints[to], ints[from]]),
        Op::AddConst(constant) => {
            let constant = b.const_i64(i64::from(constant));
            ints[to] = b.value(kind::ADD_I64, &[ints[to], constant]);
        }
        Op::Rotate(count) => {
            let count = b.const_i64(i64::from(count));
            ints[to] = b.value(kind::ROTL_I64, &[ints[to], count]);
        }
        Op::AddFloat => floats[to] = b.value(kind::ADD_F64, &[floats[to], floats[from]]),
        Op::SubFloat => floats[to] = b.value(kind::SUB_F64, &[floats[to], floats[from]]),
        Op::MulFloat => floats[to] = b.value(kind::MUL_F64, &[floats[to], floats[from]]),
        Op::Store(word) => {
            let slot = slot(b, word);
            b.uop(kind::STORE_FRAME_I64, &[slot, ints[to]]);
        }
        Op::StoreFloat(word) => {
            let slot = slot(b, word);
            b.uop(kind::STORE_FRAME_F64, &[slot, floats[to]]);
        }
        Op::Checked(word) => {
            let exit = b.exit(&[(1, ints[0]), (2, ints[1])]);
            let slot = slot(b, word);
            let loaded = b.value(kind::LOAD_FRAME_I64, &[slot]);
            let sum = b.value_or_exit(kind::ADD_OVF_I64, &[loaded, ints[from]], exit);
            ints[to] = b.value(kind::XOR_I64, &[ints[to], sum]);
        }
        Op::Differs(constant) => {
            let exit = b.exit(&[(1, ints[0]), (2, ints[1])]);
            let constant = b.const_i64(i64::from(constant));
            b.guard(kind::GUARD_NE, &[ints[to], constant], exit);
        }
    }
}
