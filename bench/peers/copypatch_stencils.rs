//! The steps of straight-line integer programs as stencils for copypatch: four variables in four registers, and a stencil
//! for each operation on each two of them, since copypatch knows no holes but the jump to what comes next.
//!
//! Never part of a build of the workspace: `bench/peers` compiles it.
#![no_std]
#![allow(incomplete_features, reason = "stencils end in tail calls")]
#![allow(unsafe_code, reason = "a frame is reached by its address")]
#![feature(explicit_tail_calls, rust_preserve_none_cc)]

unsafe extern "rust-preserve-none" {
    fn next(frame: *mut u64, a: u64, b: u64, c: u64, d: u64) -> u64;
}

/// Loads the variables from frame words 1 to 4; what is in their registers means nothing before.
#[unsafe(no_mangle)]
pub unsafe extern "rust-preserve-none" fn steps_enter(
    frame: *mut u64,
    _: u64,
    _: u64,
    _: u64,
    _: u64,
) -> u64 {
    become next(
        frame,
        *frame.add(1),
        *frame.add(2),
        *frame.add(3),
        *frame.add(4),
    )
}

/// Stores the variables and returns the number of the exit.
#[unsafe(no_mangle)]
pub unsafe extern "rust-preserve-none" fn steps_leave(
    frame: *mut u64,
    a: u64,
    b: u64,
    c: u64,
    d: u64,
) -> u64 {
    (*frame.add(1), *frame.add(2), *frame.add(3), *frame.add(4)) = (a, b, c, d);
    0
}

macro_rules! steps {
    ($($name:ident $method:ident $to:tt $from:tt;)*) => {
        $(
            #[unsafe(no_mangle)]
            pub unsafe extern "rust-preserve-none" fn $name(
                frame: *mut u64,
                a: u64,
                b: u64,
                c: u64,
                d: u64,
            ) -> u64 {
                let mut variables = (a, b, c, d);
                variables.$to = variables.$to.$method(variables.$from);
                become next(frame, variables.0, variables.1, variables.2, variables.3)
            }
        )*
    };
}

trait Xor {
    fn xor(self, other: Self) -> Self;
}

impl Xor for u64 {
    fn xor(self, other: u64) -> u64 {
        self ^ other
    }
}

macro_rules! pairs {
    ($method:ident: $($name:ident $to:tt $from:tt)*) => {
        steps! { $($name $method $to $from;)* }
    };
}

pairs! { wrapping_add: add_0_1 0 1 add_0_2 0 2 add_0_3 0 3 add_1_0 1 0 add_1_2 1 2 add_1_3 1 3
add_2_0 2 0 add_2_1 2 1 add_2_3 2 3 add_3_0 3 0 add_3_1 3 1 add_3_2 3 2 }
pairs! { wrapping_sub: sub_0_1 0 1 sub_0_2 0 2 sub_0_3 0 3 sub_1_0 1 0 sub_1_2 1 2 sub_1_3 1 3
sub_2_0 2 0 sub_2_1 2 1 sub_2_3 2 3 sub_3_0 3 0 sub_3_1 3 1 sub_3_2 3 2 }
pairs! { wrapping_mul: mul_0_1 0 1 mul_0_2 0 2 mul_0_3 0 3 mul_1_0 1 0 mul_1_2 1 2 mul_1_3 1 3
mul_2_0 2 0 mul_2_1 2 1 mul_2_3 2 3 mul_3_0 3 0 mul_3_1 3 1 mul_3_2 3 2 }
pairs! { xor: xor_0_1 0 1 xor_0_2 0 2 xor_0_3 0 3 xor_1_0 1 0 xor_1_2 1 2 xor_1_3 1 3
xor_2_0 2 0 xor_2_1 2 1 xor_2_3 2 3 xor_3_0 3 0 xor_3_1 3 1 xor_3_2 3 2 }
