//! Labels and the branches to them.
//!
//! A branch is noted when its stencil is copied and filled at the end. On AArch64 the conditional branches of hot code are watched:
//! before the oldest one that is still open gets out of reach, an island is due: a jump of long reach for each open branch,
//! which is filled with the jump's place and is open no more. Islands are rare (none below 1 MiB of code), so nothing is
//! done to share their jumps beyond neighbours with one target.

use super::emit::Emitter;
use super::recipe::{ConstantPlace, HoleRecipe, PIECE};
use super::{Input, MAX_REGION_BYTES};
use crate::allocate::output::OpExit;
use crate::compile::CompileError;
use crate::compiled::{Fixup, FixupTarget};
use crate::faults::{Fault, planted};
use crate::patch::PatchError;
use crate::region::ExitId;
use stencils::library::{Arch, HoleKind};

/// A place in the code: sites by their number (so that the exit of an op is a label as it stands), then blocks, then
/// `otherwise` edges by their block, then the common ends of exits' stubs, then others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label(u32);

/// A branch to a label.
#[derive(Clone, Copy, Debug)]
struct Branch {
    /// Where its stencil begins.
    start: u32,
    to: Label,
    hole: HoleRecipe,
}

const UNBOUND: u32 = u32::MAX;
/// What an AArch64 conditional branch reaches.
const A64_REACH: u32 = 1 << 20;
/// More than one stencil, a stub's store and a jump take.
const SLACK: u32 = 2 * super::recipe::MAX_CODE as u32;
/// More than the jump of an island takes.
const JUMP: u32 = 16;

/// All labels and branches of a region.
#[derive(Debug, Default)]
pub(super) struct Labels {
    places: Vec<u32>,
    sites: u32,
    blocks: u32,
    /// Branches that can reach everything, or that have been found to reach their labels.
    branches: Vec<Branch>,
    /// The open branches of hot code, oldest first: this many, and room behind them.
    watched: Vec<Branch>,
    pub(super) open: usize,
    /// Whether watched branches may be too short.
    short: bool,
    /// Whether those of any kind may be: in tests.
    all_short: bool,
    reach: u32,
    /// What is kept between an island and the last moment for it.
    slack: u32,
}

impl Labels {
    /// Starts a region.
    pub(super) fn start(&mut self, input: Input<'_>, reach: Option<u32>) {
        self.blocks = input.region.blocks.len() as u32;
        self.sites = input.allocation.sites.len() as u32;
        let labels = self.sites + 2 * self.blocks + input.region.exits.len() as u32;
        self.places.clear();
        self.places.resize(labels as usize, UNBOUND);
        self.branches.clear();
        self.open = 0;
        self.all_short = reach.is_some();
        self.short = self.all_short || input.machine.arch() == Arch::Aarch64;
        self.reach = reach.unwrap_or(A64_REACH);
        self.slack = SLACK.min(self.reach / 2);
    }

    /// The label of a site's stub.
    #[inline]
    pub(super) fn site(&self, site: u32) -> Label {
        Label(site)
    }

    /// The label of a block.
    #[inline]
    pub(super) fn block(&self, block: u32) -> Label {
        Label(self.sites + block)
    }

    /// The label of what a block's `otherwise` edge does on the way.
    #[inline]
    pub(super) fn otherwise(&self, block: u32) -> Label {
        Label(self.sites + self.blocks + block)
    }

    /// The label of what the stubs of an exit share.
    #[inline]
    pub(super) fn end(&self, exit: ExitId) -> Label {
        Label(self.sites + 2 * self.blocks + exit.0)
    }

    /// A label of its own.
    pub(super) fn fresh(&mut self) -> Label {
        self.places.push(UNBOUND);
        Label(self.places.len() as u32 - 1)
    }

    /// Says where a label is.
    #[inline]
    pub(super) fn bind(&mut self, label: Label, at: u32) {
        self.places[label.0 as usize] = at;
    }

    /// Whether something has its place already.
    #[inline]
    pub(super) fn is_bound(&self, label: Label) -> bool {
        self.places[label.0 as usize] != UNBOUND
    }

    /// Notes a jump of the stencil that begins at `start`.
    #[inline]
    pub(super) fn refer(&mut self, start: u32, hole: HoleRecipe, to: Label) {
        self.branches.push(Branch { start, to, hole });
    }

    /// Takes the branches of hot code: of at most so many ops, each its first.
    #[inline]
    pub(super) fn watch(&mut self, ops: usize) -> Watch<'_> {
        if self.watched.len() < self.open + ops {
            self.grow(ops);
        }
        Watch {
            watched: &mut self.watched,
            open: self.open,
        }
    }

    /// Notes a further branch of a stencil of hot code.
    pub(super) fn watch_another(&mut self, start: u32, hole: HoleRecipe, exit: OpExit) {
        if self.watched.len() <= self.open {
            self.grow(1);
        }
        let to = Label(exit.0);
        self.watched[self.open] = Branch { start, to, hole };
        self.open += 1;
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize) {
        let nothing = Branch {
            start: 0,
            to: Label(0),
            hole: HoleRecipe::NONE,
        };
        self.watched.resize(2 * self.open + more + 256, nothing);
    }

    /// Makes the open branches from this one on go elsewhere: all of them, or those of the block's `otherwise` edge.
    pub(super) fn redirect(&mut self, from: usize, to: Label, all: bool) {
        for branch in self.watched[from..self.open].iter_mut().rev() {
            if !all && branch.to.0 != OpExit::OTHERWISE.0 {
                break;
            }
            branch.to = to;
        }
    }

    /// How far the code may grow before an island is due, when it is this long now and no further branch is watched; at
    /// most the limit of a region.
    #[inline]
    pub(super) fn deadline(&self, position: u32) -> u32 {
        if !self.short {
            return MAX_REGION_BYTES;
        }
        let oldest = match &self.watched[..self.open] {
            [] => position,
            [oldest, ..] => oldest.start,
        };
        let room = (self.open as u32).saturating_mul(JUMP) + self.slack;
        oldest
            .saturating_add(self.reach)
            .saturating_sub(room)
            .min(MAX_REGION_BYTES)
    }

    /// How many ops may be copied before somebody asks again for the deadline, and how many bytes to set aside for their
    /// branches meanwhile.
    #[inline]
    pub(super) fn batch(&self, most_exits: u32) -> (usize, u32) {
        if !self.short {
            return (usize::MAX, 0);
        }
        let each = JUMP * most_exits.max(1);
        let ops = (self.slack / 2 / each).max(1);
        (ops as usize, ops * each)
    }

    /// How many stores of a stub may be copied before somebody asks again for the deadline.
    #[inline]
    pub(super) fn stores_at_once(&self) -> usize {
        if self.short {
            (self.slack as usize / (2 * PIECE)).max(1)
        } else {
            usize::MAX
        }
    }

    /// Takes the open branches that their labels' places are no answer to; the others can wait.
    pub(super) fn take_open(&mut self) -> Vec<OpenBranch> {
        let mut left = Vec::new();
        for branch in &self.watched[..self.open] {
            let place = self.places[branch.to.0 as usize];
            let near = planted(Fault::IslandsAreLate)
                || !(self.all_short || branch.hole.kind == HoleKind::A64Branch19)
                || place != UNBOUND && branch.start.abs_diff(place) < self.reach - self.slack;
            if near {
                self.branches.push(*branch);
            } else {
                left.push(OpenBranch(*branch));
            }
        }
        self.open = 0;
        left
    }

    /// Fills an open branch with a place nearby, where a jump to its label will stand.
    ///
    /// # Errors
    /// When that is out of reach all the same.
    pub(super) fn fill_open(
        &mut self,
        emitter: &mut Emitter,
        open: &OpenBranch,
        place: u32,
    ) -> Result<Label, PatchError> {
        fill(emitter, &open.0, place)?;
        Ok(open.0.to)
    }

    /// Whether any branch may be too short to reach its label.
    pub(super) fn any_short(&self) -> bool {
        self.short && self.open != 0
    }

    /// Fills all branches.
    pub(super) fn fill_all(&mut self, emitter: &mut Emitter) -> Result<(), CompileError> {
        for list in [&self.branches[..], &self.watched[..self.open]] {
            for branch in list {
                fill(emitter, branch, self.places[branch.to.0 as usize])?;
            }
        }
        Ok(())
    }

    /// Refuses code that is too large.
    pub(super) fn check_limit(&self, size: u32) -> Result<(), CompileError> {
        if size > MAX_REGION_BYTES {
            return Err(CompileError::Limit {
                what: "bytes of code",
                limit: MAX_REGION_BYTES as usize,
            });
        }
        Ok(())
    }
}

/// Notes branches while ops are copied; whoever does says in the end how many [there are](Labels::open).
pub(super) struct Watch<'a> {
    watched: &'a mut [Branch],
    pub(super) open: usize,
}

impl Watch<'_> {
    /// Notes a branch of the stencil that begins at `start`; it goes to the label of this site unless it is
    /// [redirected](Labels::redirect).
    #[inline(always)]
    pub(super) fn note(&mut self, start: u32, hole: HoleRecipe, exit: OpExit) {
        let to = Label(exit.0);
        self.watched[self.open] = Branch { start, to, hole };
        self.open += 1;
    }
}

/// A branch of short reach whose label has no place, or one that is too far.
#[derive(Clone, Copy, Debug)]
pub(super) struct OpenBranch(Branch);

impl OpenBranch {
    /// Where it goes.
    pub(super) fn label(&self) -> Label {
        self.0.to
    }
}

#[inline]
fn fill(emitter: &mut Emitter, branch: &Branch, place: u32) -> Result<(), PatchError> {
    let addend = if planted(Fault::BranchAddendLost) {
        0
    } else {
        i64::from(branch.hole.addend)
    };
    let at = branch.start as usize + usize::from(branch.hole.offset);
    emitter.fill(at, branch.hole.kind, i64::from(place) + addend)
}

/// Takes the holes that cannot be filled while code is copied.
pub(super) struct Waiting<'a> {
    pub(super) labels: &'a mut Labels,
    pub(super) fixups: &'a mut Vec<Fixup>,
}

impl Waiting<'_> {
    /// A hole at this offset of the code that an address in the library's constants fills.
    pub(super) fn constant(&mut self, at: u32, kind: HoleKind, place: ConstantPlace) {
        let on = 8 * u32::from(planted(Fault::ConstantOffset));
        self.fixups.push(Fixup {
            offset: at,
            kind,
            addend: place.addend,
            target: FixupTarget::Constant(place.offset + on),
        });
    }
}
