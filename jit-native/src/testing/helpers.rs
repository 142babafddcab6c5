//! The functions that generated regions call. Each logs what it is given, changes a word of memory and gives a result
//! that depends on its arguments alone, so that a wrong, lost or repeated argument shows.
//!
//! A generated region does not name their addresses, which differ from run to run, but placeholders: [`link`] puts the
//! addresses in. So a region printed by one process can be run by another.

use super::world::{Body, MEMORY_WORDS, mix};
use crate::region::{Region, ValueDef};
use stencils::table::Type;

/// Placeholders are this number plus the place in the list of helpers.
const PLACEHOLDER: i64 = 0x4865_6c70_0000_0000;

/// Logs the call and gives a word that depends on the arguments alone.
///
/// # Safety
/// `context` is a world's.
unsafe fn called(context: *mut u64, name: &str, args: &[u64]) -> u64 {
    // SAFETY: the caller says whose context it is; regions run on one thread and helpers do not nest.
    let body = unsafe { Body::of(context) };
    let number = body.count();
    let mut digest = name
        .bytes()
        .fold(0, |digest, byte| mix(digest ^ u64::from(byte)));
    body.log(digest);
    for &arg in args {
        body.log(arg);
        digest = mix(digest ^ arg);
    }
    // Near the middle, where the region's own accesses are.
    let place = MEMORY_WORDS / 2 + (digest % 16) as usize;
    body.memory[place] = body.memory[place].wrapping_add(number);
    digest
}

/// A float that is sometimes special, from a digest.
fn float(digest: u64) -> f64 {
    match digest % 4 {
        0 => f64::from_bits(digest),
        1 => -0.0,
        _ => (digest >> 40) as f64 - 8000.0,
    }
}

/// An integer that is mostly small, from a digest.
fn int(digest: u64) -> i64 {
    if digest.is_multiple_of(4) {
        digest as i64
    } else {
        (digest >> 54) as i64 - 512
    }
}

macro_rules! helpers {
    ($($name:ident($($i:ident)*; $($f:ident)*) -> $result:ident;)*) => {
        $(
            /// The helper for the call uop of this name.
            extern "C" fn $name(context: *mut u64, $($i: i64,)* $($f: f64),*) -> result!($result) {
                let args = [$($i as u64,)* $($f.to_bits()),*];
                // SAFETY: only generated regions call this, and these run in a world.
                let digest = unsafe { called(context, stringify!($name), &args) };
                give!($result, digest)
            }
        )*
        /// Name and address of each helper.
        fn helpers() -> [(&'static str, usize); 42] {
            [$((stringify!($name), $name as *const () as usize)),*]
        }
    };
}

macro_rules! result {
    (void) => {
        ()
    };
    (int) => {
        i64
    };
    (float) => {
        f64
    };
}

macro_rules! give {
    (void, $digest:ident) => {{
        let _ = $digest;
    }};
    (int, $digest:ident) => {
        int($digest)
    };
    (float, $digest:ident) => {
        float($digest)
    };
}

helpers! {
    call_void_0(;) -> void;
    call_void_1(a;) -> void;
    call_void_2(a b;) -> void;
    call_void_3(a b c;) -> void;
    call_void_4(a b c d;) -> void;
    call_void_5(a b c d e;) -> void;
    call_void_6(a b c d e f;) -> void;
    call_void_0_1(; x) -> void;
    call_void_0_2(; x y) -> void;
    call_void_0_3(; x y z) -> void;
    call_void_0_4(; x y z w) -> void;
    call_void_1_1(a; x) -> void;
    call_void_1_2(a; x y) -> void;
    call_void_2_1(a b; x) -> void;
    call_i64_0(;) -> int;
    call_i64_1(a;) -> int;
    call_i64_2(a b;) -> int;
    call_i64_3(a b c;) -> int;
    call_i64_4(a b c d;) -> int;
    call_i64_5(a b c d e;) -> int;
    call_i64_6(a b c d e f;) -> int;
    call_i64_0_1(; x) -> int;
    call_i64_0_2(; x y) -> int;
    call_i64_0_3(; x y z) -> int;
    call_i64_0_4(; x y z w) -> int;
    call_i64_1_1(a; x) -> int;
    call_i64_1_2(a; x y) -> int;
    call_i64_2_1(a b; x) -> int;
    call_f64_0(;) -> float;
    call_f64_1(a;) -> float;
    call_f64_2(a b;) -> float;
    call_f64_3(a b c;) -> float;
    call_f64_4(a b c d;) -> float;
    call_f64_5(a b c d e;) -> float;
    call_f64_6(a b c d e f;) -> float;
    call_f64_0_1(; x) -> float;
    call_f64_0_2(; x y) -> float;
    call_f64_0_3(; x y z) -> float;
    call_f64_0_4(; x y z w) -> float;
    call_f64_1_1(a; x) -> float;
    call_f64_1_2(a; x y) -> float;
    call_f64_2_1(a b; x) -> float;
}

/// The placeholder of the helper for a call uop; none for a uop that no helper fits.
pub fn placeholder(uop: &str) -> Option<i64> {
    let place = helpers().iter().position(|(name, _)| *name == uop)?;
    Some(PLACEHOLDER + place as i64)
}

/// The address that [`link`] puts in the place of the placeholder for a call uop, on this machine, now.
pub fn helper(uop: &str) -> Option<u64> {
    let helpers = helpers();
    let (_, address) = helpers.iter().find(|(name, _)| *name == uop)?;
    Some(*address as u64)
}

/// The region with the helpers' addresses in the place of their placeholders: for running, on this machine, now.
pub fn link(region: &Region) -> Region {
    let mut linked = region.clone();
    let helpers = helpers();
    for value in &mut linked.values {
        if let (Type::I64, ValueDef::Const(bits)) = (value.ty, &mut value.def) {
            let place = (*bits as i64).wrapping_sub(PLACEHOLDER);
            if let Some((_, address)) = usize::try_from(place).ok().and_then(|n| helpers.get(n)) {
                *bits = *address as u64;
            }
        }
    }
    linked
}
