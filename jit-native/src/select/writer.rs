//! Writes tiles: a pattern with the values and constants that go into it, and the stores of a call's arguments.

use super::index::{Candidate, Source};
use super::matching::{Members, operand};
use super::tile::{Selection, Tile, TileExit};
use crate::machine::{Machine, class};
use crate::region::{Region, Span, UopId, Value, ValueDef, ValueId};
use stencils::library::PatternId;

/// The bits of a constant.
#[inline]
fn constant(region: &Region, value: ValueId) -> i64 {
    match region.values[value.index()].def {
        ValueDef::Const(bits) => bits as i64,
        _ => 0,
    }
}

/// What a tile is made of besides its pattern.
pub(super) struct Parts<'a> {
    /// The root, unless it is the guard of a branch.
    pub(super) root: Option<UopId>,
    /// The root's operands.
    pub(super) args: &'a [ValueId],
    /// The uops at the pattern's other steps.
    pub(super) members: &'a Members,
    /// The root's result.
    pub(super) result: Option<ValueId>,
    /// Where it leaves to.
    pub(super) exit: TileExit,
}

/// Writes tiles.
pub(super) struct Writer<'a> {
    pub(super) machine: &'a Machine,
    pub(super) region: &'a Region,
    pub(super) out: &'a mut Selection,
}

impl Writer<'_> {
    /// Writes one tile. A call's values are stored into argument words first.
    #[inline]
    pub(super) fn tile(&mut self, candidate: &Candidate, parts: Parts<'_>) {
        for argument in self.machine.patterns.arguments(candidate) {
            self.store_argument(argument.word, parts.args[usize::from(argument.arg)]);
        }
        let last = usize::from(candidate.step_count) - 1;
        let inputs = usize::from(candidate.input_count);
        let tile = Tile {
            pattern: candidate.pattern,
            inputs: Span {
                start: self.out.inputs.len() as u32,
                len: u32::from(candidate.input_count),
            },
            imms: self.out.imms.len() as u32,
            result: parts.result,
            exit: parts.exit,
            root: parts.root,
            swallowed: Span {
                start: self.out.swallowed.len() as u32,
                len: last as u32,
            },
        };
        let sources = self.machine.patterns.sources(candidate);
        let at = |source: Source| match last {
            0 => parts.args[usize::from(source.arg)],
            _ => operand(self.region, parts.args, last, parts.members, source),
        };
        for source in &sources[..inputs] {
            self.out.inputs.push(at(*source));
        }
        for source in &sources[inputs..] {
            self.out.imms.push(constant(self.region, at(*source)));
        }
        for member in &parts.members[..last] {
            self.out.swallowed.push(*member);
        }
        self.out.tiles.push(tile);
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
        let (imms, inputs) = (self.out.imms.len() as u32, self.out.inputs.len() as u32);
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
                    .map_or(PatternId(0), |(pattern, _)| pattern)
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
            root: None,
            swallowed: Span::default(),
        });
    }
}
