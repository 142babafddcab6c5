//! What a generated uop can take: values in scope, boundary constants, pointers that stay within memory, exits.

use super::{Generator, RESERVED_WORDS};
use crate::region::{ExitId, ValueId};
use crate::testing::FRAME_WORDS;
use stencils::table::Type;
use stencils::uops::kind;

/// Integers at which implementations go wrong.
pub(crate) const BOUNDARY_I64: [i64; 32] = [
    0,
    1,
    -1,
    2,
    -2,
    3,
    7,
    8,
    31,
    32,
    63,
    64,
    127,
    128,
    255,
    256,
    4095,
    4096,
    -4096,
    32767,
    65535,
    0x7fff_ffff,
    0x8000_0000,
    -0x8000_0000,
    -0x8000_0001,
    0xffff_ffff,
    0x1_0000_0000,
    1 << 53,
    (1 << 53) + 1,
    i64::MIN,
    i64::MIN + 1,
    i64::MAX,
];

/// Bits of floats at which implementations go wrong.
pub(crate) const BOUNDARY_F64: [u64; 24] = [
    0,
    0x8000_0000_0000_0000,
    1.0f64.to_bits(),
    (-1.0f64).to_bits(),
    0.5f64.to_bits(),
    (-0.5f64).to_bits(),
    2.5f64.to_bits(),
    1e300f64.to_bits(),
    f64::MAX.to_bits(),
    f64::MIN_POSITIVE.to_bits(),
    1,
    0x8000_0000_0000_0001,
    f64::INFINITY.to_bits(),
    f64::NEG_INFINITY.to_bits(),
    0x7ff8_0000_0000_0000,
    0xfff8_0000_0000_0000,
    0x7ff8_0000_0000_1234,
    0x7ff0_0000_0000_0001,
    9_007_199_254_740_992.0f64.to_bits(),
    9_007_199_254_740_993.0f64.to_bits(),
    9_223_372_036_854_775_808.0f64.to_bits(),
    (-9_223_372_036_854_775_808.0f64).to_bits(),
    4_294_967_296.0f64.to_bits(),
    std::f64::consts::PI.to_bits(),
];

/// How far an access may be from the place that its pointer points at or near.
const MAX_SLACK: i64 = 64;

/// Values that may be used at the present place.
#[derive(Default)]
pub(super) struct Scope {
    ints: Vec<ValueId>,
    floats: Vec<Float>,
    pointers: Vec<Pointer>,
    exits: Vec<ExitId>,
}

/// A float value.
#[derive(Clone, Copy)]
pub(super) struct Float {
    pub value: ValueId,
    /// Whether its bits are determined even when it is NaN.
    pub exact: bool,
}

/// A value that points into memory.
#[derive(Clone, Copy)]
pub(super) struct Pointer {
    pub value: ValueId,
    /// At most how many bytes it is away from the middle of memory.
    pub slack: i64,
}

/// How much a scope holds: what a branch adds is taken away at its end.
#[derive(Clone, Copy)]
pub(super) struct Mark([usize; 4]);

/// What a block parameter stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Int,
    Float,
    Pointer,
}

impl Class {
    pub fn ty(self) -> Type {
        if self == Class::Float {
            Type::F64
        } else {
            Type::I64
        }
    }
}

impl Scope {
    pub fn mark(&self) -> Mark {
        Mark([
            self.ints.len(),
            self.floats.len(),
            self.pointers.len(),
            self.exits.len(),
        ])
    }

    pub fn back_to(&mut self, Mark([ints, floats, pointers, exits]): Mark) {
        self.ints.truncate(ints);
        self.floats.truncate(floats);
        self.pointers.truncate(pointers);
        self.exits.truncate(exits);
    }

    /// Adds a value whose bits are determined.
    pub fn add(&mut self, ty: Type, value: ValueId) {
        match ty {
            Type::I64 => self.ints.push(value),
            Type::F64 => self.add_float(value, true),
        }
    }

    pub fn add_float(&mut self, value: ValueId, exact: bool) {
        self.floats.push(Float { value, exact });
    }

    pub fn add_pointer(&mut self, value: ValueId, slack: i64) {
        self.pointers.push(Pointer { value, slack });
    }

    /// Adds a block parameter.
    pub fn add_param(&mut self, class: Class, value: ValueId) {
        match class {
            Class::Int => self.ints.push(value),
            Class::Float => self.add_float(value, false),
            Class::Pointer => self.add_pointer(value, MAX_SLACK),
        }
    }
}

impl Generator<'_, '_> {
    /// A place in a list of values in scope: mostly a late one, or any when values are to live long.
    fn choose(&mut self, len: usize) -> Option<usize> {
        if len == 0 {
            return None;
        }
        let near = if self.hoard { len } else { len.min(4) };
        let near = if self.chance(1, 4) { len } else { near };
        Some(len - 1 - self.below(near))
    }

    /// An integer, often a constant.
    pub(super) fn int(&mut self) -> ValueId {
        if self.chance(1, 4) {
            return self.int_constant();
        }
        match self.choose(self.scope.ints.len()) {
            Some(n) => self.scope.ints[n],
            None => self.int_constant(),
        }
    }

    /// An integer that is mostly small, for uops that leave when their result does not fit.
    pub(super) fn small_int(&mut self) -> ValueId {
        if self.chance(1, 2) {
            let constant = 1 + self.below(9) as i64;
            return self.b.const_i64(constant);
        }
        let value = self.int();
        self.masked(value, 0xff)
    }

    /// `value & mask`.
    pub(super) fn masked(&mut self, value: ValueId, mask: i64) -> ValueId {
        let mask = self.b.const_i64(mask);
        let masked = self.b.value(kind::AND_I64, &[value, mask]);
        self.scope.add(Type::I64, masked);
        masked
    }

    pub(super) fn int_constant(&mut self) -> ValueId {
        let value = match self.below(4) {
            0 => self.below(16) as i64,
            1 | 2 => self.pick(&BOUNDARY_I64),
            _ => self.bytes.arbitrary().unwrap_or(0),
        };
        self.b.const_i64(value)
    }

    /// A float, often a constant.
    pub(super) fn float(&mut self) -> Float {
        if !self.chance(1, 4)
            && let Some(n) = self.choose(self.scope.floats.len())
        {
            return self.scope.floats[n];
        }
        let bits = if self.chance(1, 4) {
            (self.below(2000) as f64 / 8.0 - 100.0).to_bits()
        } else if self.chance(1, 8) {
            self.bytes.arbitrary().unwrap_or(0)
        } else {
            self.pick(&BOUNDARY_F64)
        };
        Float {
            value: self.b.constant(Type::F64, bits),
            exact: true,
        }
    }

    /// A float whose bits are determined: a NaN that arithmetic may have made is replaced.
    pub(super) fn exact_float(&mut self) -> ValueId {
        let Float { value, exact } = self.float();
        if exact {
            return value;
        }
        self.without_loose_bits(value)
    }

    /// The float, or one certain NaN in the place of any.
    pub(super) fn without_loose_bits(&mut self, value: ValueId) -> ValueId {
        let number = self.b.value(kind::EQ_F64, &[value, value]);
        let nan = self.b.const_f64(f64::NAN);
        let clean = self.b.value(kind::SELECT_F64, &[number, value, nan]);
        self.scope.add(Type::F64, clean);
        clean
    }

    /// A value whose bits are determined, of either type.
    pub(super) fn exact_value(&mut self) -> ValueId {
        if self.chance(1, 3) {
            self.exact_float()
        } else {
            self.int()
        }
    }

    pub(super) fn pointer(&mut self) -> Pointer {
        let pointer = self.pick_pointer();
        // Now and then a pointer beside it, for accesses that overlap.
        let offset = self.pick(&[-16i64, -8, -4, 1, 4, 8, 24]);
        if !self.chance(1, 8) || pointer.slack + offset.abs() > MAX_SLACK {
            return pointer;
        }
        let slack = pointer.slack + offset.abs();
        let offset = self.b.const_i64(offset);
        let value = self.b.value(kind::ADD_I64, &[pointer.value, offset]);
        self.scope.add_pointer(value, slack);
        Pointer { value, slack }
    }

    fn pick_pointer(&mut self) -> Pointer {
        match self.choose(self.scope.pointers.len()) {
            Some(n) => self.scope.pointers[n],
            None => unreachable!("the entry block loads pointers"),
        }
    }

    /// The byte offset of a frame word that may be written.
    pub(super) fn slot_offset(&mut self) -> ValueId {
        let slot = self.slot();
        self.b.const_i64(i64::from(slot) * 8)
    }

    /// A frame word that may be written: mostly one of a few, so that accesses meet.
    fn slot(&mut self) -> u32 {
        let words = if self.chance(1, 4) {
            FRAME_WORDS - RESERVED_WORDS
        } else {
            5
        };
        (RESERVED_WORDS + self.below(words)) as u32
    }

    /// An exit whose snapshot is good here: one that was made before, or a new one.
    pub(super) fn exit(&mut self) -> ExitId {
        if self.chance(1, 3)
            && let Some(n) = self.choose(self.scope.exits.len())
        {
            return self.scope.exits[n];
        }
        self.new_exit()
    }

    pub(super) fn new_exit(&mut self) -> ExitId {
        let most = if self.hoard { 16 } else { 5 };
        let mut snapshot: Vec<(u32, ValueId)> = Vec::new();
        for _ in 0..self.below(most) {
            let slot = self.slot();
            let value = self.exact_value();
            if snapshot.iter().all(|entry| entry.0 != slot) {
                snapshot.push((slot, value));
            }
        }
        let exit = self.b.exit(&snapshot);
        self.scope.exits.push(exit);
        exit
    }

    /// A value for a block parameter of this class.
    pub(super) fn value_for(&mut self, class: Class) -> ValueId {
        match class {
            Class::Int => self.int(),
            Class::Float => self.float().value,
            Class::Pointer => self.pick_pointer().value,
        }
    }
}
