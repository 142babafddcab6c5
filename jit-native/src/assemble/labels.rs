//! Labels and the branches to them.
//!
//! A branch is noted when its stencil is copied and filled at the end. Branches of short reach are watched: before the
//! oldest one that is still open gets out of reach, an island is due: a jump of long reach for each open branch, which is
//! filled with the jump's place and is open no more. Islands are rare (none below 1 MiB of code), so nothing is done to share their jumps beyond
//! neighbours with one target.

use super::emit::Emitter;
use super::recipe::HoleRecipe;
use super::{Input, MAX_REGION_BYTES};
use crate::compile::CompileError;
use crate::faults::{Fault, planted};
use crate::patch::PatchError;
use stencils::library::HoleKind;

/// A place in the code: blocks, then `otherwise` edges by their block, then sites, then others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label(u32);

/// A branch to a label.
#[derive(Clone, Copy, Debug)]
struct Branch {
    at: u32,
    kind: HoleKind,
    addend: i32,
    to: Label,
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
    blocks: u32,
    branches: Vec<Branch>,
    /// Open branches of short reach, oldest first.
    open: Vec<Branch>,
    reach: u32,
    slack: u32,
    /// Whether a kind of any reach counts as short.
    all_short: bool,
    /// The position before which an island is due.
    pub(super) deadline: u32,
}

impl Labels {
    /// Starts a region.
    pub(super) fn start(&mut self, input: Input<'_>, reach: Option<u32>) {
        self.blocks = input.region.blocks.len() as u32;
        self.places.clear();
        self.places.resize(
            2 * self.blocks as usize + input.allocation.sites.len(),
            UNBOUND,
        );
        self.branches.clear();
        self.open.clear();
        self.reach = reach.unwrap_or(A64_REACH);
        self.slack = SLACK.min(self.reach / 2);
        self.all_short = reach.is_some();
        self.deadline = u32::MAX;
    }

    /// The label of a block.
    #[inline]
    pub(super) fn block(&self, block: u32) -> Label {
        Label(block)
    }

    /// The label of what a block's `otherwise` edge does on the way.
    #[inline]
    pub(super) fn otherwise(&self, block: u32) -> Label {
        Label(self.blocks + block)
    }

    /// The label of a site's stub.
    #[inline]
    pub(super) fn site(&self, site: u32) -> Label {
        Label(2 * self.blocks + site)
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

    /// Notes a branch. `watched` branches get an island if they need one.
    #[inline]
    pub(super) fn refer(&mut self, at: u32, hole: &HoleRecipe, to: Label, watched: bool) {
        let branch = Branch {
            at,
            kind: hole.kind,
            addend: hole.addend,
            to,
        };
        if watched && (hole.kind == HoleKind::A64Branch19 || self.all_short) {
            self.open.push(branch);
            let room = (self.open.len() as u32)
                .saturating_mul(JUMP)
                .saturating_add(self.slack);
            self.deadline = self.open[0]
                .at
                .saturating_add(self.reach)
                .saturating_sub(room);
        } else {
            self.branches.push(branch);
        }
    }

    /// Takes the open branches that their labels' places are no answer to; the others can wait.
    pub(super) fn take_open(&mut self) -> Vec<OpenBranch> {
        self.deadline = u32::MAX;
        let mut left = Vec::new();
        for branch in std::mem::take(&mut self.open) {
            let place = self.places[branch.to.0 as usize];
            let near = planted(Fault::IslandsAreLate)
                || place != UNBOUND && branch.at.abs_diff(place) < self.reach - JUMP;
            if near {
                self.branches.push(branch);
            } else {
                left.push(OpenBranch(branch));
            }
        }
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

    /// Whether any branch of short reach is open.
    pub(super) fn any_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Fills all branches.
    pub(super) fn fill_all(&mut self, emitter: &mut Emitter) -> Result<(), CompileError> {
        for branch in self.branches.iter().chain(&self.open) {
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
        i64::from(branch.addend)
    };
    let value = i64::from(place) + addend;
    emitter.fill(branch.at as usize, branch.kind, value)
}
