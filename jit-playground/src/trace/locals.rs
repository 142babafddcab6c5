//! What is known of a function's locals at each instruction, from its bytecode alone: which are **live** (read before
//! they are written again) and which are surely **bound** (assigned on every way to here).
//!
//! An exit writes back live locals only, and a read of a bound local needs no check. Both are plain bit-vector
//! dataflow problems, solved once per code object that is traced. It never looks at a running program. Start reading
//! at [`LocalFacts::new`].

use crate::bytecode::{Code, Op};

/// One set of locals for each instruction.
#[derive(Debug)]
struct Sets {
    words: usize,
    bits: Vec<u64>,
}

impl Sets {
    fn new(instructions: usize, locals: usize, fill: u64) -> Sets {
        let words = locals.div_ceil(64);
        Sets {
            words,
            bits: vec![fill; words * instructions],
        }
    }

    fn contains(&self, pc: u32, local: u32) -> bool {
        let word = self
            .bits
            .get(pc as usize * self.words + local as usize / 64);
        word.is_some_and(|word| word >> (local % 64) & 1 == 1)
    }

    fn row(&self, pc: usize) -> &[u64] {
        &self.bits[pc * self.words..(pc + 1) * self.words]
    }

    /// Replaces a row; returns whether it changed.
    fn replace(&mut self, pc: usize, row: &[u64]) -> bool {
        let old = &mut self.bits[pc * self.words..(pc + 1) * self.words];
        let changed = old != row;
        old.copy_from_slice(row);
        changed
    }
}

/// What is known of a code object's locals before each of its instructions.
#[derive(Debug)]
pub struct LocalFacts {
    live: Sets,
    bound: Sets,
}

impl LocalFacts {
    /// Analyses a code object. Takes time in proportion to instructions times locals.
    pub fn new(code: &Code) -> LocalFacts {
        LocalFacts {
            live: live(code),
            bound: bound(code),
        }
    }

    /// Whether a local may be read after `pc`, or by it, before it is written.
    pub fn is_live(&self, pc: u32, local: u32) -> bool {
        self.live.contains(pc, local)
    }

    /// Whether a local is assigned on every way to `pc`.
    pub fn is_bound(&self, pc: u32, local: u32) -> bool {
        self.bound.contains(pc, local)
    }
}

/// The instructions that may follow the one at `pc`: the next, the target of a jump.
fn successors(code: &Code, pc: usize) -> [Option<usize>; 2] {
    let Some(instruction) = code.get(pc as u32) else {
        return [None; 2];
    };
    let target = instruction.op.is_jump().then_some(instruction.arg as usize);
    let next = match instruction.op {
        Op::JumpForward | Op::JumpBackward | Op::ReturnValue => None,
        _ => Some(pc + 1),
    };
    [next, target]
}

fn live(code: &Code) -> Sets {
    let (count, locals) = (code.len(), code.locals().len());
    let mut sets = Sets::new(count, locals, 0);
    let mut row = vec![0; sets.words];
    let mut changed = sets.words > 0;
    while changed {
        changed = false;
        for pc in (0..count).rev() {
            row.fill(0);
            for successor in successors(code, pc).into_iter().flatten() {
                if successor < count {
                    let after = sets.row(successor);
                    row.iter_mut()
                        .zip(after)
                        .for_each(|(word, after)| *word |= after);
                }
            }
            if let Some(instruction) = code.get(pc as u32) {
                let local = instruction.arg as usize;
                match instruction.op {
                    Op::StoreFast => row[local / 64] &= !(1 << (local % 64)),
                    Op::LoadFast => row[local / 64] |= 1 << (local % 64),
                    _ => {}
                }
            }
            changed |= sets.replace(pc, &row);
        }
    }
    sets
}

fn bound(code: &Code) -> Sets {
    let (count, locals) = (code.len(), code.locals().len());
    let mut sets = Sets::new(count, locals, u64::MAX);
    if sets.words == 0 || count == 0 {
        return sets;
    }
    let mut row = vec![0; sets.words];
    for local in 0..code.parameter_count() as usize {
        row[local / 64] |= 1 << (local % 64);
    }
    sets.replace(0, &row);
    let mut changed = true;
    while changed {
        changed = false;
        for pc in 0..count {
            row.copy_from_slice(sets.row(pc));
            if let Some(instruction) = code.get(pc as u32)
                && matches!(instruction.op, Op::StoreFast | Op::LoadFast)
            {
                // A read that did not raise found the local bound.
                let local = instruction.arg as usize;
                row[local / 64] |= 1 << (local % 64);
            }
            for successor in successors(code, pc).into_iter().flatten() {
                if successor < count {
                    let met: Vec<u64> = sets
                        .row(successor)
                        .iter()
                        .zip(&row)
                        .map(|(a, b)| a & b)
                        .collect();
                    changed |= sets.replace(successor, &met);
                }
            }
        }
    }
    sets
}
