//! Writes tiles: a pattern with the values and constants that go into it, and the stores of a call's arguments.

use super::candidate::{Candidate, Plain, SCATTERED};
use super::matching::{Match, Root, operand};
use super::tile::{Parts, Selection, Tile};
use crate::machine::{Machine, class};
use crate::region::{Region, Uop, UopId, ValueId};
use stencils::library::PatternId;

/// Writes tiles.
pub(super) struct Writer<'a> {
    pub(super) machine: &'a Machine,
    pub(super) region: &'a Region,
    pub(super) out: &'a mut Selection,
}

impl Writer<'_> {
    /// Writes a tile of one uop. Its immediates, if it has any, come next.
    #[inline(always)]
    pub(super) fn plain(&mut self, plain: &Plain, at: UopId, uop: &Uop) {
        let imms = self.out.imms.len() as u32;
        // Made when there is room for it, so that its parts need not be kept while room is made.
        self.out.tiles.extend(std::iter::once_with(|| {
            let inputs = uop.args.start + u32::from(plain.first_input);
            let parts = Parts::of_uop(at, uop);
            Tile::new(
                plain.pattern,
                inputs,
                plain.input_count,
                plain.clobbers,
                imms,
                parts,
            )
        }));
    }

    /// Writes a tile of one uop. A call's values are stored into argument words first.
    #[inline(always)]
    pub(super) fn single(&mut self, candidate: &Candidate, root: &Root<'_>, parts: Parts) {
        if candidate.argument_count != 0 {
            self.store_arguments(candidate, root.args);
        }
        let inputs = if candidate.plain.first_input == SCATTERED {
            self.gather(candidate, root.args)
        } else {
            root.span.start + u32::from(candidate.plain.first_input)
        };
        let imms = self.out.imms.len() as u32;
        if candidate.imm_count != 0 {
            self.immediates(candidate, root.args);
        }
        let plain = &candidate.plain;
        let tile = Tile::new(
            plain.pattern,
            inputs,
            plain.input_count,
            plain.clobbers,
            imms,
            parts,
        );
        self.out.tiles.push(tile);
    }

    /// Writes the immediates of a pattern of one uop.
    #[inline(never)]
    fn immediates(&mut self, candidate: &Candidate, args: &[ValueId]) {
        let sources = self.machine.patterns.sources(candidate);
        for source in &sources[usize::from(candidate.plain.input_count)..] {
            let value = args[usize::from(source.arg)];
            self.out.imms.push(self.region.constant_bits(value));
        }
    }

    /// Puts the inputs of a pattern of one uop together.
    #[inline(never)]
    fn gather(&mut self, candidate: &Candidate, args: &[ValueId]) -> u32 {
        let start = self.out.inputs.len() as u32;
        let sources = self.machine.patterns.sources(candidate);
        for source in &sources[..usize::from(candidate.plain.input_count)] {
            self.out.inputs.push(args[usize::from(source.arg)]);
        }
        start
    }

    /// Writes a tile of several uops.
    pub(super) fn fused(&mut self, root: &Root<'_>, parts: Parts, found: &Match<'_>) {
        let (candidate, members) = (found.candidate, found.members());
        let sources = self.machine.patterns.sources(candidate);
        let (inputs, imms) = sources.split_at(usize::from(candidate.plain.input_count));
        let region = self.region;
        let at = |source| operand(region, root.args, members.len(), members, source);
        let inputs_start = self.out.inputs.len() as u32;
        for source in inputs {
            self.out.inputs.push(at(*source));
        }
        let imms_start = self.out.imms.len() as u32;
        for source in imms {
            self.out.imms.push(region.constant_bits(at(*source)));
        }
        let swallowed = self.out.swallowed.len() as u32;
        for member in members {
            self.out.swallowed.push(*member);
        }
        // Those that leave have one exit.
        let mut exits = members
            .iter()
            .filter_map(|uop| region.uops[uop.index()].exit.get());
        let parts = parts.or_exit(exits.next());
        let plain = &candidate.plain;
        let tile = Tile::new(
            plain.pattern,
            inputs_start,
            plain.input_count,
            plain.clobbers,
            imms_start,
            parts,
        );
        let tile = tile.with(swallowed, members.len() as u8);
        self.out.tiles.push(tile);
    }

    #[cold]
    fn store_arguments(&mut self, candidate: &Candidate, args: &[ValueId]) {
        for argument in self.machine.patterns.arguments(candidate) {
            self.store_argument(argument.word, args[usize::from(argument.arg)]);
        }
    }

    /// Writes the tile that stores an operand of a call into its argument word. Words are raw bits, so a constant
    /// goes in as an integer whatever its type.
    fn store_argument(&mut self, n: u8, value: ValueId) {
        let machine = self.machine;
        let word = i64::from(n) * 8;
        let constant = self.region.constant(value).and_then(|bits| {
            let bits = bits as i64;
            machine
                .cheapest(machine.machinery.store_arg[0], &[Some(word), Some(bits)])
                .map(|(pattern, _)| (pattern, bits))
        });
        let (imms, inputs) = (self.out.imms.len() as u32, self.out.inputs.len() as u32);
        self.out.imms.push(word);
        let (pattern, count) = match constant {
            Some((pattern, bits)) => {
                self.out.imms.push(bits);
                (pattern, 0)
            }
            None => {
                self.out.inputs.push(value);
                let kind = machine.machinery.store_arg[class(self.region.ty(value))];
                // The machine has been checked to have this one.
                let found = machine.cheapest(kind, &[Some(word), None]);
                (found.map_or(PatternId(0), |(pattern, _)| pattern), 1)
            }
        };
        let tile = Tile::new(
            pattern,
            inputs,
            count,
            machine.variants.facts(pattern).clobbers,
            imms,
            Parts::NONE,
        );
        self.out.tiles.push(tile);
    }
}
