//! Register allocation: a linear scan over the tiles in layout order, forward, with the next use of every value known
//! from one pass backward.
//!
//! - [`liveness`] walks backward: last uses, next uses, loops, and which register a value would like.
//! - [`walk`] goes forward and gives every operand a register; [`edges`] makes the states at both ends of every
//!   edge meet; [`registers`] chooses.
//! - [`slots`] numbers the spill slots, if there are any; [`undo`] says what exits compute instead of being kept for them.
//! - [`checker`] proves, independently, that every operand of the result holds what it should.
//!
//! Start with [`Allocator::run`]. In a loop whose values fit in the registers, nothing is spilled, and nothing is moved
//! but what the loop itself passes on to a value that is still needed. Allocation never fails: whatever does not fit is spilled.

pub mod checker;
mod edges;
pub mod liveness;
pub mod loops;
pub(crate) mod machinery;
mod moves;
pub mod output;
mod registers;
pub(crate) mod slots;
pub mod undo;
mod walk;

use crate::machine::Machine;
use crate::region::Region;
use crate::select::tile::Selection;
use liveness::{Liveness, NONE, Position};
use output::Allocation;
use registers::Registers;
use slots::{Finish, Slots};
use walk::{WalkScratch, Walker};

/// The scratch memory of allocation, reused from region to region.
#[derive(Debug)]
pub struct Allocator {
    live: Liveness,
    regs: Registers,
    walk: WalkScratch,
    slots: Slots,
}

impl Default for Allocator {
    fn default() -> Self {
        Allocator {
            live: Liveness::default(),
            regs: Registers {
                value: [NONE; 32],
                occupied: 0,
                touched: 0,
                touched_around: Vec::new(),
                classes: [0; 2],
                preserved: 0,
                avoid: 0,
                next_call: 0,
                inside: loops::NO_LOOP,
                loop_start: 0,
                loop_end: Position::MAX,
                headers: Vec::new(),
                spilled: Vec::new(),
            },
            walk: WalkScratch::default(),
            slots: Slots::default(),
        }
    }
}

impl Allocator {
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
        self.regs.spilled.clear();
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
        let mut work = Finish {
            machine,
            region,
            blocks: &selection.blocks,
            imms: &mut selection.imms,
            live: &self.live,
            spilled: &mut self.regs.spilled,
            aside: self.walk.moves.used_aside,
        };
        self.slots.finish(&mut work, out);
    }
}
