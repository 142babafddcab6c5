//! What selection chose, and what else fitted there. Start with [`choice`].

use jit_native::compile::Compiler;
use jit_native::select::tile::TileExit;
use stencils::library::{PatternArg, PatternId};
use stencils::table::UopTable;

use super::Wanted;
use super::model::{Choice, Fitting};

/// The choice behind a tile of the region compiled last; `None` for what was no choice: stores of calls' arguments, copies.
/// `uops` is the number of the region's uops.
pub(super) fn choice(
    compiler: &Compiler,
    table: &UopTable,
    uops: usize,
    tile: u32,
) -> Option<Choice> {
    let place = place(compiler, uops, tile)?;
    let known = compiler.selection().tiles[tile as usize].pattern;
    let chosen = known;
    let here = compiler.alternatives().iter();
    let mut here: Vec<_> = here.filter(|other| other.place == place).collect();
    here.sort_by_key(|other| (other.cost, other.pattern));
    let cost = here.iter().find(|other| other.pattern == chosen)?.cost;
    let mut fitting: Vec<Fitting> = Vec::new();
    let first = [(chosen, cost)].into_iter();
    for (pattern, cost) in first.chain(here.iter().map(|other| (other.pattern, other.cost))) {
        let pattern = text(compiler, table, pattern);
        if fitting.iter().all(|known| known.pattern != pattern) {
            fitting.push(Fitting { pattern, cost });
        }
    }
    let rejected = fitting.split_off(1);
    let chosen = fitting.pop()?;
    Some(Choice {
        place: place_name(place, uops),
        forced: compiler.forced.contains(&(place, known)),
        chosen,
        rejected,
    })
}

/// The root of a tile, as selection numbers it: a uop, or, for the guard of a branch, its block behind all uops.
fn place(compiler: &Compiler, uops: usize, tile: u32) -> Option<u32> {
    let selection = compiler.selection();
    let known = selection.tiles.get(tile as usize)?;
    if known.exit() == TileExit::Otherwise {
        let after = selection
            .blocks
            .partition_point(|tiles| tiles.start <= tile);
        return u32::try_from(uops + after - 1).ok();
    }
    known.root().map(|uop| uop.0)
}

fn place_name(place: u32, uops: usize) -> String {
    match place.checked_sub(uops as u32) {
        Some(block) => format!("b{block}"),
        None => format!("u{place}"),
    }
}

/// What is wanted of the region compiled last, as the compiler takes it: of patterns that look alike the cheapest.
pub(super) fn forced(
    compiler: &Compiler,
    table: &UopTable,
    uops: usize,
    wanted: &[&Wanted],
) -> Vec<(u32, PatternId)> {
    let find = |wanted: &&Wanted| {
        let here = compiler.alternatives().iter().filter(|other| {
            place_name(other.place, uops) == wanted.place
                && text(compiler, table, other.pattern) == wanted.pattern
        });
        let best = here.min_by_key(|other| other.cost)?;
        Some((best.place, best.pattern))
    };
    wanted.iter().filter_map(find).collect()
}

/// A pattern's uops within each other.
fn text(compiler: &Compiler, table: &UopTable, id: PatternId) -> String {
    let pattern = &compiler.machine().library().patterns[id.0 as usize];
    let mut texts: Vec<String> = Vec::with_capacity(pattern.uops.len());
    for uop in &pattern.uops {
        let args = uop.args.iter().map(|arg| match *arg {
            PatternArg::Input(n) => char::from(b'a' + n).to_string(),
            PatternArg::Imm(_) => "#".to_owned(),
            PatternArg::Result(n) => texts[usize::from(n)].clone(),
            PatternArg::Argument(n) => format!("argument {n}"),
        });
        let args: Vec<String> = args.collect();
        texts.push(format!("{}({})", table[uop.kind].name, args.join(", ")));
    }
    texts.pop().unwrap_or_default()
}
