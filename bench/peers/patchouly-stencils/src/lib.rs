//! The steps of straight-line integer programs as patchouly's stencils: each operation on values in any of its registers.
//!
//! Never part of a build of the workspace: `bench/peers` compiles it. Start at `add`.
#![allow(incomplete_features, reason = "stencils end in tail calls")]
#![allow(unsafe_code, reason = "a frame is reached by its address")]
#![feature(explicit_tail_calls)]
#![feature(rust_preserve_none_cc)]

mod steps {
    use patchouly_core::StencilStack;
    use patchouly_macros::{setup_stencils, stencil};

    /// The frame of a program.
    pub struct Stack(usize);

    impl StencilStack for Stack {
        #[inline(always)]
        fn get(&self, word: usize) -> usize {
            // SAFETY: whoever runs a program gives it a frame of all the words that it names.
            unsafe { (&raw const self.0).add(word).read() }
        }

        #[inline(always)]
        fn set(&mut self, word: usize, value: usize) {
            // SAFETY: as above.
            unsafe { (&raw mut self.0).add(word).write(value) }
        }
    }

    setup_stencils!(name = "Steps", n = 5);

    #[stencil(n = 5)]
    fn load(#[stack] frame: &mut Stack, #[hole] word: usize) -> usize {
        frame.get(word)
    }

    #[stencil(n = 5)]
    fn store(#[stack] frame: &mut Stack, value: usize, #[hole] word: usize) {
        frame.set(word, value);
    }

    #[stencil(n = 5)]
    fn add(a: usize, b: usize) -> usize {
        a.wrapping_add(b)
    }

    #[stencil(n = 5)]
    fn sub(a: usize, b: usize) -> usize {
        a.wrapping_sub(b)
    }

    #[stencil(n = 5)]
    fn mul(a: usize, b: usize) -> usize {
        a.wrapping_mul(b)
    }

    #[stencil(n = 5)]
    fn xor(a: usize, b: usize) -> usize {
        a ^ b
    }

    #[stencil(returns, n = 5)]
    fn done() -> usize {
        0
    }
}
