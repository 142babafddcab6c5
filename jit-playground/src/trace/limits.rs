//! The numbers that decide when a trace is recorded, how far, and when it is given up. They are LuaJIT's where it has
//! the same one (`hotloop`, `hotexit`, `maxrecord`, `maxside`, `instunroll`).

/// How often an exit is taken before a side trace is recorded from it.
pub const HOT_EXIT: u32 = 10;
/// How often a call returns to a place from a trace before a trace is recorded from there.
pub const HOT_RETURN: u32 = 56;
/// Uops of one recording at most.
pub const MAX_UOPS: usize = 4_000;
/// Side traces that belong to one root at most.
pub const MAX_SIDE_TRACES: u32 = 100;
/// Calls inside each other in one recording at most; it ends before a deeper one.
pub const MAX_INLINE_DEPTH: usize = 16;
/// How often one function may be on the recorded call stack besides its first time; the recording ends before the next.
pub const MAX_RECURSION: usize = 2;
/// How often a side trace may pass the back edge of a loop without a trace of its own.
pub const MAX_UNROLL: u32 = 4;
/// Frame slots that one trace, with all calls inside it, may use at most.
pub const MAX_SLOTS: u32 = 4_096;
/// How often a recording from the same place may fail before it is never tried again.
pub const MAX_TRIES: u32 = 6;
/// Fragments that one VM compiles at most.
pub const MAX_FRAGMENTS: usize = 4_000;
