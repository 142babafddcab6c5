//! The functions that kernels call, and how their texts name them.
//!
//! A text writes `%mix` where a region has an address, since addresses differ from run to run. Start at [`link`].

/// Mixes two numbers.
extern "C" fn mix(_context: *mut u64, a: i64, b: i64) -> i64 {
    (a ^ b.rotate_left(7)).wrapping_add(b)
}

/// Half of a number.
extern "C" fn half(_context: *mut u64, a: f64) -> f64 {
    a * 0.5
}

/// The next number.
extern "C" fn next(_context: *mut u64, a: i64) -> i64 {
    a.wrapping_add(1)
}

/// The text with addresses in the places of names.
pub fn link(text: &str) -> String {
    let helpers = [
        ("%mix", mix as *const () as usize),
        ("%half", half as *const () as usize),
        ("%next", next as *const () as usize),
    ];
    let mut linked = text.to_owned();
    for (name, address) in helpers {
        linked = linked.replace(name, &address.to_string());
    }
    linked
}
