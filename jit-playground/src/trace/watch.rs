//! What traces did while they ran, for those who want to see it afterwards: the first run of each, step by step, and of
//! each exit the first time that it was taken.
//!
//! It only watches the reference interpreter of uops and changes nothing. Which words are addresses has to be said here,
//! since an explanation is to be the same for every run: see [`Word::is_address`]. Start at [`Watcher::see`].

use jit_native::interpret::Step;
use jit_native::region::{BlockId, Edge, ExitId, Region, Terminator, UopId, ValueId};
use stencils::table::{Type, UopTable};

use super::limits::MAX_SLOTS;
use crate::runtime::address;
use crate::runtime::value::tag;

/// Steps of one run that are kept at most.
const MOST_STEPS: usize = 4_000;
/// Operands of a uop that are kept at most; no stock uop that may leave has more.
const MOST_OPERANDS: usize = 8;

/// The bits of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// The bits.
    pub bits: u64,
    /// Whether it points at something, so that another run would show another number: it was loaded as the payload of an
    /// object, or looks like an address and comes from memory, from a call or from another address.
    pub is_address: bool,
}

/// A frame slot: a value of the VM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Which, counted from local 0 of the trace's outermost frame.
    pub slot: u32,
    /// Its tag.
    pub tag: u64,
    /// Its payload.
    pub payload: u64,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A block began.
    Enter(BlockId),
    /// A uop ran; whether it went on.
    Uop(UopId, bool),
    /// The branch at the end of a block was decided.
    Branch(BlockId, bool),
    /// The trace was left.
    Leave(ExitId),
}

/// One step of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// What happened.
    pub event: Event,
    /// The parameters of the block, or the result of the uop.
    pub values: Vec<Word>,
    /// The frame slots that were written.
    pub slots: Vec<Slot>,
}

/// The first time that an exit was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// The uop that failed; none when the trace simply ended.
    pub uop: Option<UopId>,
    /// The block whose branch went the other way, if that led here.
    pub branch: Option<BlockId>,
    /// The operands of the uop, or of the branch.
    pub args: Vec<Word>,
    /// What went back into the frame.
    pub slots: Vec<Slot>,
}

/// What is known of one trace's runs.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    /// The frame when it was first entered.
    pub frame: Vec<Slot>,
    /// The first run.
    pub steps: Vec<Logged>,
    /// By exit: the first time that it was taken.
    pub replays: Vec<Option<Replay>>,
}

impl Watched {
    /// Nothing is known of a trace with this region.
    pub fn new(region: &Region) -> Watched {
        Watched {
            frame: Vec::new(),
            steps: Vec::new(),
            replays: vec![None; region.exits.len()],
        }
    }
}

/// Watches one run.
pub(super) struct Watcher<'a> {
    region: &'a Region,
    watched: &'a mut Watched,
    /// By value: whether it is an address now.
    addresses: Vec<bool>,
    /// Whether this run is kept.
    keeps: bool,
    /// What may have decided that the trace is left.
    decider: Option<Decider>,
    /// The bits of its operands.
    args: [u64; MOST_OPERANDS],
    /// How many steps of the run are kept.
    room: usize,
}

/// What a trace was left at.
#[derive(Clone, Copy, Debug)]
enum Decider {
    Uop(UopId),
    Branch(BlockId),
}

impl<'a> Watcher<'a> {
    /// Watches a run on a frame, of which `slots` slots are in use; `read` reads a word of it.
    pub fn new(
        region: &'a Region,
        watched: &'a mut Watched,
        slots: u32,
        read: impl Fn(u32) -> u64,
    ) -> Watcher<'a> {
        let keeps = watched.steps.is_empty();
        if keeps {
            watched.frame = (0..slots).map(|slot| read_slot(slot, &read)).collect();
        }
        Watcher {
            region,
            watched,
            addresses: vec![false; region.values.len()],
            keeps,
            decider: None,
            args: [0; MOST_OPERANDS],
            room: (2 * region.uops.len() + 4 * region.blocks.len()).min(MOST_STEPS),
        }
    }

    /// Notes a step; `read` reads a word of the frame.
    pub fn see(&mut self, step: Step<'_>, read: impl Fn(u32) -> u64) {
        match step {
            Step::Enter { block, params } => {
                let values = self.region.block_params(block);
                let words = self.words(values, params);
                self.keep(Event::Enter(block), words, Vec::new());
            }
            Step::Uop { uop, args, result } => {
                if result.is_err() {
                    self.decide(Decider::Uop(uop), args);
                }
                let word = self.result(uop, args, result.unwrap_or(0), &read);
                if !self.keeps {
                    return;
                }
                let has_result = self.region.uops[uop.index()].result.is_some() && result.is_ok();
                let writes = UopTable::stock()[self.region.uops[uop.index()].kind].effects;
                let slot = args.first().filter(|_| writes.writes_frame);
                let slots = slot
                    .and_then(|&offset| word_at(offset))
                    .map(|word| read_slot(word / 2, &read));
                let words = has_result.then_some(word);
                self.keep(
                    Event::Uop(uop, result.is_ok()),
                    words.into_iter().collect(),
                    slots.into_iter().collect(),
                );
            }
            Step::Branch { block, args, held } => {
                self.decide(Decider::Branch(block), args);
                self.keep(Event::Branch(block, held), Vec::new(), Vec::new());
            }
            Step::Leave(exit) => self.leave(exit, &read),
        }
        self.follow(step);
    }

    /// The parameters of the block that comes next are addresses where the arguments are.
    fn follow(&mut self, step: Step<'_>) {
        let edge = match step {
            Step::Branch { block, held, .. } => {
                let edges = self.region.successors(block);
                edges.into_iter().nth(usize::from(!held))
            }
            Step::Uop { uop, .. } => self.jump_behind(uop),
            Step::Enter { block, .. } if self.region.blocks[block.index()].uops.len == 0 => {
                self.jump_of(block)
            }
            _ => None,
        };
        let Some(edge) = edge else { return };
        let args = self.region.args(edge.args).iter();
        let flags: Vec<bool> = args.map(|arg| self.addresses[arg.index()]).collect();
        let params = self.region.block_params(edge.target);
        for (param, flag) in params.iter().zip(flags) {
            self.addresses[param.index()] = flag;
        }
    }

    /// The jump at the end of a block, when a uop is its last.
    fn jump_behind(&self, uop: UopId) -> Option<Edge> {
        let block = self.region.block_of(uop);
        let is_last = self.region.blocks[block.index()].uops.range().end == uop.index() + 1;
        is_last.then(|| self.jump_of(block)).flatten()
    }

    fn jump_of(&self, block: BlockId) -> Option<Edge> {
        match self.region.blocks[block.index()].terminator {
            Terminator::Jump(edge) => Some(edge),
            _ => None,
        }
    }

    /// Whether the result of a uop is an address.
    fn result(&mut self, uop: UopId, args: &[u64], bits: u64, read: impl Fn(u32) -> u64) -> Word {
        let found = self.region.uops[uop.index()];
        let Some(value) = found.result else {
            return Word::default();
        };
        let effects = UopTable::stock()[found.kind].effects;
        let is_address = if self.region.values[value.index()].ty == Type::F64 {
            false
        } else if effects.reads_frame {
            let word = args.first().and_then(|&offset| word_at(offset));
            word.is_some_and(|word| word % 2 == 1 && is_object(read(word - 1)))
        } else if effects.reads_memory || effects.calls {
            address::looks_like(bits)
        } else {
            let from_address = self.region.uop_args(uop).iter();
            !effects.may_exit
                && address::looks_like(bits)
                && from_address
                    .into_iter()
                    .any(|arg| self.addresses[arg.index()])
        };
        self.addresses[value.index()] = is_address;
        Word { bits, is_address }
    }

    fn words(&self, values: &[ValueId], bits: &[u64]) -> Vec<Word> {
        let word = |(value, &bits): (&ValueId, &u64)| Word {
            bits,
            is_address: self.addresses[value.index()],
        };
        values.iter().zip(bits).map(word).collect()
    }

    fn keep(&mut self, event: Event, values: Vec<Word>, slots: Vec<Slot>) {
        if !self.keeps {
            return;
        }
        self.watched.steps.push(Logged {
            event,
            values,
            slots,
        });
        self.keeps = self.watched.steps.len() < self.room;
    }

    fn decide(&mut self, by: Decider, args: &[u64]) {
        self.decider = Some(by);
        for (to, &bits) in self.args.iter_mut().zip(args) {
            *to = bits;
        }
    }

    fn leave(&mut self, exit: ExitId, read: impl Fn(u32) -> u64) {
        let known = self.watched.replays[exit.index()].is_some();
        if known && !self.keeps {
            return;
        }
        let entries = self.region.snapshot(exit).iter();
        let mut numbers: Vec<u32> = entries.map(|entry| entry.slot / 2).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let slots = numbers.into_iter().map(|slot| read_slot(slot, &read));
        let slots: Vec<Slot> = slots.collect();
        self.keep(Event::Leave(exit), Vec::new(), slots.clone());
        if !known {
            let (uop, branch, values) = match self.decider {
                Some(Decider::Uop(uop)) => (Some(uop), None, self.region.uop_args(uop)),
                Some(Decider::Branch(block)) => {
                    (None, Some(block), branch_args(self.region, block))
                }
                None => (None, None, &[][..]),
            };
            self.watched.replays[exit.index()] = Some(Replay {
                uop,
                branch,
                args: self.words(values, &self.args),
                slots,
            });
        }
    }
}

/// The operands of the guard that a block ends in.
pub fn branch_args(region: &Region, block: BlockId) -> &[ValueId] {
    match region.blocks[block.index()].terminator {
        Terminator::Branch { args, .. } => region.args(args),
        _ => &[],
    }
}

/// The frame word at a byte offset, if a trace may use it.
fn word_at(offset: u64) -> Option<u32> {
    let word = u32::try_from(offset / 8).ok()?;
    (word < 2 * MAX_SLOTS).then_some(word)
}

fn read_slot(slot: u32, read: impl Fn(u32) -> u64) -> Slot {
    Slot {
        slot,
        tag: read(2 * slot),
        payload: read(2 * slot + 1),
    }
}

/// Whether the payload beside a tag is the address of an object.
pub fn is_object(of: u64) -> bool {
    let plain = [
        tag::UNBOUND,
        tag::NONE,
        tag::BOOL,
        tag::INT,
        tag::FLOAT,
        tag::BUILTIN,
        tag::TYPE,
        tag::RANGE_ITER,
    ];
    !plain.contains(&of)
}
