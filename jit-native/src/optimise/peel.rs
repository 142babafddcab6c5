//! Loops: which are worth peeling, and what is the same in every round.
//!
//! A loop is peeled when it is one block that jumps back to itself: a trace's loop. Its first round then stands before
//! it, with exits of its own, so that a guard whose outcome does not change runs there, once, and leaves with the state
//! of that very round. What the rounds have in common is found by the same rules as everything else: it "was computed
//! before".

use super::forward::{Pass, Walk};
use super::kinds::{Kind, Target};
use super::memory::{access, place};
use super::range::Range;
use crate::region::{BlockId, Terminator, ValueDef, ValueId};
use stencils::uops::kind;

/// Loops with more uops than this are not peeled: the code would grow for little.
const MAX_UOPS: u32 = 4096;

/// Whether peeling a block's first round would take something out of the loop.
pub(super) fn is_worth_it(pass: &Pass<'_>, block: BlockId) -> bool {
    let region = pass.region;
    let body = region.blocks[block.index()];
    let Terminator::Jump(back) = body.terminator else {
        return false;
    };
    if back.target != block || body.uops.len > MAX_UOPS {
        return false;
    }
    // A parameter that is the same from the second round on, such as a type tag.
    let settles =
        |(&param, &arg): (&ValueId, &ValueId)| arg != param && is_outside(pass, block, arg);
    if region
        .block_params(block)
        .iter()
        .zip(region.args(back.args))
        .any(settles)
    {
        return true;
    }
    // What a frame word or memory may give in every round, if nothing changes it.
    let (mut frame, mut memory) = (false, false);
    // The first uop that is the same in every round has no operand of its own round.
    let same = |&arg: &ValueId| match region.def(arg) {
        ValueDef::Const(_) => true,
        ValueDef::Uop(uop) => uop.0 < body.uops.start,
        ValueDef::Param(of, n) => of != block || region.args(back.args)[n as usize] == arg,
    };
    let uops = &region.uops[body.uops.range()];
    for uop in uops {
        // The first operand mostly says it all.
        let first = region.args.get(uop.args.start as usize);
        let first = first.and_then(|first| region.values.get(first.index()));
        let own = first.is_some_and(|first| first.is_uop_from(body.uops.start));
        if own && uop.args.len != 0 || !region.args(uop.args).iter().all(same) {
            continue;
        }
        let info = pass.kinds.get(uop.kind);
        match info.access {
            _ if !info.repeats => {}
            _ if info.pure => return true,
            Some(Target::Frame) => frame = true,
            _ => memory = true,
        }
    }
    let none =
        |changes: fn(&Kind) -> bool| !uops.iter().any(|uop| changes(pass.kinds.get(uop.kind)));
    frame && none(|info| info.writes_frame) || memory && none(|info| info.writes_memory)
}

/// Whether a value is made before a block's loop begins. (What dominates a block stands before it.)
fn is_outside(pass: &Pass<'_>, block: BlockId, value: ValueId) -> bool {
    match pass.region.def(value) {
        ValueDef::Const(_) => true,
        ValueDef::Uop(uop) => uop.0 < pass.region.blocks[block.index()].uops.start,
        ValueDef::Param(of, _) => of < block,
    }
}

/// Whether a value is the same in every round of a loop, at a glance.
fn is_fixed(pass: &Pass<'_>, block: BlockId, value: ValueId) -> bool {
    match (
        pass.region.def(value),
        pass.region.blocks[block.index()].terminator,
    ) {
        (ValueDef::Param(of, n), Terminator::Jump(back)) if of == block => {
            pass.region.args(back.args)[n as usize] == value
        }
        _ => is_outside(pass, block, value),
    }
}

/// What the rounds of a loop do to parameter number `n` of its first block: whether it keeps the value `same` that it
/// has at first, and what each later round may make of it.
pub(super) fn round(
    pass: &mut Pass<'_>,
    block: BlockId,
    n: usize,
    same: Option<ValueId>,
) -> (bool, Round) {
    let param = pass.region.block_params(block)[n];
    let mut backs: smallvec::SmallVec<[ValueId; 4]> = pass
        .s
        .edges
        .back_edges(block)
        .map(|args| pass.region.args[args.start as usize + n])
        .collect();
    backs.retain(|arg| *arg != param);
    let mut stays = true;
    let mut round = Round {
        other: None,
        grows: false,
        shrinks: false,
        unknown: false,
    };
    for arg in backs {
        if is_outside(pass, block, arg) {
            let value = pass.map(arg);
            stays &= Some(value) == same;
            round.other = super::range::join(round.other, pass.s.work.range(value));
            continue;
        }
        stays = false;
        match step(pass, param, arg) {
            Some(step) if step >= 0 => round.grows = true,
            Some(_) => round.shrinks = true,
            None => round.unknown = true,
        }
    }
    (stays, round)
}

/// What the rounds of a loop may make of an integer parameter.
#[derive(Clone, Copy, Debug)]
pub(super) struct Round {
    /// It becomes one of these.
    pub other: Option<Range>,
    /// It becomes greater, without overflow.
    pub grows: bool,
    /// It becomes less, without overflow.
    pub shrinks: bool,
    /// It becomes anything.
    pub unknown: bool,
}

/// The constant that a round adds to a parameter, leaving on overflow.
fn step(pass: &Pass<'_>, param: ValueId, arg: ValueId) -> Option<i64> {
    let ValueDef::Uop(uop) = pass.region.def(arg) else {
        return None;
    };
    let &[a, b] = pass.region.uop_args(uop) else {
        return None;
    };
    let constant = |value: ValueId| pass.region.constant(value).map(|bits| bits as i64);
    match pass.region.uops[uop.index()].kind {
        kind::ADD_OVF_I64 if a == param => constant(b),
        kind::ADD_OVF_I64 if b == param => constant(a),
        kind::SUB_OVF_I64 if a == param => constant(b)?.checked_neg(),
        _ => None,
    }
}

/// At the beginning of a loop whose first round has just been walked: forgets what the rounds change in frame and
/// memory, and keeps the rest.
pub(super) fn keep_memory(pass: &mut Pass<'_>, block: BlockId) {
    debug_assert_eq!(pass.walk, Walk::Again);
    let region = pass.region;
    for n in region.blocks[block.index()].uops.range() {
        let uop = &region.uops[n];
        let info = pass.kinds.get(uop.kind);
        let args = region.args(uop.args);
        match uop.kind {
            kind::STORE_FRAME_I64 | kind::STORE_FRAME_F64 => {
                let offset = region.constant(args[0]).unwrap_or(u64::MAX) as i64;
                pass.s.memory.clobber_frame(offset);
                continue;
            }
            _ if info.writes_frame => pass.s.memory.forget_frame(),
            _ => {}
        }
        if !info.writes_memory {
            continue;
        }
        // The stored value may change; the address may not, for other facts to stay.
        let address = args.len().saturating_sub(1);
        let fixed = args[..address]
            .iter()
            .all(|&arg| is_fixed(pass, block, arg));
        let target = access(uop.kind).filter(|_| fixed).and_then(|access| {
            let mapped: smallvec::SmallVec<[ValueId; 8]> =
                args[..address].iter().map(|&arg| pass.map(arg)).collect();
            Some((access, place(&pass.s.work, access, &mapped)?))
        });
        match target {
            Some((access, place)) => pass.s.memory.clobber(access, place),
            None => pass.s.memory.forget_memory(),
        }
    }
}
