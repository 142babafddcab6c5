//! The machine code for both architectures, side by side from the same uops; every hole marked.

use jit_playground::explain::model::{Code, Hole, Piece};
use yew::prelude::*;

use super::Props;
use crate::layout::Pane;
use crate::provenance::{Key, Side};
use crate::rows::{Frame, row, use_lines};
use crate::spot::Listing;

/// The pane.
#[component]
pub fn Machine(props: &Props) -> Html {
    let lines = use_lines(props.clone(), prepare, draw);
    let codes = Side::BOTH.map(|side| props.code(side));
    if codes.iter().all(Option::is_none) {
        return html! { <Frame pane={Pane::Machine} empty={props.why_empty()} /> };
    }
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
    html! { <Frame pane={Pane::Machine} {aside} {head} {lines} /> }
}

/// The places of the rows in which both columns stand beside each other.
fn prepare(props: &Props) -> Vec<usize> {
    let rows = props.sheet.as_ref().map_or(0, |sheet| sheet.rows().len());
    (0..rows).collect()
}

fn draw(props: &Props, lines: &[usize]) -> Html {
    let Some(sheet) = &props.sheet else {
        return html! {};
    };
    let columns = |&line: &usize| {
        html! {
            <div class="columns" role="presentation">
                { for Side::BOTH.map(|side| html! {
                    <div class="column" role="presentation">
                        { for sheet.rows()[line].sides[side as usize].iter().filter_map(|&n| Some(piece(side, n, sheet.code(side)?))) }
                    </div>
                }) }
            </div>
        }
    };
    html! { <>{ for lines.iter().map(columns) }</> }
}

/// A piece: its instructions, each with its bytes.
fn piece(side: Side, n: u32, code: &Code) -> Html {
    let Some(piece) = code.pieces.get(n as usize) else {
        return html! {};
    };
    let end = piece.at + piece.len;
    let from = code.lines.partition_point(|line| line.at < piece.at);
    let lines = code.lines[from..].iter().take_while(|line| line.at < end);
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
        Listing::Machine,
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
