//! The text form of a region, for tests, bug reports and the playground. Printing and parsing are exact inverses: what
//! is printed parses to an equal region, to the number of every value, whenever the region's pools hold its operands
//! in order and nothing else (as the builder's and the optimiser's do).
//!
//! ```text
//! region {
//! b0:
//!   v1 = load_frame_i64 8          @3
//!   guard_eq v1, 3 -> x0           @4
//!   jump b1(v1, 0)
//! b1(v4: i64, v5: i64):
//!   v6 = add_ovf_i64 v5, 1 -> x0
//!   branch guard_true v4 then b1(v4, v6) else b2
//! b2:
//!   leave x1
//! x0: [0] = v1, [1] = 5
//! x1:
//! constants v0 = 8, v2 = 3
//! }
//! ```
//!
//! - Operands are values or constants. An integer is written in decimal (or `0x`, 64 bits); a float always has a point,
//!   an exponent, or is `inf`, `-inf` or `nan(0x7ff8000000000000)` with its bits.
//! - `-> x0` names the exit, `@3` the origin (0 when it is absent).
//! - An exit lists the frame words of its snapshot.
//! - `constants` gives constants their value numbers where these do not follow from the order of their first use.
//!   It is read and written only for exactness; people leave it out.
//! - `;` starts a comment that ends with the line. The operands of a uop stand on its line.
//!
//! Start with [`fn@parse`] and [`RegionData::display`](super::RegionData::display).

mod cursor;
mod lex;
mod number;
mod parse;
mod print;
mod resolve;

pub use parse::{ParseError, parse};
pub use print::RegionText;
