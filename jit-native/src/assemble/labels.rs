//! Labels and the branches to them.
//!
//! A branch is noted when its stencil is copied and filled at the end. On AArch64 the conditional branches of hot code are watched:
//! before the oldest one that is still open gets out of reach, an island is due: a jump of long reach for each open branch,
//! which is filled with the jump's place and is open no more. Islands are rare (none below 1 MiB of code), so nothing is
//! done to share their jumps beyond neighbours with one target.

use super::emit::Emitter;
use super::recipe::{ConstantPlace, HoleRecipe, Recipe};
use super::{Input, MAX_REGION_BYTES};
use crate::allocate::output::OpExit;
use crate::compile::CompileError;
use crate::compiled::{Fixup, FixupTarget};
use crate::faults::{Fault, planted};
use crate::patch::PatchError;
use stencils::library::{Arch, HoleKind};

/// A place in the code: sites by their number (so that the exit of an op is a label as it stands), then blocks, then
/// `otherwise` edges by their block, then others.
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
    open: usize,
    /// Whether watched branches may be too short.
    short: bool,
    /// Whether those of any kind may be: in tests.
    all_short: bool,
    reach: u32,
    /// What is kept between an island and the last moment for it.
    pub(super) slack: u32,
}

impl Labels {
    /// Starts a region.
    pub(super) fn start(&mut self, input: Input<'_>, reach: Option<u32>) {
        self.blocks = input.region.blocks.len() as u32;
        self.sites = input.allocation.sites.len() as u32;
        let labels = self.sites + 2 * self.blocks;
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

    /// Whether a site's stub has its place already.
    pub(super) fn is_bound(&self, label: Label) -> bool {
        self.places[label.0 as usize] != UNBOUND
    }

    /// Notes a jump of the stencil that begins at `start`.
    pub(super) fn refer(&mut self, start: u32, hole: HoleRecipe, to: Label) {
        self.branches.push(Branch { start, to, hole });
    }

    /// Notes the first branch of a stencil of hot code, if it has any; it goes to the label of this site unless it is
    /// [redirected](Labels::redirect).
    #[inline(always)]
    pub(super) fn watch(&mut self, start: u32, recipe: &Recipe, exit: OpExit) {
        if self.open == self.watched.len() {
            self.grow();
        }
        // Written in any case, since that is cheaper than to ask.
        let (to, hole) = (Label(exit.0), recipe.exit);
        self.watched[self.open] = Branch { start, to, hole };
        self.open += usize::from(recipe.exits != 0);
    }

    /// Notes a further branch of a stencil of hot code.
    pub(super) fn watch_another(&mut self, start: u32, hole: HoleRecipe, exit: OpExit) {
        if self.open == self.watched.len() {
            self.grow();
        }
        let to = Label(exit.0);
        self.watched[self.open] = Branch { start, to, hole };
        self.open += 1;
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self) {
        let nothing = Branch {
            start: 0,
            to: Label(0),
            hole: HoleRecipe::NONE,
        };
        self.watched.resize(2 * self.open + 256, nothing);
    }

    /// How many branches are open.
    #[inline]
    pub(super) fn open(&self) -> usize {
        self.open
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

    /// How far the code may grow before an island is due, when it is this long now and every further branch takes
    /// [`Waiting::JUMP`] bytes off; at most the limit of a region.
    #[inline]
    pub(super) fn deadline(&self, position: u32) -> i64 {
        if !self.short {
            return MAX_REGION_BYTES.into();
        }
        let oldest = match &self.watched[..self.open] {
            [] => position,
            [oldest, ..] => oldest.start,
        };
        let room = self.open as i64 * Waiting::JUMP + i64::from(self.slack);
        (i64::from(oldest) + i64::from(self.reach) - room).min(MAX_REGION_BYTES.into())
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
        for branch in self.branches.iter().chain(&self.watched[..self.open]) {
            fill(emitter, branch, self.places[branch.to.0 as usize])?;
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
    /// Bytes that are set aside for each open branch: see [`Labels::deadline`].
    pub(super) const JUMP: i64 = JUMP as i64;

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
