//! Writes tiles: a pattern with the values and constants that go into it, and the stores of a call's arguments.

use super::matching::Binding;
use super::tile::{Selection, Tile, TileExit};
use super::{Fused, SWALLOWED};
use crate::machine::{Machine, class};
use crate::region::{Region, Span, UopId, Value, ValueDef, ValueId};
use crate::select::index::Candidate;
use stencils::library::{PatternArg, PatternId};

/// The bits of a constant.
#[inline]
pub(super) fn constant(region: &Region, value: ValueId) -> i64 {
    match region.values[value.index()].def {
        ValueDef::Const(bits) => bits as i64,
        _ => 0,
    }
}

/// Writes tiles.
pub(super) struct Writer<'a> {
    pub(super) machine: &'a Machine,
    pub(super) region: &'a Region,
    /// The matches of several uops that are still to come.
    pub(super) fused: &'a [Fused],
    pub(super) out: &'a mut Selection,
}

impl<'a> Writer<'a> {
    /// Writes the tile of the root at `place`.
    #[inline]
    pub(super) fn tile(
        &mut self,
        place: usize,
        uop: Option<UopId>,
        pattern: PatternId,
        args: &[ValueId],
        result: Option<ValueId>,
        exit: TileExit,
    ) {
        let candidate = self.machine.patterns.candidate(pattern);
        let mut tile = Tile {
            pattern,
            inputs: Span {
                start: self.out.inputs.len() as u32,
                len: u32::from(candidate.input_count),
            },
            imms: self.out.imms.len() as u32,
            result,
            exit,
            members: Span {
                start: self.out.members.len() as u32,
                len: 0,
            },
        };
        if candidate.simple {
            self.operands(candidate, args);
            // The stores of a call's arguments have brought immediates of their own.
            tile.imms = self.out.imms.len() as u32 - u32::from(candidate.imm_count);
            tile.inputs.start = self.out.inputs.len() as u32 - tile.inputs.len;
            tile.members.start = self.out.members.len() as u32;
        } else {
            let binding = self.next_match(place);
            self.out
                .inputs
                .extend_from_slice(&binding.inputs[..candidate.input_count as usize]);
            self.out
                .imms
                .extend_from_slice(&binding.imms[..candidate.imm_count as usize]);
            self.out
                .members
                .extend_from_slice(&binding.members[..candidate.step_count as usize - 1]);
            if let (TileExit::None, Some(exit)) = (exit, binding.exit) {
                tile.exit = TileExit::Exit(exit);
            }
        }
        self.out.members.extend(uop);
        tile.members.len = self.out.members.len() as u32 - tile.members.start;
        self.out.tiles.push(tile);
    }

    /// The match of the root at `place`: those before it belong to roots that others have swallowed.
    fn next_match(&mut self, place: usize) -> &'a Binding {
        let skipped = self
            .fused
            .iter()
            .take_while(|f| f.place as usize != place)
            .count();
        let rest: &'a [Fused] = self.fused;
        let fused = &rest[skipped];
        self.fused = &rest[skipped + 1..];
        &fused.binding
    }

    /// Writes the operands of a pattern of one uop. A call's values are stored into argument words first.
    #[inline]
    fn operands(&mut self, candidate: &Candidate, args: &[ValueId]) {
        let step = self.machine.patterns.steps(candidate)[0];
        let pattern_args = self.machine.patterns.args(&step);
        for (arg, value) in pattern_args.iter().zip(args) {
            if let PatternArg::Argument(n) = *arg {
                self.store_argument(n, *value);
            }
        }
        // Selection's own patterns number inputs and immediates in any order they like.
        let (inputs, imms) = (self.out.inputs.len(), self.out.imms.len());
        self.out
            .inputs
            .resize(inputs + candidate.input_count as usize, ValueId(0));
        self.out.imms.resize(imms + candidate.imm_count as usize, 0);
        for (arg, value) in pattern_args.iter().zip(args) {
            match *arg {
                PatternArg::Input(n) => self.out.inputs[inputs + n as usize] = *value,
                PatternArg::Imm(n) => {
                    self.out.imms[imms + n as usize] = constant(self.region, *value)
                }
                PatternArg::Result(_) | PatternArg::Argument(_) => {}
            }
        }
    }

    /// Writes the tile that stores an operand of a call into its argument word. Words are raw bits, so a constant
    /// goes in as an integer whatever its type.
    fn store_argument(&mut self, n: u8, value: ValueId) {
        let machine = self.machine;
        let word = i64::from(n) * 8;
        let Value { ty, def } = self.region.values[value.index()];
        let constant = match def {
            ValueDef::Const(bits) => {
                let bits = bits as i64;
                machine
                    .cheapest(machine.machinery.store_arg[0], &[Some(word), Some(bits)])
                    .map(|(pattern, _)| (pattern, bits))
            }
            _ => None,
        };
        let imms = self.out.imms.len() as u32;
        let inputs = self.out.inputs.len() as u32;
        self.out.imms.push(word);
        let pattern = match constant {
            Some((pattern, bits)) => {
                self.out.imms.push(bits);
                pattern
            }
            None => {
                self.out.inputs.push(value);
                let kind = machine.machinery.store_arg[class(ty)];
                // The machine has been checked to have this one.
                machine
                    .cheapest(kind, &[Some(word), None])
                    .map_or(SWALLOWED, |(pattern, _)| pattern)
            }
        };
        self.out.tiles.push(Tile {
            pattern,
            inputs: Span {
                start: inputs,
                len: self.out.inputs.len() as u32 - inputs,
            },
            imms,
            result: None,
            exit: TileExit::None,
            members: Span {
                start: self.out.members.len() as u32,
                len: 0,
            },
        });
    }
}
