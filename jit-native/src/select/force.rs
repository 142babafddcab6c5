//! A choice that was made from outside: takes a given pattern at a root, if it matches there. For those who want to see
//! what another choice would have cost; selection itself never comes here.

use super::Selector;
use super::cover::Cover;
use super::matching::Root;
use super::tile::Parts;
use crate::region::{Region, Uses};

impl Selector {
    /// What is forced is not swallowed: its result counts as used by others too.
    pub(super) fn keep_forced(&self, region: &Region, uses: &mut Uses) {
        for &(place, _) in &self.forced {
            let uop = region.uops.get(place as usize);
            if let Some(result) = uop.and_then(|uop| uop.result.get()) {
                uses.add(result);
                uses.add(result);
            }
        }
    }
}

impl Cover<'_> {
    /// Writes the tile that is wanted at a root and gives its tree's cost, less what its operands cost; nothing when none is
    /// wanted or it does not match.
    #[cold]
    pub(super) fn wanted(&mut self, root: &Root<'_>, parts: Parts, place: usize) -> Option<i32> {
        let place = u32::try_from(place).ok()?;
        let &(_, pattern) = self.forced.iter().find(|(at, _)| *at == place)?;
        let covered = &self.covered;
        let singles = covered.index.singles(root.kind).iter();
        let mut wanted = singles.filter(|candidate| candidate.plain.pattern == pattern);
        let single = wanted.find(|candidate| covered.fits(candidate, root));
        if let Some(candidate) = single {
            self.writer.single(candidate, root, parts);
            return Some(candidate.plain.net);
        }
        if self.single_only {
            return None;
        }
        let found = covered.fused_with(pattern, root)?;
        self.fused.push(self.writer.out.tiles.len() as u32);
        self.writer.fused(root, parts, &found);
        Some(found.own)
    }
}
