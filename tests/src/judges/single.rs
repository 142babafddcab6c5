//! Regions of one uop: its operands from the frame or constants, its result to the frame, and afterwards all operands
//! to the frame as well, so that an operand that got lost shows, whether the uop leaves or not.
//!
//! Every operand goes through all boundary values, in all combinations while these are few; every value operand is also
//! tried as each boundary constant. A memory uop's base is chosen so that the access is in the world whatever the
//! other operands are. Start at [`singles`].

use super::boundary::{FLOATS, INTS, SCALES, imm32};
use super::nan::{Nans, nans};
use jit_native::region::{Region, RegionBuilder, ValueId};
use jit_native::testing::{FRAME_WORDS, RESERVED_WORDS, World, placeholder};
use stencils::table::{ParamKind, Type, UopDef, UopKind, UopTable};
use stencils::uops::kind;

/// The most combinations of operands that a uop is run with, for one choice of its immediates; of more, some are picked.
const MOST_RUNS: u64 = 56 * 56;

/// The same with one operand constant.
const MOST_RUNS_WITH_CONSTANT: u64 = 56;

/// The same for every further choice of immediates, of which there may be hundreds.
const MOST_RUNS_AGAIN: u64 = 16;

/// Of the words that an operand may be, a call's operand is tried as every so many'th constant.
const WORDS_OF_A_CALL: usize = 8;

/// Where the result goes.
const RESULT: u32 = 20;

/// The first of the words where the operands go afterwards.
const OPERANDS: u32 = 24;

/// A region of one uop.
pub struct Single {
    /// The region, its calls naming placeholders.
    pub region: Region,
    /// How each operand comes about.
    operands: Vec<Operand>,
    /// The most combinations of operands that it is run with.
    most: u64,
}

/// What the uop is in its region.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// One uop among others.
    Uop,
    /// What decides a branch; guards are tried as this too.
    Branch,
}

/// How an operand comes about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Operand {
    /// A constant.
    Constant(u64),
    /// Any of these words, in the frame.
    Any(&'static [u64]),
    /// A pointer, in the frame: the address less all that is added to it.
    Base,
}

/// The regions of a uop.
pub fn singles(kind: UopKind) -> Vec<Single> {
    let def = &UopTable::stock()[kind];
    let is_guard = def.effects.may_exit && def.result.is_none();
    let roles: &[Role] = if is_guard {
        &[Role::Uop, Role::Branch]
    } else {
        &[Role::Uop]
    };
    let variable: Vec<Operand> = def
        .params
        .iter()
        .map(|p| variable(p.kind, p.name))
        .collect();
    let mut all = Vec::new();
    for &role in roles {
        let mut most = MOST_RUNS;
        let mut first: Option<Vec<Operand>> = None;
        for immediates in immediates(def) {
            let mut operands = variable.clone();
            for (n, bits) in immediates {
                operands[n] = Operand::Constant(bits);
            }
            first.get_or_insert_with(|| operands.clone());
            all.push(Single::new(kind, role, operands, most));
            most = MOST_RUNS_AGAIN;
        }
        // Each operand as each constant; one choice of immediates will do.
        let calls = def.effects.calls;
        for operands in first
            .iter()
            .flat_map(|first| with_one_constant(first, calls))
        {
            all.push(Single::new(kind, role, operands, MOST_RUNS_WITH_CONSTANT));
        }
    }
    all
}

/// Each value operand in turn as each of its words. A call's operands are only handed through, and there are a hundred
/// signatures: each operand is some of its words, the next one others.
fn with_one_constant(operands: &[Operand], calls: bool) -> Vec<Vec<Operand>> {
    let mut all = Vec::new();
    let step = if calls { WORDS_OF_A_CALL } else { 1 };
    for (n, operand) in operands.iter().enumerate() {
        if let Operand::Any(words) = *operand {
            for &bits in words.iter().skip(n % step).step_by(step) {
                let mut operands = operands.to_vec();
                operands[n] = Operand::Constant(bits);
                all.push(operands);
            }
        }
    }
    all
}

fn variable(kind: ParamKind, name: &str) -> Operand {
    const WORDS: [u64; INTS.len()] = {
        let mut words = [0; INTS.len()];
        let mut n = 0;
        while n < INTS.len() {
            words[n] = INTS[n] as u64;
            n += 1;
        }
        words
    };
    match kind {
        ParamKind::Value(Type::I64) if name == "base" => Operand::Base,
        ParamKind::Value(Type::F64) => Operand::Any(&FLOATS),
        _ => Operand::Any(&WORDS),
    }
}

/// The choices of a uop's immediates: for each, operand numbers and constants.
fn immediates(def: &UopDef) -> Vec<Vec<(usize, u64)>> {
    let mut choices = vec![Vec::new()];
    for (n, param) in def.params.iter().enumerate() {
        let constants: Vec<i64> = match (param.kind, param.name) {
            (ParamKind::Value(_), _) => continue,
            (_, "target") => vec![placeholder(def.name).expect("each call has a helper")],
            (_, "slot") => (RESERVED_WORDS..FRAME_WORDS)
                .map(|w| w as i64 * 8)
                .collect(),
            (_, "scale") => SCALES.to_vec(),
            (ParamKind::Imm32, _) => imm32().collect(),
            (ParamKind::Imm64, _) => INTS.to_vec(),
        };
        choices = choices
            .into_iter()
            .flat_map(|choice: Vec<(usize, u64)>| {
                constants.iter().map(move |&constant| {
                    let mut choice = choice.clone();
                    choice.push((n, constant as u64));
                    choice
                })
            })
            .collect();
    }
    choices
}

impl Single {
    fn new(kind: UopKind, role: Role, operands: Vec<Operand>, most: u64) -> Self {
        Single {
            region: region(kind, role, &operands),
            operands,
            most,
        }
    }

    /// How often it should be run to see all combinations of operands, or as many as there is time for.
    pub fn runs(&self) -> u64 {
        // A base goes through the alignments.
        let least = if self.operands.contains(&Operand::Base) {
            8
        } else {
            1
        };
        self.combinations().max(least).min(self.most)
    }

    fn combinations(&self) -> u64 {
        let choices = self.operands.iter().map(|operand| match operand {
            Operand::Any(words) => words.len() as u64,
            Operand::Constant(_) | Operand::Base => 1,
        });
        choices.fold(1, u64::saturating_mul)
    }

    /// Puts combination number `run` into a world's frame.
    pub fn fill(&self, run: u64, world: &mut World) {
        let exhaustive = self.combinations() <= self.most;
        let mut digits = run;
        let mut spread = run;
        let mut words = vec![0u64; self.operands.len()];
        for (word, operand) in words.iter_mut().zip(&self.operands) {
            *word = match operand {
                Operand::Constant(bits) => *bits,
                Operand::Any(choices) if exhaustive => {
                    let n = digits % choices.len() as u64;
                    digits /= choices.len() as u64;
                    choices[n as usize]
                }
                Operand::Any(choices) => {
                    spread = spread
                        .wrapping_mul(0x5851_f42d_4c95_7f2d)
                        .wrapping_add(0x1405_7b7e_f767_814f);
                    choices[(spread >> 40) as usize % choices.len()]
                }
                Operand::Base => 0,
            };
        }
        if self.operands.contains(&Operand::Base) {
            let memory = world.memory();
            let address = (memory.start + memory.end) / 2 + run % 8;
            words[0] = address.wrapping_sub(added(&words[1..], self.operands.len()));
        }
        for (n, word) in words.into_iter().enumerate() {
            world.frame_words()[RESERVED_WORDS + n] = word;
        }
    }
}

/// What a memory uop adds to its base: `base, offset`, `base, offset, value`, `base, index, scale, offset` or
/// `base, index, scale, offset, value`.
fn added(rest: &[u64], operands: usize) -> u64 {
    if operands < 4 {
        rest[0]
    } else {
        rest[0].wrapping_mul(rest[1]).wrapping_add(rest[2])
    }
}

/// Loads the operands, runs the uop, and leaves by x1 when it does, else stores the result and leaves by x2 or x0.
fn region(kind: UopKind, role: Role, operands: &[Operand]) -> Region {
    let def = &UopTable::stock()[kind];
    let mut b = RegionBuilder::new(UopTable::stock());
    let entry = b.block(&[]);
    b.switch_to(entry);
    let args = load_operands(&mut b, def, operands);
    let kept: Vec<(u32, ValueId)> = (OPERANDS..).zip(args.iter().copied()).collect();
    let (stays, leaves) = (b.exit(&kept), b.exit(&kept));
    let result = match role {
        Role::Uop if def.effects.may_exit => b.uop_or_exit(kind, &args, leaves),
        Role::Uop => b.uop(kind, &args),
        Role::Branch => {
            let (then, otherwise) = (b.block(&[]), b.block(&[]));
            b.branch(kind, &args, (then, &[]), (otherwise, &[]));
            b.switch_to(otherwise);
            b.leave(leaves);
            b.switch_to(then);
            None
        }
    };
    if let Some(result) = result {
        let shown = match nans(kind) {
            Nans::Makes => without_loose_bits(&mut b, result),
            _ => result,
        };
        let mut snapshot = kept;
        snapshot.push((RESULT, shown));
        let exit = b.exit(&snapshot);
        b.leave(exit);
    } else {
        b.leave(stays);
    }
    b.finish()
        .unwrap_or_else(|error| unreachable!("a region of one uop is good: {error}"))
}

fn load_operands(b: &mut RegionBuilder<'_>, def: &UopDef, operands: &[Operand]) -> Vec<ValueId> {
    let mut args = Vec::with_capacity(operands.len());
    for (n, (param, operand)) in def.params.iter().zip(operands).enumerate() {
        let (ty, load) = match param.kind {
            ParamKind::Value(Type::F64) => (Type::F64, kind::LOAD_FRAME_F64),
            _ => (Type::I64, kind::LOAD_FRAME_I64),
        };
        args.push(match operand {
            Operand::Constant(bits) => b.constant(ty, *bits),
            Operand::Any(_) | Operand::Base => {
                let slot = b.const_i64((RESERVED_WORDS + n) as i64 * 8);
                b.value(load, &[slot])
            }
        });
    }
    args
}

/// The float, or one certain NaN instead of any.
fn without_loose_bits(b: &mut RegionBuilder<'_>, value: ValueId) -> ValueId {
    let number = b.value(kind::EQ_F64, &[value, value]);
    let nan = b.const_f64(f64::NAN);
    b.value(kind::SELECT_F64, &[number, value, nan])
}
