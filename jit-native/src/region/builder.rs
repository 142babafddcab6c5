//! Building regions. Through this interface a malformed region cannot come about: what a call gets wrong is noticed by
//! the call (operands, types, edges, snapshots) or by [`RegionBuilder::finish`] (what only the whole shows: a value
//! used where its definition does not dominate, a block without an end), and `finish` gives the first mistake back.
//! Calls after a mistake do nothing, so a front end checks once.
//!
//! Building is part of the compile time that users wait for: a call costs a few nanoseconds and allocates nothing but
//! growth of the flat vectors, which [`RegionBuilder::recycle`] gives back for the next region.
//!
//! Why availability is cheap to check: nearly every operand is a constant, a parameter of the current block or made in
//! it. The others (values of earlier blocks) are noted once per block and looked at when dominance is known.
//!
//! Start with [`RegionBuilder::uop`] and [`RegionBuilder::finish`].

mod checks;
mod uops;

pub(super) use checks::check_slot_order;

use super::dominators::Dominators;
use super::limits::{MAX_ITEMS, MAX_POOL};
use super::signature::Signatures;
use super::{
    Block, BlockId, Exit, ExitId, Fault, Place, Region, RegionData, RegionError, SnapshotEntry,
    Span, Terminator, Value, ValueId,
};
use checks::{check_slots, is_here, limit};
use stencils::table::{Type, UopKind, UopTable};

/// Builds one region after another; see the module's text.
///
/// Every method takes only ids that this builder gave out since the last [`RegionBuilder::finish`]; others are a
/// mistake like any other.
pub struct RegionBuilder<'t> {
    table: &'t UopTable,
    signatures: Signatures,
    region: RegionData,
    state: Vec<BlockState>,
    /// For each exit, the block it was made for: there its values are available.
    homes: Vec<BlockId>,
    /// For each value, the block for which its use was noted last.
    noted: Vec<BlockId>,
    /// Uses of values of other blocks.
    uses: Vec<(BlockId, ValueId)>,
    current: Option<BlockId>,
    /// The first uop of the current block.
    first_uop: u32,
    /// How many uops may be added before anybody has to look at the limits again. None while no block is open.
    room: u32,
    /// The blocks in the order in which they were started: the layout.
    order: Vec<BlockId>,
    origin: u32,
    error: Option<RegionError>,
    dominators: Dominators,
    slots: Vec<u32>,
}

/// How far a block is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BlockState {
    Empty,
    Open,
    Done,
}

const NO_BLOCK: BlockId = BlockId(u32::MAX);
const NO_VALUE: ValueId = ValueId(u32::MAX);
const NO_EXIT: ExitId = ExitId(u32::MAX);

impl<'t> RegionBuilder<'t> {
    /// A builder of regions over these uops.
    pub fn new(table: &'t UopTable) -> Self {
        let mut builder = RegionBuilder {
            table,
            signatures: Signatures::new(table),
            region: RegionData::default(),
            state: Vec::new(),
            homes: Vec::new(),
            noted: Vec::new(),
            uses: Vec::new(),
            current: None,
            first_uop: 0,
            room: 0,
            order: Vec::new(),
            origin: 0,
            error: None,
            dominators: Dominators::default(),
            slots: Vec::new(),
        };
        builder.reset();
        builder
    }

    /// The uops that regions are built of.
    pub fn table(&self) -> &'t UopTable {
        self.table
    }

    /// What has been built so far. Terminators of unfinished blocks mean nothing.
    pub fn region(&self) -> &RegionData {
        &self.region
    }

    /// The first mistake so far.
    pub fn error(&self) -> Option<&RegionError> {
        self.error.as_ref()
    }

    /// Adds a block with parameters of these types. The first is the entry and has no parameters.
    ///
    /// Blocks are laid out in the order in which they are filled. When that is not the order in which they are added,
    /// [`RegionBuilder::finish`] renumbers them, so that a block's number in a region is always its place.
    pub fn block(&mut self, params: &[Type]) -> BlockId {
        let block = BlockId(self.region.blocks.len() as u32);
        if self.region.blocks.len() >= MAX_ITEMS {
            return self.refuse(Place::Region, limit("blocks", MAX_ITEMS), NO_BLOCK);
        }
        if block.0 == 0 && !params.is_empty() {
            return self.refuse(Place::Block(block), Fault::EntryHasParams, NO_BLOCK);
        }
        self.room = 0;
        let start = self.region.params.len();
        if start + params.len() > MAX_POOL {
            return self.refuse(Place::Region, limit("block parameters", MAX_POOL), NO_BLOCK);
        }
        for (n, &ty) in params.iter().enumerate() {
            let value = self.push_value(Value::param(ty, block, n as u32));
            self.region.params.push(value);
        }
        self.region.blocks.push(Block {
            params: Span {
                start: start as u32,
                len: params.len() as u32,
            },
            uops: Span::default(),
            terminator: Terminator::Leave(NO_EXIT),
        });
        self.state.push(BlockState::Empty);
        block
    }

    /// The parameters of a block, as values for use in it; none for a number that names no block.
    pub fn params(&self, block: BlockId) -> &[ValueId] {
        self.region
            .blocks
            .get(block.index())
            .map_or(&[], |b| &self.region.params[b.params.range()])
    }

    /// Parameter number `n` of a block, for use in it.
    #[inline]
    pub fn param(&mut self, block: BlockId, n: usize) -> ValueId {
        match self.params(block).get(n) {
            Some(&value) => value,
            None => self.refuse(Place::Block(block), Fault::UnknownParam(n), NO_VALUE),
        }
    }

    /// Starts filling a block. The block before must have its end, and a block is filled once.
    pub fn switch_to(&mut self, block: BlockId) {
        if self.error.is_some() {
            return;
        }
        if let Some(open) = self.current {
            return self.refuse(Place::Block(open), Fault::Unfinished, ());
        }
        match self.state.get(block.index()) {
            None => return self.refuse(Place::Region, Fault::UnknownBlock(block), ()),
            Some(BlockState::Empty) => {}
            Some(_) => return self.refuse(Place::Block(block), Fault::FilledTwice, ()),
        }
        self.order.push(block);
        self.state[block.index()] = BlockState::Open;
        self.current = Some(block);
        self.first_uop = self.region.uops.len() as u32;
    }

    /// Sets the origin of the uops that follow: a number of the front end's own, carried to every byte that comes of them.
    #[inline]
    pub fn origin(&mut self, origin: u32) {
        self.origin = origin;
    }

    /// An integer constant (or a pointer).
    #[inline]
    pub fn const_i64(&mut self, value: i64) -> ValueId {
        self.constant(Type::I64, value as u64)
    }

    /// A float constant, kept to the bit.
    #[inline]
    pub fn const_f64(&mut self, value: f64) -> ValueId {
        self.constant(Type::F64, value.to_bits())
    }

    /// A constant by its bits.
    #[inline]
    pub fn constant(&mut self, ty: Type, bits: u64) -> ValueId {
        if self.region.values.len() >= MAX_ITEMS {
            return self.refuse(Place::Region, limit("values", MAX_ITEMS), NO_VALUE);
        }
        self.room = self.room.saturating_sub(1);
        self.region.intern(ty, bits)
    }

    /// An exit with its snapshot: frame words and the values that belong there. It is made for the current block: its
    /// values must be available here. Guards of other blocks may use it where its values are available too.
    pub fn exit(&mut self, snapshot: &[(u32, ValueId)]) -> ExitId {
        let exit = ExitId(self.region.exits.len() as u32);
        let place = Place::Exit(exit);
        let start = self.region.snapshots.len();
        if self.region.exits.len() >= MAX_ITEMS {
            return self.refuse(Place::Region, limit("exits", MAX_ITEMS), NO_EXIT);
        }
        if start + snapshot.len() > MAX_POOL {
            return self.refuse(Place::Region, limit("snapshot entries", MAX_POOL), NO_EXIT);
        }
        if let Err(fault) = check_slots(snapshot, &mut self.slots) {
            return self.refuse(place, fault, NO_EXIT);
        }
        let (block, first_uop) = self.here();
        for &(_, value) in snapshot {
            let Some(&known) = self.region.values.get(value.index()) else {
                return self.refuse(place, Fault::UnknownValue(value), NO_EXIT);
            };
            if !is_here(known, block, first_uop) {
                self.note_foreign_use(block, value);
            }
        }
        let entries = snapshot.iter();
        let entries = entries.map(|&(slot, value)| SnapshotEntry { slot, value });
        self.region.snapshots.extend(entries);
        let snapshot = Span {
            start: start as u32,
            len: snapshot.len() as u32,
        };
        self.region.exits.push(Exit { snapshot });
        self.homes.push(block);
        exit
    }

    /// Adds a uop that never exits; gives its result, if the kind has one.
    #[inline]
    pub fn uop(&mut self, kind: UopKind, args: &[ValueId]) -> Option<ValueId> {
        self.push_uop(kind, args, None)
    }

    /// Adds a uop that may exit, with its exit; gives its result, if the kind has one.
    #[inline]
    pub fn uop_or_exit(
        &mut self,
        kind: UopKind,
        args: &[ValueId],
        exit: ExitId,
    ) -> Option<ValueId> {
        self.push_uop(kind, args, Some(exit))
    }

    /// [`RegionBuilder::uop`] of a kind that has a result.
    #[inline]
    pub fn value(&mut self, kind: UopKind, args: &[ValueId]) -> ValueId {
        let result = self.push_uop(kind, args, None);
        result.unwrap_or_else(|| self.refuse_no_result(kind))
    }

    /// [`RegionBuilder::uop_or_exit`] of a kind that has a result.
    #[inline]
    pub fn value_or_exit(&mut self, kind: UopKind, args: &[ValueId], exit: ExitId) -> ValueId {
        let result = self.push_uop(kind, args, Some(exit));
        result.unwrap_or_else(|| self.refuse_no_result(kind))
    }

    /// Adds a guard: [`RegionBuilder::uop_or_exit`] without interest in a result.
    #[inline]
    pub fn guard(&mut self, kind: UopKind, args: &[ValueId], exit: ExitId) {
        self.push_uop(kind, args, Some(exit));
    }

    /// Ends the current block: go on with `target`, whose parameters get `args`.
    pub fn jump(&mut self, target: BlockId, args: &[ValueId]) {
        if let Some(edge) = self.push_edge(target, args) {
            self.terminate(Terminator::Jump(edge));
        }
    }

    /// Ends the current block: run the guard, go on with `then` when it holds and with `otherwise` when it would exit.
    pub fn branch(
        &mut self,
        guard: UopKind,
        args: &[ValueId],
        then: (BlockId, &[ValueId]),
        otherwise: (BlockId, &[ValueId]),
    ) {
        let place = self.terminator_place();
        match self.signatures.get(guard) {
            Some(signature) if !signature.is_guard() && !signature.internal => {
                let name = self.table[guard].name;
                return self.refuse(place, Fault::NotAGuard(name), ());
            }
            _ => {}
        }
        let Some(args) = self.push_args(place, guard, args) else {
            return;
        };
        let Some(then) = self.push_edge(then.0, then.1) else {
            return;
        };
        let Some(otherwise) = self.push_edge(otherwise.0, otherwise.1) else {
            return;
        };
        self.terminate(Terminator::Branch {
            guard,
            args,
            then,
            otherwise,
        });
    }

    /// Ends the current block: leave the region.
    pub fn leave(&mut self, exit: ExitId) {
        if self.use_exit(self.terminator_place(), exit) {
            self.terminate(Terminator::Leave(exit));
        }
    }

    /// The finished region. Afterwards the builder is as new, whether the region was good or not.
    ///
    /// # Errors
    /// The first mistake that any call made, or what only the whole region shows.
    pub fn finish(&mut self) -> Result<Region, RegionError> {
        let checked = match self.error.take() {
            Some(error) => Err(error),
            None => self.close(),
        };
        let region = std::mem::take(&mut self.region);
        self.reset();
        match checked {
            Ok(()) => Ok(Region::proven(region, self.table)),
            Err(error) => {
                self.recycle(region.into());
                Err(error)
            }
        }
    }

    /// Gives the memory of a region that is no longer needed to the next one. Does nothing while one is being built.
    pub fn recycle(&mut self, region: Region) {
        if self.region.blocks.is_empty() && self.region.values.is_empty() {
            self.region = region.into_data();
            self.region.clear();
        }
    }

    fn reset(&mut self) {
        self.region.clear();
        self.state.clear();
        self.homes.clear();
        self.noted.clear();
        self.uses.clear();
        (self.current, self.room) = (None, 0);
        self.order.clear();
        self.origin = 0;
        self.error = None;
    }
}
