//! Any text as a region: it is refused with an error, or it prints as what parses to it again, optimises and compiles.

#![no_main]

use jit_native::compile::Compiler;
use jit_native::machine::Machine;
use jit_native::optimise::{Optimiser, Options, Report};
use jit_native::region::Region;
use jit_native::region::text::parse;
use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use std::sync::Arc;
use stencils::library::Arch;
use stencils::table::UopTable;

thread_local! {
    static COMPILERS: RefCell<[Compiler; 2]> = RefCell::new([Arch::X86_64, Arch::Aarch64].map(|arch| {
        let machine = Machine::new(UopTable::stock(), stencils::stock(arch));
        Compiler::new(Arc::new(machine.expect("the stock library is good")))
    }));
}

fuzz_target!(|text: &str| {
    let table = UopTable::stock();
    let Ok(region) = parse(text, table) else {
        return;
    };
    let printed = region.display(table).to_string();
    assert_eq!(parse(&printed, table).as_ref(), Ok(&region), "{printed}");
    let (mut out, mut report) = (Region::default(), Report::default());
    let optimised =
        Optimiser::new(table).optimise(&region, Options::default(), &mut out, &mut report);
    assert_eq!(optimised, Ok(()));
    COMPILERS.with_borrow_mut(|compilers| {
        for compiler in compilers {
            // There may be no stencil for such operands: an error like any other.
            let _ = compiler.compile(&region);
            let _ = compiler.compile(&out);
        }
    });
});
