//! Traces: recordings, regions and exits as rows.

use jit_native::optimise::Report;
use jit_native::region::{ExitId, Region};
use stencils::table::UopTable;

use super::model::{Aborted, Code, Exit, ExitName, Held, Place, Recorded, Restored, Trace};
use super::region::{View, fate};
use super::values::variable;
use super::{Explainer, Wanted, machine, run};
use crate::bytecode::CodeRef;
use crate::trace::fragment::{ExitState, Fragment, FragmentId, Origin};
use crate::trace::recording::{End, Recording};
use crate::trace::tracer::{self, Purpose};
use crate::trace::uop::{VmUop, tag_name};
use crate::trace::watch::{self, Watched};

impl Explainer<'_> {
    /// A trace, without its machine code.
    pub fn trace(&self, id: usize) -> Option<Trace> {
        let tracer = self.tracer;
        let fragment = tracer.fragments().get(id)?;
        let watched = tracer.watched(FragmentId(id as u32));
        let (parent, title) = self.title(fragment);
        let mut lowered = fragment.lowered.clone();
        self.symbols.replace_in(&mut lowered);
        let optimised = self.named(fragment);
        let recording = &fragment.recording;
        let report = &fragment.report;
        let view = self.view(&optimised);
        Some(Trace {
            id: id as u32,
            title,
            parent,
            start: self.place(innermost(recording), recording.pc),
            end: end(recording.end).to_owned(),
            recorded: self.recorded(recording),
            lowered: self.lowered(&lowered, report),
            optimised: self.optimised(&optimised, report),
            exits: self.exits(fragment, &optimised, watched),
            run: watched.and_then(|watched| run::run(view, fragment, watched)),
            code: None,
        })
    }

    /// The machine code of a trace; none when there is no such trace, or the engine refuses its region.
    pub fn code(&mut self, id: usize) -> Option<Code> {
        let region = self.named(self.tracer.fragments().get(id)?);
        let watched = self.tracer.watched(FragmentId(id as u32));
        let view = View {
            region: &region,
            table: UopTable::stock(),
            symbols: &self.symbols,
        };
        let choices = self.choices.iter();
        let wanted: Vec<&Wanted> = choices
            .filter(|wanted| wanted.trace as usize == id)
            .collect();
        machine::code(&mut self.compiler, &region, view, &wanted, watched)
    }

    /// The region that is compiled, with made-up addresses.
    fn named(&self, fragment: &Fragment) -> Region {
        let mut region = fragment.region.clone();
        self.symbols.replace_in(&mut region);
        region
    }

    fn view<'a>(&'a self, region: &'a Region) -> View<'a> {
        View {
            region,
            table: UopTable::stock(),
            symbols: &self.symbols,
        }
    }

    fn lowered(&self, region: &Region, report: &Report) -> super::model::Region {
        self.view(region).rows(|id| fate(report, id), |_| None)
    }

    fn optimised(&self, region: &Region, report: &Report) -> super::model::Region {
        let was = |id: jit_native::region::UopId| report.sources.get(id.index()).map(|old| old.0);
        self.view(region).rows(|_| None, was)
    }

    pub(super) fn title(&self, fragment: &Fragment) -> (Option<ExitName>, String) {
        let name = fragment.recording.code.qualified_name();
        match fragment.origin {
            Origin::Loop if fragment.recording.end == End::Loop => {
                (None, format!("the loop in {name}"))
            }
            Origin::Loop => (None, format!("the way from a loop's head in {name}")),
            Origin::Return => (None, format!("the way behind a call in {name}")),
            Origin::Exit(number) => {
                let exit = &self.tracer.exits()[number.0 as usize];
                let (trace, exit) = (exit.fragment.0, exit.exit.0);
                let title = format!("side trace from exit x{exit} of trace {trace}");
                (Some(ExitName { trace, exit }), title)
            }
        }
    }

    /// A recording that was given up.
    pub fn aborted(&self, n: usize) -> Option<Aborted> {
        let aborted = self.tracer.aborted().get(n)?;
        let recording = &aborted.recording;
        let last = recording.origins.last();
        let (code, pc) = last.map_or((recording.code, recording.pc), |last| (last.code, last.pc));
        Some(Aborted {
            title: self.purpose(aborted),
            reason: aborted.abort.name().to_owned(),
            explanation: aborted.abort.to_string(),
            start: self.place(innermost(recording), recording.pc),
            end: self.place(code, pc),
            recorded: self.recorded(recording),
        })
    }

    /// What a recording that was given up was for.
    pub(super) fn purpose(&self, aborted: &tracer::Aborted) -> String {
        match aborted.purpose {
            Purpose::Loop(code, _) => format!("a loop in {}", code.qualified_name()),
            Purpose::Return(code, _) => {
                format!("the way behind a call in {}", code.qualified_name())
            }
            Purpose::Exit(number) => {
                let exit = &self.tracer.exits()[number.0 as usize];
                format!(
                    "a side trace from exit {} of trace {}",
                    exit.exit, exit.fragment.0
                )
            }
        }
    }

    fn recorded(&self, recording: &Recording) -> Vec<Recorded> {
        let mut next = 0;
        let row = |recorded: &crate::trace::recording::Recorded| {
            let origin = recording.origins[recorded.origin as usize];
            let before = changes(recording, &mut next, recorded.origin as usize);
            Recorded {
                before,
                text: uop_text(&recorded.uop, origin.code),
                at: self.place(origin.code, origin.pc),
                depth: origin.depth,
            }
        };
        recording.uops.iter().map(row).collect()
    }

    fn exits(&self, fragment: &Fragment, region: &Region, watched: Option<&Watched>) -> Vec<Exit> {
        let exits = (0..region.exits.len() as u32).filter_map(|n| {
            let number = fragment.exit_number(ExitId(n));
            let state = self.tracer.exits().get(number.0 as usize)?;
            let seen = watched.and_then(|watched| watched.replays.get(n as usize)?.as_ref());
            Some(self.exit(fragment, region, state, seen))
        });
        exits.collect()
    }

    /// Where the interpreter goes on behind an exit.
    pub(super) fn resume(&self, fragment: &Fragment, state: &ExitState) -> Place {
        let innermost = state.info.frames.last();
        let code = innermost.map_or(fragment.recording.code, |frame| frame.code);
        self.place(code, state.info.pc)
    }

    fn exit(
        &self,
        fragment: &Fragment,
        region: &Region,
        state: &ExitState,
        seen: Option<&watch::Replay>,
    ) -> Exit {
        let info = &state.info;
        let outermost = fragment.recording.code;
        let view = self.view(region);
        let snapshot = view.snapshot(state.exit).map(|(word, value, constant)| {
            let is_tag = word % 2 == 0;
            let tag = constant
                .filter(|_| is_tag)
                .map(|tag| tag_name(tag).to_owned());
            Restored {
                variable: variable(outermost, &info.frames, word / 2),
                word: if is_tag { "tag" } else { "payload" }.to_owned(),
                value: tag.unwrap_or(value),
            }
        });
        Exit {
            id: state.exit.0,
            kind: info.kind.name().to_owned(),
            resume: self.resume(fragment, state),
            frames: info
                .frames
                .iter()
                .map(|f| f.code.qualified_name().to_owned())
                .collect(),
            snapshot: snapshot.collect(),
            leads_to: state.target.map(|target| target.0),
            taken: state.taken,
            followed: state.followed,
            replay: seen.map(|seen| run::replay(view, outermost, state, seen)),
        }
    }
}

/// What the innermost frame runs at the start of a recording.
fn innermost(recording: &Recording) -> CodeRef {
    recording
        .start
        .frames
        .last()
        .map_or(recording.code, |frame| frame.code)
}

fn end(end: End) -> &'static str {
    match end {
        End::Loop => "back at the head of the loop",
        End::Link => "at the head of a loop that has a trace",
        End::Return => "where the outermost function returns",
        End::Stop => "where it became too long or too deep",
    }
}

/// A recorded uop with the names of its variables.
fn uop_text(uop: &VmUop, code: CodeRef) -> String {
    let name = match *uop {
        VmUop::LoadFast { local, .. } | VmUop::StoreFast { local } => {
            code.locals().get(local as usize).cloned()
        }
        VmUop::LoadGlobal { slot, .. }
        | VmUop::LoadGlobalBuiltin { slot, .. }
        | VmUop::StoreGlobal { slot } => code.globals().names().get(slot as usize).cloned(),
        _ => None,
    };
    match name {
        Some(name) => format!("{} {name}", uop.name()),
        None => uop.to_string(),
    }
}

/// What the interpreter's variables and operands changed to until an instruction, from instruction `next` on.
fn changes(recording: &Recording, next: &mut usize, until: usize) -> Vec<Held> {
    let Some(seen) = &recording.seen else {
        return Vec::new();
    };
    let mut held: Vec<Held> = Vec::new();
    for change in seen.changes.iter().take(until + 1).skip(*next).flatten() {
        held.retain(|known| known.name != change.name);
        held.push(Held {
            name: change.name.clone(),
            value: change.value.clone(),
        });
    }
    *next = (until + 1).max(*next);
    held
}
