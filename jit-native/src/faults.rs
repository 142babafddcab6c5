//! Faults to plant, one at a time, in order to see whether the tests find them: a test that finds none proves nothing.
//!
//! The engine asks [`planted`] at the places where a fault would be. Without the feature `faults` the answer is a constant
//! no, and the compiler leaves nothing of the question. `cargo xtask faults` plants each in turn, and those in stencil
//! libraries as well, which need nothing of this. Start with [`Fault`].

macro_rules! faults {
    ($($(#[doc = $text:literal])* $name:ident,)*) => {
        /// One fault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Fault {
            $($(#[doc = $text])* $name,)*
        }

        impl Fault {
            /// All faults, each with its name and what it is.
            pub const ALL: &[(Fault, &str, &str)] =
                &[$((Fault::$name, stringify!($name), concat!($($text),*))),*];
        }
    };
}

faults! {
    /// Optimiser: `x + 0.0` is `x`, also for -0.0.
    AddZeroIsIdentity,
    /// Optimiser: `x * 0.0` is 0.0, also for NaN.
    TimesZeroIsZero,
    /// Optimiser: `x == x` holds, also for NaN.
    NanEqualsItself,
    /// Optimiser: `x / -1` is `-x`, also for the least integer.
    DivideByMinusOneNegates,
    /// Optimiser: a dividend is never negative where the divisor is constant.
    DivisionIgnoresSign,
    /// Optimiser: the reciprocal that stands for a division is rounded down.
    ReciprocalRoundsDown,
    /// Optimiser: `(x + a) - b` is `x + (a + b)`.
    RegroupsWithWrongSign,
    /// Optimiser: a sum may be one more than the greatest integer without overflow.
    OverflowOffByOne,
    /// Optimiser: ranges that touch decide `<`.
    TouchingRangesAreLess,
    /// Optimiser: a loop's counter stays in the range that it begins with.
    LoopRangeDoesNotGrow,
    /// Optimiser: what is known of values on one way is known after the join.
    JoinKeepsRanges,
    /// Optimiser: what is known of memory on one way is known after the join.
    JoinKeepsMemory,
    /// Optimiser: pointers that are different values never meet.
    BasesNeverAlias,
    /// Optimiser: a store changes no more than one byte.
    StoresAreNarrow,
    /// Optimiser: calls write no memory.
    CallsKeepMemory,
    /// Optimiser: a store to the frame is dead although an exit comes between it and the next.
    ExitsSeeNoStores,
    /// Optimiser: a guard that held on the way into a block is taken to have failed.
    EdgeConditionInverted,
    /// Optimiser: snapshots look at low halves alone.
    SnapshotsTakeLowHalves,
    /// Optimiser: the peeled round's snapshots serve the loop too: they hold stale values.
    StaleSnapshot,
    /// Allocator: a spilled value is never stored.
    SpillIsMissing,
    /// Allocator: a spill slot is given away while its value is still needed.
    SlotFreedEarly,
    /// Allocator: values stay in registers that a call destroys.
    CallKeepsRegisters,
    /// Allocator: the last parameter of an edge is not moved.
    EdgeForgetsParameter,
    /// Allocator: moves are made in the order in which they are listed.
    MovesInAnyOrder,
    /// Allocator: an exit's places are those of its first guard.
    SiteIsShared,
    /// Allocator: an input shares the result's register although it is used again.
    ResultTakesLiveInput,
    /// Assembler: every immediate of a stencil is its first.
    ImmediateIsFirst,
    /// Assembler: the branch's addend is left out.
    BranchAddendLost,
    /// Assembler: a bit of the register's index is lost, so that the fifth is taken for the first.
    RegisterBitLost,
    /// Assembler: in the later parts of long stencils all registers are the first.
    LaterPiecesUnpatched,
    /// Assembler: constants of stencils are those eight bytes on.
    ConstantOffset,
    /// Assembler: every exit has its neighbour's number.
    ExitNumberOff,
    /// Assembler: snapshots go to the frame word after theirs.
    SnapshotWordOff,
    /// Assembler: a jump over one block is taken for one to the next.
    FallsThroughOneBlock,
    /// Assembler: a branch goes to its target without the moves of the edge.
    EdgeMovesSkipped,
    /// Assembler: branches are never too far for an island to be needed.
    IslandsAreLate,
    /// Patching: a 32-bit hole takes the low half of any value.
    WideValueWraps,
    /// Patching: a conditional branch of AArch64 loses its sign.
    BranchIsForward,
    /// Code memory: a freed block is used again while it runs.
    RunningCodeIsReused,
    /// Code memory: a block begins inside the one before it.
    BlocksOverlap,
    /// Code memory: an exit goes through its neighbour's slot.
    NeighboursSlot,
}

#[cfg(feature = "faults")]
static PLANTED: std::sync::atomic::AtomicU8 = std::sync::atomic::AtomicU8::new(u8::MAX);

/// Plants a fault, in place of the one that was planted before, in the whole process.
#[cfg(feature = "faults")]
pub fn plant(fault: Fault) {
    PLANTED.store(fault as u8, std::sync::atomic::Ordering::Relaxed);
}

/// Whether this fault is planted.
#[cfg(feature = "faults")]
#[inline]
pub(crate) fn planted(fault: Fault) -> bool {
    PLANTED.load(std::sync::atomic::Ordering::Relaxed) == fault as u8
}

/// Never: the feature is off.
#[cfg(not(feature = "faults"))]
#[inline(always)]
pub(crate) fn planted(_: Fault) -> bool {
    false
}
