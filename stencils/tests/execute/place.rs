//! Where the code of the trials goes: constants first, then copies of stencils one after the other.

use crate::memory::Code;
use crate::patch::{Fill, copy};
use crate::trial::AFTER;
use memmap2::Mmap;
use stencils::library::*;
use stencils::table::UopTable;

/// Memory that is being filled with code.
pub struct Place<'a> {
    /// Where the stencils come from.
    pub library: &'a Library,
    /// The address of the memory; the constants are there.
    pub base: u64,
    code: Code,
    at: usize,
    /// What the exit's slot holds: the address of the glue's `leave`.
    slot: Box<u64>,
    moves: Moves,
}

impl<'a> Place<'a> {
    /// Room for that many trials.
    pub fn new(library: &'a Library, trials: usize) -> Self {
        let mut code = Code::new(4096 + library.constants.len() + trials * 2048);
        let base = code.address();
        code.bytes()[..library.constants.len()].copy_from_slice(&library.constants);
        let at = library.constants.len();
        let mut place = Place {
            library,
            base,
            code,
            at,
            slot: Box::new(0),
            moves: Moves::of(library),
        };
        *place.slot = base + place.bytes(&library.glue.leave) as u64;
        place
    }

    /// Adds bytes as they are; gives their offset.
    pub fn bytes(&mut self, bytes: &[u8]) -> usize {
        let at = self.at.next_multiple_of(16);
        self.code.bytes()[at..at + bytes.len()].copy_from_slice(bytes);
        self.at = (at + bytes.len()).next_multiple_of(16);
        at
    }

    /// The address of what comes next.
    pub fn address(&self) -> u64 {
        self.base + self.at as u64
    }

    /// Adds a copy of a stencil.
    pub fn copy(&mut self, stencil: StencilId, fill: &Fill) {
        let stencil = &self.library.stencils[stencil.0 as usize];
        self.at = copy(
            self.library,
            stencil,
            fill,
            self.code.bytes(),
            self.base,
            self.at,
        );
    }

    /// Loads a register from a word of the context.
    pub fn load(&mut self, reg: Reg, word: usize) {
        let id = self.moves.load[usize::from(reg.0 >= self.library.registers.int_count)];
        let immediates = [word as i64 * 8];
        self.copy(
            id,
            &Fill {
                inputs: &[],
                result: Some(reg),
                immediates: &immediates,
                exit: 0,
                constants: 0,
            },
        );
    }

    /// Stores all registers into the context, and leaves with a number.
    pub fn leave(&mut self, number: i64) {
        for n in 0..self.library.registers.registers.len() {
            let id = self.moves.store[usize::from(n >= self.library.registers.int_count as usize)];
            let (inputs, immediates) = ([Reg(n as u8)], [(AFTER + n) as i64 * 8]);
            self.copy(
                id,
                &Fill {
                    inputs: &inputs,
                    result: None,
                    immediates: &immediates,
                    exit: 0,
                    constants: 0,
                },
            );
        }
        let immediates = [&raw const *self.slot as i64, number];
        let exit = self.library.glue.exit;
        self.copy(
            exit,
            &Fill {
                inputs: &[],
                result: None,
                immediates: &immediates,
                exit: 0,
                constants: 0,
            },
        );
    }

    /// The executable code, and the slot that it goes through.
    pub fn finish(self) -> (Mmap, Box<u64>) {
        (self.code.publish(), self.slot)
    }
}

/// The stencils that move a register from and to a word of the context.
struct Moves {
    load: [StencilId; 2],
    store: [StencilId; 2],
}

impl Moves {
    fn of(library: &Library) -> Moves {
        let find = |name: &str| {
            let kind = UopTable::stock().find(name).expect("a stock uop");
            let fits = |s: &Stencil| {
                let pattern = &library.patterns[s.pattern.0 as usize];
                let inputs = usize::from(name.starts_with("store"));
                pattern.uops[0].kind == kind
                    && pattern.inputs.len() == inputs
                    && pattern.immediates[0].max > 4096
            };
            StencilId(library.stencils.iter().position(fits).expect("a stencil") as u32)
        };
        Moves {
            load: [find("load_spill_i64"), find("load_spill_f64")],
            store: [find("store_spill_i64"), find("store_spill_f64")],
        }
    }
}
