//! Selection is never worse than greedy selection, which takes the largest pattern wherever it stands, on random regions;
//! and what it chose is the cheapest of what it wrote down as considered.
//!
//! Greedy selection is implemented here alone, from what was considered and the library's description of the patterns.

mod common;

use common::{machine, random_region};
use jit_native::compile::Compiler;
use jit_native::region::{BlockId, Region, Terminator, ValueDef, ValueId};
use jit_native::select::Alternative;
use jit_native::testing::link;
use std::collections::{HashMap, HashSet};
use stencils::library::{Arch, Library, PatternArg, PatternId};
use stencils::table::UopTable;

/// What a constant in a register costs, as selection reckons.
const CONSTANT: u32 = 2;

/// Costs of tiles: their cheapest stencils', and the constants that they need in registers.
struct Costs<'a> {
    library: &'a Library,
    /// By pattern.
    own: Vec<u32>,
}

impl Costs<'_> {
    fn new(library: &Library) -> Costs<'_> {
        let mut own = vec![u32::MAX; library.patterns.len()];
        for stencil in &library.stencils {
            let cost = &mut own[stencil.pattern.0 as usize];
            *cost = (*cost).min(u32::from(stencil.cost));
        }
        Costs { library, own }
    }

    fn tile(&self, region: &Region, pattern: PatternId, inputs: &[ValueId]) -> u32 {
        let constants = inputs.iter().filter(|v| region.constant(**v).is_some());
        self.own[pattern.0 as usize] + CONSTANT * constants.count() as u32
    }

    fn steps(&self, pattern: PatternId) -> usize {
        self.library.patterns[pattern.0 as usize].uops.len()
    }
}

/// What a pattern covers at a root: the values that go in, and the uops that it runs besides the root.
fn cover(
    library: &Library,
    region: &Region,
    pattern: PatternId,
    root: &[ValueId],
) -> (Vec<ValueId>, Vec<usize>) {
    let pattern = &library.patterns[pattern.0 as usize];
    let last = pattern.uops.len() - 1;
    let mut members = vec![usize::MAX; last];
    let mut inputs = vec![ValueId(u32::MAX); pattern.inputs.len()];
    for (step, uop) in pattern.uops.iter().enumerate().rev() {
        let args = match step == last {
            true => root,
            false => region.args(region.uops[members[step]].args),
        };
        for (arg, value) in uop.args.iter().zip(args) {
            match (*arg, region.def(*value)) {
                (PatternArg::Input(n), _) => inputs[usize::from(n)] = *value,
                (PatternArg::Result(n), ValueDef::Uop(member)) => {
                    members[usize::from(n)] = member.index();
                }
                (PatternArg::Result(_), _) => panic!("a pattern matches what is no uop's result"),
                _ => {}
            }
        }
    }
    (inputs, members)
}

/// What greedy selection costs: from the last uop to the first, the largest pattern that matches, of these the cheapest.
fn greedy(costs: &Costs<'_>, region: &Region, considered: &[Alternative]) -> u32 {
    let mut at_place: HashMap<usize, Vec<PatternId>> = HashMap::new();
    for alternative in considered {
        at_place
            .entry(alternative.place as usize)
            .or_default()
            .push(alternative.pattern);
    }
    let mut swallowed = HashSet::new();
    let mut total = 0;
    let mut take = |place: usize, args: &[ValueId]| {
        if swallowed.contains(&place) {
            return;
        }
        let fits = |pattern: &&PatternId| {
            let (_, members) = cover(costs.library, region, **pattern, args);
            members.iter().all(|member| !swallowed.contains(member))
        };
        let patterns = at_place[&place].iter().filter(fits);
        let largest =
            patterns.min_by_key(|p| (std::cmp::Reverse(costs.steps(**p)), costs.own[p.0 as usize]));
        let pattern = *largest.expect("something matches");
        let (inputs, members) = cover(costs.library, region, pattern, args);
        total += costs.tile(region, pattern, &inputs);
        swallowed.extend(members);
    };
    for block in (0..region.blocks.len()).rev() {
        let terminator = region.blocks[block].terminator;
        if let Terminator::Branch { args, .. } = terminator {
            take(region.uops.len() + block, region.args(args));
        }
        for uop in region.blocks[block].uops.range().rev() {
            take(uop, region.args(region.uops[uop].args));
        }
    }
    total
}

/// What the engine's selection costs; the stores of calls' arguments are no choice and do not count.
fn selected(costs: &Costs<'_>, region: &Region, compiler: &Compiler) -> u32 {
    let selection = compiler.selection();
    let chosen = |pattern: PatternId| {
        let uops = &costs.library.patterns[pattern.0 as usize].uops;
        !uops.iter().any(|uop| UopTable::stock()[uop.kind].internal)
    };
    let standing = selection.tiles.iter().filter(|tile| tile.stands);
    let tiles = standing.filter(|tile| chosen(tile.pattern));
    tiles
        .map(|tile| costs.tile(region, tile.pattern, selection.inputs(tile)))
        .sum()
}

#[test]
fn selection_is_never_worse_than_greedy_selection() {
    for arch in [Arch::X86_64, Arch::Aarch64] {
        let machine = machine(arch);
        let costs = Costs::new(machine.library());
        let mut compiler = Compiler::new(machine.clone());
        compiler.options.record = true;
        let (mut better, mut fused) = (0, 0);
        for seed in 0..1_500 {
            let region = link(&random_region(seed, 128 << (seed % 5)));
            compiler.compile(&region).expect("it compiles");
            let ours = selected(&costs, &region, &compiler);
            let theirs = greedy(&costs, &region, compiler.alternatives());
            assert!(
                ours <= theirs,
                "{arch:?}, region {seed}: {ours}, greedily {theirs}\n{}",
                region.display(UopTable::stock())
            );
            better += u32::from(ours < theirs);
            fused += compiler.counts().super_stencils;
        }
        assert!(
            better > 0,
            "{arch:?}: greedy selection is as good everywhere"
        );
        assert!(fused > 500, "{arch:?}: {fused} super-stencils");
    }
}

/// What is kept for readers is about the code that runs.
#[test]
fn recording_changes_no_code() {
    for arch in [Arch::X86_64, Arch::Aarch64] {
        let mut compiler = Compiler::new(machine(arch));
        compiler.options.optimise = Some(jit_native::optimise::Options::default());
        for seed in 0..400 {
            let region = link(&random_region(seed, 128 << (seed % 5)));
            let [unseen, seen] = [false, true].map(|record| {
                compiler.options.record = record;
                compiler.compile(&region).expect("it compiles")
            });
            let text = region.display(UopTable::stock());
            assert!(unseen == seen, "{arch:?}, region {seed}:\n{text}");
        }
    }
}

/// Every root's pattern was considered, and nothing cheaper was at the same place.
#[test]
fn what_is_chosen_is_the_cheapest_of_what_was_considered() {
    let mut compiler = Compiler::new(machine(Arch::X86_64));
    compiler.options.record = true;
    for seed in 0..500 {
        let region = link(&random_region(seed, 2048));
        compiler.compile(&region).expect("it compiles");
        let selection = compiler.selection();
        for (block, tiles) in selection.blocks.iter().enumerate() {
            for (n, tile) in selection.standing(block) {
                let last = n + 1 == (tiles.start + tiles.len) as usize;
                let branches = matches!(region.blocks[block].terminator, Terminator::Branch { .. });
                let place = match selection.members(tile).last() {
                    _ if last && branches => region.uops.len() + BlockId(block as u32).index(),
                    Some(root) => root.index(),
                    // The store of a call's argument is no root.
                    None => continue,
                };
                let here: Vec<&Alternative> = compiler
                    .alternatives()
                    .iter()
                    .filter(|a| a.place as usize == place)
                    .collect();
                let own = here.iter().find(|a| a.pattern == tile.pattern);
                let own =
                    own.unwrap_or_else(|| panic!("region {seed}: {tile:?} was not considered"));
                let least = here.iter().map(|a| a.cost).min();
                assert_eq!(Some(own.cost), least, "region {seed}, place {place}");
            }
        }
    }
}

/// Whatever was considered can be wished for, and then stands where it was wished; the code is good all the same.
#[test]
fn what_was_considered_can_be_forced() {
    for arch in [Arch::X86_64, Arch::Aarch64] {
        let mut compiler = Compiler::new(machine(arch));
        compiler.options.record = true;
        compiler.options.check = true;
        let mut forced = 0;
        for seed in 0..60 {
            let region = link(&random_region(seed, 256));
            compiler.forced.clear();
            compiler.compile(&region).expect("it compiles");
            let considered = compiler.alternatives().to_vec();
            for wish in considered.iter().step_by(7) {
                compiler.forced = vec![(wish.place, wish.pattern)];
                compiler.compile(&region).expect("it compiles");
                let root = wish.place as usize;
                let selection = compiler.selection();
                let found = selection.tiles.iter().find(|tile| match tile.root() {
                    Some(uop) => uop.index() == root,
                    None => false,
                });
                if let Some(tile) = found.filter(|tile| tile.stands) {
                    assert_eq!(
                        tile.pattern, wish.pattern,
                        "{arch:?}, region {seed}, {wish:?}"
                    );
                    forced += 1;
                }
            }
        }
        assert!(forced > 500, "{arch:?}: {forced}");
    }
}
