//! Any bytes as a library, their length and checksum made right: they are refused with an error, or compile without a panic.

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

fuzz_target!(|bytes: Vec<u8>| {
    let mut bytes = bytes;
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
