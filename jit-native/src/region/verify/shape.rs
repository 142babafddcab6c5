//! The part of verification that needs no dominance: limits, spans, and that values and what defines them agree.
//! After it every index of a region's blocks, uops and values can be followed.

use super::error;
use crate::region::limits::{MAX_ITEMS, MAX_POOL};
use crate::region::{
    BlockId, ExitId, Fault, Place, RegionData, RegionError, Span, Terminator, UopId, ValueId, edges,
};

/// No vector is longer than [`crate::region::limits`] allows.
pub(super) fn check_limits(region: &RegionData) -> Result<(), RegionError> {
    let counts = [
        ("values", region.values.len(), MAX_ITEMS),
        ("constants", region.constants.len(), MAX_ITEMS),
        ("uops", region.uops.len(), MAX_ITEMS),
        ("blocks", region.blocks.len(), MAX_ITEMS),
        ("exits", region.exits.len(), MAX_ITEMS),
        ("operands", region.args.len(), MAX_POOL),
        ("block parameters", region.params.len(), MAX_POOL),
        ("snapshot entries", region.snapshots.len(), MAX_POOL),
    ];
    match counts.into_iter().find(|(_, count, limit)| count > limit) {
        Some((what, _, limit)) => error(Place::Region, Fault::Limit { what, limit }),
        None => Ok(()),
    }
}

/// Every span stays in its pool, blocks' uops follow each other, edges go to blocks.
pub(super) fn check_spans(region: &RegionData) -> Result<(), RegionError> {
    let within = |span: Span, pool: usize| {
        span.start
            .checked_add(span.len)
            .is_some_and(|end| end as usize <= pool)
    };
    let pool = region.args.len();
    match region.blocks.first() {
        None => return error(Place::Region, Fault::NoBlock),
        Some(entry) if entry.params.len != 0 => {
            return error(Place::Block(BlockId(0)), Fault::EntryHasParams);
        }
        Some(_) => {}
    }
    let mut next = 0;
    for (n, block) in region.blocks.iter().enumerate() {
        let id = BlockId(n as u32);
        if !within(block.params, region.params.len()) {
            return error(Place::Block(id), Fault::Span("block parameters"));
        }
        if !within(block.uops, region.uops.len()) {
            return error(Place::Block(id), Fault::Span("uops"));
        }
        if block.uops.start != next {
            return error(Place::Block(id), Fault::BlockSpan);
        }
        next += block.uops.len;
        if let Terminator::Branch { args, .. } = block.terminator
            && !within(args, pool)
        {
            return error(Place::Terminator(id), Fault::Span("operands"));
        }
        for edge in edges(&block.terminator) {
            if !within(edge.args, pool) {
                return error(Place::Terminator(id), Fault::Span("operands"));
            }
            if edge.target.index() >= region.blocks.len() {
                return error(Place::Terminator(id), Fault::UnknownBlock(edge.target));
            }
        }
    }
    if next as usize != region.uops.len() {
        return error(Place::Uop(UopId(next)), Fault::BlockSpan);
    }
    if let Some(n) = region.uops.iter().position(|uop| !within(uop.args, pool)) {
        return error(Place::Uop(UopId(n as u32)), Fault::Span("operands"));
    }
    let entries = region.snapshots.len();
    if let Some(n) = region
        .exits
        .iter()
        .position(|exit| !within(exit.snapshot, entries))
    {
        return error(
            Place::Exit(ExitId(n as u32)),
            Fault::Span("snapshot entries"),
        );
    }
    Ok(())
}

/// Values and what defines them know each other. Spans are good.
pub(super) fn check_definitions(region: &RegionData) -> Result<(), RegionError> {
    for (n, value) in region.values.iter().enumerate() {
        let id = ValueId(n as u32);
        let agrees = if let Some(uop) = value.as_uop() {
            let uop = region.uops.get(uop.index());
            uop.is_some_and(|uop| uop.result == id.into())
        } else if let Some((block, n)) = value.as_param() {
            region.blocks.get(block.index()).is_some_and(|block| {
                region.params[block.params.range()].get(n as usize) == Some(&id)
            })
        } else {
            region.constant(id).is_some()
        };
        if !agrees {
            return error(Place::Value(id), Fault::Definition);
        }
    }
    for (n, uop) in region.uops.iter().enumerate() {
        let uop_id = Some(UopId(n as u32));
        let value = |id: ValueId| region.values.get(id.index());
        let known = |id: ValueId| value(id).is_some_and(|value| value.as_uop() == uop_id);
        if uop.result.get().is_some_and(|id| !known(id)) {
            return error(Place::Uop(UopId(n as u32)), Fault::Definition);
        }
    }
    for (n, block) in region.blocks.iter().enumerate() {
        let id = BlockId(n as u32);
        for (n, param) in region.params[block.params.range()].iter().enumerate() {
            let value = region.values.get(param.index());
            if value.and_then(|value| value.as_param()) != Some((id, n as u32)) {
                return error(Place::Block(id), Fault::Definition);
            }
        }
    }
    Ok(())
}
