//! The functions that call stencils call: one of each type. Each remembers what it was called with.

/// What a called function does: mixes its arguments, so that each must be right and in its place.
fn mix(args: &[u64]) -> u64 {
    args.iter().fold(7, |sum: u64, arg| {
        sum.wrapping_mul(31).wrapping_add(arg ^ arg >> 32)
    })
}

macro_rules! probes {
    ($($result:tt: $($name:ident($($int:ident)*; $($float:ident)*))*,)*) => {
        $($(extern "C" fn $name(_context: *mut u64 $(, $int: i64)* $(, $float: f64)*) -> $result {
            probe(mix(&[$($int as u64,)* $($float.to_bits(),)*]))
        })*)*
        /// The function for the call uop of that name.
        pub fn probe_address(name: &str) -> i64 {
            match name {
                $($(concat!("call_", stringify!($name)) => $name as *const () as i64,)*)*
                _ => panic!("no function for {name}"),
            }
        }
    };
}

trait Probe {
    fn of(bits: u64) -> Self;
}
impl Probe for () {
    fn of(_: u64) {}
}
impl Probe for i64 {
    fn of(bits: u64) -> i64 {
        bits as i64
    }
}
impl Probe for f64 {
    fn of(bits: u64) -> f64 {
        (bits >> 12) as f64
    }
}

thread_local!(static CALLED: std::cell::Cell<u64> = const { std::cell::Cell::new(0) });

/// What the last call was called with, mixed.
pub fn called() -> u64 {
    CALLED.get()
}

/// Forgets all calls.
pub fn forget() {
    CALLED.set(0);
}

fn probe<T: Probe>(bits: u64) -> T {
    CALLED.set(bits);
    T::of(bits)
}

probes! {
    ():
        void_0(;) void_0_1(; p) void_0_2(; p q) void_0_3(; p q r) void_0_4(; p q r s)
        void_1(a;) void_1_1(a; p) void_1_2(a; p q) void_1_3(a; p q r) void_1_4(a; p q r s)
        void_2(a b;) void_2_1(a b; p) void_2_2(a b; p q) void_2_3(a b; p q r) void_2_4(a b; p q r s)
        void_3(a b c;) void_3_1(a b c; p) void_3_2(a b c; p q) void_3_3(a b c; p q r) void_3_4(a b c; p q r s)
        void_4(a b c d;) void_4_1(a b c d; p) void_4_2(a b c d; p q) void_4_3(a b c d; p q r)
        void_4_4(a b c d; p q r s)
        void_5(a b c d e;) void_5_1(a b c d e; p) void_5_2(a b c d e; p q) void_5_3(a b c d e; p q r)
        void_5_4(a b c d e; p q r s)
        void_6(a b c d e f;) void_6_1(a b c d e f; p) void_6_2(a b c d e f; p q) void_6_3(a b c d e f; p q r)
        void_6_4(a b c d e f; p q r s),
    i64:
        i64_0(;) i64_0_1(; p) i64_0_2(; p q) i64_0_3(; p q r) i64_0_4(; p q r s)
        i64_1(a;) i64_1_1(a; p) i64_1_2(a; p q) i64_1_3(a; p q r) i64_1_4(a; p q r s)
        i64_2(a b;) i64_2_1(a b; p) i64_2_2(a b; p q) i64_2_3(a b; p q r) i64_2_4(a b; p q r s)
        i64_3(a b c;) i64_3_1(a b c; p) i64_3_2(a b c; p q) i64_3_3(a b c; p q r) i64_3_4(a b c; p q r s)
        i64_4(a b c d;) i64_4_1(a b c d; p) i64_4_2(a b c d; p q) i64_4_3(a b c d; p q r)
        i64_4_4(a b c d; p q r s)
        i64_5(a b c d e;) i64_5_1(a b c d e; p) i64_5_2(a b c d e; p q) i64_5_3(a b c d e; p q r)
        i64_5_4(a b c d e; p q r s)
        i64_6(a b c d e f;) i64_6_1(a b c d e f; p) i64_6_2(a b c d e f; p q) i64_6_3(a b c d e f; p q r)
        i64_6_4(a b c d e f; p q r s),
    f64:
        f64_0(;) f64_0_1(; p) f64_0_2(; p q) f64_0_3(; p q r) f64_0_4(; p q r s)
        f64_1(a;) f64_1_1(a; p) f64_1_2(a; p q) f64_1_3(a; p q r) f64_1_4(a; p q r s)
        f64_2(a b;) f64_2_1(a b; p) f64_2_2(a b; p q) f64_2_3(a b; p q r) f64_2_4(a b; p q r s)
        f64_3(a b c;) f64_3_1(a b c; p) f64_3_2(a b c; p q) f64_3_3(a b c; p q r) f64_3_4(a b c; p q r s)
        f64_4(a b c d;) f64_4_1(a b c d; p) f64_4_2(a b c d; p q) f64_4_3(a b c d; p q r)
        f64_4_4(a b c d; p q r s)
        f64_5(a b c d e;) f64_5_1(a b c d e; p) f64_5_2(a b c d e; p q) f64_5_3(a b c d e; p q r)
        f64_5_4(a b c d e; p q r s)
        f64_6(a b c d e f;) f64_6_1(a b c d e f; p) f64_6_2(a b c d e f; p q) f64_6_3(a b c d e f; p q r)
        f64_6_4(a b c d e f; p q r s),
}
