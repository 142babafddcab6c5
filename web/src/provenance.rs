//! The chain of provenance: byte, stencil, uop, recorded uop, instruction, source text. From anything on it, everything
//! that belongs to it.
//!
//! It only follows the numbers that an explanation holds, and knows nothing of the page. Start at [`chain`].

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jit_playground::explain::model::{Explanation, Text, Trace};
use jit_playground::page::protocol::ArchName;

/// Something on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// An instruction of a body.
    Instruction(u32, u32),
    /// A uop of the recording.
    Recorded(u32),
    /// A uop of the region as it was translated.
    Lowered(u32),
    /// A uop of the optimised region.
    Uop(u32),
    /// A piece of machine code, by its place among the pieces.
    Piece(Side, u32),
    /// An exit.
    Exit(u32),
}

/// One of the two columns of machine code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// x86-64, on the left.
    Left,
    /// AArch64, on the right.
    Right,
}

impl Side {
    /// Both, in the order of the columns.
    pub const BOTH: [Side; 2] = [Side::Left, Side::Right];

    /// The architecture that it shows.
    pub fn arch(self) -> ArchName {
        match self {
            Side::Left => ArchName::X86_64,
            Side::Right => ArchName::Aarch64,
        }
    }

    /// The column of an architecture.
    pub fn of(arch: ArchName) -> Side {
        match arch {
            ArchName::X86_64 => Side::Left,
            ArchName::Aarch64 => Side::Right,
        }
    }

    /// The architecture's name for people.
    pub fn title(self) -> &'static str {
        match self {
            Side::Left => "x86-64",
            Side::Right => "AArch64",
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Key::Instruction(code, pc) => write!(f, "i{code}-{pc}"),
            Key::Recorded(n) => write!(f, "r{n}"),
            Key::Lowered(n) => write!(f, "l{n}"),
            Key::Uop(n) => write!(f, "u{n}"),
            Key::Piece(Side::Left, n) => write!(f, "p{n}"),
            Key::Piece(Side::Right, n) => write!(f, "q{n}"),
            Key::Exit(n) => write!(f, "x{n}"),
        }
    }
}

/// The text is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoKey;

impl FromStr for Key {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Key, NoKey> {
        let mut letters = text.chars();
        let kind = letters.next().ok_or(NoKey)?;
        let rest = letters.as_str();
        let number = |text: &str| text.parse::<u32>().map_err(|_| NoKey);
        Ok(match kind {
            'i' => {
                let (code, pc) = rest.split_once('-').ok_or(NoKey)?;
                Key::Instruction(number(code)?, number(pc)?)
            }
            'r' => Key::Recorded(number(rest)?),
            'l' => Key::Lowered(number(rest)?),
            'u' => Key::Uop(number(rest)?),
            'p' => Key::Piece(Side::Left, number(rest)?),
            'q' => Key::Piece(Side::Right, number(rest)?),
            'x' => Key::Exit(number(rest)?),
            _ => return Err(NoKey),
        })
    }
}

/// What is shown: an explanation for each column, of the same run, and which of its traces.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The explanations; at least the first is there whenever anything is shown.
    pub sides: [Option<&'a Explanation>; 2],
    /// The trace, if one is shown.
    pub trace: Option<usize>,
}

impl<'a> View<'a> {
    /// The trace that is shown, as one column has it. Only the machine code differs between them.
    pub fn trace(self, side: Side) -> Option<&'a Trace> {
        self.sides[side as usize]?.traces.get(self.trace?)
    }

    /// The trace but for its machine code.
    pub fn any_trace(self) -> Option<&'a Trace> {
        self.trace(Side::Left).or(self.trace(Side::Right))
    }

    fn explanation(self) -> Option<&'a Explanation> {
        self.sides[0].or(self.sides[1])
    }
}

/// Everything that a thing comes from and all that comes from it, itself included.
pub fn chain(view: View<'_>, key: Key) -> BTreeSet<Key> {
    let mut found = BTreeSet::from([key]);
    let Some(trace) = view.any_trace() else {
        return found;
    };
    let mut walk = Walk {
        view,
        trace,
        found: &mut found,
    };
    walk.origins(key);
    walk.products(key);
    walk.siblings(key);
    found
}

struct Walk<'a> {
    view: View<'a>,
    trace: &'a Trace,
    found: &'a mut BTreeSet<Key>,
}

impl Walk<'_> {
    /// What a thing comes from.
    fn origins(&mut self, key: Key) {
        let trace = self.trace;
        let uops = || trace.optimised.blocks.iter().flat_map(|block| &block.uops);
        let lowered = || trace.lowered.blocks.iter().flat_map(|block| &block.uops);
        let mut above = Vec::new();
        match key {
            Key::Instruction(..) => {}
            Key::Recorded(n) => above.extend(
                trace
                    .recorded
                    .get(n as usize)
                    .map(|recorded| Key::Instruction(recorded.at.code, recorded.at.pc)),
            ),
            Key::Lowered(n) => {
                above.extend(
                    lowered()
                        .filter(|uop| uop.id == n)
                        .map(|uop| Key::Recorded(uop.recorded)),
                );
            }
            Key::Uop(n) => {
                let uop = uops().find(|uop| uop.id == n);
                above.extend(uop.map(|uop| Key::Recorded(uop.recorded)));
                above.extend(uop.and_then(|uop| uop.was).map(Key::Lowered));
            }
            Key::Piece(side, n) => {
                let code = self.view.trace(side).and_then(|trace| trace.code.as_ref());
                if let Some(piece) = code.and_then(|code| code.pieces.get(n as usize)) {
                    above.extend(piece.uops.iter().map(|&uop| Key::Uop(uop)));
                    above.extend(piece.exit.map(Key::Exit));
                }
            }
            Key::Exit(n) => {
                above.extend(
                    uops()
                        .filter(|uop| uop.exit == Some(n))
                        .map(|uop| Key::Uop(uop.id)),
                );
            }
        }
        for key in above {
            if self.found.insert(key) {
                self.origins(key);
            }
        }
    }

    /// The pieces of the other column that run what a piece runs.
    fn siblings(&mut self, key: Key) {
        let Key::Piece(own, _) = key else { return };
        let mut beside = Vec::new();
        for &origin in self.found.iter() {
            match origin {
                Key::Uop(uop) => self.pieces(&mut beside, |piece| piece.uops.contains(&uop)),
                Key::Exit(exit) => self.pieces(&mut beside, |piece| piece.exit == Some(exit)),
                _ => {}
            }
        }
        let other = |key: &Key| matches!(key, Key::Piece(side, _) if *side != own);
        self.found.extend(beside.into_iter().filter(other));
    }

    /// What comes of a thing.
    fn products(&mut self, key: Key) {
        let trace = self.trace;
        let mut below = Vec::new();
        match key {
            Key::Instruction(code, pc) => {
                let here = |(_, recorded): &(usize, &jit_playground::explain::model::Recorded)| {
                    (recorded.at.code, recorded.at.pc) == (code, pc)
                };
                let recorded = trace.recorded.iter().enumerate().filter(here);
                below.extend(recorded.map(|(n, _)| Key::Recorded(n as u32)));
            }
            Key::Recorded(n) => {
                for (region, key) in [
                    (&trace.lowered, Key::Lowered as fn(u32) -> Key),
                    (&trace.optimised, Key::Uop),
                ] {
                    let uops = region.blocks.iter().flat_map(|block| &block.uops);
                    below.extend(uops.filter(|uop| uop.recorded == n).map(|uop| key(uop.id)));
                }
            }
            Key::Lowered(n) => {
                let uops = trace.optimised.blocks.iter().flat_map(|block| &block.uops);
                below.extend(
                    uops.filter(|uop| uop.was == Some(n))
                        .map(|uop| Key::Uop(uop.id)),
                );
            }
            Key::Uop(n) => {
                let uops = trace.optimised.blocks.iter().flat_map(|block| &block.uops);
                below.extend(
                    uops.filter(|uop| uop.id == n)
                        .filter_map(|uop| uop.exit)
                        .map(Key::Exit),
                );
                self.pieces(&mut below, |piece| piece.uops.contains(&n));
            }
            Key::Exit(n) => self.pieces(&mut below, |piece| piece.exit == Some(n)),
            Key::Piece(..) => {}
        }
        for key in below {
            if self.found.insert(key) {
                // An exit belongs to its guard, but its code is the exit's own.
                if !matches!(key, Key::Exit(_)) {
                    self.products(key);
                }
            }
        }
    }

    fn pieces(
        &self,
        into: &mut Vec<Key>,
        wanted: impl Fn(&jit_playground::explain::model::Piece) -> bool,
    ) {
        for side in Side::BOTH {
            let code = self.view.trace(side).and_then(|trace| trace.code.as_ref());
            let pieces = code
                .into_iter()
                .flat_map(|code| code.pieces.iter().enumerate());
            into.extend(
                pieces
                    .filter(|(_, piece)| wanted(piece))
                    .map(|(n, _)| Key::Piece(side, n as u32)),
            );
        }
    }
}

/// The source text behind keys.
pub fn sources(view: View<'_>, keys: &BTreeSet<Key>) -> Vec<Text> {
    let Some(explanation) = view.explanation() else {
        return Vec::new();
    };
    let mut texts = Vec::new();
    for key in keys {
        if let Key::Instruction(code, pc) = *key
            && let Some(body) = explanation.codes.get(code as usize)
            && let Some(instruction) = body.instructions.get(pc as usize)
            && !texts.contains(&instruction.source)
        {
            texts.push(instruction.source);
        }
    }
    texts
}

/// The instructions of the innermost source text around a place; line and column count from 1.
pub fn at_caret(view: View<'_>, line: u32, column: u32) -> Vec<Key> {
    let Some(explanation) = view.explanation() else {
        return Vec::new();
    };
    let inside = |text: &Text| {
        let place = (line, column);
        (text.line, text.column) <= place && place <= (text.end_line, text.end_column)
    };
    let size = |text: &Text| {
        (
            text.end_line - text.line,
            i64::from(text.end_column) - i64::from(text.column),
        )
    };
    let mut best: Vec<(Key, Text)> = Vec::new();
    for (code, body) in explanation.codes.iter().enumerate() {
        for instruction in body.instructions.iter().filter(|i| inside(&i.source)) {
            let key = Key::Instruction(code as u32, instruction.pc);
            let text = instruction.source;
            match best.first().map(|(_, known)| size(&text).cmp(&size(known))) {
                Some(std::cmp::Ordering::Greater) => {}
                Some(std::cmp::Ordering::Equal) => best.push((key, text)),
                _ => best = vec![(key, text)],
            }
        }
    }
    best.into_iter().map(|(key, _)| key).collect()
}

#[cfg(test)]
mod tests;
