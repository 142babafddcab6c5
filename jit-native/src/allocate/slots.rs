//! Spill slots: which word of the context each spilled value gets, and the stores after the definitions.
//!
//! A value is stored once, right after its definition, and its slot is its own until its last use; then another value may
//! have it. A parameter that lives in memory from its block's start is written on the edges, where positions mean
//! little, so its slot is never shared. Start with [`Slots::finish`], which does nothing when nothing is spilled.

use super::liveness::{Liveness, NO_REG, Position, early, late, start_number, tile_number};
use super::machinery::{self, SlotOp, checked_stencil};
use super::moves::ASIDE;
use super::output::{Allocation, NO_TILE, Op, RESULT};
use crate::faults::{Fault, planted};
use crate::machine::{Machine, class};
use crate::region::{Region, Span, ValueDef, ValueId};
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
    /// The tiles of each block.
    pub(super) blocks: &'a [Span],
    pub(super) imms: &'a mut Vec<i64>,
    pub(super) live: &'a Liveness,
    /// The values with a slot.
    pub(super) spilled: &'a mut Vec<ValueId>,
    /// Whether edges put values aside in scratch words.
    pub(super) aside: bool,
}

impl Slots {
    /// Gives every spilled value a slot, puts its store after its definition and finishes the ops that use slots.
    pub(super) fn finish(&mut self, work: &mut Finish<'_>, out: &mut Allocation) {
        if work.spilled.is_empty() && !work.aside {
            return;
        }
        self.number(work, out);
        self.rewrite(work, out);
        for op in &mut out.edge_ops {
            resolve(work, &out.slots, out.spill_words, op);
        }
        if work.aside {
            out.spill_words += ASIDE.len() as u32;
        }
    }

    fn number(&mut self, work: &mut Finish<'_>, out: &mut Allocation) {
        out.slots.clear();
        out.slots.resize(work.region.values.len(), u32::MAX);
        self.busy.clear();
        self.free.clear();
        work.spilled
            .sort_unstable_by_key(|v| work.live.defs[v.index()]);
        let mut count = 0;
        for value in work.spilled.iter() {
            let info = &work.live.values[value.index()];
            let def = work.live.defs[value.index()];
            let in_memory = info.home == NO_REG
                && matches!(work.region.values[value.index()].def, ValueDef::Param(..));
            while let Some(Reverse((until, slot))) = self.busy.peek().copied()
                && (until < def & !1 || planted(Fault::SlotFreedEarly))
            {
                self.busy.pop();
                self.free.push(slot);
            }
            let reused = if in_memory { None } else { self.free.pop() };
            let slot = reused.unwrap_or_else(|| {
                count += 1;
                count - 1
            });
            if !in_memory {
                self.busy.push(Reverse((info.last, slot)));
            }
            out.slots[value.index()] = slot;
        }
        out.spill_words = count;
    }

    /// Copies the ops, with stores of spilled values after their definitions. The spilled values stand in the order in which
    /// they are defined.
    fn rewrite(&mut self, work: &mut Finish<'_>, out: &mut Allocation) {
        self.ops.clear();
        self.ops.reserve(out.ops.len() + work.spilled.len());
        let spilled = std::mem::take(work.spilled);
        let mut due = Due {
            live: work.live,
            spilled: &spilled,
        };
        for block in 0..out.blocks.len() {
            let start = self.ops.len() as u32;
            let begins = early(start_number(block, work.blocks[block]));
            while let Some(param) = due.at(begins) {
                self.store(work, out, param, work.live.values[param.index()].home);
            }
            for at in out.blocks[block].ops.range() {
                let mut op = out.ops[at];
                resolve(work, &out.slots, out.spill_words, &mut op);
                self.ops.push(op);
                if op.tile != NO_TILE
                    && let Some(result) = due.at(late(tile_number(block, op.tile as usize)))
                {
                    self.store(work, out, result, op.regs[RESULT]);
                }
            }
            out.blocks[block].ops = Span {
                start,
                len: self.ops.len() as u32 - start,
            };
        }
        *work.spilled = spilled;
        std::mem::swap(&mut self.ops, &mut out.ops);
    }

    /// Stores a value from its register, unless it is in its slot from the start.
    fn store(&mut self, work: &mut Finish<'_>, out: &Allocation, value: ValueId, reg: u8) {
        if reg != NO_REG && !planted(Fault::SpillIsMissing) {
            let mut op = machinery::store(work.live.values[value.index()].ty, value, reg);
            resolve(work, &out.slots, out.spill_words, &mut op);
            self.ops.push(op);
        }
    }
}

/// The spilled values whose definitions are still to come.
struct Due<'a> {
    live: &'a Liveness,
    spilled: &'a [ValueId],
}

impl Due<'_> {
    /// The next one, if it is defined here.
    #[inline]
    fn at(&mut self, position: Position) -> Option<ValueId> {
        let (first, rest) = self.spilled.split_first()?;
        if self.live.defs[first.index()] != position {
            return None;
        }
        self.spilled = rest;
        Some(*first)
    }
}

/// The byte offset of a slot in the context.
pub(crate) fn slot_offset(slot: u32) -> i64 {
    FIRST + i64::from(slot) * 8
}

/// Puts the real stencil and offset into an op that uses a slot.
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
    op.imms = work.imms.len() as u32;
    work.imms.push(offset);
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
