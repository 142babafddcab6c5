//! What registers hold while a trace runs: the run that was watched, followed through the stencils that do its uops.
//!
//! It looks at what each stencil is said to do, as the engine's checker of allocations does, and never at its bytes. Start at
//! [`states`].

use std::collections::HashMap;
use std::ops::Range;

use jit_native::allocate::output::{NO_TILE, Op, RESULT};
use jit_native::assemble::marks::Source;
use jit_native::region::{BlockId, Edge, Region, Terminator, UopId, ValueId};
use stencils::library::Reg;

use super::machine::Show;
use super::model::{Register, State};
use crate::trace::watch::{Event, Logged, Watched};

/// A register, or (behind them) a word of the context that a value was spilled to.
type Location = u32;
const FIRST_WORD: Location = 64;

/// What a place holds.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Content {
    /// The value of the region, unless it is a constant.
    value: Option<ValueId>,
    text: String,
}

/// What changes at each step of the run.
pub(super) fn states(show: &Show<'_>, region: &Region, watched: &Watched) -> Vec<State> {
    let mut walk = Walk {
        show,
        region,
        pieces: pieces(show),
        held: HashMap::new(),
        visited: vec![0; region.blocks.len()],
        block: None,
        next: 0..0,
        taken: true,
        state: State::default(),
    };
    let steps = watched.steps.iter();
    steps
        .map(|logged| {
            walk.step(logged);
            std::mem::take(&mut walk.state)
        })
        .collect()
}

/// The pieces that each op became, in the order of the code.
fn pieces(show: &Show<'_>) -> HashMap<(bool, u32), Vec<u32>> {
    let mut found: HashMap<(bool, u32), Vec<u32>> = HashMap::new();
    for (n, mark) in show.marks().enumerate() {
        let key = match mark.1 {
            Source::Op(op) => (false, op),
            Source::EdgeOp(op) => (true, op),
            _ => continue,
        };
        found.entry(key).or_default().push(n as u32);
    }
    found
}

struct Walk<'a> {
    show: &'a Show<'a>,
    region: &'a Region,
    pieces: HashMap<(bool, u32), Vec<u32>>,
    held: HashMap<Location, Content>,
    /// By block: how often it was entered.
    visited: Vec<u32>,
    block: Option<BlockId>,
    /// The ops of the block that are still to come.
    next: Range<usize>,
    /// Whether the last branch held.
    taken: bool,
    state: State,
}

impl Walk<'_> {
    fn step(&mut self, logged: &Logged) {
        let allocation = self.show.compiler.allocation();
        match logged.event {
            Event::Enter(block) => {
                self.rest();
                self.cross(block, logged);
                self.block = Some(block);
                self.visited[block.index()] += 1;
                self.next = allocation.blocks[block.index()].ops.range();
            }
            Event::Uop(uop, _) => self.uop(uop, logged),
            Event::Branch(_, held) => {
                self.rest();
                self.taken = held;
            }
            Event::Leave(_) => {}
        }
    }

    /// The ops up to the stencil that ends with this uop; none when a later stencil runs it.
    fn uop(&mut self, uop: UopId, logged: &Logged) {
        let allocation = self.show.compiler.allocation();
        let selection = self.show.compiler.selection();
        let runs = |op: &Op| {
            let tile = selection.tiles.get(op.tile as usize);
            op.tile != NO_TILE && tile.is_some_and(|tile| tile.root() == Some(uop))
        };
        let ops = &allocation.ops[self.next.clone()];
        let Some(at) = ops.iter().position(runs) else {
            return;
        };
        for n in self.next.start..=self.next.start + at {
            self.op(false, n, Some(logged));
        }
        self.next.start += at + 1;
    }

    /// What is left of the block.
    fn rest(&mut self) {
        for n in std::mem::replace(&mut self.next, 0..0) {
            self.op(false, n, None);
        }
    }

    /// The way from the last block to this one.
    fn cross(&mut self, to: BlockId, logged: &Logged) {
        let Some(from) = self.block else { return };
        let ops = self.show.compiler.allocation().blocks[from.index()];
        let (edge, ops) = match self.region.blocks[from.index()].terminator {
            Terminator::Jump(edge) => (edge, ops.then),
            Terminator::Branch { then, .. } if self.taken => (then, ops.then),
            Terminator::Branch { otherwise, .. } => (otherwise, ops.otherwise),
            Terminator::Leave(_) => return,
        };
        for n in ops.range() {
            self.op(true, n, None);
        }
        self.rename(edge, to, logged);
    }

    /// What held an argument of the edge holds the block's parameter now.
    fn rename(&mut self, edge: Edge, to: BlockId, logged: &Logged) {
        let args = self.region.args(edge.args);
        let params = self.region.block_params(to);
        for (&location, content) in &mut self.held {
            let Some(n) = args.iter().position(|arg| Some(*arg) == content.value) else {
                continue;
            };
            let (Some(&param), Some(&word)) = (params.get(n), logged.values.get(n)) else {
                continue;
            };
            content.value = Some(param);
            content.text = self.show.view.bits(param, word);
            let change = register(
                self.show,
                location,
                Some(content),
                self.show.view.value(param),
            );
            self.state.registers.push(change);
        }
        // The order of a hash map is not the same twice.
        self.state.registers.sort_by(|a, b| a.name.cmp(&b.name));
    }

    fn op(&mut self, on_edge: bool, n: usize, logged: Option<&Logged>) {
        let compiler = self.show.compiler;
        let allocation = compiler.allocation();
        let op = if on_edge {
            &allocation.edge_ops[n]
        } else {
            &allocation.ops[n]
        };
        self.note_piece(on_edge, n as u32);
        if op.tile == NO_TILE {
            return self.machinery(op);
        }
        let library = compiler.machine().library();
        let stencil = &library.stencils[op.stencil.0 as usize];
        for reg in (0..32).filter(|reg| stencil.clobbers >> reg & 1 != 0) {
            if self.held.remove(&reg).is_some() {
                let change = register(self.show, reg, None, String::new());
                self.state.registers.push(change);
            }
        }
        let result = compiler.selection().tiles[op.tile as usize].result();
        let word = logged.and_then(|logged| logged.values.first());
        if let (Some(value), Some(&word)) = (result, word) {
            let content = Content {
                value: Some(value),
                text: self.show.view.bits(value, word),
            };
            self.put(Location::from(op.regs[RESULT]), content);
        }
    }

    fn note_piece(&mut self, on_edge: bool, n: u32) {
        let visits = self.block.map_or(0, |block| self.visited[block.index()]);
        let pieces = self.pieces.get(&(on_edge, n)).into_iter().flatten();
        // The first uops of a loop stand a second time at its end: that copy runs whenever it goes round.
        let piece = if visits > 1 {
            pieces.last()
        } else {
            pieces.into_iter().next()
        };
        self.state.pieces.extend(piece);
    }

    /// A copy, spill, reload or constant.
    fn machinery(&mut self, op: &Op) {
        let compiler = self.show.compiler;
        let library = compiler.machine().library();
        let pattern = library.stencils[op.stencil.0 as usize].pattern;
        let Some(uop) = library.patterns[pattern.0 as usize].uops.first() else {
            return;
        };
        let imm = || compiler.selection().imms.get(op.imms as usize).copied();
        let word = || FIRST_WORD + imm().unwrap_or_default() as u32 / 8;
        let (from, to) = (Location::from(op.regs[0]), Location::from(op.regs[RESULT]));
        let name = self.show.view.table[uop.kind].name;
        let (content, to) = match name {
            "copy_i64" | "copy_f64" => (self.held.get(&from).cloned(), to),
            "load_spill_i64" | "load_spill_f64" => (self.held.get(&word()).cloned(), to),
            "store_spill_i64" | "store_spill_f64" => (self.held.get(&from).cloned(), word()),
            "const_i64" => (
                Some(constant(self.show.view.word(imm().unwrap_or_default()))),
                to,
            ),
            "const_f64" => {
                let number = f64::from_bits(imm().unwrap_or_default() as u64);
                (Some(constant(format!("{number:?}"))), to)
            }
            _ => return,
        };
        if let Some(content) = content {
            self.put(to, content);
        }
    }

    fn put(&mut self, location: Location, content: Content) {
        let holds = match content.value {
            Some(value) => self.show.view.value(value),
            None => String::new(),
        };
        let change = register(self.show, location, Some(&content), holds);
        self.state.registers.push(change);
        self.held.insert(location, content);
    }
}

fn constant(text: String) -> Content {
    Content { value: None, text }
}

fn register(
    show: &Show<'_>,
    location: Location,
    content: Option<&Content>,
    holds: String,
) -> Register {
    let name = match u8::try_from(location)
        .ok()
        .filter(|_| location < FIRST_WORD)
    {
        Some(reg) => show.compiler.machine().register_name(Reg(reg)).to_owned(),
        None => format!("word {}", location - FIRST_WORD),
    };
    Register {
        name,
        holds,
        value: content.map(|content| content.text.clone()),
    }
}
