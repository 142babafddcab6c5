//! The patterns of a library as selection looks for them: those of one uop by its kind, best first, those of several by
//! the kinds of root and child; and for each what there is to check and where its operands are found. Built once per
//! library; never changes.
//!
//! Start with [`PatternIndex::singles`] and `PatternIndex::fused`; a [`Candidate`] is one pattern seen from its root.

use super::CONSTANT_COST;
use super::candidate::{
    Argument, Candidate, Check, Demand, Operands, Plain, Range, SCATTERED, Source, first_input,
    lone,
};
use super::effects::EffectSet;
use super::matching::{ANYTHING, Leaf, Shape};
use crate::variants::VariantTable;
use std::cmp::Reverse;
use stencils::library::{ImmRange, Library, Pattern, PatternArg, PatternId};
use stencils::table::{UopDef, UopKind, UopTable};

/// The most operands of one uop that selection can hold.
pub const MAX_OPERANDS: usize = 8;
/// The most register inputs of one pattern.
pub const MAX_INPUTS: usize = 7;
/// The most uops in one pattern.
pub const MAX_STEPS: usize = 8;

/// All patterns of a library.
#[derive(Debug)]
pub struct PatternIndex {
    /// Those of one uop by its kind, the best first; then those of several by the kinds of root and child, the largest
    /// first.
    candidates: Vec<Candidate>,
    /// By kind.
    heads: Vec<Head>,
    /// Start and end among the candidates.
    cells: Vec<(u32, u32)>,
    checks: Vec<Check>,
    sources: Vec<Source>,
    arguments: Vec<Argument>,
}

/// What selection knows of one kind: what it does, and where the patterns are that have to do with it.
/// (Aligned, so that it takes one shift to find it.)
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
pub(crate) struct Head {
    /// What it does besides computing its result.
    pub(crate) effects: EffectSet,
    /// The first of its patterns of one uop, and their number.
    singles: u32,
    single_count: u16,
    /// How many of them stand before the first one that wants no constants.
    wanting: u8,
    /// Whether all of these that want one constant are [simple](Candidate::is_simple).
    pub(crate) lone: bool,
    /// Where the row of [`PatternIndex::cells`] begins that is for it as a root; the first one is empty.
    row: u32,
    /// The column that is for it as a child; 0, which is empty, if it never is one.
    pub(crate) column: u16,
    /// The [sorts](Leaf::sort) of operands for which there are patterns: of constants, and of the kinds that are the
    /// first child in some pattern with this root; and [`ANYTHING`] if it has no simple pattern for all others.
    pub(crate) wants: u32,
    /// What it is covered with where no operand is of a sort that is wanted.
    pub(crate) plain: Plain,
}

/// A candidate with what it is found by.
struct Entry {
    root: UopKind,
    /// The kind of its first child; none when it is one uop.
    child: Option<UopKind>,
    /// Bytes of its cheapest stencil.
    length: usize,
    candidate: Candidate,
}

impl PatternIndex {
    /// The index of a library for a table of these kinds. The caller has seen to it that patterns and their parts
    /// are within the limits of this module, that kinds and operands exist, and that each step but the root is named once.
    pub(crate) fn new(
        library: &Library,
        table: &UopTable,
        variants: &VariantTable,
    ) -> PatternIndex {
        let head = |(_, def): (UopKind, &UopDef)| Head {
            effects: EffectSet::new(&def.effects),
            singles: 0,
            single_count: 0,
            wanting: 0,
            lone: true,
            row: 0,
            column: 0,
            wants: ANYTHING,
            plain: Plain::NONE,
        };
        let mut index = PatternIndex {
            candidates: Vec::with_capacity(library.patterns.len()),
            heads: table.iter().map(head).collect(),
            cells: Vec::new(),
            checks: Vec::new(),
            sources: Vec::new(),
            arguments: Vec::new(),
        };
        // By pattern: cost and length of its cheapest stencil.
        let mut costs = vec![(u32::MAX, usize::MAX); library.patterns.len()];
        for stencil in &library.stencils {
            let cost = &mut costs[stencil.pattern.0 as usize];
            *cost = (*cost).min((u32::from(stencil.cost), stencil.code.len()));
        }
        let mut entries: Vec<Entry> = (0..library.patterns.len())
            .map(|p| {
                let id = PatternId(p as u32);
                index.flatten(library, id, costs[p], variants.facts(id).clobbers)
            })
            .collect();
        entries.sort_by_key(|e| {
            let c = &e.candidate;
            (
                e.child.map(|child| (e.root, child)),
                e.root,
                Reverse(c.step_count),
                c.plain.net,
                e.length,
                c.plain.pattern,
            )
        });
        index.file(library, &entries);
        for n in 0..index.heads.len() {
            let head = &index.heads[n];
            let first = index.from(head, head.wanting.into()).first();
            let plain = first.filter(|first| !first.wants.has_constants());
            if let Some(plain) = plain.filter(|plain| plain.is_simple()) {
                index.heads[n].plain = plain.plain;
                index.heads[n].wants &= !ANYTHING;
            }
        }
        index
    }

    /// Enters the sorted candidates where they are looked for.
    fn file(&mut self, library: &Library, entries: &[Entry]) {
        let mut width = 1;
        let patterns = library.patterns.iter();
        let children = patterns.filter_map(|pattern| Some(pattern.uops.split_last()?.1));
        for child in children.flatten() {
            let head = &mut self.heads[usize::from(child.kind.0)];
            if head.column == 0 {
                (head.column, width) = (width, width + 1);
            }
        }
        let mut size = u32::from(width);
        for entry in entries.iter().filter(|entry| entry.child.is_some()) {
            let row = &mut self.heads[usize::from(entry.root.0)].row;
            if *row == 0 {
                (*row, size) = (size, size + u32::from(width));
            }
        }
        self.cells = vec![(0, 0); size as usize];
        for (place, entry) in entries.iter().enumerate() {
            let place = place as u32;
            match entry.child {
                None => {
                    let head = &mut self.heads[usize::from(entry.root.0)];
                    if head.single_count == 0 {
                        head.singles = place;
                    }
                    let candidate = &entry.candidate;
                    // If there are more, the rest is looked at in vain.
                    if candidate.wants.has_constants()
                        && u16::from(head.wanting) == head.single_count
                        && head.wanting < u8::MAX
                    {
                        head.wanting += 1;
                        head.lone &= candidate.imm_count > 1 || candidate.is_simple();
                        head.wants |= Leaf::CONSTANT.sort();
                    }
                    head.single_count += 1;
                }
                Some(child) => {
                    let bit = Leaf::child(self.head(child).column).sort();
                    self.heads[usize::from(entry.root.0)].wants |= bit;
                    let at = self.cell(entry.root, child);
                    let cell = &mut self.cells[at];
                    if cell.0 == cell.1 {
                        cell.0 = place;
                    }
                    cell.1 = place + 1;
                }
            }
            self.candidates.push(entry.candidate);
        }
    }

    fn flatten(
        &mut self,
        library: &Library,
        id: PatternId,
        cost: (u32, usize),
        clobbers: bool,
    ) -> Entry {
        let pattern = &library.patterns[id.0 as usize];
        let (others, root) = pattern.uops.split_at(pattern.uops.len() - 1);
        let root = &root[0];
        let is_constant = |(_, arg): &(Source, PatternArg)| matches!(arg, PatternArg::Imm(_));
        let folded = operands(pattern).filter(is_constant).count();
        let first = self.checks.len();
        let sources_start = self.sources.len() as u32;
        self.find_sources(pattern);
        self.find_checks(pattern, sources_start as usize);
        let lone = lone(pattern, &self.checks[first..]);
        let mut wants = Operands::wanted(&root.args);
        let (mut child, mut child_step) = (None, 0);
        let arguments_start = self.arguments.len() as u32;
        for (arg, what) in (0..).zip(&root.args) {
            match *what {
                PatternArg::Result(n) if child.is_none() => {
                    let uop = &pattern.uops[usize::from(n)];
                    (child, child_step) = (Some(uop.kind), n);
                    wants = wants.with_child(arg, Operands::wanted(&uop.args));
                }
                PatternArg::Argument(word) => self.arguments.push(Argument { arg, word }),
                _ => {}
            }
        }
        let candidate = Candidate {
            plain: Plain {
                pattern: id,
                net: cost.0 as i32 - CONSTANT_COST as i32 * folded as i32,
                first_input: first_input(pattern),
                input_count: pattern.inputs.len() as u8,
                clobbers,
            },
            wants,
            range: lone.map_or(Range::NONE, |(_, range)| range),
            lone: lone.map_or(SCATTERED, |(arg, _)| arg),
            child_step,
            pure: others
                .iter()
                .all(|uop| self.head(uop.kind).effects.is_empty()),
            step_count: pattern.uops.len() as u8,
            imm_count: pattern.immediates.len() as u8,
            check_count: (self.checks.len() - first) as u8,
            argument_count: (self.arguments.len() - arguments_start as usize) as u8,
            checks_start: first as u32,
            sources_start,
            arguments_start,
        };
        Entry {
            root: root.kind,
            child,
            length: cost.1,
            candidate,
        }
    }

    /// Where each input and then each immediate is found first, from the root up.
    fn find_sources(&mut self, pattern: &Pattern) {
        let wanted = (0..pattern.inputs.len() as u8).map(PatternArg::Input);
        let wanted = wanted.chain((0..pattern.immediates.len() as u8).map(PatternArg::Imm));
        for wanted in wanted {
            let found = operands(pattern).find(|(_, arg)| *arg == wanted);
            // An operand that no uop has is never looked at.
            let nowhere = Source { step: 0, arg: 0 };
            self.sources.push(found.map_or(nowhere, |(at, _)| at));
        }
    }

    /// What has to be checked, from the root up, so that a uop is known before its operands are asked for. The first
    /// child's kind is what the pattern is found by.
    fn find_checks(&mut self, pattern: &Pattern, sources: usize) {
        let inputs = pattern.inputs.len();
        let mut child_known = false;
        for (at, arg) in operands(pattern) {
            let (demand, known) = match arg {
                PatternArg::Result(_) if !child_known => {
                    child_known = true;
                    (None, at)
                }
                PatternArg::Result(n) => {
                    let kind = pattern.uops[n as usize].kind;
                    (Some(Demand::Result(n, kind)), at)
                }
                PatternArg::Imm(n) => {
                    let range = pattern.immediates[n as usize];
                    let known = self.sources[sources + inputs + n as usize];
                    (Some(Demand::Constant(range)), known)
                }
                PatternArg::Input(n) => (None, self.sources[sources + n as usize]),
                PatternArg::Argument(_) => (None, at),
            };
            let same = (known != at).then_some(Demand::Same(known));
            for demand in demand.into_iter().chain(same) {
                self.checks.push(Check { at, demand });
            }
        }
    }

    fn cell(&self, root: UopKind, child: UopKind) -> usize {
        self.head(root).row as usize + usize::from(self.head(child).column)
    }

    /// What is known of a kind.
    #[inline]
    pub(crate) fn head(&self, kind: UopKind) -> &Head {
        &self.heads[usize::from(kind.0)]
    }

    /// The patterns of this kind alone: the cheapest first, what the constants in their immediates would have cost
    /// taken off.
    #[inline]
    pub fn singles(&self, kind: UopKind) -> &[Candidate] {
        self.from(self.head(kind), 0)
    }

    /// Those of [`PatternIndex::singles`] that are worth a look when these operands are given.
    #[inline]
    pub(crate) fn singles_with(&self, head: &Head, shape: Shape) -> &[Candidate] {
        let without = if shape.constants() != 0 {
            0
        } else {
            u16::from(head.wanting)
        };
        self.from(head, without)
    }

    /// The best pattern of one uop for a root whose operand with this number is this constant and whose others are none,
    /// if it is better than what takes no constants. Only for a kind whose patterns are [that simple](Head::lone).
    #[inline(always)]
    pub(crate) fn with_constant(&self, head: &Head, arg: u8, bits: i64) -> Option<&Plain> {
        let start = head.singles as usize;
        for candidate in &self.candidates[start..start + usize::from(head.wanting)] {
            if candidate.lone == arg && candidate.range.accepts(bits) {
                return Some(&candidate.plain);
            }
        }
        None
    }

    #[inline]
    fn from(&self, head: &Head, skipped: u16) -> &[Candidate] {
        let start = head.singles + u32::from(skipped);
        let end = head.singles as usize + usize::from(head.single_count);
        &self.candidates[start as usize..end]
    }

    /// The patterns of several uops with this root and this kind as its first child, larger and then cheaper ones first.
    #[inline]
    pub(crate) fn fused(&self, root: &Head, child: &Head) -> &[Candidate] {
        let (start, end) = self.cells[root.row as usize + usize::from(child.column)];
        &self.candidates[start as usize..end as usize]
    }

    /// What is to be checked of a candidate.
    #[inline]
    pub fn checks(&self, candidate: &Candidate) -> &[Check] {
        let start = candidate.checks_start as usize;
        &self.checks[start..start + usize::from(candidate.check_count)]
    }

    /// Where a candidate's inputs are, and then its immediates.
    #[inline]
    pub fn sources(&self, candidate: &Candidate) -> &[Source] {
        let start = candidate.sources_start as usize;
        let count = usize::from(candidate.plain.input_count) + usize::from(candidate.imm_count);
        &self.sources[start..start + count]
    }

    /// The arguments of a call among a candidate's operands.
    #[inline]
    pub fn arguments(&self, candidate: &Candidate) -> &[Argument] {
        let start = candidate.arguments_start as usize;
        &self.arguments[start..start + usize::from(candidate.argument_count)]
    }
}

/// Whether a range takes a constant.
#[inline]
pub fn accepts(range: &ImmRange, value: i64) -> bool {
    let below = (1i64 << (range.align_log2 & 63)) - 1;
    range.min <= value && value <= range.max && value & below == 0
}

/// The operands of a pattern's uops, those of the root first.
fn operands(pattern: &Pattern) -> impl Iterator<Item = (Source, PatternArg)> + '_ {
    let steps = pattern.uops.iter().enumerate().rev();
    steps.flat_map(|(step, uop)| {
        let step = step as u8;
        let args = uop.args.iter().enumerate();
        args.map(move |(arg, what)| {
            let arg = arg as u8;
            (Source { step, arg }, *what)
        })
    })
}
