//! Identities of float uops that are exact for every operand, signed zeros, infinities and subnormals among them.
//! `x + 0.0` is none of them: it turns -0.0 into 0.0.

use super::int;
use super::node::Node;
use super::report::Rule;
use super::simplify::Simple;
use super::work::Work;
use crate::faults::{Fault, planted};
use stencils::uops::kind;

/// A pure uop with a float result, not all of whose operands are constant.
pub(super) fn simplify(w: &mut Work, node: &Node) -> Simple {
    let identity = |value| Simple::Value(value, Rule::Identity);
    let rewrite = |kind, args: &[_]| Simple::Rewrite(Node::new(kind, args), Rule::Simplify);
    match *node.args() {
        [a] => match (node.kind, w.definition(a)) {
            (kind::NEG_F64, Some((kind::NEG_F64, &[x])))
            | (kind::F64_FROM_BITS, Some((kind::BITS_FROM_F64, &[x]))) => identity(x),
            (kind::ABS_F64, Some((kind::ABS_F64, _))) => identity(a),
            (kind::ABS_F64, Some((kind::NEG_F64, &[x]))) => rewrite(kind::ABS_F64, &[x]),
            (kind::F64_FROM_I64_EXACT, _) => {
                let (range, limit) = (w.range(a), 1 << 53);
                if range.lo >= -limit && range.hi <= limit {
                    Simple::Rewrite(Node::new(kind::F64_FROM_I64, &[a]), Rule::NoOverflow)
                } else {
                    Simple::Keep
                }
            }
            _ => Simple::Keep,
        },
        [a, b] => {
            let bits = |value| w.as_float(value).map(f64::to_bits);
            const ONE: u64 = 1.0f64.to_bits();
            const ZERO: u64 = 0.0f64.to_bits();
            const MINUS_ZERO: u64 = (-0.0f64).to_bits();
            match (node.kind, bits(a), bits(b)) {
                (kind::MUL_F64 | kind::DIV_F64, _, Some(ONE))
                | (kind::ADD_F64, _, Some(MINUS_ZERO))
                | (kind::SUB_F64, _, Some(ZERO)) => identity(a),
                (kind::MUL_F64, Some(ONE), _) | (kind::ADD_F64, Some(MINUS_ZERO), _) => identity(b),
                (kind::ADD_F64, _, Some(ZERO)) if planted(Fault::AddZeroIsIdentity) => identity(a),
                (kind::MUL_F64, _, Some(ZERO)) if planted(Fault::TimesZeroIsZero) => identity(b),
                (kind::DIV_F64, _, Some(divisor)) => match exact_reciprocal(divisor) {
                    Some(reciprocal) => {
                        let reciprocal =
                            w.constant(stencils::table::Type::F64, reciprocal.to_bits());
                        rewrite(kind::MUL_F64, &[a, reciprocal])
                    }
                    None => Simple::Keep,
                },
                _ => Simple::Keep,
            }
        }
        [condition, yes, no] if node.kind == kind::SELECT_F64 => int::select(w, condition, yes, no),
        _ => Simple::Keep,
    }
}

/// `1 / divisor` for a power of two whose reciprocal is a normal number: then dividing and multiplying agree for every
/// operand, since both scale exactly and round once.
fn exact_reciprocal(divisor: u64) -> Option<f64> {
    let reciprocal = 1.0 / f64::from_bits(divisor);
    let power_of_two = divisor << 12 == 0 && f64::from_bits(divisor).is_normal();
    (power_of_two && reciprocal.is_normal()).then_some(reciprocal)
}
