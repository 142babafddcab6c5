//! Makes the work region the final one, in its place: what is dead goes, the rest moves up. Values keep their numbers; one
//! that nothing makes any more becomes a constant that nobody uses.
//!
//! Operands stay where they are in their pool, and exits too: each was made for a uop or an end of a block that leaves
//! by it, and neither is ever dead. Decides nothing; [`super::finish`] has. Start with [`compact`].

use super::edges::{Edges, Label};
use super::finish::Live;
use crate::region::{BlockId, ConstId, Edge, RegionData, Terminator, UopId, Uses, Value};

/// Makes a region final whose edges go to labels and whose dead parts are not live.
pub(super) fn compact(region: &mut RegionData, edges: &Edges, live: &Live) {
    name_blocks(region, edges);
    // Without a way out of the loop many are looked at at once.
    if !live.uops.iter().fold(true, |all, live| all & live) {
        move_uops(region, live);
    }
    if !region.params.iter().all(|param| live.values.any(*param)) {
        drop_params(region, &live.values);
    }
    let nothing = ConstId(0);
    if region.constants.is_empty() {
        region.constants.push(0);
    }
    for (value, any) in region.values.iter_mut().zip(live.values.each()) {
        if !any {
            *value = Value::constant(value.ty(), nothing);
        }
    }
}

/// Turns labels into blocks.
fn name_blocks(region: &mut RegionData, edges: &Edges) {
    let place = |target: &mut BlockId| *target = edges.place_of(Label(target.0));
    for block in &mut region.blocks {
        for edge in edges_of(&mut block.terminator).into_iter().flatten() {
            place(&mut edge.target);
        }
    }
    for param in &region.params {
        let value = &mut region.values[param.index()];
        if let Some((mut block, n)) = value.as_param() {
            place(&mut block);
            value.set_param(block, n);
        }
    }
}

/// The edges at the end of a block.
fn edges_of(terminator: &mut Terminator) -> [Option<&mut Edge>; 2] {
    match terminator {
        Terminator::Jump(edge) => [Some(edge), None],
        Terminator::Branch {
            then, otherwise, ..
        } => [Some(then), Some(otherwise)],
        Terminator::Leave(_) => [None, None],
    }
}

/// Moves the uops up that are live.
fn move_uops(region: &mut RegionData, live: &Live) {
    let mut count = 0;
    for block in &mut region.blocks {
        let start = count;
        for n in block.uops.range() {
            if live.uops[n] {
                let uop = region.uops[n];
                if let Some(result) = uop.result.get() {
                    region.values[result.index()].set_uop(UopId(count));
                }
                region.uops[count as usize] = uop;
                count += 1;
            }
        }
        (block.uops.start, block.uops.len) = (start, count - start);
    }
    region.uops.truncate(count as usize);
}

/// Leaves out the parameters that nobody uses, and what edges give them. (Every edge has arguments of its own, and every
/// block parameters.)
fn drop_params(region: &mut RegionData, uses: &Uses) {
    for n in 0..region.blocks.len() {
        let mut terminator = region.blocks[n].terminator;
        for edge in edges_of(&mut terminator).into_iter().flatten() {
            let params = region.blocks[edge.target.index()].params;
            let mut len = 0;
            for (arg, param) in edge.args.range().zip(params.range()) {
                if uses.any(region.params[param]) {
                    region.args[edge.args.start as usize + len] = region.args[arg];
                    len += 1;
                }
            }
            edge.args.len = len as u32;
        }
        region.blocks[n].terminator = terminator;
    }
    for (n, block) in region.blocks.iter_mut().enumerate() {
        let mut len = 0;
        for place in block.params.range() {
            let param = region.params[place];
            if uses.any(param) {
                region.values[param.index()].set_param(BlockId(n as u32), len);
                region.params[block.params.start as usize + len as usize] = param;
                len += 1;
            }
        }
        block.params.len = len;
    }
}
