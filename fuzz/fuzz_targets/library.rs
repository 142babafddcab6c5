//! Any bytes as a library, or a stock library with some bytes changed, and then length and checksum made right: it is refused
//! with an error, or compiles without a panic.

#![no_main]

use arbitrary::Unstructured;
use jit_native::compile::Compiler;
use jit_native::machine::Machine;
use jit_native::testing::generate;
use libfuzzer_sys::fuzz_target;
use std::sync::Arc;
use stencils::library::Library;
use stencils::table::UopTable;

/// The header's length: the payload follows, with its checksum as the header's last 8 bytes.
const HEADER: usize = 28;

/// Which library, what to write where into it, and bytes of no library.
type Input = (u8, Vec<(u32, u8)>, Vec<u8>);

/// The stock libraries.
const STOCK: [&[u8]; 2] = [
    include_bytes!("../../stencils/libraries/x86_64.stencils"),
    include_bytes!("../../stencils/libraries/aarch64.stencils"),
];

fuzz_target!(|input: Input| {
    let (which, changes, loose) = input;
    let mut bytes = match which % 3 {
        0 => loose,
        which => STOCK[usize::from(which) - 1].to_vec(),
    };
    for (place, value) in changes {
        let length = bytes.len().max(1);
        if let Some(byte) = bytes.get_mut(place as usize % length) {
            *byte = value;
        }
    }
    if bytes.len() >= HEADER {
        let payload = (bytes.len() - HEADER) as u32;
        bytes[16..20].copy_from_slice(&payload.to_le_bytes());
        let sum = bytes[HEADER..]
            .iter()
            .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3)
            });
        bytes[20..28].copy_from_slice(&sum.to_le_bytes());
    }
    let table = UopTable::stock();
    let Ok(library) = Library::read(&bytes, table) else {
        return;
    };
    let Ok(machine) = Machine::new(table, &Arc::new(library)) else {
        return;
    };
    let mut compiler = Compiler::new(Arc::new(machine));
    for seed in 0..4u8 {
        let _ = compiler.compile(&generate(&mut Unstructured::new(&[seed; 200])));
    }
});
