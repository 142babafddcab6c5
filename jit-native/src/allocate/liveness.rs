//! How long values live: one pass backward over the tiles.
//!
//! Every block start, tile and block end has a number, in layout order, and each number two **positions**: the early
//! one, where operands are read, and the late one, where the result exists and an exit is taken. A value lives from its
//! definition to its last use in layout order; a use inside a loop of a value from outside lasts to the loop's end.
//! Going backward, the last use is the first that is met, and what is not known of a value yet is found out then: so
//! a value costs nothing before. When it is used in between nobody needs to know, unless registers run short
//! ([`super::next`]).
//!
//! Start with [`Liveness::run`].

use super::loops::{Loops, NO_LOOP};
use super::undo::undoable;
use crate::machine::Machine;
use crate::region::{Edge, ExitId, Region, SnapshotEntry, Span, Terminator, ValueId};
use crate::select::tile::{Selection, Tile, TileExit};
use stencils::table::Type;

/// A place in the region's order: twice its number, plus one if late.
pub type Position = u32;

/// No use, no hint, no value.
pub const NONE: u32 = u32::MAX;

/// What the allocator knows of one value: 16 bytes, since nearly every step looks at some.
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
    /// Its type. Known, as is all that follows, of values that are used and of results.
    pub ty: Type,
    /// Where else it can be had from.
    pub backing: Backing,
}

/// A value that nobody has met yet.
const UNKNOWN: ValueInfo = ValueInfo {
    last: 0,
    hint: NONE,
    told: NO_LOOP,
    reg: NO_REG,
    home: NO_REG,
    ty: Type::I64,
    backing: Backing::Nothing,
};

const _: () = assert!(size_of::<ValueInfo>() == 16);

/// Where a value can be brought back from when it is in no register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backing {
    /// Nowhere so far: it has no spill slot.
    Nothing,
    /// From its spill slot, where it is stored when it is defined.
    Slot,
    /// It is a constant, and made again.
    Constant,
}

impl ValueInfo {
    /// Whether it is a constant.
    #[inline]
    pub fn is_constant(&self) -> bool {
        self.backing == Backing::Constant
    }
}

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
    /// The late positions of tiles that destroy registers, last first.
    pub calls: Vec<Position>,
    exits_seen: Vec<bool>,
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
    blocks: &'a [Span],
    inputs: &'a [ValueId],
    loops: &'a Loops,
    values: &'a mut [ValueInfo],
    carried: &'a mut Vec<Carried>,
    carried_heads: &'a mut [u32],
    calls: &'a mut Vec<Position>,
    exits_seen: &'a mut [bool],
    /// The innermost loop around the present place.
    inside: u32,
    /// Its first uop, or the region's.
    first: u32,
}

impl Liveness {
    /// Computes everything for a selection.
    pub fn run(&mut self, machine: &Machine, region: &Region, selection: &Selection) {
        self.loops.find(region);
        self.loops.place(&selection.blocks);
        self.carried.clear();
        self.carried_heads.clear();
        self.carried_heads.resize(self.loops.list.len(), NONE);
        self.calls.clear();
        self.exits_seen.clear();
        self.exits_seen.resize(region.exits.len(), false);
        self.values.clear();
        self.values.resize(region.values.len(), UNKNOWN);
        let mut pass = Pass {
            machine,
            region,
            blocks: &selection.blocks,
            inputs: &selection.inputs,
            loops: &self.loops,
            values: &mut self.values,
            carried: &mut self.carried,
            carried_heads: &mut self.carried_heads,
            calls: &mut self.calls,
            exits_seen: &mut self.exits_seen,
            inside: NO_LOOP,
            first: 0,
        };
        for block in (0..region.blocks.len()).rev() {
            pass.block(block, &selection.tiles);
        }
    }
}

impl Pass<'_> {
    fn block(&mut self, block: usize, tiles: &[Tile]) {
        self.inside = self.loops.innermost[block];
        self.first = match self.loops.list.get(self.inside as usize) {
            Some(around) => self.region.blocks[around.header as usize].uops.start,
            None => 0,
        };
        self.terminator(block);
        let span = self.blocks[block];
        let mut number = end_number(block, span);
        for tile in tiles[span.range()].iter().rev() {
            number -= 1;
            if tile.stands {
                self.tile(tile, number);
            }
        }
    }

    fn terminator(&mut self, block: usize) {
        let number = end_number(block, self.blocks[block]);
        match self.region.blocks[block].terminator {
            Terminator::Jump(edge) => self.edge(edge, number),
            Terminator::Branch {
                then, otherwise, ..
            } => {
                self.edge(then, number);
                self.edge(otherwise, number);
            }
            Terminator::Leave(exit) => {
                if self.is_last_of(exit) {
                    self.snapshot(exit, late(number), |_| false);
                }
            }
        }
    }

    fn edge(&mut self, edge: Edge, number: u32) {
        let region = self.region;
        let params = region.block_params(edge.target);
        for (arg, param) in region.args(edge.args).iter().zip(params) {
            self.in_register(*arg, early(number));
            let info = &mut self.values[arg.index()];
            if info.hint == NONE {
                info.hint = param.0;
            }
        }
    }

    /// One tile.
    #[inline(always)]
    fn tile(&mut self, tile: &Tile, number: u32) {
        let facts = self.machine.variants.facts(tile.pattern);
        if facts.clobbers {
            self.calls.push(late(number));
        }
        if let TileExit::Exit(exit) = tile.exit()
            && self.is_last_of(exit)
        {
            self.exit(exit, tile, late(number));
        }
        let hint = tile.result().map_or(NONE, |result| self.result(result));
        // What the result would like, the inputs that it could take its register from would like too.
        let wishing = if hint == NONE { 0 } else { facts.reusable };
        let pool = self.inputs;
        let mut input = |n: usize, input: ValueId| {
            let hint = if wishing >> n & 1 != 0 { hint } else { NONE };
            self.input(input, hint, early(number));
        };
        match pool[tile.input_range()] {
            [] => {}
            [a] => input(0, a),
            [a, b] => {
                input(1, b);
                input(0, a);
            }
            ref inputs => {
                let all = inputs.iter().take(8).enumerate();
                all.rev().for_each(|(n, value)| input(n, *value));
            }
        }
    }

    /// A tile's input, with the hint that it gets if it has none.
    #[inline(always)]
    fn input(&mut self, input: ValueId, hint: u32, at: Position) {
        let info = &mut self.values[input.index()];
        if hint != NONE && info.hint == NONE && input.0 != hint {
            info.hint = hint;
        }
        self.in_register(input, at);
    }

    /// A tile's result: gives its hint.
    #[inline(always)]
    fn result(&mut self, result: ValueId) -> u32 {
        let info = &mut self.values[result.index()];
        if info.last == 0 {
            info.ty = self.region.ty(result);
        }
        info.hint
    }

    /// Whether this is the last place of an exit in layout order.
    #[inline(always)]
    fn is_last_of(&mut self, exit: ExitId) -> bool {
        !std::mem::replace(&mut self.exits_seen[exit.index()], true)
    }

    /// The last exit of a tile. What can be undone there need not live until then.
    #[inline(never)]
    fn exit(&mut self, exit: ExitId, tile: &Tile, at: Position) {
        let inputs = &self.inputs[tile.input_range()];
        let undoable = undoable(self.machine, tile, inputs);
        self.snapshot(exit, at, |value| {
            let mut inputs = inputs.iter().enumerate();
            undoable != 0 && inputs.any(|(i, input)| undoable >> i & 1 != 0 && *input == value)
        });
    }

    /// A snapshot's uses, at its last place in layout order.
    #[inline(always)]
    fn snapshot(&mut self, exit: ExitId, at: Position, undone: impl Fn(ValueId) -> bool) {
        for SnapshotEntry { value, .. } in self.region.snapshot(exit) {
            if self.values[value.index()].last != 0 {
                continue;
            }
            if self.region.constant(*value).is_some() {
                self.values[value.index()].backing = Backing::Constant;
            } else if !undone(*value) {
                self.lives_to(*value, at);
            }
        }
    }

    /// A use in a register. Where it is the last one, and in no loop that the value lives through, it is known by its position
    /// afterwards.
    #[inline(always)]
    fn in_register(&mut self, value: ValueId, at: Position) {
        let info = &self.values[value.index()];
        let carried = if info.last == 0 {
            !self.lives_to(value, at)
        } else {
            info.told != self.inside
        };
        if carried {
            self.carry(value);
        }
    }

    /// Makes a value live to a position, and to the end of every loop around it that begins after the value; says whether
    /// there is none. This is the last use in layout order, so all others are covered: a loop around one of them that ends
    /// behind this place is around this place, too.
    #[inline(always)]
    fn lives_to(&mut self, value: ValueId, at: Position) -> bool {
        let known = self.region.values[value.index()];
        let info = &mut self.values[value.index()];
        info.last = at;
        info.ty = known.ty();
        match known.as_uop() {
            // Nor does the loop carry it.
            Some(uop) if uop.0 >= self.first => {
                info.told = self.inside;
                true
            }
            _ => self.lives_on(value),
        }
    }

    /// Makes a value live to the end of every loop around the present place that begins after the value. Says whether there
    /// is none.
    #[inline(never)]
    fn lives_on(&mut self, value: ValueId) -> bool {
        let info = &mut self.values[value.index()];
        if self.region.constant(value).is_some() {
            info.backing = Backing::Constant;
        }
        let mut inside = self.inside;
        if !self.loops.is_outside(self.region, value, inside) {
            info.told = inside;
            return true;
        }
        while self.loops.is_outside(self.region, value, inside) {
            let around = self.loops.list[inside as usize];
            info.last = around.end;
            inside = around.parent;
        }
        false
    }

    /// Tells the loops around a use of the value that they carry it through.
    #[inline(never)]
    fn carry(&mut self, value: ValueId) {
        let mut inside = self.inside;
        self.values[value.index()].told = inside;
        while self.loops.is_outside(self.region, value, inside) {
            let length = self.carried.len() as u32;
            let next = std::mem::replace(&mut self.carried_heads[inside as usize], length);
            self.carried.push(Carried { value, next });
            inside = self.loops.list[inside as usize].parent;
        }
    }
}
