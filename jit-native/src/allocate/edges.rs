//! Edges between blocks: what a block finds in registers when it starts, and the moves on every edge that bring it
//! there.
//!
//! A block takes over the state of one of the edges that lead to it from above. Every other edge is given the moves
//! that turn its own state into that one. Back edges come last: the header's state stands by then, and so do the
//! registers of its parameters, which the values that will be passed back have been trying to get.

use super::liveness::{NO_REG, NONE, Position, early, start_number};
use super::loops::NO_LOOP;
use super::moves::{Edge as EdgeOps, Move};
use super::output::Place;
use super::registers::{EMPTY, State, bits};
use super::walk::Walker;
use crate::faults::{Fault, planted};
use crate::region::{Edge, Span, ValueId};

/// An edge to a block that has not been reached yet.
#[derive(Clone, Debug)]
pub(super) struct Pending {
    /// Where it comes from.
    from: u32,
    /// Whether it is the `otherwise` edge.
    otherwise: bool,
    /// Its values.
    args: Span,
    /// What the registers hold on it.
    state: State,
    /// The block's next pending edge.
    next: u32,
}

impl Walker<'_> {
    /// Ends a block with a jump.
    pub(super) fn leave_by(&mut self, block: usize, edge: Edge, otherwise: bool) {
        self.pass_uses(edge);
        self.pass(block, edge, otherwise);
    }

    /// Takes note that an edge's values have been used.
    pub(super) fn pass_uses(&mut self, edge: Edge) {
        if self.regs.next.known {
            self.regs.next.pass(self.inputs, edge.args.range());
        }
    }

    /// Goes along an edge: back at once, forward when its target is reached.
    pub(super) fn pass(&mut self, block: usize, edge: Edge, otherwise: bool) {
        let target = edge.target.index();
        // From here on the edge relies on what the registers hold.
        self.regs.touched |= self.regs.occupied;
        if target <= block {
            let header = self.header_state(target);
            let moves = self.resolve(target, edge.args, &header, self.regs.occupied);
            self.put(block, otherwise, moves);
            return;
        }
        let params = self.region.blocks[target].params;
        for (arg, param) in self.region.args[edge.args.range()]
            .iter()
            .zip(&self.region.params[params.range()])
        {
            let reg = self.live.values[arg.index()].reg;
            let home = &mut self.live.values[param.index()].home;
            if *home == NO_REG {
                *home = reg;
            }
        }
        let next = self.scratch.pending_heads[target];
        self.scratch.pending_heads[target] = self.scratch.pending.len() as u32;
        self.scratch.pending.push(Pending {
            from: block as u32,
            otherwise,
            args: edge.args,
            state: self.regs.state(),
            next,
        });
    }

    /// What the header of a loop finds in registers, parameters apart.
    fn header_state(&self, block: usize) -> State {
        // A block that is jumped back to heads the innermost loop that it is in.
        match self.live.loops.innermost[block] {
            NO_LOOP => EMPTY,
            inside => self.regs.headers[inside as usize],
        }
    }

    fn put(&mut self, block: usize, otherwise: bool, ops: Span) {
        let block = &mut self.out.blocks[block];
        if otherwise {
            block.otherwise = ops
        } else {
            block.then = ops
        }
    }

    /// Writes the moves of an edge whose state is the present one.
    fn resolve(&mut self, target: usize, args: Span, to: &State, before: u32) -> Span {
        let mut busy = before;
        for (reg, value) in to.iter() {
            busy |= 1 << reg;
            if self.regs.holding(self.live, value) != Some(reg) {
                let from = self.edge_place(value);
                self.scratch.moves.list.push(Move {
                    to: Place::reg(reg),
                    from,
                    ty: self.region.ty(value),
                });
            }
        }
        let params = self.region.blocks[target].params;
        for (arg, param) in self.region.args[args.range()]
            .iter()
            .zip(&self.region.params[params.range()])
        {
            let info = self.live.values[param.index()];
            if info.last == 0 {
                continue;
            }
            let to = if info.home == NO_REG {
                Place::slot(*param)
            } else {
                Place::reg(info.home)
            };
            if info.home != NO_REG {
                busy |= 1 << info.home;
            }
            let from = self.edge_place(*arg);
            self.scratch.moves.list.push(Move {
                to,
                from,
                ty: self.region.ty(*param),
            });
        }
        if planted(Fault::EdgeForgetsParameter) {
            self.scratch.moves.list.pop();
        }
        let start = self.out.edge_ops.len() as u32;
        self.scratch.moves.run(&mut EdgeOps {
            machine: self.machine,
            region: self.region,
            imms: self.imms,
            ops: &mut self.out.edge_ops,
            free: !busy,
        });
        Span {
            start,
            len: self.out.edge_ops.len() as u32 - start,
        }
    }

    /// Where an edge finds a value. A constant that is in a register is taken from there.
    fn edge_place(&mut self, value: ValueId) -> Place {
        let is_constant = self.region.values[value.index()].is_constant();
        match self.regs.holding(self.live, value) {
            Some(reg) if is_constant => Place::reg(reg),
            Some(_) => self.regs.place_of(self.live, self.region, value),
            None if is_constant => Place::constant(value),
            None => {
                self.regs.spill(self.live, self.region, value);
                Place::slot(value)
            }
        }
    }

    /// Starts a block: decides what it finds where, and gives every edge from above its moves.
    pub(super) fn enter(&mut self, block: usize) {
        let first = self.scratch.pending_heads[block];
        self.clear_state();
        if first == NONE {
            return;
        }
        let at = early(start_number(block, self.blocks[block]));
        let base = self.scratch.pending[first as usize].clone();
        self.set_state(&base.state);
        self.regs.expire(self.live, u32::MAX, at);
        self.place_params(block, &base, at);
        self.carry_in(block, at);
        let params = self.region.blocks[block].params;
        let whole = self.regs.state();
        let mut state = whole;
        for param in &self.region.params[params.range()] {
            let home = self.live.values[param.index()].home;
            if home != NO_REG {
                state.remove(home, *param);
            }
        }
        let inside = self.live.loops.innermost[block];
        let is_header =
            inside != NO_LOOP && self.live.loops.list[inside as usize].header as usize == block;
        if is_header {
            self.regs.headers[inside as usize] = state;
            let homes = self.region.params[params.range()]
                .iter()
                .fold(0u32, |set, p| {
                    let home = self.live.values[p.index()].home;
                    if home == NO_REG { set } else { set | 1 << home }
                });
            self.scratch.homes[inside as usize] = homes;
            self.regs.avoid = homes;
        }
        let mut next = first;
        while next != NONE {
            let pending = self.scratch.pending[next as usize].clone();
            self.clear_state();
            self.set_state(&pending.state);
            let moves = self.resolve(block, pending.args, &state, self.regs.occupied);
            self.put(pending.from as usize, pending.otherwise, moves);
            next = pending.next;
        }
        self.clear_state();
        self.set_state(&whole);
        if is_header {
            // Nobody has relied on any of it since the loop began.
            self.regs.touched = 0;
            let parent = self.live.loops.list[inside as usize].parent;
            if parent != NO_LOOP {
                self.regs.touched_around[parent as usize] |= whole.held;
            }
        }
    }

    fn clear_state(&mut self) {
        for reg in bits(self.regs.occupied) {
            self.regs.release(self.live, reg);
        }
    }

    fn set_state(&mut self, state: &State) {
        for (reg, value) in state.iter() {
            self.regs.assign(self.live, reg, value);
        }
    }

    /// Gives each parameter a register, or a slot when others need registers more.
    fn place_params(&mut self, block: usize, base: &Pending, at: Position) {
        let params = &self.region.params[self.region.blocks[block].params.range()];
        // First those that can stay where their value is.
        for (arg, param) in self.region.args[base.args.range()].iter().zip(params) {
            let came = base.state.find(*arg);
            let info = self.live.values[param.index()];
            self.live.values[param.index()].home = NO_REG;
            if let Some(reg) = came
                && info.last != 0
                && self.regs.occupied >> reg & 1 == 0
            {
                self.settle(*param, reg);
            }
        }
        for param in params {
            let info = self.live.values[param.index()];
            if info.last == 0 || info.home != NO_REG {
                continue;
            }
            match self.room(block, *param, at) {
                Some(reg) => self.settle(*param, reg),
                None => self.regs.spill(self.live, self.region, *param),
            }
        }
    }

    fn settle(&mut self, param: ValueId, reg: u8) {
        self.live.values[param.index()].home = reg;
        self.regs.assign(self.live, reg, param);
    }

    /// A register for a parameter, unless everything in registers is needed sooner.
    fn room(&mut self, block: usize, param: ValueId, at: Position) -> Option<u8> {
        let info = self.live.values[param.index()];
        let home = self.regs.home(self.live, info);
        if home != NO_REG
            && let Some(reg) = self.regs.wanted(self.live, home, at)
        {
            return Some(reg);
        }
        let class = self.class(param);
        if let Some(reg) = self.regs.free(self.live, class, info.last, 0, at) {
            return Some(reg);
        }
        let (reg, distance) = self.victim(class, at)?;
        if distance <= self.distance(param, None, at) {
            return None;
        }
        // A parameter that goes before the block has begun is in its slot from the start.
        let value = self.regs.value[reg as usize];
        self.regs.evict(self.live, self.region, reg);
        if self.is_param_of(block, value) {
            self.live.values[value as usize].home = NO_REG;
        }
        Some(reg)
    }

    fn is_param_of(&self, block: usize, value: u32) -> bool {
        (self.region.values[value as usize].as_param()).is_some_and(|(b, _)| b.index() == block)
    }

    /// Brings what a loop uses from outside into registers that are free anyway.
    fn carry_in(&mut self, block: usize, at: Position) {
        let inside = self.live.loops.innermost[block];
        if inside == NO_LOOP || self.live.loops.list[inside as usize].header as usize != block {
            return;
        }
        let mut next = self.live.carried_heads[inside as usize];
        while next != NONE {
            let carried = self.live.carried[next as usize];
            next = carried.next;
            let info = self.live.values[carried.value.index()];
            if info.reg != NO_REG {
                continue;
            }
            let Some(reg) = self
                .regs
                .free(self.live, self.class(carried.value), info.last, 0, at)
            else {
                continue;
            };
            let lost_at_call =
                self.regs.next_call < self.regs.loop_end && self.regs.preserved >> reg & 1 == 0;
            if !lost_at_call {
                self.regs.assign(self.live, reg, carried.value);
            }
        }
    }
}
