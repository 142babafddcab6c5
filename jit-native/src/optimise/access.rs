//! Loads and stores: which are needed, and what they tell of frame and memory. Start with [`Pass::load_frame`] and
//! [`Pass::look_at_access`].

use super::forward::{Pass, Walk};
use super::kinds::{Kind, Target};
use super::marks::Marks;
use super::memory::{Access, Place, access, forwarded, place};
use super::node::Node;
use super::report::{Fate, Rule};
use super::simplify::{Simple, address};
use crate::faults::{Fault, planted};
use crate::region::{Uop, UopId, ValueId};
use stencils::table::Type;
use stencils::uops::kind;

impl Pass<'_> {
    /// Walks a load of a frame word that a constant names. False when it is none, or to become something else.
    #[inline(never)]
    pub fn load_frame(&mut self, id: UopId, uop: &Uop, info: &Kind, old_slot: ValueId) -> bool {
        let slot = self.map(old_slot);
        let (Some(offset), Some(old)) = (self.s.work.as_int(slot), uop.result.get()) else {
            return false;
        };
        if let Some(known) = self.s.memory.in_frame(offset) {
            let region = &self.s.work.region;
            let fits = region.ty(known) == region.ty(old);
            if fits {
                self.replace(id, uop, Some(known), Rule::Forward);
            }
            return fits;
        }
        let (new, value) = if self.walk == Walk::Peeled {
            let (new, value) = self.emit(id, uop, info, (uop.kind, &[slot]), Marks::NONE);
            (new, value.unwrap_or(old))
        } else {
            // It can be any value of its type, and has the number that it had.
            let new = self.emit_on(id, uop, [slot], [old_slot]);
            self.s.work.mark(uop.result, Marks::NONE);
            (new, old)
        };
        self.s.memory.set_frame(offset, value);
        self.decide(id, Fate::Kept(new));
        true
    }

    /// Walks a store to a frame word that a constant names. False when it is none.
    #[inline(never)]
    pub fn store_frame(&mut self, id: UopId, uop: &Uop, old_args: [ValueId; 2]) -> bool {
        let [slot, value] = old_args.map(|arg| self.map(arg));
        let Some(offset) = self.s.work.as_int(slot) else {
            return false;
        };
        if self.s.memory.in_frame(offset) == Some(value) {
            self.replace(id, uop, None, Rule::SameStore);
            return true;
        }
        let new = self.emit_on(id, uop, [slot, value], old_args);
        self.s.memory.store_frame(offset, value);
        self.decide(id, Fate::Kept(new));
        true
    }

    /// Puts a uop that leaves nowhere into the new region, on these operands instead of the old ones.
    #[inline(always)]
    fn emit_on<const N: usize>(
        &mut self,
        id: UopId,
        uop: &Uop,
        args: [ValueId; N],
        old_args: [ValueId; N],
    ) -> UopId {
        let work = &mut self.s.work;
        if args == old_args {
            return work.keep(uop, id);
        }
        let args = work.args(&args);
        work.emit_same(Uop { args, ..*uop }, id)
    }

    /// A load or a store: whether it is needed, and whether its address is simpler in another form.
    pub fn look_at_access(&mut self, info: &Kind, node: &Node) -> Simple {
        if info.access == Some(Target::Memory) {
            let simple = address(&mut self.s.work, node);
            let Some((access, place)) = self.accessed(node) else {
                return simple;
            };
            if !matches!(simple, Simple::Keep) {
                return simple;
            }
            let args = node.args();
            let stored = access.store.then(|| args[args.len() - 1]);
            return self.s.memory.look(access, place, stored);
        }
        // A load of a frame word that holds a value of the other type.
        let (Some(ty), &[slot]) = (info.result, node.args()) else {
            return Simple::Keep;
        };
        let known = self.s.work.as_int(slot);
        match known.and_then(|offset| self.s.memory.in_frame(offset)) {
            Some(value) if ty == Type::F64 => forwarded(kind::F64_FROM_BITS, value),
            Some(value) => forwarded(kind::BITS_FROM_F64, value),
            None => Simple::Keep,
        }
    }

    /// What a uop accesses, if it is a load or a store of memory.
    fn accessed(&self, node: &Node) -> Option<(Access, Place)> {
        let access = access(node.kind)?;
        Some((access, place(&self.s.work, access, node.args())?))
    }

    /// What a uop that is no pure one means for frame and memory, besides loads and stores of frame words.
    pub fn update_memory(&mut self, info: &Kind, node: &Node, result: Option<ValueId>) {
        let args = node.args();
        if info.access == Some(Target::Memory)
            && let Some((access, place)) = self.accessed(node)
        {
            match result {
                Some(value) => self.s.memory.loaded(access, place, value),
                None => self.s.memory.stored(access, place, args[args.len() - 1]),
            }
            return;
        }
        if info.writes_memory && !planted(Fault::CallsKeepMemory) {
            self.s.memory.forget_memory();
        }
        if info.writes_frame {
            self.s.memory.forget_frame();
        }
    }
}
