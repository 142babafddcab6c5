//! Random regions before all judges: the reference interpreter, machine code made in every way, Cranelift.

#![no_main]

use arbitrary::Unstructured;
use jit_native::testing::generate;
use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use stencils::table::UopTable;
use tests::judges::Panel;

thread_local! {
    static PANEL: RefCell<Panel> = RefCell::new(Panel::new().expect("this machine is known"));
}

fuzz_target!(|bytes: &[u8]| {
    let region = generate(&mut Unstructured::new(bytes));
    let judged = PANEL.with_borrow_mut(|panel| panel.judge(&region, &[1, 2]));
    assert!(
        matches!(judged, Ok(None)),
        "{judged:?}\n{}",
        region.display(UopTable::stock())
    );
});
