//! Random regions by number: region n of seed s is the same on every machine and in every run.
//!
//! Never looks at a region: what it is made of is the generator's business. Start at [`region`].

use arbitrary::Unstructured;
use jit_native::region::Region;
use jit_native::testing::generate;

/// The most bytes that a region is made of. When they are used up a region comes to its end.
const MOST_BYTES: u64 = 6000;

/// Region number `n` of a seed.
///
/// # Panics
/// When the generator fails: a bug to be reported with seed and number.
pub fn region(seed: u64, n: u64) -> Region {
    let mut words = Words(mix(seed) ^ n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    // Mostly little, so that many small regions are seen, and now and then a large one.
    let most = MOST_BYTES >> (words.next() % 5);
    let length = words.next() % most;
    let mut bytes = Vec::with_capacity(length as usize + 8);
    while (bytes.len() as u64) < length {
        bytes.extend_from_slice(&words.next().to_le_bytes());
    }
    generate(&mut Unstructured::new(&bytes))
}

/// The worlds that it is run in.
pub fn worlds(seed: u64, n: u64) -> [u64; 2] {
    let first = mix(seed.wrapping_add(1)) ^ n;
    [first, mix(first)]
}

/// The generator SplitMix64 (Steele, Lea and Flood, 2014).
struct Words(u64);

impl Words {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}
