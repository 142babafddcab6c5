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
use stencils::table::Type;

/// A place in the region's order: twice its number, plus one if late.
pub type Position = u32;

/// No use, no hint, no value.
pub const NONE: u32 = u32::MAX;

/// What the allocator knows of one value.
#[derive(Clone, Copy, Debug)]
pub struct ValueInfo {
    /// The position of its last use, of any sort; 0 if there is none.
    pub last: Position,
    /// The position of its next use in a register, or [`NONE`].
    pub next: Position,
    /// Where it is defined; 0 for constants, which are there from the start.
    pub def: Position,
    /// The value (a block parameter) whose register it would like to have.
    pub hint: u32,
    /// The register it is in now.
    pub reg: u8,
    /// For a parameter: the register that it has at its block's start.
    pub home: u8,
    /// Its type.
    pub ty: Type,
    /// Whether it is a constant.
    pub constant: bool,
    /// Whether it has been given a spill slot: it is stored there when it is defined.
    pub spilled: bool,
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

/// The region that the pass is about.
#[derive(Clone, Copy)]
struct About<'a> {
    machine: &'a Machine,
    region: &'a Region,
    selection: &'a Selection,
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
        self.values.clear();
        let values = region.values.iter();
        self.values
            .extend(values.map(|Value { ty, def }| ValueInfo {
                last: 0,
                next: NONE,
                def: 0,
                hint: NONE,
                reg: NO_REG,
                home: NO_REG,
                ty: *ty,
                constant: matches!(def, ValueDef::Const(_)),
                spilled: false,
            }));
        let about = About {
            machine,
            region,
            selection,
        };
        for block in (0..region.blocks.len()).rev() {
            let inside = self.loops.innermost[block];
            self.terminator(about, inside, block);
            for at in selection.blocks[block].range().rev() {
                let tile = &selection.tiles[at];
                if tile.stands {
                    self.tile(about, inside, tile, tile_number(block, at));
                }
            }
            let start = early(start_number(block, selection.blocks[block]));
            for param in &region.params[region.blocks[block].params.range()] {
                self.values[param.index()].def = start;
            }
        }
    }

    fn terminator(&mut self, about: About<'_>, inside: u32, block: usize) {
        let number = end_number(block, about.selection.blocks[block]);
        match about.region.blocks[block].terminator {
            Terminator::Jump(edge) => self.edge(about, inside, edge, number),
            Terminator::Branch {
                then, otherwise, ..
            } => {
                self.edge(about, inside, then, number);
                self.edge(about, inside, otherwise, number);
            }
            Terminator::Leave(exit) => self.snapshot(about, inside, exit, late(number), |_| false),
        }
    }

    fn edge(&mut self, about: About<'_>, inside: u32, edge: Edge, number: u32) {
        let region = about.region;
        let params = region.blocks[edge.target.index()].params;
        let args = edge.args.range().zip(&region.args[edge.args.range()]);
        for ((place, arg), param) in args.zip(&region.params[params.range()]) {
            self.in_register(about.region, inside, place, *arg, early(number));
            let info = &mut self.values[arg.index()];
            if info.hint == NONE {
                info.hint = param.0;
            }
        }
    }

    #[inline]
    fn tile(&mut self, about: About<'_>, inside: u32, tile: &Tile, number: u32) {
        let range = tile.input_range();
        let inputs = &about.selection.inputs[range.clone()];
        if let TileExit::Exit(exit) = tile.exit()
            && !self.exits_seen[exit.index()]
        {
            let undoable = undoable(about.machine, tile, inputs);
            self.snapshot(about, inside, exit, late(number), |value| {
                let mut inputs = inputs.iter().enumerate();
                undoable != 0 && inputs.any(|(i, input)| undoable >> i & 1 != 0 && *input == value)
            });
        }
        for (place, input) in range.zip(inputs).rev() {
            self.in_register(about.region, inside, place, *input, early(number));
        }
        let facts = about.machine.variants.facts(tile.pattern);
        if let Some(result) = tile.result() {
            let info = &mut self.values[result.index()];
            info.def = late(number);
            if info.hint != NONE && facts.reusable != 0 {
                let hint = info.hint;
                self.pass_hint_on(facts.reusable, inputs, hint);
            }
        }
        if facts.clobbers {
            self.calls.push(late(number));
        }
    }

    /// What the result would like, the inputs that it could take its register from would like too.
    fn pass_hint_on(&mut self, reusable: u8, inputs: &[ValueId], hint: u32) {
        for (i, input) in inputs.iter().enumerate() {
            let info = &mut self.values[input.index()];
            if reusable >> i & 1 != 0 && info.hint == NONE && input.0 != hint {
                info.hint = hint;
            }
        }
    }

    /// A snapshot's uses. Its last place in layout order counts, so that each exit is looked at once. What can be undone
    /// there need not live until then.
    fn snapshot(
        &mut self,
        about: About<'_>,
        inside: u32,
        exit: ExitId,
        at: Position,
        undone: impl Fn(ValueId) -> bool,
    ) {
        if std::mem::replace(&mut self.exits_seen[exit.index()], true) {
            return;
        }
        for entry in about.region.snapshot(exit) {
            let info = &self.values[entry.value.index()];
            if info.last == 0 && !info.constant && !undone(entry.value) {
                self.lives_to(about.region, inside, entry.value, at);
            }
        }
    }

    /// A use in a register, at a place in the pool of inputs.
    #[inline(always)]
    fn in_register(
        &mut self,
        region: &Region,
        inside: u32,
        place: usize,
        value: ValueId,
        at: Position,
    ) {
        let info = &mut self.values[value.index()];
        self.next[place] = std::mem::replace(&mut info.next, at);
        let first = info.last == 0;
        if inside == NO_LOOP {
            if first {
                info.last = at;
            }
            return;
        }
        if first {
            self.lives_to(region, inside, value, at);
        }
        if self.told[value.index()] != inside {
            self.carry(region, inside, value);
        }
    }

    /// Makes a value live to a position, and to the end of every loop around it that begins after the value. This is the
    /// last use in layout order, so all others are covered: a loop around one of them that ends behind this place is around
    /// this place, too.
    fn lives_to(&mut self, region: &Region, mut inside: u32, value: ValueId, at: Position) {
        let mut last = at;
        if inside != NO_LOOP && !self.is_outside(region, value, inside) {
            // Nor does the loop carry it.
            self.told[value.index()] = inside;
            inside = NO_LOOP;
        }
        while inside != NO_LOOP && self.is_outside(region, value, inside) {
            last = self.loops.list[inside as usize].end;
            inside = self.loops.list[inside as usize].parent;
        }
        self.values[value.index()].last = last;
    }

    /// Whether a value is made before a loop begins.
    #[inline]
    fn is_outside(&self, region: &Region, value: ValueId, inside: u32) -> bool {
        let header = self.loops.list[inside as usize].header;
        match region.values[value.index()].def {
            ValueDef::Uop(uop) => uop.0 < region.blocks[header as usize].uops.start,
            ValueDef::Param(block, _) => block.0 < header,
            ValueDef::Const(_) => true,
        }
    }

    /// Tells the loops around a use of the value that they carry it through.
    #[inline(never)]
    fn carry(&mut self, region: &Region, mut inside: u32, value: ValueId) {
        self.told[value.index()] = inside;
        while inside != NO_LOOP && self.is_outside(region, value, inside) {
            let length = self.carried.len() as u32;
            let next = std::mem::replace(&mut self.carried_heads[inside as usize], length);
            self.carried.push(Carried { value, next });
            inside = self.loops.list[inside as usize].parent;
        }
    }
}
