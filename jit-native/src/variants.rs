//! Which stencil of a pattern to take when inputs share the result's register: a table look-up by pattern and set.
//!
//! Built once per library. It knows nothing of registers; the allocator does.

use crate::machine::{MachineError, malformed};
use stencils::library::{Library, PatternId, StencilId};

/// No such stencil.
const NONE: u32 = u32::MAX;

/// All stencils, by pattern and the set of inputs in the result's register.
#[derive(Debug)]
pub struct VariantTable {
    /// By pattern.
    heads: Vec<Head>,
    /// By the pattern's start plus the set.
    stencils: Vec<u32>,
    /// By stencil: cost, clobbered registers.
    costs: Vec<u16>,
    clobbers: Vec<u32>,
}

/// One pattern's part of the table.
#[derive(Clone, Copy, Debug)]
struct Head {
    start: u32,
    /// The inputs that are in any set.
    reusable: u8,
    inputs: u8,
}

impl VariantTable {
    /// The table of a library.
    ///
    /// # Errors
    /// When a stencil names no pattern or input, or a pattern has no stencil for the empty set.
    pub fn new(library: &Library) -> Result<VariantTable, MachineError> {
        let mut heads = Vec::with_capacity(library.patterns.len());
        let mut size = 0u32;
        for pattern in &library.patterns {
            heads.push(Head {
                start: size,
                reusable: 0,
                inputs: pattern.inputs.len() as u8,
            });
            size += 1 << pattern.inputs.len();
        }
        let mut stencils = vec![NONE; size as usize];
        for (number, stencil) in library.stencils.iter().enumerate() {
            let fail = |fault| Err(malformed("stencil", number, fault));
            let Some(head) = heads.get_mut(stencil.pattern.0 as usize) else {
                return fail("it names no pattern");
            };
            if u32::from(stencil.reuse) >> head.inputs != 0 {
                return fail("it reuses an input that its pattern has not");
            }
            head.reusable |= stencil.reuse;
            let place = &mut stencils[head.start as usize + stencil.reuse as usize];
            if *place == NONE || library.stencils[*place as usize].cost > stencil.cost {
                *place = number as u32;
            }
        }
        for (number, head) in heads.iter().enumerate() {
            if stencils[head.start as usize] == NONE {
                return Err(malformed(
                    "pattern",
                    number,
                    "it has no stencil that keeps its inputs",
                ));
            }
        }
        Ok(VariantTable {
            heads,
            stencils,
            costs: library.stencils.iter().map(|s| s.cost).collect(),
            clobbers: library.stencils.iter().map(|s| s.clobbers).collect(),
        })
    }

    /// The stencil of a pattern whose result shares its register with exactly these inputs.
    #[inline]
    pub fn find(&self, pattern: PatternId, reuse: u8) -> Option<StencilId> {
        let head = self.heads[pattern.0 as usize];
        let stencil = self.stencils[head.start as usize + reuse as usize];
        (stencil != NONE).then_some(StencilId(stencil))
    }

    /// The stencil of a pattern that keeps its inputs: every pattern has one.
    #[inline]
    pub fn keeping(&self, pattern: PatternId) -> StencilId {
        StencilId(self.stencils[self.heads[pattern.0 as usize].start as usize])
    }

    /// The inputs of a pattern that some stencil lets share the result's register.
    #[inline]
    pub fn reusable(&self, pattern: PatternId) -> u8 {
        self.heads[pattern.0 as usize].reusable
    }

    /// What a stencil costs, in quarters of a cycle.
    #[inline]
    pub fn cost(&self, stencil: StencilId) -> u16 {
        self.costs[stencil.0 as usize]
    }

    /// The registers that a stencil destroys besides its result's.
    #[inline]
    pub fn clobbers(&self, stencil: StencilId) -> u32 {
        self.clobbers[stencil.0 as usize]
    }
}
