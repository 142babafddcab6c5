//! What traces did while they ran, for those who want to see it afterwards: the first run of each, step by step, and of
//! each exit the first time that it was taken.
//!
//! It only watches the reference interpreter of uops and changes nothing. Which words are addresses has to be said here,
//! since an explanation is to be the same for every run: see [`What`]. Start at [`Watcher::see`].

use jit_native::interpret::Step;
use jit_native::region::{BlockId, Edge, ExitId, Region, Terminator, UopId, ValueId};
use stencils::table::{Type, UopTable};

use super::limits::MAX_SLOTS;
use crate::runtime::address;
use crate::runtime::value::{PAYLOAD_OFFSET, VALUE_SIZE, tag};

/// Steps of one run that are kept at most.
const MOST_STEPS: usize = 4_000;
/// Operands of a uop that are kept at most; no stock uop that may leave has more.
const MOST_OPERANDS: usize = 8;

/// What bits are: all but numbers are other bits in every run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum What {
    /// A number, or truth.
    #[default]
    Number,
    /// They point at something.
    Address,
    /// Nothing: what was left in the payload of a value that has none.
    Unused,
}

impl What {
    /// What the payload beside a tag is.
    fn beside(of: u64) -> What {
        match of {
            tag::UNBOUND | tag::NONE => What::Unused,
            of if is_object(of) => What::Address,
            _ => What::Number,
        }
    }
}

/// The bits of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// The bits.
    pub bits: u64,
    /// What they are, as far as can be told: tags say it of the payloads beside them; what something is loaded through is an
    /// address, and so is what looks like one and comes from memory, from a call or from another address.
    pub what: What,
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
    /// By value: whether something is loaded or stored through it.
    bases: Vec<bool>,
}

impl Watched {
    /// Nothing is known of a trace with this region.
    pub fn new(region: &Region) -> Watched {
        let mut bases = vec![false; region.values.len()];
        for uop in &region.uops {
            let effects = UopTable::stock()[uop.kind].effects;
            let touches = (effects.reads_memory || effects.writes_memory) && !effects.calls;
            if let Some(base) = region.args(uop.args).first().filter(|_| touches) {
                bases[base.index()] = true;
            }
        }
        Watched {
            bases,
            frame: Vec::new(),
            steps: Vec::new(),
            replays: vec![None; region.exits.len()],
        }
    }
}

/// Memory that traces load from.
pub(super) trait Memory {
    /// The word at an address; only asked for right before a payload that has just been loaded.
    fn word(&self, address: u64) -> u64;
}

/// Watches one run.
pub(super) struct Watcher<'a> {
    region: &'a Region,
    watched: &'a mut Watched,
    /// By value: what it is now.
    kinds: Vec<What>,
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
            kinds: vec![What::Number; region.values.len()],
            keeps,
            decider: None,
            args: [0; MOST_OPERANDS],
            room: (2 * region.uops.len() + 4 * region.blocks.len()).min(MOST_STEPS),
        }
    }

    /// Notes a step; `read` reads a word of the frame.
    pub fn see(&mut self, step: Step<'_>, read: impl Fn(u32) -> u64, memory: &impl Memory) {
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
                let word = self.result(uop, args, result.unwrap_or(0), &read, memory);
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

    /// The parameters of the block that comes next are what the arguments are.
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
        let kinds: Vec<What> = args.map(|arg| self.kinds[arg.index()]).collect();
        let params = self.region.block_params(edge.target);
        for (param, kind) in params.iter().zip(kinds) {
            self.kinds[param.index()] = kind;
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

    /// The result of a uop, and what it is.
    fn result(
        &mut self,
        uop: UopId,
        args: &[u64],
        bits: u64,
        read: impl Fn(u32) -> u64,
        memory: &impl Memory,
    ) -> Word {
        let found = self.region.uops[uop.index()];
        let Some(value) = found.result.get() else {
            return Word::default();
        };
        let effects = UopTable::stock()[found.kind].effects;
        let operands = self.region.uop_args(uop);
        let guess = |wanted: bool| match wanted && address::looks_like(bits) {
            true => What::Address,
            false => What::Number,
        };
        let what = if self.region.ty(value) == Type::F64 {
            What::Number
        } else if self.watched.bases[value.index()] {
            What::Address
        } else if effects.reads_frame {
            let word = args.first().and_then(|&offset| word_at(offset));
            let word = word.filter(|word| word % 2 == 1);
            word.map_or(What::Number, |word| What::beside(read(word - 1)))
        } else if effects.calls {
            guess(true)
        } else if effects.reads_memory {
            let is_known = self.region.constant(operands[0]).is_some();
            match payload(args, is_known) {
                Some(address) => What::beside(memory.word(address.wrapping_sub(8))),
                None => guess(true),
            }
        } else {
            let from_address = |arg: &ValueId| self.kinds[arg.index()] == What::Address;
            guess(!effects.may_exit && operands.iter().any(from_address))
        };
        self.kinds[value.index()] = what;
        Word { bits, what }
    }

    fn words(&self, values: &[ValueId], bits: &[u64]) -> Vec<Word> {
        let word = |(value, &bits): (&ValueId, &u64)| Word {
            bits,
            what: self.kinds[value.index()],
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

/// The address that a load with these operands loads the payload of a value from: of a global or an argument, whose address
/// is a constant, or of an item of a sequence. A value is a tag and a payload behind it.
fn payload(operands: &[u64], is_known: bool) -> Option<u64> {
    let (address, offset) = match *operands {
        [base, offset] if is_known => (base, offset),
        // The optimiser may have made the index one of bytes.
        [base, index, scale, offset]
            if scale == VALUE_SIZE as u64 || scale == 1 && index % VALUE_SIZE as u64 == 0 =>
        {
            (base.wrapping_add(index.wrapping_mul(scale)), offset)
        }
        _ => return None,
    };
    let is_payload = offset % VALUE_SIZE as u64 == PAYLOAD_OFFSET as u64;
    is_payload.then(|| address.wrapping_add(offset))
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
