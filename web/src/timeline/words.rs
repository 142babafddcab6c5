//! What a step of the timeline does, in words, made of what the explanation says. Start at [`words`].

use jit_playground::explain::model::{Code, Piece, Trace, Uop};

use super::{Moment, Stage};
use crate::moment::step_text;
use crate::provenance::{Key, Side};
use crate::sheet::Sheet;

/// What happens at a moment; `key` is what it is about.
pub fn words(sheet: &Sheet, moment: Option<Moment>, key: Option<Key>, side: Side) -> String {
    let Some(moment) = moment else {
        return String::new();
    };
    if moment.stage == Stage::Record {
        let now = sheet.recorded().get(moment.step);
        return now.map_or_else(String::new, |now| now.text.clone());
    }
    let Some(trace) = sheet.trace() else {
        return String::new();
    };
    let code = sheet.code(side);
    let text = match moment.stage {
        Stage::Optimise => optimised(trace, moment.step),
        Stage::Run => step_text(trace, moment.step),
        stage => code.and_then(|code| Some(piece(stage, piece_of(code, key?)?, side))),
    };
    text.unwrap_or_default()
}

fn optimised(trace: &Trace, step: usize) -> Option<String> {
    let mut uops = trace.lowered.blocks.iter().flat_map(|block| &block.uops);
    let Uop { text, fate, .. } = uops.nth(step)?;
    let fate = fate.as_ref()?;
    let rule = fate.rule.as_ref().map(|rule| format!(" ({rule})"));
    Some(format!("{}{}: {text}", fate.what, rule.unwrap_or_default()))
}

fn piece_of(code: &Code, key: Key) -> Option<&Piece> {
    match key {
        Key::Piece(_, n) => code.pieces.get(n as usize),
        _ => None,
    }
}

fn piece(stage: Stage, piece: &Piece, side: Side) -> String {
    match stage {
        Stage::Select => match &piece.choice {
            Some(choice) => format!(
                "{}, of {} that fit; its tree costs {}",
                choice.chosen.pattern,
                choice.rejected.len() + 1,
                choice.chosen.cost
            ),
            None => piece.text.clone(),
        },
        Stage::Copy => format!("{} bytes for {}: {}", piece.len, side.title(), piece.text),
        Stage::Patch => {
            let holes = piece.holes.iter();
            let holes = holes.map(|hole| format!("{} with v = {}", hole.formula, hole.value));
            let holes: Vec<String> = holes.collect();
            format!("{}: {}", piece.text, holes.join("; "))
        }
        _ => piece.text.clone(),
    }
}
