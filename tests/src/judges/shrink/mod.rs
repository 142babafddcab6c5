//! Making a region on which judges differ small: edits, coarse ones first, each kept when the judges still differ. In the
//! end there is nothing left that could go.
//!
//! Edits need not keep a region meaningful or safe: what is no region any more is not tried, and the warden refuses what is
//! not safe. Start at [`shrink`].

mod edits;
mod program;

use jit_native::region::Region;
use program::Program;

/// The smallest region that edits lead to from this one, on which `differs` still says yes. At most `tries` regions are
/// tried.
pub fn shrink(region: &Region, tries: usize, mut differs: impl FnMut(&Region) -> bool) -> Region {
    let mut best = region.clone();
    let mut program = Program::of(region);
    let mut left = tries;
    let mut progress = true;
    while progress && left > 0 {
        progress = false;
        for edit in edits::ALL {
            // The same place is looked at again after a success: what stood behind it has moved up.
            let mut place = 0;
            while left > 0 {
                let mut candidate = program.clone();
                if !edit(&mut candidate, place) {
                    break;
                }
                candidate.prune();
                left -= 1;
                if candidate.size() < program.size()
                    && let Some(region) = candidate.build()
                    && differs(&region)
                {
                    (best, program) = (region, candidate);
                    progress = true;
                } else {
                    place += 1;
                }
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judges::random;
    use stencils::table::UopTable;
    use stencils::uops::kind;

    #[test]
    fn taking_apart_and_putting_together_keeps_a_region() {
        for n in 0..300 {
            let region = random::region(1, n);
            let again = Program::of(&region).build().expect("it was a region");
            let again = Program::of(&again).build().expect("it was a region");
            assert_eq!(region.uops.len(), again.uops.len());
            assert_eq!(region.blocks.len(), again.blocks.len());
        }
    }

    /// What a difference hangs on is all that remains.
    #[test]
    fn only_what_matters_remains() {
        let multiplies = |region: &Region| {
            let mut uops = region.uops.iter();
            uops.any(|uop| uop.kind == kind::MUL_OVF_I64)
        };
        let mut found = 0;
        for n in 0..500 {
            let region = random::region(2, n);
            if !multiplies(&region) {
                continue;
            }
            found += 1;
            let small = shrink(&region, 20_000, multiplies);
            let text = small.display(UopTable::stock()).to_string();
            assert!(small.uops.len() == 1 && small.blocks.len() == 1, "{text}");
            assert!(multiplies(&small), "{text}");
        }
        assert!(found > 10, "{found} regions multiply");
    }
}
