//! From a recording to a fragment that runs: translate, optimise, install; and where it is known afterwards.

use jit_native::optimise::{self, Optimiser, Report};
use jit_native::region::{ExitId, Region, RegionBuilder};
use stencils::table::UopTable;

use super::abort::Abort;
use super::fragment::{ExitState, Fragment, FragmentId, Origin};
use super::limits::MAX_TRIES;
use super::lower::{Addresses, ExitInfo, ExitKind, Lowerer};
use super::recording::{End, Recording};
use super::tracer::{Purpose, Tracer};
use crate::bytecode::Op;

/// The memory that compiling uses again and again.
pub(super) struct Pipeline {
    builder: RegionBuilder<'static>,
    lowerer: Lowerer,
    optimiser: Optimiser<'static>,
    report: Report,
}

/// What the front half of compiling makes of a recording.
#[derive(Debug)]
pub struct Prepared {
    /// The region as it was translated.
    pub lowered: Region,
    /// The region after optimising.
    pub optimised: Region,
    /// What the optimiser did.
    pub report: Report,
    /// What is known of each exit of the optimised region.
    pub exits: Vec<ExitInfo>,
}

impl Pipeline {
    pub fn new() -> Pipeline {
        let table = UopTable::stock();
        Pipeline {
            builder: RegionBuilder::new(table),
            lowerer: Lowerer::default(),
            optimiser: Optimiser::new(table),
            report: Report::default(),
        }
    }

    /// Translates a recording and optimises the region.
    pub fn prepare(
        &mut self,
        recording: &Recording,
        addresses: Addresses,
    ) -> Result<Prepared, Abort> {
        let lowered = self
            .lowerer
            .lower(&mut self.builder, recording, addresses)?;
        // The lowering has peeled the loop already.
        let options = optimise::Options { peel: false };
        let mut optimised = Region::default();
        self.optimiser
            .optimise(&lowered.region, options, &mut optimised, &mut self.report)
            .map_err(|_| Abort::Refused)?;
        let exits = self.report.exits.iter();
        let exits = exits
            .map(|exit| lowered.exits[exit.index()].clone())
            .collect();
        Ok(Prepared {
            lowered: lowered.region,
            optimised,
            report: self.report.clone(),
            exits,
        })
    }
}

impl Tracer {
    /// Makes a fragment of a recording. When it fails, the recording comes back.
    pub(super) fn compile(
        &mut self,
        recording: Recording,
        purpose: Purpose,
    ) -> Option<(Abort, Recording)> {
        let started = (self.options.clock)();
        let addresses = self.addresses();
        let prepared = match self.pipeline.prepare(&recording, addresses) {
            Ok(prepared) => prepared,
            Err(abort) => return Some((abort, recording)),
        };
        let first_exit = self.exits.len() as u32;
        let Some(installed) = self.engine.install(&prepared.optimised, first_exit) else {
            return Some((Abort::Refused, recording));
        };
        let id = FragmentId(self.fragments.len() as u32);
        let (origin, root) = match purpose {
            Purpose::Loop(..) => (Origin::Loop, id),
            Purpose::Return(..) => (Origin::Return, id),
            Purpose::Exit(number) => {
                let parent = self.exits[number.0 as usize].fragment;
                (Origin::Exit(number), self.fragments[parent.0 as usize].root)
            }
        };
        let stats = &mut self.stats;
        stats.regions_compiled += 1;
        stats.loops_compiled += u64::from(recording.end == End::Loop);
        stats.uops_recorded += recording.uops.len() as u64;
        stats.uops_lowered += prepared.lowered.uops.len() as u64;
        stats.uops_after_optimise += prepared.optimised.uops.len() as u64;
        stats.stencils_copied += installed.stencils;
        stats.super_stencils_copied += installed.super_stencils;
        stats.code_bytes += installed.bytes;
        for (exit, info) in prepared.exits.into_iter().enumerate() {
            self.exits
                .push(ExitState::new(id, ExitId(exit as u32), info));
        }
        self.fragments.push(Fragment {
            origin,
            root,
            side_traces: 0,
            recording,
            lowered: prepared.lowered,
            region: prepared.optimised,
            report: prepared.report,
            first_exit,
        });
        self.connect(id, purpose);
        self.stats.compile_ns += (self.options.clock)().saturating_sub(started);
        None
    }

    /// Makes a new fragment known where it begins, and the fragment known to it in which it goes on.
    fn connect(&mut self, id: FragmentId, purpose: Purpose) {
        let fragment = &self.fragments[id.0 as usize];
        let (code, pc) = (fragment.recording.code, fragment.recording.pc);
        let first = fragment.first_exit as usize;
        match purpose {
            Purpose::Loop(..) => {
                self.heads.entry(code, pc).fragment = Some(id);
                for at in pc..code.len() as u32 {
                    let found = code.get(at);
                    if found.is_some_and(|i| i.op == Op::JumpBackward && i.arg == pc) {
                        code.set_loop_counter(at, 0);
                    }
                }
            }
            Purpose::Return(code, pc) => self.returns.entry(code, pc).fragment = Some(id),
            Purpose::Exit(number) => {
                let root = fragment.root;
                self.fragments[root.0 as usize].side_traces += 1;
                self.stats.side_traces_compiled += 1;
                self.lead(number.0 as usize, id);
            }
        }
        let exits = self.exits[first..].iter();
        let link = exits
            .clone()
            .position(|exit| exit.info.kind == ExitKind::Link);
        if let Some(link) = link {
            let info = &self.exits[first + link].info;
            let code = info.frames.last().map_or(code, |frame| frame.code);
            if let Some(target) = self.heads.get(code, info.pc).fragment {
                self.lead(first + link, target);
            }
        }
    }

    /// Lets an exit go on in a fragment.
    fn lead(&mut self, exit: usize, target: FragmentId) {
        let exit = &mut self.exits[exit];
        exit.target = Some(target);
        if exit.target_shares_frame() && self.engine.link(exit.fragment, exit.exit, target) {
            self.stats.exits_linked += 1;
        }
    }

    /// Notes that a recording failed: the next one is tried later, or never.
    pub(super) fn give_up(&mut self, purpose: Purpose, abort: Abort) {
        self.stats.recordings_aborted += 1;
        *self
            .stats
            .aborted_by_reason
            .entry(abort.name())
            .or_default() += 1;
        let tries = match purpose {
            Purpose::Loop(code, back_edge) => {
                let head = code.get(back_edge).map_or(0, |instruction| instruction.arg);
                let place = self.heads.entry(code, head);
                place.tries += 1;
                let longer = u32::from(self.options.hot_loop.max(1)) << place.tries;
                code.set_loop_counter(back_edge, u16::try_from(longer).unwrap_or(u16::MAX));
                place.tries
            }
            Purpose::Exit(number) => {
                let exit = &mut self.exits[number.0 as usize];
                exit.tries += 1;
                exit.count = 0;
                exit.tries
            }
            Purpose::Return(code, pc) => {
                let place = self.returns.entry(code, pc);
                place.tries += 1;
                place.count = 0;
                place.tries
            }
        };
        self.stats.places_given_up += u64::from(tries == MAX_TRIES);
    }
}
