//! How long values live and where they are used next: one pass backward over the tiles.
//!
//! Every block start, tile and block end has a number, in layout order, and each number two **positions**: the early
//! one, where operands are read, and the late one, where the result exists and an exit is taken. A value lives from its
//! definition to its last use in layout order; a use inside a loop of a value from outside lasts to the loop's end.
//! Uses in registers are chained, so that the forward walk always knows the next one. Snapshots are no such
//! uses: an exit can read a spill slot as well.
//!
//! Start with [`Liveness::run`].

use super::loops::{Loops, NO_LOOP};
use super::undo::undoable;
use crate::machine::Machine;
use crate::region::{Edge, Region, Span, Terminator, Value, ValueDef, ValueId};
use crate::select::tile::{Selection, TileExit};
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
    /// Its next use in a register, in [`Liveness::uses`].
    pub head: u32,
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

/// One use in a register.
#[derive(Clone, Copy, Debug)]
pub struct Use {
    /// Where.
    pub at: Position,
    /// The value's next one.
    pub next: u32,
}

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
    /// The uses.
    pub uses: Vec<Use>,
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

impl Liveness {
    /// Computes everything for a selection.
    pub fn run(&mut self, machine: &Machine, region: &Region, selection: &Selection) {
        self.loops.find(region);
        self.uses.clear();
        self.uses
            .reserve(selection.inputs.len() + region.args.len());
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
        self.define(region, selection);
        for block in (0..region.blocks.len()).rev() {
            self.terminator(region, selection, block);
            self.tiles(machine, region, selection, block);
        }
    }

    /// The forward pass: what values are and where they are defined.
    fn define(&mut self, region: &Region, selection: &Selection) {
        self.values.clear();
        self.values
            .extend(region.values.iter().map(|Value { ty, def }| ValueInfo {
                last: 0,
                head: NONE,
                def: 0,
                hint: NONE,
                reg: NO_REG,
                home: NO_REG,
                ty: *ty,
                constant: matches!(def, ValueDef::Const(_)),
                spilled: false,
            }));
        for (block, tiles) in selection.blocks.iter().enumerate() {
            let start = early(start_number(block, *tiles));
            for param in &region.params[region.blocks[block].params.range()] {
                self.values[param.index()].def = start;
            }
            for at in tiles.range().filter(|at| selection.tiles[*at].stands) {
                if let Some(result) = selection.tiles[at].result() {
                    self.values[result.index()].def = late(tile_number(block, at));
                }
            }
        }
    }

    fn terminator(&mut self, region: &Region, selection: &Selection, block: usize) {
        let number = end_number(block, selection.blocks[block]);
        match region.blocks[block].terminator {
            Terminator::Jump(edge) => self.edge(region, selection, edge, block, number),
            Terminator::Branch {
                then, otherwise, ..
            } => {
                self.edge(region, selection, then, block, number);
                self.edge(region, selection, otherwise, block, number);
            }
            Terminator::Leave(exit) => {
                self.snapshot(region, selection, exit.index(), block, number, |_| false)
            }
        }
    }

    fn edge(
        &mut self,
        region: &Region,
        selection: &Selection,
        edge: Edge,
        block: usize,
        number: u32,
    ) {
        let params = region.blocks[edge.target.index()].params;
        for (arg, param) in region.args[edge.args.range()]
            .iter()
            .zip(&region.params[params.range()])
        {
            self.in_register(selection, *arg, block, early(number));
            let info = &mut self.values[arg.index()];
            if info.hint == NONE {
                info.hint = param.0;
            }
        }
    }

    fn tiles(&mut self, machine: &Machine, region: &Region, selection: &Selection, block: usize) {
        for at in selection.blocks[block].range().rev() {
            let tile = &selection.tiles[at];
            if !tile.stands {
                continue;
            }
            let number = tile_number(block, at);
            if let TileExit::Exit(exit) = tile.exit() {
                let inputs = selection.inputs(tile);
                let undoable = undoable(machine, tile, inputs);
                self.snapshot(region, selection, exit.index(), block, number, |value| {
                    undoable != 0
                        && inputs
                            .iter()
                            .enumerate()
                            .any(|(i, input)| undoable >> i & 1 != 0 && *input == value)
                });
            }
            for input in selection.inputs(tile).iter().rev() {
                self.in_register(selection, *input, block, early(number));
            }
            if let Some(result) = tile.result() {
                self.pass_hint_on(machine, selection, at, result);
            }
            if machine
                .variants
                .clobbers(machine.variants.keeping(tile.pattern))
                != 0
            {
                self.calls.push(late(number));
            }
        }
    }

    /// What the result would like, the inputs that it could take its register from would like too.
    fn pass_hint_on(
        &mut self,
        machine: &Machine,
        selection: &Selection,
        at: usize,
        result: ValueId,
    ) {
        let hint = self.values[result.index()].hint;
        if hint == NONE {
            return;
        }
        let tile = &selection.tiles[at];
        let reusable = machine.variants.reusable(tile.pattern);
        for (i, input) in selection.inputs(tile).iter().enumerate() {
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
        region: &Region,
        selection: &Selection,
        exit: usize,
        block: usize,
        number: u32,
        undone: impl Fn(ValueId) -> bool,
    ) {
        if std::mem::replace(&mut self.exits_seen[exit], true) {
            return;
        }
        for entry in &region.snapshots[region.exits[exit].snapshot.range()] {
            if !self.values[entry.value.index()].constant && !undone(entry.value) {
                self.lives_to(selection, entry.value, block, late(number));
            }
        }
    }

    #[inline]
    fn in_register(&mut self, selection: &Selection, value: ValueId, block: usize, at: Position) {
        self.lives_to(selection, value, block, at);
        let info = &mut self.values[value.index()];
        let next = std::mem::replace(&mut info.head, self.uses.len() as u32);
        self.uses.push(Use { at, next });
        let innermost = self.loops.innermost[block];
        if innermost != NO_LOOP {
            self.carry(selection, value, innermost);
        }
    }

    /// Makes a value live to a position in a block, and to the end of every loop around it that begins after the value.
    #[inline]
    fn lives_to(&mut self, selection: &Selection, value: ValueId, block: usize, at: Position) {
        let info = &mut self.values[value.index()];
        let mut last = at;
        let mut inside = self.loops.innermost[block];
        while inside != NO_LOOP {
            let around = self.loops.list[inside as usize];
            let header = around.header as usize;
            if info.def >= early(start_number(header, selection.blocks[header])) {
                break;
            }
            let end = around.last as usize;
            last = late(end_number(end, selection.blocks[end]));
            inside = around.parent;
        }
        info.last = info.last.max(last);
    }

    /// Tells the loops around a use of the value that they carry it through.
    fn carry(&mut self, selection: &Selection, value: ValueId, innermost: u32) {
        if std::mem::replace(&mut self.told[value.index()], innermost) == innermost {
            return;
        }
        let def = self.values[value.index()].def;
        let mut inside = innermost;
        while inside != NO_LOOP {
            let around = self.loops.list[inside as usize];
            let header = around.header as usize;
            if def >= early(start_number(header, selection.blocks[header])) {
                break;
            }
            let next = std::mem::replace(
                &mut self.carried_heads[inside as usize],
                self.carried.len() as u32,
            );
            self.carried.push(Carried { value, next });
            inside = around.parent;
        }
    }
}
