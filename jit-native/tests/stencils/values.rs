//! Operands: boundary values and random ones, always the same for the same seed.

/// A small random number generator.
pub struct Random(u64);

/// Integers at which something changes.
const INTS: &[i64] = &[
    0,
    1,
    -1,
    2,
    -2,
    3,
    7,
    10,
    31,
    32,
    33,
    62,
    63,
    64,
    65,
    127,
    128,
    255,
    256,
    -128,
    -129,
    4095,
    4096,
    -4095,
    -4096,
    32767,
    65535,
    65536,
    -65536,
    -65537,
    2147483646,
    2147483647,
    2147483648,
    -2147483647,
    -2147483648,
    -2147483649,
    4294967295,
    4294967296,
    1 << 53,
    (1 << 53) + 1,
    -(1 << 53),
    -(1 << 53) - 1,
    i64::MAX - 1,
    i64::MAX,
    i64::MIN,
    i64::MIN + 1,
    0x5555_5555_5555_5555,
];

/// Doubles at which something changes.
const FLOATS: &[f64] = &[
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    1.5,
    2.5,
    -2.5,
    3.0,
    1e300,
    -1e300,
    5e-324,
    2.2250738585072014e-308,
    4503599627370495.5,
    9007199254740992.0,
    9007199254740993.0,
    9223372036854775807.0,
    -9223372036854775808.0,
    9223372036854774784.0,
    18446744073709551616.0,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    -f64::NAN,
];

impl Random {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: usize) -> usize {
        (self.bits() >> 33) as usize % limit
    }

    /// An integer, often at a boundary.
    pub fn int(&mut self) -> i64 {
        match self.below(8) {
            0 => self.bits() as i64,
            1 => self.bits() as i32 as i64,
            2 => (self.bits() % 200) as i64 - 100,
            _ => INTS[self.below(INTS.len())],
        }
    }

    /// A double's bits, often at a boundary.
    pub fn float(&mut self) -> u64 {
        match self.below(4) {
            0 => self.bits(),
            1 => ((self.bits() % 2000) as f64 - 1000.0).to_bits(),
            _ => FLOATS[self.below(FLOATS.len())].to_bits(),
        }
    }

    /// A multiple of `1 << align_log2` from `min` to `max`, often at either end.
    pub fn within(&mut self, min: i64, max: i64, align_log2: u8) -> i64 {
        let down = |value: i64| value >> align_log2 << align_log2;
        for _ in 0..20 {
            let candidate = down(match self.below(6) {
                0 => min,
                1 => max,
                2 => min.wrapping_add((self.bits() % 16) as i64),
                _ => self.int(),
            });
            if (min..=max).contains(&candidate) {
                return candidate;
            }
        }
        let span = (max as i128 - min as i128) as u128 + 1;
        let value = min as i128 + (u128::from(self.bits()) % span) as i128;
        let candidate = down(value as i64);
        if candidate < min {
            down(max)
        } else {
            candidate
        }
    }
}
