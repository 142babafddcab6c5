//! The warden: runs a region with the uops' own functions and looks before each step. What passes is safe to run in its
//! world, ends, and has results that every implementation must agree on to the bit.
//!
//! Unlike the engine's reference interpreter it trusts no region. It knows what memory uops access by their group and
//! name, and nothing else of what uops mean. Start at [`Warden::run`].
#![allow(
    unsafe_code,
    reason = "it calls the uops' functions, having checked what they will touch"
)]

use super::nan;
use jit_native::region::{
    BlockId, Edge, ExitId, Region, RegionError, Span, Terminator, UopId, ValueId,
};
use jit_native::testing::{FRAME_WORDS, RESERVED_WORDS, World, helper};
use std::fmt;
use stencils::operand::Exit;
use stencils::table::{Type, UopDef, UopKind, UopTable};

/// Why a region is not put before the judges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The verifier refuses it.
    Invalid(RegionError),
    /// It has not ended after that many steps.
    Endless(u64),
    /// A uop accesses memory outside the world.
    Address(UopId, i64),
    /// A uop or a snapshot names a frame word outside the frame, or writes one that holds a pointer.
    Slot(i64),
    /// A call's target is not the helper for that call.
    Target(UopId),
    /// A NaN that may have any bits gets where its bits show: to the operand of a uop.
    LooseOperand(UopId),
    /// The same, in the snapshot of the exit taken.
    LooseSnapshot(ExitId),
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unfit::Invalid(error) => write!(f, "no valid region: {error}"),
            Unfit::Endless(steps) => write!(f, "no end after {steps} steps"),
            Unfit::Address(uop, address) => {
                write!(f, "{uop} accesses {address:#x}, outside the world")
            }
            Unfit::Slot(offset) => write!(f, "the frame word at byte {offset} is out of bounds"),
            Unfit::Target(uop) => write!(f, "{uop} calls something that is not its helper"),
            Unfit::LooseOperand(uop) => {
                write!(f, "{uop} shows the bits of a NaN that may have any")
            }
            Unfit::LooseSnapshot(exit) => {
                write!(f, "{exit} shows the bits of a NaN that may have any")
            }
        }
    }
}

impl std::error::Error for Unfit {}

/// Runs regions with care. Holds nothing between runs but memory.
#[derive(Default)]
pub struct Warden {
    values: Vec<u64>,
    /// Whether a value is a NaN that may have any bits.
    loose: Vec<bool>,
    args: Vec<u64>,
    loose_args: Vec<bool>,
}

impl Warden {
    /// Runs a linked region of stock uops in a world; gives the exit taken, whose snapshot has been written.
    ///
    /// # Errors
    /// When the region is not fit to be judged; the world then holds what was done so far.
    pub fn run(&mut self, region: &Region, world: &mut World, steps: u64) -> Result<ExitId, Unfit> {
        region.check(UopTable::stock()).map_err(Unfit::Invalid)?;
        self.values.clear();
        self.values
            .extend(region.values().map(|v| region.constant(v).unwrap_or(0)));
        self.loose.clear();
        self.loose.resize(self.values.len(), false);
        let mut left = steps;
        let mut at = BlockId(0);
        let exit = loop {
            let block = &region.blocks[at.index()];
            left = left
                .checked_sub(u64::from(block.uops.len) + 1)
                .ok_or(Unfit::Endless(steps))?;
            if let Some(exit) = self.uops(region, block.uops, world)? {
                break exit;
            }
            let edge = match block.terminator {
                Terminator::Leave(exit) => break exit,
                Terminator::Jump(edge) => edge,
                Terminator::Branch {
                    guard,
                    args,
                    then,
                    otherwise,
                } => {
                    let place = UopId(block.uops.start + block.uops.len);
                    match self.step(region, guard, args, place, world)? {
                        Ok(_) => then,
                        Err(Exit) => otherwise,
                    }
                }
            };
            at = self.follow(region, edge);
        };
        self.write_snapshot(region, exit, world)?;
        Ok(exit)
    }

    /// Runs a block's uops; gives the exit that one of them left by.
    fn uops(
        &mut self,
        region: &Region,
        span: Span,
        world: &mut World,
    ) -> Result<Option<ExitId>, Unfit> {
        for n in span.range() {
            let uop = region.uops[n];
            match self.step(region, uop.kind, uop.args, UopId(n as u32), world)? {
                Ok(bits) => {
                    if let Some(value) = uop.result.get() {
                        let float = region.ty(value) == Type::F64;
                        self.loose[value.index()] =
                            float && nan::is_loose(uop.kind, bits, &self.args, &self.loose_args);
                        self.values[value.index()] = bits;
                    }
                }
                Err(Exit) => return Ok(uop.exit.get()),
            }
        }
        Ok(None)
    }

    fn step(
        &mut self,
        region: &Region,
        kind: UopKind,
        args: Span,
        place: UopId,
        world: &mut World,
    ) -> Result<Result<u64, Exit>, Unfit> {
        self.load(region.args(args));
        let mut loose = self.loose_args.iter().enumerate();
        if loose.any(|(n, &loose)| loose && nan::shows(kind, n)) {
            return Err(Unfit::LooseOperand(place));
        }
        let def = &UopTable::stock()[kind];
        self.check(def, place, world)?;
        // SAFETY: the uop's operands are the verifier's care, and `check` has looked at all that it touches.
        Ok(unsafe { (def.interpret)(world.frame(), world.context(), &self.args) })
    }

    /// Looks at what the uop will touch.
    fn check(&self, def: &UopDef, place: UopId, world: &World) -> Result<(), Unfit> {
        let arg = |n: usize| self.args[n] as i64;
        match def.group {
            "memory" => within(def, place, arg(0).wrapping_add(arg(1)), world),
            "indexed" => {
                let element = arg(1).wrapping_mul(arg(2));
                let address = arg(0).wrapping_add(element).wrapping_add(arg(3));
                within(def, place, address, world)
            }
            "frame" if def.effects.writes_frame => slot(arg(0), RESERVED_WORDS),
            "frame" if def.effects.reads_frame => slot(arg(0), 0),
            "call" if helper(def.name) != Some(self.args[0]) => Err(Unfit::Target(place)),
            _ => Ok(()),
        }
    }

    fn load(&mut self, values: &[ValueId]) {
        self.args.clear();
        self.loose_args.clear();
        for value in values {
            self.args.push(self.values[value.index()]);
            self.loose_args.push(self.loose[value.index()]);
        }
    }

    fn follow(&mut self, region: &Region, edge: Edge) -> BlockId {
        self.load(region.args(edge.args));
        for (n, param) in region.block_params(edge.target).iter().enumerate() {
            self.values[param.index()] = self.args[n];
            self.loose[param.index()] = self.loose_args[n];
        }
        edge.target
    }

    fn write_snapshot(
        &self,
        region: &Region,
        exit: ExitId,
        world: &mut World,
    ) -> Result<(), Unfit> {
        for entry in region.snapshot(exit) {
            slot(i64::from(entry.slot) * 8, RESERVED_WORDS)?;
            if self.loose[entry.value.index()] {
                return Err(Unfit::LooseSnapshot(exit));
            }
            world.frame_words()[entry.slot as usize] = self.values[entry.value.index()];
        }
        Ok(())
    }
}

/// The access of a memory uop at this address stays in the world's memory.
fn within(def: &UopDef, place: UopId, address: i64, world: &World) -> Result<(), Unfit> {
    let bits: u64 = def
        .name
        .trim_start_matches(|c: char| !c.is_ascii_digit())
        .parse()
        .expect("a memory uop's name ends in its width");
    let memory = world.memory();
    let start = address as u64;
    let end = start.checked_add(bits / 8);
    if start < memory.start || end.is_none_or(|end| end > memory.end) {
        return Err(Unfit::Address(place, address));
    }
    Ok(())
}

/// The byte offset names a word of the frame, not before word `first`.
fn slot(offset: i64, first: usize) -> Result<(), Unfit> {
    let words = first as i64 * 8..FRAME_WORDS as i64 * 8;
    if offset % 8 != 0 || !words.contains(&offset) {
        return Err(Unfit::Slot(offset));
    }
    Ok(())
}
