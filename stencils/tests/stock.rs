//! The stock libraries are whole: every uop has a stencil.

use stencils::library::{Arch, Flow};
use stencils::stock;
use stencils::table::UopTable;

#[test]
fn every_uop_has_a_stencil_of_its_own() {
    for library in [Arch::X86_64, Arch::Aarch64].map(stock) {
        for (kind, def) in UopTable::stock().iter() {
            let alone =
                |p: &&stencils::library::Pattern| p.uops.len() == 1 && p.uops[0].kind == kind;
            assert!(library.patterns.iter().any(|p| alone(&p)), "{}", def.name);
        }
        assert_eq!(
            library.stencils[library.glue.jump.0 as usize].flow,
            Flow::End
        );
    }
}
