//! Guards: which hold for certain, which are simpler in another form, and what is known once one has held or failed.

use super::kinds::{is_comparison, negated};
use super::node::Node;
use super::range::Range;
use super::report::Rule;
use super::simplify::Simple;
use super::work::Work;
use crate::region::ValueId;
use stencils::table::UopKind;
use stencils::uops::kind;

/// A guard not all of whose operands are constant.
pub(super) fn simplify(w: &mut Work, node: &Node) -> Simple {
    match (node.kind, node.args()) {
        (kind::GUARD_TRUE, &[condition]) => of_condition(w, condition, true),
        (kind::GUARD_FALSE, &[condition]) => of_condition(w, condition, false),
        (kind::GUARD_EQ, &[a, b]) => of_equality(w, a, b, true),
        (kind::GUARD_NE, &[a, b]) => of_equality(w, a, b, false),
        _ => Simple::Keep,
    }
}

/// A guard whose outcome is known.
fn decided(holds: bool) -> Simple {
    if holds {
        Simple::Gone(Rule::Guard)
    } else {
        Simple::Exits
    }
}

fn rewrite(kind: UopKind, args: &[ValueId]) -> Simple {
    Simple::Rewrite(Node::new(kind, args), Rule::Simplify)
}

/// `guard_true` (`wanted`) or `guard_false`.
fn of_condition(w: &Work, condition: ValueId, wanted: bool) -> Simple {
    let range = w.range(condition);
    if !range.contains(0) {
        return decided(wanted);
    }
    if range == Range::only(0) {
        return decided(!wanted);
    }
    match w.definition(condition) {
        Some((kind::EQ_I64, &[a, b])) => rewrite(
            if wanted {
                kind::GUARD_EQ
            } else {
                kind::GUARD_NE
            },
            &[a, b],
        ),
        Some((kind::NE_I64, &[a, b])) => rewrite(
            if wanted {
                kind::GUARD_NE
            } else {
                kind::GUARD_EQ
            },
            &[a, b],
        ),
        _ => Simple::Keep,
    }
}

/// `guard_eq` (`wanted`) or `guard_ne`; a constant stands second.
fn of_equality(w: &Work, a: ValueId, b: ValueId, wanted: bool) -> Simple {
    if a == b {
        return decided(wanted);
    }
    let (left, right) = (w.range(a), w.range(b));
    if left.intersect(right).is_none() {
        return decided(!wanted);
    }
    if left.single().is_some() && left == right {
        return decided(wanted);
    }
    match w.as_int(b) {
        Some(0) => rewrite(
            if wanted {
                kind::GUARD_FALSE
            } else {
                kind::GUARD_TRUE
            },
            &[a],
        ),
        Some(1) if left == Range::BOOL => rewrite(
            if wanted {
                kind::GUARD_TRUE
            } else {
                kind::GUARD_FALSE
            },
            &[a],
        ),
        _ => Simple::Keep,
    }
}

/// Learns what follows from a guard that held, or failed.
pub(super) fn assume(w: &mut Work, guard: UopKind, args: &[ValueId], held: bool) {
    match (guard, args) {
        (kind::GUARD_TRUE, &[condition]) => assume_condition(w, condition, held),
        (kind::GUARD_FALSE, &[condition]) => assume_condition(w, condition, !held),
        (kind::GUARD_EQ, &[a, b]) => assume_equality(w, a, b, held),
        (kind::GUARD_NE, &[a, b]) => assume_equality(w, a, b, !held),
        _ => {}
    }
}

/// An integer is not zero, or is.
fn assume_condition(w: &mut Work, condition: ValueId, nonzero: bool) {
    let range = w.range(condition);
    if w.is_open(condition) {
        w.decide(condition, nonzero);
    } else if !nonzero {
        w.learn(condition, Range::only(0));
    } else if range.lo == 0 {
        w.learn(condition, Range::new(1, i64::MAX));
    } else if range.hi == 0 {
        w.learn(condition, Range::new(i64::MIN, -1));
    }
    if let Some((compare, &[a, b])) = w.definition(condition)
        && is_comparison(compare)
    {
        assume_compared(w, compare, a, b, nonzero);
    }
}

/// A comparison of integers holds, or does not. (Nothing follows for floats.)
fn assume_compared(w: &mut Work, compare: UopKind, a: ValueId, b: ValueId, holds: bool) {
    if !holds {
        return match negated(compare) {
            Some(opposite) if opposite != kind::EQ_F64 && opposite != kind::NE_F64 => {
                assume_compared(w, opposite, a, b, true);
            }
            _ => {}
        };
    }
    let (left, right) = (w.range(a), w.range(b));
    match compare {
        kind::EQ_I64 => assume_equality(w, a, b, true),
        kind::NE_I64 => assume_equality(w, a, b, false),
        kind::LT_I64 => assume_less(w, (a, left), (b, right)),
        kind::GT_I64 => assume_less(w, (b, right), (a, left)),
        kind::LE_I64 => assume_at_most(w, (a, left), (b, right)),
        kind::GE_I64 => assume_at_most(w, (b, right), (a, left)),
        // Unsigned, below something that is not negative: not negative either.
        kind::LT_U64 if right.lo >= 0 => assume_within(w, a, b, assume_less),
        kind::LE_U64 if right.lo >= 0 => assume_within(w, a, b, assume_at_most),
        kind::GT_U64 if left.lo >= 0 => assume_within(w, b, a, assume_less),
        kind::GE_U64 if left.lo >= 0 => assume_within(w, b, a, assume_at_most),
        _ => {}
    }
}

/// Two integers are equal, or differ.
fn assume_equality(w: &mut Work, a: ValueId, b: ValueId, equal: bool) {
    let (left, right) = (w.range(a), w.range(b));
    if equal {
        w.learn(a, right);
        w.learn(b, left);
    } else {
        exclude(w, (a, left), right);
        exclude(w, (b, right), left);
    }
}

/// A value, and what it can be.
type Ranged = (ValueId, Range);

fn assume_less(w: &mut Work, (a, left): Ranged, (b, right): Ranged) {
    // Nothing is below the least integer or above the greatest: then this place is never reached.
    if let (Some(hi), Some(lo)) = (right.hi.checked_sub(1), left.lo.checked_add(1)) {
        w.learn_of(a, left, Range::new(i64::MIN, hi));
        w.learn_of(b, right, Range::new(lo, i64::MAX));
    }
}

fn assume_at_most(w: &mut Work, (a, left): Ranged, (b, right): Ranged) {
    w.learn_of(a, left, Range::new(i64::MIN, right.hi));
    w.learn_of(b, right, Range::new(left.lo, i64::MAX));
}

fn assume_within(
    w: &mut Work,
    low: ValueId,
    high: ValueId,
    relation: fn(&mut Work, Ranged, Ranged),
) {
    w.learn(low, Range::new(0, i64::MAX));
    let [low, high] = [low, high].map(|value| (value, w.range(value)));
    relation(w, low, high);
}

/// Takes a single value off the end of a range.
fn exclude(w: &mut Work, (value, range): Ranged, other: Range) {
    let Some(single) = other.single() else {
        return;
    };
    if range.lo == single && single < i64::MAX {
        w.learn_of(value, range, Range::new(single + 1, i64::MAX));
    } else if range.hi == single && single > i64::MIN {
        w.learn_of(value, range, Range::new(i64::MIN, single - 1));
    }
}
