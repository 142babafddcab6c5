//! Damaged libraries: whatever is wrong with the bytes, reading them, making a machine of them or compiling with it gives
//! an error value, and the stock library compiles afterwards as before.

mod common;

use common::{machine, random_region};
use jit_native::compile::Compiler;
use jit_native::machine::Machine;
use proptest::prelude::*;
use std::sync::Arc;
use stencils::library::{Arch, Flow, HoleValue, Library};
use stencils::stock;
use stencils::table::UopTable;

const ARCHES: [Arch; 2] = [Arch::X86_64, Arch::Aarch64];

/// The header's length: the payload follows, with its checksum as the header's last 8 bytes.
const HEADER: usize = 28;

fn bytes(arch: Arch) -> &'static [u8] {
    match arch {
        Arch::X86_64 => include_bytes!("../../stencils/libraries/x86_64.stencils"),
        Arch::Aarch64 => include_bytes!("../../stencils/libraries/aarch64.stencils"),
    }
}

/// Makes length and checksum right again, so that damage gets as far as it can.
fn reseal(bytes: &mut [u8]) {
    let payload = (bytes.len() - HEADER) as u32;
    bytes[16..20].copy_from_slice(&payload.to_le_bytes());
    let sum = bytes[HEADER..]
        .iter()
        .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
        });
    bytes[20..28].copy_from_slice(&sum.to_le_bytes());
}

/// Compiles random regions with a library, if it can be read and made ready. Says whether it could.
fn compile_with(bytes: &[u8]) -> bool {
    let table = UopTable::stock();
    let Ok(library) = Library::read(bytes, table) else {
        return false;
    };
    let Ok(machine) = Machine::new(table, &Arc::new(library)) else {
        return false;
    };
    let mut compiler = Compiler::new(Arc::new(machine));
    for seed in 0..12 {
        // A library that lies about its stencils may make wrong code, or none.
        let _ = compiler.compile(&random_region(seed, 1024));
    }
    true
}

#[test]
fn a_library_cut_anywhere_is_refused() {
    for arch in ARCHES {
        let bytes = bytes(arch);
        let ends = (0..bytes.len()).filter(|n| *n < 2_000 || n % 97 == 0);
        for end in ends {
            assert!(
                Library::read(&bytes[..end], UopTable::stock()).is_err(),
                "{arch:?}, {end} bytes"
            );
        }
    }
}

#[test]
fn a_library_with_one_bit_changed_anywhere_is_refused() {
    for arch in ARCHES {
        let mut damaged = bytes(arch).to_vec();
        for at in (0..damaged.len()).filter(|n| *n < 500 || n % 41 == 0) {
            damaged[at] ^= 1 << (at % 8);
            assert!(
                Library::read(&damaged, UopTable::stock()).is_err(),
                "{arch:?}, byte {at}"
            );
            damaged[at] ^= 1 << (at % 8);
        }
        assert!(Library::read(&damaged, UopTable::stock()).is_ok());
    }
}

#[test]
fn a_cut_library_with_a_right_checksum_never_panics() {
    for arch in ARCHES {
        let bytes = bytes(arch);
        for end in (HEADER..bytes.len()).step_by(331) {
            let mut cut = bytes[..end].to_vec();
            reseal(&mut cut);
            assert!(!compile_with(&cut), "{arch:?}, {end} bytes");
        }
    }
}

#[test]
fn a_machine_without_a_part_of_its_library_says_so_and_the_stock_one_still_compiles() {
    let table = UopTable::stock();
    for arch in ARCHES {
        let mut made = 0;
        for n in (0..stock(arch).patterns.len()).step_by(13) {
            let mut library = Library::clone(stock(arch));
            library.stencils.retain(|s| s.pattern.0 as usize != n);
            made += usize::from(Machine::new(table, &Arc::new(library)).is_ok());
        }
        assert_eq!(made, 0, "{arch:?}: a pattern needs its stencils");
        let mut empty = Library::clone(stock(arch));
        empty.patterns.clear();
        empty.stencils.clear();
        assert!(Machine::new(table, &Arc::new(empty)).is_err());
        let mut compiler = Compiler::new(machine(arch));
        assert!(compiler.compile(&random_region(1, 512)).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Damage under a right checksum: an error, or a library that compiles without a panic.
    #[test]
    fn damage_under_a_right_checksum_never_panics(
        x86 in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = bytes(if x86 { Arch::X86_64 } else { Arch::Aarch64 }).to_vec();
        let len = bytes.len() - HEADER;
        for (at, value) in changes {
            bytes[HEADER + at.index(len)] = value;
        }
        reseal(&mut bytes);
        compile_with(&bytes);
    }
}

/// What an overflow leaves in the result's register is the sum that was checked, not one that is computed again on the way
/// out: the stencil is straight up to its jump.
#[test]
fn a_checked_addition_is_straight_code_that_ends_in_one_jump() {
    let table = UopTable::stock();
    let checked = ["add_ovf_i64", "sub_ovf_i64"].map(|name| table.find(name));
    for arch in ARCHES {
        let library = stock(arch);
        let mut seen = 0;
        for stencil in &library.stencils {
            let pattern = &library.patterns[stencil.pattern.0 as usize];
            if let [uop] = &pattern.uops[..]
                && checked.contains(&Some(uop.kind))
            {
                // The difference of a value and itself never leaves.
                let leaves = stencil.holes.iter().any(|h| h.value == HoleValue::Exit);
                let wanted = if leaves { Flow::Guard } else { Flow::Next };
                assert_eq!(stencil.flow, wanted, "{arch:?}, {stencil:?}");
                seen += 1;
            }
        }
        assert!(seen > 8, "{arch:?}: {seen} stencils");
    }
}
