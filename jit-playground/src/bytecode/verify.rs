//! The verifier: proves that a draft cannot lead the interpreter out of its frame.
//!
//! It follows every path through the instructions with the operand depth alone. What it proves: every index is in
//! range; every jump goes to an instruction; no path falls off the end; the depth before an instruction is the same on
//! all paths and never below what the instruction pops. It says nothing about types. Start reading at [`verify`].

use std::fmt;

use super::code::Draft;
use super::instruction::Instruction;
use super::op::{BinaryOp, CompareOp, FORMAT_WITH_SPEC, Op};

/// Slots a frame has beyond the greatest depth before any instruction: what an instruction pushes while it runs.
pub const HEADROOM: u32 = 3;

/// Why a draft is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The instruction.
    pub pc: usize,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "instruction {}: {}", self.pc, self.reason)
    }
}

impl std::error::Error for Malformed {}

/// What an instruction does to the operand stack.
struct Effect {
    pops: u32,
    pushes: u32,
    /// The change of depth when it jumps, if it can.
    jump: Option<i64>,
    /// Whether the next instruction can follow it.
    falls_through: bool,
}

/// Verifies a draft of a module with so many globals; gives the operand depth before each instruction.
pub fn verify(draft: &Draft, globals: usize) -> Result<Box<[u32]>, Malformed> {
    let count = draft.instructions.len();
    let fail = |pc, reason| Err(Malformed { pc, reason });
    if draft.spans.len() != count {
        return fail(0, "not every instruction has a span");
    }
    if draft.parameter_count as usize > draft.locals.len() {
        return fail(0, "more parameters than locals");
    }
    let mut depths: Vec<Option<u32>> = vec![None; count];
    let mut pending = vec![(0, 0)];
    while let Some((pc, depth)) = pending.pop() {
        let Some(slot) = depths.get_mut(pc) else {
            return fail(pc, "control leaves the code");
        };
        match *slot {
            Some(known) if known == depth => continue,
            Some(_) => return fail(pc, "the operand depth differs between two paths"),
            None => *slot = Some(depth),
        }
        let instruction = draft.instructions[pc];
        check_argument(draft, globals, pc, instruction)?;
        let effect = effect(instruction);
        if depth < effect.pops {
            return fail(pc, "too few operands");
        }
        if let Some(change) = effect.jump {
            let target = instruction.arg as usize;
            if (instruction.op == Op::JumpBackward) != (target <= pc) {
                return fail(pc, "a jump in the wrong direction");
            }
            match u32::try_from(i64::from(depth) + change) {
                Ok(after) => pending.push((target, after)),
                Err(_) => return fail(pc, "too few operands to jump"),
            }
        }
        if effect.falls_through {
            pending.push((pc + 1, depth - effect.pops + effect.pushes));
        }
    }
    Ok(depths.into_iter().map(Option::unwrap_or_default).collect())
}

fn check_argument(
    draft: &Draft,
    globals: usize,
    pc: usize,
    instruction: Instruction,
) -> Result<(), Malformed> {
    let arg = instruction.arg as usize;
    let limit = match instruction.op {
        Op::LoadConst | Op::LoadBuiltin => draft.constants.len(),
        Op::LoadFast | Op::StoreFast => draft.locals.len(),
        Op::LoadGlobal | Op::StoreGlobal => globals,
        Op::LoadMethod | Op::LoadAttr | Op::ImportName | Op::ImportFrom => draft.names.len(),
        Op::MakeFunction => draft.children.len(),
        Op::BinaryOp => return operator(pc, BinaryOp::from_arg(instruction.arg).is_some()),
        Op::CompareOp => return operator(pc, CompareOp::from_arg(instruction.arg).is_some()),
        Op::Copy | Op::Swap if arg == 0 => 0,
        _ => return Ok(()),
    };
    if arg < limit {
        return Ok(());
    }
    let reason = "the argument is out of range";
    Err(Malformed { pc, reason })
}

fn operator(pc: usize, known: bool) -> Result<(), Malformed> {
    let reason = "there is no such operator";
    if known {
        Ok(())
    } else {
        Err(Malformed { pc, reason })
    }
}

fn effect(instruction: Instruction) -> Effect {
    let arg = instruction.arg;
    let next = |pops, pushes| Effect {
        pops,
        pushes,
        jump: None,
        falls_through: true,
    };
    let branch = |pops, pushes, jump, falls_through| Effect {
        pops,
        pushes,
        jump: Some(jump),
        falls_through,
    };
    match instruction.op.general() {
        Op::Nop => next(0, 0),
        Op::LoadConst | Op::LoadBuiltin | Op::LoadFast | Op::LoadGlobal | Op::ImportName => {
            next(0, 1)
        }
        Op::StoreFast | Op::StoreGlobal | Op::PopTop => next(1, 0),
        Op::Copy => next(arg, arg.saturating_add(1)),
        Op::Swap => next(arg, arg),
        Op::UnaryNegative | Op::UnaryPositive | Op::UnaryNot | Op::UnaryInvert | Op::LoadAttr => {
            next(1, 1)
        }
        Op::BinaryOp | Op::CompareOp | Op::IsOp | Op::ContainsOp | Op::BinarySubscr => next(2, 1),
        Op::StoreSubscr => next(3, 0),
        Op::BuildList | Op::BuildTuple | Op::BuildString => next(arg, 1),
        Op::FormatValue => next(1 + u32::from(arg & FORMAT_WITH_SPEC != 0), 1),
        Op::UnpackSequence => next(1, arg),
        Op::JumpForward | Op::JumpBackward => branch(0, 0, 0, false),
        Op::PopJumpIfFalse | Op::PopJumpIfTrue => branch(1, 0, -1, true),
        Op::JumpIfFalseOrPop | Op::JumpIfTrueOrPop => branch(1, 0, 0, true),
        Op::GetIter => next(1, 3),
        Op::ForIter => branch(3, 4, -3, true),
        Op::Call => next(arg.saturating_add(1), 1),
        Op::CallKw | Op::CallMethod => next(arg.saturating_add(2), 1),
        Op::LoadMethod => next(1, 2),
        Op::ImportFrom => next(1, 2),
        Op::MakeFunction => next(u32::from(instruction.cache), 1),
        _ => Effect {
            pops: 1,
            pushes: 0,
            jump: None,
            falls_through: false,
        },
    }
}
