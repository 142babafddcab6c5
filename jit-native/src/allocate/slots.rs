//! Spill slots: which word of the context each spilled value gets, and the stores after the definitions.
//!
//! A value is stored once, right after its definition, and its slot is its own until its last use; then another value may
//! have it. A parameter that lives in memory from its block's start is written on the edges, where positions mean
//! little, so its slot is never shared. Start with [`Slots::finish`], which nobody calls when nothing is spilled.

use super::liveness::{Liveness, NO_REG, Position, early, late, start_number, tile_number};
use super::machinery::{self, SlotOp, checked_stencil};
use super::moves::ASIDE;
use super::output::{Allocation, NO_TILE, Op, RESULT};
use crate::faults::{Fault, planted};
use crate::machine::{Machine, class};
use crate::region::{Region, ValueId};
use crate::select::tile::Selection;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The byte offset of the first spill slot in the context.
const FIRST: i64 = stencils::operand::Context::SPILLS;

/// The scratch memory of this pass.
#[derive(Debug, Default)]
pub(super) struct Slots {
    /// Slots in use: until when, which.
    busy: BinaryHeap<Reverse<(Position, u32)>>,
    free: Vec<u32>,
    ops: Vec<Op>,
}

/// What this pass works on.
pub(super) struct Finish<'a> {
    pub(super) machine: &'a Machine,
    pub(super) region: &'a Region,
    pub(super) selection: &'a mut Selection,
    pub(super) live: &'a Liveness,
    /// Whether edges put values aside in scratch words.
    pub(super) aside: bool,
}

impl Slots {
    /// Gives every spilled value a slot, puts its store after its definition and finishes the ops that use slots.
    pub(super) fn finish(&mut self, work: &mut Finish<'_>, out: &mut Allocation) {
        out.slots.resize(work.region.values.len(), u32::MAX);
        self.busy.clear();
        self.free.clear();
        self.ops.clear();
        self.ops.reserve(out.ops.len());
        for block in 0..out.blocks.len() {
            self.block(work, out, block);
        }
        std::mem::swap(&mut self.ops, &mut out.ops);
        for op in &mut out.edge_ops {
            resolve(work, &out.slots, out.spill_words, op);
        }
        if work.aside {
            out.spill_words += ASIDE.len() as u32;
        }
    }

    /// Copies the ops of a block, with stores of spilled values after their definitions. Those stand before all their uses.
    fn block(&mut self, work: &mut Finish<'_>, out: &mut Allocation, block: usize) {
        let start = self.ops.len();
        let begins = early(start_number(block, work.selection.blocks[block]));
        let region = work.region;
        for param in &region.params[region.blocks[block].params.range()] {
            let home = work.live.values[param.index()].home;
            self.define(work, out, *param, home, begins);
        }
        for at in out.blocks[block].ops.range() {
            let mut op = out.ops[at];
            resolve(work, &out.slots, 0, &mut op);
            self.ops.push(op);
            if op.tile != NO_TILE
                && let Some(result) = work.selection.tiles[op.tile as usize].result()
            {
                let made = late(tile_number(block, op.tile as usize));
                self.define(work, out, result, op.regs[RESULT], made);
            }
        }
        out.blocks[block].ops.start = start as u32;
        out.blocks[block].ops.len = (self.ops.len() - start) as u32;
    }

    /// A value is defined, in a register or in its slot itself: if it has been spilled, it gets that now.
    fn define(
        &mut self,
        work: &mut Finish<'_>,
        out: &mut Allocation,
        value: ValueId,
        reg: u8,
        at: Position,
    ) {
        let info = &work.live.values[value.index()];
        if !info.spilled {
            return;
        }
        while let Some(Reverse((until, slot))) = self.busy.peek().copied()
            && (until < at & !1 || planted(Fault::SlotFreedEarly))
        {
            self.busy.pop();
            self.free.push(slot);
        }
        let reused = if reg == NO_REG { None } else { self.free.pop() };
        let slot = reused.unwrap_or(out.spill_words);
        out.spill_words += u32::from(reused.is_none());
        out.slots[value.index()] = slot;
        if reg == NO_REG {
            return;
        }
        self.busy.push(Reverse((info.last, slot)));
        if !planted(Fault::SpillIsMissing) {
            let mut store = machinery::store(work.region.ty(value), value, reg);
            resolve(work, &out.slots, 0, &mut store);
            self.ops.push(store);
        }
    }
}

/// The byte offset of a slot in the context.
pub(crate) fn slot_offset(slot: u32) -> i64 {
    FIRST + i64::from(slot) * 8
}

/// Puts the real stencil and offset into an op that uses a slot. The scratch words, of edges alone, follow those of values.
#[inline]
fn resolve(work: &mut Finish<'_>, slots: &[u32], scratch: u32, op: &mut Op) {
    if let Some(slot_op) = SlotOp::decode(op.stencil) {
        resolve_slot(work, slots, scratch, op, slot_op);
    }
}

fn resolve_slot(work: &mut Finish<'_>, slots: &[u32], scratch: u32, op: &mut Op, slot_op: SlotOp) {
    let value = ValueId(op.imms);
    let slot = match ASIDE.iter().position(|aside| *aside == value) {
        Some(number) => scratch + number as u32,
        None => slots[value.index()],
    };
    let offset = slot_offset(slot);
    op.imms = work.selection.imms.len() as u32;
    work.selection.imms.push(offset);
    let machinery = &work.machine.machinery;
    op.stencil = match slot_op {
        SlotOp::Load(ty) => checked_stencil(
            work.machine,
            machinery.load_spill[class(ty)],
            &[Some(offset)],
        ),
        SlotOp::Store(ty) => checked_stencil(
            work.machine,
            machinery.store_spill[class(ty)],
            &[Some(offset), None],
        ),
    };
}
