//! The patterns of a library, flattened and sorted by the kind of their root, so that selection looks at few of them
//! and can turn most of those down with two bit operations. Built once per library; never changes.
//!
//! Start with [`PatternIndex::candidates`]; a [`Candidate`] is one pattern seen from its root.

use stencils::library::{ImmRange, Library, PatternArg, PatternId};
use stencils::table::UopKind;

/// The most operands of one uop that selection can hold.
pub const MAX_OPERANDS: usize = 8;
/// The most register inputs of one pattern.
pub const MAX_INPUTS: usize = 7;
/// The most uops in one pattern.
pub const MAX_STEPS: usize = 8;

/// One pattern, seen from its root.
#[derive(Clone, Copy, Debug)]
pub struct Candidate {
    /// Which pattern.
    pub pattern: PatternId,
    /// What its cheapest stencil costs, in quarters of a cycle.
    pub cost: u32,
    /// Whether it is one uop that names every input and immediate once: matching it is checking the constants.
    pub simple: bool,
    /// The root's operands that must be constants.
    pub constants: u8,
    /// The root's operands that must be results which only the root uses.
    pub results: u8,
    /// The first of these operands, and the uop that it must be a result of.
    pub child: Option<(u8, UopKind)>,
    /// Its uops, in [`PatternIndex::steps`].
    pub steps_start: u32,
    /// How many there are.
    pub step_count: u8,
    /// The number of register inputs.
    pub input_count: u8,
    /// The number of immediates.
    pub imm_count: u8,
    /// Its immediates' ranges, in [`PatternIndex::ranges`].
    pub ranges_start: u32,
}

/// One uop of a pattern.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Which uop.
    pub kind: UopKind,
    /// The number of operands.
    pub arg_count: u8,
    /// Its operands, in [`PatternIndex::args`].
    pub args_start: u32,
}

/// All patterns of a library, by the kind of their root.
#[derive(Debug)]
pub struct PatternIndex {
    /// By kind: where its candidates start; one more entry at the end.
    starts: Vec<u32>,
    candidates: Vec<Candidate>,
    /// By pattern: its place in `candidates`.
    places: Vec<u32>,
    /// The uops of all patterns.
    pub steps: Vec<Step>,
    /// The operands of all steps.
    pub args: Vec<PatternArg>,
    /// The immediates of all patterns.
    pub ranges: Vec<ImmRange>,
}

impl PatternIndex {
    /// The index of a library for a table of `kinds` kinds. The caller has seen to it that patterns and their parts
    /// are within the limits of this module and that kinds and operands exist.
    pub fn new(library: &Library, kinds: usize) -> PatternIndex {
        let mut index = PatternIndex {
            starts: vec![0; kinds + 1],
            candidates: Vec::with_capacity(library.patterns.len()),
            places: vec![0; library.patterns.len()],
            steps: Vec::new(),
            args: Vec::new(),
            ranges: Vec::new(),
        };
        // By pattern: cost and length of its cheapest stencil.
        let mut costs = vec![(u32::MAX, usize::MAX); library.patterns.len()];
        for stencil in &library.stencils {
            let cost = &mut costs[stencil.pattern.0 as usize];
            *cost = (*cost).min((u32::from(stencil.cost), stencil.code.len()));
        }
        let mut by_root: Vec<(UopKind, Candidate)> = (0..library.patterns.len())
            .map(|p| index.flatten(library, PatternId(p as u32), costs[p].0))
            .collect();
        // Larger patterns first, then cheaper, then shorter ones: of equal costs the first match is taken.
        by_root.sort_by_key(|(kind, c)| {
            let length = costs[c.pattern.0 as usize].1;
            (
                *kind,
                std::cmp::Reverse(c.step_count),
                c.cost,
                length,
                c.pattern,
            )
        });
        for (place, (kind, candidate)) in by_root.into_iter().enumerate() {
            index.starts[kind.0 as usize + 1] = place as u32 + 1;
            index.places[candidate.pattern.0 as usize] = place as u32;
            index.candidates.push(candidate);
        }
        for kind in 1..index.starts.len() {
            index.starts[kind] = index.starts[kind].max(index.starts[kind - 1]);
        }
        index
    }

    fn flatten(&mut self, library: &Library, id: PatternId, cost: u32) -> (UopKind, Candidate) {
        let pattern = &library.patterns[id.0 as usize];
        let mut candidate = Candidate {
            pattern: id,
            cost,
            simple: pattern.uops.len() == 1 && names_each_once(&pattern.uops[0].args),
            constants: 0,
            results: 0,
            child: None,
            steps_start: self.steps.len() as u32,
            step_count: pattern.uops.len() as u8,
            input_count: pattern.inputs.len() as u8,
            imm_count: pattern.immediates.len() as u8,
            ranges_start: self.ranges.len() as u32,
        };
        self.ranges.extend_from_slice(&pattern.immediates);
        for uop in &pattern.uops {
            self.steps.push(Step {
                kind: uop.kind,
                arg_count: uop.args.len() as u8,
                args_start: self.args.len() as u32,
            });
            self.args.extend_from_slice(&uop.args);
        }
        let root = &pattern.uops[pattern.uops.len() - 1];
        for (i, arg) in root.args.iter().enumerate() {
            match arg {
                PatternArg::Imm(_) => candidate.constants |= 1 << i,
                PatternArg::Result(n) => {
                    candidate.results |= 1 << i;
                    let kind = pattern.uops[*n as usize].kind;
                    candidate.child.get_or_insert((i as u8, kind));
                }
                _ => {}
            }
        }
        (root.kind, candidate)
    }

    /// The patterns whose root is of this kind, larger and then cheaper ones first.
    #[inline]
    pub fn candidates(&self, kind: UopKind) -> &[Candidate] {
        let kind = kind.0 as usize;
        &self.candidates[self.starts[kind] as usize..self.starts[kind + 1] as usize]
    }

    /// The patterns of this kind alone, cheaper ones first.
    #[inline]
    pub fn singles(&self, kind: UopKind) -> &[Candidate] {
        let all = self.candidates(kind);
        &all[all.partition_point(|c| c.step_count > 1)..]
    }

    /// One pattern.
    #[inline]
    pub fn candidate(&self, pattern: PatternId) -> &Candidate {
        &self.candidates[self.places[pattern.0 as usize] as usize]
    }

    /// The uops of a pattern, in execution order.
    #[inline]
    pub fn steps(&self, candidate: &Candidate) -> &[Step] {
        let start = candidate.steps_start as usize;
        &self.steps[start..start + candidate.step_count as usize]
    }

    /// The operands of a step.
    #[inline]
    pub fn args(&self, step: &Step) -> &[PatternArg] {
        let start = step.args_start as usize;
        &self.args[start..start + step.arg_count as usize]
    }

    /// Whether the candidate's immediate number `n` takes this constant.
    #[inline]
    pub fn accepts(&self, candidate: &Candidate, n: u8, value: i64) -> bool {
        let range = self.ranges[candidate.ranges_start as usize + n as usize];
        let below = (1i64 << (range.align_log2 & 63)) - 1;
        range.min <= value && value <= range.max && value & below == 0
    }
}

/// Whether no input or immediate is there twice.
fn names_each_once(args: &[PatternArg]) -> bool {
    (1..args.len()).all(|i| !args[..i].contains(&args[i]))
}
