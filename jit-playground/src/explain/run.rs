//! Runs of a trace as rows: the first one, step by step, and each exit as it was first taken.
//!
//! Nothing is run again here: it is what the reference interpreter was seen to do. Start at [`run`].

use jit_native::region::{Region, Terminator};

use super::model::{Replay, Run, Step};
use super::region::View;
use super::values::variable;
use crate::bytecode::CodeRef;
use crate::trace::fragment::{ExitState, Fragment};
use crate::trace::recording::InlineFrame;
use crate::trace::watch::{self, Event, Logged, Watched, branch_args};

/// The first run of a trace; nothing when it never ran.
pub(super) fn run(view: View<'_>, fragment: &Fragment, watched: &Watched) -> Option<Run> {
    if watched.steps.is_empty() {
        return None;
    }
    let outermost = fragment.recording.code;
    let frames = &fragment.recording.start.frames;
    let bound = watched.frame.iter().filter(|slot| slot.tag != 0).copied();
    let bound: Vec<_> = bound.collect();
    let steps = watched.steps.iter();
    Some(Run {
        frame: view.slots(outermost, frames, &bound),
        steps: steps
            .map(|logged| step(view, outermost, frames, logged))
            .collect(),
        whole: matches!(
            watched.steps.last().map(|last| last.event),
            Some(Event::Leave(_))
        ),
    })
}

fn step(view: View<'_>, outermost: CodeRef, frames: &[InlineFrame], logged: &Logged) -> Step {
    let region = view.region;
    let (kind, id, held) = match logged.event {
        Event::Enter(block) => ("block", block.0, true),
        Event::Uop(uop, held) => ("uop", uop.0, held),
        Event::Branch(block, held) => ("branch", block.0, held),
        Event::Leave(exit) => ("leave", exit.0, true),
    };
    let result;
    let values = match logged.event {
        Event::Enter(block) => region.block_params(block),
        Event::Uop(uop, _) => {
            result = region.uops[uop.index()].result.get();
            result.as_slice()
        }
        Event::Branch(..) | Event::Leave(_) => &[],
    };
    let values = values.iter().zip(&logged.values);
    Step {
        kind: kind.to_owned(),
        id,
        held,
        values: values
            .map(|(&value, &word)| view.held(value, word))
            .collect(),
        frame: view.slots(outermost, frames, &logged.slots),
    }
}

/// How an exit was first taken.
pub(super) fn replay(
    view: View<'_>,
    outermost: CodeRef,
    state: &ExitState,
    seen: &watch::Replay,
) -> Replay {
    let region = view.region;
    let (guard, values) = match (seen.uop, seen.branch) {
        (Some(uop), _) => (view.uop(uop), region.uop_args(uop)),
        (None, Some(block)) => (branch_text(view, region, block), branch_args(region, block)),
        (None, None) => (String::new(), &[][..]),
    };
    let operands = values.iter().zip(&seen.args);
    let written = seen.slots.iter().map(|slot| super::model::Held {
        name: variable(outermost, &state.info.frames, slot.slot),
        value: Some(view.slot(slot)),
    });
    Replay {
        uop: seen.uop.map(|uop| uop.0),
        guard,
        operands: operands
            .map(|(&value, &word)| view.held(value, word))
            .collect(),
        frame: written.collect(),
    }
}

fn branch_text(view: View<'_>, region: &Region, block: jit_native::region::BlockId) -> String {
    match region.blocks[block.index()].terminator {
        Terminator::Branch { guard, args, .. } => {
            let args = region.args(args).iter().map(|&arg| view.value(arg));
            let args: Vec<String> = args.collect();
            format!("branch {} {}", view.table[guard].name, args.join(", "))
        }
        _ => String::new(),
    }
}
