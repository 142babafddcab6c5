//! The rule for NaNs. IEEE 754 leaves the sign and the payload of a NaN that arithmetic makes to the implementation, and
//! implementations differ: x86-64 gives the first operand's payload or a negative default, AArch64 a positive one, and
//! a compiler may swap operands or fold them.
//!
//! So such a NaN is *loose*: that it is a NaN is determined, its bits are not. It may flow through registers, block
//! parameters, comparisons and more arithmetic. It may not reach anything that shows its bits: frame, memory, an
//! argument of a call, an integer, the sign that another number takes. A run in which that happens is refused, not
//! forgiven, so that whatever is compared is compared to the bit. All other NaNs, those that are loaded, are constants or come
//! from integers, keep their bits wherever they are only moved, and that is compared too.

use stencils::table::UopKind;
use stencils::uops::kind;

/// How a uop treats NaNs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nans {
    /// A NaN result is loose, whatever the operands are.
    Makes,
    /// A NaN result is one of the operands, but for its sign: loose when a loose operand is.
    HandsOn,
    /// It only matters whether an operand is a NaN.
    Asks,
    /// The bits of its operands matter: none may be loose.
    Shows,
}

/// How a uop treats NaNs. What is not known to be harmless shows them.
pub fn nans(kind: UopKind) -> Nans {
    match kind {
        kind::ADD_F64
        | kind::SUB_F64
        | kind::MUL_F64
        | kind::DIV_F64
        | kind::SQRT_F64
        | kind::FLOOR_F64
        | kind::CEIL_F64
        | kind::TRUNC_F64
        | kind::ROUND_F64 => Nans::Makes,
        kind::NEG_F64
        | kind::ABS_F64
        | kind::COPYSIGN_F64
        | kind::MIN_F64
        | kind::MAX_F64
        | kind::SELECT_F64 => Nans::HandsOn,
        kind::EQ_F64
        | kind::NE_F64
        | kind::LT_F64
        | kind::LE_F64
        | kind::GT_F64
        | kind::GE_F64
        | kind::I64_FROM_F64_TRUNC
        | kind::I64_FROM_F64_EXACT => Nans::Asks,
        _ => Nans::Shows,
    }
}

/// Whether the bits of operand number `operand` matter, so that it must not be loose.
pub fn shows(kind: UopKind, operand: usize) -> bool {
    match nans(kind) {
        Nans::Shows => true,
        Nans::HandsOn => kind == kind::COPYSIGN_F64 && operand == 1,
        Nans::Makes | Nans::Asks => false,
    }
}

/// Whether a float result of a uop is loose, by its bits, the operands' bits and whether each operand is loose.
pub fn is_loose(kind: UopKind, result: u64, args: &[u64], loose: &[bool]) -> bool {
    if !f64::from_bits(result).is_nan() {
        return false;
    }
    match (nans(kind), kind) {
        (Nans::Makes, _) => true,
        (Nans::HandsOn, kind::SELECT_F64) => loose[if args[0] != 0 { 1 } else { 2 }],
        // They give their second operand whenever a NaN is involved.
        (Nans::HandsOn, kind::MIN_F64 | kind::MAX_F64) => loose[1],
        (Nans::HandsOn, _) => loose[0],
        (Nans::Asks | Nans::Shows, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAN: u64 = 0x7ff8_0000_0000_0001;
    const ONE: u64 = 0x3ff0_0000_0000_0000;

    #[test]
    fn what_arithmetic_makes_is_loose() {
        assert!(is_loose(kind::ADD_F64, NAN, &[NAN, ONE], &[false, false]));
        assert!(!is_loose(kind::ADD_F64, ONE, &[ONE, ONE], &[true, true]));
        assert!(!is_loose(kind::F64_FROM_BITS, NAN, &[NAN], &[false]));
    }

    #[test]
    fn a_choice_is_as_loose_as_what_it_chose() {
        let loose = [false, true, false];
        assert!(is_loose(kind::SELECT_F64, NAN, &[1, NAN, NAN], &loose));
        assert!(!is_loose(kind::SELECT_F64, NAN, &[0, NAN, NAN], &loose));
        assert!(is_loose(kind::MIN_F64, NAN, &[ONE, NAN], &[false, true]));
        assert!(!is_loose(kind::MIN_F64, NAN, &[NAN, NAN], &[true, false]));
    }

    #[test]
    fn only_a_sign_that_is_taken_shows() {
        assert!(shows(kind::COPYSIGN_F64, 1) && !shows(kind::COPYSIGN_F64, 0));
        assert!(shows(kind::STORE_FRAME_F64, 1) && shows(kind::BITS_FROM_F64, 0));
        assert!(!shows(kind::EQ_F64, 0) && !shows(kind::SQRT_F64, 0));
    }
}
