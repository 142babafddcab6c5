//! The tracer: decides what is recorded, compiles it, and runs it.
//!
//! A program's execution alternates between three: the bytecode interpreter, which counts loops; the interpreter
//! followed by a [`Recorder`]; and compiled fragments. [`Tracer::run_module`] is the loop around them. Fragments lead to
//! each other: an exit that is taken often gets a side trace, and a trace that reaches the head of a loop which has a
//! trace ends there and goes on in that one. Where both run on the same frame the engine links them, and machine code
//! goes from one to the other by itself; where a frame begins or ends in between, the tracer does that
//! ([`Tracer::enter`]), still without the bytecode interpreter.
//!
//! Whatever is tried and fails is tried again later and later, and then never again.

use std::rc::Rc;

use super::abort::Abort;
use super::compile::Pipeline;
use super::engine::{Engine, NoMachine};
use super::fragment::{ExitNumber, ExitState, Fragment, FragmentId};
use super::heads::Heads;
use super::helpers;
use super::limits::{
    HOT_EXIT, HOT_RETURN, MAX_FRAGMENTS, MAX_INLINE_DEPTH, MAX_SIDE_TRACES, MAX_SLOTS, MAX_TRIES,
};
use super::lower::{Addresses, ExitKind};
use super::record::{Following, Goal, Recorder};
use super::recording::{Recording, Start};
use super::roots::TraceRoots;
use super::stats::Stats;
use super::watch::Watched;
use crate::bytecode::instruction::HOT_LOOP_THRESHOLD;
use crate::bytecode::{CodeRef, Op};
use crate::interpreter::vm::RECURSION_LIMIT;
use crate::interpreter::{Control, Exit, Frame, Hook, Vm, run};
use crate::runtime::{Outcome, address};

/// How the tracer works.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How often a back edge is taken before its loop is recorded.
    pub hot_loop: u16,
    /// How often an exit is taken before a side trace is recorded.
    pub hot_exit: u32,
    /// How often a trace returns to a place before a trace is recorded from there.
    pub hot_return: u32,
    /// Whether recordings that were given up are kept, to be shown.
    pub keep_aborted: bool,
    /// Whether the interpreter counts how often it runs each instruction, to be shown.
    pub count_runs: bool,
    /// Whether the reference interpreter keeps what traces do, and the recorder what the interpreter holds, to be shown.
    pub watch: bool,
    /// A clock in nanoseconds, for statistics.
    pub clock: fn() -> u64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            hot_loop: HOT_LOOP_THRESHOLD,
            hot_exit: HOT_EXIT,
            hot_return: HOT_RETURN,
            keep_aborted: false,
            count_runs: false,
            watch: false,
            clock: || 0,
        }
    }
}

/// What a recording is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The loop whose back edge is this instruction.
    Loop(CodeRef, u32),
    /// To go on from an exit.
    Exit(ExitNumber),
    /// To go on where calls return to.
    Return(CodeRef, u32),
}

/// A recording that was given up.
#[derive(Debug)]
pub struct Aborted {
    /// What it was for.
    pub purpose: Purpose,
    /// Why it was given up.
    pub abort: Abort,
    /// What there was of it.
    pub recording: Recording,
}

#[derive(Debug)]
struct Active {
    recorder: Recorder,
    purpose: Purpose,
    /// How many roots there were before.
    roots: usize,
}

/// Records, compiles and runs the traces of one VM.
pub struct Tracer {
    pub(super) options: Options,
    pub(super) pipeline: Pipeline,
    pub(super) engine: Engine,
    pub(super) heads: Heads,
    pub(super) returns: Heads,
    pub(super) fragments: Vec<Fragment>,
    pub(super) exits: Vec<ExitState>,
    aborted: Vec<Aborted>,
    roots: Rc<TraceRoots>,
    active: Option<Active>,
    pub(super) attention: u64,
    pub(super) stats: Stats,
}

impl Tracer {
    /// A tracer for `vm`, whose traces the reference interpreter of uops runs.
    pub fn reference(vm: &Vm, options: Options) -> Tracer {
        Tracer::new(vm, options, Engine::reference(options.watch))
    }

    /// A tracer for `vm`, whose traces are machine code.
    ///
    /// # Errors
    /// When machine code cannot run here.
    pub fn machine(vm: &Vm, options: Options) -> Result<Tracer, NoMachine> {
        Ok(Tracer::new(vm, options, Engine::machine()?))
    }

    fn new(vm: &Vm, options: Options, engine: Engine) -> Tracer {
        let roots = TraceRoots::new();
        vm.heap.add_root_provider(Rc::clone(&roots) as Rc<_>);
        Tracer {
            options,
            pipeline: Pipeline::new(),
            engine,
            heads: Heads::default(),
            returns: Heads::default(),
            fragments: Vec::new(),
            exits: Vec::new(),
            aborted: Vec::new(),
            roots,
            active: None,
            attention: address::word(vm.heap.collection_wanted_word()),
            stats: Stats::default(),
        }
    }

    /// What was done so far.
    pub fn stats(&self) -> Stats {
        let mut stats = self.stats.clone();
        for exit in self.exits.iter().filter(|exit| exit.taken > 0) {
            stats.exits_taken += exit.taken;
            *stats
                .exits_by_kind
                .entry(exit.info.kind.name())
                .or_default() += exit.taken;
        }
        stats
    }

    /// The traces, in the order in which they were compiled.
    pub fn fragments(&self) -> &[Fragment] {
        &self.fragments
    }

    /// How often each block of each trace was entered, in the order of [`Tracer::fragments`]; nothing when traces are
    /// machine code, which counts nothing.
    pub fn entered(&self) -> &[Vec<u64>] {
        self.engine.entered()
    }

    /// What a trace did, when [`Options::watch`] is set and the reference interpreter runs it.
    pub fn watched(&self, id: FragmentId) -> Option<&Watched> {
        self.engine.watched(id)
    }

    /// The exits of all traces, by number.
    pub fn exits(&self) -> &[ExitState] {
        &self.exits
    }

    /// The recordings that were given up, when [`Options::keep_aborted`] is set.
    pub fn aborted(&self) -> &[Aborted] {
        &self.aborted
    }

    /// The addresses that traces embed.
    pub fn addresses(&self) -> Addresses {
        Addresses {
            attention: self.attention,
            area: self.engine.area(),
            helper: address::word(helpers::entry as *const ()),
        }
    }

    /// Runs the body of a module.
    ///
    /// # Errors
    /// The exception that nothing caught.
    pub fn run_module(&mut self, vm: &mut Vm, code: CodeRef) -> Outcome<()> {
        if self.options.hot_loop != HOT_LOOP_THRESHOLD {
            vm.codes().iter().for_each(|code| self.set_counters(*code));
        }
        vm.enter_module(code)?;
        let ran = self.run(vm);
        let flushed = vm.flush();
        ran?;
        flushed
    }

    fn set_counters(&self, code: CodeRef) {
        for pc in 0..code.len() as u32 {
            if code
                .get(pc)
                .is_some_and(|found| found.op == Op::JumpBackward)
            {
                code.set_loop_counter(pc, self.options.hot_loop);
            }
        }
    }

    fn run(&mut self, vm: &mut Vm) -> Outcome<Exit> {
        loop {
            let Some(mut active) = self.active.take() else {
                let ran = if self.options.count_runs {
                    run(vm, &mut Counting(self), 0)
                } else {
                    run(vm, self, 0)
                };
                match ran? {
                    Exit::Left => continue,
                    finished => return Ok(finished),
                }
            };
            let mut following = Following {
                recorder: &mut active.recorder,
                heads: &self.heads,
                roots: &self.roots,
            };
            let ran = run(vm, &mut following, 0);
            self.complete(active);
            match ran? {
                Exit::Left => self.enter_here(vm),
                finished => return Ok(finished),
            }
        }
    }

    /// Begins a recording at the top frame.
    fn begin(&mut self, vm: &Vm, goal: Goal, start: Start, purpose: Purpose) {
        if let Some(mut recorder) = Recorder::new(vm, goal, start) {
            if self.options.watch {
                recorder.watch();
            }
            self.stats.recordings_started += 1;
            self.active = Some(Active {
                recorder,
                purpose,
                roots: self.roots.len(),
            });
        }
    }

    /// Makes a fragment of a recording that has ended, or gives it up.
    fn complete(&mut self, active: Active) {
        let Active {
            recorder,
            purpose,
            roots,
        } = active;
        let failed = match recorder.finish() {
            (recording, Some(abort)) => Some((abort, recording)),
            (recording, None) => self.compile(recording, purpose),
        };
        let Some((abort, recording)) = failed else {
            return;
        };
        self.give_up(purpose, abort);
        if !self.options.keep_aborted {
            self.roots.truncate(roots);
        } else {
            self.aborted.push(Aborted {
                purpose,
                abort,
                recording,
            });
        }
    }

    /// Enters the trace that begins where the top frame is, if one does.
    fn enter_here(&mut self, vm: &mut Vm) {
        if let Some(id) = self.fragment_here(vm) {
            self.enter(vm, id);
        }
    }

    fn fragment_here(&self, vm: &Vm) -> Option<FragmentId> {
        let frame = vm.frames.last()?;
        self.heads.get(frame.code, frame.pc).fragment
    }

    /// Runs a fragment on the top frame, and those that follow it, until the interpreter has to go on.
    fn enter(&mut self, vm: &mut Vm, mut id: FragmentId) {
        self.stats.traces_entered += 1;
        while let Some(base) = room(vm) {
            let number = self.engine.run(vm, &self.fragments, id, base);
            let exit = &mut self.exits[number.0 as usize];
            if let Some(target) = exit.target
                && exit.target_shares_frame()
            {
                exit.followed += 1;
                id = target;
                continue;
            }
            exit.taken += 1;
            let target = exit.target;
            let kind = exit.info.kind;
            restore(vm, exit);
            let next = match kind {
                ExitKind::Attention => self.attend(vm),
                ExitKind::Link => target,
                ExitKind::Return => self.return_from(vm, number),
                ExitKind::Guard | ExitKind::Branch | ExitKind::LoopEnd | ExitKind::Stop => {
                    self.count_exit(vm, number);
                    None
                }
            };
            match next {
                Some(next) => id = next,
                None => return,
            }
            self.stats.transfers += 1;
        }
    }

    /// Does what a trace was left for, and goes on where it was left, at the head of a loop or elsewhere.
    fn attend(&mut self, vm: &mut Vm) -> Option<FragmentId> {
        if vm.heap.collection_wanted() {
            let top = vm.frames.last().map_or(0, Frame::top);
            vm.collect(top);
        }
        if vm.heap.collection_wanted() {
            None
        } else {
            self.fragment_here(vm)
        }
    }

    /// Returns from the top frame; gives the trace that begins where it returns to.
    fn return_from(&mut self, vm: &mut Vm, number: ExitNumber) -> Option<FragmentId> {
        let [.., caller, frame] = *vm.frames.as_slice() else {
            return None;
        };
        let result = vm.stack.get(frame.top().saturating_sub(1));
        vm.stack.set(frame.result, result);
        vm.frames.pop();
        let exit = &mut self.exits[number.0 as usize];
        if let Some((code, pc, id)) = exit.returned
            && (code, pc) == (caller.code, caller.pc)
        {
            return Some(id);
        }
        let place = self.returns.entry(caller.code, caller.pc);
        if let Some(id) = place.fragment {
            exit.returned = Some((caller.code, caller.pc, id));
            return Some(id);
        }
        place.count += 1;
        let hot = self.options.hot_return << place.tries.min(MAX_TRIES);
        if place.count >= hot && !place.is_given_up() && self.fragments.len() < MAX_FRAGMENTS {
            let purpose = Purpose::Return(caller.code, caller.pc);
            self.begin(vm, Goal::Path, Start::default(), purpose);
        }
        None
    }

    /// Counts an exit, and begins a recording when it is taken often.
    fn count_exit(&mut self, vm: &Vm, number: ExitNumber) {
        let exit = &mut self.exits[number.0 as usize];
        exit.count += 1;
        let hot = self.options.hot_exit << exit.tries.min(MAX_TRIES);
        if exit.count < hot || exit.tries >= MAX_TRIES {
            return;
        }
        let root = self.fragments[exit.fragment.0 as usize].root;
        let side_traces = self.fragments[root.0 as usize].side_traces;
        if side_traces >= MAX_SIDE_TRACES || self.fragments.len() >= MAX_FRAGMENTS {
            exit.tries = MAX_TRIES - 1;
            return self.give_up(Purpose::Exit(number), Abort::TooManySideTraces);
        }
        let start = Start {
            is_side: true,
            frames: exit.info.frames.clone(),
            known_tags: exit.info.known_tags.clone(),
        };
        self.begin(vm, Goal::Path, start, Purpose::Exit(number));
    }
}

impl Hook for Tracer {
    const COUNTS_LOOPS: bool = true;

    fn hot_loop(&mut self, vm: &mut Vm, code: CodeRef, pc: u32) -> Control {
        if let Some(id) = self.fragment_here(vm) {
            self.enter(vm, id);
        } else {
            let head = vm.frames.last().map_or(0, |frame| frame.pc);
            let given_up = self.heads.get(code, head).is_given_up();
            if given_up || self.fragments.len() >= MAX_FRAGMENTS {
                code.set_loop_counter(pc, u16::MAX);
                return Control::Continue;
            }
            self.begin(vm, Goal::Loop, Start::default(), Purpose::Loop(code, pc));
        }
        if self.active.is_some() {
            Control::Leave
        } else {
            Control::Resume
        }
    }
}

/// The tracer, with every instruction counted that the interpreter runs.
struct Counting<'a>(&'a mut Tracer);

impl Hook for Counting<'_> {
    const COUNTS_LOOPS: bool = true;
    const COUNTS_RUNS: bool = true;

    fn hot_loop(&mut self, vm: &mut Vm, code: CodeRef, pc: u32) -> Control {
        self.0.hot_loop(vm, code, pc)
    }
}

/// The base of the top frame, if there is room above it for whatever a trace may do: then no call inside the trace can
/// be one too many.
fn room(vm: &Vm) -> Option<u32> {
    let base = vm.frames.last()?.base;
    let slots = base as usize + MAX_SLOTS as usize <= vm.stack.capacity();
    let frames = vm.frames.len() + MAX_INLINE_DEPTH <= RECURSION_LIMIT;
    (slots && frames).then_some(base)
}

/// Makes the frame records say what an exit says; the values are there already.
fn restore(vm: &mut Vm, exit: &ExitState) {
    let info = &exit.info;
    let Some(mut top) = vm.frames.pop() else {
        return;
    };
    let base = top.base;
    for frame in &info.frames {
        top.pc = frame.return_pc;
        vm.frames.push(top);
        top = Frame {
            code: frame.code,
            pc: 0,
            base: base + frame.base,
            result: base + frame.base - 1,
        };
    }
    top.pc = info.pc;
    vm.frames.push(top);
}
