//! The edits that make a region smaller. Each takes a place, from 0 on, and says no when there is none with that number.

use super::program::{Block, End, Operand, Program};
use stencils::table::Type;

/// An edit.
pub(super) type Edit = fn(&mut Program, usize) -> bool;

/// All edits, coarse ones first.
pub(super) const ALL: [Edit; 12] = [
    end_block,
    end_half_block,
    end_loop,
    take_one_way,
    take_other_way,
    remove_half,
    remove_few,
    remove_one,
    merge_blocks,
    remove_param,
    remove_entry,
    simplify_operand,
];

fn default(ty: Type) -> Operand {
    Operand::Constant(ty, 0)
}

/// Ends a block right away, its parameters apart.
fn end_block(program: &mut Program, place: usize) -> bool {
    cut(program, place, |_| 0)
}

/// Ends a block after half of it.
fn end_half_block(program: &mut Program, place: usize) -> bool {
    cut(program, place, |len| len / 2)
}

/// Leaves where a block would go back, or on.
fn end_loop(program: &mut Program, place: usize) -> bool {
    cut(program, place, |len| len)
}

fn cut(program: &mut Program, place: usize, keep: fn(usize) -> usize) -> bool {
    let exit = program.exits.len();
    let Some(block) = program.blocks.get_mut(place) else {
        return false;
    };
    block.uops.truncate(keep(block.uops.len()));
    block.end = End::Leave(exit);
    program.exits.push(Vec::new());
    true
}

fn take_one_way(program: &mut Program, place: usize) -> bool {
    decide(program, place, true)
}

fn take_other_way(program: &mut Program, place: usize) -> bool {
    decide(program, place, false)
}

/// Makes a branch a jump.
fn decide(program: &mut Program, place: usize, first: bool) -> bool {
    let mut branches = program
        .blocks
        .iter_mut()
        .filter_map(|block| match &block.end {
            End::Branch {
                then, otherwise, ..
            } => {
                let way = if first {
                    then.clone()
                } else {
                    otherwise.clone()
                };
                Some((block, way))
            }
            _ => None,
        });
    let Some((block, way)) = branches.nth(place) else {
        return false;
    };
    block.end = End::Jump(way);
    true
}

fn remove_half(program: &mut Program, place: usize) -> bool {
    let len = program.blocks.iter().map(|block| block.uops.len()).max();
    remove(program, place, len.unwrap_or(0) / 2)
}

fn remove_few(program: &mut Program, place: usize) -> bool {
    remove(program, place, 4)
}

fn remove_one(program: &mut Program, place: usize) -> bool {
    remove(program, place, 1)
}

/// Removes `len` uops from the place on. The result of one that stands alone becomes an operand of its type, if it has one
/// (so a chain stays whole), or zero.
fn remove(program: &mut Program, mut place: usize, len: usize) -> bool {
    let len = len.max(1);
    for n in 0..program.blocks.len() {
        let block = &mut program.blocks[n];
        // Places are in steps of the length within a block.
        let places = block.uops.len().div_ceil(len);
        if place >= places {
            place -= places;
            continue;
        }
        let end = (place * len + len).min(block.uops.len());
        let gone: Vec<_> = block.uops.drain(place * len..end).collect();
        for op in gone {
            if let Some((name, ty)) = op.result {
                let alike = op.args.iter().copied().find(|arg| arg.ty() == ty);
                let instead = alike.filter(|_| len == 1).unwrap_or(default(ty));
                program.replace(name, instead);
            }
        }
        return true;
    }
    false
}

/// Puts a block that only one other goes to, by a jump, at that one's end.
fn merge_blocks(program: &mut Program, place: usize) -> bool {
    let mut uses = vec![0; program.blocks.len()];
    for way in program.blocks.iter_mut().flat_map(Block::ways) {
        uses[way.target] += 1;
    }
    let mut jumps = (0..program.blocks.len()).filter(|&n| {
        matches!(&program.blocks[n].end, End::Jump(way) if uses[way.target] == 1 && way.target != n)
    });
    let Some(first) = jumps.nth(place) else {
        return false;
    };
    let End::Jump(way) = program.blocks[first].end.clone() else {
        return false;
    };
    let params = std::mem::take(&mut program.blocks[way.target].params);
    for ((name, _), arg) in params.into_iter().zip(way.args) {
        program.replace(name, arg);
    }
    let second = program.blocks[way.target].clone();
    program.blocks[first].uops.extend(second.uops);
    program.blocks[first].end = second.end;
    true
}

/// Removes a block's parameter; what was zero on every way in may be zero inside.
fn remove_param(program: &mut Program, mut place: usize) -> bool {
    for n in 0..program.blocks.len() {
        let params = program.blocks[n].params.len();
        if place >= params {
            place -= params;
            continue;
        }
        let (name, ty) = program.blocks[n].params.remove(place);
        let mut given = default(ty);
        for way in program.blocks.iter_mut().flat_map(Block::ways) {
            if way.target == n {
                let arg = way.args.remove(place);
                if !matches!(arg, Operand::Value(id, _) if id == name) {
                    given = arg;
                }
            }
        }
        program.replace(name, given);
        return true;
    }
    false
}

/// Removes an entry of a snapshot.
fn remove_entry(program: &mut Program, mut place: usize) -> bool {
    for snapshot in &mut program.exits {
        if place < snapshot.len() {
            snapshot.remove(place);
            return true;
        }
        place -= snapshot.len();
    }
    false
}

/// Makes an operand a constant, or a constant simpler.
fn simplify_operand(program: &mut Program, place: usize) -> bool {
    const WAYS: usize = 4;
    let Some(operand) = program.operands().nth(place / WAYS) else {
        return false;
    };
    let ty = operand.ty();
    let bits = match *operand {
        Operand::Constant(_, bits) => bits,
        Operand::Value(..) => 0,
    };
    let one = match ty {
        Type::I64 => 1,
        Type::F64 => 1.0f64.to_bits(),
    };
    let simpler = [0, one, bits >> 1, bits & (bits >> 1)];
    *operand = Operand::Constant(ty, simpler[place % WAYS]);
    true
}
