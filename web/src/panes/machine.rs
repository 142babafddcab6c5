//! The machine code for both architectures, side by side from the same uops; every hole marked.

use jit_playground::explain::model::{Code, Hole, Piece};
use yew::prelude::*;

use super::Props;
use crate::align;
use crate::layout::Pane;
use crate::provenance::{Key, Side};
use crate::rows::{Frame, row};

/// The pane.
#[component]
pub fn Machine(props: &Props) -> Html {
    let codes = Side::BOTH.map(|side| props.trace(side).and_then(|trace| trace.code.as_ref()));
    if codes.iter().all(Option::is_none) {
        return html! { <Frame pane={Pane::Machine} empty={props.why_empty()} /> };
    }
    let rows = align::rows(codes);
    let aside = html! {
        <span class="aside">
            { for Side::BOTH.iter().zip(codes).map(|(side, code)| {
                let bytes = code.map_or(0, |code| code.bytes.len() / 2);
                html! { <span>{ side.title() }{ " " }<b>{ bytes }</b>{ " bytes " }</span> }
            }) }
        </span>
    };
    let head = html! {
        <div class="columns head" aria-hidden="true">
            { for Side::BOTH.map(|side| html! { <span>{ side.title() }</span> }) }
        </div>
    };
    html! {
        <Frame pane={Pane::Machine} {aside} {head}>
            { for rows.iter().map(|pair| html! {
                <div class="columns" role="presentation">
                    { for Side::BOTH.iter().zip(codes).map(|(&side, code)| html! {
                        <div class="column" role="presentation">
                            { for pair.sides[side as usize].iter().filter_map(|&n| Some(piece(side, n, code?))) }
                        </div>
                    }) }
                </div>
            }) }
        </Frame>
    }
}

/// A piece: its instructions, each with its bytes.
fn piece(side: Side, n: u32, code: &Code) -> Html {
    let Some(piece) = code.pieces.get(n as usize) else {
        return html! {};
    };
    let end = piece.at + piece.len;
    let lines = code
        .lines
        .iter()
        .filter(|line| (piece.at..end).contains(&line.at));
    let content = lines.map(|line| {
        html! {
            <span class="instruction">
                <span class="number">{ format!("{:x}", line.at) }</span>
                <span class="bytes">{ for bytes(code, piece, line.at, line.len) }</span>
                <code>{ &line.text }</code>
            </span>
        }
    });
    let class = classes!(
        "code",
        format!("role-{}", piece.role),
        piece.fused.then_some("fused")
    );
    row(
        "m-",
        Key::Piece(side, n),
        class,
        html! { <>{ for content }</> },
    )
}

/// Bytes, those of each hole together.
fn bytes(code: &Code, piece: &Piece, at: u32, len: u32) -> Vec<Html> {
    let mut parts = Vec::new();
    let mut byte = at;
    while byte < at + len {
        let hole = piece
            .holes
            .iter()
            .find(|hole| (hole.at..hole.at + hole.len).contains(&byte));
        let end = match hole {
            Some(hole) => (hole.at + hole.len).min(at + len),
            None => next_hole(piece, byte).min(at + len),
        };
        let text = code
            .bytes
            .get(byte as usize * 2..end as usize * 2)
            .unwrap_or("");
        parts.push(match hole {
            Some(hole) => html! { <span class="hole" title={title(hole)}>{ text }</span> },
            None => html! { { text } },
        });
        byte = end;
    }
    parts
}

fn next_hole(piece: &Piece, byte: u32) -> u32 {
    let later = piece
        .holes
        .iter()
        .map(|hole| hole.at)
        .filter(|&at| at > byte);
    later.min().unwrap_or(u32::MAX)
}

/// A hole in a line.
pub fn title(hole: &Hole) -> String {
    format!("hole: {} (v = {})", hole.formula, hole.value)
}
