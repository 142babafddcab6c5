//! A typed index or none, in the memory of the index: the greatest number means none. Region records are read by every
//! pass, and an `Option` of an index takes twice the room. Start with [`Maybe`].

use super::{ExitId, ValueId};
use std::fmt;

/// An index that may be missing: [`Maybe::get`] makes an `Option` of it, and `into` makes it of an `Option` or of an
/// index. The number `u32::MAX`, which no index of a region has, means none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Maybe<I>(I);

macro_rules! maybe {
    ($id:ident) => {
        impl Maybe<$id> {
            /// No index.
            pub const NONE: Maybe<$id> = Maybe($id(u32::MAX));

            /// The index, if there is one.
            #[inline]
            pub fn get(self) -> Option<$id> {
                (self != Maybe::<$id>::NONE).then_some(self.0)
            }

            /// Whether there is one.
            #[inline]
            pub fn is_some(self) -> bool {
                self != Maybe::<$id>::NONE
            }

            /// The number of the index, or of none.
            #[inline]
            pub(crate) fn number(self) -> u32 {
                self.0.0
            }
        }

        impl Default for Maybe<$id> {
            fn default() -> Self {
                Maybe::<$id>::NONE
            }
        }

        impl From<$id> for Maybe<$id> {
            #[inline]
            fn from(id: $id) -> Self {
                Maybe(id)
            }
        }

        impl From<Option<$id>> for Maybe<$id> {
            #[inline]
            fn from(id: Option<$id>) -> Self {
                id.map_or(Maybe::<$id>::NONE, Maybe)
            }
        }

        impl fmt::Debug for Maybe<$id> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.get().fmt(f)
            }
        }
    };
}

maybe!(ValueId);
maybe!(ExitId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_comes_out_again_and_none_stays_none() {
        for id in [Some(ValueId(0)), Some(ValueId(u32::MAX - 1)), None] {
            let maybe = Maybe::from(id);
            assert_eq!((maybe.get(), maybe.is_some()), (id, id.is_some()));
        }
        assert_eq!(Maybe::<ExitId>::default().get(), None);
        assert_eq!(size_of::<Maybe<ExitId>>(), size_of::<ExitId>());
    }
}
