//! What lessons ask of a run: small questions to its explanation, each answered or not. Nothing here is about a program in
//! particular. Start at [`Facts`].

use jit_playground::explain::model::{
    Code, Exit, Held, Hole, Instruction, Piece, Recorded, Trace, Uop,
};
use jit_playground::explain::outline::{AbortedLine, Outline};

use crate::provenance::{Key, Side};
use crate::sheet::Sheet;

/// A run, as the engine explains it.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    outline: &'a Outline,
    first: Option<&'a Sheet>,
}

impl<'a> Facts<'a> {
    /// A run, and the first trace that came of it.
    pub fn new(outline: &'a Outline, first: Option<&'a Sheet>) -> Facts<'a> {
        Facts { outline, first }
    }

    /// The first trace.
    pub fn trace(&self) -> Option<&'a Trace> {
        self.first?.trace()
    }

    /// The first trace's machine code in a column.
    pub fn code(&self, side: Side) -> Option<&'a Code> {
        self.first?.code(side)
    }

    /// The first recording that was given up.
    pub fn aborted(&self) -> Option<&'a AbortedLine> {
        self.outline.aborted.first()
    }

    /// How many recordings were given up.
    pub fn aborts(&self) -> usize {
        self.outline.aborted.len()
    }

    /// The first instruction whose text begins like this, among those that ran often.
    pub fn hot(&self, name: &str) -> Option<(Key, &'a Instruction)> {
        let bodies = self.outline.codes.iter().enumerate();
        let mut all = bodies.flat_map(|(code, body)| {
            let instructions = body.instructions.iter();
            instructions.map(move |found| (Key::Instruction(code as u32, found.pc), found))
        });
        all.find(|(_, found)| found.runs > 10 && found.text.starts_with(name))
    }

    /// The operations that ran in the hot loop but left no uop in the recording.
    pub fn unrecorded(&self) -> Vec<String> {
        self.in_loop(|recorded, pc| recorded.iter().all(|uop| uop.at.pc != pc))
    }

    /// The operations of the hot loop that left uops.
    pub fn recorded(&self) -> Vec<String> {
        self.in_loop(|recorded, pc| recorded.iter().any(|uop| uop.at.pc == pc))
    }

    fn in_loop(&self, wanted: impl Fn(&[Recorded], u32) -> bool) -> Vec<String> {
        let Some(trace) = self.trace() else {
            return Vec::new();
        };
        let body = self
            .outline
            .codes
            .get(trace.start.code as usize)
            .into_iter();
        let hot = body
            .flat_map(|body| &body.instructions)
            .filter(|found| found.runs > 10);
        let names = hot.filter(|found| wanted(&trace.recorded, found.pc));
        let names = names.map(|found| word(&found.text).to_owned());
        distinct(names)
    }

    /// How many uops were recorded for an instruction.
    pub fn recorded_for(&self, name: &str) -> Option<usize> {
        let (Key::Instruction(code, pc), _) = self.hot(name)? else {
            return None;
        };
        let recorded = self.trace()?.recorded.iter();
        Some(
            recorded
                .filter(|uop| (uop.at.code, uop.at.pc) == (code, pc))
                .count(),
        )
    }

    /// The row of the first recorded uop whose text begins like this.
    pub fn recorded_row(&self, name: &str) -> Option<Key> {
        let at = self
            .trace()?
            .recorded
            .iter()
            .position(|uop| uop.text.starts_with(name))?;
        Some(Key::Recorded(at as u32))
    }

    /// The guards of the recording.
    pub fn guards(&self) -> Vec<String> {
        let recorded = self.trace().into_iter().flat_map(|trace| &trace.recorded);
        let guards = recorded.filter(|uop| is_guard(&uop.text));
        distinct(guards.map(|uop| uop.text.clone()))
    }

    /// The exit that a type guard left through most often.
    pub fn failed(&self) -> Option<&'a Exit> {
        let exits = self.trace()?.exits.iter();
        let guards = exits.filter(|exit| exit.kind == "guard" && exit.replay.is_some());
        guards.max_by_key(|exit| exit.taken + exit.followed)
    }

    /// The recorded guard behind that exit.
    pub fn failed_guard(&self) -> Option<String> {
        let uop = self.failed()?.replay.as_ref()?.uop?;
        let recorded = self.uops().find(|known| known.id == uop)?.recorded;
        Some(self.trace()?.recorded.get(recorded as usize)?.text.clone())
    }

    /// What went back into the frame there.
    pub fn went_back(&self) -> &'a [Held] {
        let replay = self.failed().and_then(|exit| exit.replay.as_ref());
        replay.map_or(&[], |replay| &replay.frame)
    }

    /// The exit of the first trace that a side trace goes on from.
    pub fn side_exit(&self) -> Option<&'a Exit> {
        let parents = self.outline.traces.iter().filter_map(|trace| trace.parent);
        let first = parents.into_iter().find(|parent| parent.trace == 0)?;
        self.trace()?
            .exits
            .iter()
            .find(|exit| exit.id == first.exit)
    }

    /// The uops of the first trace, optimised.
    pub fn uops(&self) -> impl Iterator<Item = &'a Uop> {
        let blocks = self
            .trace()
            .into_iter()
            .flat_map(|trace| &trace.optimised.blocks);
        blocks.flat_map(|block| &block.uops)
    }

    /// How many uops of a block are of this kind.
    pub fn count_in(&self, block: usize, kind: &str) -> Option<usize> {
        let block = self.trace()?.optimised.blocks.get(block)?;
        let uops = block.uops.iter();
        Some(uops.filter(|uop| uop.text.contains(kind)).count())
    }

    /// The first stencil in a column that is so, with its row.
    pub fn piece(&self, side: Side, wanted: impl Fn(&Piece) -> bool) -> Option<(Key, &'a Piece)> {
        let pieces = &self.code(side)?.pieces;
        let at = pieces.iter().position(wanted)?;
        Some((Key::Piece(side, at as u32), &pieces[at]))
    }

    /// A stencil for x86-64 with a hole for a 32-bit number that is not its own mirror image: its row, the hole, the bytes
    /// there.
    pub fn filled(&self) -> Option<(Key, &'a Hole, String)> {
        let code = self.code(Side::Left)?;
        let bytes = |hole: &Hole| {
            let (at, end) = (hole.at as usize * 2, (hole.at + hole.len) as usize * 2);
            code.bytes.get(at..end).map(str::to_owned)
        };
        let holes = |piece: &'a Piece| piece.holes.iter().filter(|hole| hole.len == 4);
        code.pieces.iter().enumerate().find_map(|(n, piece)| {
            let hole = holes(piece).next()?;
            let filled = bytes(hole)?;
            (mirrored(&filled) != filled && !piece.before.is_empty()).then_some((
                Key::Piece(Side::Left, n as u32),
                hole,
                filled,
            ))
        })
    }

    /// The super-stencil that saves most, with what the cheapest tree of single stencils would cost instead.
    pub fn saving(&self) -> Option<(Key, &'a Piece, u32, u32)> {
        let pieces = self.code(Side::Left)?.pieces.iter().enumerate();
        let savings = pieces
            .filter(|(_, piece)| piece.fused)
            .filter_map(|(n, piece)| {
                let choice = piece.choice.as_ref()?;
                let mut singles = choice.rejected.iter();
                let single = singles.find(|other| other.pattern.matches('(').count() == 1)?;
                Some((
                    Key::Piece(Side::Left, n as u32),
                    piece,
                    choice.chosen.cost,
                    single.cost,
                ))
            });
        savings.max_by_key(|&(_, _, own, other)| i64::from(other) - i64::from(own))
    }
}

/// Whether a recorded uop is a guard.
pub fn is_guard(text: &str) -> bool {
    text.starts_with("_GUARD")
}

/// The first word of a text.
pub fn word(text: &str) -> &str {
    text.split(' ').next().unwrap_or_default()
}

/// The register behind the arrow of a stencil's text.
pub fn result_register(piece: &Piece) -> Option<String> {
    Some(piece.text.rsplit_once("-> ")?.1.to_owned())
}

/// The bytes of a hexadecimal text in the opposite order.
pub fn mirrored(hex: &str) -> String {
    let bytes = hex.as_bytes().chunks(2).rev();
    bytes
        .map(|byte| String::from_utf8_lossy(byte).into_owned())
        .collect()
}

/// At most four texts, each once, in their order.
pub fn distinct(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        if !found.contains(&text) && found.len() < 4 {
            found.push(text);
        }
    }
    found
}

/// Numbers to choose from, the least first.
pub fn numbers(all: impl IntoIterator<Item = Option<usize>>) -> Vec<String> {
    let mut all: Vec<usize> = all.into_iter().flatten().collect();
    all.sort_unstable();
    all.dedup();
    all.iter().map(ToString::to_string).collect()
}
