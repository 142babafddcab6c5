//! Calls of functions in the C convention. The called function receives the address of the context first, then the
//! operands, and must not unwind.
//!
//! `call_R_I` takes I integers and `call_R_I_F` I integers and F doubles, integers first; R is the result. A stencil of a
//! call takes no operand in a register: they have been stored into the context's argument words before, in order.
//!
//! There is one for every number of integers up to six and of doubles up to four. They differ in their signatures alone, so
//! one body is written for all.

use crate::operand::{Context, Imm64};

/// The function at an address.
#[inline(always)]
fn function<F: Copy>(address: Imm64) -> F {
    const { assert!(size_of::<F>() == size_of::<usize>()) };
    // On wasm32 a function pointer is half as wide as an operand.
    // A number alone would point at nothing by Rust's rules; as one whose pointer was exposed it points at that function.
    let address = core::ptr::with_exposed_provenance::<()>(address.get() as usize);
    // SAFETY: `F` is a function pointer (the only use), and whoever made the context promised that what is called is
    // a function that can take these arguments.
    unsafe { core::mem::transmute_copy(&address) }
}

/// Gives each signature its body.
macro_rules! uops {
    ($(
        $(#[$doc:meta])*
        pub fn $name:ident(context: &mut Context, target: Imm64 $(, $operand:ident: $ty:ty)*) $(-> $result:ty)?;
    )*) => { $(
        $(#[$doc])*
        #[inline(always)]
        pub fn $name(context: &mut Context, target: Imm64 $(, $operand: $ty)*) $(-> $result)? {
            function::<extern "C" fn(*mut u64 $(, $ty)*) $(-> $result)?>(target)(context.pointer() $(, $operand)*)
        }
    )* };
}

uops! {
    /// Calls the function at `target` with no operand, without a result.
    pub fn call_void_0(context: &mut Context, target: Imm64);
    /// Calls the function at `target` with one double, without a result.
    pub fn call_void_0_1(context: &mut Context, target: Imm64, p: f64);
    /// Calls the function at `target` with two doubles, without a result.
    pub fn call_void_0_2(context: &mut Context, target: Imm64, p: f64, q: f64);
    /// Calls the function at `target` with three doubles, without a result.
    pub fn call_void_0_3(context: &mut Context, target: Imm64, p: f64, q: f64, r: f64);
    /// Calls the function at `target` with four doubles, without a result.
    pub fn call_void_0_4(context: &mut Context, target: Imm64, p: f64, q: f64, r: f64, s: f64);
    /// Calls the function at `target` with one integer, without a result.
    pub fn call_void_1(context: &mut Context, target: Imm64, a: i64);
    /// Calls the function at `target` with one integer and one double, without a result.
    pub fn call_void_1_1(context: &mut Context, target: Imm64, a: i64, p: f64);
    /// Calls the function at `target` with one integer and two doubles, without a result.
    pub fn call_void_1_2(context: &mut Context, target: Imm64, a: i64, p: f64, q: f64);
    /// Calls the function at `target` with one integer and three doubles, without a result.
    pub fn call_void_1_3(context: &mut Context, target: Imm64, a: i64, p: f64, q: f64, r: f64);
    /// Calls the function at `target` with one integer and four doubles, without a result.
    pub fn call_void_1_4(context: &mut Context, target: Imm64, a: i64, p: f64, q: f64, r: f64, s: f64);
    /// Calls the function at `target` with two integers, without a result.
    pub fn call_void_2(context: &mut Context, target: Imm64, a: i64, b: i64);
    /// Calls the function at `target` with two integers and one double, without a result.
    pub fn call_void_2_1(context: &mut Context, target: Imm64, a: i64, b: i64, p: f64);
    /// Calls the function at `target` with two integers and two doubles, without a result.
    pub fn call_void_2_2(context: &mut Context, target: Imm64, a: i64, b: i64, p: f64, q: f64);
    /// Calls the function at `target` with two integers and three doubles, without a result.
    pub fn call_void_2_3(context: &mut Context, target: Imm64, a: i64, b: i64, p: f64, q: f64, r: f64);
    /// Calls the function at `target` with two integers and four doubles, without a result.
    pub fn call_void_2_4(context: &mut Context, target: Imm64, a: i64, b: i64, p: f64, q: f64, r: f64, s: f64);
    /// Calls the function at `target` with three integers, without a result.
    pub fn call_void_3(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64);
    /// Calls the function at `target` with three integers and one double, without a result.
    pub fn call_void_3_1(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, p: f64);
    /// Calls the function at `target` with three integers and two doubles, without a result.
    pub fn call_void_3_2(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, p: f64, q: f64);
    /// Calls the function at `target` with three integers and three doubles, without a result.
    pub fn call_void_3_3(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, p: f64, q: f64, r: f64);
    /// Calls the function at `target` with three integers and four doubles, without a result.
    pub fn call_void_3_4(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, p: f64, q: f64, r: f64, s: f64);
    /// Calls the function at `target` with four integers, without a result.
    pub fn call_void_4(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64);
    /// Calls the function at `target` with four integers and one double, without a result.
    pub fn call_void_4_1(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, p: f64);
    /// Calls the function at `target` with four integers and two doubles, without a result.
    pub fn call_void_4_2(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, p: f64, q: f64);
    /// Calls the function at `target` with four integers and three doubles, without a result.
    pub fn call_void_4_3(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, p: f64, q: f64, r: f64);
    /// Calls the function at `target` with four integers and four doubles, without a result.
    pub fn call_void_4_4(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, p: f64, q: f64, r: f64, s: f64);
    /// Calls the function at `target` with five integers, without a result.
    pub fn call_void_5(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64);
    /// Calls the function at `target` with five integers and one double, without a result.
    pub fn call_void_5_1(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, p: f64);
    /// Calls the function at `target` with five integers and two doubles, without a result.
    pub fn call_void_5_2(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, p: f64, q: f64);
    /// Calls the function at `target` with five integers and three doubles, without a result.
    pub fn call_void_5_3(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, p: f64, q: f64, r: f64);
    /// Calls the function at `target` with five integers and four doubles, without a result.
    pub fn call_void_5_4(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, p: f64, q: f64, r: f64, s: f64);
    /// Calls the function at `target` with six integers, without a result.
    pub fn call_void_6(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64);
    /// Calls the function at `target` with six integers and one double, without a result.
    pub fn call_void_6_1(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, p: f64);
    /// Calls the function at `target` with six integers and two doubles, without a result.
    pub fn call_void_6_2(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, p: f64, q: f64);
    /// Calls the function at `target` with six integers and three doubles, without a result.
    pub fn call_void_6_3(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, p: f64, q: f64, r: f64);
    /// Calls the function at `target` with six integers and four doubles, without a result.
    pub fn call_void_6_4(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, p: f64, q: f64, r: f64, s: f64);
    /// Calls the function at `target` with no operand, for an integer.
    pub fn call_i64_0(context: &mut Context, target: Imm64) -> i64;
    /// Calls the function at `target` with one double, for an integer.
    pub fn call_i64_0_1(context: &mut Context, target: Imm64, p: f64) -> i64;
    /// Calls the function at `target` with two doubles, for an integer.
    pub fn call_i64_0_2(context: &mut Context, target: Imm64, p: f64, q: f64) -> i64;
    /// Calls the function at `target` with three doubles, for an integer.
    pub fn call_i64_0_3(context: &mut Context, target: Imm64, p: f64, q: f64, r: f64) -> i64;
    /// Calls the function at `target` with four doubles, for an integer.
    pub fn call_i64_0_4(context: &mut Context, target: Imm64, p: f64, q: f64, r: f64, s: f64) -> i64;
    /// Calls the function at `target` with one integer, for an integer.
    pub fn call_i64_1(context: &mut Context, target: Imm64, a: i64) -> i64;
    /// Calls the function at `target` with one integer and one double, for an integer.
    pub fn call_i64_1_1(context: &mut Context, target: Imm64, a: i64, p: f64) -> i64;
    /// Calls the function at `target` with one integer and two doubles, for an integer.
    pub fn call_i64_1_2(context: &mut Context, target: Imm64, a: i64, p: f64, q: f64) -> i64;
    /// Calls the function at `target` with one integer and three doubles, for an integer.
    pub fn call_i64_1_3(context: &mut Context, target: Imm64, a: i64, p: f64, q: f64, r: f64) -> i64;
    /// Calls the function at `target` with one integer and four doubles, for an integer.
    pub fn call_i64_1_4(context: &mut Context, target: Imm64, a: i64, p: f64, q: f64, r: f64, s: f64) -> i64;
    /// Calls the function at `target` with two integers, for an integer.
    pub fn call_i64_2(context: &mut Context, target: Imm64, a: i64, b: i64) -> i64;
    /// Calls the function at `target` with two integers and one double, for an integer.
    pub fn call_i64_2_1(context: &mut Context, target: Imm64, a: i64, b: i64, p: f64) -> i64;
    /// Calls the function at `target` with two integers and two doubles, for an integer.
    pub fn call_i64_2_2(context: &mut Context, target: Imm64, a: i64, b: i64, p: f64, q: f64) -> i64;
    /// Calls the function at `target` with two integers and three doubles, for an integer.
    pub fn call_i64_2_3(context: &mut Context, target: Imm64, a: i64, b: i64, p: f64, q: f64, r: f64) -> i64;
    /// Calls the function at `target` with two integers and four doubles, for an integer.
    pub fn call_i64_2_4(context: &mut Context, target: Imm64, a: i64, b: i64, p: f64, q: f64, r: f64, s: f64) -> i64;
    /// Calls the function at `target` with three integers, for an integer.
    pub fn call_i64_3(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64) -> i64;
    /// Calls the function at `target` with three integers and one double, for an integer.
    pub fn call_i64_3_1(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, p: f64) -> i64;
    /// Calls the function at `target` with three integers and two doubles, for an integer.
    pub fn call_i64_3_2(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, p: f64, q: f64) -> i64;
    /// Calls the function at `target` with three integers and three doubles, for an integer.
    pub fn call_i64_3_3(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, p: f64, q: f64, r: f64) -> i64;
    /// Calls the function at `target` with three integers and four doubles, for an integer.
    pub fn call_i64_3_4(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, p: f64, q: f64, r: f64, s: f64) -> i64;
    /// Calls the function at `target` with four integers, for an integer.
    pub fn call_i64_4(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64) -> i64;
    /// Calls the function at `target` with four integers and one double, for an integer.
    pub fn call_i64_4_1(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, p: f64) -> i64;
    /// Calls the function at `target` with four integers and two doubles, for an integer.
    pub fn call_i64_4_2(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, p: f64, q: f64) -> i64;
    /// Calls the function at `target` with four integers and three doubles, for an integer.
    pub fn call_i64_4_3(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, p: f64, q: f64, r: f64) -> i64;
    /// Calls the function at `target` with four integers and four doubles, for an integer.
    pub fn call_i64_4_4(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, p: f64, q: f64, r: f64, s: f64) -> i64;
    /// Calls the function at `target` with five integers, for an integer.
    pub fn call_i64_5(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64) -> i64;
    /// Calls the function at `target` with five integers and one double, for an integer.
    pub fn call_i64_5_1(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, p: f64) -> i64;
    /// Calls the function at `target` with five integers and two doubles, for an integer.
    pub fn call_i64_5_2(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, p: f64, q: f64) -> i64;
    /// Calls the function at `target` with five integers and three doubles, for an integer.
    pub fn call_i64_5_3(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, p: f64, q: f64, r: f64) -> i64;
    /// Calls the function at `target` with five integers and four doubles, for an integer.
    pub fn call_i64_5_4(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, p: f64, q: f64, r: f64, s: f64) -> i64;
    /// Calls the function at `target` with six integers, for an integer.
    pub fn call_i64_6(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64) -> i64;
    /// Calls the function at `target` with six integers and one double, for an integer.
    pub fn call_i64_6_1(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, p: f64) -> i64;
    /// Calls the function at `target` with six integers and two doubles, for an integer.
    pub fn call_i64_6_2(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, p: f64, q: f64) -> i64;
    /// Calls the function at `target` with six integers and three doubles, for an integer.
    pub fn call_i64_6_3(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, p: f64, q: f64, r: f64) -> i64;
    /// Calls the function at `target` with six integers and four doubles, for an integer.
    pub fn call_i64_6_4(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, p: f64, q: f64, r: f64, s: f64) -> i64;
    /// Calls the function at `target` with no operand, for a double.
    pub fn call_f64_0(context: &mut Context, target: Imm64) -> f64;
    /// Calls the function at `target` with one double, for a double.
    pub fn call_f64_0_1(context: &mut Context, target: Imm64, p: f64) -> f64;
    /// Calls the function at `target` with two doubles, for a double.
    pub fn call_f64_0_2(context: &mut Context, target: Imm64, p: f64, q: f64) -> f64;
    /// Calls the function at `target` with three doubles, for a double.
    pub fn call_f64_0_3(context: &mut Context, target: Imm64, p: f64, q: f64, r: f64) -> f64;
    /// Calls the function at `target` with four doubles, for a double.
    pub fn call_f64_0_4(context: &mut Context, target: Imm64, p: f64, q: f64, r: f64, s: f64) -> f64;
    /// Calls the function at `target` with one integer, for a double.
    pub fn call_f64_1(context: &mut Context, target: Imm64, a: i64) -> f64;
    /// Calls the function at `target` with one integer and one double, for a double.
    pub fn call_f64_1_1(context: &mut Context, target: Imm64, a: i64, p: f64) -> f64;
    /// Calls the function at `target` with one integer and two doubles, for a double.
    pub fn call_f64_1_2(context: &mut Context, target: Imm64, a: i64, p: f64, q: f64) -> f64;
    /// Calls the function at `target` with one integer and three doubles, for a double.
    pub fn call_f64_1_3(context: &mut Context, target: Imm64, a: i64, p: f64, q: f64, r: f64) -> f64;
    /// Calls the function at `target` with one integer and four doubles, for a double.
    pub fn call_f64_1_4(context: &mut Context, target: Imm64, a: i64, p: f64, q: f64, r: f64, s: f64) -> f64;
    /// Calls the function at `target` with two integers, for a double.
    pub fn call_f64_2(context: &mut Context, target: Imm64, a: i64, b: i64) -> f64;
    /// Calls the function at `target` with two integers and one double, for a double.
    pub fn call_f64_2_1(context: &mut Context, target: Imm64, a: i64, b: i64, p: f64) -> f64;
    /// Calls the function at `target` with two integers and two doubles, for a double.
    pub fn call_f64_2_2(context: &mut Context, target: Imm64, a: i64, b: i64, p: f64, q: f64) -> f64;
    /// Calls the function at `target` with two integers and three doubles, for a double.
    pub fn call_f64_2_3(context: &mut Context, target: Imm64, a: i64, b: i64, p: f64, q: f64, r: f64) -> f64;
    /// Calls the function at `target` with two integers and four doubles, for a double.
    pub fn call_f64_2_4(context: &mut Context, target: Imm64, a: i64, b: i64, p: f64, q: f64, r: f64, s: f64) -> f64;
    /// Calls the function at `target` with three integers, for a double.
    pub fn call_f64_3(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64) -> f64;
    /// Calls the function at `target` with three integers and one double, for a double.
    pub fn call_f64_3_1(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, p: f64) -> f64;
    /// Calls the function at `target` with three integers and two doubles, for a double.
    pub fn call_f64_3_2(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, p: f64, q: f64) -> f64;
    /// Calls the function at `target` with three integers and three doubles, for a double.
    pub fn call_f64_3_3(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, p: f64, q: f64, r: f64) -> f64;
    /// Calls the function at `target` with three integers and four doubles, for a double.
    pub fn call_f64_3_4(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, p: f64, q: f64, r: f64, s: f64) -> f64;
    /// Calls the function at `target` with four integers, for a double.
    pub fn call_f64_4(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64) -> f64;
    /// Calls the function at `target` with four integers and one double, for a double.
    pub fn call_f64_4_1(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, p: f64) -> f64;
    /// Calls the function at `target` with four integers and two doubles, for a double.
    pub fn call_f64_4_2(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, p: f64, q: f64) -> f64;
    /// Calls the function at `target` with four integers and three doubles, for a double.
    pub fn call_f64_4_3(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, p: f64, q: f64, r: f64) -> f64;
    /// Calls the function at `target` with four integers and four doubles, for a double.
    pub fn call_f64_4_4(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, p: f64, q: f64, r: f64, s: f64) -> f64;
    /// Calls the function at `target` with five integers, for a double.
    pub fn call_f64_5(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64) -> f64;
    /// Calls the function at `target` with five integers and one double, for a double.
    pub fn call_f64_5_1(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, p: f64) -> f64;
    /// Calls the function at `target` with five integers and two doubles, for a double.
    pub fn call_f64_5_2(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, p: f64, q: f64) -> f64;
    /// Calls the function at `target` with five integers and three doubles, for a double.
    pub fn call_f64_5_3(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, p: f64, q: f64, r: f64) -> f64;
    /// Calls the function at `target` with five integers and four doubles, for a double.
    pub fn call_f64_5_4(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, p: f64, q: f64, r: f64, s: f64) -> f64;
    /// Calls the function at `target` with six integers, for a double.
    pub fn call_f64_6(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64) -> f64;
    /// Calls the function at `target` with six integers and one double, for a double.
    pub fn call_f64_6_1(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, p: f64) -> f64;
    /// Calls the function at `target` with six integers and two doubles, for a double.
    pub fn call_f64_6_2(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, p: f64, q: f64) -> f64;
    /// Calls the function at `target` with six integers and three doubles, for a double.
    pub fn call_f64_6_3(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, p: f64, q: f64, r: f64) -> f64;
    /// Calls the function at `target` with six integers and four doubles, for a double.
    pub fn call_f64_6_4(context: &mut Context, target: Imm64, a: i64, b: i64, c: i64, d: i64, e: i64, f: i64, p: f64, q: f64, r: f64, s: f64) -> f64;
}
