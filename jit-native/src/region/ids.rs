//! Typed indices: what numbers mean is never left to a bare `usize`.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);

        impl $name {
            /// The index as a number, for use with the flat vectors of a region.
            #[inline]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    };
}

id!(
    /// One uop of a region: its place in execution order, block after block.
    UopId, "u"
);
id!(
    /// One SSA value: a uop's result, a block parameter or a constant.
    ValueId, "v"
);
id!(
    /// One block of a region.
    BlockId, "b"
);
id!(
    /// One exit of a region: where it leaves to, with its snapshot.
    ExitId, "x"
);
id!(
    /// One constant of a region: its bits.
    ConstId, "c"
);
