//! The cold parts, behind the hot code: the stubs of exits, what edges do on the way, islands; and jumps.
//!
//! A stub writes its snapshot into the frame: first what is in registers, then what an overflow can be undone to, then,
//! since all registers are free now, spilled values and wide constants through one of them. Then the library's own code
//! for leaving takes over, which all stubs of an exit share.

use super::labels::{Label, Waiting};
use super::marks::Source;
use super::ready::Ready;
use super::recipe::HoleRecipe;
use super::{Assembler, Input, MAX_REGION_BYTES};
use crate::allocate::machinery::stencil;
use crate::allocate::output::{NO_TILE, Op, OpExit, Place, RESULT, Site, Where};
use crate::allocate::slots::slot_offset;
use crate::allocate::undo::{By, Undo};
use crate::compile::CompileError;
use crate::compiled::{Fixup, FixupTarget};
use crate::faults::{Fault, planted};
use crate::machine::class;
use crate::region::{ExitId, SnapshotEntry, Terminator};
use stencils::library::StencilId;
use stencils::table::Type;

fn plain(stencil: StencilId, reg: u8) -> Op {
    let mut regs = [0; 8];
    regs[0] = reg;
    regs[RESULT] = reg;
    Op {
        regs,
        stencil,
        imms: 0,
        exit: OpExit::NONE,
        tile: NO_TILE,
    }
}

impl Assembler {
    /// Everything that stands behind the hot code.
    pub(super) fn cold(&mut self, input: Input<'_>) -> Result<(), CompileError> {
        for at in 0..self.cold_edges.len() {
            let block = self.cold_edges[at] as usize;
            let Terminator::Branch { otherwise, .. } = input.region.blocks[block].terminator else {
                continue;
            };
            self.prepare(input, false)?;
            let label = self.labels.otherwise(block as u32);
            self.labels.bind(label, self.emitter.position());
            self.edge(
                input,
                block,
                otherwise,
                input.allocation.blocks[block].otherwise,
                false,
            )?;
        }
        for (number, site) in (0..).zip(&input.allocation.sites) {
            if !self.labels.is_bound(self.labels.site(number)) {
                self.stub_here(input, number, site)?;
            }
        }
        if self.labels.any_short() {
            self.island(input, false)
        } else {
            Ok(())
        }
    }

    /// Makes the place ready for more code: with an island if one is due. Gives how far the code may grow before the next.
    ///
    /// # Errors
    /// When the code is too large.
    #[inline]
    pub(super) fn prepare(
        &mut self,
        input: Input<'_>,
        in_the_way: bool,
    ) -> Result<u32, CompileError> {
        let position = self.emitter.position();
        let stop = self.labels.deadline(position);
        if stop > position {
            return Ok(stop);
        }
        self.island(input, in_the_way)?;
        Ok(self.labels.deadline(self.emitter.position()))
    }

    /// The stub of a site.
    #[inline(never)]
    pub(super) fn stub(&mut self, input: Input<'_>, number: u32) -> Result<(), CompileError> {
        self.stub_here(input, number, &input.allocation.sites[number as usize])
    }

    /// The same for the one caller that has many.
    #[inline(always)]
    fn stub_here(
        &mut self,
        input: Input<'_>,
        number: u32,
        site: &Site,
    ) -> Result<(), CompileError> {
        self.prepare(input, false)?;
        if self.record {
            self.mark(Source::Stub(number));
        }
        let label = self.labels.site(number);
        self.labels.bind(label, self.emitter.position());
        let places = &input.allocation.places[site.places.range()];
        let entries = input.region.snapshot(site.exit);
        let at_once = entries.len().min(self.labels.stores_at_once());
        let ready = &input.machine.ready;
        let (first, first_places) = (&entries[..at_once], &places[..at_once]);
        let done = self.emitter.store_registers(ready, first, first_places);
        self.counts.stencils += done as u32;
        if done < entries.len() {
            self.store_further(input, entries, places, done)?;
        }
        self.leave(input, site.exit)
    }

    /// Stores the entries of a snapshot from number `done` on, before which all are in registers.
    #[inline(never)]
    fn store_further(
        &mut self,
        input: Input<'_>,
        entries: &[SnapshotEntry],
        places: &[Place],
        mut done: usize,
    ) -> Result<(), CompileError> {
        let at_once = self.labels.stores_at_once();
        let ready = &input.machine.ready;
        while done < entries.len() {
            self.prepare(input, true)?;
            let Where::Reg(reg) = places[done].get() else {
                done += 1;
                continue;
            };
            let end = entries.len().min(done.saturating_add(at_once));
            let (next, next_places) = (&entries[done..end], &places[done..end]);
            let stored = self.emitter.store_registers(ready, next, next_places);
            self.counts.stencils += stored as u32;
            if stored == 0 {
                let ty = input.region.ty(entries[done].value);
                self.store(input, ty, reg, entries[done].slot)?;
            }
            done += stored.max(1);
        }
        self.store_others(input, entries.iter().zip(places))
    }

    /// The end of a stub, with the frame written. An exit has one; further stubs of it jump there.
    #[inline(always)]
    fn leave(&mut self, input: Input<'_>, exit: ExitId) -> Result<(), CompileError> {
        let end = self.labels.end(exit);
        if self.labels.is_bound(end) {
            return self.jump(input, end);
        }
        self.prepare(input, true)?;
        let start = self.emitter.position();
        self.labels.bind(end, start);
        let exit = input.name(exit);
        let off = i64::from(planted(Fault::ExitNumberOff));
        let number = i64::from(input.first_exit) + i64::from(exit.0) + off;
        let leave = &input.machine.ready.leave;
        self.emitter.append(leave, number);
        if number as u64 >= leave.below {
            for hole in &leave.numbers {
                let at = start as usize + usize::from(hole.offset);
                let value = number.wrapping_add(i64::from(hole.addend));
                self.emitter.fill(at, hole.kind, value)?;
            }
        }
        let off = u32::from(planted(Fault::NeighboursSlot) && exit.0 > 0);
        for hole in &leave.places {
            self.fixups.push(Fixup {
                offset: start + u32::from(hole.offset),
                kind: hole.kind,
                addend: hole.addend,
                target: FixupTarget::ExitSlot(exit.0 - off),
            });
        }
        self.counts.stencils += 1;
        Ok(())
    }

    /// Stores the entries of a snapshot that are in no register.
    #[inline(never)]
    fn store_others<'a>(
        &mut self,
        input: Input<'_>,
        entries: impl Iterator<Item = (&'a SnapshotEntry, &'a Place)> + Clone,
    ) -> Result<(), CompileError> {
        for (entry, place) in entries.clone() {
            if let Where::Undone(number) = place.get() {
                self.store_undone(input, entry.slot, input.allocation.undos[number as usize])?;
            }
        }
        for (entry, place) in entries {
            match place.get() {
                Where::Reg(_) | Where::Undone(_) => {}
                Where::Slot(value) => {
                    let offset = slot_offset(input.allocation.slots[value.index()]);
                    let kind = input.machine.machinery.load_spill[0];
                    let load = stencil(input.machine, kind, &[Some(offset)])?;
                    self.cold_op(input, plain(load, 0), &[offset])?;
                    self.store(input, Type::I64, 0, entry.slot)?;
                }
                Where::Const(value) => {
                    self.store_constant(input, entry.slot, input.region.constant_bits(value))?
                }
            }
        }
        Ok(())
    }

    /// Stores a register to a frame word.
    fn store(
        &mut self,
        input: Input<'_>,
        ty: Type,
        reg: u8,
        word: u32,
    ) -> Result<(), CompileError> {
        let offset = Ready::offset(word);
        let store = input.machine.forms.frame_store(class(ty), offset);
        self.cold_op(input, plain(store, reg), &[offset])
    }

    /// Computes what an overflow's result can be undone to, in a register that does not matter any more, and stores it.
    fn store_undone(
        &mut self,
        input: Input<'_>,
        frame_slot: u32,
        undo: Undo,
    ) -> Result<(), CompileError> {
        let [add, subtract] = input.machine.machinery.wrapping;
        let (kind, other, constant) = match undo.by {
            By::Adding(reg) => (add, reg, None),
            By::Subtracting(reg) => (subtract, reg, None),
            By::AddingConstant(constant) => (add, undo.result, Some(constant)),
            By::SubtractingConstant(constant) => (subtract, undo.result, Some(constant)),
        };
        let busy = 1 << undo.result | 1 << other;
        let scratch = (input.machine.classes[0] & !busy).trailing_zeros() as u8;
        let mut op = plain(stencil(input.machine, kind, &[None, constant])?, scratch);
        (op.regs[0], op.regs[1]) = (undo.result, other);
        self.cold_op(input, op, constant.as_slice())?;
        self.store(input, Type::I64, scratch, frame_slot)
    }

    /// Words are raw bits: a constant of either type is stored as an integer.
    fn store_constant(
        &mut self,
        input: Input<'_>,
        frame_slot: u32,
        bits: i64,
    ) -> Result<(), CompileError> {
        let machinery = &input.machine.machinery;
        let offset = Ready::offset(frame_slot);
        if let Some((_, direct)) = input
            .machine
            .cheapest(machinery.store_frame[0], &[Some(offset), Some(bits)])
        {
            return self.cold_op(input, plain(direct, 0), &[offset, bits]);
        }
        let make = stencil(input.machine, machinery.constant[0], &[Some(bits)])?;
        self.cold_op(input, plain(make, 0), &[bits])?;
        self.store(input, Type::I64, 0, frame_slot)
    }

    fn cold_op(&mut self, input: Input<'_>, op: Op, imms: &[i64]) -> Result<(), CompileError> {
        self.prepare(input, true)?;
        let mut waiting = Waiting {
            labels: &mut self.labels,
            fixups: &mut self.fixups,
        };
        let recipes = &input.machine.recipes;
        self.emitter.copy_whole(recipes, &op, imms, &mut waiting)?;
        self.counts.stencils += 1;
        Ok(())
    }

    /// A jump to a label.
    pub(super) fn jump(&mut self, input: Input<'_>, to: Label) -> Result<(), CompileError> {
        let start = self.emitter.position();
        let jump = &input.machine.ready.jump;
        self.emitter.append(jump, 0);
        // It has been checked to have no other holes than those for its label.
        for hole in &jump.places {
            self.labels.refer(start, HoleRecipe::exit(hole), to);
        }
        self.counts.stencils += 1;
        self.labels.check_limit(self.emitter.position())
    }

    /// An island: far jumps for all open branches. Code that would run into it jumps over it.
    #[cold]
    #[inline(never)]
    pub(super) fn island(
        &mut self,
        input: Input<'_>,
        in_the_way: bool,
    ) -> Result<(), CompileError> {
        if self.emitter.position() > MAX_REGION_BYTES {
            return self.labels.check_limit(self.emitter.position());
        }
        let open = self.labels.take_open();
        if open.is_empty() {
            return Ok(());
        }
        let over = self.labels.fresh();
        let around = self.marks.last().map(|mark| mark.source);
        if self.record {
            self.mark(Source::Island);
        }
        if in_the_way {
            self.jump(input, over)?;
        }
        let mut last: Option<(Label, u32)> = None;
        for branch in &open {
            let place = match last {
                Some((label, place)) if label == branch.label() => place,
                _ => {
                    let place = self.emitter.position();
                    self.jump(input, branch.label())?;
                    last = Some((branch.label(), place));
                    place
                }
            };
            self.labels.fill_open(&mut self.emitter, branch, place)?;
        }
        self.labels.bind(over, self.emitter.position());
        if let Some(source) = around {
            self.mark(source);
        }
        Ok(())
    }
}
