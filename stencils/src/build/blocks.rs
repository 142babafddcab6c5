//! From a compiled function to blocks, and from blocks to the stencil's order. Start at [`blocks`],
//! [`simplify`] and [`order`].
//!
//! The compiler ends a guard with a jump to the next stencil and another to the exit, in either order and possibly
//! through further jumps. Here every jump that only goes on is dropped: jumps to jumps are followed, blocks are laid
//! out so that the one which goes on comes last and falls through, and conditions are inverted where that saves a jump.

use super::code::{Block, Cond, Decoded, Dest, End, Flow, Inst, Reloc, RelocTarget};
use super::compile::Function;
use std::collections::{BTreeMap, BTreeSet};

/// The basic blocks of a function, the entry first.
///
/// # Errors
/// What in the function is not understood.
pub fn blocks(function: &Function, decoded: &[Decoded]) -> Result<Vec<Block>, String> {
    let starts = leaders(function, decoded)?;
    let index_of: BTreeMap<usize, usize> = starts
        .iter()
        .enumerate()
        .map(|(index, start)| (*start, index))
        .collect();
    let mut all = Vec::new();
    let mut block = Block {
        insts: Vec::new(),
        branches: Vec::new(),
        end: End::Stop,
    };
    for (n, inst) in decoded.iter().enumerate() {
        let next = inst.offset + inst.len;
        let relocs: Vec<Reloc> = function
            .relocs
            .iter()
            .filter(|r| (inst.offset..next).contains(&r.offset))
            .map(|r| Reloc {
                offset: r.offset - inst.offset,
                ..r.clone()
            })
            .collect();
        let dest = |offset: usize| dest(&relocs, offset, &index_of);
        let mut ends = starts.contains(&next);
        match inst.flow {
            Flow::Next if inst.is_nop => {}
            Flow::Next | Flow::Stop => {
                let bytes = function.bytes[inst.offset..next].to_vec();
                block.insts.push(Inst { bytes, relocs });
            }
            Flow::Branch(cond, to) => block.branches.push((cond, dest(to)?)),
            Flow::Jump(to) => block.end = End::Jump(dest(to)?),
        }
        match inst.flow {
            Flow::Next | Flow::Branch(..) if ends => {
                block.end = End::Jump(dest_of(next, &index_of)?)
            }
            Flow::Next | Flow::Branch(..) if n + 1 == decoded.len() => {
                return Err("the code runs off its end".to_string());
            }
            Flow::Next | Flow::Branch(..) => {}
            Flow::Jump(_) | Flow::Stop => ends = true,
        }
        if ends {
            let empty = Block {
                insts: Vec::new(),
                branches: Vec::new(),
                end: End::Stop,
            };
            all.push(std::mem::replace(&mut block, empty));
        }
    }
    Ok(all)
}

/// The blocks with jumps to jumps followed, without those that nothing reaches then.
pub fn simplify(blocks: Vec<Block>) -> Vec<Block> {
    reachable(thread_jumps(blocks))
}

/// The offsets at which blocks begin.
fn leaders(function: &Function, decoded: &[Decoded]) -> Result<BTreeSet<usize>, String> {
    let mut starts = BTreeSet::from([0]);
    for inst in decoded {
        let next = inst.offset + inst.len;
        if let Flow::Branch(_, to) | Flow::Jump(to) = inst.flow {
            let outside = function
                .relocs
                .iter()
                .any(|r| (inst.offset..next).contains(&r.offset));
            if !outside {
                starts.insert(to);
            }
        }
        // Instructions may follow a branch only in a block of their own.
        if inst.flow != Flow::Next && next < function.bytes.len() {
            starts.insert(next);
        }
    }
    let begins: BTreeSet<usize> = decoded.iter().map(|inst| inst.offset).collect();
    if starts.is_subset(&begins) {
        Ok(starts)
    } else {
        Err("a branch into the middle of an instruction".to_string())
    }
}

fn dest(relocs: &[Reloc], to: usize, index_of: &BTreeMap<usize, usize>) -> Result<Dest, String> {
    match relocs {
        [] => dest_of(to, index_of),
        [
            Reloc {
                target: RelocTarget::Continue,
                ..
            },
        ] => Ok(Dest::Continue),
        [
            Reloc {
                target: RelocTarget::Exit,
                ..
            },
        ] => Ok(Dest::Exit),
        [other, ..] => Err(format!("a branch to {:?}", other.target)),
    }
}

fn dest_of(offset: usize, index_of: &BTreeMap<usize, usize>) -> Result<Dest, String> {
    index_of
        .get(&offset)
        .map(|index| Dest::Block(*index))
        .ok_or_else(|| "a branch out of the function".to_string())
}

/// Makes every jump to an empty block a jump to where that goes.
fn thread_jumps(mut all: Vec<Block>) -> Vec<Block> {
    let follow = |all: &[Block], mut dest: Dest| {
        for _ in 0..all.len() {
            match dest {
                Dest::Block(index)
                    if all[index].insts.is_empty() && all[index].branches.is_empty() =>
                {
                    match all[index].end {
                        End::Jump(next) => dest = next,
                        End::Stop => break,
                    }
                }
                _ => break,
            }
        }
        dest
    };
    // From the last to the first, so that what a block takes over has been followed already.
    for index in (0..all.len()).rev() {
        let mut block = all[index].clone();
        for (_, dest) in &mut block.branches {
            *dest = follow(&all, *dest);
        }
        if let End::Jump(dest) = &mut block.end {
            *dest = follow(&all, *dest);
        }
        // A block that only branches further is taken into the one that goes on with it.
        if let End::Jump(Dest::Block(next)) = block.end
            && next > index
            && all[next].insts.is_empty()
        {
            block.branches.extend(all[next].branches.clone());
            block.end = all[next].end;
        }
        // A last condition that goes where the rest goes decides nothing.
        while let (Some((_, dest)), End::Jump(end)) = (block.branches.last(), block.end)
            && *dest == end
        {
            block.branches.pop();
        }
        all[index] = block;
    }
    all
}

/// Drops the blocks that nothing reaches, and renumbers the rest.
fn reachable(all: Vec<Block>) -> Vec<Block> {
    let mut seen = BTreeSet::new();
    let mut stack = vec![0];
    while let Some(index) = stack.pop() {
        if seen.insert(index) {
            stack.extend(targets(&all[index]));
        }
    }
    let number: BTreeMap<usize, usize> = seen
        .iter()
        .enumerate()
        .map(|(new, old)| (*old, new))
        .collect();
    let renumber = |dest: Dest| {
        if let Dest::Block(old) = dest {
            Dest::Block(number[&old])
        } else {
            dest
        }
    };
    let keep = all
        .into_iter()
        .enumerate()
        .filter(|(index, _)| seen.contains(index));
    keep.map(|(_, mut block)| {
        for (_, dest) in &mut block.branches {
            *dest = renumber(*dest);
        }
        if let End::Jump(dest) = &mut block.end {
            *dest = renumber(*dest);
        }
        block
    })
    .collect()
}

/// The blocks that a block goes to.
fn targets(block: &Block) -> Vec<usize> {
    let end = if let End::Jump(dest) = block.end {
        Some(dest)
    } else {
        None
    };
    let dests = block.branches.iter().map(|(_, dest)| *dest).chain(end);
    dests
        .filter_map(|dest| {
            if let Dest::Block(index) = dest {
                Some(index)
            } else {
                None
            }
        })
        .collect()
}

/// One piece of a stencil in its final order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Block n begins here.
    Label(usize),
    /// An instruction.
    Inst(Inst),
    /// A branch, unconditional without a condition.
    Branch(Option<Cond>, Dest),
}

/// The blocks in the order that needs the fewest jumps, the next stencil after the last of them.
pub fn order(blocks: &[Block]) -> Vec<Piece> {
    let mut best: Option<Vec<Piece>> = None;
    for last in (0..blocks.len()).rev() {
        // The entry stays first.
        if last == 0 && blocks.len() > 1 {
            continue;
        }
        let mut sequence: Vec<usize> = (0..blocks.len()).filter(|index| *index != last).collect();
        sequence.push(last);
        let pieces = lay_out(blocks, &sequence);
        if best.as_ref().is_none_or(|b| jumps(&pieces) < jumps(b)) {
            best = Some(pieces);
        }
    }
    best.unwrap_or_default()
}

fn jumps(pieces: &[Piece]) -> usize {
    pieces
        .iter()
        .filter(|piece| matches!(piece, Piece::Branch(..)))
        .count()
}

fn lay_out(blocks: &[Block], sequence: &[usize]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (place, &index) in sequence.iter().enumerate() {
        let block = &blocks[index];
        let next = sequence
            .get(place + 1)
            .map_or(Dest::Continue, |next| Dest::Block(*next));
        pieces.push(Piece::Label(index));
        pieces.extend(block.insts.iter().cloned().map(Piece::Inst));
        let mut branches: Vec<Piece> = block
            .branches
            .iter()
            .map(|(c, dest)| Piece::Branch(Some(*c), *dest))
            .collect();
        match (block.end, block.branches.last()) {
            (End::Stop, _) => {}
            (End::Jump(end), _) if end == next => {}
            (End::Jump(end), Some((cond, dest))) if *dest == next => {
                branches.pop();
                branches.push(Piece::Branch(Some(cond.inverted()), end));
            }
            (End::Jump(end), _) => branches.push(Piece::Branch(None, end)),
        }
        pieces.extend(branches);
    }
    pieces
}
