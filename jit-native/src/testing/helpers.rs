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
    ($($result:ident: $($name:ident($($i:ident)*; $($f:ident)*))*;)*) => {
        $($(
            /// The helper for the call uop of this name.
            extern "C" fn $name(context: *mut u64, $($i: i64,)* $($f: f64),*) -> result!($result) {
                let args = [$($i as u64,)* $($f.to_bits()),*];
                // SAFETY: only generated regions call this, and these run in a world.
                let digest = unsafe { called(context, stringify!($name), &args) };
                give!($result, digest)
            }
        )*)*
        /// Name and address of each helper.
        fn helpers() -> [(&'static str, usize); 105] {
            [$($((stringify!($name), $name as *const () as usize)),*),*]
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
    void:
        call_void_0(;) call_void_0_1(; p) call_void_0_2(; p q) call_void_0_3(; p q r) call_void_0_4(; p q r s)
        call_void_1(a;) call_void_1_1(a; p) call_void_1_2(a; p q) call_void_1_3(a; p q r)
        call_void_1_4(a; p q r s)
        call_void_2(a b;) call_void_2_1(a b; p) call_void_2_2(a b; p q) call_void_2_3(a b; p q r)
        call_void_2_4(a b; p q r s)
        call_void_3(a b c;) call_void_3_1(a b c; p) call_void_3_2(a b c; p q) call_void_3_3(a b c; p q r)
        call_void_3_4(a b c; p q r s)
        call_void_4(a b c d;) call_void_4_1(a b c d; p) call_void_4_2(a b c d; p q)
        call_void_4_3(a b c d; p q r) call_void_4_4(a b c d; p q r s)
        call_void_5(a b c d e;) call_void_5_1(a b c d e; p) call_void_5_2(a b c d e; p q)
        call_void_5_3(a b c d e; p q r) call_void_5_4(a b c d e; p q r s)
        call_void_6(a b c d e f;) call_void_6_1(a b c d e f; p) call_void_6_2(a b c d e f; p q)
        call_void_6_3(a b c d e f; p q r) call_void_6_4(a b c d e f; p q r s);
    int:
        call_i64_0(;) call_i64_0_1(; p) call_i64_0_2(; p q) call_i64_0_3(; p q r) call_i64_0_4(; p q r s)
        call_i64_1(a;) call_i64_1_1(a; p) call_i64_1_2(a; p q) call_i64_1_3(a; p q r) call_i64_1_4(a; p q r s)
        call_i64_2(a b;) call_i64_2_1(a b; p) call_i64_2_2(a b; p q) call_i64_2_3(a b; p q r)
        call_i64_2_4(a b; p q r s)
        call_i64_3(a b c;) call_i64_3_1(a b c; p) call_i64_3_2(a b c; p q) call_i64_3_3(a b c; p q r)
        call_i64_3_4(a b c; p q r s)
        call_i64_4(a b c d;) call_i64_4_1(a b c d; p) call_i64_4_2(a b c d; p q) call_i64_4_3(a b c d; p q r)
        call_i64_4_4(a b c d; p q r s)
        call_i64_5(a b c d e;) call_i64_5_1(a b c d e; p) call_i64_5_2(a b c d e; p q)
        call_i64_5_3(a b c d e; p q r) call_i64_5_4(a b c d e; p q r s)
        call_i64_6(a b c d e f;) call_i64_6_1(a b c d e f; p) call_i64_6_2(a b c d e f; p q)
        call_i64_6_3(a b c d e f; p q r) call_i64_6_4(a b c d e f; p q r s);
    float:
        call_f64_0(;) call_f64_0_1(; p) call_f64_0_2(; p q) call_f64_0_3(; p q r) call_f64_0_4(; p q r s)
        call_f64_1(a;) call_f64_1_1(a; p) call_f64_1_2(a; p q) call_f64_1_3(a; p q r) call_f64_1_4(a; p q r s)
        call_f64_2(a b;) call_f64_2_1(a b; p) call_f64_2_2(a b; p q) call_f64_2_3(a b; p q r)
        call_f64_2_4(a b; p q r s)
        call_f64_3(a b c;) call_f64_3_1(a b c; p) call_f64_3_2(a b c; p q) call_f64_3_3(a b c; p q r)
        call_f64_3_4(a b c; p q r s)
        call_f64_4(a b c d;) call_f64_4_1(a b c d; p) call_f64_4_2(a b c d; p q) call_f64_4_3(a b c d; p q r)
        call_f64_4_4(a b c d; p q r s)
        call_f64_5(a b c d e;) call_f64_5_1(a b c d e; p) call_f64_5_2(a b c d e; p q)
        call_f64_5_3(a b c d e; p q r) call_f64_5_4(a b c d e; p q r s)
        call_f64_6(a b c d e f;) call_f64_6_1(a b c d e f; p) call_f64_6_2(a b c d e f; p q)
        call_f64_6_3(a b c d e f; p q r) call_f64_6_4(a b c d e f; p q r s);
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
    link_with(region, &helper_addresses())
}

/// The addresses of all helpers in this process, for [`link_with`] in another one.
pub fn helper_addresses() -> Vec<u64> {
    let helpers = helpers();
    helpers.map(|(_, address)| address as u64).to_vec()
}

/// The region with the helpers' addresses in the process that has these [`helper_addresses`].
pub fn link_with(region: &Region, helpers: &[u64]) -> Region {
    let mut linked = region.clone();
    for value in region.values() {
        if let (Type::I64, ValueDef::Const(bits)) = (region.ty(value), region.def(value)) {
            let place = (bits as i64).wrapping_sub(PLACEHOLDER);
            if let Some(&address) = usize::try_from(place).ok().and_then(|n| helpers.get(n)) {
                linked.set_def(value, ValueDef::Const(address));
            }
        }
    }
    linked
}
