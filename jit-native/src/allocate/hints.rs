//! Which register a value would like: that of the block parameter which it is passed to, so that the edge need not move
//! it; and what a result would like, the inputs that it could take its register from would like too.
//!
//! Wishes go from uses to definitions, so this is a pass backward over the tiles: one of its own, which a region without
//! parameters is spared. Start with [`find`].

use super::liveness::{NONE, ValueInfo};
use crate::machine::Machine;
use crate::region::{Edge, Region, Terminator};
use crate::select::tile::{Selection, Tile};

/// Gives values their hints. The wish of the last use that has one counts.
pub(super) fn find(
    machine: &Machine,
    region: &Region,
    selection: &Selection,
    values: &mut [ValueInfo],
) {
    if region.params.is_empty() {
        return;
    }
    for (number, block) in region.blocks.iter().enumerate().rev() {
        match block.terminator {
            Terminator::Jump(to) => edge(region, values, to),
            Terminator::Branch {
                then, otherwise, ..
            } => {
                edge(region, values, then);
                edge(region, values, otherwise);
            }
            Terminator::Leave(_) => {}
        }
        for (_, tile) in selection.standing(number).rev() {
            if let Some(result) = tile.result()
                && values[result.index()].hint != NONE
            {
                let hint = values[result.index()].hint;
                hand_on(machine, selection, values, tile, hint);
            }
        }
    }
}

/// What is passed to a parameter would like its register.
fn edge(region: &Region, values: &mut [ValueInfo], edge: Edge) {
    let params = region.block_params(edge.target);
    for (arg, param) in region.args(edge.args).iter().zip(params) {
        let info = &mut values[arg.index()];
        if info.hint == NONE {
            info.hint = param.0;
        }
    }
}

/// What the result of a tile would like, its inputs would like that may share its register.
fn hand_on(
    machine: &Machine,
    selection: &Selection,
    values: &mut [ValueInfo],
    tile: &Tile,
    hint: u32,
) {
    let reusable = machine.variants.facts(tile.pattern).reusable;
    for (n, input) in selection.inputs(tile).iter().take(8).enumerate() {
        let info = &mut values[input.index()];
        if reusable >> n & 1 != 0 && info.hint == NONE && input.0 != hint {
            info.hint = hint;
        }
    }
}
