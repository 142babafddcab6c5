//! The builder's inside: what each call checks, and what only the finished region shows. The public face, and why
//! these checks are enough, is in the module above.

use super::{BlockState, NO_BLOCK, NO_VALUE, RegionBuilder};
use crate::region::limits::{MAX_ITEMS, MAX_POOL, MAX_SLOT};
use crate::region::{
    BlockId, Edge, ExitId, Fault, Place, RegionError, Span, Terminator, Value, ValueDef, ValueId,
};
use stencils::table::UopKind;

impl RegionBuilder<'_> {
    #[inline]
    pub(super) fn push_value(&mut self, new: Value) -> ValueId {
        let value = ValueId(self.region.values.len() as u32);
        if self.region.values.len() >= MAX_ITEMS {
            return self.refuse(Place::Region, limit("values", MAX_ITEMS), NO_VALUE);
        }
        self.region.values.push(new);
        value
    }

    pub(super) fn push_edge(&mut self, target: BlockId, args: &[ValueId]) -> Option<Edge> {
        let place = self.terminator_place();
        if self.current.is_none() {
            return self.refuse(Place::Region, Fault::NoCurrentBlock, None);
        }
        let Some(block) = self.region.blocks.get(target.index()) else {
            return self.refuse(place, Fault::UnknownBlock(target), None);
        };
        let params = block.params;
        if params.len as usize != args.len() {
            let expected = params.len as usize;
            let fault = Fault::EdgeArity {
                target,
                expected,
                given: args.len(),
            };
            return self.refuse(place, fault, None);
        }
        let start = self.region.args.len();
        if start + args.len() > MAX_POOL {
            return self.refuse(Place::Region, limit("operands", MAX_POOL), None);
        }
        for (n, &arg) in args.iter().enumerate() {
            let Some(&value) = self.region.values.get(arg.index()) else {
                return self.refuse(place, Fault::UnknownValue(arg), None);
            };
            let param = self.region.params[params.start as usize + n];
            let expected = self.region.ty(param);
            if expected != value.ty() {
                let fault = Fault::EdgeType {
                    target,
                    param: n,
                    expected,
                    given: value.ty(),
                };
                return self.refuse(place, fault, None);
            }
            self.note_use(arg, value);
        }
        self.region.args.extend_from_slice(args);
        Some(Edge {
            target,
            args: Span {
                start: start as u32,
                len: args.len() as u32,
            },
        })
    }

    pub(super) fn terminate(&mut self, terminator: Terminator) {
        let Some(current) = self.current.take() else {
            return self.refuse(Place::Region, Fault::NoCurrentBlock, ());
        };
        self.room = 0;
        let len = self.region.uops.len() as u32 - self.first_uop;
        let block = &mut self.region.blocks[current.index()];
        block.uops = Span {
            start: self.first_uop,
            len,
        };
        block.terminator = terminator;
        self.state[current.index()] = BlockState::Done;
    }

    pub(super) fn terminator_place(&self) -> Place {
        self.current.map_or(Place::Region, Place::Terminator)
    }

    /// The current block and its first uop; without one, a block in which only constants are.
    #[inline]
    pub(super) fn here(&self) -> (BlockId, u32) {
        match self.current {
            Some(current) => (current, self.first_uop),
            None => (NO_BLOCK, u32::MAX),
        }
    }

    /// Notes the use of a value in the current block, unless it is available there at a glance.
    #[inline]
    pub(super) fn note_use(&mut self, id: ValueId, value: Value) {
        let (current, first) = self.here();
        if !is_here(value, current, first) {
            self.note_foreign_use(current, id);
        }
    }

    pub(super) fn note_foreign_use(&mut self, block: BlockId, value: ValueId) {
        if self.noted.len() <= value.index() {
            self.noted.resize(self.region.values.len(), NO_BLOCK);
        }
        if self.noted[value.index()] != block || block == NO_BLOCK {
            self.noted[value.index()] = block;
            self.uses.push((block, value));
        }
    }

    /// Checks an exit's use in the current block. Where it was made its values are available for good.
    #[inline]
    pub(super) fn use_exit(&mut self, place: Place, exit: ExitId) -> bool {
        let Some(&home) = self.homes.get(exit.index()) else {
            return self.refuse(place, Fault::UnknownExit(exit), false);
        };
        if Some(home) != self.current {
            for n in self.region.exits[exit.index()].snapshot.range() {
                let value = self.region.snapshots[n].value;
                let known = self.region.values[value.index()];
                self.note_use(value, known);
            }
        }
        true
    }

    /// The checks that need the whole region.
    pub(super) fn close(&mut self) -> Result<(), RegionError> {
        let error = |place, fault| Err(RegionError { place, fault });
        if self.region.blocks.is_empty() {
            return error(Place::Region, Fault::NoBlock);
        }
        if let Some(n) = self
            .state
            .iter()
            .position(|&state| state != BlockState::Done)
        {
            return error(Place::Block(BlockId(n as u32)), Fault::Unfinished);
        }
        if self
            .order
            .iter()
            .enumerate()
            .any(|(n, block)| block.index() != n)
        {
            self.renumber();
        }
        self.dominators.compute(&self.region.blocks)?;
        for &(block, value) in &self.uses {
            let from = match self.region.def(value) {
                ValueDef::Uop(uop) => self.region.block_of(uop),
                ValueDef::Param(block, _) => block,
                ValueDef::Const(_) => continue,
            };
            if block == NO_BLOCK || !self.dominators.dominates(from, block) {
                let place = if block == NO_BLOCK {
                    Place::Region
                } else {
                    Place::Block(block)
                };
                return error(place, Fault::NotAvailable(value));
            }
        }
        Ok(())
    }

    fn renumber(&mut self) {
        let places = self.region.lay_out(&self.order);
        for (block, _) in &mut self.uses {
            if let Some(&place) = places.get(block.index()) {
                *block = place;
            }
        }
    }

    /// Notes the first mistake. No block is open afterwards, and none opens any more.
    #[cold]
    pub(super) fn refuse<T>(&mut self, place: Place, fault: Fault, instead: T) -> T {
        self.error.get_or_insert(RegionError { place, fault });
        (self.current, self.room) = (None, 0);
        instead
    }

    #[cold]
    pub(super) fn refuse_exit<T>(
        &mut self,
        place: Place,
        kind: UopKind,
        exit: Option<ExitId>,
    ) -> Option<T> {
        let name = self.table[kind].name;
        let fault = match exit {
            Some(_) => Fault::UnexpectedExit(name),
            None => Fault::MissingExit(name),
        };
        self.refuse(place, fault, None)
    }

    #[cold]
    pub(super) fn refuse_kind<T>(&mut self, place: Place, kind: UopKind) -> Option<T> {
        let fault = match self.table.get(kind) {
            Some(def) => Fault::InternalKind(def.name),
            None => Fault::UnknownKind(kind),
        };
        self.refuse(place, fault, None)
    }

    #[cold]
    pub(super) fn refuse_arity<T>(
        &mut self,
        place: Place,
        kind: UopKind,
        given: usize,
    ) -> Option<T> {
        let def = &self.table[kind];
        self.refuse(
            place,
            Fault::Arity {
                name: def.name,
                expected: def.params.len(),
                given,
            },
            None,
        )
    }

    #[cold]
    pub(super) fn refuse_no_result(&mut self, kind: UopKind) -> ValueId {
        let name = self.table.get(kind).map_or("?", |def| def.name);
        self.refuse(Place::Region, Fault::NoResult(name), NO_VALUE)
    }
}

/// Whether a value is available in a block, whose first uop this is, at a glance.
#[inline]
pub(super) fn is_here(value: Value, block: BlockId, first_uop: u32) -> bool {
    match (value.as_uop(), value.as_param()) {
        (Some(uop), _) => uop.0 >= first_uop,
        (_, Some((of, _))) => of == block,
        _ => true,
    }
}

pub(super) fn limit(what: &'static str, limit: usize) -> Fault {
    Fault::Limit { what, limit }
}

/// Each slot within reach and given once. Front ends mostly give them in ascending order, which needs no memory.
pub(super) fn check_slots(
    snapshot: &[(u32, ValueId)],
    scratch: &mut Vec<u32>,
) -> Result<(), Fault> {
    check_slot_order(snapshot.iter().map(|entry| entry.0), scratch)
}

/// [`check_slots`] over the slots alone.
pub(in crate::region) fn check_slot_order(
    slots: impl Iterator<Item = u32> + Clone,
    scratch: &mut Vec<u32>,
) -> Result<(), Fault> {
    let mut ascending = true;
    let mut last = None;
    for slot in slots.clone() {
        if slot >= MAX_SLOT {
            return Err(Fault::SlotRange(slot));
        }
        ascending &= last.is_none_or(|last| last < slot);
        last = Some(slot);
    }
    if ascending {
        return Ok(());
    }
    scratch.clear();
    scratch.extend(slots);
    scratch.sort_unstable();
    match scratch.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(Fault::DuplicateSlot(pair[0])),
        None => Ok(()),
    }
}
