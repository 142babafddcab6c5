//! The chain of provenance: byte, stencil, uop, recorded uop, instruction, source text. From anything on it, everything
//! that belongs to it.
//!
//! It only follows the numbers that an explanation holds, and knows nothing of the page. What belongs to what is found out
//! once; following it then costs as much as there is to find. Start at [`Links::chain`].

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jit_playground::explain::model::{Code, Recorded, Region, Text, Trace};
use jit_playground::explain::outline::Outline;
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

/// What belongs to what in a trace with its machine code.
#[derive(Debug, Default)]
pub struct Links {
    /// Each thing with one that comes from it, in order.
    down: Vec<(Key, Key)>,
    /// Each thing with one that it comes from, in order.
    up: Vec<(Key, Key)>,
}

impl Links {
    /// Finds out what belongs to what; machine code by column.
    pub fn of(recorded: &[Recorded], trace: Option<&Trace>, codes: [Option<&Code>; 2]) -> Links {
        let mut down = Vec::new();
        for (n, recorded) in recorded.iter().enumerate() {
            let at = recorded.at;
            down.push((Key::Instruction(at.code, at.pc), Key::Recorded(n as u32)));
        }
        if let Some(trace) = trace {
            link_region(&mut down, &trace.lowered, Key::Lowered);
            link_region(&mut down, &trace.optimised, Key::Uop);
        }
        for (side, code) in Side::BOTH.into_iter().zip(codes) {
            link_code(&mut down, code, side);
        }
        let mut up: Vec<(Key, Key)> = down.iter().map(|&(from, to)| (to, from)).collect();
        down.sort_unstable();
        up.sort_unstable();
        Links { down, up }
    }

    /// Everything that a thing comes from and all that comes from it, itself included.
    pub fn chain(&self, key: Key) -> BTreeSet<Key> {
        let mut found = BTreeSet::from([key]);
        self.origins(key, &mut found);
        self.products(key, &mut found);
        self.siblings(key, &mut found);
        found
    }

    fn origins(&self, key: Key, found: &mut BTreeSet<Key>) {
        for above in next(&self.up, key) {
            if found.insert(above) {
                self.origins(above, found);
            }
        }
    }

    fn products(&self, key: Key, found: &mut BTreeSet<Key>) {
        for below in next(&self.down, key) {
            // An exit belongs to its guard, but its code is the exit's own.
            if found.insert(below) && !matches!(below, Key::Exit(_)) {
                self.products(below, found);
            }
        }
    }

    /// The pieces of the other column that run what a piece runs.
    fn siblings(&self, key: Key, found: &mut BTreeSet<Key>) {
        let Key::Piece(own, _) = key else { return };
        let runs = found
            .iter()
            .filter(|key| matches!(key, Key::Uop(_) | Key::Exit(_)));
        let below: Vec<Key> = runs.flat_map(|&key| next(&self.down, key)).collect();
        let other = |key: &Key| matches!(key, Key::Piece(side, _) if *side != own);
        found.extend(below.into_iter().filter(other));
    }
}

/// The second of each pair that begins with a key.
fn next(pairs: &[(Key, Key)], key: Key) -> impl Iterator<Item = Key> {
    let from = pairs.partition_point(|&(first, _)| first < key);
    let pairs = pairs[from..].iter();
    pairs
        .take_while(move |&&(first, _)| first == key)
        .map(|&(_, second)| second)
}

fn link_region(down: &mut Vec<(Key, Key)>, region: &Region, name: fn(u32) -> Key) {
    for uop in region.blocks.iter().flat_map(|block| &block.uops) {
        let key = name(uop.id);
        down.push((Key::Recorded(uop.recorded), key));
        down.extend(uop.was.map(|was| (Key::Lowered(was), key)));
        // The exits are those of the optimised region.
        let exit = uop.exit.filter(|_| matches!(key, Key::Uop(_)));
        down.extend(exit.map(|exit| (key, Key::Exit(exit))));
    }
}

fn link_code(down: &mut Vec<(Key, Key)>, code: Option<&Code>, side: Side) {
    let pieces = code.into_iter().flat_map(|code| &code.pieces);
    for (n, piece) in pieces.enumerate() {
        let key = Key::Piece(side, n as u32);
        down.extend(piece.uops.iter().map(|&uop| (Key::Uop(uop), key)));
        down.extend(piece.exit.map(|exit| (Key::Exit(exit), key)));
    }
}

/// The source text behind keys.
pub fn sources(outline: &Outline, keys: &BTreeSet<Key>) -> Vec<Text> {
    let mut texts = Vec::new();
    for key in keys {
        if let Key::Instruction(code, pc) = *key
            && let Some(body) = outline.codes.get(code as usize)
            && let Some(instruction) = body.instructions.get(pc as usize)
            && !texts.contains(&instruction.source)
        {
            texts.push(instruction.source);
        }
    }
    texts
}

/// The instructions of the innermost source text around a place; line and column count from 1.
pub fn at_caret(outline: &Outline, line: u32, column: u32) -> Vec<Key> {
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
    for (code, body) in outline.codes.iter().enumerate() {
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
