//! One uop, looked at on its own: folding, what ranges decide, and the order of operands. The identities are in
//! [`super::int`], [`super::float`] and [`super::guard`].
//!
//! Everything here is exact: a rewritten uop gives the same bits and leaves in the same cases. (A NaN that float
//! arithmetic makes may have any sign and payload, as the uops' documentation says; so a fold that gives NaN is left to
//! the machine, and `x * 1.0` may be `x`.)

use super::kinds::{Kind, is_greater, mirrored};
use super::memory::{access, without_index};
use super::node::Node;
use super::range::{self, Range};
use super::report::Rule;
use super::sequence::{Sequence, Term};
use super::work::Work;
use super::{float, guard, int};
use crate::region::ValueId;
use stencils::operand::Exit;
use stencils::table::{Type, UopKind, UopTable};
use stencils::uops::kind;

/// What is to be done with a uop.
pub(super) enum Simple {
    /// Nothing is known that is better.
    Keep,
    /// This is its result, and it never leaves.
    Value(ValueId, Rule),
    /// It has no result and never leaves: it does nothing.
    Gone(Rule),
    /// This uop means the same.
    Rewrite(Node, Rule),
    /// These uops mean the same.
    Expand(Box<Sequence>, Rule),
    /// It always leaves.
    Exits,
}

/// Puts operands into the order that is best for finding the uop again and for stencils: constants last.
#[inline]
pub(super) fn normalise(w: &Work, info: &Kind, node: &mut Node) {
    if !(info.commutes || info.mirrors) {
        return;
    }
    let &[a, b] = node.args() else { return };
    let (first, second) = (w.is_constant(a), w.is_constant(b));
    if info.commutes {
        if (first, a) > (second, b) {
            node.swap();
        }
        return;
    }
    let swap = if first != second {
        first
    } else {
        is_greater(node.kind)
    };
    if swap && let Some(mirrored) = mirrored(node.kind) {
        node.kind = mirrored;
        node.swap();
    }
}

/// Looks at a normalised uop.
#[inline]
pub(super) fn simplify(w: &mut Work, info: &Kind, node: &Node) -> Simple {
    if info.foldable && node.args().iter().all(|&arg| w.is_constant(arg)) {
        return fold(w, info, node);
    }
    if info.may_exit && info.result.is_none() {
        return guard::simplify(w, node);
    }
    if info.compares {
        let &[a, b] = node.args() else {
            return Simple::Keep;
        };
        if let Some(holds) = range::decide(node.kind, w.range(a), w.range(b)) {
            return Simple::Value(w.int(i64::from(holds)), Rule::Range);
        }
    }
    match info.result {
        Some(Type::F64) => float::simplify(w, node),
        _ => int::simplify(w, info, node),
    }
}

/// Computes a uop of constants.
#[cold]
fn fold(w: &mut Work, info: &Kind, node: &Node) -> Simple {
    let mut bits = [0; super::node::MAX_ARGS];
    for (bits, &arg) in bits.iter_mut().zip(node.args()) {
        *bits = w.bits(arg).unwrap_or(0);
    }
    // Only stock uops are foldable, and their numbers are the same in every table.
    let interpret = UopTable::stock()[node.kind].interpret;
    // SAFETY: the uop is a stock one that touches neither frame, context nor memory.
    let result = unsafe {
        interpret(
            std::ptr::null_mut(),
            std::ptr::null_mut(),
            &bits[..node.args().len()],
        )
    };
    match (result, info.result) {
        (Err(Exit), _) => Simple::Exits,
        (Ok(_), None) => Simple::Gone(Rule::Fold),
        (Ok(bits), Some(Type::F64)) if f64::from_bits(bits).is_nan() => match node.kind {
            kind::F64_FROM_BITS | kind::SELECT_F64 | kind::NEG_F64 | kind::ABS_F64 => {
                Simple::Value(w.constant(Type::F64, bits), Rule::Fold)
            }
            _ => Simple::Keep,
        },
        (Ok(bits), Some(ty)) => Simple::Value(w.constant(ty, bits), Rule::Fold),
    }
}

/// A constant that is added to an access's address goes into its offset, as long as that fits: a constant index, or
/// an addition that made the base or the index. And an index whose scale no addressing mode has is scaled by a uop of its
/// own, which the accesses to the parts of an item share.
pub(super) fn address(w: &mut Work, node: &Node) -> Simple {
    let args = node.args();
    let fits = |sum: Option<i64>| sum.filter(|&sum| i32::try_from(sum).is_ok());
    if let Some(plain) = without_index(node.kind) {
        let constants = [args[1], args[2], args[3]].map(|arg| w.as_int(arg));
        if let [Some(index), Some(scale), Some(offset)] = constants
            && let Some(sum) = fits(index.checked_mul(scale).and_then(|n| n.checked_add(offset)))
        {
            let sum = w.int(sum);
            let args = [&[args[0], sum], &args[4..]].concat();
            return Simple::Rewrite(Node::new(plain, &args), Rule::Address);
        }
    }
    let Some(access) = access(node.kind) else {
        return Simple::Keep;
    };
    let offset_at = if access.indexed { 3 } else { 1 };
    let Some(offset) = w.as_int(args[offset_at]) else {
        return Simple::Keep;
    };
    let scale = if access.indexed {
        w.as_int(args[2])
    } else {
        None
    };
    let parts = [(0, Some(1)), (1, scale)];
    for (part, factor) in parts.into_iter().take(offset_at.min(2)) {
        let Some(factor) = factor else { continue };
        let Some((kind::ADD_I64 | kind::ADD_OVF_I64, &[rest, added])) = w.definition(args[part])
        else {
            continue;
        };
        let added = w.as_int(added).and_then(|added| added.checked_mul(factor));
        if let Some(sum) = fits(added.and_then(|added| added.checked_add(offset))) {
            let mut changed = args.to_vec();
            changed[part] = rest;
            changed[offset_at] = w.int(sum);
            return Simple::Rewrite(Node::new(node.kind, &changed), Rule::Address);
        }
    }
    scaled_by_itself(w, node, scale)
}

/// An access with a scale that is not 1, 2, 4 or 8: the index is scaled first.
fn scaled_by_itself(w: &mut Work, node: &Node, scale: Option<i64>) -> Simple {
    let Some(scale) = scale.filter(|scale| !matches!(scale, 1 | 2 | 4 | 8)) else {
        return Simple::Keep;
    };
    let (scale, one) = (w.int(scale), w.int(1));
    let mut s = Sequence::new(Range::FULL);
    let mut args: smallvec::SmallVec<[Term; 5]> =
        node.args().iter().copied().map(Term::Value).collect();
    args[1] = s.step(kind::MUL_I64, &[args[1], scale.into()]);
    args[2] = one.into();
    s.step(node.kind, &args);
    Simple::Expand(Box::new(s), Rule::Address)
}

/// What a uop's result can be, once it has not left.
#[inline]
pub(super) fn result_range(w: &Work, info: &Kind, kind: UopKind, args: &[ValueId]) -> Range {
    match *args {
        _ if info.result != Some(Type::I64) => Range::FULL,
        _ if info.compares => Range::BOOL,
        [a] => range::unary(kind, w.range(a)),
        [a, b] if w.region.ty(a) == Type::I64 => {
            match range::binary(kind, w.range(a), w.range(b)) {
                Range::FULL => range::other(kind, &[]),
                range => range,
            }
        }
        [a, b, c] => range::other(kind, &[w.range(a), w.range(b), w.range(c)]),
        _ => range::other(kind, &[]),
    }
}
