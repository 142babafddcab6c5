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
    facts: Vec<Facts>,
    /// By the pattern's start plus the set.
    stencils: Vec<u32>,
    /// By the pattern's start plus a set of inputs: the best one of them to share the result's register with, alone.
    best: Vec<Sharing>,
    /// By stencil: cost, clobbered registers.
    costs: Vec<u16>,
    clobbers: Vec<u32>,
}

/// One pattern's part of the table.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    /// The stencil that keeps the inputs: every pattern has one.
    pub keeping: StencilId,
    start: u32,
    /// The inputs that some stencil lets share the result's register, as a set.
    pub reusable: u8,
    /// Whether the stencil that keeps the inputs destroys registers besides its result's.
    pub clobbers: bool,
    inputs: u8,
}

/// An input that the result may share its register with.
#[derive(Clone, Copy, Debug)]
pub struct Sharing {
    /// Which input.
    pub input: u8,
    stencil: u32,
}

impl Sharing {
    /// The stencil that does it.
    #[inline]
    pub fn stencil(self) -> Option<StencilId> {
        (self.stencil != NONE).then_some(StencilId(self.stencil))
    }
}

impl VariantTable {
    /// The table of a library.
    ///
    /// # Errors
    /// When a stencil names no pattern or input, or a pattern has no stencil for the empty set.
    pub fn new(library: &Library) -> Result<VariantTable, MachineError> {
        let mut all = Vec::with_capacity(library.patterns.len());
        let mut size = 0u32;
        for pattern in &library.patterns {
            all.push(Facts {
                keeping: StencilId(0),
                start: size,
                reusable: 0,
                clobbers: false,
                inputs: pattern.inputs.len() as u8,
            });
            size += 1 << pattern.inputs.len();
        }
        let mut stencils = vec![NONE; size as usize];
        for (number, stencil) in library.stencils.iter().enumerate() {
            let fail = |fault| Err(malformed("stencil", number, fault));
            let Some(facts) = all.get_mut(stencil.pattern.0 as usize) else {
                return fail("it names no pattern");
            };
            if u32::from(stencil.reuse) >> facts.inputs != 0 {
                return fail("it reuses an input that its pattern has not");
            }
            let pattern = &library.patterns[stencil.pattern.0 as usize];
            let mut inputs = pattern.inputs.iter().enumerate();
            if inputs.any(|(i, ty)| stencil.reuse >> i & 1 != 0 && Some(*ty) != pattern.result) {
                return fail("its result shares the register of an input of another type");
            }
            facts.reusable |= stencil.reuse;
            let place = &mut stencils[facts.start as usize + stencil.reuse as usize];
            if *place == NONE || library.stencils[*place as usize].cost > stencil.cost {
                *place = number as u32;
            }
        }
        for (number, facts) in all.iter_mut().enumerate() {
            let keeping = stencils[facts.start as usize];
            let Some(stencil) = library.stencils.get(keeping as usize) else {
                return Err(malformed(
                    "pattern",
                    number,
                    "it has no stencil that keeps its inputs",
                ));
            };
            facts.keeping = StencilId(keeping);
            facts.clobbers = stencil.clobbers != 0;
        }
        let cost = |stencil: u32| library.stencils[stencil as usize].cost;
        let best = all.iter().flat_map(|facts| {
            let alone = |input: u8| Sharing {
                input,
                stencil: stencils[facts.start as usize + (1 << input)],
            };
            (0u32..1 << facts.inputs).map(move |set| {
                let inputs = (0..facts.inputs).filter(|input| set >> input & 1 != 0);
                let sharing = inputs.map(alone).filter(|s| s.stencil != NONE);
                sharing.min_by_key(|s| cost(s.stencil)).unwrap_or(Sharing {
                    input: 0,
                    stencil: NONE,
                })
            })
        });
        Ok(VariantTable {
            best: best.collect(),
            facts: all,
            stencils,
            costs: library.stencils.iter().map(|s| s.cost).collect(),
            clobbers: library.stencils.iter().map(|s| s.clobbers).collect(),
        })
    }

    /// What is known of a pattern.
    #[inline]
    pub fn facts(&self, pattern: PatternId) -> &Facts {
        &self.facts[pattern.0 as usize]
    }

    /// The stencil of a pattern whose result shares its register with exactly these inputs.
    #[inline]
    pub fn find(&self, facts: &Facts, reuse: u8) -> Option<StencilId> {
        let stencil = self.stencils[facts.start as usize + reuse as usize];
        (stencil != NONE).then_some(StencilId(stencil))
    }

    /// The best of some inputs, in registers of their own, for the result to share the register of.
    #[inline]
    pub fn best(&self, facts: &Facts, inputs: u8) -> Sharing {
        self.best[facts.start as usize + inputs as usize]
    }

    /// The stencil of a pattern that keeps its inputs: every pattern has one.
    #[inline]
    pub fn keeping(&self, pattern: PatternId) -> StencilId {
        self.facts(pattern).keeping
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
