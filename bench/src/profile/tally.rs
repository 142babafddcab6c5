//! What ran, counted: the patterns that the engine chose, and the uops that it left apart though one uses the other's result.
//!
//! A program's counts are scaled so that it ran a million uops: so a long one is no more than a short one. Start at
//! [`Tally::add`].

use std::collections::BTreeMap;

use anyhow::Result;
use jit_native::region::{BlockId, Region, Span, Terminator, UopId, ValueDef, ValueId};
use stencils::library::Arch;
use stencils::table::{UopKind, UopTable};

use super::corpus::Program;
use crate::engines::mimeo::Mimeo;

/// What each program is scaled to, in uops.
const SCALE: u64 = 1_000_000;

/// What could be a super-stencil.
pub struct Candidate {
    /// The uops, as a term of the list of pairs: `_` for a register, `#` for a constant.
    pub term: String,
    /// How often they ran.
    pub count: u64,
}

/// The counts of one architecture.
pub struct Tally {
    mimeo: Mimeo,
    patterns: Vec<u64>,
    candidates: BTreeMap<String, u64>,
    neighbours: BTreeMap<String, u64>,
}

impl Tally {
    /// No counts yet.
    ///
    /// # Errors
    /// When the architecture's library is not usable.
    pub fn new(arch: Arch) -> Result<Tally> {
        let mut mimeo = Mimeo::new(arch, true)?;
        // What ran was optimised before.
        mimeo.compiler.options.optimise = None;
        let patterns = vec![0; mimeo.compiler.machine().library().patterns.len()];
        Ok(Tally {
            mimeo,
            patterns,
            candidates: BTreeMap::new(),
            neighbours: BTreeMap::new(),
        })
    }

    /// The architecture.
    pub fn arch(&self) -> Arch {
        self.mimeo.compiler.machine().library().arch
    }

    /// How often each pattern of the library ran.
    pub fn patterns(&self) -> &[u64] {
        &self.patterns
    }

    /// Uops that run together and have no stencil, those that ran most first.
    pub fn candidates(&self) -> Vec<Candidate> {
        sorted(&self.candidates)
    }

    /// Uops that run one after the other, the second without the first one's result.
    pub fn neighbours(&self) -> Vec<Candidate> {
        sorted(&self.neighbours)
    }

    /// Adds what a program ran.
    ///
    /// # Errors
    /// When the engine refuses a region.
    pub fn add(&mut self, program: &Program) -> Result<()> {
        let total = program.executed().max(1);
        let mut patterns = vec![0; self.patterns.len()];
        let (mut candidates, mut neighbours) = (BTreeMap::new(), BTreeMap::new());
        for (region, entered) in &program.regions {
            self.mimeo.compile(region)?;
            let tiles = self.tiles(region, entered, &mut patterns);
            let graph = Graph::new(region, &tiles);
            for (block, &count) in entered.iter().enumerate().filter(|(_, count)| **count > 0) {
                graph.candidates(block, count, &mut candidates);
                graph.neighbours(block, count, &mut neighbours);
            }
        }
        let scaled =
            |count: u64| (u128::from(count) * u128::from(SCALE)).div_ceil(total.into()) as u64;
        for (sum, count) in self.patterns.iter_mut().zip(patterns) {
            *sum += scaled(count);
        }
        let lists = [
            (&mut self.candidates, candidates),
            (&mut self.neighbours, neighbours),
        ];
        for (sums, counts) in lists {
            for (term, count) in counts {
                *sums.entry(term).or_default() += scaled(count);
            }
        }
        Ok(())
    }

    /// Counts the patterns of the region compiled last; gives the number of the tile that runs each uop and, behind these, each
    /// block's branch.
    fn tiles(&self, region: &Region, entered: &[u64], patterns: &mut [u64]) -> Vec<usize> {
        let selection = self.mimeo.compiler.selection();
        let mut tile_of = vec![usize::MAX; region.uops.len() + region.blocks.len()];
        for (block, span) in selection.blocks.iter().enumerate() {
            for (number, tile) in selection.standing(block) {
                patterns[tile.pattern.0 as usize] += entered[block];
                let members = selection.members(tile).map(|uop| uop.index());
                let branch = region.uops.len() + block;
                // A branch's guard has no number of its own, and is the last.
                let last = (number + 1 == span.range().end).then_some(branch);
                members.chain(last).for_each(|uop| tile_of[uop] = number);
            }
        }
        tile_of
    }
}

fn sorted(counts: &BTreeMap<String, u64>) -> Vec<Candidate> {
    let mut all: Vec<Candidate> = counts
        .iter()
        .map(|(term, &count)| Candidate {
            term: term.clone(),
            count,
        })
        .collect();
    all.sort_by_key(|candidate| std::cmp::Reverse(candidate.count));
    all
}

/// A region's uops with the tiles that run them.
struct Graph<'a> {
    region: &'a Region,
    tile_of: &'a [usize],
    /// By value: how often it is used, by uops, edges and exits.
    uses: Vec<u32>,
}

/// One uop or a branch's guard.
#[derive(Clone, Copy)]
struct Place {
    kind: UopKind,
    args: Span,
    /// In the list of tiles.
    number: usize,
}

impl<'a> Graph<'a> {
    fn new(region: &'a Region, tile_of: &'a [usize]) -> Graph<'a> {
        let mut uses = vec![0; region.values.len()];
        let snapshots = region.snapshots.iter().map(|entry| entry.value);
        for value in region.args.iter().copied().chain(snapshots) {
            uses[value.index()] += 1;
        }
        Graph {
            region,
            tile_of,
            uses,
        }
    }

    /// The uops of a block, and its branch.
    fn places(&self, block: usize) -> Vec<Place> {
        let data = &self.region.blocks[block];
        let uops = data.uops.range().map(|number| {
            let uop = self.region.uops[number];
            Place {
                kind: uop.kind,
                args: uop.args,
                number,
            }
        });
        let number = self.region.uops.len() + block;
        let branch = match data.terminator {
            Terminator::Branch { guard, args, .. } => Some(Place {
                kind: guard,
                args,
                number,
            }),
            _ => None,
        };
        uops.chain(branch).collect()
    }

    /// Notes every uop of a block with one operand's uop that has no other use and is in another tile, and that one's likewise.
    fn candidates(&self, block: usize, count: u64, into: &mut BTreeMap<String, u64>) {
        for place in self.places(block) {
            for term in self.terms(place, block, 2) {
                *into.entry(term).or_default() += count;
            }
        }
    }

    fn terms(&self, place: Place, block: usize, depth: usize) -> Vec<String> {
        let args = self.region.args(place.args);
        let mut found = Vec::new();
        for (at, &arg) in args.iter().enumerate() {
            let Some(child) = self
                .child(arg, block)
                .filter(|child| self.apart(place, *child))
            else {
                continue;
            };
            let mut inner = vec![self.text(child, None)];
            if depth > 1 {
                inner.extend(self.terms(child, block, depth - 1));
            }
            found.extend(
                inner
                    .into_iter()
                    .map(|inner| self.text(place, Some((at, inner)))),
            );
        }
        found
    }

    fn apart(&self, a: Place, b: Place) -> bool {
        self.tile_of[a.number] != self.tile_of[b.number]
    }

    /// The uop of the same block whose result this is, when nothing else uses it.
    fn child(&self, value: ValueId, block: usize) -> Option<Place> {
        let ValueDef::Uop(uop) = self.region.def(value) else {
            return None;
        };
        let own = self.region.block_of(uop) == BlockId(block as u32);
        (own && self.uses[value.index()] == 1).then(|| self.place(uop))
    }

    fn place(&self, uop: UopId) -> Place {
        let data = self.region.uops[uop.index()];
        Place {
            kind: data.kind,
            args: data.args,
            number: uop.index(),
        }
    }

    /// A uop as a term, with one operand's text.
    fn text(&self, place: Place, inner: Option<(usize, String)>) -> String {
        let operand = |(at, &arg): (usize, &ValueId)| match &inner {
            Some((which, text)) if *which == at => text.clone(),
            _ if self.region.constant(arg).is_some() => "#".to_owned(),
            _ => "_".to_owned(),
        };
        let args = self.region.args(place.args).iter().enumerate();
        let args: Vec<String> = args.map(operand).collect();
        format!(
            "{}({})",
            UopTable::stock()[place.kind].name,
            args.join(", ")
        )
    }

    /// Notes the uops of a block that follow each other, in different tiles and without the one's result being an operand of
    /// the other.
    fn neighbours(&self, block: usize, count: u64, into: &mut BTreeMap<String, u64>) {
        for pair in self.places(block).windows(2) {
            let [first, second] = pair else { continue };
            let result = self.region.uops[first.number].result.get();
            let connected = self
                .region
                .args(second.args)
                .iter()
                .any(|arg| Some(*arg) == result);
            if !connected && self.apart(*first, *second) {
                let names = [first, second].map(|place| UopTable::stock()[place.kind].name);
                *into.entry(names.join("; ")).or_default() += count;
            }
        }
    }
}
