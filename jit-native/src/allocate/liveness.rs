//! How long values live and where they are used next: one pass backward over the tiles.
//!
//! Every block start, tile and block end has a number, in layout order, and each number two **positions**: the early
//! one, where operands are read, and the late one, where the result exists and an exit is taken. A value lives from its
//! definition to its last use in layout order; a use inside a loop of a value from outside lasts to the loop's end.
//! Beside each use in a register stands the next one, so that the forward walk always knows it. Snapshots are no such
//! uses: an exit can read a spill slot as well.
//!
//! Start with [`Liveness::run`].

use super::loops::{Loops, NO_LOOP};
use super::undo::undoable;
use crate::machine::Machine;
use crate::region::{Edge, ExitId, Region, Span, Terminator, Value, ValueDef, ValueId};
use crate::select::tile::{Selection, Tile, TileExit};
use crate::variants::Facts;
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
    /// The position of its next use in a register, or [`NONE`].
    pub next: Position,
    /// The value (a block parameter) whose register it would like to have.
    pub hint: u32,
    /// The register it is in now.
    pub reg: u8,
    /// For a parameter: the register that it has at its block's start.
    pub home: u8,
    /// Its type.
    pub ty: Type,
    /// Where else it can be had from.
    pub backing: Backing,
}

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
    /// By value: where it is defined; 0 for constants, which are there from the start.
    pub defs: Vec<Position>,
    /// By place in the pool of inputs, which begins with the region's operands ([`Selection::inputs`]): the next use in a
    /// register after this one.
    pub next: Vec<Position>,
    /// The loops.
    pub loops: Loops,
    /// Values from outside that loops use in registers, as lists.
    pub carried: Vec<Carried>,
    /// By loop: the first entry of its list in `carried`, the value that is used first.
    pub carried_heads: Vec<u32>,
    /// The late positions of tiles that destroy registers, last first.
    pub calls: Vec<Position>,
    /// By value: the innermost loop that has been told of it.
    told: Vec<u32>,
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
    selection: &'a Selection,
    loops: &'a Loops,
    values: &'a mut [ValueInfo],
    defs: &'a mut [Position],
    next: &'a mut [Position],
    carried: &'a mut Vec<Carried>,
    carried_heads: &'a mut [u32],
    calls: &'a mut Vec<Position>,
    told: &'a mut [u32],
    exits_seen: &'a mut [bool],
    /// The innermost loop around the present place.
    inside: u32,
    /// Its first uop.
    first: u32,
}

impl Liveness {
    /// Computes everything for a selection.
    pub fn run(&mut self, machine: &Machine, region: &Region, selection: &Selection) {
        self.loops.find(region);
        self.loops.place(&selection.blocks);
        self.next.clear();
        self.next.resize(selection.inputs.len(), NONE);
        self.carried.clear();
        self.carried_heads.clear();
        self.carried_heads.resize(self.loops.list.len(), NONE);
        self.calls.clear();
        self.exits_seen.clear();
        self.exits_seen.resize(region.exits.len(), false);
        self.told.clear();
        if !self.loops.list.is_empty() {
            self.told.resize(region.values.len(), NO_LOOP);
        }
        self.defs.clear();
        self.defs.resize(region.values.len(), 0);
        self.values.clear();
        let values = region.values.iter();
        self.values
            .extend(values.map(|Value { ty, def }| ValueInfo {
                last: 0,
                next: NONE,
                hint: NONE,
                reg: NO_REG,
                home: NO_REG,
                ty: *ty,
                backing: match def {
                    ValueDef::Const(_) => Backing::Constant,
                    _ => Backing::Nothing,
                },
            }));
        let mut pass = Pass {
            machine,
            region,
            selection,
            loops: &self.loops,
            values: &mut self.values,
            defs: &mut self.defs,
            next: &mut self.next,
            carried: &mut self.carried,
            carried_heads: &mut self.carried_heads,
            calls: &mut self.calls,
            told: &mut self.told,
            exits_seen: &mut self.exits_seen,
            inside: NO_LOOP,
            first: 0,
        };
        for block in (0..region.blocks.len()).rev() {
            pass.block(block);
        }
    }
}

impl Pass<'_> {
    fn block(&mut self, block: usize) {
        self.inside = self.loops.innermost[block];
        if self.inside != NO_LOOP {
            let header = self.loops.list[self.inside as usize].header;
            self.first = self.region.blocks[header as usize].uops.start;
        }
        self.terminator(block);
        let tiles = self.selection.blocks[block];
        let first = tile_number(block, tiles.start as usize);
        let numbers = first..first + tiles.len;
        for (number, tile) in numbers.zip(&self.selection.tiles[tiles.range()]).rev() {
            if tile.stands {
                self.tile(tile, number);
            }
        }
        let start = early(start_number(block, tiles));
        for param in &self.region.params[self.region.blocks[block].params.range()] {
            self.defs[param.index()] = start;
        }
    }

    fn terminator(&mut self, block: usize) {
        let number = end_number(block, self.selection.blocks[block]);
        match self.region.blocks[block].terminator {
            Terminator::Jump(edge) => self.edge(edge, number),
            Terminator::Branch {
                then, otherwise, ..
            } => {
                self.edge(then, number);
                self.edge(otherwise, number);
            }
            Terminator::Leave(exit) => self.snapshot(exit, late(number), |_| false),
        }
    }

    fn edge(&mut self, edge: Edge, number: u32) {
        let region = self.region;
        let params = region.blocks[edge.target.index()].params;
        let args = edge.args.range().zip(&region.args[edge.args.range()]);
        for ((place, arg), param) in args.zip(&region.params[params.range()]) {
            self.in_register(place, *arg, early(number));
            let info = &mut self.values[arg.index()];
            if info.hint == NONE {
                info.hint = param.0;
            }
        }
    }

    #[inline]
    fn tile(&mut self, tile: &Tile, number: u32) {
        let range = tile.input_range();
        let inputs = &self.selection.inputs[range.clone()];
        let facts = self.machine.variants.facts(tile.pattern);
        if let TileExit::Exit(exit) = tile.exit() {
            let undoable = undoable(self.machine, tile, inputs);
            self.snapshot(exit, late(number), |value| {
                let mut inputs = inputs.iter().enumerate();
                undoable != 0 && inputs.any(|(i, input)| undoable >> i & 1 != 0 && *input == value)
            });
        }
        for (place, input) in range.zip(inputs).rev() {
            self.in_register(place, *input, early(number));
        }
        if let Some(result) = tile.result() {
            self.defs[result.index()] = late(number);
            let hint = self.values[result.index()].hint;
            if hint != NONE {
                self.pass_hint_on(facts, inputs, hint);
            }
        }
        if facts.clobbers {
            self.calls.push(late(number));
        }
    }

    /// What the result would like, the inputs that it could take its register from would like too.
    #[inline]
    fn pass_hint_on(&mut self, facts: &Facts, inputs: &[ValueId], hint: u32) {
        let mut reusable = facts.reusable;
        while reusable != 0 {
            let input = inputs[reusable.trailing_zeros() as usize];
            reusable &= reusable - 1;
            let info = &mut self.values[input.index()];
            if info.hint == NONE && input.0 != hint {
                info.hint = hint;
            }
        }
    }

    /// A snapshot's uses. Its last place in layout order counts, so that each exit is looked at once. What can be undone
    /// there need not live until then.
    #[inline]
    fn snapshot(&mut self, exit: ExitId, at: Position, undone: impl Fn(ValueId) -> bool) {
        if std::mem::replace(&mut self.exits_seen[exit.index()], true) {
            return;
        }
        for entry in self.region.snapshot(exit) {
            let info = &self.values[entry.value.index()];
            if info.last == 0 && !info.is_constant() && !undone(entry.value) {
                self.lives_to(entry.value, at);
            }
        }
    }

    /// A use in a register, at a place in the pool of inputs.
    #[inline(always)]
    fn in_register(&mut self, place: usize, value: ValueId, at: Position) {
        let info = &mut self.values[value.index()];
        self.next[place] = std::mem::replace(&mut info.next, at);
        if info.last == 0 {
            self.lives_to(value, at);
        }
        if self.inside != NO_LOOP && self.told[value.index()] != self.inside {
            self.carry(value);
        }
    }

    /// Makes a value live to a position, and to the end of every loop around it that begins after the value. This is the
    /// last use in layout order, so all others are covered: a loop around one of them that ends behind this place is around
    /// this place, too.
    #[inline(always)]
    fn lives_to(&mut self, value: ValueId, at: Position) {
        self.values[value.index()].last = at;
        if self.inside == NO_LOOP {
            return;
        }
        match self.region.values[value.index()].def {
            // Nor does the loop carry it.
            ValueDef::Uop(uop) if uop.0 >= self.first => self.told[value.index()] = self.inside,
            _ => self.lives_on(value),
        }
    }

    /// Makes a value live to the end of every loop around the present place that begins after the value.
    #[inline(never)]
    fn lives_on(&mut self, value: ValueId) {
        let mut inside = self.inside;
        if !self.is_outside(value, inside) {
            self.told[value.index()] = inside;
            return;
        }
        while inside != NO_LOOP && self.is_outside(value, inside) {
            let around = self.loops.list[inside as usize];
            self.values[value.index()].last = around.end;
            inside = around.parent;
        }
    }

    /// Whether a value is made before a loop begins.
    #[inline]
    fn is_outside(&self, value: ValueId, inside: u32) -> bool {
        let header = self.loops.list[inside as usize].header;
        match self.region.values[value.index()].def {
            ValueDef::Uop(uop) => uop.0 < self.region.blocks[header as usize].uops.start,
            ValueDef::Param(block, _) => block.0 < header,
            ValueDef::Const(_) => true,
        }
    }

    /// Tells the loops around a use of the value that they carry it through.
    #[inline(never)]
    fn carry(&mut self, value: ValueId) {
        let mut inside = self.inside;
        self.told[value.index()] = inside;
        while inside != NO_LOOP && self.is_outside(value, inside) {
            let length = self.carried.len() as u32;
            let next = std::mem::replace(&mut self.carried_heads[inside as usize], length);
            self.carried.push(Carried { value, next });
            inside = self.loops.list[inside as usize].parent;
        }
    }
}
