//! Loads and stores: which are needed, and what they tell of frame and memory. Start with [`Pass::frame_access`] and
//! [`Pass::look_at_access`].

use super::forward::Pass;
use super::kinds::{Kind, Target};
use super::memory::{Access, Place, access, place};
use super::report::Fate;
use super::simplify::{Simple, address};
use super::work::Node;
use crate::faults::{Fault, planted};
use crate::region::{Uop, UopId, ValueId};
use stencils::table::Type;
use stencils::uops::kind;

impl Pass<'_> {
    /// Walks a load or a store of a frame word that a constant names. False when it is none, or to become something
    /// else.
    pub fn frame_access(&mut self, id: UopId, uop: &Uop, info: &Kind, node: &Node) -> bool {
        let (offset, stored) = match *node.args() {
            [slot] => (self.s.work.as_int(slot), None),
            [slot, value] => (self.s.work.as_int(slot), Some(value)),
            _ => return false,
        };
        let Some(offset) = offset else { return false };
        let ty = info.result.unwrap_or(Type::I64);
        match self.s.memory.look_frame(&self.s.work, offset, ty, stored) {
            Simple::Value(value, rule) => self.replace(id, uop, Some(value), rule),
            Simple::Gone(rule) => self.replace(id, uop, None, rule),
            Simple::Keep => {
                let work = &mut self.s.work;
                let args = work.args(node.args());
                let from = (id, uop.origin);
                let (new, value) = work.emit(node.kind, args, None, info.result, from);
                if let (Some(old), Some(value)) = (uop.result, value) {
                    self.s.map[old.index()] = value;
                }
                match (stored, value) {
                    (Some(stored), _) => self.s.memory.store_frame(offset, stored),
                    (_, Some(loaded)) => _ = self.s.memory.set_frame(offset, loaded),
                    _ => {}
                }
                self.decide(id, Fate::Kept(new));
            }
            _ => return false,
        }
        true
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
        let (work, memory, args) = (&self.s.work, &self.s.memory, node.args());
        let Some(offset) = args.first().and_then(|&slot| work.as_int(slot)) else {
            return Simple::Keep;
        };
        match node.kind {
            kind::LOAD_FRAME_I64 | kind::LOAD_FRAME_F64 => {
                memory.look_frame(work, offset, info.result.unwrap_or(Type::I64), None)
            }
            kind::STORE_FRAME_I64 | kind::STORE_FRAME_F64 => {
                memory.look_frame(work, offset, Type::I64, Some(args[1]))
            }
            _ => Simple::Keep,
        }
    }

    /// What a uop accesses, if it is a load or a store of memory.
    fn accessed(&self, node: &Node) -> Option<(Access, Place)> {
        let access = access(node.kind)?;
        Some((access, place(&self.s.work, access, node.args())?))
    }

    /// What a uop that is no pure one means for frame and memory.
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
        let offset = args.first().and_then(|&slot| self.s.work.as_int(slot));
        match (node.kind, offset) {
            (kind::LOAD_FRAME_I64 | kind::LOAD_FRAME_F64, Some(offset)) => {
                if let Some(value) = result {
                    self.s.memory.set_frame(offset, value);
                }
            }
            (kind::STORE_FRAME_I64 | kind::STORE_FRAME_F64, Some(offset)) => {
                self.s.memory.store_frame(offset, args[1]);
            }
            _ => {
                if info.writes_memory && !planted(Fault::CallsKeepMemory) {
                    self.s.memory.forget_memory();
                }
                if info.writes_frame {
                    self.s.memory.forget_frame();
                }
            }
        }
    }
}
