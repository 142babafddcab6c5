//! Parallel moves: all values of an edge change places at once, which takes an order, and for cycles a place to put
//! something aside.
//!
//! A move may be made when nobody still needs what its destination holds. When only cycles are left, one destination is
//! put aside: in a register that is free on the edge, else in a scratch word. Linear in the number of moves.
//! Start with [`ParallelMoves::run`].

use super::machinery;
use super::output::{Op, Place, Where};
use crate::faults::{Fault, planted};
use crate::machine::{Machine, class};
use crate::region::{Region, ValueId};
use stencils::table::Type;

/// The spill slots of these values, which no region has, are the scratch words.
pub(super) const ASIDE: [ValueId; 2] = [ValueId((1 << 30) - 1), ValueId((1 << 30) - 2)];

/// One move.
#[derive(Clone, Copy, Debug)]
pub(super) struct Move {
    pub(super) to: Place,
    pub(super) from: Place,
    pub(super) ty: Type,
}

/// The scratch memory for resolving moves.
#[derive(Debug, Default)]
pub(super) struct ParallelMoves {
    /// The moves to make.
    pub(super) list: Vec<Move>,
    done: Vec<bool>,
    ready: Vec<u32>,
    /// By location: how many moves still read it, and which one writes it. Registers, then slots that are written.
    readers: Vec<u32>,
    writer: Vec<u32>,
    /// By value: the location of its slot, for slots that are written.
    slots: Vec<u32>,
    /// Whether a scratch word has been used.
    pub(super) used_aside: bool,
}

const NONE: u32 = u32::MAX;
const REGISTERS: usize = 32;

/// Where the ops go and what they need.
pub(super) struct Edge<'a> {
    pub(super) machine: &'a Machine,
    pub(super) region: &'a Region,
    pub(super) imms: &'a mut Vec<i64>,
    pub(super) ops: &'a mut Vec<Op>,
    /// The registers that hold nothing, neither before the edge nor after it.
    pub(super) free: u32,
}

impl ParallelMoves {
    /// Makes all moves in the list, and empties it.
    pub(super) fn run(&mut self, edge: &mut Edge<'_>) {
        if self.list.is_empty() {
            return;
        }
        self.prepare(edge.region.values.len());
        for at in 0..self.list.len() {
            if self
                .location(self.list[at].to)
                .is_none_or(|to| self.readers[to] == 0 || planted(Fault::MovesInAnyOrder))
            {
                self.ready.push(at as u32);
            }
        }
        self.drain(edge);
        for at in 0..self.list.len() {
            if !self.done[at] {
                self.break_cycle(at, edge);
                self.drain(edge);
            }
        }
        self.finish();
    }

    fn prepare(&mut self, values: usize) {
        self.done.clear();
        self.done.resize(self.list.len(), false);
        self.ready.clear();
        self.readers.clear();
        self.readers.resize(REGISTERS, 0);
        self.writer.clear();
        self.writer.resize(REGISTERS, NONE);
        for at in 0..self.list.len() {
            let location = match self.list[at].to.get() {
                Where::Reg(reg) => reg as usize,
                Where::Slot(value) => {
                    if self.slots.len() < values {
                        self.slots.resize(values, NONE);
                    }
                    self.slots[value.index()] = self.readers.len() as u32;
                    self.readers.push(0);
                    self.writer.push(NONE);
                    self.readers.len() - 1
                }
                Where::Const(_) | Where::Undone(_) => continue,
            };
            self.writer[location] = at as u32;
        }
        for at in 0..self.list.len() {
            let Move { to, from, .. } = self.list[at];
            if to == from {
                self.done[at] = true;
            } else if let Some(from) = self.location(from) {
                self.readers[from] += 1;
            }
        }
    }

    /// A place that matters: a register, or a slot that some move writes.
    fn location(&self, place: Place) -> Option<usize> {
        match place.get() {
            Where::Reg(reg) => Some(reg as usize),
            Where::Slot(value) => self
                .slots
                .get(value.index())
                .filter(|l| **l != NONE)
                .map(|l| *l as usize),
            Where::Const(_) | Where::Undone(_) => None,
        }
    }

    /// Makes all moves that can be made.
    fn drain(&mut self, edge: &mut Edge<'_>) {
        while let Some(at) = self.ready.pop() {
            let at = at as usize;
            if std::mem::replace(&mut self.done[at], true) {
                continue;
            }
            let Move { to, from, ty } = self.list[at];
            self.emit(to, from, ty, edge);
            if let Some(from) = self.location(from) {
                self.readers[from] -= 1;
                if self.readers[from] == 0 && self.writer[from] != NONE {
                    self.ready.push(self.writer[from]);
                }
            }
        }
    }

    /// Puts aside what a destination holds, so that it may be written. Only cycles are left: every place has one reader,
    /// and following the moves backward finds it.
    fn break_cycle(&mut self, at: usize, edge: &mut Edge<'_>) {
        let to = self.list[at].to;
        let mut reader = at;
        while self.list[reader].from != to {
            let Some(from) = self.location(self.list[reader].from) else {
                return;
            };
            reader = self.writer[from] as usize;
        }
        let ty = self.list[reader].ty;
        let aside = match free(edge, ty) {
            Some(reg) => {
                edge.free &= !(1 << reg);
                Place::reg(reg)
            }
            None => {
                self.used_aside = true;
                Place::slot(ASIDE[0])
            }
        };
        self.emit(aside, to, ty, edge);
        self.list[reader].from = aside;
        if let Some(aside) = self.location(aside) {
            self.readers[aside] += 1;
        }
        if let Some(to) = self.location(to) {
            self.readers[to] = 0;
            self.ready.push(at as u32);
        }
    }

    fn emit(&mut self, to: Place, from: Place, ty: Type, edge: &mut Edge<'_>) {
        let op = match (to.get(), from.get()) {
            (Where::Reg(to), Where::Reg(from)) => machinery::copy(edge.machine, ty, to, from),
            (Where::Reg(to), Where::Slot(slot)) => machinery::load(ty, to, slot),
            (Where::Reg(to), Where::Const(value)) => {
                machinery::constant(edge.machine, edge.region, edge.imms, ty, to, value)
            }
            (Where::Slot(slot), Where::Reg(from)) => machinery::store(ty, slot, from),
            (Where::Slot(_), Where::Slot(_) | Where::Const(_)) => {
                return self.through_register(to, from, edge);
            }
            // Nothing goes into a constant, and only exits undo anything.
            (Where::Const(_) | Where::Undone(_), _) | (_, Where::Undone(_)) => return,
        };
        edge.ops.push(op);
    }

    /// From memory, or a constant, to memory: words are raw bits, so any integer register will do.
    fn through_register(&mut self, to: Place, from: Place, edge: &mut Edge<'_>) {
        let borrowed = free(edge, Type::I64);
        let reg = Place::reg(borrowed.unwrap_or(0));
        if borrowed.is_none() {
            self.used_aside = true;
            self.emit(Place::slot(ASIDE[1]), reg, Type::I64, edge);
        }
        self.emit(reg, from, Type::I64, edge);
        self.emit(to, reg, Type::I64, edge);
        if borrowed.is_none() {
            self.emit(reg, Place::slot(ASIDE[1]), Type::I64, edge);
        }
    }

    fn finish(&mut self) {
        for m in self.list.drain(..) {
            if let Where::Slot(value) = m.to.get() {
                self.slots[value.index()] = NONE;
            }
        }
    }
}

/// A register of this type that is free on the edge.
fn free(edge: &Edge<'_>, ty: Type) -> Option<u8> {
    let set = edge.free & edge.machine.classes[class(ty)];
    (set != 0).then(|| set.trailing_zeros() as u8)
}
