//! Compiles as many small regions into one arena as one says, and prints what memory they take. Run it under
//! `strace -f -c` with two numbers to see that system calls do not grow with the number of regions.

use jit_native::compile::Compiler;
use jit_native::machine::Machine;
use jit_native::memory::{Arena, ArenaOptions, Code, HOST};
use jit_native::region::RegionBuilder;
use std::error::Error;
use std::sync::Arc;
use stencils::table::UopTable;
use stencils::uops::kind;

fn main() -> Result<(), Box<dyn Error>> {
    let count = std::env::args().nth(1).unwrap_or("100000".into());
    let count: usize = count.parse()?;
    let arch = HOST.ok_or("there are no stencils for this machine")?;
    let library = stencils::stock(arch);
    let machine = Machine::new(UopTable::stock(), library)?;
    let mut compiler = Compiler::new(Arc::new(machine));
    let arena = Arena::new(library, ArenaOptions::default())?;
    let free = arena.free_bytes();
    let mut b = RegionBuilder::new(UopTable::stock());
    // Room for all handles beforehand: what is left is what the arena does.
    let mut all: Vec<Code> = Vec::with_capacity(count);
    let mut bytes = 0;
    for n in 0..count as i64 {
        let entry = b.block(&[]);
        b.switch_to(entry);
        let (from, own) = (b.const_i64(0), b.const_i64(n));
        let mut value = b.value(kind::LOAD_FRAME_I64, &[from]);
        for _ in 0..4 {
            let sum = b.value(kind::ADD_I64, &[value, own]);
            value = b.value(kind::XOR_I64, &[sum, value]);
        }
        let exit = b.exit(&[(1, value)]);
        b.leave(exit);
        let region = b.finish()?;
        let compiled = compiler.compile(&region)?;
        b.recycle(region);
        bytes += compiled.code.len();
        all.push(arena.publish(&compiled)?);
    }
    let taken = free - arena.free_bytes();
    println!("{count} regions, {bytes} bytes of code, {taken} bytes of the arena");
    Ok(())
}
