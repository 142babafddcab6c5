//! The symbolic checker: proves that an allocation does what the tiles say, without trusting anything that made it.
//!
//! It follows every path with a state that says which values each register and spill slot holds, going round loops until
//! nothing changes, and looks at every operand, every snapshot and every edge. What an op does it takes from the
//! library's own description of the stencil. (After regalloc2's checker.) Run in debug builds, tests and fuzzers.
//! Start with [`check`].

mod state;

use self::state::{FIRST_SLOT, Location, State, Symbol};
use super::output::{Allocation, NO_TILE, Op, OpExit, Place, RESULT, Site, Where};
use super::slots::slot_offset;
use super::undo::By;
use crate::machine::Machine;
use crate::region::{BlockId, Edge, Region, Span, Terminator, ValueDef, ValueId};
use crate::select::tile::{Selection, Tile, TileExit};
use smallvec::SmallVec;

/// What is wrong with an allocation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct CheckError {
    /// The op, edge or exit.
    pub place: String,
    /// What is wrong there.
    pub fault: String,
}

/// The proof under way.
struct Checker<'a> {
    machine: &'a Machine,
    region: &'a Region,
    selection: &'a Selection,
    allocation: &'a Allocation,
    /// By block: what holds at its start, once something leads there.
    starts: Vec<Option<State>>,
    /// By value: every location that has ever held it.
    seen_in: Vec<SmallVec<[Location; 4]>>,
    work: Vec<BlockId>,
}

/// Checks an allocation.
///
/// # Errors
/// When some operand, snapshot or edge is not sure to find its values.
pub fn check(
    machine: &Machine,
    region: &Region,
    selection: &Selection,
    allocation: &Allocation,
) -> Result<(), CheckError> {
    let mut checker = Checker {
        machine,
        region,
        selection,
        allocation,
        starts: vec![None; region.blocks.len()],
        seen_in: vec![SmallVec::new(); region.values.len()],
        work: Vec::new(),
    };
    if region.blocks.is_empty() {
        return Ok(());
    }
    checker.starts[0] = Some(State::default());
    checker.work.push(BlockId(0));
    while let Some(block) = checker.work.pop() {
        checker.block(block)?;
    }
    Ok(())
}

fn fail(place: impl Into<String>, fault: impl Into<String>) -> CheckError {
    CheckError {
        place: place.into(),
        fault: fault.into(),
    }
}

impl Checker<'_> {
    fn block(&mut self, block: BlockId) -> Result<(), CheckError> {
        let Some(mut state) = self.starts[block.index()].clone() else {
            return Ok(());
        };
        let ops = self.allocation.blocks[block.index()];
        let mut tiles = self.selection.standing(block.index()).map(|(at, _)| at);
        for at in ops.ops.range() {
            let op = &self.allocation.ops[at];
            if op.tile != NO_TILE && tiles.next() != Some(op.tile as usize) {
                return Err(fail(format!("op {at}"), "the tiles are out of order"));
            }
            self.op(&mut state, op)
                .map_err(|fault| fail(format!("op {at} in {block}"), fault))?;
        }
        if tiles.next().is_some() {
            return Err(fail(block.to_string(), "a tile is missing"));
        }
        match self.region.blocks[block.index()].terminator {
            Terminator::Jump(edge) => self.edge(block, state, edge, ops.then),
            Terminator::Branch {
                then, otherwise, ..
            } => {
                self.edge(block, state.clone(), then, ops.then)?;
                self.edge(block, state, otherwise, ops.otherwise)
            }
            Terminator::Leave(exit) => {
                let site = self.allocation.sites[ops.site as usize];
                if site.exit != exit {
                    return Err(fail(block.to_string(), "it leaves by another exit"));
                }
                self.site(&state, &site, None)
                    .map_err(|fault| fail(format!("end of {block}"), fault))
            }
        }
    }

    /// One op: what it needs must be there; afterwards there is what it makes.
    fn op(&mut self, state: &mut State, op: &Op) -> Result<(), String> {
        if op.tile == NO_TILE {
            self.machinery_op(state, op)
        } else {
            self.tile_op(state, op)
        }
    }

    fn tile_op(&mut self, state: &mut State, op: &Op) -> Result<(), String> {
        let tile = self.selection.tiles[op.tile as usize];
        let library = &self.machine.library;
        let stencil = &library.stencils[op.stencil.0 as usize];
        let pattern = &library.patterns[stencil.pattern.0 as usize];
        if stencil.pattern != tile.pattern || op.imms != tile.imms {
            return Err("the stencil is not of the tile's pattern".into());
        }
        let result = pattern.result.map(|_| Location::from(op.regs[RESULT]));
        let mut shared = 0u8;
        for (i, input) in self.selection.inputs(&tile).iter().enumerate() {
            let location = Location::from(op.regs[i]);
            if !state.holds(location, self.symbol(*input)) {
                return Err(format!(
                    "input {i} should be {input}, register {location} holds {:?}",
                    state.at(location).collect::<Vec<_>>()
                ));
            }
            if !self.in_class(location, self.region.ty(*input)) {
                return Err(format!("input {i} is in a register of the wrong type"));
            }
            if result == Some(location) {
                shared |= 1 << i;
            }
        }
        if shared != stencil.reuse {
            return Err(format!(
                "inputs {shared:#b} share the result's register, the stencil says {:#b}",
                stencil.reuse
            ));
        }
        if stencil.clobbers != 0 {
            state.retain(|at, _| at >= FIRST_SLOT || stencil.clobbers >> at & 1 == 0);
        }
        if let Some(location) = result {
            state.clear(location);
        }
        self.tile_exit(state, &tile, op)?;
        if let (Some(location), Some(value)) = (result, tile.result()) {
            if !self.in_class(location, self.region.ty(value)) {
                return Err("the result is in a register of the wrong type".into());
            }
            self.forget(state, value);
            self.put(state, location, Symbol::Value(value));
        }
        Ok(())
    }

    fn in_class(&self, location: Location, ty: stencils::table::Type) -> bool {
        self.machine.classes[crate::machine::class(ty)] >> location & 1 != 0
    }

    fn tile_exit(&self, state: &State, tile: &Tile, op: &Op) -> Result<(), String> {
        match tile.exit() {
            TileExit::None if op.exit == OpExit::NONE => Ok(()),
            TileExit::Otherwise if op.exit == OpExit::OTHERWISE => Ok(()),
            TileExit::Exit(exit) => {
                let site = self
                    .allocation
                    .sites
                    .get(op.exit.0 as usize)
                    .ok_or("it has no site")?;
                if site.exit != exit {
                    return Err(format!("it leaves by {}, not {exit}", site.exit));
                }
                self.site(state, site, Some((tile, op)))
            }
            _ => Err("it leaves another way than its tile".into()),
        }
    }

    /// A copy, spill, reload or constant, as its stencil's pattern says.
    fn machinery_op(&mut self, state: &mut State, op: &Op) -> Result<(), String> {
        let library = &self.machine.library;
        let stencil = &library.stencils[op.stencil.0 as usize];
        let pattern = &library.patterns[stencil.pattern.0 as usize];
        let [uop] = &pattern.uops[..] else {
            return Err("several uops are no machinery".into());
        };
        let machinery = &self.machine.machinery;
        let is = |kinds: [stencils::table::UopKind; 2]| kinds.contains(&uop.kind);
        let imm = || self.selection.imms[op.imms as usize];
        let (from, to) = (Location::from(op.regs[0]), Location::from(op.regs[RESULT]));
        if stencil.reuse != 0 {
            return Err("machinery never shares registers".into());
        }
        if is(machinery.copy) {
            self.copy(state, from, to);
        } else if is(machinery.load_spill) {
            self.copy(state, slot_location(imm())?, to);
        } else if is(machinery.store_spill) {
            self.copy(state, from, slot_location(imm())?);
        } else if is(machinery.constant) {
            self.put(state, to, Symbol::Bits(imm() as u64));
        } else {
            return Err("it is no machinery".into());
        }
        Ok(())
    }

    fn symbol(&self, value: ValueId) -> Symbol {
        match self.region.def(value) {
            ValueDef::Const(bits) => Symbol::Bits(bits),
            _ => Symbol::Value(value),
        }
    }

    /// Every place of a snapshot must hold its value.
    fn site(
        &self,
        state: &State,
        site: &Site,
        leaving: Option<(&Tile, &Op)>,
    ) -> Result<(), String> {
        let entries = &self.region.snapshots[self.region.exits[site.exit.index()].snapshot.range()];
        let places = &self.allocation.places[site.places.range()];
        if entries.len() != places.len() {
            return Err(format!("{} does not know all its places", site.exit));
        }
        for (entry, place) in entries.iter().zip(places) {
            let there = match (place.get(), leaving) {
                (Where::Undone(number), Some((tile, op))) => {
                    self.undone(state, number, entry.value, tile, op)
                }
                _ => self.holds(state, *place, entry.value),
            };
            if !there {
                return Err(format!(
                    "{} expects {} in {place:?}",
                    site.exit, entry.value
                ));
            }
        }
        Ok(())
    }

    fn holds(&self, state: &State, place: Place, value: ValueId) -> bool {
        match place.get() {
            Where::Reg(reg) => state.holds(Location::from(reg), self.symbol(value)),
            Where::Slot(of) => match self.allocation.slots.get(of.index()) {
                Some(slot) if *slot != u32::MAX => {
                    state.holds(FIRST_SLOT + slot, self.symbol(value))
                }
                _ => false,
            },
            Where::Const(constant) => {
                matches!(self.symbol(constant), Symbol::Bits(_))
                    && self.symbol(constant) == self.symbol(value)
            }
            Where::Undone(_) => false,
        }
    }

    /// Whether a value can be computed from what an overflow has left: by the uop's own meaning.
    fn undone(&self, state: &State, number: u32, value: ValueId, tile: &Tile, op: &Op) -> bool {
        let undo = self.allocation.undos.get(number as usize);
        let (Some(undo), Some(uop), 0) = (undo, tile.root(), tile.swallowed_range().len()) else {
            return false;
        };
        let &[a, b] = self.region.uop_args(uop) else {
            return false;
        };
        let kind = self.region.uops[uop.index()].kind;
        let holds = |reg: u8, value| {
            reg != undo.result && state.holds(Location::from(reg), self.symbol(value))
        };
        let bits = |value| match self.symbol(value) {
            Symbol::Bits(bits) => Some(bits as i64),
            Symbol::Value(_) => None,
        };
        let [adds, subtracts] = self
            .machine
            .machinery
            .overflowing
            .map(|known| known == kind);
        let way = match undo.by {
            By::Subtracting(reg) => {
                adds && (value == a && holds(reg, b) || value == b && holds(reg, a))
            }
            By::Adding(reg) => subtracts && value == a && holds(reg, b),
            By::SubtractingConstant(constant) => {
                adds && (value == a && bits(b) == Some(constant)
                    || value == b && bits(a) == Some(constant))
            }
            By::AddingConstant(constant) => subtracts && value == a && bits(b) == Some(constant),
        };
        way && undo.result == op.regs[RESULT]
    }

    /// An edge: its ops, then the parameters become what the arguments are; then the target's start knows no more
    /// than this.
    fn edge(
        &mut self,
        block: BlockId,
        mut state: State,
        edge: Edge,
        ops: Span,
    ) -> Result<(), CheckError> {
        for at in ops.range() {
            let op = &self.allocation.edge_ops[at];
            if op.tile != NO_TILE {
                return Err(fail(format!("edge op {at}"), "an edge runs no tile"));
            }
            self.op(&mut state, op)
                .map_err(|fault| fail(format!("edge op {at} from {block}"), fault))?;
        }
        let params = &self.region.params[self.region.blocks[edge.target.index()].params.range()];
        let args = &self.region.args[edge.args.range()];
        self.rename(&mut state, args, params);
        let start = &mut self.starts[edge.target.index()];
        let changed = match start {
            Some(start) => start.retain(|location, symbol| state.holds(location, symbol)),
            None => {
                *start = Some(state);
                true
            }
        };
        if changed {
            self.work.push(edge.target);
        }
        Ok(())
    }

    /// The parameters become what the arguments are, all at once; what they were is no more.
    fn rename(&mut self, state: &mut State, args: &[ValueId], params: &[ValueId]) {
        if params.is_empty() {
            return;
        }
        let mut named: SmallVec<[(Location, Symbol); 16]> = SmallVec::new();
        for (arg, param) in args.iter().zip(params) {
            let symbol = self.symbol(*arg);
            let mut name = |location| {
                if state.holds(location, symbol) {
                    named.push((location, Symbol::Value(*param)));
                }
            };
            match symbol {
                Symbol::Value(value) => self.seen_in[value.index()]
                    .iter()
                    .copied()
                    .for_each(&mut name),
                Symbol::Bits(_) => state.locations().for_each(&mut name),
            }
        }
        for param in params {
            self.forget(state, *param);
        }
        for (location, symbol) in named {
            self.add(state, location, symbol);
        }
    }

    /// From here on the location holds just this.
    fn put(&mut self, state: &mut State, location: Location, symbol: Symbol) {
        state.clear(location);
        self.add(state, location, symbol);
    }

    /// From here on the location holds just what another one holds.
    fn copy(&mut self, state: &mut State, from: Location, to: Location) {
        let held: SmallVec<[Symbol; 4]> = state.at(from).collect();
        state.clear(to);
        for symbol in held {
            self.add(state, to, symbol);
        }
    }

    fn add(&mut self, state: &mut State, location: Location, symbol: Symbol) {
        if let Symbol::Value(value) = symbol {
            note(&mut self.seen_in, value, location);
        }
        state.add(location, symbol);
    }

    /// A value is defined anew: what an earlier round of a loop left of it is another value.
    fn forget(&self, state: &mut State, value: ValueId) {
        for location in &self.seen_in[value.index()] {
            state.remove(*location, Symbol::Value(value));
        }
    }
}

/// Notes that a location has held a value.
fn note(seen_in: &mut [SmallVec<[Location; 4]>], value: ValueId, location: Location) {
    let seen = &mut seen_in[value.index()];
    if !seen.contains(&location) {
        seen.push(location);
    }
}

fn slot_location(offset: i64) -> Result<Location, String> {
    let slot = (offset - slot_offset(0)) / 8;
    let aligned = slot >= 0 && slot_offset(slot as u32) == offset;
    if aligned {
        Ok(FIRST_SLOT + slot as Location)
    } else {
        Err(format!("{offset} is no slot's offset"))
    }
}
