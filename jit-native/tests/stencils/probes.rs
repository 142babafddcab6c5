//! The functions that call stencils call: one of each type. Each remembers what it was called with.

/// What a called function does: mixes its arguments, so that each must be right and in its place.
fn mix(args: &[u64]) -> u64 {
    args.iter().fold(7, |sum: u64, arg| {
        sum.wrapping_mul(31).wrapping_add(arg ^ arg >> 32)
    })
}

macro_rules! probes {
    ($($name:ident $result:ty: $($int:ident)* | $($float:ident)*;)*) => {
        $(extern "C" fn $name(_context: *mut u64 $(, $int: i64)* $(, $float: f64)*) -> $result {
            probe(mix(&[$($int as u64,)* $($float.to_bits(),)*]))
        })*
        /// The function for the call uop of that name.
        pub fn probe_address(name: &str) -> i64 {
            match name {
                $(concat!("call_", stringify!($name)) => $name as *const () as i64,)*
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
    void_0 (): | ; void_1 (): a | ; void_2 (): a b | ; void_3 (): a b c | ; void_4 (): a b c d | ; void_5 (): a b c d e | ;
    void_6 (): a b c d e f | ; void_0_1 (): | g ; void_0_2 (): | g h ; void_0_3 (): | g h i ; void_0_4 (): | g h i j ;
    void_1_1 (): a | g ; void_1_2 (): a | g h ; void_2_1 (): a b | g ;
    i64_0 i64: | ; i64_1 i64: a | ; i64_2 i64: a b | ; i64_3 i64: a b c | ; i64_4 i64: a b c d | ; i64_5 i64: a b c d e | ;
    i64_6 i64: a b c d e f | ; i64_0_1 i64: | g ; i64_0_2 i64: | g h ; i64_0_3 i64: | g h i ; i64_0_4 i64: | g h i j ;
    i64_1_1 i64: a | g ; i64_1_2 i64: a | g h ; i64_2_1 i64: a b | g ;
    f64_0 f64: | ; f64_1 f64: a | ; f64_2 f64: a b | ; f64_3 f64: a b c | ; f64_4 f64: a b c d | ; f64_5 f64: a b c d e | ;
    f64_6 f64: a b c d e f | ; f64_0_1 f64: | g ; f64_0_2 f64: | g h ; f64_0_3 f64: | g h i ; f64_0_4 f64: | g h i j ;
    f64_1_1 f64: a | g ; f64_1_2 f64: a | g h ; f64_2_1 f64: a b | g ;
}
