//! A region with the knowledge whether it is good. Reading it costs nothing; whoever takes it for writing takes the knowledge
//! away, so nothing that was never verified passes for verified. Never verifies anything twice.
//!
//! The knowledge is tied to a uop table: a region over one table may be nonsense over another. Start with
//! [`Region::verify`].

use super::{RegionData, RegionError, verify};
use std::ops::{Deref, DerefMut};
use stencils::table::{TableId, UopTable};

/// What is compiled at once: blocks, uops, values and exits ([`RegionData`]), and whether they are known to be good.
#[derive(Clone, Default)]
pub struct Region {
    data: RegionData,
    /// The uops over which it has passed the verifier, or was built so that it would.
    proven: Option<TableId>,
}

impl Region {
    /// A region that a pass of this crate has made so that the verifier would pass it.
    pub(crate) fn proven(data: RegionData, table: &UopTable) -> Region {
        let proven = Some(table.id());
        Region { data, proven }
    }

    /// Writes a region that is good afterwards: the writer vouches for it.
    pub(crate) fn rewrite(&mut self, table: &UopTable, write: impl FnOnce(&mut RegionData)) {
        self.proven = None;
        write(&mut self.data);
        self.proven = Some(table.id());
    }

    /// Verifies the region, unless that is known already.
    ///
    /// # Errors
    /// The first fault found.
    pub fn verify(&mut self, table: &UopTable) -> Result<(), RegionError> {
        self.check(table)?;
        self.proven = Some(table.id());
        Ok(())
    }

    /// [`Region::verify`] without remembering it.
    ///
    /// # Errors
    /// The first fault found.
    pub fn check(&self, table: &UopTable) -> Result<(), RegionError> {
        if self.is_proven(table) {
            return Ok(());
        }
        verify(&self.data, table)
    }

    /// Whether the region is known to be good over these uops.
    #[inline]
    pub fn is_proven(&self, table: &UopTable) -> bool {
        self.proven == Some(table.id())
    }

    /// What it consists of, by itself.
    pub fn into_data(self) -> RegionData {
        self.data
    }
}

impl From<RegionData> for Region {
    fn from(data: RegionData) -> Region {
        Region { data, proven: None }
    }
}

impl Deref for Region {
    type Target = RegionData;

    #[inline]
    fn deref(&self) -> &RegionData {
        &self.data
    }
}

impl DerefMut for Region {
    /// For writing: the region counts as unverified from here on.
    #[inline]
    fn deref_mut(&mut self) -> &mut RegionData {
        self.proven = None;
        &mut self.data
    }
}

impl std::fmt::Debug for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.data.fmt(f)
    }
}

/// Regions are equal when they consist of the same; what is known of them does not count.
impl PartialEq for Region {
    fn eq(&self, other: &Region) -> bool {
        self.data == other.data
    }
}

impl Eq for Region {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::{BlockId, RegionBuilder, Terminator, text::parse};

    fn region() -> Region {
        let text = "region {\nb0:\n v1 = load_frame_i64 8\n leave x0\nx0: [1] = v1\n}";
        parse(text, UopTable::stock()).expect("it is good")
    }

    #[test]
    fn writing_takes_the_proof_away_and_verifying_gives_it_back() {
        let table = UopTable::stock();
        let mut region = region();
        assert!(region.is_proven(table), "the parser verifies");
        let uops = region.uops.len();
        assert!(
            region.is_proven(table),
            "reading {uops} uops changes nothing"
        );
        region.blocks[0].uops.len = 1;
        assert!(
            !region.is_proven(table),
            "the same was written, but who knows"
        );
        region.verify(table).expect("it is still good");
        assert!(region.is_proven(table));
        region.blocks[0].terminator = Terminator::Jump(super::super::Edge {
            target: BlockId(9),
            args: super::super::Span::default(),
        });
        assert!(region.verify(table).is_err());
        assert!(!region.is_proven(table));
    }

    #[test]
    fn a_proof_holds_for_one_table() {
        let other = UopTable::with_author(&[]).expect("no name is there twice");
        assert!(!region().is_proven(&other));
        let mut b = RegionBuilder::new(&other);
        let entry = b.block(&[]);
        b.switch_to(entry);
        let exit = b.exit(&[]);
        b.leave(exit);
        let built = b.finish().expect("it is good");
        assert!(built.is_proven(&other) && !built.is_proven(UopTable::stock()));
    }
}
