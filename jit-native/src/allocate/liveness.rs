//! How long values live: one pass forward over the tiles.
//!
//! Every block start, tile and block end has a number, in layout order, and each number two **positions**: the early
//! one, where operands are read, and the late one, where the result exists and an exit is taken. A value lives from its
//! definition to its last use in layout order; a use inside a loop of a value from outside lasts to the loop's end.
//! Going forward, a use outside of loops is later than all before it: its position is written down without a look at
//! what stands there. When a value is used in between nobody needs to know, unless registers run short
//! ([`super::next`]).
//!
//! Start with [`Liveness::run`].

use super::hints;
use super::loops::{Loops, NO_LOOP};
use super::undo::undoable;
use crate::machine::Machine;
use crate::region::{Edge, ExitId, Region, SnapshotEntry, Span, Terminator, ValueId};
use crate::select::tile::{Selection, Tile, TileExit};

/// A place in the region's order: twice its number, plus one if late.
pub type Position = u32;

/// No use, no hint, no value.
pub const NONE: u32 = u32::MAX;

/// What the allocator knows of one value, besides what the region says: 16 bytes, since nearly every step looks at some.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(16))]
pub struct ValueInfo {
    /// The position of its last use, of any sort; 0 if there is none.
    pub last: Position,
    /// The value (a block parameter) whose register it would like to have.
    pub hint: u32,
    /// The innermost loop that has been told of it.
    told: u32,
    /// The register it is in now, as long as it will be used again.
    pub reg: u8,
    /// For a parameter: the register that it has at its block's start.
    pub home: u8,
    /// Whether it has a spill slot, into which it is stored where it is defined.
    pub spilled: bool,
}

/// A value that nobody has met yet.
const UNKNOWN: ValueInfo = ValueInfo {
    last: 0,
    hint: NONE,
    told: NO_LOOP,
    reg: NO_REG,
    home: NO_REG,
    spilled: false,
};

const _: () = assert!(size_of::<ValueInfo>() == 16);

/// No register.
pub const NO_REG: u8 = 0xff;

/// A value from outside that a loop uses in a register.
#[derive(Clone, Copy, Debug)]
pub struct Carried {
    /// The value.
    pub value: ValueId,
    /// The loop's next entry in [`Liveness::carried`].
    pub next: u32,
}

/// What the backward pass finds out.
#[derive(Debug, Default)]
pub struct Liveness {
    /// By value.
    pub values: Vec<ValueInfo>,
    /// The loops.
    pub loops: Loops,
    /// Values from outside that loops use in registers, as lists.
    pub carried: Vec<Carried>,
    /// By loop: the first entry of its list in `carried`, the value that is used first.
    pub carried_heads: Vec<u32>,
    /// By loop: the last entry.
    carried_ends: Vec<u32>,
    /// The late positions of tiles that destroy registers, last first.
    pub calls: Vec<Position>,
}

/// The number of a block's start.
#[inline]
pub fn start_number(block: usize, tiles: Span) -> u32 {
    tiles.start + 2 * block as u32 + 1
}

/// The number of a block's end.
#[inline]
pub fn end_number(block: usize, tiles: Span) -> u32 {
    tiles.start + tiles.len + 2 * block as u32 + 2
}

/// The number of a tile.
#[inline]
pub fn tile_number(block: usize, tile: usize) -> u32 {
    tile as u32 + 2 * block as u32 + 2
}

/// The early position of a number.
#[inline]
pub fn early(number: u32) -> Position {
    number * 2
}

/// The late position of a number.
#[inline]
pub fn late(number: u32) -> Position {
    number * 2 + 1
}

/// The pass under way.
struct Pass<'a> {
    machine: &'a Machine,
    region: &'a Region,
    selection: &'a Selection,
    loops: &'a Loops,
    values: &'a mut [ValueInfo],
    carried: &'a mut Vec<Carried>,
    carried_heads: &'a mut [u32],
    carried_ends: &'a mut [u32],
    calls: &'a mut Vec<Position>,
    /// The innermost loop around the present place.
    inside: u32,
}

impl Liveness {
    /// Computes everything for a selection.
    pub fn run(&mut self, machine: &Machine, region: &Region, selection: &Selection) {
        self.loops.find(region);
        self.loops.place(&selection.blocks);
        self.carried.clear();
        self.carried_heads.clear();
        self.carried_heads.resize(self.loops.list.len(), NONE);
        self.carried_ends.clear();
        self.carried_ends.resize(self.loops.list.len(), NONE);
        self.calls.clear();
        self.values.clear();
        self.values.resize(region.values.len(), UNKNOWN);
        let mut pass = Pass {
            machine,
            region,
            selection,
            loops: &self.loops,
            values: &mut self.values,
            carried: &mut self.carried,
            carried_heads: &mut self.carried_heads,
            carried_ends: &mut self.carried_ends,
            calls: &mut self.calls,
            inside: NO_LOOP,
        };
        for block in 0..region.blocks.len() {
            pass.inside = pass.loops.innermost[block];
            if pass.inside == NO_LOOP {
                pass.block::<false>(block);
            } else {
                pass.block::<true>(block);
            }
        }
        self.calls.reverse();
        hints::find(machine, region, selection, &mut self.values);
    }
}

impl Pass<'_> {
    /// One block, in a loop or in none.
    #[inline(always)]
    fn block<const IN_LOOP: bool>(&mut self, block: usize) {
        let selection = self.selection;
        let tiles = selection.blocks[block];
        let mut number = start_number(block, tiles);
        for tile in &selection.tiles[tiles.range()] {
            number += 1;
            if tile.stands {
                self.tile::<IN_LOOP>(tile, number);
            }
        }
        self.terminator::<IN_LOOP>(block, number + 1);
    }

    fn terminator<const IN_LOOP: bool>(&mut self, block: usize, number: u32) {
        let region = self.region;
        let mut edge = |edge: Edge| {
            for arg in region.args(edge.args) {
                self.in_register::<IN_LOOP>(*arg, early(number));
            }
        };
        match region.blocks[block].terminator {
            Terminator::Jump(to) => edge(to),
            Terminator::Branch {
                then, otherwise, ..
            } => {
                edge(then);
                edge(otherwise);
            }
            Terminator::Leave(exit) => self.snapshot::<IN_LOOP>(exit, late(number), |_| false),
        }
    }

    /// One tile.
    #[inline(always)]
    fn tile<const IN_LOOP: bool>(&mut self, tile: &Tile, number: u32) {
        if tile.clobbers {
            self.calls.push(late(number));
        }
        let inputs = self.selection.inputs(tile);
        match *inputs {
            [] => {}
            [a] => self.in_register::<IN_LOOP>(a, early(number)),
            [a, b] => {
                self.in_register::<IN_LOOP>(a, early(number));
                self.in_register::<IN_LOOP>(b, early(number));
            }
            _ => inputs
                .iter()
                .for_each(|input| self.in_register::<IN_LOOP>(*input, early(number))),
        }
        if let TileExit::Exit(exit) = tile.exit() {
            self.exit::<IN_LOOP>(exit, tile, inputs, late(number));
        }
    }

    /// A tile's exit. What can be undone there need not live until then.
    #[inline(never)]
    fn exit<const IN_LOOP: bool>(
        &mut self,
        exit: ExitId,
        tile: &Tile,
        inputs: &[ValueId],
        at: Position,
    ) {
        let undoable = undoable(self.machine, tile, inputs);
        // Sums and differences alone can be undone, so it is the first two inputs at most.
        let undone = [0, 1].map(|n| match inputs.get(n) {
            Some(input) if undoable >> n & 1 != 0 => input.0,
            _ => NONE,
        });
        self.snapshot::<IN_LOOP>(exit, at, |value| undone.contains(&value.0));
    }

    /// A snapshot's uses. A constant need not be anywhere for it.
    #[inline(always)]
    fn snapshot<const IN_LOOP: bool>(
        &mut self,
        exit: ExitId,
        at: Position,
        undone: impl Fn(ValueId) -> bool,
    ) {
        let values = &self.region.values[..];
        for &SnapshotEntry { value, .. } in self.region.snapshot(exit) {
            if values[value.index()].is_constant() || undone(value) {
                continue;
            }
            if IN_LOOP && self.values[value.index()].told != self.inside {
                self.lives_on(value, at);
            } else {
                self.lives_to::<IN_LOOP>(value, at);
            }
        }
    }

    /// A use in a register.
    #[inline(always)]
    fn in_register<const IN_LOOP: bool>(&mut self, value: ValueId, at: Position) {
        if IN_LOOP && self.values[value.index()].told != self.inside {
            self.carry(value);
            self.lives_on(value, at);
        } else {
            self.lives_to::<IN_LOOP>(value, at);
        }
    }

    /// Makes a value live to a position. In a loop that it was told of it may live longer already.
    #[inline(always)]
    fn lives_to<const IN_LOOP: bool>(&mut self, value: ValueId, at: Position) {
        let last = &mut self.values[value.index()].last;
        *last = if IN_LOOP { at.max(*last) } else { at };
    }

    /// Makes a value live to a position, and to the end of every loop around it that begins after the value.
    #[inline(never)]
    fn lives_on(&mut self, value: ValueId, mut at: Position) {
        let mut inside = self.inside;
        while self.loops.is_outside(self.region, value, inside) {
            let around = self.loops.list[inside as usize];
            at = around.end;
            inside = around.parent;
        }
        self.lives_to::<true>(value, at);
    }

    /// Tells the loops around a use of the value that they carry it through.
    #[inline(never)]
    fn carry(&mut self, value: ValueId) {
        let mut inside = self.inside;
        self.values[value.index()].told = inside;
        while self.loops.is_outside(self.region, value, inside) {
            let number = self.carried.len() as u32;
            let (head, end) = (
                &mut self.carried_heads[inside as usize],
                &mut self.carried_ends[inside as usize],
            );
            match self.carried.get_mut(*end as usize) {
                Some(before) => before.next = number,
                None => *head = number,
            }
            *end = number;
            self.carried.push(Carried { value, next: NONE });
            inside = self.loops.list[inside as usize].parent;
        }
    }
}
