//! The region that is being made, and what is known of its values. Dead uops and parameters are still in it; the last
//! pass leaves them behind.
//!
//! What is known holds in a part of the region: from a block on, in all blocks that it dominates. [`Work::learn`] notes
//! each piece with its block, and [`Work::enter`] forgets what does not hold in the block that comes next.

use super::range::Range;
use super::table::Seen;
use crate::faults::{Fault, planted};
use crate::region::{
    BlockId, Constants, Dominators, ExitId, RegionData, Span, Uop, UopId, Value, ValueDef, ValueId,
};
use stencils::table::{Type, UopKind};

/// The most operands of a uop that is looked into; one with more (an author's) is taken as it is.
pub(super) const MAX_ARGS: usize = 8;

/// A uop before it is put into the region.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub kind: UopKind,
    args: [ValueId; MAX_ARGS],
    len: u8,
}

impl Node {
    #[inline]
    pub fn new(kind: UopKind, args: &[ValueId]) -> Node {
        let mut node = Node::empty(kind);
        for &arg in args {
            node.push(arg);
        }
        node
    }

    /// A uop whose operands are still to come.
    #[inline]
    pub fn empty(kind: UopKind) -> Node {
        Node {
            kind,
            args: [ValueId(0); MAX_ARGS],
            len: 0,
        }
    }

    /// Adds an operand. There are at most [`MAX_ARGS`].
    #[inline]
    pub fn push(&mut self, arg: ValueId) {
        self.args[usize::from(self.len)] = arg;
        self.len += 1;
    }

    /// Exchanges the first two operands.
    #[inline]
    pub fn swap(&mut self) {
        self.args.swap(0, 1);
    }

    #[inline]
    pub fn args(&self) -> &[ValueId] {
        &self.args[..usize::from(self.len)]
    }
}

/// What is known of a value at present.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// The value to use in its place: itself, or a constant.
    instead: ValueId,
    range: Range,
}

/// The region that is being made.
#[derive(Debug, Default)]
pub(super) struct Work {
    pub region: RegionData,
    /// For each uop of the region, the old one.
    pub sources: Vec<UopId>,
    /// For each exit of the region, the old one.
    pub exit_sources: Vec<ExitId>,
    constants: Constants,
    known: Vec<Known>,
    /// What was known before it was learnt anew, and in which old block that was.
    trail: Vec<(BlockId, ValueId, Known)>,
    pub seen: Seen,
    /// The old block that is being looked at.
    pub home: BlockId,
}

impl Work {
    pub fn clear(&mut self) {
        self.region.clear();
        self.sources.clear();
        self.exit_sources.clear();
        self.constants.clear();
        self.known.clear();
        self.trail.clear();
        self.seen.clear();
        self.home = BlockId(0);
    }

    /// Goes on in an old block: forgets what does not hold there. Every block of the trail dominates the ones after it,
    /// so what is left holds.
    pub fn enter(&mut self, block: BlockId, dominators: &Dominators) {
        while let Some(&(home, value, known)) = self.trail.last() {
            if dominators.dominates(home, block) || planted(Fault::JoinKeepsRanges) {
                break;
            }
            self.known[value.index()] = known;
            self.trail.pop();
        }
        self.home = block;
    }

    /// A new value.
    #[inline]
    pub fn value(&mut self, ty: Type, def: ValueDef, range: Range) -> ValueId {
        let value = ValueId(self.region.values.len() as u32);
        self.region.values.push(Value { ty, def });
        self.known.push(Known {
            instead: value,
            range,
        });
        value
    }

    #[inline]
    pub fn constant(&mut self, ty: Type, bits: u64) -> ValueId {
        let value = self.constants.intern(&mut self.region.values, ty, bits);
        if self.known.len() < self.region.values.len() {
            let range = if ty == Type::I64 {
                Range::only(bits as i64)
            } else {
                Range::FULL
            };
            self.known.push(Known {
                instead: value,
                range,
            });
        }
        value
    }

    pub fn int(&mut self, value: i64) -> ValueId {
        self.constant(Type::I64, value as u64)
    }

    /// The value to use for this one here.
    #[inline]
    pub fn resolve(&self, value: ValueId) -> ValueId {
        self.known[value.index()].instead
    }

    #[inline]
    pub fn range(&self, value: ValueId) -> Range {
        self.known[value.index()].range
    }

    #[inline]
    pub fn is_constant(&self, value: ValueId) -> bool {
        matches!(self.region.values[value.index()].def, ValueDef::Const(_))
    }

    /// The bits of a constant.
    #[inline]
    pub fn bits(&self, value: ValueId) -> Option<u64> {
        match self.region.values[value.index()].def {
            ValueDef::Const(bits) => Some(bits),
            _ => None,
        }
    }

    /// An integer constant.
    #[inline]
    pub fn as_int(&self, value: ValueId) -> Option<i64> {
        let known = &self.region.values[value.index()];
        match known.def {
            ValueDef::Const(bits) if known.ty == Type::I64 => Some(bits as i64),
            _ => None,
        }
    }

    /// A float constant.
    #[inline]
    pub fn as_float(&self, value: ValueId) -> Option<f64> {
        let known = &self.region.values[value.index()];
        match known.def {
            ValueDef::Const(bits) if known.ty == Type::F64 => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// The uop whose result this is: its kind and operands.
    #[inline]
    pub fn definition(&self, value: ValueId) -> Option<(UopKind, &[ValueId])> {
        match self.region.values[value.index()].def {
            ValueDef::Uop(uop) => Some((
                self.region.uops[uop.index()].kind,
                self.region.uop_args(uop),
            )),
            _ => None,
        }
    }

    /// Learns that an integer is within a range as well. When nothing is left this is a place that is never reached,
    /// and nothing is learnt.
    pub fn learn(&mut self, value: ValueId, range: Range) {
        let known = self.known[value.index()];
        let Some(range) = known.range.intersect(range) else {
            return;
        };
        if range == known.range || self.bits(value).is_some() {
            return;
        }
        let instead = match range.single() {
            Some(single) => self.int(single),
            None => known.instead,
        };
        self.trail.push((self.home, value, known));
        self.known[value.index()] = Known { instead, range };
    }

    /// Puts operands into the pool.
    #[inline]
    pub fn args(&mut self, args: &[ValueId]) -> Span {
        // Short as they are, a loop beats a call of memcpy.
        let start = self.region.args.len() as u32;
        for &arg in args {
            self.region.args.push(arg);
        }
        Span {
            start,
            len: args.len() as u32,
        }
    }

    /// Appends a uop to the block that is open; gives its result.
    #[inline]
    pub fn emit(
        &mut self,
        kind: UopKind,
        args: Span,
        exit: Option<ExitId>,
        result: Option<(Type, Range)>,
        from: (UopId, u32),
    ) -> (UopId, Option<ValueId>) {
        let id = UopId(self.region.uops.len() as u32);
        let result = result.map(|(ty, range)| self.value(ty, ValueDef::Uop(id), range));
        self.region.uops.push(Uop {
            kind,
            args,
            result,
            exit,
            origin: from.1,
        });
        self.sources.push(from.0);
        (id, result)
    }
}
