//! The kernels: loops of 3 to 300 uops, as regions, that every competitor compiles and runs.
//!
//! Never holds what only one competitor understands. Most are text in `bench/kernels/`, whose first line says what they
//! are; the largest are written by [`large`]. Start at [`all`].

mod large;

use anyhow::{Context, Result};
use jit_native::region::{Region, text};
use stencils::table::UopTable;

use crate::helpers;

/// What a kernel spends its time on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Integer arithmetic.
    Integer,
    /// Float arithmetic.
    Float,
    /// Loads and stores.
    Memory,
    /// Guards.
    Guards,
    /// Calls.
    Calls,
    /// Some of everything, or very much of something.
    Mixed,
}

/// A region to compile and run, and how often it goes round.
#[derive(Clone, Copy)]
pub struct Kernel {
    /// Its name.
    pub name: &'static str,
    /// What it spends its time on.
    pub group: Group,
    /// What word 1 of its frame holds: how often it goes round its loop.
    pub rounds: i64,
    source: Source,
}

#[derive(Clone, Copy)]
enum Source {
    Text(&'static str),
    Written(fn() -> String),
}

impl Group {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Group::Integer => "integer",
            Group::Float => "float",
            Group::Memory => "memory",
            Group::Guards => "guards",
            Group::Calls => "calls",
            Group::Mixed => "mixed",
        }
    }
}

impl Kernel {
    /// The region's text, with the functions that it calls by name.
    pub fn text(&self) -> String {
        match self.source {
            Source::Text(text) => text.to_owned(),
            Source::Written(write) => write(),
        }
    }

    /// The region, with the functions' addresses.
    ///
    /// # Errors
    /// When its text is no region.
    pub fn region(&self) -> Result<Region> {
        text::parse(&helpers::link(&self.text()), UopTable::stock())
            .with_context(|| format!("in the kernel {}", self.name))
    }
}

/// A kernel from `bench/kernels/`.
macro_rules! kernel {
    ($group:ident $name:ident $rounds:literal) => {
        Kernel {
            name: stringify!($name),
            group: Group::$group,
            rounds: $rounds,
            source: Source::Text(include_str!(concat!(
                "../kernels/",
                stringify!($name),
                ".region"
            ))),
        }
    };
}

/// A kernel that a function writes.
const fn written(name: &'static str, rounds: i64, write: fn() -> String) -> Kernel {
    Kernel {
        name,
        group: Group::Mixed,
        rounds,
        source: Source::Written(write),
    }
}

/// All kernels, group by group.
pub fn all() -> &'static [Kernel] {
    const ALL: &[Kernel] = &[
        kernel!(Integer count_down 4000),
        kernel!(Integer xor_add 4000),
        kernel!(Integer fibonacci 4000),
        kernel!(Integer collatz 100),
        kernel!(Integer xorshift 2000),
        kernel!(Integer mix_hash 2000),
        kernel!(Integer bits 2000),
        kernel!(Integer lcg_32 2000),
        kernel!(Integer remainders 500),
        kernel!(Integer digits 500),
        kernel!(Integer gcd 100),
        kernel!(Integer least_and_greatest 2000),
        kernel!(Float mandelbrot 500),
        kernel!(Float polynomial 1000),
        kernel!(Float logistic 2000),
        kernel!(Float integral 1000),
        kernel!(Float distances 1000),
        kernel!(Float quantise 2000),
        kernel!(Memory dot_product 2000),
        kernel!(Memory scale_and_add 2000),
        kernel!(Memory heat 2000),
        kernel!(Memory array_sum 2000),
        kernel!(Memory prefix_sums 2000),
        kernel!(Memory histogram 2000),
        kernel!(Memory byte_hash 4000),
        kernel!(Memory sieve 8000),
        kernel!(Memory list_walk 2000),
        kernel!(Memory edit_distance 2000),
        kernel!(Memory matrix_row 32),
        kernel!(Memory binary_search 200),
        kernel!(Guards tagged_sum 2000),
        kernel!(Guards checked_copy 2000),
        kernel!(Guards frame_loop 2000),
        kernel!(Guards class_checks 2000),
        kernel!(Calls call_integer 1000),
        kernel!(Calls call_float 1000),
        kernel!(Calls call_seldom 2000),
        kernel!(Mixed mixed_trace 2000),
        written("chacha", 100, large::chacha),
        written("bodies", 100, large::bodies),
    ];
    ALL
}

/// The kernel of this name.
///
/// # Errors
/// When there is none.
pub fn find(name: &str) -> Result<Kernel> {
    let found = all().iter().find(|kernel| kernel.name == name).copied();
    found.with_context(|| format!("no kernel is called {name}"))
}
