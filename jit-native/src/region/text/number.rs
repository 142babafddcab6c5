//! Which numbers values have in the text form. Values that are no constants are written with theirs; constants are
//! written as literals and take the numbers that are left: the gaps, in the order of their first use. Printer and
//! parser share this rule; where a region does not follow it, the printer says so with a `constants` line.

use crate::region::{RegionData, Span, Terminator, ValueId};

/// All uses of values, in the order of the text: operands block by block, then snapshots. Spans that leave their pools
/// are passed over.
pub(super) fn used_values(region: &RegionData) -> impl Iterator<Item = ValueId> + '_ {
    let args = |span: Span| region.args.get(span.range()).unwrap_or(&[]).iter().copied();
    let of_blocks = region.blocks.iter().flat_map(move |block| {
        let uops = region.uops.get(block.uops.range()).unwrap_or(&[]);
        let (guard, edges) = match block.terminator {
            Terminator::Jump(edge) => (Span::default(), [edge.args, Span::default()]),
            Terminator::Branch {
                args,
                then,
                otherwise,
                ..
            } => (args, [then.args, otherwise.args]),
            Terminator::Leave(_) => (Span::default(), [Span::default(); 2]),
        };
        let ends = [guard, edges[0], edges[1]];
        uops.iter().map(|uop| uop.args).chain(ends).flat_map(args)
    });
    let of_exits = region.exits.iter().flat_map(move |exit| {
        let snapshot = region.snapshots.get(exit.snapshot.range()).unwrap_or(&[]);
        snapshot.iter().map(|entry| entry.value)
    });
    of_blocks.chain(of_exits)
}

/// Whether the constants of a region are numbered in the order of their first use, and all are used and different.
/// `used` are the uses of constants, in order.
pub(super) fn default_numbers(region: &RegionData, used: &[ValueId]) -> bool {
    let constants = region.values.iter().filter(|value| value.is_constant());
    let constants = constants.count();
    let mut count = 0;
    let mut last = None;
    let mut seen = std::collections::HashSet::new();
    for &value in used {
        if last.is_none_or(|last| last < value) {
            last = Some(value);
            count += 1;
            let Some(bits) = region.constant(value) else {
                return false;
            };
            if !seen.insert((region.ty(value), bits)) {
                return false;
            }
        } else if !used_before(region, &seen, value) {
            return false;
        }
    }
    count == constants
}

fn used_before(
    region: &RegionData,
    seen: &std::collections::HashSet<(stencils::table::Type, u64)>,
    value: ValueId,
) -> bool {
    let bits = region.constant(value);
    bits.is_some_and(|bits| seen.contains(&(region.ty(value), bits)))
}
