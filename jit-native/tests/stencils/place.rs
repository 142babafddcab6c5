//! The code of one trial: copies of stencils one after the other, as a compiled region.

use crate::patch::{Fill, copy};
use crate::trial::AFTER;
use jit_native::compiled::{Compiled, Fixup};
use stencils::library::*;
use stencils::table::UopTable;

/// Code that is being put together.
pub struct Place<'a> {
    /// Where the stencils come from.
    pub library: &'a Library,
    moves: &'a Moves,
    code: Vec<u8>,
    fixups: Vec<Fixup>,
}

impl<'a> Place<'a> {
    /// No code.
    pub fn new(library: &'a Library, moves: &'a Moves) -> Self {
        Place {
            library,
            moves,
            code: Vec::new(),
            fixups: Vec::new(),
        }
    }

    /// The place of what comes next.
    pub fn here(&self) -> usize {
        self.code.len()
    }

    /// Adds a copy of a stencil.
    pub fn copy(&mut self, stencil: StencilId, fill: &Fill) {
        let stencil = &self.library.stencils[stencil.0 as usize];
        copy(
            self.library,
            stencil,
            fill,
            &mut self.code,
            &mut self.fixups,
        );
    }

    /// Loads a register from a word of the context.
    pub fn load(&mut self, reg: Reg, word: usize) {
        let id = self.moves.load[usize::from(reg.0 >= self.library.registers.int_count)];
        self.copy(
            id,
            &Fill {
                result: Some(reg),
                immediates: &[word as i64 * 8],
                ..Fill::default()
            },
        );
    }

    /// Stores all registers into the context, and leaves with exit 0 or 1.
    pub fn leave(&mut self, exit: u32) {
        for n in 0..self.library.registers.registers.len() {
            let id = self.moves.store[usize::from(n >= self.library.registers.int_count as usize)];
            let (inputs, immediates) = ([Reg(n as u8)], [(AFTER + n) as i64 * 8]);
            self.copy(
                id,
                &Fill {
                    inputs: &inputs,
                    immediates: &immediates,
                    ..Fill::default()
                },
            );
        }
        let fill = Fill {
            immediates: &[0, i64::from(exit)],
            slot: Some(exit),
            ..Fill::default()
        };
        self.copy(self.library.glue.exit, &fill);
    }

    /// A jump forward that is filled in by [`Place::land`].
    pub fn jump(&mut self) -> usize {
        let at = self.here();
        self.copy(
            self.library.glue.jump,
            &Fill {
                exit: at,
                ..Fill::default()
            },
        );
        at
    }

    /// Makes a jump come out here.
    pub fn land(&mut self, jump: usize) {
        let (rest, fixups) = (self.code.split_off(jump), std::mem::take(&mut self.fixups));
        self.copy(
            self.library.glue.jump,
            &Fill {
                exit: jump + rest.len(),
                ..Fill::default()
            },
        );
        let jump_length = self.code.len() - jump;
        self.code.extend(&rest[jump_length..]);
        self.fixups = fixups;
    }

    /// All of it, with two exits.
    pub fn finish(self) -> Compiled {
        let (arch, code, fixups) = (self.library.arch, self.code, self.fixups);
        Compiled {
            arch,
            code,
            first_exit: 0,
            exits: 2,
            fixups,
            alignment: 1,
            spill_words: 0,
        }
    }
}

/// The stencils that move a register from and to a word of the context.
pub struct Moves {
    load: [StencilId; 2],
    store: [StencilId; 2],
}

impl Moves {
    /// Those of a library.
    pub fn of(library: &Library) -> Moves {
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
