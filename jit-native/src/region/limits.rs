//! How much one region may hold. The limits are far beyond any useful region; they keep every index and span within
//! 32 bits with room to spare, so that no pass needs to think of overflow.

/// The most uops, values, blocks and exits (each) of a region.
pub const MAX_ITEMS: usize = 1 << 24;

/// The most entries of each pool: operands and edge arguments, block parameters, snapshot entries.
pub const MAX_POOL: usize = 1 << 26;

/// The first frame word that is out of reach: a word's byte offset fits in 32 bits, signed.
pub const MAX_SLOT: u32 = 1 << 28;
