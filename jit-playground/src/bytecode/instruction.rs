//! One instruction: eight bytes of operation, cache and argument.

use super::op::Op;

/// How often a back edge is taken before its loop is hot.
pub const HOT_LOOP_THRESHOLD: u16 = 56;

/// An instruction. All are of one size, so the index of an instruction is its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Instruction {
    /// What to do.
    pub op: Op,
    /// How often the interpreter may still try to specialise this instruction.
    pub tries: u8,
    /// The counter of `JUMP_BACKWARD`, the flags of `MAKE_FUNCTION`, the cached method of `LOAD_METHOD`; else unused.
    pub cache: u16,
    /// What to do it with; see each [`Op`].
    pub arg: u32,
}

const _: () = assert!(size_of::<Instruction>() == 8);

/// After so many specialisations that did not last an instruction stays general.
const SPECIALISATION_TRIES: u8 = 8;

impl Instruction {
    /// An instruction that has not run yet.
    pub fn new(op: Op, arg: u32) -> Instruction {
        Instruction {
            op,
            tries: SPECIALISATION_TRIES,
            cache: if op == Op::JumpBackward {
                HOT_LOOP_THRESHOLD
            } else {
                0
            },
            arg,
        }
    }

    /// The instruction as the compiler made it, without what the interpreter has learnt.
    pub fn general(self) -> Instruction {
        Instruction {
            op: self.op.general(),
            ..self
        }
    }
}
