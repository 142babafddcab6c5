//! Rows of the document by name: a key, and the listing that it stands in, since two listings show the same pieces.
//!
//! Start at [`Spot`]; its text is the row's id.

use std::fmt;
use std::str::FromStr;

use crate::provenance::{Key, NoKey};

/// A kind of listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Listing {
    /// Any but the two below.
    Plain,
    /// The stencils.
    Stencils,
    /// The machine code.
    Machine,
}

impl Listing {
    fn prefix(self) -> &'static str {
        match self {
            Listing::Plain => "k-",
            Listing::Stencils => "s-",
            Listing::Machine => "m-",
        }
    }
}

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spot(pub Listing, pub Key);

impl Spot {
    /// The rows that a key has.
    pub fn of(key: Key) -> impl Iterator<Item = Spot> {
        let listings: &[Listing] = match key {
            Key::Piece(..) => &[Listing::Stencils, Listing::Machine],
            _ => &[Listing::Plain],
        };
        listings.iter().map(move |&listing| Spot(listing, key))
    }
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.0.prefix(), self.1)
    }
}

impl FromStr for Spot {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Spot, NoKey> {
        let listings = [Listing::Plain, Listing::Stencils, Listing::Machine];
        let found = listings
            .into_iter()
            .find_map(|listing| Some((listing, text.strip_prefix(listing.prefix())?)));
        let (listing, key) = found.ok_or(NoKey)?;
        Ok(Spot(listing, key.parse()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provenance::Side;

    #[test]
    fn ids_are_read_as_they_are_written() {
        for key in [
            Key::Uop(3),
            Key::Piece(Side::Right, 4),
            Key::Instruction(0, 9),
        ] {
            for spot in Spot::of(key) {
                assert_eq!(spot.to_string().parse(), Ok(spot));
            }
        }
        assert_eq!(Spot::of(Key::Piece(Side::Left, 1)).count(), 2);
        for bad in ["u3", "k-", "k-z1", "x-u1"] {
            assert_eq!(bad.parse::<Spot>(), Err(NoKey));
        }
    }
}
