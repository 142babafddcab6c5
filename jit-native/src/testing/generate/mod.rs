//! Random regions out of arbitrary bytes: structured programs of branches, joins and bounded loops over every stock
//! uop. The bytes are all the randomness there is, so proptest and fuzzers can shrink them; no bytes make the smallest
//! region, and every string of bytes makes a good one.
//!
//! - [`mod@structure`]: statements, branches, joins, loops.
//! - [`mod@uops`]: one uop with operands that make sense for it.
//! - [`mod@bait`]: what optimisers go wrong at.
//! - [`mod@operands`]: values, constants, pointers and exits to choose from.
//!
//! Start with [`generate`].

mod bait;
mod operands;
mod structure;
mod uops;

pub(super) use operands::{BOUNDARY_F64, BOUNDARY_I64};

use crate::region::{Region, RegionBuilder};
use arbitrary::Unstructured;
use operands::Scope;
use std::sync::LazyLock;
use stencils::table::{Type, UopKind, UopTable};
use stencils::uops::kind;

/// Frame words at the start that hold pointers and are never written.
pub const RESERVED_WORDS: usize = 3;

/// A region over the stock uops, made of these bytes. Calls name placeholders: see [`super::link`].
///
/// # Panics
/// When the generator has made a region that the builder refuses: a bug, of either.
pub fn generate(bytes: &mut Unstructured<'_>) -> Region {
    let mut generator = Generator {
        b: RegionBuilder::new(UopTable::stock()),
        bytes,
        scope: Scope::default(),
        kinds: &KINDS,
        budget: 0,
        depth: 0,
        hoard: false,
        origin: 0,
    };
    generator.region();
    match generator.b.finish() {
        Ok(region) => region,
        Err(error) => panic!("the generator made a bad region: {error}"),
    }
}

/// The stock uops by how their operands are chosen.
struct Kinds {
    /// Neither frame, memory nor calls.
    pure: Vec<UopKind>,
    frame: Vec<UopKind>,
    /// Loads and stores at base and offset, and with an index.
    memory: Vec<UopKind>,
    calls: Vec<UopKind>,
    guards: Vec<UopKind>,
}

static KINDS: LazyLock<Kinds> = LazyLock::new(|| Kinds::new(UopTable::stock()));

impl Kinds {
    fn new(table: &UopTable) -> Self {
        let group = |accept: &dyn Fn(&str) -> bool| {
            let good = table
                .iter()
                .filter(|(_, def)| !def.internal && accept(def.group));
            good.map(|(kind, _)| kind)
                .filter(|kind| *kind != kind::USER_POINTER)
                .collect()
        };
        let special = ["frame", "memory", "indexed", "call", "guard"];
        Kinds {
            pure: group(&|name| !special.contains(&name)),
            frame: group(&|name| name == "frame"),
            memory: group(&|name| name == "memory" || name == "indexed"),
            calls: group(&|name| name == "call"),
            guards: group(&|name| name == "guard"),
        }
    }
}

struct Generator<'b, 'd> {
    b: RegionBuilder<'static>,
    bytes: &'b mut Unstructured<'d>,
    scope: Scope,
    kinds: &'static Kinds,
    /// Statements that may still be made.
    budget: usize,
    /// How deep in branches and loops.
    depth: usize,
    /// Whether operands are chosen so that many values live long.
    hoard: bool,
    origin: u32,
}

impl Generator<'_, '_> {
    fn region(&mut self) {
        self.hoard = self.chance(1, 3);
        let size = [4, 12, 40, 120, 300][self.below(5)];
        self.budget = 1 + self.below(size);
        let entry = self.b.block(&[]);
        self.b.switch_to(entry);
        self.load_inputs();
        if self.body() {
            let exit = self.new_exit();
            self.b.leave(exit);
        }
    }

    /// Pointers and a few values of each type, so that there is something to work on.
    fn load_inputs(&mut self) {
        for slot in 0..RESERVED_WORDS {
            let slack = if slot == 2 { 24 } else { 0 };
            let offset = self.b.const_i64(slot as i64 * 8);
            let pointer = self.b.value(kind::LOAD_FRAME_I64, &[offset]);
            self.scope.add_pointer(pointer, slack);
        }
        let pointer = self.b.value(kind::USER_POINTER, &[]);
        self.scope.add_pointer(pointer, 0);
        let count = if self.hoard {
            2 + self.below(24)
        } else {
            1 + self.below(4)
        };
        for n in 0..count {
            let slot = self.b.const_i64((RESERVED_WORDS + n) as i64 * 8);
            if self.chance(2, 3) {
                let value = self.b.value(kind::LOAD_FRAME_I64, &[slot]);
                self.scope.add(Type::I64, value);
            } else {
                let value = self.b.value(kind::LOAD_FRAME_F64, &[slot]);
                self.scope.add(Type::F64, value);
            }
        }
    }

    /// A number below `n`; 0 when the bytes are used up.
    fn below(&mut self, n: usize) -> usize {
        self.bytes.int_in_range(0..=n - 1).unwrap_or(0)
    }

    /// True in `yes` of `of` cases; false when the bytes are used up.
    fn chance(&mut self, yes: usize, of: usize) -> bool {
        self.below(of) >= of - yes
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}
