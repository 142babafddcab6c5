//! The machine code for both architectures, side by side from the same uops; every hole marked.

use jit_playground::explain::model::{Code, Hole, Line, Piece};
use yew::prelude::*;

use super::Props;
use crate::layout::Pane;
use crate::lines::{Kind, use_lines};
use crate::provenance::{Key, Side};
use crate::rows::{Frame, row};
use crate::spot::{Listing, Spot};

/// A line is a row in which both columns stand beside each other, by its place.
const KIND: Kind<Props, usize> = Kind {
    prepare,
    rows,
    text,
    is_same: |_, _| false,
    draw,
};

/// The pane.
#[component]
pub fn Machine(props: &Props) -> Html {
    let lines = use_lines(props.clone(), &KIND);
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

fn prepare(props: &Props) -> Vec<usize> {
    let rows = props.sheet.as_ref().map_or(0, |sheet| sheet.rows().len());
    (0..rows).collect()
}

/// The pieces that stand in a line, column by column.
fn pieces(props: &Props, line: usize, side: Side) -> &[u32] {
    let rows = props.sheet.as_ref().map_or(&[][..], |sheet| sheet.rows());
    rows.get(line).map_or(&[], |row| &row.sides[side as usize])
}

fn rows(props: &Props, &line: &usize) -> Vec<Spot> {
    let spot = |side| move |&n: &u32| Spot(Listing::Machine, Key::Piece(side, n));
    let column = |side| pieces(props, line, side).iter().map(spot(side));
    Side::BOTH.into_iter().flat_map(column).collect()
}

fn text(props: &Props, &line: &usize) -> String {
    let mut text = String::new();
    for side in Side::BOTH {
        let Some(code) = props.code(side) else {
            continue;
        };
        for piece in pieces(props, line, side)
            .iter()
            .filter_map(|&n| code.pieces.get(n as usize))
        {
            for instruction in lines_of(code, piece) {
                let bytes = code.bytes.get(
                    instruction.at as usize * 2..(instruction.at + instruction.len) as usize * 2,
                );
                text.extend(["\n", bytes.unwrap_or_default(), " ", &instruction.text]);
            }
        }
    }
    text
}

fn draw(props: &Props, &line: &usize) -> Html {
    let column = |side| {
        let code = props.code(side);
        let pieces = pieces(props, line, side).iter();
        html! {
            <div class="column" role="presentation">{ for pieces.filter_map(|&n| Some(piece(side, n, code?))) }</div>
        }
    };
    html! { <div class="columns" role="presentation">{ for Side::BOTH.map(column) }</div> }
}

/// The instructions of a piece.
fn lines_of<'a>(code: &'a Code, piece: &Piece) -> impl Iterator<Item = &'a Line> + use<'a> {
    let end = piece.at + piece.len;
    let from = code.lines.partition_point(|line| line.at < piece.at);
    code.lines[from..]
        .iter()
        .take_while(move |line| line.at < end)
}

/// A piece: its instructions, each with its bytes.
fn piece(side: Side, n: u32, code: &Code) -> Html {
    let Some(piece) = code.pieces.get(n as usize) else {
        return html! {};
    };
    let content = lines_of(code, piece).map(|line| {
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
        None,
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
