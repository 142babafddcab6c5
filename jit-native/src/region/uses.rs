//! How often each value of a region is used, as far as anybody asks: not at all, once, or more often. A value that is used
//! once may vanish into its user.
//!
//! The optimiser finds it out on its way back through a region, and so selection need not; for other regions there is
//! [`Uses::count`]. Start there.

use super::{Maybe, RegionData, Terminator, ValueId};

/// By value: 0 when nothing uses it, 1 when one thing does, more when more do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Uses(Vec<u8>);

/// Of a value that nothing uses, but that is there all the same.
const KEPT: u8 = 1 << 7;

impl Uses {
    /// No uses, of so many values.
    pub fn reset(&mut self, values: usize) {
        self.0.clear();
        self.0.resize(values, 0);
    }

    /// The counts, for a walk that changes many: where they are is looked up once.
    #[inline]
    pub fn counts(&mut self) -> Counts<'_> {
        Counts(&mut self.0)
    }

    /// One more use.
    #[inline]
    pub fn add(&mut self, value: ValueId) {
        self.counts().add(value);
    }

    /// What uses a value that is made of another uses that one instead, and the value is not made any more.
    pub fn hand_on(&mut self, value: ValueId, instead: ValueId) {
        let uses = std::mem::take(&mut self.0[value.index()]);
        // More than once it stays: another use, and one of the value's at least.
        if self.once(instead) {
            self.0[instead.index()] = uses;
        }
    }

    /// Whether one thing uses the value.
    #[inline]
    pub fn once(&self, value: ValueId) -> bool {
        self.0[value.index()] == 1
    }

    /// Whether something uses the value, or it was [kept](Counts::keep).
    #[inline]
    pub fn any(&self, value: ValueId) -> bool {
        self.0[value.index()] != 0
    }

    /// By value, whether [`Uses::any`].
    pub fn each(&self) -> impl Iterator<Item = bool> + '_ {
        self.0.iter().map(|uses| *uses != 0)
    }

    /// Counts the uses in a region: by uops, by the ends of blocks, and by the snapshots of all its exits.
    pub fn count(&mut self, region: &RegionData) {
        self.reset(region.values.len());
        let mut counts = self.counts();
        let mut all = |values: &[ValueId]| {
            for &value in values {
                counts.add(value);
            }
        };
        for uop in &region.uops {
            all(region.args(uop.args));
        }
        for block in &region.blocks {
            match block.terminator {
                Terminator::Jump(edge) => all(region.args(edge.args)),
                Terminator::Branch {
                    args,
                    then,
                    otherwise,
                    ..
                } => [args, then.args, otherwise.args]
                    .into_iter()
                    .for_each(|span| all(region.args(span))),
                Terminator::Leave(_) => {}
            }
        }
        for entry in &region.snapshots {
            counts.add(entry.value);
        }
    }

    /// Whether another count says the same of which values are used once.
    pub fn agrees(&self, other: &Uses) -> bool {
        let pairs = self.0.iter().zip(&other.0);
        self.0.len() == other.0.len() && pairs.into_iter().all(|(a, b)| (*a == 1) == (*b == 1))
    }
}

/// Counts that are being changed.
pub(crate) struct Counts<'a>(&'a mut [u8]);

impl Counts<'_> {
    /// One more use.
    #[inline]
    pub fn add(&mut self, value: ValueId) {
        let uses = &mut self.0[value.index()];
        // No use, one, more: 0, 1, 3 and so on up to all bits, without a branch.
        *uses = *uses << 1 | 1;
    }

    /// The value is there whether something uses it or not.
    #[inline]
    pub fn keep(&mut self, value: ValueId) {
        let uses = &mut self.0[value.index()];
        *uses |= if *uses == 0 { KEPT } else { 0 };
    }

    /// Whether there is a value, and something uses it.
    #[inline]
    pub fn any_of(&self, value: Maybe<ValueId>) -> bool {
        // The number of none is too great for any.
        let uses = self.0.get(value.number() as usize);
        uses.is_some_and(|uses| *uses != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::text::parse;
    use stencils::table::UopTable;

    #[test]
    fn uses_are_counted_wherever_they_stand() {
        let text = "region {\nb0:\n v1 = load_frame_i64 8\n v2 = add_i64 v1, v1\n v3 = neg_i64 v2\n \
                    v4 = neg_i64 v2\n jump b1(v3)\nb1(v5: i64):\n leave x0\nx0: [1] = v1\n}";
        let region = parse(text, UopTable::stock()).expect("it is good");
        let mut uses = Uses::default();
        uses.count(&region);
        let result = |n: usize| region.uops[n].result.get().expect("it has one");
        let once: Vec<bool> = (0..4).map(|n| uses.once(result(n))).collect();
        assert_eq!(once, [false, false, true, false]);
        assert!(uses.any(result(1)) && !uses.any(result(3)));
        assert!(uses.each().any(|any| !any));
    }

    #[test]
    fn uses_are_handed_on() {
        let counted = |of_value: usize, of_instead: usize| {
            let (value, instead) = (ValueId(0), ValueId(1));
            let mut uses = Uses::default();
            uses.reset(2);
            (0..of_value).for_each(|_| uses.add(value));
            (0..of_instead).for_each(|_| uses.add(instead));
            uses.hand_on(value, instead);
            assert!(!uses.any(value) && uses.any(instead));
            uses.once(instead)
        };
        assert!(counted(1, 1));
        assert!(!counted(2, 1) && !counted(1, 2) && !counted(2, 2));
    }

    #[test]
    fn many_uses_stay_many_and_a_kept_value_counts_from_nothing() {
        let mut uses = Uses::default();
        uses.reset(2);
        for _ in 0..1000 {
            uses.add(ValueId(0));
            uses.counts().keep(ValueId(0));
        }
        assert!(uses.any(ValueId(0)) && !uses.once(ValueId(0)) && !uses.any(ValueId(1)));
        uses.counts().keep(ValueId(1));
        assert!(uses.each().all(|any| any) && !uses.once(ValueId(1)));
        uses.add(ValueId(1));
        assert!(uses.once(ValueId(1)));
    }
}
