//! Register allocation: a linear scan over the tiles in layout order, forward, with the last use of every value known
//! from a pass before.
//!
//! - [`liveness`] finds last uses, and what loops carry; [`hints`], which register a value would like.
//! - [`walk`] goes forward and gives every operand a register, [`tile`] by tile, from those that [`registers`] finds free;
//!   [`edges`] makes the states at both ends of every edge meet.
//! - [`pressure`] decides who goes when no register is free, by the [`next`] uses, which nobody looks for before.
//! - [`slots`] numbers the spill slots, if there are any; [`undo`] says what exits compute instead of being kept for them.
//! - [`checker`] proves, independently, that every operand of the result holds what it should.
//!
//! Start with [`Allocator::run`]. In a loop whose values fit in the registers, nothing is spilled, and nothing is moved
//! but what the loop itself passes on to a value that is still needed. Allocation never fails: whatever does not fit is spilled.

pub mod checker;
mod edges;
mod hints;
pub mod liveness;
pub mod loops;
pub(crate) mod machinery;
mod moves;
mod next;
pub mod output;
mod pressure;
mod registers;
pub(crate) mod slots;
mod tile;
pub mod undo;
mod walk;

use crate::machine::Machine;
use crate::region::Region;
use crate::select::tile::Selection;
use liveness::Liveness;
use loops::Loop;
use output::Allocation;
use registers::Registers;
use slots::{Finish, Slots};
use walk::{WalkScratch, Walker};

/// The scratch memory of allocation, reused from region to region.
#[derive(Debug, Default)]
pub struct Allocator {
    live: Liveness,
    regs: Registers,
    walk: WalkScratch,
    slots: Slots,
}

impl Allocator {
    /// The loops of the region that was given registers last, by header.
    pub fn loops(&self) -> &[Loop] {
        &self.live.loops.list
    }

    /// Gives the tiles of a verified region registers. Adds the immediates of copies, spills and constants to the
    /// selection's.
    pub fn run(
        &mut self,
        machine: &Machine,
        region: &Region,
        selection: &mut Selection,
        out: &mut Allocation,
    ) {
        out.clear();
        self.live.run(machine, region, selection);
        self.regs.occupied = 0;
        self.regs.touched = 0;
        self.regs.inside = loops::NO_LOOP;
        self.regs.classes = machine.classes;
        self.regs.preserved = machine.preserved();
        self.regs.next.known = false;
        self.regs.any_spilled = false;
        self.walk.moves.used_aside = false;
        Walker {
            machine,
            region,
            tiles: &selection.tiles,
            blocks: &selection.blocks,
            inputs: &selection.inputs,
            imms: &mut selection.imms,
            live: &mut self.live,
            regs: &mut self.regs,
            scratch: &mut self.walk,
            out,
        }
        .run();
        let aside = self.walk.moves.used_aside;
        if self.regs.any_spilled || aside {
            let mut work = Finish {
                machine,
                region,
                selection,
                live: &self.live,
                aside,
            };
            self.slots.finish(&mut work, out);
        }
    }
}
