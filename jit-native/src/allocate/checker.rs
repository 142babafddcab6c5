//! The symbolic checker: proves that an allocation does what the tiles say, without trusting anything that made it.
//!
//! It follows every path with a state that says which values each register and spill slot holds, going round loops until
//! nothing changes, and looks at every operand, every snapshot and every edge. What an op does it takes from the
//! library's own description of the stencil. (After regalloc2's checker.) Run in debug builds, tests and fuzzers.
//! Start with [`check`].

use super::output::{Allocation, NO_TILE, Op, OpExit, Place, RESULT, Site, Where};
use super::slots::slot_offset;
use super::undo::By;
use crate::machine::Machine;
use crate::region::{BlockId, Edge, Region, Span, Terminator, ValueDef, ValueId};
use crate::select::tile::{Selection, Tile, TileExit};
use std::collections::HashMap;

/// What is wrong with an allocation.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {fault}")]
pub struct CheckError {
    /// The op, edge or exit.
    pub place: String,
    /// What is wrong there.
    pub fault: String,
}

/// What a place may hold: a value, or a constant's bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Symbol {
    Value(ValueId),
    Bits(u64),
}

/// A register, or a spill slot behind them.
type Location = u32;
const FIRST_SLOT: Location = 32;

/// What every location holds: all its symbols, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct State {
    held: HashMap<Location, Vec<Symbol>>,
}

impl State {
    fn holds(&self, location: Location, symbol: Symbol) -> bool {
        self.held
            .get(&location)
            .is_some_and(|held| held.binary_search(&symbol).is_ok())
    }

    /// Keeps what both hold; says whether anything went.
    fn meet(&mut self, other: &State) -> bool {
        let before: usize = self.held.values().map(Vec::len).sum();
        self.held.retain(|location, held| {
            held.retain(|symbol| other.holds(*location, *symbol));
            !held.is_empty()
        });
        before != self.held.values().map(Vec::len).sum()
    }
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
    seen_in: HashMap<ValueId, Vec<Location>>,
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
        seen_in: HashMap::new(),
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
            Terminator::Jump(edge) => self.edge(block, &state, edge, ops.then),
            Terminator::Branch {
                then, otherwise, ..
            } => {
                self.edge(block, &state, then, ops.then)?;
                self.edge(block, &state, otherwise, ops.otherwise)
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
                    state.held.get(&location)
                ));
            }
            if !self.in_class(location, self.region.values[input.index()].ty) {
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
        for reg in (0..32).filter(|reg| stencil.clobbers >> reg & 1 != 0) {
            state.held.remove(&reg);
        }
        if let Some(location) = result {
            state.held.remove(&location);
        }
        self.tile_exit(state, &tile, op)?;
        if let (Some(location), Some(value)) = (result, tile.result()) {
            if !self.in_class(location, self.region.values[value.index()].ty) {
                return Err("the result is in a register of the wrong type".into());
            }
            self.forget(state, value);
            self.put(state, location, vec![Symbol::Value(value)]);
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
            let held = state.held.get(&from).cloned().unwrap_or_default();
            self.put(state, to, held);
        } else if is(machinery.load_spill) {
            let held = state
                .held
                .get(&slot_location(imm())?)
                .cloned()
                .unwrap_or_default();
            self.put(state, to, held);
        } else if is(machinery.store_spill) {
            let held = state.held.get(&from).cloned().unwrap_or_default();
            self.put(state, slot_location(imm())?, held);
        } else if is(machinery.constant) {
            self.put(state, to, vec![Symbol::Bits(imm() as u64)]);
        } else {
            return Err("it is no machinery".into());
        }
        Ok(())
    }

    fn symbol(&self, value: ValueId) -> Symbol {
        match self.region.values[value.index()].def {
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
            By::Constant(added) if adds => {
                value == a && bits(b) == Some(added.wrapping_neg())
                    || value == b && bits(a) == Some(added.wrapping_neg())
            }
            By::Constant(added) => subtracts && value == a && bits(b) == Some(added),
        };
        way && undo.result == op.regs[RESULT]
    }

    /// An edge: its ops, then the parameters become what the arguments are; then the target's start knows no more
    /// than this.
    fn edge(
        &mut self,
        block: BlockId,
        state: &State,
        edge: Edge,
        ops: Span,
    ) -> Result<(), CheckError> {
        let mut state = state.clone();
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
        let mut renamed = HashMap::with_capacity(state.held.len());
        for (location, held) in &state.held {
            let mut now: Vec<Symbol> = held
                .iter()
                .filter(|s| !matches!(s, Symbol::Value(v) if params.contains(v)))
                .copied()
                .collect();
            for (arg, param) in args.iter().zip(params) {
                if held.binary_search(&self.symbol(*arg)).is_ok() {
                    now.push(Symbol::Value(*param));
                    self.seen_in.entry(*param).or_default().push(*location);
                }
            }
            now.sort_unstable();
            now.dedup();
            renamed.insert(*location, now);
        }
        let state = State { held: renamed };
        let start = &mut self.starts[edge.target.index()];
        let changed = match start {
            Some(start) => start.meet(&state),
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

    fn put(&mut self, state: &mut State, location: Location, held: Vec<Symbol>) {
        for symbol in &held {
            if let Symbol::Value(value) = symbol {
                let seen = self.seen_in.entry(*value).or_default();
                if !seen.contains(&location) {
                    seen.push(location);
                }
            }
        }
        state.held.insert(location, held);
    }

    /// A value is defined anew: what an earlier round of a loop left of it is another value.
    fn forget(&self, state: &mut State, value: ValueId) {
        for location in self.seen_in.get(&value).into_iter().flatten() {
            if let Some(held) = state.held.get_mut(location) {
                held.retain(|symbol| *symbol != Symbol::Value(value));
            }
        }
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
