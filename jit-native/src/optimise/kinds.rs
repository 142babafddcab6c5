//! What the optimiser asks of a uop's kind. Effects come from the uop table; the algebra of the stock uops is known by
//! their kinds. An author's own uops take part through their effects alone.

use super::halves::Half;
use super::int;
use super::marks::Marks;
use super::memory::access;
use super::range::{self, Range};
use super::ranged::BY_RANGE;
use stencils::table::{ParamKind, Type, UopDef, UopKind, UopTable};
use stencils::uops::kind;

/// Facts about one kind. (Aligned, so that it takes one shift to find them.)
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(crate) struct Kind {
    /// The result's type.
    pub result: Option<Type>,
    /// The result depends on the operands alone, and nothing else happens but, maybe, an exit.
    pub pure: bool,
    /// May run now when its operands are known: pure, and free of the context.
    pub foldable: bool,
    /// Leaves the region, maybe.
    pub may_exit: bool,
    /// May go when nobody uses its result.
    pub removable: bool,
    /// Does the same again on the same operands, as long as what it loads does not change: pure, or a load.
    pub repeats: bool,
    /// Changes memory behind pointers.
    pub writes_memory: bool,
    /// Reads or changes frame words.
    pub touches_frame: bool,
    /// Reads or changes frame words, or leaves, maybe: who looks for dead stores has to look at it.
    pub sees_stores: bool,
    /// Changes frame words.
    pub writes_frame: bool,
    /// Its two operands may change places.
    pub commutes: bool,
    /// Another kind is the same with its two operands the other way round.
    pub mirrors: bool,
    /// Compares two values.
    pub compares: bool,
    /// Leaves on overflow or computes in 32 bits, and another kind is the same where operands are small enough.
    pub has_limits: bool,
    /// Only the ranges of its operands have something to say about it, unless they have another mark of [`Kind::look`]:
    /// see [`mod@super::ranged`].
    pub by_range: bool,
    /// Another uop may be cheaper where nobody looks at the upper half of its result.
    pub dear: bool,
    /// Loads or stores memory or a frame word in a way that is understood.
    pub access: Option<Target>,
    /// Unless its operands have one of these marks no rule has anything to say about it, and it is in the best form. Only
    /// pure uops of one operand or two come off without [`Marks::ANY`].
    pub look: Marks,
    /// Unless its operands have one of these marks its result can be any of its type. Means nothing where `look` has
    /// [`Marks::ANY`]. A comparison's result is what `gives` says.
    pub ranged: Marks,
    /// It has one operand or two, and `asks` says when there is nothing to look at.
    pub quick: bool,
    /// Which way the walk takes it.
    pub way: Way,
    /// Of the first operand and of the second: when it has none of these marks, and the two are not the same, `look` and
    /// `ranged` have nothing to say. A glance may see more than there is, and never less.
    pub asks: [Marks; 2],
    /// The same for what a kind [by range](Kind::by_range) is asked besides ranges.
    pub asks_besides: [Marks; 2],
    /// Marks of its result.
    pub gives: Marks,
    /// Marks of its result when an operand is a constant.
    pub derives: Marks,
    /// Of a comparison: what its opposite may be written as.
    pub opposites: Met,
}

/// What a load or a store goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Memory.
    Memory,
    /// A frame word.
    Frame,
}

/// The ways of a uop through the forward pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// It is [quick](Kind::quick), or [by range](Kind::by_range), and not to be looked at whatever its operands are.
    Glance,
    /// It loads or stores a frame word.
    Frame,
    /// Another.
    Long,
}

/// Kinds that have been met, at a glance: it may claim one that has not, and never forgets one.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Met(u64);

impl Met {
    /// One more.
    #[inline]
    pub fn add(&mut self, kind: UopKind) {
        self.0 |= 1 << (kind.0 % 64);
    }

    /// False when none of them has been met.
    #[inline]
    pub fn any(self, of: Met) -> bool {
        self.0 & of.0 != 0
    }
}

/// The facts of all kinds of a table.
#[derive(Debug)]
pub(crate) struct Kinds(Vec<Kind>);

impl Kinds {
    pub fn new(table: &UopTable) -> Self {
        // What an author's uop reads besides its operands, the table does not say: so it is never run now.
        let stock = UopTable::stock().len();
        let facts = |(kind, def): (UopKind, &stencils::table::UopDef)| Kind {
            result: def.result,
            pure: def.effects.is_pure(),
            foldable: usize::from(kind.0) < stock
                && def.effects.is_pure()
                && !def.params.is_empty(),
            may_exit: def.effects.may_exit,
            removable: def.effects.is_removable(),
            repeats: def.effects.is_pure() || def.effects.is_removable() && target(kind).is_some(),
            writes_memory: def.effects.writes_memory || def.effects.calls,
            touches_frame: def.effects.reads_frame || def.effects.writes_frame,
            sees_stores: def.effects.reads_frame
                || def.effects.writes_frame
                || def.effects.may_exit,
            writes_frame: def.effects.writes_frame,
            commutes: COMMUTATIVE.contains(&kind),
            mirrors: mirrored(kind).is_some(),
            compares: is_comparison(kind),
            has_limits: int::has_limits(kind),
            by_range: is_by_range(kind),
            dear: Half::of(kind).is_dear(),
            access: target(kind),
            look: look(kind, def),
            ranged: ranged(kind, def),
            quick: is_quick(kind, def),
            way: way(kind, def),
            asks: look(kind, def).and(ranged(kind, def)).of_each(),
            asks_besides: look(kind, def).without(BY_RANGE).of_each(),
            gives: gives(kind),
            derives: Marks::DERIVED.when(DERIVING.contains(&kind)),
            opposites: opposites(kind),
        };
        Kinds(table.iter().map(facts).collect())
    }

    #[inline]
    pub fn get(&self, kind: UopKind) -> &Kind {
        &self.0[usize::from(kind.0)]
    }
}

/// What operands must be for a rule to apply to a uop, or for another form of it to be better.
fn look(kind: UopKind, def: &UopDef) -> Marks {
    if !def.effects.is_pure() {
        return Marks::ANY;
    }
    let changes_places = COMMUTATIVE.contains(&kind) || mirrored(kind).is_some();
    let always = Marks::ALL_CONSTANT
        .and(Marks::SAME)
        .and(Marks::CONSTANT_FIRST.when(changes_places));
    let (zero, round, derived) = (Marks::ZERO, Marks::ROUND, Marks::DERIVED);
    always.and(match (def.params, kind) {
        ([_], kind) if BY_DEFINITION.contains(&kind) => Marks::ANY,
        ([_], kind::GUARD_TRUE | kind::GUARD_FALSE) => Marks::NARROWED.and(Marks::EQUALITY),
        ([_], _) => Marks::RANGED,
        ([_, _], kind) if is_greater(kind) => Marks::ANY,
        ([_, _], kind) if is_comparison(kind) => Marks::ALL_RANGED.and(round),
        ([_, _], kind::GUARD_EQ | kind::GUARD_NE) => Marks::ALL_RANGED.and(zero),
        ([_, _], kind::ADD_I64) => zero.and(derived),
        ([_, _], kind::ADD_OVF_I64) => zero.and(Marks::ALL_RANGED),
        ([_, _], kind::MUL_I64) => zero.and(round),
        ([_, _], kind::MUL_OVF_I64) => zero.and(round).and(Marks::RANGED),
        ([_, _], kind::OR_I64) => zero.and(round).and(derived),
        ([_, _], kind::AND_I64 | kind::XOR_I64) => {
            zero.and(round).and(derived).and(Marks::ALL_RANGED)
        }
        ([_, _], kind::SHL_I64) => zero.and(derived),
        ([_, _], kind::SHR_I64 | kind::USHR_I64 | kind::ROTL_I64 | kind::ROTR_I64) => zero,
        ([_, _], kind::ADD_F64 | kind::SUB_F64 | kind::MUL_F64) => zero.and(round),
        ([_, _], kind) if NARROW.contains(&kind) => Marks::CONSTANT.and(Marks::ALL_RANGED),
        // An overflow is decided by ranges.
        ([_, _], _) => Marks::CONSTANT.and(Marks::RANGED.when(def.effects.may_exit)),
        _ => Marks::ANY,
    })
}

/// See [`Kind::by_range`].
fn is_by_range(kind: UopKind) -> bool {
    is_comparison(kind) || kind == kind::ADD_OVF_I64
}

/// Whether a glance at each operand may do: see [`Kind::quick`].
fn is_quick(kind: UopKind, def: &UopDef) -> bool {
    let asks = look(kind, def).and(ranged(kind, def));
    let small = matches!(def.params, [_] | [_, _]);
    small && !asks.has(Marks::ANY) && !is_comparison(kind)
}

/// Which way the walk takes a uop.
fn way(kind: UopKind, def: &UopDef) -> Way {
    let by_range = is_by_range(kind) && !look(kind, def).has(Marks::ANY);
    match target(kind) {
        Some(Target::Frame) => Way::Frame,
        _ if is_quick(kind, def) || by_range => Way::Glance,
        _ => Way::Long,
    }
}

/// What the result has, whatever the operands are.
fn gives(kind: UopKind) -> Marks {
    let equality = matches!(kind, kind::EQ_I64 | kind::NE_I64);
    Marks::RANGED
        .and(Marks::EQUALITY.when(equality))
        .when(is_comparison(kind))
}

/// What operands must be for a uop's result to be in a range.
fn ranged(kind: UopKind, def: &UopDef) -> Marks {
    if def.result != Some(Type::I64) {
        return Marks::NONE;
    }
    match def.params {
        _ if is_comparison(kind) => Marks::NONE,
        _ if !def.effects.is_pure() => Marks::ANY,
        [_] if range::unary(kind, Range::FULL) == Range::FULL => Marks::RANGED,
        [a, _] if a.kind != ParamKind::Value(Type::F64) => range::asks(kind),
        _ => Marks::ANY,
    }
}

fn target(kind: UopKind) -> Option<Target> {
    match kind {
        kind::LOAD_FRAME_I64
        | kind::LOAD_FRAME_F64
        | kind::STORE_FRAME_I64
        | kind::STORE_FRAME_F64 => Some(Target::Frame),
        _ => access(kind).map(|_| Target::Memory),
    }
}

/// Uops of one operand for which it counts what has made that.
const BY_DEFINITION: [UopKind; 8] = [
    kind::NEG_I64,
    kind::NOT_I64,
    kind::BITS_FROM_F64,
    kind::I64_FROM_F64_EXACT,
    kind::I64_FROM_F64_TRUNC,
    kind::NEG_F64,
    kind::ABS_F64,
    kind::F64_FROM_BITS,
];

/// Uops with a constant whose result, in one with another constant, is seen through: `(x + 1) + 2`.
const DERIVING: [UopKind; 6] = [
    kind::ADD_I64,
    kind::AND_I64,
    kind::OR_I64,
    kind::XOR_I64,
    kind::SHR_I64,
    kind::USHR_I64,
];

/// Arithmetic of 32 bits that is the same in 64 when its operands are small.
const NARROW: [UopKind; 3] = [kind::ADD_I32, kind::SUB_I32, kind::MUL_I32];

/// Uops whose operands may change places. Float arithmetic is not among them: which NaN comes out depends on the order.
const COMMUTATIVE: [UopKind; 23] = [
    kind::ADD_I64,
    kind::MUL_I64,
    kind::MUL_HIGH_I64,
    kind::MUL_HIGH_U64,
    kind::AND_I64,
    kind::OR_I64,
    kind::XOR_I64,
    kind::MIN_I64,
    kind::MAX_I64,
    kind::MIN_U64,
    kind::MAX_U64,
    kind::EQ_I64,
    kind::NE_I64,
    kind::EQ_F64,
    kind::NE_F64,
    kind::ADD_I32,
    kind::MUL_I32,
    kind::ADD_OVF_I64,
    kind::MUL_OVF_I64,
    kind::ADD_OVF_I32,
    kind::MUL_OVF_I32,
    kind::GUARD_EQ,
    kind::GUARD_NE,
];

/// What the opposite of a comparison may be written as.
fn opposites(compare: UopKind) -> Met {
    let mut met = Met::default();
    if let Some(opposite) = negated(compare) {
        met.add(opposite);
        mirrored(opposite)
            .into_iter()
            .for_each(|kind| met.add(kind));
    }
    met
}

/// The comparison that holds when this one does not.
pub(super) fn negated(compare: UopKind) -> Option<UopKind> {
    Some(match compare {
        kind::EQ_I64 => kind::NE_I64,
        kind::NE_I64 => kind::EQ_I64,
        kind::LT_I64 => kind::GE_I64,
        kind::GE_I64 => kind::LT_I64,
        kind::GT_I64 => kind::LE_I64,
        kind::LE_I64 => kind::GT_I64,
        kind::LT_U64 => kind::GE_U64,
        kind::GE_U64 => kind::LT_U64,
        kind::GT_U64 => kind::LE_U64,
        kind::LE_U64 => kind::GT_U64,
        kind::EQ_F64 => kind::NE_F64,
        kind::NE_F64 => kind::EQ_F64,
        _ => return None,
    })
}

/// The comparison that means the same with its operands the other way round, for those that have one.
pub(super) fn mirrored(compare: UopKind) -> Option<UopKind> {
    Some(match compare {
        kind::LT_I64 => kind::GT_I64,
        kind::GT_I64 => kind::LT_I64,
        kind::LE_I64 => kind::GE_I64,
        kind::GE_I64 => kind::LE_I64,
        kind::LT_U64 => kind::GT_U64,
        kind::GT_U64 => kind::LT_U64,
        kind::LE_U64 => kind::GE_U64,
        kind::GE_U64 => kind::LE_U64,
        kind::LT_F64 => kind::GT_F64,
        kind::GT_F64 => kind::LT_F64,
        kind::LE_F64 => kind::GE_F64,
        kind::GE_F64 => kind::LE_F64,
        _ => return None,
    })
}

/// Whether it is a comparison that is written the other way round, unless that puts a constant first.
pub(super) fn is_greater(compare: UopKind) -> bool {
    matches!(
        compare,
        kind::GT_I64 | kind::GE_I64 | kind::GT_U64 | kind::GE_U64 | kind::GT_F64 | kind::GE_F64
    )
}

/// Whether the kind compares integers or floats: its result is 0 or 1.
pub(super) fn is_comparison(compare: UopKind) -> bool {
    negated(compare).is_some() || mirrored(compare).is_some()
}
