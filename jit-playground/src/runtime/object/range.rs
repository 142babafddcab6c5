//! The range object: three 64-bit words.

#![allow(
    unsafe_code,
    reason = "HeapObject is an unsafe trait: it promises a layout"
)]

use std::mem::offset_of;

use super::{Header, Kind};
use crate::runtime::heap::{Gc, Heap, HeapObject};

/// The object behind [`Value::Range`](crate::runtime::Value::Range).
#[repr(C)]
#[derive(Debug)]
pub struct RangeObject {
    header: Header,
    start: i64,
    stop: i64,
    step: i64,
}

// SAFETY: repr(C), header first, the only object of its kind.
unsafe impl HeapObject for RangeObject {
    const KIND: Kind = Kind::Range;
    const SIZE: usize = size_of::<Self>();
}

impl RangeObject {
    /// Offset of the start, in bytes.
    pub const START_OFFSET: usize = offset_of!(RangeObject, start);
    /// Offset of the stop, in bytes.
    pub const STOP_OFFSET: usize = offset_of!(RangeObject, stop);
    /// Offset of the step, in bytes.
    pub const STEP_OFFSET: usize = offset_of!(RangeObject, step);

    /// The first number, if the range is not empty.
    pub fn start(&self) -> i64 {
        self.start
    }

    /// The number before which the range ends.
    pub fn stop(&self) -> i64 {
        self.stop
    }

    /// The distance of two neighbours; never zero.
    pub fn step(&self) -> i64 {
        self.step
    }

    /// How many numbers there are. At most 2^64 - 1, so it may not fit an `i64`.
    pub fn len(&self) -> u64 {
        let (low, high) = if self.step > 0 {
            (self.start, self.stop)
        } else {
            (self.stop, self.start)
        };
        if low >= high {
            return 0;
        }
        (high.abs_diff(low) - 1) / self.step.unsigned_abs() + 1
    }

    /// Whether there is no number in the range.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number at an index below [`RangeObject::len`].
    pub fn get(&self, index: u64) -> Option<i64> {
        if index >= self.len() {
            return None;
        }
        let item = i128::from(self.start) + i128::from(index) * i128::from(self.step);
        i64::try_from(item).ok()
    }

    /// Whether `number` is in the range.
    pub fn contains(&self, number: i64) -> bool {
        let inside = if self.step > 0 {
            self.start <= number && number < self.stop
        } else {
            self.stop < number && number <= self.start
        };
        inside
            && number
                .abs_diff(self.start)
                .is_multiple_of(self.step.unsigned_abs())
    }
}

impl Heap {
    /// A range object. `step` must not be zero.
    pub fn range(&self, start: i64, stop: i64, step: i64) -> Gc<RangeObject> {
        debug_assert!(step != 0, "a range with step zero");
        self.alloc(RangeObject {
            header: Header::new(),
            start,
            stop,
            step,
        })
    }
}
